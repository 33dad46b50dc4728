/*
 * krx_calendar.h - the calendar of the Korea Exchange, from its three tables.
 *
 * The tables are text, sql/krx_*.csv; they are handed in, so that nothing
 * here reads a file.  The result is what a new database starts with.
 */
#ifndef MARKET_KRX_CALENDAR_H
#define MARKET_KRX_CALENDAR_H

#include "base/err.h"
#include "market/calendar.h"

/*
 * One row for every day from 1 January of the first holiday's year to
 * 31 December of the last one's (1990..2027), weekends and holidays closed.
 *   holidays         date,name,source: weekdays without a session
 *   special_hours    date,open,close,break_start,break_end,reason,source
 *   session_history  effective_from,open,close,break_start,break_end
 * Returns an array that the caller frees, its length in *n; NULL for a text
 * that is not such a table (E_DATA).
 */
struct session *krx_calendar(const char *holidays, const char *special_hours,
    const char *session_history, size_t *n, struct err *e);

/* The same as a calendar, which the caller frees with calendar_free(). */
struct calendar *krx_calendar_new(const char *holidays,
    const char *special_hours, const char *session_history, struct err *e);

#endif
