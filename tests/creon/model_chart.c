/*
 * model_chart.c - StockChart (5.4): days and minutes, newest first.
 *
 * What a client must know of it: columns are the fields in ascending order; a
 * minute is labelled by its end, but the closing auction's bar is 1530; the
 * bar of the running minute and that of the running day are among the rows;
 * an answer holds so many values at most; by count, `Continue` stays 1.
 */
#include "creon/model_inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

#define VALUES_MOST 20000 /* in one answer */
#define FIRST_DAY   19000101
#define FAR_DAYS    800 /* of minutes are kept */

/* ---- Today, as far as it has come ------------------------------------------- */

/* The running minute has opened, and that is all that is known of it. */
static int
add_running(struct model *m, const char *code, const struct session *s,
    struct bar_store *out, struct err *e)
{
	const struct price_source *src = &m->paper->env.source;
	hhmm now = clock_hhmm(&m->clock);
	struct bar_store next;
	struct bar b;
	int rc;

	if (session_phase(s, now) != PHASE_CONTINUOUS)
		return 0;
	bar_store_init(&next, true);
	rc = src->minutes(src->arg, code, s->date, now, now, &next, e);
	if (rc == 0 && next.n > 0) {
		b = (struct bar){ .date = s->date,
			.time = now,
			.open = next.open[0],
			.high = next.open[0],
			.low = next.open[0],
			.close = next.open[0],
			.volume = 1 };
		bar_store_add(out, &b);
	}
	bar_store_fini(&next);
	return rc;
}

int
model_today(
    struct model *m, const char *code, struct bar_store *minutes, struct err *e)
{
	ymd today = clock_ymd(&m->clock);
	const struct session *s = calendar_day(m->cal, today);

	if (s == NULL || !s->is_open)
		return 0;
	if (m->paper->ops->minute_bars(
		m->paper, code, today, 0, 2359, minutes, e) == -1)
		return -1;
	return add_running(m, code, s, minutes, e);
}

/* ---- What is asked for --------------------------------------------------------- */

struct chart {
	char code[CODE_SIZE];
	bool is_minutes, by_count;
	ymd from, to;
	int64_t count;
	int nfield, field[FIELDS_MOST];
	int rows_most, skip; /* of one answer; of earlier pages */
};

static bool
read_chart(struct model *m, const struct creon_request *r, struct chart *c)
{
	int span = in_char(r, 1, '2'), unit = in_char(r, 6, 'D');
	ymd today = clock_ymd(&m->clock);
	int values = VALUES_MOST;

	*c = (struct chart){ .is_minutes = unit == 'm',
		.by_count = span == '2',
		.to = (ymd)in_long(r, 2, 0),
		.from = (ymd)in_long(r, 3, FIRST_DAY),
		.count = in_long(r, 4, 0) };
	c->nfield = in_fields(r, 5, c->field);
	if (c->to == 0 || c->to > today)
		c->to = today;
	if (!in_code(m, r, 0, c->code) || c->nfield == 0 ||
	    (span != '1' && span != '2') || (unit != 'D' && unit != 'm') ||
	    in_long(r, 7, 1) != 1 || !ymd_valid(c->to) || !ymd_valid(c->from) ||
	    (c->by_count && c->count < 1))
		return false;
	trap_number(m->traps, "chart-values", VALUES_MOST, &values);
	c->rows_most = values / c->nfield - 1;
	if (c->by_count && c->count < c->rows_most)
		c->rows_most = (int)c->count;
	c->skip = r->page * c->rows_most;
	return true;
}

/* ---- Bars, oldest first ---------------------------------------------------------- */

static int
read_days(struct model *m, const struct chart *c, struct bar_store *out,
    struct err *e)
{
	ymd today = clock_ymd(&m->clock);
	struct bar_store minutes;
	struct bars w;
	struct bar b;
	int rc;

	if (m->paper->ops->daily_bars(m->paper, c->code,
		c->by_count ? FIRST_DAY : c->from, c->to, out, e) == -1)
		return -1;
	if (c->to < today || (out->n > 0 && out->date[out->n - 1] == today))
		return 0;
	bar_store_init(&minutes, true);
	rc = model_today(m, c->code, &minutes, e);
	w = bar_store_window(&minutes, 0, minutes.n);
	if (rc == 0 && bars_form_daily(&w, &b)) {
		b.date = today;
		b.time = 0;
		bar_store_add(out, &b);
	}
	bar_store_fini(&minutes);
	return rc;
}

