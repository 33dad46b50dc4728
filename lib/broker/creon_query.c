/*
 * creon_query.c - what only asks: the account and the market.
 *
 * A query answers whole or not at all.  The gateway turns CREON's pages and
 * keeps its limits; what it cannot answer in time it says so (creon_ask.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/creon_inner.h"
#include "broker/creon_reply.h"
#include "broker/creon_row.h"

#define QUERY_MS    35000
#define QUOTES_MOST 200  /* codes in one question */
#define TORN_TRIES  3    /* of a list that changed as it was read */
#define OVER_AFTER  5    /* minutes after the close: what stands has expired */
#define DOUBT_MS    2000 /* of a clock that was asked for the time */

/* The answer's reader, with what it fills in. */
typedef int (*reader)(const struct json *, void *out, struct err *);

/* Ask, and read with what says of whose answer it is that something is wrong.
 * 1 is the reader's own. */
static int
query(
    struct broker *br, const char *path, reader read, void *out, struct err *e)
{
	struct json *doc = creon_get(br, path, QUERY_MS, e);
	int rc;

	if (doc == NULL)
		return -1;
	if ((rc = read(doc, out, e)) == -1) {
		e->kind = E_BROKER;
		err_wrap(e, "CREON gateway: %s", path);
	}
	json_free(doc);
	return rc;
}

/* ---- orders */

struct list {
	const struct broker *br;
	ymd day;
	struct broker_orders *out;
};

/* By now: the list may be of a later minute than that it was asked for in. */
static enum creon_hours
hours_of(const struct broker *br, ymd day)
{
	const struct session *s = calendar_day(br->env.cal, day);
	struct clock now = *br->env.clock;
	hhmm at;

	clock_refresh(&now);
	at = clock_hhmm_on(&now, day);
	if (s == NULL || !s->is_open || at <= s->close)
		return HOURS_TRADING;
	return at < hhmm_add(s->close, OVER_AFTER) ? HOURS_CLOSED : HOURS_OVER;
}

static int
read_list(const struct json *doc, void *arg, struct err *e)
{
	struct list *l = arg;

	return creon_read_orders(
	    doc, l->day, hours_of(l->br, l->day), l->out, e);
}

/* By how many seconds the gateway's clock is before ours, as far as that is
 * known: it was asked for the time, and answered at once.  0, -1. */
static int
clock_ahead(struct broker *br, epoch *ahead, struct err *e)
{
	int64_t began = monotonic_ms(), took;
	struct json *doc = creon_get(br, "/v1/status", STATUS_MS, e);
	struct clock now = *br->env.clock;
	struct creon_status s;
	int rc;

	if (doc == NULL)
		return -1;
	clock_refresh(&now);
	took = monotonic_ms() - began;
	rc = creon_read_status(doc, &s, e);
	json_free(doc);
	if (rc == -1)
		return -1;
	if (s.now == 0 || took > DOUBT_MS)
		return err_set(e, E_BROKER,
		    s.now == 0 ?
			"the CREON gateway does not say what time it is" :
			"the CREON gateway takes long to say what time it is");
	*ahead = s.now - now.now;
	return 0;
}

static void
move_back(struct broker_order *o, ymd day, epoch ahead)
{
	struct clock c = { .now = clock_epoch_at(day, o->at, o->second) -
		    ahead };

	o->at = clock_ymd(&c) == day ? clock_hhmm(&c) : -1;
	o->second = clock_second(&c);
}

/* "at" is by the clock of the gateway's PC, which is not ours; and an order that
 * has no key, and was taken at a moment at which ours cannot have been, is
 * another's.  So moments are told by our clock, or not at all. */
static void
by_our_clock(struct broker *br, ymd day, struct broker_orders *l)
{
	bool is_wanted = false, is_known;
	struct err e = { 0 };
	epoch ahead = 0;

	for (int i = 0; i < l->n; i++)
		is_wanted = is_wanted ||
		    (l->item[i].at != -1 && l->item[i].key[0] == '\0');
	if (!is_wanted)
		return;
	is_known = clock_ahead(br, &ahead, &e) == 0;
	if (!is_known)
		log_warn("%s; so nobody knows when orders were "
			 "taken",
		    e.msg);
	for (int i = 0; i < l->n; i++)
		if (!is_known)
			l->item[i].at = -1;
		else if (l->item[i].at != -1)
			move_back(&l->item[i], day, ahead);
}

