/*
 * close.h - close the days (T31): what each session came to.
 *
 * A day is closed provisionally one minute after its close, and finally when
 * the next session's morning has begun: once sync-account has run on that
 * day, or its entry phase has opened.  Each of the two is a revision, and so
 * is every later change of what the day follows from.  The days are computed
 * anew each time, from the first row of the cash ledger on, and those that
 * differ from what is stored are new revisions; so a machine that was off
 * catches up, and repeating it changes nothing.
 *
 * Decided here: final days are not valued again once a month has gone by or
 * a held stock was split since, for prices of long ago may be rescaled; their
 * cash and trades are still compared.
 */
#ifndef REPORT_CLOSE_H
#define REPORT_CLOSE_H

#include "base/clock.h"
#include "market/calendar.h"
#include "report/walk.h"
#include "store/results.h"

struct closed_day {
	struct portfolio_row row;
	bool is_new; /* a revision that is not stored yet */
	won other;   /* cash that came and went beside trades and transfers */
	int nperf;   /* in order of strategy */
	struct performance_row *perf;
};

struct closing {
	struct history h;
	int n;
	struct closed_day *day; /* every session closed by now, in order */
};

/* Compute all days that are over at `now`.  Reads alone. */
int closing_make(struct closing *, struct store *, const struct calendar *,
    const struct clock *now, struct err *);
/* Store what is new, within the caller's transaction.  How many days. */
int closing_save(const struct closing *, struct store *, struct err *);
void closing_fini(struct closing *);
/* The index of a day, or -1. */
int closing_find(const struct closing *, ymd day);

#endif
