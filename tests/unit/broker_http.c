/*
 * The door to the network, against a server on this machine that answers
 * well and badly: what is known of a request's fate, that no order goes out
 * twice, that no secret is logged.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/types.h"
#include "broker/http.h"
#include "broker/secret.h"
#include "broker/http_curl.h"
#include "loopback.h"
#include "tap.h"

static struct err e;

#include "refused.h"

static struct http *h;
static struct http_reply r;

/* What the server does with each request, by what the path begins with. */
static struct loop_answer
answer(void *arg, const struct loop_request *q)
{
	static const struct {
		const char *path;
		struct loop_answer a;
	} t[] = {
		{ "/ok", { LOOP_OK, LOOP_KEEP, 0 } },
		{ "/limit",
		    { "HTTP/1.1 429 Too Many\r\nRETRY-After:  7 \r\n"
		      "Content-Length: 0\r\n\r\n",
			LOOP_KEEP, 0 } },
		{ "/moved",
		    { "HTTP/1.1 307 There\r\nLocation: /ok\r\n"
		      "Content-Length: 0\r\n\r\n",
			LOOP_KEEP, 0 } },
		{ "/continue",
		    { "HTTP/1.1 100 Continue\r\nX-A: old\r\n\r\n" LOOP_OK,
			LOOP_KEEP, 0 } },
		{ "/close", { NULL, LOOP_CLOSE, 0 } },
		{ "/reset", { NULL, LOOP_RESET, 0 } },
		{ "/half-head", { "HTTP/1.1 200 OK\r\nCont", LOOP_CLOSE, 0 } },
		{ "/half-body",
		    { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
			LOOP_CLOSE, 0 } },
		{ "/garbage", { "what do you want?\r\n\r\n", LOOP_CLOSE, 0 } },
		{ "/slow", { LOOP_OK, LOOP_CLOSE, 400 } },
		{ "/silent-once", { NULL, LOOP_CLOSE, 0 } },
		{ "/secret",
		    { "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n"
		      "{\"account\":\"5012345601\"}",
			LOOP_KEEP, 0 } },
	};
	const char *path = strchr(q->text, ' ');

	(void)arg;
	for (size_t i = 0; path != NULL && i < NELEM(t); i++)
		if (strncmp(path + 1, t[i].path, strlen(t[i].path)) == 0)
			return t[i].a;
	return (struct loop_answer){ "HTTP/1.1 404 None\r\n"
				     "Content-Length: 0\r\n\r\n",
		LOOP_KEEP, 0 };
}

/* Ask for a path of the server. */
static enum http_outcome
ask(const struct loop *l, const char *method, const char *path)
{
	char url[128];
	struct http_request q = {
		.method = method,
		.url = url,
		.body = strcmp(method, "POST") == 0 ? "{\"key\":1}" : NULL,
		.total_ms = 200,
		.body_most = 100,
	};

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", l->port, path);
	http_reply_free(&r);
	return http_send(h, &q, &r);
}

static void
answers(void)
{
	struct loop l;
	char buf[32];

	loop_start(&l, answer, NULL);
	is_int(ask(&l, "GET", "/ok?a=1"), HTTP_ANSWERED, "answered");
	ok(r.status == 200 && r.size == 2, "status and size");
	is_str(r.body, "ok", "the body");
	is_str(http_header(&r, "content-TYPE", buf, sizeof(buf)), "text/plain",
	    "a header, case aside");
	is_str(http_header(&r, "Content", buf, sizeof(buf)), NULL,
	    "a part of a name is no name");
	is_str(http_header(&r, "content-type", buf, 10), NULL,
	    "what does not fit is not cut");
	is_int(ask(&l, "POST", "/limit"), HTTP_ANSWERED, "a refusal, too");
	is_int(r.status, 429, "with its status");
	is_str(http_header(&r, "Retry-After", buf, sizeof(buf)), "7",
	    "and its header, without spaces around");
	is_int(r.size, 0, "and no body");
	is_int(ask(&l, "GET", "/moved"), HTTP_ANSWERED, "a redirect");
	is_int(r.status, 307, "is the answer, not followed");
	is_int(ask(&l, "GET", "/continue"), HTTP_ANSWERED, "after 100");
	is_str(http_header(&r, "X-A", buf, sizeof(buf)), NULL,
	    "headers are those of the last head");
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	is_int(ask(&l, "GET", "/ok"), HTTP_ANSWERED,
	    "a proxy of the environment is not used");
	unsetenv("http_proxy");
	loop_stop(&l);
	is_int(l.n, 5, "five requests came");
	is_int(l.request[1].connection, 1, "POST has a connection of its own");
	is_int(l.connections, 2, "the GETs use kept ones");
	ok(strstr(l.request[1].text, "POST /limit HTTP/1.1\r\n") != NULL &&
		strcmp(l.request[1].body, "{\"key\":1}") == 0,
	    "method, path, body");
	loop_free(&l);
}

