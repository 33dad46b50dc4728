/*
 * http.h - one question to a server, and what can be known of its fate.
 *
 *	struct http_request q = { .method = "POST", .url = url, .body = text };
 *	struct http_reply r;
 *
 *	switch (http_send(h, &q, &r)) {
 *	case HTTP_NOT_SENT:	it surely never reached the server: r.why
 *	case HTTP_LOST:		it may have, and the answer is gone: r.why
 *	case HTTP_ANSWERED:	r.status, r.body
 *	}
 *	http_reply_free(&r);
 *
 * For an order the difference between the first two is everything: what was
 * not sent may be sent again, what is lost is resolved (P3).  So NOT_SENT is
 * said only where the connection never stood: no such name, refused, the
 * certificate is another's.  Whatever happened after the first byte could
 * leave is LOST: a time-out, a reset, an answer that is too short or too long.
 *
 * Nothing here repeats a request.  libcurl itself does where a kept
 * connection turns out to be dead; therefore only GET uses one, and every
 * other method has a fresh one.  Redirects are not followed, proxies of the
 * environment not used.  TLS is verified.  Without TLS only this machine is
 * spoken to (127.0.0.0/8, ::1, localhost), or the one private address that
 * the adapter allows by name.
 *
 * This header shows nothing of curl: a simulator links another http.c, which
 * asks a server in its own process.
 */
#ifndef BROKER_HTTP_H
#define BROKER_HTTP_H

#include "base/err.h"
#include "base/types.h"

struct http; /* connections kept; for one thread */

struct http_options {
	/* May be spoken to without TLS although it is not this machine; the
	 * address must be a private one (10/8, 172.16/12, 192.168/16, fe80::,
	 * fc00::/7).  NULL: none.  Copied. */
	const char *plain_host;
	/* Certificates to trust in place of the system's; or NULL.  Copied. */
	const char *ca_file;
};

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method; /* "GET", "POST" ... */
	const char *url;
	const struct http_header *header;
	int nheader;
	const char *body; /* NULL: none */
	int connect_ms;   /* to stand, TLS included; 0: HTTP_CONNECT_MS */
	int total_ms;     /* from the call to the last byte; 0: HTTP_TOTAL_MS */
	size_t body_most; /* a longer answer is LOST; 0: HTTP_BODY_MOST */
	bool is_secret;   /* bodies are not logged (a token is in them) */
	bool is_fresh;    /* on a connection of its own, a GET too */
};

#define HTTP_CONNECT_MS 5000
#define HTTP_TOTAL_MS   15000
#define HTTP_BODY_MOST  ((size_t)16 << 20)

enum http_outcome { HTTP_NOT_SENT, HTTP_LOST, HTTP_ANSWERED };

struct http_reply {
	int status; /* 200 ...; 0 unless answered */
	char *body; /* never NULL; a NUL stands behind it */
	size_t size;
	char *headers; /* "Name: value\n" each; read by http_header() */
	char why[200]; /* of NOT_SENT and LOST */
};

struct http *http_open(const struct http_options *, struct err *);
void http_close(struct http *); /* NULL is fine */

/* Never show this text in the log or in a reply's `why`: a token, a key, an
 * account.  Copied; NULL and what has under four bytes are ignored. */
void http_secret(struct http *, const char *text);

/* An URL that may not be asked, or is none, is NOT_SENT as well; ask
 * http_allows() once at the start to tell a person. */
enum http_outcome http_send(
    struct http *, const struct http_request *, struct http_reply *);
/* 0; or E_CONFIG: no URL, no TLS to a host that is not this machine. */
int http_allows(struct http *, const char *url, struct err *);

/* The first header of that name, case aside, into buf; NULL where there is
 * none or it does not fit. */
const char *http_header(
    const struct http_reply *, const char *name, char *buf, size_t size);
void http_reply_free(struct http_reply *);

/* Does the name mean this machine: 127.0.0.0/8, ::1, localhost? */
bool http_is_loopback(const char *host);
/* Is the numeric address a private one, or this machine's? */
bool http_is_private(const char *address);

#endif
