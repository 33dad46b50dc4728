/*
 * report.h - rows that a report tells beside the results themselves: fills
 * with the prices they were decided at, what was not done, differences from
 * the broker, transfers, alerts.  All of the days in [from, to].
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "store/books.h"
#include "store/fills.h"
#include "store/store.h"

/* A fill with what its order meant. */
struct report_fill {
	struct fill_row fill;
	won decision; /* 0: none known */
	char why[STATE_SIZE];
	char reason[REASON_TEXT];
};
/* In order of day, time and booking; free() *out. */
int store_report_fills(struct store *, ymd from, ymd to,
    struct report_fill **out, int *n, struct err *);

/* A signal that formed no order, or an order that was not filled whole. */
struct undone_row {
	ymd day;
	bool is_order;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	enum side side;
	char state[12];
	hhmm time;     /* first said, or sent */
	won price;     /* when it was made, or decided */
	qty n, filled; /* of orders */
	char reason[REASON_TEXT];
};
/* By day, strategy, code and side, the signal first; free() *out. */
int store_report_undone(struct store *, ymd from, ymd to,
    struct undone_row **out, int *n, struct err *);

/* Signals of the newest day before `day` that ended executed and sold: their
 * rest is carried over.  Only strategy and code are filled in. */
int store_exits_begun(
    struct store *, ymd day, struct undone_row **out, int *n, struct err *);

struct transfer_row {
	ymd day;
	won amount;
	ymd counts_from;
	char note[160];
};
int store_report_transfers(struct store *, ymd from, ymd to,
    struct transfer_row **out, int *n, struct err *);

/* Differences of these days, and older ones that still stand. */
int store_report_drift(struct store *, ymd from, ymd to, struct drift_row **out,
    int *n, struct err *);

struct report_alert {
	ymd day; /* of raising */
	char name[64];
	char message[200];
	char program[NAME_SIZE];
	int count;
	bool stands;
};
/* Those raised up to `to` and not over before `from`. */
int store_report_alerts(struct store *, ymd from, ymd to,
    struct report_alert **out, int *n, struct err *);

#endif
