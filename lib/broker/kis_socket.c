/*
 * kis_socket.c - see kis_socket.h.
 *
 * libwebsockets calls back with every event, and sleeps until the next one; a
 * timer of ours ends the sleep.  It is not told to connect again by itself:
 * the firm blocks keys that come and go too fast, so pauses are the caller's.
 */
#include "broker/kis_socket.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/dynlib.h"
#include "base/mem.h"
#include "base/money.h"

#define MESSAGE_MOST (1u << 20)
#define PONG_MOST    125

/* ---- The library ---------------------------------------------------------------- */

#define LWS_CALLS(X)               \
	X(set_log_level)           \
	X(create_context)          \
	X(context_destroy)         \
	X(context_user)            \
	X(get_context)             \
	X(client_connect_via_info) \
	X(service)                 \
	X(sul_schedule)            \
	X(callback_on_writable)    \
	X(write)                   \
	X(is_final_fragment)       \
	X(remaining_packet_payload)

struct lws_calls {
#define CALL(name) __typeof__(lws_##name) *name;
	LWS_CALLS(CALL)
#undef CALL
};

static struct lws_calls lib;

static int
load(struct err *e)
{
	static const struct dynlib_call wanted[] = {
#define CALL(name) { "lws_" #name, offsetof(struct lws_calls, name) },
		LWS_CALLS(CALL)
#undef CALL
	};
	static bool is_loaded;

	if (is_loaded)
		return 0;
	if (dynlib_load(SONAME_WEBSOCKETS, wanted, NELEM(wanted), &lib, e) ==
	    -1)
		return -1;
	lib.set_log_level(0, NULL); /* it would show the approval key */
	is_loaded = true;
	return 0;
}

/* ---- State ---------------------------------------------------------------------- */

struct outgoing {
	struct outgoing *next;
	bool is_pong;
	size_t n;
	unsigned char bytes[]; /* LWS_PRE of room, then n */
};

struct kis_socket {
	struct lws_context *ctx;
	struct lws *wsi;
	lws_sorted_usec_list_t timer;
	kis_on_message on_message;
	void *arg;
	struct outgoing *out;
	char *in; /* the message that is coming */
	size_t n, cap;
	bool is_up, is_lost;
	char why[160];
};

static void
lose(struct kis_socket *s, const char *why, size_t n)
{
	if (!s->is_lost)
		snprintf(s->why, sizeof(s->why), "%.*s", (int)n, why);
	s->is_lost = true;
	s->is_up = false;
}

/* ---- In ------------------------------------------------------------------------- */

static int
receive(struct kis_socket *s, struct lws *wsi, const char *bytes, size_t n)
{
	if (s->n + n + 1 > MESSAGE_MOST) {
		lose(s, "a message without end", 21);
		return -1;
	}
	if (s->n + n + 1 > s->cap) {
		s->cap = (s->n + n + 1) * 2;
		s->in = xrealloc(s->in, s->cap, 1);
	}
	memcpy(s->in + s->n, bytes, n);
	s->n += n;
	if (!lib.is_final_fragment(wsi) ||
	    lib.remaining_packet_payload(wsi) > 0)
		return 0;
	s->in[s->n] = '\0';
	s->on_message(s->arg, s->in, s->n);
	s->n = 0;
	return 0;
}

/* ---- Out ------------------------------------------------------------------------ */

static void
queue(struct kis_socket *s, const char *text, size_t n, bool is_pong)
{
	struct outgoing *o = xcalloc(1, sizeof(*o) + LWS_PRE + n), **p;

	o->is_pong = is_pong;
	o->n = n;
	memcpy(o->bytes + LWS_PRE, text, n);
	for (p = &s->out; *p != NULL; p = &(*p)->next)
		;
	*p = o;
	if (s->is_up)
		lib.callback_on_writable(s->wsi);
}

static int
write_next(struct kis_socket *s, struct lws *wsi)
{
	struct outgoing *o = s->out;
	int got;

	if (o == NULL)
		return 0;
	s->out = o->next;
	got = lib.write(wsi, o->bytes + LWS_PRE, o->n,
	    o->is_pong ? LWS_WRITE_PONG : LWS_WRITE_TEXT);
	explicit_bzero(o->bytes + LWS_PRE, o->n);
	if (got < (int)o->n)
		lose(s, "it cannot be written to", 23);
	free(o);
	if (s->out != NULL && !s->is_lost)
		lib.callback_on_writable(wsi);
	return s->is_lost ? -1 : 0;
}

void
kis_socket_say(struct kis_socket *s, const char *text)
{
	queue(s, text, strlen(text), false);
}

void
kis_socket_pong(struct kis_socket *s, const char *text, size_t n)
{
	queue(s, text, n, n <= PONG_MOST);
}

/* ---- Events --------------------------------------------------------------------- */

