/*
 * json.h - JSON, in and out.
 *
 *	struct json *doc = json_parse(text, strlen(text), e);
 *	int64_t cash;
 *
 *	if (doc == NULL || json_int(doc, "settled", 0, WON_MOST, &cash, e) == -1)
 *		goto out;
 *
 * What comes from outside is judged as it is read: a field that must be there
 * is asked for with its bounds, and the error names it.  Nothing is guessed
 * from what is absent.  Text is UTF-8; a field given twice, a NUL in a text,
 * a number beyond 64 bits and anything behind the end are refused.
 *
 * Whole numbers may stand as numbers or as text of digits ("000120"), for
 * firms send both.  Money never passes through floating point: a number with
 * a point is refused where a whole one is asked for.
 *
 * Only a whole document is freed; what json_get() and json_at() return lives
 * as long as the document.  A value that was put into another is the other's.
 * jansson does the work, and is included by json.c alone.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdio.h>

#include "base/err.h"
#include "base/types.h"

struct json;

enum json_kind {
	JSON_NONE, /* no value at all */
	JSON_NIL,  /* null */
	JSON_BOOL,
	JSON_WHOLE,
	JSON_POINT, /* a number with a point or exponent */
	JSON_TEXT,
	JSON_LIST,
	JSON_MAP,
};

/* An object or array out of n bytes; NULL, E_DATA with line and column. */
struct json *json_parse(const char *text, size_t n, struct err *e);
void json_free(struct json *doc); /* NULL is fine */

/* NULL has the kind JSON_NONE, so that json_kind(json_get(...)) is one look. */
enum json_kind json_kind(const struct json *v);
/* A field of an object, an element of an array; NULL where there is none. */
const struct json *json_get(const struct json *map, const char *name);
const struct json *json_at(const struct json *list, int i);
/* As json_get(), but where there is none of just that name, one that differs
 * in case alone: for firms that write a name now so, now so. */
const struct json *json_get_caseless(const struct json *map, const char *name);
/* Elements of an array; 0 of anything else. */
int json_count(const struct json *list);
/* Fields of an object; 0 of anything else. */
int json_fields(const struct json *map);
/* What a text value says; NULL for any other value. */
const char *json_chars(const struct json *v);
/* Text, or a whole number as text in buf; NULL for any other value. */
const char *json_scalar(const struct json *v, char *buf, size_t size);

/*
 * Fields that must be there, of a certain kind; -1 or NULL: E_DATA.
 * json_text() copies; a text that does not fit is an error, never cut.
 */
int json_int(const struct json *map, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e);
/* The same of an element of an array. */
int json_int_at(const struct json *list, int i, int64_t min, int64_t max,
    int64_t *out, struct err *e);
int json_bool(
    const struct json *map, const char *name, bool *out, struct err *e);
int json_text(const struct json *map, const char *name, char *buf, size_t size,
    struct err *e);
const struct json *json_list(
    const struct json *map, const char *name, struct err *e);
const struct json *json_map(
    const struct json *map, const char *name, struct err *e);

/* Making a document.  A text that is not UTF-8 is put escaped, as the log
 * shows it: "\xb0". */
struct json *json_new_map(void);
struct json *json_new_list(void);
void json_put(struct json *map, const char *name, struct json *taken);
void json_put_text(struct json *map, const char *name, const char *text);
void json_put_int(struct json *map, const char *name, int64_t n);
void json_put_bool(struct json *map, const char *name, bool is_true);
void json_put_nil(struct json *map, const char *name);
void json_add(struct json *list, struct json *taken);
void json_add_text(struct json *list, const char *text);
void json_add_int(struct json *list, int64_t n);

/* On one line, fields in the order they were put; the caller frees it. */
char *json_print(const struct json *doc);
/* A text alone, quoted, for who writes a document himself; a failure stays in
 * the stream. */
void json_write_text(FILE *f, const char *text);

#endif