int
creon_orders(
    struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	struct list l = { br, day, out };
	int rc = 1;

	if (day != clock_ymd(br->env.clock))
		return 1;
	for (int i = 0; i < TORN_TRIES && rc == 1; i++) {
		out->n = 0;
		rc = query(br, "/v1/orders", read_list, &l, e);
	}
	if (rc == 0)
		by_our_clock(br, day, out);
	return rc == 1 ? err_set(e, E_BROKER,
			     "CREON's list of orders changes as it is read") :
			 rc;
}

/* ---- the account */

static int
read_cash(const struct json *doc, void *out, struct err *e)
{
	return creon_read_cash(doc, out, e);
}

int
creon_cash(struct broker *br, struct broker_cash *out, struct err *e)
{
	return query(br, "/v1/cash", read_cash, out, e);
}

static int
read_positions(const struct json *doc, void *out, struct err *e)
{
	return creon_read_positions(doc, out, e);
}

int
creon_holdings(struct broker *br, struct broker_holdings *out, struct err *e)
{
	return query(br, "/v1/positions", read_positions, out, e);
}

static int
read_buyable(const struct json *doc, void *out, struct err *e)
{
	return json_int(doc, "buyable", 0, WON_MOST, out, e);
}

int
creon_buyable(
    struct broker *br, const char *code, won price, won *out, struct err *e)
{
	char path[96];

	if (price > 0)
		snprintf(path, sizeof(path), "/v1/buyable?code=%s&price=%lld",
		    code, (long long)price);
	else
		snprintf(path, sizeof(path), "/v1/buyable?code=%s", code);
	return query(br, path, read_buyable, out, e);
}

static int
read_sellable(const struct json *doc, void *out, struct err *e)
{
	return json_int(doc, "sellable", 0, QTY_MOST, out, e);
}

int
creon_sellable(struct broker *br, const char *code, qty *out, struct err *e)
{
	char path[96];

	snprintf(path, sizeof(path), "/v1/sellable?code=%s", code);
	return query(br, path, read_sellable, out, e);
}

/* ---- the market */

struct quotes {
	struct broker_quote *quote;
	int n;
};

static int
read_quotes(const struct json *doc, void *arg, struct err *e)
{
	struct quotes *q = arg;

	return creon_read_quotes(doc, q->quote, q->n, e);
}

static int
ask_quotes(struct broker *br, struct quotes *q, struct err *e)
{
	char path[32 + QUOTES_MOST * CODE_SIZE] = "/v1/quotes?codes=";
	size_t used = strlen(path);

	for (int i = 0; i < q->n; i++)
		used += (size_t)snprintf(path + used, sizeof(path) - used,
		    "%s%s", i > 0 ? "," : "", q->quote[i].code);
	return query(br, path, read_quotes, q, e);
}

int
creon_quotes(
    struct broker *br, struct broker_quote *quote, int n, struct err *e)
{
	for (int i = 0; i < n; i += QUOTES_MOST) {
		struct quotes q = { quote + i,
			n - i < QUOTES_MOST ? n - i : QUOTES_MOST };

		if (ask_quotes(br, &q, e) == -1)
			return -1;
	}
	return 0;
}

struct minutes {
	ymd day;
	hhmm open, close, from, to;
	struct bar_store *out;
};

static int
read_minutes(const struct json *doc, void *arg, struct err *e)
{
	struct minutes *m = arg;

	return creon_read_minutes(
	    doc, m->day, m->open, m->close, m->from, m->to, m->out, e);
}

int
creon_minute_bars(struct broker *br, const char *code, ymd day, hhmm from,
    hhmm to, struct bar_store *out, struct err *e)
{
	const struct session *s = calendar_day(br->env.cal, day);
	struct minutes m = { day, 900, 1530, from, to, out };
	char path[96];

	if (s != NULL && s->is_open) {
		m.open = s->open;
		m.close = s->close;
	}
	snprintf(path, sizeof(path), "/v1/bars/minute?code=%s&from=%d&to=%d",
	    code, day, day);
	return query(br, path, read_minutes, &m, e);
}

struct days {
	ymd from, to;
	struct bar_store *out;
};

static int
read_days(const struct json *doc, void *arg, struct err *e)
{
	struct days *d = arg;

	return creon_read_days(doc, d->from, d->to, d->out, e);
}

int
creon_daily_bars(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	struct days d = { from, to, out };
	char path[96];

	snprintf(path, sizeof(path), "/v1/bars/day?code=%s&from=%d&to=%d", code,
	    from, to);
	return query(br, path, read_days, &d, e);
}

static int
read_stocks(const struct json *doc, void *out, struct err *e)
{
	return creon_read_stocks(doc, out, e);
}

int
creon_stocks(struct broker *br, struct broker_stocks *out, struct err *e)
{
	return query(br, "/v1/stocks", read_stocks, out, e);
}
