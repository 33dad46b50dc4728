/* program.c - see program.h. */
#include "program.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "fiber.h"

/* The programs' own main()s, renamed. */
#define PROGRAMS(X)                       \
	X(cancel_order, "cancel-order")   \
	X(eod_report, "eod-report")       \
	X(force_exit, "force-exit")       \
	X(gen_signals, "gen-signals")     \
	X(halt_trading, "halt-trading")   \
	X(import_prices, "import-prices") \
	X(make_market, "make-market")     \
	X(paper_broker, "paper-broker")   \
	X(place_orders, "place-orders")   \
	X(set_limit, "set-limit")         \
	X(set_strategy, "set-strategy")   \
	X(set_universe, "set-universe")   \
	X(show_status, "show-status")     \
	X(sync_account, "sync-account")   \
	X(trade_db, "trade-db")           \
	X(update_prices, "update-prices") \
	X(watch_fills, "watch-fills")

/* Where the trading database lies. */
#define OURS "/sim/maemae"

#define DECLARE(id, name) int main_##id(int argc, char *argv[]);
PROGRAMS(DECLARE)

static const struct {
	const char *name;
	int (*main)(int argc, char *argv[]);
} programs[] = {
#define ENTRY(id, name) { name, main_##id },
	PROGRAMS(ENTRY)
};

int64_t sim_now;
struct machine machine = { .boot = 1 };
struct rng sim_rng;
int64_t sim_kills, sim_runs, sim_turns, sim_points;

static struct proc *procs; /* started, not ended */
static struct proc *me;    /* whose turn it is */
static int last_pid = 100;
static bool has_committed; /* in this turn, to the trading database */
static proc_committed *tell_commit;

/* ---- Turns -------------------------------------------------------------------- */

static bool
draw(int one_in)
{
	return one_in > 0 && rng_below(&sim_rng, (uint64_t)one_in) == 0;
}

/* Let others run for so many milliseconds at least. */
static void
yield(int64_t ms)
{
	me->wakes = sim_now + ms;
	fiber_yield();
}

static void
die(void)
{
	me->was_killed = true;
	sim_kills++;
	fiber_leave(-1);
}

/* A point at which something can happen to a process. */
static void
point(void)
{
	me->points++;
	sim_points++;
	if (me->points == me->fate.kill_at)
		die();
	if (me->points == me->fate.term_at) {
		if (me->on_term == NULL) /* as the kernel does */
			die();
		me->was_struck = true;
		me->on_term(SIGTERM);
	}
}

static bool
is_write(enum disk_op op)
{
	return op == DISK_WRITE || op == DISK_SYNC || op == DISK_TRUNCATE ||
	    op == DISK_DELETE;
}

/* Only the trading database has a bad disk: the broker's books and the feed
 * lie elsewhere. */
static bool
is_on_bad_disk(const char *path)
{
	return strncmp(path, OURS, sizeof(OURS) - 1) == 0;
}

static int
trouble(enum disk_op op, const char *path)
{
	if (!is_on_bad_disk(path))
		return 0;
	if (me->points == me->fate.fail_at && me->fate.fail_with != 0) {
		int rc = me->fate.fail_with;

		if ((rc == SQLITE_BUSY) != (op == DISK_BEGIN) ||
		    (op == DISK_OPEN && rc != SQLITE_CANTOPEN) ||
		    op == DISK_END || op == DISK_LOCK) {
			me->fate.fail_at++; /* it strikes the next one */
			return 0;
		}
		me->was_struck = me->has_failed = true;
		return rc;
	}
	if (machine.disk_error != 0 && is_write(op)) {
		me->was_struck = true;
		return machine.disk_error;
	}
	return 0;
}

/* Reads are too many to be points, and leave nothing behind. */
static int
on_read(const char *path)
{
	if (!is_on_bad_disk(path) || ++me->reads != me->fate.read_at)
		return 0;
	me->was_struck = true;
	return SQLITE_IOERR_READ;
}

