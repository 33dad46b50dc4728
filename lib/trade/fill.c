/* fill.c - the only code that moves shares and cash. */
#include "trade/fill.h"

#include "base/money.h"
#include "trade/price.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void
book_event(struct order *o, enum order_event ev)
{
	int state = order_next(o->state, ev);

	assert(state != ORDER_IMPOSSIBLE);
	o->state = (enum order_state)state;
	o->dirty = true;
}

void
book_amended(const struct world *w, struct order *o, ymd date, bool is_market,
    won limit, hhmm at)
{
	o->is_market = is_market;
	o->limit = is_market ? 0 : limit;
	if (o->side == SIDE_BUY)
		o->reserve_price = is_market ?
		    price_upper(&w->tape[o->stock], date) :
		    limit;
	o->amends++;
	o->worked = at;
	o->dirty = true;
}

void
book_accepted(struct book *b, struct order *o)
{
	book_event(o, EV_ACCEPT);
	if (b->day.rejects != 0) {
		b->day.rejects = 0;
		b->day.dirty = true;
	}
}

/* The signal of an order of which nothing came waits again. */
static void
wait_again(
    struct book *b, const struct order *o, const char *how, const char *reason)
{
	struct signal *g = book_signal(b, o->strat, o->stock, o->side);

	if (g == NULL || g->state != SIG_EXECUTED || o->why == WHY_STOP ||
	    o->why == WHY_PORTFOLIO)
		return;
	g->state = SIG_PENDING;
	snprintf(g->reason, REASON_SIZE, "%s%.80s", how, reason);
	g->dirty = true;
}

void
book_rejected(struct book *b, struct order *o, const char *reason)
{
	book_event(o, EV_REJECT);
	b->day.rejects++;
	b->day.dirty = true;
	wait_again(b, o, "rejected: ", reason);
}

void
book_never_arrived(struct book *b, struct order *o, enum order_event ev)
{
	book_event(o, ev);
	if (o->filled == 0)
		wait_again(b, o, "",
		    ev == EV_DROP ? "planned, but never sent" :
				    "it never arrived");
}

/* The shares of one order are one lot, however many fills they come in. */
static void
add_to_lot(struct book *b, const struct order *o, const struct fill *f)
{
	struct lot *l = NULL;

	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].order_id == o->id && b->lot[i].n > 0)
			l = &b->lot[i];
	if (l == NULL) {
		l = book_add_lot(b);
		l->strat = o->strat;
		l->stock = o->stock;
		l->order_id = o->id;
		l->entry_date = f->date;
		l->entry_time = f->time;
	}
	if (f->date == l->entry_date && f->time < l->entry_time)
		l->entry_time = f->time; /* lists may be out of order */
	l->n += f->n;
	l->cost += f->amount;
	l->fees += f->commission;
	l->dirty = true;
}

/* Take up to n shares out of a lot; its cost goes with them in proportion,
 * rounded down, and the last share takes what is left. */
static qty
take_from_lot(struct lot *l, qty n, struct fill *f)
{
	qty take = n < l->n ? n : l->n;
	won cost = muldiv_floor(l->cost, take, l->n);
	won fees = muldiv_floor(l->fees, take, l->n);

	if (f->entry_date == 0 || l->entry_date < f->entry_date)
		f->entry_date = l->entry_date;
	f->cost += cost;
	f->fees += fees;
	l->n -= take;
	l->cost -= cost;
	l->fees -= fees;
	l->dirty = true;
	return take;
}

static bool
is_older(const struct lot *a, const struct lot *b)
{
	if (a->entry_date != b->entry_date)
		return a->entry_date < b->entry_date;
	return a->entry_time < b->entry_time;
}

/* The lot to sell from next: the one the order names, else the oldest of its
 * strategy and stock. */
static struct lot *
next_lot(struct book *b, const struct order *o)
{
	struct lot *oldest = NULL;

	for (int i = 0; i < b->nlot; i++) {
		struct lot *l = &b->lot[i];

		if (l->strat != o->strat || l->stock != o->stock || l->n == 0)
			continue;
		if (o->lot_id != 0 && l->id == o->lot_id)
			return l;
		if (oldest == NULL || is_older(l, oldest))
			oldest = l;
	}
	return oldest;
}

static void
take_from_lots(struct book *b, const struct order *o, struct fill *f)
{
	for (qty left = f->n; left > 0;) {
		struct lot *l = next_lot(b, o);

		assert(l != NULL);
		left -= take_from_lot(l, left, f);
	}
}

void
book_fill(struct book *b, const struct world *w, struct order *o, qty n,
    won price, ymd date, hhmm time, const struct costs *costs, struct fill *f)
{
	won commission = f->commission, tax = f->tax, amount;

	assert(n > 0 && n <= o->n - o->filled);
	if (won_total(price, n, &amount) == -1)
		assert(!"amount of a fill overflows");
	if (costs != NULL) {
		commission = cost_commission(costs, o->side, amount);
		tax = cost_tax(
		    costs, o->side, date, w->tape[o->stock].kind, amount);
	}
	*f = (struct fill){ .order_id = o->id,
		.strat = o->strat,
		.stock = o->stock,
		.side = o->side,
		.date = date,
		.time = time,
		.n = n,
		.price = price,
		.amount = amount,
		.commission = commission,
		.tax = tax };
	if (o->side == SIDE_BUY) {
		b->cash -= amount + commission + tax;
		add_to_lot(b, o, f);
	} else {
		b->cash += amount - commission - tax;
		take_from_lots(b, o, f);
		f->profit = amount - commission - tax - f->cost - f->fees;
	}
	o->filled += n;
	o->filled_won += amount;
	book_event(o, o->filled == o->n ? EV_FILL_ALL : EV_FILL);
}
