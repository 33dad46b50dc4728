/*
 * crash.c - a module for tests that dies, in the function and of what its
 * parameters say; else it buys what it does not hold.
 */
#include <stdlib.h>
#include <string.h>

#include "strategy/strategy.h"

enum { BUY, IN, OF };
enum { NOWHERE, LOOKBACK, UNIVERSE, DAILY, MINUTE };
enum { SEGV, ABRT, FPE, ILL, LOOP, STACK, HEAP };

static const struct param params[] = {
	[BUY] = { "buy", PARAM_CODE, 0, 0, "", "this, if it is not held",
	    NULL },
	[IN] = { "in", PARAM_CHOICE, 0, 0, "nowhere", "where it dies",
	    "nowhere|lookback|universe|daily|minute" },
	[OF] = { "of", PARAM_CHOICE, 0, 0, "segv", "of what",
	    "segv|abrt|fpe|ill|loop|stack|heap" },
	{ .name = NULL },
};

static volatile int zero, sink;

__attribute__((noinline)) static int
deeper(const volatile char *from)
{
	volatile char room[4096];

	room[0] = from[0];
	return deeper(room) + room[zero];
}

/* Where others keep their memory: they find out later. */
static void
spoil(void)
{
	static char *block[64];

	for (int i = 0; i < 64; i++)
		block[i] = malloc(100);
	for (int i = 0; i < 64; i++)
		memset(block[i] - 16, 0x41, 16 + 100 + 64);
	for (int i = 0; i < 64; i += 2)
		block[i] = NULL;
}

static void
die(const union param_value *p, int64_t in)
{
	const volatile char *volatile nowhere = NULL;

	if (p[IN].i != in)
		return;
	switch (p[OF].i) {
	case SEGV:
		sink = *nowhere;
		break;
	case ABRT:
		abort();
	case FPE:
		sink = 1000 / zero;
		break;
	case ILL:
		__builtin_trap();
	case LOOP:
		for (;;)
			sink++;
	case STACK:
		sink = deeper((const char *)params);
		break;
	default:
		spoil();
	}
}

static int
lookback(const union param_value *p)
{
	die(p, LOOKBACK);
	return 5;
}

static int
universe(const struct ctx *c, bool *keep)
{
	die(c->param, UNIVERSE);
	for (int i = 0; i < c->n_stocks; i++)
		keep[i] = true;
	return 0;
}

static int
daily(const struct ctx *c, struct candidates *out)
{
	die(c->param, DAILY);
	for (int i = 0; i < c->n_stocks; i++)
		if (strcmp(c->stock[i].code, c->param[BUY].s) == 0 &&
		    c->stock[i].held == 0)
			candidate_add(out, i, SIDE_BUY, 1, 0);
	return 0;
}

static int
minute(const struct ctx *c, const struct signal_view *s, struct act *out)
{
	(void)s;
	die(c->param, MINUTE);
	out->when = c->phase == CTX_CONTINUOUS ? WHEN_NOW : WHEN_WAIT;
	return 0;
}

STRATEGY_EXPORT const struct strategy strategy = { .abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "crash",
	.help = "dies as it is told to",
	.param = params,
	.lookback = lookback,
	.universe = universe,
	.daily = daily,
	.minute = minute };
