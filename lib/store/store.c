/*
 * store.c - open, create, migrate, back up; transactions.
 *
 * A database is ours if its application_id says so.  WAL is switched on once,
 * at creation, because programs racing to switch it can be told "locked"
 * whatever their busy timeout.  Readers of a folder that they cannot write
 * open the file as immutable, which is right only while it has no log to
 * read: that is checked.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/sqlmem.h"
#include "schema.h"
#include "store/db.h"

#define APPLICATION_ID 0x6d61656d /* "maem" */
#define BUSY_MS        5000

enum {
	BEGIN_WRITE,
	BEGIN_READ,
	COMMIT,
	ROLLBACK,
	GET_APPLICATION_ID,
	GET_USER_VERSION,
	COUNT_TABLES,
};

static const char *const text[] = {
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[BEGIN_READ] = "BEGIN",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[GET_APPLICATION_ID] = "PRAGMA application_id",
	[GET_USER_VERSION] = "PRAGMA user_version",
	[COUNT_TABLES] = "SELECT count(*) FROM sqlite_schema",
};

FAMILY(FAM_STORE, store);
#define stmt(s, i, e) db_stmt(s, &store_family, i, e)

/*
 * Migrations, oldest first; never edited after release.  Version 1 is what
 * the create_*.sql files make, and a new database is one of version 1 that is
 * migrated at once: so it is the same as an old one that was.
 */
static const struct migration migrations[] = {
	{ 2, m002_rate_bucket_sql },
	{ 3, m003_quote_status_sql },
	{ 4, m004_order_left_sql },
	{ 5, m005_order_claimed_sql },
	{ 6, m006_drift_first_sql },
};

const char *
store_foreign_fs(long f_type)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} foreign[] = {
		{ 0x6969, "NFS" },
		{ 0x517b, "SMB" },
		{ 0xff534d42, "CIFS" },
		{ 0xfe534d42, "SMB2" },
		{ 0x01021997, "9p (WSL's /mnt/c is one)" },
		{ 0x65735546, "FUSE" },
		{ 0x5346414f, "AFS" },
		{ 0x6b414653, "AFS" },
		{ 0x00c36400, "Ceph" },
		{ 0x73757245, "Coda" },
		{ 0x564c, "NCP" },
		{ 0x786f4256, "VirtualBox's shared folder" },
		{ 0xbacbacbc, "VMware's shared folder" },
		{ 0x0bd00bd0, "Lustre" },
		{ 0x7461636f, "OCFS2" },
		{ 0x01161970, "GFS2" },
		{ 0x47504653, "GPFS" },
		{ 0x20030528, "OrangeFS" },
		{ 0x19830326, "BeeGFS" },
	};

	for (size_t i = 0; i < NELEM(foreign); i++)
		if ((uint32_t)f_type == (uint32_t)foreign[i].magic)
			return foreign[i].name;
	return NULL;
}

/* The folder that a path is in; free it. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	if (slash == path)
		return xstrdup("/");
	return xasprintf("%.*s", (int)(slash - path), path);
}

static int
check_fs(const char *path, struct err *e)
{
	char *dir = folder_of(path);
	const char *name = NULL;
	struct statfs fs;

	if (statfs(dir, &fs) == 0)
		name = store_foreign_fs((long)fs.f_type);
	free(dir);
	if (name == NULL)
		return 0;
	return err_set(e, E_CONFIG,
	    "%s: lies on a network or foreign file"
	    " system (%s), where locks do not hold; move it to a local disk",
	    path, name);
}

/* "file:..." with what a URI would take amiss escaped; free it. */
static char *
uri_of(const char *path, const char *query)
{
	char *escaped = xmalloc(strlen(path) * 3 + 1), *uri, *p = escaped;

	for (const char *c = path; *c != '\0'; c++)
		if (*c == '?' || *c == '#' || *c == '%')
			p += snprintf(p, 4, "%%%02x", (unsigned char)*c);
		else
			*p++ = *c;
	*p = '\0';
	uri = xasprintf("file:%s?%s", escaped, query);
	free(escaped);
	return uri;
}

static int
connect_to(struct store *s, int flags, const char *query, struct err *e)
{
	char *uri = uri_of(s->path, query);
	int rc;

	sqlmem_init();
	rc = sqlite3_open_v2(uri, &s->db,
	    flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
		SQLITE_OPEN_EXRESCODE,
	    NULL);
	free(uri);
	if (rc != SQLITE_OK)
		return s->db == NULL ?
		    err_set(e, E_FAIL, "%s: out of memory", s->path) :
		    db_fail(s, "opening", e);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return 0;
}

