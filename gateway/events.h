/*
 * events.h - what CREON told of our orders, numbered for ever.
 *
 * CREON says each thing once and to whoever listens just then.  So the first
 * thing done with an event is to write it down: it gets the next number and
 * is on disk before a client can see it.  Clients ask for what comes after
 * the last number they have, and so may be restarted, and so may we.
 *
 * Every function may be called by any thread.
 */
#ifndef GATEWAY_EVENTS_H
#define GATEWAY_EVENTS_H

#include "base/err.h"
#include "base/types.h"

#define EVENT_HEADERS 24 /* CpConclusion has 0 to 23 */
#define EVENT_ORDER   5  /* the one with the order's number */
#define EVENT_ACCOUNT 7
#define EVENT_STATE   14
#define EVENT_FILL    "1"
#define EVENT_REJECT  "3"
#define EVENT_ACCEPT  "4"

/* One event: the headers as text, trimmed; account numbers masked. */
struct event {
	int64_t n;
	epoch at;   /* when it was heard: CREON gives no time */
	epoch zero; /* then the steady clock's 0, by the wall's; 0: not known */
	bool is_read; /* it was heard by an earlier process */
	bool is_ours; /* of the account in use then: events_is_of() */
	char header[EVENT_HEADERS][64];
};

struct events;

/* Read the log's newest `days` files.  NULL: E_FAIL. */
struct events *events_open(const char *folder, int days, struct err *e);
void events_close(struct events *);

/* Write it down and wake who waits; gives it its number.  -1: E_FAIL, it is
 * not on disk, but is handed out as long as we live: rather twice than not. */
int events_add(struct events *, ymd day, struct event *, struct err *e);

/* The last number, 0 for none; whether the disk still takes them. */
int64_t events_last(struct events *);
bool events_failed(struct events *);

/*
 * Up to `most` events after number `after`, waiting at most ms for the first.
 * Returns how many, in *list, which the caller frees; -1: `after` is beyond
 * the last number, or what came after it is not kept any more.
 */
int events_after(
    struct events *, int64_t after, int most, int64_t ms, struct event **list);
/* Is it of that account, as record_mask() shows it?  An earlier process may have
 * had another. */
bool events_is_of(const struct event *, const char *masked);
/*
 * Was the accept of that order of that account (masked) heard on that day?  When
 * by the clock as it goes now, should it have been set since; lists have no time
 * of an order.  *at is -1 where nobody knows: another process heard it, and the
 * machine was started anew since, or its clock set.  Where it was not heard a
 * fill may be all that was, hours after CREON took the order.
 */
bool events_accept(
    struct events *, ymd day, const char *masked, int64_t order, epoch *at);
/* Each event that was heard on that day, oldest first.  `fn` calls nothing of
 * these. */
void events_of_day(struct events *, ymd day,
    void (*fn)(void *arg, const struct event *), void *arg);
/* Who waits comes back with nothing; for the end. */
void events_stop(struct events *);

#endif
