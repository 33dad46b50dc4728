/*
 * bars.c - charts: days, weeks, months, years; minutes of today and before.
 *
 * Newest first, at most so many rows, no cursor: the client moves the bound.
 * With the firm's own traps: today's bar moves, the minute that is not over
 * is there with the volume of the one before, and a bound in the future is
 * filled with flat minutes.
 */
#include "sandbox/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

#define DONE_CODE   "MCA00000"
#define DONE        "정상처리 되었습니다."
#define DAY_ROWS    100
#define RECENT_ROWS 30
#define RECENT_DAYS 1000 /* enough for thirty months */
#define TODAY_ROWS  30
#define PAST_ROWS   120
#define BACK_DAYS   30 /* how far minutes "with the past" reach */

/* The stock asked for.  false: answered. */
static bool
stock_of(struct call *c, struct view *v)
{
	char code[CODE_SIZE];
	struct err e;

	if (!market_code(call_param(c, "FID_INPUT_ISCD"), code)) {
		reply_refuse(c, "1", "MCA05918", "종목코드 오류입니다.");
		return false;
	}
	if (market_view(c->sb, code, v, &e) == -1) {
		reply_broken(c, &e);
		return false;
	}
	return true;
}

/* What both kinds of chart say of the stock; the call's `output1`. */
static struct json *
put_summary(struct call *c, const struct view *v)
{
	struct json *m = json_new_map();

	put_won(m, "prdy_vrss", v->price - v->q.base);
	put(m, "prdy_vrss_sign", "%d", market_sign(v, v->price));
	put_ratio(m, "prdy_ctrt", 100 * (v->price - v->q.base), v->q.base, 2);
	put_won(m, "stck_prdy_clpr", v->q.base);
	put_won(m, "acml_vol", v->q.volume);
	put_won(m, "acml_tr_pbmn", v->value);
	json_put_text(m, "hts_kor_isnm", v->stock.name);
	put_won(m, "stck_prpr", v->price);
	json_put(c->doc, "output1", m);
	return m;
}

/* And that of days, more; `days` are those of the range. */
static void
put_day_summary(
    struct call *c, const struct view *v, const struct bar_store *days)
{
	static const char *const zero[] = { "stck_fcam", "lstn_stcn", "cpfn",
		"hts_avls", "eps" };
	static const char *const rate[] = { "vol_tnrt", "per", "pbr",
		"itewhol_loan_rmnd_ratem" };
	struct json *m = put_summary(c, v);
	struct bar before = { .volume = 0 };

	for (int i = days->n - 1; i >= 0 && before.date == 0; i--)
		if (days->date[i] < clock_ymd(&c->sb->clock))
			before = bar_store_at(days, i);
	json_put_text(m, "stck_shrn_iscd", v->stock.code);
	put_won(m, "prdy_vol", before.volume);
	put_won(m, "stck_oprc", v->day.open);
	put_won(m, "stck_hgpr", v->day.high);
	put_won(m, "stck_lwpr", v->day.low);
	put_won(m, "stck_mxpr", v->q.upper);
	put_won(m, "stck_llam", v->q.lower);
	put_won(m, "stck_prdy_oprc", before.open);
	put_won(m, "stck_prdy_hgpr", before.high);
	put_won(m, "stck_prdy_lwpr", before.low);
	put_won(m, "askp", v->q.ask);
	put_won(m, "bidp", v->q.bid);
	put_won(m, "prdy_vrss_vol", v->q.volume - before.volume);
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	for (size_t i = 0; i < NELEM(rate); i++)
		json_put_text(m, rate[i], "0.00");
}

/* Rows that mean nothing, as the firm sends at times. */
static void
put_empty_row(struct call *c, struct json *list)
{
	if (call_strikes(c, TROUBLE_EMPTY_ROWS))
		json_add(list, json_new_map());
}

/* The bar in the midst of a page of the newest `most` may be none that can be;
 * which one the page has twice: its index, or -1. */
