/*
 * stream.h - one WebSocket connection, as the sandbox's own files see it.
 *
 * stream.c keeps connections and subscriptions; notice.c says what happens to
 * orders, encrypted; ticker.c says trades and books.
 */
#ifndef SANDBOX_STREAM_H
#define SANDBOX_STREAM_H

#include "sandbox/inner.h"

#define SUBSCRIPTIONS 41

enum channel { CHANNEL_NOTICE, CHANNEL_TRADES, CHANNEL_BOOK, CHANNEL_OTHER };

struct subscription {
	enum channel channel;
	char tr_id[12], key[32];
	ymd day; /* trades and book: shown up to this minute */
	hhmm last;
};

struct message {
	struct message *next;
	char *text;
};

struct sandbox_stream {
	struct sandbox *sb;
	struct sandbox_stream *next;
	bool is_known;   /* an approval key was good */
	bool is_dropped; /* hung up on */
	int64_t ping_at; /* next heartbeat, real milliseconds */
	char iv[17], aes_key[33];
	int nsub;
	struct subscription sub[SUBSCRIPTIONS];
	struct message *first, **end;
};

/* Queue a message; it is copied. */
void stream_say(struct sandbox_stream *, const char *text);
/* Does anyone listen to notices? */
bool stream_wants_notices(const struct sandbox *);

/* notice.c: what has happened to orders since the last look. */
void notice_news(struct sandbox *);
/* ticker.c: what has been traded since. */
void ticker_news(struct sandbox *, struct sandbox_stream *);

#endif
