/*
 * orders.c - orders, their states, and when they left us.
 */
#include "store/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/log.h"

enum {
	ORDERS,
	ORDER,
	ORDERS_UNSURE,
	ORDER_BY_NO,
	ADD_ORDER,
	CHANGE_ORDER,
	MOVE_ORDER,
	CLAIM_ORDER,
	ORDER_LEAVES,
	ORDER_LEFT,
	ORDER_NO,
};

#define ORDER_COLUMNS                                                        \
	"id, day, strategy, code, side, state, why, signal_id, attempt,"     \
	" lot_id, is_market, limit_price, quantity, filled, filled_won,"     \
	" decision, reserve_price, sent, worked, amends, at_open, at_close," \
	" wants_cancel, reason, broker_no, sending_at, changed_at"

static const char *const text[] = {
	/* In two parts, each with its index: the table grows for years. */
	[ORDERS] = "SELECT " ORDER_COLUMNS " FROM orders WHERE day = :day"
		   " UNION ALL SELECT " ORDER_COLUMNS
		   " FROM orders INDEXED BY orders_live WHERE state IN"
		   " ('planned', 'sending', 'open', 'part', 'unknown') AND"
		   " day <> :day ORDER BY id",
	[ORDER] = "SELECT " ORDER_COLUMNS " FROM orders WHERE id = :id",
	[ORDERS_UNSURE] =
	    "SELECT " ORDER_COLUMNS " FROM orders WHERE"
	    " state IN ('planned', 'sending', 'open', 'part', 'unknown') AND"
	    " state IN ('sending', 'unknown') ORDER BY id",
	[ORDER_BY_NO] =
	    "SELECT id FROM orders WHERE day = :day AND :no <> '' AND"
	    " (broker_no = :no OR EXISTS (SELECT 1 FROM order_request r"
	    " WHERE r.order_id = orders.id AND r.broker_no = :no) OR EXISTS"
	    " (SELECT 1 FROM trading_log l WHERE l.order_id = orders.id AND"
	    " l.broker_no = :no))"
	    " ORDER BY broker_no = :no DESC, id DESC LIMIT 1",
	[ADD_ORDER] =
	    "INSERT INTO orders (day, strategy, code, side, state,"
	    " why, signal_id, attempt, lot_id, is_market, limit_price,"
	    " quantity, filled, filled_won, decision, reserve_price, sent,"
	    " worked, amends, at_open, at_close, wants_cancel, reason,"
	    " broker_no, planned_at, changed_at) VALUES (:day, :strategy,"
	    " :code, :side, :state, :why, :signal_id, :attempt, :lot_id,"
	    " :is_market, :limit, :n, :filled, :filled_won, :decision,"
	    " :reserve, :sent, :worked, :amends, :at_open, :at_close,"
	    " :wants_cancel, :reason, :broker_no, :at, :at)",
	[CHANGE_ORDER] =
	    "UPDATE orders SET state = :state, why = :why,"
	    " signal_id = :signal_id, is_market = :is_market,"
	    " limit_price = :limit, quantity = :n, filled = :filled,"
	    " filled_won = :filled_won, reserve_price = :reserve,"
	    " worked = :worked, amends = :amends,"
	    " wants_cancel = :wants_cancel, reason = :reason,"
	    " broker_no = iif(:broker_no = '', broker_no, :broker_no),"
	    " sending_at = iif(:state = 'sending', coalesce(sending_at, :at),"
	    " sending_at), changed_at = iif(state = 'unknown' AND :state ="
	    " 'unknown', changed_at, :at) WHERE id = :id",
	[MOVE_ORDER] = "UPDATE orders SET state = :to, changed_at = :at"
		       " WHERE id = :id AND state = :from",
	[CLAIM_ORDER] = "UPDATE orders SET state = 'sending',"
			" sending_at = :at, changed_at = :at"
			" WHERE id = :id AND state = 'planned'",
	[ORDER_LEAVES] =
	    "INSERT INTO order_left (order_id, boot, claimed_ms, at_ms) VALUES"
	    " (:id, :boot, :claimed, :at) ON CONFLICT (order_id) DO UPDATE SET"
	    " claimed_ms = CASE WHEN excluded.claimed_ms > 0 THEN"
	    " excluded.claimed_ms WHEN boot = excluded.boot THEN claimed_ms"
	    " ELSE 0 END, boot = excluded.boot, at_ms = excluded.at_ms",
	[ORDER_LEFT] = "SELECT boot, claimed_ms, at_ms FROM order_left"
		       " WHERE order_id = :id",
	[ORDER_NO] = "UPDATE orders SET broker_no = :no WHERE id = :id",
};

FAMILY(FAM_ORDERS, orders);
#define stmt(s, i, e) db_stmt(s, &orders_family, i, e)

static int
read_order(
    struct store *s, sqlite3_stmt *st, struct order_row *r, struct err *e)
{
	int i = 0;

