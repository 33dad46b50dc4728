/*
 * report.c - see report.h.
 */
#include "store/report.h"

#include "store/db.h"

enum {
	FILLS,
	UNDONE,
	EXITS,
	TRANSFER_ROWS,
	DRIFT_ROWS,
	ALERT_ROWS,
};

/* A market date out of an event's time. */
#define DAY_OF(column) \
	"CAST(replace(substr(" column ", 1, 10), '-', '') AS INTEGER)"
#define SIGNAL_COLUMNS(table)                                          \
	"SELECT day, 0 AS is_order, strategy, code, side, state, made" \
	" AS time, price, 0, 0, reason, id FROM " table                \
	" WHERE day BETWEEN :from AND :to AND state <> 'executed'"

/* An order's reason gives way to the broker's last word on it.  Why it was
 * formed stands at the head of its trail, and why we took it back in the
 * request to cancel it. */
#define FORMED                                                      \
	"coalesce((SELECT message FROM trading_log WHERE"           \
	" order_id = o.id AND event = 'order' ORDER BY id LIMIT 1)" \
	", o.reason)"
#define ENDED                                                         \
	"coalesce((SELECT reason FROM order_request WHERE"            \
	" order_id = o.id AND kind = 'cancel' AND state = 'accepted'" \
	" ORDER BY id DESC LIMIT 1), o.reason)"

static const char *const text[] = {
	[FILLS] = "SELECT f.id, f.order_id, f.day, f.time, f.strategy,"
		  " f.code, f.side, f.quantity, f.price, f.amount,"
		  " f.commission, f.tax, f.cost, f.fees, f.entry_date,"
		  " f.profit, o.decision, o.why, " FORMED " FROM fill f"
		  " JOIN orders o ON o.id = f.order_id"
		  " WHERE f.day BETWEEN :from AND :to"
		  " ORDER BY f.day, f.time, f.id",
	[UNDONE] = SIGNAL_COLUMNS("current_signals") " UNION ALL " SIGNAL_COLUMNS(
	    "daily_signals") " UNION ALL SELECT day, 1, strategy, code, side,"
			     " state, sent, decision, quantity, filled,"
			     " " ENDED ", id FROM orders o WHERE"
			     " day BETWEEN :from AND :to AND"
			     " filled < quantity"
			     " ORDER BY day, strategy, code, side, is_order,"
			     " 12",
	[EXITS] = "WITH s AS (SELECT day, strategy, code, side, state FROM"
		  " current_signals UNION ALL SELECT day, strategy, code,"
		  " side, state FROM daily_signals) SELECT strategy, code FROM"
		  " s WHERE side = 'sell' AND state = 'executed' AND"
		  " day = (SELECT max(day) FROM s WHERE day < :day)"
		  " ORDER BY strategy, code",
	[TRANSFER_ROWS] = "SELECT day, amount, counts_from, note FROM transfer"
			  " WHERE day BETWEEN :from AND :to ORDER BY id",
	[DRIFT_ROWS] =
	    "SELECT id, day, kind, strategy, code, book, broker,"
	    " difference, name, state, seen, note, first_at, last_at FROM"
	    " drift WHERE day BETWEEN :from AND :to OR (day < :from AND"
	    " state = 'seen') ORDER BY id",
	[ALERT_ROWS] = "SELECT " DAY_OF(
	    "first_at") ", name, message, program,"
			" count, cleared_at IS NULL FROM alert WHERE " DAY_OF(
			    "first_at") " <= :to AND (cleared_at IS NULL OR " DAY_OF("cleared_at") " >= :from)"
												   " ORDER BY id",
};

FAMILY(FAM_REPORT, report);

static sqlite3_stmt *
of_days(struct store *s, int i, ymd from, ymd to, struct err *e)
{
	sqlite3_stmt *st = db_stmt(s, &report_family, i, e);

	if (st != NULL) {
		bind_i64(st, ":from", from);
		bind_i64(st, ":to", to);
	}
	return st;
}

