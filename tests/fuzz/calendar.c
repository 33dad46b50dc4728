/*
 * The calendar's three tables, between lines of "---".  Every day that comes
 * out has its hours in order, and each of its minutes has a number.
 */
#include "base/date.h"
#include "fuzz.h"
#include "market/calendar.h"
#include "market/krx_calendar.h"

static void
judge(const struct session *s)
{
	int n = session_minutes(s);

	must(ymd_valid(s->date));
	if (!s->is_open) {
		must(n == 0 && s->open == 0 && s->close == 0);
		must(session_phase(s, 1000) == PHASE_CLOSED);
		return;
	}
	must(hhmm_valid(s->entry) && hhmm_valid(s->close));
	must(s->entry < s->open && s->open < s->auction &&
	    s->auction < s->close);
	must(n > 0 && n <= 24 * 60);
	for (int i = 0; i < n; i++)
		must(session_minute_index(s, session_minute(s, i)) == i);
	must(session_phase(s, s->open) == PHASE_CONTINUOUS);
	must(session_phase(s, s->close) == PHASE_CLOSED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), *part[3] = { s, "", "" };
	struct session *row;
	struct calendar *c;
	struct err e = { 0 };
	size_t n = 0;

	for (int i = 1; i < 3; i++) {
		char *cut = strstr(part[i - 1], "---\n");

		if (cut == NULL)
			break;
		*cut = '\0';
		part[i] = cut + 4;
	}
	row = krx_calendar(part[0], part[1], part[2], &n, &e);
	if (row == NULL)
		must_refuse(&e);
	else {
		must(n >= 365);
		/* A thousand years of days take too long to look at. */
		for (size_t i = 0; i < n && i < 3000; i++)
			judge(&row[i]);
		c = calendar_new(row, n);
		must(calendar_last(c) == row[n - 1].date);
		must(calendar_day(c, row[0].date)->date == row[0].date);
		must(calendar_next(c, calendar_last(c)) == NULL);
		must(calendar_prev(c, row[0].date) == NULL);
		calendar_free(c);
		free(row);
	}
	free(s);
	return 0;
}
