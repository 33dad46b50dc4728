/*
 * kis_tr.h - what Korea Investment & Securities publishes as lists: hosts,
 * transaction ids, pages, exchanges, kinds of order.  They were renumbered in
 * 2025 and changed again in 2026, so they are tables here and code nowhere.
 */
#ifndef BROKER_KIS_TR_H
#define BROKER_KIS_TR_H

#include "base/types.h"
#include "market/calendar.h"

enum kis_mode {
	KIS_MOCK, /* simulated trading at the firm (moui tuja) */
	KIS_REAL,
	KIS_NMODES
};

struct kis_host {
	const char *name; /* in [kis] mode */
	const char *rest, *stream;
	int per_second;     /* calls that one key may make */
	const char *notice; /* transaction id of the notices of our orders */
	bool has_only_krx;  /* and no other exchange */
	bool takes_at_open; /* orders before continuous trading */
};
extern const struct kis_host kis_hosts[KIS_NMODES];

/* What can be asked by REST. */
enum kis_call {
	KIS_BUY,
	KIS_SELL,
	KIS_CHANGE,     /* amend or cancel */
	KIS_ORDERS,     /* orders of a day and what is filled of each */
	KIS_ORDERS_OLD, /* the same, longer ago than three months */
	KIS_BALANCE,
	KIS_BUYABLE,
	KIS_SELLABLE,
	KIS_PRICE,
	KIS_PRICES, /* thirty at once */
	KIS_DAYS,
	KIS_MINUTES,
	KIS_MINUTES_PAST,
	KIS_HOLIDAYS,
	KIS_NCALLS
};

struct kis_transaction {
	const char *path;
	const char *id[KIS_NMODES]; /* NULL: this host does not offer it */
	bool is_order;              /* a POST that must not be repeated */
};
extern const struct kis_transaction kis_transactions[KIS_NCALLS];

bool kis_offers(enum kis_mode, enum kis_call);

/* Exchanges by the names that the firm uses; "KRX" among them. */
bool kis_exchange_valid(const char *name);

/*
 * The code of a limit or market order at that time of that day; NULL where
 * the phase takes none such.  The regular market's codes hold at all times
 * that are no phase of their own, for the firm knows best when it is closed.
 */
const char *kis_order_code(
    const struct session *, ymd, hhmm at, bool is_market);
/* Is it a code of an order without a price of its own? */
bool kis_code_is_market(const char *code);
/* Does a day order of this exchange live no longer at that time?  Asked of
 * the session's own day. */
bool kis_day_is_over(const char *exchange, const struct session *, hhmm at);

/*
 * An order's number, as this program keeps it: "91252-117057-KRX", the branch,
 * the number and the exchange, all of which a cancel needs.  The firm pads the
 * same number with zeros here and blanks there, so both are trimmed.
 */
struct kis_no {
	char branch[8], number[12], exchange[4];
};
/* -1 where a part is empty, too long, or has a '-' in it. */
int kis_no_print(const struct kis_no *, char *buf, size_t size);
int kis_no_parse(const char *text, struct kis_no *out);
/* Trim one part as it came; false where it does not fit. */
bool kis_no_trim(const char *text, char *out, size_t size);

#endif
