/*
 * date.c - see date.h.  Days are counted in the proleptic Gregorian calendar
 * with years that begin in March, so that the leap day comes last.
 */
#include <assert.h>
#include <string.h>

#include "base/date.h"

static bool
is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int
month_days(int y, int m)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };

	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

/* Exactly n digits, or -1. */
static int
digits(const char *s, int n)
{
	int v = 0;

	while (n-- > 0) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s++ - '0');
	}
	return v;
}

bool
ymd_valid(ymd d)
{
	int y = d / 10000, m = d / 100 % 100, day = d % 100;

	return y >= 1900 && y <= 2999 && m >= 1 && m <= 12 && day >= 1 &&
	    day <= month_days(y, m);
}

int
ymd_parse(const char *s, ymd *out)
{
	size_t n = strlen(s);
	int y, m, d;

	if (n == 8) {
		y = digits(s, 4);
		m = digits(s + 4, 2);
		d = digits(s + 6, 2);
	} else if (n == 10 && s[4] == '-' && s[7] == '-') {
		y = digits(s, 4);
		m = digits(s + 5, 2);
		d = digits(s + 8, 2);
	} else
		return -1;
	if (y < 0 || m < 0 || d < 0 || !ymd_valid(y * 10000 + m * 100 + d))
		return -1;
	*out = y * 10000 + m * 100 + d;
	return 0;
}

int32_t
ymd_to_days(ymd date)
{
	int y = date / 10000, m = date / 100 % 100, d = date % 100;
	int era, yoe, doy, doe;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

ymd
ymd_from_days(int32_t days)
{
	int32_t z = days + 719468;
	int32_t era = (z >= 0 ? z : z - 146096) / 146097;
	int32_t doe = z - era * 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;
	int32_t d = doy - (153 * mp + 2) / 5 + 1;
	int32_t m = mp < 10 ? mp + 3 : mp - 9;
	int32_t y = yoe + era * 400 + (m <= 2);

	return y * 10000 + m * 100 + d;
}

ymd
ymd_add(ymd d, int days)
{
	return ymd_from_days(ymd_to_days(d) + days);
}

int
ymd_diff(ymd a, ymd b)
{
	return ymd_to_days(a) - ymd_to_days(b);
}

int
ymd_weekday(ymd d)
{
	/* 1970-01-01 was a Thursday, 3 counted from Monday. */
	int w = (ymd_to_days(d) + 3) % 7;

	return w < 0 ? w + 7 : w;
}

bool
hhmm_valid(hhmm t)
{
	return t >= 0 && t <= 2359 && t % 100 < 60;
}

int
hhmm_parse(const char *s, hhmm *out)
{
	size_t n = strlen(s);
	hhmm t;

	if (n == 3 || n == 4)
		t = digits(s, (int)n);
	else if (n == 5 && s[2] == ':') {
		int h = digits(s, 2), m = digits(s + 3, 2);

		t = h < 0 || m < 0 ? -1 : h * 100 + m;
	} else
		return -1;
	if (!hhmm_valid(t))
		return -1;
	*out = t;
	return 0;
}

static int
minute_of_day(hhmm t)
{
	return t / 100 * 60 + t % 100;
}

hhmm
hhmm_add(hhmm t, int minutes)
{
	int m = minute_of_day(t) + minutes;

	assert(m >= 0 && m < 24 * 60);
	return m / 60 * 100 + m % 60;
}

int
hhmm_diff(hhmm a, hhmm b)
{
	return minute_of_day(a) - minute_of_day(b);
}
