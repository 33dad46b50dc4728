/*
 * ask.c - what clients send to creon-gateway to have an order made: a key and
 * the body of PUT /v1/requests/KEY.
 *
 * The first line of the input is the key, the rest the body.  What is taken
 * reads back the same from what the journal would keep of it; what is refused
 * is refused with words.
 */
#include "base/code.h"
#include "fuzz.h"
#include "gateway/ask.h"
#include "gateway/spell.h"

static void
reads_back(const struct ask *a)
{
	struct json *kept = ask_json(a);
	char *text = json_print(kept);
	struct ask again;
	struct err e = { 0 };

	must(strchr(text, '\n') == NULL); /* it is a line of a log */
	must(ask_parse(&again, a->key, text, strlen(text), &e) == 0);
	must(ask_same(a, &again));
	free(text);
	json_free(kept);
}

static void
is_within_bounds(const struct ask *a)
{
	char spelt[16], code[CODE_SIZE];

	must(key_valid(a->key) && code_valid(a->code));
	must(a->price >= 0 && a->price <= ASK_MOST);
	must(a->n >= 0 && a->n <= ASK_MOST);
	must(a->order >= 0 && a->order <= ASK_MOST);
	if (a->action == ACTION_NEW)
		must(a->n > 0 && a->order == 0);
	else
		must(a->order > 0 && a->n == 0);
	if (a->action != ACTION_CANCEL)
		must(a->is_market == (a->price == 0));
	snprintf(spelt, sizeof(spelt), "A%s", a->code);
	must(spell_ours(spelt, code) && strcmp(code, a->code) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t n = end != NULL ? (size_t)(end - data) : size;
	char *key = fuzz_text(data, n), *body;
	size_t rest = size - n - (end != NULL);
	struct ask a;
	struct err e = { 0 };

	/* Just that length: a byte read beyond it is found. */
	body = malloc(rest + 1);
	must(body != NULL);
	if (rest > 0)
		memcpy(body, end + 1, rest);
	body[rest] = '\0';
	if (ask_parse(&a, key, body, rest, &e) == 0) {
		is_within_bounds(&a);
		reads_back(&a);
	} else
		must_refuse(&e);
	free(body);
	free(key);
	return 0;
}
