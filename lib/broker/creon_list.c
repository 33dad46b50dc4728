/*
 * creon_list.c - the gateway's list of orders as broker.h has it.
 *
 * CREON lists an amend and a cancel as rows of their own, with numbers of
 * their own.  Here a cancel is the end of the order that it names, and an
 * amend an order that replaces the one that it names.  An amend that CREON
 * took and the exchange refused afterwards leaves the old order working; to
 * who already knows it by the amend's number, the old order is then what
 * replaces the amend.
 *
 * All rows are read first, for the list may be in any order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "broker/creon_reply.h"
#include "broker/creon_row.h"

enum action { ACT_NEW, ACT_AMEND, ACT_CANCEL };

struct row {
	enum action action;
	int64_t no, original; /* of an amend or a cancel, else 0; 0: none */
	qty remaining, confirmed;
	bool is_torn;     /* its fills do not add up yet */
	bool is_accepted; /* its acceptance was heard */
	struct broker_order o;
};

struct rows {
	int n;
	struct row *item;
};

/* ---- one row */

/* Which of the words stands there; -1: none of them. */
static int
read_word(const struct json *v, const char *name, const char *const *words,
    int n, struct err *e)
{
	char text[16];

	if (json_text(v, name, text, sizeof(text), e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return err_set(e, E_DATA, "\"%s\": '%s'", name, text);
}

static int
read_kinds(const struct json *v, struct row *r, struct err *e)
{
	static const char *const actions[] = { "new", "amend", "cancel" };
	static const char *const sides[] = { "buy", "sell" };
	static const char *const kinds[] = { "limit", "market", "other" };
	int action = read_word(v, "action", actions, NELEM(actions), e);
	int side = read_word(v, "side", sides, NELEM(sides), e);
	int kind = read_word(v, "kind", kinds, NELEM(kinds), e);

	if (action == -1 || side == -1 || kind == -1)
		return -1;
	r->action = (enum action)action;
	r->o.side = (enum side)side;
	r->o.is_market = kind == 1;
	return 0;
}

/* Did the gateway hear CREON accept the order?  Gateways of before that was a
 * field of its own told it by "at" alone. */
static int
read_accepted(const struct json *v, struct row *r, struct err *e)
{
	r->is_accepted = r->o.at != -1;
	return json_get(v, "accepted") == NULL ?
	    0 :
	    json_bool(v, "accepted", &r->is_accepted, e);
}

/* "at" is there where the gateway knows when that was. */
static int
read_moment(const struct json *v, struct broker_order *o, struct err *e)
{
	enum json_kind kind = json_kind(json_get(v, "at"));
	char iso[ISO_SIZE];
	epoch at;

	o->at = -1;
	if (kind == JSON_NONE || kind == JSON_NIL)
		return 0;
	if (json_text(v, "at", iso, sizeof(iso), e) == -1)
		return -1;
	if (epoch_parse_iso(iso, &at) == -1)
		return err_set(e, E_DATA, "\"at\": '%s' is no moment", iso);
	o->at = clock_hhmm(&(struct clock){ .now = at });
	o->has_second = true;
	o->second = (int)(at % 60);
	return 0;
}

static int
read_row(const struct json *v, struct row *r, struct err *e)
{
	struct broker_order *o = &r->o;

	*r = (struct row){ 0 };
	if (json_int(v, "order", 1, INT32_MAX, &r->no, e) == -1 ||
	    creon_code(v, o->code, e) == -1 || read_kinds(v, r, e) == -1 ||
	    /* Of a new order there is none, whatever CREON has there. */
	    (r->action != ACT_NEW &&
		json_int(v, "original", 0, INT32_MAX, &r->original, e) == -1) ||
	    json_int(v, "qty", 0, QTY_MOST, &o->n, e) == -1 ||
	    json_int(v, "price", 0, PRICE_MOST, &o->limit, e) == -1 ||
	    json_int(v, "filled", 0, QTY_MOST, &o->filled, e) == -1 ||
	    json_int(v, "remaining", 0, QTY_MOST, &r->remaining, e) == -1 ||
	    json_int(v, "confirmed", 0, QTY_MOST, &r->confirmed, e) == -1 ||
	    json_text(v, "key", o->key, sizeof(o->key), e) == -1 ||
	    creon_words(v, "reason", o->reason, sizeof(o->reason), e) == -1 ||
	    read_moment(v, o, e) == -1 || read_accepted(v, r, e) == -1)
		return -1;
	snprintf(o->broker_no, sizeof(o->broker_no), "%lld", (long long)r->no);
	if (o->is_market)
		o->limit = 0;
	r->is_torn = json_kind(json_get(v, "filled_won")) == JSON_NIL;
	return r->is_torn ?
	    0 :
	    json_int(v, "filled_won", 0, WON_MOST, &o->filled_won, e);
}

/* ---- the rows among themselves */

/* Was it taken?  A refused row has words and moves nothing. */
static bool
is_refused(const struct row *r)
{
	return r->o.reason[0] != '\0' && r->o.filled == 0 &&
	    r->remaining == 0 && r->confirmed == 0;
}

/* The newest row of that action upon an order; NULL: none. */
static const struct row *
row_upon(const struct rows *l, int64_t no, enum action action, bool refused)
{
	const struct row *found = NULL;

	for (int i = 0; i < l->n; i++) {
		const struct row *r = &l->item[i];

		if (r->original == no && r->action == action &&
		    is_refused(r) == refused &&
		    (found == NULL || r->no > found->no))
			found = r;
	}
	return found;
}

/* Did a row of that action, which is confirmed, take the order's rest? */
static bool
is_ended_by(const struct rows *l, int64_t no, enum action action)
{
	const struct row *r = row_upon(l, no, action, false);

	return r != NULL && r->confirmed > 0;
}

/* Its cancel was taken, and is not confirmed: it binds what remains, which the
 * exchange may fill all the same. */
static bool
is_being_cancelled(const struct rows *l, int64_t no)
{
	return row_upon(l, no, ACT_CANCEL, false) != NULL &&
	    !is_ended_by(l, no, ACT_CANCEL);
}

/* Taken, and nothing has come of it yet: an amend that is not confirmed, an
 * order whose acceptance nobody has heard of, one that is being cancelled. */
static bool
is_under_way(const struct rows *l, const struct row *r)
{
	if (r->remaining > 0 || is_refused(r))
		return false;
	if (is_being_cancelled(l, r->no))
		return true;
	if (r->o.filled > 0)
		return false;
	return r->action == ACT_AMEND ?
	    r->confirmed == 0 :
	    !r->is_accepted && !is_ended_by(l, r->no, ACT_CANCEL) &&
		!is_ended_by(l, r->no, ACT_AMEND);
}

/* An amend of all that remains may be listed as one of nothing, until it is
 * confirmed. */
static qty
quantity_of(const struct rows *l, const struct row *r)
{
	qty n = r->o.filled + r->remaining;

	if (r->action != ACT_AMEND || r->o.n > 0 || n > 0)
		return r->o.n > 0 ? r->o.n : n;
	for (int i = 0; i < l->n; i++)
		if (l->item[i].no == r->original)
			n = l->item[i].o.n - l->item[i].o.filled;
	return n;
}

static enum broker_state
state_of(const struct rows *l, const struct row *r, enum creon_hours hours)
{
	if (is_refused(r))
		return BO_REJECTED;
	if (r->o.filled == quantity_of(l, r))
		return BO_FILLED;
	if (r->remaining > 0 || is_under_way(l, r))
		return hours == HOURS_OVER ? BO_EXPIRED : BO_WORKING;
	if (hours != HOURS_TRADING &&
	    row_upon(l, r->no, ACT_CANCEL, false) == NULL &&
	    row_upon(l, r->no, ACT_AMEND, false) == NULL)
		return BO_EXPIRED;
	return BO_CANCELLED;
}

static void
set_replaced(struct broker_order *o, int64_t no)
{
	snprintf(o->orig_no, sizeof(o->orig_no), "%lld", (long long)no);
}

static int
add_row(const struct rows *l, const struct row *r, enum creon_hours hours,
    struct broker_orders *out, struct err *e)
{
	struct broker_order o = r->o;
	const struct row *refused = row_upon(l, r->no, ACT_AMEND, true);

	o.n = quantity_of(l, r);
	if (o.n <= 0 || o.filled > o.n || r->remaining > o.n - o.filled)
		return err_set(e, E_DATA,
		    "order %lld of %lld has %lld filled and %lld left",
		    (long long)r->no, (long long)o.n, (long long)o.filled,
		    (long long)r->remaining);
	o.state = state_of(l, r, hours);
	if (r->original != 0)
		set_replaced(&o, r->original);
	if (refused != NULL && r->remaining > 0)
		set_replaced(&o, refused->no);
	out->item = xgrow(out->item, out->n, &out->cap, sizeof(*out->item));
	out->item[out->n++] = o;
	return 0;
}

/* An amend that came when nothing remained moves nothing. */
static bool
is_order(const struct rows *l, const struct row *r)
{
	return r->action == ACT_NEW ||
	    (r->action == ACT_AMEND && !is_refused(r) &&
		quantity_of(l, r) != 0);
}

int
creon_read_orders(const struct json *doc, ymd day, enum creon_hours hours,
    struct broker_orders *out, struct err *e)
{
	const struct json *list = json_list(doc, "orders", e);
	struct rows l = { 0 };
	bool is_complete;
	int64_t date;
	int rc = -1;

	if (list == NULL || json_int(doc, "date", 0, 99991231, &date, e) == -1)
		return -1;
	if (date != day)
		return err_set(e, E_DATA,
		    "asked for the orders of %d, got %lld", day,
		    (long long)date);
	l.item = xcalloc((size_t)json_count(list) + 1, sizeof(*l.item));
	for (int i = 0; i < json_count(list); i++, l.n++)
		if (read_row(json_at(list, i), &l.item[i], e) == -1) {
			err_wrap(e, "order %d of the list", i);
			goto out;
		}
	/* A gateway that does not say so does not know. */
	out->is_short = true;
	if (json_kind(json_get(doc, "complete")) != JSON_NONE) {
		if (json_bool(doc, "complete", &is_complete, e) == -1)
			goto out;
		out->is_short = !is_complete;
	}
	for (int i = 0; i < l.n; i++)
		if (l.item[i].is_torn) {
			rc = 1;
			goto out;
		}
	for (int i = 0; i < l.n; i++)
		if (is_order(&l, &l.item[i]) &&
		    add_row(&l, &l.item[i], hours, out, e) == -1)
			goto out;
	rc = 0;
out:
	free(l.item);
	return rc;
}
