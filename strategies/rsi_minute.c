/*
 * rsi_minute - wait for a dip to buy, for a peak to sell.
 *
 * Idea.  The daily strategy says what; within the day a better price is found
 * by waiting until the last minutes were one-sided.
 *
 * Rule.  RSI over `period` differences of today's minute closes, plain means
 * of gains and losses (no loss: 100).  P is the last close, D the distance
 * |P - target| / target in percent.
 *	buy	nothing held, RSI <= `oversold`, D <= `max_deviation_ratio`
 *	sell	of a holding, RSI >= `overbought`, D as above
 * A signal without a target, or a max_deviation_ratio of 0, needs no D.
 * With `force` yes, the RSI no longer matters in the last `force_minutes`
 * before the closing auction; D still does.  Only in continuous trading.
 *
 * Example.  period=4, oversold=30, target 10,000; minute closes 9,990 9,980
 * 9,970 9,980 9,960: gains 10, losses 10 + 10 + 20 = 40, RSI 100 * 10 / 50 =
 * 20.  D = 40 / 10,000 = 0.4 %: buy at 9,960.
 */
#include <math.h>

#include "strategy/strategy.h"

enum { PERIOD, OVERSOLD, OVERBOUGHT, DEVIATION, FORCE, FORCE_MINUTES };

static const struct param params[] = {
	[PERIOD] = { "period", PARAM_INT, 1, 300, "14",
	    "differences of minute closes that the RSI takes", NULL },
	[OVERSOLD] = { "oversold", PARAM_REAL, 0, 100, "30",
	    "buy at or below this RSI", NULL },
	[OVERBOUGHT] = { "overbought", PARAM_REAL, 0, 100, "70",
	    "sell at or above this RSI", NULL },
	[DEVIATION] = { "max_deviation_ratio", PARAM_REAL, 0, 100, "2",
	    "trade only so many percent around the target; 0: anywhere", NULL },
	[FORCE] = { "force", PARAM_BOOL, 0, 1, "no",
	    "trade near the close even if the RSI never said so", NULL },
	[FORCE_MINUTES] = { "force_minutes", PARAM_INT, 1, 60, "5",
	    "that near: minutes before the closing auction", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	(void)p;
	return 1; /* minutes alone; 0 would mean all days */
}

static bool
is_near(won price, won target, double percent)
{
	return target <= 0 || percent == 0 ||
	    fabs((double)(price - target)) * 100 <= percent * (double)target;
}

static int
minute(const struct ctx *c, const struct signal_view *s, struct act *out)
{
	const struct stock *st = &c->stock[0];
	const struct bars *b = &st->minute;
	double rsi = ind_rsi_plain_last(
	    b->close, b->n, (int)c->param[PERIOD].i);
	bool is_time;

	out->when = WHEN_WAIT;
	if (c->phase != CTX_CONTINUOUS || b->n == 0 ||
	    (s->side == SIDE_BUY) != (st->held == 0))
		return 0;
	if (!is_near(b->close[b->n - 1], s->target, c->param[DEVIATION].d))
		return 0;
	is_time = s->side == SIDE_BUY ?
	    rsi <= c->param[OVERSOLD].d :
	    rsi >= c->param[OVERBOUGHT].d; /* false while NAN */
	if (is_time) {
		out->reason = s->side == SIDE_BUY ? "oversold" : "overbought";
	} else if (c->param[FORCE].i &&
	    c->until_auction <= c->param[FORCE_MINUTES].i) {
		out->forced = true;
		out->reason = "forced near the close";
	} else
		return 0;
	out->when = WHEN_NOW;
	out->price = b->close[b->n - 1];
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "rsi_minute",
	.help = "buy a minute dip, sell a minute peak, near the target",
	.param = params,
	.lookback = lookback,
	.minute = minute,
};
