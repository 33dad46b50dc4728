/*
 * paper_match.c - bring the paper books to now: match working orders against
 * the bars that have become known, end the day's orders after the close.
 *
 * It happens before anything else whenever the broker is asked something, so
 * that nobody need run in between: an order of last week, looked at today,
 * fills and ends as it would have then.
 *
 * A bar is known when its minute is over, and each bar is matched once for a
 * stock, against all its working orders in the order of their acceptance,
 * which share a tenth of the bar's volume.  The marker stays at the last bar
 * that was seen, so a bar that arrives late still counts, as long as no later
 * one has been matched.  The backtest does the same in memory; the rule for
 * one order and one bar is market/match.h's.
 */
#include "broker/paper_inner.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "market/match.h"

#define FIRST_DAY 19000101
#define FEW_DAYS  15 /* longer than any holidays */

/* The last close before d, 0 where none is known. */
static int
previous_close(
    struct broker *br, const char *code, ymd d, won *close, struct err *e)
{
	const struct price_source *src = &br->env.source;
	ymd from[] = { ymd_add(d, -FEW_DAYS), FIRST_DAY };
	struct bar_store days;
	int rc = 0;

	*close = 0;
	bar_store_init(&days, false);
	/* All of history only where a long halt makes it necessary. */
	for (size_t i = 0; i < NELEM(from) && *close == 0 && rc == 0; i++) {
		bar_store_clear(&days);
		rc = src->days(
		    src->arg, code, from[i], ymd_add(d, -1), &days, e);
		for (int k = days.n - 1; k >= 0 && *close == 0; k--)
			if (days.date[k] < d)
				*close = days.close[k];
	}
	bar_store_fini(&days);
	return rc;
}

int
paper_stock(struct broker *br, const char *code, ymd d, struct paper_stock *out,
    struct err *e)
{
	const struct price_source *src = &br->env.source;

	*out = (struct paper_stock){ .kind = KIND_KOSPI, .leverage = 1 };
	if (src->kind(src->arg, code, &out->kind, &out->leverage, e) == -1 ||
	    previous_close(br, code, d, &out->base, e) == -1)
		return err_wrap(e, "%s", code);
	if (out->base > 0)
		out->limits = daily_limits(
		    d, out->kind, out->base, out->leverage);
	return 0;
}

/* One fill into cash, holding and list. */
static int
book_one(struct broker *br, struct books_order *o, qty n, won price, hhmm time,
    enum kind kind, struct err *e)
{
	struct paper *p = br->self;
	const struct costs *c = &br->env.costs;
	epoch late = paper_late_now(br) + p->faults.delay_seconds;
	struct books_fill f = {
		.order_id = o->id,
		.date = o->date,
		.time = time,
		.n = n,
		.price = price,
	};
	won amount, held_cost, out, delta;
	qty held;
	int rc;

	if (won_total(price, n, &amount) == -1)
		return err_set(e, E_DATA,
		    "%s: a fill of %" PRId64 " at %" PRId64
		    " won is more than can be counted",
		    o->code, n, price);
	f.commission = cost_commission(c, o->side, amount);
	f.tax = cost_tax(c, o->side, o->date, kind, amount);
	if ((rc = fault_strikes(p, FAULT_LATE_FILLS, e)) == -1)
		return -1;
	f.seen_at = rc ? late : 0;
	if ((rc = fault_strikes(p, FAULT_LATE_BALANCE, e)) == -1)
		return -1;
	f.counted_at = rc ? late : 0;

	if (books_holding(p->books, o->code, &held, &held_cost, e) == -1)
		return -1;
	if (o->side == SIDE_BUY) {
		held += n;
		held_cost += amount;
		delta = -amount - f.commission;
	} else {
		if (n > held)
			return err_set(e, E_BUG,
			    "%s: %" PRId64 " sold, %" PRId64 " held", o->code,
			    n, held);
		/* Average cost; the last share takes what is left. */
		out = muldiv_floor(held_cost, n, held);
		held -= n;
		held_cost -= out;
		delta = amount - f.commission - f.tax;
	}
	o->filled += n;
	o->filled_won += amount;
	assert(o->filled <= o->n);
	if (o->filled == o->n)
		o->state = BO_FILLED;
	if (books_fill_add(p->books, &f, e) == -1 ||
	    books_set_holding(p->books, o->code, held, held_cost, e) == -1 ||
	    books_cash_add(p->books, delta, e) == -1)
		return -1;
	return books_order_save(p->books, o, e);
}

