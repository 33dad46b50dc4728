/*
 * fill.h - apply one fill to the book: order, lots, cash (P4).
 * The same function books a simulated fill and a broker's.
 */
#ifndef TRADE_FILL_H
#define TRADE_FILL_H

#include "trade/book.h"

struct fill {
	int64_t order_id;
	int strat, stock;
	enum side side;
	ymd date;
	hhmm time; /* label of the bar, or the minute of the fill */
	qty n;
	won price;
	won amount; /* n * price */
	won commission, tax;
	/* Sells only; of the shares sold: */
	won cost, fees; /* what they were bought for, and its fees */
	ymd entry_date; /* of the oldest of them */
	won profit;     /* amount - commission - tax - cost - fees */
};

/*
 * Book n shares of `order` at `price`.  Fills in f (commission and tax are
 * taken from `costs`, or from f->commission and f->tax where
 * `costs` is NULL: the broker's own word).  A sell takes the oldest lots
 * first.  Asserts that n fits what is left and what is held.
 */
void book_fill(struct book *, const struct world *, struct order *order, qty n,
    won price, ymd date, hhmm time, const struct costs *costs, struct fill *f);

/* The broker took an amend at minute `at`: the order's new kind and limit,
 * and the price its cash is bound at. */
void book_amended(const struct world *, struct order *, ymd date,
    bool is_market, won limit, hhmm at);
/* The broker answered a new order: accepted (the row of rejections ends), or
 * rejected with a reason (its signal waits again, T20). */
void book_accepted(struct book *, struct order *);
void book_rejected(struct book *, struct order *, const char *reason);
/* An order was dropped before it was sent (EV_DROP), or proved never to have
 * arrived (EV_ABSENT): its signal may form a new one (T28). */
void book_never_arrived(struct book *, struct order *, enum order_event);
/* Move an order by an event; asserts that order_next allows it. */
void book_event(struct order *, enum order_event);

#endif
