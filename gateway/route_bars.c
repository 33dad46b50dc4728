/*
 * route_bars.c - GET /v1/bars/day and /v1/bars/minute, from StockChart.
 *
 * Row 0 is the newest, and a long answer comes in pages that go back in time.
 * So a bar that moves from one page into the next while we ask (a minute has
 * passed) shows as one that is not older than the last, and is left out.
 *
 * By period, `Continue` says whether there is more.  A page that brings nothing
 * new and says there is more is neither more nor the end: an error, for who
 * takes it for the end has lost history and does not know.  By count,
 * `Continue` is 1 whatever there is, so the same may be the end; the answer
 * then says that it is not known to be complete.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/query.h"

#define FIELDS_MOST 8
#define BARS_MOST   200000 /* of an answer: two years of minutes */
#define COUNT_MOST  5000

/* Fields, ascending: date, (time,) open, high, low, close, volume, value. */
static const int day_field[] = { 0, 2, 3, 4, 5, 8, 9 };
static const int minute_field[] = { 0, 1, 2, 3, 4, 5, 8, 9 };

static const int header[] = { 3 };
static const int column[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

struct bar {
	int64_t v[FIELDS_MOST]; /* as the fields */
};

struct bars {
	char code[CODE_SIZE];
	bool is_minute, is_raw;
	int64_t from, to, count; /* count 0: by period */
	struct dib *dib;
	struct dib_want want;
	struct bar *bar; /* newest first */
	int n, cap;
	bool is_over; /* nothing more is to be asked */
	bool is_cut;  /* by count: fewer came, and CREON did not say why */
};

static void
bars_fini(struct job *j)
{
	struct bars *b = j->arg;

	dib_free(b->dib);
	free(b->bar);
	free(b);
}

static bool
begin(struct job *j, struct session *s, struct bars *b)
{
	const int *field = b->is_minute ? minute_field : day_field;
	int n = b->is_minute ? NELEM(minute_field) : NELEM(day_field);
	struct dib *d;
	char spelt[16];

	if (query_spell(j, s, b->code, spelt) == -1)
		return false;
	b->want = (struct dib_want){ header, 1, column, n, 0 };
	d = b->dib = query_object(j, "CpSysDib.StockChart");
	if (d == NULL || !query_put(j, d, 0, com_text(spelt)) ||
	    !query_put(j, d, 1, com_char(b->count > 0 ? '2' : '1')) ||
	    !query_put(j, d, 2, com_ulong(b->to)))
		return false;
	if (b->count > 0 ? !query_put(j, d, 4, com_ulong(b->count)) :
			   !query_put(j, d, 3, com_ulong(b->from)))
		return false;
	return query_put(j, d, 5, com_longs(field, n)) &&
	    query_put(j, d, 6, com_char(b->is_minute ? 'm' : 'D')) &&
	    query_put(j, d, 7, com_short(1)) &&
	    query_put(j, d, 9, com_char(b->is_raw ? '0' : '1'));
}

/* Later than; days alone, or days and minutes. */
static bool
is_older(const struct bars *b, const struct bar *a, const struct bar *than)
{
	if (a->v[0] != than->v[0])
		return a->v[0] < than->v[0];
	return b->is_minute && a->v[1] < than->v[1];
}

static bool
bar_row(struct job *j, struct bars *b, const struct dib_answer *a, int row)
{
	struct bar one = { 0 };

	for (int c = 0; c < b->want.n_columns; c++)
		if (!com_has_int(dib_cell(a, row, c), &one.v[c]) ||
		    one.v[c] < 0)
			return query_failed(
			    j, "StockChart: a row that is no bar");
	if (one.v[0] > INT32_MAX || !ymd_valid((ymd)one.v[0]) ||
	    (b->is_minute && (one.v[1] > 2359 || !hhmm_valid((hhmm)one.v[1]))))
		return query_failed(j, "StockChart: a bar without a date");
	/* Doubles, and days beside the period, are seen. */
	if (b->n > 0 && !is_older(b, &one, &b->bar[b->n - 1]))
		return true;
	if (b->count == 0 && one.v[0] < b->from)
		b->is_over = true;
	if (b->is_over || (b->count == 0 && one.v[0] > b->to))
		return true;
	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 512 : 2 * b->cap;
		b->bar = xrealloc(b->bar, (size_t)b->cap, sizeof(*b->bar));
	}
	b->bar[b->n++] = one;
	if (b->count > 0 && b->n == b->count)
		b->is_over = true; /* `Continue` stays 1 all the same */
	return true;
}

