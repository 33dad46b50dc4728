/*
 * prices.c - bars of days and minutes.
 *
 * Most rows that a person imports are new, so a plain insert is tried first and
 * costs one search; what is there already is compared and, if it differs,
 * changed.  Most of what is asked of a broker again is there and the same: once
 * one row was, the next ones are looked at first, which costs one search too.
 */
#include "store/prices.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "store/db.h"

enum {
	ADD_DAILY,
	CHANGE_DAILY,
	IS_DAILY,
	ADD_MINUTE,
	CHANGE_MINUTE,
	IS_MINUTE,
	DAILY,
	DAILY_TRADED,
	DAILY_LAST,
	DAILY_LAST_TRADED,
	MINUTES,
	MINUTES_TRADED,
	MINUTES_RANGE,
	MINUTES_RANGE_TRADED,
	DAILY_CODES,
	MINUTE_CODES,
	DAILY_SPAN,
	DAILY_SPAN_ALL,
	MINUTE_SPAN,
	MINUTE_SPAN_ALL,
	MINUTE_LAST,
	MINUTE_COUNT,
	PREV_CLOSE,
	HIGH_MINUTES,
	HIGH_DAYS,
};

static const char *const text[] = {
	[ADD_DAILY] =
	    "INSERT OR IGNORE INTO daily_price (code, date, open,"
	    " high, low, close, volume) VALUES (:code, :date, :open, :high,"
	    " :low, :close, :volume)",
	[CHANGE_DAILY] =
	    "UPDATE daily_price SET open = :open, high = :high,"
	    " low = :low, close = :close, volume = :volume"
	    " WHERE code = :code AND date = :date AND (open <> :open OR"
	    " high <> :high OR low <> :low OR close <> :close OR"
	    " volume <> :volume)",
	[IS_DAILY] =
	    "SELECT 1 FROM daily_price WHERE code = :code AND date = :date AND"
	    " open = :open AND high = :high AND low = :low AND close = :close"
	    " AND volume = :volume",
	[ADD_MINUTE] =
	    "INSERT OR IGNORE INTO minute_price (code, date, time,"
	    " open, high, low, close, volume) VALUES (:code, :date, :time,"
	    " :open, :high, :low, :close, :volume)",
	[CHANGE_MINUTE] =
	    "UPDATE minute_price SET open = :open, high = :high,"
	    " low = :low, close = :close, volume = :volume"
	    " WHERE code = :code AND date = :date AND time = :time AND"
	    " (open <> :open OR high <> :high OR low <> :low OR"
	    " close <> :close OR volume <> :volume)",
	[IS_MINUTE] =
	    "SELECT 1 FROM minute_price WHERE code = :code AND date = :date AND"
	    " time = :time AND open = :open AND high = :high AND low = :low AND"
	    " close = :close AND volume = :volume",
	[DAILY] = "SELECT date, 0, open, high, low, close, volume"
		  " FROM daily_price WHERE code = :code AND"
		  " date BETWEEN :from AND :to ORDER BY date",
	[DAILY_TRADED] =
	    "SELECT date, 0, open, high, low, close, volume"
	    " FROM daily_price WHERE code = :code AND"
	    " date BETWEEN :from AND :to AND volume > 0 ORDER BY date",
	[DAILY_LAST] = "SELECT date FROM daily_price WHERE code = :code AND"
		       " date < :before ORDER BY date DESC LIMIT 1 OFFSET :n",
	[DAILY_LAST_TRADED] = "SELECT date FROM daily_price WHERE code = :code"
			      " AND date < :before AND volume > 0"
			      " ORDER BY date DESC LIMIT 1 OFFSET :n",
	[MINUTES] = "SELECT date, time, open, high, low, close, volume"
		    " FROM minute_price WHERE code = :code AND date = :day AND"
		    " time BETWEEN :from AND :to ORDER BY time",
	[MINUTES_TRADED] =
	    "SELECT date, time, open, high, low, close, volume"
	    " FROM minute_price WHERE code = :code AND date = :day AND"
	    " time BETWEEN :from AND :to AND volume > 0 ORDER BY time",
	[MINUTES_RANGE] = "SELECT date, time, open, high, low, close, volume"
			  " FROM minute_price WHERE code = :code AND"
			  " date BETWEEN :from AND :to ORDER BY date, time",
	[MINUTES_RANGE_TRADED] =
	    "SELECT date, time, open, high, low, close,"
	    " volume FROM minute_price WHERE code = :code AND"
	    " date BETWEEN :from AND :to AND volume > 0 ORDER BY date, time",
	/* Jump from code to code: the table is long, the codes are few. */
	[DAILY_CODES] =
	    "WITH RECURSIVE c(code) AS ("
	    " SELECT min(code) FROM daily_price UNION ALL"
	    " SELECT (SELECT min(code) FROM daily_price WHERE code > c.code)"
	    " FROM c WHERE c.code IS NOT NULL)"
	    " SELECT code FROM c WHERE code IS NOT NULL",
	[MINUTE_CODES] =
	    "WITH RECURSIVE c(code) AS ("
	    " SELECT min(code) FROM minute_price UNION ALL"
	    " SELECT (SELECT min(code) FROM minute_price WHERE code > c.code)"
	    " FROM c WHERE c.code IS NOT NULL)"
	    " SELECT code FROM c WHERE code IS NOT NULL",
	[DAILY_SPAN] =
	    "SELECT (SELECT min(date) FROM daily_price WHERE"
	    " code = :code), (SELECT max(date) FROM daily_price WHERE"
	    " code = :code)",
	[DAILY_SPAN_ALL] =
	    "WITH RECURSIVE c(code) AS ("
	    " SELECT min(code) FROM daily_price UNION ALL"
	    " SELECT (SELECT min(code) FROM daily_price WHERE code > c.code)"
	    " FROM c WHERE c.code IS NOT NULL) SELECT"
	    " min((SELECT min(date) FROM daily_price d WHERE d.code = c.code)),"
	    " max((SELECT max(date) FROM daily_price d WHERE d.code = c.code))"
	    " FROM c",
	[MINUTE_SPAN] =
	    "SELECT (SELECT min(date) FROM minute_price WHERE"
	    " code = :code), (SELECT max(date) FROM minute_price WHERE"
	    " code = :code)",
	[MINUTE_SPAN_ALL] =
	    "WITH RECURSIVE c(code) AS ("
	    " SELECT min(code) FROM minute_price UNION ALL"
	    " SELECT (SELECT min(code) FROM minute_price WHERE code > c.code)"
	    " FROM c WHERE c.code IS NOT NULL) SELECT"
	    " min((SELECT min(date) FROM minute_price d WHERE d.code = c.code)),"
	    " max((SELECT max(date) FROM minute_price d WHERE d.code = c.code))"
	    " FROM c",
	[MINUTE_LAST] = "SELECT coalesce(max(time), -1) FROM minute_price WHERE"
			" code = :code AND date = :day",
	[MINUTE_COUNT] = "SELECT count(*) FROM minute_price WHERE"
			 " code = :code AND date = :day",
	[PREV_CLOSE] =
	    "SELECT close FROM daily_price WHERE code = :code AND"
	    " date < :before AND volume > 0 ORDER BY date DESC LIMIT 1",
	[HIGH_MINUTES] = "SELECT coalesce(max(close), 0) FROM minute_price"
			 " WHERE code = :code AND date BETWEEN :date AND :until"
			 " AND (date, time) >= (:date, :time)"
			 " AND (date, time) < (:until, :before) AND volume > 0",
	[HIGH_DAYS] =
	    "SELECT coalesce(max(close), 0) FROM daily_price d"
	    " WHERE code = :code AND date >= :date AND date < :until"
	    " AND volume > 0 AND NOT EXISTS (SELECT 1 FROM minute_price m"
	    " WHERE m.code = d.code AND m.date = d.date)",
};

