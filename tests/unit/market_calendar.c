/*
 * market_calendar.c - the days of KRX, their hours, phases and minutes.
 */
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#include "market/calendar.h"
#include "market/krx_calendar.h"
#include "schema.h"

/* Hours of days that matter; 0 everywhere: closed. */
static const struct session day[] = {
	/* date, open, entry, open, break, break, auction, close */
	{ 20180117, true, 830, 900, 0, 0, 1520, 1530 },
	{ 20160729, true, 830, 900, 0, 0, 1450, 1500 },
	{ 20160801, true, 830, 900, 0, 0, 1520, 1530 },
	{ 20250102, true, 930, 1000, 0, 0, 1520, 1530 }, /* first */
	{ 20240102, true, 930, 1000, 0, 0, 1520, 1530 },
	{ 20241114, true, 930, 1000, 0, 0, 1620, 1630 }, /* exam */
	{ 20251113, true, 930, 1000, 0, 0, 1620, 1630 },
	{ 20171116, true, 930, 1000, 0, 0, 1620, 1630 }, /* put off */
	{ 20171123, true, 930, 1000, 0, 0, 1620, 1630 },
	{ 20000519, true, 830, 900, 1200, 1300, 1450, 1500 }, /* lunch */
	{ 20000522, true, 830, 900, 0, 0, 1450, 1500 },
	{ 19900105, true, 910, 940, 1140, 1320, 1510, 1520 },
	{ 19991117, true, 930, 1000, 1300, 1400, 1550, 1600 },
	{ 20250101, false, 0, 0, 0, 0, 0, 0 },
	{ 20250315, false, 0, 0, 0, 0, 0, 0 }, /* Saturday */
	{ 20250316, false, 0, 0, 0, 0, 0, 0 }, /* Sunday */
	{ 20241231, false, 0, 0, 0, 0, 0, 0 }, /* year end */
	{ 19980103, false, 0, 0, 0, 0, 0, 0 }, /* a Saturday of 1998 */
	{ 20260717, false, 0, 0, 0, 0, 0, 0 },
	{ 20271231, false, 0, 0, 0, 0, 0, 0 },
};

enum { NORMAL, EXAM, LUNCH, CLOSED };
static const struct session kind_of_day[] = {
	[NORMAL] = { 20180117, true, 830, 900, 0, 0, 1520, 1530 },
	[EXAM] = { 20241114, true, 930, 1000, 0, 0, 1620, 1630 },
	[LUNCH] = { 20000519, true, 830, 900, 1200, 1300, 1450, 1500 },
	[CLOSED] = { 20250101, false, 0, 0, 0, 0, 0, 0 },
};

static const struct {
	int day;
	hhmm at;
	enum phase phase;
	hhmm first; /* session_first_bar() */
	int index;  /* session_minute_index() */
} minute[] = {
	{ NORMAL, 0, PHASE_CLOSED, 900, -1 },
	{ NORMAL, 829, PHASE_CLOSED, 900, -1 },
	{ NORMAL, 830, PHASE_ENTRY, 900, -1 },
	{ NORMAL, 859, PHASE_ENTRY, 900, -1 },
	{ NORMAL, 900, PHASE_CONTINUOUS, 900, 0 },
	{ NORMAL, 959, PHASE_CONTINUOUS, 959, 59 },
	{ NORMAL, 1000, PHASE_CONTINUOUS, 1000, 60 },
	{ NORMAL, 1519, PHASE_CONTINUOUS, 1519, 379 },
	{ NORMAL, 1520, PHASE_AUCTION, 1530, -1 },
	{ NORMAL, 1529, PHASE_AUCTION, 1530, -1 },
	{ NORMAL, 1530, PHASE_CLOSED, -1, 380 },
	{ NORMAL, 1531, PHASE_CLOSED, -1, -1 },
	{ EXAM, 900, PHASE_CLOSED, 1000, -1 },
	{ EXAM, 930, PHASE_ENTRY, 1000, -1 },
	{ EXAM, 1000, PHASE_CONTINUOUS, 1000, 0 },
	{ EXAM, 1530, PHASE_CONTINUOUS, 1530, 330 },
	{ EXAM, 1619, PHASE_CONTINUOUS, 1619, 379 },
	{ EXAM, 1620, PHASE_AUCTION, 1630, -1 },
	{ EXAM, 1630, PHASE_CLOSED, -1, 380 },
	{ LUNCH, 1159, PHASE_CONTINUOUS, 1159, 179 },
	{ LUNCH, 1200, PHASE_CLOSED, 1300, -1 },
	{ LUNCH, 1259, PHASE_CLOSED, 1300, -1 },
	{ LUNCH, 1300, PHASE_CONTINUOUS, 1300, 180 },
	{ LUNCH, 1449, PHASE_CONTINUOUS, 1449, 289 },
	{ LUNCH, 1450, PHASE_AUCTION, 1500, -1 },
	{ LUNCH, 1500, PHASE_CLOSED, -1, 290 },
	{ CLOSED, 900, PHASE_CLOSED, -1, -1 },
	{ CLOSED, 1530, PHASE_CLOSED, -1, -1 },
	{ CLOSED, 0, PHASE_CLOSED, -1, -1 },
};

