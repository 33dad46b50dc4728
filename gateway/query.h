/*
 * query.h - what every query asks before it asks CREON: is there a
 * connection, an account, and a request left?
 *
 * A quote request beyond the limit would block inside CREON, and every order
 * with it, so it is never made: the job waits in the queue instead.  Account
 * queries share their limit with orders and leave the last ones to them.
 */
#ifndef GATEWAY_QUERY_H
#define GATEWAY_QUERY_H

#include "gateway/jobs.h"

#define LEFT_TO_ORDERS 4 /* one in so many: 5 of 20 in 15 s */

/*
 * May the job make a request of this kind (LIMIT_TRADE, LIMIT_QUOTE) now?
 * If not, *step is what the job's step returns, and the reply says why.
 */
bool query_may_ask(struct job *, struct session *, int kind, enum step *step);

/*
 * One request, or one page: asked if it may be, and judged.  True: *answer is
 * good, and the caller frees it.
 */
bool query_request(struct job *, struct session *, int kind, struct dib *,
    const struct dib_want *, struct dib_answer *answer, enum step *step);

/* An object for the job; NULL: the reply says why not. */
struct dib *query_object(struct job *, const char *progid);
/* SetInputValue; takes the value.  False: the reply says why not. */
bool query_put(struct job *, struct dib *, int index, struct com_value taken);
/* session_spell(): 1, 0, or -1 and the reply says why. */
int query_spell(
    struct job *, struct session *, const char *code, char spelt[16]);
/* What came out is not what it should be: the reply says so.  Always false,
 * for `return`. */
bool query_failed(struct job *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A page with nothing new that says there is more: neither the end nor more.
 * False. */
bool query_stuck(struct job *, const struct dib *);

/* Only the connection, for what needs no request. */
bool query_is_connected(struct job *, struct session *);

#endif
