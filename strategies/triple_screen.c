/*
 * triple_screen - a dip in a strong trend, entered at yesterday's high.
 *
 * Idea (after Elder).  First screen: the trend is up.  Second: momentum says
 * that the price has dipped against it.  Third: wait for the price to come
 * back to the previous high before buying.
 *
 * Rule.  T is the mean of the last `trend_period` closes, RSI is Wilder's over
 * `rsi_period`.
 *	buy	(close - T) / T >= `min_trend_strength`, RSI <= `oversold`,
 *		nothing held; score 100 - RSI, target the previous high
 *	sell	close < T, of a holding; score 100, no target
 *
 * Example.  trend_period=4, rsi_period=2, closes 100 100 130 124 119.  T of
 * the last four is 118.25; 119 is 0.6 % above it, so with
 * min_trend_strength=0.005 the first screen passes.  RSI: seeded over the
 * first two differences, gain 15, loss 0; after -6 gain 7.5, loss 3; after -5
 * gain 3.75, loss 4: 100 * 3.75 / 7.75 = 48.4.  With oversold=50: buy, score
 * 51.6, aimed at the high of the bar before.
 */
#include "strategy/strategy.h"

enum { TREND, RSI, OVERSOLD, STRENGTH, MIN_VALUE };

static const struct param params[] = {
	[TREND] = { "trend_period", PARAM_INT, 1, 1000, "50",
	    "days of the average that is the trend", NULL },
	[RSI] = { "rsi_period", PARAM_INT, 1, 1000, "14",
	    "differences of closes that the RSI takes", NULL },
	[OVERSOLD] = { "oversold", PARAM_REAL, 0, 100, "30",
	    "buy at or below this RSI", NULL },
	[STRENGTH] = { "min_trend_strength", PARAM_REAL, -1, 10, "0.02",
	    "the close lies at least this part above the trend", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

/* 40 periods of the RSI: what is older weighs less than a double tells. */
static int
lookback(const union param_value *p)
{
	int64_t n = 40 * p[RSI].i + 1;

	if (n < p[TREND].i)
		n = p[TREND].i;
	return lookback_value((int)n, p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	int trend = (int)c->param[TREND].i;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		const struct bars *b = &st->daily;
		int64_t sum;
		double rsi;
		won close;

		if (b->n < trend || b->n < 2)
			continue;
		close = b->close[b->n - 1];
		sum = ind_sum(b->close + b->n - trend, trend);
		if (st->held > 0) {
			if (trend * close < sum)
				candidate_add(out, i, SIDE_SELL, 100, 0);
			continue;
		}
		if ((double)(trend * close - sum) <
		    c->param[STRENGTH].d * (double)sum)
			continue;
		rsi = ind_rsi_last(b->close, b->n, (int)c->param[RSI].i);
		if (rsi <= c->param[OVERSOLD].d) /* false while NAN */
			candidate_add(
			    out, i, SIDE_BUY, 100 - rsi, b->high[b->n - 2]);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "triple_screen",
	.help = "a dip in a strong trend, entered at the previous high",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
