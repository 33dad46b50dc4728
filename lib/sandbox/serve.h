/*
 * serve.h - the sockets around the sandbox.
 *
 * serve_http.c has a thread for each connection, so that an answer that is
 * held back holds nobody else up; serve_socket.c runs in the main thread and
 * is the clock.  Both take the one lock before they touch the sandbox.
 */
#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

#include <pthread.h>

#include "sandbox/sandbox.h"

struct serve_socket;

struct served {
	struct sandbox *sb;
	pthread_mutex_t lock;
	struct serve_socket *socket; /* woken when there is news; or NULL */
};

struct serve_options {
	const char *address; /* "127.0.0.1" */
	int port;            /* 0: any; the socket's */
	char *cert, *key;    /* PEM texts: HTTPS; NULL: plain */
};

/* Could `what` be served there?  0, or -1 and why not: E_FAIL where the port
 * is in use, E_USAGE where the address is none. */
int serve_port_free(
    const struct serve_options *, const char *what, struct err *);

struct serve_http;
struct serve_http *serve_http_open(
    struct served *, const struct serve_options *, struct err *);
int serve_http_port(const struct serve_http *);
void serve_http_close(struct serve_http *);

struct serve_socket *serve_socket_open(
    struct served *, const struct serve_options *, struct err *);
int serve_socket_port(const struct serve_socket *);
/* Serve until serve_socket_stop(), which a signal handler may call. */
void serve_socket_run(struct serve_socket *);
void serve_socket_stop(struct serve_socket *);
/* From any thread: there may be messages to send. */
void serve_socket_wake(struct serve_socket *);
void serve_socket_close(struct serve_socket *);

#endif
