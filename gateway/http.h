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

#define BODY_MOST    4096
#define PATH_MOST    4096
#define CLIENTS_MOST 64

struct http;

/*
 * Listen.  `host` is a numeric address; `token` is what a client must show,
 * who has client_ms until its request has come, and between two.  All is
 * borrowed for its life.  NULL: E_CONFIG, the
 * address is none of ours or is taken.
 */
struct http *http_start(struct gateway *, const char *host, int port,
    const char *token, int client_ms, struct err *e);
/* The port, also where 0 was asked for: any that is free. */
int http_port(const struct http *);
/* New requests are refused, and those under way are waited for. */
void http_stop(struct http *);

#endif