/* What may have arrived is lost, whatever the method. */
static void
lost(void)
{
	static const char *const path[] = { "/close", "/reset", "/half-head",
		"/half-body", "/garbage", "/slow" };
	static const char *const method[] = { "GET", "POST", "DELETE" };

	for (size_t m = 0; m < NELEM(method); m++)
		for (size_t i = 0; i < NELEM(path); i++) {
			struct loop l;

			loop_start(&l, answer, NULL);
			is_int(ask(&l, method[m], path[i]), HTTP_LOST,
			    "%s %s is lost", method[m], path[i]);
			ok(r.status == 0 && r.why[0] != '\0', "because: %s",
			    r.why);
			loop_stop(&l);
			is_int(l.n, 1, "and was sent once");
			loop_free(&l);
		}
}

static struct loop_answer
long_answer(void *arg, const struct loop_request *q)
{
	static char text[300];

	(void)arg;
	(void)q;
	snprintf(text, sizeof(text),
	    "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n%0101d", 0);
	return (struct loop_answer){ text, LOOP_CLOSE, 0 };
}

static void
too_long(void)
{
	struct loop l;

	loop_start(&l, long_answer, NULL);
	is_int(ask(&l, "POST", "/"), HTTP_LOST, "an answer beyond its bound");
	is_str(r.why, "the answer is longer than what is taken", "says so");
	loop_stop(&l);
	loop_free(&l);
}

/* What surely did not arrive. */
static void
not_sent(void)
{
	static const struct {
		const char *url, *why;
	} t[] = {
		{ "https://no-such-host.invalid/", "" },
		{ "http://192.0.2.1/", "by https only" },
		{ "http://example.com/", "by https only" },
		{ "http://127.0.0.1.example.com/", "by https only" },
		{ "http://user@127.0.0.1/", "no URL to ask" },
		{ "http://127.0.0.1:99999/", "no URL to ask" },
		{ "file:///etc/passwd", "" },
		{ "ftp://127.0.0.1/", "neither https nor http" },
		{ "", "no URL to ask" },
	};
	struct loop l;
	char url[64];

	for (size_t i = 0; i < NELEM(t); i++) {
		struct http_request q = { .method = "POST", .url = t[i].url };

		http_reply_free(&r);
		is_int(http_send(h, &q, &r), HTTP_NOT_SENT, "'%s'", t[i].url);
		ok(strstr(r.why, t[i].why) != NULL && r.why[0] != '\0',
		    "because: %s", r.why);
		if (i > 0)
			refused(http_allows(h, t[i].url, &e) == -1, E_CONFIG,
			    t[i].why, "and a person is told at the start");
	}
	is_int(http_allows(h, "https://example.com/x", &e), 0, "https");
	is_int(http_allows(h, "HTTP://LocalHost:80/", &e), 0, "this machine");
	is_int(http_allows(h, "http://[::1]:80/", &e), 0, "this machine, v6");

	loop_start(&l, answer, NULL);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", l.port);
	http_reply_free(&r);
	is_int(http_send(h,
		   &(struct http_request){
		       .method = "POST", .url = url, .total_ms = 500 },
		   &r),
	    HTTP_NOT_SENT, "a server that knows no TLS: %s", r.why);
	loop_stop(&l);
	is_int(l.n, 0, "has seen no request");
	is_int(
	    ask(&l, "POST", "/ok"), HTTP_NOT_SENT, "nobody there: %s", r.why);
	loop_free(&l);
}

