/* walk.c - see walk.h. */
#include "report/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"

/* ---- History ---------------------------------------------------------------- */

int
history_load(struct history *h, struct store *db, ymd to, struct err *e)
{
	*h = (struct history){ .db = db };
	if (store_moves(db, to, &h->move, &h->nmove, e) == -1 ||
	    store_cash_days(db, to, &h->cash, &h->ncash, e) == -1 ||
	    store_transfer_days(db, to, &h->transfer, &h->ntransfer, e) == -1 ||
	    store_snapshots(db, &h->snap, &h->nsnap, e) == -1 ||
	    store_splits(db, &h->split, &h->nsplit, e) == -1 ||
	    store_lots(db, &h->lot, &h->nlot, e) == -1)
		return -1;
	return 0;
}

void
history_fini(struct history *h)
{
	free(h->move);
	free(h->cash);
	free(h->transfer);
	free(h->snap);
	free(h->split);
	free(h->lot);
	*h = (struct history){ 0 };
}

bool
history_is_rescaled(const struct history *h, const char *code, ymd day)
{
	for (int i = 0; i < h->nsplit; i++)
		if (h->split[i].day > day &&
		    strcmp(h->split[i].code, code) == 0)
			return true;
	return false;
}

int
history_mark(const struct history *h, const char *code, ymd day, won *price,
    struct err *e)
{
	if (store_mark(h->db, code, day, price, e) == -1)
		return -1;
	for (int i = 0; i < h->nsplit; i++) {
		const struct split_row *s = &h->split[i];

		if (s->day > day && strcmp(s->code, code) == 0)
			*price = muldiv_floor(
			    *price * 2 * s->new_shares + s->old_shares, 1,
			    2 * s->old_shares);
	}
	return 0;
}

/* ---- Positions -------------------------------------------------------------- */

void
walk_init(struct walk *w, const struct history *h)
{
	*w = (struct walk){ .h = h };
}

void
walk_fini(struct walk *w)
{
	for (int i = 0; i < w->npos; i++)
		free(w->pos[i].lot);
	free(w->pos);
	*w = (struct walk){ 0 };
}

void
walk_clear(struct walk *w)
{
	w->transfers = w->opening = w->other = 0;
	for (int i = 0; i < w->npos; i++) {
		struct position *p = &w->pos[i];

		p->bought = p->sold = p->realised = 0;
		p->commission = p->tax = p->moved = 0;
		p->buys = p->sells = p->wins = 0;
	}
}

static int
owner_order(const struct position *p, const char *strategy, const char *code)
{
	int c = strcmp(p->strategy, strategy);

	return c != 0 ? c : strcmp(p->code, code);
}

/* The position, made where there is none yet. */
static struct position *
position_of(struct walk *w, const char *strategy, const char *code)
{
	struct position *p;
	int lo = 0, hi = w->npos;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (owner_order(&w->pos[mid], strategy, code) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < w->npos && owner_order(&w->pos[lo], strategy, code) == 0)
		return &w->pos[lo];
	if (w->npos == w->pos_cap) {
		w->pos_cap = w->pos_cap == 0 ? 32 : 2 * w->pos_cap;
		w->pos = xrealloc(w->pos, (size_t)w->pos_cap, sizeof(*w->pos));
	}
	p = &w->pos[lo];
	memmove(p + 1, p, (size_t)(w->npos++ - lo) * sizeof(*p));
	memset(p, 0, sizeof(*p));
	memcpy(p->strategy, strategy, strlen(strategy) + 1);
	memcpy(p->code, code, strlen(code) + 1);
	return p;
}

