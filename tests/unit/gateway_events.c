/*
 * The gateway's log of events: numbers that grow for ever, what a client that
 * fell behind is told, and which event was an order's first.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "gateway/events.h"
#include "tap.h"

#define DAY    20250314
#define AT     INT64_C(1741910701) /* 09:05:01 of that day */
#define NEXT   (24 * 3600)         /* the same, a day later */
#define KEPT   20000
#define MASKED "******489"

static char dir[] = "/tmp/gateway_events.XXXXXX";

/* What is on disk is gateway_lines' matter. */
int __wrap_fsync(int fd);

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* Somebody set the wall's clock by so much.  While both clocks stand still, no
 * second ends between two looks at them. */
static epoch step;
static bool is_still;
epoch __real_wall_seconds(void);
epoch __wrap_wall_seconds(void);
int64_t __real_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void);

epoch
__wrap_wall_seconds(void)
{
	return (is_still ? AT : __real_wall_seconds()) + step;
}

int64_t
__wrap_monotonic_ms(void)
{
	return is_still ? 1000 : __real_monotonic_ms();
}

static struct events *
reopen(struct events *ev)
{
	struct err e = { 0 };

	events_close(ev);
	if ((ev = events_open(dir, 31, &e)) == NULL)
		printf("# %s\n", e.msg);
	return ev;
}

/* What was heard of an order: EVENT_ACCEPT, or "1", a fill. */
static void
hear(struct events *ev, epoch at, const char *order, const char *state,
    bool is_ours)
{
	struct event one = { .at = at, .is_ours = is_ours };
	struct clock c = { .now = at };
	struct err e = { 0 };

	snprintf(one.header[EVENT_ORDER], sizeof(one.header[0]), "%s", order);
	snprintf(one.header[EVENT_STATE], sizeof(one.header[0]), "%s", state);
	snprintf(
	    one.header[EVENT_ACCOUNT], sizeof(one.header[0]), "%s", MASKED);
	if (events_add(ev, clock_ymd(&c), &one, &e) == -1)
		printf("# %s\n", e.msg);
}

static void
add(struct events *ev, epoch at, const char *order)
{
	hear(ev, at, order, EVENT_ACCEPT, true);
}

static int
after(struct events *ev, int64_t n, int most, int64_t *first)
{
	struct event *list;
	int got = events_after(ev, n, most, 0, &list);

	*first = got > 0 ? list[0].n : 0;
	free(list);
	return got;
}

static void
test_accept(void)
{
	struct events *ev = reopen(NULL);
	epoch at = 0;

	ok(!events_accept(ev, DAY, MASKED, 7, &at),
	    "an empty log knows no order");
	add(ev, AT - NEXT, "7");
	add(ev, AT, "7");
	add(ev, AT + 1, "8");
	add(ev, AT + 2, "7");
	ok(events_accept(ev, DAY, MASKED, 7, &at), "the order was heard of");
	is_int(at, AT, "first at its accept, of that day");
	ok(!events_accept(ev, DAY, MASKED, 9, &at), "another was not");
	/* The PC's clock was a day ahead, and is put right. */
	add(ev, AT + NEXT, "9");
	add(ev, AT + NEXT, "7");
	add(ev, AT + 3, "10");
	ok(!events_accept(ev, DAY, MASKED, 9, &at),
	    "nor by an event of a later day");
	ok(events_accept(ev, DAY, MASKED, 7, &at) && at == AT,
	    "which hides none of this one");
	ok(events_accept(ev, DAY, MASKED, 10, &at) && at == AT + 3,
	    "before or after");
	/* Its accept was not heard: when it was taken, nobody knows. */
	hear(ev, AT + 300, "13", "1", true);
	ok(!events_accept(ev, DAY, MASKED, 13, &at), "a fill is no accept");
	hear(ev, AT + 300, "14", EVENT_ACCEPT, false);
	ok(!events_accept(ev, DAY, MASKED, 14, &at),
	    "nor that of another account");
	hear(ev, AT + 301, "14", EVENT_ACCEPT, true);
	hear(ev, AT + 302, "14", EVENT_ACCEPT, true);
	ok(events_accept(ev, DAY, MASKED, 14, &at) && at == AT + 301,
	    "ours is, the first of them");
	events_close(ev);
}