static int
spoil_bars(struct call *c, struct bar_store *s, int most)
{
	int i = s->n - 1 - (s->n < most ? s->n : most) / 2;

	if (i < 0)
		return -1;
	if (call_strikes(c, TROUBLE_ZERO_BAR))
		s->open[i] = s->high[i] = s->low[i] = s->close[i] = 0;
	if (call_strikes(c, TROUBLE_NEGATIVE_BAR))
		s->low[i] = -s->low[i];
	return call_strikes(c, TROUBLE_DOUBLE_BAR) ? i : -1;
}

/* ---- Days and longer ---------------------------------------------------------- */

/* The period a day lies in, as a number that grows. */
static int
period_of(char kind, ymd d)
{
	switch (kind) {
	case 'W':
		return (ymd_to_days(d) - ymd_weekday(d)) / 7;
	case 'M':
		return d / 100;
	case 'Y':
		return d / 10000;
	default:
		return d;
	}
}

/* Days into bars of a period, each dated by its last day. */
static void
fold(char kind, const struct bar_store *days, struct bar_store *out)
{
	for (int i = 0, end; i < days->n; i = end) {
		struct bar b = bar_store_at(days, i);

		for (end = i + 1; end < days->n &&
		     period_of(kind, days->date[end]) ==
			 period_of(kind, b.date);
		     end++) {
			b.high = days->high[end] > b.high ? days->high[end] :
							    b.high;
			b.low = days->low[end] < b.low ? days->low[end] : b.low;
			b.close = days->close[end];
			b.volume += days->volume[end];
			b.date = days->date[end];
		}
		bar_store_add(out, &b);
	}
}

/* The days of the range that are known, today's forming bar among them. */
static int
read_days(struct call *c, const struct view *v, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	struct broker *br = c->sb->paper;
	ymd today = clock_ymd(&c->sb->clock);

	if (br->ops->daily_bars(br, v->stock.code, from, to, out, e) == -1)
		return -1;
	if (v->day.volume > 0 && from <= today && today <= to &&
	    (out->n == 0 || out->date[out->n - 1] < today))
		bar_store_add(out, &v->day);
	return 0;
}

/* What both calls say of a bar: its prices, and how it changed them. */
static struct json *
begin_bar(const struct bar_store *s, int i, won before)
{
	struct json *m = json_new_map();
	won change = s->close[i] - before;

	put(m, "stck_bsop_date", "%d", s->date[i]);
	put_won(m, "stck_clpr", s->close[i]);
	put_won(m, "stck_oprc", s->open[i]);
	put_won(m, "stck_hgpr", s->high[i]);
	put_won(m, "stck_lwpr", s->low[i]);
	put_won(m, "acml_vol", s->volume[i]);
	json_put_text(m, "flng_cls_code", "00");
	put_won(m, "prdy_vrss", change);
	json_put_text(m, "prdy_vrss_sign",
	    change > 0     ? "2" :
		change < 0 ? "5" :
			     "3");
	return m;
}

static won
close_before(const struct bar_store *s, int i)
{
	return i > 0 ? s->close[i - 1] : s->open[i];
}

static struct json *
chart_row(const struct bar_store *s, int i)
{
	struct json *m = begin_bar(s, i, close_before(s, i));

	put_won(m, "acml_tr_pbmn", s->volume[i] * s->close[i]);
	json_put_text(m, "prtt_rate", "0.00");
	json_put_text(m, "mod_yn", "N");
	json_put_text(m, "revl_issu_reas", "");
	return m;
}

static struct json *
recent_row(const struct bar_store *s, int i)
{
	won before = close_before(s, i);
	int64_t volume = i > 0 ? s->volume[i - 1] : 0;
	struct json *m = begin_bar(s, i, before);

	put_ratio(m, "prdy_ctrt", 100 * (s->close[i] - before), before, 2);
	put_ratio(
	    m, "prdy_vrss_vol_rate", 100 * (s->volume[i] - volume), volume, 2);
	json_put_text(m, "hts_frgn_ehrt", "0.00");
	json_put_text(m, "frgn_ntby_qty", "0");
	json_put_text(m, "acml_prtt_rate", "1.00");
	return m;
}

/* A call for bars: of these days, so many, as such rows of that name. */
struct chart {
	ymd from, to;
	int most;
	const char *list;
	struct json *(*row)(const struct bar_store *, int);
	bool has_summary;
};

