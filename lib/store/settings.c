/*
 * settings.c - what the person sets.
 */
#include "store/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/db.h"

enum {
	SETTINGS,
	PUT_SETTING,
	DROP_SETTING,
	STRATEGIES,
	STRATEGY,
	RUN_AGAIN,
	CHOOSE_AGAIN,
	PUT_STRATEGY,
	DROP_STRATEGY,
	DROP_UNIVERSE,
	IN_USE,
	STRATEGY_SETTINGS,
	PUT_STRATEGY_SETTING,
	DROP_STRATEGY_SETTING,
	UNIVERSE,
	UNIVERSE_OF,
	WATCH,
	UNWATCH,
	CODES_IN_USE,
	CODES_AT_WORK,
	CHOSEN,
	CHOICE,
	DROP_CHOICE,
	PUT_RUN,
	PUT_CHOICE,
	HALTS,
	HALT,
	RESUME,
	RESUME_ALL,
};

static const char *const text[] = {
	[SETTINGS] = "SELECT name, value FROM setting ORDER BY name",
	[PUT_SETTING] =
	    "INSERT INTO setting (name, value, changed_at)"
	    " VALUES (:name, :value, :at) ON CONFLICT (name) DO UPDATE"
	    " SET value = excluded.value, changed_at = excluded.changed_at",
	[DROP_SETTING] = "DELETE FROM setting WHERE name = :name",
	[STRATEGIES] = "SELECT name, daily, minute, is_on, is_leaving,"
		       " changed_at FROM strategy ORDER BY name",
	[STRATEGY] = "SELECT name, daily, minute, is_on, is_leaving,"
		     " changed_at FROM strategy WHERE name = :name",
	/* Another daily module runs, and chooses, today still (R9); so does
	 * that of a strategy which is made anew under an old name. */
	[RUN_AGAIN] = "DELETE FROM daily_run WHERE strategy = :name AND"
		      " NOT EXISTS (SELECT 1 FROM strategy WHERE name = :name"
		      " AND daily = :daily)",
	[CHOOSE_AGAIN] =
	    "DELETE FROM universe_run WHERE strategy = :name AND"
	    " NOT EXISTS (SELECT 1 FROM strategy WHERE name = :name AND"
	    " daily = :daily)",
	[PUT_STRATEGY] =
	    "INSERT INTO strategy (name, daily, minute, is_on,"
	    " is_leaving, changed_at) VALUES (:name, :daily, :minute, :is_on,"
	    " :is_leaving, :at) ON CONFLICT (name) DO UPDATE SET"
	    " daily = excluded.daily, minute = excluded.minute,"
	    " is_on = excluded.is_on, is_leaving = excluded.is_leaving,"
	    " changed_at = excluded.changed_at",
	[DROP_STRATEGY] = "DELETE FROM strategy WHERE name = :name",
	[DROP_UNIVERSE] = "DELETE FROM universe WHERE strategy = :name",
	[IN_USE] =
	    "SELECT EXISTS (SELECT 1 FROM lot WHERE strategy = :name)"
	    " OR EXISTS (SELECT 1 FROM orders WHERE strategy = :name AND"
	    " state IN ('planned', 'sending', 'open', 'part', 'unknown'))",
	[STRATEGY_SETTINGS] = "SELECT name, value FROM strategy_setting"
			      " WHERE strategy = :strategy ORDER BY name",
	[PUT_STRATEGY_SETTING] =
	    "INSERT INTO strategy_setting (strategy,"
	    " name, value) VALUES (:strategy, :name, :value)"
	    " ON CONFLICT (strategy, name) DO UPDATE"
	    " SET value = excluded.value",
	[DROP_STRATEGY_SETTING] =
	    "DELETE FROM strategy_setting"
	    " WHERE strategy = :strategy AND name = :name",
	[UNIVERSE] = "SELECT code FROM universe WHERE strategy = :strategy"
		     " ORDER BY code",
	[UNIVERSE_OF] = "SELECT DISTINCT code FROM universe"
			" WHERE strategy IN (:strategy, '*') ORDER BY code",
	[WATCH] = "INSERT OR IGNORE INTO universe (strategy, code, added_at)"
		  " VALUES (:strategy, :code, :at)",
	[UNWATCH] = "DELETE FROM universe WHERE strategy = :strategy AND"
		    " code = :code",
	[CODES_IN_USE] =
	    "SELECT code FROM universe UNION"
	    " SELECT code FROM lot UNION SELECT code FROM orders"
	    " WHERE state IN ('planned', 'sending', 'open', 'part', 'unknown')"
	    " ORDER BY 1",
	[CODES_AT_WORK] =
	    "SELECT code FROM lot WHERE strategy <> '" MANUAL "' UNION"
	    " SELECT code FROM orders"
	    " WHERE state IN ('planned', 'sending', 'open', 'part', 'unknown')"
	    " ORDER BY 1",
	[CHOSEN] = "SELECT count(*) FROM universe_run WHERE day = :day AND"
		   " strategy = :strategy",
	[CHOICE] = "SELECT code FROM strategy_universe WHERE day = :day AND"
		   " strategy = :strategy ORDER BY code",
	/* The codes go with their run. */
	[DROP_CHOICE] = "DELETE FROM universe_run WHERE strategy = :strategy"
			" AND (day = :day OR day < :old)",
	[PUT_RUN] = "INSERT INTO universe_run (day, strategy, offered, chosen)"
		    " VALUES (:day, :strategy, :offered, :chosen)",
	[PUT_CHOICE] = "INSERT INTO strategy_universe (day, strategy, code)"
		       " VALUES (:day, :strategy, :code)",
	[HALTS] = "SELECT scope, what, reason, since FROM halt"
		  " ORDER BY scope, what",
	[HALT] = "INSERT OR IGNORE INTO halt (scope, what, reason, since)"
		 " VALUES (:scope, :what, :reason, :since)",
	[RESUME] = "DELETE FROM halt WHERE scope = :scope AND what = :what",
	[RESUME_ALL] = "DELETE FROM halt",
};

