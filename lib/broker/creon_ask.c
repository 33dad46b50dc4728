/*
 * creon_ask.c - one question to the gateway, and waiting where it says so.
 *
 * Where CREON's limit is reached or the gateway is busy it answers how long to
 * wait (retry_after_ms).  We wait as long as there is patience, and are asked
 * to end by no signal; then the error stands.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/hold.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "broker/creon_inner.h"
#include "broker/creon_row.h"

#define WORDS_MOST        250 /* of the gateway; CREON has the rest */
#define QUERY_PATIENCE_MS 30000
#define SLICE_MS          200 /* between looks whether to end */

/* The fake's clock is ours, where ours is fixed: "2025-03-14 09:05:01". */
static bool
market_time(const struct broker *br, char *buf, size_t size)
{
	const struct clock *c = br->env.clock;
	ymd d = clock_ymd(c);
	hhmm t = clock_hhmm(c);

	if (!creon_of(br)->is_fake || !c->is_fixed)
		return false;
	snprintf(buf, size, "%04d-%02d-%02d %02d:%02d:%02d", d / 10000,
	    d / 100 % 100, d % 100, t / 100, t % 100, clock_second(c));
	return true;
}

/* What an error answer says; without "error" it is none of the gateway's. */
static void
read_error(struct creon_answer *a)
{
	const struct json *said = json_get(a->doc, "error"), *creon;
	struct err e;
	int64_t ms;
	char words[120];
	size_t n;

	if (creon_words(said, "code", a->code, sizeof(a->code), &e) == -1 ||
	    creon_words(said, "message", a->why, WORDS_MOST, &e) == -1) {
		a->code[0] = '\0';
		snprintf(a->why, sizeof(a->why), "status %d", a->status);
		return;
	}
	if (json_int(said, "retry_after_ms", 0, INT32_MAX, &ms, &e) == 0)
		a->retry_ms = (int)ms;
	creon = json_get(a->doc, "creon");
	n = strlen(a->why);
	if (creon_words(creon, "message", words, sizeof(words), &e) == 0 &&
	    words[0] != '\0')
		snprintf(a->why + n, sizeof(a->why) - n, " (CREON: %s)", words);
}

void
creon_ask(struct broker *br, const char *method, const char *path,
    const char *body, int total_ms, struct creon_answer *a)
{
	struct creon *c = creon_of(br);
	char *url = xasprintf("%s%s", c->url, path), now[64];
	struct http_header head[3] = { { "Authorization", c->bearer },
		{ "Content-Type", "application/json" } };
	struct http_request q = { .method = method,
		.url = url,
		.header = head,
		.nheader = 2,
		.body = body,
		.total_ms = total_ms };
	struct http_reply r;
	struct err e = { 0 };

	if (market_time(br, now, sizeof(now)))
		head[q.nheader++] = (struct http_header){ "x-maemae-now", now };
	*a = (struct creon_answer){ .retry_ms = -1 };
	a->got = http_send(c->http, &q, &r);
	free(url);
	if (a->got != HTTP_ANSWERED) {
		snprintf(a->why, sizeof(a->why), "%s", r.why);
	} else {
		a->status = r.status;
		a->doc = json_parse(r.body, r.size, &e);
		if (r.status != 200)
			read_error(a);
		else if (a->doc == NULL)
			utf8_cut(a->why, sizeof(a->why), e.msg);
	}
	http_reply_free(&r);
}

void
creon_answer_free(struct creon_answer *a)
{
	json_free(a->doc);
	a->doc = NULL;
}

bool
creon_wait(const struct creon_answer *a, int *left_ms)
{
	if (a->retry_ms < 0 || a->retry_ms > *left_ms)
		return false;
	log_info("CREON gateway: %s; waiting %d ms", a->why, a->retry_ms);
	/* At least a moment each time, so that it ends. */
	for (int ms = a->retry_ms > 0 ? a->retry_ms : 1; ms > 0;) {
		int slice = ms < SLICE_MS ? ms : SLICE_MS;

		if (hold_asked())
			return false;
		sleep_ms(slice);
		ms -= slice;
		*left_ms -= slice;
	}
	return true;
}

/* A gateway whose CREON is not there, or in a call that does not end, answers;
 * nobody else does (away.h). */
static enum err_kind
failed_kind(const struct creon_answer *a)
{
	if (a->got != HTTP_ANSWERED || a->status == 429 || a->status >= 503)
		return E_AWAY;
	return a->status == 401 ? E_CONFIG : E_BROKER;
}

struct json *
creon_get(struct broker *br, const char *path, int total_ms, struct err *e)
{
	int left_ms = QUERY_PATIENCE_MS;
	struct creon_answer a;
	struct json *doc;

	creon_ask(br, "GET", path, NULL, total_ms, &a);
	while (creon_wait(&a, &left_ms)) {
		creon_answer_free(&a);
		creon_ask(br, "GET", path, NULL, total_ms, &a);
	}
	if (a.status == 200 && a.doc != NULL)
		return a.doc;
	doc = NULL;
	err_set(e, failed_kind(&a), "CREON gateway at %s: %s",
	    creon_of(br)->url, a.why);
	creon_answer_free(&a);
	return doc;
}
