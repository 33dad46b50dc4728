/*
 * stop.h - stop-losses and the take-profit of a lot (R16, T16, T17).
 *
 * Ratios are compared exactly, in won: profit at or below -5 % is
 * price * n <= cost * 0.95, whatever the average price would round to.
 */
#ifndef TRADE_STOP_H
#define TRADE_STOP_H

#include "trade/book.h"

enum stop_kind {
	STOP_NONE,
	STOP_TAKE_PROFIT,
	STOP_EARLY,
	STOP_PLAIN,
	STOP_TRAILING,
};
const char *stop_kind_name(enum stop_kind); /* "take-profit" ... */

/* The first that holds at this price, in the order of T17. */
enum stop_kind stop_check(
    const struct stops *, const struct lot *, won price, ymd today);

/* Is the plain stop of this lot reached (max_losing_positions)? */
bool stop_is_losing(const struct stops *, won cost, qty n, won price);

/*
 * Stops inside a day known by its daily bar alone (T16): a gap through the
 * stop sells at the open, else at the stop's price; the stop before the
 * target where both are in range; nothing on the day of entry.
 * Sets the price before slippage.
 */
enum stop_kind stop_in_day(const struct stops *, const struct lot *,
    const struct bar *day, won *price);

#endif
