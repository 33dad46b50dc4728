/* events.c - see events.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/events.h"
#include "gateway/lines.h"
#include "gateway/os.h"

#define KEPT      20000 /* in memory; a busy account has hundreds a day */
#define SAME_BOOT 5     /* seconds by which two clocks may drift in a day */

struct events {
	pthread_mutex_t mutex;
	pthread_cond_t came;
	struct lines *lines;
	struct event *ring;  /* number k lies at k % KEPT once it is full */
	int64_t first, last; /* numbers kept; last 0: none yet */
	ymd newest; /* file; a clock that is put back makes no older one */
	int room;
	bool is_stopping;
};

/* Into memory; numbers need not begin with 1, for old files may be gone. */
static void
keep(struct events *ev, const struct event *one)
{
	if (ev->last == 0 || one->n != ev->last + 1)
		ev->first = one->n;
	ev->last = one->n;
	if (ev->last - ev->first >= KEPT)
		ev->first = ev->last - KEPT + 1;
	if (ev->room == 0) {
		ev->room = KEPT;
		ev->ring = xcalloc(KEPT, sizeof(*ev->ring));
	}
	ev->ring[one->n % KEPT] = *one;
}

static char *
event_line(const struct event *one)
{
	struct json *v = json_new_map(), *header = json_new_list();
	char iso[ISO_SIZE], *text;

	json_put_int(v, "n", one->n);
	json_put_text(v, "at", epoch_iso(one->at, iso));
	json_put_int(v, "zero", one->zero);
	json_put_bool(v, "ours", one->is_ours);
	for (int i = 0; i < EVENT_HEADERS; i++)
		json_add_text(header, one->header[i]);
	json_put(v, "header", header);
	text = json_print(v);
	json_free(v);
	return text;
}

static void
read_line(void *arg, ymd day, const char *text)
{
	struct events *ev = arg;
	struct err e = { 0 };
	struct json *v = json_parse(text, strlen(text), &e);
	const struct json *header = json_get(v, "header");
	const char *at = json_chars(json_get(v, "at"));
	struct event one = { .is_read = true };

	ev->newest = day; /* they come in order */
	if (v == NULL || at == NULL || epoch_parse_iso(at, &one.at) == -1 ||
	    json_int(v, "n", 1, INT64_MAX / 2, &one.n, &e) == -1 ||
	    json_bool(v, "ours", &one.is_ours, &e) == -1)
		log_warn("event log %d: a line that makes no sense: %s",
		    (int)day, e.msg);
	else {
		if (json_int(v, "zero", 0, INT64_MAX / 2, &one.zero, &e) == -1)
			one.zero = 0; /* of an older gateway */
		for (int i = 0; i < EVENT_HEADERS; i++) {
			const char *s = json_chars(json_at(header, i));

			snprintf(one.header[i], sizeof(one.header[i]), "%s",
			    s != NULL ? s : "");
		}
		/* Numbers never go back. */
		if (one.n > ev->last)
			keep(ev, &one);
	}
	json_free(v);
}

struct events *
events_open(const char *folder, int days, struct err *e)
{
	struct events *ev = xcalloc(1, sizeof(*ev));
	const char *damage;

	pthread_mutex_init(&ev->mutex, NULL);
	pthread_cond_init(&ev->came, NULL);
	ev->lines = lines_open(folder, "events", days, read_line, ev, e);
	if (ev->lines == NULL) {
		events_close(ev);
		return NULL;
	}
	/* Events are hints, the lists are the truth: no reason to stop. */
	if ((damage = lines_damage(ev->lines)) != NULL)
		log_warn("%s: cannot be read; clients will miss events of that "
			 "day",
		    damage);
	return ev;
}

void
events_close(struct events *ev)
{
	if (ev == NULL)
		return;
	lines_close(ev->lines);
	free(ev->ring);
	pthread_cond_destroy(&ev->came);
	pthread_mutex_destroy(&ev->mutex);
	free(ev);
}

/* The steady clock's 0 by the wall's: another one, when that was set. */
static epoch
steady_zero(void)
{
	return wall_seconds() - monotonic_ms() / 1000;
}

