/*
 * paper_books.c - the paper broker's books in SQLite.
 *
 * They are a file of their own, not tables of the trading database, because
 * the broker is somebody else: it must be possible to crash between its
 * commit and ours, to restore an old backup of one of them, to disagree.
 *
 * Beside lib/store/ this is the only place with SQL.
 */
#include "broker/paper_books.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <sqlite3.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/code.h"
#include "base/sqlmem.h"

#define APPLICATION_ID 0x6d6d7062 /* "mmpb" */
#define SCHEMA_VERSION 2
#define BUSY_MS        10000

#define STRUCK_TABLE                                                         \
	"-- Each fault by chance: how often it has struck, and when last.\n" \
	"CREATE TABLE struck (\n"                                            \
	"	fault TEXT PRIMARY KEY,\n"                                         \
	"	n INTEGER NOT NULL,\n"                                             \
	"	last_at INTEGER NOT NULL	-- seconds since 1970\n"                  \
	") STRICT, WITHOUT ROWID;\n"

static const char schema[] =
    "-- The account.  One row.\n"
    "CREATE TABLE account (\n"
    "	id INTEGER PRIMARY KEY CHECK (id = 1),\n"
    "	-- As it will be when all is settled.  A market order on a stock\n"
    "	-- without a base price can overdraw it, so it is not constrained.\n"
    "	cash_won INTEGER NOT NULL,\n"
    "	-- Random draws made and new orders received so far: the faults of a\n"
    "	-- seed go on where the last process stopped.\n"
    "	draws INTEGER NOT NULL DEFAULT 0,\n"
    "	received INTEGER NOT NULL DEFAULT 0,\n"
    "	-- Grows with every order, fill and change of state.\n"
    "	changes INTEGER NOT NULL DEFAULT 0\n"
    ") STRICT;\n"
    "\n"
    "-- Money and shares that came or went without a trade.  At any time\n"
    "-- account.cash_won = sum(cash_won here) - bought + sold - costs.\n"
    "CREATE TABLE transfer (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	at INTEGER NOT NULL,		-- seconds since 1970\n"
    "	cash_won INTEGER NOT NULL,	-- positive: came in\n"
    "	code TEXT NOT NULL DEFAULT '',	-- '' for money alone\n"
    "	n INTEGER NOT NULL DEFAULT 0,	-- shares that came in\n"
    "	note TEXT NOT NULL\n"
    ") STRICT;\n"
    "\n"
    "-- Every order that was taken.  Refused ones are in request alone.\n"
    "CREATE TABLE orders (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	place INTEGER NOT NULL,		-- in the queue, lowest first\n"
    "	date INTEGER NOT NULL,\n"
    "	no INTEGER NOT NULL,		-- from 1 each day\n"
    "	orig_no INTEGER NOT NULL DEFAULT 0, -- the one it replaces\n"
    "	key TEXT NOT NULL,		-- the customer's; '' by phone\n"
    "	code TEXT NOT NULL,\n"
    "	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),\n"
    "	is_market INTEGER NOT NULL CHECK (is_market IN (0, 1)),\n"
    "	limit_won INTEGER NOT NULL CHECK ((limit_won = 0) = is_market),\n"
    "	bind_won INTEGER NOT NULL,	-- price at which the rest binds cash\n"
    "	n INTEGER NOT NULL CHECK (n >= 1),\n"
    "	filled INTEGER NOT NULL DEFAULT 0 CHECK (filled BETWEEN 0 AND n),\n"
    "	filled_won INTEGER NOT NULL DEFAULT 0,\n"
    "	state TEXT NOT NULL CHECK (state IN ('working', 'filled',\n"
    "		'cancelled', 'rejected', 'expired')),\n"
    "	at INTEGER NOT NULL,		-- minute it was taken, HHMM\n"
    "	first_bar INTEGER NOT NULL,	-- first bar that may fill it, HHMM\n"
    "	is_doomed INTEGER NOT NULL DEFAULT 0, -- fault: late rejection\n"
    "	listed_at INTEGER NOT NULL DEFAULT 0, -- fault: listed from then on\n"
    "	reason TEXT NOT NULL DEFAULT '',\n"
    "	UNIQUE (date, no),\n"
    "	CHECK (state <> 'filled' OR filled = n),\n"
    "	CHECK (state <> 'working' OR filled < n)\n"
    ") STRICT;\n"
    "CREATE INDEX orders_working ON orders (date, code, place)\n"
    "	WHERE state = 'working';\n"
    "\n"
    "CREATE TABLE fills (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	order_id INTEGER NOT NULL REFERENCES orders (id),\n"
    "	fill_no INTEGER NOT NULL,	-- from 1 in each order\n"
    "	date INTEGER NOT NULL,\n"
    "	time INTEGER NOT NULL,		-- label of the bar, HHMM\n"
    "	n INTEGER NOT NULL CHECK (n >= 1),\n"
    "	price_won INTEGER NOT NULL CHECK (price_won >= 1),\n"
    "	commission_won INTEGER NOT NULL,\n"
    "	tax_won INTEGER NOT NULL,\n"
    "	seen_at INTEGER NOT NULL DEFAULT 0,    -- fault: listed from then on\n"
    "	counted_at INTEGER NOT NULL DEFAULT 0, -- fault: in the balance then\n"
    "	UNIQUE (order_id, fill_no)\n"
    ") STRICT;\n"
    "CREATE INDEX fills_date ON fills (date);\n"
    "CREATE INDEX fills_counted ON fills (counted_at) WHERE counted_at > 0;\n"
    "\n"
    "-- A fill is a fact.\n"
    "CREATE TRIGGER fills_stay BEFORE UPDATE ON fills BEGIN\n"
    "	SELECT raise(ABORT, 'a fill does not change');\n"
    "END;\n"
    "CREATE TRIGGER fills_remain BEFORE DELETE ON fills BEGIN\n"
    "	SELECT raise(ABORT, 'a fill does not go away');\n"
    "END;\n"
    "\n"
    "CREATE TABLE holding (\n"
    "	code TEXT PRIMARY KEY,\n"
    "	n INTEGER NOT NULL CHECK (n >= 1),\n"
    "	cost_won INTEGER NOT NULL	-- of all of them, without costs\n"
    ") STRICT, WITHOUT ROWID;\n"
    "\n"
    "-- The last bar of a stock that orders were matched against.\n"
    "CREATE TABLE matched (\n"
    "	code TEXT PRIMARY KEY,\n"
    "	date INTEGER NOT NULL,\n"
    "	label INTEGER NOT NULL\n"
    ") STRICT, WITHOUT ROWID;\n"
    "\n"
    "-- The broker's own log: every request that was sent to it.\n"
    "CREATE TABLE request (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	at INTEGER NOT NULL,		-- seconds since 1970\n"
    "	date INTEGER NOT NULL,\n"
    "	time INTEGER NOT NULL,\n"
    "	kind TEXT NOT NULL CHECK (kind IN ('new', 'amend', 'cancel')),\n"
    "	key TEXT NOT NULL,\n"
    "	code TEXT NOT NULL,\n"
    "	broker_no TEXT NOT NULL,	-- given, or the order meant\n"
    "	outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'rejected',\n"
    "		'lost', 'delayed')),\n"
    "	fault TEXT NOT NULL,		-- that struck; '' for none\n"
    "	reason TEXT NOT NULL\n"
    ") STRICT;\n"
    "\n"
    "-- Requests that are still on their way (fault).\n"
    "CREATE TABLE delayed (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	until INTEGER NOT NULL,		-- seconds since 1970\n"
    "	kind INTEGER NOT NULL,		-- 0 new, 1 amend, 2 cancel\n"
    "	key TEXT NOT NULL,\n"
    "	code TEXT NOT NULL,\n"
    "	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),\n"
    "	is_market INTEGER NOT NULL,\n"
    "	limit_won INTEGER NOT NULL,\n"
    "	n INTEGER NOT NULL,\n"
    "	broker_no TEXT NOT NULL\n"
    ") STRICT;\n"
    "\n" STRUCK_TABLE "\n"
    "-- Faults asked for by hand, for the next request of a kind.\n"
    "CREATE TABLE will (\n"
    "	id INTEGER PRIMARY KEY,\n"
    "	kind TEXT NOT NULL,\n"
    "	fault TEXT NOT NULL\n"
    ") STRICT;\n";

