/*
 * permit.h - never more requests in any second than a firm allows, whichever
 * programs send them.
 *
 * A broker may not know SQL; it is handed these functions, which keep a bucket
 * in the database (store/rate.h) and sleep.
 */
#ifndef ACCOUNT_PERMIT_H
#define ACCOUNT_PERMIT_H

#include "broker/broker.h"
#include "store/store.h"

/* Lives as long as the store is open. */
struct permit_source account_permits(struct store *);

#endif