/* One day's, as wide as the answer wants it. */
static int
read_minutes_of(struct model *m, const struct chart *c, ymd day,
    struct bar_store *out, struct err *e)
{
	if (day == clock_ymd(&m->clock))
		return model_today(m, c->code, out, e);
	return m->paper->ops->minute_bars(
	    m->paper, c->code, day, 0, 2359, out, e);
}

/* From the first day that this page and those before it need. */
static int
read_minutes(struct model *m, const struct chart *c, struct bar_store *out,
    struct err *e)
{
	ymd first = c->from, oldest = ymd_add(c->to, -FAR_DAYS);
	struct bar_store count;
	int want = c->skip + c->rows_most + 1, rc = 0;

	bar_store_init(&count, true);
	if (c->by_count)
		for (first = c->to; rc == 0 && count.n < want && first > oldest;
		     first = ymd_add(first, -1))
			rc = read_minutes_of(m, c, first, &count, e);
	bar_store_fini(&count);
	if (first < oldest)
		first = oldest;
	for (ymd d = first; rc == 0 && d <= c->to; d = ymd_add(d, 1))
		rc = read_minutes_of(m, c, d, out, e);
	return rc;
}

/* ---- Rows --------------------------------------------------------------------- */

/* By its end; the closing price is made at its own minute. */
static hhmm
label_of(const struct model *m, ymd day, hhmm first)
{
	const struct session *s = calendar_day(m->cal, day);

	return s != NULL && first == s->close ? first : hhmm_add(first, 1);
}

static struct com_value
field_value(const struct model *m, int field, const struct bar_store *b, int i)
{
	switch (field) {
	case 0:
		return com_ulong(b->date[i]);
	case 1:
		return com_long(
		    b->has_time ? label_of(m, b->date[i], b->time[i]) : 0);
	case 2:
		return com_long(b->open[i]);
	case 3:
		return com_long(b->high[i]);
	case 4:
		return com_long(b->low[i]);
	case 5:
		return com_long(b->close[i]);
	case 8:
		return creon_ulonglong(b->volume[i]);
	case 9:
		return creon_ulonglong(
		    b->volume[i] * b->close[i] / 10000 * 10000);
	default:
		return com_long(0);
	}
}

static void
add_row(const struct model *m, const struct chart *c, const struct bar_store *b,
    int i, struct creon_answer *a)
{
	bool is_halted = !c->is_minutes &&
	    trap_strikes(m->traps, "day-halted", NULL, 0);

	answer_row(a);
	for (int k = 0; k < c->nfield; k++) {
		int field = c->field[k];
		bool is_none = is_halted && field >= 2 && field != 5;

		answer_cell(
		    a, k, is_none ? com_long(0) : field_value(m, field, b, i));
	}
}

static void
add_rows(struct model *m, const struct chart *c, const struct bar_store *b,
    struct creon_answer *a)
{
	int last = b->n - 1 - c->skip;

	for (int k = 0; k < c->rows_most && last - k >= 0; k++)
		add_row(m, c, b, last - k, a);
	a->more = last - c->rows_most >= 0;
	if (a->nrow > 0 && !c->is_minutes &&
	    trap_strikes(m->traps, "day-twice", NULL, 0))
		add_row(m, c, b, last - a->nrow + 1, a);
}

int
model_chart(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct bar_store bars;
	struct chart c;
	int rc;

	if (!read_chart(m, r, &c))
		return model_refuse(a, "입력값을 확인하여 주십시오");
	bar_store_init(&bars, c.is_minutes);
	rc = c.is_minutes ? read_minutes(m, &c, &bars, e) :
			    read_days(m, &c, &bars, e);
	if (rc == 0) {
		answer_init(a, c.nfield);
		add_rows(m, &c, &bars, a);
		answer_header(a, 0, code_text(m, c.code));
		answer_header(a, 1, com_short(c.nfield));
		answer_header(a, 3, com_long(a->nrow));
		answer_header(a, 5, com_long(clock_ymd(&m->clock)));
	}
	bar_store_fini(&bars);
	return rc;
}
