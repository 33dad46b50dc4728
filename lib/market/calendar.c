/*
 * calendar.c - search in the rows of market days, and the minutes of one day.
 */
#include "market/calendar.h"

#include <assert.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"

#define FIRST_ENTRY 100
#define LAST_CLOSE  2300

static int
break_minutes(const struct session *s)
{
	return hhmm_diff(s->break_end, s->break_start);
}

bool
session_valid(const struct session *s)
{
	if (!s->is_open)
		return true;
	if (!hhmm_valid(s->entry) || !hhmm_valid(s->open) ||
	    !hhmm_valid(s->auction) || !hhmm_valid(s->close) ||
	    s->entry < FIRST_ENTRY || s->entry > s->open ||
	    s->open >= s->auction || s->auction >= s->close ||
	    s->close > LAST_CLOSE)
		return false;
	if (s->break_start == 0 && s->break_end == 0)
		return true;
	return hhmm_valid(s->break_start) && hhmm_valid(s->break_end) &&
	    s->open < s->break_start && s->break_start < s->break_end &&
	    s->break_end <= s->auction;
}

enum phase
session_phase(const struct session *s, hhmm at)
{
	if (!s->is_open || at < s->entry || at >= s->close)
		return PHASE_CLOSED;
	if (at < s->open)
		return PHASE_ENTRY;
	if (at >= s->auction)
		return PHASE_AUCTION;
	if (at >= s->break_start && at < s->break_end)
		return PHASE_CLOSED;
	return PHASE_CONTINUOUS;
}

hhmm
session_first_bar(const struct session *s, hhmm at)
{
	if (!s->is_open || at >= s->close)
		return -1;
	if (at < s->open)
		return s->open;
	if (at >= s->auction)
		return s->close;
	if (at >= s->break_start && at < s->break_end)
		return s->break_end;
	return at;
}

int
session_minutes(const struct session *s)
{
	if (!s->is_open)
		return 0;
	return hhmm_diff(s->auction, s->open) - break_minutes(s) + 1;
}

hhmm
session_minute(const struct session *s, int i)
{
	int n = session_minutes(s);
	hhmm at;

	assert(i >= 0 && i < n);
	if (i == n - 1)
		return s->close;
	at = hhmm_add(s->open, i);
	if (s->break_start != 0 && at >= s->break_start)
		at = hhmm_add(at, break_minutes(s));
	return at;
}

int
session_minute_index(const struct session *s, hhmm at)
{
	int i;

	if (!s->is_open || at < s->open)
		return -1;
	if (at >= s->auction)
		return at == s->close ? session_minutes(s) - 1 : -1;
	i = hhmm_diff(at, s->open);
	if (s->break_start == 0 || at < s->break_start)
		return i;
	return at < s->break_end ? -1 : i - break_minutes(s);
}

struct calendar {
	size_t n;
	struct session *row;
	int *opened; /* open sessions among the rows before i; n+1 */
};

struct calendar *
calendar_new(const struct session *row, size_t n)
{
	struct calendar *c = xmalloc(sizeof(*c));

	c->n = n;
	c->row = xcalloc(n + 1, sizeof(*c->row));
	c->opened = xcalloc(n + 1, sizeof(*c->opened));
	c->opened[0] = 0;
	for (size_t i = 0; i < n; i++) {
		assert(i == 0 || row[i - 1].date < row[i].date);
		c->row[i] = row[i];
		c->opened[i + 1] = c->opened[i] + (row[i].is_open ? 1 : 0);
	}
	return c;
}

void
calendar_free(struct calendar *c)
{
	if (c == NULL)
		return;
	free(c->row);
	free(c->opened);
	free(c);
}

/* Number of rows before d. */
static size_t
rows_before(const struct calendar *c, ymd d)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->row[mid].date < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct session *
calendar_day(const struct calendar *c, ymd d)
{
	size_t i = rows_before(c, d);

	return i < c->n && c->row[i].date == d ? &c->row[i] : NULL;
}

const struct session *
calendar_next(const struct calendar *c, ymd d)
{
	for (size_t i = rows_before(c, d + 1); i < c->n; i++) {
		if (c->row[i].is_open)
			return &c->row[i];
	}
	return NULL;
}

const struct session *
calendar_prev(const struct calendar *c, ymd d)
{
	for (size_t i = rows_before(c, d); i > 0; i--) {
		if (c->row[i - 1].is_open)
			return &c->row[i - 1];
	}
	return NULL;
}

int
calendar_count(const struct calendar *c, ymd from, ymd to)
{
	if (from > to)
		return 0;
	return c->opened[rows_before(c, to + 1)] -
	    c->opened[rows_before(c, from)];
}

ymd
calendar_last(const struct calendar *c)
{
	return c->n > 0 ? c->row[c->n - 1].date : 0;
}