#define ORDER_COLS                                                           \
	"id, place, date, no, orig_no, key, code, side,"                     \
	" is_market, limit_won, bind_won, n, filled, filled_won, state, at," \
	" first_bar, is_doomed, listed_at, reason"

enum stmt_id {
	BEGIN_WRITE,
	COMMIT_IT,
	ROLLBACK_IT,
	BUSY,
	CHANGES,
	TOUCH,
	ORDER_ADD,
	ORDER_SAVE,
	ORDER_FIND,
	ORDERS_WORKING,
	ORDERS_OF_DAY,
	FILL_ADD,
	FILLS_OF_DAY,
	UNCOUNTED,
	CASH,
	CASH_ADD,
	TRANSFER_ADD,
	HOLDING,
	HOLDING_SET,
	HOLDING_DROP,
	HOLDINGS,
	MATCHED,
	MATCHED_SET,
	DRAW,
	STRUCK,
	RECEIVED,
	WILL_TAKE,
	WILL_ADD,
	DELAY,
	DELAYED_TAKE,
	REQUEST_ADD,
	REQUESTS,
	NSTMTS
};

static const char *const text[NSTMTS] = {
	/* The reads that decide come after the lock. */
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT_IT] = "COMMIT",
	[ROLLBACK_IT] = "ROLLBACK",

	[BUSY] = "SELECT EXISTS (SELECT 1 FROM orders WHERE state = 'working')"
		 " OR EXISTS (SELECT 1 FROM delayed)",
	[CHANGES] = "SELECT changes FROM account",
	[TOUCH] = "UPDATE account SET changes = changes + 1",

	[ORDER_ADD] =
	    "INSERT INTO orders (place, date, no, orig_no, key, code, side,"
	    " is_market, limit_won, bind_won, n, filled, filled_won, state,"
	    " at, first_bar, is_doomed, listed_at, reason) VALUES ("
	    " CASE WHEN :place > 0 THEN :place"
	    "  ELSE (SELECT coalesce(max(id), 0) + 1 FROM orders) END,"
	    " :date, (SELECT coalesce(max(no), 0) + 1 FROM orders"
	    "  WHERE date = :date), :orig_no, :key, :code, :side, :is_market,"
	    " :limit_won, :bind_won, :n, :filled, :filled_won, :state, :at,"
	    " :first_bar, :is_doomed, :listed_at, :reason)"
	    " RETURNING id, place, no",
	[ORDER_SAVE] =
	    "UPDATE orders SET is_market = :is_market,"
	    " limit_won = :limit_won, bind_won = :bind_won,"
	    " filled = :filled, filled_won = :filled_won, state = :state,"
	    " first_bar = :first_bar, is_doomed = :is_doomed,"
	    " reason = :reason WHERE id = :id",
	[ORDER_FIND] = "SELECT " ORDER_COLS " FROM orders"
		       " WHERE date = :date AND no = :no",
	[ORDERS_WORKING] = "SELECT " ORDER_COLS
			   " FROM orders WHERE state = 'working'"
			   " ORDER BY date, code, place",
	[ORDERS_OF_DAY] =
	    "SELECT " ORDER_COLS " FROM orders"
	    " WHERE date = :date AND listed_at <= :now ORDER BY id",

	[FILL_ADD] =
	    "INSERT INTO fills (order_id, fill_no, date, time, n, price_won,"
	    " commission_won, tax_won, seen_at, counted_at) VALUES (:order_id,"
	    " (SELECT coalesce(max(fill_no), 0) + 1 FROM fills"
	    "  WHERE order_id = :order_id), :date, :time, :n, :price_won,"
	    " :commission_won, :tax_won, :seen_at, :counted_at)"
	    " RETURNING fill_no",
	[FILLS_OF_DAY] =
	    "SELECT o.no, f.fill_no, o.code, o.side, f.n, f.price_won,"
	    " f.date, f.time, f.commission_won, f.tax_won"
	    " FROM fills f JOIN orders o ON o.id = f.order_id"
	    " WHERE f.date = :date AND f.seen_at <= :now"
	    " ORDER BY f.time, f.id",
	[UNCOUNTED] =
	    "SELECT coalesce(sum(CASE side WHEN 'buy'"
	    "   THEN f.n * price_won + commission_won"
	    "   ELSE commission_won + tax_won - f.n * price_won END), 0)"
	    " FROM fills f JOIN orders o ON o.id = f.order_id"
	    " WHERE counted_at > 0 AND counted_at > :now",

	[CASH] = "SELECT cash_won FROM account",
	[CASH_ADD] = "UPDATE account SET cash_won = cash_won + :delta",
	[TRANSFER_ADD] = "INSERT INTO transfer (at, cash_won, code, n, note)"
			 " VALUES (:at, :cash_won, :code, :n, :note)",

	[HOLDING] = "SELECT n, cost_won FROM holding WHERE code = :code",
	[HOLDING_SET] =
	    "INSERT INTO holding (code, n, cost_won)"
	    " VALUES (:code, :n, :cost_won) ON CONFLICT (code)"
	    " DO UPDATE SET n = excluded.n, cost_won = excluded.cost_won",
	[HOLDING_DROP] = "DELETE FROM holding WHERE code = :code",
	/* Without the fills that are not counted yet; what those sold had cost
	 * is forgotten by then. */
	[HOLDINGS] =
	    "SELECT code, sum(n), max(sum(cost), 0) FROM ("
	    " SELECT code, n, cost_won AS cost FROM holding UNION ALL"
	    " SELECT code, CASE side WHEN 'buy' THEN -f.n ELSE f.n END,"
	    "  CASE side WHEN 'buy' THEN -f.n * price_won ELSE 0 END"
	    "  FROM fills f JOIN orders o ON o.id = f.order_id"
	    "  WHERE counted_at > 0 AND counted_at > :now)"
	    " GROUP BY code HAVING sum(n) > 0 ORDER BY code",

	[MATCHED] = "SELECT date, label FROM matched WHERE code = :code",
	[MATCHED_SET] =
	    "INSERT INTO matched (code, date, label)"
	    " VALUES (:code, :date, :label) ON CONFLICT (code)"
	    " DO UPDATE SET date = excluded.date, label = excluded.label",

	[DRAW] = "UPDATE account SET draws = draws + 1 RETURNING draws",
	[STRUCK] = "INSERT INTO struck (fault, n, last_at) VALUES (:fault, 1,"
		   " :at) ON CONFLICT (fault) DO UPDATE SET n = n + 1,"
		   " last_at = excluded.last_at",
	[RECEIVED] =
	    "UPDATE account SET received = received + 1 RETURNING received",

	[WILL_TAKE] = "DELETE FROM will WHERE id = (SELECT min(id) FROM will"
		      " WHERE kind = :kind) RETURNING fault",
	[WILL_ADD] = "INSERT INTO will (kind, fault) VALUES (:kind, :fault)",

	[DELAY] =
	    "INSERT INTO delayed (until, kind, key, code, side, is_market,"
	    " limit_won, n, broker_no) VALUES (:until, :kind, :key, :code,"
	    " :side, :is_market, :limit_won, :n, :broker_no)",
	[DELAYED_TAKE] =
	    "DELETE FROM delayed WHERE id = (SELECT id FROM delayed"
	    " WHERE until <= :now ORDER BY until, id LIMIT 1)"
	    " RETURNING id, kind, key, code, side, is_market, limit_won, n,"
	    " broker_no, until",

	[REQUEST_ADD] =
	    "INSERT INTO request (at, date, time, kind, key, code, broker_no,"
	    " outcome, fault, reason) VALUES (:at, :date, :time, :kind, :key,"
	    " :code, :broker_no, :outcome, :fault, :reason)",
	[REQUESTS] =
	    "SELECT id, date, time, kind, key, code, broker_no, outcome,"
	    " fault, reason FROM request ORDER BY id",
};

