/*
 * paper_books_db.h - what the files of the paper broker's books share:
 * statements by number, binding by name, reading by column.  Not for others.
 *
 *	paper_books.c		opens the file, makes and migrates it;
 *				transactions, has anything changed
 *	paper_books_schema.c	its tables
 *	paper_books_orders.c	orders
 *	paper_books_fills.c	fills, and the bar that matching has come to
 *	paper_books_account.c	cash, transfers, holdings
 *	paper_books_requests.c	the log of requests, and those on their way
 *	paper_books_faults.c	faults asked for, counted and drawn
 *	paper_books_db.c	what stands below
 *
 * Each file keeps its SQL in one table `text[]`, indexed by an enum, and says
 * so by BOOKS_FAMILY.  A statement is prepared at its first use and kept until
 * the books are closed.
 *
 * It is like lib/store/db.h and apart from it: the broker is somebody else.
 */
#ifndef BROKER_PAPER_BOOKS_DB_H
#define BROKER_PAPER_BOOKS_DB_H

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "broker/paper_books.h"

#define BOOKS_VERSION 2

/* paper_books_schema.c */

/* All tables of BOOKS_VERSION / from version 1 to 2, that with its mark. */
extern const char books_schema[], books_to_version_2[];

/* ---- Statements --------------------------------------------------------- */

enum books_family_no {
	BOOKS_FILE,
	BOOKS_ORDERS,
	BOOKS_FILLS,
	BOOKS_ACCOUNT,
	BOOKS_REQUESTS,
	BOOKS_FAULTS,
	BOOKS_NFAMILIES
};
#define BOOKS_STMTS_MAX 8 /* of a family */

struct books {
	sqlite3 *db;
	sqlite3_stmt *stmt[BOOKS_NFAMILIES][BOOKS_STMTS_MAX];
	char *path;
};

struct books_family {
	enum books_family_no no;
	const char *const *text;
};

/* Stands after `text`.  Then stmt(b, i, e) is its i-th statement, ready to be
 * bound, NULL on error; run_plain(b, i, e) runs one that needs no binding. */
#define BOOKS_FAMILY(no)                                        \
	static const struct books_family family = { no, text }; \
	_Static_assert(                                         \
	    NELEM(text) <= BOOKS_STMTS_MAX, "room for each statement")
#define stmt(b, i, e)      books_stmt(b, &family, i, e)
#define run_plain(b, i, e) books_run_plain(b, &family, i, e)

sqlite3_stmt *books_stmt(
    struct books *, const struct books_family *, int i, struct err *);

/* Run a statement that gives at most one row, of which up to n integers are
 * taken.  1 row, 0 none, -1. */
int books_run(struct books *, sqlite3_stmt *, const char *what, int64_t *out,
    int n, struct err *);
/* A statement that always gives a row, in books that are whole. */
int books_run_one(struct books *, sqlite3_stmt *, const char *what,
    int64_t *out, int n, struct err *);
/* One that gives no row; 0 or -1. */
int books_run_plain(
    struct books *, const struct books_family *, int i, struct err *);

/* What SQLite says, as an err of the right kind; -1. */
int books_fail(const struct books *, const char *what, struct err *);
/* Constraints keep such rows out; a damaged file or a person may not. */
int books_damaged(
    const struct books *, const char *what, int64_t id, struct err *);

/* ---- Binding by name; a misspelt one is a bug --------------------------- */

static inline int
param(sqlite3_stmt *st, const char *name)
{
	int i = sqlite3_bind_parameter_index(st, name);

	assert(i > 0);
	return i;
}

static inline void
bind_i64(sqlite3_stmt *st, const char *name, int64_t v)
{
	int rc = sqlite3_bind_int64(st, param(st, name), v);

	assert(rc == SQLITE_OK);
}

/* The text must live until the statement is reset. */
static inline void
bind_text(sqlite3_stmt *st, const char *name, const char *s)
{
	int rc = sqlite3_bind_text(st, param(st, name), s, -1, SQLITE_STATIC);

	assert(rc == SQLITE_OK);
}

static inline const char *
side_word(enum side s)
{
	return s == SIDE_BUY ? "buy" : "sell";
}

/* ---- Reading by column -------------------------------------------------- */

static inline void
col_text(sqlite3_stmt *st, int i, char *out, size_t size)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	snprintf(out, size, "%s", s == NULL ? "" : s);
}

/* In a damaged file a column that is never NULL may be. */
static inline enum side
col_side(sqlite3_stmt *st, int i)
{
	const unsigned char *s = sqlite3_column_text(st, i);

	return s != NULL && *s == 'b' ? SIDE_BUY : SIDE_SELL;
}

/* Shares at a price, as a customer may be told of them. */
static inline bool
amount_valid(qty n, won price)
{
	won total;

	return n >= 1 && price >= 0 && won_total(price, n, &total) == 0;
}

/* The next free item of a list that grows by realloc. */
#define LIST_ADD(list)                                                  \
	((list)->item = (list)->n < (list)->cap ?                       \
		(list)->item :                                          \
		xrealloc((list)->item,                                  \
		    (size_t)((list)->cap = (list)->cap == 0 ?           \
			    16 :                                        \
			    2 * (list)->cap),                           \
		    sizeof(*(list)->item)),                             \
	    memset(&(list)->item[(list)->n], 0, sizeof(*(list)->item)), \
	    &(list)->item[(list)->n++])

#endif
