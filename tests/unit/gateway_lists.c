/*
 * Lists of orders over pages that a test writes row by row: a day that is too
 * long to be read by execution, and what CREON may do to its rows between two
 * pages, or has never promised of them.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "gateway/fills.h"
#include "gateway/gateway.h"
#include "com_idle.h"
#include "tap.h"

#define PAGE 20

/* ---- COM: one list at a time, whose pages the test gives */

struct row {
	int64_t order, n, filled, row_n, row_price, remaining;
};

static struct row row[PAGE];
static int n_rows, asked, asked_by_order, page;
static int64_t first;
static bool by_order, more;
static void (*give)(void); /* fills in row, n_rows and more */

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	(void)progid;
	(void)f;
	page = -1;
	return &object;
}

void
com_wake(void)
{
}

static struct com_value
cell(int column, const struct row *r)
{
	switch (column) {
	case 1:
		return com_long(r->order);
	case 3:
		return com_text("A005930");
	case 7:
		return com_long(r->n);
	case 9:
		return com_long(r->filled);
	case 10:
		return com_long(by_order ? r->filled : r->row_n);
	case 11:
		return com_long(r->row_price);
	case 22:
		return com_long(r->remaining);
	case 34:
		return com_text("01");
	case 35:
		return com_text("2");
	case 36:
		return com_text("1");
	case 2:
	case 8:
	case 12:
		return com_long(0);
	default:
		return com_text("");
	}
}

static struct com_value
number_of(const char *member)
{
	if (strcmp(member, "IsConnect") == 0)
		return com_long(1);
	if (strcmp(member, "GetLimitRemainCount") == 0)
		return com_long(60);
	if (strcmp(member, "Continue") == 0)
		return com_long(more);
	if (strcmp(member, "GetHeaderValue") == 0)
		return com_long(n_rows);
	return com_long(0);
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	struct com_value v;

	(void)o;
	(void)n;
	(void)f;
	if (strcmp(member, "SetInputValue") == 0 && arg[0].i == 3)
		first = com_int(&arg[1]);
	if (strcmp(member, "SetInputValue") == 0 && arg[0].i == 6)
		by_order = com_int(&arg[1]) == '3';
	if (strcmp(member, "BlockRequest") == 0) {
		asked++;
		asked_by_order += by_order;
		page++;
		n_rows = 0;
		more = false;
		give();
	}
	if (strcmp(member, "GetDataValue") == 0)
		v = cell((int)arg[0].i, &row[arg[1].i]);
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

/* ---- the gateway */

static epoch today = 1741910701; /* 2025-03-14 09:05:01 */
struct clock __wrap_clock_wall(void);

struct clock
__wrap_clock_wall(void)
{
	return (struct clock){ .now = today };
}

static struct gateway g = { .waits = { 5000, 40000, 60000 } };
static struct reply reply;
static atomic_bool is_answered;
static const struct session_options none;
static char dir[] = "/tmp/gateway_lists.XXXXXX";

static void *
client(void *arg)
{
	static const struct request q = { .method = "GET",
		.path = "/v1/orders" };

	(void)arg;
	route_orders(&g, &q, &reply);
	is_answered = true;
	return NULL;
}

static void
begin(void (*rows)(void))
{
	struct err e = { 0 };

	give = rows;
	asked = asked_by_order = 0;
	g.short_lists = 0;
	g.jobs = jobs_new();
	g.session = session_new(&none, NULL);
	g.fills = fills_new();
	if ((g.journal = journal_open(dir, 31, &e)) == NULL ||
	    (g.events = events_open(dir, 31, &e)) == NULL)
		exit(99);
	session_watch(g.session);
}

static void
end(void)
{
	events_close(g.events);
	journal_close(g.journal);
	fills_free(g.fills);
	session_free(g.session);
	jobs_free(g.jobs);
	reply_fini(&reply);
}

static void
look_at(const char *what, enum reply_code want)
{
	pthread_t thread;
	int64_t idle;

	is_answered = false;
	reply_fini(&reply);
	reply = (struct reply){ 0 };
	pthread_create(&thread, NULL, client, NULL);
	while (!is_answered)
		if (!jobs_step(g.jobs, g.session, &idle))
			sleep_ms(1);
	pthread_join(thread, NULL);
	ok(reply.code == want, "%s: %s", what, reply.message);
}

static void
look(const char *what)
{
	look_at(what, REPLY_GOOD);
}

/* A number of that order in the answer; -1: it is not there, or nil. */
static int64_t
told(int64_t order, const char *name)
{
	const struct json *list = json_get(reply.body, "orders");
	struct err e = { 0 };
	int64_t n;

	for (int i = 0; i < json_count(list); i++) {
		const struct json *o = json_at(list, i);

		if (json_int(o, "order", 0, INT64_MAX, &n, &e) == 0 &&
		    n == order && json_int(o, name, 0, INT64_MAX, &n, &e) == 0)
			return n;
	}
	return -1;
}

/* The numbers that the answer lacks, and says so. */
static const char *
missing(void)
{
	const struct json *list = json_get(reply.body, "missing");
	static char text[200];
	struct err e = { 0 };
	bool is_complete;
	size_t used = 0;
	int64_t n;

	text[0] = '\0';
	for (int i = 0; i < json_count(list); i++)
		if (json_int_at(list, i, 0, INT64_MAX, &n, &e) == 0)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, "%s%lld", i > 0 ? " " : "",
			    (long long)n);
	if (json_bool(reply.body, "complete", &is_complete, &e) == -1 ||
	    is_complete != (used == 0))
		snprintf(text, sizeof(text), "it says otherwise");
	return text;
}