/* A private address that is allowed by name may be asked in plain text. */
static void
allowed_host(void)
{
	struct http *mine = http_open(
	    &(struct http_options){ .plain_host = "192.168.219.1" }, &e);

	is_int(http_allows(mine, "http://192.168.219.1:7/", &e), 0, "named");
	refused(http_allows(mine, "http://192.168.219.2:7/", &e) == -1,
	    E_CONFIG, "by https only", "its neighbour is not");
	http_close(mine);
	mine = http_open(&(struct http_options){ .plain_host = "no.host" }, &e);
	is_int(http_allows(mine, "http://no.host/", &e), 0, "by its name");
	http_close(mine);
}

/* The server answers a first request and keeps the connection, but closes it
 * at the second one in silence, as one does that is about to end. */
static struct loop_answer
closes_at_second(void *arg, const struct loop_request *q)
{
	int *on_connection = arg;

	if (q->connection == 0 && ++*on_connection > 1)
		return (struct loop_answer){ NULL, LOOP_CLOSE, 0 };
	return (struct loop_answer){ strncmp(q->text, "POST", 4) == 0 ? NULL :
									LOOP_OK,
		strncmp(q->text, "POST", 4) == 0 ? LOOP_CLOSE : LOOP_KEEP, 0 };
}

static void
never_twice(void)
{
	struct loop l;
	int n = 0;

	loop_start(&l, closes_at_second, &n);
	is_int(ask(&l, "GET", "/a"), HTTP_ANSWERED, "a connection is kept");
	is_int(ask(&l, "GET", "/b"), HTTP_ANSWERED,
	    "a question on it that dies is asked anew");
	is_int(ask(&l, "POST", "/order"), HTTP_LOST, "an order is lost");
	loop_stop(&l);
	is_int(l.n, 4, "three GETs and one order arrived");
	ok(strncmp(l.request[3].text, "POST", 4) == 0, "the order once");
	loop_free(&l);

	/* And an order right after, on the connection that is to die. */
	n = 0;
	http_close(h);
	h = http_open(&(struct http_options){ 0 }, &e);
	loop_start(&l, closes_at_second, &n);
	is_int(ask(&l, "GET", "/a"), HTTP_ANSWERED, "a connection is kept");
	is_int(ask(&l, "POST", "/order"), HTTP_LOST, "an order is lost");
	loop_stop(&l);
	is_int(l.n, 2, "and arrived once");
	is_int(l.request[1].connection, 1, "on a connection of its own");
	loop_free(&l);
}

/* What the log says while a request with secrets is made. */
static void
nothing_told(void)
{
	static const char path[] = "/tmp/broker_http.XXXXXX";
	char name[sizeof(path)], text[4096], url[128];
	struct http_header head = { "Authorization", "Bearer token-abcd" };
	struct http_request q = { .method = "POST",
		.url = url,
		.header = &head,
		.nheader = 1,
		.body = "{\"secret\":\"hidden-1234\",\"code\":\"005930\"}" };
	struct loop l;
	int fd, old = dup(2);
	ssize_t n;

	memcpy(name, path, sizeof(path));
	fd = mkstemp(name);
	dup2(fd, 2);
	loop_start(&l, answer, NULL);
	http_secret(h, "hidden-1234");
	http_secret(h, "hidden-12345"); /* the longer one is no shorter */
	http_secret(h, "50123456");
	http_secret(h, "01");
	http_secret(h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/secret?acc=50123456",
	    l.port);
	log_level(2);
	http_reply_free(&r);
	http_send(h, &q, &r);
	q.is_secret = true;
	q.body = "{\"first\":\"seen-by-none\"}";
	http_reply_free(&r);
	http_send(h, &q, &r);
	log_level(-2);
	loop_stop(&l);
	dup2(old, 2);
	close(old);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	ok(strstr(text, "/secret?acc=***: 200, 24 bytes in ") != NULL,
	    "the log tells of the request");
	ok(strstr(text, "sent {\"secret\":\"***\",\"code\":\"005930\"}") !=
		NULL,
	    "and what was sent");
	ok(strstr(text, "got {\"account\":\"***01\"}") != NULL, "and got");
	ok(strstr(text, "hidden") == NULL && strstr(text, "501234") == NULL &&
		strstr(text, "token-abcd") == NULL &&
		strstr(text, "seen-by") == NULL,
	    "and no secret");
	is_str(strstr(r.body, "5012345601") != NULL ? "whole" : r.body, "whole",
	    "the reply itself is whole");
	if (tap_failed > 0)
		printf("# %s\n", text);
	close(fd);
	unlink(name);
	loop_free(&l);
}

