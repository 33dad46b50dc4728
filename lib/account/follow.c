/*
 * follow.c - see follow.h.
 *
 * What the broker's lists say, in the order in which it is taken over: whose
 * each item is (ours.h), its number, its limit, its fills (fills.h, or
 * totals.h), its end; then what the lists do not say: requests without an answer (asked.h), orders
 * that are in none (absent.h), and orders that nobody here knows (stranger.h).
 *
 * The lists are read before the transaction and may be older than what it
 * finds: another program has sent something since.  So nothing here goes
 * back: fills and ends are only ever added, and a limit is taken from the
 * list only where no answer has come since it was read.  What the broker says
 * and cannot be (a fill of a rejected order, more than was ordered, a number
 * of another stock) is told to a person and moves nothing.
 */
#include "account/follow.h"

#include "account/absent.h"
#include "account/asked.h"
#include "account/fills.h"
#include "account/ours.h"
#include "account/stranger.h"
#include "account/totals.h"
#include "base/log.h"
#include "store/requests.h"
#include "trade/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What the broker knows of it ---------------------------------------- */

/* Found in the list: from now on we know its number.  1: a new one, 0, -1. */
static int
take_number(
    struct follow *f, int i, const struct broker_order *bo, struct err *e)
{
	struct order_row *row = &f->v->row[i];
	struct order *o = &f->v->b.order[i];

	if (o->state == ORDER_SENDING || o->state == ORDER_UNKNOWN) {
		log_info("order %lld: found at the broker as %s",
		    (long long)o->id, bo->broker_no);
		book_event(o, EV_ACCEPT);
		f->n->moved++;
	}
	if (strcmp(row->broker_no, bo->broker_no) == 0 ||
	    (row->broker_no[0] != '\0' &&
		strcmp(bo->orig_no, row->broker_no) != 0))
		return 0;
	snprintf(row->broker_no, sizeof(row->broker_no), "%s", bo->broker_no);
	return store_order_no(f->v->db, o->id, bo->broker_no, e) == -1 ? -1 : 1;
}

/* One number may have replaced the other, in any order of the list. */
static int
take_numbers(struct follow *f, const struct lists *l, struct err *e)
{
	int rc = 1;

	/* Numbers that replace each other in a ring are no reason to hang. */
	for (int turn = 0; turn < l->orders.n && rc == 1; turn++) {
		rc = 0;
		for (int k = 0; k < l->orders.n; k++) {
			int got = l->ours[k] < 0 ?
			    0 :
			    take_number(f, l->ours[k], &l->orders.item[k], e);

			if (got == -1)
				return -1;
			rc = got == 1 ? 1 : rc;
		}
	}
	return 0;
}

/* Has an answer to an amend come since the lists were read, or may one? */
static int
is_behind(struct follow *f, int i, struct err *e)
{
	struct request_row *r;
	bool behind = false;
	int n;

	if (store_requests_of(f->v->db, f->v->row[i].id, &r, &n, e) == -1)
		return -1;
	for (int k = 0; k < n; k++)
		behind = behind || strcmp(r[k].state, "sending") == 0 ||
		    (r[k].answered_at != 0 && r[k].answered_at >= f->read_at);
	free(r);
	return behind;
}

/* The broker is right about the limit, too: a lost amend may have arrived. */
static int
take_limit(
    struct follow *f, int i, const struct broker_order *bo, struct err *e)
{
	struct order *o = &f->v->b.order[i];
	int rc;

	if (bo->state != BO_WORKING ||
	    (bo->is_market == o->is_market &&
		(bo->is_market || bo->limit == o->limit)) ||
	    (!bo->is_market && bo->limit <= 0) ||
	    strcmp(bo->broker_no, f->v->row[i].broker_no) != 0 ||
	    (o->state != ORDER_OPEN && o->state != ORDER_PART))
		return 0;
	if ((rc = is_behind(f, i, e)) != 0)
		return rc == -1 ? -1 : 0;
	o->is_market = bo->is_market;
	o->limit = bo->is_market ? 0 : bo->limit;
	if (o->side == SIDE_BUY && !o->is_market)
		o->reserve_price = o->limit;
	o->dirty = true;
	return 0;
}

/* ---- Ends --------------------------------------------------------------- */

/* The signal of an order that the broker ended acts again: there is something
 * left that it wants. */
static void
wait_again(struct follow *f, const struct order *o)
{
	struct signal *g = book_signal(&f->v->b, o->strat, o->stock, o->side);

	if (g == NULL || g->state != SIG_EXECUTED || o->date != f->v->date)
		return;
	g->state = SIG_PENDING;
	snprintf(g->reason, sizeof(g->reason), "%s by the broker",
	    order_state_name(o->state));
	g->dirty = true;
}

/* Is an amend of ours without an answer, which may have replaced it by an order
 * that is not listed yet?  Its list may be late, as for any order (T28).  1, 0,
 * -1. */
