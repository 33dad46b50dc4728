/*
 * copy.h - history out of another database, for replays.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/store.h"

/*
 * Copy the stock list, the calendar, and the daily bars and minutes of days
 * before `before` from the database at `path`, which is only read.  A
 * transaction of its own.
 */
int store_copy_history(
    struct store *, const char *path, ymd before, struct err *);

#endif
