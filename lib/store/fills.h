/*
 * fills.h - fill, and what follows from it in the ledgers.
 */
#ifndef STORE_FILLS_H
#define STORE_FILLS_H

#include "store/orders.h"

struct fill_row {
	int64_t id; /* out */
	int64_t order_id;
	char broker_no[NO_SIZE];
	int64_t fill_no;
	ymd day;
	hhmm time;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	enum side side;
	qty n;
	won price, amount, commission, tax;
	won cost, fees; /* sells: of the shares sold */
	ymd entry_date;
	won profit;
};

/* Is this fill booked?  1, 0, -1. */
int store_fill_known(struct store *, int64_t order_id, const char *broker_no,
    ymd day, int64_t fill_no, struct err *);
/*
 * Book a fill: its row, its lines in share_ledger, cash_ledger and
 * trading_log.  The order's and the lots' rows are the caller's, in the same
 * transaction.  1, 0 where it was booked before (nothing is done), -1.
 */
int store_add_fill(
    struct store *, struct fill_row *, const struct trail *, struct err *);
/* Fills of the days in [from, to], by id; free() *out. */
int store_fills(struct store *, ymd from, ymd to, struct fill_row **out, int *n,
    struct err *);
/* What is booked of an order under one of its numbers, and when the last of
 * that was (0: nothing is). */
int store_fill_sum(struct store *, int64_t order_id, const char *broker_no,
    qty *n, won *amount, epoch *last, struct err *);

/* How many shares of that stock were bought or sold by fills that were booked
 * after this one, and after `from`; of 0, all were. */
int store_filled_after(struct store *, const char *code, enum side,
    int64_t fill, epoch from, qty *n, struct err *);

/* The number of the last fill booked; 0 where there is none. */
int store_last_fill(struct store *, int64_t *id, struct err *);

#endif
