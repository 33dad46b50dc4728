/*
 * account_faults.c - days of trading through the real programs, with a broker
 * that misbehaves, programs that are killed, doubled and overlapped, and a
 * person who trades by hand at the same time.
 *
 * A day is some minutes of its morning, a calm in which all must be settled,
 * some minutes before its close, and the calm after it.  Safety is judged
 * from outside after every minute (tests/sim/check.h); agreement at the end of
 * each calm, which lasts ten passes (RELIABILITY, "How to believe it").
 *
 * A killed program dies just before its n-th write, sync or truncation, as a
 * tracer sees them: so every point at which it could leave something behind
 * is as likely as any other.  A second part enumerates them all for one pass.
 *
 *	FAULT_DAYS=N	so many days (6), and all points of death, not a half
 *	FAULT_SEED=N	of this seed on (1); three days are one account
 *	FAULT_FIRST=N	which half, from 0 (drawn, so that in time it is both)
 *	FAULT_POINTS=0	no points of death, days alone
 *	FAULT_KEEP=DIR	work there and leave it
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* After sys/ptrace.h, which it clashes with where it comes first. */
#include <linux/ptrace.h>

#include "base/clock.h"
#include "base/rng.h"
#include "dice.h"
#include "sim/calm.h"
#include "sim/check.h"
#include "strategy_build.h"
#include "tap.h"

#define diag(...) (printf("# " __VA_ARGS__), putchar('\n'))

static char dir[200], bin[400];
static struct rng rng;
static int64_t seed;
static char now[32]; /* of the minute being played */
static int violations;
static int64_t kills, spawned, struck;
/* Of the points at which programs are killed, and which is the first. */
static int stride = 2, first_point;

/* ---- Running programs ------------------------------------------------------ */

static const char *
path_of(const char *name)
{
	static char buf[8][400];
	static int i;

	i = (i + 1) % 8;
	snprintf(buf[i], sizeof(buf[i]), "%s/%s", dir, name);
	return buf[i];
}

static void
violation(const char *fmt, ...)
{
	va_list ap;

	printf("# VIOLATION (FAULT_SEED=%" PRId64 " FAULT_FIRST=%d) at %s: ",
	    seed, first_point, now);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	violations++;
}

#define ARGS_MAX 24

struct prog {
	pid_t pid;
	const char *name;
	int kill_at; /* before this write; 0: never */
};

/* Start a program; words are split at blanks ('~' stands for one inside). */
static struct prog
start(int kill_at, const char *fmt, ...)
{
	static char text[4][1000];
	static int turn;
	char *words = text[turn = (turn + 1) % 4], exe[500], *argv[ARGS_MAX];
	char line[1100];
	struct prog p = { .kill_at = kill_at };
	int n = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(text[0]), fmt, ap);
	va_end(ap);
	snprintf(line, sizeof(line), "%s %s%s\n", now, words,
	    kill_at ? " (to be killed)" : "");
	for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
		for (char *c = w; *c != '\0'; c++)
			*c = *c == '~' ? ' ' : *c;
		argv[n++] = w;
	}
	argv[n++] = (char *)(uintptr_t) "--format=csv";
	if (now[0] != '\0') {
		argv[n++] = (char *)(uintptr_t) "--now";
		argv[n++] = now;
	}
	argv[n] = NULL;
	p.name = argv[0];
	snprintf(exe, sizeof(exe), "%s/%s", bin, argv[0]);
	spawned++;
	fflush(stdout);
	if ((p.pid = fork()) == 0) {
		int fd = open(
		    path_of("log"), O_WRONLY | O_CREAT | O_APPEND, 0600);

		if (write(fd, line, strlen(line)) == -1)
			_exit(126);
		dup2(fd, 1);
		dup2(fd, 2);
		if (kill_at > 0) { /* leaks cannot be looked for then */
			setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		}
		execv(exe, argv);
		_exit(127);
	}
	return p;
}

