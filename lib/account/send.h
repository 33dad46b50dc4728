/*
 * send.h - carry out at the broker what was planned, so that nothing is ever
 * sent twice (P2, P3).
 *
 * Commit the intention, then act, then record.  Requests are sent under the
 * lease "sender", one program at a time: whoever takes it finds what a dead
 * sender left, and knows that it is nobody's any more.
 *
 * Each step is a transaction, which is refused where the database has been
 * migrated meanwhile: then nothing is claimed any more, and an answer that
 * comes after it is not recorded, as if we had been killed on the way.
 */
#ifndef ACCOUNT_SEND_H
#define ACCOUNT_SEND_H

#include "account/live.h"

/* Take the lease; waits for a live sender at most ten seconds (E_BUSY).  What
 * a dead one left: sending becomes unknown, planned orders and amends are
 * dropped (their minute is over). */
int send_begin(struct live *, struct err *);
/* The same without waiting, for one that will be here again. */
int send_try(struct live *, struct err *);
void send_end(struct live *);

struct send_counts {
	int sent, rejected, unknown;
	int closed; /* since the last that was taken: see below */
};

/*
 * Send every planned cancel and amend, then every planned order.  A lost
 * answer is no failure: it is counted, and the order stands as unknown.
 *
 * An order that the broker refuses because it is not the time for it
 * (ack.is_market_closed) is expired, not rejected: it freezes nothing and is
 * none of the day's entries (T20), and is wanted again.  In hours that the
 * calendar calls open that is a contradiction (T30): counted in `closed`, and
 * after the second of a run no more entries are sent.  Exits are each tried: if
 * it is one stock's matter, the others must not wait for it.
 */
int send_planned(struct live *, struct send_counts *, struct err *);

#endif
