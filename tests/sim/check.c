/*
 * check.c - see check.h.
 *
 * What the two databases say is read anew each time as far as it can change:
 * rows that are only ever added are read from the last one seen on; orders
 * of today and live ones, and the orders that work at the broker, always.  So
 * a step costs what happened since the last, not what ever happened.  All of
 * it is in one read transaction.
 */
#include "sim/check_inner.h"

#include <assert.h>
#include <stdlib.h>

const char *const check_rules[] = { "S1", "S2", "S3", "S4", "S5", "S6", "S7",
	"S8", "S9", "S11", "S12", "T12", "T21", "P5", "P6", "L1", "L2", "L3",
	"L4", "L5", NULL };

void
check_begin(struct check *c)
{
	c->breaches = 0;
	c->began = sqlite3_get_autocommit(c->db) != 0;
	if (c->began)
		check_row(c, check_ask(c, BEGIN, 0));
}

int
check_end(struct check *c)
{
	if (c->began)
		check_row(c, check_ask(c, END, 0));
	return c->breaches;
}

int
check_step(struct check *c, const char *now)
{
	int64_t seconds = 0;
	hhmm at;
	bool synced;

	check_begin(c);
	if (!check_now(now, &c->today, &at, &seconds))
		check_breach(c, "L4", "'%s' is no market time", now);
	c->step++;
	c->resumed = c->accepted = c->planned_buy = false;
	c->transferred = c->is_settling = c->cash_moved = false;
	c->has_looked = false;
	c->bought_at = 0;
	c->only_sync = true;
	check_history(c);
	check_new_orders(c);
	check_requests(c);
	check_their_new(c);
	check_their_working(c);
	check_our_orders(c);
	check_halts(c);
	check_paused(c, false);
	check_drifts(c, false);
	check_cash(c);
	check_lots(c);
	check_trail(c);
	check_strangers(c);
	check_fills(c);
	check_filled(c);
	check_trail_agrees(c);
	check_shares(c);
	check_bound(c);
	check_holdings(c);
	check_working(c);
	check_keep_halts(c);
	check_latches(c);
	check_paused(c, true);
	check_drifts(c, true);
	synced = check_runs(c);
	if (synced && !c->is_first)
		check_sync(c, seconds);
	check_their_fills(c, seconds);
	c->is_first = false;
	return check_end(c);
}

int
check_unlocked(struct check *c)
{
	char *why = NULL;

	c->breaches = 0;
	/* It takes the lock, and changes nothing. */
	if (sqlite3_exec(c->db,
		"BEGIN; DELETE FROM main.setting WHERE name IS NULL;"
		" ROLLBACK",
		NULL, NULL, &why) != SQLITE_OK)
		check_breach(c, "S11", "a write transaction is open: %s",
		    why != NULL ? why : "?");
	sqlite3_free(why);
	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	return c->breaches;
}

/* ---- Begin and end ---------------------------------------------------------------------------------------- */

static bool
prepare_all(struct check *c)
{
	static const char *const own[NSTEP] = {
		[BEGIN] = "BEGIN",
		[END] = "COMMIT",
	};
	static const char *const *const part[] = { own, check_sent_text,
		check_orders_text, check_trail_text, check_halts_text,
		check_money_text, check_runs_text };

	memset(c->stmt, 0, sizeof(c->stmt));
	for (size_t p = 0; p < NELEM(part); p++)
		for (int i = 0; i < NSTEP; i++)
			if (part[p][i] != NULL &&
			    (c->stmt[i] = check_prepare(c, part[p][i])) == NULL)
				return false;
	for (int i = 0; i < NSTEP; i++)
		assert(c->stmt[i] != NULL);
	return check_prepare_seldom(c);
}

struct check *
check_new(sqlite3 *db, check_found *found, void *arg)
{
	struct check *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->db = db;
	c->found = found;
	c->arg = arg;
	c->is_first = true;
	if (!prepare_all(c)) {
		check_free(c);
		return NULL;
	}
	return c;
}

void
check_leave(struct check *c)
{
	for (int i = 0; i < NSTEP; i++) {
		sqlite3_finalize(c->stmt[i]);
		c->stmt[i] = NULL;
	}
	for (int s = 0; s < NSELDOM; s++) {
		for (int i = 0; i < c->seldom[s].n; i++)
			sqlite3_finalize(c->seldom[s].item[i]);
		c->seldom[s].n = 0;
	}
}

void
check_free(struct check *c)
{
	if (c == NULL)
		return;
	check_leave(c);
	for (int s = 0; s < NSELDOM; s++)
		free(c->seldom[s].item);
	free(c->ours.item);
	free(c->theirs.item);
	free(c->working.item);
	free(c->live.item);
	free(c->visited.item);
	free(c->place.item);
	free(c->halt.item);
	free(c->paused.item);
	free(c->drift.item);
	free(c->running.item);
	free(c->asked.item);
	free(c);
}

/* What was remembered of the database. */
static void
forget(struct check *c)
{
	c->request = c->order = c->their = c->log = c->log_synced = 0;
	c->fill = c->cash = c->share = c->run = 0;
	c->balance = c->start_equity = 0;
	c->has_balance = false;
	c->latch_day = 0;
	c->portfolio_stop = c->loss_stop = 0;
	c->ours.n = c->theirs.n = c->working.n = c->live.n = c->visited.n = 0;
	c->place.n = c->halt.n = c->paused.n = c->drift.n = c->running.n =
	    c->asked.n = 0;
	c->is_first = true;
}

bool
check_go_on(struct check *c, sqlite3 *db)
{
	c->db = db;
	c->began = false;
	for (int s = 0; s < NSELDOM; s++)
		c->seldom[s].n = 0;
	return prepare_all(c);
}

bool
check_reconnect(struct check *c, sqlite3 *db)
{
	if (!check_go_on(c, db))
		return false;
	c->log = c->log_synced; /* what is there after it is read again */
	check_runs_lost(c);
	return true;
}

void
check_restored(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, THEIR_LAST, 0);

	while (check_row(c, st))
		c->excused = i64(st, 0);
	st = check_ask(c, THEIR_LAST_ORDER, 0);
	while (check_row(c, st))
		c->unknown_to = i64(st, 0);
	forget(c);
}
