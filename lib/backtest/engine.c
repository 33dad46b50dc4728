/*
 * engine.c - a backtest day by day.
 *
 * A day walked by daily bars (T16): signals on the closes before it, orders
 * for the opening auction, fills at the open, stops inside the day for the
 * strategies that ask for it, the close.  All else is judged at the next
 * open.
 */
#include "backtest/run.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "market/match.h"
#include "market/tick.h"
#include "trade/price.h"
#include "trade/stop.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
backtest_result_fini(struct backtest_result *r)
{
	free(r->trade);
	free(r->day);
	arena_free(r->words);
	*r = (struct backtest_result){ 0 };
}

/* ---- The simulated broker -------------------------------------------------- */

/* Has the stock a daily bar of today? */
static bool
has_today(const struct run *r, int k)
{
	const struct bar_store *d = &r->data->stock[k].daily;
	int i = r->pos[k];

	return i < d->n && d->date[i] == r->ses->date;
}

bool
run_today(const struct run *r, int k, struct bar *bar)
{
	const struct bar_store *d = &r->data->stock[k].daily;
	int i = r->pos[k];

	if (!has_today(r, k))
		return false;
	*bar = (struct bar){ .date = d->date[i],
		.open = d->open[i],
		.high = d->high[i],
		.low = d->low[i],
		.close = d->close[i],
		.volume = d->volume[i] };
	return true;
}

void
run_send(struct run *r)
{
	for (int i = 0; i < r->b.norder; i++) {
		struct order *o = &r->b.order[i];

		if (o->state != ORDER_PLANNED)
			continue;
		o->id = ++r->last_id;
		book_event(o, EV_CLAIM);
		book_accepted(&r->b, o);
		/* Never a buy and a sell of one stock at once (T12). */
		assert(book_working(&r->b, o->stock) != 3);
	}
}

void
run_confirm(struct run *r)
{
	for (int i = 0; i < r->b.norder; i++) {
		struct order *o = &r->b.order[i];

		if (o->wants_cancel && !order_is_final(o->state))
			book_event(o, EV_CANCEL);
	}
}

void
run_requests(struct run *r, bool confirm)
{
	for (int i = 0; i < r->p.n; i++) {
		const struct request *q = &r->p.item[i];

		if (q->kind == REQ_AMEND)
			book_amended(&r->w, &r->b.order[q->order], r->ses->date,
			    q->is_market, q->limit, r->at);
	}
	plan_clear(&r->p);
	if (confirm)
		run_confirm(r);
}

/* Trades are many and reasons few: each is kept once, or nearly. */
static const char *
keep_reason(struct backtest_result *out, const char *reason)
{
	int n = out->nword < (int)NELEM(out->word) ? out->nword :
						     (int)NELEM(out->word);

	for (int i = 0; i < n; i++)
		if (strcmp(out->word[i], reason) == 0)
			return out->word[i];
	if (out->words == NULL)
		out->words = arena_new();
	n = out->nword++ % (int)NELEM(out->word);
	return out->word[n] = arena_strdup(out->words, reason);
}

void
run_fill(struct run *r, int i, qty n, won price, hhmm time)
{
	struct backtest_result *out = r->out;
	struct order *o = &r->b.order[i];
	struct backtest_trade *t;

	if (out->ntrade == out->trade_cap) {
		out->trade_cap += out->trade_cap / 2 + 64;
		out->trade = xrealloc(
		    out->trade, (size_t)out->trade_cap, sizeof(*out->trade));
	}
	t = &out->trade[out->ntrade++];
	memset(t, 0, sizeof(*t));
	t->decision = o->decision;
	t->reason = keep_reason(out, o->reason);
	book_fill(&r->b, &r->w, o, n, price, r->ses->date, time,
	    &r->w.limits.costs, &t->fill);
	for (int l = 0; l < r->b.nlot; l++)
		if (r->b.lot[l].id == 0)
			r->b.lot[l].id = ++r->last_id;
}

static hhmm
first_bar(const struct run *r, const struct order *o)
{
	return session_first_bar(r->ses, o->sent);
}