static void
add_lot(struct position *p, const struct walk_lot *l)
{
	for (int i = 0; i < p->nlot && l->order_id != 0; i++) {
		struct walk_lot *had = &p->lot[i];

		if (had->order_id != l->order_id)
			continue;
		had->n += l->n;
		had->cost += l->cost;
		had->fees += l->fees;
		return;
	}
	if (p->nlot == p->lot_cap) {
		p->lot_cap = p->lot_cap == 0 ? 4 : 2 * p->lot_cap;
		p->lot = xrealloc(p->lot, (size_t)p->lot_cap, sizeof(*p->lot));
	}
	p->lot[p->nlot++] = *l;
}

/* Take n shares from the oldest lots, as trade/fill.c does; what they cost. */
static void
take_lots(struct position *p, qty n, won *cost, won *fees)
{
	int kept = 0;

	*cost = *fees = 0;
	for (int i = 0; i < p->nlot; i++) {
		struct walk_lot *l = &p->lot[i];
		qty take = n < l->n ? n : l->n;

		if (take > 0) {
			won c = muldiv_floor(l->cost, take, l->n);
			won f = muldiv_floor(l->fees, take, l->n);

			*cost += c;
			*fees += f;
			l->cost -= c;
			l->fees -= f;
			l->n -= take;
			n -= take;
		}
		if (l->n > 0)
			p->lot[kept++] = *l;
	}
	p->nlot = kept;
}

/* ---- Changes that are no fills ---------------------------------------------- */

/* What n shares cost that came without a fill. */
static int
cost_of_arrival(const struct walk *w, const struct move_row *m, won *cost,
    won *fees, struct err *e)
{
	const struct history *h = w->h;
	qty n = 0;
	won sum = 0, sum_fees = 0, price;

	*fees = 0;
	for (int i = 0; i < h->nsnap; i++) {
		const struct snapshot_row *s = &h->snap[i];

		if (s->day > m->day && s->n > 0 &&
		    strcmp(s->strategy, m->strategy) == 0 &&
		    strcmp(s->code, m->code) == 0) {
			*cost = muldiv_floor(s->cost, m->n, s->n);
			return 0;
		}
	}
	for (int i = 0; i < h->nlot; i++) {
		const struct lot_row *l = &h->lot[i];

		if (strcmp(l->strategy, m->strategy) == 0 &&
		    strcmp(l->code, m->code) == 0) {
			n += l->n;
			sum += l->cost;
			sum_fees += l->fees;
		}
	}
	if (n > 0) {
		*cost = muldiv_floor(sum, m->n, n);
		*fees = muldiv_floor(sum_fees, m->n, n);
		return 0;
	}
	if (history_mark(h, m->code, m->day, &price, e) == -1)
		return -1;
	*cost = price * m->n;
	return 0;
}

static int
arrive(struct walk *w, const struct move_row *m, struct err *e)
{
	struct position *p = position_of(w, m->strategy, m->code);
	struct walk_lot l = { .n = m->n, .entry_date = m->day };
	won price;

	if (history_mark(w->h, m->code, ymd_add(m->day, -1), &price, e) == -1)
		return -1;
	if (w->moving_n >= m->n && strcmp(w->moving, m->code) == 0) {
		l.cost = muldiv_floor(w->moving_cost, m->n, w->moving_n);
		l.fees = muldiv_floor(w->moving_fees, m->n, w->moving_n);
		w->moving_n -= m->n;
		w->moving_cost -= l.cost;
		w->moving_fees -= l.fees;
	} else if (cost_of_arrival(w, m, &l.cost, &l.fees, e) == -1) {
		return -1;
	}
	p->moved += price != 0 ? price * m->n : l.cost;
	p->n += l.n;
	p->cost += l.cost;
	p->fees += l.fees;
	add_lot(p, &l);
	return 0;
}

