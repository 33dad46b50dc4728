/*
 * serve_http.c - REST: libmicrohttpd around sandbox_answer().
 *
 * The only file that knows libmicrohttpd.  A connection has a thread of its
 * own; the lock is held while the sandbox thinks, not while an answer is slow.
 */
#include "sandbox/serve.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#define BODY_MOST ((size_t)1 << 20)

struct serve_http {
	struct served *served;
	struct MHD_Daemon *daemon;
};

/* A request that is still coming in. */
struct incoming {
	struct served *served;
	char *body;
	size_t n;
	bool is_too_long;
};

/* ---- Out --------------------------------------------------------------------- */

/* A body that breaks off in the middle. */
struct half {
	char *body;
	size_t n;
};

static ssize_t
read_half(void *arg, uint64_t pos, char *buf, size_t most)
{
	const struct half *h = arg;
	size_t left;

	if (pos >= h->n)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	left = h->n - (size_t)pos;
	if (left > most)
		left = most;
	memcpy(buf, h->body + pos, left);
	return (ssize_t)left;
}

static void
free_half(void *arg)
{
	struct half *h = arg;

	free(h->body);
	free(h);
}

/* The response takes the body over. */
static struct MHD_Response *
make_response(struct wire_answer *a)
{
	char *body = a->body != NULL ? a->body : xstrdup("");
	struct half *h;

	a->body = NULL;
	if (a->fate != WIRE_CUT)
		return MHD_create_response_from_buffer(
		    a->nbody, body, MHD_RESPMEM_MUST_FREE);
	h = xcalloc(1, sizeof(*h));
	*h = (struct half){ body, a->nbody / 2 };
	return MHD_create_response_from_callback(
	    a->nbody, 4096, read_half, h, free_half);
}

static enum MHD_Result
send_answer(struct MHD_Connection *conn, struct wire_answer *a)
{
	struct MHD_Response *r;
	enum MHD_Result rc;

	if (a->delay_ms > 0)
		sleep_ms(a->delay_ms);
	if (a->fate == WIRE_DROPPED)
		return MHD_NO; /* closes the connection */
	r = make_response(a);
	/* The library takes no empty value, and clients trim. */
	for (int i = 0; i < a->header.n; i++)
		MHD_add_response_header(r, a->header.pair[i].name,
		    a->header.pair[i].value[0] != '\0' ?
			a->header.pair[i].value :
			" ");
	rc = MHD_queue_response(conn, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return rc;
}

/* ---- In ---------------------------------------------------------------------- */

static enum MHD_Result
add_pair(
    void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	wire_add(arg, name, value != NULL ? value : "");
	return MHD_YES;
}

static bool
is_local(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info == NULL ? NULL : info->client_addr;

	return sa != NULL && sa->sa_family == AF_INET &&
	    (ntohl(((const struct sockaddr_in *)(const void *)sa)
		       ->sin_addr.s_addr) >>
		24) == 127;
}

static enum MHD_Result
answer(struct MHD_Connection *conn, const char *path, const char *method,
    struct incoming *in)
{
	struct wire_request req = { .method = method,
		.path = path,
		.body = in->body,
		.nbody = in->n,
		.is_local = is_local(conn) };
	struct wire_answer out = { 0 };
	struct served *served = in->served;
	enum MHD_Result rc;

	MHD_get_connection_values(conn, MHD_HEADER_KIND, add_pair, &req.header);
	MHD_get_connection_values(
	    conn, MHD_GET_ARGUMENT_KIND, add_pair, &req.query);
	pthread_mutex_lock(&served->lock);
	sandbox_answer(served->sb, &req, &out);
	pthread_mutex_unlock(&served->lock);
	if (served->socket != NULL)
		serve_socket_wake(served->socket);
	log_debug("%s %s: %d%s", method, path, out.status,
	    out.fate == WIRE_DROPPED ? ", dropped" :
		out.fate == WIRE_CUT ? ", cut" :
				       "");
	rc = send_answer(conn, &out);
	wire_request_fini(&req);
	wire_answer_fini(&out);
	return rc;
}

static void
take_body(struct incoming *in, const char *data, size_t n)
{
	if (n > BODY_MOST - in->n) {
		in->is_too_long = true;
		return;
	}
	in->body = xrealloc(in->body, in->n + n + 1, 1);
	memcpy(in->body + in->n, data, n);
	in->n += n;
	in->body[in->n] = '\0';
}

static enum MHD_Result
handle(void *arg, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **state)
{
	struct serve_http *h = arg;
	struct incoming *in = *state;

	(void)version;
	if (in == NULL) {
		in = xcalloc(1, sizeof(*in));
		in->served = h->served;
		*state = in;
		return MHD_YES;
	}
	if (*n > 0) {
		take_body(in, data, *n);
		*n = 0;
		return MHD_YES;
	}
	return in->is_too_long ? MHD_NO : answer(conn, url, method, in);
}

static void
forget(void *arg, struct MHD_Connection *conn, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct incoming *in = *state;

	(void)arg, (void)conn, (void)why;
	if (in != NULL)
		free(in->body);
	free(in);
	*state = NULL;
}

/* ---- Open and close ------------------------------------------------------------- */

static struct MHD_Daemon *
start(struct serve_http *h, const struct serve_options *o, const char *what,
    struct err *e)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD |
	    MHD_USE_THREAD_PER_CONNECTION;
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)o->port) };
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, o->cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, o->key },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (serve_port_free(o, what, e) == -1)
		return NULL;
	inet_pton(AF_INET, o->address, &sa.sin_addr);
	if (o->cert == NULL)
		tls[0].option = MHD_OPTION_END;
	else
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(flags, (uint16_t)o->port, NULL, NULL, handle, h,
	    MHD_OPTION_SOCK_ADDR, &sa, MHD_OPTION_NOTIFY_COMPLETED, forget,
	    NULL, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

struct serve_http *
serve_http_open(
    struct served *served, const struct serve_options *o, struct err *e)
{
	struct serve_http *h = xcalloc(1, sizeof(*h));
	const char *what = o->cert != NULL ? "HTTPS" : "HTTP";

	h->served = served;
	e->kind = E_NONE;
	if ((h->daemon = start(h, o, what, e)) != NULL)
		return h;
	if (e->kind == E_NONE)
		err_set(e, E_FAIL, "cannot serve %s on %s port %d", what,
		    o->address, o->port);
	free(h);
	return NULL;
}

int
serve_http_port(const struct serve_http *h)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
	    h->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info == NULL ? 0 : info->port;
}

void
serve_http_close(struct serve_http *h)
{
	if (h == NULL)
		return;
	MHD_stop_daemon(h->daemon);
	free(h);
}
