/* http.c - see http.h. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif
#include <microhttpd.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/http.h"
#include "gateway/late.h"

#define STOP_MS 2000 /* for answers under way, at the end */

struct http {
	struct gateway *g;
	struct MHD_Daemon *daemon;
	struct late *late;
	const char *token;
	int port;
	atomic_int visits; /* requests under way */
};

/* One request, from its first header to its answer. */
struct visit {
	char *body;
	size_t size;
	bool is_refused; /* and why is known */
	struct reply reply;
	struct request request;
};

static enum MHD_Result
answer(struct MHD_Connection *c, const struct reply *r)
{
	char *text = reply_text(r);
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    strlen(text), text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result rc;

	free(text);
	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
	    "application/json; charset=utf-8");
	MHD_add_response_header(
	    response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (r->code == REPLY_UNAUTHORIZED)
		MHD_add_response_header(
		    response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
	rc = MHD_queue_response(c, (unsigned)reply_status(r), response);
	MHD_destroy_response(response);
	return rc;
}

/* ---- who may ask */

/* Takes as long whatever is wrong with it. */
static bool
is_same(const char *shown, const char *token)
{
	size_t n = strlen(token), m = strlen(shown);
	unsigned differ = n != m;

	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)token[i] ^
		    (unsigned char)(i < m ? shown[i] : 0);
	return differ == 0;
}

static bool
shows_token(const struct http *h, struct MHD_Connection *c)
{
	const char *s = MHD_lookup_connection_value(
	    c, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);

	return s != NULL && strncmp(s, "Bearer ", 7) == 0 &&
	    is_same(s + 7, h->token);
}

/* ---- what is asked */

static enum MHD_Result
take_param(
    void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct visit *v = arg;
	struct request *q = &v->request;

	(void)kind;
	if (q->n_params == PARAMS_MOST) {
		v->is_refused = true;
		reply_fail(&v->reply, REPLY_BAD_REQUEST,
		    "more than %d parameters", PARAMS_MOST);
		return MHD_NO;
	}
	q->param[q->n_params++] = (struct param){ name,
		value != NULL ? value : "" };
	return MHD_YES;
}

/* The size a body is said to have; -1: it does not say, or nonsense. */
static int64_t
said_length(struct MHD_Connection *c)
{
	const char *s = MHD_lookup_connection_value(
	    c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (s == NULL || *s == '\0' || strlen(s) > 12 ||
	    s[strspn(s, "0123456789")] != '\0')
		return -1;
	return strtoll(s, NULL, 10);
}

static bool
has_body(struct MHD_Connection *c)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND,
		   MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL ||
	    said_length(c) > 0;
}

/* The headers are here: may it go on?  The reply says why not. */
static void
look(struct http *h, struct MHD_Connection *c, struct visit *v,
    const char *method, const char *url)
{
	bool takes_body = strcmp(method, "PUT") == 0;
	struct reply *r = &v->reply;

	v->is_refused = true;
	if (!shows_token(h, c))
		reply_fail(r, REPLY_UNAUTHORIZED,
		    "a bearer token is needed, and must be ours");
	else if (strlen(url) > PATH_MOST)
		reply_fail(r, REPLY_TOO_LARGE, "the address is too long");
	else if (takes_body && said_length(c) == -1)
		reply_fail(
		    r, REPLY_LENGTH_REQUIRED, "a body needs a Content-Length");
	else if (takes_body && said_length(c) > BODY_MOST)
		reply_fail(r, REPLY_TOO_LARGE, "a body has at most %d bytes",
		    BODY_MOST);
	else if (!takes_body && has_body(c))
		reply_fail(r, REPLY_BAD_REQUEST, "%.16s takes no body", method);
	else
		v->is_refused = false;
}

static void
take_body(struct visit *v, const char *data, size_t n)
{
	if (v->is_refused)
		return;
	if (v->size + n > BODY_MOST) {
		v->is_refused = true;
		reply_fail(&v->reply, REPLY_TOO_LARGE,
		    "a body has at most %d bytes", BODY_MOST);
		return;
	}
	v->body = xrealloc(v->body, v->size + n + 1, 1);
	memcpy(v->body + v->size, data, n);
	v->size += n;
}

/* libmicrohttpd calls this with the headers, with each piece of the body, and
 * with *n = 0 when all is here. */
