/*
 * save.c - live_save: what changed in the book, back into the database; and
 * live_day_open, which begins a session and saves that.
 */
#include "account/live_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/books.h"
#include "store/requests.h"
#include "store/signals.h"

static int
save_day(struct live *v, struct err *e)
{
	const struct day *d = &v->b.day;
	struct day_row r = { .day = d->date,
		.start_equity = d->start_equity,
		.start_cash = v->b.cash,
		.peak_equity = d->peak_equity,
		.entries = d->entries,
		.rejects = d->rejects,
		.portfolio_stop = d->portfolio_stop,
		.loss_stop = d->loss_stop,
		.opened_at = v->now->now };
	struct day_row was;

	if (!d->dirty)
		return 0;
	memcpy(r.stop_reason, d->stop_reason, sizeof(r.stop_reason));
	if (!v->day_is_new) {
		if (store_day(v->db, d->date, &was, e) != 1)
			return -1;
		r.start_cash = was.start_cash;
		r.opened_at = was.opened_at;
	}
	if (store_put_day(v->db, &r, e) == -1)
		return -1;
	if (v->day_is_new &&
	    (store_snapshot_lots(v->db, d->date, e) == -1 ||
		store_close_signals(v->db, d->date, v->now->now, e) == -1))
		return -1;
	v->day_is_new = false;
	return 0;
}

static int
save_signal(struct live *v, struct signal *g, struct err *e)
{
	struct signal_row r = { .id = g->id,
		.day = v->date,
		.side = g->side,
		.score = g->score,
		.target = g->target,
		.price = g->price,
		.made = g->made,
		.stamp = g->stamp,
		.is_said = g->is_said,
		.is_urgent = g->is_urgent };

	snprintf(
	    r.strategy, sizeof(r.strategy), "%s", live_strat_name(v, g->strat));
	memcpy(r.code, v->codes.item[g->stock], sizeof(r.code));
	snprintf(r.state, sizeof(r.state), "%s", sig_state_name(g->state));
	memcpy(r.reason, g->reason, sizeof(r.reason));
	if (store_put_signal(v->db, &r, v->now->now, e) == -1)
		return -1;
	g->id = r.id;
	g->dirty = false;
	return 0;
}

/* The signal that an order of this side acts on; 0: none. */
static int64_t
signal_of(struct live *v, const struct order *o)
{
	struct signal *g;

	if (o->why != WHY_SIGNAL && o->why != WHY_LIQUIDATE)
		return 0;
	g = book_signal(&v->b, o->strat, o->stock, o->side);
	return g != NULL ? g->id : 0;
}

static int
save_order(struct live *v, int i, struct err *e)
{
	struct order *o = &v->b.order[i];
	struct order_row r = { .id = o->id,
		.day = o->date,
		.side = o->side,
		.attempt = o->attempt,
		.lot_id = o->lot_id,
		.is_market = o->is_market,
		.limit = o->limit,
		.n = o->n,
		.filled = o->filled,
		.filled_won = o->filled_won,
		.decision = o->decision,
		.reserve_price = o->reserve_price,
		.sent = o->sent,
		.worked = o->worked,
		.amends = o->amends,
		.at_open = o->at_open,
		.at_close = o->at_close,
		.wants_cancel = o->wants_cancel };
	struct trail t = live_trail(v, NULL);

	snprintf(
	    r.strategy, sizeof(r.strategy), "%s", live_strat_name(v, o->strat));
	memcpy(r.code, v->codes.item[o->stock], sizeof(r.code));
	snprintf(r.state, sizeof(r.state), "%s", order_state_name(o->state));
	snprintf(r.why, sizeof(r.why), "%s", order_why_name(o->why));
	memcpy(r.reason, o->reason, sizeof(r.reason));
	if (i < v->nrow) {
		r.signal_id = v->row[i].signal_id;
		memcpy(r.broker_no, v->row[i].broker_no, sizeof(r.broker_no));
	} else {
		r.signal_id = signal_of(v, o);
	}
	if (store_put_order(v->db, &r, &t, e) == -1)
		return -1;
	if (o->id != r.id) { /* a lot made by it keeps its number */
		for (int l = 0; l < v->b.nlot; l++)
			if (v->b.lot[l].order_id == o->id)
				v->b.lot[l].order_id = r.id;
	}
	o->id = r.id;
	o->dirty = false;
	return 0;
}

