/*
 * plan.h - what a decision wants done at the broker.
 *
 * New orders are rows of the book in state planned; amends and cancels are
 * listed here.  The shell carries them out in this order.
 */
#ifndef TRADE_PLAN_H
#define TRADE_PLAN_H

#include "trade/book.h"

struct request {
	enum req_kind kind;
	int order;      /* index in book.order */
	bool is_market; /* REQ_AMEND: the new kind and limit */
	won limit;
	const char *reason; /* static text */
};

struct plan {
	int n, cap;
	struct request *item;
};

void plan_init(struct plan *);
void plan_fini(struct plan *);
void plan_clear(struct plan *);
void plan_add(struct plan *, const struct request *);

#endif