static struct store *
new_store(const char *path, unsigned flags)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->path = xstrdup(path);
	s->flags = flags;
	return s;
}

/* Is it ours, and of which version?  0, or -1. */
static int
read_version(struct store *s, int64_t *version, bool *is_empty, struct err *e)
{
	sqlite3_stmt *st;
	int64_t id, tables;

	/* In this order: a program that makes them now commits tables, mark
	 * and version together, and between two reads of ours. */
	if ((st = stmt(s, COUNT_TABLES, e)) == NULL ||
	    db_int(s, st, "reading", &tables, e) == -1 ||
	    (st = stmt(s, GET_APPLICATION_ID, e)) == NULL ||
	    db_int(s, st, "reading", &id, e) == -1 ||
	    (st = stmt(s, GET_USER_VERSION, e)) == NULL ||
	    db_int(s, st, "reading", version, e) == -1)
		return -1;
	*is_empty = tables == 0 && id == 0;
	if (id != APPLICATION_ID && !*is_empty)
		return err_set(e, E_DATA, "%s: not a maemae database", s->path);
	return 0;
}

static int
judge_version(const struct store *s, int64_t version, struct err *e)
{
	if (version > STORE_VERSION)
		return err_set(e, E_CONFIG,
		    "%s: made by a newer maemae"
		    " (schema %lld, this program knows %d)",
		    s->path, (long long)version, STORE_VERSION);
	if (version < STORE_VERSION)
		return err_set(e, E_CONFIG,
		    "%s: made by an older maemae"
		    " (schema %lld of %d); run trade-db migrate",
		    s->path, (long long)version, STORE_VERSION);
	return 0;
}

static int
check_version(struct store *s, struct err *e)
{
	int64_t version;
	bool is_empty;

	if (read_version(s, &version, &is_empty, e) == -1)
		return -1;
	if (is_empty)
		return err_set(e, E_CONFIG,
		    "%s: an empty database;"
		    " run trade-db init",
		    s->path);
	return judge_version(s, version, e);
}

static int
check_file(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return errno == ENOENT || errno == ENOTDIR ?
		    err_set(e, E_CONFIG, "%s: no database; run trade-db init",
			path) :
		    err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(
		    e, E_DATA, "%s: not a database, not even a file", path);
	return check_fs(path, e);
}

/* Has the database a log that an immutable open would not see? */
static bool
has_log(const char *path)
{
	char *wal = xasprintf("%s-wal", path);
	struct stat st;
	bool has = stat(wal, &st) == 0 && st.st_size > 0;

	free(wal);
	return has;
}

static int
open_for_reading(struct store *s, struct err *e)
{
	int64_t ignored;
	sqlite3_stmt *st;
	int rc;

	if (connect_to(s, SQLITE_OPEN_READONLY, "mode=ro", e) == -1)
		return -1;
	if ((st = stmt(s, COUNT_TABLES, e)) != NULL &&
	    db_int(s, st, "reading", &ignored, e) == 0)
		return 0;
	rc = sqlite3_errcode(s->db) & 0xff;
	if (rc != SQLITE_CANTOPEN && rc != SQLITE_READONLY)
		return -1;
	if (has_log(s->path))
		return err_set(e, E_FAIL,
		    "%s: in use, and its folder cannot"
		    " be written; read a copy made by trade-db backup",
		    s->path);
	db_disconnect(s);
	s->is_immutable = true;
	return connect_to(s, SQLITE_OPEN_READONLY, "mode=ro&immutable=1", e);
}

char *
db_read_uri(const struct store *s)
{
	return uri_of(
	    s->path, s->is_immutable ? "mode=ro&immutable=1" : "mode=ro");
}

static int
set_up(struct store *s, struct err *e)
{
	if (db_exec(s, "PRAGMA foreign_keys = ON", "set up", e) == -1 ||
	    db_exec(s,
		s->flags & STORE_ORDERS ? "PRAGMA synchronous = FULL" :
					  "PRAGMA synchronous = NORMAL",
		"set up", e) == -1)
		return -1;
	if (s->flags & STORE_MMAP &&
	    db_exec(s, "PRAGMA mmap_size = 1073741824", "set up", e) == -1)
		return -1;
	if (s->flags & STORE_READ)
		return db_exec(s, "PRAGMA query_only = ON", "set up", e);
	return db_exec(s, "PRAGMA journal_size_limit = 67108864", "set up", e);
}

