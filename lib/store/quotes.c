/*
 * quotes.c - what was last told of each stock.
 */
#include "store/quotes.h"

#include <string.h>

#include "base/date.h"
#include "store/db.h"

enum { PUT_QUOTE, GET_QUOTE, NEWEST_QUOTE };

static const char *const text[] = {
	[PUT_QUOTE] =
	    "INSERT INTO current_quote (code, last, bid, ask, base,"
	    " lower, upper, volume, status, no_entry, status_day, polled_at)"
	    " VALUES (:code,"
	    " :last, :bid, :ask, :base, :lower, :upper, :volume,"
	    " iif(:halted, 'halted', 'trading'), :no_entry, :status_day, :at)"
	    " ON CONFLICT (code) DO UPDATE SET last = excluded.last,"
	    " bid = excluded.bid, ask = excluded.ask, base = excluded.base,"
	    " lower = excluded.lower, upper = excluded.upper,"
	    " volume = excluded.volume, polled_at = excluded.polled_at,"
	    " status = iif(excluded.status_day, excluded.status, status),"
	    " no_entry = iif(excluded.status_day, excluded.no_entry, no_entry),"
	    " status_day = iif(excluded.status_day, excluded.status_day,"
	    " status_day)",
	[GET_QUOTE] = "SELECT last, bid, ask, base, lower, upper, volume,"
		      " status = 'halted', no_entry, status_day, polled_at"
		      " FROM current_quote"
		      " WHERE code = :code",
	[NEWEST_QUOTE] = "SELECT max(polled_at) FROM current_quote",
};

FAMILY(FAM_QUOTES, quotes);
#define stmt(s, i, e) db_stmt(s, &quotes_family, i, e)

int
store_put_quote(struct store *s, const struct quote_row *q, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PUT_QUOTE, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", q->code);
	bind_i64(st, ":last", q->last);
	bind_i64(st, ":bid", q->bid);
	bind_i64(st, ":ask", q->ask);
	bind_i64(st, ":base", q->base);
	bind_i64(st, ":lower", q->lower);
	bind_i64(st, ":upper", q->upper);
	bind_i64(st, ":volume", q->volume);
	bind_i64(st, ":halted", q->is_halted);
	bind_i64(st, ":no_entry", q->no_entry);
	bind_i64(st, ":status_day", q->status_day);
	bind_epoch(st, ":at", q->polled_at);
	return db_run(s, st, "saving a quote", e) == -1 ? -1 : 0;
}

int
store_quote(
    struct store *s, const char *code, struct quote_row *q, struct err *e)
{
	sqlite3_stmt *st = stmt(s, GET_QUOTE, e);
	int rc;

	memset(q, 0, sizeof(*q));
	strncpy(q->code, code, CODE_SIZE - 1);
	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if ((rc = db_row(s, st, "reading a quote", e)) != 1)
		return rc;
	q->last = sqlite3_column_int64(st, 0);
	q->bid = sqlite3_column_int64(st, 1);
	q->ask = sqlite3_column_int64(st, 2);
	q->base = sqlite3_column_int64(st, 3);
	q->lower = sqlite3_column_int64(st, 4);
	q->upper = sqlite3_column_int64(st, 5);
	q->volume = sqlite3_column_int64(st, 6);
	q->is_halted = sqlite3_column_int(st, 7) != 0;
	q->no_entry = sqlite3_column_int(st, 8) != 0;
	q->status_day = (ymd)sqlite3_column_int64(st, 9);
	q->polled_at = col_epoch(st, 10);
	db_done(st);
	if (!price_sound(q->last) || !price_sound(q->bid) ||
	    !price_sound(q->ask) || !price_sound(q->base) ||
	    !price_sound(q->lower) || !price_sound(q->upper) ||
	    (q->status_day != 0 && !ymd_valid(q->status_day)))
		return err_set(e, E_DATA,
		    "%s: current_quote: %s is damaged; see trade-db check",
		    s->path, code);
	return 1;
}

int
store_quote_newest(struct store *s, epoch *at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, NEWEST_QUOTE, e);
	int rc;

	*at = 0;
	if (st == NULL || (rc = db_row(s, st, "reading quotes", e)) == -1)
		return -1;
	if (rc == 1) {
		*at = col_epoch(st, 0);
		db_done(st);
	}
	return 0;
}
