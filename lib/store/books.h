/*
 * books.h - what is held: lots, the ledgers of shares and cash, the day's
 * state, transfers, and differences from the broker.
 */
#ifndef STORE_BOOKS_H
#define STORE_BOOKS_H

#include "store/store.h"

/* ---- Lots ------------------------------------------------------------------ */

struct lot_row {
	int64_t id; /* 0: not saved yet */
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	int64_t order_id;
	qty n;
	won cost, fees;
	ymd entry_date;
	hhmm entry_time;
	won high;
};

/* All lots, oldest first; free() *out. */
int store_lots(struct store *, struct lot_row **out, int *n, struct err *);
/* Insert (id 0, which is set), update, or take away where n is 0. */
int store_put_lot(struct store *, struct lot_row *, struct err *);

/* A change of shares that is no fill: kind sync, adopt or move (fills and
 * splits write their own). */
struct share_row {
	ymd day;
	const char *strategy, *code;
	qty n; /* + came, - went; 0: nothing is written */
	const char *kind;
	int64_t fill_id;  /* of a fill; else 0 */
	const char *note; /* may be NULL */
	epoch at;
};
int store_add_shares(struct store *, const struct share_row *, struct err *);

/* ---- Cash ------------------------------------------------------------------- */

/* 1; 0 where the ledger is empty (*cash 0): the account was never read. */
int store_cash(struct store *, won *cash, struct err *);
struct cash_row {
	ymd day;
	won amount;
	const char *kind; /* opening, buy, sell, transfer, dividend, fee, sync,
			     revision */
	int64_t fill_id;  /* buy, sell; else 0 */
	const char *note; /* may be NULL */
	epoch at;
};
int store_add_cash(struct store *, const struct cash_row *, struct err *);

/* A deposit (> 0) or withdrawal (< 0); its cash is the caller's. */
int store_add_transfer(struct store *, ymd day, won amount, ymd counts_from,
    const char *note, epoch at, struct err *);
/* Sum of those noticed on days in [from, to]. */
int store_transfers(struct store *, ymd from, ymd to, won *sum, struct err *);
/* Deposits that may not be spent yet on `day`. */
int store_deposits_waiting(struct store *, ymd day, won *sum, struct err *);

/* ---- The day ---------------------------------------------------------------- */

struct day_row {
	ymd day;
	won start_equity, start_cash, peak_equity;
	int entries, rejects;
	hhmm portfolio_stop, loss_stop;
	char stop_reason[96];
	epoch opened_at;
};

/* The newest day begun: 1, 0 where there is none (zeroed), -1. */
int store_last_day(struct store *, struct day_row *, struct err *);
/* That day: 1, 0, -1. */
int store_day(struct store *, ymd day, struct day_row *, struct err *);
int store_put_day(struct store *, const struct day_row *, struct err *);
/* Holdings as the day began, from the lots as they are now; once a day. */
int store_snapshot_lots(struct store *, ymd day, struct err *);
struct session_lot {
	char strategy[NAME_SIZE], code[CODE_SIZE];
	qty n;
	won cost;
};
int store_session_lots(
    struct store *, ymd day, struct session_lot **out, int *n, struct err *);

/* ---- Differences from the broker ------------------------------------------- */

struct drift_row {
	int64_t id;
	ymd day;
	char kind[12]; /* cash, shares, order, fill, price */
	char strategy[NAME_SIZE], code[CODE_SIZE];
	int64_t book, broker, difference;
	char name[32];  /* "unexplained" ... */
	char state[12]; /* seen, repaired, accepted, gone */
	int seen;
	char note[160];
	epoch first_at, last_at;
	/* At first_at: by the clock that nobody sets (0: not known), and the
	 * last fill that was booked before. */
	int64_t first_ms, first_fill;
};

/*
 * A difference was seen.  The same one again (kind, strategy, code and
 * difference) counts up `seen`; another one of that place starts at 1, with
 * a first_at of its own.  first_ms and first_fill come as they are now.  Fills
 * in id, seen, last_at, and what was so at first.  Of kind "order", `book` is
 * the order's id, and each order has its own.
 */
int store_see_drift(struct store *, struct drift_row *, epoch at, struct err *);
/* What it may come of is of now: from here on it is another one, with first_ms
 * and first_fill as they come. */
int store_restart_drift(
    struct store *, struct drift_row *, epoch at, struct err *);
/* End it: repaired, accepted or gone. */
int store_end_drift(struct store *, int64_t id, const char *state,
    const char *name, const char *note, epoch at, struct err *);
/* Those that stand, by id; free() *out. */
int store_drifts(struct store *, struct drift_row **out, int *n, struct err *);
/* Those of cash and shares standing that were not seen at `at` are gone; the
 * clock may have stepped back since.  Their number. */
int store_drifts_gone(struct store *, epoch at, struct err *);
/* End that of an order, if one stands. */
int store_end_order_drift(struct store *, int64_t order_id, const char *state,
    const char *note, epoch at, struct err *);

#endif
