/*
 * kills.c - `kill -9` at random instants, ten thousand times.
 *
 * Over days of a made market, with a broker that loses answers, the programs
 * run as the crontab and a person run them, one or two at once, and most are
 * killed: at a drawn moment of the time they usually take, or, one in four,
 * as they enter a drawn system call.  After each death the account is judged
 * on a copy; the next program finds what the dead one left.  After ten such
 * minutes the faults stop, and ten minutes later all must agree.
 *
 * Beside them lives a follower, by the same clock: it dies before a drawn one
 * of its writes, or is asked to end there, and while the account is judged it
 * stands still.
 *
 *	KILLS=N		so many (10000)
 *	SEED=N		of the draws (1); instants are not the same twice
 *
 * Prints who was killed and how far each had come.  What a breach was seen in
 * is left behind.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "judge.h"
#include "stage.h"

static struct rng rng;
static uint64_t seed = 1;
static int kills, runs, breaches, calms;
static int sending; /* deaths between an order's claim and its record */
static int64_t orders, fills;

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

static void
say(const char *breach)
{
	printf("# BREACH (SEED=%" PRIu64 ", %d kills) at %s: %s\n", seed, kills,
	    stage_now(), breach);
	fflush(stdout);
}

/* ---- Who plays ------------------------------------------------------------------ */

/* How far a program had come when it died, as far as others can see. */
enum stage { UNSEEN, WROTE, BEGAN, ENDED, NSTAGES };

static struct player {
	const char *name;
	const char *words[4]; /* beside the name; one is drawn, and the %d */
	int weight;           /* among those whom a person runs */
	int64_t usual_us;     /* how long it lives */
	int stops;            /* its system calls, begins and ends */
	int killed[NSTAGES];
} player[] = {
	{ "update-prices", { "" }, 1 },
	{ "watch-fills", { "", "--until-close" }, 2 },
	{ "gen-signals", { "" }, 1 },
	{ "place-orders", { "" }, 5 },
	{ "sync-account", { "", "", "--accept" }, 2 },
	{ "halt-trading", { "--cancel-open", "--code 90000%d", "--resume" },
	    4 },
	{ "force-exit", { "one", "two" }, 2 },
	{ "cancel-order", { "1%d", "%d" }, 2 },
	{ "set-strategy",
	    { "one stock_capital=20000%d", "two stop_loss_ratio=-0.%d",
		"two --on" },
	    3 },
	{ "set-limit", { "max_positions=4%d" }, 2 },
	{ "set-universe", { "-s none +90000%d", "-s none -90000%d" }, 2 },
	{ "import-prices", { "--minute -q extra-%d.csv" }, 5 },
	{ "trade-db", { "backup backup-%d.db", "check", "init" }, 4 },
	{ "eod-report", { "-f html -o report-%d.html" }, 3 },
	{ "show-status", { "" }, 1 },
	{ "paper-broker", { "deposit 10000", "buy 000000 1", "orders" }, 1 },
};
#define NPLAYERS ((int)NELEM(player))
#define NLINE    5 /* the first ones are the crontab's */

/* The one that lives on beside them. */
static struct player follower = { "a follower", { "" } };

static struct player *
some_person(void)
{
	int total = 0, at;

	for (int i = 0; i < NPLAYERS; i++)
		total += player[i].weight;
	at = below(total);
	for (int i = 0;; i++)
		if ((at -= player[i].weight) < 0)
			return &player[i];
}

/* ---- One run ---------------------------------------------------------------------- */

struct act {
	struct player *p;
	char words[100];
	pid_t pid;
	int64_t die_us; /* after its start; 0: never */
	int die_stop;   /* at this stop at a system call; 0: never */
	int64_t start_us;
	int status;
};

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
be_traced(void)
{
	/* Leaks cannot be looked for then. */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

/* Let it run from system call to system call, stopped as it enters and as it
 * leaves, and kill it at stop number `die` (0: never).  Its stops. */
static int
trace(pid_t pid, int die, int *status)
{
	int n = 0, sig = 0;

	if (waitpid(pid, status, 0) == -1 || !WIFSTOPPED(*status))
		return 0;
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)sig);
		if (waitpid(pid, status, 0) == -1 || !WIFSTOPPED(*status))
			return n;
		sig = WSTOPSIG(*status);
		if (sig == (SIGTRAP | 0x80) && ++n == die)
			kill(pid, SIGKILL);
		if ((sig & ~0x80) == SIGTRAP)
			sig = 0;
	}
}

