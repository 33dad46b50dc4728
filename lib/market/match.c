/*
 * match.c - how an order fills against a bar (T15).
 *
 * A bar tells the range and the volume of a minute or a day, not who traded.
 * What is decided here is therefore careful rather than clever: a limit fills
 * only at prices that were traded, never more than a tenth of what was
 * traded, and not at all where the whole bar stood at the day's limit, for
 * then the queue on the crowded side was longer than the trading.
 */
#include "market/match.h"

#define CAPACITY_SHARE 10 /* one tenth of the bar's volume */

qty
match_capacity(const struct match_bar *b)
{
	return b->volume > 0 ? b->volume / CAPACITY_SHARE : 0;
}

/* Is this side the one that queues in vain?  Above the upper limit too: a
 * limit computed from an adjusted close may lie below the real one. */
static bool
is_crowded(const struct match_bar *b, enum side side)
{
	if (b->high != b->low || b->open != b->low || b->close != b->low)
		return false;
	if (side == SIDE_BUY)
		return b->upper > 0 && b->open >= b->upper;
	return b->lower > 0 && b->open <= b->lower;
}

/* Slippage, which ends at the day's limit: nothing can trade past it.  An
 * open that is itself past our limit (a new base price) stays as it is. */
static won
market_price(const struct match_bar *b, const struct costs *c, enum side side)
{
	won p = cost_slip(c, side, b->open);

	if (side == SIDE_BUY && b->upper > 0 && p > b->upper)
		return b->open > b->upper ? b->open : b->upper;
	if (side == SIDE_SELL && b->lower > 0 && p < b->lower)
		return b->open < b->lower ? b->open : b->lower;
	return p;
}

/* The price at which the order trades in this bar; 0 if it does not. */
static won
fill_price(const struct match_order *o, const struct match_bar *b,
    const struct costs *c)
{
	if (o->is_market)
		return market_price(b, c, o->side);
	if (o->side == SIDE_BUY) {
		if (b->open <= o->limit)
			return b->open;
		return !o->open_only && b->low <= o->limit ? o->limit : 0;
	}
	if (b->open >= o->limit) {
		won p = o->limit > b->lowest ? b->open :
					       market_price(b, c, SIDE_SELL);

		return p > o->limit ? p : o->limit;
	}
	return !o->open_only && b->high >= o->limit ? o->limit : 0;
}

qty
match_fill(const struct match_order *o, const struct match_bar *b,
    const struct costs *c, qty *capacity, won *price)
{
	qty n = o->left < *capacity ? o->left : *capacity;
	won p;

	if (b->volume <= 0 || n <= 0 || is_crowded(b, o->side))
		return 0;
	if ((p = fill_price(o, b, c)) <= 0)
		return 0;
	*capacity -= n;
	*price = p;
	return n;
}
