/*
 * day.h - a day of an account: its crontab, its troubles, its calm.
 */
#ifndef SIM_DAY_H
#define SIM_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/types.h"
#include "program.h"

/* Told of a breach: its rule and a sentence. */
typedef void day_found(const char *rule, const char *what);

/* What was done in an account, by its own books: X(identifier, name, SQL). */
#define DONE(X)                                                                \
	X(ORDERS, "orders", "SELECT count(*) FROM orders")                     \
	X(FILLS, "fills", "SELECT count(*) FROM fill")                         \
	X(STOPS, "stops", "SELECT count(*) FROM orders WHERE why <> 'signal'") \
	X(AMENDS, "amends", "SELECT coalesce(sum(amends), 0) FROM orders")     \
	X(CANCELS, "cancels",                                                  \
	    "SELECT count(*) FROM order_request WHERE kind = 'cancel' AND"     \
	    " state = 'accepted'")                                             \
	X(UNKNOWN, "unknown",                                                  \
	    "SELECT count(DISTINCT order_id) FROM trading_log WHERE event ="   \
	    " 'order' AND next = 'unknown'")                                   \
	X(ABSENT, "never there",                                               \
	    "SELECT count(*) FROM orders WHERE state = 'expired' AND reason"   \
	    " = 'never arrived at the broker'")                                \
	X(DRIFTS, "drifts", "SELECT count(*) FROM drift")

enum done {
#define X(id, name, sql) D_##id,
	DONE(X)
#undef X
	    NDONE
};

/* So many minutes, of opens and closes among them; and of the poorest and the
 * richest day. */
struct day_count {
	int64_t minutes, looks; /* looks of the judge */
	int64_t opens, closes;
	int64_t least_minutes, most_minutes, least_faults;
	int64_t done[NDONE];
};
extern struct day_count day_count;
extern bool day_tells; /* every run and what it said, on stderr */

/* A new account; what is found wrong goes there. */
void day_account(uint64_t seed, day_found *);
/* One day of it, as drawn.  After the last one all must be well. */
void day_play(ymd day, bool is_last);
/*
 * Instead of a day: some minutes of its morning, then one in which each
 * program of the line dies at each point where it can (at each `stride`-th),
 * once by itself and once with the power, each time from the same state (by
 * fork); after ten calm minutes all must be well.  Returns the deaths.
 */
int64_t day_points(ymd day, int stride);
/* What the books can tell of troubles that struck. */
void day_account_end(void);

#endif
