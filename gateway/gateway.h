/*
 * gateway.h - what the routes have in common: the parts of one gateway, and
 * the request of a client as it came in, free of HTTP's library.
 *
 *	http.c --> routes.c --> route_*.c --> jobs --> (COM thread) order.c,
 *	                                                the routes' own steps
 */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "gateway/events.h"
#include "gateway/jobs.h"
#include "gateway/journal.h"
#include "gateway/reply.h"
#include "gateway/session.h"

/* How long a client's thread waits; see docs/brokers/creon-gateway.md. */
struct waits {
	int64_t begin_ms; /* 5000: an order that has not begun is refused */
	int64_t order_ms; /* 40000: then its outcome is unknown */
	int64_t query_ms; /* 30000 */
};

struct gateway {
	struct journal *journal;
	struct events *events;
	struct jobs *jobs;
	struct session *session; /* its view; the rest is the COM thread's */
	struct fills *fills;     /* the COM thread's, and so is this: */
	int short_lists; /* by order: so many were not whole (route_lists.c) */
	bool orders_are_on;
	struct waits waits;
	void (*stop)(void); /* asks the gateway to end */
};

#define PARAMS_MOST 8

struct request {
	const char *method, *path;
	const char *now; /* x-maemae-now, or NULL */
	struct param {
		const char *name, *value;
	} param[PARAMS_MOST];
	int n_params;
	const char *body;
	size_t body_size;
};

/* Find the route and have it answer.  Waits as long as the route may. */
void route(struct gateway *, const struct request *, struct reply *);

/* ---- The routes' files. */

typedef void route_fn(struct gateway *, const struct request *, struct reply *);
route_fn route_status, route_stop;             /* route_status.c */
route_fn route_put, route_find, route_journal; /* route_orders.c */
route_fn route_orders, route_open_orders;      /* route_lists.c */
route_fn route_cash, route_positions;          /* route_account.c */
route_fn route_buyable, route_sellable;
route_fn route_events;              /* route_events.c */
route_fn route_quotes;              /* route_quotes.c */
route_fn route_days, route_minutes; /* route_bars.c */
route_fn route_stocks;              /* route_stocks.c */

/* ---- What they share (routes.c). */

/* A parameter's value, or NULL. */
const char *request_param(const struct request *, const char *name);
/* A whole number within bounds; absent: `dflt`.  0, or -1: reply says why. */
int request_int(const struct request *, const char *name, int64_t min,
    int64_t max, int64_t dflt, int64_t *out, struct reply *);
/* A stock code.  0, or -1: reply says why. */
int request_code(const struct request *, char code[CODE_SIZE], struct reply *);
/* The market's time for it: what it brings, or else session_now(). */
struct clock request_now(const struct request *);
/* The last part of the path. */
const char *request_tail(const struct request *);

/* Have a query done and answer with what came of it; takes `arg`, which
 * `fini` frees. */
void run_query(struct gateway *, const struct request *, struct reply *,
    const char *what, enum step (*step)(struct job *, struct session *),
    void (*fini)(struct job *), void *arg);

#endif
