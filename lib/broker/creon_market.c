/* creon_market.c - quotes, bars and stocks of the gateway; see creon_reply.h. */
#include "broker/creon_reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "broker/creon_row.h"

#define CONTROL_WARNING 2 /* 투자경고; 1 is 투자주의, for a day */

static int
read_quote(const struct json *row, struct broker_quote *q, struct err *e)
{
	char code[CODE_SIZE];
	bool known, administrative;
	int64_t control;

	if (creon_code(row, code, e) == -1 ||
	    json_bool(row, "known", &known, e) == -1)
		return -1;
	if (strcmp(code, q->code) != 0)
		return err_set(
		    e, E_DATA, "asked for %s, got %s", q->code, code);
	*q = (struct broker_quote){ 0 };
	memcpy(q->code, code, sizeof(q->code));
	if (!known)
		return 0;
	if (json_int(row, "last", 0, PRICE_MOST, &q->last, e) == -1 ||
	    json_int(row, "bid", 0, PRICE_MOST, &q->bid, e) == -1 ||
	    json_int(row, "ask", 0, PRICE_MOST, &q->ask, e) == -1 ||
	    json_int(row, "base", 0, PRICE_MOST, &q->base, e) == -1 ||
	    json_int(row, "lower", 0, PRICE_MOST, &q->lower, e) == -1 ||
	    json_int(row, "upper", 0, PRICE_MOST, &q->upper, e) == -1 ||
	    json_int(row, "volume", 0, VOLUME_MOST, &q->volume, e) == -1 ||
	    json_bool(row, "halted", &q->is_halted, e) == -1 ||
	    json_bool(row, "administrative", &administrative, e) == -1 ||
	    json_int(row, "control", 0, 9, &control, e) == -1)
		return err_wrap(e, "%s", code);
	q->no_entry = administrative || control >= CONTROL_WARNING;
	q->has_status = true;
	return 0;
}

int
creon_read_quotes(
    const struct json *doc, struct broker_quote *q, int n, struct err *e)
{
	const struct json *list = json_list(doc, "quotes", e);

	if (list == NULL)
		return -1;
	if (json_count(list) != n)
		return err_set(e, E_DATA, "asked for %d quotes, got %d", n,
		    json_count(list));
	for (int i = 0; i < n; i++)
		if (read_quote(json_at(list, i), &q[i], e) == -1)
			return err_wrap(e, "quote %d", i);
	return 0;
}

/* Its date, its time where it has one, open, high, low, close, volume; what
 * stands behind is not ours. */
static int
read_bar(const struct json *row, bool has_time, struct bar *b, struct err *e)
{
	int64_t date, label = 0;
	int at = 1;

	if (json_int_at(row, 0, 0, 99991231, &date, e) == -1 ||
	    (has_time && json_int_at(row, at++, 0, 2359, &label, e) == -1) ||
	    json_int_at(row, at, 0, PRICE_MOST, &b->open, e) == -1 ||
	    json_int_at(row, at + 1, 0, PRICE_MOST, &b->high, e) == -1 ||
	    json_int_at(row, at + 2, 0, PRICE_MOST, &b->low, e) == -1 ||
	    json_int_at(row, at + 3, 1, PRICE_MOST, &b->close, e) == -1 ||
	    json_int_at(row, at + 4, 0, VOLUME_MOST, &b->volume, e) == -1)
		return -1;
	b->date = (ymd)date;
	b->time = (hhmm)label;
	if (!ymd_valid(b->date) || (has_time && !hhmm_valid(b->time)))
		return err_set(
		    e, E_DATA, "%d %d is no moment", b->date, b->time);
	if (b->volume == 0) /* a halt: the last close and nothing else */
		b->open = b->high = b->low = b->close;
	if (b->low < 1 || b->low > b->open || b->low > b->close ||
	    b->high < b->open || b->high < b->close)
		return err_set(e, E_DATA,
		    "%d %d: open and close are not between low and high",
		    b->date, b->time);
	return 0;
}

