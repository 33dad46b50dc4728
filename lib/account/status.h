/*
 * status.h - the state of the account at a glance, as rows for show-status.
 *
 * Everything is read from the database in one snapshot; no broker is asked.
 */
#ifndef ACCOUNT_STATUS_H
#define ACCOUNT_STATUS_H

#include "base/clock.h"
#include "store/stocks.h"
#include "store/store.h"

enum status_section {
	STATUS_TRADING, /* halts, and what closes the account to entries */
	STATUS_SESSION, /* the market's day */
	STATUS_ACCOUNT, /* cash, holdings, equity, the day's result */
	STATUS_STRATEGY,
	STATUS_POSITION,
	STATUS_ORDER,  /* those not final */
	STATUS_SIGNAL, /* those still to be acted on */
	STATUS_ALERT,
	STATUS_DRIFT,
	STATUS_PROGRAM,
	STATUS_SECTIONS
};
extern const char *const status_section_name[STATUS_SECTIONS];

#define STATUS_NONE INT64_MIN /* a number that a row has not */

struct status_row {
	enum status_section section;
	char name[64]; /* of the halt, program, alert; an order's number */
	char strategy[NAME_SIZE], code[CODE_SIZE], stock[STOCK_NAME_SIZE];
	const char *side; /* "buy", "sell", NULL */
	char state[24];
	int64_t quantity, filled; /* shares; of an alert: how often */
	won price;                /* average, limit or target */
	won last, value;
	double profit; /* a fraction; NAN: none */
	epoch at;      /* market time; 0: none */
	char note[256];
	bool is_wrong; /* a person should look at it */
};

struct status {
	struct status_row *row; /* by section */
	int n;
};

/* 0 or -1; free with status_fini. */
int status_read(
    struct store *, const struct clock *, struct status *, struct err *);
void status_fini(struct status *);

#endif
