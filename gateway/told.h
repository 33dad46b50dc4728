/*
 * told.h - which orders of a day there are for certain, whatever a list says:
 * those that CREON gave a number, by our journal, and those of our account that
 * it told us it accepted or filled.  A list that lacks one of them is not all
 * there is.
 *
 * New orders and amends alone, which can be filled; of stocks that are traded
 * here; and none that was rejected afterwards, which no list need have.
 */
#ifndef GATEWAY_TOLD_H
#define GATEWAY_TOLD_H

#include "gateway/events.h"
#include "gateway/journal.h"

struct told {
	int64_t order;
	epoch at; /* when we were told */
};

/* Each once, in no order; how many, in *list, which the caller frees. */
int told_orders(struct journal *, struct events *, ymd day, const char *account,
    const char *product, struct told **list);

#endif
