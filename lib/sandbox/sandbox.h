/*
 * sandbox.h - Korea Investment & Securities' API over the paper books.
 *
 * A server that other people's clients take for the firm's, unchanged but for
 * the address: REST and the socket's frames, tokens, limits, codes, pages, in
 * the two personalities "real" and "mock".  Its account is a file of the
 * paper broker, its prices are those of a database, its time is told by the
 * client or runs by itself.  And it can be told to misbehave (trouble.h).
 *
 *	struct sandbox *sb = sandbox_open(&options, &env, e);
 *
 *	sandbox_answer(sb, &request, &answer);	(once a request)
 *	sandbox_tick(sb);			(a few times a second)
 *	while ((text = sandbox_stream_next(st)) != NULL) ...
 *
 * Nothing here opens a socket, waits, or may be called by two threads at
 * once.  serve_http.c and serve_socket.c stand around it; a simulator calls
 * it directly.
 *
 * Time.  The market's time is what the header `x-maemae-now` of the latest
 * request said ("YYYY-MM-DD HH:MM:SS"), and stands there; before any did, it
 * begins as env->clock says and runs, `speed` seconds a second.  Tokens that are
 * asked for with that header live by it, others by the machine's time: their
 * clients know no other.  Limits of requests a second are real seconds, for a
 * market that stands still still has a wire.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "broker/broker.h"
#include "sandbox/wire.h"

struct sandbox;

struct sandbox_options {
	bool is_mock;
	const char *app_key, *app_secret; /* NULL: any that are not empty */
	const char *account;              /* ten digits */
	const char *hts_id;
	int limit; /* requests a second; 0: none; -1: the host's own */
	int rows;  /* of a page of orders or holdings; 0: the host's own */
	int trade_fields;  /* of H0STCNT0, 46 or 47; 0: as of the day */
	int notice_fields; /* of H0STCNI0, 23 or 26; 0: 26 */
	int speed;         /* seconds of the market a second; 0: it stands */
	uint64_t seed;     /* of troubles by chance */
};
#define SANDBOX_ACCOUNT "1234567801"
#define SANDBOX_HTS_ID  "sandbox"

/* `env` says where books, calendar, prices and costs are, as for any broker;
 * its clock is where time begins.  What env and options point at must live on,
 * the clock and the options' texts apart.  NULL on error. */
struct sandbox *sandbox_open(
    const struct sandbox_options *, const struct broker_env *, struct err *);
void sandbox_close(struct sandbox *); /* NULL is fine */

/* Answer a request.  `out` is all zeros before; wire_answer_fini() after. */
void sandbox_answer(
    struct sandbox *, const struct wire_request *, struct wire_answer *out);

/* Let time pass: fills and heartbeats become messages of the streams. */
void sandbox_tick(struct sandbox *);

/* Misbehave; see trouble.h.  E_USAGE. */
int sandbox_trouble(struct sandbox *, const char *spec, struct err *);

/* ---- One WebSocket connection --------------------------------------------- */

struct sandbox_stream;

struct sandbox_stream *sandbox_stream_open(struct sandbox *);
void sandbox_stream_close(struct sandbox_stream *);
/* The client sent a text message of n bytes. */
void sandbox_stream_text(struct sandbox_stream *, const char *text, size_t n);
/* The next message to send, which the caller frees; NULL: none now. */
char *sandbox_stream_next(struct sandbox_stream *);
/* The server hangs up, without a word. */
bool sandbox_stream_is_dropped(const struct sandbox_stream *);

#endif
