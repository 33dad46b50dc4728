/*
 * check_runs.c - runs of programs: none beside another of its program (S11),
 * and after a whole synchronisation each difference is recorded (S6).
 */
#include "sim/check_inner.h"

/* From ?1 to ?3 what the broker tells changes as it counts a fill; `x`: without
 * the fills behind ?2. */
#define MOMENTS                                                             \
	"moment(t, x) AS (SELECT t, x FROM (SELECT ?1 AS t UNION SELECT"    \
	" counted_at FROM paper.fills WHERE counted_at > ?1 AND counted_at" \
	" <= ?3), (SELECT 0 AS x UNION SELECT 1))"
#define UNCOUNTED "at > t OR (x = 1 AND fill > ?2)"

const char *const check_runs_text[NSTEP] = {
	[RUNS] = "SELECT id, program, started_at, ended_at, status,"
		 " CAST(strftime('%s', started_at) AS INTEGER),"
		 " CAST(strftime('%s', ended_at) AS INTEGER)"
		 " FROM program_run WHERE id > :id ORDER BY id",
	[RUN_ONE] = "SELECT ended_at FROM program_run WHERE id = :id",
	[RUN_LAST] = "SELECT coalesce(max(id), 0) FROM program_run",
	[THEIR_FILL] = "SELECT coalesce(max(id), 0) FROM paper.fills",
	/* What the broker has told of the cash at some moment between two, with
	 * the fills behind ?2 or without them; and it is not ours. */
	[SYNC_CASH] =
	    "WITH " MOMENTS ", late(fill, at, w) AS (SELECT f.id, counted_at,"
	    " iif(side = 'buy', f.n * price_won + commission_won,"
	    " commission_won + tax_won - f.n * price_won) FROM paper.fills f"
	    " JOIN paper.orders o ON o.id = f.order_id WHERE counted_at > 0 OR"
	    " f.id > ?2) SELECT balance, cash_won FROM paper.account,"
	    " (SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1) WHERE"
	    " balance NOT IN (SELECT cash_won + coalesce((SELECT sum(w) FROM"
	    " late WHERE " UNCOUNTED "), 0) FROM moment)",
	[SYNC_SHARES] =
	    "WITH " MOMENTS ", late(fill, at, code, w) AS (SELECT f.id,"
	    " counted_at, code, iif(side = 'buy', -f.n, f.n) FROM paper.fills"
	    " f JOIN paper.orders o ON o.id = f.order_id WHERE counted_at > 0"
	    " OR f.id > ?2), total(code, ours, theirs) AS (SELECT code,"
	    " sum(a), sum(b) FROM (SELECT code, quantity AS a, 0 AS b FROM lot"
	    " UNION ALL SELECT code, 0, n FROM paper.holding UNION ALL SELECT"
	    " code, 0, 0 FROM late) GROUP BY code) SELECT code, ours, theirs"
	    " FROM total WHERE ours NOT IN (SELECT theirs + coalesce((SELECT"
	    " sum(w) FROM late WHERE late.code = total.code AND (" UNCOUNTED
	    ")), 0) FROM moment)",
	/* Or money or shares came by hand while it compared. */
	[LIES] = "SELECT (SELECT count(*) FROM paper.struck WHERE fault ="
		 " 'empty-balance' AND last_at >= :from) + (SELECT count(*)"
		 " FROM paper.transfer WHERE at >= :from)",
};

/* A run that ends after a later one of its program began was not alone. */
static void
runs_ended(struct check *c, int *ended)
{
	int kept = 0;

	for (int i = 0; i < c->running.n; i++) {
		struct run *r = &c->running.item[i];
		sqlite3_stmt *st = check_ask(c, RUN_ONE, r->id);
		bool is_over = false;

		while (check_row(c, st))
			is_over = !is_null(st, 0);
		if (!is_over) {
			c->running.item[kept++] = *r;
			continue;
		}
		++*ended;
		for (int k = i + 1; k < c->running.n; k++)
			if (strcmp(c->running.item[k].program, r->program) == 0)
				check_breach(c, "S11",
				    "run %" PRId64 " of %s went on beside run"
				    " %" PRId64,
				    r->id, r->program, c->running.item[k].id);
	}
	c->running.n = kept;
}

