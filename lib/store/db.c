/*
 * db.c - statements, binding, errors: the thin layer over sqlite3.
 */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static const struct family *const families[NFAMILIES] = {
	[FAM_STORE] = &store_family,
	[FAM_PRICES] = &prices_family,
	[FAM_QUOTES] = &quotes_family,
	[FAM_SPLITS] = &splits_family,
	[FAM_STOCKS] = &stocks_family,
	[FAM_SETTINGS] = &settings_family,
	[FAM_SIGNALS] = &signals_family,
	[FAM_ORDERS] = &orders_family,
	[FAM_REQUESTS] = &requests_family,
	[FAM_FILLS] = &fills_family,
	[FAM_BOOKS] = &books_family,
	[FAM_RUNS] = &runs_family,
	[FAM_RATE] = &rate_family,
	[FAM_RESULTS] = &results_family,
	[FAM_LEDGER] = &ledger_family,
	[FAM_REPORT] = &report_family,
	[FAM_LOG] = &log_family,
	[FAM_EXPORT] = &export_family,
	[FAM_CHECK] = &check_family,
};

sqlite3_stmt *
db_stmt(struct store *s, const struct family *f, int i, struct err *e)
{
	sqlite3_stmt **st;

	assert(i >= 0 && i < f->n);
	if (s->cache[f->no] == NULL)
		s->cache[f->no] = xcalloc((size_t)f->n, sizeof(*st));
	st = &s->cache[f->no][i];
	if (*st != NULL) {
		sqlite3_reset(*st);
		sqlite3_clear_bindings(*st);
		return *st;
	}
	if (sqlite3_prepare_v3(s->db, f->text[i], -1, SQLITE_PREPARE_PERSISTENT,
		st, NULL) != SQLITE_OK) {
		db_fail(s, f->name, e);
		return NULL;
	}
	return *st;
}

int
db_prepare_all(struct store *s, struct err *e)
{
	for (int f = 0; f < NFAMILIES; f++)
		for (int i = 0; i < families[f]->n; i++)
			if (db_stmt(s, families[f], i, e) == NULL)
				return err_wrap(e, "%s: statement %d",
				    families[f]->name, i);
	return 0;
}