static struct act
draw_act(struct player *p, int percent)
{
	struct act a = { .p = p, .status = -1 };
	char words[80];
	int n = 0;

	while (n < (int)NELEM(p->words) && p->words[n] != NULL)
		n++;
	snprintf(words, sizeof(words), p->words[below(n)], below(5));
	snprintf(a.words, sizeof(a.words), "%s %s", p->name, words);
	if (!chance(percent))
		return a;
	if (chance(25))
		a.die_stop = 1 + below(p->stops);
	else
		a.die_us = 1 + below((int)(p->usual_us + p->usual_us / 5));
	return a;
}

static void
begin(struct act *a)
{
	runs++;
	a->start_us = now_us();
	a->pid = stage_start(a->words, a->die_stop > 0 ? be_traced : NULL);
}

static void
finish(struct act *a)
{
	int64_t took;

	if (a->die_stop > 0) {
		trace(a->pid, a->die_stop, &a->status);
		return;
	}
	while (a->die_us > 0 && (took = now_us() - a->start_us) < a->die_us)
		usleep((useconds_t)(a->die_us - took));
	if (a->die_us > 0)
		kill(a->pid, SIGKILL);
	while (waitpid(a->pid, &a->status, 0) == -1 && errno == EINTR)
		continue;
	if (a->die_us == 0)
		a->p->usual_us += (now_us() - a->start_us - a->p->usual_us) / 4;
}

/* ---- What is left of it -------------------------------------------------------------- */

static void
breach(const char *words)
{
	say(words);
	breaches++;
}

/* All of the files that are written, as one number that changes with each. */
static int64_t
trace_of_writes(void)
{
	static const char *const name[] = { "maemae.db", "maemae.db-wal",
		"books.db", "books.db-wal" };
	struct stat st;
	int64_t sum = 0;

	for (size_t i = 0; i < NELEM(name); i++)
		if (stat(name[i], &st) == 0)
			sum = sum * 31 + st.st_size + st.st_mtim.tv_nsec +
			    st.st_mtim.tv_sec * 1000000007;
	return sum;
}

/* How far had it come?  Its row among the runs says so, if it came so far. */
static enum stage
stage_of(sqlite3 *db, const struct act *a, int64_t last_run, bool has_written)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT ended_at IS NOT NULL FROM program_run WHERE pid = %d"
	    " AND id > %" PRId64,
	    (int)a->pid, last_run);
	switch (stage_ask(db, sql)) {
	case 0:
		return BEGAN;
	case 1:
		return ENDED;
	default:
		return has_written ? WROTE : UNSEEN;
	}
}

static bool
ends_with(const char *file, const char *end)
{
	char tail[32] = "";
	FILE *f = fopen(file, "r");
	size_t n = strlen(end);

	if (f != NULL && fseek(f, -(long)n, SEEK_END) == 0 &&
	    fread(tail, 1, n, f) != n)
		tail[0] = '\0';
	if (f != NULL)
		fclose(f);
	return strcmp(tail, end) == 0;
}

static bool
is_whole(const char *file)
{
	sqlite3 *db;
	bool is = sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL) ==
		SQLITE_OK &&
	    stage_ask(db,
		"SELECT integrity_check = 'ok' FROM"
		" pragma_integrity_check") == 1 &&
	    stage_ask(db, "SELECT count(*) FROM program_run") > 0;

	sqlite3_close(db);
	return is;
}

/* What appears under its name is whole, whoever died over it. */
static void
judge_files(sqlite3 *db)
{
	char name[40];

	if (stage_ask(db,
		"SELECT count(*) FROM (SELECT 1 FROM minute_price"
		" WHERE date < 20240201 GROUP BY date"
		" HAVING count(*) <> 200)") != 0)
		breach("a file was imported in part");
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "report-%d.html", i);
		if (access(name, F_OK) == 0 && !ends_with(name, "</html>\n"))
			breach("a report is cut short");
		unlink(name);
		snprintf(name, sizeof(name), "backup-%d.db", i);
		if (access(name, F_OK) == -1)
			continue;
		if (!is_whole(name))
			breach("a backup is not whole");
		unlink(name);
	}
}

/* What a program may end with while the account lives among faults. */
static bool
is_expected(int status)
{
	static const int expected[] = { 0, 1, 2, 64, 69, 75 };

	for (size_t i = 0; i < NELEM(expected); i++)
		if (WIFEXITED(status) && WEXITSTATUS(status) == expected[i])
			return true;
	return false;
}

static void
look_at(sqlite3 *db, const struct act *a, int64_t last_run, bool has_written)
{
	char words[200];

	if (WIFSIGNALED(a->status) && WTERMSIG(a->status) == SIGKILL) {
		kills++;
		sending += stage_ask(db,
			       "SELECT count(*) FROM orders"
			       " WHERE state = 'sending'") > 0;
		a->p->killed[stage_of(db, a, last_run, has_written)]++;
	} else if (!is_expected(a->status)) {
		snprintf(words, sizeof(words), "%s ended with %#x", a->words,
		    (unsigned)a->status);
		breach(words);
	}
}

