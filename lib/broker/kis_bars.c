/*
 * kis_bars.c - bars of days and minutes, page by page.
 *
 * Pages go backwards in time and have no cursor: the next one ends before the
 * oldest row of the last.  Pages overlap where the firm rounds, so what was
 * read is sorted and taken once.  A page of minutes that is empty is stepped
 * over, for a stock may not trade for longer than a page; an empty page of days
 * ends them, as before a listing, and a gap between days is asked for again
 * and told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

#define FIRST_DAY   19800104 /* there are no stocks' days before it */
#define PAGES_MOST  200
#define GAPS_MOST   5
#define MINUTE_STEP 30 /* minutes; also the rows of a page of today */

/* ---- In order ------------------------------------------------------------------- */

static struct bar
bar_at(const struct bar_store *s, int i)
{
	return (struct bar){ s->date[i], s->has_time ? s->time[i] : 0,
		s->open[i], s->high[i], s->low[i], s->close[i], s->volume[i] };
}

static int
by_time(const void *pa, const void *pb)
{
	const struct bar *a = pa, *b = pb;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	return (a->time > b->time) - (a->time < b->time);
}

/* Oldest first, each once. */
static void
append_sorted(const struct bar_store *got, struct bar_store *out)
{
	struct bar *bar = xcalloc((size_t)got->n + 1, sizeof(*bar));

	for (int i = 0; i < got->n; i++)
		bar[i] = bar_at(got, i);
	qsort(bar, (size_t)got->n, sizeof(*bar), by_time);
	for (int i = 0; i < got->n; i++)
		if (i == 0 || by_time(&bar[i - 1], &bar[i]) != 0)
			bar_store_add(out, &bar[i]);
	free(bar);
}

/* ---- Days ----------------------------------------------------------------------- */

/* One page of days that end at `to`; *oldest as kis_parse_days says. */
static int
page_of_days(struct kis *k, const char *code, ymd from, ymd to,
    struct bar_store *out, ymd *oldest, struct err *e)
{
	char symbol[CODE_SIZE], first[16], last[16];
	const struct kis_param p[] = {
		{ "FID_COND_MRKT_DIV_CODE", "J" },
		{ "FID_INPUT_ISCD", kis_code(k, code, symbol) },
		{ "FID_INPUT_DATE_1", first }, { "FID_INPUT_DATE_2", last },
		{ "FID_PERIOD_DIV_CODE", "D" },
		{ "FID_ORG_ADJ_PRC", "0" }, /* on the newest basis */
	};
	struct kis_reply r;
	int rc;

	snprintf(first, sizeof(first), "%d", from);
	snprintf(last, sizeof(last), "%d", to);
	if (kis_get(k, KIS_DAYS, p, NELEM(p), "", &r, e) == -1)
		return -1;
	*oldest = 0;
	rc = r.verdict == KIS_NOTHING ?
	    0 :
	    kis_parsed(k, kis_parse_days(r.doc, from, to, out, oldest, e), e);
	kis_reply_free(&r);
	return rc;
}

/* From `to` backwards until `from`, or until a page is empty: before its
 * listing a stock has no days. */
static int
read_days(struct kis *k, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	for (int i = 0; i < PAGES_MOST && to >= from; i++) {
		ymd oldest;

		if (page_of_days(k, code, from, to, out, &oldest, e) == -1)
			return -1;
		if (oldest <= from || oldest > to)
			return 0;
		to = ymd_add(oldest, -1);
	}
	return 0;
}

/* A span in which there should be bars and are none, and `others` like it. */
static void
tell_gap(struct kis *k, const char *code, ymd from, ymd to, int others)
{
	int n = calendar_count(k->br->env.cal, from, to);
	char more[40] = "";

	if (others > 0)
		snprintf(more, sizeof(more), "; nor in %d other gap%s", others,
		    others == 1 ? "" : "s");
	if (n > 0)
		log_warn("kis: %s: no daily bars from %d to %d, in which the"
			 " calendar has %d session%s%s",
		    code, from, to, n, n == 1 ? "" : "s", more);
}

/* Sessions between two bars that have none: asked for once more, and told if
 * there are none still. */
static int
repair_days(struct kis *k, const char *code, const struct bar_store *sorted,
    struct bar_store *more, struct err *e)
{
	const struct calendar *cal = k->br->env.cal;
	ymd first = 0, last = 0;
	int gaps = 0, empty = 0;

	for (int i = 1; i < sorted->n && gaps < GAPS_MOST; i++) {
		ymd from = ymd_add(sorted->date[i - 1], 1);
		ymd to = ymd_add(sorted->date[i], -1);
		int had;

		if (from > to || calendar_count(cal, from, to) == 0)
			continue;
		gaps++;
		had = more->n;
		if (read_days(k, code, from, to, more, e) == -1)
			return -1;
		if (more->n > had)
			continue;
		if (empty++ == 0) {
			first = from;
			last = to;
		}
	}
	if (empty > 0)
		tell_gap(k, code, first, last, empty - 1);
	return 0;
}

