/*
 * again.h - an order that came to nothing lets its signal act again: it was
 * rejected, proved absent, never sent, or a sell of which something is left.
 */
#ifndef ACCOUNT_AGAIN_H
#define ACCOUNT_AGAIN_H

#include "account/live.h"

/* The order's signal, if it is of today and executed, waits again. */
int signal_again(
    struct live *, const struct order_row *, const char *why, struct err *);

/* An order that the broker did not take ends: from that state it is expired,
 * with `why` in the log, is none of the day's entries, and its signal waits
 * again for `reason`.  1; 0 where it is in another state; -1. */
int expire_again(struct live *, const struct order_row *, const char *from,
    const char *why, const char *reason, struct err *);

#endif
