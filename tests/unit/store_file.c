/*
 * store_file.c - the file: made, opened, migrated, copied; and what is said
 * and left behind where that cannot be.
 *
 * The calls of SQLite and of the system that a healthy disk never lets fail
 * are wrapped (see the Makefile); all else is a real file in a real folder.
 */
#include "sql_fail.h"

#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/copy.h"
#include "store/db.h"
#include "store/rate.h"
#include "store/runs.h"

#define NOBODY    65534
#define NUMBER(x) DIGITS(x)
#define DIGITS(x) #x
#define NEWER     99

static char dir[64];
static struct err e;

#include "refused.h"

/* ---- What is wrapped --------------------------------------------------------- */

static int fail_rc = SQLITE_IOERR; /* what a failing call says */
static void (*before_exec)(void);  /* once, or NULL */
static void (*before_fsync)(void); /* once, or NULL */
static int64_t skew_ms;            /* since which the clock went on */

static void
once(void (**what)(void))
{
	void (*happens)(void) = *what;

	*what = NULL;
	if (happens != NULL)
		happens();
}

int __real_sqlite3_exec(sqlite3 *, const char *,
    int (*)(void *, int, char **, char **), void *, char **);
int __wrap_sqlite3_exec(sqlite3 *, const char *,
    int (*)(void *, int, char **, char **), void *, char **);
int
__wrap_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **msg)
{
	if (strncmp(sql, "PRAGMA journal_mode", 19) == 0)
		once(&before_exec);
	if (strikes(FAIL_EXEC))
		return fail_rc;
	return __real_sqlite3_exec(db, sql, row, arg, msg);
}

int __real_sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int __wrap_sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int
__wrap_sqlite3_open_v2(
    const char *name, sqlite3 **db, int flags, const char *vfs)
{
	*db = NULL;
	return strikes(FAIL_OPEN) ?
	    SQLITE_NOMEM :
	    __real_sqlite3_open_v2(name, db, flags, vfs);
}

int __real_sqlite3_backup_step(sqlite3_backup *, int);
int __wrap_sqlite3_backup_step(sqlite3_backup *, int);
int
__wrap_sqlite3_backup_step(sqlite3_backup *b, int n)
{
	return strikes(FAIL_BACKUP) ? fail_rc :
				      __real_sqlite3_backup_step(b, n);
}

static bool fsync_fails;

int __real_fsync(int);
int __wrap_fsync(int);
int
__wrap_fsync(int fd)
{
	once(&before_fsync);
	if (!fsync_fails)
		return __real_fsync(fd);
	errno = EIO;
	return -1;
}

static long fs_type; /* 0: as it is; -1: it cannot be told */

int __real_statfs(const char *, struct statfs *);
int __wrap_statfs(const char *, struct statfs *);
int
__wrap_statfs(const char *path, struct statfs *fs)
{
	int rc = __real_statfs(path, fs);

	if (fs_type == -1)
		return -1;
	if (fs_type != 0)
		fs->f_type = fs_type;
	return rc;
}

/* An hour passes with each look at the clock, if it is to. */
int64_t __real_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void);
int64_t
__wrap_monotonic_ms(void)
{
	static int64_t on;

	on += skew_ms;
	return __real_monotonic_ms() + on;
}

/* ---- Files --------------------------------------------------------------------- */

static const char *
in_dir(const char *name)
{
	static char path[4][128];
	static int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);
	return path[i];
}

static bool
exists(const char *name)
{
	return access(in_dir(name), F_OK) == 0;
}

static void
must(bool passed, const char *what)
{
	if (passed)
		return;
	printf("Bail out! %s: %s\n", what, e.msg);
	exit(1);
}

static void
write_file(const char *name, const char *words)
{
	FILE *f = fopen(in_dir(name), "w");

	must(f != NULL && fputs(words, f) >= 0 && fclose(f) == 0, name);
}