struct books {
	sqlite3 *db;
	sqlite3_stmt *stmt[NSTMTS];
	char *path;
};

/* ---- Small things ------------------------------------------------------- */

static int
db_fail(const struct books *b, const char *what, struct err *e)
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

static sqlite3_stmt *
stmt(struct books *b, enum stmt_id id, struct err *e)
{
	if (b->stmt[id] == NULL &&
	    sqlite3_prepare_v3(b->db, text[id], -1, SQLITE_PREPARE_PERSISTENT,
		&b->stmt[id], NULL) != SQLITE_OK) {
		db_fail(b, text[id], e);
		return NULL;
	}
	return b->stmt[id];
}

static int
param(sqlite3_stmt *st, const char *name)
{
	int i = sqlite3_bind_parameter_index(st, name);

	assert(i > 0);
	return i;
}

static void
bind_i64(sqlite3_stmt *st, const char *name, int64_t v)
{
	int rc = sqlite3_bind_int64(st, param(st, name), v);

	assert(rc == SQLITE_OK);
}

/* The text must live until the statement is reset. */
static void
bind_text(sqlite3_stmt *st, const char *name, const char *s)
{
	int rc = sqlite3_bind_text(st, param(st, name), s, -1, SQLITE_STATIC);

	assert(rc == SQLITE_OK);
}