	memset(r, 0, sizeof(*r));
	r->id = sqlite3_column_int64(st, i++);
	r->day = sqlite3_column_int(st, i++);
	col_text(st, i++, r->strategy, sizeof(r->strategy));
	col_text(st, i++, r->code, sizeof(r->code));
	r->side = col_side(st, i++);
	col_text(st, i++, r->state, sizeof(r->state));
	col_text(st, i++, r->why, sizeof(r->why));
	r->signal_id = sqlite3_column_int64(st, i++);
	r->attempt = sqlite3_column_int(st, i++);
	r->lot_id = sqlite3_column_int64(st, i++);
	r->is_market = sqlite3_column_int(st, i++) != 0;
	r->limit = sqlite3_column_int64(st, i++);
	r->n = sqlite3_column_int64(st, i++);
	r->filled = sqlite3_column_int64(st, i++);
	r->filled_won = sqlite3_column_int64(st, i++);
	r->decision = sqlite3_column_int64(st, i++);
	r->reserve_price = sqlite3_column_int64(st, i++);
	r->sent = sqlite3_column_int(st, i++);
	r->worked = sqlite3_column_int(st, i++);
	r->amends = sqlite3_column_int(st, i++);
	r->at_open = sqlite3_column_int(st, i++) != 0;
	r->at_close = sqlite3_column_int(st, i++) != 0;
	r->wants_cancel = sqlite3_column_int(st, i++) != 0;
	col_text(st, i++, r->reason, sizeof(r->reason));
	col_text(st, i++, r->broker_no, sizeof(r->broker_no));
	r->sending_at = col_epoch(st, i++);
	r->changed_at = col_epoch(st, i);
	if (code_sound(r->code) && ymd_valid(r->day) && r->n >= 1 &&
	    shares_sound(r->n) && r->filled >= 0 && r->filled <= r->n &&
	    r->filled_won >= 0 && amount_sound(r->filled_won) &&
	    price_sound(r->limit) && price_sound(r->decision) &&
	    price_sound(r->reserve_price))
		return 0;
	db_done(st);
	return db_damaged(s, "orders", r->id, e);
}

static int
read_orders(struct store *s, sqlite3_stmt *st, struct order_row **out, int *n,
    struct err *e)
{
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	while ((rc = db_row(s, st, "reading orders", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		if ((rc = read_order(s, st, &(*out)[(*n)++], e)) == -1)
			break;
	}
	return db_list_end(rc, out, n);
}

int
store_orders(
    struct store *s, ymd day, struct order_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDERS, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	return read_orders(s, st, out, n, e);
}

int
store_orders_unsure(
    struct store *s, struct order_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDERS_UNSURE, e);

	return st == NULL ? -1 : read_orders(s, st, out, n, e);
}

int
store_order(struct store *s, int64_t id, struct order_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDER, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	if ((rc = db_row(s, st, "reading an order", e)) == 1) {
		if (read_order(s, st, r, e) == -1)
			return -1;
		db_done(st);
	}
	return rc;
}

int64_t
store_order_by_no(
    struct store *s, ymd day, const char *broker_no, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDER_BY_NO, e);
	int64_t id;

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":no", broker_no);
	return db_int(s, st, "reading an order", &id, e) == -1 ? -1 : id;
}

/* The line in trading_log of a change of an order. */
static int
log_order(struct store *s, const struct order_row *r, const char *before,
    const struct trail *t, struct err *e)
{
	return store_log(s,
	    &(struct log_row){ .at = t->at,
		.day = r->day,
		.program = t->program,
		.event = "order",
		.order_id = r->id,
		.strategy = r->strategy,
		.code = r->code,
		.side = side_name(r->side),
		.state = before,
		.next = r->state,
		.quantity = r->n,
		.price = r->limit,
		.filled = r->filled,
		.broker_no = r->broker_no,
		.message = t->message != NULL ? t->message : r->reason },
	    e);
}

static void
bind_order(sqlite3_stmt *st, const struct order_row *r, epoch at)
{
	bind_text(st, ":state", r->state);
	bind_text(st, ":why", r->why);
	bind_i64(st, ":signal_id", r->signal_id);
	bind_i64(st, ":is_market", r->is_market);
	bind_i64(st, ":limit", r->limit);
	bind_i64(st, ":n", r->n);
	bind_i64(st, ":filled", r->filled);
	bind_i64(st, ":filled_won", r->filled_won);
	bind_i64(st, ":reserve", r->reserve_price);
	bind_i64(st, ":worked", r->worked);
	bind_i64(st, ":amends", r->amends);
	bind_i64(st, ":wants_cancel", r->wants_cancel);
	bind_text(st, ":reason", r->reason);
	bind_text(st, ":broker_no", r->broker_no);
	bind_epoch(st, ":at", at);
}