struct store *
store_open(const char *path, unsigned flags, struct err *e)
{
	struct store *s;

	if (check_file(path, e) == -1)
		return NULL;
	s = new_store(path, flags);
	if ((flags & STORE_READ ?
		    open_for_reading(s, e) :
		    connect_to(s, SQLITE_OPEN_READWRITE, "mode=rw", e)) == -1 ||
	    check_version(s, e) == -1 || set_up(s, e) == -1) {
		store_close(s);
		return NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	db_disconnect(s);
	free(s->path);
	free(s);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

/* ---- Transactions ---------------------------------------------------------- */

static int
run(struct store *s, int i, const char *what, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	return st == NULL || db_step(s, st, what, e) == -1 ? -1 : 0;
}

/* Whatever the schema. */
static int
begin(struct store *s, struct err *e)
{
	return run(s, BEGIN_WRITE, "waiting for its turn to write", e);
}

int
store_begin(struct store *s, struct err *e)
{
	sqlite3_stmt *st;
	int64_t version;

	if (begin(s, e) == -1)
		return -1;
	if ((st = stmt(s, GET_USER_VERSION, e)) == NULL ||
	    db_int(s, st, "reading", &version, e) == -1)
		goto fail;
	if (judge_version(s, version, e) == 0)
		return 0;
	s->was_migrated = true;
fail:
	store_rollback(s);
	return -1;
}

bool
store_was_migrated(const struct store *s)
{
	return s->was_migrated;
}

int
store_begin_read(struct store *s, struct err *e)
{
	return run(s, BEGIN_READ, "begin", e);
}

int
store_commit(struct store *s, struct err *e)
{
	if (run(s, COMMIT, "commit", e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

void
store_rollback(struct store *s)
{
	struct err ignored = { 0 };

	/* SQLite may have rolled back by itself (a full disk). */
	if (store_in_transaction(s))
		run(s, ROLLBACK, "roll back", &ignored);
}

bool
store_in_transaction(const struct store *s)
{
	return !sqlite3_get_autocommit(s->db);
}

/* ---- Create and migrate ----------------------------------------------------- */

static int
make_folders(const char *path, struct err *e)
{
	char *dir = folder_of(path);
	int rc = 0;

	for (char *p = dir + 1; rc == 0; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(dir, 0777) == -1 && errno != EEXIST)
			rc = err_set(e, E_FAIL, "%s: %s", dir, strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	free(dir);
	return rc;
}

/* Readers of one moment may hold it: try for as long as a write would wait. */
static int
switch_on_wal(struct store *s, struct err *e)
{
	int64_t until = monotonic_ms() + BUSY_MS;

	for (;;) {
		int rc = sqlite3_exec(
		    s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (rc == SQLITE_OK)
			return 0;
		if (((rc & 0xff) != SQLITE_BUSY &&
			(rc & 0xff) != SQLITE_LOCKED) ||
		    monotonic_ms() > until)
			return db_fail_rc(s, rc, "switching on the log", e);
		sleep_ms(5);
	}
}

static int
make_schema(struct store *s, struct err *e)
{
	char sql[64];

	if (db_exec(s, create_stock_tables_sql, "tables", e) == -1 ||
	    db_exec(s, create_trading_tables_sql, "tables", e) == -1)
		return -1;
	if (db_exec(s, create_backtest_tables_sql, "tables", e) == -1)
		return -1;
	for (size_t i = 0; i < NELEM(migrations); i++)
		if (db_exec(s, migrations[i].sql, "tables", e) == -1)
			return -1;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", STORE_VERSION);
	return db_exec(s, sql, "tables", e);
}

struct store *
db_fresh(struct err *e)
{
	struct store *s = new_store(":memory:", STORE_ORDERS);

	if (connect_to(s, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		"mode=memory", e) == 0 &&
	    make_schema(s, e) == 0)
		return s;
	store_close(s);
	return NULL;
}

static int
make_tables(struct store *s, struct err *e)
{
	char sql[64];

	if (make_schema(s, e) == -1 || db_fill_calendar(s, e) == -1)
		return -1;
	snprintf(
	    sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
	return db_exec(s, sql, "tables", e);
}

int
store_create(const char *path, struct err *e)
{
	struct store *s;
	int64_t version;
	bool is_empty;
	int rc = -1;

	if (make_folders(path, e) == -1 || check_fs(path, e) == -1)
		return -1;
	s = new_store(path, STORE_ORDERS);
	if (connect_to(s, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		"mode=rwc", e) == -1 ||
	    read_version(s, &version, &is_empty, e) == -1)
		goto out;
	if (!is_empty) {
		rc = check_version(s, e) == -1 ? -1 : 0;
		goto out;
	}
	if (switch_on_wal(s, e) == -1 || set_up(s, e) == -1 ||
	    begin(s, e) == -1)
		goto out;
	/* Another may have made it while we waited. */
	if (read_version(s, &version, &is_empty, e) == -1)
		goto out;
	if (!is_empty) {
		store_rollback(s);
		rc = check_version(s, e) == -1 ? -1 : 0;
		goto out;
	}
	if (make_tables(s, e) == -1 || store_commit(s, e) == -1)
		goto out;
	rc = 1;
out:
	store_close(s);
	return rc;
}

int
db_migrate(struct store *s, const struct migration *m, int n, int newest,
    struct err *e)
{
	int64_t version;
	bool is_empty;
	char sql[64];

	if (begin(s, e) == -1)
		return -1;
	/* Read inside: another may have migrated while we waited. */
	if (read_version(s, &version, &is_empty, e) == -1)
		goto fail;
	if (is_empty) {
		err_set(e, E_CONFIG, "%s: an empty database; run trade-db init",
		    s->path);
		goto fail;
	}
	if (version > newest) {
		err_set(e, E_CONFIG,
		    "%s: made by a newer maemae (schema %lld,"
		    " this program knows %d)",
		    s->path, (long long)version, newest);
		goto fail;
	}
	for (int i = 0; i < n; i++)
		if (m[i].to > version &&
		    db_exec(s, m[i].sql, "migrating", e) == -1)
			goto fail;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", newest);
	if (db_exec(s, sql, "migrating", e) == -1 || store_commit(s, e) == -1)
		goto fail;
	return (int)version;
fail:
	store_rollback(s);
	return -1;
}

/* Without writing: how old is it? */
static int
version_of(struct store *s, struct err *e)
{
	int64_t version;
	bool is_empty;

	if (read_version(s, &version, &is_empty, e) == -1)
		return -1;
	return version < STORE_VERSION && !is_empty ? (int)version :
	    check_version(s, e) == -1               ? -1 :
						      STORE_VERSION;
}

int
store_migrate(const char *path, bool dry_run, struct err *e)
{
	struct store *s;
	int was = -1;

	if (check_file(path, e) == -1)
		return -1;
	s = new_store(path, dry_run ? STORE_READ : STORE_ORDERS);
	if (dry_run && open_for_reading(s, e) == 0)
		was = version_of(s, e);
	else if (!dry_run &&
	    connect_to(s, SQLITE_OPEN_READWRITE, "mode=rw", e) == 0 &&
	    set_up(s, e) == 0)
		was = db_migrate(
		    s, migrations, (int)NELEM(migrations), STORE_VERSION, e);
	store_close(s);
	return was;
}

/* ---- Backup ------------------------------------------------------------------ */

static int
copy_pages(struct store *from, const char *to, struct err *e)
{
	struct store out = { .path = (char *)to };
	sqlite3_backup *b;
	int rc;

	if (sqlite3_open_v2(to, &out.db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK ||
	    (b = sqlite3_backup_init(out.db, "main", from->db, "main")) ==
		NULL) {
		db_fail(&out, "copying", e);
		sqlite3_close(out.db);
		return -1;
	}
	while ((rc = sqlite3_backup_step(b, -1)) == SQLITE_BUSY ||
	    rc == SQLITE_LOCKED)
		sleep_ms(10);
	sqlite3_backup_finish(b);
	if (rc != SQLITE_DONE)
		db_fail_rc(&out, rc, "copying", e);
	sqlite3_close(out.db);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
sync_path(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd == -1 ? -1 : fsync(fd);

	if (rc == -1)
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	if (fd != -1)
		close(fd);
	return rc;
}

/*
 * The copy appears under its name only when it is complete and on disk; the
 * link refuses to replace what may have come there meanwhile.
 */
int
store_backup(const char *path, const char *to, struct err *e)
{
	struct store *s = NULL;
	char *tmp = xasprintf("%s.%ld.tmp", to, (long)getpid());
	char *dir = folder_of(to);
	int rc = -1;

	if (check_file(path, e) == -1)
		goto out;
	/* An older one too: it is copied before it is migrated. */
	s = new_store(path, STORE_READ);
	if (open_for_reading(s, e) == -1 || version_of(s, e) == -1)
		goto out;
	if (access(to, F_OK) == 0) {
		err_set(
		    e, E_USAGE, "%s: exists; a backup goes to a new file", to);
		goto out;
	}
	if (copy_pages(s, tmp, e) == -1 || sync_path(tmp, e) == -1)
		goto out;
	if (link(tmp, to) == -1) {
		err_set(e, errno == EEXIST ? E_USAGE : E_FAIL, "%s: %s", to,
		    strerror(errno));
		goto out;
	}
	rc = sync_path(dir, e);
out:
	unlink(tmp);
	store_close(s);
	free(tmp);
	free(dir);
	return rc;
}
