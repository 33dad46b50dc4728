/*
 * check_orders.c - our orders: nothing goes back (S4), nothing is bound twice
 * (S7), one of a kind (S8), never a buy beside a sell (T12).
 *
 * Read are orders of today and those that are not final; the others are read
 * again only where the trail, or a fill, names them.
 */
#include "sim/check_inner.h"

const char *const check_orders_text[NSTEP] = {
	[HISTORY] = "SELECT coalesce((SELECT max(id) FROM trading_log), 0),"
		    " coalesce((SELECT max(id) FROM fill), 0),"
		    " coalesce((SELECT max(id) FROM share_ledger), 0),"
		    " coalesce((SELECT max(id) FROM orders), 0)",
	[ORDERS_NEW] = "SELECT id, day, strategy, code, side, quantity"
		       " FROM orders WHERE id > :id ORDER BY id",
	[ORDERS_NOW] =
	    "SELECT id, state, filled, filled_won, quantity,"
	    " reserve_price FROM orders WHERE day = :day UNION ALL"
	    " SELECT id, state, filled, filled_won, quantity, reserve_price"
	    " FROM orders INDEXED BY orders_live WHERE state IN " LIVE
	    " AND day <> :day",
	[ORDER_ONE] = "SELECT id, state, filled, filled_won, quantity,"
		      " reserve_price FROM orders WHERE id = :id",
	[HOLDINGS] = "SELECT code, n FROM paper.holding",
	[THEIR_CASH] = "SELECT cash_won FROM paper.account",
};

/* ---- Our orders (S4, S7, S8) ---------------------------------------------------------- */

/* What is only ever added to is all there. */
void
check_history(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, HISTORY, 0);

	while (check_row(c, st))
		if (i64(st, 0) < c->log || i64(st, 1) < c->fill ||
		    i64(st, 2) < c->share || i64(st, 3) < c->order)
			check_breach(c, "S4",
			    "rows of the trail, of fills, shares or orders"
			    " that were there are gone");
}

void
check_new_orders(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, ORDERS_NEW, c->order);

	while (check_row(c, st)) {
		int64_t id = i64(st, 0);
		struct order *o = check_order(c, id);

		c->order = id;
		if (o == NULL)
			continue;
		o->is_there = true;
		o->day = sqlite3_column_int(st, 1);
		o->place = check_place_at(c, st, 2);
		o->is_buy = is_word(st, 4, "buy");
		o->n = i64(st, 5);
		o->state = PLANNED_;
		*(int *)ADD(c->live) = (int)id;
	}
}

/* May the one become the other, in any number of steps? */
static bool
goes_on(enum state from, enum state to)
{
	if (from == to || from == NOTHING_)
		return true;
	if (!is_final(from))
		return to > from;
	return to == FILLED_ && from != REJECTED_;
}

static void
look_at_order(struct check *c, sqlite3_stmt *st)
{
	int64_t id = i64(st, 0);
	struct order *o = check_order(c, id);
	int64_t n = i64(st, 4);
	int64_t filled = i64(st, 2);
	int64_t paid = i64(st, 3);
	enum state s = check_state(st, 1);

	if (o == NULL || !o->is_there)
		return;
	if (!o->is_visited)
		*(int *)ADD(c->visited) = (int)id;
	o->is_visited = true;
	if (!goes_on(o->state, s))
		check_breach(c, "S4", "order %" PRId64 " was %s and is %s", id,
		    check_state_word[o->state], check_state_word[s]);
	if (filled < o->filled || paid < o->won || n < o->n || filled > n)
		check_breach(c, "S4",
		    "order %" PRId64 ": %" PRId64 " of %" PRId64
		    " filled, %" PRId64 " won; it was %" PRId64 " of %" PRId64
		    ", %" PRId64 " won",
		    id, filled, n, paid, o->filled, o->n, o->won);
	o->state = s;
	o->filled = filled;
	o->won = paid;
	o->n = n;
	o->reserve = i64(st, 5);
}

/* What is filled here is filled there, but for what a person said. */
void
check_filled(struct check *c)
{
	for (int i = 0; i < c->visited.n; i++) {
		int id = c->visited.item[i];
		const struct order *o = &c->ours.item[id];

		if (!o->is_settled && o->filled > check_filled_there(c, o))
			check_breach(c, "S4",
			    "order %d: %" PRId64 " filled here, %" PRId64
			    " at the broker",
			    id, o->filled, check_filled_there(c, o));
	}
}

void
check_look_again(struct check *c, int64_t id)
{
	sqlite3_stmt *st = check_ask(c, ORDER_ONE, id);

	while (check_row(c, st))
		look_at_order(c, st);
}

