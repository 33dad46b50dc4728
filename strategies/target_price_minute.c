/*
 * target_price_minute - trade when the target is reached.
 *
 * Idea.  The daily strategy named a price; trade at it or better.
 *
 * Rule.  P is the last minute's close.
 *	buy	nothing held, P <= target.  Without a target: never
 *	sell	of a holding, P >= target.  Without a target: at once
 * Only in continuous trading.
 *
 * Example.  A buy aimed at 10,000: at 10,050 it waits, at 9,990 it buys.  A
 * sell without a target sells at the first minute of the day that traded.
 */
#include "strategy/strategy.h"

static int
lookback(const union param_value *p)
{
	(void)p;
	return 1; /* minutes alone; 0 would mean all days */
}

static int
minute(const struct ctx *c, const struct signal_view *s, struct act *out)
{
	const struct stock *st = &c->stock[0];
	const struct bars *b = &st->minute;
	won price;

	out->when = WHEN_WAIT;
	if (c->phase != CTX_CONTINUOUS || b->n == 0)
		return 0;
	price = b->close[b->n - 1];
	if (s->side == SIDE_BUY ?
		st->held == 0 && s->target > 0 && price <= s->target :
		st->held > 0 && (s->target <= 0 || price >= s->target)) {
		out->when = WHEN_NOW;
		out->price = price;
		out->reason = s->target > 0 ? "target reached" : "no target";
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "target_price_minute",
	.help = "trade when the target price is reached",
	.lookback = lookback,
	.minute = minute,
};