void
run_match(struct run *r, int k, const struct match_bar *bar, hhmm label,
    bool open_only, qty *capacity)
{
	for (int i = 0; i<r->b.norder && * capacity> 0; i++) {
		struct order *o = &r->b.order[i];
		struct match_order mo;
		won price;
		qty n;

		if (o->stock != k || o->wants_cancel ||
		    (o->state != ORDER_OPEN && o->state != ORDER_PART) ||
		    first_bar(r, o) > label)
			continue;
		mo = (struct match_order){ .side = o->side,
			.is_market = o->is_market,
			.limit = o->limit,
			.left = o->n - o->filled,
			.open_only = open_only };
		n = match_fill(&mo, bar, &r->w.limits.costs, capacity, &price);
		if (n > 0)
			run_fill(r, i, n, price, label);
	}
}

/* ---- A minute -------------------------------------------------------------- */

static int
signals_and_pass(struct run *r, const struct moment *m, struct err *e)
{
	for (int s = 0; s < r->w.nstrat; s++)
		if (trade_signals(&r->w, m, &r->b, s, &r->work, e) == -1)
			return -1;
	e->kind = E_NONE;
	if (trade_pass(&r->w, m, &r->b, &r->p, e) == -1)
		return -1;
	run_requests(r, false);
	run_send(r);
	return 0;
}

int
run_minute_of(struct run *r, hhmm at, struct err *e)
{
	struct moment m = { .date = r->ses->date, .at = at, .ses = r->ses };

	r->at = at;
	trade_wait(&r->w, &m, &r->b, &r->p);
	run_requests(r, true);
	return signals_and_pass(r, &m, e);
}

/*
 * Can another pass before the open do more than the last one did?  Prices and
 * fills do not change then: only a strategy that speaks each minute, a minute
 * strategy that waits for its minute, and a cancel that is in the way.
 */
static bool
is_unsettled(const struct run *r)
{
	for (int s = 0; s < r->w.nstrat; s++)
		if (r->w.strat[s].signals == SIGNALS_INTRADAY)
			return true;
	for (int i = 0; i < r->b.nsig; i++)
		if (r->b.sig[i].state == SIG_PENDING && r->b.sig[i].is_waiting)
			return true;
	for (int i = 0; i < r->b.norder; i++)
		if (r->b.order[i].wants_cancel &&
		    !order_is_final(r->b.order[i].state))
			return true;
	return false;
}

int
run_before_open(struct run *r, struct err *e)
{
	int lead = (int)r->w.limits.open_lead;

	for (int i = lead; i > 0; i--) {
		struct moment m = { .date = r->ses->date,
			.ses = r->ses,
			.at = hhmm_add(r->ses->open, -i) };

		run_confirm(r);
		if (signals_and_pass(r, &m, e) == -1)
			return -1;
		if (!is_unsettled(r))
			break;
	}
	return 0;
}

/* ---- A day by its daily bars ------------------------------------------------ */

struct match_bar
run_match_bar(const struct run *r, int k, const struct bar *b)
{
	const struct tape *t = &r->w.tape[k];
	struct match_bar mb = { b->open, b->high, b->low, b->close, b->volume,
		0, 0, 0 };
	struct price_limits lim = { .lower = 1 };

	if (t->prev_close != 0) {
		lim = daily_limits(
		    r->ses->date, t->kind, t->prev_close, t->leverage);
		mb.lower = lim.lower;
		mb.upper = lim.upper;
	}
	mb.lowest = tick_ceil(r->ses->date, t->kind, lim.lower);
	return mb;
}

/* Orders of the opening auction in stocks walked by the day. */
static void
open_by_day(struct run *r)
{
	for (int i = 0; i < r->b.norder; i++) {
		struct order *o = &r->b.order[i];
		struct match_bar mb;
		struct bar bar;
		int k = o->stock;

		if (!r->w.tape[k].by_day || order_is_final(o->state) ||
		    !run_today(r, k, &bar))
			continue;
		mb = run_match_bar(r, k, &bar);
		if (r->capacity[k] == -1)
			r->capacity[k] = match_capacity(&mb);
		run_match(r, k, &mb, r->ses->open, true, &r->capacity[k]);
	}
	for (int i = 0; i < r->b.norder; i++) {
		struct order *o = &r->b.order[i];

		if (o->at_open && o->side == SIDE_BUY &&
		    r->w.tape[o->stock].by_day && !order_is_final(o->state))
			book_event(o, EV_CANCEL);
	}
}

/* A stop's price after slippage, which ends at the day's limit as that of any
 * market fill does. */
static won
slip_in_day(const struct match_bar *b, const struct costs *c, won price)
{
	won p = cost_slip(c, SIDE_SELL, price);

	if (b->lower != 0 && p < b->lower)
		p = price < b->lower ? price : b->lower;
	return p;
}

