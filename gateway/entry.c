/* entry.c - see entry.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "gateway/entry.h"

const char *
outcome_name(enum outcome o)
{
	static const char *const names[] = { "unknown", "accepted",
		"rejected" };

	return names[o];
}

void
entry_mark(const char *account, char mark[MARK_SIZE])
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = account; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	mark[0] = '\0';
	if (account[0] != '\0')
		snprintf(mark, MARK_SIZE, "%04x", (h ^ h >> 16) & 0xffff);
}

bool
entry_marks_agree(const char *a, const char *b)
{
	return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

char *
entry_begin_line(const struct entry *en)
{
	struct json *v = json_new_map();
	char iso[ISO_SIZE], *text;

	json_put_text(v, "key", en->ask.key);
	json_put_text(v, "at", epoch_iso(en->at, iso));
	if (en->account[0] != '\0')
		json_put_text(v, "account", en->account);
	json_put(v, "ask", ask_json(&en->ask));
	text = json_print(v);
	json_free(v);
	return text;
}

char *
entry_settle_line(const struct entry *en)
{
	const struct result *r = &en->result;
	struct json *v = json_new_map();
	char *text;

	json_put_text(v, "key", en->ask.key);
	json_put_text(v, "outcome", outcome_name(r->outcome));
	json_put_int(v, "order", r->order);
	json_put_bool(v, "answered", r->was_answered);
	json_put_int(v, "ret", r->ret);
	json_put_int(v, "status", r->status);
	json_put_text(v, "message", r->message);
	json_put_text(v, "reason", r->reason);
	json_put_bool(v, "unsent", r->is_unsent);
	json_put_bool(v, "limited", r->is_limited);
	json_put_int(v, "retry_after_ms", r->retry_after_ms);
	text = json_print(v);
	json_free(v);
	return text;
}

int
entry_read_begin(struct entry *en, ymd day, const char *key,
    const struct json *v, struct err *e)
{
	const char *at = json_chars(json_get(v, "at"));
	const char *account = json_chars(json_get(v, "account"));

	*en = (struct entry){ .stage = STAGE_LOST, .day = day };
	if (ask_read(&en->ask, key, json_get(v, "ask"), e) == -1)
		return -1;
	if (at == NULL || epoch_parse_iso(at, &en->at) == -1)
		return err_set(e, E_DATA, "no moment");
	snprintf(en->account, sizeof(en->account), "%s",
	    account != NULL ? account : "");
	snprintf(en->result.reason, sizeof(en->result.reason),
	    "the gateway ended before CREON's answer was written down");
	return 0;
}

/* Words are for people: a journal is not damaged by those that are too long, or
 * not there. */
static void
read_words(const struct json *v, const char *name, char *buf, size_t size)
{
	const char *words = json_chars(json_get(v, name));

	utf8_cut(buf, size, words != NULL ? words : "");
}

int
entry_read_settle(struct entry *en, const struct json *v, struct err *e)
{
	const char *outcome = json_chars(json_get(v, "outcome"));
	struct result r = { 0 };
	int64_t ret, status;

	for (int o = OUTCOME_UNKNOWN; o <= OUTCOME_REJECTED; o++)
		if (outcome != NULL && strcmp(outcome, outcome_name(o)) == 0)
			r.outcome = (enum outcome)o;
	if (json_int(v, "order", 0, ASK_MOST, &r.order, e) == -1 ||
	    json_bool(v, "answered", &r.was_answered, e) == -1 ||
	    json_int(v, "ret", INT32_MIN, INT32_MAX, &ret, e) == -1 ||
	    json_int(v, "status", INT32_MIN, INT32_MAX, &status, e) == -1 ||
	    json_bool(v, "limited", &r.is_limited, e) == -1 ||
	    json_int(v, "retry_after_ms", 0, INT32_MAX, &r.retry_after_ms, e) ==
		-1)
		return -1;
	read_words(v, "message", r.message, sizeof(r.message));
	read_words(v, "reason", r.reason, sizeof(r.reason));
	/* Lines of before there was "unsent" have the limit alone. */
	r.is_unsent = r.is_limited;
	if (json_kind(json_get(v, "unsent")) != JSON_NONE &&
	    json_bool(v, "unsent", &r.is_unsent, e) == -1)
		return -1;
	r.ret = (int)ret;
	r.status = (int)status;
	en->result = r;
	en->stage = STAGE_SETTLED;
	return 0;
}
