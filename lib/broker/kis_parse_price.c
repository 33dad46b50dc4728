/* kis_parse_price.c - quotes, bars, days; see kis_parse.h. */
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "broker/kis_parse.h"

/* ---- Quotes ------------------------------------------------------------------- */

struct names {
	const char *last, *base, *lower, *upper;
};

/* Price and limits.  Before the first trade of a day the firm shows the last
 * close as the price; ours is 0 then. */
static int
read_prices(const struct json *row, const struct names *name,
    struct broker_quote *q, struct err *e)
{
	if (kis_int(row, "acml_vol", 0, KIS_QTY_MOST, &q->volume, e) == -1 ||
	    kis_int(row, name->last, 0, KIS_PRICE_MOST, &q->last, e) == -1 ||
	    kis_int(row, name->base, 0, KIS_PRICE_MOST, &q->base, e) == -1 ||
	    kis_int_or_0(row, name->lower, 0, KIS_PRICE_MOST, &q->lower, e) ==
		-1 ||
	    kis_int_or_0(row, name->upper, 0, KIS_PRICE_MOST, &q->upper, e) ==
		-1)
		return err_wrap(e, "%s", q->code);
	if (q->volume == 0)
		q->last = 0;
	return 0;
}

static bool
says(const struct json *row, const char *name, const char *what)
{
	char text[8];

	return strcmp(kis_text(row, name, text, sizeof(text)), what) == 0;
}

/* Halted; and where no entry should be: under administration, warned of,
 * overheated, or sold off before its end.  The state is one code for all, and
 * hides what else is so: what has a field of its own is read there too. */
static void
read_status(const struct json *row, struct broker_quote *q)
{
	static const char *const bad[] = { "51", "52", "53", "59" };
	static const char *const own[] = { "sltr_yn", "mang_issu_cls_code",
		"short_over_yn" };
	char alarm[8];

	q->is_halted = says(row, "iscd_stat_cls_code", "58") ||
	    says(row, "temp_stop_yn", "Y");
	kis_text(row, "mrkt_warn_cls_code", alarm, sizeof(alarm));
	q->no_entry = strcmp(alarm, "02") == 0 || strcmp(alarm, "03") == 0;
	for (size_t i = 0; i < NELEM(own); i++)
		q->no_entry = q->no_entry || says(row, own[i], "Y");
	for (size_t i = 0; i < NELEM(bad); i++)
		q->no_entry = q->no_entry ||
		    says(row, "iscd_stat_cls_code", bad[i]);
	q->has_status = true;
}

int
kis_parse_price(const struct json *doc, struct broker_quote *q, struct err *e)
{
	static const struct names name = { "stck_prpr", "stck_sdpr",
		"stck_llam", "stck_mxpr" };
	const struct json *row = kis_object(doc, "output");

	if (row == NULL)
		return err_set(
		    e, E_DATA, "kis: %s: the answer has no price", q->code);
	if (read_prices(row, &name, q, e) == -1)
		return -1;
	read_status(row, q);
	return 0;
}

/* All of the row or none of it: a quote that is half read is none. */
static int
read_row(const struct json *row, struct broker_quote *q, struct err *e)
{
	static const struct names name = { "inter2_prpr", "inter2_sdpr",
		"inter2_llam", "inter2_mxpr" };
	struct broker_quote now = { 0 };

	memcpy(now.code, q->code, sizeof(now.code));
	if (read_prices(row, &name, &now, e) == -1)
		return -1;
	if (kis_int_or_0(row, "inter2_bidp", 0, KIS_PRICE_MOST, &now.bid, e) ==
		-1 ||
	    kis_int_or_0(row, "inter2_askp", 0, KIS_PRICE_MOST, &now.ask, e) ==
		-1)
		return err_wrap(e, "%s", q->code);
	*q = now;
	return 0;
}

int
kis_parse_prices(
    const struct json *doc, struct broker_quote *q, int n, struct err *e)
{
	int rows = kis_rows(doc, "output", e), bad = 0;
	struct err one;

	for (int i = 0; i < rows; i++) {
		const struct json *row = kis_row(doc, "output", i);
		char code[CODE_SIZE];
		int k = 0;

		if (!kis_stock_code(row, "inter_shrn_iscd", code))
			continue; /* blank rows stand for unknown codes */
		while (k < n && strcmp(q[k].code, code) != 0)
			k++;
		if (k == n)
			continue;
		if (read_row(row, &q[k], &one) == -1 && bad++ == 0)
			*e = one;
	}
	return rows == -1 ? -1 : bad;
}

/* ---- Bars --------------------------------------------------------------------- */

/* An empty object stands where there is no bar. */
static bool
is_blank(const struct json *row)
{
	char text[4];

	return kis_text(row, "stck_bsop_date", text, sizeof(text))[0] == '\0';
}

