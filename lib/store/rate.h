/*
 * rate.h - rate_bucket: permits to ask a firm that limits requests a second.
 *
 * A permit is a moment.  Taking one moves the bucket's next free moment on by
 * the interval, in one statement, so that programs running at once get moments
 * of their own, evenly spaced, and the one that waits longest is first.  A
 * program that is killed while it waits wastes its moment and nothing else.
 *
 * Moments are those of monotonic_ms(), which all programs of a machine share
 * and nobody can set; a bucket of before the reboot is free, and so is one
 * whose moment is more than ten minutes ahead.
 */
#ifndef STORE_RATE_H
#define STORE_RATE_H

#include "store/store.h"

/* Take the next moment, `lead_ms` from now at the earliest; *at is when.  A
 * write of its own, never inside a transaction: who holds one must not wait
 * for the network. */
int store_rate_take(struct store *, const char *bucket, int interval_ms,
    int lead_ms, int64_t *at, struct err *);
/* The firm said "too many": no moment before `ms` from now. */
int store_rate_hold(struct store *, const char *bucket, int ms, struct err *);

#endif