static int
may_be_replaced(const struct follow *f, int64_t order, struct err *e)
{
	struct under_way u;
	struct request_row *r;
	int n, may = 0;

	if (store_requests_of(f->v->db, order, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && may == 0; i++) {
		if (strcmp(r[i].kind, "amend") != 0 ||
		    (strcmp(r[i].state, "sending") != 0 &&
			strcmp(r[i].state, "unknown") != 0))
			continue;
		may = ours_amend_under_way(
		    f->v->db, &r[i], f->read_at, f->read_ms, &u, e);
		if (may == 0)
			may = f->read_at <= u.heeded;
	}
	free(r);
	return may;
}

/* The broker says that it ended; counted only when its fills are all booked,
 * for lists may be behind each other. */
static int
take_end(struct follow *f, const struct lists *l, int k, struct err *e)
{
	static const enum order_event event[] = {
		[BO_CANCELLED] = EV_CANCEL,
		[BO_REJECTED] = EV_REJECT,
		[BO_EXPIRED] = EV_EXPIRE,
	};
	const struct broker_order *bo = &l->orders.item[k];
	int i = l->ours[k];
	struct order *o = &f->v->b.order[i];
	int rc;

	if (bo->state == BO_WORKING || bo->state == BO_FILLED ||
	    strcmp(bo->broker_no, f->v->row[i].broker_no) != 0 ||
	    lists_replaced(l, k) || order_is_final(o->state) ||
	    o->filled != lists_filled(l, i) ||
	    order_next(o->state, event[bo->state]) == ORDER_IMPOSSIBLE)
		return 0;
	if (bo->state == BO_CANCELLED &&
	    (rc = may_be_replaced(f, o->id, e)) != 0)
		return rc == -1 ? -1 : 0;
	book_event(o, event[bo->state]);
	if (bo->reason[0] != '\0')
		snprintf(o->reason, sizeof(o->reason), "%.95s", bo->reason);
	f->n->moved++;
	if (bo->state == BO_REJECTED) {
		f->v->b.day.rejects++;
		f->v->b.day.dirty = f->v->b.day.date != 0;
	}
	if (bo->state == BO_REJECTED ||
	    (o->side == SIDE_SELL && bo->state == BO_CANCELLED))
		wait_again(f, o);
	return 0;
}

/* ---- All of it ---------------------------------------------------------- */

static int
apply_list(struct follow *f, struct lists *l, struct err *e)
{
	if (ours_match(f, l, e) == -1 || take_numbers(f, l, e) == -1)
		return -1;
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] >= 0 &&
		    take_limit(f, l->ours[k], &l->orders.item[k], e) == -1)
			return -1;
	if ((f->v->broker->caps & CAP_TOTAL_FILLS ? totals_book(f, l, e) :
						    fills_book(f, l, e)) == -1)
		return -1;
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] >= 0 && take_end(f, l, k, e) == -1)
			return -1;
	return 0;
}

static int
apply_lists(struct follow *f, struct err *e)
{
	for (int d = 0; d < f->nlist; d++)
		if (apply_list(f, &f->list[d], e) == -1)
			return -1;
	return totals_judge(f, e) == -1 || absent_resolve(f, e) == -1 ||
		asked_resolve(f, e) == -1 || asked_again(f, e) == -1 ||
		stranger_judge(f, e) == -1 ?
	    -1 :
	    0;
}

int
follow_needed(struct live *v, struct err *e)
{
	struct follow f = { .v = v };
	int rc = lists_find_days(&f, e);

	free(f.list);
	return rc == -1 ? -1 : f.nlist > 0;
}

static int
follow_lists(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	int rc = -1;

	if (lists_read(f, e) == -1 || store_begin(v->db, e) == -1)
		return -1;
	/* What is written is of now, and not of our beginning: another
	 * follower, whose lists are older than this but who began after us,
	 * would think that its lists are newer. */
	clock_refresh(v->now);
	if (live_load(v, LOAD_NO_BARS, e) == 0 && apply_lists(f, e) == 0)
		rc = v->dry_run ? 0 : live_save(v, NULL, e);
	if (rc == 0 && !v->dry_run)
		return store_commit(v->db, e);
	store_rollback(v->db);
	return rc;
}

static int
follow_days(struct live *v, bool today, struct follow_counts *n, struct err *e)
{
	struct follow f = { .v = v, .n = n };
	int rc = 0;

	*n = (struct follow_counts){ 0 };
	if (today)
		lists_add_day(&f, v->date);
	if (lists_find_days(&f, e) == -1)
		rc = -1;
	else if (f.nlist > 0)
		rc = follow_lists(&f, e);
	lists_free(&f);
	return rc;
}

int
follow_orders(struct live *v, struct follow_counts *n, struct err *e)
{
	return follow_days(v, false, n, e);
}

int
follow_today(struct live *v, struct follow_counts *n, struct err *e)
{
	return follow_days(v, true, n, e);
}
