/*
 * stream.c - WebSocket connections: who is there, what each listens to.
 *
 * One connection for an app key, 41 subscriptions on it; a key that is not
 * known, a channel that does not exist, a subscription that is there already
 * are answered with a code.  A wrong HTS ID is hung up on without a word.
 */
#include "sandbox/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"

#define PING_MS 10000

/* ---- Connections ---------------------------------------------------------------- */

/* Sixteen and 32 characters, other ones for each connection. */
static void
make_keys(struct sandbox_stream *s, int64_t serial)
{
	char text[40];

	snprintf(text, sizeof(text), "%032" PRId64, serial);
	memcpy(s->iv, text + 16, 16);
	memcpy(s->aes_key, "sandbox-key-1234", 16);
	memcpy(s->aes_key + 16, text + 16, 16);
}

struct sandbox_stream *
sandbox_stream_open(struct sandbox *sb)
{
	struct sandbox_stream *s = xcalloc(1, sizeof(*s));

	s->sb = sb;
	s->end = &s->first;
	s->ping_at = monotonic_ms() + PING_MS;
	make_keys(s, ++sb->serial);
	s->next = sb->streams;
	sb->streams = s;
	return s;
}

void
sandbox_stream_close(struct sandbox_stream *s)
{
	char *text;

	if (s == NULL)
		return;
	for (struct sandbox_stream **p = &s->sb->streams; *p != NULL;
	     p = &(*p)->next)
		if (*p == s) {
			*p = s->next;
			break;
		}
	while ((text = sandbox_stream_next(s)) != NULL)
		free(text);
	free(s);
}

bool
sandbox_stream_is_dropped(const struct sandbox_stream *s)
{
	return s->is_dropped;
}

void
stream_say(struct sandbox_stream *s, const char *text)
{
	struct message *m;

	if (trouble_strikes(&s->sb->troubles, TROUBLE_SILENT, "", NULL))
		return;
	m = xcalloc(1, sizeof(*m));
	m->text = xstrdup(text);
	*s->end = m;
	s->end = &m->next;
}

char *
sandbox_stream_next(struct sandbox_stream *s)
{
	struct message *m = s->first;
	char *text;

	if (m == NULL)
		return NULL;
	if ((s->first = m->next) == NULL)
		s->end = &s->first;
	text = m->text;
	free(m);
	return text;
}

/* ---- Subscriptions -------------------------------------------------------------- */

static const struct {
	const char *tr_id;
	enum channel channel;
} channels[] = {
	{ "H0STCNI0", CHANNEL_NOTICE }, /* real */
	{ "H0STCNI9", CHANNEL_NOTICE }, /* mock */
	{ "H0STCNT0", CHANNEL_TRADES },
	{ "H0STASP0", CHANNEL_BOOK },
	{ "H0NXCNT0", CHANNEL_OTHER },
	{ "H0UNCNT0", CHANNEL_OTHER },
	{ "H0NXASP0", CHANNEL_OTHER },
	{ "H0UNASP0", CHANNEL_OTHER },
	{ "H0STMKO0", CHANNEL_OTHER },
	{ "H0NXMKO0", CHANNEL_OTHER },
	{ "H0UNMKO0", CHANNEL_OTHER },
	{ "H0STANC0", CHANNEL_OTHER },
	{ "H0GSCNI0", CHANNEL_OTHER }, /* notices of orders abroad */
	{ "H0GSCNI9", CHANNEL_OTHER },
};

/* Notices, of which each host has its own. */
static bool
is_notice(const char *tr_id)
{
	return strlen(tr_id) == 8 && strncmp(tr_id + 4, "CNI", 3) == 0;
}

/* Which channel, or -1: none on this host. */
static int
channel_of(const struct sandbox *sb, const char *tr_id)
{
	char other = sb->o.is_mock ? '0' : '9';

	for (size_t i = 0; i < NELEM(channels); i++)
		if (strcmp(channels[i].tr_id, tr_id) == 0 &&
		    !(is_notice(tr_id) && tr_id[7] == other))
			return (int)channels[i].channel;
	return -1;
}

static void
acknowledge(struct sandbox_stream *s, const char *tr_id, const char *key,
    const char *rt_cd, const char *code, const char *message)
{
	struct json *doc = json_new_map(), *head = json_new_map(),
		    *body = json_new_map(), *out;
	char *text;

	json_put_text(head, "tr_id", tr_id);
	json_put_text(head, "tr_key", key);
	json_put_text(head, "encrypt", is_notice(tr_id) ? "Y" : "N");
	json_put_text(body, "rt_cd", rt_cd);
	json_put_text(body, "msg_cd", code);
	json_put_text(body, "msg1", message);
	if (strcmp(rt_cd, "0") == 0) {
		out = json_new_map();
		json_put_text(out, "iv", s->iv);
		json_put_text(out, "key", s->aes_key);
		json_put(body, "output", out);
	}
	json_put(doc, "header", head);
	json_put(doc, "body", body);
	text = json_print(doc);
	stream_say(s, text);
	free(text);
	json_free(doc);
}

static void
refuse(struct sandbox_stream *s, const char *code, const char *message)
{
	acknowledge(s, "(null)", "", "9", code, message);
}

static struct subscription *
find(struct sandbox_stream *s, const char *tr_id, const char *key)
{
	for (int i = 0; i < s->nsub; i++)
		if (strcmp(s->sub[i].tr_id, tr_id) == 0 &&
		    strcmp(s->sub[i].key, key) == 0)
			return &s->sub[i];
	return NULL;
}

