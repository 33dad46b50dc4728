/*
 * loopback.h - a small server on this machine that answers as a test says,
 * well or badly.  One thread for all its connections: an answer's delay
 * delays the others, too.
 *
 *	static struct loop_answer
 *	answer(void *arg, const struct loop_request *q)
 *	{
 *		return (struct loop_answer){ LOOP_OK };
 *	}
 *
 *	struct loop l;
 *
 *	loop_start(&l, answer, NULL);	it listens on l.port
 *	...
 *	loop_stop(&l);			what came stands in l.request[0..l.n)
 *	loop_free(&l);
 */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOP_MOST  256 /* requests remembered */
#define LOOP_CONNS 16  /* connections at a time */

struct loop_request {
	char text[8192]; /* head and body as they came */
	const char *body;
	int n;          /* which request this is, from 0 */
	int connection; /* which connection it came on, from 0 */
};

enum loop_after { LOOP_KEEP, LOOP_CLOSE, LOOP_RESET };

struct loop_answer {
	const char *bytes; /* sent as they are; NULL: nothing */
	enum loop_after after;
	int delay_ms; /* before it */
};

/* A good one. */
#define LOOP_OK                        \
	"HTTP/1.1 200 OK\r\n"          \
	"Content-Type: text/plain\r\n" \
	"Content-Length: 2\r\n\r\n"    \
	"ok"

struct loop_conn {
	int fd; /* 0: free */
	int number;
	size_t n; /* bytes of the request that have come */
	char text[8192];
};

struct loop {
	int port, fd;
	pthread_t thread;
	struct loop_answer (*answer)(void *arg, const struct loop_request *);
	void *arg;
	struct loop_request *request;
	int n, connections;
	int stop[2];
	struct loop_conn conn[LOOP_CONNS];
};

/* Has the body come that the head announces? */
static bool
loop_is_whole(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n"), *length;

	if (end == NULL)
		return false;
	length = strcasestr(text, "\r\nContent-Length:");
	return length == NULL || length > end ||
	    strlen(end + 4) >= strtoul(length + 17, NULL, 10);
}

static enum loop_after
loop_answer(struct loop *l, struct loop_conn *c)
{
	struct loop_request *q = &l->request[l->n];
	struct loop_answer a;

	memcpy(q->text, c->text, c->n + 1);
	q->body = strstr(q->text, "\r\n\r\n") + 4;
	q->n = l->n++;
	q->connection = c->number;
	c->n = 0;
	a = l->answer(l->arg, q);
	usleep((useconds_t)a.delay_ms * 1000);
	if (a.bytes != NULL &&
	    send(c->fd, a.bytes, strlen(a.bytes), MSG_NOSIGNAL) == -1)
		return LOOP_CLOSE;
	return a.after;
}

static void
loop_hear(struct loop *l, struct loop_conn *c)
{
	enum loop_after after = LOOP_KEEP;
	ssize_t got = read(c->fd, c->text + c->n, sizeof(c->text) - 1 - c->n);

	if (got <= 0) {
		after = LOOP_CLOSE;
	} else {
		c->n += (size_t)got;
		c->text[c->n] = '\0';
		if (loop_is_whole(c->text) && l->n < LOOP_MOST)
			after = loop_answer(l, c);
	}
	if (after == LOOP_RESET) {
		struct linger now = { 1, 0 };

		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	}
	if (after != LOOP_KEEP) {
		close(c->fd);
		c->fd = 0;
	}
}

static void
loop_greet(struct loop *l)
{
	int fd = accept(l->fd, NULL, NULL);

	for (int i = 0; fd > 0 && i < LOOP_CONNS; i++)
		if (l->conn[i].fd == 0) {
			l->conn[i].fd = fd;
			l->conn[i].n = 0;
			l->conn[i].number = l->connections++;
			return;
		}
	if (fd > 0)
		close(fd);
}

static void *
loop_main(void *arg)
{
	struct loop *l = arg;

	for (;;) {
		struct pollfd p[2 + LOOP_CONNS] = { { l->fd, POLLIN, 0 },
			{ l->stop[0], POLLIN, 0 } };

		for (int i = 0; i < LOOP_CONNS; i++) {
			p[2 + i].fd = l->conn[i].fd > 0 ? l->conn[i].fd : -1;
			p[2 + i].events = POLLIN;
		}
		if (poll(p, 2 + LOOP_CONNS, -1) <= 0 || p[1].revents != 0)
			break;
		if (p[0].revents != 0)
			loop_greet(l);
		for (int i = 0; i < LOOP_CONNS; i++)
			if (p[2 + i].revents != 0)
				loop_hear(l, &l->conn[i]);
	}
	for (int i = 0; i < LOOP_CONNS; i++)
		if (l->conn[i].fd > 0)
			close(l->conn[i].fd);
	return NULL;
}

static void
loop_start(struct loop *l,
    struct loop_answer (*answer)(void *, const struct loop_request *),
    void *arg)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	memset(l, 0, sizeof(*l));
	l->answer = answer;
	l->arg = arg;
	l->request = calloc(LOOP_MOST, sizeof(*l->request));
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->request == NULL || pipe(l->stop) == -1 ||
	    bind(l->fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(l->fd, 16) == -1 ||
	    getsockname(l->fd, (struct sockaddr *)&a, &len) == -1 ||
	    pthread_create(&l->thread, NULL, loop_main, l) != 0) {
		perror("loopback");
		exit(99);
	}
	l->port = ntohs(a.sin_port);
}

/* After it, what came may be read without a race; loop_free() forgets it. */
static void
loop_stop(struct loop *l)
{
	if (write(l->stop[1], "x", 1) != 1)
		exit(99);
	pthread_join(l->thread, NULL);
	close(l->fd);
	close(l->stop[0]);
	close(l->stop[1]);
}

static void
loop_free(struct loop *l)
{
	free(l->request);
	l->request = NULL;
}

#endif
