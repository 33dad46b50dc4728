/*
 * follow.c - see follow.h.
 *
 * An order of ours is known in the broker's list by its number, by our key
 * where the broker carries one, and else, if we have no number, by looking
 * like nothing but it: one order of the same stock, side, kind, price and
 * quantity, not older than our request, that no other order of ours is.
 * Where two could be meant, a person settles it.
 *
 * That an order is absent counts after two complete reads, both later than
 * 120 seconds after the last moment at which it can have left us (T28).
 */
#include "account/follow.h"

#include "account/again.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/books.h"
#include "store/log.h"
#include "trade/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENT_AFTER	120	/* seconds after it can last have arrived */
#define PERSON_AFTER	300	/* seconds until a person is asked */
#define ALERT_EVERY	600

/* One day's lists. */
struct lists {
	ymd day;
	struct broker_orders orders;
	struct broker_fills fills;
	int *ours;		/* [orders.n] index in book.order, or -1 */
};

struct follow {
	struct live *v;
	struct lists *list;
	int nlist;
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

/* The days that have an order not yet final. */
static int
find_days(struct follow *f, struct err *e)
{
	struct order_row *row;
	int n;

	if (store_orders(f->v->db, f->v->date, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (is_waiting(&row[i]))
			add_day(f, row[i].day);
	free(row);
	return 0;
}

static int
read_lists(struct follow *f, struct err *e)
{
	struct broker *br = f->v->broker;

	for (int i = 0; i < f->nlist; i++) {
		struct lists *l = &f->list[i];

		/* Fills after orders: a fill between the two is in the list of
		 * fills at least, and the next read completes it. */
		if (br->ops->orders(br, l->day, &l->orders, e) == -1 ||
		    br->ops->fills(br, l->day, &l->fills, e) == -1)
			return -1;
		l->ours = xcalloc((size_t)l->orders.n + 1, sizeof(*l->ours));
		for (int k = 0; k < l->orders.n; k++)
			l->ours[k] = -1;
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

static int
by_number(struct follow *f, const struct lists *l, const char *no,
    struct err *e)
{
	int64_t id = store_order_by_no(f->v->db, l->day, no, e);

	if (id == -1)
		return -2;
	for (int i = 0; id > 0 && i < f->v->nrow; i++)
		if (f->v->row[i].id == id)
			return i;
	return -1;
}

static int
by_key(const struct follow *f, const char *key)
{
	char ours[48];

	for (int i = 0; key[0] != '\0' && i < f->v->nrow; i++) {
		live_key(f->v->row[i].id, ours, sizeof(ours));
		if (strcmp(ours, key) == 0)
			return i;
	}
	return -1;
}

static bool
looks_like(const struct follow *f, const struct lists *l, int k, int i)
{
	const struct broker_order *bo = &l->orders.item[k];
	const struct order_row *o = &f->v->row[i];
	struct clock sent = { .now = o->sending_at };

	return l->ours[k] == -1 && bo->orig_no[0] == '\0' &&
	    bo->key[0] == '\0' && strcmp(bo->code, o->code) == 0 &&
	    bo->side == o->side && bo->is_market == o->is_market &&
	    (o->is_market || bo->limit == o->limit) && bo->n == o->n &&
	    o->day == l->day && bo->at >= clock_hhmm(&sent);
}

/* Orders without a number, at a broker that carries no keys. */
static void
match_by_looks(struct follow *f, struct lists *l)
{
	for (int i = 0; i < f->v->nrow; i++) {
		int found = -1, alike = 0, twins = 0;

		if (strcmp(f->v->row[i].state, "unknown") != 0 ||
		    f->v->row[i].broker_no[0] != '\0')
			continue;
		for (int k = 0; k < l->orders.n; k++) {
			if (looks_like(f, l, k, i)) {
				found = k;
				alike++;
			}
		}
		for (int j = 0; found >= 0 && j < f->v->nrow; j++)
			twins += strcmp(f->v->row[j].state, "unknown") == 0 &&
			    looks_like(f, l, found, j);
		if (alike == 1 && twins == 1)
			l->ours[found] = i;
	}
}

static int
match_orders(struct follow *f, struct lists *l, struct err *e)
{
	for (int k = 0; k < l->orders.n; k++) {
		const struct broker_order *bo = &l->orders.item[k];
		int i = by_number(f, l, bo->broker_no, e);

		if (i == -1)
			i = by_key(f, bo->key);
		if (i == -1 && bo->orig_no[0] != '\0')
			i = by_number(f, l, bo->orig_no, e);
		if (i == -2)
			return -1;
		l->ours[k] = i;
	}
	if (!(f->v->broker->ops->caps & CAP_KEY))
		match_by_looks(f, l);
	return 0;
}

/* ---- What the broker knows of it ----------------------------------------------------- */

/* Found in the list: from now on we know its number. */
static int
take_number(struct follow *f, int i, const struct broker_order *bo,
    struct err *e)
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
	return store_order_no(f->v->db, o->id, bo->broker_no, e);
}

/* The broker is right about the limit, too: a lost amend may have arrived. */
static void
take_limit(struct follow *f, int i, const struct broker_order *bo)
{
	struct order *o = &f->v->b.order[i];

	if (bo->state != BO_WORKING || (bo->is_market == o->is_market &&
	    (bo->is_market || bo->limit == o->limit)))
		return;
	o->is_market = bo->is_market;
	o->limit = bo->is_market ? 0 : bo->limit;
	if (o->side == SIDE_BUY && !o->is_market)
		o->reserve_price = o->limit;
	o->dirty = true;
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
	struct share_row s = { .day = v->date, .strategy = row->strategy,
		.code = row->code, .n = missing, .kind = "sync",
		.note = "sold by an order though the book had them no more",
		.at = v->now->now };
	struct lot *l;

	if (missing <= 0)
		return 0;
	log_warn("order %lld: the broker sold %lld shares of %s more than the"
	    " book has", (long long)o->id, (long long)missing, row->code);
	l = book_add_lot(&v->b);
	*l = (struct lot){ .strat = o->strat, .stock = o->stock, .n = missing,
		.cost = missing * bf->price, .entry_date = bf->date,
		.entry_time = bf->time, .dirty = true };
	return store_add_shares(v->db, &s, e);
}

static int
save_fill(struct follow *f, int i, const struct broker_fill *bf,
    const struct fill *fill, struct err *e)
{
	const struct order_row *row = &f->v->row[i];
	struct trail t = live_trail(f->v, NULL);
	struct fill_row r = { .order_id = row->id, .fill_no = bf->fill_no,
		.day = fill->date, .time = fill->time, .side = fill->side,
		.n = fill->n, .price = fill->price, .amount = fill->amount,
		.commission = fill->commission, .tax = fill->tax,
		.cost = fill->cost, .fees = fill->fees,
		.entry_date = fill->entry_date, .profit = fill->profit };

	memcpy(r.broker_no, bf->broker_no, sizeof(r.broker_no));
	memcpy(r.strategy, row->strategy, sizeof(r.strategy));
	memcpy(r.code, row->code, sizeof(r.code));
	return store_add_fill(f->v->db, &r, &t, e) == -1 ? -1 : 0;
}

static int
book_one(struct follow *f, int i, const struct broker_fill *bf, struct err *e)
{
	struct live *v = f->v;
	struct order *o = &v->b.order[i];
	struct fill fill = { .commission = bf->commission, .tax = bf->tax };
	int rc = store_fill_known(v->db, o->id, bf->broker_no, bf->date,
	    bf->fill_no, e);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (bf->n <= 0 || bf->price <= 0 || bf->n > o->n - o->filled) {
		log_error("order %lld: a fill of %lld x %lld does not fit; a"
		    " person must look", (long long)o->id, (long long)bf->n,
		    (long long)bf->price);
		return store_alert(v->db, "fill that does not fit", v->program,
		    "a fill exceeds its order; see the log", ALERT_EVERY,
		    v->now->now, e) == -1 ? -1 : 0;
	}
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
		int i = -1;

		for (int j = 0; j < l->orders.n && i == -1; j++)
			if (strcmp(l->orders.item[j].broker_no,
			    bf->broker_no) == 0)
				i = l->ours[j];
		if (i == -1)
			i = by_number(f, l, bf->broker_no, e);
		if (i == -2 || (i >= 0 && book_one(f, i, bf, e) == -1))
			return -1;
	}
	return 0;
}

/* ---- Ends -------------------------------------------------------------------------------- */

/* The broker says that it ended; counted only when its fills are all booked,
 * for lists may be behind each other. */
static int
take_end(struct follow *f, int i, const struct broker_order *bo, struct err *e)
{
	static const enum order_event event[] = {
		[BO_CANCELLED] = EV_CANCEL, [BO_REJECTED] = EV_REJECT,
		[BO_EXPIRED] = EV_EXPIRE,
	};
	struct order *o = &f->v->b.order[i];
	struct order_row *row = &f->v->row[i];

	if (bo->state == BO_WORKING || bo->state == BO_FILLED ||
	    strcmp(bo->broker_no, row->broker_no) != 0 ||
	    order_is_final(o->state) || o->filled != bo->filled)
		return 0;
	book_event(o, event[bo->state]);
	if (bo->reason[0] != '\0')
		snprintf(o->reason, sizeof(o->reason), "%.95s", bo->reason);
	f->n->moved++;
	if (bo->state == BO_REJECTED) {
		f->v->b.day.rejects++;
		f->v->b.day.dirty = f->v->b.day.date != 0;
	}
	if (bo->state == BO_REJECTED ||
	    (o->side == SIDE_SELL && bo->state == BO_CANCELLED)) {
		struct signal *g = book_signal(&f->v->b, o->strat, o->stock,
		    o->side);

		if (g != NULL && g->state == SIG_EXECUTED &&
		    o->date == f->v->date) {
			g->state = SIG_PENDING;
			snprintf(g->reason, sizeof(g->reason), "%s by the"
			    " broker", order_state_name(o->state));
			g->dirty = true;
		}
	}
	(void)e;
	return 0;
}

/* ---- Requests whose answer was lost -------------------------------------------------------- */

static int
resolve_request(struct follow *f, const struct request_row *r, struct err *e)
{
	struct live *v = f->v;
	struct trail t = live_trail(v, "told by the broker's list");
	const char *to = NULL;
	struct order *o = book_order(&v->b, r->order_id);
	bool is_amend = strcmp(r->kind, "amend") == 0;

	if (o == NULL || order_is_final(o->state))
		to = is_amend ? "dropped" : "accepted";
	else if (o->state != ORDER_OPEN && o->state != ORDER_PART)
		return 0;
	else if (is_amend && o->is_market == r->is_market &&
	    (r->is_market || o->limit == r->limit))
		to = "accepted";
	else if (v->now->now - r->sending_at > ABSENT_AFTER)
		to = "dropped";
	if (to == NULL)
		return 0;
	if (o != NULL && is_amend && strcmp(to, "accepted") == 0) {
		o->amends++;
		o->worked = v->at;
		o->dirty = true;
	}
	if (o != NULL && !is_amend && strcmp(to, "dropped") == 0) {
		o->wants_cancel = false;	/* it may be asked again */
		o->dirty = true;
	}
	return store_move_request(v->db, r->id, "unknown", to, "", NULL, &t, e)
	    == -1 ? -1 : 0;
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
	struct drift_row d = { .day = v->date, .book = row->id, .broker = 0,
		.difference = -row->id };

	snprintf(d.kind, sizeof(d.kind), "order");
	memcpy(d.strategy, row->strategy, sizeof(d.strategy));
	memcpy(d.code, row->code, sizeof(d.code));
	snprintf(d.name, sizeof(d.name), "unknown order");
	return d;
}

static int
alert_unknown(struct live *v, const struct order_row *row, struct err *e)
{
	char name[64], msg[200];
	int rc;

	snprintf(name, sizeof(name), "unknown order %lld", (long long)row->id);
	snprintf(msg, sizeof(msg), "order %lld (%s %s %lld) is unknown; look at"
	    " the broker's own screen, then: sync-account --settle"
	    " %lld=absent or %lld=filled:QTY@PRICE", (long long)row->id,
	    row->side == SIDE_BUY ? "buy" : "sell", row->code,
	    (long long)row->n, (long long)row->id, (long long)row->id);
	rc = store_alert(v->db, name, v->program, msg, ALERT_EVERY,
	    v->now->now, e);
	if (rc == 1)
		log_warn("%s", msg);
	return rc == -1 ? -1 : 0;
}

static int
clear_unknown(struct live *v, int64_t order, struct err *e)
{
	char name[64];

	snprintf(name, sizeof(name), "unknown order %lld", (long long)order);
	return store_alert_clear(v->db, name, v->now->now, e) == -1 ? -1 : 0;
}

/* Could two orders be meant, so that absence proves nothing? */
static bool
has_double(const struct follow *f, int i)
{
	for (int d = 0; d < f->nlist; d++)
		for (int k = 0; k < f->list[d].orders.n; k++)
			if (looks_like(f, &f->list[d], k, i))
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
	epoch age = v->now->now - row->sending_at;

	f->n->unknown++;
	if (age > PERSON_AFTER && alert_unknown(v, row, e) == -1)
		return -1;
	if (age <= ABSENT_AFTER || has_double(f, i))
		return 0;
	if (store_see_drift(v->db, &d, v->now->now, e) == -1)
		return -1;
	if (d.seen < 2 || d.last_at == d.first_at)
		return 0;
	book_event(o, EV_ABSENT);
	snprintf(o->reason, sizeof(o->reason), "never arrived at the broker");
	f->n->moved++;
	f->n->unknown--;
	if (store_end_drift(v->db, d.id, "repaired", "absent",
	    "in neither of two complete lists", v->now->now, e) == -1 ||
	    clear_unknown(v, row->id, e) == -1)
		return -1;
	return row->day == v->date
	    ? signal_again(v, row, "its order never arrived", e) : 0;
}

static int
resolve_unknown(struct follow *f, struct err *e)
{
	struct live *v = f->v;

	for (int i = 0; i < v->nrow; i++) {
		if (strcmp(v->row[i].state, "unknown") != 0)
			continue;
		if (v->b.order[i].state != ORDER_UNKNOWN) {
			if (clear_unknown(v, v->row[i].id, e) == -1)
				return -1;
			continue;
		}
		if (count_absence(f, i, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- All of it ---------------------------------------------------------------------------------- */

static int
apply_lists(struct follow *f, struct err *e)
{
	for (int d = 0; d < f->nlist; d++) {
		struct lists *l = &f->list[d];

		if (match_orders(f, l, e) == -1)
			return -1;
		for (int k = 0; k < l->orders.n; k++) {
			if (l->ours[k] < 0)
				continue;
			if (take_number(f, l->ours[k], &l->orders.item[k],
			    e) == -1)
				return -1;
			take_limit(f, l->ours[k], &l->orders.item[k]);
		}
		if (book_fills(f, l, e) == -1)
			return -1;
		for (int k = 0; k < l->orders.n; k++)
			if (l->ours[k] >= 0 && take_end(f, l->ours[k],
			    &l->orders.item[k], e) == -1)
				return -1;
	}
	if (resolve_requests(f, e) == -1 || resolve_unknown(f, e) == -1)
		return -1;
	for (int i = 0; i < f->v->b.norder; i++)
		f->n->working += f->v->b.order[i].state == ORDER_OPEN ||
		    f->v->b.order[i].state == ORDER_PART;
	return 0;
}

int
follow_needed(struct live *v, struct err *e)
{
	struct order_row *row;
	bool needed = false;
	int n;

	if (store_orders(v->db, v->date, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		needed = needed || is_waiting(&row[i]);
	free(row);
	return needed;
}

int
follow_orders(struct live *v, struct follow_counts *n, struct err *e)
{
	struct follow f = { .v = v, .n = n };
	int rc = -1;

	*n = (struct follow_counts){ 0 };
	if (find_days(&f, e) == -1 || read_lists(&f, e) == -1)
		goto out;
	if (f.nlist == 0) {
		rc = 0;
		goto out;
	}
	if (store_begin(v->db, e) == -1)
		goto out;
	if (live_load(v, LOAD_NO_BARS, e) == -1 || apply_lists(&f, e) == -1 ||
	    v->dry_run || live_save(v, NULL, e) == -1) {
		rc = v->dry_run ? 0 : -1;
		store_rollback(v->db);
	} else {
		rc = store_commit(v->db, e);
	}
out:
	lists_free(&f);
	return rc;
}

int
follow_settle(struct live *v, int64_t id, bool absent, qty n, won price,
    struct err *e)
{
	struct trail t = live_trail(v, "settled by the person");
	struct order *o;
	struct follow_counts counts = { 0 };
	struct follow f = { .v = v, .n = &counts };
	struct broker_fill bf = { .n = n, .price = price, .commission = -1,
		.tax = -1, .fill_no = 1, .date = v->date, .time = v->at };
	int i;

	(void)t;
	if (live_load(v, LOAD_NO_BARS, e) == -1)
		return -1;
	o = book_order(&v->b, id);
	if (o == NULL)
		return err_set(e, E_USAGE, "--settle: there is no order %lld"
		    " waiting", (long long)id);
	i = (int)(o - v->b.order);
	if (o->state != ORDER_UNKNOWN)
		return err_set(e, E_USAGE, "--settle: order %lld is %s, not"
		    " unknown", (long long)id, order_state_name(o->state));
	if (!absent && (n < 1 || n > o->n - o->filled || price < 1))
		return err_set(e, E_USAGE, "--settle: order %lld is for %lld"
		    " shares", (long long)id, (long long)(o->n - o->filled));
	snprintf(o->reason, sizeof(o->reason), "settled by the person");
	if (absent) {
		book_event(o, EV_ABSENT);
	} else {
		snprintf(bf.broker_no, sizeof(bf.broker_no), "settled");
		bf.date = o->date;
		if (book_one(&f, i, &bf, e) == -1)
			return -1;
		if (!order_is_final(o->state))
			book_event(o, EV_EXPIRE);
	}
	if (live_save(v, NULL, e) == -1 || clear_unknown(v, id, e) == -1)
		return -1;
	return absent && v->row[i].day == v->date
	    ? signal_again(v, &v->row[i], "its order never arrived", e) : 0;
}
