/*
 * books.c - lots, ledgers, the day, drift.
 */
#include "store/books.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/db.h"

enum {
	LOTS,
	ADD_LOT,
	CHANGE_LOT,
	DROP_LOT,
	ADD_SHARES,
	CASH,
	ADD_CASH,
	ADD_TRANSFER,
	TRANSFERS,
	DEPOSITS_WAITING,
	LAST_DAY,
	DAY,
	PUT_DAY,
	SNAPSHOT,
	SESSION_LOTS,
	FIND_DRIFT,
	SEE_DRIFT,
	SEE_DRIFT_AGAIN,
	END_DRIFT,
	DRIFTS,
	DRIFTS_GONE,
	END_ORDER_DRIFT,
};

#define DAY_COLUMNS                                                     \
	"day, start_equity, start_cash, peak_equity, entries, rejects," \
	" portfolio_stop, loss_stop, stop_reason, opened_at"

static const char *const text[] = {
	[LOTS] = "SELECT id, strategy, code, order_id, quantity, cost, fees,"
		 " entry_date, entry_time, high FROM lot ORDER BY id",
	[ADD_LOT] =
	    "INSERT INTO lot (strategy, code, order_id, quantity,"
	    " cost, fees, entry_date, entry_time, high) VALUES (:strategy,"
	    " :code, :order_id, :n, :cost, :fees, :entry_date, :entry_time,"
	    " :high)",
	[CHANGE_LOT] =
	    "UPDATE lot SET strategy = :strategy, code = :code,"
	    " order_id = :order_id, quantity = :n, cost = :cost, fees = :fees,"
	    " entry_date = :entry_date, entry_time = :entry_time, high = :high"
	    " WHERE id = :id",
	[DROP_LOT] = "DELETE FROM lot WHERE id = :id",
	[ADD_SHARES] =
	    "INSERT INTO share_ledger (day, strategy, code,"
	    " quantity, kind, fill_id, note, at) VALUES (:day, :strategy,"
	    " :code, :n, :kind, nullif(:fill_id, 0), coalesce(:note, ''),"
	    " :at)",
	[CASH] = "SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1",
	[ADD_CASH] =
	    "INSERT INTO cash_ledger (day, amount, balance, kind,"
	    " fill_id, note, at) VALUES (:day, :amount, :amount + coalesce("
	    " (SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1), 0),"
	    " :kind, nullif(:fill_id, 0), coalesce(:note, ''), :at)",
	[ADD_TRANSFER] = "INSERT INTO transfer (day, amount, counts_from,"
			 " note, at) VALUES (:day, :amount, :counts_from,"
			 " coalesce(:note, ''), :at)",
	[TRANSFERS] = "SELECT coalesce(sum(amount), 0) FROM transfer"
		      " WHERE day BETWEEN :from AND :to",
	[DEPOSITS_WAITING] =
	    "SELECT coalesce(sum(amount), 0) FROM transfer"
	    " WHERE amount > 0 AND day <= :day AND counts_from > :day",
	[LAST_DAY] = "SELECT " DAY_COLUMNS " FROM session_state"
		     " ORDER BY day DESC LIMIT 1",
	[DAY] = "SELECT " DAY_COLUMNS " FROM session_state WHERE day = :day",
	[PUT_DAY] =
	    "INSERT INTO session_state (" DAY_COLUMNS ") VALUES"
	    " (:day, :start_equity, :start_cash, :peak_equity, :entries,"
	    " :rejects, :portfolio_stop, :loss_stop, :stop_reason, :at)"
	    " ON CONFLICT (day) DO UPDATE SET"
	    " start_equity = excluded.start_equity,"
	    " peak_equity = excluded.peak_equity, entries = excluded.entries,"
	    " rejects = excluded.rejects,"
	    " portfolio_stop = excluded.portfolio_stop,"
	    " loss_stop = excluded.loss_stop,"
	    " stop_reason = excluded.stop_reason",
	[SNAPSHOT] =
	    "INSERT OR IGNORE INTO session_lot (day, strategy, code,"
	    " quantity, cost) SELECT :day, strategy, code, sum(quantity),"
	    " sum(cost) FROM lot GROUP BY strategy, code",
	[SESSION_LOTS] =
	    "SELECT strategy, code, quantity, cost"
	    " FROM session_lot WHERE day = :day ORDER BY strategy, code",
	[FIND_DRIFT] = "SELECT id, iif(difference = :difference, seen + 1, 1),"
		       " iif(difference = :difference, first_at, :at),"
		       " iif(difference = :difference, first_ms, :ms),"
		       " iif(difference = :difference, first_fill, :fill)"
		       " FROM drift INDEXED BY drift_open WHERE state = 'seen'"
		       " AND kind = :kind AND strategy = :strategy AND"
		       " code = :code AND iif(kind = 'order', book, 0) ="
		       " iif(:kind = 'order', :book, 0)",
	[SEE_DRIFT] =
	    "INSERT INTO drift (day, kind, strategy, code, book,"
	    " broker, difference, name, note, first_at, first_ms, first_fill,"
	    " last_at) VALUES (:day, :kind, :strategy, :code, :book, :broker,"
	    " :difference, :name, :note, :at, :ms, :fill, :at)",
	[SEE_DRIFT_AGAIN] =
	    "UPDATE drift SET day = :day, book = :book,"
	    " broker = :broker, difference = :difference, name = :name,"
	    " note = :note, seen = :seen, first_at = :first, first_ms = :ms,"
	    " first_fill = :fill, last_at = :at"
	    " WHERE id = :id",
	[END_DRIFT] =
	    "UPDATE drift SET state = :state,"
	    " name = coalesce(:name, name), note = coalesce(:note, note),"
	    " last_at = :at WHERE id = :id AND state = 'seen'",
	[DRIFTS] =
	    "SELECT id, day, kind, strategy, code, book, broker,"
	    " difference, name, state, seen, note, first_at, last_at"
	    " FROM drift INDEXED BY drift_open WHERE state = 'seen' ORDER BY id",
	[DRIFTS_GONE] = "UPDATE drift SET state = 'gone' WHERE state = 'seen'"
			" AND kind IN ('cash', 'shares') AND last_at <> :at",
	[END_ORDER_DRIFT] = "UPDATE drift SET state = :state, note = :note,"
			    " last_at = :at WHERE state = 'seen' AND"
			    " kind = 'order' AND book = :order_id",
};

