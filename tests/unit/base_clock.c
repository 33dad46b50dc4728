/* Market time: Seoul's, whatever zone the machine is in. */
#include <stdlib.h>

#include "base/clock.h"
#include "tap.h"

static void
parse(void)
{
	static const struct {
		const char *text;
		epoch want; /* -1: refused */
	} t[] = {
		{ "2025-03-14 09:05", 1741910700 },
		{ "2025-03-14T09:05", 1741910700 },
		{ "2025-03-14 09:05:01", 1741910701 },
		{ "1970-01-01 09:00", 0 },
		{ "2025-03-14 00:00:00", 1741878000 },
		{ "2025-03-14 23:59:59", 1741964399 },
		{ "2025-03-14", -1 },
		{ "2025-03-14 ", -1 },
		{ "2025-03-14 9:05", -1 },
		{ "2025-03-14 0905", -1 },
		{ "2025-03-14 24:00", -1 },
		{ "2025-03-14 09:60", -1 },
		{ "2025-03-14 09:05:60", -1 },
		{ "2025-03-14 09:05:1", -1 },
		{ "2025-03-14 09:05:", -1 },
		{ "2025-03-14 09:05:011", -1 },
		{ "2025-03-14  09:05", -1 },
		{ "2025-02-29 09:05", -1 },
		{ "20250314 09:05", -1 },
		{ "2025-03-14 09:05 ", -1 },
		{ "2025-03-14 09:05+09:00", -1 },
		{ "", -1 },
		{ "now", -1 },
	};
	struct clock c;

	for (size_t i = 0; i < NELEM(t); i++) {
		c = (struct clock){ .now = -1 };
		is_int(clock_parse(t[i].text, &c), t[i].want == -1 ? -1 : 0,
		    "clock_parse '%s' says", t[i].text);
		is_int(c.now, t[i].want, "clock_parse '%s' gives", t[i].text);
		ok(c.is_fixed == (t[i].want != -1), "and is fixed if so");
	}
}

static void
iso(void)
{
	static const struct {
		const char *text;
		epoch want; /* -1: refused */
	} t[] = {
		{ "2025-03-14T09:05:01+09:00", 1741910701 },
		{ "2025-03-14T00:05:01Z", 1741910701 },
		{ "2025-03-14T00:05:01+00:00", 1741910701 },
		{ "2025-03-13T19:05:01-05:00", 1741910701 },
		{ "2025-03-14 09:05:01+09:00", 1741910701 },
		{ "2025-03-14T09:05:01", -1 },
		{ "2025-03-14T09:05+09:00", -1 },
		{ "2025-03-14T09:05:01+0900", -1 },
		{ "2025-03-14T09:05:01+09:00x", -1 },
		{ "2025-03-14T09:05:01z", -1 },
		{ "2025-03-14", -1 },
		{ "", -1 },
		/* In Seoul these are days that ymd does not know. */
		{ "1900-01-01T00:00:00+23:59", -1 },
		{ "2999-12-31T15:00:00Z", -1 },
		{ "2999-12-31T14:59:59Z", 32503647599 },
	};
	char buf[ISO_SIZE];

	for (size_t i = 0; i < NELEM(t); i++) {
		epoch got = -1;

		is_int(epoch_parse_iso(t[i].text, &got),
		    t[i].want == -1 ? -1 : 0, "iso '%s' says", t[i].text);
		is_int(got, t[i].want, "iso '%s' gives", t[i].text);
	}
	is_str(epoch_iso(1741910701, buf), "2025-03-14T09:05:01+09:00",
	    "epoch_iso");
	is_str(epoch_iso(0, buf), "1970-01-01T09:00:00+09:00", "of zero");
	is_str(epoch_iso(-9 * 3600 - 1, buf), "1969-12-31T23:59:59+09:00",
	    "before it");
}

int
main(void)
{
	static const char *const zones[] = { "UTC", "America/New_York",
		"Asia/Seoul" };
	struct clock c;
	epoch before;
	int64_t ms;

	parse();
	iso();
	for (size_t i = 0; i < NELEM(zones); i++) {
		setenv("TZ", zones[i], 1);
		clock_parse("2025-03-14 23:59:58", &c);
		is_int(clock_ymd(&c), 20250314, "the day, TZ=%s", zones[i]);
		is_int(clock_hhmm(&c), 2359, "the minute");
		is_int(clock_second(&c), 58, "the second");
	}
	c.now += 2;
	is_int(clock_ymd(&c), 20250315, "midnight in Seoul");
	is_int(clock_hhmm(&c), 0, "is 0000");
	is_int(clock_hhmm_on(&c, 20250315), 0, "of the day that begins");
	is_int(clock_hhmm_on(&c, 20250314), 2400, "and 2400 of the one over");
	is_int(clock_hhmm_on(&c, 20250316), 0, "a day to come has not begun");
	is_int(clock_epoch_at(20250315, 0, 0), c.now, "and back");

	before = c.now;
	clock_refresh(&c);
	is_int(c.now, before, "a fixed clock stands");
	c = clock_wall();
	c.now = 0;
	clock_refresh(&c);
	ok(c.now > 1700000000 && c.now <= wall_seconds(), "a wall clock goes");
	ms = monotonic_ms();
	sleep_ms(20);
	ms = monotonic_ms() - ms;
	ok(ms >= 20, "slept %d ms of 20", (int)ms);
	return done_testing();
}
