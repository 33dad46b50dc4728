/*
 * live_inner.h - what the files share that bring the account from the database
 * and back.  Not for others.
 *
 *	live.c		the program around it: what it opens, its run, its lease
 *	load.c		the book, and all of it in its order
 *	load_watch.c	which stocks
 *	load_tape.c	their bars and quotes
 *	load_gates.c	what closes the account, a strategy or a stock
 *	save.c		what changed in the book, and a session's beginning
 *
 * What loads a part for live_load returns 0 or -1.
 */
#ifndef ACCOUNT_LIVE_INNER_H
#define ACCOUNT_LIVE_INNER_H

#include "account/live.h"

/* load.c: a strategy's number, STRAT_MANUAL, or -2 for none; and back. */
int live_strat_find(const struct live *, const char *name);
const char *live_strat_name(const struct live *, int s);

/* load_watch.c */
void live_codes_sort(struct codes *); /* and each once */
int live_load_watch(struct live *, struct err *);

/* load_tape.c */

/* How many days any of the strategies may look at; 0: all there are. */
int live_days_needed(const struct live *);
/* Stock number k; `what` is live_load's. */
int live_load_tape(struct live *, int k, int days, unsigned what, struct err *);
/* T3: too many stale prices, or none for too long? */
int live_load_freshness(struct live *, struct err *);

/* load_gates.c: what closes the account, a strategy or a stock. */
int live_load_gates(struct live *, struct err *);

#endif