int
store_report_fills(struct store *s, ymd from, ymd to, struct report_fill **out,
    int *n, struct err *e)
{
	sqlite3_stmt *st = of_days(s, FILLS, from, to, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading fills", e)) == 1) {
		struct report_fill *r;
		struct fill_row *f;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		f = &r->fill;
		f->id = sqlite3_column_int64(st, 0);
		f->order_id = sqlite3_column_int64(st, 1);
		f->day = sqlite3_column_int(st, 2);
		f->time = sqlite3_column_int(st, 3);
		col_text(st, 4, f->strategy, sizeof(f->strategy));
		col_text(st, 5, f->code, sizeof(f->code));
		f->side = col_side(st, 6);
		f->n = sqlite3_column_int64(st, 7);
		f->price = sqlite3_column_int64(st, 8);
		f->amount = sqlite3_column_int64(st, 9);
		f->commission = sqlite3_column_int64(st, 10);
		f->tax = sqlite3_column_int64(st, 11);
		f->cost = sqlite3_column_int64(st, 12);
		f->fees = sqlite3_column_int64(st, 13);
		f->entry_date = sqlite3_column_int(st, 14);
		f->profit = sqlite3_column_int64(st, 15);
		r->decision = sqlite3_column_int64(st, 16);
		col_text(st, 17, r->why, sizeof(r->why));
		col_text(st, 18, r->reason, sizeof(r->reason));
	}
	return db_list_end(rc, out, n);
}

int
store_report_undone(struct store *s, ymd from, ymd to, struct undone_row **out,
    int *n, struct err *e)
{
	sqlite3_stmt *st = of_days(s, UNDONE, from, to, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading signals", e)) == 1) {
		struct undone_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		r->is_order = sqlite3_column_int(st, 1) != 0;
		col_text(st, 2, r->strategy, sizeof(r->strategy));
		col_text(st, 3, r->code, sizeof(r->code));
		r->side = col_side(st, 4);
		col_text(st, 5, r->state, sizeof(r->state));
		r->time = sqlite3_column_int(st, 6);
		r->price = sqlite3_column_int64(st, 7);
		r->n = sqlite3_column_int64(st, 8);
		r->filled = sqlite3_column_int64(st, 9);
		col_text(st, 10, r->reason, sizeof(r->reason));
	}
	return db_list_end(rc, out, n);
}

int
store_exits_begun(
    struct store *s, ymd day, struct undone_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = db_stmt(s, &report_family, EXITS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	while ((rc = db_row(s, st, "reading signals", e)) == 1) {
		struct undone_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		col_text(st, 0, r->strategy, sizeof(r->strategy));
		col_text(st, 1, r->code, sizeof(r->code));
		r->side = SIDE_SELL;
	}
	return db_list_end(rc, out, n);
}

int
store_report_transfers(struct store *s, ymd from, ymd to,
    struct transfer_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = of_days(s, TRANSFER_ROWS, from, to, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading transfers", e)) == 1) {
		struct transfer_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		r->amount = sqlite3_column_int64(st, 1);
		r->counts_from = sqlite3_column_int(st, 2);
		col_text(st, 3, r->note, sizeof(r->note));
	}
	return db_list_end(rc, out, n);
}

int
store_report_drift(struct store *s, ymd from, ymd to, struct drift_row **out,
    int *n, struct err *e)
{
	sqlite3_stmt *st = of_days(s, DRIFT_ROWS, from, to, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading drift", e)) == 1) {
		struct drift_row *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->id = sqlite3_column_int64(st, 0);
		r->day = sqlite3_column_int(st, 1);
		col_text(st, 2, r->kind, sizeof(r->kind));
		col_text(st, 3, r->strategy, sizeof(r->strategy));
		col_text(st, 4, r->code, sizeof(r->code));
		r->book = sqlite3_column_int64(st, 5);
		r->broker = sqlite3_column_int64(st, 6);
		r->difference = sqlite3_column_int64(st, 7);
		col_text(st, 8, r->name, sizeof(r->name));
		col_text(st, 9, r->state, sizeof(r->state));
		r->seen = sqlite3_column_int(st, 10);
		col_text(st, 11, r->note, sizeof(r->note));
		r->first_at = col_epoch(st, 12);
		r->last_at = col_epoch(st, 13);
	}
	return db_list_end(rc, out, n);
}

int
store_report_alerts(struct store *s, ymd from, ymd to,
    struct report_alert **out, int *n, struct err *e)
{
	sqlite3_stmt *st = of_days(s, ALERT_ROWS, from, to, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading alerts", e)) == 1) {
		struct report_alert *r;

		*out = db_room(*out, *n, &cap, sizeof(**out));
		r = &(*out)[(*n)++];
		r->day = sqlite3_column_int(st, 0);
		col_text(st, 1, r->name, sizeof(r->name));
		col_text(st, 2, r->message, sizeof(r->message));
		col_text(st, 3, r->program, sizeof(r->program));
		r->count = sqlite3_column_int(st, 4);
		r->stands = sqlite3_column_int(st, 5) != 0;
	}
	return db_list_end(rc, out, n);
}
