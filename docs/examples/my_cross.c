/*
 * my_cross - the close crosses its average: upwards buy, downwards sell.
 * Example: period=2, closes 10 8 9: the average was 9 and is 8.5; buy.
 */
#include "strategy/strategy.h"

static const struct param params[] = {
	{ "period", PARAM_INT, 2, 500, "20", "days of the average", NULL },
	{ .name = NULL },
};

static int
daily(const struct ctx *c, struct candidates *out)
{
	int period = (int)c->param[0].i;

	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *s = &c->stock[i];
		const won *close = s->daily.close;
		int n = s->daily.n;

		if (n < period + 1)
			continue;
		double now = ind_sma_last(close, n, period);
		double before = ind_sma_last(close, n - 1, period);
		if (!s->held && close[n - 2] <= before && close[n - 1] > now)
			candidate_add(out, i, SIDE_BUY, 1, close[n - 1]);
		else if (s->held && close[n - 1] < now)
			candidate_add(out, i, SIDE_SELL, 1, 0);
	}
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = { .abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "my_cross",
	.param = params,
	.help = "the close crosses its average",
	.daily = daily };