static bool
leaves_a_mark(uint64_t call)
{
	switch (call) {
	case SYS_write:
	case SYS_pwrite64:
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_ftruncate:
#ifdef SYS_unlink
	case SYS_unlink:
#endif
	case SYS_unlinkat:
		return true;
	default:
		return false;
	}
}

/* Let a traced program run until its n-th mark and kill it there.  Its status
 * as of waitpid; *marks is how many it made. */
static int
trace(struct prog *p, int *marks)
{
	struct __ptrace_syscall_info info;
	int status = 0, sig = 0;

	*marks = 0;
	if (waitpid(p->pid, &status, 0) == -1 || WIFEXITED(status))
		return status;
	ptrace(PTRACE_SETOPTIONS, p->pid, NULL,
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(PTRACE_SYSCALL, p->pid, NULL, (void *)(intptr_t)sig);
		if (waitpid(p->pid, &status, 0) == -1 || WIFEXITED(status) ||
		    WIFSIGNALED(status))
			return status;
		sig = WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80)) {
			sig = sig == SIGTRAP ? 0 : sig;
			continue;
		}
		sig = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info),
			&info) <= 0 ||
		    info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		    !leaves_a_mark(info.entry.nr))
			continue;
		if (++*marks == p->kill_at)
			kill(p->pid, SIGKILL);
	}
}

/* Its end: the exit status, or -1 where it was killed by us.  What no program
 * may end with is a violation. */
static int
finish(struct prog *p)
{
	int status = 0, marks, rc;

	if (p->kill_at > 0)
		status = trace(p, &marks);
	else
		while (waitpid(p->pid, &status, 0) == -1 && errno == EINTR)
			continue;
	if (WIFSIGNALED(status)) {
		if (p->kill_at > 0 && WTERMSIG(status) == SIGKILL) {
			kills++;
			return -1;
		}
		violation("%s died by signal %d", p->name, WTERMSIG(status));
		return 128;
	}
	rc = WEXITSTATUS(status);
	if (rc != 0 && rc != 1 && rc != 2 && rc != 69 && rc != 75 && rc != 64)
		violation("%s ended with status %d", p->name, rc);
	return rc;
}

#define run(...) run_one(start(0, __VA_ARGS__))
static int
run_one(struct prog p)
{
	return finish(&p);
}

