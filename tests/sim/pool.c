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

struct kept {
	sqlite3_stmt *st;
	char *sql;
	bool is_used;
};

struct connection {
	sqlite3 *db;
	char *path;
	int flags;
	bool is_used;
	const char *set[4]; /* what it was set to once, for good */
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
	    nconn == NCONNECTIONS || !pool_on ||
	    strstr(path, ":memory:") != NULL)
		return rc;
	c = conn[nconn++] = calloc(1, sizeof(*c));
	assert(c != NULL);
	c->db = *out;
	c->path = strdup(path);
	c->flags = flags;
	c->is_used = true;
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

static unsigned
slot_of(const char *sql)
{
	uint32_t h = 2166136261u;

	for (; *sql != '\0'; sql++)
		h = (h ^ (unsigned char)*sql) * 16777619u;
	return h & (NSTATEMENTS - 1);
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

/* These settings throw away every statement, even where they change nothing;
 * programs set them to the same thing each time. */
static bool
is_set(struct connection *c, const char *sql)
{
	size_t n = sizeof(c->set) / sizeof(c->set[0]);

	if (strstr(sql, "foreign_keys = ON") == NULL &&
	    strstr(sql, "query_only = ON") == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (c->set[i] == NULL) {
			c->set[i] = sql;
			return false;
		}
		if (strcmp(c->set[i], sql) == 0)
			return true;
	}
	return false;
}

int
sim_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*row)(void *, int, char **, char **), void *arg, char **message)
{
	struct connection *c = find(db);

	if (c != NULL && is_set(c, sql))
		return SQLITE_OK;
	return sqlite3_exec(db, sql, row, arg, message);
}
