/*
 * paper_books.c - the paper broker's books in SQLite.
 *
 * They are a file of their own, not tables of the trading database, because
 * the broker is somebody else: it must be possible to crash between its
 * commit and ours, to restore an old backup of one of them, to disagree.
 *
 * Beside lib/store/ these files are the only place with SQL; which holds what
 * stands in paper_books_db.h.  Here the file is opened, made and migrated.
 */
#include "broker/paper_books_db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sqlmem.h"

#define APPLICATION_ID 0x6d6d7062 /* "mmpb" */
#define BUSY_MS        10000

enum stmt_id { BEGIN_WRITE, COMMIT_IT, ROLLBACK_IT, BUSY, CHANGES };

static const char *const text[] = {
	/* The reads that decide come after the lock. */
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT_IT] = "COMMIT",
	[ROLLBACK_IT] = "ROLLBACK",

	[BUSY] = ("SELECT EXISTS (SELECT 1 FROM orders WHERE state = 'working')"
		  " OR EXISTS (SELECT 1 FROM delayed)"),
	[CHANGES] = "SELECT changes FROM account",
};

BOOKS_FAMILY(BOOKS_FILE);

static int
pragma_int(struct books *b, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (sqlite3_prepare_v2(b->db, sql, -1, &st, NULL) != SQLITE_OK)
		return books_fail(b, sql, e);
	if (sqlite3_step(st) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = 0;
	} else {
		books_fail(b, sql, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int
exec(struct books *b, const char *sql, const char *what, struct err *e)
{
	if (sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return books_fail(b, what, e);
	return 0;
}

/* Programs racing to switch a new file to WAL may be told "locked" at once,
 * whatever the busy timeout; the one who has it needs a moment. */
static int
switch_to_wal(struct books *b, struct err *e)
{
	for (int i = 0; i < BUSY_MS / 10; i++) {
		if (sqlite3_exec(b->db, "PRAGMA journal_mode = WAL", NULL, NULL,
			NULL) == SQLITE_OK)
			return 0;
		if ((sqlite3_errcode(b->db) & 0xff) != SQLITE_BUSY)
			break;
		sleep_ms(10);
	}
	return books_fail(b, "switching to WAL", e);
}

static int
create(struct books *b, won cash, epoch now, struct err *e)
{
	char sql[256];
	int64_t version;

	if (switch_to_wal(b, e) == -1 || books_begin(b, e) == -1)
		return -1;
	/* Another program may have made them while we waited. */
	if (pragma_int(b, "PRAGMA user_version", &version, e) == -1)
		goto fail;
	if (version == 0) {
		snprintf(sql, sizeof(sql),
		    "PRAGMA application_id = %d;"
		    "PRAGMA user_version = %d;"
		    "INSERT INTO account (id, cash_won) VALUES (1, 0)",
		    APPLICATION_ID, BOOKS_VERSION);
		if (exec(b, books_schema, "creating the tables", e) == -1 ||
		    exec(b, sql, "opening the account", e) == -1 ||
		    books_transfer(b, now, cash, "", 0, "opening cash", e) ==
			-1)
			goto fail;
	}
	if (books_commit(b, e) == -1)
		goto fail;
	return 0;
fail:
	books_rollback(b);
	return -1;
}

/* Books of the first version; another program may do it at this moment. */
static int
migrate(struct books *b, struct err *e)
{
	int64_t version;

	if (books_begin(b, e) == -1)
		return -1;
	if (pragma_int(b, "PRAGMA user_version", &version, e) == -1 ||
	    (version == 1 &&
		exec(b, books_to_version_2, "migrating", e) == -1) ||
	    books_commit(b, e) == -1) {
		books_rollback(b);
		return -1;
	}
	return 0;
}

struct books *
books_open(const char *path, won opening_cash, epoch now, bool full_sync,
    struct err *e)
{
	struct books *b = xcalloc(1, sizeof(*b));
	int64_t version, id, tables;

	b->path = xstrdup(path);
	sqlmem_init();
	if (sqlite3_open_v2(path, &b->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		NULL) != SQLITE_OK) {
		books_fail(b, "opening", e);
		goto fail;
	}
	sqlite3_extended_result_codes(b->db, 1);
	sqlite3_busy_timeout(b->db, BUSY_MS);
	/* In this order: a program that makes them now commits tables, mark
	 * and version together, and between two reads of ours. */
	if (pragma_int(b, "SELECT count(*) FROM sqlite_schema", &tables, e) ==
		-1 ||
	    pragma_int(b, "PRAGMA application_id", &id, e) == -1 ||
	    pragma_int(b, "PRAGMA user_version", &version, e) == -1)
		goto fail;
	if (tables > 0 && id != APPLICATION_ID) {
		err_set(e, E_DATA,
		    "%s: not the books of a paper broker"
		    " ([paper] books names the file)",
		    path);
		goto fail;
	}
	if (version > BOOKS_VERSION) {
		err_set(e, E_CONFIG,
		    "%s: the books are of version %" PRId64
		    ", newer than this program (%d)",
		    path, version, BOOKS_VERSION);
		goto fail;
	}
	if (exec(b,
		full_sync ?
		    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON" :
		    "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
		"setting up", e) == -1)
		goto fail;
	if ((version == 0 && create(b, opening_cash, now, e) == -1) ||
	    (version == 1 && migrate(b, e) == -1))
		goto fail;
	return b;
fail:
	books_close(b);
	return NULL;
}

void
books_close(struct books *b)
{
	if (b == NULL)
		return;
	for (int f = 0; f < BOOKS_NFAMILIES; f++)
		for (int i = 0; i < BOOKS_STMTS_MAX; i++)
			sqlite3_finalize(b->stmt[f][i]);
	sqlite3_close(b->db);
	free(b->path);
	free(b);
}

const char *
books_path(const struct books *b)
{
	return b->path;
}

/* ---- Transactions ------------------------------------------------------- */

int
books_begin(struct books *b, struct err *e)
{
	return run_plain(b, BEGIN_WRITE, e);
}

int
books_commit(struct books *b, struct err *e)
{
	return run_plain(b, COMMIT_IT, e);
}

void
books_rollback(struct books *b)
{
	struct err ignored;

	if (!sqlite3_get_autocommit(b->db))
		run_plain(b, ROLLBACK_IT, &ignored);
}

int
books_busy(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, BUSY, e);
	int64_t v = 0;

	if (st == NULL ||
	    books_run_one(b, st, "looking for work", &v, 1, e) == -1)
		return -1;
	return v != 0;
}

int64_t
books_changes(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CHANGES, e);
	int64_t v = 0;

	if (st == NULL ||
	    books_run_one(b, st, "counting changes", &v, 1, e) == -1)
		return -1;
	return v;
}
