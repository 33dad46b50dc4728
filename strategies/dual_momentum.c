/*
 * dual_momentum - the strongest stocks, while the market itself is strong.
 *
 * Idea.  What has risen most goes on rising (relative momentum), but only in
 * a market that rises at all (absolute momentum).  When the market falls,
 * everything is sold for a fund that gains from the fall.
 *
 * Rule.  Momentum is (close / close `period` bars ago - 1) * 100.
 * The market is `safe_asset`; its momentum below 0 means a falling market:
 *	buy	`inverse_etf`, if it is not held; score 100
 *	sell	every other holding
 * else:
 *	buy	those of the best `top` that are not held: momentum above 0,
 *		neither safe_asset nor inverse_etf among them; score their
 *		momentum
 *	sell	every holding that is not among the best, inverse_etf too
 * Buys aim at the last close; sells have score 100 and no target.  Equal
 * momentum: the smaller code first.
 *
 * A holding whose momentum cannot be told yet is kept.  While the safe asset
 * has too few bars, nothing is said.  If it is not among the stocks at all,
 * that is an error: a filter that silently never works would buy in a crash.
 * An empty safe_asset switches the filter off, an empty inverse_etf means
 * cash in a falling market.
 *
 * Example.  period=3, top=1.  Closes now and three bars ago: safe asset 102
 * and 100 (+2 %), A 110 and 100 (+10 %), B 52 and 50 (+4 %, held).  Buy A with
 * score 10, sell B.  Were the safe asset at 99 (-1 %): buy the inverse fund,
 * sell B.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategy/strategy.h"

enum { PERIOD, SAFE, INVERSE, TOP, MIN_VALUE };
enum { TOP_MAX = 100 };

static const struct param params[] = {
	[PERIOD] = { "period", PARAM_INT, 1, 1000, "3",
	    "days over which momentum is taken", NULL },
	[SAFE] = { "safe_asset", PARAM_CODE, 0, 0, "122630",
	    "the market: its momentum below 0 stops buying; empty: never",
	    NULL },
	[INVERSE] = { "inverse_etf", PARAM_CODE, 0, 0, "114800",
	    "bought in a falling market; empty: cash", NULL },
	[TOP] = { "top", PARAM_INT, 1, TOP_MAX, "5",
	    "how many of the strongest to hold", NULL },
	[MIN_VALUE] = { "min_trading_value", PARAM_INT, 0, 1e15, "0",
	    "watch only stocks that trade so many won a day; 0: all", NULL },
	{ .name = NULL },
};

static int
lookback(const union param_value *p)
{
	return lookback_value((int)p[PERIOD].i + 1, p[MIN_VALUE].i);
}

static bool
is_code(const struct stock *st, const char *code)
{
	return code[0] != '\0' && strcmp(st->code, code) == 0;
}

/* The two funds are always watched, however little they trade. */
static int
universe(const struct ctx *c, bool *keep)
{
	universe_value(c, keep, c->param[MIN_VALUE].i);
	for (int i = 0; i < c->n_stocks; i++)
		if (is_code(&c->stock[i], c->param[SAFE].s) ||
		    is_code(&c->stock[i], c->param[INVERSE].s))
			keep[i] = true;
	return 0;
}

static won
last_close(const struct stock *st)
{
	return st->daily.close[st->daily.n - 1];
}

static double
momentum(const struct stock *st, int period)
{
	return ind_roc_last(st->daily.close, st->daily.n, period);
}

static void
sell_all_but(const struct ctx *c, const bool *keep, struct candidates *out)
{
	for (int i = 0; i < c->n_stocks; i++)
		if (c->stock[i].held > 0 && !keep[i])
			candidate_add(out, i, SIDE_SELL, 100, 0);
}

static void
falling_market(const struct ctx *c, struct candidates *out)
{
	bool *keep = c->scratch;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];

		if (!is_code(st, c->param[INVERSE].s))
			continue;
		keep[i] = true;
		if (st->held == 0 && st->daily.n > 0)
			candidate_add(out, i, SIDE_BUY, 100, last_close(st));
	}
	sell_all_but(c, keep, out);
}

static void
rising_market(const struct ctx *c, struct candidates *out)
{
	struct {
		int stock;
		double momentum;
	} best[TOP_MAX];
	int n_best = 0, top = (int)c->param[TOP].i;
	bool *keep = c->scratch;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *st = &c->stock[i];
		double m = momentum(st, (int)c->param[PERIOD].i);
		int at;

		if (is_code(st, c->param[SAFE].s) ||
		    is_code(st, c->param[INVERSE].s))
			continue;
		if (isnan(m))
			keep[i] = true;
		if (!(m > 0))
			continue;
		/* Insert behind all that are at least as strong. */
		for (at = n_best; at > 0 && best[at - 1].momentum < m; at--)
			if (at < top)
				best[at] = best[at - 1];
		if (at == top)
			continue;
		best[at].stock = i;
		best[at].momentum = m;
		if (n_best < top)
			n_best++;
	}
	for (int b = 0; b < n_best; b++) {
		int i = best[b].stock;

		keep[i] = true;
		if (c->stock[i].held == 0)
			candidate_add(out, i, SIDE_BUY, best[b].momentum,
			    last_close(&c->stock[i]));
	}
	sell_all_but(c, keep, out);
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	const char *safe = c->param[SAFE].s;
	double m = 0;
	int at = 0;

	if (safe[0] != '\0') {
		while (at < c->n_stocks && !is_code(&c->stock[at], safe))
			at++;
		if (at == c->n_stocks) {
			snprintf(c->error, c->error_size,
			    "dual_momentum: "
			    "safe_asset %s is not among the stocks; add it, "
			    "name another, or give safe_asset= for none",
			    safe);
			return -1;
		}
		m = momentum(&c->stock[at], (int)c->param[PERIOD].i);
	}
	if (m < 0)
		falling_market(c, out);
	else if (m >= 0) /* not while it is unknown */
		rising_market(c, out);
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "dual_momentum",
	.help = "the strongest stocks, an inverse fund in a falling market",
	.param = params,
	.lookback = lookback,
	.scratch = sizeof(bool),
	.universe = universe,
	.daily = daily,
};
