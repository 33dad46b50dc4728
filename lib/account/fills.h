/*
 * fills.h - book what the broker says was filled, each share once (P4).
 *
 * A fill is known by the order's number at the broker and its own number in
 * that order and day: whatever is told twice, late or out of order is booked
 * once, in the transaction that changes order, lots, shares and cash.  What
 * cannot be (a fill of a rejected order, of another stock, of more than was
 * ordered) is told to a person and moves nothing.
 */
#ifndef ACCOUNT_FILLS_H
#define ACCOUNT_FILLS_H

#include "account/lists.h"

#define SETTLED "settled" /* broker_no of what a person settled, fill_no 1 */

/* Book what the lists have and the book has not. */
int fills_book(struct follow *, struct lists *, struct err *);

/* Book one fill of order i; nothing where it is booked already, or where a
 * person has settled the order. */
int fills_book_one(
    struct follow *, int i, const struct broker_fill *, struct err *);
/* Can it be a fill of this order?  If not, a person is told. */
bool fills_fit(
    const struct order *, const struct order_row *, const struct broker_fill *);
int fills_misfit(struct follow *, const struct order_row *,
    const struct broker_fill *, struct err *);

#endif
