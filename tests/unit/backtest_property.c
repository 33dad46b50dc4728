/*
 * backtest_property.c - what must hold of every walk, over random markets,
 * random strategies and random settings.
 *
 *	backtest_property [SEED [ROUNDS]]
 *
 * The seed of a failure is printed with it; it says all that is random.
 */
#include "tap.h"

#include "backtest/engine.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/rng.h"
#include "market/tick.h"

#include <stdlib.h>

enum { STOCKS = 5, STRATS = 3, DAYS = 40 };

/* ---- A random market ---------------------------------------------------------- */

static struct session ses[DAYS];

static void
sessions(void)
{
	ymd d = 20230302;

	for (int i = 0; i < DAYS; d = ymd_add(d, 1)) {
		if (ymd_weekday(d) > 4)
			continue;
		ses[i] = (struct session){ .date = d,
			.is_open = true,
			.entry = 830,
			.open = 900,
			.auction = 1520,
			.close = 1530 };
		if (i % 13 == 7) { /* an exam day */
			ses[i].entry = 930;
			ses[i].open = 1000;
			ses[i].auction = 1620;
			ses[i].close = 1630;
		}
		i++;
	}
}

struct look {         /* of a market */
	bool minutes; /* every stock has them on most days */
	bool thick;   /* volume enough for anything, the open's bar flat */
};

static won
clip(won p, struct price_limits l)
{
	return p < l.lower ? l.lower : p > l.upper ? l.upper : p;
}

static won
moved(struct rng *r, won p, double sigma, struct price_limits l)
{
	won q = p + (won)((double)p * sigma * rng_normal(r));

	return clip(tick_floor(20230314, KIND_KOSPI, q > 500 ? q : 500), l);
}

static void
add_bar(struct bar *d, const struct bar *b)
{
	if (d->volume == 0) {
		d->open = b->open;
		d->high = b->high;
		d->low = b->low;
	}
	d->high = b->high > d->high ? b->high : d->high;
	d->low = b->low < d->low ? b->low : d->low;
	d->close = b->close;
	d->volume += b->volume;
}

/* One stock's day; its last price. */
static won
add_day(struct stock_data *s, struct rng *r, const struct session *e, won prev,
    const struct look *look)
{
	struct price_limits lim = daily_limits(e->date, KIND_KOSPI, prev, 1);
	struct bar d = { .date = e->date };
	double wild = rng_below(r, 6) == 0 ? 0.01 : 0.001;
	bool has_minutes = look->minutes &&
	    (look->thick || rng_below(r, 8) > 0);
	/* An open at the limit is locked; thick markets have none. */
	double jump = look->thick ? 0.03 : rng_below(r, 10) == 0 ? 0.2 : 0.01;
	won p = moved(r, prev, jump, lim);

	if (!look->thick && rng_below(r, 25) == 0)
		return prev; /* a halt */
	for (int i = 0; i < session_minutes(e); i++) {
		struct bar b = {
			.date = e->date, .time = session_minute(e, i), .open = p
		};

		if (!look->thick && i > 0 && rng_below(r, 5) == 0)
			continue;
		if (!(look->thick && i == 0))
			p = moved(r, p, wild, lim);
		b.close = p;
		b.high = b.open > p ? b.open : p;
		b.low = b.open < p ? b.open : p;
		b.volume = look->thick ?
		    10000000 :
		    1 + (qty)rng_below(r, rng_below(r, 3) ? 60 : 2000);
		add_bar(&d, &b);
		if (has_minutes)
			bar_store_add(&s->minute, &b);
	}
	bar_store_add(&s->daily, &d);
	return p;
}

/* The same seed gives the same days, however many are asked for. */
static void
market(struct market_data *m, uint64_t seed, int days, const struct look *look)
{
	market_data_init(m);
	for (int k = 0; k < STOCKS; k++) {
		struct rng r = rng_seed(seed * 1000 + (uint64_t)k);
		won p = 2000 + (won)rng_below(&r, 60000);
		char code[CODE_SIZE];
		struct stock_data *s;

		p = tick_floor(20230314, KIND_KOSPI, p);
		snprintf(code, sizeof(code), "%05d0", k + 1);
		s = market_data_add(m, code);
		for (int i = 0; i < days; i++)
			p = add_day(s, &r, &ses[i], p, look);
	}
	market_data_index(m);
}

