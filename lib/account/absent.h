/*
 * absent.h - orders without an answer that the broker does not list (T28).
 *
 * Silence is not an answer (S3), so that an order never arrived must be
 * proved: by two complete lists without it, at different moments, both more
 * than 120 seconds after the last moment at which it can have left us, and
 * with nothing in them that may be it (ours.h).  Then the order is expired,
 * and its signal may form a new one.  The first of the two lists is noted as a
 * row of `drift`, so that the two may be read by different programs.
 *
 * After five minutes a person is asked, by an alert that stands until the
 * order is settled; so is one asked about an order that was open and is not
 * listed any more.  A day that the broker does not list any more proves
 * nothing: its orders are left to that person.
 */
#ifndef ACCOUNT_ABSENT_H
#define ACCOUNT_ABSENT_H

#include "account/lists.h"

/* What each order that was not final is now; counts them. */
int absent_resolve(struct follow *, struct err *);

/* The name of the alert by which a person is asked about an order. */
void absent_alert(int64_t order, char *buf, size_t size);
/* It is no longer looked for: no alert, no difference. */
int absent_clear(struct live *, int64_t order, const char *how, struct err *);

#endif
