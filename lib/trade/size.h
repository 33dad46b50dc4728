/*
 * size.h - how many shares an entry may buy (T8, T20, T23).
 */
#ifndef TRADE_SIZE_H
#define TRADE_SIZE_H

#include "trade/book.h"

/* The strategy's share of the previous session's final equity (T23). */
won strategy_capital(const struct world *, const struct book *, int s);
/* What of it neither its holdings nor its working entries have taken; at most
 * the free cash. */
won strategy_cash(const struct world *, const struct book *, int s);
/* Cash that no order binds, and that the broker lets us spend. */
won book_free_cash(const struct book *, const struct limits *);

/* The quantity wanted at the signal's price, before any limit. */
qty size_wanted(const struct world *, const struct book *, int s, won price);

/*
 * Cut a wanted quantity to the order, stock and exposure limits, the
 * strategy's capital and the cash, open orders counted as filled (P6).
 * `price` values the shares, `bind` is what each can cost at most.
 * 0 with the limit that leaves nothing in *why.
 */
qty size_cut(const struct world *, const struct book *, int s, int stock,
    qty wanted, won price, won bind, const char **why);

/* May the rest of this buy cost so much a share?  Its amend stays within the
 * limits that cut the order. */
bool size_allows(
    const struct world *, const struct book *, const struct order *, won limit);

#endif
