/*
 * pass_minute - trade at the day's open, with stops inside the day.
 *
 * Idea.  As open_minute: a daily signal is acted on in the opening auction,
 * and no minute bars are needed.  The difference is what happens to a holding
 * on a day of which only the daily bar is known: its stops and its profit
 * target resolve inside that day, at their own prices.
 *
 * Rule.  In the last `minutes_before` minutes before the open:
 *	buy	nothing held: join the auction, limited at the last close
 *		+ `max_rise` percent
 *	sell	of a holding: join the auction at market
 * At any other time: wait.  Stops are the core's: a gap through the stop
 * sells at the open, else at the stop's price; the stop comes before the
 * target when the day reached both; never on the day of entry.
 *
 * Example.  Bought at 10,000 with a stop of -5 %, so at 9,500.  The next day
 * opens at 9,800 and falls to 9,400: sold at 9,500.  Had it opened at 9,300:
 * sold at 9,300.
 */
#include "at_open.h"

static const struct param params[] = {
	AT_OPEN_PARAMS,
	{ .name = NULL },
};

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "pass_minute",
	.help = "buy and sell in the opening auction, stops inside the day",
	.flags = STRATEGY_AT_OPEN | STRATEGY_STOPS_IN_DAY,
	.param = params,
	.lookback = at_open_lookback,
	.minute = act_at_open,
};
