/*
 * settle.h - what a person says of an order that the programs cannot find.
 *
 * The person looks at the broker's own screen, which shows how many an order
 * filled in all and at what price on average.  What of these is not booked yet
 * is booked as one fill of the number "settled", the rest of the order ends,
 * and what the broker says of it later is not booked again.
 */
#ifndef ACCOUNT_SETTLE_H
#define ACCOUNT_SETTLE_H

#include "account/live.h"

/*
 * Settle an order that is unknown, or that the broker does not list any more
 * (its alert stands): n of it were filled in all, at a price on average, and
 * the rest was not; or (absent) nothing more.  In a transaction.  E_USAGE, and
 * nothing is changed, where that cannot be: an order that is final, being sent
 * or works; absent, while it may still be on its way; fewer than are booked,
 * more than were ordered, a price beyond the limit.
 */
int settle_order(
    struct live *, int64_t order, bool absent, qty n, won price, struct err *);

#endif
