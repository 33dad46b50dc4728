/*
 * paper_order.c - what the paper broker does with a request: take it, or
 * refuse it with a reason, as the exchange and a careful firm would.
 *
 * Checked are the hour, the price (tick and daily limits), the cash and the
 * shares.  That an account never has a buy and a sell of one stock at once is
 * our own rule (T12), which is tried against a broker who does not know it.
 */
#include "broker/paper_inner.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

__attribute__((format(printf, 3, 4))) static int
refuse(struct ack *ack, enum refusal why, const char *fmt, ...)
{
	va_list ap;

	ack->why = why;
	va_start(ap, fmt);
	vsnprintf(ack->reason, sizeof(ack->reason), fmt, ap);
	va_end(ap);
	return 0;
}

static int
refuse_closed(struct ack *ack, const char *why)
{
	ack->is_market_closed = true;
	return refuse(ack, REFUSED_CLOSED, "%s", why);
}

/* The session if it takes orders now: from the entry phase to the close, in
 * the lunch break of old days too.  NULL: refused. */
static const struct session *
open_session(struct broker *br, struct ack *ack)
{
	hhmm now = clock_hhmm(br->env.clock);
	const struct session *ses = br->env.cal == NULL ?
	    NULL :
	    calendar_day(br->env.cal, clock_ymd(br->env.clock));

	if (ses == NULL)
		refuse_closed(ack, "the calendar does not know this day");
	else if (!ses->is_open)
		refuse_closed(ack, "no session today");
	else if (now < ses->entry)
		refuse_closed(ack, "no orders are taken yet");
	else if (session_first_bar(ses, now) == -1)
		refuse_closed(ack, "the session is over");
	else
		return ses;
	return NULL;
}

static won
bound_by(const struct broker *br, const struct books_order *o)
{
	return o->side == SIDE_BUY ?
	    cost_reserve(&br->env.costs, o->bind, o->n - o->filled) :
	    0;
}

int
paper_bound_cash(struct broker *br, won *bound, struct err *e)
{
	struct paper *p = br->self;
	struct books_orders w = { 0 };

	*bound = 0;
	if (books_working(p->books, &w, e) == -1) {
		free(w.item);
		return -1;
	}
	for (int i = 0; i < w.n; i++)
		if (__builtin_add_overflow(
			*bound, bound_by(br, &w.item[i]), bound))
			*bound = INT64_MAX;
	free(w.item);
	return 0;
}

int
paper_bound_shares(
    struct broker *br, const char *code, qty *bound, struct err *e)
{
	struct paper *p = br->self;
	struct books_orders w = { 0 };

	*bound = 0;
	if (books_working(p->books, &w, e) == -1) {
		free(w.item);
		return -1;
	}
	for (int i = 0; i < w.n; i++)
		if (w.item[i].side == SIDE_SELL &&
		    strcmp(w.item[i].code, code) == 0)
			*bound += w.item[i].n - w.item[i].filled;
	free(w.item);
	return 0;
}

/* 1, or 0 refused. */
static int
check_halt(struct broker *br, const char *code, struct ack *ack)
{
	if (pause_at(br->self, code, clock_hhmm(br->env.clock)) == PAUSED_HALT)
		return refuse(ack, REFUSED_HALTED, "%s is halted", code);
	return 1;
}

/* Legal for day, kind and limits?  1, or 0 refused. */
static int
check_price(const struct paper_stock *s, ymd day, won price, struct ack *ack)
{
	if (price <= 0)
		return refuse(ack, REFUSED_TICK, "a limit order needs a price");
	if (price > INT64_C(1000000000) ||
	    tick_floor(day, s->kind, price) != price)
		return refuse(ack, REFUSED_TICK,
		    "%" PRId64 " is not on a tick (%" PRId64 " won here)",
		    price, tick_size(day, s->kind, price));
	if (s->base > 0 && price > s->limits.upper)
		return refuse(ack, REFUSED_BAND,
		    "%" PRId64 " is above the upper limit %" PRId64, price,
		    s->limits.upper);
	if (s->base > 0 && price < s->limits.lower)
		return refuse(ack, REFUSED_BAND,
		    "%" PRId64 " is below the lower limit %" PRId64, price,
		    s->limits.lower);
	return 1;
}

/* The close of the last bar known today, 0 for none. */
static int
last_close(struct broker *br, const char *code, won *close, struct err *e)
{
	hhmm now = clock_hhmm(br->env.clock);
	struct bar_store bars;
	int rc;

	*close = 0;
	if (now == 0)
		return 0;
	bar_store_init(&bars, true);
	rc = paper_minutes(
	    br, code, clock_ymd(br->env.clock), 0, hhmm_add(now, -1), &bars, e);
	if (rc == 0 && bars.n > 0)
		*close = bars.close[bars.n - 1];
	bar_store_fini(&bars);
	return rc;
}