/* Secrets as JSON and URLs write them, and as they are cut. */
static void
other_spellings(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "a/b+c=\"% x", "*** x" },
		{ "{\"k\":\"a\\/b+c=\\\"%\"}", "{\"k\":\"***\"}" },
		{ "a\\u002fb\\u002Bc=\\\"% x", "*** x" },
		{ "?k=a%2Fb%2bc%3D%22%25&x", "?k=***&x" },
		{ "?k=a/b%2Bc=\"%25&x", "?k=***&x" },
		{ "cut: a\\/b+", "cut: ***" },
		{ "cut: a\\/b+c\\u00", "cut: ***" },
		{ "cut: a%2Fb%2Bc%3", "cut: ***" },
		{ "a\\/b", "a\\/b" },
		{ "a\\/b-c=", "a\\/b-c=" },
		{ "100 % of a\\nb", "100 % of a\\nb" },
	};
	struct secrets s = { 0 };

	secrets_add(&s, "a/b+c=\"%");
	for (size_t i = 0; i < NELEM(t); i++) {
		char *got = secrets_hide(&s, t[i].text, strlen(t[i].text));

		is_str(got, t[i].want, "hidden in %s", t[i].text);
		free(got);
	}
	secrets_fini(&s);
}

/* ---- TLS, against openssl's own server -------------------------------- */

static char tls_dir[] = "/tmp/broker_tls.XXXXXX";

/* A certificate of its own for localhost; false: there is no openssl. */
static bool
make_certificate(void)
{
	char cmd[400];

	if (mkdtemp(tls_dir) == NULL)
		exit(99);
	snprintf(cmd, sizeof(cmd),
	    "openssl req -x509 -newkey rsa:2048 -nodes -days 2"
	    " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
	    " -keyout %s/key -out %s/cert 2> %s/log",
	    tls_dir, tls_dir, tls_dir);
	return system(cmd) == 0;
}

