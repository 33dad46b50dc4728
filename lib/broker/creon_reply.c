/* creon_reply.c - see creon_reply.h: the gateway, outcomes, the account.  Its
 * list of orders is in creon_list.c, the market in creon_market.c. */
#include "broker/creon_reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/code.h"
#include "base/utf8.h"
#include "broker/creon_row.h"

/* ---- what every row has */

int
creon_code(const struct json *row, char code[CODE_SIZE], struct err *e)
{
	if (json_text(row, "code", code, CODE_SIZE, e) == -1)
		return -1;
	return code_valid(code) ?
	    0 :
	    err_set(e, E_DATA, "\"code\": '%s' is no stock code", code);
}

int
creon_words(const struct json *row, const char *name, char *buf, size_t size,
    struct err *e)
{
	const char *text = json_chars(json_get(row, name));

	if (text == NULL)
		return err_set(e, E_DATA, "\"%s\": no text", name);
	utf8_cut(buf, size, text);
	return 0;
}

/* ---- the gateway itself */

int
creon_read_status(const struct json *doc, struct creon_status *s, struct err *e)
{
	const char *now = json_chars(json_get(doc, "now"));
	char orders[8];
	int64_t protocol;

	*s = (struct creon_status){ 0 };
	if (json_int(doc, "protocol", 0, INT32_MAX, &protocol, e) == -1)
		return -1;
	if (protocol != CREON_PROTOCOL)
		return err_set(e, E_DATA,
		    "it speaks version %lld of the protocol, we speak %d",
		    (long long)protocol, CREON_PROTOCOL);
	if (json_text(doc, "orders", orders, sizeof(orders), e) == -1)
		return -1;
	s->takes_orders = strcmp(orders, "on") == 0;
	if (now == NULL || epoch_parse_iso(now, &s->now) == -1)
		s->now = 0;
	return json_bool(doc, "fake", &s->is_fake, e) == -1 ||
		json_int(doc, "event", 0, INT64_MAX, &s->event, e) == -1 ||
		json_text(doc, "account", s->account, sizeof(s->account), e) ==
		    -1 ||
		json_text(doc, "product", s->product, sizeof(s->product), e) ==
		    -1 ?
	    -1 :
	    0;
}

int
creon_read_events(
    const struct json *doc, int64_t *last, bool *is_news, struct err *e)
{
	const struct json *list = json_list(doc, "events", e);
	int64_t n, newest = 0;
	bool ours, news = false;

	if (list == NULL || json_int(doc, "last", 0, INT64_MAX, &n, e) == -1)
		return -1;
	for (int i = 0; i < json_count(list); i++) {
		const struct json *ev = json_at(list, i);

		if (json_int(ev, "n", newest + 1, n, &newest, e) == -1 ||
		    json_bool(ev, "ours", &ours, e) == -1)
			return err_wrap(e, "event %d", i);
		news = news || ours;
	}
	/* An answer may hold fewer than there are: go on where it ends.  One
	 * that came while an empty answer was written is in the next. */
	if (json_count(list) > 0)
		*last = newest;
	*is_news = news;
	return 0;
}

/* ---- the outcome of an order request */

/* Words that CREON is thought to use outside the hours; its exact sentences
 * are not known.  One taken for them wrongly freezes nothing, and is told all
 * the same; one that is missed counts as a refusal (T20). */
static bool
is_about_hours(const char *reason)
{
	static const char *const words[] = { "장종료", "장 종료", "장마감",
		"장시작", "장 시작", "주문시간", "거래시간", "휴장" };

	for (size_t i = 0; i < NELEM(words); i++)
		if (strstr(reason, words[i]) != NULL)
			return true;
	return false;
}

static int
read_accepted(const struct json *doc, struct ack *ack, struct err *e)
{
	int64_t no;

	if (json_int(doc, "order", 1, INT32_MAX, &no, e) == -1)
		return -1;
	snprintf(ack->broker_no, sizeof(ack->broker_no), "%lld", (long long)no);
	return 0;
}

int
creon_read_outcome(const struct json *doc, const char *key, enum place *place,
    struct ack *ack, bool *in_flight, struct err *e)
{
	char outcome[16], theirs[48];

	*ack = (struct ack){ 0 };
	if (json_text(doc, "key", theirs, sizeof(theirs), e) == -1 ||
	    json_text(doc, "outcome", outcome, sizeof(outcome), e) == -1 ||
	    json_bool(doc, "in_flight", in_flight, e) == -1 ||
	    creon_words(doc, "reason", ack->reason, sizeof(ack->reason), e) ==
		-1)
		return -1;
	if (strcmp(theirs, key) != 0)
		return err_set(
		    e, E_DATA, "the outcome is that of '%s'", theirs);
	if (strcmp(outcome, "accepted") == 0) {
		*place = PLACE_ACCEPTED;
		return read_accepted(doc, ack, e);
	}
	if (strcmp(outcome, "rejected") == 0)
		*place = PLACE_REJECTED;
	else if (strcmp(outcome, "unknown") == 0)
		*place = PLACE_UNKNOWN;
	else
		return err_set(e, E_DATA, "the outcome is '%s'", outcome);
	if (ack->reason[0] == '\0')
		snprintf(ack->reason, sizeof(ack->reason), "without a reason");
	ack->is_market_closed = *place == PLACE_REJECTED &&
	    is_about_hours(ack->reason);
	/* Nobody judged the order: there was no sending it, or CREON's limit of
	 * requests turned it away. */
	if (*place == PLACE_REJECTED &&
	    json_kind(json_get(doc, "unsent")) != JSON_NONE)
		return json_bool(doc, "unsent", &ack->is_unsent, e);
	return 0;
}

/* ---- the account */

int
creon_read_cash(const struct json *doc, struct broker_cash *out, struct err *e)
{
	/* Settled cash may be below zero: what was bought and not yet paid. */
	return json_int(doc, "settled", -WON_MOST, WON_MOST, &out->settled,
		   e) == -1 ||
		json_int(doc, "buyable", 0, WON_MOST, &out->buyable, e) == -1 ?
	    -1 :
	    0;
}

static struct broker_holding *
holding_of(struct broker_holdings *l, const char *code)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->item[i].code, code) == 0)
			return &l->item[i];
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n] = (struct broker_holding){ 0 };
	memcpy(l->item[l->n].code, code, CODE_SIZE);
	return &l->item[l->n++];
}

static int
read_position(
    const struct json *row, struct broker_holdings *out, struct err *e)
{
	char code[CODE_SIZE];
	struct broker_holding *h;
	qty n, sellable;
	won cost;
	bool credit;

	if (creon_code(row, code, e) == -1 ||
	    json_int(row, "qty", 0, QTY_MOST, &n, e) == -1 ||
	    json_int(row, "sellable", 0, n, &sellable, e) == -1 ||
	    json_int(row, "cost", 0, WON_MOST, &cost, e) == -1 ||
	    json_bool(row, "credit", &credit, e) == -1)
		return -1;
	if (n == 0) /* sold today */
		return 0;
	h = holding_of(out, code);
	h->n += n;
	h->sellable += credit ? 0 : sellable;
	h->cost += cost;
	return 0;
}

int
creon_read_positions(
    const struct json *doc, struct broker_holdings *out, struct err *e)
{
	const struct json *list = json_list(doc, "positions", e);

	if (list == NULL)
		return -1;
	for (int i = 0; i < json_count(list); i++)
		if (read_position(json_at(list, i), out, e) == -1)
			return err_wrap(e, "position %d", i);
	return 0;
}
