/*
 * kv.h - short lists of settings: "short=5,long=20", "sma:short=5,long=20".
 *
 * No quoting and no spaces, so that a list is one word in any shell, in the
 * database and in a CSV cell.  Errors are E_USAGE and name the piece.
 */
#ifndef BASE_KV_H
#define BASE_KV_H

#include <stddef.h>

#include "base/err.h"

#define KV_KEY_SIZE   32
#define KV_VALUE_SIZE 96

struct kv {
	char key[KV_KEY_SIZE];     /* letters, digits, "_", "-", "." */
	char value[KV_VALUE_SIZE]; /* may be empty: the caller judges */
};

/* One "k=v". */
int kv_parse_one(const char *text, struct kv *out, struct err *e);
/*
 * "k=v,k=v" into at most max pairs; an empty text is no pairs.  A key given
 * twice is an error.  Returns their number, or -1.
 */
int kv_parse(const char *text, struct kv *out, int max, struct err *e);
/* "NAME" or "NAME:k=v,..."; the name goes to `name`.  As kv_parse(). */
int kv_parse_spec(const char *text, char *name, size_t name_size,
    struct kv *out, int max, struct err *e);
/* The value of a key among n pairs, or NULL. */
const char *kv_get(const struct kv *kv, int n, const char *key);

#endif
