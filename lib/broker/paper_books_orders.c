/*
 * paper_books_orders.c - every order that the paper broker took.
 */
#include "broker/paper_books_db.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/date.h"

#define ORDER_COLS                                                           \
	"id, place, date, no, orig_no, key, code, side,"                     \
	" is_market, limit_won, bind_won, n, filled, filled_won, state, at," \
	" first_bar, is_doomed, listed_at, reason"

enum stmt_id {
	TOUCH,
	ORDER_ADD,
	ORDER_SAVE,
	ORDER_FIND,
	ORDERS_WORKING,
	ORDERS_OF_DAY
};

static const char *const text[] = {
	[TOUCH] = "UPDATE account SET changes = changes + 1",

	[ORDER_ADD] =
	    "INSERT INTO orders (place, date, no, orig_no, key, code, side,"
	    " is_market, limit_won, bind_won, n, filled, filled_won, state,"
	    " at, first_bar, is_doomed, listed_at, reason) VALUES ("
	    " CASE WHEN :place > 0 THEN :place"
	    "  ELSE (SELECT coalesce(max(id), 0) + 1 FROM orders) END,"
	    " :date, (SELECT coalesce(max(no), 0) + 1 FROM orders"
	    "  WHERE date = :date), :orig_no, :key, :code, :side, :is_market,"
	    " :limit_won, :bind_won, :n, :filled, :filled_won, :state, :at,"
	    " :first_bar, :is_doomed, :listed_at, :reason)"
	    " RETURNING id, place, no",
	[ORDER_SAVE] =
	    "UPDATE orders SET is_market = :is_market,"
	    " limit_won = :limit_won, bind_won = :bind_won,"
	    " filled = :filled, filled_won = :filled_won, state = :state,"
	    " first_bar = :first_bar, is_doomed = :is_doomed,"
	    " reason = :reason WHERE id = :id",
	[ORDER_FIND] = "SELECT " ORDER_COLS " FROM orders"
		       " WHERE date = :date AND no = :no",
	[ORDERS_WORKING] = "SELECT " ORDER_COLS
			   " FROM orders WHERE state = 'working'"
			   " ORDER BY date, code, place",
	[ORDERS_OF_DAY] =
	    "SELECT " ORDER_COLS " FROM orders"
	    " WHERE date = :date AND listed_at <= :now ORDER BY id",
};

BOOKS_FAMILY(BOOKS_ORDERS);

static const char *const state_word[] = {
	[BO_WORKING] = "working",
	[BO_FILLED] = "filled",
	[BO_CANCELLED] = "cancelled",
	[BO_REJECTED] = "rejected",
	[BO_EXPIRED] = "expired",
};

const char *
paper_state_name(enum broker_state s)
{
	return state_word[s];
}

/* -1 for a word that is none. */
static int
col_state(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	for (size_t k = 0; s != NULL && k < NELEM(state_word); k++)
		if (strcmp(s, state_word[k]) == 0)
			return (int)k;
	return -1;
}

/* What ORDER_ADD and ORDER_SAVE both set. */
static void
bind_order(sqlite3_stmt *st, const struct books_order *o)
{
	bind_i64(st, ":is_market", o->is_market);
	bind_i64(st, ":limit_won", o->is_market ? 0 : o->limit);
	bind_i64(st, ":bind_won", o->bind);
	bind_i64(st, ":filled", o->filled);
	bind_i64(st, ":filled_won", o->filled_won);
	bind_text(st, ":state", state_word[o->state]);
	bind_i64(st, ":first_bar", o->first_bar);
	bind_i64(st, ":is_doomed", o->is_doomed);
	bind_text(st, ":reason", o->reason);
}

