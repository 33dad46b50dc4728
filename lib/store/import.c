/*
 * import.c - see import.h.
 *
 * Rows go from the file into the table one by one; nothing is held but what
 * is needed to notice that a key comes twice.  That is a bit for each day (or
 * minute) in pages of 512, found by hashing: some 70 bytes for two years of
 * days, whatever the order of the rows.  Decided against: asking the table,
 * which cannot tell this file's row from last week's.
 */
#include "store/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/opt.h"
#include "base/progress.h"

/* Far beyond anything real, and small enough that a split cannot overflow. */
#define PRICE_MAX  INT64_C(1000000000)
#define VOLUME_MAX INT64_C(1000000000000)

enum col {
	CODE,
	DATE,
	TIME,
	DATETIME,
	OPEN,
	HIGH,
	LOW,
	CLOSE,
	VOLUME,
	NAME,
	MARKET,
	LEVERAGE,
	SECTOR,
	PER,
	PBR,
	EPS,
	ROE,
	DEBT_RATIO,
	SALES,
	OPERATING_PROFIT,
	NET_PROFIT,
	FINANCIAL_DATE,
	IS_OPEN,
	IS_HOLIDAY,
	DESCRIPTION,
	NCOLS,
};

/* Our name of a column, and the owner's where it differs. */
static const char *const col_name[NCOLS][2] = {
	[CODE] = { "code", "stock_code" },
	[DATE] = { "date" },
	[TIME] = { "time" },
	[DATETIME] = { "datetime" },
	[OPEN] = { "open" },
	[HIGH] = { "high" },
	[LOW] = { "low" },
	[CLOSE] = { "close" },
	[VOLUME] = { "volume" },
	[NAME] = { "name", "stock_name" },
	[MARKET] = { "market", "market_type" },
	[LEVERAGE] = { "leverage" },
	[SECTOR] = { "sector" },
	[PER] = { "per" },
	[PBR] = { "pbr" },
	[EPS] = { "eps" },
	[ROE] = { "roe" },
	[DEBT_RATIO] = { "debt_ratio" },
	[SALES] = { "sales" },
	[OPERATING_PROFIT] = { "operating_profit" },
	[NET_PROFIT] = { "net_profit" },
	[FINANCIAL_DATE] = { "recent_financial_date" },
	[IS_OPEN] = { "is_open" },
	[IS_HOLIDAY] = { "is_holiday" },
	[DESCRIPTION] = { "description" },
};

/* A page of 512 days or minutes of one code; key 0 is an empty place. */
struct page {
	uint64_t key;
	uint64_t bit[8];
};

struct seen {
	struct page *page;
	size_t n, cap, last; /* cap: a power of two */
};

/* One row, parsed; which parts count depends on the kind of file. */
struct row {
	char code[CODE_SIZE];
	struct bar bar;
	struct stock_row stock;
	bool is_open;
	const char *description;
};

struct import {
	struct store *s;
	const struct import_spec *spec;
	struct csv_reader *csv;
	int col[NCOLS]; /* index in the file, -1: it has none */
	int stride;     /* fields in a row */
	const struct session *day;
	struct seen seen;
	struct codes split;     /* codes with splits on record */
	struct bar_store there; /* the bar that the table has */
	struct csv_row in;
};

