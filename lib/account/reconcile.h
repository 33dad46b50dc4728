/*
 * reconcile.h - broker and database agree, or the difference is a row in
 * `drift` and what it touches is closed to entries (P5, S6, T24, T25).
 *
 * The broker is right about cash and quantities, the database about why.  A
 * difference is repaired when two complete synchronisations, a minute apart,
 * agree on it and no order of that stock (for cash: of any) is working or
 * unknown; until then it only stands in the way of entries.
 */
#ifndef ACCOUNT_RECONCILE_H
#define ACCOUNT_RECONCILE_H

#include "account/live.h"
#include "base/table.h"

/* What was found, and what was done about it. */
struct difference {
	char kind[12];		/* cash, shares, order */
	char code[CODE_SIZE];	/* "" for cash */
	int64_t book, broker;
	char action[96];
};

struct differences {
	int n, cap;
	struct difference *item;
};

/*
 * Read cash and holdings and compare; follow_orders must have run before.
 * With check_only nothing is written.  The first run of all opens the
 * account: the cash is the opening row, shares are MANUAL, and entries are
 * halted until `accept` where there are any.
 */
int reconcile(struct live *, bool check_only, struct differences *,
    struct err *);

/* The person accepts the account as it is: entries go on, differences of
 * shares and cash are taken over at once. */
int reconcile_accept(struct live *, struct err *);
/* Hand n MANUAL shares of a stock to a strategy. */
int reconcile_adopt(struct live *, const char *code, const char *strategy,
    qty n, struct err *);

#endif