static int
read_bar(const struct json *row, const char *close, const char *volume,
    struct bar *b, struct err *e)
{
	int64_t date;

	if (kis_int(row, "stck_bsop_date", 19000101, 29991231, &date, e) ==
		-1 ||
	    kis_int(row, close, 1, KIS_PRICE_MOST, &b->close, e) == -1 ||
	    kis_int_or_0(row, "stck_oprc", 0, KIS_PRICE_MOST, &b->open, e) ==
		-1 ||
	    kis_int_or_0(row, "stck_hgpr", 0, KIS_PRICE_MOST, &b->high, e) ==
		-1 ||
	    kis_int_or_0(row, "stck_lwpr", 0, KIS_PRICE_MOST, &b->low, e) ==
		-1 ||
	    kis_int(row, volume, 0, KIS_QTY_MOST, &b->volume, e) == -1)
		return -1;
	b->date = (ymd)date;
	if (!ymd_valid(b->date))
		return err_set(e, E_DATA, "kis: a bar of %d", b->date);
	if (b->volume == 0) /* a halt: the last close and nothing else */
		b->open = b->high = b->low = b->close;
	if (b->low < 1 || b->low > b->open || b->low > b->close ||
	    b->high < b->open || b->high < b->close)
		return err_set(e, E_DATA,
		    "kis: a bar of %d from %lld to %lld that opens at %lld and"
		    " closes at %lld",
		    b->date, (long long)b->low, (long long)b->high,
		    (long long)b->open, (long long)b->close);
	return 0;
}

int
kis_parse_days(const struct json *doc, ymd from, ymd to, struct bar_store *out,
    ymd *oldest, struct err *e)
{
	int n = kis_rows(doc, "output2", e);

	*oldest = 0;
	for (int i = 0; i < n; i++) {
		const struct json *row = kis_row(doc, "output2", i);
		struct bar b = { 0 };

		if (is_blank(row))
			continue;
		if (read_bar(row, "stck_clpr", "acml_vol", &b, e) == -1)
			return -1;
		if (*oldest == 0 || b.date < *oldest)
			*oldest = b.date;
		if (b.date >= from && b.date <= to)
			bar_store_add(out, &b);
	}
	return n == -1 ? -1 : 0;
}

static int
read_label(const struct json *row, hhmm *out, struct err *e)
{
	int64_t second;

	if (kis_int(row, "stck_cntg_hour", 0, 235959, &second, e) == -1)
		return -1;
	*out = (hhmm)(second / 100);
	return hhmm_valid(*out) ?
	    0 :
	    err_set(e, E_DATA, "kis: a bar of %06lld", (long long)second);
}

int
kis_parse_minutes(const struct json *doc, ymd day, hhmm from, hhmm to,
    struct bar_store *out, hhmm *oldest, struct err *e)
{
	int n = kis_rows(doc, "output2", e);

	*oldest = 0;
	for (int i = 0; i < n; i++) {
		const struct json *row = kis_row(doc, "output2", i);
		struct bar b = { 0 };

		if (is_blank(row))
			continue;
		if (read_label(row, &b.time, e) == -1 ||
		    read_bar(row, "stck_prpr", "cntg_vol", &b, e) == -1)
			return -1;
		if (b.date != day) /* before the first trade: yesterday's */
			continue;
		if (*oldest == 0 || b.time < *oldest)
			*oldest = b.time;
		if (b.volume > 0 && b.time >= from && b.time <= to)
			bar_store_add(out, &b);
	}
	return n == -1 ? -1 : 0;
}

/* ---- Days of the exchange ------------------------------------------------------- */

static int
read_day(const struct json *row, struct broker_day *d, struct err *e)
{
	char open[4];
	int64_t date;

	if (kis_int(row, "bass_dt", 19900101, 29991231, &date, e) == -1)
		return -1;
	d->date = (ymd)date;
	kis_text(row, "opnd_yn", open, sizeof(open));
	d->is_open = strcmp(open, "Y") == 0;
	if (!ymd_valid(d->date) || (!d->is_open && strcmp(open, "N") != 0))
		return err_set(
		    e, E_DATA, "kis: %d: opnd_yn is '%s'", d->date, open);
	return 0;
}

int
kis_parse_holidays(
    const struct json *doc, struct broker_days *out, struct err *e)
{
	int n = kis_rows(doc, "output", e);

	for (int i = 0; i < n; i++) {
		struct broker_day d;

		if (read_day(kis_row(doc, "output", i), &d, e) == -1)
			return -1;
		if (out->n > 0 &&
		    d.date != ymd_add(out->item[out->n - 1].date, 1))
			return err_set(e, E_DATA,
			    "kis: %d does not follow %d among the days", d.date,
			    out->item[out->n - 1].date);
		out->item = xgrow(
		    out->item, out->n, &out->cap, sizeof(*out->item));
		out->item[out->n++] = d;
	}
	return n == -1 ? -1 : 0;
}
