/*
 * backtest_reference.c - the reference runs of other backtesters.
 *
 * Input without volume-0 rows; signals at the close, fills at the next open,
 * 0.15 % on both sides; see the README of the shared data.  Prices without a
 * licence stay there, so the test is skipped where the folder is absent.
 */
#include "backtest/engine.h"

#include "base/csv.h"
#include "base/date.h"
#include "base/money.h"
#include "market/krx_calendar.h"
#include "schema.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[512];

static const char *
path(const char *fmt, const char *name)
{
	static char buf[1024];
	char file[400];

	snprintf(file, sizeof(file), fmt, name);
	snprintf(buf, sizeof(buf), "%s/data/%s", dir, file);
	return buf;
}

static int64_t
number(const struct csv_row *row, int i)
{
	int64_t v;

	if (int_parse(csv_get(row, i), 0, INT64_MAX, &v) == -1)
		abort();
	return v;
}

static void
load(struct market_data *data, const char *code)
{
	struct err e = { 0 };
	struct csv_reader *r = csv_open(path("krx_daily_%s.csv", code), &e);
	struct stock_data *s = market_data_add(data, code);
	struct csv_row row;

	while (csv_next(r, &row, &e) == 1) {
		struct bar b = { .date = (ymd)number(&row, 1),
			.open = number(&row, 2),
			.high = number(&row, 3),
			.low = number(&row, 4),
			.close = number(&row, 5),
			.volume = number(&row, 6) };

		if (b.volume > 0)
			bar_store_add(&s->daily, &b);
	}
	csv_close(r);
	market_data_index(data);
}

static void
reference(const char *code, const char *run, bool exact)
{
	struct strategy_conf c;
	struct backtest_conf conf = {
		.cash = 10000000, .is_reference = true, .nstrat = 1, .strat = &c
	};
	struct backtest_result out;
	struct market_data data;
	struct err e = { 0 };
	struct calendar *cal = krx_calendar_new(krx_holidays_csv,
	    krx_special_hours_csv, krx_session_history_csv, &e);
	struct csv_reader *r;
	struct csv_row row;
	bool yes = true, *base = &yes;
	bool agrees = true;
	int i = 0;

	market_data_init(&data);
	load(&data, code);
	strategy_conf_default(&c, "sma");
	strategy_conf_set(&c, "daily", "sma:short=5,long=20", &e);
	strategy_conf_set(&c, "signals", "prev-close", &e);
	limits_none(&conf.limits);
	limits_set(&conf.limits, "costs", "none", &e);
	limits_set(&conf.limits, "commission", "0.0015", &e);
	conf.base = &base;
	is_int(backtest_run(&data, cal, &conf, &out, &e), 0, "%s runs: %s", run,
	    e.msg);
	r = csv_open(path("oracle_backtest_%s_trades.csv", run), &e);
	for (; csv_next(r, &row, &e) == 1; i++) {
		const struct fill *f = &out.trade[i].fill;
		bool same = i < out.ntrade && f->date == number(&row, 0) &&
		    f->price == number(&row, 3) &&
		    (f->side == SIDE_BUY) == (csv_get(&row, 2)[0] == 'b');

		/* Fractions of a won move the quantity in the end. */
		if (f->n != number(&row, 4))
			agrees = false;
		if (!same || (exact && !agrees)) {
			ok(false, "%s: trade %d is %d %lld x %lld", run, i,
			    f->date, (long long)f->n, (long long)f->price);
			break;
		}
	}
	is_int(out.ntrade, i, "%s: as many trades", run);
	csv_close(r);
	if (exact) {
		r = csv_open(path("oracle_backtest_%s_equity.csv", run), &e);
		for (i = 0; csv_next(r, &row, &e) == 1; i++) {
			while (
			    i < out.nday && out.day[i].date < number(&row, 0))
				i++;
			if (out.day[i].cash != number(&row, 1) ||
			    out.day[i].total != number(&row, 3))
				break;
		}
		csv_close(r);
		is_int(out.day[out.nday - 1].total, 3780896, "%s: final equity",
		    run);
		is_int(i, out.nday, "%s: every day to the won", run);
	}
	backtest_result_fini(&out);
	market_data_fini(&data);
	calendar_free(cal);
}

int
main(void)
{
	const char *shared = getenv("MAEMAE_SHARED");

	snprintf(dir, sizeof(dir), "%s", shared != NULL ? shared : "../shared");
	if (access(path("krx_daily_%s.csv", "005930"), R_OK) != 0) {
		printf("ok 1 - # SKIP no reference data in %s\n1..1\n", dir);
		return 0;
	}
	reference("005930", "sma5_20_005930_wonfloor", true);
	reference("005930", "sma5_20_005930", false);
	reference("005380", "sma5_20_005380", false);
	reference("069500", "sma5_20_069500", false);
	return done_testing();
}