static int
save_lot(struct live *v, struct lot *l, struct err *e)
{
	struct lot_row r = { .id = l->id,
		.order_id = l->order_id,
		.n = l->n,
		.cost = l->cost,
		.fees = l->fees,
		.entry_date = l->entry_date,
		.entry_time = l->entry_time,
		.high = l->high };

	snprintf(
	    r.strategy, sizeof(r.strategy), "%s", live_strat_name(v, l->strat));
	memcpy(r.code, v->codes.item[l->stock], sizeof(r.code));
	if (store_put_lot(v->db, &r, e) == -1)
		return -1;
	l->id = r.id;
	l->dirty = false;
	return 0;
}

/* Is a request of this kind still without an answer?  1, 0, -1. */
static int
request_waits(struct live *v, const struct request_row *like, struct err *e)
{
	struct request_row *r;
	bool waits = false;
	int n;

	if (store_requests_of(v->db, like->order_id, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		waits = waits ||
		    (strcmp(r[i].kind, like->kind) == 0 &&
			r[i].answered_at == 0);
	free(r);
	return waits;
}

static int
save_request(struct live *v, const struct request *q, struct err *e)
{
	struct request_row r = { .order_id = v->b.order[q->order].id,
		.is_market = q->is_market,
		.limit = q->limit };
	struct trail t = live_trail(v, q->reason);
	int rc;

	snprintf(r.kind, sizeof(r.kind), "%s", req_kind_name(q->kind));
	if ((rc = request_waits(v, &r, e)) != 0)
		return rc == 1 ? 0 : -1;
	snprintf(r.state, sizeof(r.state), "planned");
	snprintf(r.reason, sizeof(r.reason), "%s", q->reason);
	return store_add_request(v->db, &r, &t, e);
}

static int
save_ran(struct live *v, struct err *e)
{
	for (int s = 0; s < v->w.nstrat; s++) {
		const char *name = v->w.strat[s].name;
		int rc;

		if (!v->b.ran[s])
			continue;
		rc = store_daily_ran(v->db, v->date, name, e);
		if (rc == -1 ||
		    (rc == 0 &&
			store_put_daily_ran(
			    v->db, v->date, name, v->now->now, e) == -1))
			return -1;
	}
	return 0;
}

int
live_save(struct live *v, const struct plan *p, struct err *e)
{
	struct book *b = &v->b;

	if (save_day(v, e) == -1 || save_ran(v, e) == -1)
		return -1;
	for (int i = 0; i < b->nsig; i++)
		if (b->sig[i].dirty && save_signal(v, &b->sig[i], e) == -1)
			return -1;
	for (int i = 0; i < b->norder; i++)
		if (b->order[i].dirty && save_order(v, i, e) == -1)
			return -1;
	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].dirty && save_lot(v, &b->lot[i], e) == -1)
			return -1;
	for (int i = 0; p != NULL && i < p->n; i++)
		if (save_request(v, &p->item[i], e) == -1)
			return -1;
	return 0;
}

/* A person may have asked for an exit before the day began: what is carried
 * over gives way to it. */
static int
drop_doubles(struct live *v, struct err *e)
{
	struct signal_row *row;
	int n, kept = 0;

	if (store_signals(v->db, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < v->b.nsig; i++) {
		const struct signal *g = &v->b.sig[i];
		bool doubled = false;

		for (int j = 0; j < n && !doubled; j++)
			doubled = row[j].day == v->date &&
			    row[j].side == g->side &&
			    live_strat_find(v, row[j].strategy) == g->strat &&
			    codes_find(&v->codes, row[j].code) == g->stock;
		if (!doubled)
			v->b.sig[kept++] = *g;
	}
	v->b.nsig = kept;
	free(row);
	return 0;
}

int
live_day_open(struct live *v, unsigned what, struct err *e)
{
	struct day_row last;

	if (!v->day_is_new)
		return 0;
	/* The day that the signals are of says which exits are not complete. */
	if (store_last_day(v->db, &last, e) == -1)
		return -1;
	if (last.day > v->date)
		return err_set(e, E_FAIL,
		    "%d cannot begin: %d has been traded already; is the clock"
		    " right?",
		    v->date, last.day);
	v->b.day.date = last.day;
	if (v->idle.kind != E_NONE) /* said once a day */
		log_warn("%s; it is off and holds nothing", v->idle.msg);
	trade_day_open(&v->w, &v->b, v->date);
	if (drop_doubles(v, e) == -1 || live_save(v, NULL, e) == -1)
		return -1;
	return live_load(v, what, e);
}