int
creon_read_days(const struct json *doc, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	const struct json *list = json_list(doc, "bars", e);
	ymd last = 0;

	if (list == NULL)
		return -1;
	for (int i = 0; i < json_count(list); i++) {
		struct bar b;

		if (read_bar(json_at(list, i), false, &b, e) == -1)
			return err_wrap(e, "bar %d", i);
		if (b.date <= last)
			return err_set(e, E_DATA,
			    "bar %d: %d after %d, which is not in order", i,
			    b.date, last);
		last = b.date;
		if (b.date >= from && b.date <= to)
			bar_store_add(out, &b);
	}
	return 0;
}

/* The first minute of the bar that CREON labels so; -1: not of the session. */
static hhmm
minute_of_label(hhmm label, hhmm open, hhmm close)
{
	if (label == close)
		return close;
	return label > open && label < close ? hhmm_add(label, -1) : -1;
}

int
creon_read_minutes(const struct json *doc, ymd day, hhmm open, hhmm close,
    hhmm from, hhmm to, struct bar_store *out, struct err *e)
{
	const struct json *list = json_list(doc, "bars", e);
	hhmm last = -1;

	if (list == NULL)
		return -1;
	for (int i = 0; i < json_count(list); i++) {
		struct bar b;
		hhmm label;

		if (read_bar(json_at(list, i), true, &b, e) == -1)
			return err_wrap(e, "bar %d", i);
		if (b.date != day) /* a day without trade may give another */
			continue;
		label = b.time;
		if (label <= last)
			return err_set(e, E_DATA,
			    "bar %d: %d after %d, which is not in order", i,
			    label, last);
		last = label;
		b.time = minute_of_label(label, open, close);
		if (b.time != -1 && b.time >= from && b.time <= to)
			bar_store_add(out, &b);
	}
	return 0;
}

/* What a section is here; -1: nothing that we trade. */
static int
kind_of(const char *section, const char *market)
{
	static const char *const fund[] = { "etf", "foreign_etf" };
	static const char *const share[] = { "share", "reit", "ship_fund",
		"infra", "dr", "foreign_share", "fund" };

	for (size_t i = 0; i < NELEM(fund); i++)
		if (strcmp(section, fund[i]) == 0)
			return KIND_ETF;
	if (strcmp(section, "etn") == 0)
		return KIND_ETN;
	for (size_t i = 0; i < NELEM(share); i++)
		if (strcmp(section, share[i]) == 0)
			return strcmp(market, "kosdaq") == 0 ? KIND_KOSDAQ :
							       KIND_KOSPI;
	return -1;
}

static int
read_stock(const struct json *row, struct broker_stocks *out, struct err *e)
{
	struct broker_stock s = { 0 };
	char section[24], market[16];
	int kind;

	if (creon_code(row, s.code, e) == -1 ||
	    creon_words(row, "name", s.name, sizeof(s.name), e) == -1 ||
	    json_text(row, "section", section, sizeof(section), e) == -1 ||
	    json_text(row, "market", market, sizeof(market), e) == -1)
		return -1;
	if ((kind = kind_of(section, market)) == -1)
		return 0;
	s.kind = (enum kind)kind;
	s.leverage = kind_leverage(s.kind, s.name);
	out->item = xgrow(out->item, out->n, &out->cap, sizeof(*out->item));
	out->item[out->n++] = s;
	return 0;
}

int
creon_read_stocks(
    const struct json *doc, struct broker_stocks *out, struct err *e)
{
	const struct json *list = json_list(doc, "stocks", e);

	if (list == NULL)
		return -1;
	for (int i = 0; i < json_count(list); i++)
		if (read_stock(json_at(list, i), out, e) == -1)
			return err_wrap(e, "stock %d", i);
	return 0;
}