static int
on_disk(enum disk_op op, const char *path)
{
	int rc;

	if (op == DISK_READ)
		return on_read(path);
	point();
	/* Its books are the other end of the wire (S11). */
	if (strncmp(path, "/sim/paper", 10) == 0 &&
	    disk_writer(OURS ".db") == me->pid)
		me->held_lock = true;
	if ((rc = trouble(op, path)) != 0)
		return rc;
	has_committed = has_committed ||
	    (op == DISK_END && is_on_bad_disk(path));
	if (op == DISK_BEGIN || op == DISK_END)
		yield(me->fate.slow > 0 ?
			(int64_t)rng_below(&sim_rng, (uint64_t)me->fate.slow) :
			0);
	else if (draw(machine.preempt))
		yield(1);
	return 0;
}

static void
on_wait(int ms)
{
	point();
	yield(ms);
}

static int64_t
on_clock(void)
{
	return sim_now;
}

/* ---- Processes -------------------------------------------------------------------- */

static int
run_main(void *arg)
{
	struct proc *p = arg;
	char *argv[PROC_WORDS + 1], *none[] = { p->word[0], NULL };

	optind = 0; /* getopt forgets the last program's words */
	getopt(1, none, "+");

	memcpy(argv, p->word, sizeof(p->word));
	argv[p->nwords] = NULL;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].name, p->name) == 0)
			return programs[i].main(p->nwords, argv);
	fprintf(stderr, "no such program: %s\n", p->name);
	abort();
}

static struct proc *
proc_make(const struct fate *fate, const char *fmt, va_list ap)
{
	struct proc *p = calloc(1, sizeof(*p));
	char *words;

	assert(p != NULL);
	vsnprintf(p->text, sizeof(p->text), fmt, ap);
	words = strdup(p->text);
	assert(words != NULL);
	for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
		assert(p->nwords < PROC_WORDS);
		p->word[p->nwords++] = w;
		for (; *w != '\0'; w++)
			*w = *w == '~' ? ' ' : *w;
	}
	p->name = p->word[0];
	if (fate != NULL)
		p->fate = *fate;
	return p;
}

struct proc *
proc_new(const struct fate *fate, const char *fmt, ...)
{
	struct proc *p;
	va_list ap;

	va_start(ap, fmt);
	p = proc_make(fate, fmt, ap);
	va_end(ap);
	return p;
}

static void
proc_free(struct proc *p)
{
	fiber_free(p->fiber);
	free(p->word[0]);
	free(p);
}

void
proc_start(struct proc *p, int64_t ms)
{
	struct proc **end = &procs;

	p->pid = ++last_pid;
	p->wakes = sim_now + ms;
	p->fiber = fiber_new(run_main, p);
	sim_runs++;
	while (*end != NULL)
		end = &(*end)->next;
	*end = p;
}

static void
ended(struct proc *p, proc_ended *tell)
{
	struct proc **at = &procs, *then = p->then;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	disk_drop(p->pid);
	p->status = p->was_killed ? -1 : fiber_status(p->fiber);
	if (tell != NULL)
		tell(p);
	proc_free(p);
	if (then != NULL)
		proc_start(then, 0);
}

/* One of those that may run now; NULL: none. */
static struct proc *
pick(void)
{
	struct proc *found = NULL;
	int n = 0;

	for (struct proc *p = procs; p != NULL; p = p->next)
		if (p->wakes <= sim_now && draw(++n))
			found = p;
	return found;
}

static int64_t
next_wake(void)
{
	int64_t t = INT64_MAX;

	for (struct proc *p = procs; p != NULL; p = p->next)
		if (p->wakes < t)
			t = p->wakes;
	return t;
}

static void
turn(struct proc *p, proc_ended *tell)
{
	bool over;

	me = p;
	has_committed = false;
	sim_turns++;
	disk_owner(p->pid);
	over = fiber_resume(p->fiber);
	disk_owner(0);
	me = NULL;
	sim_now += (int64_t)rng_below(&sim_rng, 8);
	if (over)
		ended(p, tell);
	else if (has_committed && tell_commit != NULL)
		tell_commit();
}

