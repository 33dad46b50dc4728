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
 * The prices of the database that "[paper] feed" names, or of db where none is
 * named or conf is NULL.  That database is opened to be read, into *feed (NULL
 * before), which the caller closes; NULL is fine.  0, or -1: it cannot be
 * opened.
 */
int account_feed_open(const struct conf *, struct store *db,
    struct store **feed, struct price_source *out, struct err *);

#endif
