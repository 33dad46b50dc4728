/*
 * paper_books_requests.c - the broker's own log of every request that was sent
 * to it, and the requests that are still on their way.
 */
#include "broker/paper_books_db.h"

enum stmt_id { DELAY, DELAYED_TAKE, REQUEST_ADD, REQUESTS };

static const char *const text[] = {
	[DELAY] =
	    "INSERT INTO delayed (until, kind, key, code, side, is_market,"
	    " limit_won, n, broker_no) VALUES (:until, :kind, :key, :code,"
	    " :side, :is_market, :limit_won, :n, :broker_no)",
	[DELAYED_TAKE] =
	    "DELETE FROM delayed WHERE id = (SELECT id FROM delayed"
	    " WHERE until <= :now ORDER BY until, id LIMIT 1)"
	    " RETURNING id, kind, key, code, side, is_market, limit_won, n,"
	    " broker_no, until",

	[REQUEST_ADD] =
	    "INSERT INTO request (at, date, time, kind, key, code, broker_no,"
	    " outcome, fault, reason) VALUES (:at, :date, :time, :kind, :key,"
	    " :code, :broker_no, :outcome, :fault, :reason)",
	[REQUESTS] =
	    ("SELECT id, date, time, kind, key, code, broker_no, outcome,"
	     " fault, reason FROM request ORDER BY id"),
};

BOOKS_FAMILY(BOOKS_REQUESTS);

int
books_delay(struct books *b, int kind, const struct broker_request *r,
    epoch until, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DELAY, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":until", until);
	bind_i64(st, ":kind", kind);
	bind_text(st, ":key", r->key);
	bind_text(st, ":code", r->code);
	bind_text(st, ":side", side_word(r->side));
	bind_i64(st, ":is_market", r->is_market);
	bind_i64(st, ":limit_won", r->limit);
	bind_i64(st, ":n", r->n);
	bind_text(st, ":broker_no", r->broker_no);
	return books_run(b, st, "delaying a request", NULL, 0, e);
}

int
books_take_delayed(
    struct books *b, epoch now, struct books_delayed *d, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DELAYED_TAKE, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		*d = (struct books_delayed){
			.id = sqlite3_column_int64(st, 0),
			.kind = sqlite3_column_int(st, 1),
			.until = sqlite3_column_int64(st, 9),
			.req = {
				.side = col_side(st, 4),
				.is_market = sqlite3_column_int(st, 5),
				.limit = sqlite3_column_int64(st, 6),
				.n = sqlite3_column_int64(st, 7),
			},
		};
		col_text(st, 2, d->req.key, sizeof(d->req.key));
		col_text(st, 3, d->req.code, sizeof(d->req.code));
		col_text(st, 8, d->req.broker_no, sizeof(d->req.broker_no));
		got = 1;
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE)
		got = books_fail(b, "reading delayed requests", e);
	sqlite3_reset(st);
	return got;
}

int
books_request_add(
    struct books *b, epoch at, const struct paper_request *r, struct err *e)
{
	sqlite3_stmt *st = stmt(b, REQUEST_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":at", at);
	bind_i64(st, ":date", r->date);
	bind_i64(st, ":time", r->at);
	bind_text(st, ":kind", r->kind);
	bind_text(st, ":key", r->key);
	bind_text(st, ":code", r->code);
	bind_text(st, ":broker_no", r->broker_no);
	bind_text(st, ":outcome", r->outcome);
	bind_text(st, ":fault", r->fault);
	bind_text(st, ":reason", r->reason);
	return books_run(b, st, "logging a request", NULL, 0, e);
}

int
books_requests(struct books *b, struct paper_requests *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, REQUESTS, e);
	struct paper_request *r;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		r = LIST_ADD(out);
		r->id = sqlite3_column_int64(st, 0);
		r->date = sqlite3_column_int(st, 1);
		r->at = sqlite3_column_int(st, 2);
		col_text(st, 3, r->kind, sizeof(r->kind));
		col_text(st, 4, r->key, sizeof(r->key));
		col_text(st, 5, r->code, sizeof(r->code));
		col_text(st, 6, r->broker_no, sizeof(r->broker_no));
		col_text(st, 7, r->outcome, sizeof(r->outcome));
		col_text(st, 8, r->fault, sizeof(r->fault));
		col_text(st, 9, r->reason, sizeof(r->reason));
	}
	if (rc != SQLITE_DONE)
		books_fail(b, "listing requests", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}