void
sim_tell_commits(proc_committed *t)
{
	tell_commit = t;
}

void
sim_run(int64_t until, proc_ended *tell)
{
	struct proc *p;
	int64_t t;

	while (procs != NULL) {
		if ((p = pick()) != NULL) {
			turn(p, tell);
		} else if ((t = next_wake()) <= until || until == 0) {
			sim_now = t;
		} else {
			break;
		}
		if (until != 0 && sim_now >= until)
			break;
	}
	if (sim_now < until)
		sim_now = until;
}

int
sim_running(void)
{
	int n = 0;

	for (struct proc *p = procs; p != NULL; p = p->next)
		n++;
	return n;
}

void
sim_kill_all(proc_ended *tell)
{
	while (procs != NULL) {
		struct proc *p = procs, *then;

		while ((then = p->then) != NULL) { /* nor do they start */
			p->then = then->then;
			proc_free(then);
		}
		p->was_killed = true;
		sim_kills++;
		ended(p, tell);
	}
}

static int call_status;

static void
called(struct proc *p)
{
	call_status = p->status;
	if (p->status != 0)
		fprintf(
		    stderr, "%s: status %d: %s\n", p->text, p->status, p->said);
}

int
sim_call(const char *fmt, ...)
{
	struct machine was = machine;
	struct proc *p;
	va_list ap;

	va_start(ap, fmt);
	p = proc_make(NULL, fmt, ap);
	va_end(ap);
	assert(procs == NULL);
	machine = (struct machine){ .boot = was.boot, .booted = was.booted };
	proc_start(p, 0);
	sim_run(0, called);
	machine = was;
	return call_status;
}

void
sim_init(void)
{
	disk_init(on_disk, on_clock, on_wait);
}

/* ---- The world as programs see it --------------------------------------------------- */

void sim_exit(int status) __attribute__((noreturn));
void sim__exit(int status) __attribute__((noreturn));
void sim_abort(void) __attribute__((noreturn));
pid_t sim_getpid(void);
int sim_kill(pid_t pid, int sig);
int sim_clock_gettime(clockid_t id, struct timespec *ts);
int sim_nanosleep(const struct timespec *ts, struct timespec *left);
ssize_t sim_write(int fd, const void *buf, size_t n);
FILE *sim_fopen(const char *path, const char *mode);
int sim_open(const char *path, int flags, ...);
int sim_stat(const char *path, struct stat *st);
int sim_statfs(const char *path, struct statfs *fs);
int sim_access(const char *path, int mode);
int sim_unlink(const char *path);
int sim_link(const char *from, const char *to);
int sim_rename(const char *from, const char *to);
int sim_flock(int fd, int how);
int sim_sigaction(int sig, const struct sigaction *sa, struct sigaction *old);
char *sim_setlocale(int category, const char *name);
void *sim_malloc(size_t n);
void *sim_calloc(size_t n, size_t size);
void *sim_realloc(void *p, size_t n);
char *sim_strdup(const char *s);

void
sim_exit(int status)
{
	fiber_leave(status);
}

void
sim__exit(int status)
{
	fiber_leave(status);
}

/* A program that gives up by itself, as for want of memory. */
void
sim_abort(void)
{
	fiber_leave(128 + SIGABRT);
}

pid_t
sim_getpid(void)
{
	return me->pid;
}

int
sim_kill(pid_t pid, int sig)
{
	(void)sig;
	for (struct proc *p = procs; p != NULL; p = p->next)
		if (p->pid == pid)
			return 0;
	errno = ESRCH;
	return -1;
}

int
sim_clock_gettime(clockid_t id, struct timespec *ts)
{
	int64_t t = sim_now;

	if (id == CLOCK_REALTIME)
		t += machine.clock_off;
	else
		t -= machine.booted;
	*ts = (struct timespec){ t / 1000, t % 1000 * 1000000 };
	return 0;
}

