/*
 * paper_books_faults.c - the faults: asked for by hand, counted as they
 * strike, and the draws behind them, which go on where the last process
 * stopped.
 */
#include "broker/paper_books_db.h"

enum stmt_id { DRAW, STRUCK, RECEIVED, WILL_TAKE, WILL_ADD };

static const char *const text[] = {
	[DRAW] = "UPDATE account SET draws = draws + 1 RETURNING draws",
	[STRUCK] = "INSERT INTO struck (fault, n, last_at) VALUES (:fault, 1,"
		   " :at) ON CONFLICT (fault) DO UPDATE SET n = n + 1,"
		   " last_at = excluded.last_at",
	[RECEIVED] =
	    "UPDATE account SET received = received + 1 RETURNING received",

	[WILL_TAKE] = ("DELETE FROM will WHERE id = (SELECT min(id) FROM will"
		       " WHERE kind = :kind) RETURNING fault"),
	[WILL_ADD] = "INSERT INTO will (kind, fault) VALUES (:kind, :fault)",
};

BOOKS_FAMILY(BOOKS_FAULTS);

int
books_struck(struct books *b, const char *fault, epoch now, struct err *e)
{
	sqlite3_stmt *st = stmt(b, STRUCK, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":fault", fault);
	bind_i64(st, ":at", now);
	return books_run(b, st, "counting a fault", NULL, 0, e) == -1 ? -1 : 0;
}

int64_t
books_draw(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DRAW, e);
	int64_t v = 0;

	if (st == NULL ||
	    books_run_one(b, st, "counting a draw", &v, 1, e) == -1)
		return -1;
	return v;
}

int64_t
books_count_order(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, RECEIVED, e);
	int64_t v = 0;

	if (st == NULL ||
	    books_run_one(b, st, "counting an order", &v, 1, e) == -1)
		return -1;
	return v;
}

int
books_take_will(
    struct books *b, const char *kind, char *fault, size_t size, struct err *e)
{
	sqlite3_stmt *st = stmt(b, WILL_TAKE, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_text(st, ":kind", kind);
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		col_text(st, 0, fault, size);
		got = 1;
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE)
		got = books_fail(b, "looking for a fault", e);
	sqlite3_reset(st);
	return got;
}

int
books_add_will(
    struct books *b, const char *kind, const char *fault, struct err *e)
{
	sqlite3_stmt *st = stmt(b, WILL_ADD, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":kind", kind);
	bind_text(st, ":fault", fault);
	return books_run(b, st, "asking for a fault", NULL, 0, e);
}
