/* asked.c - see asked.h. */
#include "account/asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/ours.h"
#include "store/requests.h"

#define CANCEL_AGAIN 10 /* seconds until a lost cancel is repeated */
#define CLOCK_BACK   60 /* that far ahead no run is of another */

/* ---- Requests whose answer was lost ------------------------------------- */

/* A cancel may be repeated without harm, and is, until the order has ended:
 * who asked for it still wants it. */
static int
cancel_again(struct live *v, const struct request_row *r, struct err *e)
{
	struct request_row again = { .order_id = r->order_id,
		.kind = "cancel" };
	struct trail t = live_trail(v, "its order still works");

	if (strcmp(r->state, "unknown") == 0 &&
	    store_move_request(
		v->db, r->id, "unknown", "dropped", "", NULL, &t, e) == -1)
		return -1;
	snprintf(again.reason, sizeof(again.reason), "%s", r->reason);
	return store_add_request(v->db, &again, &t, e);
}

/* From one state to another: 0, or -1. */
static int
move(struct live *v, const struct request_row *r, const char *from,
    const char *to, const char *why, struct err *e)
{
	struct trail t = live_trail(v, why);

	return store_move_request(v->db, r->id, from, to, "", NULL, &t, e) ==
		-1 ?
	    -1 :
	    0;
}

/*
 * Its order has ended.  What was only planned is dropped, for after the close
 * nobody would come to send it and find that out.  A cancel that was on its
 * way has what it wanted; an amend has not.  One that stands as being sent is
 * a dead program's, or comes too late.
 */
static int
end_request(struct live *v, const struct request_row *r, struct err *e)
{
	const char *why = "its order has ended";
	bool is_amend = strcmp(r->kind, "amend") == 0;

	if (strcmp(r->state, "planned") == 0)
		return move(v, r, "planned", "dropped", why, e);
	if (strcmp(r->state, "sending") == 0 &&
	    move(v, r, "sending", "unknown", why, e) == -1)
		return -1;
	return move(v, r, "unknown", is_amend ? "dropped" : "accepted", why, e);
}

/* An amend without an answer: the order has its limit by now, or it is given
 * up. */
static int
resolve_amend(struct follow *f, const struct request_row *r, struct order *o,
    const struct broker_order *bo, struct err *e)
{
	struct live *v = f->v;
	struct trail t = live_trail(v, "told by the broker's list");
	struct under_way u;

	if (bo->is_market == r->is_market &&
	    (r->is_market || bo->limit == r->limit)) {
		o->amends++;
		o->worked = v->at;
		o->dirty = true;
		return store_move_request(v->db, r->id, "unknown", "accepted",
			   bo->broker_no, NULL, &t, e) == -1 ?
		    -1 :
		    0;
	}
	if (ours_amend_under_way(v->db, r, f->read_at, f->read_ms, &u, e) == -1)
		return -1;
	return f->read_at > u.heeded ?
	    move(v, r, "unknown", "dropped", t.message, e) :
	    0;
}

/* So long ago that it is asked again; or in a time that is still to come, by a
 * clock that was put back since: then a stop would wait for that hour. */
static bool
is_due(const struct follow *f, epoch asked)
{
	epoch age = f->read_at - asked;

	return age >= CANCEL_AGAIN || age < -CLOCK_BACK;
}

static int
resolve_request(struct follow *f, const struct request_row *r, struct err *e)
{
	struct live *v = f->v;
	struct order *o = book_order(&v->b, r->order_id);
	const struct broker_order *bo;

	if (o == NULL || order_is_final(o->state))
		return end_request(v, r, e);
	bo = lists_item(f, (int)(o - v->b.order));
	if (strcmp(r->state, "unknown") != 0 || bo == NULL ||
	    bo->state != BO_WORKING ||
	    (o->state != ORDER_OPEN && o->state != ORDER_PART))
		return 0;
	if (strcmp(r->kind, "amend") == 0)
		return resolve_amend(f, r, o, bo, e);
	return is_due(f, r->sending_at) ? cancel_again(v, r, e) : 0;
}

int
asked_resolve(struct follow *f, struct err *e)
{
	struct request_row *r;
	int n, rc = 0;

	if (store_requests_open(f->v->db, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++)
		rc = resolve_request(f, &r[i], e);
	free(r);
	return rc;
}

/* ---- Cancels without effect --------------------------------------------- */

/* Of an order whose cancel is wanted: the last one that was asked, where all
 * have been answered; id 0 where not. */
static int
last_cancel(
    struct live *v, int64_t order, struct request_row *out, struct err *e)
{
	struct request_row *r;
	int n;

	*out = (struct request_row){ 0 };
	if (store_requests_of(v->db, order, &r, &n, e) == -1)
		return -1;
	for (int k = 0; k < n; k++) {
		if (strcmp(r[k].kind, "cancel") != 0)
			continue;
		*out = r[k];
		if (r[k].answered_at == 0 && strcmp(r[k].state, "dropped") != 0)
			out->id = 0; /* it is under way */
	}
	free(r);
	return 0;
}

int
asked_again(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct request_row last;

	for (int i = 0; i < v->nrow; i++) {
		const struct order *o = &v->b.order[i];
		const struct broker_order *bo = lists_item(f, i);

		if (!o->wants_cancel || bo == NULL || bo->state != BO_WORKING ||
		    (o->state != ORDER_OPEN && o->state != ORDER_PART))
			continue;
		if (last_cancel(v, o->id, &last, e) == -1)
			return -1;
		if (last.id != 0 && is_due(f, last.answered_at) &&
		    cancel_again(v, &last, e) == -1)
			return -1;
	}
	return 0;
}