static int
on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user,
    void *in, size_t n)
{
	struct kis_socket *s = wsi == NULL ?
	    NULL :
	    lib.context_user(lib.get_context(wsi));

	(void)user;
	if (s == NULL)
		return 0;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		s->is_up = true;
		lib.callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return receive(s, wsi, in, n);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_next(s, wsi);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		lose(s, in != NULL ? in : "it cannot be reached",
		    in != NULL ? n : 20);
		break;
	case LWS_CALLBACK_CLIENT_CLOSED:
		lose(s, "the server hung up", 18);
		break;
	}
	return 0;
}

static void
on_timer(lws_sorted_usec_list_t *timer)
{
	(void)timer; /* to wake up is all */
}

bool
kis_socket_serve(struct kis_socket *s, int ms)
{
	if (s->is_lost)
		return false;
	lib.sul_schedule(s->ctx, 0, &s->timer, on_timer,
	    (lws_usec_t)(ms > 0 ? ms : 1) * LWS_US_PER_MS);
	if (lib.service(s->ctx, 0) < 0)
		lose(s, "it does not work", 16);
	return !s->is_lost;
}

bool
kis_socket_is_up(const struct kis_socket *s)
{
	return s->is_up && !s->is_lost;
}

const char *
kis_socket_why(const struct kis_socket *s)
{
	return s->why;
}

/* ---- Opening --------------------------------------------------------------------- */

struct address {
	char host[256], path[256];
	char name[264]; /* the host as URLs have it: with brackets */
	int port;
	bool is_tls;
};

/* "host" or "[2001:db8::1]": what follows it, or NULL. */
static const char *
parse_host(const char *p, struct address *a)
{
	bool is_six = *p == '[';
	size_t n = strcspn(p += is_six, is_six ? "]/" : ":/");

	if (n == 0 || n >= sizeof(a->host))
		return NULL;
	snprintf(a->host, sizeof(a->host), "%.*s", (int)n, p);
	snprintf(a->name, sizeof(a->name), is_six ? "[%s]" : "%s", a->host);
	p += n;
	if (is_six && *p++ != ']')
		return NULL;
	return *p == ':' || *p == '/' || *p == '\0' ? p : NULL;
}

static int
parse_url(const char *url, struct address *a)
{
	const char *p = strstr(url, "://");
	size_t n;
	int64_t port;
	char digits[8];

	a->is_tls = strncasecmp(url, "wss://", 6) == 0;
	if (p == NULL || (!a->is_tls && strncasecmp(url, "ws://", 5) != 0))
		return -1;
	if ((p = parse_host(p + 3, a)) == NULL)
		return -1;
	a->port = a->is_tls ? 443 : 80;
	if (*p == ':') {
		n = strcspn(++p, "/");
		snprintf(digits, sizeof(digits), "%.*s", (int)n, p);
		if (int_parse(digits, 1, 65535, &port) == -1)
			return -1;
		a->port = (int)port;
		p += n;
	}
	snprintf(a->path, sizeof(a->path), "%s", *p == '\0' ? "/" : p);
	return 0;
}

static void
connect_to(struct kis_socket *s, const struct address *a)
{
	struct lws_client_connect_info info = {
		.context = s->ctx,
		.address = a->host,
		.port = a->port,
		.path = a->path,
		.host = a->name,
		.origin = a->name,
		.ssl_connection = a->is_tls ? LCCSCF_USE_SSL : 0,
		.local_protocol_name = "kis",
		.pwsi = &s->wsi,
	};

	if (lib.client_connect_via_info(&info) == NULL)
		lose(s, "it cannot be reached", 20);
}

struct kis_socket *
kis_socket_open(
    const char *url, kis_on_message on_message, void *arg, struct err *e)
{
	static const struct lws_protocols protocols[] = {
		{ .name = "kis", .callback = on_event },
		{ .name = NULL },
	};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
	};
	struct kis_socket *s;
	struct address a;

	if (parse_url(url, &a) == -1) {
		err_set(e, E_CONFIG, "'%s' is no URL of a WebSocket", url);
		return NULL;
	}
	if (load(e) == -1)
		return NULL;
	if (a.is_tls)
		info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	s = xcalloc(1, sizeof(*s));
	s->on_message = on_message;
	s->arg = arg;
	info.user = s;
	if ((s->ctx = lib.create_context(&info)) == NULL) {
		free(s);
		err_set(e, E_FAIL, "libwebsockets does not start");
		return NULL;
	}
	connect_to(s, &a);
	return s;
}

void
kis_socket_close(struct kis_socket *s)
{
	if (s == NULL)
		return;
	lib.context_destroy(s->ctx);
	while (s->out != NULL) {
		struct outgoing *o = s->out;

		s->out = o->next;
		free(o);
	}
	free(s->in);
	free(s);
}
