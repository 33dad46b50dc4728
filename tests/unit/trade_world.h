/*
 * trade_world.h - a small world for tests of lib/trade: four stocks at 10,000
 * won, three strategies whose modules say what the test tells them to, one
 * session.  Stocks 0..3 are 000010..000040, strategies 0..2 are a, b, c.
 */
#ifndef TRADE_WORLD_H
#define TRADE_WORLD_H

#include "tap.h"

#include "base/date.h"
#include "trade/fill.h"
#include "trade/pass.h"

#include <stdlib.h>

enum { NSTOCK = 4, NSTRAT = 3, SAYS_MAX = 8, DAY = 20230314 };

/* What the modules say. */
static struct candidate say[NSTRAT][SAYS_MAX];
static int nsay[NSTRAT];
static bool daily_fails[NSTRAT];
static int daily_calls[NSTRAT];
static int seen_stocks, seen_daily_n; /* of the last daily call */
static qty seen_held[NSTOCK];
static struct act minute_says[NSTOCK];
static bool minute_fails;
static int minute_calls;

static int
daily_of(int s, const struct ctx *c, struct candidates *out)
{
	daily_calls[s]++;
	seen_stocks = c->n_stocks;
	seen_daily_n = c->n_stocks > 0 ? c->stock[0].daily.n : -1;
	for (int i = 0; i < c->n_stocks && i < NSTOCK; i++)
		seen_held[i] = c->stock[i].held;
	if (daily_fails[s]) {
		snprintf(c->error, c->error_size, "no idea");
		return -1;
	}
	for (int i = 0; i < nsay[s]; i++)
		out->item[out->n++] = say[s][i];
	return 0;
}

static int
daily_a(const struct ctx *c, struct candidates *out)
{
	return daily_of(0, c, out);
}

static int
daily_b(const struct ctx *c, struct candidates *out)
{
	return daily_of(1, c, out);
}

static int
daily_c(const struct ctx *c, struct candidates *out)
{
	return daily_of(2, c, out);
}

static int
minute_any(const struct ctx *c, const struct signal_view *v, struct act *out)
{
	int k = c->stock[v->stock].code[4] - '1';

	minute_calls++;
	if (minute_fails) {
		snprintf(c->error, c->error_size, "minute trouble");
		return -1;
	}
	*out = minute_says[k];
	return 0;
}

static const struct strategy module_daily[NSTRAT] = {
	{ .abi = STRATEGY_ABI,
	    .size = sizeof(struct strategy),
	    .name = "da",
	    .daily = daily_a },
	{ .abi = STRATEGY_ABI,
	    .size = sizeof(struct strategy),
	    .name = "db",
	    .daily = daily_b },
	{ .abi = STRATEGY_ABI,
	    .size = sizeof(struct strategy),
	    .name = "dc",
	    .daily = daily_c },
};
static const struct strategy module_minute = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "m",
	.minute = minute_any,
};

static struct {
	struct world w;
	struct book b;
	struct plan p;
	struct run_work work;
	struct strategy_conf strat[NSTRAT];
	struct tape tape[NSTOCK];
	bool watch_row[NSTRAT][NSTOCK];
	bool *watch[NSTRAT];
	struct bar_store daily; /* of all stocks: ten days at 10,000 */
	struct session ses;
	struct moment m;
	struct err e;
	int64_t id;
} t;

