/*
 * asked.h - requests about an order that have no answer, and cancels that had
 * one and no effect.
 *
 * What an amend or a cancel came to is read off the order itself in the
 * broker's list: it has the new limit, or it has ended.  A cancel may be
 * repeated without harm and is, until the order has ended; an amend is given
 * up after 120 seconds, for by then the price it asked for is old.
 */
#ifndef ACCOUNT_ASKED_H
#define ACCOUNT_ASKED_H

#include "account/lists.h"

/* End what the lists tell the end of; and drop what was planned of an order
 * that has ended, absent ones among them: call it when the orders are
 * settled. */
int asked_resolve(struct follow *, struct err *);

/* A cancel that was taken ten seconds ago, and an order that works on: it is
 * asked again, for "taken" may have meant no more than received.  So is one
 * that was refused on the way, which leaves it wanted. */
int asked_again(struct follow *, struct err *);

#endif
