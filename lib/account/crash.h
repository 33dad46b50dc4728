/*
 * crash.h - what is told of a strategy module that crashed (see
 * strategy/guard.h): an alert of each, which stands until that function of the
 * strategy's module has come back, or nobody will ask it any more.
 */
#ifndef ACCOUNT_CRASH_H
#define ACCOUNT_CRASH_H

#include "store/store.h"

/* Before the lease is taken: if this process crashed, its leases are free and
 * its run has ended.  A transaction of its own. */
int crash_again(struct store *, const char *program, struct err *);
/* Raise the alerts of this process's crashes. */
int crash_alerts(struct store *, const char *program, epoch at, struct err *);
/* At the end of a run: clear those that are over. */
int crash_alerts_clear(struct store *, epoch at, struct err *);

#endif
