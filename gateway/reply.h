/*
 * reply.h - what goes back to a client: a document, or an error with its code
 * and, where waiting helps, how long.  The table of codes is the one in
 * docs/brokers/creon-gateway.md.
 */
#ifndef GATEWAY_REPLY_H
#define GATEWAY_REPLY_H

#include "base/err.h"
#include "base/json.h"
#include "base/types.h"
#include "gateway/dib.h"

enum reply_code {
	REPLY_GOOD,
	REPLY_BAD_REQUEST,
	REPLY_NOT_FAKE,
	REPLY_UNAUTHORIZED,
	REPLY_ORDERS_OFF,
	REPLY_NO_SUCH_ROUTE,
	REPLY_NOT_SEEN,
	REPLY_BAD_METHOD,
	REPLY_KEY_REUSED,
	REPLY_EVENTS_GONE,
	REPLY_LENGTH_REQUIRED,
	REPLY_TOO_LARGE,
	REPLY_LIMITED,
	REPLY_JOURNAL_FAILED,
	REPLY_CREON_FAILED,
	REPLY_NOT_CONNECTED,
	REPLY_NOT_SIGNED_ON,
	REPLY_BUSY,
	REPLY_STOPPING,
	REPLY_TIMEOUT,
};

struct reply {
	enum reply_code code;
	struct json *body; /* REPLY_GOOD alone */
	char message[512];
	int64_t retry_after_ms; /* 0: waiting does not help */
	/* What CREON said, where it did. */
	bool has_creon;
	int ret, status;
	char creon[256];
};

/* Both free what was there before.  The body is taken. */
void reply_good(struct reply *, struct json *body);
void reply_fail(struct reply *, enum reply_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* CREON answered a query like this: REPLY_LIMITED or REPLY_CREON_FAILED. */
void reply_creon(struct reply *, const struct dib *, const struct dib_answer *);
void reply_fini(struct reply *);

int reply_status(const struct reply *); /* of HTTP */
/* The whole answer as text; the caller frees it. */
char *reply_text(const struct reply *);

#endif