/* ---- The follower ------------------------------------------------------------------------ */

#define FOLLOWER_WRITES 300 /* of some minutes */

static struct act followed = { .p = &follower };
static volatile pid_t following;      /* 0: none lives */
static volatile sig_atomic_t its_end; /* -1, or its status as of waitpid */
static int64_t run_before_it;
static int left_well, left_sending;
static char its_orders[40];

/* At once: what it held must not seem to be a living one's. */
static void
reap(int sig)
{
	int status;

	(void)sig;
	if (following != 0 && its_end == -1 &&
	    waitpid(following, &status, WNOHANG) == following)
		its_end = status;
}

static void
before_it_follows(void)
{
	stage_fail("FAIL", its_orders);
}

static void
begin_following(void)
{
	snprintf(followed.words, sizeof(followed.words),
	    "watch-fills --until-close");
	snprintf(its_orders, sizeof(its_orders), "write:%d:%s",
	    1 + below(FOLLOWER_WRITES), chance(70) ? "KILL" : "TERM");
	its_end = -1;
	runs++;
	following = followed.pid = stage_follow(
	    followed.words, before_it_follows);
}

/* The others have ended.  It stands still now; or else it has ended, too. */
static bool
still(void)
{
	int status;

	if (its_end != -1)
		return false;
	kill(following, SIGSTOP);
	if (waitpid(following, &status, WUNTRACED) != following)
		return false;
	if (!WIFSTOPPED(status))
		its_end = status;
	return its_end == -1;
}

/* It has ended.  Where it could, it has left nothing to be cleared. */
static void
look_at_follower(sqlite3 *db, bool has_written)
{
	char sql[200];
	enum stage stage = stage_of(db, &followed, run_before_it, has_written);

	following = 0;
	followed.status = its_end;
	snprintf(sql, sizeof(sql),
	    "SELECT name = 'sender' FROM lease WHERE pid = %d ORDER BY 1 DESC",
	    (int)followed.pid);
	if (WIFEXITED(followed.status)) {
		left_well++;
		if (stage == BEGAN || stage_ask(db, sql) != -1)
			breach("a follower has left its lease or its run");
	}
	left_sending += stage_ask(db, sql) == 1;
	look_at(db, &followed, run_before_it, has_written);
}

/* ---- A volley ------------------------------------------------------------------------ */

/* One program, or two at once, beside the follower; then the account is
 * judged. */
static void
volley(struct act *a, int n)
{
	static int64_t last_run;
	int64_t before = trace_of_writes();
	bool has_written, has_ended;
	sqlite3 *db;

	for (int i = 0; i < n; i++)
		begin(&a[i]);
	if (n == 2 && a[0].start_us + a[0].die_us > a[1].start_us + a[1].die_us)
		finish(&a[1]);
	for (int i = 0; i < n; i++)
		if (a[i].status == -1)
			finish(&a[i]);
	has_ended = following != 0 && !still();
	has_written = trace_of_writes() != before;
	judge_account(false, breach);
	db = judge_copy();
	for (int i = 0; i < n; i++)
		look_at(db, &a[i], last_run, has_written);
	if (has_ended)
		look_at_follower(db, has_written);
	judge_files(db);
	last_run = stage_ask(
	    db, "SELECT coalesce(max(id), 0) FROM program_run");
	sqlite3_close(db);
	if (following != 0)
		kill(following, SIGCONT);
	else
		run_before_it = last_run;
}

static void
end_following(void)
{
	int sig = chance(50) ? SIGKILL : SIGTERM;

	if (following == 0)
		return;
	for (int i = 0; i < 2000 && its_end == -1; i++, reap(0)) {
		kill(following, sig);
		usleep(10000);
	}
	if (its_end == -1)
		breach("a follower that is asked to end does not");
	volley(NULL, 0);
}

/* ---- The days -------------------------------------------------------------------------- */

static void
storm_minute(void)
{
	struct act a[2];

	for (int i = 0; i < NLINE + 2; i++) {
		if (chance(10))
			continue; /* skipped */
		a[0] = draw_act(i < NLINE ? &player[i] : some_person(), 75);
		if (a[0].die_stop > 0 || chance(80)) {
			volley(a, 1);
			continue;
		}
		do
			a[1] = draw_act(some_person(), 75);
		while (a[1].die_stop > 0);
		volley(a, 2);
	}
}

