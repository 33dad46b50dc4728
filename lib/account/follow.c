/*
 * follow.c - see follow.h.
 *
 * An order of ours is known in the broker's list by our key where the broker
 * carries one, by its number, by replacing one of ours, and else, if we have
 * no number, by looking like nothing but it: one order of the same stock,
 * side, kind, price and quantity, taken when ours can have arrived, that no
 * other order of ours is or may be.  Where two could be meant, a person
 * settles it.  docs/reliability.md says the rule in full.
 *
 * That an order is absent counts after two complete reads, both later than
 * 120 seconds after the last moment at which it can have left us (T28).
 *
 * The lists are read before the transaction and may be older than what it
 * finds: another program has sent something since.  So nothing here goes
 * back: fills and ends are only ever added, and a limit is taken from the
 * list only where no answer has come since it was read.  What the broker says
 * and cannot be (a fill of a rejected order, more than was ordered, a number
 * of another stock) is told to a person and moves nothing.
 */
#include "account/follow.h"

#include "account/again.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "store/books.h"
#include "store/log.h"
#include "store/settings.h"
#include "trade/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENT_AFTER 120 /* seconds after it can last have arrived */
#define PERSON_AFTER 300 /* seconds until a person is asked */
#define CANCEL_AGAIN 10  /* seconds until a lost cancel is repeated */
#define SKEW         10  /* seconds by which the broker's clock may differ */
#define ALERT_EVERY  600
#define SETTLED      "settled" /* broker_no of what a person settled */

enum { NOBODY = -1, FAILED = -2, KNOWN = -3 };

/* One day's lists. */
struct lists {
	ymd day;
	struct broker_orders orders;
	struct broker_fills fills;
	int *ours; /* [orders.n] index in book.order; NOBODY; or KNOWN: of
			   this database, but of no concern any more */
};

struct follow {
	struct live *v;
	struct lists *list;
	int nlist;
	epoch read_at; /* when reading the lists began, or before that */
	struct follow_counts *n;
};

/* ---- Reading ---------------------------------------------------------------------- */

static bool
is_waiting(const struct order_row *o)
{
	return strcmp(o->state, "open") == 0 || strcmp(o->state, "part") == 0 ||
	    strcmp(o->state, "unknown") == 0 ||
	    strcmp(o->state, "sending") == 0;
}

static void
add_day(struct follow *f, ymd day)
{
	for (int i = 0; i < f->nlist; i++)
		if (f->list[i].day == day)
			return;
	f->list = xrealloc(f->list, (size_t)f->nlist + 1, sizeof(*f->list));
	f->list[f->nlist++] = (struct lists){ .day = day };
}

