/*
 * engine.c - how fast a backtest walks, in memory, on one core.
 *
 *	engine [STOCKS DAYS MINUTE_DAYS [JOB]]
 *
 * Prints one line a job: what was walked, seconds of processor time (the best
 * of five), bars a second.  The modules are the ones of $MAEMAE_STRATEGIES.
 */
#include "backtest/engine.h"

#include "base/date.h"
#include "base/money.h"
#include "base/rng.h"
#include "market/tick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct market_data data;
static struct session *row;
static struct calendar *cal;
static bool *base;
static int64_t daily_bars, minute_bars, only, jobs;

static won
walk(struct rng *r, won p, double sigma)
{
	won q = p + (won)((double)p * sigma * rng_normal(r));

	return tick_floor(20230314, KIND_KOSPI, q > 1000 ? q : 1000);
}

/* One day's bar; its minutes too, where asked. */
static won
add_day(struct stock_data *s, struct rng *r, const struct session *ses,
    won prev, bool minutes)
{
	struct bar d = { .date = ses->date, .open = walk(r, prev, 0.005) };
	won p = d.open;

	d.high = d.low = d.open;
	for (int i = 0; i < session_minutes(ses); i += minutes ? 1 : 130) {
		struct bar b = { .date = ses->date,
			.open = p,
			.high = p,
			.low = p,
			.volume = 1000 + (qty)rng_below(r, 5000),
			.time = session_minute(ses, i) };

		p = b.close = walk(r, p, minutes ? 0.001 : 0.01);
		if (p > b.high)
			b.high = p;
		else
			b.low = p;
		d.high = b.high > d.high ? b.high : d.high;
		d.low = b.low < d.low ? b.low : d.low;
		d.volume += b.volume;
		if (minutes) {
			bar_store_add(&s->minute, &b);
			minute_bars++;
		}
	}
	d.close = p;
	bar_store_add(&s->daily, &d);
	daily_bars++;
	return p;
}

static void
make(int stocks, int days, int minute_days)
{
	ymd d = 20140101;

	row = calloc((size_t)days, sizeof(*row));
	for (int i = 0; i < days; d = ymd_add(d, 1))
		if (ymd_weekday(d) < 5)
			row[i++] = (struct session){ .date = d,
				.is_open = true,
				.entry = 830,
				.open = 900,
				.auction = 1520,
				.close = 1530 };
	cal = calendar_new(row, (size_t)days);
	market_data_init(&data);
	for (int k = 0; k < stocks; k++) {
		struct rng r = rng_seed((uint64_t)k + 1);
		char code[CODE_SIZE];
		struct stock_data *s;
		won p = 10000 + 1000 * (k % 50);

		snprintf(code, sizeof(code), "%05d0", k % 100000);
		s = market_data_add(&data, code);
		for (int i = 0; i < days; i++)
			p = add_day(s, &r, &row[i], p, i >= days - minute_days);
	}
	market_data_index(&data);
	base = malloc((size_t)stocks);
	memset(base, true, (size_t)stocks);
}

static void
job(const char *what, const char *daily, const char *minute,
    const char *signals, const char *stop, enum bars_mode mode, ymd from,
    int64_t bars)
{
	struct strategy_conf c;
	struct backtest_conf conf = { .from = from,
		.bars = mode,
		.cash = 10000000,
		.nstrat = 1,
		.strat = &c,
		.base = &base };
	struct backtest_result out;
	struct err e = { 0 };
	double best = 1e9;
	int trades = 0;

	strategy_conf_default(&c, "s");
	if (strategy_conf_set(&c, "daily", daily, &e) == -1 ||
	    strategy_conf_set(&c, "minute", minute, &e) == -1 ||
	    strategy_conf_set(&c, "signals", signals, &e) == -1 ||
	    strategy_conf_set(&c, "stop_loss_ratio", stop, &e) == -1 ||
	    /* as backtest(1) sizes: a tenth of the cash in a stock */
	    strategy_conf_set(&c, "max_positions", "0", &e) == -1 ||
	    strategy_conf_set(&c, "stock_capital", "1000000", &e) == -1) {
		fprintf(stderr, "engine: %s\n", e.msg);
		exit(1);
	}
	limits_none(&conf.limits);
	if (only != 0 && only != ++jobs)
		return;
	for (int i = 0; i < 5; i++) {
		clock_t began = clock();
		double took;

		if (backtest_run(&data, cal, &conf, &out, &e) == -1) {
			fprintf(stderr, "engine: %s\n", e.msg);
			exit(1);
		}
		took = (double)(clock() - began) / CLOCKS_PER_SEC;
		best = took < best ? took : best;
		trades = out.ntrade;
		backtest_result_fini(&out);
	}
	printf("%-44s %9lld bars %7.3f s %7.1f M bars/s %6d fills\n", what,
	    (long long)bars, best, (double)bars / best / 1e6, trades);
	fflush(stdout);
}

int
main(int argc, char *argv[])
{
	int64_t n[4] = { 100, 2500, 60, 0 };
	ymd from;

	for (int i = 1; i < argc && i <= 4; i++)
		if (int_parse(argv[i], 1, 100000, &n[i - 1]) == -1)
			return 64;
	only = n[3];
	make((int)n[0], (int)n[1], (int)n[2]);
	from = row[n[1] - n[2]].date;
	job("daily: sma, open_minute", "sma", "open_minute", "prev-close", "",
	    BARS_DAILY, 0, daily_bars);
	job("daily: sma, pass_minute, stop -5", "sma", "pass_minute",
	    "prev-close", "-5", BARS_DAILY, 0, daily_bars);
	job("minutes: sma, open_minute, prev-close", "sma", "open_minute",
	    "prev-close", "", BARS_MINUTE, from, minute_bars);
	job("minutes: sma, rsi_minute, prev-close, -5", "sma", "rsi_minute",
	    "prev-close", "-5", BARS_MINUTE, from, minute_bars);
	job("minutes: sma, rsi_minute, intraday, -5", "sma", "rsi_minute",
	    "intraday", "-5", BARS_MINUTE, from, minute_bars);
	market_data_fini(&data);
	calendar_free(cal);
	free(row);
	free(base);
	return 0;
}