int
paper_book_fill(struct broker *br, struct books_order *o, qty n, won price,
    hhmm time, enum kind kind, struct err *e)
{
	struct paper *p = br->self;
	int rc;

	if (n > 1) {
		if ((rc = fault_strikes(p, FAULT_SPLIT_FILLS, e)) == -1)
			return -1;
		if (rc == 1) {
			if (book_one(br, o, n / 2, price, time, kind, e) == -1)
				return -1;
			n -= n / 2;
		}
	}
	return book_one(br, o, n, price, time, kind, e);
}

static int
match_bar(struct broker *br, struct books_order *order, int n,
    const struct match_bar *bar, hhmm label, enum kind kind, struct err *e)
{
	struct paper *p = br->self;
	qty capacity = match_capacity(bar), got;
	won price;
	int rc;

	for (int i = 0; i < n; i++) {
		struct books_order *o = &order[i];
		struct match_order m = {
			.side = o->side,
			.is_market = o->is_market,
			.limit = o->limit,
			.left = o->n - o->filled,
		};

		if (o->state != BO_WORKING || o->first_bar > label)
			continue;
		got = match_fill(&m, bar, &br->env.costs, &capacity, &price);
		if (got == 0)
			continue;
		if (got > 1) {
			if ((rc = fault_strikes(p, FAULT_PARTIAL, e)) == -1)
				return -1;
			got -= rc ? got / 2 : 0;
		}
		if (paper_book_fill(br, o, got, price, label, kind, e) == -1)
			return -1;
	}
	return 0;
}

/* Match the working orders of one stock and day against its bars up to `to`
 * that were not matched before. */
static int
match_bars(struct broker *br, const struct session *ses,
    struct books_order *order, int n, hhmm to, struct err *e)
{
	struct paper *p = br->self;
	const char *code = order[0].code;
	struct paper_stock stock = { 0 };
	struct bar_store bars;
	ymd matched_day;
	hhmm matched, from = order[0].first_bar, last = -1;
	int rc = -1;

	for (int i = 1; i < n; i++)
		if (order[i].first_bar < from)
			from = order[i].first_bar;
	if (books_matched(p->books, code, &matched_day, &matched, e) == -1)
		return -1;
	if (matched_day > ses->date)
		return 0;
	if (matched_day == ses->date && from <= matched)
		from = hhmm_add(matched, 1);
	if (from > to)
		return 0;

	bar_store_init(&bars, true);
	if (paper_minutes(br, code, ses->date, from, to, &bars, e) == -1)
		goto out;
	if (bars.n > 0 && paper_stock(br, code, ses->date, &stock, e) == -1)
		goto out;
	for (int i = 0; i < bars.n; i++) {
		struct match_bar bar = {
			.open = bars.open[i],
			.high = bars.high[i],
			.low = bars.low[i],
			.close = bars.close[i],
			.volume = bars.volume[i],
			.lower = stock.limits.lower,
			.upper = stock.limits.upper,
			.lowest = tick_ceil(ses->date, stock.kind,
			    stock.base > 0 ? stock.limits.lower : 1),
		};
		hhmm label = bars.time[i];

		/* Other venues' minutes, and whatever else is no bar of this
		 * session, fill nothing. */
		if (label < from || label > to ||
		    session_minute_index(ses, label) == -1)
			continue;
		if (match_bar(br, order, n, &bar, label, stock.kind, e) == -1)
			goto out;
		last = label;
	}
	if (last != -1 &&
	    books_set_matched(p->books, code, ses->date, last, e) == -1)
		goto out;
	rc = 0;
out:
	bar_store_fini(&bars);
	return rc;
}

static int
end_order(struct broker *br, struct books_order *o, enum broker_state state,
    const char *reason, struct err *e)
{
	struct paper *p = br->self;

	o->state = state;
	o->is_doomed = false;
	snprintf(o->reason, sizeof(o->reason), "%s", reason);
	return books_order_save(p->books, o, e);
}

