/*
 * hand.h - what a person does by hand: changes that are logged, orders that
 * are to be cancelled, holdings that are to be sold, strategies that go.
 *
 * Nothing is sent from here.  A cancel is a planned request, a sale an urgent
 * signal; both are committed at once and carried out by the next watch-fills
 * or place-orders.  Transactions are the caller's.  The trail says who and
 * when; its message says why.
 */
#ifndef ACCOUNT_HAND_H
#define ACCOUNT_HAND_H

#include "store/orders.h"
#include "store/store.h"

/* The market date of a trail. */
ymd trail_day(const struct trail *);

/* A line in trading_log; strategy, code: NULL where it is about none. */
int hand_log(struct store *, const struct trail *, const char *event,
    const char *strategy, const char *code, struct err *, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

/* ---- Strategies that go (T27) --------------------------------------------- */

/* May a strategy be called so?  [A-Za-z0-9_-], 1 to 31 of them; not MANUAL,
 * and nothing that is a stock's code. */
bool strategy_name_valid(const char *);
/* How many live orders has a strategy, and how many shares?  0 or -1. */
int strategy_ties(
    struct store *, const char *name, int *orders, qty *shares, struct err *);
/*
 * Its lots become MANUAL, as moves in share_ledger and trading_log.  It must
 * have no live order.  The number of lots, or -1.
 */
int strategy_to_manual(
    struct store *, const char *name, const struct trail *, struct err *);
/*
 * Remove a strategy that holds nothing and has no live order, with its
 * settings, its own universe and its halt; what it still wanted is gone.
 * 1 removed, 0 it is in use (or there is none), -1.
 */
int strategy_remove_if_empty(
    struct store *, const char *name, const struct trail *, struct err *);
/* The same for each strategy that is leaving.  How many are gone, or -1. */
int strategy_remove_left(struct store *, const struct trail *, struct err *);

/* ---- Orders and holdings ---------------------------------------------------- */

enum hand_cancel {
	CANCEL_FINAL,   /* there is nothing to cancel any more */
	CANCEL_ASKED,   /* it was asked before and waits for its answer */
	CANCEL_UNSENT,  /* it was not sent, and will not be */
	CANCEL_PLANNED, /* the next watch-fills or place-orders sends it */
};
/* Ask for the cancel of an order, just read.  What became of it, or -1. */
int hand_cancel(
    struct store *, struct order_row *, const struct trail *, struct err *);

struct hand_sale {
	char strategy[NAME_SIZE], code[CODE_SIZE];
	qty n;
	bool is_new; /* false: it was asked before and is still to be sold */
};
/*
 * Sell what a strategy (NULL: each) holds of a stock (NULL: of all): an urgent
 * signal for each position, with the trail's message as its reason.  MANUAL
 * is never sold.  What is sold goes to *out (free it), in order of strategy
 * and code; 0 or -1.
 */
int hand_sell(struct store *, const char *strategy, const char *code,
    const struct trail *, struct hand_sale **out, int *n, struct err *);

#endif
