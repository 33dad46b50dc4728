/*
 * options.h - the gateway's command line, and its token.  It has none of the
 * options that the toolkit's programs share: it knows no database.
 */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include "base/err.h"
#include "gateway/session.h"

#define REAL_MONEY "yes-trade-real-money"

struct options {
	const char *dir;        /* journal, events, lock, token */
	const char *host;       /* numeric */
	int port;               /* 0: any */
	const char *token_file; /* NULL: DIR/token */
	const char *record;     /* NULL: no record */
	bool orders_are_on;
	int linger_s; /* how long 503 is answered after the connection is lost */
	int begin_ms, order_ms, query_ms; /* see struct waits */
	int client_ms;                    /* for a request to arrive */
	struct session_options session;
};

/* -h, -V and bad usage end the program here. */
void options_parse(struct options *, int argc, char *argv[]);

/* Is it an address of this machine alone? */
bool options_is_loopback(const char *host);

/*
 * The token, which the caller frees.  On loopback, and where no file was
 * named, it is made if it is not there.  NULL: E_REFUSED, too short or
 * readable by others; E_CONFIG, not there.
 */
char *options_token(const struct options *, struct err *e);

#endif
