/*
 * simulate.c - many days of trading in one process, with an adversary.
 *
 *	simulate [--seed N] [--days N] [--jobs N] [--without NAME,...]
 *	    [--points STRIDE] [--until RULE,...] [--keep FOLDER] [--no-pool]
 *	    [-v]
 *
 * One seed is one account of a few days, with a market, an adversary and a
 * person of its own; --days asks for as many as it takes, from seeds N, N+1
 * ... Each account is played by a child of its own, --jobs of them at a time.
 * With --points, each seed is a morning in which every program dies at each
 * STRIDE-th point where it can (day.h).
 *
 * The last line says days, faults injected, violations; exit status 0 only
 * without violations.  A failing seed is repeated with ever fewer troubles, and
 * the line that repeats it is printed.  With --until it ends at the first
 * breach of one of these rules, tells that one, and overlooks all others.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/types.h"
#include "day.h"
#include "pool.h"
#include "signals.h"
#include "trouble.h"
#include "world.h"

#define JOBS_MAX     64
#define FAILURES     10 /* then it gives up */
#define DAYS_MOST    4  /* of an account */
#define SECONDS_MOST 60 /* of a child */

/* What a child tells; in memory that it shares with us. */
struct told {
	int64_t days, minutes, runs, turns, points, kills, deaths;
	int64_t signals, looks, violations, opens, closes;
	int64_t least_minutes, most_minutes, least_faults; /* of a day */
	int64_t count[NTROUBLES], done[NDONE];
	uint64_t digest;           /* of what is in the databases at the end */
	char rule[16], first[700]; /* the first violation */
};

struct job {
	pid_t pid;
	uint64_t seed;
	int days;
	char dir[40]; /* its few real files */
	struct told *told;
};

static const char *const done_name[] = {
#define X(id, name, sql) name,
	DONE(X)
#undef X
};
static struct told sum;
static struct job job[JOBS_MAX];
static int jobs, failures;
static uint64_t first_seed = 1;
static int64_t days_wanted = 200;
static int stride; /* every so manieth point of death, in place of days */
static bool verbose;
static const char *until; /* the rules that are wanted, all others are not */
static const char *keep;  /* a folder for the databases of a violation */
static struct told *mine; /* the child's */

/* ---- A child ---------------------------------------------------------------------- */

/* Is it one of those that --until names? */
static bool
is_wanted(const char *rule)
{
	size_t n = strlen(rule);

	for (const char *p = until; p != NULL; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, rule, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	}
	return until == NULL;
}

static void
found(const char *rule, const char *what)
{
	if (!is_wanted(rule))
		return;
	if (mine->violations++ == 0) {
		snprintf(mine->rule, sizeof(mine->rule), "%s", rule);
		snprintf(mine->first, sizeof(mine->first), "%s: %s: %s",
		    world_now(), rule, what);
	}
	if (mine->violations == 1 && keep != NULL) {
		disk_keep(DB, keep);
		disk_keep(BOOKS, keep);
		disk_keep(FEED, keep);
	}
	if (verbose)
		fprintf(
		    stderr, "VIOLATION %s: %s: %s\n", world_now(), rule, what);
}

/* How many days the account of this seed lives. */
static int
days_of(uint64_t seed)
{
	struct rng r = rng_seed(seed ^ 0x646179);

	return 1 + (int)rng_below(&r, DAYS_MOST);
}

