/*
 * wait.c - what waits too long (T10, T11, T13).
 *
 * An entry is amended to the touch after a minute, a few times, never far
 * from its decision, and cancelled in the end.  An ordinary exit is amended
 * after a minute and sent to market after the second; in the closing auction,
 * where firms refuse that, to the day's lower limit (T14).  Age counts from the
 * pass that sent the order, so that a minute missed is only a minute later.
 * Amends go towards the market alone: where nobody traded, the touch lies
 * behind a limit that was sent beyond it.
 * In a halted stock nothing is amended, but entries are still taken back: one
 * that rests there would fill at whatever price follows the halt.
 */
#include "trade/pass.h"

#include "base/date.h"
#include "trade/price.h"
#include "trade/size.h"

static void
ask_cancel(struct book *b, struct plan *p, int i, const char *reason)
{
	plan_add(p,
	    &(struct request){
		.kind = REQ_CANCEL, .order = i, .reason = reason });
	b->order[i].wants_cancel = true;
	b->order[i].dirty = true;
}

/* What the rest of a buy can cost more at another limit. */
static won
more_cash(const struct world *w, const struct order *o, won limit)
{
	const struct costs *c = &w->limits.costs;
	qty left = o->n - o->filled;

	return cost_reserve(c, limit, left) -
	    cost_reserve(c, o->reserve_price, left);
}

static void
wait_entry(const struct world *w, const struct moment *m, struct book *b, int i,
    struct plan *p)
{
	const struct limits *l = &w->limits;
	struct order *o = &b->order[i];
	int age = hhmm_diff(m->at, o->sent);
	won touch;

	if (o->at_open) { /* the first minute after the open is over */
		if (m->at > m->ses->open)
			ask_cancel(b, p, i, "not filled at the open");
		return;
	}
	if (o->at_close)
		return;
	if (session_phase(m->ses, m->at) == PHASE_AUCTION) {
		ask_cancel(b, p, i, "the closing auction begins");
		return;
	}
	if (age >= l->entry_wait) {
		ask_cancel(b, p, i, "waited too long");
		return;
	}
	if (age < 1 || o->is_market || o->amends >= l->entry_amends ||
	    w->tape[o->stock].is_halted)
		return;
	touch = price_touch(
	    l, &w->tape[o->stock], m->date, SIDE_BUY, o->decision);
	if (touch <= o->limit || !size_allows(w, b, o, touch) ||
	    more_cash(w, o, touch) > book_free_cash(b, &w->limits))
		return;
	plan_add(p,
	    &(struct request){ .kind = REQ_AMEND,
		.order = i,
		.limit = touch,
		.reason = "to the touch" });
}

static void
wait_exit(const struct world *w, const struct moment *m, struct book *b, int i,
    struct plan *p)
{
	struct order *o = &b->order[i];
	int age = hhmm_diff(m->at, o->sent);
	won any = price_any(&w->tape[o->stock], m), touch;

	if (o->is_market || o->limit <= any || o->at_close || age < 1 ||
	    w->tape[o->stock].is_halted)
		return;
	if (age >= 2) {
		plan_add(p,
		    &(struct request){ .kind = REQ_AMEND,
			.order = i,
			.is_market = any == 0,
			.limit = any,
			.reason = any == 0 ? "to market" :
					     "to the day's lower limit" });
		return;
	}
	touch = price_touch(
	    &w->limits, &w->tape[o->stock], m->date, SIDE_SELL, o->decision);
	if (o->amends == 0 && touch < o->limit)
		plan_add(p,
		    &(struct request){ .kind = REQ_AMEND,
			.order = i,
			.limit = touch,
			.reason = "to the touch" });
}

void
trade_wait(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p)
{
	enum phase ph = session_phase(m->ses, m->at);

	if ((ph != PHASE_CONTINUOUS && ph != PHASE_AUCTION) || w->halt.all)
		return;
	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if ((o->state != ORDER_OPEN && o->state != ORDER_PART) ||
		    o->wants_cancel)
			continue;
		if (o->side == SIDE_BUY)
			wait_entry(w, m, b, i, p);
		else
			wait_exit(w, m, b, i, p);
	}
}
