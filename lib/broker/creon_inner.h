/*
 * creon_inner.h - what the files of the CREON adapter share.
 *
 *   creon.c         the table of operations, opening, waiting for news
 *   creon_ask.c     one question to the gateway; waiting where it says so
 *   creon_order.c   place, amend, cancel
 *   creon_query.c   what only asks
 *   creon_reply.c   the gateway's answers into broker.h's words; no network
 *   creon_list.c    the same of its list of orders
 *   creon_market.c  the same of quotes, bars and stocks
 *
 * The gateway and its protocol: docs/brokers/creon-gateway.md.
 */
#ifndef BROKER_CREON_INNER_H
#define BROKER_CREON_INNER_H

#include "base/json.h"
#include "broker/broker.h"
#include "broker/http.h"

struct creon {
	struct http *http;
	char url[200]; /* no slash at its end */
	char *bearer;  /* "Bearer TOKEN" */
	bool is_fake;  /* the tests' CREON: our clock is its clock */
	int64_t event; /* the last that we have heard of */
};

static inline struct creon *
creon_of(const struct broker *br)
{
	return br->self;
}

#define STATUS_MS 5000 /* what does not wait for CREON */

/* ---- creon_ask.c */

/* What became of one request. */
struct creon_answer {
	enum http_outcome got;
	int status;       /* 200 ... */
	struct json *doc; /* NULL where it is none of the gateway's */
	char code[32];    /* of an error that the gateway told; or "" */
	char why[400];    /* words, where it is not 200 with a document */
	int retry_ms;     /* the same may be asked again then; -1: never */
};

/* Ask once; `body` NULL: none. */
void creon_ask(struct broker *, const char *method, const char *path,
    const char *body, int total_ms, struct creon_answer *);
void creon_answer_free(struct creon_answer *);
/*
 * Wait as long as the answer asks for, and take it off *left_ms.  false:
 * waiting does not help, it is too long, or we are asked to end.
 */
bool creon_wait(const struct creon_answer *, int *left_ms);
/* Ask, waiting where the gateway says so; the document, or NULL: E_BROKER,
 * E_AWAY, or E_CONFIG where it does not take our token. */
struct json *creon_get(
    struct broker *, const char *path, int total_ms, struct err *);

/* ---- creon_order.c, creon_query.c: the operations */

enum place creon_place(
    struct broker *, const struct broker_request *, struct ack *);
enum place creon_amend(
    struct broker *, const struct broker_request *, struct ack *);
enum place creon_cancel(
    struct broker *, const struct broker_request *, struct ack *);

int creon_orders(struct broker *, ymd, struct broker_orders *, struct err *);
int creon_cash(struct broker *, struct broker_cash *, struct err *);
int creon_holdings(struct broker *, struct broker_holdings *, struct err *);
int creon_buyable(
    struct broker *, const char *code, won price, won *, struct err *);
int creon_sellable(struct broker *, const char *code, qty *, struct err *);
int creon_quotes(struct broker *, struct broker_quote *, int n, struct err *);
int creon_minute_bars(struct broker *, const char *code, ymd, hhmm from,
    hhmm to, struct bar_store *, struct err *);
int creon_daily_bars(struct broker *, const char *code, ymd from, ymd to,
    struct bar_store *, struct err *);
int creon_stocks(struct broker *, struct broker_stocks *, struct err *);

#endif