/* The bars of the period asked for, newest first. */
static void
periods(struct call *c, const struct chart *h)
{
	char kind = call_param(c, "FID_PERIOD_DIV_CODE")[0];
	struct json *list = json_new_list();
	struct bar_store days, bars;
	struct view v;
	struct err e;
	int twice;

	bar_store_init(&days, false);
	bar_store_init(&bars, false);
	if (!stock_of(c, &v)) {
		json_free(list);
	} else if (read_days(c, &v, h->from, h->to, &days, &e) == -1) {
		json_free(list);
		reply_broken(c, &e);
	} else {
		fold(kind, &days, &bars);
		if (h->has_summary)
			put_day_summary(c, &v, &days);
		put_empty_row(c, list);
		twice = spoil_bars(c, &bars, h->most);
		for (int i = bars.n - 1; i >= 0 && bars.n - i <= h->most; i--) {
			json_add(list, h->row(&bars, i));
			if (i == twice)
				json_add(list, h->row(&bars, i));
		}
		json_put(c->doc, h->list, list);
		reply_done(c, DONE_CODE, DONE);
	}
	bar_store_fini(&days);
	bar_store_fini(&bars);
}

static bool
is_period(struct call *c)
{
	const char *kind = call_param(c, "FID_PERIOD_DIV_CODE");

	return kind[0] != '\0' && strchr("DWMY", kind[0]) != NULL;
}

/* Clients that want all there is ask from nothing, from 0 or from a day of the
 * year 0. */
static int
read_first_day(const char *text, ymd *out)
{
	static const char first[] = "19000101";

	if (text[0] == '\0' || strcmp(text, "0") == 0 ||
	    (strlen(text) == 8 && strspn(text, "0123456789") == 8 &&
		strcmp(text, first) < 0))
		text = first;
	return ymd_parse(text, out);
}

void
bars_daily(struct call *c)
{
	struct chart h = { .most = DAY_ROWS,
		.list = "output2",
		.row = chart_row,
		.has_summary = true };

	if (read_first_day(call_param(c, "FID_INPUT_DATE_1"), &h.from) == -1 ||
	    ymd_parse(call_param(c, "FID_INPUT_DATE_2"), &h.to) == -1 ||
	    !is_period(c))
		reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID FIELD");
	else
		periods(c, &h);
}

/* The older call for the last thirty; its rows are `output`, and all. */
void
bars_recent(struct call *c)
{
	ymd today = clock_ymd(&c->sb->clock);
	struct chart h = { .from = ymd_add(today, -RECENT_DAYS),
		.to = today,
		.most = RECENT_ROWS,
		.list = "output",
		.row = recent_row };

	if (!is_period(c))
		reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID FIELD");
	else
		periods(c, &h);
}

/* ---- Minutes -------------------------------------------------------------------- */

/* What a page of minutes is to have: so many up to this one. */
struct page {
	ymd day;
	hhmm to;
	int most;
	bool has_past; /* of days before, too */
};

static struct json *
minute_json(const struct bar *b, won value)
{
	struct json *m = json_new_map();

	put(m, "stck_bsop_date", "%d", b->date);
	put(m, "stck_cntg_hour", "%04d00", b->time);
	put_won(m, "stck_prpr", b->close);
	put_won(m, "stck_oprc", b->open);
	put_won(m, "stck_hgpr", b->high);
	put_won(m, "stck_lwpr", b->low);
	put_won(m, "cntg_vol", b->volume);
	put_won(m, "acml_tr_pbmn", value);
	return m;
}

/*
 * What stands behind today's last whole minute: the one that is going on, at
 * the last price with the volume of the one before; and flat ones up to a
 * bound that lies in the future.
 */
static void
add_unfinished(
    struct call *c, const struct view *v, hhmm to, struct bar_store *out)
{
	const struct session *ses = market_session(c->sb);
	hhmm now = clock_hhmm(&c->sb->clock);
	struct bar b = { .date = clock_ymd(&c->sb->clock),
		.open = v->price,
		.high = v->price,
		.low = v->price,
		.close = v->price };

