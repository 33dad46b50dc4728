/* fills.c - see fills.h. */
#include "account/fills.h"

#include "account/ours.h"
#include "base/log.h"
#include "base/money.h"
#include "store/books.h"
#include "store/fills.h"
#include "store/settings.h"
#include "trade/fill.h"

#include <stdio.h>
#include <string.h>

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

int
fills_misfit(struct follow *f, const struct order_row *row,
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

bool
fills_fit(const struct order *o, const struct order_row *row,
    const struct broker_fill *bf)
{
	qty left = o->n - o->filled;
	won amount;

	return bf->n > 0 && bf->n <= left && bf->price > 0 &&
	    won_total(bf->price, bf->n, &amount) == 0 &&
	    ours_fits(row, bf->code, bf->side) &&
	    order_next(o->state, bf->n == left ? EV_FILL_ALL : EV_FILL) !=
	    ORDER_IMPOSSIBLE;
}

int
fills_book_one(
    struct follow *f, int i, const struct broker_fill *bf, struct err *e)
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
	if (!fills_fit(o, &v->row[i], bf))
		return fills_misfit(f, &v->row[i], bf, e);
	if (o->side == SIDE_SELL &&
	    borrow_shares(f, o, &v->row[i], bf, e) == -1)
		return -1;
	book_fill(&v->b, &v->w, o, bf->n, bf->price, bf->date, bf->time,
	    bf->commission < 0 || bf->tax < 0 ? &v->w.limits.costs : NULL,
	    &fill);
	f->n->fills++;
	return save_fill(f, i, bf, &fill, e);
}

int
fills_book(struct follow *f, struct lists *l, struct err *e)
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
			i = ours_by_number(
			    f, l, bf->broker_no, bf->code, bf->side, e);
		if (i == FAILED ||
		    (i >= 0 && fills_book_one(f, i, bf, e) == -1))
			return -1;
	}
	return 0;
}
