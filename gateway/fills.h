/*
 * fills.h - the fills of today's orders that were read already.
 *
 * CREON lists the executions of a day 20 at a time, and 20 requests in 15
 * seconds are all there are, orders among them: a day of some hundred
 * executions cannot be read whole at each look.  What was read of an order
 * stays true as long as its total has not grown.
 *
 * Of one day and account; the COM thread alone uses it.
 */
#ifndef GATEWAY_FILLS_H
#define GATEWAY_FILLS_H

#include "base/types.h"

struct fill {
	qty n;
	won price;
};

struct fills;

struct fills *fills_new(void);
void fills_free(struct fills *);

/* From now on it is that day and account; those of another are forgotten. */
void fills_begin(struct fills *, ymd day, const char *account);
/* The fills of an order that add up to so much; NULL: not known.  Until the
 * next call of fills_put(). */
const struct fill *fills_of(
    const struct fills *, int64_t order, qty filled, int *n);
/* They add up to so much: a copy is kept. */
void fills_put(
    struct fills *, int64_t order, qty filled, const struct fill *, int n);

/* That day; 0: none yet. */
ymd fills_day(const struct fills *);

/* An order that was listed, with fills or without; how many there were, and the
 * i-th of them, in the order in which they were seen first. */
void fills_see(struct fills *, int64_t order);
int fills_count(const struct fills *);
int64_t fills_seen(const struct fills *, int i);

/* All executions were read, and this order that there is for certain was not
 * among them; until it is listed. */
void fills_unlist(struct fills *, int64_t order);
bool fills_is_unlisted(const struct fills *, int64_t order);

/* How many rows a list of the day has had, by execution, at the most. */
void fills_put_rows(struct fills *, int rows);
int fills_rows(const struct fills *);

#endif
