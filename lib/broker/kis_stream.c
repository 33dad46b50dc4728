/*
 * kis_stream.c - the follower's ear: notices of our orders, by a socket.
 *
 * A notice is a hint.  It may come before the answer to its order, before the
 * list of orders shows it, twice or not at all; so each one asks for a look
 * now, one a second later and one three seconds later, and so does every new
 * subscription, for what was said while we were away.  Between hints the
 * follower looks now and then anyway.
 *
 * The firm lets a key have one socket, notices late that an old one died, and
 * blocks who comes and goes: pauses grow from a second to a minute, and to a
 * quarter of an hour where it says itself that it does not want us.  That is
 * told once, for it may last all day, and REST tells all the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hold.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/kis_inner.h"
#include "broker/kis_notice.h"
#include "broker/kis_socket.h"

#define SILENT_MS     90000 /* without a word for so long it is dead */
#define ANSWER_MS     10000 /* to connect and to be subscribed */
#define PAUSE_MS      1000  /* the first pause; doubled each time */
#define PAUSE_MOST_MS 60000
#define IN_USE_MS     30000 /* the first one after such a word */
#define DENIED_MS     60000
#define UNWANTED_MOST 900000 /* milliseconds; the longest after either */
#define STEADY_MS     60000  /* a connection that lived so long was good */

static const int looks_after[] = { 0, 1000, 3000 };

struct kis_stream {
	struct kis *k;
	struct kis_socket *socket; /* NULL: away */
	struct kis_channel channel;
	char account[12];
	bool is_subscribed, is_in_use, is_denied;
	struct err said; /* the last warning; none once it is subscribed */
	int64_t since, heard_at; /* connecting; the last message */
	int64_t retry_at;
	int pause_ms;
	int64_t look_at[NELEM(looks_after)]; /* 0: none */
};

/* ---- Looks ----------------------------------------------------------------------- */

static void
ask_for_looks(struct kis_stream *s)
{
	for (size_t i = 0; i < NELEM(looks_after); i++)
		s->look_at[i] = monotonic_ms() + looks_after[i];
}

/* Is one due?  Then it is taken. */
static bool
take_look(struct kis_stream *s, int64_t now)
{
	bool due = false;

	for (size_t i = 0; i < NELEM(looks_after); i++)
		if (s->look_at[i] != 0 && s->look_at[i] <= now) {
			s->look_at[i] = 0;
			due = true;
		}
	return due;
}

static int64_t
next_look(const struct kis_stream *s, int64_t until)
{
	for (size_t i = 0; i < NELEM(looks_after); i++)
		if (s->look_at[i] != 0 && s->look_at[i] < until)
			until = s->look_at[i];
	return until;
}

/* A warning, once while it stays the same. */
static void
warn_once(struct kis_stream *s, const struct err *e)
{
	if (strcmp(s->said.msg, e->msg) == 0)
		log_info("%s", e->msg);
	else
		log_warn("%s; orders are looked at all the same", e->msg);
	s->said = *e;
}

/* ---- Messages -------------------------------------------------------------------- */

static void
on_message(void *arg, const char *text, size_t n)
{
	struct kis_stream *s = arg;
	struct err e;
	enum kis_message m = kis_message_read(&s->channel, text, n, &e);

	kis_hide_secrets(s->k, e.msg, sizeof(e.msg));
	s->heard_at = monotonic_ms();
	switch (m) {
	case KIS_PING:
		kis_socket_pong(s->socket, text, n);
		break;
	case KIS_SUBSCRIBED:
		log_info("kis: notices of orders come by the socket");
		s->is_subscribed = true;
		s->said.msg[0] = '\0';
		ask_for_looks(s);
		break;
	case KIS_NEWS:
		if (e.kind != E_NONE)
			log_warn("%s; looking at the orders", e.msg);
		log_debug("kis: a notice");
		ask_for_looks(s);
		break;
	case KIS_IN_USE:
		s->is_in_use = true;
		warn_once(s, &e);
		break;
	case KIS_DENIED:
		s->is_denied = true;
		warn_once(s, &e);
		break;
	case KIS_OTHER:
		if (e.kind != E_NONE)
			log_debug("kis: the socket said: %s", e.msg);
		break;
	}
}