/* Shares go; those of an adoption or a move arrive elsewhere. */
static int
leave(struct walk *w, const struct move_row *m, struct err *e)
{
	struct position *p = position_of(w, m->strategy, m->code);
	won cost, fees, price;

	if (history_mark(w->h, m->code, ymd_add(m->day, -1), &price, e) == -1)
		return -1;
	take_lots(p, -m->n, &cost, &fees);
	p->n += m->n;
	if (p->n <= 0) {
		cost = p->cost;
		fees = p->fees;
	}
	p->cost -= cost;
	p->fees -= fees;
	p->moved += price != 0 ? price * m->n : -cost;
	if (strcmp(m->kind, "sync") == 0)
		return 0;
	if (strcmp(w->moving, m->code) != 0)
		w->moving_n = w->moving_cost = w->moving_fees = 0;
	memcpy(w->moving, m->code, sizeof(w->moving));
	w->moving_n -= m->n;
	w->moving_cost += cost;
	w->moving_fees += fees;
	return 0;
}

/* The same cost in more or fewer shares. */
static void
split(struct walk *w, const struct move_row *m)
{
	struct position *p = position_of(w, m->strategy, m->code);
	qty left = p->n + m->n;

	for (int i = 0; i < p->nlot && p->n > 0; i++) {
		struct walk_lot *l = &p->lot[i];

		l->n = i == p->nlot - 1 ? left :
					  muldiv_floor(l->n, p->n + m->n, p->n);
		left -= l->n;
	}
	p->n += m->n;
}

/* ---- Fills ------------------------------------------------------------------- */

static void
fill(struct walk *w, const struct move_row *m)
{
	struct position *p = position_of(w, m->strategy, m->code);
	won cost, fees;

	p->n += m->n;
	p->commission += m->commission;
	p->tax += m->tax;
	if (m->n > 0) {
		p->cost += m->amount;
		p->fees += m->commission;
		p->bought += m->amount;
		p->buys++;
		add_lot(p,
		    &(struct walk_lot){ .order_id = m->order_id,
			.n = m->n,
			.cost = m->amount,
			.fees = m->commission,
			.entry_date = m->day,
			.entry_time = m->time });
		return;
	}
	take_lots(p, -m->n, &cost, &fees);
	p->cost -= m->cost;
	p->fees -= m->fees;
	p->sold += m->amount;
	p->realised += m->profit;
	p->sells++;
	p->wins += m->profit > 0;
}

/* ---- The walk ---------------------------------------------------------------- */

static int
apply_moves(struct walk *w, ymd day, struct err *e)
{
	const struct history *h = w->h;

	for (; w->move < h->nmove && h->move[w->move].day <= day; w->move++) {
		const struct move_row *m = &h->move[w->move];

		if (strcmp(m->kind, "fill") == 0)
			fill(w, m);
		else if (strcmp(m->kind, "split") == 0)
			split(w, m);
		else if ((m->n < 0 ? leave(w, m, e) : arrive(w, m, e)) == -1)
			return -1;
	}
	return 0;
}

/* The morning's own account of what shares cost is right, where it counts the
 * same shares: a late fill may have come since. */
static void
apply_snapshots(struct walk *w, ymd day)
{
	const struct history *h = w->h;

	for (; w->snap < h->nsnap && h->snap[w->snap].day <= day; w->snap++) {
		const struct snapshot_row *s = &h->snap[w->snap];
		struct position *p;

		if (s->day < day)
			continue;
		p = position_of(w, s->strategy, s->code);
		if (p->n == s->n)
			p->cost = s->cost;
	}
}

int
walk_to(struct walk *w, ymd day, struct err *e)
{
	const struct history *h = w->h;

	if (apply_moves(w, ymd_add(day, -1), e) == -1)
		return -1;
	apply_snapshots(w, day);
	if (apply_moves(w, day, e) == -1)
		return -1;
	for (; w->cash < h->ncash && h->cash[w->cash].day <= day; w->cash++) {
		w->balance += h->cash[w->cash].amount;
		w->opening += h->cash[w->cash].opening;
		w->other += h->cash[w->cash].other;
	}
	for (;
	     w->transfer < h->ntransfer && h->transfer[w->transfer].day <= day;
	     w->transfer++)
		w->transfers += h->transfer[w->transfer].amount;
	return 0;
}
