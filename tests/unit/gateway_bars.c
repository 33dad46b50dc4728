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

/* ---- COM: a StockChart of so many full pages, the newest bar first */

static int pages, asked;

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
	int n = (asked - 1) * PAGE + row, minute = 930 - n % PER_DAY;
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
		v = asked < pages;
	else if (strcmp(member, "GetHeaderValue") == 0)
		v = PAGE;
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

static void *
client(void *arg)
{
	static const struct request q = { .method = "GET",
		.path = "/v1/bars/minute",
		.param = { { "code", "005930" }, { "from", "19900101" },
		    { "to", "20250314" } },
		.n_params = 3 };

	(void)arg;
	route_minutes(&g, &q, &reply);
	is_answered = true;
	return NULL;
}

/* How many bars come of so many pages. */
static int
bars_of(int n)
{
	pthread_t thread;
	int64_t idle;

	pages = n;
	asked = 0;
	is_answered = false;
	reply_fini(&reply);
	reply = (struct reply){ 0 };
	pthread_create(&thread, NULL, client, NULL);
	while (!is_answered)
		if (!jobs_step(g.jobs, g.session, &idle))
			sleep_ms(1);
	pthread_join(thread, NULL);
	return reply.code != REPLY_GOOD ?
	    -1 :
	    (int)json_count(json_get(reply.body, "bars"));
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
	reply_fini(&reply);
	session_free(g.session);
	jobs_free(g.jobs);
	return done_testing();
}
