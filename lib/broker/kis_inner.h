/*
 * kis_inner.h - what the files of the adapter share.  Not for others.
 *
 *	kis.c		the table of functions; opening, by [kis]
 *	kis_tr.c	hosts, transactions, order codes: data
 *	kis_reply.c	an answer judged; its fields
 *	kis_parse_*.c	rows into ours
 *	kis_token.c	the token, cached for all programs
 *	kis_ask.c	one question: permit, token, headers, again or not
 *	kis_order.c	place, amend, cancel, the day's orders
 *	kis_account.c	cash and shares
 *	kis_quote.c	quotes
 *	kis_bars.c	days and minutes, page by page
 *	kis_master.c	the lists of stocks
 *	kis_holiday.c	which days are sessions
 *	kis_notice.c	frames of the socket, pure
 *	kis_stream.c	the socket
 */
#ifndef BROKER_KIS_INNER_H
#define BROKER_KIS_INNER_H

#include "base/rng.h"
#include "broker/broker.h"
#include "broker/http.h"
#include "broker/kis_crypt.h"
#include "broker/kis_reply.h"
#include "broker/kis_tr.h"
#include "broker/secret.h"

#define KIS_TOKEN_SIZE 1024

struct kis_token {
	char text[KIS_TOKEN_SIZE];
	epoch until; /* wall clock; 0: none */
	epoch again; /* wall clock, before which none may be asked for */
};

struct kis_stream;

struct kis {
	struct broker *br;
	/* As configured; see kis_conf.c.  Texts are owned. */
	enum kis_mode mode;
	char *key, *secret;
	char account[9], product[3];
	char *hts_id; /* of notices; NULL: none are wanted */
	char *rest, *stream_url, *master_url, *token_path;
	const char *exchange; /* of new orders */
	int per_second;
	bool is_sandbox; /* plain HTTP to this machine: no money, its time
				is ours */
	const struct broker_request *order; /* while it is sent */

	char bucket[32];
	struct http *http;
	struct secrets secrets; /* no message may show these */
	struct kis_token token;
	int64_t denied_until; /* monotonic: key or secret are wrong */
	int64_t lost_until;   /* monotonic: a token may have been issued */
	bool no_permits;      /* none will come: E_CONFIG was said */
	bool told_orders, told_shares; /* that what is no stock is left out */
	struct rng jitter;
	struct kis_stream *stream;
};

/* ---- kis_conf.c */

/* Read [kis] and the environment; E_CONFIG names the key that is wrong. */
int kis_configure(struct kis *, struct err *);
void kis_unconfigure(struct kis *); /* wipes what is secret */

/* ---- kis_token.c */

/* A token that lives a while yet, in k->token: ours, that of the file, or a
 * new one, asked for by one program at a time.  0 or -1. */
int kis_token_need(struct kis *, struct err *);
/* Were key and secret refused?  A person must look; E_CONFIG. */
bool kis_is_denied(const struct kis *);
/* Is there none, and is none to be had soon, for an answer was lost? */
bool kis_token_is_lost(const struct kis *);
/* The server does not take it: no program is to use it again. */
void kis_token_refused(struct kis *);
/* The key that opens a socket, into buf. */
int kis_approval(struct kis *, char *buf, size_t size, struct err *);

/* ---- kis_ask.c */

/* Never show this in a message or in the log of the wire. */
void kis_keep_secret(struct kis *, const char *text);
/* What the firm said, before it is told: without what it repeats of ours. */
void kis_hide_secrets(const struct kis *, char *text, size_t size);
/* The same of what a parser says of an answer; its result. */
int kis_parsed(const struct kis *, int rc, struct err *e);
/* A list has what is no stock, as the error says, which is forgotten: told
 * once, with what is done about it. */
void kis_tell_other(
    const struct kis *, bool *told, const char *what, struct err *e);

struct kis_param {
	const char *name, *value;
};

/*
 * A question that changes nothing: asked again, a few times and with pauses,
 * where that may help.  0: *r is KIS_FINE or KIS_NOTHING, and the caller's to
 * free; -1.  `cont` is "" or, for a next page, "N".
 */
int kis_get(struct kis *, enum kis_call, const struct kis_param *, int n,
    const char *cont, struct kis_reply *r, struct err *);

/* A read that met trouble: another try, after a pause that grows and differs
 * between programs?  Counts them, from 0. */
bool kis_pause(struct kis *, int *troubles);

/* All pages of a list: `page` is called for each, and says 0 to go on, 1 that
 * it has enough, or -1; the first may be KIS_NOTHING, with or without what
 * stands beside rows.  The cursor's parameters and fields are CTX_AREA_FK and
 * _NK with this suffix.  0 or -1. */
typedef int (*kis_page)(void *arg, const struct kis_reply *, struct err *);
int kis_pages(struct kis *, enum kis_call, const struct kis_param *, int n,
    const char *suffix, kis_page page, void *arg, struct err *);

/*
 * An order: sent again only where the server says that it did not process it,
 * for too many calls or for an old token.  What became of it; *r is to be
 * freed.  `why` tells what the reply does not.
 */
enum kis_sent {
	KIS_NOT_SENT, /* surely */
	KIS_LOST,     /* it may have been processed */
	KIS_ANSWERED, /* by the reply's verdict, which may be KIS_UNSURE */
};
enum kis_sent kis_post(struct kis *, enum kis_call, const struct kis_param *,
    int n, struct kis_reply *r, char *why, size_t size);

/* A POST without a token: tokens and keys of sockets.  Its body is secret, it
 * is never repeated.  The error says why there is no answer. */
enum kis_sent kis_post_open(struct kis *, const char *path,
    const struct json *body, struct kis_reply *r, struct err *);

/* A code as the firm writes it, with the Q of ETNs: "Q500001". */
const char *kis_code(struct kis *, const char *code, char buf[CODE_SIZE]);

/* ---- the operations */

enum place kis_place(
    struct broker *, const struct broker_request *, struct ack *);
enum place kis_amend(
    struct broker *, const struct broker_request *, struct ack *);
enum place kis_cancel(
    struct broker *, const struct broker_request *, struct ack *);
int kis_orders(struct broker *, ymd, struct broker_orders *, struct err *);
bool kis_told_no(
    struct broker *, const char *listed, char buf[static BROKER_NO_SIZE]);
int kis_cash(struct broker *, struct broker_cash *, struct err *);
int kis_holdings(struct broker *, struct broker_holdings *, struct err *);
int kis_buyable(
    struct broker *, const char *code, won price, won *, struct err *);
int kis_sellable(struct broker *, const char *code, qty *, struct err *);
int kis_quotes(struct broker *, struct broker_quote *, int n, struct err *);
int kis_daily_bars(struct broker *, const char *code, ymd from, ymd to,
    struct bar_store *, struct err *);
int kis_minute_bars(struct broker *, const char *code, ymd, hhmm from, hhmm to,
    struct bar_store *, struct err *);
int kis_stocks(struct broker *, struct broker_stocks *, struct err *);
int kis_days(struct broker *, ymd from, struct broker_days *, struct err *);
int kis_wait_event(struct broker *, int timeout_ms, struct err *);

void kis_stream_close(struct kis_stream *);

#endif