static void
storm(ymd day, int minute)
{
	static const char *const faults[] = {
		"lose-answer:0.2",
		"lose-answer:0.1, lose-request:0.1, delay:0.1",
		"lose-answer:0.1, late-list:0.3, cancel-loses:0.3, partial:0.3",
		"lose-answer:0.1, late-fills:0.3, split-fills:0.3, down:0.03",
		"lose-answer:0.1, reject:0.1, late-reject:0.1, late-balance:0.3"
	};
	char line[160];

	snprintf(line, sizeof(line), "%s\nfault_seed = %d",
	    faults[below((int)NELEM(faults))], below(1000000));
	stage_broker(line);
	for (int m = 0; m < 10 && breaches == 0; m++) {
		stage_set(day, minute + m);
		if (chance(40)) /* a person halts, and thinks better of it */
			stage_run("halt-trading --resume");
		/* As cron does, each minute, but it is late at times. */
		if (following == 0 && chance(70))
			begin_following();
		storm_minute();
	}
	end_following();
}

/* How long each lives, and how many system calls it makes. */
static void
rehearse(void)
{
	stage_account();
	stage_set(stage_day(0), 8 * 60 + 30);
	stage_run("sync-account");
	for (int m = 0; m < 3; m++) {
		stage_set(stage_day(0), 9 * 60 + m);
		for (int i = 0; i < NPLAYERS; i++) {
			struct act a = draw_act(&player[i], 0);
			int64_t start = now_us();

			if (m == 2) {
				a.p->stops = trace(
				    stage_start(a.words, be_traced), 0,
				    &a.status);
				continue;
			}
			stage_run("%s", a.words);
			a.p->usual_us = now_us() - start;
		}
	}
}

/* Of this account so far, and of those before. */
static void
count_orders(void)
{
	static int64_t before[2], last[2];
	sqlite3 *db = judge_copy();
	int64_t n = stage_ask(db, "SELECT count(*) FROM orders");

	if (n < last[0]) {
		before[0] += last[0];
		before[1] += last[1];
	}
	last[0] = n;
	last[1] = stage_ask(db, "SELECT count(*) FROM fill");
	orders = before[0] + last[0];
	fills = before[1] + last[1];
	sqlite3_close(db);
}

static void
tell_killed(const struct player *p)
{
	printf("# %-14s %7d %7d %7d %7d", p->name, p->killed[UNSEEN],
	    p->killed[WROTE], p->killed[BEGAN], p->killed[ENDED]);
	if (p != &follower)
		printf("   %5.1f ms", (double)p->usual_us / 1000);
	putchar('\n');
}

static void
tell(double seconds)
{
	printf("# %-14s %7s %7s %7s %7s   alive for\n", "killed", "before its",
	    "wrote", "run", "run");
	printf(
	    "# %-14s %7s %7s %7s %7s\n", "", "1st write", "", "begun", "ended");
	for (const struct player *p = player; p < player + NPLAYERS; p++)
		tell_killed(p);
	tell_killed(&follower);
	printf("# %" PRId64 " orders, %" PRId64
	       " fills; %d deaths while sending, %d of the follower's;"
	       " %d of it left well\n",
	    orders, fills, sending, left_sending, left_well);
	printf("SEED=%" PRIu64 ": %d kills in %d runs, %d calms, %.0f s,"
	       " %d breaches\n",
	    seed, kills, runs, calms, seconds, breaches);
}

int
main(void)
{
	const char *s = getenv("SEED"), *k = getenv("KILLS");
	int wanted = k != NULL ? atoi(k) : 10000;
	int64_t start = now_us();

	if (s != NULL)
		seed = strtoull(s, NULL, 10);
	prctl(PR_SET_TIMERSLACK, 1);
	sigaction(SIGCHLD,
	    &(struct sigaction){
		.sa_handler = reap, .sa_flags = SA_RESTART | SA_NOCLDSTOP },
	    NULL);
	rng = rng_seed(seed);
	stage_open("kills");
	rehearse();
	for (int d = 0; kills < wanted && breaches == 0; d++) {
		ymd day = stage_day(d % 16);

		if (d % 16 == 0) {
			judge_forget();
			stage_account();
		}
		stage_set(day, 8 * 60 + 30);
		stage_run("sync-account");
		/* By then most of what a day says is done; the last one goes
		 * over the close. */
		for (int i = 0; i < 6 && kills < wanted && breaches == 0; i++) {
			int at = i < 5 ? 8 * 60 + 50 + 20 * i : 15 * 60 + 21;

			storm(day, at);
			judge_calm(day, at + 10, breach);
			calms++;
			count_orders();
		}
	}
	tell((double)(now_us() - start) / 1e6);
	stage_close(breaches > 0);
	return breaches > 0;
}
