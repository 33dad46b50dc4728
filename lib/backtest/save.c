/*
 * save.c - see save.h.
 *
 * What was asked is kept as text that can be typed again: modules with all
 * their parameters, and every setting that is not at its default.
 */
#include "backtest/save.h"

#include "store/results.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SETTINGS_SIZE 4096

/* Text that grows in a buffer and is cut where that ends. */
struct words {
	char *buf;
	size_t size, used;
};

static void __attribute__((format(printf, 2, 3)))
words_add(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->buf + w->used, w->size - w->used, fmt, ap);
	va_end(ap);
	if (n > 0)
		w->used += (size_t)n;
	if (w->used >= w->size)
		w->used = w->size - 1;
}

/* Each setting in which a differs from def, as ",PREFIXname=value". */
static void
add_differences(struct words *w, const char *prefix,
    const struct setting *table, const void *a, const void *def)
{
	char buf[64];

	for (; table->name != NULL; table++) {
		if (memcmp((const char *)a + table->offset,
			(const char *)def + table->offset,
			sizeof(int64_t)) == 0)
			continue;
		words_add(w, "%s%s%s=%s", w->used > 0 ? "," : "", prefix,
		    table->name, setting_text(table, a, buf, sizeof(buf)));
	}
}

/* Costs are always said: they are what a result is compared by. */
static void
add_costs(struct words *w, const struct limits *l)
{
	for (const struct setting *st = limit_settings; st->name != NULL;
	     st++) {
		char buf[64];

		if (st->offset < offsetof(struct limits, costs))
			continue;
		words_add(w, "%s%s=%s", w->used > 0 ? "," : "", st->name,
		    setting_text(st, l, buf, sizeof(buf)));
	}
}

static void
settings_of(const struct backtest_setup *s, char *buf, size_t size)
{
	static const char *const bars[] = { [BARS_AUTO] = "auto",
		[BARS_DAILY] = "daily",
		[BARS_MINUTE] = "minute" };
	struct words w = { buf, size, 0 };
	struct limits limits;

	buf[0] = '\0';
	words_add(&w, "bars=%s", bars[s->conf.bars]);
	if (s->conf.is_reference)
		words_add(&w, ",sizing=all");
	add_costs(&w, &s->conf.limits);
	for (int i = 0; i < s->conf.nstrat; i++) {
		struct strategy_conf def;
		char prefix[NAME_SIZE + 1] = "";

		if (s->conf.nstrat > 1)
			snprintf(
			    prefix, sizeof(prefix), "%s.", s->strat[i].name);
		strategy_conf_default(&def, s->strat[i].name);
		add_differences(
		    &w, prefix, strategy_settings, &s->strat[i], &def);
	}
	limits_default(&limits);
	limits.costs = s->conf.limits.costs;
	add_differences(&w, "limit.", limit_settings, &s->conf.limits, &limits);
}

/* The modules of all strategies, "sma:short=5,long=20+breakout:...". */
static void
modules_of(
    const struct backtest_setup *s, bool is_daily, char *buf, size_t size)
{
	struct words w = { buf, size, 0 };

	buf[0] = '\0';
	for (int i = 0; i < s->conf.nstrat; i++) {
		const struct module_use *use = is_daily ? &s->strat[i].daily :
							  &s->strat[i].minute;
		char text[1024];

		if (use->strategy != NULL)
			words_add(&w, "%s%s", w.used > 0 ? "+" : "",
			    module_use_text(use, text, sizeof(text)));
	}
}

static int
save_run(struct store *db, const struct backtest_setup *s,
    const struct market_data *data, const struct backtest_result *r,
    const struct metrics *m, epoch at, int64_t *id, struct err *e)
{
	char daily[4096], minute[4096], settings[SETTINGS_SIZE];
	struct backtest_run_row row = { .strategy = s->name,
		.daily = daily,
		.minute = minute,
		.settings = settings,
		.codes = data->n,
		.from = m->from,
		.to = m->to,
		.start = m->start,
		.final = m->final,
		.trades = r->ntrade,
		.round_trips = m->trades,
		.wins = m->wins,
		.commission = m->commission,
		.tax = m->tax,
		.total_return = m->total_return,
		.annual_return = m->annual_return,
		.max_drawdown = m->max_drawdown,
		.volatility = m->volatility,
		.sharpe = m->sharpe,
		.at = at };

	modules_of(s, true, daily, sizeof(daily));
	modules_of(s, false, minute, sizeof(minute));
	settings_of(s, settings, sizeof(settings));
	return store_save_backtest_run(db, &row, id, e);
}

static int
save_rows(struct store *db, const struct backtest_setup *s,
    const struct market_data *data, const struct backtest_result *r, int64_t id,
    struct err *e)
{
	for (int i = 0; i < r->ntrade; i++) {
		const struct fill *f = &r->trade[i].fill;
		struct backtest_trade_row row = { .day = f->date,
			.time = f->time,
			.strategy = f->strat >= 0 ? s->strat[f->strat].name :
						    MANUAL,
			.code = data->stock[f->stock].code,
			.side = f->side,
			.n = f->n,
			.price = f->price,
			.commission = f->commission,
			.tax = f->tax,
			.profit = f->profit,
			.reason = r->trade[i].reason };

		if (store_save_backtest_trade(db, id, i + 1, &row, e) == -1)
			return -1;
	}
	for (int i = 0; i < r->nday; i++)
		if (store_save_backtest_day(db, id, r->day[i].date,
			r->day[i].cash, r->day[i].holdings, e) == -1)
			return -1;
	return 0;
}

int
output_save(struct store *db, const struct backtest_setup *s,
    const struct market_data *data, const struct backtest_result *r,
    const struct metrics *m, epoch at, struct err *e)
{
	int64_t id;

	if (r->nday == 0)
		return err_set(e, E_FAIL,
		    "--save: no session was traded, there is nothing to keep");
	if (store_begin(db, e) == -1)
		return -1;
	if (save_run(db, s, data, r, m, at, &id, e) == -1 ||
	    save_rows(db, s, data, r, id, e) == -1) {
		store_rollback(db);
		return err_wrap(e, "--save");
	}
	return store_commit(db, e);
}
