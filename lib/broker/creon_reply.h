/*
 * creon_reply.h - the gateway's answers into broker.h's words.
 *
 * Pure: a document in, a structure out; -1 and E_DATA name what is not as
 * docs/brokers/creon-gateway.md says.  Nothing is guessed from what is absent.
 */
#ifndef BROKER_CREON_REPLY_H
#define BROKER_CREON_REPLY_H

#include "base/json.h"
#include "broker/broker.h"

#define CREON_PROTOCOL 1

struct creon_status {
	bool is_fake;
	bool takes_orders; /* switched on there */
	int64_t event;     /* number of the last event */
	epoch now;         /* by its clock; 0: it does not say */
	char account[32];  /* masked but for its end; "" before signing on */
	char product[8];
};

int creon_read_status(const struct json *, struct creon_status *, struct err *);

/*
 * What became of an order request.  0, or -1 where the document does not say:
 * then it is not known.  *in_flight: CREON has not answered yet.
 */
int creon_read_outcome(const struct json *, const char *key, enum place *,
    struct ack *, bool *in_flight, struct err *);

/* How far the day is: of what rests and of what nobody cancelled. */
enum creon_hours {
	HOURS_TRADING,
	HOURS_CLOSED, /* the exchange takes back what rests; fills still come */
	HOURS_OVER    /* what still stands has expired */
};

/*
 * Orders of `day`, as it was at those hours.  1: a fill came while the gateway read its pages, ask again.  The rows of amends and cancels
 * become what they did to their orders:
 *
 *   12345 new    buy 10 at 55000        12345, cancelled, or replaced by
 *   12346 amend  of 12345, at 55100     12346, which works with the rest
 *   12347 cancel of 12346               12346, cancelled
 */
int creon_read_orders(const struct json *, ymd day, enum creon_hours,
    struct broker_orders *, struct err *);

int creon_read_cash(const struct json *, struct broker_cash *, struct err *);
/* Of one stock one holding, whatever its rows; what is held on credit counts,
 * and cannot be sold from here. */
int creon_read_positions(
    const struct json *, struct broker_holdings *, struct err *);
/* n quotes, in the order of the codes that stand in them. */
int creon_read_quotes(
    const struct json *, struct broker_quote *, int n, struct err *);
/* Bars of days in [from, to]. */
int creon_read_days(
    const struct json *, ymd from, ymd to, struct bar_store *, struct err *);
/*
 * Minutes of one day whose first minutes are in [from, to].  CREON labels a
 * minute by its end: 901 is 900 here.  The bar at the close (1530) is the
 * closing auction's in both.
 */
int creon_read_minutes(const struct json *, ymd day, hhmm open, hhmm close,
    hhmm from, hhmm to, struct bar_store *, struct err *);
int creon_read_stocks(
    const struct json *, struct broker_stocks *, struct err *);
/* The last event shown, from which to go on (left as it is where none is), and
 * whether there is news of our orders. */
int creon_read_events(
    const struct json *, int64_t *last, bool *is_news, struct err *);

#endif
