/*
 * closing_bet - buy strength into the close.
 *
 * Idea.  A stock in an upward trend that closes near its high often opens
 * higher the next day.  The bet is placed in the closing auction.
 *
 * Rule.
 *	buy	the mean of the last `trend_period` closes has risen against
 *		one bar before; close > open; (close - low) / (high - low) >
 *		`close_high_ratio`; nothing held.  Score (close / open - 1) *
 *		100, target the last close
 *	sell	with `exit_next` yes: a holding from before today; score 100,
 *		no target.  Else never: the stops sell
 * It is meant for `signals=intraday` and `closing_auction=yes` with the
 * minute module close_minute: the forming bar is then nearly the day's.
 *
 * Example.  trend_period=2, close_high_ratio=0.8, closes 100 102 105; today
 * open 101, low 100, high 106: 105 > 100 (the mean rises), 105 > 101, and
 * (105 - 100) / (106 - 100) = 0.833.  Buy at 105, score 3.96.
 */
#include "strategy/strategy.h"

enum { TREND, RATIO, EXIT_NEXT, MIN_VALUE };

static const struct param params[] = {
	[TREND] = { "trend_period", PARAM_INT, 1, 1000, "5",
	    "days of the average that must rise", NULL },
	[RATIO] = { "close_high_ratio", PARAM_REAL, 0, 1, "0.8",
	    "the close lies above this part of the day's range", NULL },
	[EXIT_NEXT] = { "exit_next", PARAM_BOOL, 0, 1, "no",
	    "sell on the next session", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	return lookback_value((int)p[TREND].i + 1, p[MIN_VALUE].i);
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
		int now = b->n - 1;
		won close, open, range;

		if (st->held > 0) {
			if (c->param[EXIT_NEXT].i && st->entry_date < c->today)
				candidate_add(out, i, SIDE_SELL, 100, 0);
			continue;
		}
		if (now < trend)
			continue;
		close = b->close[now];
		open = b->open[now];
		range = b->high[now] - b->low[now];
		if (close > b->close[now - trend] && close > open &&
		    (double)(close - b->low[now]) >
			c->param[RATIO].d * (double)range)
			candidate_add(out, i, SIDE_BUY,
			    ((double)close / (double)open - 1) * 100, close);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "closing_bet",
	.help = "strength into the close of a rising stock",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
