/*
 * The queue to the COM thread: orders before everything else, deadlines that
 * hold, and nothing begun after its client has been told that it was not.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "gateway/jobs.h"
#include "gateway/os.h"
#include "tap.h"

/* ---- what jobs.c needs of others; the COM thread here is the test's */

static bool is_woken;

void
com_wake(void)
{
	__atomic_store_n(&is_woken, true, __ATOMIC_SEQ_CST);
}

/* A machine that sleeps: its clock goes on, and when it wakes, the COM thread
 * may be the first to look at it. */
static bool clients_oversleep;

void
os_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (clients_oversleep ? 0 : ms % 1000) * 1000000;
	until.tv_sec += clients_oversleep ? 60 : ms / 1000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(cond, mutex, &until);
}

const char *
dib_name(const struct dib *d)
{
	(void)d;
	return "";
}

void
session_set_now(struct session *s, const char *now)
{
	(void)s;
	(void)now;
}

void
session_calling(struct session *s, const char *what)
{
	(void)s;
	(void)what;
}

/* ---- */

static struct jobs *jobs;
static char said[256]; /* what was stepped, in order */
static int frees;

static enum step
once(struct job *j, struct session *s)
{
	(void)s;
	strncat(said, j->what, sizeof(said) - strlen(said) - 1);
	reply_good(&j->reply, json_new_map());
	return STEP_DONE;
}

static enum step
thrice(struct job *j, struct session *s)
{
	int *n = j->arg;

	if (++*n < 3) {
		strncat(said, j->what, sizeof(said) - strlen(said) - 1);
		return STEP_MORE;
	}
	return once(j, s);
}

static enum step
waits(struct job *j, struct session *s)
{
	(void)s;
	strncat(said, j->what, sizeof(said) - strlen(said) - 1);
	reply_fail(&j->reply, REPLY_LIMITED, "no more");
	j->wait_ms = 10000;
	return STEP_WAIT;
}

static enum step
slowly(struct job *j, struct session *s)
{
	sleep_ms(300);
	return once(j, s);
}

static void
count_free(struct job *j)
{
	(void)j;
	__atomic_add_fetch(&frees, 1, __ATOMIC_SEQ_CST);
}

struct client {
	pthread_t thread;
	struct job *job;
	int64_t begin_ms, end_ms;
	enum job_end end;
	enum reply_code code;
	int64_t took_ms;
};

static void *
client(void *arg)
{
	struct client *c = arg;
	int64_t start = monotonic_ms();

	c->end = jobs_run(jobs, c->job, c->begin_ms, c->end_ms);
	c->took_ms = monotonic_ms() - start;
	if (c->end != JOB_LEFT)
		c->code = c->job->reply.code;
	job_drop(jobs, c->job);
	return NULL;
}

static void
begin(struct client *c, const char *what, bool is_order,
    enum step (*step)(struct job *, struct session *), void *arg,
    int64_t begin_ms, int64_t end_ms)
{
	int orders, queries, before;

	jobs_count(jobs, &orders, &queries);
	before = orders + queries;
	c->job = job_new(what, step, count_free, arg);
	c->job->is_order = is_order;
	c->begin_ms = begin_ms;
	c->end_ms = end_ms;
	pthread_create(&c->thread, NULL, client, c);
	do { /* it stands in the queue */
		sleep_ms(1);
		jobs_count(jobs, &orders, &queries);
	} while (orders + queries == before);
}

static void
end(struct client *c)
{
	pthread_join(c->thread, NULL);
}

static int
work(void)
{
	int64_t idle;
	int n = 0;

	while (jobs_step(jobs, NULL, &idle))
		n++;
	return n;
}

static void
test_order(void)
{
	struct client c[5] = { 0 };
	int n = 0;

	said[0] = '\0';
	begin(&c[0], "a", false, once, NULL, 5000, 5000);
	begin(&c[1], "b", false, thrice, &n, 5000, 5000);
	begin(&c[2], "c", false, once, NULL, 5000, 5000);
	begin(&c[3], "1", true, once, NULL, 5000, 5000);
	begin(&c[4], "2", true, once, NULL, 5000, 5000);
	work();
	for (int i = 0; i < 5; i++)
		end(&c[i]);
	is_str(said, "12abcbb", "orders first; a long query lets others pass");
	ok(c[0].end == JOB_ENDED && c[0].code == REPLY_GOOD, "all answered");
	is_int(frees, 5, "and freed");
}