/* Costs nothing, ten million in cash, no bars today, 09:05. */
__attribute__((unused)) static void
world(void)
{
	book_fini(&t.b);
	plan_fini(&t.p);
	run_work_fini(&t.work);
	bar_store_fini(&t.daily);
	for (int k = 0; k < NSTOCK; k++)
		bar_store_fini(&t.tape[k].forming);
	memset(&t, 0, sizeof(t));
	memset(nsay, 0, sizeof(nsay));
	memset(daily_fails, 0, sizeof(daily_fails));
	memset(daily_calls, 0, sizeof(daily_calls));
	memset(minute_says, 0, sizeof(minute_says));
	minute_fails = false;
	minute_calls = 0;

	t.ses = (struct session){ .date = DAY,
		.is_open = true,
		.entry = 830,
		.open = 900,
		.auction = 1520,
		.close = 1530 };
	t.m = (struct moment){ .date = DAY, .at = 905, .ses = &t.ses };
	bar_store_init(&t.daily, false);
	for (int i = 0; i < 10; i++)
		bar_store_add(&t.daily,
		    &(struct bar){ .date = 20230301 + i,
			.open = 10000,
			.high = 10000,
			.low = 10000,
			.close = 10000,
			.volume = 1000 });
	for (int k = 0; k < NSTOCK; k++) {
		struct tape *tp = &t.tape[k];

		snprintf(tp->code, sizeof(tp->code), "0000%d0", k + 1);
		tp->leverage = 1;
		tp->prev_close = tp->last = 10000;
		tp->daily = bar_store_window(&t.daily, 0, 10);
		bar_store_init(&tp->forming, false);
	}
	for (int s = 0; s < NSTRAT; s++) {
		char name[2] = { (char)('a' + s), '\0' };

		strategy_conf_default(&t.strat[s], name);
		t.strat[s].daily.strategy = &module_daily[s];
		t.strat[s].stock_capital = 100000;
		t.watch[s] = t.watch_row[s];
		for (int k = 0; k < NSTOCK; k++)
			t.watch_row[s][k] = true;
	}
	t.w = (struct world){ .nstrat = NSTRAT,
		.strat = t.strat,
		.nstock = NSTOCK,
		.tape = t.tape,
		.watch = t.watch };
	limits_default(&t.w.limits);
	limits_set(&t.w.limits, "costs", "none", &t.e);
	book_init(&t.b);
	plan_init(&t.p);
	t.b.cash = 10000000;
	trade_day_open(&t.w, &t.b, DAY);
}

/* n shares bought for `cost` in all, on that day. */
__attribute__((unused)) static struct lot *
lot(int s, int k, qty n, won cost, ymd date)
{
	struct lot *l = book_add_lot(&t.b);

	*l = (struct lot){ .id = ++t.id,
		.strat = s,
		.stock = k,
		.n = n,
		.cost = cost,
		.entry_date = date,
		.entry_time = 900 };
	return l;
}

/* A signal said this minute. */
__attribute__((unused)) static struct signal *
sig(int s, int k, enum side side, double score)
{
	struct signal *g = book_add_signal(&t.b);

	*g = (struct signal){ .strat = s,
		.stock = k,
		.side = side,
		.score = score,
		.price = 10000,
		.made = t.m.at,
		.stamp = t.m.at,
		.is_said = true };
	return g;
}

/* An order of today at the broker; limit 0: market. */
__attribute__((unused)) static struct order *
order(int s, int k, enum side side, qty n, won limit, enum order_state state)
{
	struct order *o = book_add_order(&t.b);

	*o = (struct order){ .id = ++t.id,
		.strat = s,
		.stock = k,
		.side = side,
		.state = state,
		.attempt = 1,
		.n = n,
		.limit = limit,
		.is_market = limit == 0,
		.date = DAY,
		.sent = t.m.at,
		.worked = t.m.at,
		.decision = 10000,
		.reserve_price = limit != 0 ? limit : 13000 };
	return o;
}

/* One pass; returns how many orders it planned, the last one in *o. */
__attribute__((unused)) static int
pass(struct order *o)
{
	int before = t.b.norder;

	plan_clear(&t.p);
	memset(&t.e, 0, sizeof(t.e));
	trade_pass(&t.w, &t.m, &t.b, &t.p, &t.e);
	if (t.b.norder > before && o != NULL)
		*o = t.b.order[t.b.norder - 1];
	return t.b.norder - before;
}

/* What the plan asks, as text: "cancel 3, amend 4 to 10020". */
__attribute__((unused)) static const char *
asked(void)
{
	static char buf[512];
	int n = 0;

	buf[0] = '\0';
	for (int i = 0; i < t.p.n; i++) {
		const struct request *q = &t.p.item[i];

		n += snprintf(buf + n, sizeof(buf) - (size_t)n, "%s%s %lld",
		    i > 0 ? ", " : "", req_kind_name(q->kind),
		    (long long)t.b.order[q->order].id);
		if (q->kind != REQ_AMEND)
			continue;
		if (q->is_market)
			n += snprintf(
			    buf + n, sizeof(buf) - (size_t)n, " to market");
		else
			n += snprintf(buf + n, sizeof(buf) - (size_t)n,
			    " to %lld", (long long)q->limit);
	}
	return buf;
}

#endif
