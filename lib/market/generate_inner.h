/*
 * generate_inner.h - what the files of the made market share: how they draw,
 * and what is a legal price.  Not for others.
 *
 *	generate.c		the run: its sessions, the whole market's days
 *	generate_name.c		codes and names
 *	generate_day.c		a stock's days, its halts, its split
 *	generate_minute.c	a day's minutes
 *
 * Each thing has its own stream of numbers, named by the seed, the stock and
 * the day, so that asking for less gives the same of what is asked for.
 *
 * The same bytes everywhere: only + - * / and comparison on doubles, which
 * IEEE 754 defines to the bit, no function of libm, no rand().  The build's
 * -std=c11 keeps the compiler from fusing them.  C leaves the order of
 * operands open, so no expression draws two numbers from one stream.
 */
#ifndef MARKET_GENERATE_INNER_H
#define MARKET_GENERATE_INNER_H

#include "base/rng.h"
#include "market/generate.h"
#include "market/tick.h"

struct generator {
	struct generate_spec spec;
	const struct session **day;
	double *market; /* the whole market's return on each day */
};

enum stream { STREAM_MARKET, STREAM_STOCK, STREAM_MINUTES };

/* A stream of its own for each (seed, purpose, a, b). */
static inline struct rng
stream(const struct generate_spec *spec, enum stream what, int a, int b)
{
	struct rng r = rng_seed(spec->seed);
	uint64_t key = rng_u64(&r);

	r = rng_seed(
	    key ^ (uint64_t)what << 60 ^ (uint64_t)a << 32 ^ (uint64_t)b);
	return r;
}

static inline double
between(struct rng *r, double lo, double hi)
{
	return lo + (hi - lo) * rng_real(r);
}

static inline bool
chance(struct rng *r, double p)
{
	return rng_real(r) < p;
}

static inline int
below(struct rng *r, int n)
{
	return (int)rng_below(r, (uint64_t)n);
}

static inline double
magnitude(double x)
{
	return x < 0 ? -x : x;
}

static inline double
clamp(double x, double lo, double hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

static inline won
clamp_won(won x, won lo, won hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

/* The legal price nearest to x (> 0). */
static inline won
legal(ymd d, enum kind k, double x)
{
	won p = (won)(x < 1 ? 1 : x);
	won lo = tick_floor(d, k, p), hi = tick_ceil(d, k, p + 1);

	return x - (double)lo < (double)hi - x ? lo : hi;
}

/* A level that lasts some weeks and then changes. */
struct trend {
	double size, now;
	int left;
};

static inline double
trend_next(struct trend *t, struct rng *r)
{
	if (t->left-- <= 0) {
		t->now = t->size * rng_normal(r);
		t->left = 15 + below(r, 60);
	}
	return t->now;
}

/* generate_name.c: stock number i, as yet without a split. */
void generate_name(
    const struct generate_spec *, int i, struct rng *, struct made_stock *);

#endif
