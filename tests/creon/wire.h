/*
 * wire.h - requests and answers as lines of words, for the fake's COM server,
 * which is a Windows program, and the model, which is not.
 *
 *	request CpTrade.CpTd0311 0 2 0 8:2 4 3:10      page, inputs
 *	answer 0 0 0 0 0 0 MESSAGE 1 8 3:1 0 0         headers, columns, rows
 *	call CpUtil.CpCybos IsConnect 0
 *	value 3:1
 *	fault 2147483658 WORDS
 *	events                                         from here on: event ...
 *	event 0 1 5 3:1
 *
 * A value is its VARTYPE, a colon and its text, "8200*2" and two values for an
 * array.  In text a blank, a control character and % are %XX.
 */
#ifndef TESTS_CREON_WIRE_H
#define TESTS_CREON_WIRE_H

#include "creon/creon.h"

/* A line that grows; free(line.s). */
struct wire {
	char *s;
	size_t n, cap;
};

void wire_clear(struct wire *);
void wire_add(struct wire *, const char *s, size_t n); /* as it is */
/* A word, and the blank before it. */
void wire_word(struct wire *, const char *word);
void wire_int(struct wire *, int64_t);
void wire_text(struct wire *, const char *); /* escaped; "" is "%" */
void wire_value(struct wire *, const struct com_value *);
void wire_fields(struct wire *, const struct creon_field *, int n);
void wire_answer(struct wire *, const struct creon_answer *);

/* Taking a line apart; it is changed.  Past its end there are empty words and
 * zeros, and `is_short` is set. */
struct wire_in {
	char *next;
	bool is_short;
};

char *wire_get_word(struct wire_in *);
int64_t wire_get_int(struct wire_in *);
void wire_get_text(struct wire_in *, char *buf, size_t size);
void wire_get_value(struct wire_in *, struct com_value *);
struct creon_field *wire_get_fields(struct wire_in *, int *n);
void wire_get_answer(struct wire_in *, struct creon_answer *);

#endif