int
events_add(struct events *ev, ymd day, struct event *one, struct err *e)
{
	char *line;
	int rc;

	pthread_mutex_lock(&ev->mutex);
	one->n = ev->last + 1;
	one->zero = steady_zero();
	line = event_line(one);
	/* Numbers grow from file to file, too. */
	if (day > ev->newest)
		ev->newest = day;
	rc = lines_append(ev->lines, ev->newest, line, e);
	keep(ev, one);
	pthread_cond_broadcast(&ev->came);
	pthread_mutex_unlock(&ev->mutex);
	free(line);
	return rc;
}

int64_t
events_last(struct events *ev)
{
	int64_t last;

	pthread_mutex_lock(&ev->mutex);
	last = ev->last;
	pthread_mutex_unlock(&ev->mutex);
	return last;
}

bool
events_failed(struct events *ev)
{
	bool is_failed;

	pthread_mutex_lock(&ev->mutex);
	is_failed = lines_failed(ev->lines);
	pthread_mutex_unlock(&ev->mutex);
	return is_failed;
}

int
events_after(
    struct events *ev, int64_t after, int most, int64_t ms, struct event **list)
{
	int64_t until = monotonic_ms() + ms, left;
	int n = -1;

	*list = NULL;
	pthread_mutex_lock(&ev->mutex);
	while (after == ev->last && !ev->is_stopping &&
	    (left = until - monotonic_ms()) > 0)
		os_cond_wait(&ev->came, &ev->mutex, left);
	if (after > ev->last || (ev->last > 0 && after + 1 < ev->first))
		goto out;
	n = ev->last - after < most ? (int)(ev->last - after) : most;
	if (n > 0)
		*list = xcalloc((size_t)n, sizeof(**list));
	for (int i = 0; i < n; i++)
		(*list)[i] = ev->ring[(after + 1 + i) % KEPT];
out:
	pthread_mutex_unlock(&ev->mutex);
	return n;
}

/* By the clock as it goes now.  Whole seconds of two clocks are two apart at
 * the most.  What another process heard may have been before this boot, whose
 * zero is another; or the clock was set since, which looks alike. */
static epoch
moment_of(const struct event *one)
{
	epoch step = steady_zero() - one->zero;

	if (one->is_read &&
	    (one->zero == 0 || step < -SAME_BOOT || step > SAME_BOOT))
		return -1;
	return step < -1 || step > 1 ? one->at + step : one->at;
}

bool
events_is_of(const struct event *one, const char *masked)
{
	return one->is_ours && strcmp(one->header[EVENT_ACCOUNT], masked) == 0;
}

static bool
is_accept(const struct event *one, const char *masked, const char *number)
{
	return events_is_of(one, masked) &&
	    strcmp(one->header[EVENT_ORDER], number) == 0 &&
	    strcmp(one->header[EVENT_STATE], EVENT_ACCEPT) == 0;
}

bool
events_accept(
    struct events *ev, ymd day, const char *masked, int64_t order, epoch *at)
{
	bool is_found = false;
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)order);
	pthread_mutex_lock(&ev->mutex);
	/* Numbers of orders begin anew each day. */
	for (int64_t n = ev->last; n > 0 && n >= ev->first; n--) {
		const struct event *one = &ev->ring[n % KEPT];
		ymd heard = clock_ymd(&(struct clock){ .now = one->at });

		if (heard < day)
			break;
		if (heard > day) /* of a clock that was ahead */
			continue;
		if (is_accept(one, masked, number)) { /* the first counts */
			*at = moment_of(one);
			is_found = true;
		}
	}
	pthread_mutex_unlock(&ev->mutex);
	return is_found;
}

void
events_of_day(struct events *ev, ymd day,
    void (*fn)(void *arg, const struct event *), void *arg)
{
	pthread_mutex_lock(&ev->mutex);
	for (int64_t n = ev->first; n > 0 && n <= ev->last; n++) {
		const struct event *one = &ev->ring[n % KEPT];

		if (clock_ymd(&(struct clock){ .now = one->at }) == day)
			fn(arg, one);
	}
	pthread_mutex_unlock(&ev->mutex);
}

void
events_stop(struct events *ev)
{
	pthread_mutex_lock(&ev->mutex);
	ev->is_stopping = true;
	pthread_cond_broadcast(&ev->came);
	pthread_mutex_unlock(&ev->mutex);
}