/* ---- Random strategies, pure functions of what they see -------------------------- */

static uint64_t
mix(uint64_t a, uint64_t b)
{
	struct rng r = rng_seed(a * 1000003 + b);

	return rng_u64(&r);
}

/* Changes its mind now and then, with the prices it sees. */
static int
fickle(const struct ctx *c, struct candidates *out)
{
	for (int i = 0; i < c->n_stocks; i++) {
		const struct bars *b = &c->stock[i].daily;
		uint64_t h;

		if (b->n == 0)
			continue;
		h = mix((uint64_t)b->close[b->n - 1],
		    (uint64_t)c->today + (uint64_t)c->stock[i].code[4]);
		if (h % 4 == 0 && c->stock[i].held == 0)
			candidate_add(out, i, SIDE_BUY, (double)(h >> 8 & 0xff),
			    h % 3 ? 0 : b->close[b->n - 1]);
		if (h % 5 == 0 || h % 7 == 0)
			candidate_add(out, i, SIDE_SELL, 1, 0);
	}
	return 0;
}

/* Acts at a random minute, sometimes at the open or in the auction. */
static int
whimsical(const struct ctx *c, const struct signal_view *v, struct act *out)
{
	uint64_t h = mix((uint64_t)c->today * 7 + (uint64_t)v->side,
	    (uint64_t)(c->since_open + 1000) * 31 +
		(uint64_t)c->stock[0].code[4]);

	if (c->phase == CTX_BEFORE_OPEN)
		out->when = h % 20 == 0 ? WHEN_OPEN : WHEN_WAIT;
	else if (c->phase == CTX_AUCTION)
		out->when = h % 3 == 0 ? WHEN_CLOSE : WHEN_WAIT;
	else
		out->when = h % 11 == 0 ? WHEN_NOW : WHEN_WAIT;
	out->forced = h % 101 == 0;
	return 0;
}

static const struct strategy module_fickle = { .abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "fickle",
	.daily = fickle };
static const struct strategy module_whimsical = { .abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "whimsical",
	.minute = whimsical };

static struct strategy_conf strat[STRATS];
static struct limits limits;
static bool base_row[STRATS][STOCKS], *base[STRATS];

static void
set(int s, const char *name, const char *value)
{
	struct err e = { 0 };

	if (strategy_conf_set(&strat[s], name, value, &e) == -1)
		ok(false, "%s", e.msg);
}

static void
settings(uint64_t seed)
{
	static const char *const cost[] = { "owner", "krx", "none" };
	struct rng r = rng_seed(seed + 77);
	struct err e = { 0 };

	limits_default(&limits);
	limits_set(&limits, "costs", cost[rng_below(&r, 3)], &e);
	if (rng_below(&r, 3) == 0)
		limits_set(&limits, "portfolio_stop_loss", "-4", &e);
	if (rng_below(&r, 3) == 0)
		limits_set(&limits, "max_losing_positions", "2", &e);
	if (rng_below(&r, 3) == 0)
		limits_set(&limits, "max_daily_loss", "off", &e);
	for (int s = 0; s < STRATS; s++) {
		const char name[2] = { (char)('a' + s), '\0' };

		strategy_conf_default(&strat[s], name);
		strat[s].daily.strategy = &module_fickle;
		base[s] = base_row[s];
		for (int k = 0; k < STOCKS; k++)
			base_row[s][k] = rng_below(&r, 4) > 0;
		if (rng_below(&r, 3) > 0)
			strat[s].minute.strategy = &module_whimsical;
		if (rng_below(&r, 2))
			set(s, "signals", "prev-close");
		if (rng_below(&r, 3) == 0)
			set(s, "entry_order", "market");
		if (rng_below(&r, 3) == 0)
			set(s, "exit_order", "market");
		if (rng_below(&r, 3) == 0)
			set(s, "stop_order", "limit");
		if (rng_below(&r, 2))
			set(s, "closing_auction", "yes");
		if (rng_below(&r, 3) == 0)
			set(s, "shared", "yes");
		if (rng_below(&r, 3) > 0)
			set(s, "stop_loss_ratio", "-3");
		if (rng_below(&r, 2))
			set(s, "trailing_stop_ratio", "-2");
		if (rng_below(&r, 2))
			set(s, "early_stop_loss", "-2");
		if (rng_below(&r, 2))
			set(s, "take_profit_ratio", "4");
		if (rng_below(&r, 4) == 0)
			set(s, "min_position_period", "2");
	}
}