static void
play(struct job *j)
{
	int null = open("/dev/null", O_WRONLY);
	ymd day;

	mine = j->told;
	alarm(stride > 0 ? 60 * SECONDS_MOST : SECONDS_MOST);
	dup2(null, 1);
	world_init(j->dir, getenv("MAEMAE_STRATEGIES"));
	day_tells = verbose;
	day_account(j->seed, found);
	if (stride > 0) {
		mine->deaths = day_points(world_day(0), stride);
		mine->days++;
	}
	for (int d = 0; stride == 0 && d < j->days; d++) {
		if ((day = world_day(d)) == 0)
			break;
		day_play(day, d == j->days - 1);
		mine->days++;
	}
	day_account_end();
	mine->digest = world_digest();
	mine->minutes = day_count.minutes;
	mine->runs = sim_runs;
	mine->turns = sim_turns;
	mine->points = sim_points;
	mine->kills = sim_kills;
	mine->signals = signals_judged;
	mine->looks = day_count.looks;
	mine->opens = day_count.opens;
	mine->closes = day_count.closes;
	mine->least_minutes = day_count.least_minutes;
	mine->most_minutes = day_count.most_minutes;
	mine->least_faults = day_count.least_faults;
	memcpy(mine->count, troubles.count, sizeof(mine->count));
	memcpy(mine->done, day_count.done, sizeof(mine->done));
}

/* ---- The parent --------------------------------------------------------------------- */

static void
begin(struct job *j, uint64_t seed, int days)
{
	memset(j->told, 0, sizeof(*j->told));
	j->seed = seed;
	j->days = days;
	snprintf(j->dir, sizeof(j->dir), "/dev/shm/maemae-sim-XXXXXX");
	fflush(stdout);
	if (mkdtemp(j->dir) == NULL) {
		fprintf(stderr, "simulate: %s: %s\n", j->dir, strerror(errno));
		exit(71);
	}
	if ((j->pid = fork()) == 0) {
		play(j);
		_exit(0);
	}
	if (j->pid == -1) {
		fprintf(stderr, "simulate: fork: %s\n", strerror(errno));
		exit(71);
	}
}

