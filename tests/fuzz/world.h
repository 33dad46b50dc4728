/*
 * world.h - a database after half an hour of trading, to be damaged, and what
 * the programs then do with it.  The rows are in day.sql and paper.sql, made
 * by tests/fuzz/day; the schema is the program's own.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <fcntl.h>
#include <sqlite3.h>

#include "account/config.h"
#include "account/follow.h"
#include "account/live.h"
#include "account/reconcile.h"
#include "account/status.h"
#include "base/date.h"
#include "fuzz.h"
#include "reply.h"
#include "store/stocks.h"
#include "trade/pass.h"

#define WORLD_DAY 20250314

/* A file in the run's own folder; `name` is short. */
static FUZZ_UNUSED const char *
world_path(const char *name)
{
	static char path[4][128];
	static int next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", fuzz_folder(), name);
	return p;
}

static FUZZ_UNUSED void
world_sql(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %.80s\n", why, sql);
	must(!"SQL of the template");
}

/* All of a file; free it. */
static FUZZ_UNUSED char *
world_read(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	char *s;

	if (f == NULL)
		fprintf(stderr, "%s: run it where the project is\n", path);
	must(f != NULL && fstat(fileno(f), &st) == 0);
	must((s = malloc((size_t)st.st_size + 1)) != NULL);
	must(fread(s, 1, (size_t)st.st_size, f) == (size_t)st.st_size);
	s[st.st_size] = '\0';
	*size = (size_t)st.st_size;
	fclose(f);
	return s;
}