static bool
walk(const struct market_data *m, int nstrat, enum bars_mode mode, won cash,
    struct backtest_result *out)
{
	struct calendar *cal = calendar_new(ses, DAYS);
	struct backtest_conf conf = { .bars = mode,
		.cash = cash,
		.nstrat = nstrat,
		.strat = strat,
		.base = base,
		.limits = limits };
	struct err e = { 0 };
	int rc = backtest_run(m, cal, &conf, out, &e);

	calendar_free(cal);
	return ok(rc == 0, "runs %s", e.msg);
}

/* ---- What must hold ---------------------------------------------------------------- */

static const struct session *
session_of(ymd d)
{
	for (int i = 0; i < DAYS; i++)
		if (ses[i].date == d)
			return &ses[i];
	return NULL;
}

static int
index_of(const struct bars *b, ymd d, hhmm at)
{
	int i = bars_before(b, d);

	for (; i < b->n && b->date[i] == d; i++)
		if (b->time == NULL || b->time[i] == at)
			return i;
	return -1;
}

static struct bars
all(const struct bar_store *s)
{
	return bar_store_window(s, 0, s->n);
}

/* The bar that a fill was made against: a minute, or where the stock has no
 * minutes that day, the day's. */
static bool
bar_of(const struct stock_data *s, ymd d, hhmm at, struct bar *b)
{
	struct bars w = all(&s->minute);
	int i = index_of(&w, d, at);

	if (i == -1) {
		int j = bars_before(&w, d);

		if (j < w.n && w.date[j] == d)
			return false;
		w = all(&s->daily);
		i = index_of(&w, d, 0);
	}
	if (i == -1)
		return false;
	*b = (struct bar){ .date = d,
		.open = w.open[i],
		.high = w.high[i],
		.low = w.low[i],
		.close = w.close[i],
		.volume = w.volume[i] };
	return true;
}

struct seen {
	int bad_cash, bad_day, oversold, no_bar, price, volume, opposite,
	    entries, owners, after_stop, late, order_weight;
};

/* Fills of one stock against one bar, up to and with trade i. */
static void
check_bar(const struct market_data *m, const struct backtest_result *r, int i,
    struct seen *bad)
{
	const struct fill *f = &r->trade[i].fill;
	struct bar b;
	bool both[2] = { false, false };
	qty n = 0;
	won slip;

	if (!bar_of(&m->stock[f->stock], f->date, f->time, &b)) {
		bad->no_bar++;
		return;
	}
	for (int j = i; j >= 0 && r->trade[j].fill.date == f->date; j--) {
		const struct fill *g = &r->trade[j].fill;

		if (g->stock != f->stock || g->time != f->time)
			continue;
		n += g->n;
		both[g->side] = true;
	}
	bad->volume += n > b.volume / 10;
	bad->opposite += both[0] && both[1];
	slip = won_rate_ceil(f->price, limits.costs.slippage) + 1;
	bad->price += f->price < b.low - slip || f->price > b.high + slip;
}

static bool
is_stop(const char *reason)
{
	static const char *const word[] = { "take-profit", "early-stop",
		"stop-loss", "trailing-stop", "portfolio_stop_loss",
		"max_losing_positions" };

	for (size_t i = 0; i < NELEM(word); i++)
		if (strcmp(reason, word[i]) == 0)
			return true;
	return false;
}

/* What earlier trades of the day say about trade i, a buy. */
static void
check_entry(
    const struct backtest_result *r, int i, won equity, struct seen *bad)
{
	const struct fill *f = &r->trade[i].fill;
	const struct session *s = session_of(f->date);
	won amount = f->amount;

	for (int j = i - 1; j >= 0 && r->trade[j].fill.date == f->date; j--) {
		const struct fill *g = &r->trade[j].fill;

		if (g->stock != f->stock || g->strat != f->strat)
			continue;
		if (g->side == SIDE_BUY && g->order_id != f->order_id)
			bad->entries++;
		if (g->side == SIDE_SELL && is_stop(r->trade[j].reason) &&
		    g->order_id < f->order_id)
			bad->after_stop++;
		if (g->order_id == f->order_id)
			amount += g->amount;
	}
	/* Chased by at most a percent. */
	bad->order_weight += amount > won_rate_ceil(equity, 101000000);
	/* Sent before the stop of entries, or forced, or in the auction. */
	bad->late += f->time >= s->auction && f->time != s->close;
}