/* Its configuration, and what the firm's adapter left beside it. */
static void
remove_folder(const char *name)
{
	DIR *d = opendir(name);
	struct dirent *f;

	while (d != NULL && (f = readdir(d)) != NULL)
		if (f->d_type == DT_REG)
			unlinkat(dirfd(d), f->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(name);
}

/* It has ended: what a crash would not have told is told here. */
static void
end(struct job *j, int status)
{
	struct told *t = j->told;

	j->pid = 0;
	remove_folder(j->dir);
	if ((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
	    !is_wanted("crash") || (until != NULL && t->violations > 0))
		return;
	t->violations++;
	snprintf(t->rule, sizeof(t->rule), "crash");
	snprintf(t->first, sizeof(t->first), "the child ended by %s %d",
	    WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void
add(const struct told *t)
{
	if (sum.days == 0 || t->least_minutes < sum.least_minutes)
		sum.least_minutes = t->least_minutes;
	if (sum.days == 0 || t->least_faults < sum.least_faults)
		sum.least_faults = t->least_faults;
	if (t->most_minutes > sum.most_minutes)
		sum.most_minutes = t->most_minutes;
	sum.days += t->days;
	sum.opens += t->opens;
	sum.closes += t->closes;
	sum.minutes += t->minutes;
	sum.runs += t->runs;
	sum.turns += t->turns;
	sum.points += t->points;
	sum.kills += t->kills;
	sum.deaths += t->deaths;
	sum.signals += t->signals;
	sum.looks += t->looks;
	sum.violations += t->violations;
	sum.digest += t->digest; /* in whatever order they end */
	for (int i = 0; i < NTROUBLES; i++)
		sum.count[i] += t->count[i];
	for (int i = 0; i < NDONE; i++)
		sum.done[i] += t->done[i];
}

/* Does the seed still fail in the same way? */
static bool
still_fails(struct job *j, uint64_t seed, int days, const char *rule)
{
	int status;

	begin(j, seed, days);
	waitpid(j->pid, &status, 0);
	end(j, status);
	return strcmp(j->told->rule, rule) == 0;
}

/* The line that repeats it. */
static void
say_repeat(uint64_t seed, int days)
{
	printf("  make simulate SEED=%" PRIu64 " DAYS=%d", seed, days);
	for (int i = 0, n = 0; i < NTROUBLES; i++)
		if (troubles.off[i])
			printf("%s%s", n++ == 0 ? " WITHOUT=" : ",",
			    trouble_name((enum trouble)i));
	if (stride > 0)
		printf(" POINTS=%d", stride);
	printf("\n");
}

/* Fewer days, fewer troubles, as long as it fails in the same way. */
static void
shrink(struct job *j)
{
	static bool was_off[NTROUBLES];
	struct told t = *j->told;
	uint64_t seed = j->seed;
	int days = j->days;

	printf("seed %" PRIu64 ": %s\n", seed, t.first);
	memcpy(was_off, troubles.off, sizeof(was_off));
	if (stride > 0 || verbose || keep != NULL ||
	    until != NULL) { /* one look is enough */
		say_repeat(seed, days);
		failures = FAILURES;
		return;
	}
	while (days > 1 && still_fails(j, seed, days - 1, t.rule))
		days--;
	for (int i = 0; i < NTROUBLES; i++) {
		if (troubles.off[i] || t.count[i] == 0)
			continue;
		troubles.off[i] = true;
		if (!still_fails(j, seed, days, t.rule))
			troubles.off[i] = false;
	}
	still_fails(j, seed, days, t.rule);
	printf("  with less: %s\n", j->told->first);
	say_repeat(seed, days);
	printf("  struck:");
	for (int i = 0; i < NTROUBLES; i++)
		if (j->told->count[i] > 0)
			printf(" %s %" PRId64, trouble_name((enum trouble)i),
			    j->told->count[i]);
	printf("\n");
	memcpy(troubles.off, was_off, sizeof(was_off));
	failures++;
}

static struct job *
wait_for_one(void)
{
	int status;
	pid_t pid = wait(&status);

	for (int i = 0; i < jobs; i++) {
		if (job[i].pid != pid)
			continue;
		end(&job[i], status);
		return &job[i];
	}
	return NULL;
}

static void
finish_one(void)
{
	struct job *j = wait_for_one();
	struct told t;

	if (j == NULL)
		return;
	t = *j->told;
	add(&t);
	if (t.violations > 0 && failures < FAILURES)
		shrink(j);
}

static int
free_job(void)
{
	for (int i = 0; i < jobs; i++)
		if (job[i].pid == 0)
			return i;
	return -1;
}

static bool
is_one_at_work(void)
{
	for (int i = 0; i < jobs; i++)
		if (job[i].pid != 0)
			return true;
	return false;
}

static void
progress(double seconds)
{
	if (isatty(2))
		fprintf(stderr, "\r%" PRId64 " days, %.0f a second ", sum.days,
		    (double)sum.days / seconds);
}

static double
seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The prices of a seed: they stay in our memory, and each child has a copy. */
static void
all_seeds(void)
{
	uint64_t seed = first_seed;
	int64_t begun = 0;
	double start = seconds_now();

	while (begun < days_wanted && failures < FAILURES) {
		int i = free_job(), days = days_of(seed);

		if (i == -1) {
			finish_one();
			progress(seconds_now() - start);
			continue;
		}
		if (stride > 0)
			days = 1;
		if (days > days_wanted - begun)
			days = (int)(days_wanted - begun);
		begin(&job[i], seed++, days);
		begun += days;
	}
	while (is_one_at_work())
		finish_one();
}

static void
report(double seconds)
{
	int64_t faults = 0;

	for (int i = 0; i < NTROUBLES; i++)
		faults += is_fault((enum trouble)i) ? sum.count[i] : 0;
	for (int i = 0; i < NTROUBLES; i++)
		printf("%-16s %10" PRId64 "%s", trouble_name((enum trouble)i),
		    sum.count[i], i % 3 == 2 ? "\n" : "  ");
	printf("\n%" PRId64 " minutes, %" PRId64 " runs of programs, %" PRId64
	       " killed, %" PRId64 " turns, %" PRId64 " points, %" PRId64
	       " signals said again, %" PRId64 " looks, digest %016" PRIx64
	       "; %.1f days a second\n",
	    sum.minutes, sum.runs, sum.kills, sum.turns, sum.points,
	    sum.signals, sum.looks, sum.digest, (double)sum.days / seconds);
	printf("done:");
	for (int i = 0; i < NDONE; i++)
		printf("%s %" PRId64 " %s", i > 0 ? "," : "", sum.done[i],
		    done_name[i]);
	printf("\n");
	if (stride == 0)
		printf("a day has %" PRId64 " to %" PRId64
		       " minutes, and %" PRId64 " faults at least; %" PRId64
		       " opens, %" PRId64 " closes\n",
		    sum.least_minutes, sum.most_minutes, sum.least_faults,
		    sum.opens, sum.closes);
	if (stride > 0)
		printf("%" PRId64 " deaths, each from its own point\n",
		    sum.deaths);
	printf("%" PRId64 " days, %" PRId64 " faults injected, %" PRId64
	       " violations\n",
	    sum.days, faults, sum.violations);
}

static void
without(char *list)
{
	for (char *w = strtok(list, ","); w != NULL; w = strtok(NULL, ",")) {
		int t = trouble_parse(w);

		if (t == -1) {
			fprintf(stderr, "simulate: no trouble '%s'\n", w);
			exit(64);
		}
		troubles.off[t] = true;
	}
}

static uint64_t
number(const char *name, const char *text, uint64_t most)
{
	char *end;
	uint64_t v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    v > most) {
		fprintf(stderr,
		    "simulate: --%s %s: should be a number up to %" PRIu64 "\n",
		    name, text, most);
		exit(64);
	}
	return v;
}

static void
options(int argc, char *argv[])
{
	static const struct option opts[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "days", required_argument, NULL, 'd' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "without", required_argument, NULL, 'w' },
		{ "points", required_argument, NULL, 'p' },
		{ "until", required_argument, NULL, 'u' },
		{ "keep", required_argument, NULL, 'k' },
		{ "no-pool", no_argument, NULL, 'P' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
	while ((c = getopt_long(argc, argv, "v", opts, NULL)) != -1) {
		switch (c) {
		case 's':
			first_seed = number("seed", optarg, UINT64_MAX);
			break;
		case 'd':
			days_wanted = (int64_t)number(
			    "days", optarg, INT64_MAX);
			break;
		case 'j':
			jobs = (int)number("jobs", optarg, JOBS_MAX);
			break;
		case 'w':
			without(optarg);
			break;
		case 'p':
			stride = (int)number("points", optarg, 10000);
			break;
		case 'u':
			until = optarg;
			break;
		case 'k':
			keep = optarg;
			break;
		case 'P':
			pool_on = false;
			break;
		case 'v':
			verbose = true;
			break;
		default:
			exit(64);
		}
	}
	if (jobs < 1 || jobs > JOBS_MAX)
		jobs = 1;
}

int
main(int argc, char *argv[])
{
	char dir[] = "/dev/shm/maemae-sim-XXXXXX";
	double start = seconds_now();

	options(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < jobs; i++)
		job[i].told = mmap(NULL, sizeof(struct told),
		    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (getenv("MAEMAE_STRATEGIES") == NULL) {
		fprintf(stderr,
		    "simulate: MAEMAE_STRATEGIES is not set; see make simulate\n");
		return 78;
	}
	sim_init();
	sim_rng = rng_seed(1);
	if (mkdtemp(dir) == NULL)
		return 70;
	world_init(dir, getenv("MAEMAE_STRATEGIES"));
	for (int i = 0; i < world_markets(); i++)
		world_market(i);
	world_end();
	all_seeds();
	report(seconds_now() - start);
	return sum.violations == 0 ? 0 : 1;
}
