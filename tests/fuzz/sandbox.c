/*
 * sandbox.c - what clients send to kis-sandbox: requests and the socket's
 * messages.
 *
 * The input is requests with a line "--" between them, eight at most, to one
 * account: METHOD PATH?QUERY, then headers as NAME: VALUE; what follows an
 * empty line is the body.  "WS" in place of the method is a socket, and each
 * line after it a message; @ in one is the key that opens it.  Who does not
 * say who he is, is logged in.  With "mock" as the first line it is the mock
 * host.
 *
 * Answers are well formed, whatever was asked: a status, headers of one line,
 * JSON of texts that are UTF-8, and no trouble that was not asked for.
 */
#pragma GCC diagnostic ignored "-Wunused-function"

#include "fuzz.h"
#define WORLD_FOLDER fuzz_folder()
#include "tests/unit/sandbox_world.h"

#define REQUESTS_MOST 8

/* The body without the trouble that was asked for is JSON or a ZIP. */
static bool is_troubled;

static const char *
of_header(const struct wire_answer *a, const char *name)
{
	const char *v = wire_get(&a->header, name);

	return v != NULL ? v : "";
}

static void
judge(const struct wire_answer *a)
{
	struct err e = { 0 };
	struct json *doc;

	must(a->fate == WIRE_WHOLE || is_troubled);
	must(a->body != NULL || a->nbody == 0);
	for (int i = 0; i < a->header.n; i++) {
		const char *name = a->header.pair[i].name;

		must(name[0] != '\0' && name[strcspn(name, " :\r\n")] == '\0');
		must(strpbrk(a->header.pair[i].value, "\r\n") == NULL);
	}
	if (a->fate == WIRE_DROPPED || is_troubled)
		return;
	must(a->status >= 200 && a->status < 600);
	if (strstr(of_header(a, "content-type"), "json") == NULL)
		return;
	must(a->body != NULL && utf8_valid(a->body, a->nbody));
	must((doc = json_parse(a->body, a->nbody, &e)) != NULL);
	must(json_kind(doc) == JSON_MAP);
	json_free(doc);
}

static void
hear(struct sandbox_stream *s)
{
	char *text;

	sandbox_tick(w.sb);
	for (int i = 0; (text = sandbox_stream_next(s)) != NULL; i++) {
		must(text[0] != '\0' && i < 1000);
		must(utf8_valid(text, strlen(text)));
		free(text);
	}
}

/* A message with the key in the place of its @. */
static void
say(struct sandbox_stream *s, const char *line)
{
	size_t n = strcspn(line, "@");
	char *text = line[n] == '\0' ?
	    xstrdup(line) :
	    xasprintf("%.*s%s%s", (int)n, line, w.approval, line + n + 1);

	sandbox_stream_text(s, text, strlen(text));
	free(text);
	hear(s);
}

static void
connect_and_say(struct sandbox_stream *s, char *rest)
{
	char *line;

	while ((line = fuzz_line(&rest)) != NULL)
		if (!sandbox_stream_is_dropped(s))
			say(s, line);
}

static void
send_one(char *text)
{
	struct wire_request r = { 0 };
	struct wire_answer a = { 0 };
	char *rest = text, *line = fuzz_line(&rest), *target, *query;
	char bearer[260];

	if (line == NULL)
		return;
	target = strchr(line, ' ');
	if (target != NULL)
		*target++ = '\0';
	r.method = line;
	r.path = target != NULL ? target : "/";
	if (target != NULL && (query = strchr(target, '?')) != NULL) {
		*query++ = '\0';
		wire_add_query(&r.query, query);
	}
	r.is_local = strncmp(r.path, "/sandbox/", 9) == 0;
	is_troubled = is_troubled || strcmp(r.path, "/sandbox/trouble") == 0;
	while ((line = fuzz_line(&rest)) != NULL && line[0] != '\0') {
		char *value = strchr(line, ':');

		/* A web server hands on no header with a CR in it. */
		for (char *cr = line; (cr = strchr(cr, '\r')) != NULL;)
			*cr = ' ';
		if (value != NULL)
			*value++ = '\0';
		wire_add(&r.header, line,
		    value != NULL ? value + strspn(value, " ") : "");
	}
	snprintf(bearer, sizeof(bearer), "Bearer %s", w.token);
	wire_add(&r.header, "authorization", bearer);
	wire_add(&r.header, "appkey", "key");
	wire_add(&r.header, "appsecret", "secret");
	wire_add(&r.header, "custtype", "P");
	if (rest != NULL && *rest != '\0') {
		r.body = rest;
		r.nbody = strlen(rest);
	}
	sandbox_answer(w.sb, &r, &a);
	judge(&a);
	wire_request_fini(&r);
	wire_answer_fini(&a);
}

/* The part before the next line "--", or all. */
static char *
part(char **rest)
{
	char *p = *rest, *end;

	if (p == NULL)
		return NULL;
	if ((end = strstr(p, "\n--\n")) != NULL) {
		end[1] = '\0';
		*rest = end + 4;
	} else {
		*rest = NULL;
	}
	return p;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text, *p;
	bool is_mock = strncmp(text, "mock\n", 5) == 0;
	struct sandbox_stream *s = NULL;

	log_level(-2);
	new_world(is_mock);
	is_troubled = false;
	rest += is_mock ? 5 : 0;
	for (int i = 0; i < REQUESTS_MOST && (p = part(&rest)) != NULL; i++) {
		if (strncmp(p, "WS\n", 3) != 0) {
			send_one(p);
			if (s != NULL)
				hear(s);
			continue;
		}
		if (s == NULL)
			s = sandbox_stream_open(w.sb);
		connect_and_say(s, p + 3);
	}
	sandbox_stream_close(s);
	end_world();
	free(text);
	return 0;
}
