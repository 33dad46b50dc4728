/*
 * calendar.h - market days, their hours and the phases of a session (T13, T30).
 *
 * Rows come from the table market_calendar and the dated rows of
 * session_phase; this file only searches them.  A day without a row is
 * unknown, which is never the same as open or closed.
 *
 * Strategy times are minutes from the open or from the close, never clock
 * times, so that the exam day (everything an hour later) works by itself.
 */
#ifndef MARKET_CALENDAR_H
#define MARKET_CALENDAR_H

#include "base/types.h"

/* One calendar day.  Times are 0 on closed days.  For 2018-01-17:
 * entry 830, open 900, auction 1520, close 1530, no break. */
struct session {
	ymd date;
	bool is_open;
	hhmm entry; /* orders for the opening auction are taken from here */
	hhmm open;  /* first minute of continuous trading */
	hhmm break_start, break_end; /* lunch, until 2000-05-21; else 0, 0 */
	hhmm auction; /* the closing auction begins to collect orders */
	hhmm close;   /* the closing price is made; label of the last bar */
};

enum phase {
	PHASE_CLOSED,     /* before the entry phase, after the close,
				   the lunch break, or not a session */
	PHASE_ENTRY,      /* [entry, open): opening auction collects */
	PHASE_CONTINUOUS, /* [open, auction) without the break */
	PHASE_AUCTION,    /* [auction, close): closing auction collects */
};

/* Are these hours of a day?  Of an open one they must be minutes of the clock
 * in their order, an hour from midnight: programs look at the day before its
 * entry phase and after its close.  All else here, and the world, takes that
 * for granted. */
bool session_valid(const struct session *s);

enum phase session_phase(const struct session *s, hhmm at);

/* The label of the bar that covers the minute at which an order sent at `at`
 * can first fill: itself in continuous trading, the open before it, the
 * close in the closing auction, the end of the break in the break;
 * -1 after that. */
hhmm session_first_bar(const struct session *s, hhmm at);

/* Number of the minute labels of a full day, and the i-th of them: the
 * continuous minutes and then the close (381 of them since 2016-08). */
int session_minutes(const struct session *s);
hhmm session_minute(const struct session *s, int i);
/* Index of a label, or -1 where the session has no such bar. */
int session_minute_index(const struct session *s, hhmm label);

struct calendar;

/* Takes a copy of `n` rows, which must be in ascending order of date. */
struct calendar *calendar_new(const struct session *row, size_t n);
void calendar_free(struct calendar *);
/* The day's row, or NULL where the calendar has none.  Borrowed until free. */
const struct session *calendar_day(const struct calendar *, ymd d);
/* The next open session after d / the last one before d; NULL past the ends. */
const struct session *calendar_next(const struct calendar *, ymd d);
const struct session *calendar_prev(const struct calendar *, ymd d);
/* Open sessions in [from, to]. */
int calendar_count(const struct calendar *, ymd from, ymd to);
ymd calendar_last(const struct calendar *); /* 0 when empty */

#endif
