/*
 * say.c - a strategy for tests, which says what its parameters tell it to.
 *
 * `twist` is a mistake on purpose: it remembers how often it was called, so
 * that a process which lives for a day says less than one for each minute.
 */
#include <stdio.h>
#include <string.h>

#include "strategy/strategy.h"

enum { BUY, SELL, FROM, UNTIL, WATCH, FAIL, ACT_FAIL, TWIST };

static const struct param params[] = {
	[BUY] = { "buy", PARAM_CODE, 0, 0, "", "this, if it is not held",
	    NULL },
	[SELL] = { "sell", PARAM_CODE, 0, 0, "", "this, if it is held", NULL },
	[FROM] = { "from", PARAM_INT, -60, 600, "-60",
	    "from so many minutes after the open on", NULL },
	[UNTIL] = { "until", PARAM_INT, -60, 600, "600",
	    "and before so many minutes after it", NULL },
	[WATCH] = { "watch", PARAM_CODE, 0, 0, "", "watch this stock alone",
	    NULL },
	[FAIL] = { "fail", PARAM_BOOL, 0, 1, "no", "daily() fails", NULL },
	[ACT_FAIL] = { "act_fail", PARAM_BOOL, 0, 1, "no", "minute() fails",
	    NULL },
	[TWIST] = { "twist", PARAM_BOOL, 0, 1, "no", "remember calls", NULL },
	{ .name = NULL },
};

static int
universe(const struct ctx *c, bool *keep)
{
	for (int i = 0; i < c->n_stocks; i++)
		keep[i] = c->param[WATCH].s[0] == '\0' ||
		    strcmp(c->param[WATCH].s, c->stock[i].code) == 0;
	return 0;
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	static int calls;

	if (c->param[FAIL].i) {
		snprintf(c->error, c->error_size, "as it was told to");
		return -1;
	}
	if (c->since_open < c->param[FROM].i ||
	    c->since_open >= c->param[UNTIL].i ||
	    (c->param[TWIST].i && calls++ > 0))
		return 0;
	for (int i = 0; i < c->n_stocks; i++) {
		const struct stock *s = &c->stock[i];

		if (strcmp(s->code, c->param[BUY].s) == 0 && s->held == 0)
			candidate_add(out, i, SIDE_BUY, 1, 0);
		if (strcmp(s->code, c->param[SELL].s) == 0 && s->held > 0)
			candidate_add(out, i, SIDE_SELL, 1, 0);
	}
	return 0;
}

static int
minute(const struct ctx *c, const struct signal_view *s, struct act *out)
{
	(void)s;
	if (c->param[ACT_FAIL].i) {
		snprintf(c->error, c->error_size, "as it was told to");
		return -1;
	}
	out->when = c->phase == CTX_CONTINUOUS ? WHEN_NOW : WHEN_WAIT;
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "say",
	.help = "says what it is told to",
	.param = params,
	.universe = universe,
	.daily = daily,
	.minute = minute,
};
