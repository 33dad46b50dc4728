/*
 * at_open.h - what open_minute and pass_minute share: joining the opening
 * auction with what yesterday's close says.
 *
 * In the last `minutes_before` minutes before the open a buy is sent with the
 * limit close * (1 + max_rise / 100), floored to the won (the core lands it on
 * a tick and within the day's limits), and a sell is sent at market.
 */
#ifndef STRATEGIES_AT_OPEN_H
#define STRATEGIES_AT_OPEN_H

#include <math.h>

#include "strategy/strategy.h"

enum { MAX_RISE, MINUTES_BEFORE };

#define AT_OPEN_PARAMS                                                      \
	[MAX_RISE] = { "max_rise", PARAM_REAL, 0, 30, "3",                  \
		"a buy pays at most so many percent above the last close",  \
		NULL },                                                     \
	[MINUTES_BEFORE] = { "minutes_before", PARAM_INT, 1, 60, "10",      \
		"orders leave in the last so many minutes before the open", \
		NULL }

/* The last close before today; 0 where there is none. */
static inline won
close_before_today(const struct ctx *c)
{
	const struct bars *b = &c->stock[0].daily;
	int n = b->n;

	if (n > 0 && b->date[n - 1] == c->today)
		n--;
	return n > 0 ? b->close[n - 1] : 0;
}

/* close raised by `percent`, floored; 3 % of 10,000 is 300 in binary too. */
static inline won
raised(won close, double percent)
{
	return close + (won)floor((double)close * percent / 100 + 1e-6);
}

static inline int
act_at_open(const struct ctx *c, const struct signal_view *s, struct act *out)
{
	won close = close_before_today(c);
	qty held = c->stock[0].held;

	out->when = WHEN_WAIT;
	if (c->phase != CTX_BEFORE_OPEN ||
	    c->since_open < -c->param[MINUTES_BEFORE].i)
		return 0;
	if (s->side == SIDE_SELL && held > 0) {
		out->when = WHEN_OPEN;
		out->price = 0;
		out->reason = "sell at the open";
	} else if (s->side == SIDE_BUY && held == 0 && close > 0) {
		out->when = WHEN_OPEN;
		out->price = raised(close, c->param[MAX_RISE].d);
		out->reason = "buy at the open";
	}
	return 0;
}

static inline int
at_open_lookback(const union param_value *p)
{
	(void)p;
	return 2; /* today's bar, should it be there, and the one before */
}

#endif
