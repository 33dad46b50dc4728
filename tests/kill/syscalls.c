/*
 * syscalls.c - every system call of every program fails once.
 *
 * One minute of a made market is prepared, with something to sell and to buy.
 * Each program of it runs again and again from the same start; each time the
 * next of its calls fails, in each way that its kind can fail, by the library
 * of fail.c.  A run must then
 *
 *   - end with a documented status, never by a signal;
 *   - say so in one or two lines on stderr, unless all is done;
 *   - where the status is 0 and nothing was said, have done all: the same
 *     rows and words as the run without a fault.  An EINTR, or half of what
 *     was to be read or written, is no reason to fail at all;
 *   - leave an account that is sound, and one that settles with the broker
 *     within six minutes, with nothing sent twice.
 *
 * One lives on: the follower looks in two minutes, and is asked to end.  When
 * it looks is not always the same, so what it has done is not compared.
 *
 *	KIND=step	of one kind alone
 *	STRIDE=N	every N-th case alone (1); of failing memory, N times 100
 *	SEED=N		and which of them (1)
 *	CASE="program write:17:"	those alone whose name begins so
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "judge.h"
#include "stage.h"

static const struct way {
	const char *kind, *how;
	const char *on; /* "+": and all calls after it */
} ways[] = {
	{ "write", "ENOSPC", "" },
	{ "write", "ENOSPC", "+" },
	{ "write", "EIO", "" },
	{ "write", "EINTR", "" },
	{ "write", "short", "" },
	{ "read", "EIO", "" },
	{ "read", "EINTR", "" },
	{ "read", "short", "" },
	{ "sync", "EIO", "" },
	{ "truncate", "EIO", "" },
	{ "truncate", "EINTR", "" },
	{ "open", "EMFILE", "" },
	{ "open", "EMFILE", "+" },
	{ "open", "EIO", "" },
	{ "mmap", "ENOMEM", "" },
	{ "lock", "EIO", "" },
	{ "stat", "EIO", "" },
	{ "name", "EIO", "" },
	{ "flush", "ENOSPC", "" },
	{ "malloc", "ENOMEM", "" },
	/* What SQLite says may come from any of them; transactions begin and end
	 * by `exec`. */
	{ "prepare", "IOERR", "" },
	{ "prepare", "BUSY", "" },
	{ "exec", "IOERR", "" },
	{ "exec", "BUSY", "" },
	{ "step", "IOERR", "" },
	{ "step", "BUSY", "" },
};
#define NWAYS ((int)NELEM(ways))

static int64_t stride = 1, turn = 1; /* turn: cases passed by so far */
static const char *the_case, *the_kind;
static int cases, ends, breaches, struck[NWAYS], survived[NWAYS];

/* What is being tried, for whoever reads of a breach, and when. */
static char doing[200], orders[60];
static ymd day;
static int minute;

#define FOLLOWER "watch-fills --until-close"

static bool
lives_on(void)
{
	return strcmp(doing, FOLLOWER) == 0;
}

static void
breach(const char *words)
{
	printf("# BREACH: CASE=\"%s %s\" at %s: %s\n", doing, orders,
	    stage_now(), words);
	fflush(stdout);
	breaches++;
}

/* ---- One run and its outcome ------------------------------------------------------- */

struct outcome {
	int status; /* as of waitpid */
	char out[4000], err[4000];
	uint64_t rows; /* of all tables, and of the broker's */
};

static void
read_file(const char *name, char *buf, size_t size)
{
	FILE *f = fopen(name, "r");
	size_t n = f != NULL ? fread(buf, 1, size - 1, f) : 0;

	buf[n] = '\0';
	if (f != NULL)
		fclose(f);
}

static uint64_t
hash_rows(sqlite3 *db, const char *sql, uint64_t h)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		abort();
	while (sqlite3_step(st) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(st); i++) {
			const unsigned char *s = sqlite3_column_text(st, i);

			for (; s != NULL && *s != '\0'; s++)
				h = (h ^ *s) * UINT64_C(1099511628211);
			h = (h ^ 0xff) * UINT64_C(1099511628211);
		}
	sqlite3_finalize(st);
	return h;
}