/* One stop that resolves inside the day: an order that is filled at once. */
static void
stop_lot_in_day(struct run *r, int l)
{
	const struct lot *lot = &r->b.lot[l];
	const struct strategy_conf *c = &r->w.strat[lot->strat];
	struct bar bar;
	struct match_bar mb;
	struct order *o;
	enum stop_kind kind;
	won price;
	qty n = lot->n;
	int k = lot->stock;

	if (!run_today(r, k, &bar) ||
	    (kind = stop_in_day(&c->stops, lot, &bar, &price)) == STOP_NONE)
		return;
	mb = run_match_bar(r, k, &bar);
	if (r->capacity[k] == -1)
		r->capacity[k] = match_capacity(&mb);
	if (mb.open == mb.high && mb.open == mb.low && mb.lower != 0 &&
	    mb.close <= mb.lower)
		return; /* locked at the lower limit */
	if (n > r->capacity[k])
		n = r->capacity[k];
	if (n == 0)
		return;
	if (kind != STOP_TAKE_PROFIT)
		price = slip_in_day(&mb, &r->w.limits.costs, price);
	r->capacity[k] -= n;
	o = book_add_order(&r->b);
	*o = (struct order){ .id = ++r->last_id,
		.strat = lot->strat,
		.stock = k,
		.side = SIDE_SELL,
		.state = ORDER_OPEN,
		.why = WHY_STOP,
		.n = n,
		.decision = price,
		.date = r->ses->date,
		.sent = r->ses->close,
		.is_market = true,
		.lot_id = lot->id };
	reason_set(o->reason, stop_kind_name(kind));
	run_fill(r, r->b.norder - 1, n, price, r->ses->close);
}

static void
stops_in_day(struct run *r)
{
	for (int l = 0; l < r->b.nlot; l++) {
		const struct lot *lot = &r->b.lot[l];
		const struct strategy *st;

		if (lot->n == 0 || lot->strat == STRAT_MANUAL ||
		    !r->w.tape[lot->stock].by_day)
			continue;
		st = r->w.strat[lot->strat].minute.strategy;
		if (st != NULL && (st->flags & STRATEGY_STOPS_IN_DAY) &&
		    book_selling(&r->b, lot->strat, lot->stock) == 0)
			stop_lot_in_day(r, l);
	}
}

/* ---- The day ---------------------------------------------------------------- */

/* Today's minutes of a stock are ready, none of them shown; false without
 * any. */
static bool
begin_minutes(struct run *r, int k)
{
	const struct stock_data *s = &r->data->stock[k];
	struct tape *t = &r->w.tape[k];

	t->last = 0;
	t->today.volume = 0;
	t->minute.n = r->minute[k].n = 0;
	if (!stock_data_minutes(s, r->ses->date, &r->hint[k], &r->minute[k]))
		return false;
	t->minute = r->minute[k];
	t->minute.n = 0;
	return true;
}

/* Show each stock as it is before the session.  Done for every stock of every
 * day, so that it touches no more than it must. */
static void
day_begin(struct run *r, bool *has_minutes)
{
	const enum bars_mode mode = r->conf->bars;
	const ymd today = r->ses->date;
	int64_t bars = 0;

	*has_minutes = false;
	for (int k = 0; k < r->w.nstock; k++) {
		const struct stock_data *s = &r->data->stock[k];
		const struct bar_store *d = &s->daily;
		struct tape *t = &r->w.tape[k];
		int n = r->pos[k];
		bool traded, minutes;

		/* Also over bars of days that are none of the calendar's. */
		while (n < d->n && d->date[n] < today)
			n++;
		r->pos[k] = t->daily.n = n;
		traded = n < d->n && d->date[n] == today;
		bars += traded;
		t->prev_close = n > 0 ? d->close[n - 1] : 0;
		r->capacity[k] = -1;
		minutes = mode != BARS_DAILY && s->nday > 0 &&
		    begin_minutes(r, k);
		*has_minutes |= minutes;
		/* No bar of either kind: nobody traded; there is nothing to
		 * walk it by, and it is left to its orders. */
		t->by_day = !minutes && traded;
		t->is_halted = t->by_day && mode == BARS_MINUTE;
	}
	r->out->bars += bars;
}

static won
mark(const struct run *r, int k)
{
	if (has_today(r, k))
		return r->data->stock[k].daily.close[r->pos[k]];
	return tape_price(&r->w.tape[k]);
}

