/*
 * close_minute - trade in the closing auction.
 *
 * Idea.  Some signals are only worth something at the close (closing_bet).
 * The auction gives one price for all; a limit keeps a surprise out.
 *
 * Rule.  In the first `minutes` minutes of the closing auction:
 *	buy	nothing held: a limit at the last minute's close
 *	sell	of a holding: the same
 * At any other time: wait.  The strategy needs `closing_auction=yes`, or its
 * entries stop before the auction.
 *
 * Example.  The last minute before the auction closed at 10,500: at 15:20 a
 * buy limited at 10,500 joins.  The auction ends at 10,480: bought there.  It
 * ends at 10,550: nothing is bought.
 */
#include "strategy/strategy.h"

enum { MINUTES };

static const struct param params[] = {
	[MINUTES] = { "minutes", PARAM_INT, 1, 10, "5",
	    "send in the first so many minutes of the auction", NULL },
	{ .name = NULL },
};

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

	out->when = WHEN_WAIT;
	if (c->phase != CTX_AUCTION || b->n == 0 ||
	    -c->until_auction >= c->param[MINUTES].i ||
	    (s->side == SIDE_BUY) != (st->held == 0))
		return 0;
	out->when = WHEN_CLOSE;
	out->price = b->close[b->n - 1];
	out->reason = "closing auction";
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "close_minute",
	.help = "a limit at the last price in the closing auction",
	.flags = STRATEGY_AT_CLOSE,
	.param = params,
	.lookback = lookback,
	.minute = minute,
};
