/*
 * http.h - HTTP in front of the routes: the one file with libmicrohttpd.
 *
 * A thread a connection, so that a route may simply wait.  What a client may
 * take of us is bounded: connections, bytes of address, headers and body, and
 * seconds until its request is complete.
 */
#ifndef GATEWAY_HTTP_H
#define GATEWAY_HTTP_H

#include "gateway/gateway.h"

#define BODY_MOST      4096
#define PATH_MOST      4096
#define CLIENTS_MOST   64
#define CLIENT_SECONDS 15 /* for a request to arrive, and between two */

struct http;

/*
 * Listen.  `host` is a numeric address; `token` is what a client must show.
 * Both are borrowed for its life, and so is the gateway.  NULL: E_CONFIG, the
 * address is none of ours or is taken.
 */
struct http *http_start(struct gateway *, const char *host, int port,
    const char *token, struct err *e);
/* The port, also where 0 was asked for: any that is free. */
int http_port(const struct http *);
/* New requests are refused, and those under way are waited for. */
void http_stop(struct http *);

#endif