/* Those that were killed stay in the list, but not for ever. */
static void
forget_runs(struct check *c)
{
	const int most = 64;

	if (c->running.n <= most)
		return;
	memmove(c->running.item, c->running.item + c->running.n - most / 2,
	    (size_t)(most / 2) * sizeof(*c->running.item));
	c->running.n = most / 2;
}

/* Did this step consist of one complete synchronisation? */
bool
check_runs(struct check *c)
{
	sqlite3_stmt *st;
	int ended = 0, fresh = 0;
	bool synced = false;
	char until[32] = "", last[NAME_SIZE] = "";

	runs_ended(c, &ended);
	st = check_ask(c, RUNS, c->run);
	while (check_row(c, st)) {
		struct run r = { .id = i64(st, 0) };

		COPY(r.program, st, 1);
		COPY(r.started, st, 2);
		c->run = r.id;
		fresh++;
		if (!c->is_first && strcmp(last, r.program) == 0 &&
		    strcmp(until, r.started) > 0)
			check_breach(c, "S11",
			    "run %" PRId64 " of %s began at %s, before the one"
			    " before it ended",
			    r.id, r.program, r.started);
		COPY(until, st, 3);
		snprintf(last, sizeof(last), "%s", r.program);
		if (is_null(st, 3))
			*(struct run *)ADD(c->running) = r;
		synced = strcmp(r.program, "sync-account") == 0 &&
		    !is_null(st, 3) && sqlite3_column_int(st, 4) == 0;
		c->sync_at = i64(st, 5);
		c->sync_end = i64(st, 6);
	}
	forget_runs(c);
	return synced && fresh == 1 && ended == 0 && c->only_sync &&
	    !c->is_settling;
}

/* Ids that were lost are given again. */
void
check_runs_lost(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, RUN_LAST, 0);
	int kept = 0;

	while (check_row(c, st))
		if (c->run > i64(st, 0))
			c->run = i64(st, 0);
	for (int i = 0; i < c->running.n; i++)
		if (c->running.item[i].id <= c->run)
			c->running.item[kept++] = c->running.item[i];
	c->running.n = kept;
}

static bool
drift_stands(const struct check *c, char kind, const char *code)
{
	for (int i = 0; i < c->drift.n; i++)
		if (c->drift.item[i].kind == kind &&
		    (kind == 'c' || strcmp(c->drift.item[i].code, code) == 0))
			return true;
	return false;
}

/* An empty balance, told as if it were so: what was found different is not
 * what is. */
static bool
was_lied_to(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, LIES, c->sync_at);
	bool lied = false;

	while (check_row(c, st))
		lied = sqlite3_column_int(st, 0) != 0;
	return lied;
}

/* What comes at a new minute is matched, which may be in the midst of a run:
 * the balance may have been told before. */
void
check_their_fills(struct check *c, int64_t minute)
{
	sqlite3_stmt *st = check_ask(c, THEIR_FILL, 0);

	while (check_row(c, st))
		c->their_fill = i64(st, 0);
	c->minute = minute;
}

static sqlite3_stmt *
ask_sync(struct check *c, int which, int64_t minute)
{
	int64_t took = c->sync_end - c->sync_at;
	sqlite3_stmt *st = check_ask(c, which, minute - (took > 0 ? took : 0));

	sqlite3_bind_int64(
	    st, 2, minute == c->minute ? INT64_MAX : c->their_fill);
	sqlite3_bind_int64(st, 3, minute + 59);
	return st;
}

/* What it found different is recorded.  The broker told what it counted at
 * some second between its beginning and this minute's end; by its own clock,
 * and the program's may be off, so that only how long it took is of use. */
void
check_sync(struct check *c, int64_t minute)
{
	sqlite3_stmt *st;

	if (was_lied_to(c))
		return;
	st = ask_sync(c, SYNC_CASH, minute);
	while (check_row(c, st)) {
		if (!drift_stands(c, 'c', ""))
			check_breach(c, "S6",
			    "after sync-account: cash of %" PRId64
			    ", the broker has %" PRId64
			    ", and nothing is recorded",
			    i64(st, 0), i64(st, 1));
	}
	st = ask_sync(c, SYNC_SHARES, minute);
	while (check_row(c, st)) {
		char code[CODE_SIZE];

		COPY(code, st, 0);
		if (!drift_stands(c, 's', code))
			check_breach(c, "S6",
			    "after sync-account: %" PRId64 " shares of %s, the"
			    " broker has %" PRId64 ", and nothing is recorded",
			    i64(st, 1), code, i64(st, 2));
	}
}
