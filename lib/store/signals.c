/*
 * signals.c - what the strategies want, today and on the days before.
 */
#include "store/signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"

enum { SIGNALS, ADD, CHANGE, MOVE, DROP, RAN, PUT_RAN, DROP_RAN };

static const char *const text[] = {
	[SIGNALS] = "SELECT id, day, strategy, code, side, state, score,"
		    " target, price, made, stamp, is_said, is_urgent, reason"
		    " FROM current_signals ORDER BY day, strategy, code, side",
	[ADD] = "INSERT INTO current_signals (day, strategy, code, side,"
		" state, score, target, price, made, stamp, is_said, is_urgent,"
		" reason, changed_at) VALUES (:day, :strategy, :code, :side,"
		" :state, :score, :target, :price, :made, :stamp, :is_said,"
		" :is_urgent, :reason, :at)",
	[CHANGE] =
	    "UPDATE current_signals SET state = :state, score = :score,"
	    " target = :target, price = :price, made = :made, stamp = :stamp,"
	    " is_said = :is_said, is_urgent = :is_urgent, reason = :reason,"
	    " changed_at = :at WHERE id = :id",
	[MOVE] =
	    "INSERT INTO daily_signals (id, day, strategy, code, side,"
	    " state, score, target, price, made, stamp, is_urgent, reason,"
	    " changed_at) SELECT id, day, strategy, code, side,"
	    " iif(state = 'pending', 'expired', state), score, target, price,"
	    " made, stamp, is_urgent, reason,"
	    " iif(state = 'pending', :at, changed_at)"
	    " FROM current_signals WHERE day < :day",
	[DROP] = "DELETE FROM current_signals WHERE day < :day",
	[RAN] = "SELECT count(*) FROM daily_run WHERE day = :day AND"
		" strategy = :strategy",
	[PUT_RAN] = "INSERT OR IGNORE INTO daily_run (day, strategy, at)"
		    " VALUES (:day, :strategy, :at)",
	[DROP_RAN] = "DELETE FROM daily_run WHERE day < :day",
};

FAMILY(FAM_SIGNALS, signals);
#define stmt(s, i, e) db_stmt(s, &signals_family, i, e)

int
store_signals(struct store *s, struct signal_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SIGNALS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading signals", e)) == 1) {
		struct signal_row *r;

		if (*n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		memset(r, 0, sizeof(*r));
		r->id = sqlite3_column_int64(st, 0);
		r->day = sqlite3_column_int(st, 1);
		col_text(st, 2, r->strategy, sizeof(r->strategy));
		col_text(st, 3, r->code, sizeof(r->code));
		r->side = col_side(st, 4);
		col_text(st, 5, r->state, sizeof(r->state));
		r->score = sqlite3_column_double(st, 6);
		r->target = sqlite3_column_int64(st, 7);
		r->price = sqlite3_column_int64(st, 8);
		r->made = sqlite3_column_int(st, 9);
		r->stamp = sqlite3_column_int(st, 10);
		r->is_said = sqlite3_column_int(st, 11) != 0;
		r->is_urgent = sqlite3_column_int(st, 12) != 0;
		col_text(st, 13, r->reason, sizeof(r->reason));
		if (!code_sound(r->code) || !isfinite(r->score) ||
		    !price_sound(r->target) || !price_sound(r->price)) {
			db_done(st);
			rc = db_damaged(s, "current_signals", r->id, e);
			break;
		}
	}
	return db_list_end(rc, out, n);
}

int
store_put_signal(struct store *s, struct signal_row *r, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, r->id == 0 ? ADD : CHANGE, e);

	if (st == NULL)
		return -1;
	if (r->id == 0) {
		bind_i64(st, ":day", r->day);
		bind_text(st, ":strategy", r->strategy);
		bind_text(st, ":code", r->code);
		bind_side(st, ":side", r->side);
	} else {
		bind_i64(st, ":id", r->id);
	}
	bind_text(st, ":state", r->state);
	bind_real(st, ":score", r->score);
	bind_i64(st, ":target", r->target);
	bind_i64(st, ":price", r->price);
	bind_i64(st, ":made", r->made);
	bind_i64(st, ":stamp", r->stamp);
	bind_i64(st, ":is_said", r->is_said);
	bind_i64(st, ":is_urgent", r->is_urgent);
	bind_text(st, ":reason", r->reason);
	bind_epoch(st, ":at", at);
	if (db_run(s, st, "saving a signal", e) == -1)
		return -1;
	if (r->id == 0)
		r->id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

static int
run_of_day(struct store *s, int i, ymd day, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	if (i == MOVE)
		bind_epoch(st, ":at", at);
	return db_run(s, st, "closing the day's signals", e);
}

int
store_close_signals(struct store *s, ymd day, epoch at, struct err *e)
{
	int n = run_of_day(s, MOVE, day, at, e);

	if (n == -1 || run_of_day(s, DROP, day, at, e) == -1 ||
	    run_of_day(s, DROP_RAN, day, at, e) == -1)
		return -1;
	return n;
}

int
store_daily_ran(struct store *s, ymd day, const char *strategy, struct err *e)
{
	sqlite3_stmt *st = stmt(s, RAN, e);
	int64_t n;

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":strategy", strategy);
	return db_int(s, st, "reading signals", &n, e) == -1 ? -1 : n > 0;
}

int
store_put_daily_ran(
    struct store *s, ymd day, const char *strategy, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PUT_RAN, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":strategy", strategy);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "saving signals", e) == -1 ? -1 : 0;
}