FAMILY(FAM_BOOKS, books);
#define stmt(s, i, e) db_stmt(s, &books_family, i, e)

/* ---- Lots -------------------------------------------------------------------- */

int
store_lots(struct store *s, struct lot_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LOTS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading lots", e)) == 1) {
		struct lot_row *r;

		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		memset(r, 0, sizeof(*r));
		r->id = sqlite3_column_int64(st, 0);
		col_text(st, 1, r->strategy, sizeof(r->strategy));
		col_text(st, 2, r->code, sizeof(r->code));
		r->order_id = sqlite3_column_int64(st, 3);
		r->n = sqlite3_column_int64(st, 4);
		r->cost = sqlite3_column_int64(st, 5);
		r->fees = sqlite3_column_int64(st, 6);
		r->entry_date = sqlite3_column_int(st, 7);
		r->entry_time = sqlite3_column_int(st, 8);
		r->high = sqlite3_column_int64(st, 9);
		if (!code_sound(r->code) || r->n < 1 || !shares_sound(r->n) ||
		    !amount_sound(r->cost) || !amount_sound(r->fees) ||
		    !ymd_valid(r->entry_date) || !price_sound(r->high)) {
			db_done(st);
			rc = db_damaged(s, "lot", r->id, e);
			break;
		}
	}
	return db_list_end(rc, out, n);
}

int
store_put_lot(struct store *s, struct lot_row *r, struct err *e)
{
	sqlite3_stmt *st;

	if (r->id == 0 && r->n == 0)
		return 0; /* came and went between two saves */
	st = stmt(s,
	    r->n == 0      ? DROP_LOT :
		r->id == 0 ? ADD_LOT :
			     CHANGE_LOT,
	    e);
	if (st == NULL)
		return -1;
	if (r->id != 0)
		bind_i64(st, ":id", r->id);
	if (r->n != 0) {
		bind_text(st, ":strategy", r->strategy);
		bind_text(st, ":code", r->code);
		bind_i64(st, ":order_id", r->order_id);
		bind_i64(st, ":n", r->n);
		bind_i64(st, ":cost", r->cost);
		bind_i64(st, ":fees", r->fees);
		bind_i64(st, ":entry_date", r->entry_date);
		bind_i64(st, ":entry_time", r->entry_time);
		bind_i64(st, ":high", r->high);
	}
	if (db_run(s, st, "saving a lot", e) == -1)
		return -1;
	if (r->id == 0)
		r->id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

int
store_add_shares(struct store *s, const struct share_row *r, struct err *e)
{
	sqlite3_stmt *st;

	if (r->n == 0)
		return 0;
	if ((st = stmt(s, ADD_SHARES, e)) == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":code", r->code);
	bind_i64(st, ":n", r->n);
	bind_text(st, ":kind", r->kind);
	bind_i64(st, ":fill_id", r->fill_id);
	bind_text(st, ":note", r->note);
	bind_epoch(st, ":at", r->at);
	return db_run(s, st, "share_ledger", e) == -1 ? -1 : 0;
}

/* ---- Cash --------------------------------------------------------------------- */

int
store_cash(struct store *s, won *cash, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CASH, e);
	int rc;

	*cash = 0;
	if (st == NULL)
		return -1;
	if ((rc = db_row(s, st, "reading the cash", e)) == 1) {
		*cash = sqlite3_column_int64(st, 0);
		db_done(st);
		if (!amount_sound(*cash))
			return err_set(e, E_DATA,
			    "%s: cash_ledger: the balance %lld is damaged; see"
			    " trade-db check",
			    s->path, (long long)*cash);
	}
	return rc;
}