/* The price at which a buy binds cash: its limit; for a market order the
 * highest at which it can fill.  1, 0 refused, -1. */
static int
binding_price(struct broker *br, const struct paper_stock *s,
    const struct broker_request *req, const char *code, won *price,
    struct ack *ack, struct err *e)
{
	won last;

	*price = req->limit;
	if (!req->is_market)
		return 1;
	*price = s->limits.upper;
	if (s->base > 0)
		return 1;
	if (last_close(br, code, &last, e) == -1)
		return -1;
	if (last <= 0)
		return refuse(ack, REFUSED_CASH,
		    "no price of %s is known, so a market order"
		    " cannot be covered",
		    code);
	*price = muldiv_ceil(last, 13, 10);
	return 1;
}

/* Is there cash for `need`, of which `has` is bound already?  1, 0, -1. */
static int
check_cash(struct broker *br, won need, won has, struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	won cash, bound;

	if (books_cash(p->books, &cash, e) == -1 ||
	    paper_bound_cash(br, &bound, e) == -1)
		return -1;
	if (need - has > cash - bound)
		return refuse(ack, REFUSED_CASH,
		    "not enough cash: needs %" PRId64 ", there are %" PRId64,
		    need - has, cash > bound ? cash - bound : 0);
	return 1;
}

/* 1, 0, -1. */
static int
check_shares(
    struct broker *br, const char *code, qty n, struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	qty held, bound;
	won cost;

	if (books_holding(p->books, code, &held, &cost, e) == -1 ||
	    paper_bound_shares(br, code, &bound, e) == -1)
		return -1;
	if (n > held - bound)
		return refuse(ack, REFUSED_SHARES,
		    "not enough shares: to sell %" PRId64
		    ", there are %" PRId64,
		    n, held - bound);
	return 1;
}

/* From when on the list has an order taken now; 0: at once. */
static epoch
listed_at(const struct broker *br, enum fault fault)
{
	const struct paper *p = br->self;

	return fault == FAULT_LATE_LIST ?
	    paper_late_now(br) + p->faults.delay_seconds :
	    0;
}

static int
take_new(struct broker *br, const struct broker_request *req, enum fault fault,
    struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	ymd today = clock_ymd(br->env.clock);
	hhmm now = clock_hhmm(br->env.clock);
	const struct session *ses = open_session(br, ack);
	struct paper_stock stock;
	struct books_order o = {
		.date = today,
		.side = req->side,
		.is_market = req->is_market,
		.limit = req->is_market ? 0 : req->limit,
		.n = req->n,
		.state = BO_WORKING,
		.at = now,
		.is_doomed = fault == FAULT_LATE_REJECT,
		.listed_at = listed_at(br, fault),
	};
	int rc;

	if (ses == NULL)
		return 0;
	if (req->code[0] == '\0')
		return refuse(ack, REFUSED_OTHER, "no stock is named");
	if (req->n < 1)
		return refuse(
		    ack, REFUSED_OTHER, "%" PRId64 " is no quantity", req->n);
	if (check_halt(br, req->code, ack) == 0)
		return 0;
	if (paper_stock(br, req->code, today, &stock, e) == -1)
		return -1;
	if (!req->is_market && !check_price(&stock, today, req->limit, ack))
		return 0;
	if (req->side == SIDE_BUY) {
		if ((rc = binding_price(
			 br, &stock, req, req->code, &o.bind, ack, e)) == 1)
			rc = check_cash(br,
			    cost_reserve(&br->env.costs, o.bind, req->n), 0,
			    ack, e);
	} else {
		rc = check_shares(br, req->code, req->n, ack, e);
	}
	if (rc != 1)
		return rc;

	o.first_bar = session_first_bar(ses, now);
	memcpy(o.key, req->key, sizeof(o.key));
	memcpy(o.code, req->code, sizeof(o.code));
	if (books_order_add(p->books, &o, e) == -1)
		return -1;
	snprintf(ack->broker_no, sizeof(ack->broker_no), "%" PRId64, o.no);
	return 1;
}