int
books_order_add(struct books *b, struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_ADD, e);
	int64_t v[3];

	if (st == NULL)
		return -1;
	bind_order(st, o);
	bind_i64(st, ":place", o->place);
	bind_i64(st, ":date", o->date);
	bind_i64(st, ":orig_no", o->orig_no);
	bind_text(st, ":key", o->key);
	bind_text(st, ":code", o->code);
	bind_text(st, ":side", side_word(o->side));
	bind_i64(st, ":n", o->n);
	bind_i64(st, ":at", o->at);
	bind_i64(st, ":listed_at", o->listed_at);
	if (books_run_one(b, st, "adding an order", v, 3, e) == -1)
		return -1;
	o->id = v[0];
	o->place = v[1];
	o->no = v[2];
	return run_plain(b, TOUCH, e);
}

int
books_order_save(struct books *b, const struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_SAVE, e);

	if (st == NULL)
		return -1;
	bind_order(st, o);
	bind_i64(st, ":id", o->id);
	if (books_run(b, st, "saving an order", NULL, 0, e) == -1)
		return -1;
	return run_plain(b, TOUCH, e);
}

static int
read_order(
    struct books *b, sqlite3_stmt *st, struct books_order *o, struct err *e)
{
	int state = col_state(st, 14);

	*o = (struct books_order){
		.id = sqlite3_column_int64(st, 0),
		.place = sqlite3_column_int64(st, 1),
		.date = sqlite3_column_int(st, 2),
		.no = sqlite3_column_int64(st, 3),
		.orig_no = sqlite3_column_int64(st, 4),
		.side = col_side(st, 7),
		.is_market = sqlite3_column_int(st, 8),
		.limit = sqlite3_column_int64(st, 9),
		.bind = sqlite3_column_int64(st, 10),
		.n = sqlite3_column_int64(st, 11),
		.filled = sqlite3_column_int64(st, 12),
		.filled_won = sqlite3_column_int64(st, 13),
		.state = (enum broker_state)state,
		.at = sqlite3_column_int(st, 15),
		.first_bar = sqlite3_column_int(st, 16),
		.is_doomed = sqlite3_column_int(st, 17),
		.listed_at = sqlite3_column_int64(st, 18),
	};
	col_text(st, 5, o->key, sizeof(o->key));
	col_text(st, 6, o->code, sizeof(o->code));
	col_text(st, 19, o->reason, sizeof(o->reason));
	if (state == -1 || o->no < 1 || o->orig_no < 0 ||
	    !code_valid(o->code) || !amount_valid(o->n, o->limit) ||
	    !amount_valid(o->n, o->bind) || o->filled < 0 || o->filled > o->n ||
	    o->filled_won < 0 || !ymd_valid(o->date) || !hhmm_valid(o->at) ||
	    !hhmm_valid(o->first_bar))
		return books_damaged(b, "order", o->id, e);
	return 0;
}

int
books_order_find(
    struct books *b, ymd date, int64_t no, struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_FIND, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":no", no);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		got = read_order(b, st, o, e) == -1 ? -1 : 1;
	else if (rc != SQLITE_DONE)
		got = books_fail(b, "finding an order", e);
	sqlite3_reset(st);
	return got;
}

int
books_working(struct books *b, struct books_orders *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDERS_WORKING, e);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (read_order(b, st, LIST_ADD(out), e) == -1)
			break;
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		books_fail(b, "reading working orders", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
books_orders(struct books *b, ymd date, epoch now, struct broker_orders *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDERS_OF_DAY, e);
	struct books_order o;
	struct broker_order *item;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (read_order(b, st, &o, e) == -1)
			break;
		item = LIST_ADD(out);
		*item = (struct broker_order){
			.side = o.side,
			.is_market = o.is_market,
			.limit = o.limit,
			.n = o.n,
			.filled = o.filled,
			.filled_won = o.filled_won,
			.state = o.state,
			.at = o.at,
		};
		snprintf(
		    item->broker_no, sizeof(item->broker_no), "%" PRId64, o.no);
		if (o.orig_no != 0)
			snprintf(item->orig_no, sizeof(item->orig_no),
			    "%" PRId64, o.orig_no);
		memcpy(item->key, o.key, sizeof(item->key));
		memcpy(item->code, o.code, sizeof(item->code));
		memcpy(item->reason, o.reason, sizeof(item->reason));
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		books_fail(b, "listing orders", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}
