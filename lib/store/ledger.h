/*
 * ledger.h - all that happened to cash and shares, by day: what days are
 * closed from.  Everything is read whole and in order; nothing is written.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/store.h"

/* One change of shares; of a fill, with its money. */
struct move_row {
	ymd day;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	qty n;         /* came (+) or went (-) */
	char kind[12]; /* fill, sync, adopt, split, move */
	/* Of fills: */
	int64_t order_id;
	hhmm time;
	won amount, commission, tax;
	won cost, fees, profit; /* sells */
};

/* Up to that day, in order of day and of booking; free() *out. */
int store_moves(
    struct store *, ymd to, struct move_row **out, int *n, struct err *);

/* What came and went in cash on a day. */
struct cash_day {
	ymd day;
	won amount;  /* in all, the others included */
	won opening; /* kind opening: no profit */
	won other;   /* dividends, fees, repairs, revisions */
};
int store_cash_days(
    struct store *, ymd to, struct cash_day **out, int *n, struct err *);
/* The first day of the cash ledger: 1, 0 where it is empty, -1. */
int store_cash_first(struct store *, ymd *day, struct err *);

struct day_amount {
	ymd day;
	won amount;
};
/* Deposits less withdrawals, by day. */
int store_transfer_days(
    struct store *, ymd to, struct day_amount **out, int *n, struct err *);

/* What a strategy held of a stock as a day began. */
struct snapshot_row {
	ymd day;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	qty n;
	won cost;
};
int store_snapshots(
    struct store *, struct snapshot_row **out, int *n, struct err *);

struct split_row {
	char code[CODE_SIZE];
	ymd day; /* first day on the new basis */
	int64_t new_shares, old_shares;
};
int store_splits(struct store *, struct split_row **out, int *n, struct err *);

/*
 * What a share is valued at as a day ends: its daily close, else the day's
 * last minute, else the last close before.  0 where no price is known.
 */
int store_mark(
    struct store *, const char *code, ymd day, won *price, struct err *);

#endif
