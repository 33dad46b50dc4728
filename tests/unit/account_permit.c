/* Permits: programs at once never ask more often than a firm allows. */
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/permit.h"
#include "base/clock.h"
#include "store/rate.h"

#define PROGRAMS 4

static char dir[] = "/tmp/permit.XXXXXX";
static char path[64];
static struct err e;

static struct store *
opened(void)
{
	struct store *s = store_open(path, STORE_ORDERS, &e);

	if (s == NULL) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	return s;
}

static int
ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* A program: ask for ms milliseconds, and write down when. */
static void
program(int fd, const char *bucket, int per_second, int ms)
{
	struct store *s = opened();
	struct permit_source p = account_permits(s);
	int64_t until = monotonic_ms() + ms, now;

	while (monotonic_ms() < until) {
		if (p.take(p.arg, bucket, per_second, &e) == -1)
			_exit(1);
		now = monotonic_ms();
		if (write(fd, &now, sizeof(now)) != sizeof(now))
			_exit(1);
	}
	store_close(s);
	_exit(0);
}

/* The moments at which all programs asked, in order; how many. */
static int
moments(int64_t *out, int max, const char *const *bucket, int per_second,
    int ms, bool *ended_well)
{
	int fd[2], n = 0, status;

	*ended_well = pipe(fd) == 0;
	for (int i = 0; i < PROGRAMS; i++)
		if (fork() == 0)
			program(fd[1], bucket[i], per_second, ms);
	close(fd[1]);
	while (
	    n < max && read(fd[0], &out[n], sizeof(out[n])) == sizeof(out[n]))
		n++;
	close(fd[0]);
	while (wait(&status) > 0)
		*ended_well = *ended_well && status == 0;
	qsort(out, (size_t)n, sizeof(*out), ascending);
	return n;
}

/* The most in any second. */
static int
busiest(const int64_t *at, int n)
{
	int most = 0;

	for (int i = 0, first = 0; i < n; i++) {
		while (at[first] <= at[i] - 1000)
			first++;
		if (i - first + 1 > most)
			most = i - first + 1;
	}
	return most;
}

static void
test_programs_at_once(void)
{
	static const char *const one[PROGRAMS] = { "a", "a", "a", "a" };
	static const char *const own[PROGRAMS] = { "b", "c", "d", "e" };
	int64_t at[1000];
	bool well;
	int n = moments(at, NELEM(at), one, 18, 3000, &well), most;

	most = busiest(at, n);
	ok(well && most <= 18, "%d programs: never more than 18 a second: %d",
	    PROGRAMS, most);
	ok(n >= 24, "and they get along: %d in three seconds", n);
	n = moments(at, NELEM(at), one, 1, 2500, &well);
	ok(well && busiest(at, n) == 1, "one a second is one a second");
	n = moments(at, NELEM(at), own, 18, 1500, &well);
	ok(well && busiest(at, n) > 18, "each key has a limit of its own");
}

static void
test_bucket(void)
{
	struct store *s = opened();
	struct permit_source p = account_permits(s);
	int64_t start, at[3];
	bool fine = true;

	start = monotonic_ms();
	for (int i = 0; i < 3; i++)
		fine = fine && store_rate_take(s, "x", 700, 0, &at[i], &e) == 0;
	ok(fine && at[0] >= start && at[1] == at[0] + 700 &&
		at[2] == at[1] + 700,
	    "moments lie an interval apart");
	start = monotonic_ms();
	ok(p.hold(p.arg, "y", 300, &e) == 0 &&
		p.take(p.arg, "y", 100, &e) == 0 &&
		monotonic_ms() >= start + 300,
	    "a refusal keeps all from asking");
	start = monotonic_ms();
	ok(p.hold(p.arg, "x", 1, &e) == 0 &&
		store_rate_take(s, "x", 700, 0, &at[0], &e) == 0 &&
		at[0] == at[2] + 700,
	    "and never shortens what others wait");
	ok(p.hold(p.arg, "z", 100000, &e) == 0 &&
		p.take(p.arg, "z", 1, &e) == -1 && e.kind == E_BROKER,
	    "nobody waits for ever");
	store_close(s);
}

/* On a disk that takes its time each look at the clock is so much later. */
static int slow_ms = 80, slow_looks;
int64_t __real_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void);

int64_t
__wrap_monotonic_ms(void)
{
	if (slow_looks > 0)
		slow_looks++;
	return __real_monotonic_ms() + slow_ms * slow_looks;
}

static void
test_slow(void)
{
	struct store *s = opened();
	struct permit_source p = account_permits(s);

	alarm(20);
	slow_looks = 1;
	ok(p.take(p.arg, "slow", 18, &e) == 0 && slow_looks < 50,
	    "a slow disk gets its permit, too");
	slow_ms = 20000;
	slow_looks = 1;
	ok(p.take(p.arg, "never", 18, &e) == -1 && e.kind == E_BROKER &&
		slow_looks < 10,
	    "one that never comes in time ends within a minute or two");
	slow_ms = 80;
	slow_looks = 0;
	alarm(0);
	store_close(s);
}

/* Moments are counted from the boot: an old one may lie far ahead. */
static void
test_reboot(bool of_before)
{
	struct store *s;
	char cmd[256];
	int64_t start, at;

	snprintf(cmd, sizeof(cmd),
	    "sqlite3 %s \"UPDATE rate_bucket SET %s free_at = 9000000000000\"",
	    path, of_before ? "boot = 'old'," : "");
	ok(system(cmd) == 0, "%s",
	    of_before ? "the machine has been started again" :
			"it was put back to what it was in this boot");
	s = opened();
	start = monotonic_ms();
	ok(store_rate_take(s, "z", 5, 0, &at, &e) == 0 && at >= start &&
		at <= monotonic_ms(),
	    "a bucket of before is free");
	store_close(s);
}

static void
remove_folder(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	ok(system(cmd) == 0, "nothing is left behind");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/a.db", dir);
	if (store_create(path, &e) != 1) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	test_programs_at_once();
	test_bucket();
	test_slow();
	test_reboot(true);
	test_reboot(false);
	remove_folder();
	return done_testing();
}
