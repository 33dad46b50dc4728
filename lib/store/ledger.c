/*
 * ledger.c - see ledger.h.
 */
#include "store/ledger.h"

#include "store/db.h"

enum {
	MOVES,
	CASH_DAYS,
	CASH_FIRST,
	TRANSFER_DAYS,
	SNAPSHOTS,
	SPLITS,
	MARK,
};

static const char *const text[] = {
	[MOVES] = "SELECT l.day, l.strategy, l.code, l.quantity, l.kind,"
		  " f.order_id, f.time, f.amount, f.commission, f.tax, f.cost,"
		  " f.fees, f.profit FROM share_ledger l LEFT JOIN fill f"
		  " ON f.id = l.fill_id WHERE l.day <= :to"
		  " ORDER BY l.day, l.id",
	[CASH_DAYS] =
	    "SELECT day, sum(amount),"
	    " coalesce(sum(amount) FILTER (WHERE kind = 'opening'), 0),"
	    " coalesce(sum(amount) FILTER (WHERE kind IN"
	    " ('dividend', 'fee', 'sync', 'revision')), 0)"
	    " FROM cash_ledger WHERE day <= :to GROUP BY day ORDER BY day",
	[CASH_FIRST] = "SELECT coalesce(min(day), 0) FROM cash_ledger",
	[TRANSFER_DAYS] = "SELECT day, sum(amount) FROM transfer"
			  " WHERE day <= :to GROUP BY day ORDER BY day",
	[SNAPSHOTS] = "SELECT day, strategy, code, quantity, cost"
		      " FROM session_lot ORDER BY day, strategy, code",
	[SPLITS] = "SELECT code, date, new_shares, old_shares FROM split_log"
		   " ORDER BY date, code",
	[MARK] = "SELECT coalesce("
		 " (SELECT close FROM daily_price WHERE code = :code AND"
		 " date = :day),"
		 " (SELECT close FROM minute_price WHERE code = :code AND"
		 " date = :day ORDER BY time DESC LIMIT 1),"
		 " (SELECT close FROM daily_price WHERE code = :code AND"
		 " date < :day ORDER BY date DESC LIMIT 1),"
		 " (SELECT close FROM minute_price WHERE code = :code AND"
		 " date < :day ORDER BY date DESC, time DESC LIMIT 1), 0)",
};

FAMILY(FAM_LEDGER, ledger);
#define stmt(s, i, e) db_stmt(s, &ledger_family, i, e)

int
store_moves(
    struct store *s, ymd to, struct move_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, MOVES, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading shares", e)) == 1) {
		struct move_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		col_text(st, 1, r->strategy, sizeof(r->strategy));
		col_text(st, 2, r->code, sizeof(r->code));
		r->n = sqlite3_column_int64(st, 3);
		col_text(st, 4, r->kind, sizeof(r->kind));
		r->order_id = sqlite3_column_int64(st, 5);
		r->time = sqlite3_column_int(st, 6);
		r->amount = sqlite3_column_int64(st, 7);
		r->commission = sqlite3_column_int64(st, 8);
		r->tax = sqlite3_column_int64(st, 9);
		r->cost = sqlite3_column_int64(st, 10);
		r->fees = sqlite3_column_int64(st, 11);
		r->profit = sqlite3_column_int64(st, 12);
	}
	return db_list_end(rc, out, n);
}

int
store_cash_days(
    struct store *s, ymd to, struct cash_day **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CASH_DAYS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading cash", e)) == 1) {
		struct cash_day *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		r->amount = sqlite3_column_int64(st, 1);
		r->opening = sqlite3_column_int64(st, 2);
		r->other = sqlite3_column_int64(st, 3);
	}
	return db_list_end(rc, out, n);
}

int
store_cash_first(struct store *s, ymd *day, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CASH_FIRST, e);
	int64_t v;

	if (st == NULL || db_int(s, st, "reading cash", &v, e) == -1)
		return -1;
	*day = (ymd)v;
	return v != 0;
}

int
store_transfer_days(
    struct store *s, ymd to, struct day_amount **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, TRANSFER_DAYS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading transfers", e)) == 1) {
		struct day_amount *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		r->amount = sqlite3_column_int64(st, 1);
	}
	return db_list_end(rc, out, n);
}

int
store_snapshots(
    struct store *s, struct snapshot_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SNAPSHOTS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading session_lot", e)) == 1) {
		struct snapshot_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		col_text(st, 1, r->strategy, sizeof(r->strategy));
		col_text(st, 2, r->code, sizeof(r->code));
		r->n = sqlite3_column_int64(st, 3);
		r->cost = sqlite3_column_int64(st, 4);
	}
	return db_list_end(rc, out, n);
}

int
store_splits(struct store *s, struct split_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SPLITS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading split_log", e)) == 1) {
		struct split_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		col_text(st, 0, r->code, sizeof(r->code));
		r->day = sqlite3_column_int(st, 1);
		r->new_shares = sqlite3_column_int64(st, 2);
		r->old_shares = sqlite3_column_int64(st, 3);
	}
	return db_list_end(rc, out, n);
}

int
store_mark(
    struct store *s, const char *code, ymd day, won *price, struct err *e)
{
	sqlite3_stmt *st = stmt(s, MARK, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":day", day);
	return db_int(s, st, "reading a close", price, e);
}
