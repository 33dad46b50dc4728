/*
 * db.h - what the files of this room share: statements by number, binding by
 * name, reading by column.  Not for others.
 *
 * Each family keeps its SQL in one table `text[]`, indexed by an enum.  A
 * statement is prepared at its first use and kept until the database closes.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>
#include <stdlib.h>

#include "store/store.h"

enum family_no {
	FAM_STORE,
	FAM_PRICES,
	FAM_QUOTES,
	FAM_SPLITS,
	FAM_STOCKS,
	FAM_SETTINGS,
	FAM_SIGNALS,
	FAM_ORDERS,
	FAM_REQUESTS,
	FAM_FILLS,
	FAM_BOOKS,
	FAM_RUNS,
	FAM_RATE,
	FAM_RESULTS,
	FAM_LEDGER,
	FAM_REPORT,
	FAM_LOG,
	FAM_EXPORT,
	FAM_CHECK,
	NFAMILIES
};

struct family {
	enum family_no no;
	const char *name;
	int n;
	const char *const *text;
};

extern const struct family store_family, prices_family, quotes_family,
    splits_family, stocks_family, settings_family, signals_family,
    orders_family, requests_family, fills_family, books_family, runs_family,
    rate_family, results_family, ledger_family, report_family, log_family,
    export_family, check_family;

struct store {
	sqlite3 *db;
	char *path;
	unsigned flags;
	bool is_immutable; /* opened so: its folder cannot be written */
	bool was_migrated; /* since: see store_was_migrated */
	sqlite3_stmt **cache[NFAMILIES];
};

/* The name under which another connection reads the same database, for
 * ATTACH; free it. */
char *db_read_uri(const struct store *);

#define FAMILY(no, name)                                                   \
	const struct family name##_family = { no, #name, (int)NELEM(text), \
		text }

/* The statement, reset and with nothing bound; NULL on error. */
sqlite3_stmt *db_stmt(
    struct store *, const struct family *, int i, struct err *);

/* A database in memory with our tables and nothing in them; close it. */
struct store *db_fresh(struct err *);

/* Finalize all statements and close the connection. */
void db_disconnect(struct store *);

/* Bind by name; a misspelt name is a bug and asserts. */
void bind_i64(sqlite3_stmt *, const char *name, int64_t v);
void bind_real(sqlite3_stmt *, const char *name, double v);
void bind_text(
    sqlite3_stmt *, const char *name, const char *v); /* NULL: NULL */
void bind_null(sqlite3_stmt *, const char *name);
/* Event time as ISO text. */
void bind_epoch(sqlite3_stmt *, const char *name, epoch t);
void bind_side(sqlite3_stmt *, const char *name, enum side);

/* Copy a text column, cut at size; NULL becomes "". */
void col_text(sqlite3_stmt *, int i, char *out, size_t size);
epoch col_epoch(sqlite3_stmt *, int i); /* 0 for NULL */
enum side col_side(sqlite3_stmt *, int i);

/*
 * What a sound row may say.  The schema's constraints keep the rest out, but
 * not out of a damaged file, nor of a person's hands; those who read rely on
 * it, for prices times shares must fit 64 bits.
 */
bool price_sound(won);  /* 0 .. 10^9 */
bool shares_sound(qty); /* 0 .. 9 * 10^9 */
bool amount_sound(won); /* within 10^16, below zero too */
bool code_sound(const char *);
/* "PATH: TABLE: row ID is damaged ...", E_DATA; -1. */
int db_damaged(struct store *, const char *table, int64_t id, struct err *);

/* Run to the end, expecting no row.  Rows changed, or -1.  A write outside of
 * a transaction is made one of its own, begun by store_begin. */
int db_run(struct store *, sqlite3_stmt *, const char *what, struct err *);
/* The same as it stands: for what begins and ends transactions. */
int db_step(struct store *, sqlite3_stmt *, const char *what, struct err *);
/* The next row: 1, 0 at the end (reset), -1 on error (reset).  What writes and
 * gives rows stands in a transaction. */
int db_row(struct store *, sqlite3_stmt *, const char *what, struct err *);
/* Run to the first row: 1 and the statement stands on it (reset it by
 * db_done), 0 none, -1. */
#define db_one db_row
void db_done(sqlite3_stmt *);
/* The first column of the only row into *out; 0 where there is none. */
int db_int(struct store *, sqlite3_stmt *, const char *what, int64_t *out,
    struct err *);
/* Append the codes that a statement (NULL: it failed) gives: 0 or -1. */
int db_codes(struct store *, sqlite3_stmt *, const char *what, struct codes *,
    struct err *);
/* Room for one more row, zeroed, behind n of them; *cap is how many fit. */
void *db_room(void *rows, int n, int *cap, size_t size);
/* What a list that was read returns: of one that failed nothing is left. */
#define db_list_end(rc, out, n) \
	((rc) != -1 ? (rc) : (free(*(out)), *(out) = NULL, *(n) = 0, -1))
/* What SQLite says, as an err of the right kind; -1. */
int db_fail(struct store *, const char *what, struct err *);
int db_fail_rc(struct store *, int rc, const char *what, struct err *);
/* Plain SQL of ours. */
int db_exec(struct store *, const char *sql, const char *what, struct err *);

/* One step of the schema: brings user_version from to - 1 to `to`. */
struct migration {
	int to;
	const char *sql;
};
/* Apply what is missing, in one transaction of its own; the old version. */
int db_migrate(
    struct store *, const struct migration *, int n, int newest, struct err *);

/* The machine's boot id, "" where it cannot be told; in runs.c. */
#define BOOT_ID_SIZE 64
void db_boot_id(char out[BOOT_ID_SIZE]);
/* Is it certain that this is another boot's? */
bool db_is_of_before(const char *boot);

/* The calendar of a new database; in stocks.c. */
int db_fill_calendar(struct store *, struct err *);

/* Prepare every statement of every family; for the unit test. */
int db_prepare_all(struct store *, struct err *);

#endif
