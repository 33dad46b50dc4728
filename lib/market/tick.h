/*
 * tick.h - legal prices: tick sizes and daily limits, by date and kind (T9).
 * The rules are dated tables in tick.c, since all of them have changed before
 * and will again.
 */
#ifndef MARKET_TICK_H
#define MARKET_TICK_H

#include "base/types.h"
#include "market/kind.h"

won tick_size(ymd d, enum kind k, won price);
/* The nearest legal price at or below / at or above; at least one tick. */
won tick_floor(ymd d, enum kind k, won price);
won tick_ceil(ymd d, enum kind k, won price);
/* The n-th legal price above (n > 0) or below (n < 0), each step of the size
 * at that level; never below the smallest tick. */
won tick_step(ymd d, enum kind k, won price, int n);

/*
 * The day's limits around a base price: w = floor(base * rate to the tick of
 * the base), at least one tick; upper = base + w floored to its tick, lower =
 * base - w, both legal prices.  factor is 1, or the leverage of a leveraged
 * fund.  base > 0.
 */
struct price_limits {
	won lower, upper;
};
struct price_limits daily_limits(ymd d, enum kind k, won base, int factor);

#endif
