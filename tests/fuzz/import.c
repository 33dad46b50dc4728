/*
 * CSV rows into tables.  The first line says what the file is: a word
 * (daily, minute, stocks, calendar), then any of end, skip, dry; the file
 * follows.  Of a refused file nothing is stored; a stored one can be stored
 * again without a change, and passes the database's own check.
 */
#include "store/import.h"
#include "world.h"

static int64_t
ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int64_t v;

	must(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
	must(sqlite3_step(st) == SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

static int64_t
rows_of(sqlite3 *db, enum import_kind kind)
{
	static const char *const sql[] = {
		[IMPORT_DAILY] = "SELECT count(*) FROM daily_price",
		[IMPORT_MINUTE] = "SELECT count(*) FROM minute_price",
		[IMPORT_STOCKS] = "SELECT count(*) FROM stock_info",
		[IMPORT_CALENDAR] = "SELECT count(*) FROM market_calendar",
	};

	return ask(db, sql[kind]);
}

static void
same_result(const struct import_result *a, const struct import_result *b)
{
	must(a->rows == b->rows && a->bad == b->bad);
}

static struct {
	struct store *s;
	struct calendar *cal;
	sqlite3 *watch; /* sees what others commit */
} db;

/* A fresh copy of the template, after something was stored. */
static void
start(void)
{
	const char *path = world_path("import.db");
	struct err e = { 0 };

	world_make();
	world_write(path, world.db, world.db_size);
	must((db.s = store_open(path, 0, &e)) != NULL);
	must((db.cal = store_calendar(db.s, 0, &e)) != NULL);
	must(sqlite3_open(path, &db.watch) == SQLITE_OK);
}

static void
stop(void)
{
	sqlite3_close(db.watch);
	calendar_free(db.cal);
	store_close(db.s);
	memset(&db, 0, sizeof(db));
}

static void
judge(const char *path, struct import_spec *spec)
{
	struct import_result r, again;
	struct err e = { 0 };
	int64_t version = ask(db.watch, "PRAGMA data_version");
	int64_t before = rows_of(db.watch, spec->kind);
	bool is_dry = spec->dry_run, damaged;

	if (import_file(db.s, spec, path, &r, &e) == -1) {
		must_refuse(&e);
		must(e.kind == E_DATA || e.kind == E_CONFIG);
		must(!store_in_transaction(db.s));
		must(ask(db.watch, "PRAGMA data_version") == version);
		must(rows_of(db.watch, spec->kind) == before);
		/* To look is to be refused the same, but for an open day whose
		 * hours nobody knows: that is seen when it is stored. */
		spec->dry_run = true;
		must(import_file(db.s, spec, path, &again, &e) == -1 ||
		    spec->kind == IMPORT_CALENDAR);
		return;
	}
	must(!store_in_transaction(db.s));
	must(r.bad == 0 || spec->skip_bad);
	must((r.bad > 0) == (r.first_bad.kind != E_NONE));
	if (r.bad > 0)
		must_refuse(&r.first_bad);
	if (is_dry) {
		must(ask(db.watch, "PRAGMA data_version") == version);
		must(r.put.added + r.put.changed + r.put.same == 0);
		return;
	}
	must(r.put.added + r.put.changed + r.put.same == r.rows);
	must(rows_of(db.watch, spec->kind) == before + r.put.added);
	must(import_file(db.s, spec, path, &again, &e) == 0);
	same_result(&r, &again);
	must(again.put.added == 0 && again.put.changed == 0);
	must(again.put.same == r.rows);
	if (r.put.added + r.put.changed > 0) {
		must(store_check(db.s, world_finding, &e, &damaged, &e) == 0);
		stop();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *eol = size > 0 ? memchr(data, '\n', size) : NULL;
	struct import_spec spec = { 0 };
	char *words;

	if (eol == NULL)
		return 0;
	words = fuzz_text(data, (size_t)(eol - data));
	spec.kind = words[0] == 'd' ? IMPORT_DAILY :
	    words[0] == 'm'         ? IMPORT_MINUTE :
	    words[0] == 's'         ? IMPORT_STOCKS :
				      IMPORT_CALENDAR;
	spec.label_end = strstr(words, "end") != NULL;
	spec.skip_bad = strstr(words, "skip") != NULL;
	spec.dry_run = strstr(words, "dry") != NULL;
	spec.at = clock_epoch_at(WORLD_DAY, 1600, 0);
	free(words);
	if (db.s == NULL)
		start();
	spec.cal = db.cal;
	eol++;
	judge(fuzz_file(eol, size - (size_t)(eol - data)), &spec);
	return 0;
}