FAMILY(FAM_SETTINGS, settings);
#define stmt(s, i, e) db_stmt(s, &settings_family, i, e)

static int
read_pairs(struct store *s, sqlite3_stmt *st, struct name_value **out, int *n,
    struct err *e)
{
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	while ((rc = db_row(s, st, "reading settings", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		col_text(st, 0, (*out)[*n].name, sizeof((*out)[*n].name));
		col_text(st, 1, (*out)[*n].value, sizeof((*out)[*n].value));
		++*n;
	}
	return db_list_end(rc, out, n);
}

int
store_settings(struct store *s, struct name_value **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SETTINGS, e);

	return st == NULL ? -1 : read_pairs(s, st, out, n, e);
}

int
store_put_setting(struct store *s, const char *name, const char *value,
    epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(
	    s, value[0] == '\0' ? DROP_SETTING : PUT_SETTING, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	if (value[0] != '\0') {
		bind_text(st, ":value", value);
		bind_epoch(st, ":at", at);
	}
	return db_run(s, st, "saving a setting", e) == -1 ? -1 : 0;
}

/* ---- Strategies ---------------------------------------------------------- */

static void
read_strategy(sqlite3_stmt *st, struct strategy_row *r)
{
	memset(r, 0, sizeof(*r));
	col_text(st, 0, r->name, sizeof(r->name));
	col_text(st, 1, r->daily, sizeof(r->daily));
	col_text(st, 2, r->minute, sizeof(r->minute));
	r->is_on = sqlite3_column_int(st, 3) != 0;
	r->is_leaving = sqlite3_column_int(st, 4) != 0;
	r->changed_at = col_epoch(st, 5);
}

int
store_strategies(
    struct store *s, struct strategy_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, STRATEGIES, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading strategies", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 8 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		read_strategy(st, &(*out)[(*n)++]);
	}
	return db_list_end(rc, out, n);
}

int
store_strategy(
    struct store *s, const char *name, struct strategy_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, STRATEGY, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	if ((rc = db_row(s, st, "reading a strategy", e)) == 1) {
		read_strategy(st, r);
		db_done(st);
	}
	return rc;
}

static int
forget(struct store *s, int i, const struct strategy_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":name", r->name);
	bind_text(st, ":daily", r->daily);
	return db_run(s, st, "saving a strategy", e);
}