void
check_our_orders(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, ORDERS_NOW, c->today);
	int kept = 0;

	while (check_row(c, st))
		look_at_order(c, st);
	for (int i = 0; i < c->live.n; i++) {
		int id = c->live.item[i];

		if (!c->ours.item[id].is_visited)
			check_look_again(c, id);
		if (!is_final(c->ours.item[id].state))
			c->live.item[kept++] = id;
	}
	c->live.n = kept;
}

/* ---- What is bound (S7), and one of a kind (S8, T12) ------------------------------------------- */

void
check_bound(struct check *c)
{
	int64_t bound = 0;

	for (int i = 0; i < c->place.n; i++) {
		struct place *p = &c->place.item[i];

		p->selling = 0;
		memset(p->live, 0, sizeof(p->live));
		memset(p->working, 0, sizeof(p->working));
	}
	for (int i = 0; i < c->live.n; i++) {
		const struct order *o = &c->ours.item[c->live.item[i]];
		struct place *p = &c->place.item[o->place];

		if (++p->live[o->is_buy] > 1)
			check_breach(c, "S8",
			    "%s %s: two %ss at once, order %d is"
			    " one",
			    p->strategy, p->code, o->is_buy ? "buy" : "sell",
			    c->live.item[i]);
		if (o->is_buy)
			bound += o->reserve * (o->n - o->filled);
		else
			p->selling += o->n - o->filled;
	}
	/* Cash may go by hand while a buy waits; then no other is formed. */
	if (c->planned_buy && !c->transferred && bound > c->balance)
		check_breach(c, "S7",
		    "buys bind %" PRId64 " won, the cash is %" PRId64, bound,
		    c->balance);
	/* Shares may go by hand, too, or by an order that the person called
	 * absent; what was bound before is. */
	for (int i = 0; i < c->place.n; i++) {
		const struct place *p = &c->place.item[i];

		if (p->sell_planned == c->step && p->selling > p->lots)
			check_breach(c, "S7",
			    "%s %s: sells bind %" PRId64 " shares of %" PRId64,
			    p->strategy, p->code, p->selling, p->lots);
	}
}

void
check_holdings(struct check *c)
{
	struct {
		char code[CODE_SIZE];
		int64_t n;
	} sold[64];
	int n = 0;
	sqlite3_stmt *st;

	for (int i = 0; i < c->working.n; i++) {
		const struct theirs *t = &c->theirs.item[c->working.item[i]];
		int k = 0;

		if (t->is_buy)
			continue;
		while (k < n && strcmp(sold[k].code, t->code) != 0)
			k++;
		if (k == (int)(sizeof(sold) / sizeof(sold[0])))
			break;
		if (k == n) {
			memcpy(sold[n].code, t->code, sizeof(t->code));
			sold[n++].n = 0;
		}
		sold[k].n += t->n - t->filled;
	}
	if (n > 0) {
		st = check_ask(c, HOLDINGS, 0);
		while (check_row(c, st))
			for (int k = 0; k < n; k++)
				if (is_word(st, 0, sold[k].code))
					sold[k].n -= i64(st, 1);
	}
	for (int k = 0; k < n; k++)
		if (sold[k].n > 0)
			check_breach(c, "S7",
			    "%s: sells at the broker bind %" PRId64
			    " shares more than there are",
			    sold[k].code, sold[k].n);
	st = check_ask(c, THEIR_CASH, 0);
	while (check_row(c, st))
		if (i64(st, 0) < 0)
			check_breach(c, "S7",
			    "the cash at the broker is %" PRId64, i64(st, 0));
}

void
check_working(struct check *c)
{
	for (int i = 0; i < c->working.n; i++) {
		const struct theirs *t = &c->theirs.item[c->working.item[i]];
		const struct order *o = &c->ours.item[t->ours];
		struct place *p;

		/* Where orders have no keys, one that the person called absent
		 * is nobody's. */
		if (t->ours == 0 || !o->is_there ||
		    (c->has_gate && o->is_settled))
			continue;
		p = &c->place.item[o->place];
		if (++p->working[o->is_buy] > 1)
			check_breach(c, "S8",
			    "%s %s: two %ss work at the broker, order %" PRId64
			    " is one",
			    p->strategy, p->code, o->is_buy ? "buy" : "sell",
			    t->ours);
		/* But for unknown buys, which sells may pass by (T28). */
		if (!o->is_buy || o->was_unknown ||
		    (o->state != OPEN_ && o->state != PART_))
			continue;
		for (int k = 0; k < c->working.n; k++) {
			const struct theirs *s =
			    &c->theirs.item[c->working.item[k]];

			if (s->ours != 0 && !s->is_buy &&
			    strcmp(s->code, t->code) == 0)
				check_breach(c, "T12",
				    "%s: order %" PRId64
				    " buys while order %" PRId64 " sells",
				    t->code, t->ours, s->ours);
		}
	}
}
