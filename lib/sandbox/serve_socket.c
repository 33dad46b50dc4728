/*
 * serve_socket.c - the WebSocket: libwebsockets around sandbox_stream_*.
 *
 * One thread, the main one.  A timer lets the sandbox's time pass; a request
 * that made news wakes the loop, and then each connection writes what it has.
 */
#include "sandbox/serve.h"

#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

#define TICK_US     100000
#define TEXT_MOST   65536
#define TEXT_BUFFER 4096

struct serve_socket {
	struct served *served;
	struct lws_context *ctx;
	struct lws_vhost *vhost;
	lws_sorted_usec_list_t tick;
	volatile sig_atomic_t is_stopped;
};

/* What libwebsockets keeps for us of a connection. */
struct peer {
	struct sandbox_stream *stream;
	char *text; /* of a message that is still coming in */
	size_t n;
};

static int on_event(
    struct lws *, enum lws_callback_reasons, void *user, void *in, size_t n);

static const struct lws_protocols protocols[] = {
	{ "kis", on_event, sizeof(struct peer), TEXT_BUFFER, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

static struct serve_socket *
server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* ---- What comes in ------------------------------------------------------------- */

/* -1 hangs up. */
static int
receive(struct serve_socket *s, struct lws *wsi, struct peer *me,
    const char *in, size_t n)
{
	if (n > TEXT_MOST - me->n)
		return -1;
	me->text = xrealloc(me->text, me->n + n + 1, 1);
	memcpy(me->text + me->n, in, n);
	me->n += n;
	if (!lws_is_final_fragment(wsi) ||
	    lws_remaining_packet_payload(wsi) > 0)
		return 0;
	pthread_mutex_lock(&s->served->lock);
	sandbox_stream_text(me->stream, me->text, me->n);
	pthread_mutex_unlock(&s->served->lock);
	me->n = 0;
	lws_callback_on_writable(wsi);
	return 0;
}

/* ---- What goes out -------------------------------------------------------------- */

static int
write_text(struct lws *wsi, const char *text)
{
	size_t n = strlen(text);
	unsigned char *buf = xmalloc(LWS_PRE + n);
	int rc;

	memcpy(buf + LWS_PRE, text, n);
	rc = lws_write(wsi, buf + LWS_PRE, n, LWS_WRITE_TEXT);
	free(buf);
	return rc < (int)n ? -1 : 0;
}

/* One message a turn; -1 hangs up. */
static int
send_next(struct serve_socket *s, struct lws *wsi, struct peer *me)
{
	bool is_dropped;
	char *text;
	int rc = 0;

	pthread_mutex_lock(&s->served->lock);
	is_dropped = sandbox_stream_is_dropped(me->stream);
	text = is_dropped ? NULL : sandbox_stream_next(me->stream);
	pthread_mutex_unlock(&s->served->lock);
	if (is_dropped) {
		/* Without a close frame, as a broken line does. */
		shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
		return -1;
	}
	if (text != NULL) {
		rc = write_text(wsi, text);
		lws_callback_on_writable(wsi);
	}
	free(text);
	return rc;
}

static int
on_event(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in,
    size_t n)
{
	struct peer *me = user;
	struct serve_socket *s = server_of(wsi);

	switch (why) {
	case LWS_CALLBACK_ESTABLISHED:
		pthread_mutex_lock(&s->served->lock);
		me->stream = sandbox_stream_open(s->served->sb);
		pthread_mutex_unlock(&s->served->lock);
		return 0;
	case LWS_CALLBACK_CLOSED:
		pthread_mutex_lock(&s->served->lock);
		sandbox_stream_close(me->stream);
		pthread_mutex_unlock(&s->served->lock);
		free(me->text);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return receive(s, wsi, me, in, n);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return send_next(s, wsi, me);
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		lws_callback_on_writable_all_protocol(s->ctx, protocols);
		return 0;
	default:
		return 0;
	}
}

/* ---- Time ------------------------------------------------------------------------ */

static void
tick(lws_sorted_usec_list_t *sul)
{
	struct serve_socket *s = lws_container_of(
	    sul, struct serve_socket, tick);

	pthread_mutex_lock(&s->served->lock);
	sandbox_tick(s->served->sb);
	pthread_mutex_unlock(&s->served->lock);
	lws_callback_on_writable_all_protocol(s->ctx, protocols);
	lws_sul_schedule(s->ctx, 0, &s->tick, tick, TICK_US);
}

/* ---- Open and close --------------------------------------------------------------- */

struct serve_socket *
serve_socket_open(
    struct served *served, const struct serve_options *o, struct err *e)
{
	struct serve_socket *s;
	struct lws_context_creation_info info = {
		.port = o->port,
		.iface = o->address,
		.protocols = protocols,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
		    LWS_SERVER_OPTION_DISABLE_IPV6,
	};

	if (serve_port_free(o, "the socket", e) == -1)
		return NULL;
	lws_set_log_level(LLL_ERR, NULL);
	s = info.user = xcalloc(1, sizeof(*s));
	s->served = served;
	if ((s->ctx = lws_create_context(&info)) == NULL ||
	    (s->vhost = lws_create_vhost(s->ctx, &info)) == NULL) {
		err_set(e, E_FAIL, "cannot serve the socket on %s port %d",
		    o->address, o->port);
		serve_socket_close(s);
		return NULL;
	}
	lws_sul_schedule(s->ctx, 0, &s->tick, tick, TICK_US);
	return s;
}

int
serve_socket_port(const struct serve_socket *s)
{
	return lws_get_vhost_listen_port(s->vhost);
}

void
serve_socket_run(struct serve_socket *s)
{
	while (!s->is_stopped && lws_service(s->ctx, 0) >= 0)
		;
}

void
serve_socket_stop(struct serve_socket *s)
{
	s->is_stopped = 1;
	lws_cancel_service(s->ctx);
}

void
serve_socket_wake(struct serve_socket *s)
{
	lws_cancel_service(s->ctx);
}

void
serve_socket_close(struct serve_socket *s)
{
	if (s == NULL)
		return;
	if (s->ctx != NULL)
		lws_context_destroy(s->ctx);
	free(s);
}
