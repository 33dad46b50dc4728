/* Dates and minutes: tables of cases, then every day there is. */
#include "base/date.h"
#include "tap.h"

static void
parse(void)
{
	static const struct {
		const char *text;
		ymd want; /* 0: refused */
	} days[] = {
		{ "20250314", 20250314 },
		{ "2025-03-14", 20250314 },
		{ "20240229", 20240229 },
		{ "20000229", 20000229 },
		{ "19000101", 19000101 },
		{ "29991231", 29991231 },
		{ "20250229", 0 },
		{ "19000229", 0 },
		{ "21000229", 0 },
		{ "18991231", 0 },
		{ "30000101", 0 },
		{ "20250431", 0 },
		{ "20251301", 0 },
		{ "20250001", 0 },
		{ "20250100", 0 },
		{ "20250132", 0 },
		{ "", 0 },
		{ "2025", 0 },
		{ "2025031", 0 },
		{ "202503145", 0 },
		{ "2025-3-14", 0 },
		{ "2025/03/14", 0 },
		{ "2025-03/14", 0 },
		{ " 2025031", 0 },
		{ "20250314 ", 0 },
		{ "+2025031", 0 },
		{ "2025-0314", 0 },
		{ "-2025031", 0 },
		{ "2025031a", 0 },
		{ "0x250314", 0 },
	};
	static const struct {
		const char *text;
		hhmm want; /* -1: refused */
	} minutes[] = {
		{ "0905", 905 },
		{ "905", 905 },
		{ "09:05", 905 },
		{ "0000", 0 },
		{ "000", 0 },
		{ "2359", 2359 },
		{ "1530", 1530 },
		{ "2400", -1 },
		{ "0960", -1 },
		{ "960", -1 },
		{ "9:05", -1 },
		{ "09:5", -1 },
		{ "09:60", -1 },
		{ "24:00", -1 },
		{ "5", -1 },
		{ "05", -1 },
		{ "", -1 },
		{ "09055", -1 },
		{ "-905", -1 },
		{ "-05", -1 },
		{ "09 5", -1 },
		{ "09:0a", -1 },
	};

	for (size_t i = 0; i < NELEM(days); i++) {
		ymd got = 0;
		int rc = ymd_parse(days[i].text, &got);

		ok(rc == (days[i].want != 0 ? 0 : -1) && got == days[i].want,
		    "ymd_parse '%s'", days[i].text);
	}
	for (size_t i = 0; i < NELEM(minutes); i++) {
		hhmm got = -1;
		int rc = hhmm_parse(minutes[i].text, &got);

		ok(rc == (minutes[i].want != -1 ? 0 : -1) &&
			got == minutes[i].want,
		    "hhmm_parse '%s'", minutes[i].text);
	}
}

static void
arithmetic(void)
{
	static const struct {
		ymd from;
		int days;
		ymd want;
	} adds[] = {
		{ 20250314, 0, 20250314 },
		{ 20250314, 1, 20250315 },
		{ 20250331, 1, 20250401 },
		{ 20241231, 1, 20250101 },
		{ 20250101, -1, 20241231 },
		{ 20240228, 1, 20240229 },
		{ 20250228, 1, 20250301 },
		{ 20000228, 2, 20000301 },
		{ 19000228, 1, 19000301 },
		{ 20250314, 365, 20260314 },
		{ 20240101, 366, 20250101 },
		{ 19700101, -1, 19691231 },
	};
	int bad = 0;
	int32_t last, n;

	for (size_t i = 0; i < NELEM(adds); i++) {
		is_int(ymd_add(adds[i].from, adds[i].days), adds[i].want,
		    "%d %+d", adds[i].from, adds[i].days);
		is_int(ymd_diff(adds[i].want, adds[i].from), adds[i].days,
		    "%d less %d", adds[i].want, adds[i].from);
	}
	is_int(ymd_to_days(19700101), 0, "day 0");
	is_int(ymd_weekday(19700101), 3, "a Thursday");
	is_int(ymd_weekday(20250314), 4, "a Friday");
	is_int(ymd_weekday(20250316), 6, "a Sunday");
	is_int(ymd_weekday(20250317), 0, "a Monday");
	is_int(ymd_weekday(19000101), 0, "1900 began on a Monday");

	/* Walk all days: each is valid, one more, and one weekday further. */
	last = ymd_to_days(29991231);
	for (n = ymd_to_days(19000101); n < last; n++) {
		ymd d = ymd_from_days(n), next = ymd_from_days(n + 1);

		bad += !ymd_valid(d) || ymd_to_days(d) != n || next <= d ||
		    (ymd_weekday(d) + 1) % 7 != ymd_weekday(next);
	}
	is_int(bad, 0, "every day from 1900 to 2999");
	/* And numbers between them are not days. */
	n = 0;
	for (ymd d = 19000000; d < 30000000; d++)
		n += ymd_valid(d);
	is_int(n, last - ymd_to_days(19000101) + 1, "no other is valid");

	is_int(hhmm_add(859, 1), 900, "09:00 follows 08:59");
	is_int(hhmm_add(900, -1), 859, "and comes after it");
	is_int(hhmm_add(0, 1439), 2359, "the last minute");
	is_int(hhmm_add(905, 390), 1535, "a session later");
	is_int(hhmm_diff(1530, 900), 390, "a session's minutes");
	is_int(hhmm_diff(900, 1530), -390, "and backwards");
	n = 0;
	for (hhmm t = -10; t < 2500; t++)
		n += hhmm_valid(t);
	is_int(n, 1440, "1440 valid minutes");
}

int
main(void)
{
	parse();
	arithmetic();
	return done_testing();
}