/* All rows but those that say who ran when, which differ from run to run. */
static uint64_t
hash_account(void)
{
	static const char *const schema[] = { "main", "paper" };
	sqlite3 *db;
	uint64_t h = 1;

	stage_save("copy");
	db = judge_copy();
	for (size_t i = 0; i < NELEM(schema); i++) {
		char *sql = sqlite3_mprintf(
		    "SELECT format('SELECT * FROM %s.%%s', name) FROM"
		    " %s.sqlite_schema WHERE type = 'table' AND name NOT IN"
		    " ('program_run', 'lease', 'sqlite_sequence')"
		    " AND name NOT LIKE 'sqlite_stat%%' ORDER BY name",
		    schema[i], schema[i]);
		sqlite3_stmt *st;

		if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
			abort();
		while (sqlite3_step(st) == SQLITE_ROW)
			h = hash_rows(
			    db, (const char *)sqlite3_column_text(st, 0), h);
		sqlite3_finalize(st);
		sqlite3_free(sql);
	}
	sqlite3_close(db);
	return h;
}

static void
before_it(void)
{
	if (orders[0] != '\0')
		stage_fail("FAIL", orders);
	else
		stage_fail("FAIL_COUNT", "counts");
}

/* For a while in which it looks, or until it has ended. */
static bool
has_ended(pid_t pid, int *status)
{
	for (int i = 0; i < 12; i++, usleep(5000))
		if (waitpid(pid, status, WNOHANG) != 0)
			return true;
	return false;
}

static void
follow(int *status)
{
	pid_t pid = stage_follow(doing, before_it);

	if (has_ended(pid, status))
		return;
	stage_set(day, minute + 1);
	while (!has_ended(pid, status))
		kill(pid, SIGTERM);
}

/* From the saved start; `orders` says what fails. */
static void
run_from_start(struct outcome *o)
{
	stage_set(day, minute);
	stage_restore("start");
	unlink("out");
	unlink("err");
	unlink("made");
	stage_words("out", "err");
	if (lives_on())
		follow(&o->status);
	else
		waitpid(stage_start(doing, before_it), &o->status, 0);
	stage_words("log", "log");
	read_file("out", o->out, sizeof(o->out));
	read_file("err", o->err, sizeof(o->err));
	o->rows = hash_account();
}

/* Why it failed, in one line or two; warnings may come before. */
static bool
is_clear(const char *err)
{
	int n = 0;

	for (const char *p = err; (p = strstr(p, "error: ")) != NULL; p++)
		n++;
	return err[0] != '\0' && n <= 2;
}

static bool
is_documented(int status)
{
	static const int documented[] = { 0, 1, 2, 64, 65, 69, 75, 77, 78 };

	for (size_t i = 0; i < NELEM(documented); i++)
		if (WIFEXITED(status) && WEXITSTATUS(status) == documented[i])
			return true;
	return false;
}

static void
judge_outcome(const struct outcome *o, const struct outcome *base, int way)
{
	char words[4200];

	if (!is_documented(o->status)) {
		snprintf(words, sizeof(words), "ended with %#x: %s",
		    (unsigned)o->status, o->err);
		breach(words);
		return;
	}
	if (o->status != 0 && !is_clear(o->err)) {
		snprintf(words, sizeof(words), "status %d: %s",
		    WEXITSTATUS(o->status), o->err);
		breach(words);
	}
	if (lives_on() ? o->status == 0 && o->err[0] == '\0' :
			 o->status == base->status && o->rows == base->rows &&
		    strcmp(o->out, base->out) == 0) {
		survived[way]++;
		return;
	}
	if (o->status == 0 && o->err[0] == '\0')
		breach("status 0 and silence, but not all is done");
	if (strcmp(ways[way].how, "EINTR") == 0 ||
	    strcmp(ways[way].how, "short") == 0) {
		snprintf(words, sizeof(words), "not survived: %s", o->err);
		breach(words);
	}
}

/* The next run completes, and six minutes later all must agree; all is halted,
 * so that nothing new is in the way. */
static void
settle(void)
{
	int status, now = minute + lives_on();

	ends++;
	judge_forget();
	judge_account(false, breach);
	unlink("made");
	status = stage_run("%s", doing); /* it completes now */
	if (status != 0 && status != 1 && status != 64)
		breach("the next run does not complete");
	stage_run("halt-trading --all --cancel-open");
	for (int m = 1; m <= 6; m++) {
		stage_set(day, now + m);
		stage_run("watch-fills");
		stage_run("place-orders");
	}
	stage_run("update-prices");
	stage_run("sync-account");
	judge_account(true, breach);
}

static bool
is_drawn(const struct way *w)
{
	char name[300];

	if (the_case != NULL) {
		snprintf(name, sizeof(name), "%s %s", doing, orders);
		return strncmp(name, the_case, strlen(the_case)) == 0;
	}
	/* Steps are thousands, and asked for by name alone. */
	if (the_kind != NULL ? strcmp(the_kind, w->kind) != 0 :
			       strcmp(w->kind, "step") == 0)
		return false;
	return turn++ %
	    (strcmp(w->kind, "malloc") == 0 ? stride * 100 : stride) ==
	    0;
}