	if (ses == NULL || v->price == 0 || now < ses->open ||
	    now >= ses->auction)
		return;
	b.volume = out->n > 0 ? out->volume[out->n - 1] : 0;
	for (hhmm t = now; t <= to && t < ses->auction; t = hhmm_add(t, 1)) {
		b.time = t;
		bar_store_add(out, &b);
		b.volume = 0;
	}
}

/* A day's minutes up to `to`, oldest first. */
static int
read_minutes(struct call *c, const struct view *v, ymd day, hhmm to,
    struct bar_store *out, struct err *e)
{
	struct broker *br = c->sb->paper;

	bar_store_clear(out);
	if (br->ops->minute_bars(br, v->stock.code, day, 0, to, out, e) == -1)
		return -1;
	if (day == clock_ymd(&c->sb->clock))
		add_unfinished(c, v, to, out);
	return 0;
}

/* The day's rows, newest first, into what is left of the page. */
static void
add_minutes(struct call *c, struct bar_store *s, int most, struct json *list)
{
	int twice = spoil_bars(c, s, most - json_count(list));
	won value = 0;

	for (int i = 0; i < s->n; i++)
		value += s->close[i] * s->volume[i];
	for (int i = s->n - 1; i >= 0 && json_count(list) < most; i--) {
		struct bar b = bar_store_at(s, i);

		json_add(list, minute_json(&b, value));
		if (i == twice)
			json_add(list, minute_json(&b, value));
		value -= b.close * b.volume;
	}
}

/* From the day and bound of `p` backwards. */
static int
fill_page(struct call *c, const struct view *v, const struct page *p,
    struct json *list, struct err *e)
{
	const struct calendar *cal = c->sb->paper->env.cal;
	const struct session *ses;
	ymd day = p->day;
	hhmm to = p->to;
	struct bar_store s;
	int rc = 0;

	bar_store_init(&s, true);
	for (int i = 0; i < BACK_DAYS && rc == 0; i++) {
		if ((rc = read_minutes(c, v, day, to, &s, e)) == 0)
			add_minutes(c, &s, p->most, list);
		ses = cal == NULL ? NULL : calendar_prev(cal, day);
		if (!p->has_past || json_count(list) >= p->most || ses == NULL)
			break;
		day = ses->date;
		to = 2359;
	}
	bar_store_fini(&s);
	return rc;
}

static void
minutes(struct call *c, const struct page *p)
{
	struct json *list;
	struct view v;
	struct err e;

	if (!stock_of(c, &v))
		return;
	put_summary(c, &v);
	list = json_new_list();
	put_empty_row(c, list);
	if (fill_page(c, &v, p, list, &e) == -1) {
		json_free(list);
		reply_broken(c, &e);
		return;
	}
	json_put(c->doc, "output2", list);
	reply_done(c, DONE_CODE, DONE);
}

/* The bound that is asked for.  false: answered. */
static bool
read_bound(struct call *c, hhmm *to)
{
	const char *hour = call_param(c, "FID_INPUT_HOUR_1");
	char text[5];

	snprintf(text, sizeof(text), "%.4s", hour);
	if (strlen(hour) == 6 && hhmm_parse(text, to) == 0)
		return true;
	reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID HOUR");
	return false;
}

/* Of today alone, whatever FID_PW_DATA_INCU_YN says.  Midnight is what a client
 * asks for that knows no time yet: the newest are meant. */
void
bars_today(struct call *c)
{
	struct page p = { .day = clock_ymd(&c->sb->clock), .most = TODAY_ROWS };

	if (!read_bound(c, &p.to))
		return;
	if (p.to == 0)
		p.to = clock_hhmm(&c->sb->clock);
	minutes(c, &p);
}

void
bars_past(struct call *c)
{
	struct page p = { .most = PAST_ROWS };

	if (!read_bound(c, &p.to))
		return;
	p.has_past = strcmp(call_param(c, "FID_PW_DATA_INCU_YN"), "Y") == 0;
	if (ymd_parse(call_param(c, "FID_INPUT_DATE_1"), &p.day) == -1)
		reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID DATE");
	else
		minutes(c, &p);
}
