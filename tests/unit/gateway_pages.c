/*
 * Answers of many pages: whole, or an error that says what to do; never a part
 * that looks like the whole, and never asked for without end.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "gateway/fills.h"
#include "gateway/gateway.h"
#include "com_idle.h"
#include "tap.h"

#define PAGE      20000 /* bars */
#define PER_DAY   300
#define POSITIONS 50 /* of a page */
#define ORDERS    20

/* ---- COM: so many full pages; behind them nothing, or pages that say there
 * is more: empty, or the last one again */

static int pages, asked, page_size, empty_column = -1;
static enum { TAIL_NONE, TAIL_EMPTY, TAIL_AGAIN } tail;
static struct com_value (*cell)(int column, int n);

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

/* Of StockChart, the newest first. */
static struct com_value
bar_cell(int column, int n)
{
	int minute = 930 - n % PER_DAY;
	struct clock c = { .now = INT64_C(1741910701) - n / PER_DAY * 86400 };

	if (column == empty_column && n == PAGE + 1)
		return (struct com_value){ 0 };
	return com_long(column == 0 ? clock_ymd(&c) :
		column == 1         ? minute / 60 * 100 + minute % 60 :
				      1000);
}

/* Of CpTd6033, each a stock of its own, and one share of it. */
static struct com_value
position_cell(int column, int n)
{
	char code[16];

	if (column != 12)
		return com_long(column == 1 ? ' ' : 1);
	snprintf(code, sizeof(code), "A%06d", n);
	return com_text(code);
}

/* Of CpTd5341 and CpTd5339: a person's orders of ELWs, which are no shares. */
static struct com_value
elw_cell(int column, int n)
{
	return column == 3 ? com_text("J50123") : com_long(n + 1);
}

static struct com_value
number_of(const char *member)
{
	if (strcmp(member, "IsConnect") == 0)
		return com_long(1);
	if (strcmp(member, "GetLimitRemainCount") == 0)
		return com_long(60);
	if (strcmp(member, "Continue") == 0)
		return com_long(tail != TAIL_NONE || asked < pages);
	if (strcmp(member, "GetHeaderValue") == 0)
		return com_long(
		    asked <= pages || tail == TAIL_AGAIN ? page_size : 0);
	return com_long(0);
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	int page = asked <= pages ? asked : pages;
	struct com_value v;

	(void)o;
	(void)n;
	(void)f;
	if (strcmp(member, "BlockRequest") == 0)
		asked++;
	if (strcmp(member, "GetDataValue") == 0)
		v = cell((int)arg[0].i, (page - 1) * page_size + (int)arg[1].i);
	else if (strcmp(member, "AccountNumber") == 0)
		v = com_texts((const char *[]){ "335123456" }, 1);
	else if (strcmp(member, "GoodsList") == 0)
		v = com_texts((const char *[]){ "10" }, 1);
	else
		v = number_of(member);
	if (out != NULL)
		*out = v;
	else
		com_value_fini(&v);
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

static const struct request positions = { .method = "GET",
	.path = "/v1/positions" };

static const struct request orders = { .method = "GET", .path = "/v1/orders" };
static const struct request open_orders = { .method = "GET",
	.path = "/v1/orders/open" };

static void *
client(void *arg)
{
	if (arg == &positions)
		route_positions(&g, arg, &reply);
	else if (arg == &orders)
		route_orders(&g, arg, &reply);
	else if (arg == &open_orders)
		route_open_orders(&g, arg, &reply);
	else
		route_minutes(&g, arg, &reply);
	is_answered = true;
	return NULL;
}

/* How many items come of so many pages; -1: an error. */
static int
ask(const struct request *q, int n)
{
	bool is_list = q == &orders || q == &open_orders;
	bool is_bars = q != &positions && !is_list;
	pthread_t thread;
	int64_t idle;

	cell = is_bars ? bar_cell : is_list ? elw_cell : position_cell;
	page_size = is_bars ? PAGE : is_list ? ORDERS : POSITIONS;
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
	return reply.code != REPLY_GOOD ? -1 :
					  (int)json_count(json_get(reply.body,
					      is_bars     ? "bars" :
						  is_list ? "orders" :
							    "positions"));
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

/* A volume that is missing is not 0. */
static void
test_empty(void)
{
	tail = TAIL_NONE;
	for (empty_column = 7; empty_column >= 0; empty_column--) {
		is_int(bars_of(2), -1, "a bar without column %d", empty_column);
		is_int(reply.code, REPLY_CREON_FAILED, "is no bar: %s",
		    reply.message);
	}
	is_int(bars_of(2), 2 * PAGE, "with all of them it is");
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

static void
test_positions(void)
{
	tail = TAIL_NONE;
	is_int(ask(&positions, 1), POSITIONS, "a page: %s", reply.message);
	is_int(ask(&positions, 200), 10000, "as many as may be");
	is_int(ask(&positions, 201), -1, "and no more");
	is_int(reply.code, REPLY_CREON_FAILED, "which is CREON's mistake");
	ok(strstr(reply.message, "10050 positions") != NULL, "said so: %s",
	    reply.message);
	tail = TAIL_AGAIN;
	for (int n = 1; n <= 3; n++) {
		is_int(ask(&positions, n), -1, "page %d again", n);
		is_int(reply.code, REPLY_CREON_FAILED, "is an error");
		ok(strstr(reply.message, "more behind") != NULL, "said so: %s",
		    reply.message);
		is_int(asked, n + 1, "at once");
	}
}

/* What we do not trade is left out, and is no reason to see no orders at all. */
static void
test_others(void)
{
	const struct request *const list[] = { &orders, &open_orders };

	for (size_t i = 0; i < NELEM(list); i++) {
		tail = TAIL_NONE;
		is_int(ask(list[i], 3), 0, "%s: three pages of no shares: %s",
		    list[i]->path, reply.message);
		is_int(asked, 3, "were read");
		tail = TAIL_EMPTY;
		is_int(ask(list[i], 1), -1, "an empty page, and more");
		ok(strstr(reply.message, "more behind") != NULL, "is told: %s",
		    reply.message);
		tail = TAIL_AGAIN;
		is_int(ask(list[i], 1), -1, "one that comes for ever ends");
		is_int(asked, 500, "some time");
	}
}

int
main(void)
{
	static const struct session_options none;
	char dir[] = "/tmp/gateway_pages.XXXXXX", cmd[96];
	struct err e = { 0 };

	if (mkdtemp(dir) == NULL ||
	    (g.journal = journal_open(dir, 31, &e)) == NULL ||
	    (g.events = events_open(dir, 31, &e)) == NULL)
		return 99;
	g.jobs = jobs_new();
	g.session = session_new(&none, NULL);
	g.fills = fills_new();
	session_watch(g.session);
	is_int(bars_of(1), PAGE, "a page: %s", reply.message);
	is_int(bars_of(10), 10 * PAGE, "as many as may be");
	is_int(bars_of(11), -1, "more are not cut");
	is_int(reply.code, REPLY_TOO_LARGE, "but refused");
	ok(strstr(reply.message, "fewer days") != NULL, "with what to do: %s",
	    reply.message);
	test_half();
	test_count();
	test_empty();
	test_positions();
	test_others();
	reply_fini(&reply);
	fills_free(g.fills);
	session_free(g.session);
	jobs_free(g.jobs);
	events_close(g.events);
	journal_close(g.journal);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
