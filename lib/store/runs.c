/*
 * runs.c - leases, runs, alerts.
 *
 * A process is known by its number, its start time (/proc/PID/stat, field
 * 22) and the boot id: a number alone is used again.  Where the system tells
 * neither, a number in use counts as alive: waiting is safe, taking over is
 * not.
 */
#include "store/runs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/db.h"

#define ID_SIZE BOOT_ID_SIZE

enum {
	GET_LEASE,
	TAKE_LEASE,
	CHECK_LEASE,
	RENEW_LEASE,
	RELEASE_LEASE,
	RELEASE_OWN,
	RUN_BEGIN,
	RUN_PRUNE,
	RUN_END,
	RUN_END_OWN,
	LAST_RUNS,
	LAST_SUCCESS,
	GET_ALERT,
	ADD_ALERT,
	COUNT_ALERT,
	CLEAR_ALERT,
	ALERTS,
};

#define RUN_COLUMNS \
	"id, program, pid, day, time, started_at, ended_at, status, message"

static const char *const text[] = {
	[GET_LEASE] = "SELECT pid, started, boot, fence, since, until"
		      " FROM lease WHERE name = :name",
	[TAKE_LEASE] =
	    "INSERT INTO lease (name, pid, started, boot, fence,"
	    " since, until) VALUES (:name, :pid, :started, :boot, 1, :since,"
	    " :until) ON CONFLICT (name) DO UPDATE SET pid = excluded.pid,"
	    " started = excluded.started, boot = excluded.boot,"
	    " fence = fence + 1, since = excluded.since,"
	    " until = excluded.until RETURNING fence",
	[CHECK_LEASE] = "SELECT count(*) FROM lease WHERE name = :name AND"
			" fence = :fence AND pid <> 0",
	[RENEW_LEASE] = "UPDATE lease SET until = :until WHERE name = :name"
			" AND fence = :fence",
	[RELEASE_LEASE] = "UPDATE lease SET pid = 0 WHERE name = :name AND"
			  " fence = :fence",
	[RELEASE_OWN] = "UPDATE lease SET pid = 0 WHERE pid = :pid AND"
			" started = :started AND boot = :boot",
	[RUN_BEGIN] = "INSERT INTO program_run (program, pid, day, time,"
		      " started_at) VALUES (:program, :pid, :day, :time, :at)",
	/* The oldest few, whosever they are: never much work at once. */
	[RUN_PRUNE] = "DELETE FROM program_run WHERE id IN (SELECT id FROM"
		      " program_run ORDER BY id LIMIT 300) AND"
		      " started_at < :before",
	[RUN_END] = "UPDATE program_run SET ended_at = :at, status = :status,"
		    " message = coalesce(:message, '') WHERE id = :id",
	[RUN_END_OWN] =
	    "UPDATE program_run SET ended_at = :at, status = :status,"
	    " message = :message WHERE id = (SELECT max(id) FROM program_run"
	    " WHERE program = :program) AND pid = :pid AND status IS NULL",
	/* From program to program: their runs are many. */
	[LAST_RUNS] = "WITH RECURSIVE p(name) AS (SELECT min(program) FROM"
		      " program_run UNION ALL SELECT (SELECT min(program)"
		      " FROM program_run WHERE program > p.name) FROM p"
		      " WHERE p.name IS NOT NULL) SELECT " RUN_COLUMNS
		      " FROM program_run JOIN p ON id = (SELECT max(id) FROM"
		      " program_run r WHERE r.program = p.name)"
		      " ORDER BY program",
	[LAST_SUCCESS] =
	    "SELECT " RUN_COLUMNS " FROM program_run WHERE"
	    " program = :program AND status = 0 ORDER BY id DESC LIMIT 1",
	[GET_ALERT] = "SELECT id, said_at FROM alert WHERE name = :name AND"
		      " cleared_at IS NULL",
	[ADD_ALERT] =
	    "INSERT INTO alert (name, message, program, first_at,"
	    " last_at, said_at) VALUES (:name, :message, :program, :at, :at,"
	    " :at)",
	[COUNT_ALERT] = "UPDATE alert SET count = count + 1, last_at = :at,"
			" message = :message, said_at = iif(:say, :at, said_at)"
			" WHERE id = :id",
	[CLEAR_ALERT] = "UPDATE alert SET cleared_at = :at WHERE name = :name"
			" AND cleared_at IS NULL",
	[ALERTS] = "SELECT id, name, message, program, count, first_at,"
		   " last_at FROM alert WHERE cleared_at IS NULL ORDER BY id",
};