int
store_put_strategy(struct store *s, const struct strategy_row *r, struct err *e)
{
	sqlite3_stmt *st;

	if (forget(s, RUN_AGAIN, r, e) == -1 ||
	    forget(s, CHOOSE_AGAIN, r, e) == -1 ||
	    (st = stmt(s, PUT_STRATEGY, e)) == NULL)
		return -1;
	bind_text(st, ":name", r->name);
	bind_text(st, ":daily", r->daily);
	bind_text(st, ":minute", r->minute);
	bind_i64(st, ":is_on", r->is_on);
	bind_i64(st, ":is_leaving", r->is_leaving);
	bind_epoch(st, ":at", r->changed_at);
	return db_run(s, st, "saving a strategy", e) == -1 ? -1 : 0;
}

int
store_drop_strategy(struct store *s, const char *name, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DROP_UNIVERSE, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	if (db_run(s, st, "removing a strategy", e) == -1 ||
	    (st = stmt(s, DROP_STRATEGY, e)) == NULL)
		return -1;
	bind_text(st, ":name", name);
	return db_run(s, st, "removing a strategy", e);
}

int
store_strategy_in_use(struct store *s, const char *name, struct err *e)
{
	sqlite3_stmt *st = stmt(s, IN_USE, e);
	int64_t used;

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	return db_int(s, st, "reading holdings", &used, e) == -1 ? -1 :
								   (int)used;
}

int
store_strategy_settings(struct store *s, const char *strategy,
    struct name_value **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, STRATEGY_SETTINGS, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":strategy", strategy);
	return read_pairs(s, st, out, n, e);
}

int
store_put_strategy_setting(struct store *s, const char *strategy,
    const char *name, const char *value, struct err *e)
{
	sqlite3_stmt *st = stmt(s,
	    value[0] == '\0' ? DROP_STRATEGY_SETTING : PUT_STRATEGY_SETTING, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":strategy", strategy);
	bind_text(st, ":name", name);
	if (value[0] != '\0')
		bind_text(st, ":value", value);
	return db_run(s, st, "saving a setting", e) == -1 ? -1 : 0;
}

/* ---- The watched stocks --------------------------------------------------- */

static int
codes_of(struct store *s, int i, const char *strategy, struct codes *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	if (strategy != NULL)
		bind_text(st, ":strategy", strategy);
	return db_codes(s, st, "reading watched stocks", out, e);
}

int
store_universe(
    struct store *s, const char *strategy, struct codes *out, struct err *e)
{
	return codes_of(s, UNIVERSE, strategy, out, e);
}

int
store_universe_of(
    struct store *s, const char *strategy, struct codes *out, struct err *e)
{
	return codes_of(s, UNIVERSE_OF, strategy, out, e);
}

int
store_codes_in_use(struct store *s, struct codes *out, struct err *e)
{
	return codes_of(s, CODES_IN_USE, NULL, out, e);
}

int
store_codes_at_work(struct store *s, struct codes *out, struct err *e)
{
	return codes_of(s, CODES_AT_WORK, NULL, out, e);
}

int
store_watch(struct store *s, const char *strategy, const char *code, epoch at,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, WATCH, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":strategy", strategy);
	bind_text(st, ":code", code);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "watching a stock", e);
}