/* "file:line: what is wrong". */
static int bad(const struct csv_row *, enum err_kind, struct err *,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static int
bad(const struct csv_row *in, enum err_kind kind, struct err *e,
    const char *fmt, ...)
{
	char what[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, kind, "%s:%ld: %s", in->file, in->line, what);
}

/* ---- Keys that came before --------------------------------------------------- */

static size_t
place_of(const struct seen *s, uint64_t key)
{
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

	for (i &= s->cap - 1; s->page[i].key != 0 && s->page[i].key != key;)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static void
grow(struct seen *s)
{
	struct seen old = *s;

	s->cap = old.cap == 0 ? 1024 : old.cap * 2;
	s->page = xcalloc(s->cap, sizeof(*s->page));
	s->last = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.page[i].key != 0)
			s->page[place_of(s, old.page[i].key)] = old.page[i];
	free(old.page);
}

/* Was this key there before?  From now on it is. */
static bool
seen_before(struct seen *s, const char *code, ymd date, hhmm time)
{
	int64_t at = date == 0 ? 0 : ymd_to_days(date) - ymd_to_days(19000101);
	uint64_t key = 0, mask;
	struct page *p;

	if (time != 0)
		at = at * 1440 + time / 100 * 60 + time % 100;
	for (const char *c = code; *c != '\0'; c++)
		key = key * 36 +
		    (uint64_t)(*c <= '9' ? *c - '0' : *c - 'A' + 10);
	key = (key << 32 | (uint64_t)(at >> 9)) + 1;
	if (s->n * 4 >= s->cap * 3)
		grow(s);
	if (s->page[s->last].key != key) {
		s->last = place_of(s, key);
		if (s->page[s->last].key == 0)
			s->n++;
	}
	p = &s->page[s->last];
	p->key = key;
	mask = UINT64_C(1) << (at & 63);
	if (p->bit[at >> 6 & 7] & mask)
		return true;
	p->bit[at >> 6 & 7] |= mask;
	return false;
}

/* ---- One field ------------------------------------------------------------------ */

static const char *
text_of(const struct import *im, enum col c)
{
	return csv_get(&im->in, im->col[c]);
}

/* What dumps write where there is nothing. */
static bool
is_nothing(const char *s)
{
	return s[0] == '\0' || strcmp(s, "\\N") == 0 ||
	    strcasecmp(s, "NULL") == 0 || strcasecmp(s, "None") == 0 ||
	    strcasecmp(s, "NaN") == 0;
}

/* A whole number, "100" or a decimal without a fraction, "100.00". */
static int
read_whole(const struct import *im, enum col c, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	const char *s = text_of(im, c), *point, *name = col_name[c][0];
	char head[24];

	if (int_parse(s, min, max, out) == 0)
		return 0;
	if (s[0] == '\0')
		return bad(&im->in, E_DATA, e, "%s is empty", name);
	if ((point = strchr(s, '.')) != NULL &&
	    (size_t)(point - s) < sizeof(head)) {
		memcpy(head, s, (size_t)(point - s));
		head[point - s] = '\0';
		s = head;
		if (int_parse(s, INT64_MIN, INT64_MAX, out) == 0 &&
		    strspn(point + 1, "0123456789") == strlen(point + 1)) {
			if (strspn(point + 1, "0") != strlen(point + 1))
				return bad(&im->in, E_DATA, e,
				    "%s '%.40s' has a fraction; want whole %s",
				    name, text_of(im, c),
				    c == VOLUME ? "shares" : "won");
			if (*out >= min && *out <= max)
				return 0;
		}
	}
	if (int_parse(s, INT64_MIN, INT64_MAX, out) == 0)
		return bad(&im->in, E_DATA, e, "%s %.40s is not in %lld..%lld",
		    name, text_of(im, c), (long long)min, (long long)max);
	return bad(&im->in, E_DATA, e, "%s '%.40s' is not a number", name,
	    text_of(im, c));
}

/* "005930", or with the letter that CREON puts before it. */
static int
read_code(const struct import *im, char code[CODE_SIZE], struct err *e)
{
	const char *s = text_of(im, CODE), *bare = s;

	if ((s[0] == 'A' || s[0] == 'a' || s[0] == 'Q') && strlen(s) == 7)
		bare = s + 1;
	if (!code_valid(bare))
		return bad(&im->in, E_DATA, e,
		    "code '%.40s': want six characters, such as 005930", s);
	memcpy(code, bare, 7);
	return 0;
}

static int
read_time_text(const char *s, hhmm *out)
{
	char hm[8];
	size_t n = strlen(s);

	if (hhmm_parse(s, out) == 0)
		return 0;
	/* With seconds, which can only be none. */
	if (n == 8 && strcmp(s + 5, ":00") == 0)
		n = 5;
	else if (n == 6 && strcmp(s + 4, "00") == 0)
		n = 4;
	else
		return -1;
	memcpy(hm, s, n);
	hm[n] = '\0';
	return hhmm_parse(hm, out);
}

/* "2018-01-17 09:01:00", "20180117 0901", "201801170901"; the time may be
 * absent if time is NULL, and is midnight if it is not. */
static int
read_datetime_text(const char *s, ymd *date, hhmm *time)
{
	size_t n = strnlen(s, 5) == 5 && s[4] == '-' ? 10 : 8;
	hhmm midnight;
	char day[12];

	if (strlen(s) < n)
		return -1;
	memcpy(day, s, n);
	day[n] = '\0';
	if (ymd_parse(day, date) == -1)
		return -1;
	s += n;
	if (*s == '\0')
		return time == NULL ? 0 : -1;
	if (*s == ' ' || *s == 'T')
		s++;
	if (time != NULL)
		return read_time_text(s, time);
	return read_time_text(s, &midnight) == 0 && midnight == 0 ? 0 : -1;
}

static int
read_date(const struct import *im, ymd *date, struct err *e)
{
	const char *s = text_of(im, DATE);

	if (read_datetime_text(s, date, NULL) == -1)
		return bad(&im->in, E_DATA, e,
		    "date '%.40s' is not a date (YYYYMMDD)", s);
	return 0;
}

/* The session of a day, or the reason why it has none. */
static int
find_session(struct import *im, ymd date, struct err *e)
{
	if (im->day != NULL && im->day->date == date)
		return 0;
	im->day = calendar_day(im->spec->cal, date);
	if (im->day == NULL)
		return bad(&im->in, E_CONFIG, e,
		    "the calendar has no day %d; add it by import-prices"
		    " --calendar",
		    (int)date);
	if (im->day->is_open)
		return 0;
	im->day = NULL;
	return bad(&im->in, E_DATA, e,
	    "the market was closed on %d, says the calendar", (int)date);
}

/* ---- Minutes ---------------------------------------------------------------------- */

/* The label that this program uses, or -1. */
static hhmm
label_of(const struct session *d, hhmm given, bool is_end)
{
	if (is_end && given != d->close) {
		if (given == 0 || given > d->auction)
			return -1;
		given = hhmm_add(given, -1);
	}
	return session_minute_index(d, given) != -1 ? given : -1;
}

static int
bad_label(const struct import *im, hhmm given, struct err *e)
{
	const struct session *d = im->day;
	bool is_end = im->spec->label_end;
	int shift = is_end ? 1 : 0;
	char lunch[48] = "";

	if (d->break_start != 0)
		snprintf(lunch, sizeof(lunch), "%04d, %04d to ",
		    (int)hhmm_add(d->break_start, shift - 1),
		    (int)hhmm_add(d->break_end, shift));
	return bad(&im->in, E_DATA, e,
	    "%04d is no minute of %d, which has %04d to %s%04d and %04d%s",
	    (int)given, (int)d->date, (int)hhmm_add(d->open, shift), lunch,
	    (int)hhmm_add(d->auction, shift - 1), (int)d->close,
	    label_of(d, given, !is_end) == -1 ? "" :
		is_end                        ? " (or is it --label start?)" :
						" (or is it --label end?)");
}

static int
read_minute(struct import *im, struct bar *b, struct err *e)
{
	const char *s;
	hhmm given, label;

	if (im->col[DATETIME] != -1) {
		s = text_of(im, DATETIME);
		if (read_datetime_text(s, &b->date, &given) == -1)
			return bad(&im->in, E_DATA, e,
			    "datetime '%.40s' is not a date and minute", s);
	} else {
		s = text_of(im, TIME);
		if (read_date(im, &b->date, e) == -1)
			return -1;
		if (read_time_text(s, &given) == -1)
			return bad(&im->in, E_DATA, e,
			    "time '%.40s' is not a minute (HHMM)", s);
	}
	if (find_session(im, b->date, e) == -1)
		return -1;
	if ((label = label_of(im->day, given, im->spec->label_end)) == -1)
		return bad_label(im, given, e);
	b->time = label;
	return 0;
}

/* ---- Rows ------------------------------------------------------------------------- */

static int
read_prices(const struct import *im, struct bar *b, struct err *e)
{
	if (read_whole(im, OPEN, 0, PRICE_MAX, &b->open, e) == -1 ||
	    read_whole(im, HIGH, 0, PRICE_MAX, &b->high, e) == -1 ||
	    read_whole(im, LOW, 0, PRICE_MAX, &b->low, e) == -1 ||
	    read_whole(im, CLOSE, 0, PRICE_MAX, &b->close, e) == -1 ||
	    read_whole(im, VOLUME, 0, VOLUME_MAX, &b->volume, e) == -1)
		return -1;
	/* How some vendors write a halt. */
	if (b->volume == 0 && b->open == 0 && b->high == 0 && b->low == 0)
		b->open = b->high = b->low = b->close;
	if (b->open == 0 || b->high == 0 || b->low == 0 || b->close == 0)
		return bad(&im->in, E_DATA, e, "%s is 0",
		    b->open == 0     ? "open" :
			b->high == 0 ? "high" :
			b->low == 0  ? "low" :
				       "close");
	if (b->low > b->high)
		return bad(&im->in, E_DATA, e, "low %lld is above high %lld",
		    (long long)b->low, (long long)b->high);
	if (b->open < b->low || b->open > b->high)
		return bad(&im->in, E_DATA, e,
		    "open %lld is not between low %lld and high %lld",
		    (long long)b->open, (long long)b->low, (long long)b->high);
	if (b->close < b->low || b->close > b->high)
		return bad(&im->in, E_DATA, e,
		    "close %lld is not between low %lld and high %lld",
		    (long long)b->close, (long long)b->low, (long long)b->high);
	return 0;
}

static int
read_bar(struct import *im, struct row *r, struct err *e)
{
	if (read_code(im, r->code, e) == -1)
		return -1;
	if (im->spec->kind == IMPORT_MINUTE)
		return read_minute(im, &r->bar, e) == -1 ?
		    -1 :
		    read_prices(im, &r->bar, e);
	if (read_date(im, &r->bar.date, e) == -1 ||
	    find_session(im, r->bar.date, e) == -1)
		return -1;
	return read_prices(im, &r->bar, e);
}

static int
read_text(
    const struct import *im, enum col c, char *out, size_t size, struct err *e)
{
	const char *s = text_of(im, c);

	if (is_nothing(s))
		s = "";
	if (strlen(s) >= size)
		return bad(&im->in, E_DATA, e,
		    "%s is longer than %zu bytes: '%.60s...'", col_name[c][0],
		    size - 1, s);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
read_figure(
    const struct import *im, enum col c, char *out, size_t size, struct err *e)
{
	double ignored;

	if (read_text(im, c, out, size, e) == -1)
		return -1;
	if (out[0] != '\0' && real_parse(out, &ignored) == -1)
		return bad(&im->in, E_DATA, e, "%s '%.40s' is not a number",
		    col_name[c][0], out);
	return 0;
}

/* A column that the file has not leaves what is known. */
static int
read_stock(const struct import *im, struct row *r, struct err *e)
{
	struct stock_row *k = &r->stock;
	const char *market = text_of(im, MARKET);
	int64_t leverage;

	if (im->col[NAME] != -1 &&
	    read_text(im, NAME, k->name, sizeof(k->name), e) == -1)
		return -1;
	if (!is_nothing(market) && kind_parse(market, &k->kind) == -1)
		return bad(&im->in, E_DATA, e,
		    "market '%.40s': want KOSPI, KOSDAQ, KONEX, ETF or ETN",
		    market);
	if (!is_nothing(text_of(im, LEVERAGE))) {
		if (read_whole(im, LEVERAGE, 1, 4, &leverage, e) == -1)
			return -1;
		k->leverage = (int)leverage;
	}
#define FIGURE(c, to) read_figure(im, c, k->to, sizeof(k->to), e) == -1
	if (read_text(im, SECTOR, k->sector, sizeof(k->sector), e) == -1 ||
	    read_text(im, FINANCIAL_DATE, k->recent_financial_date,
		sizeof(k->recent_financial_date), e) == -1 ||
	    FIGURE(PER, per) || FIGURE(PBR, pbr) || FIGURE(EPS, eps) ||
	    FIGURE(ROE, roe) || FIGURE(DEBT_RATIO, debt_ratio) ||
	    FIGURE(SALES, sales) ||
	    FIGURE(OPERATING_PROFIT, operating_profit) ||
	    FIGURE(NET_PROFIT, net_profit))
		return -1;
#undef FIGURE
	return 0;
}

static int
read_bool(const struct import *im, enum col c, bool *out, struct err *e)
{
	static const char *const words[][2] = { { "0", "1" }, { "no", "yes" },
		{ "n", "y" }, { "false", "true" }, { "f", "t" } };
	const char *s = text_of(im, c);

	for (size_t i = 0; i < NELEM(words); i++)
		for (int v = 0; v < 2; v++)
			if (strcasecmp(s, words[i][v]) == 0) {
				*out = v == 1;
				return 0;
			}
	return bad(
	    &im->in, E_DATA, e, "%s '%.40s': want 0 or 1", col_name[c][0], s);
}

static int
read_day(const struct import *im, struct row *r, struct err *e)
{
	bool is_holiday = im->col[IS_OPEN] == -1;

	r->description = text_of(im, DESCRIPTION);
	if (is_nothing(r->description))
		r->description = "";
	if (read_date(im, &r->bar.date, e) == -1 ||
	    read_bool(im, is_holiday ? IS_HOLIDAY : IS_OPEN, &r->is_open, e) ==
		-1)
		return -1;
	if (is_holiday)
		r->is_open = !r->is_open;
	return 0;
}

/* A row out of the fields.  -1: it is a bad one. */
static int
read_row(struct import *im, struct row *r, struct err *e)
{
	if (im->in.n != im->stride)
		return bad(&im->in, E_DATA, e,
		    "%d field%s, but the header has %d", im->in.n,
		    im->in.n == 1 ? "" : "s", im->stride);
	switch (im->spec->kind) {
	case IMPORT_DAILY:
	case IMPORT_MINUTE:
		return read_bar(im, r, e);
	case IMPORT_STOCKS: /* what is read follows when it is stored */
		return read_code(im, r->code, e);
	case IMPORT_CALENDAR:
		return read_day(im, r, e);
	}
	return -1;
}

static int
check_twice(struct import *im, const struct row *r, struct err *e)
{
	const struct bar *b = &r->bar;
	char when[32] = "";

	if (!seen_before(&im->seen, r->code, b->date, b->time))
		return 0;
	if (b->time != 0)
		snprintf(
		    when, sizeof(when), " %d %04d", (int)b->date, (int)b->time);
	else if (b->date != 0)
		snprintf(when, sizeof(when), " %d", (int)b->date);
	return bad(&im->in, E_DATA, e, "%s%s is in this file twice", r->code,
	    r->code[0] == '\0' ? when + 1 : when);
}

static int
put_row(struct import *im, const struct row *r, struct put_counts *put,
    struct err *e)
{
	switch (im->spec->kind) {
	case IMPORT_DAILY:
		return store_put_daily(im->s, r->code, &r->bar, put, e);
	case IMPORT_MINUTE:
		return store_put_minute(im->s, r->code, &r->bar, put, e);
	case IMPORT_STOCKS:
		return store_put_stock(im->s, &r->stock, im->spec->at, put, e);
	case IMPORT_CALENDAR:
		return store_put_calendar_day(
		    im->s, r->bar.date, r->is_open, r->description, put, e);
	}
	return -1;
}

/* ---- The file ------------------------------------------------------------------ */

static int
need(const struct import *im, enum col c, struct err *e)
{
	return im->col[c] == -1 ? csv_need(im->csv, col_name[c][0], e) : 0;
}

static int
find_columns(struct import *im, struct err *e)
{
	const struct csv_row *head = csv_header(im->csv);
	enum import_kind kind = im->spec->kind;

	im->stride = head->n;
	for (int c = 0; c < NCOLS; c++) {
		im->col[c] = -1;
		for (int a = 0; a < 2 && im->col[c] == -1; a++)
			if (col_name[c][a] != NULL)
				im->col[c] = csv_column(
				    im->csv, col_name[c][a]);
		for (int i = im->col[c] + 1; im->col[c] != -1 && i < head->n;
		     i++)
			if (strcasecmp(
				head->field[i], head->field[im->col[c]]) == 0)
				return bad(head, E_DATA, e,
				    "two columns '%.40s'", head->field[i]);
	}
	if (kind == IMPORT_CALENDAR) {
		if (need(im, DATE, e) == -1)
			return -1;
		return im->col[IS_HOLIDAY] != -1 ? 0 : need(im, IS_OPEN, e);
	}
	if (need(im, CODE, e) == -1)
		return -1;
	if (kind == IMPORT_STOCKS)
		return im->col[MARKET] != -1 ? 0 : need(im, NAME, e);
	if (kind == IMPORT_DAILY &&
	    (im->col[TIME] != -1 || im->col[DATETIME] != -1))
		return bad(
		    head, E_DATA, e, "it has minutes, not days: use --minute");
	if (im->col[DATETIME] == -1 &&
	    (need(im, DATE, e) == -1 ||
		(kind == IMPORT_MINUTE && need(im, TIME, e) == -1)))
		return -1;
	for (enum col c = OPEN; c <= VOLUME; c++)
		if (need(im, c, e) == -1)
			return -1;
	return 0;
}

/*
 * Of a stock that was split here, prices of before it in a file that does not
 * know of the split would undo the rescaling (T26).  Such a row is told by
 * this: the splits since make of its close the one that is there.
 */
static int
check_basis(struct import *im, const struct row *r, struct err *e)
{
	const struct bar *b = &r->bar;
	won close = b->close;
	ymd since;
	int rc;

	if (codes_find(&im->split, r->code) == -1)
		return 0;
	bar_store_clear(&im->there);
	rc = im->spec->kind == IMPORT_MINUTE ?
	    store_minutes(im->s, r->code, b->date, b->time, b->time, BARS_ALL,
		&im->there, e) :
	    store_daily(
		im->s, r->code, b->date, b->date, BARS_ALL, &im->there, e);
	if (rc == -1 ||
	    store_rescaled(im->s, r->code, b->date, &close, &since, e) == -1)
		return -1;
	if (im->there.n == 0 || since == 0 || close == b->close ||
	    close != im->there.close[0])
		return 0;
	bad(&im->in, E_DATA, e,
	    "close %lld is of before the split of %d, by which it is %lld here",
	    (long long)b->close, (int)since, (long long)close);
	return 1;
}

/* A row out of what was read.  0, 1: it is a bad one, e says why; -1. */
static int
judge(struct import *im, struct row *r, struct err *e)
{
	int rc = 0;

	if (read_row(im, r, e) == -1)
		return 1;
	if (im->spec->kind == IMPORT_STOCKS) {
		if (store_stock(im->s, r->code, &r->stock, e) == -1)
			return -1;
		if (read_stock(im, r, e) == -1)
			return 1;
	} else if (im->spec->kind != IMPORT_CALENDAR) {
		if ((rc = check_basis(im, r, e)) != 0)
			return rc;
	}
	return check_twice(im, r, e) == -1 ? 1 : 0;
}

/* The next good row: 1, 0 at the end, -1 on error. */
static int
next_row(
    struct import *im, struct row *r, struct import_result *out, struct err *e)
{
	for (;;) {
		int rc = csv_next(im->csv, &im->in, e);

		if (rc == 0 || (rc == -1 && e->kind != E_DATA))
			return rc;
		if (rc == 1) {
			memset(r, 0, sizeof(*r));
			if ((rc = judge(im, r, e)) == 0)
				return 1;
			if (rc == -1)
				return -1;
		}
		if (!im->spec->skip_bad)
			return -1;
		log_info("%s; left out", e->msg);
		if (out->bad++ == 0)
			out->first_bad = *e;
	}
}

static int
read_all(struct import *im, struct progress *p, struct import_result *out,
    struct err *e)
{
	struct row row;
	int got;

	while ((got = next_row(im, &row, out, e)) == 1) {
		if (!im->spec->dry_run && put_row(im, &row, &out->put, e) == -1)
			return err_wrap(e, "%s:%ld", im->in.file, im->in.line);
		if (++out->rows % 1024 == 0)
			progress_at(p, out->rows);
	}
	return got;
}

int
import_file(struct store *s, const struct import_spec *spec, const char *path,
    struct import_result *out, struct err *e)
{
	struct import im = { .s = s, .spec = spec };
	struct progress progress;
	int rc = -1;

	memset(out, 0, sizeof(*out));
	if ((im.csv = csv_open(path, e)) == NULL)
		return -1;
	bar_store_init(&im.there, spec->kind == IMPORT_MINUTE);
	if (find_columns(&im, e) == -1 ||
	    (!spec->dry_run && store_begin(s, e) == -1))
		goto out;
	progress_start(&progress, path, 0);
	if ((rc = store_split_codes(s, &im.split, e)) == 0)
		rc = read_all(&im, &progress, out, e);
	progress_end(&progress);
	if (rc == 0 && !spec->dry_run)
		rc = store_commit(s, e);
	else
		store_rollback(s);
out:
	csv_close(im.csv);
	codes_fini(&im.split);
	bar_store_fini(&im.there);
	free(im.seen.page);
	return rc;
}
