/* settle.c - see settle.h. */
#include "account/settle.h"

#include "account/absent.h"
#include "account/again.h"
#include "account/fills.h"
#include "account/ours.h"
#include "base/date.h"
#include "base/money.h"
#include "store/requests.h"
#include "store/settings.h"
#include "trade/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* May the person settle it?  What works by the broker's last word is no
 * person's business, nor is what may be on its way still: its signal would
 * form another, and both would be taken (S2). */
static int
may_settle(
    struct live *v, const struct order_row *row, bool absent, struct err *e)
{
	struct under_way u;
	char name[64], iso[ISO_SIZE];
	struct alert_row *a;
	bool asked = false;
	int n;

	if (strcmp(row->state, "unknown") == 0) {
		if (ours_under_way(
			v->db, row, v->now->now, v->now->up_ms, &u, e) == -1)
			return -1;
		if (!absent || v->now->now > u.heeded)
			return 0;
		return err_set(e, E_USAGE,
		    "--settle: order %lld may still arrive at the broker; look"
		    " again and say so after %.8s",
		    (long long)row->id, epoch_iso(u.heeded, iso) + 11);
	}
	if (strcmp(row->state, "open") != 0 && strcmp(row->state, "part") != 0)
		return err_set(e, E_USAGE,
		    "--settle: order %lld is %s, not unknown",
		    (long long)row->id, row->state);
	absent_alert(row->id, name, sizeof(name));
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
	if (!fills_fit(o, row, &bf))
		return err_set(e, E_USAGE,
		    "--settle: %lld shares at %lld won cannot be", (long long)n,
		    (long long)price);
	return fills_book_one(f, i, &bf, e);
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
settle_order(
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
		absent_clear(v, id, "by the person", e) == -1 ?
	    -1 :
	    settled_again(v, i, e);
}
