/*
 * krx_calendar.c - every day of the Korea Exchange, from holidays, special
 * hours and the history of the regular ones.
 *
 * A weekday is a session unless it is a holiday.  Saturdays had sessions of
 * half a day until 1998-12-05; the tables leave them out, and so they are
 * closed here.  A special day that falls on such a Saturday (1998-01-03) has
 * no effect.
 *
 * Orders for the opening auction are taken from half an hour before the open,
 * and the closing auction collects for ten minutes, also on days that begin
 * late.  (Until 2019-04-28 orders were taken for an hour; half of it is used
 * throughout, since programs send in its last minutes anyway.)
 *
 * The reader below splits plain fields, without quoting: the tables are part
 * of the program.  CSV from outside is read by base/csv.c.
 */
#include "market/krx_calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

static const struct auctions {
	ymd from;
	int entry_before_open; /* minutes */
	int auction_before_close;
} auctions[] = {
	/* newest first */
	{ 0, 30, 10 },
};

/* Hours, from a day on or of one day. */
struct hours {
	ymd date;
	hhmm open, close, break_start, break_end;
};

struct table {
	struct hours *row;
	size_t n;
};

#define FIELD_MAX 128

/* Copy the field at *p into buf and step over it and its comma. */
static void
next_field(const char **p, char *buf)
{
	size_t n = strcspn(*p, ",\r\n");
	size_t keep = n < FIELD_MAX ? n : FIELD_MAX - 1;

	memcpy(buf, *p, keep);
	buf[keep] = '\0';
	*p += n;
	if (**p == ',')
		(*p)++;
}

static int
next_hhmm(const char **p, bool may_be_empty, hhmm *out)
{
	char buf[FIELD_MAX];

	next_field(p, buf);
	if (may_be_empty && buf[0] == '\0') {
		*out = 0;
		return 0;
	}
	return hhmm_parse(buf, out);
}

static bool
hours_in_order(const struct hours *h)
{
	if (h->break_start == 0 && h->break_end == 0)
		return h->open < h->close;
	return h->open < h->break_start && h->break_start < h->break_end &&
	    h->break_end < h->close;
}

/* One line: a date and, where wanted, the hours that follow it. */
static int
read_row(const char *p, bool has_hours, struct hours *out)
{
	char buf[FIELD_MAX];

	memset(out, 0, sizeof(*out));
	next_field(&p, buf);
	if (ymd_parse(buf, &out->date) == -1)
		return -1;
	if (!has_hours)
		return 0;
	if (next_hhmm(&p, false, &out->open) == -1 ||
	    next_hhmm(&p, false, &out->close) == -1 ||
	    next_hhmm(&p, true, &out->break_start) == -1 ||
	    next_hhmm(&p, true, &out->break_end) == -1)
		return -1;
	return hours_in_order(out) ? 0 : -1;
}

/* All lines after the header; dates must ascend. */
static int
read_table(const char *name, const char *text, bool has_hours, struct table *t,
    struct err *e)
{
	size_t cap = 0;
	int line = 1;

	for (const char *p = strchr(text, '\n'); p != NULL && p[1] != '\0';
	     p = strchr(p, '\n')) {
		p++;
		line++;
		if (t->n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			t->row = xrealloc(t->row, cap, sizeof(*t->row));
		}
		if (read_row(p, has_hours, &t->row[t->n]) == -1)
			return err_set(e, E_DATA,
			    "%s:%d: not a row of the calendar", name, line);
		if (t->n > 0 && t->row[t->n - 1].date >= t->row[t->n].date)
			return err_set(e, E_DATA,
			    "%s:%d: the date is not after the one before it",
			    name, line);
		t->n++;
	}
	if (t->n == 0)
		return err_set(e, E_DATA, "%s: no rows", name);
	return 0;
}

/* Step *i to the last row with date <= d; NULL where there is none. */
static const struct hours *
row_until(const struct table *t, size_t *i, ymd d)
{
	while (*i < t->n && t->row[*i].date <= d)
		(*i)++;
	return *i > 0 ? &t->row[*i - 1] : NULL;
}

/* Step *i to the row of d itself; NULL where there is none. */
static const struct hours *
row_at(const struct table *t, size_t *i, ymd d)
{
	const struct hours *h = row_until(t, i, d);

	return h != NULL && h->date == d ? h : NULL;
}

/* False where the hours leave no room for the auctions. */
static bool
open_session(struct session *s, const struct hours *h)
{
	const struct auctions *a = auctions;

	while (s->date < a->from)
		a++;
	if (hhmm_diff(h->open, 0) < a->entry_before_open)
		return false;
	s->is_open = true;
	s->entry = hhmm_add(h->open, -a->entry_before_open);
	s->open = h->open;
	s->break_start = h->break_start;
	s->break_end = h->break_end;
	s->auction = hhmm_add(h->close, -a->auction_before_close);
	s->close = h->close;
	return session_valid(s);
}

static struct session *
build(const struct table *closed, const struct table *special,
    const struct table *regular, size_t *n, struct err *e)
{
	ymd first = closed->row[0].date / 10000 * 10000 + 101;
	ymd last = closed->row[closed->n - 1].date / 10000 * 10000 + 1231;
	int days = ymd_diff(last, first) + 1;
	struct session *row = xcalloc((size_t)days, sizeof(*row));
	size_t ci = 0, si = 0, ri = 0;
	ymd d = first;

	for (int i = 0; i < days; i++, d = ymd_add(d, 1)) {
		const struct hours *h = row_until(regular, &ri, d);
		const struct hours *own = row_at(special, &si, d);
		bool is_holiday = row_at(closed, &ci, d) != NULL;

		row[i].date = d;
		if (is_holiday || ymd_weekday(d) >= 5)
			continue;
		if (h == NULL && own == NULL) {
			err_set(e, E_DATA, "no regular hours for %d", (int)d);
			free(row);
			return NULL;
		}
		if (!open_session(&row[i], own != NULL ? own : h)) {
			err_set(e, E_DATA, "no room for the auctions of %d",
			    (int)d);
			free(row);
			return NULL;
		}
	}
	*n = (size_t)days;
	return row;
}

struct session *
krx_calendar(const char *holidays, const char *special_hours,
    const char *session_history, size_t *n, struct err *e)
{
	struct table closed = { 0 }, special = { 0 }, regular = { 0 };
	struct session *row = NULL;

	if (read_table("holidays", holidays, false, &closed, e) == 0 &&
	    read_table("special hours", special_hours, true, &special, e) ==
		0 &&
	    read_table("session history", session_history, true, &regular, e) ==
		0)
		row = build(&closed, &special, &regular, n, e);
	free(closed.row);
	free(special.row);
	free(regular.row);
	return row;
}

struct calendar *
krx_calendar_new(const char *holidays, const char *special_hours,
    const char *session_history, struct err *e)
{
	struct calendar *c;
	size_t n;
	struct session *row = krx_calendar(
	    holidays, special_hours, session_history, &n, e);

	if (row == NULL)
		return NULL;
	c = calendar_new(row, n);
	free(row);
	return c;
}
