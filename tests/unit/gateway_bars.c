/*
 * Bars without end: an answer is whole, or an error that says what to do;
 * never a part that looks like the whole.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "gateway/gateway.h"
#include "com_idle.h"
#include "tap.h"

#define PAGE    20000
#define PER_DAY 300

/* ---- COM: a StockChart of so many full pages, the newest bar first; behind
 * them nothing, or pages that say there is more: empty, or the last one again */

static int pages, asked;
static enum { TAIL_NONE, TAIL_EMPTY, TAIL_AGAIN } tail;

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	(void)progid;
	(void)f;
	return &object;
}

void
com_wake(void)
{
}

static int64_t
cell(int column, int row)
{
	int page = asked <= pages ? asked : pages;
	int n = (page - 1) * PAGE + row, minute = 930 - n % PER_DAY;
	struct clock c = { .now = INT64_C(1741910701) - n / PER_DAY * 86400 };

	return column == 0 ? clock_ymd(&c) :
	    column == 1    ? minute / 60 * 100 + minute % 60 :
			     1000;
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	int64_t v = 0;

	(void)o;
	(void)n;
	(void)f;
	if (strcmp(member, "BlockRequest") == 0)
		asked++;
	else if (strcmp(member, "IsConnect") == 0)
		v = 1;
	else if (strcmp(member, "GetLimitRemainCount") == 0)
		v = 60;
	else if (strcmp(member, "Continue") == 0)
		v = tail != TAIL_NONE || asked < pages;
	else if (strcmp(member, "GetHeaderValue") == 0)
		v = asked <= pages || tail == TAIL_AGAIN ? PAGE : 0;
	else if (strcmp(member, "GetDataValue") == 0)
		v = cell((int)arg[0].i, (int)arg[1].i);
	if (out != NULL)
		*out = com_long(v);
	return 0;
}

/* ---- */

static struct gateway g = { .waits = { 5000, 40000, 60000 } };
static struct reply reply;
static atomic_bool is_answered;

static const struct request by_period = { .method = "GET",
	.path = "/v1/bars/minute",
	.param = { { "code", "005930" }, { "from", "19900101" },
	    { "to", "20250314" } },
	.n_params = 3 };
static const struct request by_count = { .method = "GET",
	.path = "/v1/bars/minute",
	.param = { { "code", "005930" }, { "count", "5000" } },
	.n_params = 2 };

static void *
client(void *arg)
{
	route_minutes(&g, arg, &reply);
	is_answered = true;
	return NULL;
}

/* How many bars come of so many pages; -1: an error. */
static int
ask(const struct request *q, int n)
{
	pthread_t thread;
	int64_t idle;

	pages = n;
	asked = 0;
	is_answered = false;
	reply_fini(&reply);
	reply = (struct reply){ 0 };
	pthread_create(&thread, NULL, client, (void *)(uintptr_t)q);
	while (!is_answered)
		if (!jobs_step(g.jobs, g.session, &idle))
			sleep_ms(1);
	pthread_join(thread, NULL);
	return reply.code != REPLY_GOOD ?
	    -1 :
	    (int)json_count(json_get(reply.body, "bars"));
}

static int
bars_of(int n)
{
	return ask(&by_period, n);
}

static bool
is_complete(void)
{
	struct err e = { 0 };
	bool is = false;

	ok(json_bool(reply.body, "complete", &is, &e) == 0,
	    "it says whether it is complete: %s", e.msg);
	return is;
}

/* By period, history ends where CREON says so, and nowhere else. */
static void
test_half(void)
{
	tail = TAIL_NONE;
	is_int(bars_of(2), 2 * PAGE, "two pages");
	ok(is_complete(), "are complete");
	for (int kind = TAIL_EMPTY; kind <= TAIL_AGAIN; kind++) {
		tail = kind;
		for (int n = kind == TAIL_EMPTY ? 0 : 1; n <= 2; n++) {
			is_int(bars_of(n), -1, "%d pages of more: an error", n);
			is_int(reply.code, REPLY_CREON_FAILED, "of CREON");
			ok(strstr(reply.message, "more behind") != NULL,
			    "that says so: %s", reply.message);
			is_int(asked, n + 1, "and nothing was asked after it");
		}
	}
}

/* By count, `Continue` means nothing: fewer than asked for, and we say so. */
static void
test_count(void)
{
	tail = TAIL_EMPTY;
	is_int(ask(&by_count, 1), 5000, "as many as asked for");
	ok(is_complete(), "are complete");
	is_int(ask(&by_count, 0), 0, "none at all");
	ok(!is_complete(), "are not");
	tail = TAIL_NONE;
	is_int(ask(&by_count, 0), 0, "none, and no more");
	ok(is_complete(), "is all there is");
}

int
main(void)
{
	static const struct session_options none;

	g.jobs = jobs_new();
	g.session = session_new(&none, NULL);
	session_watch(g.session);
	is_int(bars_of(1), PAGE, "a page: %s", reply.message);
	is_int(bars_of(10), 10 * PAGE, "as many as may be");
	is_int(bars_of(11), -1, "more are not cut");
	is_int(reply.code, REPLY_TOO_LARGE, "but refused");
	ok(strstr(reply.message, "fewer days") != NULL, "with what to do: %s",
	    reply.message);
	test_half();
	test_count();
	reply_fini(&reply);
	session_free(g.session);
	jobs_free(g.jobs);
	return done_testing();
}
