/*
 * clock.h - the one place that asks the system for the time.
 *
 * A program takes one `struct clock` at its start and passes it down; --now
 * fixes it.  Market time is Asia/Seoul, which has been UTC+9 without summer
 * time since 1988-10-09, whatever zone the machine is in.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/types.h"

struct clock {
	epoch now;
	bool is_fixed; /* by --now */
	int64_t up_ms; /* monotonic_ms() of the same moment, for what must not
			  take less time than it should because somebody sets
			  the clock; 0: a fixed clock knows no other time */
};

struct clock clock_wall(void);
/* "YYYY-MM-DD HH:MM[:SS]" (also with a T) as market time; 0 or -1. */
int clock_parse(const char *s, struct clock *out);
/* Read both clocks again, unless fixed. */
void clock_refresh(struct clock *c);

ymd clock_ymd(const struct clock *c);
hhmm clock_hhmm(const struct clock *c);
/* The minute of that day: 0 before it begins, 2400 once it is over. */
hhmm clock_hhmm_on(const struct clock *c, ymd d);
int clock_second(const struct clock *c); /* 0..59 within the minute */
epoch clock_epoch_at(ymd d, hhmm t, int second);

#define ISO_SIZE 40
/* "2025-03-14T09:05:01+09:00"; returns buf (at least ISO_SIZE). */
const char *epoch_iso(epoch t, char *buf);
int epoch_parse_iso(const char *s, epoch *out);

/* Real time, whatever --now says: for leases, time-outs and progress. */
epoch wall_seconds(void);
/* Milliseconds since some moment of this boot.  Nobody sets this clock, and it
 * stands still while the machine sleeps. */
int64_t monotonic_ms(void);
void sleep_ms(int ms);

#endif
