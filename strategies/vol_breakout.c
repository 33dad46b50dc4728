/*
 * vol_breakout - a move larger than a part of yesterday's range.
 *
 * Idea.  A day that leaves its open by half of what the whole day before
 * moved has chosen its direction (Larry Williams).
 *
 * Rule.  target = open + `k_value` * (previous high - previous low), rounded
 * up to the won.
 *	buy	high >= target, nothing held; score (high / target - 1) * 100,
 *		target that price
 *	sell	with `exit_next` yes: a holding from before today; score 100,
 *		no target.  Else never: the stops sell
 * A day before without any range says nothing.
 *
 * Example.  k_value=0.5, yesterday 98 to 103, today's open 101: target
 * 101 + 2.5, so 104.  A high of 105: buy, aimed at 104, score (105 / 104 - 1)
 * * 100 = 0.962.
 */
#include <math.h>

#include "strategy/strategy.h"

enum { K_VALUE, EXIT_NEXT, MIN_VALUE };

static const struct param params[] = {
	[K_VALUE] = { "k_value", PARAM_REAL, 0, 10, "0.5",
	    "part of yesterday's range above the open", NULL },
	[EXIT_NEXT] = { "exit_next", PARAM_BOOL, 0, 1, "no",
	    "sell on the next session", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	return lookback_value(2, p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		const struct bars *b = &st->daily;
		int now = b->n - 1;
		won range, target;

		if (st->held > 0) {
			if (c->param[EXIT_NEXT].i && st->entry_date < c->today)
				candidate_add(out, i, SIDE_SELL, 100, 0);
			continue;
		}
		if (now < 1 ||
		    (range = b->high[now - 1] - b->low[now - 1]) <= 0)
			continue;
		/* 0.1 * 30 may be a hair above 3 in binary. */
		target = b->open[now] +
		    (won)ceil(c->param[K_VALUE].d * (double)range - 1e-6);
		if (b->high[now] >= target)
			candidate_add(out, i, SIDE_BUY,
			    ((double)b->high[now] / (double)target - 1) * 100,
			    target);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "vol_breakout",
	.help = "a move larger than a part of yesterday's range",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