/* The days that have an order not yet final, or a request without an end. */
static int
find_days(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct order_row *row, order;
	struct request_row *req;
	int n, rc = 0;

	if (store_orders(v->db, v->date, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (is_waiting(&row[i]))
			add_day(f, row[i].day);
	free(row);
	if (store_requests_open(v->db, &req, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		if (strcmp(req[i].state, "unknown") != 0)
			continue;
		rc = store_order(v->db, req[i].order_id, &order, e);
		if (rc == 1)
			add_day(f, order.day);
	}
	free(req);
	return rc == -1 ? -1 : 0;
}

static int
fill_order(const void *pa, const void *pb)
{
	const struct broker_fill *a = pa, *b = pb;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->fill_no > b->fill_no) - (a->fill_no < b->fill_no);
}

static int
read_lists(struct follow *f, struct err *e)
{
	struct broker *br = f->v->broker;

	f->read_at = f->v->now->now;
	for (int i = 0; i < f->nlist; i++) {
		struct lists *l = &f->list[i];

		/* Fills after orders: a fill between the two is in the list of
		 * fills at least, and the next read completes it. */
		if (br->ops->orders(br, l->day, &l->orders, e) == -1 ||
		    br->ops->fills(br, l->day, &l->fills, e) == -1)
			return -1;
		if (l->fills.n > 1) /* some lists come newest first */
			qsort(l->fills.item, (size_t)l->fills.n,
			    sizeof(*l->fills.item), fill_order);
		l->ours = xcalloc((size_t)l->orders.n + 1, sizeof(*l->ours));
		for (int k = 0; k < l->orders.n; k++)
			l->ours[k] = NOBODY;
	}
	return 0;
}

static void
lists_free(struct follow *f)
{
	for (int i = 0; i < f->nlist; i++) {
		free(f->list[i].orders.item);
		free(f->list[i].fills.item);
		free(f->list[i].ours);
	}
	free(f->list);
}

/* ---- Which order of ours is it? ---------------------------------------------------- */

/* Numbers are used again, on other days at least: is it this stock, bought or
 * sold as we did? */
static bool
fits(const struct order_row *o, const char *code, enum side side)
{
	return strcmp(o->code, code) == 0 && o->side == side;
}

static int
row_of(const struct follow *f, int64_t id)
{
	for (int i = 0; i < f->v->nrow; i++)
		if (f->v->row[i].id == id)
			return i;
	return KNOWN;
}

static int
by_number(struct follow *f, const struct lists *l, const char *no,
    const char *code, enum side side, struct err *e)
{
	int64_t id = store_order_by_no(f->v->db, l->day, no, e);
	int i;

	if (id <= 0)
		return id == -1 ? FAILED : NOBODY;
	i = row_of(f, id);
	return i >= 0 && !fits(&f->v->row[i], code, side) ? NOBODY : i;
}

/* Is it our key of this order, or that of a request about it? */
static bool
is_key_of(const struct order_row *o, const char *key)
{
	char ours[48];
	size_t n;

	live_key(o, ours, sizeof(ours));
	n = strlen(ours);
	return o->sending_at != 0 && strncmp(key, ours, n) == 0 &&
	    (key[n] == '\0' || key[n] == '-');
}

static int
by_key(struct follow *f, const struct broker_order *bo, struct err *e)
{
	size_t n = strlen(KEY_PREFIX);
	struct order_row o;
	int64_t id;
	int rc;

	if (strncmp(bo->key, KEY_PREFIX, n) != 0 ||
	    (id = strtoll(bo->key + n, NULL, 10)) <= 0)
		return NOBODY;
	if ((rc = store_order(f->v->db, id, &o, e)) == -1)
		return FAILED;
	return rc == 1 && is_key_of(&o, bo->key) &&
		fits(&o, bo->code, bo->side) ?
	    row_of(f, id) :
	    NOBODY;
}

/* The last moment at which an unknown order can have left us.  Its sender may
 * have slept between the claim and the wire, so it is not when it was claimed,
 * but when its sender gave up, or was found dead: the row's last change (a
 * cancel asked for since then only makes it later). */
static epoch
last_leave(const struct order_row *row)
{
	return row->changed_at > row->sending_at ? row->changed_at :
						   row->sending_at;
}

static hhmm
minute_of(epoch t)
{
	return clock_hhmm(&(struct clock){ .now = t });
}

/* Is this item of the list, which nobody is known to be, like the order? */
static bool
looks_like(const struct follow *f, const struct lists *l, int k, int i)
{
	const struct broker_order *bo = &l->orders.item[k];
	const struct order_row *o = &f->v->row[i];

	return l->ours[k] == NOBODY && bo->orig_no[0] == '\0' &&
	    bo->key[0] == '\0' && strcmp(bo->code, o->code) == 0 &&
	    bo->side == o->side && bo->is_market == o->is_market &&
	    (o->is_market || bo->limit == o->limit) && bo->n == o->n &&
	    o->day == l->day && o->sending_at != 0 && o->broker_no[0] == '\0' &&
	    bo->at >= minute_of(o->sending_at - SKEW);
}

/* And can it be it?  One that the broker took long after ours can last have
 * left us is another's. */
static bool
may_be(const struct follow *f, const struct lists *l, int k, int i)
{
	const struct order_row *o = &f->v->row[i];

	if (strcmp(o->state, "sending") == 0)
		return looks_like(f, l, k, i);
	return strcmp(o->state, "unknown") == 0 && looks_like(f, l, k, i) &&
	    l->orders.item[k].at <=
	    minute_of(last_leave(o) + ABSENT_AFTER + SKEW);
}

/* Orders without a number, at a broker that carries no keys. */
static void
match_by_looks(struct follow *f, struct lists *l)
{
	for (int i = 0; i < f->v->nrow; i++) {
		int found = -1, alike = 0, twins = 0;

		if (strcmp(f->v->row[i].state, "unknown") != 0)
			continue;
		for (int k = 0; k < l->orders.n; k++) {
			if (may_be(f, l, k, i)) {
				found = k;
				alike++;
			}
		}
		/* One that is being sent now may be it as well. */
		for (int j = 0; found >= 0 && j < f->v->nrow; j++)
			twins += may_be(f, l, found, j);
		if (alike == 1 && twins == 1)
			l->ours[found] = i;
	}
}

static int
item_by_no(const struct lists *l, const char *no)
{
	for (int k = 0; no[0] != '\0' && k < l->orders.n; k++)
		if (strcmp(l->orders.item[k].broker_no, no) == 0)
			return k;
	return -1;
}

/* What replaces one of ours is ours, whoever amended it, and however often;
 * the list may be in any order. */
static void
match_by_replacing(const struct follow *f, struct lists *l)
{
	bool again = true;

	while (again) {
		again = false;
		for (int k = 0; k < l->orders.n; k++) {
			const struct broker_order *bo = &l->orders.item[k];
			int was = item_by_no(l, bo->orig_no);

			if (l->ours[k] != NOBODY || bo->key[0] != '\0' ||
			    was < 0 || l->ours[was] == NOBODY ||
			    (l->ours[was] >= 0 &&
				!fits(&f->v->row[l->ours[was]], bo->code,
				    bo->side)))
				continue;
			l->ours[k] = l->ours[was];
			again = true;
		}
	}
}

/* Does an item of the list replace this one, so that its end is not the
 * order's? */
static bool
is_replaced(const struct lists *l, int k)
{
	for (int j = 0; j < l->orders.n; j++)
		if (j != k && l->ours[j] == l->ours[k] &&
		    strcmp(l->orders.item[j].orig_no,
			l->orders.item[k].broker_no) == 0)
			return true;
	return false;
}

/* The same row on two pages? */
static bool
is_double(const struct lists *l, int k)
{
	for (int j = 0; j < k; j++)
		if (strcmp(l->orders.item[j].broker_no,
			l->orders.item[k].broker_no) == 0)
			return true;
	return false;
}

static int
match_one(struct follow *f, const struct lists *l, int k, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	int i;

	if (is_double(l, k))
		return KNOWN;
	/* A key is certain; numbers begin again each day, or when the broker
	 * begins anew. */
	if (f->v->broker->ops->caps & CAP_KEY)
		return by_key(f, bo, e);
	i = by_number(f, l, bo->broker_no, bo->code, bo->side, e);
	return i != NOBODY || bo->orig_no[0] == '\0' ?
	    i :
	    by_number(f, l, bo->orig_no, bo->code, bo->side, e);
}

static int
match_orders(struct follow *f, struct lists *l, struct err *e)
{
	for (int k = 0; k < l->orders.n; k++)
		if ((l->ours[k] = match_one(f, l, k, e)) == FAILED)
			return -1;
	match_by_replacing(f, l);
	if (!(f->v->broker->ops->caps & CAP_KEY))
		match_by_looks(f, l);
	return 0;
}

/* The item of the broker's list that is our order now (it may have had other
 * numbers); NULL where there is none. */
static const struct broker_order *
item_of(const struct follow *f, int i)
{
	for (int d = 0; d < f->nlist; d++)
		for (int k = 0; k < f->list[d].orders.n; k++)
			if (f->list[d].ours[k] == i &&
			    strcmp(f->list[d].orders.item[k].broker_no,
				f->v->row[i].broker_no) == 0)
				return &f->list[d].orders.item[k];
	return NULL;
}

/* What is filled of an order by the broker's list, under all its numbers. */
static qty
filled_there(const struct lists *l, int i)
{
	qty n = 0;

	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] == i)
			n += l->orders.item[k].filled;
	return n;
}

