/*
 * http.c - lib/broker/http.h without a network: Korea Investment's sandbox is
 * asked in the same process.
 *
 * Linked into the programs in place of lib/broker/http.c.  Each program that
 * asks opens the server anew: what it must remember is in the broker's books,
 * and tokens say themselves what they are good for.  The account's faults are
 * those of [paper], as at the paper broker; what breaks on the wire is what
 * world_wire() says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/feed.h"
#include "base/clock.h"
#include "base/mem.h"
#include "broker/http.h"
#include "sandbox/sandbox.h"
#include "store/stocks.h"
#include "trade/settings.h"
#include "world.h"

#define ROWS 3 /* of a page, so that there are some */

struct http {
	struct conf *conf;
	struct store *feed;
	struct calendar *cal;
	struct sandbox *sb;
};

/* ---- The server ----------------------------------------------------------------- */

static int
add_troubles(struct http *h, struct err *e)
{
	char text[800], *rest = text, *one;

	snprintf(text, sizeof(text), "%s", world_wire());
	while ((one = strsep(&rest, " ")) != NULL)
		if (one[0] != '\0' && sandbox_trouble(h->sb, one, e) == -1)
			return -1;
	return 0;
}

static int
open_server(struct http *h, struct err *e)
{
	struct clock now = clock_wall();
	struct sandbox_options o = { .limit = world_requests(),
		.rows = ROWS,
		.seed = (uint64_t)now.now ^ (uint64_t)getpid() << 32 };
	struct broker_env env = { .clock = &now };
	struct limits limits;

	if ((h->conf = broker_conf_open(getenv("MAEMAE_CONF"), true, e)) ==
		NULL ||
	    (h->feed = store_open(FEED, STORE_READ, e)) == NULL ||
	    (h->cal = store_calendar(h->feed, 0, e)) == NULL)
		return -1;
	limits_default(&limits);
	env.conf = h->conf;
	env.cal = h->cal;
	env.costs = limits.costs;
	env.source = account_feed(h->feed);
	h->sb = sandbox_open(&o, &env, e);
	return h->sb == NULL ? -1 : add_troubles(h, e);
}

struct http *
http_open(const struct http_options *o, struct err *e)
{
	struct http *h = xcalloc(1, sizeof(*h));

	(void)o;
	if (open_server(h, e) == 0)
		return h;
	http_close(h);
	return NULL;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	sandbox_close(h->sb);
	calendar_free(h->cal);
	store_close(h->feed);
	conf_close(h->conf);
	free(h);
}

void
http_secret(struct http *h, const char *text)
{
	(void)h, (void)text;
}

int
http_allows(struct http *h, const char *url, struct err *e)
{
	(void)h, (void)url, (void)e;
	return 0;
}

/* ---- One question ----------------------------------------------------------------- */

/* What stands behind the host: "/path?query". */
static const char *
target_of(const char *url)
{
	const char *host = strstr(url, "://");

	return strchr(host == NULL ? url : host + 3, '/');
}

/* The server's time is the world's. */
static void
add_time(struct wire_pairs *header)
{
	struct clock now = clock_wall();
	char text[ISO_SIZE];

	epoch_iso(now.now, text);
	text[19] = '\0';
	wire_add(header, "x-maemae-now", text);
}

/* "name: value" lines, as a reply has them. */
static char *
header_text(const struct wire_pairs *p)
{
	size_t size = 1, used = 0;
	char *text;

	for (int i = 0; i < p->n; i++)
		size += strlen(p->pair[i].name) + strlen(p->pair[i].value) + 3;
	text = xmalloc(size);
	text[0] = '\0';
	for (int i = 0; i < p->n; i++)
		used += (size_t)snprintf(text + used, size - used, "%s: %s\n",
		    p->pair[i].name, p->pair[i].value);
	return text;
}

static enum http_outcome
take(struct wire_answer *a, struct http_reply *r)
{
	if (a->fate != WIRE_WHOLE) {
		snprintf(r->why, sizeof(r->why), "the connection broke");
		return HTTP_LOST;
	}
	r->status = a->status;
	r->headers = header_text(&a->header);
	free(r->body);
	r->body = xmalloc(a->nbody + 1);
	memcpy(r->body, a->body, a->nbody);
	r->body[a->nbody] = '\0';
	r->size = a->nbody;
	return HTTP_ANSWERED;
}

enum http_outcome
http_send(struct http *h, const struct http_request *q, struct http_reply *r)
{
	const char *target = target_of(q->url);
	size_t n = target == NULL ? 0 : strcspn(target, "?");
	struct wire_request w = { .method = q->method, .body = q->body };
	struct wire_answer a = { 0 };
	char path[200];
	enum http_outcome got;

	*r = (struct http_reply){ .body = xstrdup("") };
	snprintf(
	    path, sizeof(path), "%.*s", (int)n, target != NULL ? target : "");
	w.path = path;
	w.nbody = q->body == NULL ? 0 : strlen(q->body);
	if (target != NULL && target[n] == '?')
		wire_add_query(&w.query, target + n + 1);
	for (int i = 0; i < q->nheader; i++)
		wire_add(&w.header, q->header[i].name, q->header[i].value);
	add_time(&w.header);
	sandbox_answer(h->sb, &w, &a);
	if (a.delay_ms > 0)
		sleep_ms(a.delay_ms);
	got = take(&a, r);
	wire_request_fini(&w);
	wire_answer_fini(&a);
	return got;
}
