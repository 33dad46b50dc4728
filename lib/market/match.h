/*
 * match.h - how an order fills against a bar: the one rule of the paper
 * broker and the backtest (T15, T16).
 *
 * An order sent at minute T can fill from bar T on.  A market order fills at
 * the bar's open, moved by slippage; a limit at the better of limit and open
 * if the bar's range reaches it.  A sell at the day's lowest price is one at
 * market by another name (T14), and slips as far as its limit lets it.
 * Slippage ends at the day's limit.  At most a
 * tenth of the bar's volume fills, all orders of a stock together; the rest
 * waits.  A bar without volume, and the crowded side of a bar locked at the
 * day's limit, fill nothing.
 */
#ifndef MARKET_MATCH_H
#define MARKET_MATCH_H

#include "base/types.h"
#include "market/cost.h"

struct match_bar {
	won open, high, low, close;
	qty volume;
	won lower, upper; /* the day's limits; 0 where unknown */
	won lowest;       /* the lowest legal price of the day */
};

struct match_order {
	enum side side;
	bool is_market;
	won limit; /* unused for market orders */
	qty left;
	bool open_only; /* a daily bar stands for its opening price:
				   later prices of the day do not fill */
};

/* Shares that all orders of one stock together may take from the bar. */
qty match_capacity(const struct match_bar *b);

/*
 * Match one order; *capacity is reduced by what fills.
 * Returns the shares filled (0: none) and sets *price.
 */
qty match_fill(const struct match_order *o, const struct match_bar *b,
    const struct costs *c, qty *capacity, won *price);

#endif
