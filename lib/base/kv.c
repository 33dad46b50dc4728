/* kv.c - see kv.h. */
#include <string.h>

#include "base/kv.h"

#define WORD                                                   \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_-."

static int
parse_piece(const char *s, size_t n, struct kv *out, struct err *e)
{
	const char *eq = memchr(s, '=', n);
	size_t klen, vlen;

	if (n == 0)
		return err_set(e, E_USAGE, "empty piece: want key=value");
	if (eq == NULL)
		return err_set(e, E_USAGE, "'%.*s': want key=value", (int)n, s);
	klen = (size_t)(eq - s);
	vlen = n - klen - 1;
	if (klen == 0 || strspn(s, WORD) < klen)
		return err_set(e, E_USAGE, "'%.*s': bad key", (int)n, s);
	if (klen >= sizeof(out->key))
		return err_set(e, E_USAGE, "'%.*s': key too long", (int)n, s);
	if (vlen >= sizeof(out->value))
		return err_set(e, E_USAGE, "'%.*s': value too long", (int)n, s);
	memcpy(out->key, s, klen);
	out->key[klen] = '\0';
	memcpy(out->value, eq + 1, vlen);
	out->value[vlen] = '\0';
	return 0;
}

int
kv_parse_one(const char *text, struct kv *out, struct err *e)
{
	return parse_piece(text, strlen(text), out, e);
}

int
kv_parse(const char *text, struct kv *out, int max, struct err *e)
{
	int n = 0;

	if (*text == '\0')
		return 0;
	for (;;) {
		size_t len = strcspn(text, ",");

		if (n == max)
			return err_set(e, E_USAGE,
			    "'%.*s': more than %d settings", (int)len, text,
			    max);
		if (parse_piece(text, len, &out[n], e) == -1)
			return -1;
		if (kv_get(out, n, out[n].key) != NULL)
			return err_set(
			    e, E_USAGE, "'%s' given twice", out[n].key);
		n++;
		if (text[len] == '\0')
			return n;
		text += len + 1;
	}
}

int
kv_parse_spec(const char *text, char *name, size_t name_size, struct kv *out,
    int max, struct err *e)
{
	size_t n = strcspn(text, ":");

	if (n == 0 || strspn(text, WORD) < n)
		return err_set(
		    e, E_USAGE, "'%s': want NAME or NAME:key=value,...", text);
	if (n >= name_size)
		return err_set(
		    e, E_USAGE, "'%.*s': name too long", (int)n, text);
	memcpy(name, text, n);
	name[n] = '\0';
	if (text[n] == '\0')
		return 0;
	if (text[n + 1] == '\0')
		return err_set(
		    e, E_USAGE, "'%s': nothing after the colon", text);
	return kv_parse(text + n + 1, out, max, e);
}

const char *
kv_get(const struct kv *kv, int n, const char *key)
{
	for (int i = 0; i < n; i++)
		if (strcmp(kv[i].key, key) == 0)
			return kv[i].value;
	return NULL;
}
