/*
 * log.c - append to trading_log.
 */
#include "store/log.h"

#include "store/db.h"

enum { ADD };

static const char *const text[] = {
	[ADD] =
	    "INSERT INTO trading_log (at, day, program, event, order_id,"
	    " request_id, strategy, code, side, state, next, quantity, price,"
	    " filled, broker_no, message) VALUES (:at, :day, :program, :event,"
	    " nullif(:order_id, 0), nullif(:request_id, 0), :strategy, :code,"
	    " :side, :state, :next, nullif(:quantity, 0), nullif(:price, -1),"
	    " nullif(:filled, -1), nullif(:broker_no, ''),"
	    " coalesce(:message, ''))",
};

FAMILY(FAM_LOG, log);

int
store_log(struct store *s, const struct log_row *r, struct err *e)
{
	sqlite3_stmt *st = db_stmt(s, &log_family, ADD, e);

	if (st == NULL)
		return -1;
	bind_epoch(st, ":at", r->at);
	bind_i64(st, ":day", r->day);
	bind_text(st, ":program", r->program);
	bind_text(st, ":event", r->event);
	bind_i64(st, ":order_id", r->order_id);
	bind_i64(st, ":request_id", r->request_id);
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":code", r->code);
	bind_text(st, ":side", r->side);
	bind_text(st, ":state", r->state);
	bind_text(st, ":next", r->next);
	bind_i64(st, ":quantity", r->quantity);
	bind_i64(
	    st, ":price", r->quantity == 0 && r->price == 0 ? -1 : r->price);
	bind_i64(st, ":filled", r->order_id == 0 ? -1 : r->filled);
	bind_text(st, ":broker_no", r->broker_no);
	bind_text(st, ":message", r->message);
	return db_run(s, st, "trading_log", e) == -1 ? -1 : 0;
}