FAMILY(FAM_PRICES, prices);
#define stmt(s, i, e) db_stmt(s, &prices_family, i, e)

/* The statements that put a bar, daily ones or those of minutes. */
struct putting {
	int add, change, is;
	bool has_time;
};

static sqlite3_stmt *
bar_stmt(struct store *s, const struct putting *p, int i, const char *code,
    const struct bar *b, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return NULL;
	bind_text(st, ":code", code);
	bind_i64(st, ":date", b->date);
	if (p->has_time)
		bind_i64(st, ":time", b->time);
	bind_i64(st, ":open", b->open);
	bind_i64(st, ":high", b->high);
	bind_i64(st, ":low", b->low);
	bind_i64(st, ":close", b->close);
	bind_i64(st, ":volume", b->volume);
	return st;
}

/* Is exactly this bar there?  1, 0, -1. */
static int
is_there(struct store *s, const struct putting *p, const char *code,
    const struct bar *b, struct err *e)
{
	sqlite3_stmt *st = bar_stmt(s, p, p->is, code, b, e);
	int rc = st == NULL ? -1 : db_row(s, st, "looking at a bar", e);

	if (rc == 1)
		db_done(st);
	return rc;
}

static int
put(struct store *s, const struct putting *p, const char *code,
    const struct bar *b, struct put_counts *counts, struct err *e)
{
	int64_t *const count[] = { &counts->same, &counts->changed };
	sqlite3_stmt *st;
	int rc;

	if (counts->same > counts->added) {
		if ((rc = is_there(s, p, code, b, e)) == -1)
			return -1;
		if (rc == 1) {
			counts->same++;
			return 0;
		}
	}
	if ((st = bar_stmt(s, p, p->add, code, b, e)) == NULL ||
	    (rc = db_run(s, st, "saving a bar", e)) == -1)
		return -1;
	if (rc == 1) {
		counts->added++;
		return 0;
	}
	if ((st = bar_stmt(s, p, p->change, code, b, e)) == NULL ||
	    (rc = db_run(s, st, "saving a bar", e)) == -1)
		return -1;
	++*count[rc];
	return 0;
}

