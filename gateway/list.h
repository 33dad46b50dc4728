/*
 * list.h - the rows of CpTd5341 (today's orders and fills) and CpTd5339 (open
 * orders), gathered into orders, and those as an answer.
 *
 * CpTd5341 asked by execution gives a row a fill, so the money of an order's
 * fills is a sum of whole won; asked by order it gives an average, which is
 * not, and one row an order.
 */
#ifndef GATEWAY_LIST_H
#define GATEWAY_LIST_H

#include "gateway/fills.h"
#include "gateway/gateway.h"

struct order {
	int64_t number, original;
	char code[CODE_SIZE], name[64], reason[128], creon_kind[8];
	const char *side, *action;
	int64_t n, price, filled, confirmed, remaining;
	int64_t filled_n, filled_won; /* of the rows by execution */
	struct fill *fill;
	int n_fills;
};

struct list {
	bool is_open; /* CpTd5339 */
	struct order *order;
	int n, cap;
	int news; /* rows that brought something: an order, a fill that it
		     lacked, one of what is no share */
	int64_t *missing; /* orders that there are, and are not listed */
	int n_missing;
};

/* What is asked for of the two. */
extern const struct dib_want list_today, list_open;

/* Take in a row; by execution, or by order, where it has no fill.  False: the
 * reply says why it is none. */
bool list_row(struct job *, struct list *, const struct dib_answer *, int row,
    bool by_execution);
/* The number of a row's order; 0: none. */
int64_t list_number(const struct dib_answer *, int row);
struct order *list_find(const struct list *, int64_t number);
/* A fill more of an order, and none any more. */
void list_add_fill(struct list *, struct order *, qty n, won price);
void list_drop_fills(struct order *);
/* A row by execution of an order that is listed already: its fill alone. */
bool list_fill(struct job *, struct list *, struct order *,
    const struct dib_answer *, int row);
/* Do the order's fills add up? */
bool list_is_whole(const struct order *);

/* The answer's document. */
struct json *list_json(struct gateway *, const struct list *, ymd day);
void list_fini(struct list *);

#endif