/* A part must not pass for the whole. */
static bool
has_too_many(struct job *j, const struct bars *b)
{
	if (b->n <= BARS_MOST)
		return false;
	reply_fail(&j->reply, REPLY_TOO_LARGE,
	    "more than %d bars: ask for fewer days", BARS_MOST);
	return true;
}

static void
answer(struct job *j, const struct bars *b)
{
	struct json *v = json_new_map(), *list = json_new_list(), *bar;

	json_put_text(v, "code", b->code);
	for (int i = b->n - 1; i >= 0; i--) {
		bar = json_new_list();
		for (int c = 0; c < b->want.n_columns; c++)
			json_add_int(bar, b->bar[i].v[c]);
		json_add(list, bar);
	}
	json_put(v, "bars", list);
	json_put_bool(v, "complete", !b->is_cut);
	reply_good(&j->reply, v);
}

/* The rows of a page, and what it means for the next; false: the reply says
 * why it is no answer. */
static bool
take_page(struct job *j, struct bars *b, const struct dib_answer *a)
{
	int before = b->n;

	for (int i = 0; i < a->n_rows && !b->is_over; i++)
		if (!bar_row(j, b, a, i))
			return false;
	if (has_too_many(j, b))
		return false;
	if (b->is_over || (a->more && b->n > before))
		return true;
	b->is_over = true;
	b->is_cut = a->more;
	return !b->is_cut || b->count > 0 || query_stuck(j, b->dib);
}

static enum step
bars_step(struct job *j, struct session *s)
{
	struct bars *b = j->arg;
	struct dib_answer a;
	enum step step;
	bool is_good;

	if (b->dib == NULL && !query_may_ask(j, s, LIMIT_QUOTE, &step))
		return step;
	if (b->dib == NULL && !begin(j, s, b))
		return STEP_DONE;
	if (!query_request(j, s, LIMIT_QUOTE, b->dib, &b->want, &a, &step))
		return step;
	is_good = take_page(j, b, &a);
	dib_answer_fini(&a);
	if (is_good && !b->is_over)
		return STEP_MORE;
	if (is_good)
		answer(j, b);
	return STEP_DONE;
}

/* from and to, or count. */
static int
parse(const struct request *q, struct bars *b, struct reply *r)
{
	bool has_period = request_param(q, "from") != NULL &&
	    request_param(q, "to") != NULL;
	bool has_count = request_param(q, "count") != NULL;
	int64_t adjusted;

	if (request_code(q, b->code, r) == -1 ||
	    request_int(q, "from", 19000101, 29991231, 0, &b->from, r) == -1 ||
	    request_int(q, "to", 19000101, 29991231, 0, &b->to, r) == -1 ||
	    request_int(q, "count", 1, COUNT_MOST, 0, &b->count, r) == -1 ||
	    request_int(q, "adjusted", 0, 1, 1, &adjusted, r) == -1)
		return -1;
	b->is_raw = adjusted == 0;
	if (has_count != has_period &&
	    (has_period ||
		(request_param(q, "from") == NULL &&
		    request_param(q, "to") == NULL)) &&
	    (!has_period ||
		(ymd_valid((ymd)b->from) && ymd_valid((ymd)b->to) &&
		    b->from <= b->to)))
		return 0;
	reply_fail(r, REPLY_BAD_REQUEST,
	    "give two days in order, from and to, or a count");
	return -1;
}

static void
ask_bars(
    struct gateway *g, const struct request *q, struct reply *r, bool is_minute)
{
	struct bars *b = xcalloc(1, sizeof(*b));

	b->is_minute = is_minute;
	if (parse(q, b, r) == -1)
		free(b);
	else
		run_query(g, q, r, is_minute ? "minute bars" : "daily bars",
		    bars_step, bars_fini, b);
}

void
route_days(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_bars(g, q, r, false);
}

void
route_minutes(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_bars(g, q, r, true);
}
