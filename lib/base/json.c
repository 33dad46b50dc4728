/*
 * json.c - see json.h.
 *
 * A struct json is jansson's json_t under a name of ours; the two casts below
 * are the whole trick.  jansson allocates through our functions that do not
 * fail, so a value that cannot be made is a bug (a text that is not UTF-8 was
 * mended before) and is asserted.
 */
#include "base/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/utf8.h"

static json_t *
inner(const struct json *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct json *
outer(json_t *v)
{
	return (struct json *)v;
}

/* Every value begins with one of these two. */
static void
use_our_memory(void)
{
	json_set_alloc_funcs(xmalloc, free);
}

/* ---- in */

struct json *
json_parse(const char *text, size_t n, struct err *e)
{
	json_error_t why;
	json_t *doc;

	use_our_memory();
	doc = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
	if (doc == NULL)
		err_set(e, E_DATA, "not JSON: line %d, column %d: %s", why.line,
		    why.column, why.text);
	return outer(doc);
}

void
json_free(struct json *doc)
{
	json_decref(inner(doc));
}

enum json_kind
json_kind(const struct json *v)
{
	if (v == NULL)
		return JSON_NONE;
	switch (json_typeof(inner(v))) {
	case JSON_OBJECT:
		return JSON_MAP;
	case JSON_ARRAY:
		return JSON_LIST;
	case JSON_STRING:
		return JSON_TEXT;
	case JSON_INTEGER:
		return JSON_WHOLE;
	case JSON_REAL:
		return JSON_POINT;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_NIL;
}

const struct json *
json_get(const struct json *map, const char *name)
{
	return outer(json_object_get(inner(map), name));
}

const struct json *
json_get_caseless(const struct json *map, const char *name)
{
	const struct json *exact = json_get(map, name);
	json_t *value;
	const char *key;

	if (exact != NULL || json_kind(map) != JSON_MAP)
		return exact;
	json_object_foreach(inner(map), key,
	    value) if (strcasecmp(key, name) == 0) return outer(value);
	return NULL;
}

const struct json *
json_at(const struct json *list, int i)
{
	return i < 0 ? NULL : outer(json_array_get(inner(list), (size_t)i));
}

int
json_count(const struct json *list)
{
	return (int)json_array_size(inner(list));
}

int
json_fields(const struct json *map)
{
	return (int)json_object_size(inner(map));
}

const char *
json_chars(const struct json *v)
{
	return json_string_value(inner(v));
}

const char *
json_scalar(const struct json *v, char *buf, size_t size)
{
	if (json_kind(v) != JSON_WHOLE)
		return json_chars(v);
	snprintf(buf, size, "%lld", (long long)json_integer_value(inner(v)));
	return buf;
}

/* ---- fields that must be there */

static const char *
kind_name(enum json_kind k)
{
	static const char *const names[] = { "nothing", "null", "true or false",
		"a whole number", "a number with a point", "a text", "a list",
		"an object" };

	return names[k];
}

static int
unlike(const char *name, enum json_kind want, enum json_kind is, struct err *e)
{
	return err_set(e, E_DATA, "\"%s\": want %s, there is %s", name,
	    kind_name(want), kind_name(is));
}

/* The field, or NULL with both what is wanted and what is there. */
static const struct json *
need(const struct json *map, const char *name, enum json_kind want,
    struct err *e)
{
	const struct json *v = json_get(map, name);

	if (json_kind(v) == want)
		return v;
	unlike(name, want, json_kind(v), e);
	return NULL;
}

/* A whole number, or a text of one; `name` is for the message. */
static int
whole(const struct json *v, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	const char *text = json_chars(v);

	if (text != NULL)
		return int_parse(text, min, max, out) == 0 ?
		    0 :
		    err_set(e, E_DATA,
			"\"%s\": '%.40s' is no whole number from %lld to %lld",
			name, text, (long long)min, (long long)max);
	if (json_kind(v) != JSON_WHOLE)
		return unlike(name, JSON_WHOLE, json_kind(v), e);
	*out = json_integer_value(inner(v));
	if (*out < min || *out > max)
		return err_set(e, E_DATA, "\"%s\": %lld is not in %lld to %lld",
		    name, (long long)*out, (long long)min, (long long)max);
	return 0;
}

int
json_int(const struct json *map, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	return whole(json_get(map, name), name, min, max, out, e);
}

int
json_int_at(const struct json *list, int i, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", i);
	return whole(json_at(list, i), name, min, max, out, e);
}

int
json_bool(const struct json *map, const char *name, bool *out, struct err *e)
{
	const struct json *v = need(map, name, JSON_BOOL, e);

	if (v == NULL)
		return -1;
	*out = json_is_true(inner(v));
	return 0;
}

int
json_text(const struct json *map, const char *name, char *buf, size_t size,
    struct err *e)
{
	const struct json *v = need(map, name, JSON_TEXT, e);
	size_t n;

	if (v == NULL)
		return -1;
	n = json_string_length(inner(v));
	if (n >= size)
		return err_set(e, E_DATA,
		    "\"%s\": a text of %zu bytes; at most %zu are taken", name,
		    n, size - 1);
	memcpy(buf, json_chars(v), n + 1);
	return 0;
}

const struct json *
json_list(const struct json *map, const char *name, struct err *e)
{
	return need(map, name, JSON_LIST, e);
}

const struct json *
json_map(const struct json *map, const char *name, struct err *e)
{
	return need(map, name, JSON_MAP, e);
}

/* ---- out */

/* A text value; one that is not UTF-8 is escaped. */
static json_t *
text_value(const char *text)
{
	size_t n = strlen(text), room = 4 * n + 1;
	char *clean;
	json_t *v;

	use_our_memory();
	if (utf8_valid(text, n))
		return json_stringn_nocheck(text, n);
	clean = xmalloc(room);
	text_escape(text, clean, room);
	v = json_string_nocheck(clean);
	free(clean);
	return v;
}

struct json *
json_new_map(void)
{
	use_our_memory();
	return outer(json_object());
}

struct json *
json_new_list(void)
{
	use_our_memory();
	return outer(json_array());
}

/* jansson frees the value it does not take, so nothing leaks into a bug. */
static void
put(struct json *map, const char *name, json_t *taken)
{
	int rc = json_object_set_new(inner(map), name, taken);

	assert(rc == 0);
	(void)rc;
}

static void
add(struct json *list, json_t *taken)
{
	int rc = json_array_append_new(inner(list), taken);

	assert(rc == 0);
	(void)rc;
}

void
json_put(struct json *map, const char *name, struct json *taken)
{
	put(map, name, inner(taken));
}

void
json_put_text(struct json *map, const char *name, const char *text)
{
	put(map, name, text_value(text));
}

void
json_put_int(struct json *map, const char *name, int64_t n)
{
	put(map, name, json_integer(n));
}

void
json_put_bool(struct json *map, const char *name, bool is_true)
{
	put(map, name, json_boolean(is_true));
}

void
json_put_nil(struct json *map, const char *name)
{
	put(map, name, json_null());
}

void
json_add(struct json *list, struct json *taken)
{
	add(list, inner(taken));
}

void
json_add_text(struct json *list, const char *text)
{
	add(list, text_value(text));
}

void
json_add_int(struct json *list, int64_t n)
{
	add(list, json_integer(n));
}

char *
json_print(const struct json *doc)
{
	char *text = json_dumps(inner(doc), JSON_COMPACT);

	assert(text != NULL);
	return text;
}

void
json_write_text(FILE *f, const char *text)
{
	json_t *v = text_value(text);

	(void)json_dumpf(v, f, JSON_ENCODE_ANY);
	json_decref(v);
}
