/*
 * signal.c - from what strategies say to signals (T4, T5), and from one day
 * to the next (R15).
 *
 * A signal is one row for (day, strategy, stock, side).  Executed, it stays
 * executed for the day.  In intraday mode one that is no longer said is gone,
 * and comes back when it is said again; its working buy is cancelled by the
 * pass, and it never sells by itself.
 */
#include "trade/pass.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Was an exit of this strategy and stock begun, or is it urgent, and is
 * something of what it was to sell left?  What was bought after it is not its
 * rest. */
static bool
exit_is_left(const struct book *b, const struct signal *g)
{
	if (g->side != SIDE_SELL ||
	    (g->state != SIG_EXECUTED &&
		!(g->state == SIG_PENDING && g->is_urgent)))
		return false;
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];

		if (l->strat == g->strat && l->stock == g->stock && l->n > 0 &&
		    (l->entry_date < b->day.date || l->entry_time < g->made))
			return true;
	}
	return false;
}

void
trade_day_open(const struct world *w, struct book *b, ymd date)
{
	int n = 0, nlot = 0, norder = 0;

	if (b->day.date == date)
		return;
	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];

		if (!exit_is_left(b, g))
			continue;
		b->sig[n] = (struct signal){ .strat = g->strat,
			.stock = g->stock,
			.side = SIDE_SELL,
			.score = g->score,
			.target = g->target,
			.price = tape_price(&w->tape[g->stock]),
			.is_said = true,
			.is_urgent = true,
			.dirty = true };
		snprintf(b->sig[n].reason, REASON_SIZE,
		    "the rest of an exit of an earlier day");
		n++;
	}
	b->nsig = n;
	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].n > 0 || b->lot[i].dirty)
			b->lot[nlot++] = b->lot[i];
	b->nlot = nlot;
	for (int i = 0; i < b->norder; i++)
		if (!order_is_final(b->order[i].state) || b->order[i].dirty)
			b->order[norder++] = b->order[i];
	b->norder = norder;
	if (b->nran != w->nstrat) {
		b->ran = xrealloc(b->ran, (size_t)w->nstrat, sizeof(*b->ran));
		b->nran = w->nstrat;
	}
	memset(b->ran, 0, (size_t)b->nran * sizeof(*b->ran));
	b->day = (struct day){
		.date = date, .start_equity = book_equity(b, w), .dirty = true
	};
	b->day.peak_equity = b->day.start_equity;
}

static void
said(const struct world *w, const struct moment *m, struct book *b, int s,
    const struct candidate *a)
{
	struct signal *g = book_signal(b, s, a->stock, a->side);
	won price = tape_price(&w->tape[a->stock]);

	if (g == NULL) {
		g = book_add_signal(b);
		*g = (struct signal){ .strat = s,
			.stock = a->stock,
			.side = a->side,
			.made = m->at };
	}
	if (g->state == SIG_GONE) {
		g->state = SIG_PENDING;
		g->reason[0] = '\0';
	}
	if (g->state == SIG_PENDING) {
		g->score = a->score;
		g->target = a->target;
		g->price = price;
	}
	g->is_said = true;
	g->stamp = m->at;
	g->dirty = true;
}

/* A sell is for what the strategy holds; one that is off, or whose shares are
 * being sold, only leaves.  What it holds it is shown though it is watched no
 * longer, so that it can sell it; it buys no more of that. */
static bool
is_meant(const struct world *w, const struct book *b, int s,
    const struct candidate *a)
{
	const struct strategy_conf *c = &w->strat[s];

	if (a->side == SIDE_BUY)
		return c->is_on && !c->is_leaving && w->watch[s][a->stock];
	return book_held(b, s, a->stock, NULL) > 0;
}

static void
restamp(struct book *b, int s, hhmm at)
{
	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];

		if (g->strat == s && g->is_said) {
			g->stamp = at;
			g->dirty = true;
		}
	}
}

int
trade_signals(const struct world *w, const struct moment *m, struct book *b,
    int s, struct run_work *k, struct err *e)
{
	const struct strategy_conf *c = &w->strat[s];
	struct candidates out;

	if (c->daily.strategy == NULL)
		return 0;
	if (c->signals == SIGNALS_PREV_CLOSE && b->ran[s]) {
		restamp(b, s, m->at);
		return 0;
	}
	if (run_daily(w, m, b, s, k, &out, e) == -1)
		return -1;
	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];

		if (g->strat == s && !g->is_urgent && g->is_said) {
			g->is_said = false;
			g->dirty = true;
		}
	}
	for (int i = 0; i < out.n; i++)
		if (is_meant(w, b, s, &out.item[i]))
			said(w, m, b, s, &out.item[i]);
	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];

		if (g->strat != s || g->is_said || g->state != SIG_PENDING)
			continue;
		g->state = SIG_GONE;
		snprintf(g->reason, REASON_SIZE, "no longer said");
		g->dirty = true;
	}
	b->ran[s] = true;
	return 0;
}
