/*
 * dice.c - a strategy for tests, which says much and changes its mind: by the
 * last close of each stock, as if with dice.
 */
#include "strategy/strategy.h"

enum { SALT, BUYS, SELLS };

static const struct param params[] = {
	[SALT] = { "salt", PARAM_INT, 0, 1000, "0", "another game", NULL },
	[BUYS] = { "buys", PARAM_INT, 0, 100, "8", "so many in a hundred",
	    NULL },
	[SELLS] = { "sells", PARAM_INT, 0, 100, "14",
	    "so many in a hundred, of those held", NULL },
	{ .name = NULL },
};

static uint64_t throw(const struct ctx *c, const struct stock *s)
{
	uint64_t h = (uint64_t)c->today;

	h = h * 1000003u + (uint64_t)(c->since_open / 3);
	h = h * 1000003u + (uint64_t)c->param[SALT].i;
	h = h * 1000003u + (uint64_t)s->daily.close[s->daily.n - 1];
	for (const char *p = s->code; *p != '\0'; p++)
		h = (h ^ (uint64_t)*p) * UINT64_C(1099511628211);
	return (h >> 29) % 100;
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *s = &c->stock[i];
		int64_t h = s->daily.n > 0 ? (int64_t) throw(c, s) : -1;

		if (h >= 0 && h < c->param[BUYS].i)
			candidate_add(out, i, SIDE_BUY, (double)h, 0);
		else if (s->held > 0 && h >= 100 - c->param[SELLS].i)
			candidate_add(out, i, SIDE_SELL, (double)h, 0);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "dice",
	.help = "chance",
	.param = params,
	.daily = daily,
};
