/*
 * fills.c - fills, each with what it moves: shares and cash.
 */
#include "store/fills.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/books.h"
#include "store/db.h"
#include "store/log.h"

enum { FILL_KNOWN, ADD_FILL, FILLS, FILL_SUM, FILLED_AFTER, LAST_FILL };

static const char *const text[] = {
	[FILL_KNOWN] =
	    "SELECT count(*) FROM fill WHERE order_id = :order_id"
	    " AND broker_no = :no AND day = :day AND fill_no = :fill_no",
	[ADD_FILL] =
	    "INSERT INTO fill (order_id, broker_no, fill_no, day,"
	    " time, strategy, code, side, quantity, price, amount,"
	    " commission, tax, cost, fees, entry_date, profit, booked_at)"
	    " VALUES (:order_id, :no, :fill_no, :day, :time, :strategy, :code,"
	    " :side, :n, :price, :amount, :commission, :tax, :cost, :fees,"
	    " :entry_date, :profit, :at)",
	[FILLS] =
	    "SELECT id, order_id, broker_no, fill_no, day, time,"
	    " strategy, code, side, quantity, price, amount, commission, tax,"
	    " cost, fees, entry_date, profit FROM fill"
	    " WHERE day BETWEEN :from AND :to ORDER BY id",
	[FILL_SUM] =
	    "SELECT coalesce(sum(quantity), 0), coalesce(sum(amount), 0),"
	    " max(booked_at) FROM fill WHERE order_id = :order_id"
	    " AND broker_no = :no",
	[FILLED_AFTER] =
	    "SELECT coalesce(sum(quantity), 0) FROM fill WHERE code = :code"
	    " AND side = :side AND id > :fill AND booked_at > :from",
	[LAST_FILL] = "SELECT coalesce(max(id), 0) FROM fill",
};

FAMILY(FAM_FILLS, fills);
#define stmt(s, i, e) db_stmt(s, &fills_family, i, e)

int
store_fill_known(struct store *s, int64_t order_id, const char *broker_no,
    ymd day, int64_t fill_no, struct err *e)
{
	sqlite3_stmt *st = stmt(s, FILL_KNOWN, e);
	int64_t n;

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", order_id);
	bind_text(st, ":no", broker_no);
	bind_i64(st, ":day", day);
	bind_i64(st, ":fill_no", fill_no);
	return db_int(s, st, "reading fills", &n, e) == -1 ? -1 : n > 0;
}

int
store_add_fill(
    struct store *s, struct fill_row *f, const struct trail *t, struct err *e)
{
	bool is_buy = f->side == SIDE_BUY;
	struct order_row o;
	sqlite3_stmt *st;
	int known;

	known = store_fill_known(
	    s, f->order_id, f->broker_no, f->day, f->fill_no, e);
	if (known != 0)
		return known == 1 ? 0 : -1;
	if (store_order(s, f->order_id, &o, e) != 1 ||
	    (st = stmt(s, ADD_FILL, e)) == NULL)
		return -1;
	bind_i64(st, ":order_id", f->order_id);
	bind_text(st, ":no", f->broker_no);
	bind_i64(st, ":fill_no", f->fill_no);
	bind_i64(st, ":day", f->day);
	bind_i64(st, ":time", f->time);
	bind_text(st, ":strategy", f->strategy);
	bind_text(st, ":code", f->code);
	bind_side(st, ":side", f->side);
	bind_i64(st, ":n", f->n);
	bind_i64(st, ":price", f->price);
	bind_i64(st, ":amount", f->amount);
	bind_i64(st, ":commission", f->commission);
	bind_i64(st, ":tax", f->tax);
	bind_i64(st, ":cost", f->cost);
	bind_i64(st, ":fees", f->fees);
	bind_i64(st, ":entry_date", f->entry_date);
	bind_i64(st, ":profit", f->profit);
	bind_epoch(st, ":at", t->at);
	if (db_run(s, st, "booking a fill", e) == -1)
		return err_wrap(e, "order %lld", (long long)f->order_id);
	f->id = sqlite3_last_insert_rowid(s->db);
	if (store_add_shares(s,
		&(struct share_row){ .day = f->day,
		    .strategy = f->strategy,
		    .code = f->code,
		    .n = is_buy ? f->n : -f->n,
		    .kind = "fill",
		    .fill_id = f->id,
		    .at = t->at },
		e) == -1 ||
	    store_add_cash(s,
		&(struct cash_row){ .day = f->day,
		    .amount = (is_buy ? -f->amount : f->amount) -
			f->commission - f->tax,
		    .kind = side_name(f->side),
		    .fill_id = f->id,
		    .at = t->at },
		e) == -1)
		return -1;
	return store_log(s,
		   &(struct log_row){ .at = t->at,
		       .day = f->day,
		       .program = t->program,
		       .event = "fill",
		       .order_id = f->order_id,
		       .strategy = f->strategy,
		       .code = f->code,
		       .side = side_name(f->side),
		       .quantity = f->n,
		       .price = f->price,
		       .filled = o.filled,
		       .broker_no = f->broker_no,
		       .message = t->message },
		   e) == -1 ?
	    -1 :
	    1;
}

