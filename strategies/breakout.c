/*
 * breakout - out of the box.
 *
 * Idea.  A stock that has moved within a box for weeks and then closes above
 * it has found new buyers; one that closes below its box has lost the old.
 *
 * Rule.
 *	buy	close > highest high of the `box_period` days before, and, if
 *		`volume_multiplier` is not 0, volume > volume_multiplier * mean
 *		volume of those days; nothing held.  Score (close / that high
 *		- 1) * 100, target the last close
 *	sell	close < lowest low of the `exit_period` days before, of a
 *		holding; score 100, no target
 *
 * Example.  box_period=3, volume_multiplier=2, highs 105 110 108, volumes
 * 10 20 30, today's close 111 on a volume of 41: above 110, and 41 > 2 * 20.
 * Buy at 111, score (111 / 110 - 1) * 100 = 0.909.  With a volume of 40: no.
 */
#include "strategy/strategy.h"

enum { BOX, EXIT, VOLUME, MIN_VALUE };

static const struct param params[] = {
	[BOX] = { "box_period", PARAM_INT, 1, 1000, "60",
	    "days of the box that a buy breaks upwards", NULL },
	[EXIT] = { "exit_period", PARAM_INT, 1, 1000, "60",
	    "days of the box that a sell breaks downwards", NULL },
	[VOLUME] = { "volume_multiplier", PARAM_REAL, 0, 1000, "0",
	    "a buy needs so many times the box's mean volume; 0: off", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	int64_t n = p[BOX].i > p[EXIT].i ? p[BOX].i : p[EXIT].i;

	return lookback_value((int)n + 1, p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

static bool
volume_is_enough(const struct bars *b, int box, double multiplier)
{
	int now = b->n - 1;

	return multiplier == 0 ||
	    (double)b->volume[now] * box >
	    multiplier * (double)ind_sum(b->volume + now - box, box);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	int box = (int)c->param[BOX].i, leave = (int)c->param[EXIT].i;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		const struct bars *b = &st->daily;
		int now = b->n - 1;

		if (st->held == 0 && now >= box) {
			won top = ind_max(b->high + now - box, box);

			if (b->close[now] > top &&
			    volume_is_enough(b, box, c->param[VOLUME].d))
				candidate_add(out, i, SIDE_BUY,
				    ((double)b->close[now] / (double)top - 1) *
					100,
				    b->close[now]);
		} else if (st->held > 0 && now >= leave) {
			if (b->close[now] <
			    ind_min(b->low + now - leave, leave))
				candidate_add(out, i, SIDE_SELL, 100, 0);
		}
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "breakout",
	.help = "a close above the box of the last weeks",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
