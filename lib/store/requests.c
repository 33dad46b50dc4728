/*
 * requests.c - what was asked of the broker: new orders, amends, cancels.
 */
#include "store/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/log.h"

enum {
	ADD_REQUEST,
	MOVE_REQUEST,
	SEND_REQUEST,
	REQUEST,
	REQUESTS_OPEN,
	REQUESTS_OF,
};

#define REQUEST_COLUMNS                                              \
	"id, order_id, kind, state, is_market, limit_price, reason," \
	" broker_no, answer, planned_at, sending_at, answered_at"

static const char *const text[] = {
	[ADD_REQUEST] =
	    "INSERT INTO order_request (order_id, kind, state,"
	    " is_market, limit_price, reason, planned_at) VALUES (:order_id,"
	    " :kind, 'planned', :is_market, :limit, :reason, :at)",
	[MOVE_REQUEST] = "UPDATE order_request SET state = :to,"
			 " broker_no = iif(:no = '', broker_no, :no),"
			 " answer = coalesce(:answer, answer),"
			 " answered_at = iif(:to = 'unknown', NULL, :at)"
			 " WHERE id = :id AND state = :from",
	[SEND_REQUEST] = "UPDATE order_request SET state = 'sending',"
			 " sending_at = :at WHERE id = :id AND state = :from",
	[REQUEST] = "SELECT " REQUEST_COLUMNS " FROM order_request"
		    " WHERE id = :id",
	[REQUESTS_OPEN] =
	    "SELECT " REQUEST_COLUMNS
	    " FROM order_request INDEXED BY order_request_live WHERE"
	    " state IN ('planned', 'sending', 'unknown') ORDER BY id",
	[REQUESTS_OF] = "SELECT " REQUEST_COLUMNS " FROM order_request"
			" WHERE order_id = :order_id ORDER BY id",
};

FAMILY(FAM_REQUESTS, requests);
#define stmt(s, i, e) db_stmt(s, &requests_family, i, e)

static void
read_request(sqlite3_stmt *st, struct request_row *r)
{
	memset(r, 0, sizeof(*r));
	r->id = sqlite3_column_int64(st, 0);
	r->order_id = sqlite3_column_int64(st, 1);
	col_text(st, 2, r->kind, sizeof(r->kind));
	col_text(st, 3, r->state, sizeof(r->state));
	r->is_market = sqlite3_column_int(st, 4) != 0;
	r->limit = sqlite3_column_int64(st, 5);
	col_text(st, 6, r->reason, sizeof(r->reason));
	col_text(st, 7, r->broker_no, sizeof(r->broker_no));
	col_text(st, 8, r->answer, sizeof(r->answer));
	r->planned_at = col_epoch(st, 9);
	r->sending_at = col_epoch(st, 10);
	r->answered_at = col_epoch(st, 11);
}

static int
read_one(struct store *s, int64_t id, struct request_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, REQUEST, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	if ((rc = db_row(s, st, "reading a request", e)) != 1)
		return rc == 0 ? db_damaged(s, "order_request", id, e) : -1;
	read_request(st, r);
	db_done(st);
	return 0;
}

/* Its line in the trail, as it is now. */
static int
log_request(struct store *s, const struct request_row *r, const char *before,
    const struct trail *t, struct err *e)
{
	struct order_row o;
	char words[300];
	int rc;

	if ((rc = store_order(s, r->order_id, &o, e)) != 1)
		return rc == 0 ? db_damaged(s, "orders", r->order_id, e) : -1;
	snprintf(words, sizeof(words), "%s%s%s", r->kind,
	    t->message != NULL || r->answer[0] != '\0' || r->reason[0] != '\0' ?
		": " :
		"",
	    t->message != NULL       ? t->message :
		r->answer[0] != '\0' ? r->answer :
				       r->reason);
	return store_log(s,
	    &(struct log_row){ .at = t->at,
		.day = o.day,
		.program = t->program,
		.event = "request",
		.order_id = r->order_id,
		.request_id = r->id,
		.strategy = o.strategy,
		.code = o.code,
		.side = side_name(o.side),
		.state = before,
		.next = r->state,
		.quantity = o.n,
		.price = r->limit,
		.filled = o.filled,
		.broker_no = r->broker_no,
		.message = words },
	    e);
}

int
store_add_request(struct store *s, struct request_row *r, const struct trail *t,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_REQUEST, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", r->order_id);
	bind_text(st, ":kind", r->kind);
	bind_i64(st, ":is_market", r->is_market);
	bind_i64(st, ":limit", r->limit);
	bind_text(st, ":reason", r->reason);
	bind_epoch(st, ":at", t->at);
	if (db_run(s, st, "planning a request", e) == -1)
		return err_wrap(e, "order %lld", (long long)r->order_id);
	r->id = sqlite3_last_insert_rowid(s->db);
	snprintf(r->state, sizeof(r->state), "planned");
	return log_request(s, r, NULL, t, e);
}

int
store_move_request(struct store *s, int64_t id, const char *from,
    const char *to, const char *broker_no, const char *answer,
    const struct trail *t, struct err *e)
{
	bool sends = strcmp(to, "sending") == 0;
	bool leaves = sends || strcmp(from, "sending") == 0;
	struct request_row r;
	sqlite3_stmt *st = stmt(s, sends ? SEND_REQUEST : MOVE_REQUEST, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_text(st, ":from", from);
	bind_epoch(st, ":at", t->at);
	if (!sends) {
		bind_text(st, ":to", to);
		bind_text(st, ":no", broker_no == NULL ? "" : broker_no);
		bind_text(st, ":answer", answer);
	}
	if ((rc = db_run(s, st, "moving a request", e)) != 1)
		return rc;
	if (read_one(s, id, &r, e) == -1 ||
	    (leaves && strcmp(r.kind, "amend") == 0 &&
		store_order_leaves(s, r.order_id, t, e) == -1) ||
	    log_request(s, &r, from, t, e) == -1)
		return -1;
	return 1;
}

static int
read_requests(struct store *s, sqlite3_stmt *st, struct request_row **out,
    int *n, struct err *e)
{
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	while ((rc = db_row(s, st, "reading requests", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		read_request(st, &(*out)[*n]);
		if (!price_sound((*out)[(*n)++].limit)) {
			db_done(st);
			rc = db_damaged(
			    s, "order_request", (*out)[*n - 1].id, e);
			break;
		}
	}
	return db_list_end(rc, out, n);
}

int
store_requests_open(
    struct store *s, struct request_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, REQUESTS_OPEN, e);

	return st == NULL ? -1 : read_requests(s, st, out, n, e);
}

int
store_requests_of(struct store *s, int64_t order_id, struct request_row **out,
    int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, REQUESTS_OF, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", order_id);
	return read_requests(s, st, out, n, e);
}