/* Signals that no minute strategy could be asked about: the stock has only
 * its daily bar. */
static int
unasked(const struct run *r)
{
	int n = 0;

	for (int i = 0; i < r->b.nsig; i++) {
		const struct signal *g = &r->b.sig[i];
		const struct strategy *st;

		if (g->state != SIG_PENDING || !r->w.tape[g->stock].by_day)
			continue;
		st = r->w.strat[g->strat].minute.strategy;
		n += st == NULL || !(st->flags & STRATEGY_AT_OPEN);
	}
	return n;
}

static void
day_end(struct run *r)
{
	struct backtest_result *out = r->out;
	struct backtest_day *d;

	run_confirm(r);
	out->without_minutes += unasked(r);
	for (int i = 0; i < r->b.norder; i++)
		if (!order_is_final(r->b.order[i].state))
			book_event(&r->b.order[i], EV_EXPIRE);
	if (out->nday == out->day_cap) {
		out->day_cap = out->day_cap ? 2 * out->day_cap : 256;
		out->day = xrealloc(
		    out->day, (size_t)out->day_cap, sizeof(*out->day));
	}
	d = &out->day[out->nday++];
	*d = (struct backtest_day){ .date = r->ses->date, .cash = r->b.cash };
	for (int i = 0; i < r->b.nlot; i++) {
		struct lot *l = &r->b.lot[i];
		won close = mark(r, l->stock);

		if (l->n == 0)
			continue;
		d->is_exposed = true;
		d->holdings += close != 0 ? close * l->n : l->cost;
		if (r->w.tape[l->stock].by_day && close > l->high)
			l->high = close;
	}
	d->total = d->cash + d->holdings;
	/* Nothing of today is looked at again; rows are not saved anywhere. */
	for (int i = 0; i < r->b.norder; i++)
		r->b.order[i].dirty = false;
	for (int i = 0; i < r->b.nlot; i++)
		r->b.lot[i].dirty = false;
}

static int
universes(struct run *r, struct err *e)
{
	for (int s = 0; s < r->w.nstrat; s++) {
		const struct strategy *st = r->w.strat[s].daily.strategy;

		if (st != NULL && st->universe != NULL &&
		    run_universe(&r->w, r->ses->date, s, r->conf->base[s],
			r->w.watch[s], &r->work, e) == -1)
			return -1;
	}
	return 0;
}

/* Stocks walked by the day have no minutes to trade by once it is open. */
static void
quiet_by_day(struct run *r)
{
	for (int k = 0; k < r->w.nstock; k++)
		if (r->w.tape[k].by_day)
			r->w.tape[k].is_halted = true;
}

static int
run_day(struct run *r, struct err *e)
{
	bool has_minutes;

	day_begin(r, &has_minutes);
	trade_day_open(&r->w, &r->b, r->ses->date);
	if (universes(r, e) == -1)
		return -1;
	if (r->conf->is_reference) {
		if (run_reference(r, e) == -1)
			return -1;
	} else {
		if (run_before_open(r, e) == -1)
			return -1;
		run_confirm(r);
		open_by_day(r);
		if (has_minutes) {
			quiet_by_day(r);
			if (run_minutes(r, e) == -1)
				return -1;
		}
		stops_in_day(r);
	}
	day_end(r);
	return 0;
}

/* ---- The run ------------------------------------------------------------------ */

static void
run_init(struct run *r, const struct market_data *data,
    const struct calendar *cal, const struct backtest_conf *conf,
    struct backtest_result *out)
{
	size_t n = (size_t)data->n, ns = (size_t)conf->nstrat;