/* Run a statement that gives at most one row, of which up to n integers are
 * taken.  1 row, 0 none, -1. */
static int
run(struct books *b, sqlite3_stmt *st, const char *what, int64_t *out, int n,
    struct err *e)
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
		db_fail(b, what, e);
		rows = -1;
	}
	sqlite3_reset(st);
	return rows;
}

/* A statement that always gives a row, in books that are whole. */
static int
run_one(struct books *b, sqlite3_stmt *st, const char *what, int64_t *out,
    int n, struct err *e)
{
	int rows = run(b, st, what, out, n, e);

	if (rows == 0)
		return err_set(e, E_DATA,
		    "paper books %s: %s: a row is missing: bring back a backup",
		    b->path, what);
	return rows == 1 ? 0 : -1;
}

static int
run_plain(struct books *b, enum stmt_id id, struct err *e)
{
	sqlite3_stmt *st = stmt(b, id, e);

	return st == NULL || run(b, st, text[id], NULL, 0, e) == -1 ? -1 : 0;
}

static void
col_text(sqlite3_stmt *st, int i, char *out, size_t size)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	snprintf(out, size, "%s", s == NULL ? "" : s);
}

static const char *
side_word(enum side s)
{
	return s == SIDE_BUY ? "buy" : "sell";
}

