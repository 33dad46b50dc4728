/*
 * http.c - see http.h.
 *
 * "Surely not sent" rests on one callback: curl asks it when the connection
 * stands (TLS verified) and before the first byte of the request.  If it was
 * not asked, nothing was sent, whatever the error code says.  It also sees
 * the address that a name led to, and refuses one that may not be spoken to
 * in plain text.
 *
 * Decided against: reading curl's error codes for the same purpose.  A
 * time-out has one code before and after the request, and codes change their
 * moments between releases.
 */
#include "broker/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/http_curl.h"
#include "broker/secret.h"

#define HEADERS_MOST ((size_t)64 << 10)
#define LOG_MOST     1500 /* bytes of a body in the log */

struct http {
	const struct curl_calls *lib;
	CURL *curl;
	struct secrets secret;
	char *plain_host, *ca_file;
};

/* Bytes that arrive. */
struct text {
	char *p;
	size_t n, most;
};

/* One request on its way; the callbacks' argument. */
struct exchange {
	struct text body, headers;
	const struct http *h;
	bool is_plain;       /* without TLS */
	bool has_begun;      /* the first byte may leave */
	bool has_head;       /* the answer's, to the blank line */
	bool is_far;         /* an address not to be spoken to in plain text */
	bool is_too_big;     /* the answer */
	const char *untaken; /* an option that this libcurl does not know */
};

static bool
text_add(struct text *t, const char *bytes, size_t n)
{
	if (n > t->most - t->n)
		return false;
	t->p = xrealloc(t->p, t->n + n + 1, 1);
	memcpy(t->p + t->n, bytes, n);
	t->n += n;
	t->p[t->n] = '\0';
	return true;
}

/* ---- what curl calls */

static int
on_connected(void *arg, char *address, char *local, int port, int local_port)
{
	struct exchange *x = arg;

	(void)local;
	(void)port;
	(void)local_port;
	if (x->is_plain && !http_is_loopback(address) &&
	    !(x->h->plain_host != NULL && http_is_private(address))) {
		x->is_far = true;
		return CURL_PREREQFUNC_ABORT;
	}
	x->has_begun = true;
	return CURL_PREREQFUNC_OK;
}

static size_t
on_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct exchange *x = arg;

	(void)one; /* always 1 */
	if (text_add(&x->body, bytes, n))
		return n;
	x->is_too_big = true;
	return 0;
}

/* A line of the head, with its end; a new status line begins a new head. */
static size_t
on_header(char *bytes, size_t one, size_t n, void *arg)
{
	struct exchange *x = arg;
	size_t len = n;

	(void)one;
	while (len > 0 && (bytes[len - 1] == '\r' || bytes[len - 1] == '\n'))
		len--;
	if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
		x->headers.n = 0;
		return n;
	}
	x->has_head = len == 0;
	if (memchr(bytes, '\0', len) == NULL &&
	    text_add(&x->headers, bytes, len) && text_add(&x->headers, "\n", 1))
		return n;
	x->is_too_big = true;
	return 0;
}

/* ---- may this URL be asked? */

