/*
 * client.c - the socket to the model, and what object.c wants to stand behind
 * it.  CREON_PORT is the model's port; without one, CREON is not connected.
 */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "creon/fake/fake.h"
#include "creon/wire.h"

static SOCKET model = INVALID_SOCKET;

/* ---- Lines ------------------------------------------------------------------- */

uintptr_t
client_connect(void)
{
	const char *port = getenv("CREON_PORT");
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	BOOL on = TRUE;
	WSADATA data;
	SOCKET s;

	if (port == NULL || WSAStartup(MAKEWORD(2, 2), &data) != 0)
		return INVALID_SOCKET;
	at.sin_port = htons((u_short)strtol(port, NULL, 10));
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (s == INVALID_SOCKET)
		return s;
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof(on));
	if (connect(s, (struct sockaddr *)&at, sizeof(at)) == 0)
		return s;
	closesocket(s);
	return INVALID_SOCKET;
}

int
client_write(uintptr_t s, const char *line, size_t n)
{
	int done;

	for (; n > 0; line += done, n -= (size_t)done)
		if ((done = send(s, line, (int)n, 0)) <= 0)
			return -1;
	return 0;
}

/* The model answers a line with one line and says nothing else on the same
 * socket but events, each a write; so what has come behind a line is kept. */
char *
client_read(uintptr_t s)
{
	static __thread struct wire kept;
	struct wire line = kept;
	char buf[65536], *end;
	size_t rest;
	int n;

	while (line.n == 0 || (end = memchr(line.s, '\n', line.n)) == NULL) {
		if ((n = recv(s, buf, sizeof(buf), 0)) <= 0) {
			free(line.s);
			kept = (struct wire){ 0 };
			return NULL;
		}
		wire_add(&line, buf, (size_t)n);
	}
	*end = '\0';
	rest = line.n - (size_t)(end + 1 - line.s);
	kept = (struct wire){ 0 };
	if (rest > 0)
		wire_add(&kept, end + 1, rest);
	return line.s;
}

/* ---- Behind the objects ---------------------------------------------------------- */

static int
fail(struct com_fault *fault, uint32_t hresult, const char *text)
{
	*fault = (struct com_fault){ .hresult = hresult };
	snprintf(fault->text, sizeof(fault->text), "%s", text);
	return -1;
}

/* Ask a line; the reply, past its first word, which must be `want`.  NULL: a
 * fault.  *whole is to be freed. */
static char *
ask(struct wire *w, const char *want, char **whole, struct com_fault *fault)
{
	struct wire_in in;
	const char *verb;

	*whole = NULL;
	if (model == INVALID_SOCKET)
		model = client_connect();
	wire_add(w, "\n", 1);
	if (model == INVALID_SOCKET || client_write(model, w->s, w->n) == -1 ||
	    (*whole = client_read(model)) == NULL) {
		fail(fault, COM_NOT_CONNECTED, "the model is gone");
		return NULL;
	}
	in = (struct wire_in){ *whole, false };
	verb = wire_get_word(&in);
	if (strcmp(verb, want) == 0)
		return in.next;
	*fault = (struct com_fault){ 0 };
	fault->hresult = (uint32_t)wire_get_int(&in);
	wire_get_text(&in, fault->text, sizeof(fault->text));
	return NULL;
}

int
creon_request(const struct creon_request *r, struct creon_answer *a,
    struct com_fault *fault)
{
	struct wire w = { 0 };
	struct wire_in in = { 0 };
	char *whole;

	wire_word(&w, "request");
	wire_word(&w, r->progid);
	wire_int(&w, r->page);
	wire_fields(&w, r->in, r->n);
	in.next = ask(&w, "answer", &whole, fault);
	if (in.next != NULL)
		wire_get_answer(&in, a);
	free(whole);
	free(w.s);
	return in.next == NULL ? -1 : 0;
}

int
creon_call(const char *progid, const char *member, const struct com_value *arg,
    int n, struct com_value *out, struct com_fault *fault)
{
	struct wire w = { 0 };
	struct wire_in in = { 0 };
	char *whole;

	wire_word(&w, "call");
	wire_word(&w, progid);
	wire_word(&w, member);
	wire_int(&w, n);
	for (int i = 0; i < n; i++)
		wire_value(&w, &arg[i]);
	in.next = ask(&w, "value", &whole, fault);
	if (in.next != NULL)
		wire_get_value(&in, out);
	free(whole);
	free(w.s);
	return in.next == NULL ? -1 : 0;
}

_Noreturn void
creon_die(void)
{
	TerminateProcess(GetCurrentProcess(), 137);
	for (;;)
		Sleep(INFINITE);
}
