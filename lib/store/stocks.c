/*
 * stocks.c - stocks and the calendar.
 */
#include "store/stocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "market/krx_calendar.h"
#include "schema.h"
#include "store/db.h"

enum {
	ADD_STOCK,
	CHANGE_STOCK,
	GET_STOCK,
	LIST_STOCKS,
	ADD_DAY,
	CHANGE_DAY,
	NAME_DAY,
	LIST_DAYS,
	GET_DAY,
	PHASES,
};

#define FIGURES                                                                 \
	"sector = coalesce(nullif(:sector, ''), sector),"                       \
	" per = coalesce(CAST(nullif(:per, '') AS REAL), per),"                 \
	" pbr = coalesce(CAST(nullif(:pbr, '') AS REAL), pbr),"                 \
	" eps = coalesce(CAST(nullif(:eps, '') AS REAL), eps),"                 \
	" roe = coalesce(CAST(nullif(:roe, '') AS REAL), roe),"                 \
	" debt_ratio = coalesce(CAST(nullif(:debt_ratio, '') AS REAL),"         \
	" debt_ratio),"                                                         \
	" sales = coalesce(CAST(nullif(:sales, '') AS INTEGER), sales),"        \
	" operating_profit = coalesce(CAST(nullif(:operating_profit, '')"       \
	" AS INTEGER), operating_profit),"                                      \
	" net_profit = coalesce(CAST(nullif(:net_profit, '') AS INTEGER),"      \
	" net_profit),"                                                         \
	" recent_financial_date = coalesce(nullif(:recent_financial_date, '')," \
	" recent_financial_date)"

/* Does the row differ from what is given? */
#define DIFFERS                                                           \
	"(name <> :name OR market <> :market OR leverage <> :leverage OR" \
	" (:sector <> '' AND sector IS NOT :sector) OR"                   \
	" (:per <> '' AND per IS NOT CAST(:per AS REAL)) OR"              \
	" (:pbr <> '' AND pbr IS NOT CAST(:pbr AS REAL)) OR"              \
	" (:eps <> '' AND eps IS NOT CAST(:eps AS REAL)) OR"              \
	" (:roe <> '' AND roe IS NOT CAST(:roe AS REAL)) OR"              \
	" (:debt_ratio <> '' AND"                                         \
	" debt_ratio IS NOT CAST(:debt_ratio AS REAL)) OR"                \
	" (:sales <> '' AND sales IS NOT CAST(:sales AS INTEGER)) OR"     \
	" (:operating_profit <> '' AND operating_profit"                  \
	" IS NOT CAST(:operating_profit AS INTEGER)) OR"                  \
	" (:net_profit <> '' AND net_profit"                              \
	" IS NOT CAST(:net_profit AS INTEGER)) OR"                        \
	" (:recent_financial_date <> '' AND"                              \
	" recent_financial_date IS NOT :recent_financial_date))"

static const char *const text[] = {
	[ADD_STOCK] =
	    "INSERT OR IGNORE INTO stock_info (code, name, market,"
	    " leverage, updated_at) VALUES (:code, :name, :market, :leverage,"
	    " :at)",
	[CHANGE_STOCK] =
	    "UPDATE stock_info SET name = :name,"
	    " market = :market, leverage = :leverage, updated_at = :at, " FIGURES
	    " WHERE code = :code AND " DIFFERS,
	[GET_STOCK] = "SELECT code, name, market, leverage FROM stock_info"
		      " WHERE code = :code",
	[LIST_STOCKS] = "SELECT code, name, market, leverage FROM stock_info"
			" ORDER BY code",
	[ADD_DAY] =
	    "INSERT OR IGNORE INTO market_calendar (date, is_open,"
	    " entry, open, break_start, break_end, auction, close,"
	    " description) VALUES (:date, :is_open, :entry, :open,"
	    " :break_start, :break_end, :auction, :close, :description)",
	/* Opened by a person or a vendor: regular hours; closed: none. */
	[CHANGE_DAY] =
	    "UPDATE market_calendar SET is_open = :is_open,"
	    " entry = :entry, open = :open, break_start = :break_start,"
	    " break_end = :break_end, auction = :auction, close = :close,"
	    " description = :description WHERE date = :date AND"
	    " is_open <> :is_open",
	[NAME_DAY] = "UPDATE market_calendar SET description = :description"
		     " WHERE date = :date AND description <> :description AND"
		     " :description <> ''",
	[LIST_DAYS] = "SELECT date, is_open, entry, open, break_start,"
		      " break_end, auction, close FROM market_calendar"
		      " WHERE date >= :from ORDER BY date",
	[GET_DAY] = "SELECT date, is_open, entry, open, break_start,"
		    " break_end, auction, close FROM market_calendar"
		    " WHERE date = :date",
	/* The newest row of each phase: SQLite takes the others' columns from
	 * the row of the max(). */
	[PHASES] = "SELECT phase, begins, ends, max(since) FROM session_phase"
		   " WHERE since <= :date GROUP BY phase",
};