/* The working orders of one stock and day, in order of acceptance. */
static int
advance_stock(
    struct broker *br, struct books_order *order, int n, struct err *e)
{
	ymd today = clock_ymd(br->env.clock), day = order[0].date;
	hhmm now = clock_hhmm(br->env.clock);
	const struct session *ses = br->env.cal == NULL ?
	    NULL :
	    calendar_day(br->env.cal, day);
	bool is_over = day < today;

	for (int i = 0; i < n; i++)
		if (order[i].is_doomed &&
		    end_order(br, &order[i], BO_REJECTED,
			"refused by the exchange (fault)", e) == -1)
			return -1;
	if (ses != NULL && ses->is_open) {
		is_over = is_over || (day == today && now > ses->close);
		if (is_over ?
			match_bars(br, ses, order, n, ses->close, e) == -1 :
			day == today && now > ses->open &&
			    match_bars(
				br, ses, order, n, hhmm_add(now, -1), e) == -1)
			return err_wrap(e, "matching %s", order[0].code);
	}
	for (int i = 0; is_over && i < n; i++)
		if (order[i].state == BO_WORKING &&
		    end_order(br, &order[i], BO_EXPIRED, "the session is over",
			e) == -1)
			return -1;
	return 0;
}

/* A request that was on its way for too long is carried out; the books, and
 * the clock, are at the moment at which it comes. */
static int
arrive(struct broker *br, const struct books_delayed *d, struct err *e)
{
	struct paper *p = br->self;
	struct paper_request log = {
		.date = clock_ymd(br->env.clock),
		.at = clock_hhmm(br->env.clock),
	};
	struct ack ack;
	int rc = paper_carry_out(
	    br, (enum paper_kind)d->kind, &d->req, FAULT_NONE, &ack, e);

	if (rc == -1)
		return -1;
	snprintf(log.kind, sizeof(log.kind), "%s", paper_kind_name[d->kind]);
	memcpy(log.key, d->req.key, sizeof(log.key));
	memcpy(log.code, d->req.code, sizeof(log.code));
	memcpy(log.broker_no, ack.broker_no, sizeof(log.broker_no));
	snprintf(log.outcome, sizeof(log.outcome), "%s",
	    rc == 1 ? "accepted" : "rejected");
	snprintf(log.fault, sizeof(log.fault), "%s", fault_name(FAULT_DELAY));
	memcpy(log.reason, ack.reason, sizeof(log.reason));
	return books_request_add(p->books, br->env.clock->now, &log, e);
}

/* The working orders of all stocks and days. */
static int
advance_working(struct broker *br, struct err *e)
{
	struct paper *p = br->self;
	struct books_orders w = { 0 };
	int rc = -1, from, to;

	if (books_working(p->books, &w, e) == -1)
		goto out;
	for (from = 0; from < w.n; from = to) {
		for (to = from + 1; to < w.n; to++)
			if (w.item[to].date != w.item[from].date ||
			    strcmp(w.item[to].code, w.item[from].code) != 0)
				break;
		if (advance_stock(br, &w.item[from], to - from, e) == -1)
			goto out;
	}
	rc = 0;
out:
	free(w.item);
	return rc;
}

/* What was delayed comes at its own moment, though nobody asked anything
 * then: at the next day's opening, an order of last night would pass for one
 * of that day. */
int
paper_advance(struct broker *br, struct err *e)
{
	struct paper *p = br->self;
	const struct clock *now = br->env.clock;
	epoch late_now = paper_late_now(br);
	struct books_delayed d;
	int rc;

	while ((rc = books_take_delayed(p->books, late_now, &d, e)) == 1) {
		struct clock then = *now;

		then.now = now->now - (late_now - d.until);
		br->env.clock = p->clock = &then;
		rc = advance_working(br, e) == -1 ? -1 : arrive(br, &d, e);
		br->env.clock = p->clock = now;
		if (rc == -1)
			return -1;
	}
	return rc == -1 ? -1 : advance_working(br, e);
}
