/*
 * paper_books_fills.c - the fills, and the last bar of each stock that orders
 * were matched against.
 */
#include "broker/paper_books_db.h"

#include "base/code.h"
#include "base/date.h"

enum stmt_id { FILL_ADD, FILLS_OF_DAY, UNCOUNTED, MATCHED, MATCHED_SET };

static const char *const text[] = {
	[FILL_ADD] =
	    "INSERT INTO fills (order_id, fill_no, date, time, n, price_won,"
	    " commission_won, tax_won, seen_at, counted_at) VALUES (:order_id,"
	    " (SELECT coalesce(max(fill_no), 0) + 1 FROM fills"
	    "  WHERE order_id = :order_id), :date, :time, :n, :price_won,"
	    " :commission_won, :tax_won, :seen_at, :counted_at)"
	    " RETURNING fill_no",
	[FILLS_OF_DAY] =
	    "SELECT o.no, f.fill_no, o.code, o.side, f.n, f.price_won,"
	    " f.date, f.time, f.commission_won, f.tax_won"
	    " FROM fills f JOIN orders o ON o.id = f.order_id"
	    " WHERE f.date = :date AND f.seen_at <= :now"
	    " ORDER BY f.time, f.id",
	[UNCOUNTED] =
	    "SELECT coalesce(sum(CASE side WHEN 'buy'"
	    "   THEN f.n * price_won + commission_won"
	    "   ELSE commission_won + tax_won - f.n * price_won END), 0)"
	    " FROM fills f JOIN orders o ON o.id = f.order_id"
	    " WHERE counted_at > 0 AND counted_at > :now",

	[MATCHED] = "SELECT date, label FROM matched WHERE code = :code",
	[MATCHED_SET] =
	    "INSERT INTO matched (code, date, label)"
	    " VALUES (:code, :date, :label) ON CONFLICT (code)"
	    " DO UPDATE SET date = excluded.date, label = excluded.label",
};

BOOKS_FAMILY(BOOKS_FILLS);

/* ---- Fills -------------------------------------------------------------- */

int
books_fill_add(struct books *b, struct books_fill *f, struct err *e)
{
	sqlite3_stmt *st = stmt(b, FILL_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", f->order_id);
	bind_i64(st, ":date", f->date);
	bind_i64(st, ":time", f->time);
	bind_i64(st, ":n", f->n);
	bind_i64(st, ":price_won", f->price);
	bind_i64(st, ":commission_won", f->commission);
	bind_i64(st, ":tax_won", f->tax);
	bind_i64(st, ":seen_at", f->seen_at);
	bind_i64(st, ":counted_at", f->counted_at);
	return books_run_one(b, st, "adding a fill", &f->fill_no, 1, e);
}

int
books_fills(struct books *b, ymd date, epoch now, struct broker_fills *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(b, FILLS_OF_DAY, e);
	struct broker_fill *f;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		f = LIST_ADD(out);
		*f = (struct broker_fill){
			.fill_no = sqlite3_column_int64(st, 1),
			.side = col_side(st, 3),
			.n = sqlite3_column_int64(st, 4),
			.price = sqlite3_column_int64(st, 5),
			.date = sqlite3_column_int(st, 6),
			.time = sqlite3_column_int(st, 7),
			.commission = sqlite3_column_int64(st, 8),
			.tax = sqlite3_column_int64(st, 9),
		};
		col_text(st, 0, f->broker_no, sizeof(f->broker_no));
		col_text(st, 2, f->code, sizeof(f->code));
		if (f->broker_no[0] == '\0' || !code_valid(f->code) ||
		    !amount_valid(f->n, f->price) || f->price < 1 ||
		    f->commission < 0 || f->tax < 0 || !ymd_valid(f->date) ||
		    !hhmm_valid(f->time)) {
			books_damaged(b, "fill", f->fill_no, e);
			break;
		}
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		books_fail(b, "listing fills", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
books_uncounted(struct books *b, epoch now, won *cash, struct err *e)
{
	sqlite3_stmt *st = stmt(b, UNCOUNTED, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	return books_run_one(b, st, "counting fills", cash, 1, e);
}

/* ---- Where matching stands ---------------------------------------------- */

int
books_matched(
    struct books *b, const char *code, ymd *date, hhmm *label, struct err *e)
{
	sqlite3_stmt *st = stmt(b, MATCHED, e);
	int64_t v[2] = { 0, 0 };

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (books_run(b, st, "reading the last bar", v, 2, e) == -1)
		return -1;
	*date = (ymd)v[0];
	*label = (hhmm)v[1];
	return 0;
}

int
books_set_matched(
    struct books *b, const char *code, ymd date, hhmm label, struct err *e)
{
	sqlite3_stmt *st = stmt(b, MATCHED_SET, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":date", date);
	bind_i64(st, ":label", label);
	return books_run(b, st, "recording the last bar", NULL, 0, e);
}