/* Its process, and the port; it answers each GET with a page. */
static pid_t
start_tls(int *port)
{
	char key[64], cert[64], line[200] = "";
	int fd[2];
	pid_t pid;
	FILE *out;

	snprintf(key, sizeof(key), "%s/key", tls_dir);
	snprintf(cert, sizeof(cert), "%s/cert", tls_dir);
	if (pipe(fd) == -1 || (pid = fork()) == -1)
		exit(99);
	if (pid == 0) {
		dup2(fd[1], 1);
		execlp("openssl", "openssl", "s_server", "-www", "-accept",
		    "127.0.0.1:0", "-key", key, "-cert", cert, (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	out = fdopen(fd[0], "r");
	while (strncmp(line, "ACCEPT", 6) != 0 &&
	    fgets(line, sizeof(line), out) != NULL)
		continue;
	*port = strrchr(line, ':') != NULL ? atoi(strrchr(line, ':') + 1) : 0;
	/* It stays open: the server writes on. */
	return pid;
}

static enum http_outcome
ask_tls(const char *ca_file, const char *host, int port)
{
	struct http *mine = http_open(
	    &(struct http_options){ .ca_file = ca_file }, &e);
	struct http_request q = { .method = "GET", .total_ms = 2000 };
	enum http_outcome got;
	char url[100];

	snprintf(url, sizeof(url), "https://%s:%d/", host, port);
	q.url = url;
	http_reply_free(&r);
	got = http_send(mine, &q, &r);
	http_close(mine);
	return got;
}

static void
certificates(void)
{
	char ca[64], cmd[64];
	pid_t server;
	int port;

	if (!make_certificate()) {
		ok(true, "TLS # SKIP no openssl here");
		return;
	}
	server = start_tls(&port);
	snprintf(ca, sizeof(ca), "%s/cert", tls_dir);
	is_int(ask_tls(ca, "localhost", port), HTTP_ANSWERED,
	    "a certificate that is trusted");
	is_int(r.status, 200, "is spoken to");
	is_int(ask_tls(NULL, "localhost", port), HTTP_NOT_SENT,
	    "one that is not: %s", r.why);
	is_int(ask_tls(ca, "127.0.0.1", port), HTTP_NOT_SENT,
	    "one for another name: %s", r.why);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	snprintf(cmd, sizeof(cmd), "rm -r %s", tls_dir);
	ok(system(cmd) == 0, "cleared away");
}

static void
addresses(void)
{
	static const struct {
		const char *host;
		bool is_loopback, is_private;
	} t[] = {
		{ "127.0.0.1", true, true },
		{ "127.255.3.4", true, true },
		{ "localhost", true, false }, /* a name is no address */
		{ "::1", true, true },
		{ "::ffff:127.0.0.1", true, true },
		{ "128.0.0.1", false, false },
		{ "0.0.0.0", false, false },
		{ "10.1.2.3", false, true },
		{ "172.16.0.1", false, true },
		{ "172.31.255.1", false, true },
		{ "172.32.0.1", false, false },
		{ "192.168.0.9", false, true },
		{ "192.169.0.9", false, false },
		{ "fe80::1", false, true },
		{ "fd12::1", false, true },
		{ "2001:db8::1", false, false },
		{ "localhost.example.com", false, false },
		{ "", false, false },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		ok(http_is_loopback(t[i].host) == t[i].is_loopback &&
			http_is_private(t[i].host) == t[i].is_private,
		    "'%s'", t[i].host);
}

/* ---- A libcurl that does not know an option ---------------------------------------- */

static const struct curl_calls *real;
static CURLoption unknown;

const struct curl_calls *__real_curl_load(struct err *);
const struct curl_calls *__wrap_curl_load(struct err *);

static CURLcode
old_setopt(CURL *c, CURLoption o, ...)
{
	CURLcode rc = CURLE_UNKNOWN_OPTION;
	va_list ap;

	va_start(ap, o);
	if (o != unknown)
		rc = (int)o < CURLOPTTYPE_OBJECTPOINT ?
		    real->easy_setopt(c, o, va_arg(ap, long)) :
		    real->easy_setopt(c, o, va_arg(ap, void *));
	va_end(ap);
	return rc;
}

const struct curl_calls *
__wrap_curl_load(struct err *er)
{
	static struct curl_calls old;

	real = __real_curl_load(er);
	if (real == NULL || unknown == 0)
		return real;
	old = *real;
	old.easy_setopt = old_setopt;
	return &old;
}

/* One before 7.80 never says that the request begins: what is lost would
 * "surely" not have been sent. */
static void
old_library(void)
{
	static const struct {
		CURLoption option;
		const char *name;
	} t[] = {
		{ CURLOPT_PREREQFUNCTION, "CURLOPT_PREREQFUNCTION" },
		{ CURLOPT_URL, "CURLOPT_URL" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct http *was = h;
		struct loop l;

		loop_start(&l, answer, NULL);
		unknown = t[i].option;
		h = http_open(&(struct http_options){ 0 }, &e);
		is_int(ask(&l, "POST", "/close"), HTTP_NOT_SENT, "%s: not sent",
		    t[i].name);
		ok(strstr(r.why, t[i].name) != NULL &&
			strstr(r.why, "older than") != NULL,
		    "%s", r.why);
		loop_stop(&l);
		is_int(l.n, 0, "and nothing was");
		loop_free(&l);
		http_close(h);
		h = was;
		unknown = 0;
	}
}

int
main(void)
{
	log_init("broker_http");
	h = http_open(&(struct http_options){ 0 }, &e);
	answers();
	lost();
	too_long();
	not_sent();
	allowed_host();
	never_twice();
	nothing_told();
	other_spellings();
	addresses();
	certificates();
	old_library();
	http_reply_free(&r);
	http_close(h);
	http_close(NULL);
	return done_testing();
}
