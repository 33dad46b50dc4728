/*
 * routes.c - what clients ask of creon-gateway: method, path and parameters.
 *
 * The input is lines: a method, a path, then NAME=VALUE; what follows an
 * empty line is a body.  The gateway's queue is closed and CREON is not
 * there, so what is understood ends at the queue (503, stopping), and nothing
 * of COM may be called at all.
 */
#include "fuzz.h"
#include "gateway/gateway.h"

/* ---- the door to COM: nobody may come near it, but to ring */

void
com_wake(void)
{
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	(void)o;
	(void)member;
	(void)arg;
	(void)n;
	(void)out;
	(void)f;
	abort();
}

int32_t
com_member(struct com_object *o, const char *member)
{
	(void)o;
	(void)member;
	abort();
}

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	(void)progid;
	(void)f;
	abort();
}

void
com_free(struct com_object *o)
{
	must(o == NULL);
}

int
com_listen(
    struct com_object *o, void (*heard)(void *), void *arg, struct com_fault *f)
{
	(void)o;
	(void)heard;
	(void)arg;
	(void)f;
	abort();
}

/* ---- */

static bool was_stopped;

static void
stop(void)
{
	was_stopped = true;
}

static struct gateway *
closed(void)
{
	static struct gateway g;
	struct err e = { 0 };

	if (g.jobs != NULL)
		return &g;
	g = (struct gateway){
		.orders_are_on = true, .waits = { 1, 1, 1 }, .stop = stop
	};
	must((g.journal = journal_open(fuzz_folder(), 31, &e)) != NULL);
	must((g.events = events_open(fuzz_folder(), 31, &e)) != NULL);
	g.jobs = jobs_new();
	jobs_stop(g.jobs);
	events_stop(g.events);
	return &g;
}

/* A path and values as libmicrohttpd hands them on: no control characters are
 * kept away, but a NUL ends them. */
static void
read_request(char *text, struct request *q)
{
	char *rest = text, *line;

	line = fuzz_line(&rest);
	q->method = line != NULL ? line : "GET";
	line = fuzz_line(&rest);
	q->path = line != NULL ? line : "/";
	while ((line = fuzz_line(&rest)) != NULL && line[0] != '\0' &&
	    q->n_params < PARAMS_MOST) {
		char *value = strchr(line, '=');

		if (value != NULL)
			*value++ = '\0';
		q->param[q->n_params++] = (struct param){ line,
			value != NULL ? value : "" };
	}
	q->body = rest != NULL ? rest : "";
	q->body_size = strlen(q->body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gateway *g = closed();
	char *text = fuzz_text(data, size), *said;
	struct request q = { 0 };
	struct reply r = { 0 };
	struct json *v;
	struct err e = { 0 };

	read_request(text, &q);
	was_stopped = false;
	/* The session, which is not there, tells of itself. */
	if (strcmp(q.path, "/v1/status") == 0)
		goto out;
	route(g, &q, &r);
	said = reply_text(&r);
	must((v = json_parse(said, strlen(said), &e)) != NULL);
	if (r.code == REPLY_GOOD)
		must(was_stopped || strcmp(q.method, "GET") == 0);
	else {
		const struct json *error = json_get(v, "error");

		must(reply_status(&r) >= 400);
		must(json_chars(json_get(error, "code"))[0] != '\0');
		must(json_chars(json_get(error, "message"))[0] != '\0');
	}
	must(strcmp(q.method, "PUT") != 0 || r.code != REPLY_GOOD);
	json_free(v);
	free(said);
out:
	reply_fini(&r);
	free(text);
	return 0;
}
