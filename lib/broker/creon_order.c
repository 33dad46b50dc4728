/*
 * creon_order.c - place, amend and cancel through the gateway.
 *
 * Each request goes out under its own key, and the gateway makes one order of
 * a key at most, whatever is repeated or killed.  So:
 *
 *  - it never reached the gateway, or was refused by it: rejected, nothing is
 *    at the firm;
 *  - the gateway says to wait: the same again, as long as the decision is
 *    young enough;
 *  - it answered an outcome: that;
 *  - the answer is lost: the outcome is asked for once, by key, which sends
 *    nothing.  If that does not tell, it is unknown, and resolved from the
 *    list of orders.  Sending the same again would be safe, but later than it
 *    was decided.
 */
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/utf8.h"
#include "broker/creon_inner.h"
#include "broker/creon_reply.h"
#include "broker/creon_row.h"

#define ORDER_MS       45000 /* the gateway gives up after 40 s */
#define OUTCOME_MS     5000
#define PATIENCE_MS    20000 /* CREON's window is 15 s */
#define CODE_KEY_TAKEN "key_reused"

static enum place
end(struct ack *ack, enum place place, const char *why)
{
	*ack = (struct ack){ 0 };
	utf8_cut(ack->reason, sizeof(ack->reason), why);
	return place;
}

/* What an answer says of a key. */
static enum place
outcome_of(const struct creon_answer *a, const char *key, struct ack *ack)
{
	enum place place = PLACE_UNKNOWN;
	struct err e = { 0 };
	bool in_flight;

	if (creon_read_outcome(a->doc, key, &place, ack, &in_flight, &e) == -1)
		return end(ack, PLACE_UNKNOWN, e.msg);
	return place;
}

/* What became of it, from the gateway's journal; sends nothing. */
static enum place
ask_outcome(struct broker *br, const char *key, struct ack *ack)
{
	struct creon_answer a;
	enum place place = PLACE_UNKNOWN;
	char path[80];

	snprintf(path, sizeof(path), "/v1/requests/%s", key);
	creon_ask(br, "GET", path, NULL, OUTCOME_MS, &a);
	/* A key that it has not seen may still be on its way: unknown. */
	if (a.status == 200 && a.doc != NULL)
		place = outcome_of(&a, key, ack);
	creon_answer_free(&a);
	return place;
}

/* It came to the gateway at most. */
static enum place
unsent(struct ack *ack, const char *why)
{
	end(ack, PLACE_REJECTED, why);
	ack->is_unsent = true;
	return PLACE_REJECTED;
}

static enum place
judge(const struct creon_answer *a, const char *key, struct ack *ack)
{
	if (a->got == HTTP_NOT_SENT)
		return unsent(ack, a->why);
	if (a->status == 200 && a->doc != NULL)
		return outcome_of(a, key, ack);
	/* An error that the gateway tells made no order.  One key with two
	 * contents cannot be; something did go out under it. */
	if (a->code[0] != '\0' && strcmp(a->code, CODE_KEY_TAKEN) != 0)
		return unsent(ack, a->why);
	return end(ack, PLACE_UNKNOWN, a->why);
}

/* Send the request; takes the document. */
static enum place
request(struct broker *br, const struct broker_request *q, struct json *doc,
    struct ack *ack)
{
	const char *key = q->key;
	char path[80], *body = json_print(doc);
	int left_ms = PATIENCE_MS;
	struct creon_answer a;
	enum place place;

	snprintf(path, sizeof(path), "/v1/requests/%s", key);
	creon_ask(br, "PUT", path, body, ORDER_MS, &a);
	while (a.code[0] != '\0' && creon_wait(&a, &left_ms) &&
	    !broker_too_late(q)) {
		creon_answer_free(&a);
		creon_ask(br, "PUT", path, body, ORDER_MS, &a);
	}
	place = judge(&a, key, ack);
	if (place == PLACE_UNKNOWN)
		place = ask_outcome(br, key, ack);
	if (place == PLACE_UNKNOWN && ack->reason[0] == '\0')
		end(ack, place, "no outcome");
	creon_answer_free(&a);
	json_free(doc);
	free(body);
	return place;
}

static void
put_price(struct json *doc, const struct broker_request *q)
{
	json_put_int(doc, "price", q->is_market ? 0 : q->limit);
	json_put_text(doc, "kind", q->is_market ? "market" : "limit");
}

enum place
creon_place(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct json *doc = json_new_map();

	json_put_text(doc, "action", "new");
	json_put_text(doc, "code", q->code);
	json_put_text(doc, "side", q->side == SIDE_BUY ? "buy" : "sell");
	json_put_int(doc, "qty", q->n);
	put_price(doc, q);
	return request(br, q, doc, ack);
}

/* An amend or a cancel of all that remains; NULL: it names no order. */
static struct json *
upon(const char *action, const struct broker_request *q, struct ack *ack)
{
	struct json *doc;
	int64_t no;

	if (int_parse(q->broker_no, 1, INT32_MAX, &no) == -1) {
		end(ack, PLACE_REJECTED, "not a number of CREON's");
		return NULL;
	}
	doc = json_new_map();
	json_put_text(doc, "action", action);
	json_put_text(doc, "code", q->code);
	json_put_int(doc, "order", no);
	return doc;
}

enum place
creon_amend(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct json *doc = upon("amend", q, ack);

	if (doc == NULL)
		return PLACE_REJECTED;
	put_price(doc, q);
	return request(br, q, doc, ack);
}

enum place
creon_cancel(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct json *doc = upon("cancel", q, ack);

	return doc == NULL ? PLACE_REJECTED : request(br, q, doc, ack);
}