	*r = (struct run){ .data = data, .conf = conf, .out = out };
	r->work.is_steady = true;
	r->w = (struct world){ .cal = cal,
		.nstrat = conf->nstrat,
		.nstock = data->n,
		.limits = conf->limits };
	r->w.strat = xcalloc(ns, sizeof(*r->w.strat));
	memcpy(r->w.strat, conf->strat, ns * sizeof(*r->w.strat));
	r->w.tape = xcalloc(n, sizeof(*r->w.tape));
	r->w.watch = xcalloc(ns, sizeof(*r->w.watch));
	for (size_t s = 0; s < ns; s++) {
		r->w.watch[s] = xcalloc(n, sizeof(bool));
		memcpy(r->w.watch[s], conf->base[s], n * sizeof(bool));
	}
	r->pos = xcalloc(n, sizeof(*r->pos));
	r->hint = xcalloc(n, sizeof(*r->hint));
	r->minute = xcalloc(n, sizeof(*r->minute));
	r->capacity = xcalloc(n, sizeof(*r->capacity));
	r->active = xcalloc(n, sizeof(*r->active));
	for (int k = 0; k < data->n; k++) {
		const struct stock_data *s = &data->stock[k];
		struct tape *t = &r->w.tape[k];

		memcpy(t->code, s->code, sizeof(t->code));
		memcpy(t->name, s->name, sizeof(t->name));
		t->kind = s->kind;
		t->leverage = s->leverage;
		t->daily = bar_store_window(&s->daily, 0, s->daily.n);
		bar_store_init(&t->forming, false);
	}
	plan_init(&r->p);
	book_init(&r->b);
	r->b.cash = out->start_cash = conf->cash;
}

static void
run_fini(struct run *r)
{
	for (int k = 0; k < r->w.nstock; k++)
		bar_store_fini(&r->w.tape[k].forming);
	for (int s = 0; s < r->w.nstrat; s++)
		free(r->w.watch[s]);
	free(r->w.watch);
	free(r->w.strat);
	free(r->w.tape);
	free(r->pos);
	free(r->hint);
	free(r->minute);
	free(r->capacity);
	free(r->active);
	plan_fini(&r->p);
	book_fini(&r->b);
	run_work_fini(&r->work);
}

/* Begin with another book's cash, lots and signals.  Its orders' numbers mean
 * nothing here. */
static void
run_start_with(struct run *r, const struct book *start)
{
	r->b.cash = r->out->start_cash = start->cash;
	if (start->day.date < r->ses->date)
		r->b.day.date = start->day.date;
	for (int i = 0; i < start->nlot; i++) {
		struct lot *l = book_add_lot(&r->b);

		*l = start->lot[i];
		l->id = ++r->last_id;
		l->order_id = 0;
	}
	for (int i = 0; i < start->nsig; i++)
		*book_add_signal(&r->b) = start->sig[i];
}

/* Equal parts of the cash in every stock, from its first close in the time
 * to its last: what doing nothing would have brought. */
static void
buy_and_hold(const struct run *r, ymd from, ymd to)
{
	for (int k = 0; k < r->data->n; k++) {
		const struct bar_store *d = &r->data->stock[k].daily;
		struct bars all = bar_store_window(d, 0, d->n);
		int first = bars_before(&all, from);
		int last = bars_before(&all, ymd_add(to, 1)) - 1;
		won part = r->out->start_cash / r->data->n;

		if (last <= first)
			continue;
		r->out->buy_hold_first += part;
		r->out->buy_hold_last += muldiv_floor(
		    part, d->close[last], d->close[first]);
	}
}

int
backtest_run(const struct market_data *data, const struct calendar *cal,
    const struct backtest_conf *conf, struct backtest_result *out,
    struct err *e)
{
	ymd first = market_data_first(data), last = market_data_last(data);
	ymd from = conf->from > first ? conf->from : first;
	ymd to = conf->to != 0 && conf->to < last ? conf->to : last;
	struct run r;
	int rc = 0;

	*out = (struct backtest_result){ 0 };
	if (first == 0)
		return err_set(e, E_CONFIG,
		    "no prices to test on: import some"
		    " with import-prices");
	if (calendar_last(cal) < to)
		return err_set(e, E_CONFIG,
		    "prices go on to %d, but the market"
		    " calendar ends at %d: end before it, or add its days",
		    to, calendar_last(cal));
	if (from > to || calendar_count(cal, from, to) == 0)
		return err_set(e, E_USAGE,
		    "no session to test on: the prices are of %d to %d", first,
		    last);
	run_init(&r, data, cal, conf, out);
	for (int k = 0; k < data->n; k++)
		r.pos[k] = bars_before(&r.w.tape[k].daily, from);
	r.ses = calendar_day(cal, from);
	if (r.ses == NULL || !r.ses->is_open)
		r.ses = calendar_next(cal, from);
	if (conf->start != NULL && r.ses != NULL)
		run_start_with(&r, conf->start);
	for (; rc == 0 && r.ses != NULL && r.ses->date <= to;
	     r.ses = calendar_next(cal, r.ses->date))
		rc = run_day(&r, e);
	buy_and_hold(&r, from, to);
	run_fini(&r);
	return rc;
}