/* By another program, which knows none of our rules. */
static int64_t
sql_in(const char *name, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t got = -1;

	must(__real_sqlite3_open_v2(in_dir(name), &db,
		 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK,
	    name);
	sqlite3_busy_timeout(db, 1000);
	while (*sql != '\0') {
		int rc;

		rc = sqlite3_prepare_v2(db, sql, -1, &st, &sql);
		if (rc == SQLITE_OK)
			rc = __real_sqlite3_step(st);
		if (rc == SQLITE_ROW)
			got = sqlite3_column_int64(st, 0);
		must(rc == SQLITE_ROW || rc == SQLITE_DONE, sqlite3_errmsg(db));
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	return got;
}

static void
made(const char *name)
{
	must(store_create(in_dir(name), &e) == 1, name);
}

/* As one who may not do what root may.  False where we cannot be. */
static bool
as_nobody(void)
{
	return geteuid() != 0 || seteuid(NOBODY) == 0;
}

static void
as_we_are(void)
{
	must(getuid() == geteuid() || seteuid(getuid()) == 0, "seteuid");
}

/* ---- Opening ------------------------------------------------------------------- */

static bool
opens(const char *name, unsigned flags)
{
	struct store *s = store_open(in_dir(name), flags, &e);

	store_close(s);
	return s != NULL;
}

static void
test_open(void)
{
	made("ours.db");
	write_file("text", "this is no database, but long enough to look at\n");
	refused(!opens("text/x.db", 0), E_CONFIG, "no database; run trade-db",
	    "nothing is in a file");
	sql_in("else.db", "PRAGMA application_id = 5");
	refused(!opens("else.db", 0), E_DATA, "not a maemae database",
	    "the empty database of another program");
	refused(store_create(in_dir("else.db"), &e) == -1, E_DATA,
	    "not a maemae database", "nothing is made in it");
	ok(sql_in("else.db", "SELECT count(*) FROM sqlite_schema") == 0,
	    "it is left alone");
	made("old.db");
	sql_in("old.db", "PRAGMA user_version = 0");
	refused(!opens("old.db", STORE_READ), E_CONFIG,
	    "made by an older maemae (schema 0 of " NUMBER(
		STORE_VERSION) "); run trade-db migrate",
	    "an older database is not opened");

	fs_type = 0x6969;
	refused(!opens("ours.db", STORE_READ), E_CONFIG,
	    "lies on a network or foreign file system (NFS)",
	    "a database on NFS is not opened");
	refused(store_create(in_dir("nfs.db"), &e) == -1 && !exists("nfs.db"),
	    E_CONFIG, "(NFS)", "none is made there");
	fs_type = -1;
	ok(opens("ours.db", STORE_READ),
	    "a file system that tells nothing of itself is taken");
	fs_type = 0;
}

/* Each way to open, with each call beneath it failing once. */
static void
test_open_faults(void)
{
	static const unsigned flags[] = { 0, STORE_ORDERS, STORE_READ,
		STORE_READ | STORE_MMAP };

	for (size_t i = 0; i < NELEM(flags); i++) {
		int failures = 0, quiet = 0;

		for (int way = 0; way < NCALLS; way++)
			for (int k = 1; k < 100; k++) {
				bool opened;

				e = (struct err){ 0 };
				fail_arm(way, k);
				opened = opens("ours.db", flags[i]);
				if (!fail_disarm()) {
					must(opened, "opening");
					break;
				}
				failures++;
				quiet += opened || e.kind != E_FAIL;
			}
		ok(failures >= 6 && quiet == 0,
		    "opening with flags %u: each of %d calls fails", flags[i],
		    failures);
	}
	fail_arm(FAIL_OPEN, 1);
	refused(
	    !opens("ours.db", 0), E_FAIL, "out of memory", "and says of what");
	fail_disarm();
}

static void
test_rights(void)
{
	struct store *s;

	must(mkdir(in_dir("locked"), 0755) == 0, "a folder");
	made("locked/x.db");
	made("to.db");
	sql_in("locked/x.db",
	    "INSERT INTO stock_info (code, name, market) VALUES"
	    " ('005930', 'one', 'KOSPI')");
	write_file("locked/x.db-wal", "");
	must(chmod(in_dir("locked/x.db"), 0444) == 0 &&
		chmod(in_dir("locked"), 0555) == 0 &&
		mkdir(in_dir("closed"), 0700) == 0 &&
		chmod(in_dir("to.db"), 0666) == 0 && chmod(dir, 0777) == 0,
	    "chmod");
	made("closed/x.db");
	write_file("secret.db", "");
	must(chmod(in_dir("secret.db"), 0) == 0, "chmod");
	if (geteuid() != 0)
		must(chmod(in_dir("closed"), 0) == 0, "chmod");
	if (!as_nobody()) {
		printf("# nobody else can be\n");
		return;
	}
	refused(!opens("closed/x.db", STORE_READ), E_FAIL, "Permission denied",
	    "a folder that may not be entered");
	refused(!opens("secret.db", STORE_READ), E_FAIL, "unable to open",
	    "a file that may not be read");
	refused(
	    !opens("secret.db", 0), E_FAIL, "unable to open", "nor written");
	refused(store_create(in_dir("locked/new/x.db"), &e) == -1, E_FAIL,
	    "Permission denied", "a folder that may not be made");
	refused(store_create("/maemae-test.db", &e) == -1, E_FAIL, "",
	    "in the root of all, a file that may not be made");
	/* The log is empty: all is in the file. */
	ok(opens("locked/x.db", STORE_READ),
	    "beside an empty log, in a folder that cannot be written, it is"
	    " read");
	s = store_open(in_dir("to.db"), STORE_ORDERS, &e);
	ok(s != NULL &&
		store_copy_history(s, in_dir("locked/x.db"), 20250314, &e) == 0,
	    "history comes out of such a folder: %s", e.msg);
	store_close(s);
	as_we_are();
	ok(sql_in("to.db",
	       "SELECT count(*) FROM stock_info WHERE code = '005930'") == 1,
	    "and is there");
	must(chmod(in_dir("locked"), 0755) == 0 &&
		chmod(in_dir("closed"), 0755) == 0,
	    "chmod");
}

/* ---- Making -------------------------------------------------------------------- */

static void
another_makes_it(void)
{
	struct err mine = { 0 };

	must(store_create(in_dir("race.db"), &mine) == 1, "the other one");
}

static void
a_newer_makes_it(void)
{
	another_makes_it();
	sql_in("race.db", "PRAGMA user_version = 9");
}

static void
remove_file(const char *name)
{
	static const char *const suffix[] = { "", "-wal", "-shm" };
	char path[160];

	for (size_t i = 0; i < NELEM(suffix); i++) {
		snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix[i]);
		unlink(path);
	}
}

static void
test_race(void)
{
	int64_t days;

	before_exec = another_makes_it;
	ok(store_create(in_dir("race.db"), &e) == 0,
	    "who comes second finds it made");
	days = sql_in("race.db", "SELECT count(*) FROM market_calendar");
	ok(days > 0 &&
		days ==
		    sql_in("ours.db", "SELECT count(*) FROM market_calendar"),
	    "it is whole, once");
	remove_file("race.db");
	before_exec = a_newer_makes_it;
	refused(store_create(in_dir("race.db"), &e) == -1, E_CONFIG,
	    "made by a newer maemae (schema 9", "a newer one was first");
	ok(sql_in("race.db", "PRAGMA user_version") == 9,
	    "and its database stays as it is");
	remove_file("race.db");

	/* A reader of a moment keeps the log from being switched on. */
	fail_rc = SQLITE_BUSY;
	fail_arm(FAIL_EXEC, 1);
	ok(store_create(in_dir("race.db"), &e) == 1 && fail_disarm(),
	    "who is told to wait tries again");
	ok(sql_in("race.db", "SELECT count(*) FROM market_calendar") == days,
	    "and makes it");
	remove_file("race.db");
	fail_rc = SQLITE_LOCKED;
	fail_arm(FAIL_EXEC, 1);
	skew_ms = 3600000;
	refused(store_create(in_dir("race.db"), &e) == -1, E_FAIL,
	    "switching on the log", "but not for ever");
	fail_disarm();
	skew_ms = 0;
	fail_rc = SQLITE_IOERR;
	ok(store_create(in_dir("race.db"), &e) == 1, "the next one makes it");
}

static void
test_create_faults(void)
{
	int failures = 0, quiet = 0, left = 0;

	for (int way = 0; way < NCALLS; way++)
		for (int k = 1; k < 10000; k = k < 40 ? k + 1 : k * 2) {
			int rc;

			e = (struct err){ 0 };
			remove_file("new.db");
			fail_arm(way, k);
			rc = store_create(in_dir("new.db"), &e);
			if (!fail_disarm())
				break;
			failures++;
			quiet += rc != -1 || e.kind != E_FAIL;
			/* Nothing, or a file without tables. */
			left += sql_in("new.db",
				    "SELECT count(*) FROM sqlite_schema") != 0;
			if (k % 8 == 1)
				left += store_create(in_dir("new.db"), &e) != 1;
		}
	ok(failures > 20 && quiet == 0, "making: %d calls fail, and say so",
	    failures);
	ok(left == 0, "nothing half made is left, and another try makes it");
	for (int k = 1; k < 6; k++) {
		struct store *s;

		fail_arm(k == 1 ? FAIL_OPEN : FAIL_EXEC, k == 1 ? 1 : k - 1);
		s = db_fresh(&e);
		ok((s == NULL) == fail_disarm(),
		    "one in memory, call %d: made if nothing fails", k);
		store_close(s);
	}
}

/* What a database was before its first migration. */
static void
as_version_1(const char *name)
{
	if (sql_in(name, "PRAGMA user_version") != 1)
		sql_in(name,
		    "DROP TABLE rate_bucket;"
		    "DROP TABLE order_left;"
		    "ALTER TABLE current_quote DROP COLUMN status_day;"
		    "PRAGMA user_version = 1");
}

/* ---- Migrating ------------------------------------------------------------------ */

/* Asked of one with the other attached as `other`. */
static int64_t
sql_in_both(const char *name, const char *other, const char *sql)
{
	char text[512];

	snprintf(
	    text, sizeof(text), "ATTACH '%s' AS other; %s", in_dir(other), sql);
	return sql_in(name, text);
}

static void
test_migrate(void)
{
	static const struct migration steps[] = {
		{ STORE_VERSION + 1, "CREATE TABLE two (a INTEGER) STRICT" },
		{ STORE_VERSION + 2, "CREATE TABLE three (a INTEGER) STRICT" },
	};
	int failures = 0, quiet = 0, left = 0;

	made("old.db.0");
	made("fresh.db");
	as_version_1("old.db.0");
	sql_in("old.db.0",
	    "INSERT INTO current_quote (code, last, bid, ask, base, lower,"
	    " upper, volume, status, no_entry, polled_at) VALUES ('005930', 1,"
	    " 2, 3, 4, 5, 6, 7, 'halted', 1, '2025-03-14T09:00:00+09:00')");
	ok(store_migrate(in_dir("old.db.0"), true, &e) == 1,
	    "a look tells how old it is");
	ok(sql_in("old.db.0", "PRAGMA user_version") == 1,
	    "and changes nothing");
	ok(store_migrate(in_dir("old.db.0"), false, &e) == 1 &&
		sql_in("old.db.0", "PRAGMA user_version") == STORE_VERSION,
	    "it is brought up");
	ok(sql_in_both("old.db.0", "fresh.db",
	       "SELECT count(*) FROM (SELECT type, name, sql FROM"
	       " sqlite_schema EXCEPT SELECT type, name, sql FROM"
	       " other.sqlite_schema)") == 0 &&
		sql_in_both("fresh.db", "old.db.0",
		    "SELECT count(*) FROM (SELECT type, name, sql FROM"
		    " sqlite_schema EXCEPT SELECT type, name, sql FROM"
		    " other.sqlite_schema)") == 0,
	    "and has the tables of a new one");
	ok(sql_in("old.db.0",
	       "SELECT count(*) FROM current_quote WHERE (last, bid, ask, base,"
	       " lower, upper, volume, polled_at) = (1, 2, 3, 4, 5, 6, 7,"
	       " '2025-03-14T09:00:00+09:00') AND (status, no_entry,"
	       " status_day) = ('trading', 0, 0)") == 1,
	    "quotes stay; of which day a status was, is not known");
	ok(store_migrate(in_dir("old.db.0"), true, &e) == STORE_VERSION &&
		store_migrate(in_dir("old.db.0"), false, &e) == STORE_VERSION,
	    "once");
	sql_in("old.db.0", "PRAGMA user_version = 7");
	refused(store_migrate(in_dir("old.db.0"), true, &e) == -1, E_CONFIG,
	    "made by a newer maemae", "a look refuses a newer one");
	write_file("empty.db", "");
	refused(store_migrate(in_dir("empty.db"), true, &e) == -1, E_CONFIG,
	    "an empty database; run trade-db init", "a look at an empty one");
	refused(store_migrate(in_dir("empty.db"), false, &e) == -1, E_CONFIG,
	    "an empty database; run trade-db init", "nor is it migrated");
	ok(sql_in("empty.db", "PRAGMA user_version") == 0,
	    "nor given a version");

	for (int way = 0; way < NCALLS; way++)
		for (int dry = 0; dry < 2; dry++)
			for (int k = 1; k < 100; k++) {
				int rc;

				as_version_1("old.db.0");
				e = (struct err){ 0 };
				fail_arm(way, k);
				rc = store_migrate(
				    in_dir("old.db.0"), dry == 1, &e);
				if (!fail_disarm())
					break;
				failures++;
				quiet += rc != -1 || e.kind != E_FAIL;
				left += sql_in("old.db.0",
					    "PRAGMA user_version") != 1;
			}
	ok(failures > 15 && quiet == 0, "migrating: %d calls fail, and say so",
	    failures);
	ok(left == 0, "each time it is as old as before");

	failures = quiet = left = 0;
	for (int k = 1; k < 100; k++) {
		struct store *s;
		int rc;

		remove_file("steps.db");
		made("steps.db");
		s = store_open(in_dir("steps.db"), STORE_ORDERS, &e);
		fail_arm(FAIL_EXEC, k);
		rc = db_migrate(s, steps, 2, STORE_VERSION + 2, &e);
		store_close(s);
		if (!fail_disarm()) {
			ok(rc == STORE_VERSION &&
				sql_in("steps.db",
				    "SELECT count(*) FROM three") == 0,
			    "two steps lead to the last version");
			break;
		}
		failures++;
		quiet += rc != -1;
		left += sql_in("steps.db",
			    "SELECT count(*) FROM sqlite_schema"
			    " WHERE name IN ('two', 'three')") != 0;
	}
	ok(failures == 3 && quiet == 0 && left == 0,
	    "where any of them fails, none is done");
}

/* Nothing is written to a schema that came while the database was open. */
static void
test_migrated_meanwhile(void)
{
	struct store *s;
	int64_t at;

	made("meanwhile.db");
	s = store_open(in_dir("meanwhile.db"), 0, &e);
	must(s != NULL, "opening");
	ok(store_run_begin(s, "one", 20250314, 900, &e) == 1 &&
		!store_in_transaction(s) && !store_was_migrated(s),
	    "a write alone is committed");
	sql_in("meanwhile.db", "PRAGMA user_version = " NUMBER(NEWER));
	refused(store_begin(s, &e) == -1, E_CONFIG,
	    "made by a newer maemae (schema " NUMBER(
		NEWER) ", this program knows " NUMBER(STORE_VERSION) ")",
	    "a transaction after a migration");
	ok(!store_in_transaction(s) && store_was_migrated(s), "it is over");
	refused(store_run_begin(s, "two", 20250314, 901, &e) == -1, E_CONFIG,
	    "made by a newer", "a write alone");
	refused(store_rate_take(s, "bucket", 1, 0, &at, &e) == -1, E_CONFIG,
	    "made by a newer", "a permit");
	refused(store_rate_hold(s, "bucket", 1, &e) == -1, E_CONFIG,
	    "made by a newer", "and to hold it");
	ok(!store_in_transaction(s) &&
		sql_in("meanwhile.db",
		    "INSERT INTO setting VALUES ('costs', 'krx', 'now');"
		    " SELECT (SELECT count(*) FROM program_run) + (SELECT"
		    " count(*) FROM rate_bucket)") == 1,
	    "others write on; of these nothing is there");
	sql_in("meanwhile.db", "PRAGMA user_version = 3");
	refused(store_begin(s, &e) == -1, E_CONFIG,
	    "made by an older maemae (schema 3 of " NUMBER(STORE_VERSION) ")",
	    "an older one");
	store_close(s);
}

/* ---- Copies ----------------------------------------------------------------------- */

static int
temporary_files(void)
{
	char command[160];

	/* 0: there are some */
	snprintf(command, sizeof(command), "ls %s | grep -q tmp$", dir);
	return system(command) == 0;
}

static void
another_copy_comes(void)
{
	write_file("copy.db", "mine\n");
}

static void
its_folder_goes(void)
{
	must(rename(in_dir("folder"), in_dir("elsewhere")) == 0, "rename");
}

static void
test_backup(void)
{
	char words[8] = "";
	FILE *f;
	int failures = 0, quiet = 0, left = 0;

	fail_rc = SQLITE_BUSY;
	fail_arm(FAIL_BACKUP, 1);
	ok(store_backup(in_dir("ours.db"), in_dir("copy.db"), &e) == 0 &&
		fail_disarm() && opens("copy.db", 0),
	    "a copy waits for a moment's lock");
	remove_file("copy.db");
	fail_rc = SQLITE_LOCKED;
	fail_arm(FAIL_BACKUP, 1);
	ok(store_backup(in_dir("ours.db"), in_dir("copy.db"), &e) == 0 &&
		fail_disarm() && opens("copy.db", 0),
	    "whoever holds it");
	remove_file("copy.db");
	made("old.db.1");
	as_version_1("old.db.1");
	ok(store_backup(in_dir("old.db.1"), in_dir("copy.db"), &e) == 0 &&
		sql_in("copy.db", "PRAGMA user_version") == 1,
	    "an older one is copied, and stays as old");
	remove_file("copy.db");
	sql_in("old.db.1", "PRAGMA user_version = 99");
	refused(store_backup(in_dir("old.db.1"), in_dir("copy.db"), &e) == -1 &&
		!exists("copy.db"),
	    E_CONFIG, "made by a newer maemae", "a newer one is not");
	fail_rc = SQLITE_IOERR;
	for (int way = 0; way < NCALLS; way++)
		for (int k = 1; k < 100; k++) {
			int rc;

			remove_file("copy.db");
			e = (struct err){ 0 };
			fail_arm(way, k);
			rc = store_backup(
			    in_dir("ours.db"), in_dir("copy.db"), &e);
			if (!fail_disarm())
				break;
			failures++;
			quiet += rc != -1 || e.kind != E_FAIL;
			left += exists("copy.db") || temporary_files();
		}
	ok(failures > 5 && quiet == 0, "a copy: %d calls fail, and say so",
	    failures);
	ok(left == 0, "no part of one is left");
	remove_file("copy.db");

	fsync_fails = true;
	refused(store_backup(in_dir("ours.db"), in_dir("copy.db"), &e) == -1 &&
		!exists("copy.db") && !temporary_files(),
	    E_FAIL, "Input/output error",
	    "what is not surely on the disk gets no name");
	fsync_fails = false;
	before_fsync = another_copy_comes;
	refused(store_backup(in_dir("ours.db"), in_dir("copy.db"), &e) == -1 &&
		!temporary_files(),
	    E_USAGE, "File exists", "what came there meanwhile is no room");
	f = fopen(in_dir("copy.db"), "r");
	ok(f != NULL && fgets(words, sizeof(words), f) != NULL &&
		strcmp(words, "mine\n") == 0,
	    "and stays");
	if (f != NULL)
		fclose(f);
	must(mkdir(in_dir("folder"), 0755) == 0, "mkdir");
	before_fsync = its_folder_goes;
	refused(
	    store_backup(in_dir("ours.db"), in_dir("folder/copy.db"), &e) == -1,
	    E_FAIL, "No such file", "a folder that goes away");
}

static void
test_history(void)
{
	struct store *s;
	int failures = 0, quiet = 0, left = 0, rc = -1;

	made("past.db");
	made("replay.db");
	sql_in("past.db",
	    "INSERT INTO daily_price VALUES ('005930', 20250312, 1, 1, 1, 1, 1),"
	    " ('005930', 20250313, 1, 1, 1, 1, 1);"
	    "INSERT INTO stock_info (code, name, market) VALUES"
	    " ('005930', 'one', 'KOSPI')");
	s = store_open(in_dir("replay.db"), STORE_ORDERS, &e);
	must(s != NULL, "replay.db");
	refused(store_copy_history(s, in_dir("none.db"), 20250313, &e) == -1,
	    E_CONFIG, "no database", "history out of nothing");
	for (int way = 0; way < NCALLS; way++)
		for (int k = 1; k < 100; k++) {
			e = (struct err){ 0 };
			fail_arm(way, k);
			rc = store_copy_history(
			    s, in_dir("past.db"), 20250313, &e);
			if (!fail_disarm())
				break;
			if (rc != -1) { /* committed; the end of it failed */
				must(__real_sqlite3_exec(s->db, "DETACH source",
					 NULL, NULL, NULL) == SQLITE_OK,
				    "detach");
				continue;
			}
			failures++;
			quiet += e.kind != E_FAIL;
			left += store_in_transaction(s);
		}
	ok(failures > 10 && quiet == 0, "history: %d calls fail, and say so",
	    failures);
	ok(left == 0, "no transaction stays open");
	ok(rc == 0 &&
		sql_in("replay.db", "SELECT sum(date) FROM daily_price") ==
		    20250312,
	    "the days before come, and no others");
	store_close(s);
}

int
main(void)
{
	char cleanup[128];

	snprintf(dir, sizeof(dir), "%s/maemae-file-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 1;
	umask(022);
	test_open();
	test_open_faults();
	test_rights();
	test_race();
	test_create_faults();
	test_migrate();
	test_migrated_meanwhile();
	test_backup();
	test_history();
	snprintf(cleanup, sizeof(cleanup), "rm -rf '%s'", dir);
	if (system(cleanup) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