int
store_put_daily(struct store *s, const char *code, const struct bar *b,
    struct put_counts *counts, struct err *e)
{
	static const struct putting daily = { ADD_DAILY, CHANGE_DAILY, IS_DAILY,
		false };

	return put(s, &daily, code, b, counts, e);
}

int
store_put_minute(struct store *s, const char *code, const struct bar *b,
    struct put_counts *counts, struct err *e)
{
	static const struct putting minute = { ADD_MINUTE, CHANGE_MINUTE,
		IS_MINUTE, true };

	return put(s, &minute, code, b, counts, e);
}

/* Of sixteen years of minutes each is asked; the order is cheap. */
static bool
bar_sound(const struct bar *b)
{
	return b->low > 0 && b->low <= b->open && b->low <= b->close &&
	    b->high >= b->open && b->high >= b->close && price_sound(b->high) &&
	    amount_sound(b->volume) && b->volume >= 0 && hhmm_valid(b->time) &&
	    ymd_valid(b->date);
}

static int
read_bars(
    struct store *s, sqlite3_stmt *st, struct bar_store *out, struct err *e)
{
	struct bar b;
	int rc;

	while ((rc = db_row(s, st, "reading bars", e)) == 1) {
		b = (struct bar){ .date = sqlite3_column_int(st, 0),
			.time = sqlite3_column_int(st, 1),
			.open = sqlite3_column_int64(st, 2),
			.high = sqlite3_column_int64(st, 3),
			.low = sqlite3_column_int64(st, 4),
			.close = sqlite3_column_int64(st, 5),
			.volume = sqlite3_column_int64(st, 6) };
		if (!bar_sound(&b)) {
			db_done(st);
			return err_set(e, E_DATA,
			    "%s: a price of %d %04d is damaged; see trade-db"
			    " check, or bring back a backup",
			    s->path, (int)b.date, (int)b.time);
		}
		bar_store_add(out, &b);
	}
	return rc;
}