/* ---- The day: orders with so many fills of five each, at prices that tell
 * them apart */

#define ORDERS 4
static const int fills_of_[ORDERS + 1] = { 0, 30, 9, 21, 30 };

static struct row
row_of(int order, int fill)
{
	int64_t n = 5 * (int64_t)fills_of_[order];

	return (struct row){ order, n, n, 5, 1000 * order + fill, 0 };
}

static int64_t
won_of(int order)
{
	int64_t sum = 0;

	for (int i = 0; i < fills_of_[order]; i++)
		sum += row_of(order, i).row_n * row_of(order, i).row_price;
	return sum;
}

static void
give_row(struct row r)
{
	row[n_rows++] = r;
}

static void
are_right(const char *what)
{
	for (int k = 1; k <= ORDERS; k++)
		is_int(
		    told(k, "filled_won"), won_of(k), "%s: order %d", what, k);
}

static void
give_orders(void)
{
	for (int k = 1; k <= ORDERS; k++)
		give_row(row_of(k, 0));
}

/* A page of all, from the first wanted order on; `shift` rows come again. */
static void
give_in_order(int shift)
{
	int from = page * PAGE - shift, at = 0;

	for (int k = (int)(first > 0 ? first : 1); k <= ORDERS; k++)
		for (int i = 0; i < fills_of_[k]; i++, at++) {
			if (at >= from && n_rows < PAGE)
				give_row(row_of(k, i));
			else if (n_rows == PAGE)
				more = true;
		}
}

/* ---- A row comes again on the page on which the reading ends: 21 of order
 * 3's executions were read, as many as it has, and its first is twice. */

static void
give_shifted(void)
{
	if (by_order)
		give_orders();
	else
		give_in_order(first == 0 && page == 2 ? 1 : 0);
}

static void
test_half_read(void)
{
	begin(give_shifted);
	look("a long day, whose rows shift");
	ok(asked_by_order > 0, "is read by order");
	are_right("half read");
	look("again");
	are_right("again");
	end();
}

/* ---- Rows by time: those of an order do not stand together. */

static void
give_by_time(void)
{
	int at = 0;

	if (by_order) {
		give_orders();
		return;
	}
	for (int i = 0; i < 30; i++)
		for (int k = (int)(first > 0 ? first : 1); k <= ORDERS; k++) {
			if (i >= fills_of_[k])
				continue;
			if (at >= page * PAGE && n_rows < PAGE)
				give_row(row_of(k, i));
			else if (n_rows == PAGE)
				more = true;
			at++;
		}
}