/* ---- Coming and going ------------------------------------------------------------- */

static void
go_away(struct kis_stream *s, const char *why)
{
	int64_t now = monotonic_ms();
	int least = s->is_denied ? DENIED_MS : s->is_in_use ? IN_USE_MS : 0;
	int most = least > 0 ? UNWANTED_MOST : PAUSE_MOST_MS;

	if (s->is_subscribed && now - s->since >= STEADY_MS)
		s->pause_ms = PAUSE_MS;
	if (s->pause_ms < least)
		s->pause_ms = least;
	if (s->pause_ms > most)
		s->pause_ms = most;
	log_info(
	    "kis: the socket is lost (%s); again in %d ms", why, s->pause_ms);
	kis_socket_close(s->socket);
	s->socket = NULL;
	s->is_subscribed = s->is_in_use = s->is_denied = false;
	s->retry_at = now + s->pause_ms +
	    (int64_t)rng_below(&s->k->jitter, (uint64_t)s->pause_ms / 2);
	s->pause_ms *= 2;
}

static void
come(struct kis_stream *s)
{
	struct kis *k = s->k;
	char approval[512], *text;
	struct err e;

	s->since = s->heard_at = monotonic_ms();
	if (kis_approval(k, approval, sizeof(approval), &e) == -1 ||
	    (s->socket = kis_socket_open(k->stream_url, on_message, s, &e)) ==
		NULL) {
		warn_once(s, &e);
		go_away(s, "not connected");
		return;
	}
	text = kis_subscription(approval, s->channel.tr_id, k->hts_id);
	kis_socket_say(s->socket, text);
	explicit_bzero(text, strlen(text));
	explicit_bzero(approval, sizeof(approval));
	free(text);
}

static struct kis_stream *
stream_new(struct kis *k)
{
	struct kis_stream *s = xcalloc(1, sizeof(*s));

	s->k = k;
	s->pause_ms = PAUSE_MS;
	snprintf(
	    s->account, sizeof(s->account), "%s%s", k->account, k->product);
	s->channel.account = s->account;
	s->channel.tr_id = kis_hosts[k->mode].notice;
	return s;
}

void
kis_stream_close(struct kis_stream *s)
{
	if (s == NULL)
		return;
	kis_socket_close(s->socket);
	explicit_bzero(&s->channel, sizeof(s->channel));
	free(s);
}

/* One step of the connection, of at most `ms`. */
static void
step(struct kis_stream *s, int64_t now, int ms)
{
	if (s->socket == NULL && now < s->retry_at) {
		sleep_ms(
		    s->retry_at - now < ms ? (int)(s->retry_at - now) : ms);
		return;
	}
	if (s->socket == NULL)
		come(s);
	if (s->socket == NULL)
		return;
	if (!kis_socket_serve(s->socket, ms))
		go_away(s, kis_socket_why(s->socket));
	else if (s->is_in_use)
		go_away(s, "in use");
	else if (s->is_denied)
		go_away(s, "denied");
	else if (now - s->heard_at > SILENT_MS)
		go_away(s, "silent");
	else if (!s->is_subscribed && now - s->since > ANSWER_MS)
		go_away(s, "not subscribed");
}

int
kis_wait_event(struct broker *br, int timeout_ms, struct err *e)
{
	struct kis *k = br->self;
	int64_t until = monotonic_ms() + timeout_ms, now;

	(void)e;
	if (k->hts_id == NULL) {
		sleep_ms(timeout_ms);
		return 0;
	}
	if (k->stream == NULL)
		k->stream = stream_new(k);
	while ((now = monotonic_ms()) < until && !hold_asked()) {
		int64_t end = next_look(k->stream, until);

		if (take_look(k->stream, now))
			return 1;
		step(k->stream, now, end > now ? (int)(end - now) : 1);
	}
	return take_look(k->stream, monotonic_ms());
}
