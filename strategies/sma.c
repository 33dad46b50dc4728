/*
 * sma - golden and dead cross of two averages.
 *
 * Idea.  When the mean of the last few closes rises above the mean of the
 * last many, a trend may have begun; when it falls below, it may be over.
 *
 * Rule.  S and L are the means of the last `short` and `long` closes, s and l
 * the same one bar before.
 *	buy	s <= l and S > L, and nothing is held; score (S / L - 1) * 100,
 *		target the last close
 *	sell	s >= l and S < L, of a holding; score 100, no target
 * The first signal is possible on the first bar at which all four exist:
 * max(short, long) + 1 bars.  Ties are decided exactly, in whole numbers:
 * S > L means long * (sum of short) > short * (sum of long).
 *
 * Example.  short=2, long=3, closes 100 98 96 101:
 *	s = (98 + 96) / 2 = 97		l = (100 + 98 + 96) / 3 = 98
 *	S = (96 + 101) / 2 = 98.5	L = (98 + 96 + 101) / 3 = 98.33
 * s <= l and S > L: buy at 101, score (98.5 / 98.33 - 1) * 100 = 0.169.
 */
#include "strategy/strategy.h"

enum { SHORT, LONG, MIN_VALUE };

static const struct param params[] = {
	[SHORT] = { "short", PARAM_INT, 1, 1000, "5",
	    "days of the short average", NULL },
	[LONG] = { "long", PARAM_INT, 1, 1000, "17", "days of the long average",
	    NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	int64_t n = p[SHORT].i > p[LONG].i ? p[SHORT].i : p[LONG].i;

	return lookback_value((int)n + 1, p[MIN_VALUE].i);
}

static int
universe(const struct ctx *c, bool *keep)
{
	return universe_value(c, keep, c->param[MIN_VALUE].i);
}

/* Which average is above: 1 the short one, -1 the long one, 0 neither. */
static int
above(int64_t sum_s, int ns, int64_t sum_l, int nl)
{
	int64_t d = nl * sum_s - ns * sum_l;

	return (d > 0) - (d < 0);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	int ns = (int)c->param[SHORT].i, nl = (int)c->param[LONG].i;
	int need = (ns > nl ? ns : nl) + 1;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		int64_t sum_s, sum_l;
		const won *now;
		int is, was;

		if (st->daily.n < need)
			continue;
		now = st->daily.close + st->daily.n - 1;
		sum_s = ind_sum(now - ns + 1, ns);
		sum_l = ind_sum(now - nl + 1, nl);
		is = above(sum_s, ns, sum_l, nl);
		was = above(sum_s - now[0] + now[-ns], ns,
		    sum_l - now[0] + now[-nl], nl);
		if (is == was)
			continue;
		if (is > 0 && st->held == 0)
			candidate_add(out, i, SIDE_BUY,
			    ((double)(nl * sum_s) / (double)(ns * sum_l) - 1) *
				100,
			    now[0]);
		else if (is < 0 && st->held > 0)
			candidate_add(out, i, SIDE_SELL, 100, 0);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "sma",
	.help = "golden and dead cross of two averages",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
};