int
store_add_cash(struct store *s, const struct cash_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_CASH, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_i64(st, ":amount", r->amount);
	bind_text(st, ":kind", r->kind);
	bind_i64(st, ":fill_id", r->fill_id);
	bind_text(st, ":note", r->note);
	bind_epoch(st, ":at", r->at);
	return db_run(s, st, "cash_ledger", e) == -1 ? -1 : 0;
}

int
store_add_transfer(struct store *s, ymd day, won amount, ymd counts_from,
    const char *note, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_TRANSFER, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_i64(st, ":amount", amount);
	bind_i64(st, ":counts_from", counts_from);
	bind_text(st, ":note", note);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "saving a transfer", e) == -1 ? -1 : 0;
}

int
store_transfers(struct store *s, ymd from, ymd to, won *sum, struct err *e)
{
	sqlite3_stmt *st = stmt(s, TRANSFERS, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	return db_int(s, st, "reading transfers", sum, e);
}

int
store_deposits_waiting(struct store *s, ymd day, won *sum, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DEPOSITS_WAITING, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	return db_int(s, st, "reading transfers", sum, e);
}

/* ---- The day ------------------------------------------------------------------- */

static int
read_day(struct store *s, sqlite3_stmt *st, struct day_row *r, struct err *e)
{
	int rc;

	memset(r, 0, sizeof(*r));
	if ((rc = db_row(s, st, "reading the day", e)) != 1)
		return rc;
	r->day = sqlite3_column_int(st, 0);
	r->start_equity = sqlite3_column_int64(st, 1);
	r->start_cash = sqlite3_column_int64(st, 2);
	r->peak_equity = sqlite3_column_int64(st, 3);
	r->entries = sqlite3_column_int(st, 4);
	r->rejects = sqlite3_column_int(st, 5);
	r->portfolio_stop = sqlite3_column_int(st, 6);
	r->loss_stop = sqlite3_column_int(st, 7);
	col_text(st, 8, r->stop_reason, sizeof(r->stop_reason));
	r->opened_at = col_epoch(st, 9);
	db_done(st);
	if (!ymd_valid(r->day) || !amount_sound(r->start_equity) ||
	    !amount_sound(r->start_cash) || !amount_sound(r->peak_equity))
		return db_damaged(s, "session_state", r->day, e);
	return 1;
}

int
store_last_day(struct store *s, struct day_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LAST_DAY, e);

	return st == NULL ? -1 : read_day(s, st, r, e);
}

int
store_day(struct store *s, ymd day, struct day_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DAY, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	return read_day(s, st, r, e);
}

int
store_put_day(struct store *s, const struct day_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PUT_DAY, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_i64(st, ":start_equity", r->start_equity);
	bind_i64(st, ":start_cash", r->start_cash);
	bind_i64(st, ":peak_equity", r->peak_equity);
	bind_i64(st, ":entries", r->entries);
	bind_i64(st, ":rejects", r->rejects);
	bind_i64(st, ":portfolio_stop", r->portfolio_stop);
	bind_i64(st, ":loss_stop", r->loss_stop);
	bind_text(st, ":stop_reason", r->stop_reason);
	bind_epoch(st, ":at", r->opened_at);
	return db_run(s, st, "saving the day", e) == -1 ? -1 : 0;
}

int
store_snapshot_lots(struct store *s, ymd day, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SNAPSHOT, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	return db_run(s, st, "saving the day", e) == -1 ? -1 : 0;
}

