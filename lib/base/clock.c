/* clock.c - see clock.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/date.h"

#define SEOUL (9 * 3600) /* seconds east of UTC */
#define DAY   86400

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Seconds since midnight in Seoul. */
static int
second_of_day(epoch t)
{
	int64_t local = t + SEOUL;

	return (int)(local - floor_div(local, DAY) * DAY);
}

static ymd
epoch_ymd(epoch t)
{
	return ymd_from_days((int32_t)floor_div(t + SEOUL, DAY));
}

epoch
wall_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

int64_t
monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
sleep_ms(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	/* A signal ends the sleep: whoever caught it wants to be heard. */
	if (ms > 0)
		nanosleep(&ts, NULL);
}

struct clock
clock_wall(void)
{
	struct clock c = { .is_fixed = false };

	clock_refresh(&c);
	return c;
}

void
clock_refresh(struct clock *c)
{
	if (c->is_fixed)
		return;
	c->now = wall_seconds();
	c->up_ms = monotonic_ms();
}

/* "HH:MM" or "HH:MM:SS" at the start of s; returns the length, or -1. */
static int
parse_hms(const char *s, hhmm *t, int *second)
{
	char hm[6];

	if (strnlen(s, 5) < 5)
		return -1;
	memcpy(hm, s, 5);
	hm[5] = '\0';
	if (hhmm_parse(hm, t) == -1)
		return -1;
	*second = 0;
	if (s[5] != ':')
		return 5;
	if (s[6] < '0' || s[6] > '5' || s[7] < '0' || s[7] > '9')
		return -1;
	*second = (s[6] - '0') * 10 + (s[7] - '0');
	return 8;
}

/* "YYYY-MM-DD" and a T or a space at the start of s. */
static int
parse_day(const char *s, ymd *d)
{
	char day[11];

	if (strnlen(s, 11) < 11 || (s[10] != ' ' && s[10] != 'T'))
		return -1;
	memcpy(day, s, 10);
	day[10] = '\0';
	return ymd_parse(day, d);
}

int
clock_parse(const char *s, struct clock *out)
{
	ymd d;
	hhmm t;
	int second, n;

	if (parse_day(s, &d) == -1 ||
	    (n = parse_hms(s + 11, &t, &second)) == -1 || s[11 + n] != '\0')
		return -1;
	*out = (struct clock){ .now = clock_epoch_at(d, t, second),
		.is_fixed = true };
	return 0;
}

ymd
clock_ymd(const struct clock *c)
{
	return epoch_ymd(c->now);
}

hhmm
clock_hhmm(const struct clock *c)
{
	int s = second_of_day(c->now);

	return s / 3600 * 100 + s / 60 % 60;
}

hhmm
clock_hhmm_on(const struct clock *c, ymd d)
{
	ymd now = clock_ymd(c);

	if (now != d)
		return now < d ? 0 : 2400;
	return clock_hhmm(c);
}

int
clock_second(const struct clock *c)
{
	return second_of_day(c->now) % 60;
}

epoch
clock_epoch_at(ymd d, hhmm t, int second)
{
	return (epoch)ymd_to_days(d) * DAY + t / 100 * 3600 + t % 100 * 60 +
	    second - SEOUL;
}

const char *
epoch_iso(epoch t, char *buf)
{
	ymd d = epoch_ymd(t);
	int s = second_of_day(t);

	snprintf(buf, ISO_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d+09:00",
	    d / 10000, d / 100 % 100, d % 100, s / 3600, s / 60 % 60, s % 60);
	return buf;
}

int
epoch_parse_iso(const char *s, epoch *out)
{
	ymd d;
	hhmm t, off = 0;
	int second, n, east;
	epoch at;

	/* Seconds are required, and so is the offset or a Z. */
	if (parse_day(s, &d) == -1 || parse_hms(s + 11, &t, &second) != 8)
		return -1;
	s += 19;
	if (strcmp(s, "Z") == 0)
		east = 0;
	else if (*s == '+' || *s == '-') {
		int ignored;

		if ((n = parse_hms(s + 1, &off, &ignored)) != 5 ||
		    s[1 + n] != '\0')
			return -1;
		east = off / 100 * 3600 + off % 100 * 60;
		if (*s == '-')
			east = -east;
	} else
		return -1;
	at = clock_epoch_at(d, t, second) + SEOUL - east;
	/* An offset may lead out of the days that are known. */
	if (!ymd_valid(epoch_ymd(at)))
		return -1;
	*out = at;
	return 0;
}
