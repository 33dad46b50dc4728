/*
 * reconcile.h - broker and database agree, or the difference is a row in
 * `drift` and what it touches is closed to entries (P5, S6, T24, T25).
 *
 * The broker is right about cash and quantities, the database about why.  A
 * difference is repaired when two complete synchronisations, a minute apart,
 * agree on it and no order of that stock (for cash: of any) is working or
 * unknown; until then it only stands in the way of entries.  One of shares
 * that fills of the last two minutes can account for waits longer: a balance
 * may be behind them.  An account that suddenly holds nothing at all may be an
 * answer that is not one: it is taken over when a person says so.
 */
#ifndef ACCOUNT_RECONCILE_H
#define ACCOUNT_RECONCILE_H

#include "account/live.h"
#include "base/table.h"

/* What was found, and what was done about it. */
struct difference {
	char kind[12];        /* cash, shares, order */
	char code[CODE_SIZE]; /* "" for cash */
	int64_t book, broker;
	char action[96];
};

struct differences {
	int n, cap;
	struct difference *item;
};

enum reconcile_how {
	RECONCILE_CHECK,  /* compare; nothing is written */
	RECONCILE_AGREE,  /* repair what two of them agree on */
	RECONCILE_ACCEPT, /* a person has looked: repair at once what no
				   order is working on, and lift the halt of
				   the first run */
};

/*
 * Read cash and holdings and compare; follow_today must have run before.
 * The first run of all opens the account: the cash is the opening row, shares
 * are MANUAL, and entries are halted until a person accepts where there are
 * any.
 */
int reconcile(
    struct live *, enum reconcile_how, struct differences *, struct err *);

/* Hand n MANUAL shares of a stock to a strategy. */
int reconcile_adopt(
    struct live *, const char *code, const char *strategy, qty n, struct err *);

#endif
