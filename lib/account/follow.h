/*
 * follow.h - follow our orders: the broker's lists of orders and fills into
 * the book, each fill once (P4), and unknown orders resolved (T28).
 */
#ifndef ACCOUNT_FOLLOW_H
#define ACCOUNT_FOLLOW_H

#include "account/live.h"

struct follow_counts {
	int fills;		/* booked now */
	int moved;		/* orders that changed their state */
	int unknown;		/* orders still unknown */
	int working;		/* orders open or part */
};

/*
 * Read the broker's lists of every day that has an order not yet final, and
 * book what is new, in one transaction.  Nothing is asked where no order
 * waits.  -1 where the broker does not answer (nothing is changed: silence is
 * not an answer).
 */
int follow_orders(struct live *, struct follow_counts *, struct err *);

/* Is an order so unsettled that the broker must be asked?  1, 0, -1. */
int follow_needed(struct live *, struct err *);

/* A person settles an unknown order: it was filled, n at a price (0 of it: it
 * was taken and ended without a fill), or never arrived. */
int follow_settle(struct live *, int64_t order, bool absent, qty n, won price,
    struct err *);

#endif
