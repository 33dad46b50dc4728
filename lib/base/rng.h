/*
 * rng.h - numbers that look random and are the same on every machine.
 *
 * For simulated prices, injected faults and tests: one seed, one history.
 * xoshiro256**, seeded by splitmix64 (Blackman and Vigna); nothing here is
 * fit for secrets.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

struct rng rng_seed(uint64_t seed);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* 0..n-1, unbiased; n > 0 */
double rng_real(struct rng *r);                /* 0 <= x < 1, 53 bits */
/*
 * Mean 0, variance 1, within -6..6: the sum of twelve uniforms.  It needs no
 * logarithm, which libraries round differently.
 */
double rng_normal(struct rng *r);

#endif
