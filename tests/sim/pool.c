/* pool.c - see pool.h. */
#include "pool.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

#define NCONNECTIONS 256
#define NSTATEMENTS  1024 /* of a connection; a power of two */
#define POOL_OWNER   -1
#define NDONE        12 /* scripts of a connection that need not be run again */

struct kept {
	sqlite3_stmt *st;
	char *sql;
	bool is_used;
};

struct connection {
	sqlite3 *db;
	char *path;
	int flags;
	bool is_used, is_memory;
	const char *done[NDONE];
	struct kept stmt[NSTATEMENTS];
};

bool pool_on = true;

static struct connection *conn[NCONNECTIONS];
static int nconn;

int sim_sqlite3_open_v2(
    const char *path, sqlite3 **out, int flags, const char *vfs);
int sim_sqlite3_close(sqlite3 *db);
int sim_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags,
    sqlite3_stmt **out, const char **tail);
int sim_sqlite3_finalize(sqlite3_stmt *st);
int sim_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **message);

/* ---- Connections -------------------------------------------------------------- */

static struct connection *
find(const sqlite3 *db)
{
	for (int i = 0; i < nconn; i++)
		if (conn[i]->db == db)
			return conn[i];
	return NULL;
}

/* Whose death its files die with from now on. */
static void
belong(sqlite3 *db, int owner)
{
	sqlite3_file *f = NULL, *log = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &f);
	sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	disk_belong(f, owner);
	disk_belong(log, owner);
}

int
sim_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs)
{
	struct connection *c;
	int rc;

	for (int i = 0; i < nconn; i++) {
		c = conn[i];
		if (!c->is_used && c->flags == flags &&
		    strcmp(c->path, path) == 0) {
			c->is_used = true;
			belong(c->db, disk_owned_by());
			*out = c->db;
			return SQLITE_OK;
		}
	}
	if ((rc = sqlite3_open_v2(path, out, flags, vfs)) != SQLITE_OK ||
	    nconn == NCONNECTIONS || !pool_on)
		return rc;
	c = conn[nconn++] = calloc(1, sizeof(*c));
	assert(c != NULL);
	c->db = *out;
	c->path = strdup(path);
	c->flags = flags;
	c->is_used = true;
	c->is_memory = strstr(path, ":memory:") != NULL;
	return rc;
}

static void
forget(struct connection *c)
{
	for (int i = 0; i < nconn; i++)
		if (conn[i] == c)
			conn[i] = conn[--nconn];
	for (int i = 0; i < NSTATEMENTS; i++)
		free(c->stmt[i].sql);
	free(c->path);
	free(c);
}

static void
close_really(struct connection *c)
{
	for (int i = 0; i < NSTATEMENTS; i++)
		sqlite3_finalize(c->stmt[i].st);
	sqlite3_close(c->db);
	forget(c);
}

/* What went wrong on it may still be in its cache: then it is closed. */
static bool
is_well(sqlite3 *db)
{
	int rc = sqlite3_errcode(db) & 0xff;

	return sqlite3_get_autocommit(db) &&
	    (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW);
}

int
sim_sqlite3_close(sqlite3 *db)
{
	struct connection *c = db == NULL ? NULL : find(db);

	if (c == NULL)
		return sqlite3_close(db);
	if (!is_well(db)) {
		close_really(c);
	} else {
		c->is_used = false;
		belong(db, POOL_OWNER);
	}
	return SQLITE_OK;
}

void
pool_lose(void)
{
	disk_drop(POOL_OWNER);
	while (nconn > 0)
		forget(conn[nconn - 1]);
}

/* ---- Statements ----------------------------------------------------------------- */

/* By words, for texts are long, and each program asks for dozens. */
static unsigned
slot_of(const char *sql)
{
	uint64_t h = UINT64_C(14695981039346656037), word;
	size_t n = strlen(sql);

	for (; n > 0; sql += sizeof(word), n -= sizeof(word)) {
		word = 0;
		if (n < sizeof(word)) {
			memcpy(&word, sql, n);
			n = sizeof(word);
		} else {
			memcpy(&word, sql, sizeof(word));
		}
		h = (h ^ word) * UINT64_C(1099511628211);
	}
	return (unsigned)(h >> 32) & (NSTATEMENTS - 1);
}

int
sim_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags,
    sqlite3_stmt **out, const char **tail)
{
	struct connection *c = find(db);
	struct kept *k = NULL;
	unsigned at = slot_of(sql);
	int rc;

	for (int i = 0; c != NULL && i < 8; i++, at++) {
		k = &c->stmt[at & (NSTATEMENTS - 1)];
		if (k->sql == NULL)
			break;
		if (!k->is_used && strcmp(k->sql, sql) == 0) {
			k->is_used = true;
			*out = k->st;
			return SQLITE_OK;
		}
		k = NULL;
	}
	rc = sqlite3_prepare_v3(db, sql, n, flags, out, tail);
	if (rc == SQLITE_OK && k != NULL) {
		k->sql = strdup(sql);
		k->st = *out;
		k->is_used = true;
	}
	return rc;
}

int
sim_sqlite3_finalize(sqlite3_stmt *st)
{
	struct connection *c = st == NULL ? NULL : find(sqlite3_db_handle(st));
	unsigned at;

	if (c == NULL)
		return sqlite3_finalize(st);
	at = slot_of(sqlite3_sql(st));
	for (int i = 0; i < 8; i++, at++) {
		struct kept *k = &c->stmt[at & (NSTATEMENTS - 1)];

		if (k->st == st) {
			sqlite3_reset(st);
			sqlite3_clear_bindings(st);
			k->is_used = false;
			return SQLITE_OK;
		}
	}
	return sqlite3_finalize(st);
}

/* What each program says to each connection that it opens, and changes nothing
 * the second time: settings, some of which would throw away every statement,
 * and the tables of a database in memory, which are only looked at.  A setting
 * takes the place of what the same one was before. */
static const char **
done_slot(struct connection *c, const char *sql)
{
	static const char *const setting[] = { "PRAGMA foreign_keys =",
		"PRAGMA query_only =", "PRAGMA synchronous =",
		"PRAGMA journal_size_limit =" };
	size_t n = sizeof(setting) / sizeof(setting[0]);

	for (size_t i = 0; i < n; i++)
		if (strncmp(sql, setting[i], strlen(setting[i])) == 0)
			return &c->done[i];
	for (size_t i = n; c->is_memory && i < NDONE; i++)
		if (c->done[i] == NULL || c->done[i] == sql)
			return &c->done[i];
	return NULL;
}

int
sim_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **message)
{
	struct connection *c = find(db);
	const char **done = c == NULL ? NULL : done_slot(c, sql);
	int rc;

	if (done != NULL && *done == sql)
		return SQLITE_OK;
	rc = sqlite3_exec(db, sql, row, arg, message);
	if (rc == SQLITE_OK && done != NULL)
		*done = sql;
	return rc;
}
