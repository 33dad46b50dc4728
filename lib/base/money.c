/*
 * money.c - see money.h.  A quotient that does not fit 64 bits is a bug of
 * the caller, and asserted: amounts come from bounded parsers and no market
 * is worth 9 * 10^18 won.
 */
#include <assert.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"

typedef __int128 wide;

static bool
is_narrow(wide v)
{
	return v == (int64_t)v;
}

/* n / d for d > 0, towards zero.  Sums of money are nearly always narrow, and
 * a wide division is a call that costs many times the other. */
static wide
wide_div(wide n, wide d)
{
	return is_narrow(n) && is_narrow(d) ? (int64_t)n / (int64_t)d : n / d;
}

static wide
wide_floor(wide n, wide d)
{
	wide q = wide_div(n, d);

	return q * d > n ? q - 1 : q;
}

static int64_t
narrow(wide v)
{
	assert(is_narrow(v));
	return (int64_t)v;
}

int
won_total(won price_won, qty n, won *total_won)
{
	return __builtin_mul_overflow(price_won, n, total_won) ? -1 : 0;
}

won
won_rate_floor(won amount, ppb rate)
{
	return narrow(wide_floor((wide)amount * rate, PPB_ONE));
}

won
won_rate_ceil(won amount, ppb rate)
{
	return narrow(-wide_floor(-((wide)amount * rate), PPB_ONE));
}

won
won_rate_round(won amount, ppb rate)
{
	wide p = (wide)amount * rate;

	if (p < 0)
		return narrow(-wide_div(-p + PPB_ONE / 2, PPB_ONE));
	return narrow(wide_div(p + PPB_ONE / 2, PPB_ONE));
}

int64_t
muldiv_floor(int64_t a, int64_t b, int64_t c)
{
	assert(c > 0);
	return narrow(wide_floor((wide)a * b, c));
}

int64_t
muldiv_ceil(int64_t a, int64_t b, int64_t c)
{
	assert(c > 0);
	return narrow(-wide_floor(-((wide)a * b), c));
}

qty
qty_affordable(won amount, won price, ppb commission)
{
	if (price <= 0 || amount <= 0)
		return 0;
	assert(commission > -PPB_ONE);
	return narrow(wide_div((wide)amount * PPB_ONE,
	    (wide)price * ((wide)PPB_ONE + commission)));
}

int
won_cmp_rate(won a, won b, ppb rate)
{
	wide left = (wide)a * PPB_ONE;
	wide right = (wide)b * ((wide)PPB_ONE + rate);

	return (left > right) - (left < right);
}

/* Decimal text times 10^places, exactly. */
static int
decimal_parse(const char *s, int places, int64_t *out)
{
	wide v = 0;
	bool negative = false;
	int whole = 0, part = 0;

	if (*s == '-' || *s == '+')
		negative = *s++ == '-';
	for (; *s >= '0' && *s <= '9'; s++, whole++)
		if ((v = v * 10 + (*s - '0')) > INT64_MAX)
			return -1;
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++) {
			if (++part > places)
				return -1;
			if ((v = v * 10 + (*s - '0')) > INT64_MAX)
				return -1;
		}
		if (part == 0)
			return -1;
	}
	if (*s != '\0' || whole + part == 0)
		return -1;
	for (; part < places; part++)
		if ((v *= 10) > INT64_MAX)
			return -1;
	/* INT64_MIN cannot come out: it is PPB_UNSET. */
	*out = negative ? -(int64_t)v : (int64_t)v;
	return 0;
}

int
ppb_parse(const char *s, ppb *out)
{
	return decimal_parse(s, 9, out);
}

int
ppb_parse_percent(const char *s, ppb *out)
{
	return decimal_parse(s, 7, out);
}

static const char *
decimal_text(int64_t v, int places, char *buf, size_t size)
{
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v, one = 1;
	char part[24];
	int n;

	for (n = 0; n < places; n++)
		one *= 10;
	snprintf(part, sizeof(part), "%0*llu", places,
	    (unsigned long long)(u % one));
	for (n = places; n > 0 && part[n - 1] == '0'; n--)
		;
	part[n] = '\0';
	snprintf(buf, size, "%s%llu%s%s", v < 0 ? "-" : "",
	    (unsigned long long)(u / one), n > 0 ? "." : "", part);
	return buf;
}

const char *
ppb_text(ppb v, char *buf, size_t size)
{
	return decimal_text(v, 9, buf, size);
}

const char *
ppb_percent_text(ppb v, char *buf, size_t size)
{
	return decimal_text(v, 7, buf, size);
}

static locale_t c_locale;

static void
make_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	assert(c_locale != (locale_t)0);
}

int
real_parse(const char *s, double *out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *p = s + (*s == '-' || *s == '+');
	char *end;
	double v;

	/* Keeps out what strtod would also take: spaces, hex, inf, nan. */
	if (*p == '\0' || s[strspn(s, "0123456789.eE+-")] != '\0' ||
	    strspn(p, "0123456789") + strspn(p, ".") == 0)
		return -1;
	pthread_once(&once, make_c_locale);
	v = strtod_l(s, &end, c_locale);
	if (end == s || *end != '\0' || !isfinite(v))
		return -1;
	*out = v;
	return 0;
}