/* ---- What the broker knows of it ----------------------------------------------------- */

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

/* ---- Fills ------------------------------------------------------------------------------ */

/* The broker sold shares that the book no longer has (sold by hand, and found
 * first by sync-account): they come back, so that the sale can be booked. */
static int
borrow_shares(struct follow *f, struct order *o, const struct order_row *row,
    const struct broker_fill *bf, struct err *e)
{
	struct live *v = f->v;
	qty missing = bf->n - book_held(&v->b, o->strat, o->stock, NULL);
	struct share_row s = { .day = v->date,
		.strategy = row->strategy,
		.code = row->code,
		.n = missing,
		.kind = "sync",
		.note = "sold by an order though the book had them no more",
		.at = v->now->now };
	struct lot *l;

	if (missing <= 0)
		return 0;
	log_warn("order %lld: the broker sold %lld shares of %s more than the"
		 " book has",
	    (long long)o->id, (long long)missing, row->code);
	l = book_add_lot(&v->b);
	*l = (struct lot){ .strat = o->strat,
		.stock = o->stock,
		.n = missing,
		.cost = missing * bf->price,
		.entry_date = bf->date,
		.entry_time = bf->time,
		.dirty = true };
	return store_add_shares(v->db, &s, e);
}

static int
save_fill(struct follow *f, int i, const struct broker_fill *bf,
    const struct fill *fill, struct err *e)
{
	const struct order_row *row = &f->v->row[i];
	struct trail t = live_trail(f->v, NULL);
	struct fill_row r = { .order_id = row->id,
		.fill_no = bf->fill_no,
		.day = fill->date,
		.time = fill->time,
		.side = fill->side,
		.n = fill->n,
		.price = fill->price,
		.amount = fill->amount,
		.commission = fill->commission,
		.tax = fill->tax,
		.cost = fill->cost,
		.fees = fill->fees,
		.entry_date = fill->entry_date,
		.profit = fill->profit };

	memcpy(r.broker_no, bf->broker_no, sizeof(r.broker_no));
	memcpy(r.strategy, row->strategy, sizeof(r.strategy));
	memcpy(r.code, row->code, sizeof(r.code));
	return store_add_fill(f->v->db, &r, &t, e) == -1 ? -1 : 0;
}