FAMILY(FAM_STOCKS, stocks);
#define stmt(s, i, e) db_stmt(s, &stocks_family, i, e)

static void
bind_stock(sqlite3_stmt *st, const struct stock_row *r, epoch at)
{
	bind_text(st, ":code", r->code);
	bind_text(st, ":name", r->name);
	bind_text(st, ":market", kind_name(r->kind));
	bind_i64(st, ":leverage", r->leverage);
	bind_epoch(st, ":at", at);
}

int
store_put_stock(struct store *s, const struct stock_row *r, epoch at,
    struct put_counts *counts, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_STOCK, e);
	int added, changed;

	if (st == NULL)
		return -1;
	bind_stock(st, r, at);
	if ((added = db_run(s, st, "saving a stock", e)) == -1 ||
	    (st = stmt(s, CHANGE_STOCK, e)) == NULL)
		return -1;
	bind_stock(st, r, at);
	bind_text(st, ":sector", r->sector);
	bind_text(st, ":per", r->per);
	bind_text(st, ":pbr", r->pbr);
	bind_text(st, ":eps", r->eps);
	bind_text(st, ":roe", r->roe);
	bind_text(st, ":debt_ratio", r->debt_ratio);
	bind_text(st, ":sales", r->sales);
	bind_text(st, ":operating_profit", r->operating_profit);
	bind_text(st, ":net_profit", r->net_profit);
	bind_text(st, ":recent_financial_date", r->recent_financial_date);
	if ((changed = db_run(s, st, "saving a stock", e)) == -1)
		return -1;
	if (added)
		counts->added++;
	else if (changed)
		counts->changed++;
	else
		counts->same++;
	return 0;
}

static void
read_stock(sqlite3_stmt *st, struct stock_row *r)
{
	char market[16];

	memset(r, 0, sizeof(*r));
	col_text(st, 0, r->code, sizeof(r->code));
	col_text(st, 1, r->name, sizeof(r->name));
	col_text(st, 2, market, sizeof(market));
	if (kind_parse(market, &r->kind) == -1)
		r->kind = KIND_KOSPI;
	r->leverage = sqlite3_column_int(st, 3);
}

int
store_stock(
    struct store *s, const char *code, struct stock_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, GET_STOCK, e);
	int rc;

	memset(r, 0, sizeof(*r));
	strncpy(r->code, code, CODE_SIZE - 1);
	r->leverage = 1;
	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if ((rc = db_row(s, st, "reading a stock", e)) == 1) {
		read_stock(st, r);
		db_done(st);
	}
	return rc;
}

int
store_stocks(struct store *s, struct stock_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LIST_STOCKS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading stocks", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 256 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		read_stock(st, &(*out)[(*n)++]);
	}
	return db_list_end(rc, out, n);
}

/* ---- Calendar ----------------------------------------------------------------- */

/* 0, or -1 for hours that are none: the schema knows their order, not what a
 * minute is, and a person may have written them. */
static int
read_day(
    const struct store *s, sqlite3_stmt *st, struct session *d, struct err *e)
{
	*d = (struct session){
		.date = sqlite3_column_int(st, 0),
		.is_open = sqlite3_column_int(st, 1) != 0,
		.entry = sqlite3_column_int(st, 2),
		.open = sqlite3_column_int(st, 3),
		.break_start = sqlite3_column_int(st, 4),
		.break_end = sqlite3_column_int(st, 5),
		.auction = sqlite3_column_int(st, 6),
		.close = sqlite3_column_int(st, 7),
	};
	if (ymd_valid(d->date) && session_valid(d))
		return 0;
	return err_set(e, E_DATA,
	    "%s: market_calendar: the hours of %d are none", s->path,
	    (int)d->date);
}

/* In a damaged file even the key's order may be lost. */
static bool
out_of_order(const struct store *s, const struct session *a,
    const struct session *b, struct err *e)
{
	if (a->date < b->date)
		return false;
	err_set(e, E_DATA,
	    "%s: market_calendar: %d after %d; see trade-db check", s->path,
	    (int)b->date, (int)a->date);
	return true;
}