static void
check(const struct market_data *m, const struct backtest_result *r, won start,
    const char *what)
{
	static qty held[STRATS][STOCKS];
	struct seen bad = { 0 };
	won cash = start, equity = start;
	int i = 0;

	memset(held, 0, sizeof(held));
	for (int d = 0; d < r->nday; d++) {
		const struct backtest_day *day = &r->day[d];
		won holdings = 0;

		for (; i < r->ntrade && r->trade[i].fill.date == day->date;
		     i++) {
			const struct fill *f = &r->trade[i].fill;
			qty *h = &held[f->strat][f->stock];

			cash += f->side == SIDE_BUY ? -f->amount : f->amount;
			cash -= f->commission + f->tax;
			bad.bad_cash += cash < 0 ||
			    f->amount != f->n * f->price;
			*h += f->side == SIDE_BUY ? f->n : -f->n;
			bad.oversold += *h < 0;
			for (int s = 0; s < STRATS; s++)
				bad.owners += s != f->strat &&
				    f->side == SIDE_BUY &&
				    held[s][f->stock] > 0 &&
				    !strat[f->strat].shared;
			check_bar(m, r, i, &bad);
			if (f->side == SIDE_BUY)
				check_entry(r, i, equity, &bad);
		}
		for (int s = 0; s < STRATS; s++)
			for (int k = 0; k < STOCKS; k++) {
				struct bars w = all(&m->stock[k].daily);
				int j = bars_before(&w, ymd_add(day->date, 1));

				holdings += j > 0 ?
				    held[s][k] * w.close[j - 1] :
				    0;
			}
		bad.bad_day += day->cash != cash || day->holdings != holdings ||
		    day->total != day->cash + day->holdings;
		equity = day->total;
	}
	is_int(i, r->ntrade, "%s: every trade is of a day", what);
	is_int(bad.bad_cash, 0, "%s: cash is never negative", what);
	is_int(bad.bad_day, 0, "%s: cash + holdings = total", what);
	is_int(bad.oversold, 0, "%s: never more sold than held", what);
	is_int(bad.no_bar, 0, "%s: no fill without a bar", what);
	is_int(bad.price, 0, "%s: at prices of the bar", what);
	is_int(bad.volume, 0, "%s: a tenth of a bar's volume", what);
	is_int(bad.opposite, 0, "%s: no buy and sell in one bar", what);
	is_int(bad.entries, 0, "%s: one entry in a day", what);
	is_int(bad.after_stop, 0, "%s: none after a stop", what);
	is_int(bad.owners, 0, "%s: one owner", what);
	is_int(bad.order_weight, 0, "%s: max_order_weight", what);
	is_int(bad.late, 0, "%s: nothing between auction and close", what);
}

/* Running numbers aside. */
static bool
is_same(const struct backtest_trade *a, const struct backtest_trade *b)
{
	const struct fill *f = &a->fill, *g = &b->fill;

	return f->strat == g->strat && f->stock == g->stock &&
	    f->side == g->side && f->date == g->date && f->time == g->time &&
	    f->n == g->n && f->price == g->price &&
	    f->commission == g->commission && f->tax == g->tax &&
	    f->profit == g->profit && strcmp(a->reason, b->reason) == 0;
}

/* Are the trades and days of `a` the first of those of `b`? */
static bool
is_prefix(const struct backtest_result *a, const struct backtest_result *b)
{
	if (a->ntrade > b->ntrade || a->nday > b->nday)
		return false;
	for (int i = 0; i < a->ntrade; i++)
		if (!is_same(&a->trade[i], &b->trade[i]))
			return false;
	for (int i = 0; i < a->nday; i++)
		if (a->day[i].date != b->day[i].date ||
		    a->day[i].total != b->day[i].total)
			return false;
	return b->ntrade == a->ntrade || a->nday == 0 ||
	    b->trade[a->ntrade].fill.date > a->day[a->nday - 1].date;
}

/* ---- One round ------------------------------------------------------------------------ */

static int fills[2];

