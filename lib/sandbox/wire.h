/*
 * wire.h - a request and its answer, without sockets.
 *
 * What a web server has read and what it is to write.  The sandbox knows
 * nothing else of the network, so that a test or a simulator can ask it in
 * one process.  Names are found whatever their case, for clients write
 * headers and parameters both ways.
 */
#ifndef SANDBOX_WIRE_H
#define SANDBOX_WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct wire_pair {
	char *name, *value;
};
struct wire_pairs {
	int n, cap;
	struct wire_pair *pair;
};

struct wire_request {
	const char *method, *path;       /* borrowed */
	struct wire_pairs query, header; /* decoded; owned */
	const char *body;                /* borrowed; NULL: none */
	size_t nbody;
	bool is_local; /* from this machine: may use the control paths */
};

/* What becomes of the answer. */
enum wire_fate {
	WIRE_WHOLE,   /* it arrives */
	WIRE_CUT,     /* half of the body, then the connection breaks */
	WIRE_DROPPED, /* the connection breaks without an answer */
};

struct wire_answer {
	int status;
	enum wire_fate fate;
	int delay_ms;
	struct wire_pairs header; /* names in lower case */
	char *body;               /* may hold NULs */
	size_t nbody;
};

/* Copies both; the last of a name does not replace the first. */
void wire_add(struct wire_pairs *, const char *name, const char *value);
/* "A=1&B=%EC%82%BC": its parts, decoded.  A NUL ends the text. */
void wire_add_query(struct wire_pairs *, const char *text);
/* The first of that name, or NULL.  Borrowed until it is freed. */
const char *wire_get(const struct wire_pairs *, const char *name);

void wire_clear(struct wire_pairs *);
void wire_request_fini(struct wire_request *);
void wire_answer_fini(struct wire_answer *);

#endif
