/* route_events.c - GET /v1/events: what comes after a number. */
#include <stdlib.h>
#include <string.h>

#include "gateway/gateway.h"
#include "gateway/spell.h"

/* CpConclusion's headers. */
enum {
	QTY = 3,
	PRICE = 4,
	ORDER = EVENT_ORDER,
	ORIGINAL = 6,
	CODE = 9,
	SIDE = 12,
	STATE = EVENT_STATE,
	ACTION = 16,
	KIND = 18,
	CONDITION = 19,
	BOOK_PRICE = 21,
	SELLABLE = 22,
	HELD = 23,
};

/* Header k: "1" is the first of the words. */
static const char *
word_of(const struct event *ev, int k, const char *const *words, int n)
{
	const char *s = ev->header[k];
	int i = s[0] - '1';

	return i >= 0 && i < n && s[1] == '\0' ? words[i] : "other";
}

static void
put_number(struct json *v, const char *name, const struct event *ev, int k)
{
	json_put_int(v, name, strtoll(ev->header[k], NULL, 10));
}

static struct json *
event_json(const struct event *ev)
{
	static const char *const states[] = { "fill", "confirm", "reject",
		"accept" };
	static const char *const actions[] = { "new", "amend", "cancel" };
	static const char *const sides[] = { "sell", "buy" };
	struct json *v = json_new_map();
	char iso[ISO_SIZE], code[CODE_SIZE];

	json_put_int(v, "n", ev->n);
	json_put_text(v, "at", epoch_iso(ev->at, iso));
	json_put_text(v, "state", word_of(ev, STATE, states, 4));
	json_put_text(v, "action", word_of(ev, ACTION, actions, 3));
	put_number(v, "order", ev, ORDER);
	put_number(v, "original", ev, ORIGINAL);
	spell_ours(ev->header[CODE], code);
	json_put_text(v, "code", code);
	json_put_text(v, "side", word_of(ev, SIDE, sides, 2));
	put_number(v, "qty", ev, QTY);
	put_number(v, "price", ev, PRICE);
	json_put_text(v, "kind", spell_kind(ev->header[KIND]));
	json_put_text(v, "creon_kind", ev->header[KIND]);
	json_put_text(v, "condition", ev->header[CONDITION]);
	put_number(v, "book_price", ev, BOOK_PRICE);
	put_number(v, "sellable", ev, SELLABLE);
	put_number(v, "held", ev, HELD);
	json_put_bool(v, "ours", ev->is_ours);
	return v;
}

void
route_events(struct gateway *g, const struct request *q, struct reply *r)
{
	struct json *v, *list;
	struct event *found = NULL;
	int64_t after, wait_ms, most, last;
	int n = 0;

	if (request_int(q, "after", -1, INT64_MAX / 2, -1, &after, r) == -1 ||
	    request_int(q, "wait_ms", 0, 25000, 0, &wait_ms, r) == -1 ||
	    request_int(q, "most", 1, 1000, 500, &most, r) == -1)
		return;
	if (after >= 0)
		n = events_after(g->events, after, (int)most, wait_ms, &found);
	last = events_last(g->events);
	if (n == -1) {
		reply_fail(r, REPLY_EVENTS_GONE,
		    "cannot go on after event %lld, the last is %lld; read the "
		    "lists, then begin with after=-1",
		    (long long)after, (long long)last);
		return;
	}
	/* None: what has come since then is in the next answer, not before it. */
	if (n == 0 && after >= 0)
		last = after;
	v = json_new_map();
	list = json_new_list();
	for (int i = 0; i < n; i++)
		json_add(list, event_json(&found[i]));
	free(found);
	json_put_int(v, "last", last);
	json_put(v, "events", list);
	reply_good(r, v);
}