/* The triggers of a database as SQL, dropped from it; free it. */
static FUZZ_UNUSED char *
world_take_triggers(sqlite3 *db)
{
	char *made = NULL, *drop = NULL;
	size_t n, nd;
	FILE *f = open_memstream(&made, &n), *d = open_memstream(&drop, &nd);
	sqlite3_stmt *st;

	must(sqlite3_prepare_v2(db,
		 "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
		 -1, &st, NULL) == SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		fprintf(d, "DROP TRIGGER %s;", sqlite3_column_text(st, 0));
		fprintf(f, "%s;\n", sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	fclose(f);
	fclose(d);
	world_sql(db, drop);
	free(drop);
	return made;
}

/*
 * Fill a database with the rows of a file.  Small pages, so that damage hits
 * rows and not air; no log, so that one file is all there is.
 */
static FUZZ_UNUSED void
world_fill(const char *path, const char *rows)
{
	size_t n;
	char *sql = world_read(rows, &n), *triggers;
	sqlite3 *db;

	must(sqlite3_open(path, &db) == SQLITE_OK);
	world_sql(db,
	    "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024;"
	    "PRAGMA foreign_keys = OFF");
	triggers = world_take_triggers(db);
	if (strstr(rows, "day.sql") != NULL)
		world_sql(db,
		    "DELETE FROM market_calendar;"
		    "DELETE FROM sqlite_sequence");
	else
		world_sql(db, "DELETE FROM account; DELETE FROM transfer");
	world_sql(db, sql);
	world_sql(db, triggers);
	world_sql(db, "VACUUM");
	sqlite3_close(db);
	free(sql);
	free(triggers);
}

static struct {
	char *db, *paper;
	size_t db_size, paper_size;
} world;

static FUZZ_UNUSED struct clock
world_clock(hhmm at)
{
	return (struct clock){ clock_epoch_at(WORLD_DAY, at, 0), true };
}

static FUZZ_UNUSED void
world_finding(void *arg, const char *words)
{
	if (arg != NULL)
		fprintf(stderr, "%s\n", words);
	must(words[0] != '\0');
}

/* Make the templates, once; whole and sound. */
static FUZZ_UNUSED void
world_make(void)
{
	struct err e = { 0 };
	struct broker_env env = { 0 };
	struct clock now = world_clock(900);
	struct broker *br;
	struct store *s;
	const char *db, *paper;
	bool damaged;

	if (world.db != NULL)
		return;
	log_level(-1);
	db = world_path("template.db");
	must(store_create(db, &e) == 1);
	world_fill(db, "tests/fuzz/day.sql");
	env.clock = &now;
	env.books = paper = world_path("template-paper.db");
	must((br = broker_open(&env, &e)) != NULL);
	broker_close(br);
	world_fill(paper, "tests/fuzz/paper.sql");
	must((s = store_open(db, STORE_READ, &e)) != NULL);
	must(store_check(s, world_finding, &e, &damaged, &e) == 0);
	store_close(s);
	world.db = world_read(db, &world.db_size);
	world.paper = world_read(paper, &world.paper_size);
}

static FUZZ_UNUSED void
world_write(const char *path, const char *bytes, size_t n)
{
	static const char *const beside[] = { "-wal", "-shm", "-journal" };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char other[160];

	must(fd != -1 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
	for (size_t i = 0; i < NELEM(beside); i++) {
		snprintf(other, sizeof(other), "%s%s", path, beside[i]);
		unlink(other);
	}
}

/*
 * Of damage a program must say something; that a constraint was in the way
 * (E_BUG) is an honest answer here.  Returns true, for use in conditions.
 */
static FUZZ_UNUSED bool
world_says(const struct err *e)
{
	struct err copy = *e;

	if (copy.kind == E_BUG)
		copy.kind = E_DATA;
	must_refuse(&copy);
	return true;
}

static FUZZ_UNUSED int
world_pass(struct live *v, struct err *e)
{
	struct plan p;
	struct err module = { 0 };
	int rc = -1;

	if (store_begin(v->db, e) == -1)
		return -1;
	plan_init(&p);
	if (live_load(v, LOAD_TRADE, e) == 0 &&
	    live_day_open(v, LOAD_TRADE, e) == 0) {
		if (trade_pass(&v->w, &v->m, &v->b, &p, &module) == -1)
			world_says(&module);
		rc = live_save(v, &p, e);
	}
	plan_fini(&p);
	store_rollback(v->db);
	return rc;
}

/* What the programs of a minute do, one after another. */
static FUZZ_UNUSED void
world_trade(const char *path)
{
	struct opt opt = { .db = path,
		.config = "/nonexistent/maemae.conf",
		.now = world_clock(912) };
	struct differences d = { 0 };
	struct follow_counts n;
	struct err e = { 0 };
	struct live v;

	if (live_open(&v, "fuzz", &opt, STORE_ORDERS, &e) == -1)
		goto bad;
	if (live_begin(&v, 60, &e) == -1 || live_broker(&v, &e) == -1)
		goto bad;
	reply_judge(v.broker, WORLD_DAY);
	if (follow_today(&v, &n, &e) == -1)
		world_says(&e);
	/* And as if it told totals alone. */
	v.broker->caps ^= CAP_TOTAL_FILLS;
	e = (struct err){ 0 };
	if (follow_today(&v, &n, &e) == -1)
		world_says(&e);
	v.broker->caps ^= CAP_TOTAL_FILLS;
	e = (struct err){ 0 };
	if (reconcile(&v, RECONCILE_AGREE, &d, &e) == -1)
		world_says(&e);
	free(d.item);
	e = (struct err){ 0 };
	if (world_pass(&v, &e) == -1)
		goto bad;
	live_close(&v, 0, "");
	return;
bad:
	world_says(&e);
	live_close(&v, 1, e.msg);
}

/* Those that only look. */
static FUZZ_UNUSED void
world_look(const char *path)
{
	struct clock now = world_clock(912);
	struct status s = { 0 };
	struct strategy_conf *conf;
	struct err e = { 0 }, broken = { 0 }, idle = { 0 };
	struct store *db = store_open(path, STORE_READ, &e);
	struct limits l;
	bool damaged;
	int n;

	if (db == NULL) {
		world_says(&e);
		return;
	}
	if (store_check(db, world_finding, NULL, &damaged, &e) == -1)
		world_says(&e);
	e = (struct err){ 0 };
	if (status_read(db, &now, &s, &e) == -1)
		world_says(&e);
	for (int i = 0; i < s.n; i++)
		must(s.row[i].section < STATUS_SECTIONS &&
		    strlen(s.row[i].note) < sizeof(s.row[i].note));
	status_fini(&s);
	e = (struct err){ 0 };
	if (config_limits(db, &l, &e) == -1)
		world_says(&e);
	e = (struct err){ 0 };
	if (config_strategies_left(db, &conf, &n, &broken, &idle, &e) == -1)
		world_says(&e);
	else
		free(conf);
	store_close(db);
}

#endif