static long
count_of(const char *kind)
{
	char text[1000], *p;

	read_file("counts", text, sizeof(text));
	p = strstr(text, kind);
	return p != NULL ? strtol(p + strlen(kind), NULL, 10) : 0;
}

/* Has a run ended in this state before?  It is remembered. */
static bool
is_known(uint64_t rows, bool is_first)
{
	static uint64_t known[10000];
	static int n;

	if (is_first)
		n = 0;
	for (int i = 0; i < n; i++)
		if (known[i] == rows)
			return true;
	if (n < (int)NELEM(known))
		known[n++] = rows;
	return false;
}

/* All cases of one program in this minute; then it runs in peace, but for the
 * follower, whose work another does. */
static void
enumerate(const char *words)
{
	struct outcome base, o;

	snprintf(doing, sizeof(doing), "%s", words);
	orders[0] = '\0';
	stage_save("start");
	run_from_start(&base);
	is_known(base.rows, true);
	if (base.status != 0)
		breach(base.err);
	settle();
	for (int w = 0; w < NWAYS; w++) {
		long n = count_of(ways[w].kind);

		for (long at = 1; at <= n; at++) {
			snprintf(orders, sizeof(orders), "%s:%ld%s:%s",
			    ways[w].kind, at, ways[w].on, ways[w].how);
			if (!is_drawn(&ways[w]))
				continue;
			cases++;
			struck[w]++;
			run_from_start(&o);
			judge_outcome(&o, &base, w);
			if (!is_known(o.rows, false))
				settle();
		}
	}
	stage_set(day, minute);
	stage_restore("start");
	if (!lives_on())
		stage_run("%s", words);
}

/* ---- The minute --------------------------------------------------------------------- */

/* On to a minute in which something is sold and bought, and back before it. */
static int
find_minute(void)
{
	stage_account();
	stage_set(day, 8 * 60 + 30);
	stage_run("sync-account");
	for (int m = 9 * 60;; m++) {
		int64_t sides;
		sqlite3 *db;

		stage_set(day, m);
		stage_save("before");
		stage_run("update-prices");
		stage_run("watch-fills");
		stage_run("gen-signals");
		stage_run("place-orders");
		judge_account(false, breach);
		db = judge_copy();
		sides = stage_ask(db,
		    "SELECT count(DISTINCT side) FROM orders"
		    " WHERE state = 'open'");
		sqlite3_close(db);
		if (sides == 2)
			return m;
	}
}

static void
all_programs(void)
{
	static const char *const line[] = { "update-prices", "watch-fills",
		"gen-signals", "place-orders" };
	static const char *const next[] = { "sync-account",
		"halt-trading --cancel-open", FOLLOWER, "watch-fills",
		"force-exit one", "set-strategy one stock_capital=500000",
		"set-limit max_positions=30", "set-universe -s none +900001",
		"import-prices --minute -q extra-0.csv", "trade-db check",
		"trade-db backup made", "export-csv orders", "show-status",
		"eod-report -f html -o made" };

	day = stage_day(0);
	minute = find_minute();
	stage_restore("before");
	judge_forget();
	for (size_t i = 0; i < NELEM(line); i++)
		enumerate(line[i]);
	minute++;
	for (size_t i = 0; i < NELEM(next); i++)
		enumerate(next[i]);
}

static void
tell(double seconds)
{
	printf("# %-8s %-7s %7s %10s\n", "call", "fails", "cases", "made good");
	for (int i = 0; i < NWAYS; i++)
		printf("# %-8s %s%-*s %7d %10d\n", ways[i].kind, ways[i].how,
		    7 - (int)strlen(ways[i].how), ways[i].on, struck[i],
		    survived[i]);
	printf("STRIDE=%" PRId64 ": %d cases, %d ends, %.0f s, %d breaches\n",
	    stride, cases, ends, seconds, breaches);
}

int
main(void)
{
	const char *s = getenv("STRIDE"), *seed = getenv("SEED");
	time_t start = time(NULL);

	if (s != NULL)
		stride = strtoll(s, NULL, 10);
	if (seed != NULL)
		turn = strtoll(seed, NULL, 10);
	the_case = getenv("CASE");
	the_kind = getenv("KIND");
	stage_open("syscalls");
	all_programs();
	tell(difftime(time(NULL), start));
	stage_close(breaches > 0);
	return breaches > 0;
}