int
sim_nanosleep(const struct timespec *ts, struct timespec *left)
{
	(void)left;
	on_wait((int)(ts->tv_sec * 1000 + ts->tv_nsec / 1000000));
	return 0;
}

/* What is said on stderr is kept, the last of it. */
ssize_t
sim_write(int fd, const void *buf, size_t n)
{
	size_t used, cut = n < PROC_LINES - 1 ? n : PROC_LINES - 1;

	if (fd != STDERR_FILENO)
		return write(fd, buf, n);
	used = strlen(me->said);
	if (used + cut > PROC_LINES - 1)
		used = 0;
	memcpy(me->said + used, buf, cut);
	me->said[used + cut] = '\0';
	return (ssize_t)n;
}

/* /proc knows our processes. */
FILE *
sim_fopen(const char *path, const char *mode)
{
	static char text[200];
	int pid;

	if (strcmp(path, "/proc/sys/kernel/random/boot_id") == 0)
		snprintf(text, sizeof(text), "boot-%d\n", machine.boot);
	else if (sscanf(path, "/proc/%d/stat", &pid) == 1)
		snprintf(text, sizeof(text),
		    "%d (x) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 %d 0\n", pid,
		    pid);
	else
		return fopen(path, mode);
	return fmemopen(text, strlen(text), "r");
}

static bool
is_ours(const char *path)
{
	return strncmp(path, "/sim", 4) == 0 &&
	    (path[4] == '/' || path[4] == '\0');
}

int
sim_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (is_ours(path)) /* to be synced, which costs nothing here */
		return memfd_create("sim", MFD_CLOEXEC);
	return open(path, flags, mode);
}

int
sim_stat(const char *path, struct stat *st)
{
	int64_t size;

	if (!is_ours(path))
		return stat(path, st);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFDIR | 0700;
	if (path[4] == '\0')
		return 0;
	st->st_mode = S_IFREG | 0600;
	if ((size = disk_size(path)) == -1) {
		errno = ENOENT;
		return -1;
	}
	st->st_size = size;
	return 0;
}

int
sim_statfs(const char *path, struct statfs *fs)
{
	return statfs(is_ours(path) ? "/" : path, fs);
}

int
sim_access(const char *path, int mode)
{
	if (!is_ours(path))
		return access(path, mode);
	errno = ENOENT;
	return disk_exists(path) ? 0 : -1;
}

int
sim_unlink(const char *path)
{
	if (!is_ours(path))
		return unlink(path);
	point();
	errno = ENOENT;
	return disk_remove(path) ? 0 : -1;
}

int
sim_link(const char *from, const char *to)
{
	if (!is_ours(from))
		return link(from, to);
	point();
	errno = EEXIST;
	if (disk_exists(to))
		return -1;
	disk_copy(from, to);
	return 0;
}

int
sim_rename(const char *from, const char *to)
{
	if (!is_ours(from))
		return rename(from, to);
	point();
	errno = ENOENT;
	return disk_rename(from, to) ? 0 : -1;
}

/* Always had: the kernel would give back what a dead process holds, and here
 * no process of the kernel's dies. */
int
sim_flock(int fd, int how)
{
	(void)fd, (void)how;
	return 0;
}

int
sim_sigaction(int sig, const struct sigaction *sa, struct sigaction *old)
{
	(void)old;
	if (sig == SIGTERM)
		me->on_term = sa->sa_handler;
	return 0;
}

char *
sim_setlocale(int category, const char *name)
{
	(void)category;
	(void)name;
	return NULL;
}

static bool
no_memory(void)
{
	if (me == NULL || ++me->allocations != me->fate.malloc_at)
		return false;
	me->was_struck = true;
	errno = ENOMEM;
	return true;
}

void *
sim_malloc(size_t n)
{
	return no_memory() ? NULL : malloc(n);
}

void *
sim_calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : calloc(n, size);
}

void *
sim_realloc(void *p, size_t n)
{
	return no_memory() ? NULL : realloc(p, n);
}

char *
sim_strdup(const char *s)
{
	return no_memory() ? NULL : strdup(s);
}
