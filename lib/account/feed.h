/*
 * feed.h - what a broker is fed from, out of the database.
 *
 * The paper broker may not know SQL; it is handed functions that read bars,
 * stocks and kinds from the store.  Halts are left out, as they are from the
 * backtest's bars, so that both see the same previous close.
 */
#ifndef ACCOUNT_FEED_H
#define ACCOUNT_FEED_H

#include "base/conf.h"
#include "broker/broker.h"
#include "store/store.h"

/* Lives as long as the store is open. */
struct price_source account_feed(struct store *);

/*
 * Open the database that "[paper] feed" names, to be read, into *feed, which
 * the caller closes.  Untouched where none is named or conf is NULL.  0, or -1:
 * it cannot be opened.
 */
int account_feed_open(const struct conf *, struct store **feed, struct err *);

#endif