static void
round_of(uint64_t seed, bool minutes)
{
	const struct look look = { .minutes = minutes };
	const won cash = 3000000 + (won)(mix(seed, 1) % 30000000);
	struct market_data whole, cut;
	struct backtest_result a, b;
	char what[64];
	int days = 3 + (int)(mix(seed, 2) % (DAYS - 4));

	snprintf(what, sizeof(what), "seed %llu %s", (unsigned long long)seed,
	    minutes ? "minutes" : "days");
	settings(seed);
	if (!minutes)
		for (int s = 0; s < STRATS; s++)
			if (mix(seed, 10 + (uint64_t)s) % 2)
				set(s, "minute",
				    mix(seed, 3) % 2 ? "open_minute" :
						       "pass_minute");
	market(&whole, seed, DAYS, &look);
	market(&cut, seed, days, &look);
	if (walk(&whole, STRATS, BARS_AUTO, cash, &a)) {
		check(&whole, &a, cash, what);
		fills[minutes] += a.ntrade;
	}
	if (walk(&cut, STRATS, BARS_AUTO, cash, &b))
		ok(is_prefix(&b, &a), "%s: later days change nothing earlier",
		    what);
	backtest_result_fini(&a);
	backtest_result_fini(&b);
	if (walk(&whole, STRATS, BARS_AUTO, cash, &b)) {
		walk(&whole, STRATS, BARS_AUTO, cash, &a);
		ok(is_prefix(&a, &b) && is_prefix(&b, &a), "%s: the same again",
		    what);
		backtest_result_fini(&a);
	}
	backtest_result_fini(&b);
	market_data_fini(&whole);
	market_data_fini(&cut);
}

/* By bar, and within it by stock: a day is filled in order of the orders, a
 * minute in order of the stocks. */
static int
by_bar(const void *pa, const void *pb)
{
	const struct fill *a = &((const struct backtest_trade *)pa)->fill;
	const struct fill *b = &((const struct backtest_trade *)pb)->fill;

	if (a->date != b->date)
		return a->date - b->date;
	if (a->time != b->time)
		return a->time - b->time;
	return a->stock != b->stock ? a->stock - b->stock : a->strat - b->strat;
}

/* open_minute needs no minutes: with them or without, it trades the same. */
static void
by_days_or_minutes(uint64_t seed)
{
	const struct look look = { .minutes = true, .thick = true };
	struct market_data m;
	struct backtest_result a, b;

	settings(seed);
	limits_set(&limits, "max_daily_loss", "off", &(struct err){ 0 });
	limits.portfolio_stop_loss = PPB_UNSET;
	limits.max_losing_positions = 0;
	for (int s = 0; s < STRATS; s++) {
		set(s, "minute", "open_minute");
		set(s, "signals", "prev-close");
		strat[s].stops = (struct stops){ PPB_UNSET, PPB_UNSET,
			PPB_UNSET, PPB_UNSET, 3 };
	}
	market(&m, seed, DAYS, &look);
	if (walk(&m, STRATS, BARS_DAILY, 20000000, &a) &&
	    walk(&m, STRATS, BARS_MINUTE, 20000000, &b)) {
		ok(a.ntrade > 0, "seed %llu: trades", (unsigned long long)seed);
		qsort(a.trade, (size_t)a.ntrade, sizeof(*a.trade), by_bar);
		qsort(b.trade, (size_t)b.ntrade, sizeof(*b.trade), by_bar);
		ok(is_prefix(&a, &b) && is_prefix(&b, &a),
		    "seed %llu: open_minute by days and by minutes",
		    (unsigned long long)seed);
	}
	backtest_result_fini(&a);
	backtest_result_fini(&b);
	market_data_fini(&m);
}

int
main(int argc, char *argv[])
{
	int64_t seed = 1, rounds = 12;

	if ((argc > 1 && int_parse(argv[1], 0, INT32_MAX, &seed) == -1) ||
	    (argc > 2 && int_parse(argv[2], 1, 1000000, &rounds) == -1))
		return 64;
	sessions();
	for (int64_t i = 0; i < rounds; i++) {
		round_of((uint64_t)(seed + i), true);
		round_of((uint64_t)(seed + i), false);
		by_days_or_minutes((uint64_t)(seed + i));
	}
	ok(fills[1] > 50 * rounds && fills[0] > rounds,
	    "there was something to check: %d fills in minutes, %d in days",
	    fills[1], fills[0]);
	return done_testing();
}
