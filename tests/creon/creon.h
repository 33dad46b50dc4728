/*
 * creon.h - a request to CREON and its answer.
 *
 * The fake CREON is made of two halves.  object.c is what a client touches:
 * objects with inputs, headers, rows and `Continue`.  model.c is the firm
 * behind them: orders, lists, quotes.  This is what passes between the two,
 * in one process (com_model.c) or through a socket (wire.c).
 */
#ifndef TESTS_CREON_CREON_H
#define TESTS_CREON_CREON_H

#include "gateway/com.h"

struct creon_field {
	int index;
	struct com_value v;
};

/* What BlockRequest() asks for.  The caller owns all of it. */
struct creon_request {
	const char *progid; /* as in the facts: "CpTrade.CpTd0311" */
	int page;           /* 0: the first; counts up while `Continue` is 1 */
	int n;
	const struct creon_field *in;
};

struct creon_answer {
	int ret;       /* of BlockRequest() */
	int status;    /* GetDibStatus() */
	bool more;     /* `Continue` */
	char msg[640]; /* GetDibMsg1() */
	/* Before it returns so much time goes by, in which messages are
	 * pumped; and then all of it is asked again (the limit of quotes). */
	int block_ms;
	bool again;
	bool dies; /* the client's process ends in the call */

	int nheader;
	struct creon_field *header;
	int width, nrow; /* cell[row * width + column] */
	struct com_value *cell;
};

/* An empty one; answer_fini() frees what was put into it. */
void answer_init(struct creon_answer *, int width);
void answer_fini(struct creon_answer *);
/* These take over what the value owns. */
void answer_header(struct creon_answer *, int index, struct com_value);
void answer_row(struct creon_answer *); /* another one, its cells empty */
void answer_cell(struct creon_answer *, int column, struct com_value);

/* Values in the types that the facts name for results. */
struct com_value creon_char(int c);       /* I1: a character's code */
struct com_value creon_longlong(int64_t); /* I8 */
struct com_value creon_ulonglong(int64_t);
struct com_value creon_float(double);
struct com_value creon_double(double);

/* What an object that publishes has to say. */
enum creon_source { CREON_CONCLUSION, CREON_DISCONNECT };
struct creon_event {
	enum creon_source source;
	struct creon_answer said; /* headers alone */
};

#endif