static void
test_by_time(void)
{
	begin(give_by_time);
	for (int i = 0; i < 3; i++) {
		look("rows by time");
		are_right("rows by time");
		asked = 0;
		look("again");
		ok(asked == 1 || i == 2, "what is known is known");
		fills_free(g.fills);
		g.fills = fills_new();
	}
	asked_by_order = 0;
	look("once more");
	are_right("once more");
	is_int(asked_by_order, 0, "no list by order is tried any more");
	end();
}

/* ---- An amend of all that remains is listed as one of nothing, and its fills
 * say so still, or how many it is of by now. */

static int64_t n_since, left_since;

static void
give_amend(void)
{
	give_shifted();
	for (int i = 0; i < n_rows; i++)
		if (row[i].order == 4) {
			row[i].n = by_order ? 0 : n_since;
			row[i].remaining = by_order ? 0 : left_since;
		}
}

static void
test_amend(void)
{
	begin(give_amend);
	look("an amend of nothing");
	are_right("an amend of nothing");
	is_int(told(4, "qty"), 0, "so it is told");
	is_int(told(4, "remaining"), 0, "and nothing of it remains");
	end();
	n_since = 160;
	left_since = 10;
	begin(give_amend);
	look("an amend of nothing, then");
	is_int(told(4, "qty"), 160, "of so many by now");
	is_int(told(4, "remaining"), 10, "of which this remains");
	end();
}

/* ---- The first page for ever, where all is read by execution. */

static void
give_same(void)
{
	int was = page;

	page = 0;
	give_in_order(0);
	page = was;
	more = true;
}

static void
test_same(void)
{
	begin(give_same);
	g.short_lists = 3;
	look_at("the same page for ever", REPLY_CREON_FAILED);
	ok(strstr(reply.message, "more behind") != NULL, "says so: %s",
	    reply.message);
	/* Twenty fills may be as like as twenty others, of thirty. */
	ok(asked <= 3, "at once: %d", asked);
	end();
}

/* ---- Midnight passes between two pages. */

static void
give_midnight(void)
{
	give_in_order(0);
	if (asked == 2)
		today += 86400;
}

static void
test_midnight(void)
{
	begin(give_midnight);
	g.short_lists = 3;
	look_at("a list begun yesterday", REPLY_CREON_FAILED);
	ok(strstr(reply.message, "midnight") != NULL, "is none of today: %s",
	    reply.message);
	look("the next");
	end();
}

/* ---- Two lists at once: the other one is later, and has a new order. */

#define NEWER 9

static void
give_beside_another(void)
{
	give_shifted();
	if (by_order)
		fills_see(g.fills, NEWER);
}

static void
test_two_lists(void)
{
	begin(give_beside_another);
	look("another list had a newer order meanwhile");
	are_right("all the same");
	is_int(g.short_lists, 0, "rows by order lack nothing");
	is_str(missing(), "", "nor does the list");
	look("the next one");
	is_str(missing(), "9", "must have it");
	end();
}

/* ---- Rows by order lack one, and all executions are more than can be read. */

static int lacking; /* the last ones */

static void
give_too_many(void)
{
	if (lacking == 0) {
		give_shifted();
		return;
	}
	if (by_order) {
		give_orders();
		n_rows -= lacking;
		return;
	}
	sleep_ms(20);
	more = true;
	give_row((struct row){ 100 + asked, 5, 5, 5, 1000, 0 });
}

static void
look_in_vain(void)
{
	g.waits.query_ms = 500;
	look_at("all executions, in vain", REPLY_TIMEOUT);
	g.waits.query_ms = 60000;
}

static void
test_too_many(void)
{
	lacking = 0;
	begin(give_too_many);
	look("a whole list");
	lacking = 1;
	look_in_vain();
	asked = 0;
	look("the next one is by order");
	is_int(asked, 1, "and reads no more");
	is_str(missing(), "4", "it says which order it lacks");
	lacking = 3;
	look_in_vain();
	look_in_vain();
	look("it is so with each, however many they are");
	is_str(missing(), "2 3 4", "it says which");
	lacking = 0;
	look("they are there again");
	is_str(missing(), "", "and nothing lacks");
	end();
}

int
main(void)
{
	char cmd[96];

	if (mkdtemp(dir) == NULL)
		return 99;
	test_half_read();
	test_by_time();
	test_amend();
	test_same();
	test_midnight();
	test_two_lists();
	test_too_many();
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
