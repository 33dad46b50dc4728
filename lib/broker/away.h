/*
 * away.h - one who no longer answers: when to stop asking for stock after
 * stock.
 *
 * A host that takes connections and stays silent costs each question all its
 * tries, some 23 seconds.  A hundred stocks would then keep a program for
 * longer than half an hour, while cron starts the next and the exits of the
 * same line wait behind.  So who asks for many stops after three in a row, if
 * they took long as well: some that fail at once harm nobody, and a stock that
 * is refused is an answer.
 */
#ifndef BROKER_AWAY_H
#define BROKER_AWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct away {
	int failed;       /* in a row, for want of an answer (E_AWAY) */
	int64_t since_ms; /* monotonic: when the first of them was asked */
};

/* A question that began then has failed so (NULL: it has not).  True: ask no
 * more. */
bool away_after(struct away *, int64_t began_ms, const struct err *);

#endif
