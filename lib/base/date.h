/*
 * date.h - market dates (YYYYMMDD) and market minutes (HHMM).
 * Plain Gregorian arithmetic; nothing here knows holidays (market/calendar.h)
 * or what time it is (base/clock.h).
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/types.h"

bool ymd_valid(ymd d);                  /* 19000101..29991231, a real day */
int ymd_parse(const char *s, ymd *out); /* "20250314" or "2025-03-14"; 0/-1 */
ymd ymd_add(ymd d, int days);
int ymd_diff(ymd a, ymd b); /* calendar days, a - b */
int ymd_weekday(ymd d);     /* 0 Monday .. 6 Sunday */

bool hhmm_valid(hhmm t);
int hhmm_parse(const char *s, hhmm *out); /* "0905", "905" or "09:05"; 0/-1 */
hhmm hhmm_add(hhmm t, int minutes); /* within the day; asserts 0000..2359 */
int hhmm_diff(hhmm a, hhmm b);      /* minutes, a - b */

/* Days since 1970-01-01 and back. */
int32_t ymd_to_days(ymd d);
ymd ymd_from_days(int32_t days);

#endif
