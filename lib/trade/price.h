/*
 * price.h - at which price our orders stand (T8-T11).
 *
 * Always legal for date, kind and level, and within the day's limits.
 * Marketable buys round up, resting buys down, marketable sells down, resting
 * sells up.  Without a known book the last price stands for bid and ask.
 */
#ifndef TRADE_PRICE_H
#define TRADE_PRICE_H

#include "trade/book.h"

/* The day's limits: the broker's, else ours around the last close; where
 * neither is known, 1 and the highest price there can be.  The lower one is a
 * legal price. */
won price_upper(const struct tape *, ymd date);
won price_lower(const struct tape *, ymd date);
/*
 * The limit of a sell that takes any price: 0, at market; in the closing
 * auction, where firms refuse market orders, the day's lower limit (T14).
 * Matching makes no difference between the two.
 */
won price_any(const struct tape *, const struct moment *);

/* A marketable limit beyond the touch; a buy's at most entry_reach above the
 * decision price. */
won price_entry(
    const struct limits *, const struct tape *, ymd date, won decision);
won price_exit(const struct limits *, const struct tape *, ymd date);
/* The touch, for an order that has waited (T11). */
won price_touch(const struct limits *, const struct tape *, ymd date,
    enum side side, won decision);
/* A given limit made legal. */
won price_legal(const struct tape *, ymd date, enum side side, won limit);

#endif
