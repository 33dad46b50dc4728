/*
 * import_row.c - see import_row.h.
 */
#include "store/import_row.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/money.h"
#include "base/code.h"

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

_Static_assert(NCOLS <= IMPORT_COLS, "room for all columns");

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

int
import_bad(const struct csv_row *in, enum err_kind kind, struct err *e,
    const char *fmt, ...)
{
	char what[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, kind, "%s:%ld: %s", in->file, in->line, what);
}

/* ---- One field ------------------------------------------------------------------ */

static const char *
text_of(const struct import_reader *rd, enum col c)
{
	return csv_get(&rd->in, rd->col[c]);
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
read_whole(const struct import_reader *rd, enum col c, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	const char *s = text_of(rd, c), *point, *name = col_name[c][0];
	char head[24];

	if (int_parse(s, min, max, out) == 0)
		return 0;
	if (s[0] == '\0')
		return import_bad(&rd->in, E_DATA, e, "%s is empty", name);
	if ((point = strchr(s, '.')) != NULL &&
	    (size_t)(point - s) < sizeof(head)) {
		memcpy(head, s, (size_t)(point - s));
		head[point - s] = '\0';
		s = head;
		if (int_parse(s, INT64_MIN, INT64_MAX, out) == 0 &&
		    strspn(point + 1, "0123456789") == strlen(point + 1)) {
			if (strspn(point + 1, "0") != strlen(point + 1))
				return import_bad(&rd->in, E_DATA, e,
				    "%s '%.40s' has a fraction; want whole %s",
				    name, text_of(rd, c),
				    c == VOLUME ? "shares" : "won");
			if (*out >= min && *out <= max)
				return 0;
		}
	}
	if (int_parse(s, INT64_MIN, INT64_MAX, out) == 0)
		return import_bad(&rd->in, E_DATA, e,
		    "%s %.40s is not in %lld..%lld", name, text_of(rd, c),
		    (long long)min, (long long)max);
	return import_bad(&rd->in, E_DATA, e, "%s '%.40s' is not a number%s",
	    name, text_of(rd, c),
	    strchr(text_of(rd, c), ',') != NULL ? "; leave the commas out" :
						  "");
}

/* What a spreadsheet leaves of 005930, unless told that it is text. */
static bool
is_short_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n < CODE_SIZE - 1 && s[n] == '\0';
}