int
store_daily(struct store *s, const char *code, ymd from, ymd to, unsigned flags,
    struct bar_store *out, struct err *e)
{
	sqlite3_stmt *st = stmt(s, flags & BARS_ALL ? DAILY : DAILY_TRADED, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	return read_bars(s, st, out, e);
}

int
store_daily_last(struct store *s, const char *code, ymd before, int n,
    unsigned flags, struct bar_store *out, struct err *e)
{
	int64_t from = YMD_MIN;
	sqlite3_stmt *st;

	if (n > 0) {
		st = stmt(
		    s, flags & BARS_ALL ? DAILY_LAST : DAILY_LAST_TRADED, e);
		if (st == NULL)
			return -1;
		bind_text(st, ":code", code);
		bind_i64(st, ":before", before);
		bind_i64(st, ":n", n - 1);
		if (db_int(s, st, "reading bars", &from, e) == -1)
			return -1;
	}
	return store_daily(
	    s, code, (ymd)from, ymd_add(before, -1), flags, out, e);
}

int
store_minutes(struct store *s, const char *code, ymd day, hhmm from, hhmm to,
    unsigned flags, struct bar_store *out, struct err *e)
{
	sqlite3_stmt *st = stmt(
	    s, flags & BARS_ALL ? MINUTES : MINUTES_TRADED, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":day", day);
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	return read_bars(s, st, out, e);
}

int
store_minutes_range(struct store *s, const char *code, ymd from, ymd to,
    unsigned flags, struct bar_store *out, struct err *e)
{
	sqlite3_stmt *st = stmt(
	    s, flags & BARS_ALL ? MINUTES_RANGE : MINUTES_RANGE_TRADED, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	return read_bars(s, st, out, e);
}

int
store_daily_codes(struct store *s, struct codes *out, struct err *e)
{
	return db_codes(s, stmt(s, DAILY_CODES, e), "reading codes", out, e);
}

int
store_minute_codes(struct store *s, struct codes *out, struct err *e)
{
	return db_codes(s, stmt(s, MINUTE_CODES, e), "reading codes", out, e);
}

static int
read_span(struct store *s, int one, int all, const char *code, ymd *first,
    ymd *last, struct err *e)
{
	sqlite3_stmt *st = stmt(s, code == NULL ? all : one, e);
	int rc;

	if (st == NULL)
		return -1;
	if (code != NULL)
		bind_text(st, ":code", code);
	*first = *last = 0;
	if ((rc = db_row(s, st, "reading dates", e)) != 1)
		return rc;
	*first = sqlite3_column_int(st, 0); /* NULL is 0 */
	*last = sqlite3_column_int(st, 1);
	db_done(st);
	return 0;
}

int
store_daily_span(
    struct store *s, const char *code, ymd *first, ymd *last, struct err *e)
{
	return read_span(s, DAILY_SPAN, DAILY_SPAN_ALL, code, first, last, e);
}

int
store_minute_span(
    struct store *s, const char *code, ymd *first, ymd *last, struct err *e)
{
	return read_span(s, MINUTE_SPAN, MINUTE_SPAN_ALL, code, first, last, e);
}

static int
int_of_day(struct store *s, int i, const char *code, ymd day, int64_t *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":day", day);
	return db_int(s, st, "reading prices", out, e);
}

int
store_minute_last(
    struct store *s, const char *code, ymd day, hhmm *label, struct err *e)
{
	int64_t v;

	if (int_of_day(s, MINUTE_LAST, code, day, &v, e) == -1)
		return -1;
	*label = (hhmm)v;
	return 0;
}

int
store_minute_count(
    struct store *s, const char *code, ymd day, int64_t *n, struct err *e)
{
	return int_of_day(s, MINUTE_COUNT, code, day, n, e);
}

static int
damaged_price(struct store *s, const char *code, struct err *e)
{
	return err_set(e, E_DATA,
	    "%s: a price of %s is damaged; see trade-db check", s->path, code);
}

int
store_prev_close(
    struct store *s, const char *code, ymd before, won *close, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PREV_CLOSE, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":before", before);
	if (db_int(s, st, "reading prices", close, e) == -1)
		return -1;
	return price_sound(*close) ? 0 : damaged_price(s, code, e);
}

int
store_high_since(struct store *s, const char *code, ymd date, hhmm time,
    ymd until, hhmm before, won *high, struct err *e)
{
	sqlite3_stmt *st = stmt(s, HIGH_MINUTES, e);
	won minutes, days;

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":date", date);
	bind_i64(st, ":time", time);
	bind_i64(st, ":until", until);
	bind_i64(st, ":before", before);
	if (db_int(s, st, "reading prices", &minutes, e) == -1 ||
	    (st = stmt(s, HIGH_DAYS, e)) == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":date", date);
	bind_i64(st, ":until", until);
	if (db_int(s, st, "reading prices", &days, e) == -1)
		return -1;
	*high = minutes > days ? minutes : days;
	return price_sound(*high) ? 0 : damaged_price(s, code, e);
}
