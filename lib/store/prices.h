/*
 * prices.h - daily_price, minute_price.
 *
 * Bars go straight into the columns of a bar_store; nothing is copied twice.
 * A range of dates or labels includes both ends, so that "known at T" is
 * written by the caller as a label before T.
 */
#ifndef STORE_PRICES_H
#define STORE_PRICES_H

#include "price/bars.h"
#include "store/store.h"

#define YMD_MIN ((ymd)19000101)
#define YMD_MAX ((ymd)29991231)

#define BARS_ALL 1u /* halts (volume 0) too */

struct put_counts {
	int64_t added, changed, same;
};

/* Insert, or change where something differs; counts which. */
int store_put_daily(struct store *, const char *code, const struct bar *,
    struct put_counts *, struct err *);
int store_put_minute(struct store *, const char *code, const struct bar *,
    struct put_counts *, struct err *);

/* Append the days of a code in [from, to], oldest first. */
int store_daily(struct store *, const char *code, ymd from, ymd to,
    unsigned flags, struct bar_store *, struct err *);
/* The last n days before `before`, oldest first; n <= 0: all. */
int store_daily_last(struct store *, const char *code, ymd before, int n,
    unsigned flags, struct bar_store *, struct err *);
/* Append one day's minutes labelled in [from, to]. */
int store_minutes(struct store *, const char *code, ymd day, hhmm from, hhmm to,
    unsigned flags, struct bar_store *, struct err *);
/* Append all minutes of the days in [from, to]. */
int store_minutes_range(struct store *, const char *code, ymd from, ymd to,
    unsigned flags, struct bar_store *, struct err *);

/* Codes that have daily bars / minute bars, in order; appended. */
int store_daily_codes(struct store *, struct codes *, struct err *);
int store_minute_codes(struct store *, struct codes *, struct err *);
/* First and last day with daily bars of a code (NULL: of any); 0, 0 none. */
int store_daily_span(
    struct store *, const char *code, ymd *first, ymd *last, struct err *);
int store_minute_span(
    struct store *, const char *code, ymd *first, ymd *last, struct err *);
/* The last label of the day, or -1 where it has none. */
int store_minute_last(
    struct store *, const char *code, ymd day, hhmm *label, struct err *);
/* Number of minute bars of a code and day. */
int store_minute_count(
    struct store *, const char *code, ymd day, int64_t *n, struct err *);
/* The last close before a day, halts left out; 0 where there is none. */
int store_prev_close(
    struct store *, const char *code, ymd before, won *close, struct err *);
/*
 * The highest close since an entry (T17): of minutes from (date, time) on of
 * days that have minutes, of the days without them from date on; of bars
 * before (until, before) alone, and never the daily bar of `until`.  0: none.
 */
int store_high_since(struct store *, const char *code, ymd date, hhmm time,
    ymd until, hhmm before, won *high, struct err *);

#endif