__attribute__((format(printf, 1, 2))) static void
run_shell(const char *fmt, ...)
{
	char command[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	if (system(command) != 0)
		diag("%s failed", command);
}

static void
need(int rc, const char *what)
{
	if (rc == 0)
		return;
	printf("Bail out! %s failed; see %s\n", what, path_of("log"));
	exit(1);
}

/* ---- Asking the database ----------------------------------------------------- */

static sqlite3 *
connect_both(void)
{
	sqlite3 *db;
	char sql[500];

	if (sqlite3_open(path_of("maemae.db"), &db) != SQLITE_OK)
		need(1, "opening the database");
	sqlite3_busy_timeout(db, 5000);
	snprintf(sql, sizeof(sql), "ATTACH '%s' AS paper", path_of("paper.db"));
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		need(1, "attaching the books");
	return db;
}

static int64_t
ask(const char *sql)
{
	sqlite3 *db = connect_both();
	sqlite3_stmt *st;
	int64_t v = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

static void
change(const char *file, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open(path_of(file), &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		diag("%s: %s", sql, sqlite3_errmsg(db));
		need(1, "changing a database");
	}
	sqlite3_close(db);
}

#define LIVE "('planned', 'sending', 'open', 'part', 'unknown')"

/* The judge, with a connection of its own while it stands: it remembers. */
static sqlite3 *judge_db;
static struct check *judge;

static void
found(void *arg, const char *rule, const char *what)
{
	(void)arg;
	violation("%s: %s", rule, what);
}

/* Before files are put in the place of others. */
static void
judge_leave(void)
{
	check_free(judge);
	sqlite3_close(judge_db);
	judge = NULL;
	judge_db = NULL;
}

static struct check *
judge_here(void)
{
	char sql[500];

	if (judge != NULL)
		return judge;
	judge_db = connect_both();
	snprintf(sql, sizeof(sql), "ATTACH '%s' AS feed", path_of("market.db"));
	if (sqlite3_exec(judge_db, sql, NULL, NULL, NULL) != SQLITE_OK ||
	    (judge = check_new(judge_db, found, NULL)) == NULL)
		need(1, "the judge");
	return judge;
}

/* When the faults have stopped for ten minutes: here no alert has a reason to
 * stand.  Those of a pass are cleared by the next one, tomorrow after the
 * close. */
static void
no_alerts(void)
{
	sqlite3 *db = connect_both();
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db,
		"SELECT format('an alert stands: %s: %s', name, message) FROM"
		" alert WHERE cleared_at IS NULL AND NOT (substr(last_at, 12,"
		" 5) > '14:49' AND program = 'place-orders')",
		-1, &st, NULL) != SQLITE_OK)
		need(1, "asking for alerts");
	while (sqlite3_step(st) == SQLITE_ROW)
		violation("%s", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
}

/* ---- The market and the account ------------------------------------------------ */

static const char *const strategies[] = {
	"set-strategy one daily=dice:salt=1 max_positions=12"
	" stock_capital=400000" DICE_ONE,
	"set-strategy two daily=dice:salt=2 max_positions=12"
	" stock_capital=300000" DICE_TWO,
};

/* The strategy that throws dice. */
static bool
build_dice(void)
{
	const char *root = getenv("ROOT");
	char source[500];

	snprintf(source, sizeof(source), "%s/tests/modules/dice.c",
	    root != NULL ? root : ".");
	return build_file_as("dice", source);
}

static void
make_market(void)
{
	static const char *const kind[] = { "stocks", "daily", "minute" };

	build_open();
	if (!build_dice())
		need(1, "building a strategy");
	need(run("make-market --stocks 12 --days 70 --minute-days 16"
		 " --dir %s",
		 path_of("market")),
	    "make-market");
	need(run("trade-db init --db %s", path_of("market.db")), "init");
	for (int i = 0; i < 3; i++)
		need(run("import-prices --db %s --%s -q %s/%s.csv",
			 path_of("market.db"), kind[i], path_of("market"),
			 kind[i]),
		    "import-prices");
	need(run("trade-db backup --db %s %s", path_of("market.db"),
		 path_of("blank.db")),
	    "backup");
	change("blank.db",
	    "DELETE FROM daily_price WHERE date >= (SELECT"
	    " min(date) FROM minute_price); DELETE FROM minute_price; VACUUM");
	setenv("MAEMAE_DB", path_of("blank.db"), 1);
	for (size_t i = 0; i < NELEM(strategies); i++)
		need(run("%s", strategies[i]), "set-strategy");
	need(run("set-limit max_entry_orders=200 max_daily_loss=20"
		 " max_positions=20 max_rejects=20"),
	    "limits");
}

static void
copy(const char *from, const char *to)
{
	static char buf[1 << 16];
	int in = open(path_of(from), O_RDONLY), out;
	ssize_t n;

	if (in == -1) {
		unlink(path_of(to));
		return;
	}
	out = open(path_of(to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			need(1, "copying");
	close(in);
	close(out);
}

/* Database, books and their logs, when nothing runs. */
static void
copy_all(const char *from, const char *to)
{
	static const char *const tail[] = { "", "-wal", "-shm" };
	char a[100], b[100];

	for (size_t i = 0; i < NELEM(tail); i++) {
		snprintf(a, sizeof(a), "%s%s", from, tail[i]);
		snprintf(b, sizeof(b), "%s%s", to, tail[i]);
		copy(a, b);
	}
}

static void
write_conf(const char *faults, const char *more)
{
	FILE *f = fopen(path_of("maemae.conf"), "w");

	if (f == NULL)
		need(1, "maemae.conf");
	fprintf(f,
	    "[broker]\nkind = paper\n[paper]\nfeed = %s\nbooks = %s\n"
	    "sync = normal\nfault_seed = %d\nfault = %s\n%s",
	    path_of("market.db"), path_of("paper.db"), (int)seed, faults, more);
	fclose(f);
	chmod(path_of("maemae.conf"), 0600);
}

static void
new_account(void)
{
	static const char *const tail[] = { "", "-wal", "-shm", "-journal" };
	char name[40];

	for (size_t i = 0; i < NELEM(tail); i++) {
		snprintf(name, sizeof(name), "paper.db%s", tail[i]);
		unlink(path_of(name));
	}
	copy_all("blank.db", "maemae.db");
	setenv("MAEMAE_DB", path_of("maemae.db"), 1);
	setenv("MAEMAE_CONF", path_of("maemae.conf"), 1);
	write_conf("", "");
	now[0] = '\0';
	run("paper-broker cash --now 2024-01-02~09:00"); /* makes them */
}

static void
set_now(int d, int minute)
{
	snprintf(now, sizeof(now), "%04d-%02d-%02d %02d:%02d", d / 10000,
	    d / 100 % 100, d % 100, minute / 60, minute % 60);
}

/* ---- A minute ------------------------------------------------------------------ */

static int
below(int n)
{
	return (int)rng_below(&rng, (uint64_t)n);
}

static bool
chance(int percent)
{
	return below(100) < percent;
}

/* The crontab's line, and everything that goes wrong with it. */
static void
wild_minute(void)
{
	struct prog p[12];
	int n = 0;

	for (int i = 0; i < MINUTE_LINE; i++) {
		const char *words = minute_line[i];
		bool syncs = strcmp(words, "sync-account") == 0;

		if (chance(5) || (syncs && chance(70)))
			continue; /* this one is skipped */
		if (chance(20)) { /* killed, waited for */
			run_one(start(1 + below(90), "%s", words));
			continue;
		}
		p[n++] = start(0, "%s", words);
		if (chance(10)) /* doubled */
			p[n++] = start(0, "%s", words);
		if (chance(85)) { /* else the next one overlaps */
			while (n > 0)
				finish(&p[--n]);
		}
	}
	while (n > 0)
		finish(&p[--n]);
}

static void
calm_minute(int m)
{
	const char *words;

	for (int i = 0; (words = calm_words(m, i)) != NULL; i++) {
		int rc = run("%s", words);

		if (rc != 0)
			violation("%s: status %d without any fault", words, rc);
	}
}

/* A stock that the account holds, or any. */
static void
some_stock(char *code)
{
	int64_t v = chance(50) ?
	    ask("SELECT CAST(code AS INTEGER) FROM"
		" paper.holding ORDER BY random() LIMIT 1") :
	    -1;

	if (v == -1)
		v = ask("SELECT CAST(code AS INTEGER) FROM stock_info"
			" ORDER BY random() LIMIT 1");
	snprintf(code, 7, "%06d", (int)v);
}

/* A person, with a telephone and with the programs. */
static void
person(void)
{
	char code[7];

	some_stock(code);
	switch (below(9)) {
	case 0:
		run("paper-broker buy %s %d", code, 1 + below(5));
		break;
	case 1:
		run("paper-broker sell %s %d", code, 1 + below(5));
		break;
	case 2:
		run("paper-broker %s %d", chance(50) ? "deposit" : "withdraw",
		    10000 * (1 + below(20)));
		break;
	case 3:
		run("paper-broker cancel %d", 1 + below(12));
		break;
	case 4:
		run("force-exit %s", code);
		break;
	case 5:
		run("halt-trading%s --cancel-open", chance(50) ? " --all" : "");
		break;
	case 6:
		run("halt-trading --resume");
		break;
	case 7:
		run("cancel-order %d",
		    (int)ask("SELECT coalesce(max(id), 1)"
			     " FROM orders WHERE state IN " LIVE));
		break;
	case 8:
		run("sync-account --accept");
		break;
	}
}

/* ---- A day ------------------------------------------------------------------------ */

static void
draw_faults(char *buf, size_t size)
{
	static const char *const name[] = { "lose-request", "lose-answer",
		"delay", "reject", "late-reject", "late-list", "cancel-loses",
		"partial", "split-fills", "late-fills", "late-balance",
		"repeat-fills", "reorder-fills", "down" };
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NELEM(name); i++) {
		if (chance(55) || used > 150) /* a line has its limit */
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%s:0.%02d",
		    used > 0 ? ", " : "", name[i],
		    1 + below(strcmp(name[i], "down") == 0 ? 10 : 30));
	}
	if (used == 0)
		snprintf(buf, size, "lose-answer:0.5");
}

static void
storm(int d, int from, int minutes)
{
	char faults[400];
	static const char *const more[] = { "", "", "renumber = yes\n" };

	draw_faults(faults, sizeof(faults));
	write_conf(faults, more[below(3)]);
	for (int m = from; m < from + minutes; m++) {
		if (chance(8))
			continue; /* the machine slept */
		set_now(d, m);
		if (chance(10))
			person();
		wild_minute();
		check_step(judge_here(), now);
	}
}

/* Faults have stopped: ten passes, then all must agree. */
static void
calm(int d, int from)
{
	write_conf("", "");
	for (int m = 0; m < CALM_MINUTES; m++) {
		if (m == CALM_HALT)
			check_stops(judge_here(), now);
		set_now(d, from + m);
		if (ask("SELECT count(*) FROM alert WHERE cleared_at IS NULL"
			" AND name = 'empty account'") > 0)
			run("sync-account --accept"); /* a person sold all */
		calm_minute(m);
		check_step(judge_here(), now);
		check_unlocked(judge_here());
	}
	check_healed(judge_here(), now);
	no_alerts();
	calm_minute(CALM_MINUTES);
}

static void
one_day(int d)
{
	storm(d, 8 * 60 + 55, 5 + 20);
	calm(d, 10 * 60);
	storm(d, 14 * 60 + 50, 12);
	storm(d, 15 * 60 + 17, 12);
	if (chance(30))
		return; /* the machine is off until the next day */
	calm(d, 15 * 60 + 31);
}

/* ---- Two parts -------------------------------------------------------------------- */

static int
day_of_market(int i)
{
	char sql[200];
	sqlite3 *db;
	sqlite3_stmt *st;
	int d = 0;

	snprintf(sql, sizeof(sql),
	    "SELECT DISTINCT date FROM minute_price"
	    " ORDER BY date LIMIT 1 OFFSET %d",
	    i);
	if (sqlite3_open(path_of("market.db"), &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		need(1, "reading the market");
	if (sqlite3_step(st) == SQLITE_ROW)
		d = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return d;
}

static void
tell_counts(void)
{
	struck = ask("SELECT count(*) FROM paper.request WHERE fault <> ''");
	diag("orders %d, fills %d, requests struck by a fault %d, unknown %d,"
	     " drifts %d, alerts %d",
	    (int)ask("SELECT count(*) FROM orders"),
	    (int)ask("SELECT count(*) FROM fill"), (int)struck,
	    (int)ask("SELECT count(*) FROM trading_log WHERE next = 'unknown'"),
	    (int)ask("SELECT count(*) FROM drift"),
	    (int)ask("SELECT count(*) FROM alert"));
}

/* Every point at which one program can die: from the same start again and
 * again, a mark later each time, until it lives.  Three looks and
 * four minutes afterwards all must agree. */
static void
crash_points(const char *program, int d, int minute)
{
	int before = violations, tried = 0, rc = -1;

	copy_all("maemae.db", "start.db");
	copy_all("paper.db", "start-paper.db");
	for (int n = 1 + first_point % stride; rc == -1 && n < 2000;
	     n += stride) {
		copy_all("start.db", "maemae.db");
		copy_all("start-paper.db", "paper.db");
		set_now(d, minute);
		rc = run_one(start(n, "%s", program));
		check_step(judge_here(), now);
		run("halt-trading");
		for (int m = 1; m <= 4; m += m == 1 ? 2 : 1) {
			set_now(d, minute + m);
			run("watch-fills");
			run("sync-account");
		}
		run("update-prices");
		run("place-orders");
		check_healed(judge_here(), now);
		no_alerts();
		judge_leave();
		if (tried++ % 5 == 0 && run("trade-db check") != 0)
			violation("trade-db check found something");
		if (violations != before) {
			diag("%s killed before its mark %d", program, n);
			break;
		}
	}
	copy_all("start.db", "maemae.db");
	copy_all("start-paper.db", "paper.db");
	ok(rc != -1 && violations == before, "%s: killed at %d of its points",
	    program, tried - 1);
}

static void
all_crash_points(void)
{
	int d = day_of_market(0), m = 9 * 60;

	new_account();
	write_conf("", "");
	set_now(d, m - 30);
	run("sync-account");
	/* On to a minute in which something is sold and bought. */
	for (m = 9 * 60; m < 9 * 60 + 60; m++) {
		set_now(d, m);
		run("update-prices");
		run("watch-fills");
		copy_all("maemae.db", "before.db");
		copy_all("paper.db", "before-paper.db");
		run("gen-signals");
		run("place-orders");
		if (ask("SELECT count(DISTINCT side) FROM orders WHERE"
			" state = 'open'") == 2)
			break;
	}
	copy_all("before.db", "maemae.db");
	copy_all("before-paper.db", "paper.db");
	crash_points("gen-signals", d, m);
	run("gen-signals");
	crash_points("place-orders", d, m);
	run("place-orders");
	run("halt-trading --cancel-open");
	crash_points("watch-fills", d, m);
	run("halt-trading --resume");
	set_now(d, ++m); /* and what was sent has filled */
	crash_points("watch-fills", d, m);
	crash_points("sync-account", d, m);
	tell_counts();
}

static void
random_days(int days)
{
	int64_t first = seed - seed % 3; /* three days an account */

	for (seed = first; seed < first + days; seed++) {
		int before = violations, d = day_of_market((int)(seed % 15));

		rng = rng_seed((uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15));
		if (seed % 3 == 0)
			new_account();
		one_day(d);
		check_day(judge_here(), d);
		judge_leave();
		tell_counts();
		ok(violations == before, "day %d, seed %" PRId64, d, seed);
	}
}

int
main(void)
{
	const char *days = getenv("FAULT_DAYS"), *s = getenv("FAULT_SEED");
	const char *keep = getenv("FAULT_KEEP"), *b = getenv("BIN");
	const char *san = getenv("SAN"), *f = getenv("FAULT_FIRST");
	int n = 6;

	snprintf(bin, sizeof(bin), "%s", b != NULL ? b : "bin");
	snprintf(dir, sizeof(dir), "%s",
	    keep != NULL ? keep :
		access("/dev/shm", W_OK) == 0 ?
			   "/dev/shm/maemae-faults-XXXXXX" :
			   "/tmp/maemae-faults-XXXXXX");
	if (keep != NULL ? mkdir(dir, 0700) == -1 : mkdtemp(dir) == NULL) {
		printf("Bail out! %s: %s\n", dir, strerror(errno));
		return 1;
	}
	seed = s != NULL ? atoll(s) : 1;
	first_point = f != NULL ? atoi(f) : (int)(wall_seconds() % 1000);
	diag("FAULT_SEED=%" PRId64 " FAULT_FIRST=%d in %s", seed, first_point,
	    dir);
	if (san != NULL && san[0] != '\0') { /* these programs are slow */
		stride = 21;
		n = 1;
	}
	if (days != NULL)
		stride = 1;
	make_market();
	if (getenv("FAULT_POINTS") == NULL || atoi(getenv("FAULT_POINTS")))
		all_crash_points();
	random_days(days != NULL ? atoi(days) : n);
	diag("%" PRId64 " programs run, %" PRId64 " killed", spawned, kills);
	build_close();
	if (keep == NULL && violations == 0)
		run_shell("rm -rf '%s'", dir);
	else
		diag("all is left in %s", dir);
	return done_testing();
}
