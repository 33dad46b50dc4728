/* Exact money: rounding in each direction and sign, and what overflows. */
#include <math.h>

#include "base/money.h"
#include "base/rng.h"
#include "tap.h"

static void
rates(void)
{
	static const struct {
		won amount;
		ppb rate;
		won floor, ceil, round;
	} t[] = {
		{ 0, 1600000, 0, 0, 0 },
		{ 1000000, 0, 0, 0, 0 },
		{ 1000000, 1600000, 1600, 1600, 1600 },
		{ 999999, 1600000, 1599, 1600, 1600 },
		{ 55000, 150000, 8, 9, 8 }, /* 8.25 */
		{ 1, 1, 0, 1, 0 },
		{ -1, 1, -1, 0, 0 },
		{ 1, -1, -1, 0, 0 },
		{ -1, -1, 0, 1, 0 },
		{ 1, PPB_ONE / 2, 0, 1, 1 }, /* half, away from zero */
		{ -1, PPB_ONE / 2, -1, 0, -1 },
		{ 3, PPB_ONE / 2, 1, 2, 2 },
		{ -3, PPB_ONE / 2, -2, -1, -2 },
		{ 3, -PPB_ONE / 2, -2, -1, -2 },
		{ 1, PPB_ONE / 2 - 1, 0, 1, 0 },
		{ 10000, -50000000, -500, -500, -500 },
		{ INT64_MAX, PPB_ONE, INT64_MAX, INT64_MAX, INT64_MAX },
		{ INT64_MAX, 1, 9223372036, 9223372037, 9223372037 },
		{ INT64_MIN, 1, -9223372037, -9223372036, -9223372037 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		is_int(won_rate_floor(t[i].amount, t[i].rate), t[i].floor,
		    "floor of %" PRId64 " * %" PRId64, t[i].amount, t[i].rate);
		is_int(won_rate_ceil(t[i].amount, t[i].rate), t[i].ceil,
		    "ceil of %" PRId64 " * %" PRId64, t[i].amount, t[i].rate);
		is_int(won_rate_round(t[i].amount, t[i].rate), t[i].round,
		    "round of %" PRId64 " * %" PRId64, t[i].amount, t[i].rate);
	}
	is_int(muldiv_floor(7, 3, 2), 10, "21/2 down");
	is_int(muldiv_ceil(7, 3, 2), 11, "21/2 up");
	is_int(muldiv_floor(-7, 3, 2), -11, "-21/2 down");
	is_int(muldiv_ceil(-7, 3, 2), -10, "-21/2 up");
	is_int(muldiv_floor(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX,
	    "a product of 126 bits");
	is_int(muldiv_floor(6, 2, 3), 4, "exact down");
	is_int(muldiv_ceil(6, 2, 3), 4, "exact up");
}

static void
totals(void)
{
	won w = 0;

	ok(won_total(55000, 10, &w) == 0 && w == 550000, "a total");
	is_int(won_total(INT64_MAX, 2, &w), -1, "an overflow");
	is_int(won_total(INT64_MIN, -1, &w), -1, "a negative one");

	is_int(qty_affordable(1000000, 55000, 0), 18, "no commission");
	is_int(qty_affordable(550000, 55000, 0), 10, "to the won");
	is_int(qty_affordable(549999, 55000, 0), 9, "a won short");
	is_int(qty_affordable(550000, 55000, 1), 9, "a commission tips it");
	is_int(qty_affordable(550083, 55000, 150000), 10, "with 0.015 %%");
	is_int(qty_affordable(550082, 55000, 150000), 9, "a won too little");
	is_int(qty_affordable(0, 55000, 0), 0, "no money");
	is_int(qty_affordable(-5, 55000, 0), 0, "debts");
	is_int(qty_affordable(100, 0, 0), 0, "no price");
	is_int(qty_affordable(100, -1, 0), 0, "a negative price");
	is_int(qty_affordable(INT64_MAX, 1, 0), INT64_MAX, "all the money");

	is_int(won_cmp_rate(9500, 10000, -50000000), 0, "just -5 %%");
	ok(won_cmp_rate(9499, 10000, -50000000) < 0, "below -5 %%");
	ok(won_cmp_rate(9501, 10000, -50000000) > 0, "above -5 %%");
	ok(won_cmp_rate(10001, 10001, 1) < 0, "a billionth counts");
	ok(won_cmp_rate(INT64_MAX, INT64_MAX, PPB_ONE) < 0, "no overflow");
}

static void
ratios(void)
{
	static const struct {
		const char *text;
		int64_t want; /* PPB_UNSET: refused */
		const char *back;
	} t[] = {
		{ "0.0016", 1600000, "0.0016" },
		{ "0", 0, "0" },
		{ "-0", 0, "0" },
		{ "1", PPB_ONE, "1" },
		{ "-0.05", -50000000, "-0.05" },
		{ "+0.05", 50000000, "0.05" },
		{ ".5", 500000000, "0.5" },
		{ "-.5", -500000000, "-0.5" },
		{ "0.123456789", 123456789, "0.123456789" },
		{ "0.000000001", 1, "0.000000001" },
		{ "-0.000000001", -1, "-0.000000001" },
		{ "1.10", 1100000000, "1.1" },
		{ "100", 100 * PPB_ONE, "100" },
		{ "000.5", 500000000, "0.5" },
		{ "9223372036.854775807", INT64_MAX, "9223372036.854775807" },
		{ "-9223372036.854775807", -INT64_MAX,
		    "-9223372036.854775807" },
		{ "9223372036.854775808", PPB_UNSET, NULL },
		{ "-9223372036.854775808", PPB_UNSET, NULL },
		{ "9223372037", PPB_UNSET, NULL },
		{ "99999999999999999999999999999999999999999", PPB_UNSET,
		    NULL },
		{ "0.0000000001", PPB_UNSET, NULL },
		{ "0.1000000000", PPB_UNSET, NULL },
		{ "", PPB_UNSET, NULL },
		{ "-", PPB_UNSET, NULL },
		{ ".", PPB_UNSET, NULL },
		{ "5.", PPB_UNSET, NULL },
		{ "1e-3", PPB_UNSET, NULL },
		{ "0,5", PPB_UNSET, NULL },
		{ "0.5%", PPB_UNSET, NULL },
		{ " 0.5", PPB_UNSET, NULL },
		{ "0.5 ", PPB_UNSET, NULL },
		{ "0.5.5", PPB_UNSET, NULL },
		{ "--5", PPB_UNSET, NULL },
		{ "nan", PPB_UNSET, NULL },
		{ "0x1", PPB_UNSET, NULL },
	};
	ppb v;
	char buf[40];

	for (size_t i = 0; i < NELEM(t); i++) {
		v = PPB_UNSET;
		is_int(ppb_parse(t[i].text, &v),
		    t[i].want == PPB_UNSET ? -1 : 0, "ppb_parse '%s' says",
		    t[i].text);
		is_int(v, t[i].want, "ppb_parse '%s' gives", t[i].text);
		if (t[i].back != NULL)
			is_str(ppb_text(v, buf, sizeof(buf)), t[i].back,
			    "ppb_text of it");
	}
	ok(ppb_parse_percent("-5", &v) == 0 && v == -50000000, "-5 percent");
	ok(ppb_parse_percent("0.015", &v) == 0 && v == 150000, "0.015 percent");
	ok(ppb_parse_percent("0.0000001", &v) == 0 && v == 1, "seven places");
	is_int(ppb_parse_percent("0.00000001", &v), -1, "not eight");
	is_str(ppb_percent_text(-50000000, buf, sizeof(buf)), "-5", "-5");
	is_str(ppb_percent_text(150000, buf, sizeof(buf)), "0.015", "0.015");
	is_str(ppb_percent_text(1, buf, sizeof(buf)), "0.0000001", "tiny");
}

static void
numbers(void)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool fits;
		int64_t want;
	} ints[] = {
		{ "0", 0, 10, true, 0 },
		{ "10", 0, 10, true, 10 },
		{ "11", 0, 10, false, 0 },
		{ "-1", 0, 10, false, 0 },
		{ "-1", -1, 10, true, -1 },
		{ "007", 0, 10, true, 7 },
		{ "-0", 0, 0, true, 0 },
		{ "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
		{ "9223372036854775808", 0, INT64_MAX, false, 0 },
		{ "-9223372036854775808", INT64_MIN, 0, true, INT64_MIN },
		{ "-9223372036854775809", INT64_MIN, 0, false, 0 },
		{ "18446744073709551616", INT64_MIN, INT64_MAX, false, 0 },
		{ "18446744073709551617", INT64_MIN, INT64_MAX, false, 0 },
		{ "", INT64_MIN, INT64_MAX, false, 0 },
		{ "-", INT64_MIN, INT64_MAX, false, 0 },
		{ "+1", INT64_MIN, INT64_MAX, false, 0 },
		{ " 1", INT64_MIN, INT64_MAX, false, 0 },
		{ "1 ", INT64_MIN, INT64_MAX, false, 0 },
		{ "1,000", INT64_MIN, INT64_MAX, false, 0 },
		{ "1.0", INT64_MIN, INT64_MAX, false, 0 },
		{ "1e3", INT64_MIN, INT64_MAX, false, 0 },
		{ "0x10", INT64_MIN, INT64_MAX, false, 0 },
		{ "--1", INT64_MIN, INT64_MAX, false, 0 },
		{ "\xef\xbc\x91", INT64_MIN, INT64_MAX, false, 0 },
	};
	static const struct {
		const char *text;
		bool fits;
		double want;
	} reals[] = {
		{ "0", true, 0 },
		{ "1.5", true, 1.5 },
		{ "-1.5", true, -1.5 },
		{ "+2", true, 2 },
		{ ".5", true, 0.5 },
		{ "1e3", true, 1000 },
		{ "1E-3", true, 0.001 },
		{ "1e999", false, 0 },
		{ "nan", false, 0 },
		{ "inf", false, 0 },
		{ "-inf", false, 0 },
		{ "0x10", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1,5", false, 0 },
		{ "", false, 0 },
		{ ".", false, 0 },
		{ "e5", false, 0 },
		{ "-", false, 0 },
		{ "1.2.3", false, 0 },
		{ "--1", false, 0 },
	};

	for (size_t i = 0; i < NELEM(ints); i++) {
		int64_t v = 0;
		int rc = int_parse(ints[i].text, ints[i].min, ints[i].max, &v);

		ok(rc == (ints[i].fits ? 0 : -1) && v == ints[i].want,
		    "int_parse '%s'", ints[i].text);
	}
	for (size_t i = 0; i < NELEM(reals); i++) {
		double v = 0;
		int rc = real_parse(reals[i].text, &v);

		ok(rc == (reals[i].fits ? 0 : -1) && v == reals[i].want,
		    "real_parse '%s'", reals[i].text);
	}
}

/* A number of any size and either sign. */
static int64_t
any_size(struct rng *r)
{
	int64_t v = (int64_t)(rng_u64(r) >> (1 + rng_below(r, 63)));

	return rng_u64(r) & 1 ? v : -v;
}

/*
 * Short divisions are made in 64 bits and long ones in 128: floor and ceiling
 * keep to what they mean on both sides of that border.
 */
static void
divisions(void)
{
	uint64_t seed = 20230314;
	struct rng r = rng_seed(seed);
	int wide = 0, bad = 0;

	for (int i = 0; i < 200000; i++) {
		int64_t a = any_size(&r), b = any_size(&r), c = any_size(&r);
		__int128 p = (__int128)a * b, q;

		c = c < 0 ? -c : c + 1;
		if (c <= 0)
			c = 1;
		q = p / c;
		if (q >= INT64_MAX || q <= INT64_MIN)
			continue;
		wide += p != (int64_t)p;
		q = muldiv_floor(a, b, c);
		bad += q * c > p || (q + 1) * c <= p;
		q = muldiv_ceil(a, b, c);
		bad += q * c < p || (q - 1) * c >= p;
	}
	ok(wide > 10000, "%d products are wide", wide);
	is_int(bad, 0, "each quotient is the nearest (seed %llu)",
	    (unsigned long long)seed);
}

int
main(void)
{
	rates();
	totals();
	ratios();
	numbers();
	divisions();
	return done_testing();
}
