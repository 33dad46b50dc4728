/*
 * dib.h - an object of CREON by its name, and the one way in which all its
 * request objects work: set inputs, block, look at three codes, read.
 *
 *	struct dib *d = dib_new("CpTrade.CpTd6033", e);
 *	static const int header[] = { 7, 9 }, column[] = { 12, 7, 15, 17 };
 *	static const struct dib_want want = { header, 2, column, 4, 0 };
 *	struct dib_answer a;
 *
 *	if (d == NULL || dib_put(d, 0, com_text(account), e) == -1)
 *		...
 *	do {
 *		dib_request(d, &want, &a);
 *		... a.code is DIB_GOOD: a.header[1] is header 9,
 *		    dib_cell(&a, row, 2) column 15 of the row
 *		more = a.more;
 *		dib_answer_fini(&a);
 *	} while (more);
 *	dib_free(d);
 *
 * Everything that passes here is recorded (record.h).  COM thread alone.
 */
#ifndef GATEWAY_DIB_H
#define GATEWAY_DIB_H

#include "base/err.h"
#include "base/types.h"
#include "gateway/com.h"

struct dib;

/* NULL: E_BROKER, COM's words. */
struct dib *dib_new(const char *progid, struct err *e);
void dib_free(struct dib *);
const char *dib_name(const struct dib *);

/* Read a property or call a method; out (may be NULL) is the caller's to
 * free.  Takes the arguments.  0, or -1: E_BROKER. */
int dib_call(struct dib *, const char *member, struct com_value *arg, int n,
    struct com_value *out, struct err *e);
/* The same without arguments, for a list of texts that are secret from then
 * on, in the record of this very call too (record_hide). */
int dib_secrets(
    struct dib *, const char *member, struct com_value *out, struct err *e);
/* The same, for members that give a number and take one, or none.  One that gives
 * nothing has failed. */
int dib_number(struct dib *, const char *member, int64_t *out, struct err *e);
int dib_number_of(struct dib *, const char *member, struct com_value arg,
    int64_t *out, struct err *e);
/* SetInputValue; takes the value. */
int dib_put(struct dib *, int index, struct com_value taken, struct err *e);
/* The number of a member, for the record alone. */
void dib_member(struct dib *, const char *member);
int dib_listen(struct dib *, void (*heard)(void *), void *arg, struct err *e);
/* GetHeaderValue; the caller frees it. */
int dib_header(struct dib *, int index, struct com_value *out, struct err *e);

/* Which headers and columns are wanted, by their numbers in the facts. */
struct dib_want {
	const int *header;
	int n_headers;
	const int *column; /* columns, by their place in GetDataValue */
	int n_columns;
	int count; /* header[count] is the number of rows; -1: there are none */
};

enum dib_code {
	DIB_GOOD,      /* returned 0, status 0 */
	DIB_REFUSED,   /* returned 0, status -1: the server said no, it seems */
	DIB_CANCELLED, /* 2: by the person, in the confirmation window */
	DIB_LIMITED,   /* 4: the limit of order requests; nothing was asked */
	DIB_NOT_ASKED, /* it raised before the request itself */
	DIB_FAILED,    /* anything else: it may have been done */
};

#define DIB_HEADERS 32

struct dib_answer {
	enum dib_code code;
	int ret, status; /* as they came; meaningless if was_answered is not */
	bool was_answered; /* the request came back, with ret */
	bool more;         /* Continue; where rows are wanted */
	char message[256]; /* GetDibMsg1, or what was raised */
	struct com_value header[DIB_HEADERS]; /* as wanted, in that order */
	int n_rows, n_columns;
	struct com_value *cell;
};

/* BlockRequest, and read what is wanted.  The inputs stay; asked again, it
 * gives the next page. */
void dib_request(
    struct dib *, const struct dib_want *, struct dib_answer *answer);
void dib_answer_fini(struct dib_answer *);
const struct com_value *dib_cell(
    const struct dib_answer *, int row, int column);

#endif