FAMILY(FAM_RUNS, runs);
#define stmt(s, i, e) db_stmt(s, &runs_family, i, e)

/* ---- Who are we, who lives? ---------------------------------------------------- */

/* The first line of a file, without its end; "" where there is none. */
static void
first_line(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "re");

	out[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(out, (int)size, f) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(f);
}

void
db_boot_id(char out[BOOT_ID_SIZE])
{
	first_line("/proc/sys/kernel/random/boot_id", out, BOOT_ID_SIZE);
}

/* Field 22 of /proc/PID/stat; the second, the name in parentheses, may hold
 * anything, so count from its end.  "" where it cannot be told. */
static void
start_time(int64_t pid, char *out)
{
	char path[64], line[1024];
	const char *p;
	size_t n;

	out[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	first_line(path, line, sizeof(line));
	if ((p = strrchr(line, ')')) == NULL)
		return;
	for (int field = 2; field < 22; field++)
		if ((p = strchr(p + 1, ' ')) == NULL)
			return;
	n = strcspn(++p, " ");
	snprintf(out, ID_SIZE, "%.*s", (int)n, p);
}

/* Known, both of them, and not the same? */
static bool
differ(const char *a, const char *b)
{
	return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

bool
db_is_of_before(const char *boot)
{
	char now[BOOT_ID_SIZE];

	db_boot_id(now);
	return differ(boot, now);
}

bool
lease_owner_lives(int64_t pid, const char *started, const char *boot)
{
	char now[ID_SIZE];

	if (pid <= 0 || db_is_of_before(boot))
		return false;
	if (kill((pid_t)pid, 0) == -1 && errno == ESRCH)
		return false;
	start_time(pid, now);
	return !differ(started, now);
}

/* ---- Leases ---------------------------------------------------------------------- */

static int
take(struct store *s, const char *name, int seconds, struct lease *l,
    struct err *e)
{
	epoch now = wall_seconds();
	char boot[ID_SIZE], started[ID_SIZE];
	sqlite3_stmt *st = stmt(s, TAKE_LEASE, e);

	if (st == NULL)
		return -1;
	db_boot_id(boot);
	start_time(getpid(), started);
	bind_text(st, ":name", name);
	bind_i64(st, ":pid", getpid());
	bind_text(st, ":started", started);
	bind_text(st, ":boot", boot);
	bind_epoch(st, ":since", now);
	bind_epoch(st, ":until", now + seconds);
	if (db_row(s, st, "taking the lease", e) != 1)
		return -1;
	l->fence = sqlite3_column_int64(st, 0);
	db_done(st);
	snprintf(l->name, sizeof(l->name), "%s", name);
	return 0;
}

/* Does a live process hold it?  1, 0, -1; an overdue one is an alert. */
static int
is_held(struct store *s, const char *name, struct err *e)
{
	char started[ID_SIZE], boot[ID_SIZE], alert[64], words[200];
	epoch since, until, now = wall_seconds();
	sqlite3_stmt *st = stmt(s, GET_LEASE, e);
	int64_t pid;
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	if ((rc = db_row(s, st, "reading the lease", e)) != 1)
		return rc;
	pid = sqlite3_column_int64(st, 0);
	col_text(st, 1, started, sizeof(started));
	col_text(st, 2, boot, sizeof(boot));
	since = col_epoch(st, 4);
	until = col_epoch(st, 5);
	db_done(st);
	snprintf(alert, sizeof(alert), "%s runs too long", name);
	if (!lease_owner_lives(pid, started, boot))
		return store_alert_clear(s, alert, now, e) == -1 ? -1 : 0;
	err_set(e, E_BUSY, "%s: process %lld is at work", name, (long long)pid);
	if (now > until) {
		struct err ignored = { 0 };

		snprintf(words, sizeof(words),
		    "process %lld has run for %lld"
		    " s; look at it, and kill it if it hangs",
		    (long long)pid, (long long)(now - since));
		store_alert(s, alert, name, words, 600, now, &ignored);
	}
	return 1;
}

int
store_lease_take(struct store *s, const char *name, int seconds,
    struct lease *l, struct err *e)
{
	int held;

	l->fence = 0;
	if (store_begin(s, e) == -1)
		return -1;
	held = is_held(s, name, e);
	if (held == -1 || (held == 0 && take(s, name, seconds, l, e) == -1)) {
		store_rollback(s);
		return -1;
	}
	if (held == 1) { /* keep the alert, and the E_BUSY in e */
		struct err ignored = { 0 };

		store_commit(s, &ignored);
		return -1;
	}
	if (store_commit(s, e) == -1) {
		l->fence = 0;
		return -1;
	}
	return 0;
}

int
store_lease_check(struct store *s, const struct lease *l, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CHECK_LEASE, e);
	int64_t ours;

	if (st == NULL)
		return -1;
	bind_text(st, ":name", l->name);
	bind_i64(st, ":fence", l->fence);
	if (db_int(s, st, "reading the lease", &ours, e) == -1)
		return -1;
	return ours ? 0 :
		      err_set(e, E_FAIL,
			  "%s: another process has taken"
			  " over; stopping here",
			  l->name);
}

int
store_lease_renew(
    struct store *s, const struct lease *l, int seconds, struct err *e)
{
	sqlite3_stmt *st = stmt(s, RENEW_LEASE, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":name", l->name);
	bind_i64(st, ":fence", l->fence);
	bind_epoch(st, ":until", wall_seconds() + seconds);
	return db_run(s, st, "renewing the lease", e) == -1 ? -1 : 0;
}

void
store_lease_release(struct store *s, struct lease *l)
{
	struct err ignored = { 0 };
	sqlite3_stmt *st;

	if (s == NULL || l->fence == 0 ||
	    (st = stmt(s, RELEASE_LEASE, &ignored)) == NULL)
		return;
	bind_text(st, ":name", l->name);
	bind_i64(st, ":fence", l->fence);
	db_run(s, st, "releasing the lease", &ignored);
	l->fence = 0;
}

int
store_run_again(struct store *s, const char *program, int status,
    const char *message, struct err *e)
{
	char boot[ID_SIZE], started[ID_SIZE];
	sqlite3_stmt *st;

	if (store_begin(s, e) == -1)
		return -1;
	if ((st = stmt(s, RELEASE_OWN, e)) == NULL)
		goto fail;
	db_boot_id(boot);
	start_time(getpid(), started);
	bind_i64(st, ":pid", getpid());
	bind_text(st, ":started", started);
	bind_text(st, ":boot", boot);
	if (db_run(s, st, "releasing the leases", e) == -1 ||
	    (st = stmt(s, RUN_END_OWN, e)) == NULL)
		goto fail;
	bind_text(st, ":program", program);
	bind_i64(st, ":pid", getpid());
	bind_epoch(st, ":at", wall_seconds());
	bind_i64(st, ":status", status);
	bind_text(st, ":message", message);
	if (db_run(s, st, "program_run", e) == -1)
		goto fail;
	return store_commit(s, e);
fail:
	store_rollback(s);
	return -1;
}

/* ---- Runs ------------------------------------------------------------------------- */

int64_t
store_run_begin(
    struct store *s, const char *program, ymd day, hhmm time, struct err *e)
{
	epoch now = wall_seconds();
	sqlite3_stmt *st = stmt(s, RUN_BEGIN, e);
	int64_t id;

	if (st == NULL)
		return -1;
	bind_text(st, ":program", program);
	bind_i64(st, ":pid", getpid());
	bind_i64(st, ":day", day);
	bind_i64(st, ":time", time);
	bind_epoch(st, ":at", now);
	if (db_run(s, st, "program_run", e) == -1)
		return -1;
	id = sqlite3_last_insert_rowid(s->db);
	if (id % 100 != 0)
		return id;
	if ((st = stmt(s, RUN_PRUNE, e)) == NULL)
		return -1;
	bind_epoch(st, ":before", now - 30 * 86400);
	return db_run(s, st, "program_run", e) == -1 ? -1 : id;
}

int
store_run_end(
    struct store *s, int64_t id, int status, const char *message, struct err *e)
{
	sqlite3_stmt *st = stmt(s, RUN_END, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":id", id);
	bind_i64(st, ":status", status);
	bind_text(st, ":message", message);
	bind_epoch(st, ":at", wall_seconds());
	return db_run(s, st, "program_run", e) == -1 ? -1 : 0;
}

static void
read_run(sqlite3_stmt *st, struct run_row *r)
{
	memset(r, 0, sizeof(*r));
	r->id = sqlite3_column_int64(st, 0);
	col_text(st, 1, r->program, sizeof(r->program));
	r->pid = sqlite3_column_int64(st, 2);
	r->day = sqlite3_column_int(st, 3);
	r->time = sqlite3_column_int(st, 4);
	r->started_at = col_epoch(st, 5);
	r->ended_at = col_epoch(st, 6);
	r->status = sqlite3_column_type(st, 7) == SQLITE_NULL ?
	    -1 :
	    sqlite3_column_int(st, 7);
	col_text(st, 8, r->message, sizeof(r->message));
}

int
store_last_runs(struct store *s, struct run_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LAST_RUNS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading runs", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		read_run(st, &(*out)[(*n)++]);
	}
	return db_list_end(rc, out, n);
}