/* The working order that an amend or cancel means.  1, 0 refused, -1. */
static int
find_working(struct broker *br, const struct broker_request *req,
    struct books_order *o, struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	int64_t no;
	int rc = 0;

	if (int_parse(req->broker_no, 1, INT64_MAX, &no) == 0 &&
	    (rc = books_order_find(
		 p->books, clock_ymd(br->env.clock), no, o, e)) == -1)
		return -1;
	if (rc == 0 ||
	    (req->code[0] != '\0' && strcmp(req->code, o->code) != 0))
		return refuse(ack, REFUSED_GONE, "no order %s%s%s today",
		    req->broker_no, req->code[0] == '\0' ? "" : " in ",
		    req->code);
	if (o->state != BO_WORKING)
		return refuse(ack, REFUSED_GONE, "order %s is already %s",
		    req->broker_no, paper_state_name(o->state));
	return 1;
}

/* The order as amended becomes a new one and keeps its place (CREON). */
static int
replace(struct broker *br, struct books_order *old, struct books_order *new,
    enum fault fault, struct err *e)
{
	struct paper *p = br->self;

	new->orig_no = old->no;
	new->n = old->n - old->filled;
	new->filled = 0;
	new->filled_won = 0;
	new->at = clock_hhmm(br->env.clock);
	new->listed_at = listed_at(br, fault);
	if (books_order_add(p->books, new, e) == -1)
		return -1;
	old->state = BO_CANCELLED;
	snprintf(
	    old->reason, sizeof(old->reason), "amended: now %" PRId64, new->no);
	return books_order_save(p->books, old, e);
}

static int
take_amend(struct broker *br, const struct broker_request *req,
    enum fault fault, struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	ymd today = clock_ymd(br->env.clock);
	const struct session *ses = open_session(br, ack);
	struct paper_stock stock;
	struct books_order o, new;
	int rc;

	if (ses == NULL)
		return 0;
	if ((rc = find_working(br, req, &o, ack, e)) != 1)
		return rc;
	if (check_halt(br, o.code, ack) == 0)
		return 0;
	if (paper_stock(br, o.code, today, &stock, e) == -1)
		return -1;
	if (!req->is_market && !check_price(&stock, today, req->limit, ack))
		return 0;
	new = o;
	new.is_market = req->is_market;
	new.limit = req->is_market ? 0 : req->limit;
	new.first_bar = session_first_bar(ses, clock_hhmm(br->env.clock));
	if (o.side == SIDE_BUY) {
		if ((rc = binding_price(
			 br, &stock, req, o.code, &new.bind, ack, e)) == 1)
			rc = check_cash(
			    br, bound_by(br, &new), bound_by(br, &o), ack, e);
		if (rc != 1)
			return rc;
	}
	if (p->renumbers) {
		memcpy(new.key, req->key, sizeof(new.key));
		rc = replace(br, &o, &new, fault, e);
	} else {
		rc = books_order_save(p->books, &new, e);
	}
	if (rc == -1)
		return -1;
	snprintf(ack->broker_no, sizeof(ack->broker_no), "%" PRId64, new.no);
	return 1;
}

static int
take_cancel(struct broker *br, const struct broker_request *req,
    enum fault fault, struct ack *ack, struct err *e)
{
	struct paper *p = br->self;
	struct paper_stock stock;
	struct books_order o;
	int rc;

	if ((rc = find_working(br, req, &o, ack, e)) != 1)
		return rc;
	/* At the minute of the close the last price is made already. */
	if (open_session(br, ack) == NULL)
		return 0;
	if (fault == FAULT_CANCEL_LOSES && !o.is_market &&
	    pause_at(p, o.code, clock_hhmm(br->env.clock)) == PAUSED_NOT) {
		if (paper_stock(br, o.code, o.date, &stock, e) == -1 ||
		    paper_book_fill(br, &o, o.n - o.filled, o.limit,
			clock_hhmm(br->env.clock), stock.kind, e) == -1)
			return -1;
		return refuse(ack, REFUSED_GONE, "order %s is already filled",
		    req->broker_no);
	}
	o.state = BO_CANCELLED;
	snprintf(o.reason, sizeof(o.reason), "cancelled by request");
	if (books_order_save(p->books, &o, e) == -1)
		return -1;
	snprintf(ack->broker_no, sizeof(ack->broker_no), "%" PRId64, o.no);
	return 1;
}

int
paper_carry_out(struct broker *br, enum paper_kind kind,
    const struct broker_request *req, enum fault fault, struct ack *ack,
    struct err *e)
{
	memset(ack, 0, sizeof(*ack));
	switch (kind) {
	case PAPER_NEW:
		return take_new(br, req, fault, ack, e);
	case PAPER_AMEND:
		return take_amend(br, req, fault, ack, e);
	case PAPER_CANCEL:
		return take_cancel(br, req, fault, ack, e);
	case PAPER_NKINDS:
		break;
	}
	return err_set(e, E_BUG, "a request of no kind");
}