static enum MHD_Result
handle(void *arg, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *data, size_t *n, void **state)
{
	struct http *h = arg;
	struct visit *v = *state;

	(void)version;
	if (v == NULL) {
		*state = v = xcalloc(1, sizeof(*v));
		h->visits++;
		look(h, c, v, method, url);
		/* A body that nobody wants is not waited for. */
		return v->is_refused ? answer(c, &v->reply) : MHD_YES;
	}
	if (*n > 0) {
		take_body(v, data, *n);
		*n = 0;
		return MHD_YES;
	}
	late_has_come(h->late, c);
	if (!v->is_refused) {
		v->request.method = method;
		v->request.path = url;
		v->request.now = MHD_lookup_connection_value(
		    c, MHD_HEADER_KIND, "x-maemae-now");
		v->request.body = v->body != NULL ? v->body : "";
		v->request.body_size = v->size;
		MHD_get_connection_values(
		    c, MHD_GET_ARGUMENT_KIND, take_param, v);
	}
	if (!v->is_refused)
		route(h->g, &v->request, &v->reply);
	log_debug("%s %s: %d", method, url, reply_status(&v->reply));
	return answer(c, &v->reply);
}

static void
completed(void *arg, struct MHD_Connection *c, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct http *h = arg;
	struct visit *v = *state;

	(void)why;
	late_is_done(h->late, c);
	if (v == NULL)
		return;
	h->visits--;
	free(v->body);
	reply_fini(&v->reply);
	free(v);
	*state = NULL;
}

static void
connection(void *arg, struct MHD_Connection *c, void **state,
    enum MHD_ConnectionNotificationCode what)
{
	struct http *h = arg;

	(void)state;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		late_begin(h->late, c,
		    MHD_get_connection_info(
			c, MHD_CONNECTION_INFO_CONNECTION_FD)
			->connect_fd);
	else
		late_end(h->late, c);
}

/* ---- listening */

/* A percent sign and NUL in a path would hide what stands behind it. */
static size_t
unescape(void *arg, struct MHD_Connection *c, char *s)
{
	size_t n = MHD_http_unescape(s);

	(void)arg;
	(void)c;
	if (strlen(s) != n)
		s[0] = '\0'; /* no path and no parameter of ours is empty */
	return strlen(s);
}

static int
resolve(const char *host, int port, struct sockaddr_storage *to, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *found;
	char service[16];

	snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(host, service, &hints, &found) != 0)
		return err_set(e, E_CONFIG, "%s: not a numeric address", host);
	memcpy(to, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

static int
port_of(struct MHD_Daemon *d)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
	    d, MHD_DAEMON_INFO_BIND_PORT);

	return info != NULL ? info->port : 0;
}

struct http *
http_start(struct gateway *g, const char *host, int port, const char *token,
    int client_ms, struct err *e)
{
	struct http *h = xcalloc(1, sizeof(*h));
	struct sockaddr_storage to = { 0 };
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD;

	h->g = g;
	h->token = token;
	if (resolve(host, port, &to, e) == -1)
		goto failed;
	if (to.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	h->late = late_new(CLIENTS_MOST, client_ms);
	h->daemon = MHD_start_daemon(flags, (uint16_t)port, NULL, NULL, handle,
	    h, MHD_OPTION_SOCK_ADDR, &to, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)CLIENTS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)(client_ms / 1000 + 1),
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, h,
	    MHD_OPTION_NOTIFY_CONNECTION, connection, h,
	    MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
	if (h->daemon == NULL) {
		err_set(e, E_CONFIG, "cannot listen on %s port %d: %s", host,
		    port, strerror(errno));
		goto failed;
	}
	h->port = port_of(h->daemon);
	return h;
failed:
	late_free(h->late);
	free(h);
	return NULL;
}

int
http_port(const struct http *h)
{
	return h->port;
}

void
http_stop(struct http *h)
{
	int64_t until = monotonic_ms() + STOP_MS;

	if (h == NULL)
		return;
	/* The library would cut off who is being answered: the one who asked
	 * for the end is the first of them. */
	while (h->visits > 0 && monotonic_ms() < until)
		com_wait(5);
	MHD_stop_daemon(h->daemon);
	late_free(h->late);
	free(h);
}