int
store_session_lots(
    struct store *s, ymd day, struct session_lot **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SESSION_LOTS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	while ((rc = db_row(s, st, "reading the day", e)) == 1) {
		struct session_lot *r;

		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		col_text(st, 0, r->strategy, sizeof(r->strategy));
		col_text(st, 1, r->code, sizeof(r->code));
		r->n = sqlite3_column_int64(st, 2);
		r->cost = sqlite3_column_int64(st, 3);
	}
	return db_list_end(rc, out, n);
}

/* ---- Drift ---------------------------------------------------------------------- */

/* A new row where r->id is 0. */
static int
save_drift(struct store *s, struct drift_row *r, epoch at, struct err *e)
{
	bool is_new = r->id == 0;
	sqlite3_stmt *st = stmt(s, is_new ? SEE_DRIFT : SEE_DRIFT_AGAIN, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_i64(st, ":book", r->book);
	bind_i64(st, ":broker", r->broker);
	bind_i64(st, ":difference", r->difference);
	bind_text(st, ":name", r->name[0] != '\0' ? r->name : "unexplained");
	bind_text(st, ":note", r->note);
	bind_epoch(st, ":at", at);
	bind_i64(st, ":ms", r->first_ms);
	bind_i64(st, ":fill", r->first_fill);
	if (is_new) {
		bind_text(st, ":kind", r->kind);
		bind_text(st, ":strategy", r->strategy);
		bind_text(st, ":code", r->code);
	} else {
		bind_i64(st, ":id", r->id);
		bind_i64(st, ":seen", r->seen);
		bind_epoch(st, ":first", r->first_at);
	}
	if (db_run(s, st, "saving drift", e) == -1)
		return -1;
	if (is_new)
		r->id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

int
store_see_drift(struct store *s, struct drift_row *r, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, FIND_DRIFT, e);
	struct drift_row found;
	int rc;

	if (st == NULL)
		return -1;
	r->difference = r->broker - r->book;
	bind_text(st, ":kind", r->kind);
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":code", r->code);
	bind_i64(st, ":book", r->book);
	bind_i64(st, ":difference", r->difference);
	bind_epoch(st, ":at", at);
	bind_i64(st, ":ms", r->first_ms);
	bind_i64(st, ":fill", r->first_fill);
	if ((rc = db_row(s, st, "reading drift", e)) == -1)
		return -1;
	r->id = 0;
	r->seen = 1;
	r->first_at = r->last_at = at;
	if (rc == 1) {
		r->id = sqlite3_column_int64(st, 0);
		found = (struct drift_row){ .seen = sqlite3_column_int(st, 1),
			.first_at = col_epoch(st, 2),
			.first_ms = sqlite3_column_int64(st, 3),
			.first_fill = sqlite3_column_int64(st, 4) };
		db_done(st);
		/* Else by a clock that has been put right since. */
		if (found.first_at <= at) {
			r->seen = found.seen;
			r->first_at = found.first_at;
			r->first_ms = found.first_ms;
			r->first_fill = found.first_fill;
		}
	}
	return save_drift(s, r, at, e);
}

int
store_restart_drift(
    struct store *s, struct drift_row *r, epoch at, struct err *e)
{
	r->seen = 1;
	r->first_at = at;
	return save_drift(s, r, at, e);
}

int
store_end_drift(struct store *s, int64_t id, const char *state,
    const char *name, const char *note, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, END_DRIFT, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_text(st, ":state", state);
	bind_text(st, ":name", name);
	bind_text(st, ":note", note);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "saving drift", e) == -1 ? -1 : 0;
}

int
store_drifts(struct store *s, struct drift_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DRIFTS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading drift", e)) == 1) {
		struct drift_row *r;

		if (*n == cap) {
			cap = cap == 0 ? 8 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		memset(r, 0, sizeof(*r));
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
		if (!amount_sound(r->book) || !amount_sound(r->broker) ||
		    !amount_sound(r->difference)) {
			db_done(st);
			rc = db_damaged(s, "drift", r->id, e);
			break;
		}
	}
	return db_list_end(rc, out, n);
}

int
store_drifts_gone(struct store *s, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DRIFTS_GONE, e);

	if (st == NULL)
		return -1;
	bind_epoch(st, ":at", at);
	return db_run(s, st, "saving drift", e);
}

int
store_end_order_drift(struct store *s, int64_t order_id, const char *state,
    const char *note, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, END_ORDER_DRIFT, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", order_id);
	bind_text(st, ":state", state);
	bind_text(st, ":note", note);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "saving drift", e) == -1 ? -1 : 0;
}
