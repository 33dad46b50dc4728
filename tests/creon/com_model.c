/*
 * com_model.c - gateway/com.h without Windows: CREON's objects in the same
 * process, and the model behind them, of the configuration that the
 * environment names in CREON_MODEL.
 *
 * An event is heard in com_wait(), or where a request pumps messages, and
 * nowhere else, as under COM.
 *
 * CREON_REAL in the environment: as on the day it counts (object.h).
 * CREON_DIE=N: the process dies at the Nth call of a member.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "creon/model.h"
#include "creon/object.h"
#include "gateway/com.h"

#define LOOK_MS 25 /* between two looks for events */

struct com_object {
	struct object *o;
	void (*heard)(void *);
	void *arg;
	struct com_object *next;
};

static struct model *model;
static struct com_object *all;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
static bool is_woken;

static long calls_left; /* 0: any number */

/* ---- Objects ----------------------------------------------------------------- */

static int
fail(struct com_fault *f, uint32_t hresult, const char *text)
{
	*f = (struct com_fault){ .hresult = hresult };
	snprintf(
	    f->text, sizeof(f->text), "%.*s", (int)sizeof(f->text) - 1, text);
	return -1;
}

int
com_begin(struct com_fault *f)
{
	const char *config = getenv("CREON_MODEL");
	const char *die = getenv("CREON_DIE");
	struct err e = { 0 };

	if (config == NULL)
		return fail(f, COM_NO_CLASS, "CREON_MODEL names no file");
	calls_left = die == NULL ? 0 : strtol(die, NULL, 10);
	model = model_open(config, &e);
	return model == NULL ? fail(f, COM_NO_CLASS, e.msg) : 0;
}

void
com_end(void)
{
	model_close(model);
	model = NULL;
}

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	struct object *o = object_is_there(progid) ? object_new(progid) : NULL;
	struct com_object *c;

	if (o == NULL) {
		fail(f, COM_NO_CLASS, "no such class");
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->o = o;
	c->next = all;
	all = c;
	return c;
}

void
com_free(struct com_object *c)
{
	if (c == NULL)
		return;
	for (struct com_object **p = &all; *p != NULL; p = &(*p)->next)
		if (*p == c) {
			*p = c->next;
			break;
		}
	object_free(c->o);
	free(c);
}

int32_t
com_member(struct com_object *c, const char *member)
{
	return object_member(c->o, member);
}

int
com_invoke(struct com_object *c, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	int dispid = object_member(c->o, member);

	if (calls_left > 0 && --calls_left == 0)
		creon_die();
	if (out != NULL)
		*out = (struct com_value){ 0 };
	if (dispid == -1)
		return fail(f, COM_NO_MEMBER, "unknown name");
	return object_call(c->o, dispid, arg, n, out, f);
}

int
com_listen(
    struct com_object *c, void (*heard)(void *), void *arg, struct com_fault *f)
{
	if (object_source(c->o) == -1)
		return fail(f, UINT32_C(0x80040200), "no connection point");
	c->heard = heard;
	c->arg = arg;
	return 0;
}

/* ---- Events -------------------------------------------------------------------- */

/* What there is to hear now; false: nothing. */
static bool
dispatch(void)
{
	struct creon_event ev;
	bool has_news = false;

	while (model_event(model, &ev) == 1) {
		for (struct com_object *c = all; c != NULL; c = c->next) {
			if (c->heard == NULL || !object_hears(c->o) ||
			    object_source(c->o) != (int)ev.source)
				continue;
			object_take(c->o, &ev);
			c->heard(c->arg);
			has_news = true;
		}
		answer_fini(&ev.said);
	}
	return has_news;
}

static bool
take_wake(int ms)
{
	struct timespec until;
	bool was;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&lock);
	if (!is_woken && ms > 0)
		pthread_cond_timedwait(&woken, &lock, &until);
	was = is_woken;
	is_woken = false;
	pthread_mutex_unlock(&lock);
	return was;
}

void
com_wait(int timeout_ms)
{
	int64_t until = monotonic_ms() + timeout_ms, left;

	do {
		if (take_wake(0) || dispatch())
			return;
		left = until - monotonic_ms();
		if (left > 0 && take_wake(left < LOOK_MS ? (int)left : LOOK_MS))
			return;
	} while (left > 0);
}

void
com_wake(void)
{
	pthread_mutex_lock(&lock);
	is_woken = true;
	pthread_cond_signal(&woken);
	pthread_mutex_unlock(&lock);
}

/* ---- Behind the objects ---------------------------------------------------------- */

int
creon_request(
    const struct creon_request *r, struct creon_answer *a, struct com_fault *f)
{
	return model_request(model, r, a, f);
}

int
creon_call(const char *progid, const char *member, const struct com_value *arg,
    int n, struct com_value *out, struct com_fault *f)
{
	return model_call(model, progid, member, arg, n, out, f);
}

void
creon_pause(int ms)
{
	int64_t until = monotonic_ms() + ms;

	do {
		dispatch();
		sleep_ms(5);
	} while (monotonic_ms() < until);
}

_Noreturn void
creon_die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}
