/*
 * kis_reply.h - reading what Korea Investment & Securities answers.
 *
 * Pure functions over a reply's bytes: nothing here knows the network, so all
 * of it is tested and fuzzed by text.  The traps of this wire:
 *
 *  - HTTP's status says little (500 is "too many", 200 may be a refusal), so
 *    the code in `msg_cd` is judged first, the words of `msg1` second, the
 *    status last;
 *  - an answer may say rt_cd "0" and that it could not be built (IGW00009);
 *  - "nothing to show" (KIOK0560) comes as success and as failure;
 *  - token requests fail in another envelope (error_code);
 *  - the same key is upper case here and lower case there;
 *  - every number is a text, padded with blanks or zeros, whole or with a
 *    fraction, and an empty one means none;
 *  - a payload said to be an object may be a list of one, and the reverse.
 */
#ifndef BROKER_KIS_REPLY_H
#define BROKER_KIS_REPLY_H

#include "base/err.h"
#include "base/json.h"
#include "base/types.h"
#include "broker/http.h"

/* What became of a request. */
enum kis_verdict {
	KIS_FINE,
	KIS_NOTHING,  /* fine, and there are no rows */
	KIS_TOO_MANY, /* not processed: over the limit of calls a second */
	KIS_TOKEN,    /* not processed: the token has expired or is unknown */
	KIS_REFUSED,  /* no, by the rules of the firm or of the exchange */
	KIS_CLOSED,   /* no, for it is not the time */
	KIS_GONE,     /* nothing is left to amend or cancel */
	KIS_SETTING,  /* no: keys, account or permission; a person must look */
	KIS_UNSURE,   /* a server's trouble: it may have been processed */
};

struct kis_reply {
	enum kis_verdict verdict;
	struct json *doc; /* NULL where it was no JSON */
	char code[16];    /* msg_cd; "" for none */
	char text[200];   /* what it said, trimmed, for people */
	char cont;        /* header tr_cont: F M D E; '\0' for none */
};

/* Judge an answer.  Never fails: what cannot be read is KIS_UNSURE. */
void kis_reply_read(const struct http_reply *, struct kis_reply *out);
void kis_reply_free(struct kis_reply *);
/* "too many calls (EGW00201 ...)": an err of the right kind; -1. */
int kis_reply_error(const struct kis_reply *, struct err *);

/* A payload that is an object, a list of one, or missing (NULL). */
const struct json *kis_object(const struct json *doc, const char *name);
/* One that is a list; an object counts as a list of one.  -1: it is neither
 * (absent: 0 rows only where the verdict was KIS_NOTHING, so -1 here). */
int kis_rows(const struct json *doc, const char *name, struct err *);
const struct json *kis_row(const struct json *doc, const char *name, int i);

/*
 * Fields by name, case aside, trimmed.  Text is cut to the buffer at a whole
 * character; "" where there is none.  A number must be there, within bounds,
 * its fraction (if it has one) zero; -1: E_DATA names field and content.
 */
#define KIS_SHOWN_SIZE 48
const char *kis_text(
    const struct json *row, const char *name, char *buf, size_t size);
int kis_int(const struct json *row, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *);
/* As kis_int, but absent or empty is 0. */
int kis_int_or_0(const struct json *row, const char *name, int64_t min,
    int64_t max, int64_t *out, struct err *);
/* What a message may quote of a field that was misread: a server may put there
 * what it was sent, and a secret that is cut is not found again to be hidden.
 * So short texts and numbers alone, of others the length. */
const char *kis_shown(const char *text, char buf[static KIS_SHOWN_SIZE]);
/* A six-character code, past the firm's decorations; false: it is none. */
bool kis_stock_code(
    const struct json *row, const char *name, char out[CODE_SIZE]);
/* May it be the code of another security (a bond, a right, a warrant)?  Such
 * are longer, or have letters that those of stocks have not. */
bool kis_other_code(const struct json *row, const char *name);

#define KIS_WON_MOST   INT64_C(10000000000000000)
#define KIS_PRICE_MOST INT64_C(1000000000)
#define KIS_QTY_MOST   INT64_C(9000000000)

#endif