/* Sessions of a year; from 1999 to 2023 as many as KOSPI 200 has closes. */
static const struct {
	ymd from, to;
	int want;
} count[] = {
	{ 19990104, 20231228, 6172 },
	{ 20250101, 20251231, 242 },
	{ 20240101, 20241231, 244 },
	{ 20250314, 20250314, 1 },
	{ 20250315, 20250316, 0 },
	{ 20250317, 20250314, 0 },
};

static bool
same(const struct session *a, const struct session *b)
{
	return a->date == b->date && a->is_open == b->is_open &&
	    a->entry == b->entry && a->open == b->open &&
	    a->break_start == b->break_start && a->break_end == b->break_end &&
	    a->auction == b->auction && a->close == b->close;
}

/* Each label of the day is found again at its place, and they ascend. */
static bool
labels_hold(const struct session *s)
{
	int n = session_minutes(s);

	for (int i = 0; i < n; i++) {
		hhmm at = session_minute(s, i);

		if (session_minute_index(s, at) != i)
			return false;
		if (i > 0 && session_minute(s, i - 1) >= at)
			return false;
	}
	return true;
}

static void
broken_tables(void)
{
	static const char head[] = "effective_from,open,close,break_start,"
				   "break_end\n";
	static const char *const bad[] = {
		"",
		"date,name,source\n",
		"date,name,source\n20250132,x,y\n",
		"date,name,source\n20250102,x,y\n20250101,x,y\n",
		"date,name,source\n20250101,x,y\n\n20250102,x,y\n",
	};
	struct err e = { 0 };
	size_t n;

	for (size_t i = 0; i < NELEM(bad); i++)
		ok(krx_calendar(bad[i], krx_special_hours_csv,
		       krx_session_history_csv, &n, &e) == NULL &&
			e.kind == E_DATA,
		    "broken holidays %zu", i);
	ok(krx_calendar(
	       krx_holidays_csv, krx_special_hours_csv, head, &n, &e) == NULL &&
		e.kind == E_DATA,
	    "no hours at all");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n19870301,0900,0830,,\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "close before open");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n19870301,0900,1530,1200,\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "a break without an end");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n20000101,0900,1530,,\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "hours that begin too late");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n19870301,0029,1530,,\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "no half an hour before the open");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n19870301,0900,0910,,\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "nothing but the closing auction");
	ok(krx_calendar(krx_holidays_csv, krx_special_hours_csv,
	       "h\n19870301,0900,1530,1200,1525\n", &n, &e) == NULL &&
		e.kind == E_DATA,
	    "a break into the closing auction");
}