static void
test_order_passes(void)
{
	struct client query = { 0 }, order = { 0 };
	int64_t idle;
	int n = 0;

	said[0] = '\0';
	begin(&query, "q", false, thrice, &n, 5000, 5000);
	jobs_step(jobs, NULL, &idle);
	begin(&order, "o", true, once, NULL, 5000, 5000);
	work();
	end(&query);
	end(&order);
	is_str(said, "qoqq", "an order that comes in between goes next");
}

static void
test_not_begun(void)
{
	struct client c = { 0 };

	said[0] = '\0';
	frees = 0;
	begin(&c, "x", true, once, NULL, 60, 5000);
	end(&c);
	is_int(c.end, JOB_NOT_DONE, "not begun in time");
	is_int(c.code, REPLY_BUSY, "is said to be busy");
	ok(c.took_ms >= 55 && c.took_ms < 2000, "when its time was over");
	is_int(work(), 0, "and is never begun");
	is_str(said, "", "never");
	is_int(frees, 1, "but freed");
}

static void
test_overslept(void)
{
	struct client late = { 0 }, next = { 0 };

	said[0] = '\0';
	frees = 0;
	clients_oversleep = true;
	begin(&late, "x", true, once, NULL, 60, 5000);
	begin(&next, "y", true, once, NULL, 5000, 5000);
	sleep_ms(80);
	work();
	end(&late);
	end(&next);
	clients_oversleep = false;
	is_str(said, "y", "what is late is not begun, whoever wakes first");
	is_int(late.end, JOB_NOT_DONE, "its client hears that");
	is_int(late.code, REPLY_BUSY, "and why");
	is_int(next.end, JOB_ENDED, "the next one is done");
	is_int(frees, 2, "both are freed");
}

static void *
com_thread(void *arg)
{
	(void)arg;
	work();
	return NULL;
}

static void
test_left(void)
{
	struct client c = { 0 };
	pthread_t thread;

	said[0] = '\0';
	frees = 0;
	begin(&c, "s", true, slowly, NULL, 5000, 100);
	pthread_create(&thread, NULL, com_thread, NULL);
	end(&c);
	is_int(c.end, JOB_LEFT, "begun and not done in time is left behind");
	is_int(frees, 0, "and not freed yet");
	pthread_join(thread, NULL);
	is_str(said, "s", "it is finished all the same");
	is_int(frees, 1, "then freed");
}

static void
test_limit(void)
{
	struct client query = { 0 }, other = { 0 };
	int64_t idle;
	int before;

	said[0] = '\0';
	begin(&query, "w", false, waits, NULL, 400, 400);
	begin(&other, "o", false, once, NULL, 5000, 5000);
	is_int(work(), 2, "one waits for the limit, the other is done");
	end(&other);
	before = frees;
	ok(!jobs_step(jobs, NULL, &idle) && idle > 5000 && idle <= 10000,
	    "idle until the limit's time");
	end(&query);
	is_int(query.end, JOB_ENDED, "the limit outlasts its client");
	is_int(query.code, REPLY_LIMITED, "who is told so");
	is_int(frees, before, "what it holds is not freed by its client");
	is_int(work(), 1, "but by the COM thread");
	is_int(frees, before + 1, "then");
	is_str(said, "wo", "without another step");
	ok(jobs_idle(jobs), "and nothing is left");
}

static void
test_stop(void)
{
	struct client c[3] = { 0 };
	int64_t idle;
	int n = 0;

	said[0] = '\0';
	begin(&c[0], "b", false, thrice, &n, 5000, 5000);
	jobs_step(jobs, NULL, &idle);
	begin(&c[1], "o", true, once, NULL, 5000, 5000);
	jobs_stop(jobs);
	end(&c[1]);
	is_int(c[1].end, JOB_NOT_DONE, "at the end what has not begun is not");
	is_int(c[1].code, REPLY_STOPPING, "and told so");
	ok(!jobs_idle(jobs), "what has begun is finished");
	work();
	end(&c[0]);
	is_int(c[0].code, REPLY_GOOD, "and answered");
	is_str(said, "bbb", "nothing else was done");
	c[2].job = job_new("n", once, NULL, NULL);
	is_int(jobs_run(jobs, c[2].job, 5000, 5000), JOB_NOT_DONE,
	    "nothing new is taken");
	job_drop(jobs, c[2].job);
}

int
main(void)
{
	jobs = jobs_new();
	test_order();
	test_order_passes();
	test_not_begun();
	test_overslept();
	test_left();
	test_limit();
	test_stop();
	ok(is_woken, "the COM thread was rung");
	jobs_free(jobs);
	return done_testing();
}
