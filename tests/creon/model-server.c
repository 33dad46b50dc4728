/*
 * model-server.c - the model of CREON behind a socket on the loopback, for the
 * fake's COM server.
 *
 *	model-server CONFIG PORT-FILE
 *
 * It writes the number of its port into the file, answers lines (wire.h), and
 * ends with SIGTERM.  All clients speak to one account, as several programs at
 * one login do.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/types.h"
#include "creon/model.h"
#include "creon/wire.h"

#define CLIENTS_MOST 32
#define LOOK_MS      25 /* between two looks for events */

struct client {
	int fd; /* -1: free */
	bool wants_events;
	struct wire in; /* of a line that has not ended yet */
};

static struct model *model;
static struct client client[CLIENTS_MOST];
static struct wire out;

/* ---- Answers ------------------------------------------------------------------ */

static void
write_fault(const struct com_fault *f)
{
	wire_clear(&out);
	wire_word(&out, "fault");
	wire_int(&out, f->hresult);
	wire_text(&out, f->text);
}

static void
free_fields(struct creon_field *f, int n)
{
	for (int i = 0; i < n; i++)
		com_value_fini(&f[i].v);
	free(f);
}

static void
answer_request(struct wire_in *in)
{
	struct creon_request r = { .progid = wire_get_word(in) };
	struct creon_field *f;
	struct creon_answer a;
	struct com_fault fault;

	r.page = (int)wire_get_int(in);
	r.in = f = wire_get_fields(in, &r.n);
	if (model_request(model, &r, &a, &fault) == -1) {
		write_fault(&fault);
	} else {
		wire_word(&out, "answer");
		wire_answer(&out, &a);
	}
	answer_fini(&a);
	free_fields(f, r.n);
}

static void
answer_call(struct wire_in *in)
{
	const char *progid = wire_get_word(in), *member = wire_get_word(in);
	struct com_value arg[4] = { 0 }, got;
	struct com_fault fault;
	int n = (int)wire_get_int(in);

	n = n < (int)NELEM(arg) ? n : (int)NELEM(arg);
	for (int i = 0; i < n; i++)
		wire_get_value(in, &arg[i]);
	if (model_call(model, progid, member, arg, n, &got, &fault) == -1) {
		write_fault(&fault);
	} else {
		wire_word(&out, "value");
		wire_value(&out, &got);
		com_value_fini(&got);
	}
	for (int i = 0; i < n; i++)
		com_value_fini(&arg[i]);
}

/* ---- Clients ------------------------------------------------------------------- */

static void
drop(struct client *c)
{
	close(c->fd);
	c->fd = -1;
	c->wants_events = false;
	wire_clear(&c->in);
}

/* The line in `out`.  A client that does not read is none. */
static void
send_line(struct client *c)
{
	size_t done = 0;
	ssize_t n;

	out.s[out.n] = '\n';
	while (done <= out.n) {
		n = send(c->fd, out.s + done, out.n + 1 - done, MSG_NOSIGNAL);
		if (n <= 0) {
			drop(c);
			return;
		}
		done += (size_t)n;
	}
}

static void
send_events(void)
{
	struct creon_event ev;

	while (model_event(model, &ev) == 1) {
		wire_clear(&out);
		wire_word(&out, "event");
		wire_int(&out, ev.source);
		wire_fields(&out, ev.said.header, ev.said.nheader);
		for (struct client *c = client; c < client + CLIENTS_MOST; c++)
			if (c->fd != -1 && c->wants_events)
				send_line(c);
		answer_fini(&ev.said);
	}
}

static void
answer_line(struct client *c, char *line)
{
	struct wire_in in = { line, false };
	const char *verb = wire_get_word(&in);
	struct wire answer;

	wire_clear(&out);
	if (strcmp(verb, "request") == 0) {
		answer_request(&in);
	} else if (strcmp(verb, "call") == 0) {
		answer_call(&in);
	} else if (strcmp(verb, "events") == 0) {
		c->wants_events = true;
		return;
	} else {
		drop(c);
		return;
	}
	/* What the request has brought about is told before its answer. */
	answer = out;
	out = (struct wire){ 0 };
	send_events();
	free(out.s);
	out = answer;
	send_line(c);
}

static void
read_from(struct client *c)
{
	char buf[65536], *end;
	ssize_t n = recv(c->fd, buf, sizeof(buf), 0);
	struct wire line;

	if (n <= 0) {
		drop(c);
		return;
	}
	for (ssize_t i = 0; i < n && c->fd != -1;) {
		end = memchr(buf + i, '\n', (size_t)(n - i));
		if (end == NULL) {
			wire_add(&c->in, buf + i, (size_t)(n - i));
			return;
		}
		wire_add(&c->in, buf + i, (size_t)(end - buf - i));
		i = end - buf + 1;
		line = c->in;
		c->in = (struct wire){ 0 };
		answer_line(c, line.s);
		free(line.s);
	}
}

static void
admit(int listener)
{
	int fd = accept(listener, NULL, NULL), on = 1;

	for (struct client *c = client; c < client + CLIENTS_MOST; c++)
		if (c->fd == -1 && fd != -1) {
			setsockopt(
			    fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
			c->fd = fd;
			return;
		}
	close(fd);
}

/* ---- The server ------------------------------------------------------------------ */

/* On a port of the system's choice, whose number goes into the file. */
static int
open_port(const char *path)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *f;

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, size) == -1 ||
	    listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) == -1 ||
	    (f = fopen(path, "w")) == NULL) {
		perror("model-server");
		exit(1);
	}
	fprintf(f, "%d\n", ntohs(at.sin_port));
	fclose(f);
	return fd;
}

static void
serve(int listener)
{
	struct pollfd p[CLIENTS_MOST + 1];

	p[CLIENTS_MOST] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (;;) {
		for (int i = 0; i < CLIENTS_MOST; i++)
			p[i] = (struct pollfd){ .fd = client[i].fd,
				.events = POLLIN };
		if (poll(p, NELEM(p), LOOK_MS) > 0) {
			for (int i = 0; i < CLIENTS_MOST; i++)
				if (p[i].revents != 0)
					read_from(&client[i]);
			if (p[CLIENTS_MOST].revents != 0)
				admit(listener);
		}
		send_events();
	}
}

int
main(int argc, char *argv[])
{
	struct err e = { 0 };

	if (argc != 3) {
		fputs("usage: model-server CONFIG PORT-FILE\n", stderr);
		return 64;
	}
	if ((model = model_open(argv[1], &e)) == NULL) {
		fprintf(stderr, "model-server: %s\n", e.msg);
		return err_exit(&e);
	}
	for (int i = 0; i < CLIENTS_MOST; i++)
		client[i].fd = -1;
	serve(open_port(argv[2]));
}