/* What a row of the database may say (T30). */
static void
sanity(void)
{
	const struct session good = { .date = 20180117,
		.is_open = true,
		.entry = 830,
		.open = 900,
		.auction = 1520,
		.close = 1530 };
	struct session s = { .date = 20180120 };

	ok(session_valid(&good), "a day");
	ok(session_valid(&s), "a closed one");
#define BAD(field, v)             \
	(s = good, s.field = (v), \
	    ok(!session_valid(&s), "%s is not %d", #field, (v)))
	BAD(entry, -1);
	BAD(entry, 901);
	BAD(entry, 59);
	BAD(open, 860);
	BAD(open, 1520);
	BAD(auction, 1530);
	BAD(auction, 1560);
	BAD(close, 2400);
	BAD(close, 2301);
	BAD(break_start, 1130);
	BAD(break_end, 1300);
#undef BAD
	s = good;
	s.break_start = 1140;
	s.break_end = 1320;
	ok(session_valid(&s), "a lunch");
	s.break_end = 1521;
	ok(!session_valid(&s), "a lunch into the auction");
	s.break_end = 1140;
	ok(!session_valid(&s), "a lunch of no time");
	s.break_start = 855;
	ok(!session_valid(&s), "a lunch before the open");
}

int
main(void)
{
	struct err e = { 0 };
	size_t n = 0;
	struct session *row = krx_calendar(krx_holidays_csv,
	    krx_special_hours_csv, krx_session_history_csv, &n, &e);
	struct calendar *c;
	const struct session *s;
	int broken = 0;

	if (row == NULL) {
		ok(false, "krx_calendar: %s", e.msg);
		return done_testing();
	}
	is_int((int64_t)n, 13879, "every day of 1990..2027");
	is_int(row[0].date, 19900101, "first day");
	is_int(row[n - 1].date, 20271231, "last day");
	c = calendar_new(row, n);
	free(row);
	for (size_t i = 0; i < NELEM(day); i++) {
		s = calendar_day(c, day[i].date);
		ok(s != NULL && same(s, &day[i]), "hours of %d",
		    (int)day[i].date);
	}
	for (size_t i = 0; i < NELEM(count); i++)
		is_int(calendar_count(c, count[i].from, count[i].to),
		    count[i].want, "sessions %d..%d", (int)count[i].from,
		    (int)count[i].to);
	for (s = calendar_next(c, 19891231); s != NULL;
	     s = calendar_next(c, s->date))
		broken += !labels_hold(s);
	is_int(broken, 0, "labels and indices agree on every day");

	s = calendar_next(c, 20250314);
	is_int(s != NULL ? s->date : 0, 20250317, "over the weekend");
	s = calendar_prev(c, 20250317);
	is_int(s != NULL ? s->date : 0, 20250314, "and back");
	s = calendar_next(c, 20241230);
	is_int(s != NULL ? s->date : 0, 20250102, "over the year's end");
	s = calendar_prev(c, 20250315);
	is_int(s != NULL ? s->date : 0, 20250314, "from a closed day");
	ok(calendar_next(c, 20271230) == NULL, "past the end");
	ok(calendar_prev(c, 19900101) == NULL, "before the beginning");
	ok(calendar_day(c, 20280103) == NULL, "a day without a row");
	is_int(calendar_last(c), 20271231, "last");
	calendar_free(c);

	c = calendar_new(NULL, 0);
	ok(calendar_day(c, 20250314) == NULL, "empty: no day");
	ok(calendar_next(c, 20250314) == NULL, "empty: no next");
	is_int(calendar_last(c), 0, "empty: no last");
	is_int(calendar_count(c, 20000101, 20300101), 0, "empty: none");
	calendar_free(c);
	calendar_free(NULL);

	for (size_t i = 0; i < NELEM(minute); i++) {
		s = &kind_of_day[minute[i].day];
		is_int(session_phase(s, minute[i].at), minute[i].phase,
		    "phase at %d", (int)minute[i].at);
		is_int(session_first_bar(s, minute[i].at), minute[i].first,
		    "first bar from %d", (int)minute[i].at);
		is_int(session_minute_index(s, minute[i].at), minute[i].index,
		    "index of %d", (int)minute[i].at);
	}
	is_int(session_minutes(&kind_of_day[NORMAL]), 381, "minutes");
	is_int(session_minutes(&kind_of_day[EXAM]), 381, "exam minutes");
	is_int(session_minutes(&kind_of_day[LUNCH]), 291, "with a break");
	is_int(session_minutes(&kind_of_day[CLOSED]), 0, "closed: none");
	broken_tables();
	sanity();
	return done_testing();
}
