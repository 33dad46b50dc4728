/*
 * pullback - buy the dip of a trend that still holds.
 *
 * Idea.  In a trend that does not fall, a price below its short average is on
 * sale; a low above yesterday's says that the sale is ending.
 *
 * Rule.  T is the mean of the last `trend_period` closes, P of the last
 * `pullback_period`.
 *	buy	T is not below its value one bar before, close < P, low >
 *		previous low; nothing held.  Score (T / close - 1) * 100,
 *		target the last close
 *	sell	close < T, of a holding; score 100, no target
 * T not falling is close >= close `trend_period` bars ago: the one that comes
 * in against the one that goes out.  A dip deep enough to lie below T as well
 * is bought with the best score, and is sold on the next bar that is still
 * there: configure `min_position_period` to give it time.
 *
 * Example.  trend_period=4, pullback_period=2, closes 100 104 108 112 106,
 * the last two lows 105 and 105.5:  T = 430 / 4 = 107.5 (before: 106),
 * P = (112 + 106) / 2 = 109.  106 < 109 and the low rises: buy at 106, score
 * (107.5 / 106 - 1) * 100 = 1.415.
 */
#include "strategy/strategy.h"

enum { TREND, PULLBACK, MIN_VALUE };

static const struct param params[] = {
	[TREND] = { "trend_period", PARAM_INT, 1, 1000, "20",
	    "days of the average that is the trend", NULL },
	[PULLBACK] = { "pullback_period", PARAM_INT, 1, 1000, "5",
	    "days of the average that a dip lies below", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	int64_t n = p[TREND].i > p[PULLBACK].i ? p[TREND].i : p[PULLBACK].i;

	return lookback_value((int)n + 1, p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	int trend = (int)c->param[TREND].i, pull = (int)c->param[PULLBACK].i;
	int need = (trend > pull ? trend : pull) + 1;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		const struct bars *b = &st->daily;
		int now = b->n - 1;
		int64_t sum_t, sum_p;
		won close;

		if (b->n < need)
			continue;
		close = b->close[now];
		sum_t = ind_sum(b->close + b->n - trend, trend);
		sum_p = ind_sum(b->close + b->n - pull, pull);
		if (st->held > 0) {
			if (trend * close < sum_t)
				candidate_add(out, i, SIDE_SELL, 100, 0);
		} else if (close >= b->close[now - trend] &&
		    pull * close < sum_p && b->low[now] > b->low[now - 1])
			candidate_add(out, i, SIDE_BUY,
			    ((double)sum_t / (double)(trend * close) - 1) * 100,
			    close);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "pullback",
	.help = "a dip below the short average in a trend that holds",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
