/*
 * follow.h - follow our orders: the broker's lists of orders and fills into
 * the book, each fill once (P4), and unknown orders resolved (T28).
 */
#ifndef ACCOUNT_FOLLOW_H
#define ACCOUNT_FOLLOW_H

#include "account/live.h"

/* Alerts: orders at the broker that this database does not know, fills that
 * cannot be, and totals that are smaller than what they were. */
#define STRANGERS "orders not of this database"
#define MISFITS   "fills that do not fit"
#define SHRUNK    "totals that went back"

struct follow_counts {
	int fills;   /* booked now */
	int moved;   /* orders that changed their state */
	int unknown; /* orders still unknown */
	int working; /* orders open or part */
	int sending; /* orders that someone sends, or died sending */
};

/*
 * Read the broker's lists of every day that has an order not yet final, and
 * book what is new, in one transaction.  Nothing is asked where no order
 * waits.  -1 where the broker does not answer (nothing is changed: silence is
 * not an answer).
 */
int follow_orders(struct live *, struct follow_counts *, struct err *);

/* The same, and today's list in any case: it may show an order that is not of
 * this database, or one that was taken for absent (T29). */
int follow_today(struct live *, struct follow_counts *, struct err *);

/* Is an order so unsettled that the broker must be asked?  1, 0, -1. */
int follow_needed(struct live *, struct err *);

#endif
