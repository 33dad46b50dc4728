/* conclusion.c - see conclusion.h. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/conclusion.h"
#include "gateway/record.h"
#include "gateway/session.h"

#define NAME 1 /* the header with the owner's name */

struct conclusion {
	struct dib *dib;
	struct events *events;
	const char *account;
};

/* One header as text.  What cannot be read is empty: the others count. */
static void
read_header(struct conclusion *c, int i, char *buf, size_t size)
{
	struct com_value v = { 0 };
	struct err e = { 0 };

	if (dib_header(c->dib, i, &v, &e) == -1)
		log_warn("%s", e.msg);
	com_str(&v, buf, size);
	com_value_fini(&v);
}

static void
hide(char *buf, size_t size)
{
	char *masked = record_mask(buf);

	memcpy(buf, masked, strnlen(masked, size - 1));
	free(masked);
}

static void
heard(void *arg)
{
	struct conclusion *c = arg;
	struct clock now = session_now();
	struct event one = { .at = now.now };
	struct err e = { 0 };

	for (int i = 0; i < EVENT_HEADERS; i++)
		if (i != NAME)
			read_header(c, i, one.header[i], sizeof(one.header[i]));
	one.is_ours = strcmp(one.header[EVENT_ACCOUNT], c->account) == 0;
	hide(one.header[EVENT_ACCOUNT], sizeof(one.header[EVENT_ACCOUNT]));
	if (events_add(c->events, clock_ymd(&now), &one, &e) == -1)
		log_error("event %lld: %s; clients get it as long as the "
			  "gateway lives",
		    (long long)one.n, e.msg);
}

struct conclusion *
conclusion_new(struct events *events, const char *account, struct err *e)
{
	struct conclusion *c = xcalloc(1, sizeof(*c));

	c->events = events;
	c->account = account;
	if ((c->dib = dib_new("DsCbo1.CpConclusion", e)) != NULL &&
	    dib_listen(c->dib, heard, c, e) == 0 &&
	    dib_call(c->dib, "Subscribe", NULL, 0, NULL, e) == 0)
		return c;
	conclusion_free(c);
	return NULL;
}

void
conclusion_free(struct conclusion *c)
{
	if (c == NULL)
		return;
	dib_free(c->dib);
	free(c);
}