void
db_disconnect(struct store *s)
{
	for (int f = 0; f < NFAMILIES; f++) {
		for (int i = 0; s->cache[f] != NULL && i < families[f]->n; i++)
			sqlite3_finalize(s->cache[f][i]);
		free(s->cache[f]);
		s->cache[f] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

static int
parameter(sqlite3_stmt *st, const char *name)
{
	int i = sqlite3_bind_parameter_index(st, name);

	assert(i > 0);
	return i;
}

void
bind_i64(sqlite3_stmt *st, const char *name, int64_t v)
{
	sqlite3_bind_int64(st, parameter(st, name), v);
}

void
bind_real(sqlite3_stmt *st, const char *name, double v)
{
	sqlite3_bind_double(st, parameter(st, name), v);
}

void
bind_text(sqlite3_stmt *st, const char *name, const char *v)
{
	sqlite3_bind_text(st, parameter(st, name), v, -1, SQLITE_TRANSIENT);
}

void
bind_null(sqlite3_stmt *st, const char *name)
{
	sqlite3_bind_null(st, parameter(st, name));
}

void
bind_epoch(sqlite3_stmt *st, const char *name, epoch t)
{
	char buf[ISO_SIZE];

	bind_text(st, name, epoch_iso(t, buf));
}

void
bind_side(sqlite3_stmt *st, const char *name, enum side side)
{
	bind_text(st, name, side_name(side));
}

void
col_text(sqlite3_stmt *st, int i, char *out, size_t size)
{
	const unsigned char *v = sqlite3_column_text(st, i);
	size_t n = v == NULL ? 0 : strlen((const char *)v);

	if (n >= size) {
		n = size - 1;
		while (n > 0 && (v[n] & 0xc0) == 0x80) /* not inside Hangul */
			n--;
	}
	if (n > 0)
		memcpy(out, v, n);
	out[n] = '\0';
}

epoch
col_epoch(sqlite3_stmt *st, int i)
{
	const unsigned char *v = sqlite3_column_text(st, i);
	epoch t;

	if (v == NULL || epoch_parse_iso((const char *)v, &t) == -1)
		return 0;
	return t;
}

enum side
col_side(sqlite3_stmt *st, int i)
{
	const unsigned char *v = sqlite3_column_text(st, i);

	return v != NULL && v[0] == 's' ? SIDE_SELL : SIDE_BUY;
}

/* Would it write in a transaction that nobody has begun? */
static bool
writes_alone(struct store *s, sqlite3_stmt *st)
{
	return !store_in_transaction(s) && !sqlite3_stmt_readonly(st);
}

int
db_row(struct store *s, sqlite3_stmt *st, const char *what, struct err *e)
{
	int rc;

	assert(!writes_alone(s, st));
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return 1;
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : db_fail_rc(s, rc, what, e);
}

void
db_done(sqlite3_stmt *st)
{
	sqlite3_reset(st);
}

int
db_step(struct store *s, sqlite3_stmt *st, const char *what, struct err *e)
{
	int rc = sqlite3_step(st);

	assert(rc != SQLITE_ROW);
	sqlite3_reset(st);
	if (rc != SQLITE_DONE)
		return db_fail_rc(s, rc, what, e);
	return sqlite3_changes(s->db);
}

int
db_run(struct store *s, sqlite3_stmt *st, const char *what, struct err *e)
{
	int n;

	if (!writes_alone(s, st))
		return db_step(s, st, what, e);
	if (store_begin(s, e) == -1)
		return -1;
	if ((n = db_step(s, st, what, e)) == -1) {
		store_rollback(s);
		return -1;
	}
	return store_commit(s, e) == -1 ? -1 : n;
}

int
db_int(struct store *s, sqlite3_stmt *st, const char *what, int64_t *out,
    struct err *e)
{
	int got = db_row(s, st, what, e);

	*out = got == 1 ? sqlite3_column_int64(st, 0) : 0;
	if (got == 1)
		db_done(st);
	return got == -1 ? -1 : 0;
}

int
db_exec(struct store *s, const char *sql, const char *what, struct err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fail_rc(s, rc, what, e);
}

bool
price_sound(won v)
{
	return v >= 0 && v <= INT64_C(1000000000);
}

bool
shares_sound(qty n)
{
	return n >= 0 && n <= INT64_C(9000000000);
}

bool
amount_sound(won v)
{
	return v >= INT64_C(-10000000000000000) &&
	    v <= INT64_C(10000000000000000);
}

bool
code_sound(const char *s)
{
	return strlen(s) == 6;
}

int
db_damaged(struct store *s, const char *table, int64_t id, struct err *e)
{
	return err_set(e, E_DATA,
	    "%s: %s: row %lld is damaged; see trade-db check, or bring back"
	    " a backup",
	    s->path, table, (long long)id);
}

void *
db_room(void *rows, int n, int *cap, size_t size)
{
	if (n == *cap) {
		*cap = *cap == 0 ? 32 : *cap * 2;
		rows = xrealloc(rows, (size_t)*cap, size);
	}
	memset((char *)rows + (size_t)n * size, 0, size);
	return rows;
}

int
db_fail(struct store *s, const char *what, struct err *e)
{
	return db_fail_rc(s, sqlite3_errcode(s->db), what, e);
}

/* A refused trigger or constraint is a bug of ours, found in time; a file
 * that is no database is the person's; all else may pass with a retry. */
int
db_fail_rc(struct store *s, int rc, const char *what, struct err *e)
{
	enum err_kind kind = E_FAIL;
	const char *hint = "";

	switch (rc & 0xff) {
	case SQLITE_NOTADB:
		kind = E_DATA;
		hint = "; if it was one, bring back a backup";
		break;
	case SQLITE_CORRUPT:
		kind = E_DATA;
		hint = "; bring back a backup (trade-db(1), DAMAGE)";
		break;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		kind = E_BUG;
		break;
	case SQLITE_ERROR:
	case SQLITE_SCHEMA:
		kind = E_DATA;
		hint = "; if its schema was changed, bring back a backup";
		break;
	case SQLITE_BUSY:
		hint = "; another program held it for too long";
		break;
	case SQLITE_READONLY:
		hint = "; it or its folder cannot be written";
		break;
	case SQLITE_IOERR: /* of the log's index, for one */
		if (sqlite3_system_errno(s->db) != ENOSPC)
			break;
		hint = "; the disk is full: make room, then run again";
		break;
	case SQLITE_FULL:
		hint = "; make room, then run again";
		break;
	}
	return err_set(e, kind, "%s: %s: %s%s", s->path, what,
	    sqlite3_errmsg(s->db), hint);
}

int
db_codes(struct store *s, sqlite3_stmt *st, const char *what, struct codes *out,
    struct err *e)
{
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, what, e)) == 1)
		codes_add(out, (const char *)sqlite3_column_text(st, 0));
	return rc;
}

void
codes_add(struct codes *c, const char *code)
{
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 64 : c->cap * 2;
		c->item = xrealloc(c->item, (size_t)c->cap, sizeof(*c->item));
	}
	memset(c->item[c->n], 0, sizeof(*c->item));
	strncpy(c->item[c->n++], code, CODE_SIZE - 1);
}

void
codes_fini(struct codes *c)
{
	free(c->item);
	memset(c, 0, sizeof(*c));
}

int
codes_find(const struct codes *c, const char *code)
{
	int lo = 0, hi = c->n;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;
		int cmp = strcmp(c->item[mid], code);

		if (cmp == 0)
			return mid;
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

const char *
side_name(enum side side)
{
	return side == SIDE_SELL ? "sell" : "buy";
}
