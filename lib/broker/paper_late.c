/*
 * paper_late.c - by which clock the paper broker is late: when a delayed
 * request arrives, when an order or a fill is listed, and a balance counts it.
 *
 * It has no clock of its own, so that a past day can be traded with --now.
 * The simulator links another file in place of this one, in which it has: a
 * real firm is as late as it is, wherever its customer's clock is put.
 */
#include "broker/paper_inner.h"

epoch
paper_late_now(const struct broker *br)
{
	return br->env.clock->now;
}
