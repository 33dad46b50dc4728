/*
 * control.c - what a test says to the sandbox itself, from this machine.
 *
 *	POST /sandbox/trouble?add=SPEC   misbehave so (trouble.h)
 *	POST /sandbox/trouble?clear=1    behave
 *	POST /sandbox/clock?now=TIME[&run=1]
 *	GET  /sandbox/state              what was asked so far
 *
 * No trouble touches these paths.
 */
#include "sandbox/inner.h"

#include <string.h>

static void
deny(struct call *c, int status, const char *why)
{
	struct json *doc = json_new_map();

	json_put_text(doc, "error", why);
	reply_json(c, status, doc);
	json_free(doc);
}

static void
say_state(struct call *c)
{
	const struct sandbox *sb = c->sb;
	struct json *doc = json_new_map();
	char iso[ISO_SIZE];

	json_put_text(doc, "now", epoch_iso(sb->clock.now, iso));
	json_put_bool(doc, "is_mock", sb->o.is_mock);
	json_put_int(doc, "requests", sb->calls.all);
	json_put_int(doc, "limited", sb->calls.limited);
	json_put_int(doc, "most_in_a_second", sb->calls.let_in.most);
	json_put_int(doc, "most_came_in_a_second", sb->calls.came.most);
	json_put_int(doc, "tokens", sb->tokens.nissued);
	reply_json(c, 200, doc);
	json_free(doc);
}

static void
change_trouble(struct call *c)
{
	const char *spec = wire_get(&c->req->query, "add");
	struct err e;

	if (wire_get(&c->req->query, "clear") != NULL)
		trouble_clear(&c->sb->troubles);
	if (spec != NULL && trouble_add(&c->sb->troubles, spec, &e) == -1)
		deny(c, 400, e.msg);
	else
		say_state(c);
}

static void
change_clock(struct call *c)
{
	const char *now = wire_get(&c->req->query, "now");
	const char *run = wire_get(&c->req->query, "run");
	struct clock t;

	if (now != NULL && clock_parse(now, &t) == -1) {
		deny(c, 400, "now: YYYY-MM-DD HH:MM[:SS]");
		return;
	}
	sandbox_time_set(c->sb, now != NULL ? t.now : c->sb->clock.now,
	    run != NULL && strcmp(run, "0") != 0);
	stream_news(c->sb);
	say_state(c);
}

bool
control_answer(struct call *c)
{
	const char *path = c->req->path;
	bool is_post = strcmp(c->req->method, "POST") == 0;

	if (strncmp(path, "/sandbox/", 9) != 0)
		return false;
	if (!c->req->is_local)
		deny(c, 403, "from this machine alone");
	else if (is_post && strcmp(path + 9, "trouble") == 0)
		change_trouble(c);
	else if (is_post && strcmp(path + 9, "clock") == 0)
		change_clock(c);
	else if (!is_post && strcmp(path + 9, "state") == 0)
		say_state(c);
	else
		deny(c, 404, "trouble, clock, state");
	return true;
}