static int
add_order(
    struct store *s, struct order_row *r, const struct trail *t, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_ORDER, e);

	if (st == NULL)
		return -1;
	bind_order(st, r, t->at);
	bind_i64(st, ":day", r->day);
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":code", r->code);
	bind_side(st, ":side", r->side);
	bind_i64(st, ":attempt", r->attempt);
	bind_i64(st, ":lot_id", r->lot_id);
	bind_i64(st, ":decision", r->decision);
	bind_i64(st, ":sent", r->sent);
	bind_i64(st, ":at_open", r->at_open);
	bind_i64(st, ":at_close", r->at_close);
	if (db_run(s, st, "planning an order", e) == -1)
		return -1;
	r->id = sqlite3_last_insert_rowid(s->db);
	return log_order(s, r, NULL, t, e);
}

int
store_put_order(
    struct store *s, struct order_row *r, const struct trail *t, struct err *e)
{
	struct order_row before;
	sqlite3_stmt *st;
	int rc;

	if (r->id <= 0)
		return add_order(s, r, t, e);
	if ((rc = store_order(s, r->id, &before, e)) == -1)
		return -1;
	if (rc == 0)
		return err_set(e, E_FAIL, "%s: order %lld is gone", s->path,
		    (long long)r->id);
	if ((st = stmt(s, CHANGE_ORDER, e)) == NULL)
		return -1;
	bind_order(st, r, t->at);
	bind_i64(st, ":id", r->id);
	if (db_run(s, st, "saving an order", e) == -1)
		return err_wrap(e, "order %lld", (long long)r->id);
	if (strcmp(before.state, r->state) == 0 && before.filled == r->filled &&
	    before.is_market == r->is_market && before.limit == r->limit)
		return 0;
	return log_order(s, r, before.state, t, e);
}

/* After an update that moved it: the row as it is, and its line. */
static int
log_moved(struct store *s, int64_t id, const char *from, const struct trail *t,
    struct err *e)
{
	struct order_row r;

	if (store_order(s, id, &r, e) != 1)
		return -1;
	return log_order(s, &r, from, t, e) == -1 ? -1 : 1;
}

static int
leaves(struct store *s, int64_t id, const struct trail *t, bool is_claimed,
    struct err *e)
{
	char boot[BOOT_ID_SIZE];
	sqlite3_stmt *st;

	if (t->up_ms == 0)
		return 0;
	if ((st = stmt(s, ORDER_LEAVES, e)) == NULL)
		return -1;
	db_boot_id(boot);
	bind_i64(st, ":id", id);
	bind_text(st, ":boot", boot);
	bind_i64(st, ":claimed", is_claimed ? t->up_ms : 0);
	bind_i64(st, ":at", t->up_ms);
	return db_run(s, st, "noting when an order left", e) == -1 ? -1 : 0;
}

int
store_order_leaves(
    struct store *s, int64_t id, const struct trail *t, struct err *e)
{
	return leaves(s, id, t, false, e);
}

int
store_order_left(
    struct store *s, int64_t id, struct order_left *out, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDER_LEFT, e);
	char boot[BOOT_ID_SIZE];
	int64_t now;
	int rc;

	*out = (struct order_left){ 0 };
	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	if ((rc = db_row(s, st, "reading when an order left", e)) != 1)
		return rc;
	col_text(st, 0, boot, sizeof(boot));
	out->claimed_ms = sqlite3_column_int64(st, 1);
	out->at_ms = sqlite3_column_int64(st, 2);
	db_done(st);
	/* Without a boot id, one that is still to come is of another boot; with
	 * one it is damaged, and counts from now on. */
	now = monotonic_ms();
	if (out->at_ms < 0 || db_is_of_before(boot) ||
	    (boot[0] == '\0' && out->at_ms > now))
		*out = (struct order_left){ 0 };
	if (out->at_ms > now)
		out->at_ms = now;
	if (out->claimed_ms < 0 || out->claimed_ms > out->at_ms ||
	    boot[0] == '\0')
		out->claimed_ms = 0;
	return 0;
}

int
store_move_order(struct store *s, int64_t id, const char *from, const char *to,
    const struct trail *t, struct err *e)
{
	sqlite3_stmt *st = stmt(s, MOVE_ORDER, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_text(st, ":from", from);
	bind_text(st, ":to", to);
	bind_epoch(st, ":at", t->at);
	if ((rc = db_run(s, st, "moving an order", e)) != 1)
		return rc;
	if (strcmp(from, "sending") == 0 &&
	    store_order_leaves(s, id, t, e) == -1)
		return -1;
	return log_moved(s, id, from, t, e);
}

int
store_order_claim(
    struct store *s, int64_t id, const struct trail *t, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CLAIM_ORDER, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_epoch(st, ":at", t->at);
	if ((rc = db_run(s, st, "claiming an order", e)) != 1)
		return rc;
	if (leaves(s, id, t, true, e) == -1)
		return -1;
	return log_moved(s, id, "planned", t, e);
}

int
store_order_no(
    struct store *s, int64_t id, const char *broker_no, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ORDER_NO, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_text(st, ":no", broker_no);
	return db_run(s, st, "saving an order's number", e) == -1 ? -1 : 0;
}
