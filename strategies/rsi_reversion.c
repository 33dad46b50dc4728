/*
 * rsi_reversion - buy what fell too far, sell what rose too far.
 *
 * Idea.  The relative strength index measures how one-sided the last days
 * were; extremes tend to be followed by a move back.
 *
 * Rule.  RSI over `period` differences of closes.
 *	buy	RSI < `buy_threshold`, nothing held; score 100 - RSI, target
 *		the last close
 *	sell	RSI > `sell_threshold`, of a holding; score 100, no target
 * `smoothing` says how gains and losses are averaged: `plain` takes the means
 * of the last `period`, `wilder` smooths over all of the past.  A stock that
 * did not move at all has 100 by plain, 0 by wilder.
 *
 * Example.  period=4, plain, closes 100 98 97 98 94: gains 1, losses 2 + 1 +
 * 4 = 7, RSI 100 * 1 / 8 = 12.5.  Below 30: buy at 94, score 87.5.
 */
#include <math.h>

#include "strategy/strategy.h"

enum { PERIOD, BUY, SELL, SMOOTHING, MIN_VALUE };
enum { PLAIN, WILDER };

static const struct param params[] = {
	[PERIOD] = { "period", PARAM_INT, 1, 1000, "14",
	    "differences of closes that the RSI takes", NULL },
	[BUY] = { "buy_threshold", PARAM_REAL, 0, 100, "30",
	    "buy below this RSI", NULL },
	[SELL] = { "sell_threshold", PARAM_REAL, 0, 100, "70",
	    "sell above this RSI", NULL },
	[SMOOTHING] = { "smoothing", PARAM_CHOICE, 0, 0, "plain",
	    "how gains and losses are averaged", "plain|wilder" },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

/*
 * Wilder's RSI remembers for ever, but a day `k` bars back weighs
 * (1 - 1/period)^k; after 40 periods that is 4e-18, below what a double
 * tells apart.
 */
static int
lookback(const union param_value *p)
{
	int period = (int)p[PERIOD].i;

	return lookback_value(
	    p[SMOOTHING].i == WILDER ? 40 * period + 1 : period + 1,
	    p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	int period = (int)c->param[PERIOD].i;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		const struct bars *b = &st->daily;
		double rsi = c->param[SMOOTHING].i == WILDER ?
		    ind_rsi_last(b->close, b->n, period) :
		    ind_rsi_plain_last(b->close, b->n, period);

		if (isnan(rsi))
			continue;
		if (st->held == 0 && rsi < c->param[BUY].d)
			candidate_add(
			    out, i, SIDE_BUY, 100 - rsi, b->close[b->n - 1]);
		else if (st->held > 0 && rsi > c->param[SELL].d)
			candidate_add(out, i, SIDE_SELL, 100, 0);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "rsi_reversion",
	.help = "buy a low RSI, sell a high one",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