static bool
fill_sound(const struct fill_row *f)
{
	return code_sound(f->code) && ymd_valid(f->day) && f->n >= 1 &&
	    shares_sound(f->n) && price_sound(f->price) &&
	    amount_sound(f->amount) && amount_sound(f->commission) &&
	    amount_sound(f->tax) && amount_sound(f->cost) &&
	    amount_sound(f->fees) && amount_sound(f->profit);
}

int
store_fills(struct store *s, ymd from, ymd to, struct fill_row **out, int *n,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, FILLS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading fills", e)) == 1) {
		struct fill_row *f;

		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		f = &(*out)[(*n)++];
		memset(f, 0, sizeof(*f));
		f->id = sqlite3_column_int64(st, 0);
		f->order_id = sqlite3_column_int64(st, 1);
		col_text(st, 2, f->broker_no, sizeof(f->broker_no));
		f->fill_no = sqlite3_column_int64(st, 3);
		f->day = sqlite3_column_int(st, 4);
		f->time = sqlite3_column_int(st, 5);
		col_text(st, 6, f->strategy, sizeof(f->strategy));
		col_text(st, 7, f->code, sizeof(f->code));
		f->side = col_side(st, 8);
		f->n = sqlite3_column_int64(st, 9);
		f->price = sqlite3_column_int64(st, 10);
		f->amount = sqlite3_column_int64(st, 11);
		f->commission = sqlite3_column_int64(st, 12);
		f->tax = sqlite3_column_int64(st, 13);
		f->cost = sqlite3_column_int64(st, 14);
		f->fees = sqlite3_column_int64(st, 15);
		f->entry_date = sqlite3_column_int(st, 16);
		f->profit = sqlite3_column_int64(st, 17);
		if (!fill_sound(f)) {
			db_done(st);
			rc = db_damaged(s, "fill", f->id, e);
			break;
		}
	}
	return db_list_end(rc, out, n);
}

int
store_fill_sum(struct store *s, int64_t order_id, const char *broker_no, qty *n,
    won *amount, epoch *last, struct err *e)
{
	sqlite3_stmt *st = stmt(s, FILL_SUM, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", order_id);
	bind_text(st, ":no", broker_no);
	if (db_row(s, st, "reading fills", e) != 1)
		return -1;
	*n = sqlite3_column_int64(st, 0);
	*amount = sqlite3_column_int64(st, 1);
	*last = col_epoch(st, 2);
	db_done(st);
	return 0;
}

int
store_filled_after(struct store *s, const char *code, enum side side,
    int64_t fill, epoch from, qty *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, FILLED_AFTER, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_side(st, ":side", side);
	bind_i64(st, ":fill", fill);
	bind_epoch(st, ":from", from);
	return db_int(s, st, "reading fills", n, e);
}

int
store_last_fill(struct store *s, int64_t *id, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LAST_FILL, e);

	return st == NULL ? -1 : db_int(s, st, "reading fills", id, e);
}
