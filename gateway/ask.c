/* ask.c - see ask.h. */
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "gateway/ask.h"

static const char *const actions[] = { "new", "amend", "cancel" };
static const char *const sides[] = { "buy", "sell" };

const char *
ask_action_name(enum action a)
{
	return actions[a];
}

const char *
ask_side_name(enum side s)
{
	return sides[s];
}

bool
key_valid(const char *key)
{
	size_t n = strspn(key,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "._-");

	return n > 0 && n < KEY_SIZE && key[n] == '\0';
}

/* A text field that is one of the words; its place, or -1. */
static int
word(const struct json *v, const char *name, const char *const *words, int n,
    struct err *e)
{
	const char *s = json_chars(json_get(v, name));

	for (int i = 0; s != NULL && i < n; i++)
		if (strcmp(s, words[i]) == 0)
			return i;
	return err_set(e, E_USAGE, "%s must be one of \"%s\", \"%s\"%s%s%s",
	    name, words[0], words[1], n > 2 ? ", \"" : "",
	    n > 2 ? words[2] : "", n > 2 ? "\"" : "");
}

/* A number that stands as a number: here nobody sends text. */
static int
whole(const struct json *v, const char *name, int64_t min, int64_t *out,
    struct err *e)
{
	if (json_kind(json_get(v, name)) != JSON_WHOLE ||
	    json_int(v, name, min, ASK_MOST, out, e) == -1)
		return err_set(e, E_USAGE,
		    "%s must be a whole number from %lld to %lld", name,
		    (long long)min, (long long)ASK_MOST);
	return 0;
}

/* None but these: a misspelt field must not be taken for an absent one. */
static int
only(const struct json *v, const char *const *names, int n, struct err *e)
{
	int known = 0;

	for (int i = 0; i < n; i++)
		known += json_get(v, names[i]) != NULL;
	if (json_fields(v) == known)
		return 0;
	return err_set(
	    e, E_USAGE, "there is a field that does not belong to it");
}

static int
read_kind(struct ask *a, const struct json *v, struct err *e)
{
	static const char *const kinds[] = { "limit", "market" };
	int kind = 0;

	if (json_get(v, "kind") != NULL &&
	    (kind = word(v, "kind", kinds, 2, e)) == -1)
		return -1;
	a->is_market = kind == 1;
	if (whole(v, "price", 0, &a->price, e) == -1)
		return -1;
	if (a->is_market != (a->price == 0))
		return err_set(e, E_USAGE,
		    a->is_market ? "price must be 0 for a market order" :
				   "price must not be 0 for a limit order");
	return 0;
}

static int
read_new(struct ask *a, const struct json *v, struct err *e)
{
	static const char *const names[] = { "action", "code", "side", "qty",
		"price", "kind" };
	int side;

	if (only(v, names, NELEM(names), e) == -1 ||
	    (side = word(v, "side", sides, 2, e)) == -1 ||
	    whole(v, "qty", 1, &a->n, e) == -1)
		return -1;
	a->side = (enum side)side;
	return read_kind(a, v, e);
}

static int
read_amend(struct ask *a, const struct json *v, struct err *e)
{
	static const char *const names[] = { "action", "code", "order", "price",
		"kind" };

	if (only(v, names, NELEM(names), e) == -1 ||
	    whole(v, "order", 1, &a->order, e) == -1)
		return -1;
	return read_kind(a, v, e);
}

static int
read_cancel(struct ask *a, const struct json *v, struct err *e)
{
	static const char *const names[] = { "action", "code", "order" };

	if (only(v, names, NELEM(names), e) == -1)
		return -1;
	return whole(v, "order", 1, &a->order, e);
}

int
ask_read(struct ask *a, const char *key, const struct json *v, struct err *e)
{
	const char *code = json_chars(json_get(v, "code"));
	int action;

	*a = (struct ask){ 0 };
	if (!key_valid(key))
		return err_set(e, E_USAGE,
		    "a key is 1 to %d of A-Z a-z 0-9 . _ -", KEY_SIZE - 1);
	snprintf(a->key, sizeof(a->key), "%s", key);
	if (json_kind(v) != JSON_MAP)
		return err_set(e, E_USAGE, "the body must be an object");
	if ((action = word(v, "action", actions, 3, e)) == -1)
		return -1;
	a->action = (enum action)action;
	if (code == NULL || !code_valid(code))
		return err_set(
		    e, E_USAGE, "code must be a stock code of six characters");
	memcpy(a->code, code, 7);
	switch (a->action) {
	case ACTION_NEW:
		return read_new(a, v, e);
	case ACTION_AMEND:
		return read_amend(a, v, e);
	default:
		return read_cancel(a, v, e);
	}
}

int
ask_parse(
    struct ask *a, const char *key, const char *body, size_t n, struct err *e)
{
	struct json *v = json_parse(body, n, e);
	int rc;

	if (v == NULL) {
		e->kind = E_USAGE;
		return -1;
	}
	rc = ask_read(a, key, v, e);
	json_free(v);
	return rc;
}

struct json *
ask_json(const struct ask *a)
{
	struct json *v = json_new_map();

	json_put_text(v, "action", ask_action_name(a->action));
	json_put_text(v, "code", a->code);
	if (a->action == ACTION_NEW) {
		json_put_text(v, "side", ask_side_name(a->side));
		json_put_int(v, "qty", a->n);
	} else
		json_put_int(v, "order", a->order);
	if (a->action != ACTION_CANCEL) {
		json_put_int(v, "price", a->price);
		json_put_text(v, "kind", a->is_market ? "market" : "limit");
	}
	return v;
}

bool
ask_same(const struct ask *a, const struct ask *b)
{
	return strcmp(a->key, b->key) == 0 && a->action == b->action &&
	    strcmp(a->code, b->code) == 0 && a->side == b->side &&
	    a->n == b->n && a->price == b->price &&
	    a->is_market == b->is_market && a->order == b->order;
}
