/*
 * paper_books_db.c - statements and errors: the thin layer over sqlite3 that
 * the files of the books share.
 */
#include "broker/paper_books_db.h"

#include <errno.h>
#include <inttypes.h>

int
books_fail(const struct books *b, const char *what, struct err *e)
{
	int rc = sqlite3_errcode(b->db) & 0xff;
	enum err_kind kind = E_FAIL;
	const char *hint = "";

	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		kind = E_BROKER;
	else if (rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT)
		kind = E_DATA;
	else if (rc == SQLITE_IOERR && sqlite3_system_errno(b->db) == ENOSPC)
		hint = "; the disk is full"; /* for the log's index */
	return err_set(e, kind, "paper books %s: %s: %s%s", b->path, what,
	    sqlite3_errmsg(b->db), hint);
}

sqlite3_stmt *
books_stmt(
    struct books *b, const struct books_family *family, int i, struct err *e)
{
	sqlite3_stmt **st = &b->stmt[family->no][i];
	const char *sql = family->text[i];

	if (*st == NULL &&
	    sqlite3_prepare_v3(b->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st,
		NULL) != SQLITE_OK) {
		books_fail(b, sql, e);
		return NULL;
	}
	return *st;
}

int
books_run(struct books *b, sqlite3_stmt *st, const char *what, int64_t *out,
    int n, struct err *e)
{
	int rc = sqlite3_step(st);
	int rows = 0;

	if (rc == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			out[i] = sqlite3_column_int64(st, i);
		rows = 1;
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE) {
		books_fail(b, what, e);
		rows = -1;
	}
	sqlite3_reset(st);
	return rows;
}

int
books_run_one(struct books *b, sqlite3_stmt *st, const char *what, int64_t *out,
    int n, struct err *e)
{
	int rows = books_run(b, st, what, out, n, e);

	if (rows == 0)
		return err_set(e, E_DATA,
		    "paper books %s: %s: a row is missing: bring back a backup",
		    b->path, what);
	return rows == 1 ? 0 : -1;
}

int
books_run_plain(
    struct books *b, const struct books_family *family, int i, struct err *e)
{
	sqlite3_stmt *st = books_stmt(b, family, i, e);

	return st == NULL ||
		books_run(b, st, family->text[i], NULL, 0, e) == -1 ?
	    -1 :
	    0;
}

int
books_damaged(
    const struct books *b, const char *what, int64_t id, struct err *e)
{
	return err_set(e, E_DATA,
	    "paper books %s: %s %" PRId64 " is damaged: bring back a backup",
	    b->path, what, id);
}