static int
alert_misfit(struct follow *f, const struct order_row *row,
    const struct broker_fill *bf, struct err *e)
{
	struct live *v = f->v;
	char msg[200];
	int rc;

	snprintf(msg, sizeof(msg),
	    "order %lld: the broker's fill of %lld x"
	    " %lld does not fit and is not booked; look at its own screen,"
	    " then: sync-account",
	    (long long)row->id, (long long)bf->n, (long long)bf->price);
	rc = store_alert(
	    v->db, MISFITS, v->program, msg, ALERT_EVERY, v->now->now, e);
	if (rc == 1)
		log_error("%s", msg);
	return rc == -1 ? -1 : 0;
}

static bool
is_fit(const struct order *o, const struct order_row *row,
    const struct broker_fill *bf)
{
	qty left = o->n - o->filled;
	won amount;

	return bf->n > 0 && bf->n <= left && bf->price > 0 &&
	    won_total(bf->price, bf->n, &amount) == 0 &&
	    fits(row, bf->code, bf->side) &&
	    order_next(o->state, bf->n == left ? EV_FILL_ALL : EV_FILL) !=
	    ORDER_IMPOSSIBLE;
}

static int
book_one(struct follow *f, int i, const struct broker_fill *bf, struct err *e)
{
	struct live *v = f->v;
	struct order *o = &v->b.order[i];
	struct fill fill = { .commission = bf->commission, .tax = bf->tax };
	int rc = store_fill_known(
	    v->db, o->id, bf->broker_no, bf->date, bf->fill_no, e);

	/* What a person settled was settled with these fills in mind. */
	if (rc == 0)
		rc = store_fill_known(v->db, o->id, SETTLED, o->date, 1, e);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (!is_fit(o, &v->row[i], bf))
		return alert_misfit(f, &v->row[i], bf, e);
	if (o->side == SIDE_SELL &&
	    borrow_shares(f, o, &v->row[i], bf, e) == -1)
		return -1;
	book_fill(&v->b, &v->w, o, bf->n, bf->price, bf->date, bf->time,
	    bf->commission < 0 || bf->tax < 0 ? &v->w.limits.costs : NULL,
	    &fill);
	f->n->fills++;
	return save_fill(f, i, bf, &fill, e);
}

static int
book_fills(struct follow *f, struct lists *l, struct err *e)
{
	for (int k = 0; k < l->fills.n; k++) {
		const struct broker_fill *bf = &l->fills.item[k];
		int i = NOBODY;
		bool is_listed = false;

		for (int j = 0; j < l->orders.n && !is_listed; j++) {
			is_listed = strcmp(l->orders.item[j].broker_no,
					bf->broker_no) == 0;
			i = is_listed ? l->ours[j] : i;
		}
		if (!is_listed)
			i = by_number(
			    f, l, bf->broker_no, bf->code, bf->side, e);
		if (i == FAILED || (i >= 0 && book_one(f, i, bf, e) == -1))
			return -1;
	}
	return 0;
}