/* The PC's clock is set after the accept was heard: what it says is told by the
 * clock as it goes now, which is what a client compares with its own. */
static void
test_clock(void)
{
	struct events *ev = reopen(NULL);
	epoch at;

	is_still = true;
	add(ev, AT + 600, "20");
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == AT + 600,
	    "as it was heard");
	step = 12;
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == AT + 612,
	    "twelve seconds were put on since");
	step = -500;
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == AT + 100,
	    "or taken off");
	step = 0;
	ok(!events_accept(ev, DAY, "******980", 20, &at),
	    "of another account nothing was");
	ev = reopen(ev);
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == AT + 600,
	    "a restart of the gateway changes nothing");
	step = 4;
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == AT + 604,
	    "nor do clocks that drift");
	step = 12;
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == -1,
	    "set since, or another boot: heard, but when nobody knows");
	step = -500;
	ok(events_accept(ev, DAY, MASKED, 20, &at) && at == -1, "nor put back");
	step = 0;
	is_still = false;
	events_close(ev);
}

static void
test_numbers(void)
{
	struct events *ev = reopen(NULL);
	int64_t last = events_last(ev), first;

	is_int(last, 12, "numbers go on after a restart");
	is_int(after(ev, 0, 500, &first), 12, "all of them are there");
	is_int(first, 1, "from the first on");
	is_int(after(ev, 5, 1, &first), 1, "no more than asked for");
	is_int(first, 6, "the next ones");
	is_int(after(ev, 12, 500, &first), 0, "after the last there is none");
	is_int(after(ev, 13, 500, &first), -1, "beyond it is another log");
	events_close(ev);
}

static void
test_full(void)
{
	struct events *ev = reopen(NULL);
	int64_t last = events_last(ev), first;
	epoch at;

	for (int64_t n = last; n < KEPT; n++)
		add(ev, AT + NEXT, "11");
	is_int(after(ev, 0, 1, &first), 1, "so many are kept");
	add(ev, AT + NEXT, "12");
	is_int(after(ev, 0, 1, &first), -1, "one more, and the first is gone");
	is_int(after(ev, 1, 2 * KEPT, &first), KEPT, "the others are there");
	is_int(first, 2, "from the second on");
	ok(events_accept(ev, DAY, MASKED, 7, &at) && at == AT,
	    "and looked through");
	for (int i = 0; i < 10; i++)
		add(ev, AT + NEXT, "12");
	ok(!events_accept(ev, DAY - 1, MASKED, 7, &at), "what is gone is not");
	ev = reopen(ev);
	is_int(events_last(ev), KEPT + 11, "the same after a restart");
	is_int(after(ev, 10, 1, &first), -1, "what is too old");
	is_int(after(ev, 11, 1, &first), 1, "and what is kept");
	is_int(first, 12, "begins there");
	events_close(ev);
}

/* ---- waiting */

static void *
stop_soon(void *arg)
{
	sleep_ms(50);
	events_stop(arg);
	return NULL;
}

static void *
add_soon(void *arg)
{
	sleep_ms(50);
	add(arg, AT + NEXT, "13");
	return NULL;
}

static int
wait_while(struct events *ev, void *(*what)(void *), int64_t *took)
{
	int64_t start = monotonic_ms();
	struct event *list;
	pthread_t thread;
	int n;

	pthread_create(&thread, NULL, what, ev);
	n = events_after(ev, events_last(ev), 500, 20000, &list);
	*took = monotonic_ms() - start;
	pthread_join(thread, NULL);
	free(list);
	return n;
}

static void
test_wait(void)
{
	struct events *ev = reopen(NULL);
	int64_t took;

	is_int(wait_while(ev, add_soon, &took), 1, "who waits gets the next");
	ok(took < 10000, "when it comes");
	is_int(wait_while(ev, stop_soon, &took), 0, "at the end, nothing");
	ok(took < 10000, "at once");
	is_int(wait_while(ev, stop_soon, &took), 0, "nor later");
	events_close(ev);
}

int
main(void)
{
	char cmd[96];

	if (mkdtemp(dir) == NULL)
		return 1;
	test_accept();
	test_clock();
	test_numbers();
	test_full();
	test_wait();
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