/* "005930", or with the letter that CREON puts before it. */
static int
read_code(const struct import_reader *rd, char code[CODE_SIZE], struct err *e)
{
	const char *s = text_of(rd, CODE), *bare = s;

	if ((s[0] == 'A' || s[0] == 'a' || s[0] == 'Q') && strlen(s) == 7)
		bare = s + 1;
	if (!code_valid(bare))
		return import_bad(&rd->in, E_DATA, e,
		    "code '%.40s': want six characters, such as 005930%s", s,
		    is_short_number(s) ? " (spreadsheets drop zeros in front)" :
					 "");
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
read_date(const struct import_reader *rd, ymd *date, struct err *e)
{
	const char *s = text_of(rd, DATE);

	if (read_datetime_text(s, date, NULL) == -1)
		return import_bad(&rd->in, E_DATA, e,
		    "date '%.40s' is not a date (YYYYMMDD or YYYY-MM-DD)", s);
	return 0;
}

/* The session of a day, or the reason why it has none. */
static int
find_session(struct import_reader *rd, ymd date, struct err *e)
{
	if (rd->day != NULL && rd->day->date == date)
		return 0;
	rd->day = calendar_day(rd->spec->cal, date);
	if (rd->day == NULL)
		return import_bad(&rd->in, E_CONFIG, e,
		    "the calendar has no day %d; add it by import-prices"
		    " --calendar",
		    (int)date);
	if (rd->day->is_open)
		return 0;
	rd->day = NULL;
	return import_bad(&rd->in, E_DATA, e,
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
bad_label(const struct import_reader *rd, hhmm given, struct err *e)
{
	const struct session *d = rd->day;
	bool is_end = rd->spec->label_end;
	int shift = is_end ? 1 : 0;
	char lunch[48] = "";

	if (d->break_start != 0)
		snprintf(lunch, sizeof(lunch), "%04d, %04d to ",
		    (int)hhmm_add(d->break_start, shift - 1),
		    (int)hhmm_add(d->break_end, shift));
	return import_bad(&rd->in, E_DATA, e,
	    "%04d is no minute of %d, which has %04d to %s%04d and %04d%s",
	    (int)given, (int)d->date, (int)hhmm_add(d->open, shift), lunch,
	    (int)hhmm_add(d->auction, shift - 1), (int)d->close,
	    label_of(d, given, !is_end) == -1 ? "" :
		is_end                        ? " (or is it --label start?)" :
						" (or is it --label end?)");
}

static int
read_minute(struct import_reader *rd, struct bar *b, struct err *e)
{
	const char *s;
	hhmm given, label;

	if (rd->col[DATETIME] != -1) {
		s = text_of(rd, DATETIME);
		if (read_datetime_text(s, &b->date, &given) == -1)
			return import_bad(&rd->in, E_DATA, e,
			    "datetime '%.40s' is not a date and minute", s);
	} else {
		s = text_of(rd, TIME);
		if (read_date(rd, &b->date, e) == -1)
			return -1;
		if (read_time_text(s, &given) == -1)
			return import_bad(&rd->in, E_DATA, e,
			    "time '%.40s' is not a minute (HHMM)", s);
	}
	if (find_session(rd, b->date, e) == -1)
		return -1;
	if ((label = label_of(rd->day, given, rd->spec->label_end)) == -1)
		return bad_label(rd, given, e);
	b->time = label;
	return 0;
}

/* ---- Rows ------------------------------------------------------------------------- */

static int
read_prices(const struct import_reader *rd, struct bar *b, struct err *e)
{
	if (read_whole(rd, OPEN, 0, PRICE_MAX, &b->open, e) == -1 ||
	    read_whole(rd, HIGH, 0, PRICE_MAX, &b->high, e) == -1 ||
	    read_whole(rd, LOW, 0, PRICE_MAX, &b->low, e) == -1 ||
	    read_whole(rd, CLOSE, 0, PRICE_MAX, &b->close, e) == -1 ||
	    read_whole(rd, VOLUME, 0, VOLUME_MAX, &b->volume, e) == -1)
		return -1;
	/* How some vendors write a halt. */
	if (b->volume == 0 && b->open == 0 && b->high == 0 && b->low == 0)
		b->open = b->high = b->low = b->close;
	if (b->open == 0 || b->high == 0 || b->low == 0 || b->close == 0)
		return import_bad(&rd->in, E_DATA, e, "%s is 0",
		    b->open == 0     ? "open" :
			b->high == 0 ? "high" :
			b->low == 0  ? "low" :
				       "close");
	if (b->low > b->high)
		return import_bad(&rd->in, E_DATA, e,
		    "low %lld is above high %lld", (long long)b->low,
		    (long long)b->high);
	if (b->open < b->low || b->open > b->high)
		return import_bad(&rd->in, E_DATA, e,
		    "open %lld is not between low %lld and high %lld",
		    (long long)b->open, (long long)b->low, (long long)b->high);
	if (b->close < b->low || b->close > b->high)
		return import_bad(&rd->in, E_DATA, e,
		    "close %lld is not between low %lld and high %lld",
		    (long long)b->close, (long long)b->low, (long long)b->high);
	return 0;
}

static int
read_bar(struct import_reader *rd, struct import_row *r, struct err *e)
{
	if (read_code(rd, r->code, e) == -1)
		return -1;
	if (rd->spec->kind == IMPORT_MINUTE)
		return read_minute(rd, &r->bar, e) == -1 ?
		    -1 :
		    read_prices(rd, &r->bar, e);
	if (read_date(rd, &r->bar.date, e) == -1 ||
	    find_session(rd, r->bar.date, e) == -1)
		return -1;
	return read_prices(rd, &r->bar, e);
}

static int
read_text(const struct import_reader *rd, enum col c, char *out, size_t size,
    struct err *e)
{
	const char *s = text_of(rd, c);

	if (is_nothing(s))
		s = "";
	if (strlen(s) >= size)
		return import_bad(&rd->in, E_DATA, e,
		    "%s is longer than %zu bytes: '%.60s...'", col_name[c][0],
		    size - 1, s);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
read_figure(const struct import_reader *rd, enum col c, char *out, size_t size,
    struct err *e)
{
	double ignored;

	if (read_text(rd, c, out, size, e) == -1)
		return -1;
	if (out[0] != '\0' && real_parse(out, &ignored) == -1)
		return import_bad(&rd->in, E_DATA, e,
		    "%s '%.40s' is not a number", col_name[c][0], out);
	return 0;
}

/* A column that the file has not leaves what is known. */
int
import_read_stock(
    const struct import_reader *rd, struct import_row *r, struct err *e)
{
	struct stock_row *k = &r->stock;
	const char *market = text_of(rd, MARKET);
	int64_t leverage;

	if (rd->col[NAME] != -1 &&
	    read_text(rd, NAME, k->name, sizeof(k->name), e) == -1)
		return -1;
	if (!is_nothing(market) && kind_parse(market, &k->kind) == -1)
		return import_bad(&rd->in, E_DATA, e,
		    "market '%.40s': want KOSPI, KOSDAQ, KONEX, ETF or ETN",
		    market);
	if (!is_nothing(text_of(rd, LEVERAGE))) {
		if (read_whole(rd, LEVERAGE, 1, 4, &leverage, e) == -1)
			return -1;
		k->leverage = (int)leverage;
	}
#define FIGURE(c, to) read_figure(rd, c, k->to, sizeof(k->to), e) == -1
	if (read_text(rd, SECTOR, k->sector, sizeof(k->sector), e) == -1 ||
	    read_text(rd, FINANCIAL_DATE, k->recent_financial_date,
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
read_bool(const struct import_reader *rd, enum col c, bool *out, struct err *e)
{
	static const char *const words[][2] = { { "0", "1" }, { "no", "yes" },
		{ "n", "y" }, { "false", "true" }, { "f", "t" } };
	const char *s = text_of(rd, c);

	for (size_t i = 0; i < NELEM(words); i++)
		for (int v = 0; v < 2; v++)
			if (strcasecmp(s, words[i][v]) == 0) {
				*out = v == 1;
				return 0;
			}
	return import_bad(
	    &rd->in, E_DATA, e, "%s '%.40s': want 0 or 1", col_name[c][0], s);
}

static int
read_day(const struct import_reader *rd, struct import_row *r, struct err *e)
{
	bool is_holiday = rd->col[IS_OPEN] == -1;

	r->description = text_of(rd, DESCRIPTION);
	if (is_nothing(r->description))
		r->description = "";
	if (read_date(rd, &r->bar.date, e) == -1 ||
	    read_bool(rd, is_holiday ? IS_HOLIDAY : IS_OPEN, &r->is_open, e) ==
		-1)
		return -1;
	if (is_holiday)
		r->is_open = !r->is_open;
	return 0;
}

int
import_read(struct import_reader *rd, struct import_row *r, struct err *e)
{
	if (rd->in.n != csv_header(rd->csv)->n)
		return import_bad(&rd->in, E_DATA, e,
		    "%d field%s, but the header has %d", rd->in.n,
		    rd->in.n == 1 ? "" : "s", csv_header(rd->csv)->n);
	switch (rd->spec->kind) {
	case IMPORT_DAILY:
	case IMPORT_MINUTE:
		return read_bar(rd, r, e);
	case IMPORT_STOCKS: /* what is read follows when it is stored */
		return read_code(rd, r->code, e);
	case IMPORT_CALENDAR:
		return read_day(rd, r, e);
	}
	return -1;
}

/* ---- Columns ---------------------------------------------------------------- */

static int
need(const struct import_reader *rd, enum col c, struct err *e)
{
	return rd->col[c] == -1 ? csv_need(rd->csv, col_name[c][0], e) : 0;
}

int
import_columns(struct import_reader *rd, struct err *e)
{
	const struct csv_row *head = csv_header(rd->csv);
	enum import_kind kind = rd->spec->kind;

	for (int c = 0; c < NCOLS; c++) {
		rd->col[c] = -1;
		for (int a = 0; a < 2 && rd->col[c] == -1; a++)
			if (col_name[c][a] != NULL)
				rd->col[c] = csv_column(
				    rd->csv, col_name[c][a]);
		for (int i = rd->col[c] + 1; rd->col[c] != -1 && i < head->n;
		     i++)
			if (strcasecmp(
				head->field[i], head->field[rd->col[c]]) == 0)
				return import_bad(head, E_DATA, e,
				    "two columns '%.40s'", head->field[i]);
	}
	if (kind == IMPORT_CALENDAR) {
		if (need(rd, DATE, e) == -1)
			return -1;
		return rd->col[IS_HOLIDAY] != -1 ? 0 : need(rd, IS_OPEN, e);
	}
	if (need(rd, CODE, e) == -1)
		return -1;
	if (kind == IMPORT_STOCKS)
		return rd->col[MARKET] != -1 ? 0 : need(rd, NAME, e);
	if (kind == IMPORT_DAILY &&
	    (rd->col[TIME] != -1 || rd->col[DATETIME] != -1))
		return import_bad(
		    head, E_DATA, e, "it has minutes, not days: use --minute");
	if (rd->col[DATETIME] == -1 &&
	    (need(rd, DATE, e) == -1 ||
		(kind == IMPORT_MINUTE && need(rd, TIME, e) == -1)))
		return -1;
	for (enum col c = OPEN; c <= VOLUME; c++)
		if (need(rd, c, e) == -1)
			return -1;
	return 0;
}