/* In a damaged file a column that is never NULL may be. */
static enum side
col_side(sqlite3_stmt *st, int i)
{
	const unsigned char *s = sqlite3_column_text(st, i);

	return s != NULL && *s == 'b' ? SIDE_BUY : SIDE_SELL;
}

static const char *const state_word[] = {
	[BO_WORKING] = "working",
	[BO_FILLED] = "filled",
	[BO_CANCELLED] = "cancelled",
	[BO_REJECTED] = "rejected",
	[BO_EXPIRED] = "expired",
};

const char *
paper_state_name(enum broker_state s)
{
	return state_word[s];
}

/* -1 for a word that is none. */
static int
col_state(sqlite3_stmt *st, int i)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	for (size_t k = 0; s != NULL && k < NELEM(state_word); k++)
		if (strcmp(s, state_word[k]) == 0)
			return (int)k;
	return -1;
}

/* Constraints keep such rows out; a damaged file or a person may not. */
static int
bad_row(const struct books *b, const char *what, int64_t id, struct err *e)
{
	return err_set(e, E_DATA,
	    "paper books %s: %s %" PRId64 " is damaged: bring back a backup",
	    b->path, what, id);
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

/* ---- Open --------------------------------------------------------------- */

static int
pragma_int(struct books *b, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (sqlite3_prepare_v2(b->db, sql, -1, &st, NULL) != SQLITE_OK)
		return db_fail(b, sql, e);
	if (sqlite3_step(st) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = 0;
	} else {
		db_fail(b, sql, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int
exec(struct books *b, const char *sql, const char *what, struct err *e)
{
	if (sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(b, what, e);
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
	return db_fail(b, "switching to WAL", e);
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
		    APPLICATION_ID, SCHEMA_VERSION);
		if (exec(b, schema, "creating the tables", e) == -1 ||
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
		exec(b, STRUCK_TABLE "PRAGMA user_version = 2", "migrating",
		    e) == -1) ||
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
		db_fail(b, "opening", e);
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
	if (version > SCHEMA_VERSION) {
		err_set(e, E_CONFIG,
		    "%s: the books are of version %" PRId64
		    ", newer than this program (%d)",
		    path, version, SCHEMA_VERSION);
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
	for (int i = 0; i < NSTMTS; i++)
		sqlite3_finalize(b->stmt[i]);
	sqlite3_close(b->db);
	free(b->path);
	free(b);
}

const char *
books_path(const struct books *b)
{
	return b->path;
}

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

	if (st == NULL || run_one(b, st, "looking for work", &v, 1, e) == -1)
		return -1;
	return v != 0;
}

int64_t
books_changes(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CHANGES, e);
	int64_t v = 0;

	if (st == NULL || run_one(b, st, "counting changes", &v, 1, e) == -1)
		return -1;
	return v;
}

/* ---- Orders ------------------------------------------------------------- */

/* What ORDER_ADD and ORDER_SAVE both set. */
static void
bind_order(sqlite3_stmt *st, const struct books_order *o)
{
	bind_i64(st, ":is_market", o->is_market);
	bind_i64(st, ":limit_won", o->is_market ? 0 : o->limit);
	bind_i64(st, ":bind_won", o->bind);
	bind_i64(st, ":filled", o->filled);
	bind_i64(st, ":filled_won", o->filled_won);
	bind_text(st, ":state", state_word[o->state]);
	bind_i64(st, ":first_bar", o->first_bar);
	bind_i64(st, ":is_doomed", o->is_doomed);
	bind_text(st, ":reason", o->reason);
}

int
books_order_add(struct books *b, struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_ADD, e);
	int64_t v[3];

	if (st == NULL)
		return -1;
	bind_order(st, o);
	bind_i64(st, ":place", o->place);
	bind_i64(st, ":date", o->date);
	bind_i64(st, ":orig_no", o->orig_no);
	bind_text(st, ":key", o->key);
	bind_text(st, ":code", o->code);
	bind_text(st, ":side", side_word(o->side));
	bind_i64(st, ":n", o->n);
	bind_i64(st, ":at", o->at);
	bind_i64(st, ":listed_at", o->listed_at);
	if (run_one(b, st, "adding an order", v, 3, e) == -1)
		return -1;
	o->id = v[0];
	o->place = v[1];
	o->no = v[2];
	return run_plain(b, TOUCH, e);
}

int
books_order_save(struct books *b, const struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_SAVE, e);

	if (st == NULL)
		return -1;
	bind_order(st, o);
	bind_i64(st, ":id", o->id);
	if (run(b, st, "saving an order", NULL, 0, e) == -1)
		return -1;
	return run_plain(b, TOUCH, e);
}

/* Shares at a price, as a customer may be told of them. */
static bool
amount_valid(qty n, won price)
{
	won total;

	return n >= 1 && price >= 0 && won_total(price, n, &total) == 0;
}

static int
read_order(
    struct books *b, sqlite3_stmt *st, struct books_order *o, struct err *e)
{
	int state = col_state(st, 14);

	*o = (struct books_order){
		.id = sqlite3_column_int64(st, 0),
		.place = sqlite3_column_int64(st, 1),
		.date = sqlite3_column_int(st, 2),
		.no = sqlite3_column_int64(st, 3),
		.orig_no = sqlite3_column_int64(st, 4),
		.side = col_side(st, 7),
		.is_market = sqlite3_column_int(st, 8),
		.limit = sqlite3_column_int64(st, 9),
		.bind = sqlite3_column_int64(st, 10),
		.n = sqlite3_column_int64(st, 11),
		.filled = sqlite3_column_int64(st, 12),
		.filled_won = sqlite3_column_int64(st, 13),
		.state = (enum broker_state)state,
		.at = sqlite3_column_int(st, 15),
		.first_bar = sqlite3_column_int(st, 16),
		.is_doomed = sqlite3_column_int(st, 17),
		.listed_at = sqlite3_column_int64(st, 18),
	};
	col_text(st, 5, o->key, sizeof(o->key));
	col_text(st, 6, o->code, sizeof(o->code));
	col_text(st, 19, o->reason, sizeof(o->reason));
	if (state == -1 || o->no < 1 || o->orig_no < 0 ||
	    !code_valid(o->code) || !amount_valid(o->n, o->limit) ||
	    !amount_valid(o->n, o->bind) || o->filled < 0 || o->filled > o->n ||
	    o->filled_won < 0 || !ymd_valid(o->date) || !hhmm_valid(o->at) ||
	    !hhmm_valid(o->first_bar))
		return bad_row(b, "order", o->id, e);
	return 0;
}

int
books_order_find(
    struct books *b, ymd date, int64_t no, struct books_order *o, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDER_FIND, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":no", no);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		got = read_order(b, st, o, e) == -1 ? -1 : 1;
	else if (rc != SQLITE_DONE)
		got = db_fail(b, "finding an order", e);
	sqlite3_reset(st);
	return got;
}

