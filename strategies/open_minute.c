/*
 * open_minute - trade at the day's open.
 *
 * Idea.  A daily signal made of yesterday's bars is best acted on at once.
 * The opening auction gives one price for all, and needs no minute bars: ten
 * years are walked in a moment, which makes trying out parameters fast.
 *
 * Rule.  In the last `minutes_before` minutes before the open:
 *	buy	nothing held: join the auction, limited at the last close
 *		+ `max_rise` percent, so that a gap up is not chased
 *	sell	of a holding: join the auction at market
 * At any other time: wait.  Stops are the core's; on days walked by daily
 * bars they are judged on the close and sold at the next open.
 *
 * Example.  max_rise=3, yesterday's close 55,000: the buy is limited at
 * 55,000 + 1,650 = 56,650.  It opens at 56,000: bought there.  It opens at
 * 57,000: nothing is bought, and the rest is cancelled after the open.
 */
#include "at_open.h"

static const struct param params[] = {
	AT_OPEN_PARAMS,
	{ .name = NULL },
};

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "open_minute",
	.help = "buy and sell in the opening auction",
	.flags = STRATEGY_AT_OPEN,
	.param = params,
	.lookback = at_open_lookback,
	.minute = act_at_open,
};