static void
subscribe(struct sandbox_stream *s, enum channel channel, const char *tr_id,
    const char *key)
{
	struct subscription *sub;
	struct clock *now = &s->sb->clock;

	if (channel == CHANNEL_NOTICE && strcmp(key, s->sb->o.hts_id) != 0) {
		s->is_dropped = true;
		return;
	}
	if (find(s, tr_id, key) != NULL) {
		acknowledge(
		    s, tr_id, key, "1", "OPSP0002", "ALREADY IN SUBSCRIBE");
		return;
	}
	if (s->nsub == SUBSCRIPTIONS) {
		acknowledge(
		    s, tr_id, key, "1", "OPSP0008", "MAX SUBSCRIBE OVER");
		return;
	}
	sub = &s->sub[s->nsub++];
	*sub = (struct subscription){ .channel = channel,
		.day = clock_ymd(now),
		.last = clock_hhmm(now) };
	snprintf(sub->tr_id, sizeof(sub->tr_id), "%s", tr_id);
	snprintf(sub->key, sizeof(sub->key), "%s", key);
	/* What there is already is nobody's news. */
	notice_news(s->sb);
	acknowledge(s, tr_id, key, "0", "OPSP0000", "SUBSCRIBE SUCCESS");
}

static void
unsubscribe(struct sandbox_stream *s, const char *tr_id, const char *key)
{
	struct subscription *sub = find(s, tr_id, key);

	if (sub == NULL) {
		acknowledge(s, tr_id, key, "1", "OPSP0003",
		    "UNSUBSCRIBE ERROR(not found!)");
		return;
	}
	*sub = s->sub[--s->nsub];
	acknowledge(s, tr_id, key, "0", "OPSP0001", "UNSUBSCRIBE SUCCESS");
}

/* ---- What a client says -------------------------------------------------------- */

static bool
is_taken(const struct sandbox_stream *s)
{
	for (const struct sandbox_stream *x = s->sb->streams; x != NULL;
	     x = x->next)
		if (x != s && x->is_known && !x->is_dropped)
			return true;
	return false;
}

/* Is the connection, or its first message, let in?  false: answered. */
static bool
let_in(struct sandbox_stream *s, const struct json *head)
{
	const char *key = json_chars(json_get(head, "approval_key"));

	if (key == NULL || !approval_good(s->sb, key)) {
		refuse(s, "OPSP0011", "invalid approval : NOT FOUND");
		return false;
	}
	if (!s->is_known && is_taken(s)) {
		refuse(s, "OPSP8996", "ALREADY IN USE appkey");
		return false;
	}
	s->is_known = true;
	return true;
}

static void
take_request(struct sandbox_stream *s, const struct json *doc)
{
	const struct json *head = json_get(doc, "header"),
			  *body = json_get(doc, "body"),
			  *input = json_get(body, "input");
	const char *type = json_chars(json_get(head, "tr_type"));
	const char *tr_id = json_chars(json_get(input, "tr_id"));
	const char *key = json_chars(json_get(input, "tr_key"));
	int channel;

	if (head == NULL)
		refuse(s, "OPSP9998", "header not found");
	else if (body == NULL)
		refuse(s, "OPSP9992", "body not found");
	else if (input == NULL)
		refuse(s, "OPSP9991", "input not found");
	else if (tr_id == NULL || (channel = channel_of(s->sb, tr_id)) == -1)
		refuse(s, "OPSP8991", "invalid tr_id : NOT FOUND");
	else if (key == NULL || key[0] == '\0')
		refuse(s, "OPSP9990", "tr_key not found");
	else if (!let_in(s, head))
		return;
	else if (type != NULL && strcmp(type, "1") == 0)
		subscribe(s, (enum channel)channel, tr_id, key);
	else if (type != NULL && strcmp(type, "2") == 0)
		unsubscribe(s, tr_id, key);
	else
		refuse(s, "OPSP8997", "invalid tr_type");
}

void
sandbox_stream_text(struct sandbox_stream *s, const char *text, size_t n)
{
	struct err e;
	struct json *doc = json_parse(text, n, &e);
	const char *id = json_chars(json_get(json_get(doc, "header"), "tr_id"));

	/* A heartbeat that comes back is no request. */
	if (id != NULL && strcmp(id, "PINGPONG") == 0)
		;
	else if (json_kind(doc) != JSON_MAP)
		refuse(s, "OPSP9999", "invalid JSON");
	else
		take_request(s, doc);
	json_free(doc);
}

/* ---- Time passes ---------------------------------------------------------------- */

bool
stream_wants_notices(const struct sandbox *sb)
{
	for (const struct sandbox_stream *s = sb->streams; s != NULL;
	     s = s->next)
		for (int i = 0; i < s->nsub; i++)
			if (s->sub[i].channel == CHANNEL_NOTICE)
				return true;
	return false;
}

static void
ping(struct sandbox_stream *s)
{
	const struct clock *now = &s->sb->clock;
	char text[120];

	if (monotonic_ms() < s->ping_at)
		return;
	s->ping_at = monotonic_ms() + PING_MS;
	snprintf(text, sizeof(text),
	    "{\"header\":{\"tr_id\":\"PINGPONG\",\"datetime\":"
	    "\"%08d%04d%02d\"}}",
	    clock_ymd(now), clock_hhmm(now), clock_second(now));
	stream_say(s, text);
}

void
stream_news(struct sandbox *sb)
{
	notice_news(sb);
	for (struct sandbox_stream *s = sb->streams; s != NULL; s = s->next)
		ticker_news(sb, s);
}

void
sandbox_tick(struct sandbox *sb)
{
	sandbox_time(sb);
	for (struct sandbox_stream *s = sb->streams; s != NULL; s = s->next) {
		ping(s);
		if (trouble_strikes(&sb->troubles, TROUBLE_HANG_UP, "", NULL))
			s->is_dropped = true;
	}
	if (sb->streams != NULL)
		stream_news(sb);
}