/* Where history ends: before its listing a stock has no days. */
static void
tell_begin(struct kis *k, const char *code, ymd from, ymd to,
    const struct bar_store *b)
{
	if (b->n == 0)
		tell_gap(k, code, from, to, 0);
	else if (calendar_count(k->br->env.cal, from, ymd_add(b->date[0], -1)) >
	    0)
		log_info("kis: %s: the daily bars begin at %d: not listed"
			 " before, or not kept",
		    code, b->date[0]);
}

int
kis_daily_bars(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	struct bar_store got, sorted;
	int rc;

	if (from < FIRST_DAY)
		from = FIRST_DAY;
	bar_store_init(&got, false);
	bar_store_init(&sorted, false);
	rc = read_days(br->self, code, from, to, &got, e);
	if (rc == 0) {
		append_sorted(&got, &sorted);
		tell_begin(br->self, code, from, to, &sorted);
		rc = repair_days(br->self, code, &sorted, &got, e);
	}
	if (rc == 0)
		append_sorted(&got, out);
	bar_store_fini(&got);
	bar_store_fini(&sorted);
	return rc;
}

/* ---- Minutes -------------------------------------------------------------------- */

static int
page_of_minutes(struct kis *k, const char *code, ymd day, hhmm from, hhmm to,
    hhmm last, struct bar_store *out, hhmm *oldest, struct err *e)
{
	char symbol[CODE_SIZE], date[16], hour[16];
	bool is_today = day == clock_ymd(k->br->env.clock);
	const struct kis_param today[] = {
		{ "FID_COND_MRKT_DIV_CODE", "J" },
		{ "FID_INPUT_ISCD", symbol },
		{ "FID_INPUT_HOUR_1", hour },
		{ "FID_PW_DATA_INCU_YN", "N" },
		{ "FID_ETC_CLS_CODE", "" },
	};
	const struct kis_param past[] = {
		{ "FID_COND_MRKT_DIV_CODE", "J" },
		{ "FID_INPUT_ISCD", symbol },
		{ "FID_INPUT_HOUR_1", hour },
		{ "FID_INPUT_DATE_1", date },
		{ "FID_PW_DATA_INCU_YN", "N" },
		{ "FID_FAKE_TICK_INCU_YN", "" },
	};
	struct kis_reply r;
	int rc;

	kis_code(k, code, symbol);
	snprintf(date, sizeof(date), "%d", day);
	snprintf(hour, sizeof(hour), "%04d00", last);
	rc = is_today ?
	    kis_get(k, KIS_MINUTES, today, NELEM(today), "", &r, e) :
	    kis_get(k, KIS_MINUTES_PAST, past, NELEM(past), "", &r, e);
	if (rc == -1)
		return -1;
	*oldest = 0;
	rc = r.verdict == KIS_NOTHING ?
	    0 :
	    kis_parsed(
		k, kis_parse_minutes(r.doc, day, from, to, out, oldest, e), e);
	kis_reply_free(&r);
	return rc;
}

/* The last label that is complete now. */
static hhmm
last_known(const struct broker *br, ymd day, const struct session *s)
{
	hhmm now = clock_hhmm(br->env.clock);

	if (day != clock_ymd(br->env.clock) || (s != NULL && now > s->close))
		return s != NULL ? s->close : 1530;
	return now > 0 ? hhmm_add(now, -1) : 0;
}

int
kis_minute_bars(struct broker *br, const char *code, ymd day, hhmm from,
    hhmm to, struct bar_store *out, struct err *e)
{
	const struct session *s = calendar_day(br->env.cal, day);
	hhmm known = last_known(br, day, s), open = s != NULL ? s->open : 900;
	struct bar_store got;
	int rc = 0;

	if (day > clock_ymd(br->env.clock))
		return 0;
	if (to > known)
		to = known;
	if (from < open)
		from = open;
	bar_store_init(&got, true);
	for (hhmm last = to; last >= from;) {
		hhmm oldest;

		rc = page_of_minutes(
		    br->self, code, day, from, to, last, &got, &oldest, e);
		if (rc == -1)
			break;
		if (oldest == 0 || oldest > last)
			oldest = hhmm_diff(last, open) > MINUTE_STEP ?
			    hhmm_add(last, -MINUTE_STEP) :
			    open;
		if (oldest <= from)
			break;
		last = hhmm_add(oldest, -1);
	}
	if (rc == 0 && got.n == 0 && day != clock_ymd(br->env.clock))
		log_info("kis: %s: no minute bars of %d: not traded, or not"
			 " kept",
		    code, day);
	if (rc == 0)
		append_sorted(&got, out);
	bar_store_fini(&got);
	return rc;
}