int
books_working(struct books *b, struct books_orders *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDERS_WORKING, e);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (read_order(b, st, LIST_ADD(out), e) == -1)
			break;
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		db_fail(b, "reading working orders", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
books_orders(struct books *b, ymd date, epoch now, struct broker_orders *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(b, ORDERS_OF_DAY, e);
	struct books_order o;
	struct broker_order *item;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (read_order(b, st, &o, e) == -1)
			break;
		item = LIST_ADD(out);
		*item = (struct broker_order){
			.side = o.side,
			.is_market = o.is_market,
			.limit = o.limit,
			.n = o.n,
			.filled = o.filled,
			.filled_won = o.filled_won,
			.state = o.state,
			.at = o.at,
		};
		snprintf(
		    item->broker_no, sizeof(item->broker_no), "%" PRId64, o.no);
		if (o.orig_no != 0)
			snprintf(item->orig_no, sizeof(item->orig_no),
			    "%" PRId64, o.orig_no);
		memcpy(item->key, o.key, sizeof(item->key));
		memcpy(item->code, o.code, sizeof(item->code));
		memcpy(item->reason, o.reason, sizeof(item->reason));
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		db_fail(b, "listing orders", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* ---- Fills -------------------------------------------------------------- */

int
books_fill_add(struct books *b, struct books_fill *f, struct err *e)
{
	sqlite3_stmt *st = stmt(b, FILL_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":order_id", f->order_id);
	bind_i64(st, ":date", f->date);
	bind_i64(st, ":time", f->time);
	bind_i64(st, ":n", f->n);
	bind_i64(st, ":price_won", f->price);
	bind_i64(st, ":commission_won", f->commission);
	bind_i64(st, ":tax_won", f->tax);
	bind_i64(st, ":seen_at", f->seen_at);
	bind_i64(st, ":counted_at", f->counted_at);
	return run_one(b, st, "adding a fill", &f->fill_no, 1, e);
}

int
books_fills(struct books *b, ymd date, epoch now, struct broker_fills *out,
    struct err *e)
{
	sqlite3_stmt *st = stmt(b, FILLS_OF_DAY, e);
	struct broker_fill *f;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":date", date);
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		f = LIST_ADD(out);
		*f = (struct broker_fill){
			.fill_no = sqlite3_column_int64(st, 1),
			.side = col_side(st, 3),
			.n = sqlite3_column_int64(st, 4),
			.price = sqlite3_column_int64(st, 5),
			.date = sqlite3_column_int(st, 6),
			.time = sqlite3_column_int(st, 7),
			.commission = sqlite3_column_int64(st, 8),
			.tax = sqlite3_column_int64(st, 9),
		};
		col_text(st, 0, f->broker_no, sizeof(f->broker_no));
		col_text(st, 2, f->code, sizeof(f->code));
		if (f->broker_no[0] == '\0' || !code_valid(f->code) ||
		    !amount_valid(f->n, f->price) || f->price < 1 ||
		    f->commission < 0 || f->tax < 0 || !ymd_valid(f->date) ||
		    !hhmm_valid(f->time)) {
			bad_row(b, "fill", f->fill_no, e);
			break;
		}
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		db_fail(b, "listing fills", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
books_uncounted(struct books *b, epoch now, won *cash, struct err *e)
{
	sqlite3_stmt *st = stmt(b, UNCOUNTED, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	return run_one(b, st, "counting fills", cash, 1, e);
}

/* ---- Money and shares --------------------------------------------------- */

int
books_cash(struct books *b, won *cash, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CASH, e);

	if (st == NULL)
		return -1;
	return run_one(b, st, "reading the cash", cash, 1, e);
}

int
books_cash_add(struct books *b, won delta, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CASH_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":delta", delta);
	return run(b, st, "changing the cash", NULL, 0, e);
}

int
books_transfer(struct books *b, epoch at, won cash, const char *code, qty n,
    const char *note, struct err *e)
{
	sqlite3_stmt *st = stmt(b, TRANSFER_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":at", at);
	bind_i64(st, ":cash_won", cash);
	bind_text(st, ":code", code);
	bind_i64(st, ":n", n);
	bind_text(st, ":note", note);
	if (run(b, st, "recording a transfer", NULL, 0, e) == -1)
		return -1;
	return cash == 0 ? 0 : books_cash_add(b, cash, e);
}

int
books_holding(
    struct books *b, const char *code, qty *n, won *cost, struct err *e)
{
	sqlite3_stmt *st = stmt(b, HOLDING, e);
	int64_t v[2] = { 0, 0 };

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (run(b, st, "reading a holding", v, 2, e) == -1)
		return -1;
	*n = v[0];
	*cost = v[1];
	return 0;
}

int
books_set_holding(
    struct books *b, const char *code, qty n, won cost, struct err *e)
{
	sqlite3_stmt *st = stmt(b, n > 0 ? HOLDING_SET : HOLDING_DROP, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (n > 0) {
		bind_i64(st, ":n", n);
		bind_i64(st, ":cost_won", cost);
	}
	return run(b, st, "changing a holding", NULL, 0, e);
}

int
books_holdings(
    struct books *b, epoch now, struct broker_holdings *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, HOLDINGS, e);
	struct broker_holding *h;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		h = LIST_ADD(out);
		col_text(st, 0, h->code, sizeof(h->code));
		h->n = h->sellable = sqlite3_column_int64(st, 1);
		h->cost = sqlite3_column_int64(st, 2);
		if (!code_valid(h->code)) {
			bad_row(b, "holding", out->n, e);
			break;
		}
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		db_fail(b, "listing holdings", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* ---- Where matching stands ---------------------------------------------- */

int
books_matched(
    struct books *b, const char *code, ymd *date, hhmm *label, struct err *e)
{
	sqlite3_stmt *st = stmt(b, MATCHED, e);
	int64_t v[2] = { 0, 0 };

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (run(b, st, "reading the last bar", v, 2, e) == -1)
		return -1;
	*date = (ymd)v[0];
	*label = (hhmm)v[1];
	return 0;
}

int
books_set_matched(
    struct books *b, const char *code, ymd date, hhmm label, struct err *e)
{
	sqlite3_stmt *st = stmt(b, MATCHED_SET, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":date", date);
	bind_i64(st, ":label", label);
	return run(b, st, "recording the last bar", NULL, 0, e);
}

/* ---- Faults and the log of requests ------------------------------------- */

int
books_struck(struct books *b, const char *fault, epoch now, struct err *e)
{
	sqlite3_stmt *st = stmt(b, STRUCK, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":fault", fault);
	bind_i64(st, ":at", now);
	return run(b, st, "counting a fault", NULL, 0, e) == -1 ? -1 : 0;
}

int64_t
books_draw(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DRAW, e);
	int64_t v = 0;

	if (st == NULL || run_one(b, st, "counting a draw", &v, 1, e) == -1)
		return -1;
	return v;
}

int64_t
books_count_order(struct books *b, struct err *e)
{
	sqlite3_stmt *st = stmt(b, RECEIVED, e);
	int64_t v = 0;

	if (st == NULL || run_one(b, st, "counting an order", &v, 1, e) == -1)
		return -1;
	return v;
}

int
books_take_will(
    struct books *b, const char *kind, char *fault, size_t size, struct err *e)
{
	sqlite3_stmt *st = stmt(b, WILL_TAKE, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_text(st, ":kind", kind);
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		col_text(st, 0, fault, size);
		got = 1;
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE)
		got = db_fail(b, "looking for a fault", e);
	sqlite3_reset(st);
	return got;
}

int
books_add_will(
    struct books *b, const char *kind, const char *fault, struct err *e)
{
	sqlite3_stmt *st = stmt(b, WILL_ADD, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":kind", kind);
	bind_text(st, ":fault", fault);
	return run(b, st, "asking for a fault", NULL, 0, e);
}

int
books_delay(struct books *b, int kind, const struct broker_request *r,
    epoch until, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DELAY, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":until", until);
	bind_i64(st, ":kind", kind);
	bind_text(st, ":key", r->key);
	bind_text(st, ":code", r->code);
	bind_text(st, ":side", side_word(r->side));
	bind_i64(st, ":is_market", r->is_market);
	bind_i64(st, ":limit_won", r->limit);
	bind_i64(st, ":n", r->n);
	bind_text(st, ":broker_no", r->broker_no);
	return run(b, st, "delaying a request", NULL, 0, e);
}

int
books_take_delayed(
    struct books *b, epoch now, struct books_delayed *d, struct err *e)
{
	sqlite3_stmt *st = stmt(b, DELAYED_TAKE, e);
	int rc, got = 0;

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		*d = (struct books_delayed){
			.id = sqlite3_column_int64(st, 0),
			.kind = sqlite3_column_int(st, 1),
			.until = sqlite3_column_int64(st, 9),
			.req = {
				.side = col_side(st, 4),
				.is_market = sqlite3_column_int(st, 5),
				.limit = sqlite3_column_int64(st, 6),
				.n = sqlite3_column_int64(st, 7),
			},
		};
		col_text(st, 2, d->req.key, sizeof(d->req.key));
		col_text(st, 3, d->req.code, sizeof(d->req.code));
		col_text(st, 8, d->req.broker_no, sizeof(d->req.broker_no));
		got = 1;
		rc = sqlite3_step(st);
	}
	if (rc != SQLITE_DONE)
		got = db_fail(b, "reading delayed requests", e);
	sqlite3_reset(st);
	return got;
}

int
books_request_add(
    struct books *b, epoch at, const struct paper_request *r, struct err *e)
{
	sqlite3_stmt *st = stmt(b, REQUEST_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":at", at);
	bind_i64(st, ":date", r->date);
	bind_i64(st, ":time", r->at);
	bind_text(st, ":kind", r->kind);
	bind_text(st, ":key", r->key);
	bind_text(st, ":code", r->code);
	bind_text(st, ":broker_no", r->broker_no);
	bind_text(st, ":outcome", r->outcome);
	bind_text(st, ":fault", r->fault);
	bind_text(st, ":reason", r->reason);
	return run(b, st, "logging a request", NULL, 0, e);
}

int
books_requests(struct books *b, struct paper_requests *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, REQUESTS, e);
	struct paper_request *r;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		r = LIST_ADD(out);
		r->id = sqlite3_column_int64(st, 0);
		r->date = sqlite3_column_int(st, 1);
		r->at = sqlite3_column_int(st, 2);
		col_text(st, 3, r->kind, sizeof(r->kind));
		col_text(st, 4, r->key, sizeof(r->key));
		col_text(st, 5, r->code, sizeof(r->code));
		col_text(st, 6, r->broker_no, sizeof(r->broker_no));
		col_text(st, 7, r->outcome, sizeof(r->outcome));
		col_text(st, 8, r->fault, sizeof(r->fault));
		col_text(st, 9, r->reason, sizeof(r->reason));
	}
	if (rc != SQLITE_DONE)
		db_fail(b, "listing requests", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}
