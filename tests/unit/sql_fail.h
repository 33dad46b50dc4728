/*
 * sql_fail.h - within a test, the n-th statement that is prepared or stepped
 * fails, by the disk or because another holds the database.  Linked with
 * --wrap (see the Makefile).  A statement that fails so has done nothing, and
 * the connection is as it was.
 */
#ifndef SQL_FAIL_H
#define SQL_FAIL_H

#include <execinfo.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum sql_way {
	FAIL_PREPARE,
	FAIL_STEP,
	FAIL_BUSY,         /* a step, too */
	NWAYS,             /* of statements */
	FAIL_EXEC = NWAYS, /* these where a test wraps them itself */
	FAIL_OPEN,
	FAIL_BACKUP,
	NCALLS
};

static int fail_left[NCALLS]; /* calls until it fails; 0: never */
static bool fail_hit;

/* From where statements are prepared and stepped, while noted: the return
 * addresses of the calls above, hashed. */
#define FAIL_NPLACE 4096
#define FAIL_DEPTH  8
static uint64_t fail_place[NWAYS][FAIL_NPLACE];
static int fail_nplace[NWAYS];
static bool fail_note;

static void
note_place(enum sql_way way)
{
	void *at[FAIL_DEPTH];
	uint64_t h = UINT64_C(14695981039346656037);
	int n;

	if (!fail_note || fail_nplace[way] == FAIL_NPLACE)
		return;
	n = backtrace(at, FAIL_DEPTH);
	for (int i = 0; i < n; i++)
		h = (h ^ (uintptr_t)at[i]) * UINT64_C(1099511628211);
	fail_place[way][fail_nplace[way]++] = h;
}

static bool
strikes(enum sql_way way)
{
	if (fail_left[way] == 0 || --fail_left[way] > 0)
		return false;
	fail_hit = true;
	return true;
}

int __real_sqlite3_step(sqlite3_stmt *);
int __wrap_sqlite3_step(sqlite3_stmt *);
int
__wrap_sqlite3_step(sqlite3_stmt *st)
{
	note_place(FAIL_STEP);
	note_place(FAIL_BUSY);
	return strikes(FAIL_STEP) ? SQLITE_IOERR :
	    strikes(FAIL_BUSY)    ? SQLITE_BUSY :
				    __real_sqlite3_step(st);
}

int __real_sqlite3_prepare_v3(
    sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
int __wrap_sqlite3_prepare_v3(
    sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
int
__wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags,
    sqlite3_stmt **st, const char **tail)
{
	*st = NULL;
	note_place(FAIL_PREPARE);
	return strikes(FAIL_PREPARE) ?
	    SQLITE_IOERR :
	    __real_sqlite3_prepare_v3(db, sql, n, flags, st, tail);
}

/* The n-th call from now on fails. */
static void
fail_arm(int way, int n)
{
	fail_left[way] = n;
	fail_hit = false;
}

/* Did it? */
static bool
fail_disarm(void)
{
	memset(fail_left, 0, sizeof(fail_left));
	return fail_hit;
}

#endif
