/*
 * market.c - stocks and their prices as they are at the market's time.
 *
 * Everything comes through the paper broker, which cuts it off at now.
 */
#include "sandbox/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/code.h"
#include "broker/paper.h"

#define RECENT 30 /* days in which a stock that is not listed has traded */

static int
by_code(const void *a, const void *b)
{
	const struct broker_stock *x = a, *y = b;

	return strcmp(x->code, y->code);
}

static const struct broker_stock *
find(const struct sandbox *sb, const char *code)
{
	struct broker_stock key = { .leverage = 0 };

	memcpy(key.code, code, CODE_SIZE);
	return sb->stocks.n == 0 ?
	    NULL :
	    bsearch(&key, sb->stocks.item, (size_t)sb->stocks.n, sizeof(key),
		by_code);
}

int
market_reread(struct sandbox *sb, struct err *e)
{
	sb->stocks.n = 0;
	if (sb->paper->ops->stocks(sb->paper, &sb->stocks, e) == -1)
		return -1;
	if (sb->stocks.n > 0)
		qsort(sb->stocks.item, (size_t)sb->stocks.n,
		    sizeof(*sb->stocks.item), by_code);
	return 0;
}

/* One that is in no list, but has prices of late?  1, 0, -1. */
static int
has_traded(struct sandbox *sb, const char *code, struct err *e)
{
	const struct price_source *src = &sb->paper->env.source;
	ymd today = clock_ymd(&sb->clock);
	struct bar_store days;
	int rc;

	bar_store_init(&days, false);
	rc = src->days(
	    src->arg, code, ymd_add(today, -RECENT), today, &days, e);
	if (rc == 0)
		rc = days.n > 0;
	bar_store_fini(&days);
	return rc;
}

static int
look_up(struct sandbox *sb, const char *code, struct view *v, struct err *e)
{
	const struct price_source *src = &sb->paper->env.source;
	const struct broker_stock *s = find(sb, code);
	int rc;

	if (s == NULL && market_reread(sb, e) == -1)
		return -1;
	if (s == NULL)
		s = find(sb, code);
	v->is_known = s != NULL;
	if (s != NULL) {
		v->stock = *s;
		return 0;
	}
	memcpy(v->stock.code, code, CODE_SIZE);
	memcpy(v->stock.name, code, CODE_SIZE);
	if ((rc = has_traded(sb, code, e)) == -1)
		return -1;
	v->is_known = rc == 1;
	return src->kind(src->arg, code, &v->stock.kind, &v->stock.leverage, e);
}

/* ---- The feed ---------------------------------------------------------------- */

/* A request asks for a stock's minutes again and again: its quote, its day so
 * far, the page.  All of it is in the first answer. */
static int
feed_minutes(void *arg, const char *code, ymd day, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	struct sandbox *sb = arg;
	struct minutes *m = &sb->minutes;
	bool is_it = m->is_kept && m->day == day && strcmp(m->code, code) == 0;

	if (!m->is_kept || (from > 0 && (!is_it || to > m->to)))
		return sb->feed.minutes(
		    sb->feed.arg, code, day, from, to, out, e);
	if (!is_it || to > m->to) {
		m->day = 0;
		bar_store_clear(&m->bars);
		if (sb->feed.minutes(
			sb->feed.arg, code, day, 0, to, &m->bars, e) == -1)
			return -1;
		snprintf(m->code, sizeof(m->code), "%s", code);
		m->day = day;
		m->to = to;
	}
	for (int i = 0; i < m->bars.n; i++) {
		struct bar b = bar_store_at(&m->bars, i);

		if (b.time >= from && b.time <= to)
			bar_store_add(out, &b);
	}
	return 0;
}

static int
feed_days(void *arg, const char *code, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	const struct price_source *f = &((struct sandbox *)arg)->feed;

	return f->days(f->arg, code, from, to, out, e);
}

static int
feed_stocks(void *arg, struct broker_stocks *out, struct err *e)
{
	const struct price_source *f = &((struct sandbox *)arg)->feed;

	return f->stocks(f->arg, out, e);
}

static int
feed_kind(
    void *arg, const char *code, enum kind *kind, int *leverage, struct err *e)
{
	const struct price_source *f = &((struct sandbox *)arg)->feed;

	return f->kind(f->arg, code, kind, leverage, e);
}

struct price_source
market_feed(struct sandbox *sb)
{
	return (struct price_source){ sb, feed_minutes, feed_days, feed_stocks,
		feed_kind };
}

void
market_keep(struct sandbox *sb, bool is_kept)
{
	sb->minutes.is_kept = is_kept;
	sb->minutes.day = 0;
}

/* ---- A stock now --------------------------------------------------------------- */

/* Today's bar so far, and what was traded. */
static int
form_day(struct sandbox *sb, const char *code, struct view *v, struct err *e)
{
	struct bar_store m;
	struct bars w;
	int rc;

	bar_store_init(&m, true);
	rc = sb->paper->ops->minute_bars(
	    sb->paper, code, clock_ymd(&sb->clock), 0, 2359, &m, e);
	w = bar_store_window(&m, 0, m.n);
	if (rc == 0)
		bars_form_daily(&w, &v->day);
	for (int i = 0; i < m.n; i++)
		v->value += m.close[i] * m.volume[i];
	bar_store_fini(&m);
	return rc;
}

int
market_view(struct sandbox *sb, const char *code, struct view *v, struct err *e)
{
	*v = (struct view){ .is_known = false };
	memcpy(v->q.code, code, CODE_SIZE);
	if (look_up(sb, code, v, e) == -1 ||
	    sb->paper->ops->quotes(sb->paper, &v->q, 1, e) == -1 ||
	    form_day(sb, code, v, e) == -1)
		return -1;
	v->is_designated = paper_is_designated(sb->paper, code);
	v->price = v->q.last > 0 ? v->q.last : v->q.base;
	return 0;
}

bool
market_code(const char *text, char code[static CODE_SIZE])
{
	size_t n = strlen(text);

	/* An ETN has a Q in front of it, and lists of codes an A. */
	if (n == 7 && (text[0] == 'Q' || text[0] == 'A')) {
		text++;
		n--;
	}
	memset(code, 0, CODE_SIZE);
	if (n != 6 || !code_valid(text))
		return false;
	memcpy(code, text, 6);
	return true;
}

int
market_sign(const struct view *v, won price)
{
	if (v->q.upper > 0 && price >= v->q.upper)
		return 1;
	if (v->q.lower > 0 && price <= v->q.lower)
		return 4;
	return price > v->q.base ? 2 : price < v->q.base ? 5 : 3;
}

const struct session *
market_session(const struct sandbox *sb)
{
	const struct calendar *cal = sb->paper->env.cal;
	const struct session *ses = cal == NULL ?
	    NULL :
	    calendar_day(cal, clock_ymd(&sb->clock));

	return ses != NULL && ses->is_open ? ses : NULL;
}