/* ---- Ends -------------------------------------------------------------------------------- */

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
	struct request_row *r;
	int n, may = 0;

	if (store_requests_of(f->v->db, order, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (strcmp(r[i].kind, "amend") == 0 &&
		    (strcmp(r[i].state, "sending") == 0 ||
			strcmp(r[i].state, "unknown") == 0) &&
		    f->read_at - r[i].sending_at <= ABSENT_AFTER)
			may = 1;
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
	    is_replaced(l, k) || order_is_final(o->state) ||
	    o->filled != filled_there(l, i) ||
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

/* ---- Requests whose answer was lost -------------------------------------------------------- */

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

static int
resolve_request(struct follow *f, const struct request_row *r, struct err *e)
{
	struct live *v = f->v;
	struct trail t = live_trail(v, "told by the broker's list");
	struct order *o = book_order(&v->b, r->order_id);
	bool is_amend = strcmp(r->kind, "amend") == 0;
	int i = o == NULL ? -1 : (int)(o - v->b.order);
	const struct broker_order *bo = i < 0 ? NULL : item_of(f, i);
	epoch age = f->read_at - r->sending_at;

	if (o == NULL || order_is_final(o->state))
		return store_move_request(v->db, r->id, "unknown",
			   is_amend ? "dropped" : "accepted", "", NULL, &t,
			   e) == -1 ?
		    -1 :
		    0;
	if (bo == NULL || bo->state != BO_WORKING ||
	    (o->state != ORDER_OPEN && o->state != ORDER_PART))
		return 0;
	if (!is_amend)
		return age >= CANCEL_AGAIN ? cancel_again(v, r, e) : 0;
	if (bo->is_market == r->is_market &&
	    (r->is_market || bo->limit == r->limit)) {
		o->amends++;
		o->worked = v->at;
		o->dirty = true;
		return store_move_request(v->db, r->id, "unknown", "accepted",
			   v->row[i].broker_no, NULL, &t, e) == -1 ?
		    -1 :
		    0;
	}
	return age > ABSENT_AFTER &&
		store_move_request(
		    v->db, r->id, "unknown", "dropped", "", NULL, &t, e) == -1 ?
	    -1 :
	    0;
}

static int
resolve_requests(struct follow *f, struct err *e)
{
	struct request_row *r;
	int n, rc = 0;

	if (store_requests_open(f->v->db, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++)
		if (strcmp(r[i].state, "unknown") == 0)
			rc = resolve_request(f, &r[i], e);
	free(r);
	return rc;
}

/* ---- Orders that are not in the list (T28) ------------------------------------------------- */

static struct drift_row
absence_of(const struct live *v, const struct order_row *row)
{
	struct drift_row d = { .day = v->date,
		.book = row->id,
		.broker = 0,
		.difference = -row->id };

	snprintf(d.kind, sizeof(d.kind), "order");
	memcpy(d.strategy, row->strategy, sizeof(d.strategy));
	memcpy(d.code, row->code, sizeof(d.code));
	snprintf(d.name, sizeof(d.name), "unknown order");
	return d;
}

/* Of the alert by which a person is asked about an order. */
static void
unknown_name(int64_t order, char *buf, size_t size)
{
	snprintf(buf, size, "unknown order %lld", (long long)order);
}

static int
alert_person(struct live *v, const struct order_row *row, const char *what,
    struct err *e)
{
	char name[64], msg[200];
	int rc;

	unknown_name(row->id, name, sizeof(name));
	snprintf(msg, sizeof(msg),
	    "order %lld (%s %s %lld) %s; look at"
	    " the broker's own screen, then: sync-account --settle"
	    " %lld=absent or %lld=filled:QTY@PRICE",
	    (long long)row->id, row->side == SIDE_BUY ? "buy" : "sell",
	    row->code, (long long)row->n, what, (long long)row->id,
	    (long long)row->id);
	rc = store_alert(
	    v->db, name, v->program, msg, ALERT_EVERY, v->now->now, e);
	if (rc == 1)
		log_warn("%s", msg);
	return rc == -1 ? -1 : 0;
}

/* It is no longer looked for: no alert, no difference. */
static int
clear_unknown(struct live *v, int64_t order, const char *how, struct err *e)
{
	char name[64];

	unknown_name(order, name, sizeof(name));
	return store_alert_clear(v->db, name, v->now->now, e) == -1 ||
		store_end_order_drift(
		    v->db, order, "repaired", how, v->now->now, e) == -1 ?
	    -1 :
	    0;
}

/* Could two orders be meant, so that absence proves nothing? */
static bool
has_double(const struct follow *f, int i)
{
	for (int d = 0; d < f->nlist; d++)
		for (int k = 0; k < f->list[d].orders.n; k++)
			if (may_be(f, &f->list[d], k, i))
				return true;
	return false;
}

static int
count_absence(struct follow *f, int i, struct err *e)
{
	struct live *v = f->v;
	struct order *o = &v->b.order[i];
	const struct order_row *row = &v->row[i];
	struct drift_row d = absence_of(v, row);

	f->n->unknown++;
	if (v->now->now - row->sending_at > PERSON_AFTER &&
	    alert_person(v, row, "is unknown", e) == -1)
		return -1;
	/* Of the moment at which the lists were asked for. */
	if (f->read_at - last_leave(row) <= ABSENT_AFTER || has_double(f, i))
		return 0;
	if (store_see_drift(v->db, &d, f->read_at, e) == -1)
		return -1;
	if (d.seen < 2 || d.last_at == d.first_at)
		return 0;
	book_event(o, EV_ABSENT);
	snprintf(o->reason, sizeof(o->reason), "never arrived at the broker");
	f->n->moved++;
	f->n->unknown--;
	if (clear_unknown(v, row->id, "in neither of two complete lists", e) ==
	    -1)
		return -1;
	return row->day == v->date ?
	    signal_again(v, row, "its order never arrived", e) :
	    0;
}

/* What each order that was not final is now. */
static int
resolve_order(struct follow *f, int i, struct err *e)
{
	struct live *v = f->v;
	const struct order_row *row = &v->row[i];
	bool was_unknown = strcmp(row->state, "unknown") == 0;
	bool is_old = v->now->now - row->sending_at > PERSON_AFTER;

	switch (v->b.order[i].state) {
	case ORDER_PLANNED:
		return 0;
	case ORDER_SENDING:
		f->n->sending++;
		return 0;
	case ORDER_UNKNOWN:
		return count_absence(f, i, e);
	case ORDER_OPEN:
	case ORDER_PART:
		f->n->working++;
		if (is_old && item_of(f, i) == NULL)
			return alert_person(v, row,
			    "is not in the broker's"
			    " list any more",
			    e);
		return was_unknown || is_old ?
		    clear_unknown(v, row->id, "found", e) :
		    0;
	default:
		return clear_unknown(v, row->id, "found", e);
	}
}

static int
resolve_orders(struct follow *f, struct err *e)
{
	enum order_state was;

	for (int i = 0; i < f->v->nrow; i++)
		if (order_state_parse(f->v->row[i].state, &was) == 0 &&
		    !order_is_final(was) && resolve_order(f, i, e) == -1)
			return -1;
	return 0;
}

/* ---- Orders that this database does not know (T29) ------------------------------------------- */

/* Does it look like one that was taken for absent, where no key can tell? */
static bool
is_late(const struct follow *f, const struct lists *l, int k)
{
	for (int i = 0; i < f->v->nrow; i++)
		if (strcmp(f->v->row[i].state, "expired") == 0 &&
		    f->v->row[i].filled == 0 && looks_like(f, l, k, i))
			return true;
	return false;
}

/* Does it work, or has it filled, though it should not be there?  Ours by its
 * key, but of another database or of after the backup that was restored; or
 * one that was taken for absent and came after all. */
static bool
is_stranger(const struct follow *f, const struct lists *l, int k)
{
	const struct broker_order *bo = &l->orders.item[k];
	int i = l->ours[k];

	if (i >= 0)
		return bo->state == BO_WORKING &&
		    order_is_final(f->v->b.order[i].state) &&
		    f->v->row[i].changed_at < f->read_at &&
		    strcmp(bo->broker_no, f->v->row[i].broker_no) == 0;
	if (i != NOBODY || (bo->state != BO_WORKING && bo->filled == 0))
		return false;
	return f->v->broker->ops->caps & CAP_KEY ?
	    strncmp(bo->key, KEY_PREFIX, strlen(KEY_PREFIX)) == 0 :
	    is_late(f, l, k);
}

static int
judge_strangers(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct halt_row h = { .scope = HALT_ENTRIES, .since = v->now->now };
	const struct broker_order *first = NULL;
	char msg[240];
	int n = 0, rc;

	for (int d = 0; d < f->nlist; d++) {
		for (int k = 0; k < f->list[d].orders.n; k++) {
			if (!is_stranger(f, &f->list[d], k))
				continue;
			first = n++ == 0 ? &f->list[d].orders.item[k] : first;
		}
	}
	if (n == 0)
		return f->nlist == 0 ? 0 :
		    store_alert_clear(v->db, STRANGERS, v->now->now, e) == -1 ?
				       -1 :
				       0;
	snprintf(msg, sizeof(msg),
	    "%d order%s at the broker (%s %s %s) came"
	    " from here, but not from this database as it is; look at the"
	    " broker's own screen, then: halt-trading --resume",
	    n, n == 1 ? "" : "s", first->broker_no,
	    first->side == SIDE_BUY ? "buy" : "sell", first->code);
	rc = store_alert(v->db, STRANGERS, v->program, msg, 0, v->now->now, e);
	if (rc != 1)
		return rc;
	log_warn("%s", msg);
	snprintf(h.reason, sizeof(h.reason),
	    "orders at the broker that this"
	    " database does not know (%s %s); look, then: halt-trading"
	    " --resume",
	    first->broker_no, first->code);
	return store_halt(v->db, &h, e) == -1 ? -1 : 0;
}

/* ---- All of it ---------------------------------------------------------------------------------- */

static int
apply_list(struct follow *f, struct lists *l, struct err *e)
{
	if (match_orders(f, l, e) == -1 || take_numbers(f, l, e) == -1)
		return -1;
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] >= 0 &&
		    take_limit(f, l->ours[k], &l->orders.item[k], e) == -1)
			return -1;
	if (book_fills(f, l, e) == -1)
		return -1;
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] >= 0 && take_end(f, l, k, e) == -1)
			return -1;
	return 0;
}

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