int
store_last_success(
    struct store *s, const char *program, struct run_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, LAST_SUCCESS, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":program", program);
	if ((rc = db_row(s, st, "reading runs", e)) == 1) {
		read_run(st, r);
		db_done(st);
	}
	return rc;
}

/* ---- Alerts ------------------------------------------------------------------------ */

int
store_alert(struct store *s, const char *name, const char *program,
    const char *message, int every, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, GET_ALERT, e);
	int64_t id = 0;
	bool say = true;
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	if ((rc = db_row(s, st, "reading alerts", e)) == -1)
		return -1;
	if (rc == 1) {
		id = sqlite3_column_int64(st, 0);
		say = every > 0 && at - col_epoch(st, 1) >= every;
		db_done(st);
	}
	if ((st = stmt(s, rc == 1 ? COUNT_ALERT : ADD_ALERT, e)) == NULL)
		return -1;
	bind_text(st, ":message", message);
	bind_epoch(st, ":at", at);
	if (rc == 1) {
		bind_i64(st, ":id", id);
		bind_i64(st, ":say", say);
	} else {
		bind_text(st, ":name", name);
		bind_text(st, ":program", program);
	}
	return db_run(s, st, "raising an alert", e) == -1 ? -1 : say;
}

int
store_alert_clear(struct store *s, const char *name, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, CLEAR_ALERT, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":name", name);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "clearing an alert", e);
}

int
store_alerts(struct store *s, struct alert_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ALERTS, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "reading alerts", e)) == 1) {
		struct alert_row *r;

		if (*n == cap) {
			cap = cap == 0 ? 8 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		memset(r, 0, sizeof(*r));
		r->id = sqlite3_column_int64(st, 0);
		col_text(st, 1, r->name, sizeof(r->name));
		col_text(st, 2, r->message, sizeof(r->message));
		col_text(st, 3, r->program, sizeof(r->program));
		r->count = sqlite3_column_int(st, 4);
		r->first_at = col_epoch(st, 5);
		r->last_at = col_epoch(st, 6);
	}
	return db_list_end(rc, out, n);
}
