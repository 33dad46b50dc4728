/*
 * journal.h - which order requests were made, and what became of them.
 *
 * A key is a promise: the order under it is made at most once.  Its line goes
 * to disk, synced, before CREON is called, and the outcome's line after; so a
 * key that is in the journal is never sent again, whoever asks, and however
 * often the gateway was killed.
 *
 *	          reserve            open               settle
 *	  (none) --------> RESERVED -------> IN_FLIGHT --------> SETTLED
 *	    ^                 |                  |
 *	    +---- forget -----+                  | killed: at the next start
 *	                                         +-----------------> LOST
 *
 * RESERVED is in memory alone: somebody has the request in hand, and nothing
 * was sent.  LOST and a settled OUTCOME_UNKNOWN say the same to a client.
 *
 * Every function may be called by any thread.
 */
#ifndef GATEWAY_JOURNAL_H
#define GATEWAY_JOURNAL_H

#include "gateway/entry.h"

struct journal;

/* Read the journal's newest `days` files.  NULL: E_FAIL. */
struct journal *journal_open(const char *folder, int days, struct err *e);
void journal_close(struct journal *);

enum reserve {
	RESERVE_OURS,  /* new: the caller sends it, or forgets it */
	RESERVE_KNOWN, /* the same request is there: *entry is a copy */
	RESERVE_OTHER, /* the key has another content */
};
enum reserve journal_reserve(
    struct journal *, const struct ask *, struct entry *entry);

/* A reserved request will not be made: the key is free again. */
void journal_forget(struct journal *, const char *key);
/* Its client will wait no longer.  True: it is only reserved, and will not be
 * made (journal_begin fails); false: it has gone further. */
bool journal_give_up(struct journal *, const char *key);
/* It is about to be made: 0, on disk; -1: it must not be made: E_FAIL, the
 * disk or the journal; E_BUSY, it was given up. */
int journal_begin(struct journal *, const char *key, epoch at, ymd day,
    const char *account, struct err *e);
/* What became of it.  -1: E_FAIL, not on disk; it counts all the same as
 * long as we live. */
int journal_settle(
    struct journal *, const char *key, const struct result *, struct err *e);

/* A copy; false: never seen, or not further than reserved. */
bool journal_find(struct journal *, const char *key, struct entry *);
/* Wait until the key is settled or free, at most ms. */
void journal_wait(struct journal *, const char *key, int64_t ms);
/* The key that was given this order number on that day, for that account; ""
 * for none. */
void journal_key_of(struct journal *, ymd day, const char *account,
    int64_t order, char key[KEY_SIZE]);
/* Copies of that day's entries, in their order; the caller frees *list. */
int journal_day(struct journal *, ymd day, struct entry **list);

enum journal_state { JOURNAL_OK, JOURNAL_FAILED, JOURNAL_DAMAGED };
/* The state, how many keys have no known outcome, how many are in flight;
 * why (may be NULL) gets words for a state that is not JOURNAL_OK. */
enum journal_state journal_state(
    struct journal *, int *unknown, int *in_flight, char *why, size_t size);

#endif