/* A cancel that was taken, and an order that works on: it is asked again, for
 * "taken" may have meant no more than received. */
static int
ask_again(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct request_row last;

	for (int i = 0; i < v->nrow; i++) {
		const struct order *o = &v->b.order[i];
		const struct broker_order *bo = item_of(f, i);

		if (!o->wants_cancel || bo == NULL || bo->state != BO_WORKING ||
		    (o->state != ORDER_OPEN && o->state != ORDER_PART))
			continue;
		if (last_cancel(v, o->id, &last, e) == -1)
			return -1;
		if (last.id != 0 &&
		    f->read_at - last.answered_at >= CANCEL_AGAIN &&
		    cancel_again(v, &last, e) == -1)
			return -1;
	}
	return 0;
}

/* What was to be asked of an order that has ended since: after the close, nobody
 * would come to send it and find that out. */
static int
end_requests(struct follow *f, struct err *e)
{
	struct trail t = live_trail(f->v, "its order has ended");
	struct request_row *r;
	const struct order *o;
	int n, rc = 0;

	if (store_requests_open(f->v->db, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		o = book_order(&f->v->b, r[i].order_id);
		if (strcmp(r[i].state, "planned") == 0 &&
		    (o == NULL || order_is_final(o->state)))
			rc = store_move_request(f->v->db, r[i].id, "planned",
			    "dropped", "", NULL, &t, e);
	}
	free(r);
	return rc == -1 ? -1 : 0;
}

static int
apply_lists(struct follow *f, struct err *e)
{
	for (int d = 0; d < f->nlist; d++)
		if (apply_list(f, &f->list[d], e) == -1)
			return -1;
	return resolve_requests(f, e) == -1 || resolve_orders(f, e) == -1 ||
		end_requests(f, e) == -1 || ask_again(f, e) == -1 ||
		judge_strangers(f, e) == -1 ?
	    -1 :
	    0;
}

int
follow_needed(struct live *v, struct err *e)
{
	struct follow f = { .v = v };
	int rc = find_days(&f, e);

	free(f.list);
	return rc == -1 ? -1 : f.nlist > 0;
}

static int
follow_lists(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	int rc = -1;

	if (read_lists(f, e) == -1 || store_begin(v->db, e) == -1)
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
		add_day(&f, v->date);
	if (find_days(&f, e) == -1)
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

/* ---- By the person --------------------------------------------------------------------------- */

/* May the person settle it?  What works by the broker's last word is no
 * person's business, nor is what may be on its way still: its signal would
 * form another, and both would be taken (S2). */
static int
may_settle(
    struct live *v, const struct order_row *row, bool absent, struct err *e)
{
	epoch from = last_leave(row) + ABSENT_AFTER;
	char name[64], iso[ISO_SIZE];
	struct alert_row *a;
	bool asked = false;
	int n;

	if (strcmp(row->state, "unknown") == 0) {
		if (!absent || v->now->now > from)
			return 0;
		return err_set(e, E_USAGE,
		    "--settle: order %lld may still arrive at the broker; look"
		    " again and say so after %.8s",
		    (long long)row->id, epoch_iso(from, iso) + 11);
	}
	if (strcmp(row->state, "open") != 0 && strcmp(row->state, "part") != 0)
		return err_set(e, E_USAGE,
		    "--settle: order %lld is %s, not unknown",
		    (long long)row->id, row->state);
	unknown_name(row->id, name, sizeof(name));
	if (store_alerts(v->db, &a, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		asked = asked || strcmp(a[i].name, name) == 0;
	free(a);
	return asked ? 0 :
		       err_set(e, E_USAGE,
			   "--settle: order %lld works at the broker, by its"
			   " last word; to take it back: cancel-order %lld",
			   (long long)row->id, (long long)row->id);
}

/* The worst price at which it can have been filled: its limit, or that of an
 * amend which may have arrived; 0: any. */
static int
worst_price(
    struct live *v, const struct order_row *row, won *worst, struct err *e)
{
	struct request_row *r;
	int n;

	*worst = row->side == SIDE_BUY && row->is_market ? row->reserve_price :
							   row->limit;
	if (store_requests_of(v->db, row->id, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		if (strcmp(r[i].kind, "amend") != 0 ||
		    strcmp(r[i].state, "refused") == 0 ||
		    strcmp(r[i].state, "dropped") == 0)
			continue;
		if (r[i].is_market || *worst == 0)
			*worst = 0;
		else if ((row->side == SIDE_BUY) == (r[i].limit > *worst))
			*worst = r[i].limit;
	}
	free(r);
	return 0;
}

static int
judge_price(
    struct live *v, const struct order_row *row, won price, struct err *e)
{
	bool is_buy = row->side == SIDE_BUY;
	won worst;

	if (worst_price(v, row, &worst, e) == -1)
		return -1;
	if (worst == 0 || (is_buy ? price <= worst : price >= worst))
		return 0;
	return err_set(e, E_USAGE,
	    "--settle: order %lld was to %s at %lld at %s", (long long)row->id,
	    is_buy ? "buy" : "sell", (long long)worst,
	    is_buy ? "most" : "least");
}

/*
 * A person says that n were filled in all, at that price on average, which is
 * what a broker's screen shows.  What of them is not booked yet is booked as
 * one fill, at the whole price that comes nearest.
 */
static int
settle_fill(struct follow *f, int i, qty n, won price, struct err *e)
{
	const struct order_row *row = &f->v->row[i];
	struct order *o = &f->v->b.order[i];
	struct broker_fill bf = { .broker_no = SETTLED,
		.fill_no = 1,
		.side = row->side,
		.n = n - o->filled,
		.date = row->day,
		.time = f->v->at,
		.commission = -1,
		.tax = -1 };
	won amount;

	memcpy(bf.code, row->code, sizeof(bf.code));
	if (n > o->n)
		return err_set(e, E_USAGE,
		    "--settle: order %lld is for %lld shares", (long long)o->id,
		    (long long)o->n);
	if (n < o->filled)
		return err_set(e, E_USAGE,
		    "--settle: %lld shares of order %lld are booked already;"
		    " say how many it filled in all",
		    (long long)o->filled, (long long)o->id);
	if (judge_price(f->v, row, price, e) == -1)
		return -1;
	if (bf.n == 0)
		return 0;
	if (won_total(price, n, &amount) == 0)
		bf.price = (amount - o->filled_won + bf.n / 2) / bf.n;
	if (!is_fit(o, row, &bf))
		return err_set(e, E_USAGE,
		    "--settle: %lld shares at %lld won cannot be", (long long)n,
		    (long long)price);
	return book_one(f, i, &bf, e);
}

/* What the order leaves to be wanted acts again: all of it where nothing came,
 * and what is left of an exit. */
static int
settled_again(struct live *v, int i, struct err *e)
{
	const struct order *o = &v->b.order[i];

	if (v->row[i].day != v->date || o->filled == o->n ||
	    (o->filled > 0 && o->side == SIDE_BUY))
		return 0;
	return signal_again(v, &v->row[i],
	    o->filled == 0 ? "its order never arrived" :
			     "its order was not filled to the end",
	    e);
}

int
follow_settle(
    struct live *v, int64_t id, bool absent, qty n, won price, struct err *e)
{
	struct follow_counts counts = { 0 };
	struct follow f = { .v = v, .n = &counts };
	struct order *o;
	int i;

	if (live_load(v, LOAD_NO_BARS, e) == -1)
		return -1;
	o = book_order(&v->b, id);
	if (o == NULL)
		return err_set(e, E_USAGE,
		    "--settle: there is no order %lld"
		    " waiting",
		    (long long)id);
	i = (int)(o - v->b.order);
	if (may_settle(v, &v->row[i], absent, e) == -1 ||
	    (!absent && settle_fill(&f, i, n, price, e) == -1))
		return -1;
	if (!order_is_final(o->state))
		book_event(o,
		    absent && o->state == ORDER_UNKNOWN ? EV_ABSENT :
							  EV_EXPIRE);
	snprintf(o->reason, sizeof(o->reason), "settled by the person");
	return live_save(v, NULL, e) == -1 ||
		clear_unknown(v, id, "by the person", e) == -1 ?
	    -1 :
	    settled_again(v, i, e);
}
