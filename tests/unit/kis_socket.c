/*
 * kis_socket.c - the addresses that a socket is opened to: what the server
 * sees of each, and which are none.
 */
#include "broker/kis_socket.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tap.h"

#define WAIT_MS 5000

/* Listening on this machine, on a port of the kernel's choice; -1: there is no
 * such family here. */
static int
listening(int family, int *port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	bool is_six = family == AF_INET6;
	struct sockaddr *a = is_six ? (struct sockaddr *)&six :
				      (struct sockaddr *)&four;
	socklen_t n = is_six ? sizeof(six) : sizeof(four);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, a, n) == -1 || listen(fd, 1) == -1 ||
	    getsockname(fd, a, &n) == -1) {
		close(fd);
		return -1;
	}
	*port = ntohs(is_six ? six.sin6_port : four.sin_port);
	return fd;
}

static void
no_message(void *arg, const char *text, size_t n)
{
	(void)arg;
	(void)text;
	(void)n;
}

/* Let the client work until its request is here. */
static void
hear(struct kis_socket *s, int fd, char *text, size_t size)
{
	int64_t until = monotonic_ms() + WAIT_MS;
	int conn = -1;
	size_t used = 0;

	while (monotonic_ms() < until && strstr(text, "\r\n\r\n") == NULL &&
	    kis_socket_serve(s, 10)) {
		struct pollfd p = { conn == -1 ? fd : conn, POLLIN, 0 };
		ssize_t n;

		if (poll(&p, 1, 10) <= 0)
			continue;
		if (conn == -1) {
			conn = accept(fd, NULL, NULL);
			continue;
		}
		n = read(conn, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += (size_t)n;
		text[used] = '\0';
	}
	if (conn != -1)
		close(conn);
}

static void
test_reached(void)
{
	static const struct {
		int family;
		const char *url, *line, *host; /* %d: the port */
	} t[] = {
		{ AF_INET, "ws://127.0.0.1:%d/tryitout", "GET /tryitout HTTP",
		    "Host: 127.0.0.1" },
		{ AF_INET, "WS://127.0.0.1:%d", "GET / HTTP",
		    "Host: 127.0.0.1" },
		{ AF_INET6, "ws://[::1]:%d/tryitout", "GET /tryitout HTTP",
		    "Host: [::1]" },
		{ AF_INET6, "ws://[::1]:%d", "GET / HTTP", "Host: [::1]" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		char url[64], text[4096] = "";
		struct err e = { 0 };
		struct kis_socket *s;
		int port, fd = listening(t[i].family, &port);

		if (fd == -1) {
			ok(true, "%s # SKIP no such address here", t[i].url);
			continue;
		}
		snprintf(url, sizeof(url), t[i].url, port);
		s = kis_socket_open(url, no_message, NULL, &e);
		ok(s != NULL, "%s: %s", url, e.msg);
		if (s != NULL)
			hear(s, fd, text, sizeof(text));
		ok(strncmp(text, t[i].line, strlen(t[i].line)) == 0 &&
			strcasestr(text, t[i].host) != NULL,
		    "it is asked for %s, %s", t[i].line, t[i].host);
		kis_socket_close(s);
		close(fd);
	}
}

static void
test_refused(void)
{
	static const char *const bad[] = { "", "ws:", "http://x/", "ws://",
		"ws:///x", "ws://x:0/", "ws://x:65536/", "ws://x:1x/",
		"ws://[::1", "ws://[::1/x", "ws://[]:1/", "ws://[::1]x/",
		"ws://[::1]1:1/", "ws://::1:1/" };

	for (size_t i = 0; i < NELEM(bad); i++) {
		struct err e = { 0 };
		struct kis_socket *s = kis_socket_open(
		    bad[i], no_message, NULL, &e);

		ok(s == NULL && e.kind == E_CONFIG, "'%s': %s", bad[i], e.msg);
		kis_socket_close(s);
	}
}

int
main(void)
{
	test_reached();
	test_refused();
	return done_testing();
}
