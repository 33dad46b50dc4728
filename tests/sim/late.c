/*
 * late.c - lib/broker/paper_late.c with a clock of the broker's own: the
 * world's, whatever the machine believes.
 *
 * Linked into the programs in place of that file.
 */
#include "broker/paper_inner.h"
#include "program.h"

epoch
paper_late_now(const struct broker *br)
{
	(void)br;
	return sim_now / 1000;
}