int
store_unwatch(
    struct store *s, const char *strategy, const char *code, struct err *e)
{
	sqlite3_stmt *st = stmt(s, UNWATCH, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":strategy", strategy);
	bind_text(st, ":code", code);
	return db_run(s, st, "watching a stock no more", e);
}

int
store_choice(struct store *s, ymd day, const char *strategy, struct codes *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, CHOSEN, e);
	int64_t chosen;

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":strategy", strategy);
	if (db_int(s, st, "reading the universe", &chosen, e) == -1)
		return -1;
	if (chosen == 0)
		return 0;
	if ((st = stmt(s, CHOICE, e)) == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":strategy", strategy);
	return db_codes(s, st, "reading watched stocks", out, e) == -1 ? -1 : 1;
}

int
store_put_choice(struct store *s, ymd day, const char *strategy, int offered,
    const struct codes *codes, struct err *e)
{
	sqlite3_stmt *st = stmt(s, DROP_CHOICE, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_i64(st, ":old", ymd_add(day, -30));
	bind_text(st, ":strategy", strategy);
	if (db_run(s, st, "saving the universe", e) == -1 ||
	    (st = stmt(s, PUT_RUN, e)) == NULL)
		return -1;
	bind_i64(st, ":day", day);
	bind_text(st, ":strategy", strategy);
	bind_i64(st, ":offered", offered);
	bind_i64(st, ":chosen", codes->n);
	if (db_run(s, st, "saving the universe", e) == -1)
		return -1;
	for (int i = 0; i < codes->n; i++) {
		if ((st = stmt(s, PUT_CHOICE, e)) == NULL)
			return -1;
		bind_i64(st, ":day", day);
		bind_text(st, ":strategy", strategy);
		bind_text(st, ":code", codes->item[i]);
		if (db_run(s, st, "saving the universe", e) == -1)
			return -1;
	}
	return 0;
}

/* ---- Halts ----------------------------------------------------------------- */

static const char *const scope_word[] = {
	"all",
	"entries",
	"strategy",
	"code",
};

const char *
halt_scope_name(enum halt_scope h)
{
	return scope_word[h];
}

int
store_halts(struct store *s, struct halt_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, HALTS, e);
	char word[16];
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading halts", e)) == 1) {
		struct halt_row *h;

		if (*n == cap) {
			cap = cap == 0 ? 4 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		h = &(*out)[(*n)++];
		memset(h, 0, sizeof(*h));
		col_text(st, 0, word, sizeof(word));
		for (size_t i = 0; i < NELEM(scope_word); i++)
			if (strcmp(word, scope_word[i]) == 0)
				h->scope = (enum halt_scope)i;
		col_text(st, 1, h->what, sizeof(h->what));
		col_text(st, 2, h->reason, sizeof(h->reason));
		h->since = col_epoch(st, 3);
	}
	return db_list_end(rc, out, n);
}

int
store_halt(struct store *s, const struct halt_row *h, struct err *e)
{
	sqlite3_stmt *st = stmt(s, HALT, e);

	assert((h->what[0] != '\0') ==
	    (h->scope == HALT_STRATEGY || h->scope == HALT_CODE));
	if (st == NULL)
		return -1;
	bind_text(st, ":scope", scope_word[h->scope]);
	bind_text(st, ":what", h->what);
	bind_text(st, ":reason", h->reason);
	bind_epoch(st, ":since", h->since);
	return db_run(s, st, "halting", e);
}

int
store_resume(struct store *s, int scope, const char *what, struct err *e)
{
	sqlite3_stmt *st = stmt(s, scope == -1 ? RESUME_ALL : RESUME, e);

	if (st == NULL)
		return -1;
	if (scope != -1) {
		bind_text(st, ":scope", scope_word[scope]);
		bind_text(st, ":what", what);
	}
	return db_run(s, st, "resuming", e);
}