struct calendar *
store_calendar(struct store *s, ymd from, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LIST_DAYS, e);
	struct session *row = NULL;
	struct calendar *cal = NULL;
	size_t n = 0, cap = 0;
	int rc;

	if (st == NULL)
		return NULL;
	bind_i64(st, ":from", from);
	while ((rc = db_row(s, st, "reading the calendar", e)) == 1) {
		if (n == cap) {
			cap = cap == 0 ? 1024 : cap * 2;
			row = xrealloc(row, cap, sizeof(*row));
		}
		if (read_day(s, st, &row[n], e) == -1 ||
		    (n > 0 && out_of_order(s, &row[n - 1], &row[n], e))) {
			db_done(st);
			free(row);
			return NULL;
		}
		n++;
	}
	/* All of it may lie in the past; it is not empty then. */
	if (rc == 0 && n == 0 && from > 0)
		cal = store_calendar(s, 0, e);
	else if (rc == 0 && n == 0)
		err_set(e, E_CONFIG,
		    "%s: the calendar is empty; see"
		    " import-prices --calendar",
		    s->path);
	else if (rc == 0)
		cal = calendar_new(row, n);
	free(row);
	return cal;
}

int
store_session(struct store *s, ymd day, struct session *out, struct err *e)
{
	sqlite3_stmt *st = stmt(s, GET_DAY, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", day);
	if ((rc = db_row(s, st, "reading the calendar", e)) == 1) {
		if (read_day(s, st, out, e) == -1)
			rc = -1;
		db_done(st);
	}
	return rc;
}

static int
put_day(struct store *s, int i, const struct session *d,
    const char *description, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", d->date);
	bind_i64(st, ":is_open", d->is_open);
	bind_i64(st, ":entry", d->entry);
	bind_i64(st, ":open", d->open);
	bind_i64(st, ":break_start", d->break_start);
	bind_i64(st, ":break_end", d->break_end);
	bind_i64(st, ":auction", d->auction);
	bind_i64(st, ":close", d->close);
	bind_text(st, ":description", description);
	return db_run(s, st, "saving the calendar", e);
}

int
db_fill_calendar(struct store *s, struct err *e)
{
	size_t n;
	struct session *row = krx_calendar(krx_holidays_csv,
	    krx_special_hours_csv, krx_session_history_csv, &n, e);
	int rc = row == NULL ? -1 : 0;

	for (size_t i = 0; rc != -1 && i < n; i++)
		rc = put_day(s, ADD_DAY, &row[i], "", e);
	free(row);
	return rc == -1 ? -1 : 0;
}

int
store_regular_hours(struct store *s, struct session *d, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PHASES, e);
	char phase[24];
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", d->date);
	while ((rc = db_row(s, st, "reading the phases", e)) == 1) {
		hhmm begins = sqlite3_column_int(st, 1);
		hhmm ends = sqlite3_column_int(st, 2);

		col_text(st, 0, phase, sizeof(phase));
		if (strcmp(phase, "entry") == 0) {
			d->entry = begins;
		} else if (strcmp(phase, "continuous") == 0) {
			d->open = begins;
		} else if (strcmp(phase, "break") == 0) {
			d->break_start = begins;
			d->break_end = ends;
		} else if (strcmp(phase, "closing_auction") == 0) {
			d->auction = begins;
			d->close = ends;
		}
	}
	return rc == -1 ? -1 : d->close != 0 && session_valid(d);
}

int
store_put_calendar_day(struct store *s, ymd day, bool is_open,
    const char *description, struct put_counts *counts, struct err *e)
{
	struct session d = { .date = day, .is_open = is_open };
	int rc = is_open ? store_regular_hours(s, &d, e) : 1;
	int added, changed = 0, named = 0;

	if (rc != 1)
		return rc == -1 ?
		    -1 :
		    err_set(e, E_DATA, "no hours are known for %d", (int)day);
	if ((added = put_day(s, ADD_DAY, &d, description, e)) == -1 ||
	    (!added &&
		(changed = put_day(s, CHANGE_DAY, &d, description, e)) == -1))
		return -1;
	if (!added && !changed && description[0] != '\0') {
		sqlite3_stmt *st = stmt(s, NAME_DAY, e);

		if (st == NULL)
			return -1;
		bind_i64(st, ":date", day);
		bind_text(st, ":description", description);
		if ((named = db_run(s, st, "saving the calendar", e)) == -1)
			return -1;
	}
	if (added)
		counts->added++;
	else if (changed || named)
		counts->changed++;
	else
		counts->same++;
	return 0;
}