/* Take it apart; the host without brackets.  -1: it is none, or has a user. */
static int
url_parts(const struct curl_calls *lib, const char *url, char *scheme,
    size_t ssize, char *host, size_t hsize)
{
	CURLU *u = lib->url();
	char *s = NULL, *h = NULL, *user = NULL;
	int rc = -1;

	if (u == NULL)
		mem_none_left();
	if (lib->url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    lib->url_get(u, CURLUPART_SCHEME, &s, 0) != CURLUE_OK ||
	    lib->url_get(u, CURLUPART_HOST, &h, 0) != CURLUE_OK ||
	    lib->url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		goto out;
	if (*h == '[') {
		memmove(h, h + 1, strlen(h));
		h[strcspn(h, "]")] = '\0';
	}
	rc = snprintf(scheme, ssize, "%s", s) < (int)ssize &&
		snprintf(host, hsize, "%s", h) < (int)hsize ?
	    0 :
	    -1;
out:
	lib->free(s);
	lib->free(h);
	lib->free(user);
	lib->url_cleanup(u);
	return rc;
}

int
http_allows(struct http *h, const char *url, struct err *e)
{
	char scheme[16], host[256];

	if (url_parts(
		h->lib, url, scheme, sizeof(scheme), host, sizeof(host)) == -1)
		return err_set(e, E_CONFIG, "'%s' is no URL to ask", url);
	if (strcasecmp(scheme, "https") == 0)
		return 0;
	if (strcasecmp(scheme, "http") != 0)
		return err_set(e, E_CONFIG, "%s: neither https nor http", url);
	if (http_is_loopback(host) ||
	    (h->plain_host != NULL && strcasecmp(host, h->plain_host) == 0))
		return 0;
	return err_set(
	    e, E_CONFIG, "%s: another machine is spoken to by https only", url);
}

/* ---- one handle, kept for its connections */

struct http *
http_open(const struct http_options *o, struct err *e)
{
	struct http *h = xcalloc(1, sizeof(*h));

	if (o->plain_host != NULL)
		h->plain_host = xstrdup(o->plain_host);
	if (o->ca_file != NULL)
		h->ca_file = xstrdup(o->ca_file);
	if ((h->lib = curl_load(e)) == NULL) {
		http_close(h);
		return NULL;
	}
	if ((h->curl = h->lib->easy_init()) == NULL)
		mem_none_left();
	return h;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	if (h->curl != NULL)
		h->lib->easy_cleanup(h->curl);
	secrets_fini(&h->secret);
	free(h->plain_host);
	free(h->ca_file);
	free(h);
}

void
http_secret(struct http *h, const char *text)
{
	secrets_add(&h->secret, text);
}

/* ---- the request */

static struct curl_slist *
header_list(const struct curl_calls *lib, const struct http_request *q)
{
	struct curl_slist *list = NULL;

	for (int i = -1; i < q->nheader; i++) {
		/* curl asks "Expect: 100-continue" of long bodies, and sends
		 * again without it where the server refuses. */
		char *line = i == -1 ?
		    xstrdup("Expect:") :
		    xasprintf("%s: %s", q->header[i].name, q->header[i].value);
		struct curl_slist *longer = lib->slist_append(list, line);

		if (longer == NULL)
			mem_none_left();
		list = longer;
		free(line);
	}
	return list;
}

/*
 * What is loaded may be older than what we were built for.  One that does not
 * know PREREQFUNCTION would have "surely not sent" be said of an order that
 * left: where an option is not taken, nothing is asked.
 */
#define SET(x, option, value)                                                \
	do {                                                                 \
		if ((x)->h->lib->easy_setopt((x)->h->curl, option, value) != \
		    CURLE_OK)                                                \
			(x)->untaken = #option;                              \
	} while (0)

static void
set_request(struct exchange *x, const struct http_request *q,
    struct curl_slist *headers)
{
	bool is_get = strcmp(q->method, "GET") == 0;

	SET(x, CURLOPT_URL, q->url);
	SET(x, CURLOPT_HTTPHEADER, headers);
	if (q->body != NULL) {
		SET(x, CURLOPT_POSTFIELDS, q->body);
		SET(x, CURLOPT_POSTFIELDSIZE, (long)strlen(q->body));
	} else if (!is_get) {
		SET(x, CURLOPT_POSTFIELDS, "");
		SET(x, CURLOPT_POSTFIELDSIZE, 0L);
	}
	SET(x, CURLOPT_CUSTOMREQUEST, q->method);
	/* What is sent on a kept connection curl sends again by itself where
	 * that was closed meanwhile: an order must not be. */
	SET(x, CURLOPT_FRESH_CONNECT, is_get && !q->is_fresh ? 0L : 1L);
	SET(x, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(q->connect_ms > 0 ? q->connect_ms : HTTP_CONNECT_MS));
	SET(x, CURLOPT_TIMEOUT_MS,
	    (long)(q->total_ms > 0 ? q->total_ms : HTTP_TOTAL_MS));
}

static void
set_manners(struct exchange *x, char *why)
{
	SET(x, CURLOPT_PREREQFUNCTION, on_connected);
	SET(x, CURLOPT_PREREQDATA, x);
	SET(x, CURLOPT_WRITEFUNCTION, on_body);
	SET(x, CURLOPT_WRITEDATA, x);
	SET(x, CURLOPT_HEADERFUNCTION, on_header);
	SET(x, CURLOPT_HEADERDATA, x);
	SET(x, CURLOPT_ERRORBUFFER, why);
	SET(x, CURLOPT_NOSIGNAL, 1L);
	/* One without proxies takes no word of them, and needs none. */
	x->h->lib->easy_setopt(x->h->curl, CURLOPT_PROXY, "");
	SET(x, CURLOPT_USERAGENT, "maemae/" VERSION);
	/* HTTP/2 would repeat what a server says it has not processed. */
	SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(x, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (x->h->ca_file != NULL)
		SET(x, CURLOPT_CAINFO, x->h->ca_file);
}

/* ---- the log, with the secrets hidden */

static void
log_text(const struct http *h, const char *what, const char *text, size_t n)
{
	char *shown = secrets_hide(&h->secret, text, n);

	log_debug("%s%.*s%s", what, LOG_MOST, shown,
	    strlen(shown) > LOG_MOST ? "..." : "");
	free(shown);
}

static void
log_exchange(const struct http *h, const struct http_request *q,
    const struct http_reply *r, int64_t ms)
{
	char *line;

	if (!log_shows(LOG_DEBUG))
		return;
	line = r->status != 0 ?
	    xasprintf("%s %s: %d, %zu bytes in %lld ms", q->method, q->url,
		r->status, r->size, (long long)ms) :
	    xasprintf("%s %s: %s (%lld ms)", q->method, q->url, r->why,
		(long long)ms);
	log_text(h, "", line, strlen(line));
	free(line);
	if (q->is_secret)
		return;
	if (q->body != NULL)
		log_text(h, "sent ", q->body, strlen(q->body));
	if (r->size > 0)
		log_text(h, "got ", r->body, r->size);
}

/* ---- its fate */

static void
set_why(const struct http *h, struct http_reply *r, const char *why)
{
	char *shown = secrets_hide(&h->secret, why, strlen(why));

	snprintf(r->why, sizeof(r->why), "%s", shown);
	free(shown);
}

static enum http_outcome
judge(const struct http *h, const struct exchange *x, CURLcode rc,
    const char *why, struct http_reply *r)
{
	long status = 0;

	h->lib->easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	if (rc == CURLE_OK && x->has_head && status >= 200 && status <= 599) {
		r->status = (int)status;
		return HTTP_ANSWERED;
	}
	if (x->is_far)
		why = "without TLS only this machine, or the private address"
		      " that is named, is spoken to";
	else if (x->is_too_big)
		why = "the answer is longer than what is taken";
	else if (rc == CURLE_OK)
		why = "the answer ends in its head";
	else if (*why == '\0')
		why = h->lib->easy_strerror(rc);
	set_why(h, r, why);
	return x->has_begun ? HTTP_LOST : HTTP_NOT_SENT;
}

static void
take_text(struct text *t, char **p, size_t *n)
{
	*p = t->p != NULL ? t->p : xstrdup("");
	if (t->n == 0)
		**p = '\0'; /* a head that was begun anew */
	if (n != NULL)
		*n = t->n;
}

enum http_outcome
http_send(struct http *h, const struct http_request *q, struct http_reply *r)
{
	struct exchange x = { .h = h,
		.is_plain = strncasecmp(q->url, "https:", 6) != 0,
		.body.most = q->body_most > 0 ? q->body_most : HTTP_BODY_MOST,
		.headers.most = HEADERS_MOST };
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers;
	enum http_outcome got = HTTP_NOT_SENT;
	int64_t begin = monotonic_ms();
	struct err e = { 0 };

	*r = (struct http_reply){ 0 };
	if (http_allows(h, q->url, &e) == -1) {
		set_why(h, r, e.msg);
	} else {
		headers = header_list(h->lib, q);
		h->lib->easy_reset(h->curl); /* keeps connections */
		set_request(&x, q, headers);
		set_manners(&x, why);
		if (x.untaken == NULL)
			got = judge(
			    h, &x, h->lib->easy_perform(h->curl), why, r);
		else
			snprintf(r->why, sizeof(r->why),
			    "libcurl does not take %s; it is older than 7.80,"
			    " or memory is short",
			    x.untaken);
		h->lib->easy_reset(h->curl); /* nothing of x, why is kept */
		h->lib->slist_free_all(headers);
	}
	take_text(&x.body, &r->body, &r->size);
	take_text(&x.headers, &r->headers, NULL);
	log_exchange(h, q, r, monotonic_ms() - begin);
	return got;
}
