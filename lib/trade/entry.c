/*
 * entry.c - see entry.h.
 *
 * First every buy signal is asked whether it would act now, then those that
 * would are put in order (higher score, larger quantity, strategy, stock),
 * then each is cut to the limits and planned; so a limit goes to the best.
 * Each refusal leaves its reason in the signal.
 */
#include "trade/entry.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "trade/price.h"
#include "trade/size.h"

#include <stdlib.h>

/* A signal that would act now. */
struct wish {
	int sig;
	struct act act;
	won price; /* that sizes it */
	won limit; /* 0: market */
	won bind;  /* what a share can cost at most */
	won decision;
	qty n;
	double score;
	int strat, stock;
};

/* ---- May anything be bought now? ------------------------------------------ */

static const char *
account_refuses(
    const struct world *w, const struct moment *m, const struct book *b)
{
	const struct limits *l = &w->limits;

	if (m->closed_to_entries != NULL)
		return m->closed_to_entries;
	if (w->halt.entries)
		return "entries are halted";
	if (b->day.portfolio_stop != 0)
		return "the portfolio stop has fired today";
	if (b->day.loss_stop != 0)
		return "the day's loss limit is reached";
	if (m->is_late)
		return "the pass began too late (max_delay)";
	if (m->no_prices)
		return "too many prices are stale";
	if (l->max_rejects > 0 && b->day.rejects >= l->max_rejects)
		return "too many rejections in a row (max_rejects)";
	if (l->max_entry_orders > 0 && b->day.entries >= l->max_entry_orders)
		return "max_entry_orders";
	return NULL;
}

static const char *
time_refuses(const struct world *w, const struct moment *m,
    const struct signal *g, const struct act *act)
{
	switch (session_phase(m->ses, m->at)) {
	case PHASE_CONTINUOUS:
		if (!act->forced &&
		    hhmm_diff(m->ses->auction, m->at) <= w->limits.entry_stop)
			return "too near the close (entry_stop)";
		return NULL;
	case PHASE_AUCTION:
		if (!w->strat[g->strat].closing_auction)
			return "closing_auction=no";
		if (hhmm_diff(m->at, m->ses->auction) >= 5)
			return "the closing auction is too far on";
		return NULL;
	default:
		return NULL;
	}
}

/* ---- May this stock be bought? -------------------------------------------- */

static int
rejected_in_a_row(const struct book *b, int stock)
{
	int n = 0;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->stock != stock || o->date != b->day.date)
			continue;
		if (o->state == ORDER_REJECTED)
			n++;
		else if (o->state != ORDER_PLANNED)
			n = 0;
	}
	return n;
}

/* Refused, dropped before it was sent, or proved never to have arrived. */
static bool
never_was(const struct order *o)
{
	return o->state == ORDER_REJECTED ||
	    (o->state == ORDER_EXPIRED && o->filled == 0);
}

/* What today's orders of the stock forbid (T4, T12, T28). */
static const char *
orders_refuse(const struct world *w, const struct book *b, int strat, int stock)
{
	int64_t most = w->limits.max_rejects_stock;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->stock != stock)
			continue;
		if (o->state == ORDER_UNKNOWN || o->state == ORDER_SENDING)
			return "an order of this stock is unknown";
		if (!order_is_final(o->state))
			return o->side == SIDE_SELL ?
			    "a sell of this stock is working" :
			    "a buy of this stock is working";
		if (o->strat != strat || o->date != b->day.date)
			continue;
		if (o->side == SIDE_BUY && !never_was(o))
			return "one entry in a day";
		if (o->side == SIDE_SELL && o->why != WHY_SIGNAL &&
		    o->filled > 0)
			return "stopped out today";
	}
	if (most > 0 && rejected_in_a_row(b, stock) >= most)
		return "rejected too often (max_rejects_stock)";
	return NULL;
}

static const char *
owner_refuses(const struct world *w, const struct book *b, int strat, int stock)
{
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];

		if (l->stock != stock || l->n == 0 || l->strat == STRAT_MANUAL)
			continue;
		if (l->strat == strat)
			return "held already";
		if (!w->strat[strat].shared)
			return "another strategy holds it";
	}
	return NULL;
}

/* Does an order buy what is neither held nor bought by an earlier one? */
static bool
is_new_position(const struct book *b, int i)
{
	const struct order *o = &b->order[i];

	if (o->side != SIDE_BUY || order_is_final(o->state) ||
	    book_held(b, o->strat, o->stock, NULL) > 0)
		return false;
	for (int j = 0; j < i; j++)
		if (b->order[j].side == SIDE_BUY &&
		    b->order[j].strat == o->strat &&
		    b->order[j].stock == o->stock &&
		    !order_is_final(b->order[j].state))
			return false;
	return true;
}

/* Positions held or being bought, of one strategy or (-1) of all. */
static int
positions(const struct book *b, int strat)
{
	int n = 0;

	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		bool counted = l->n == 0 || l->strat == STRAT_MANUAL ||
		    (strat >= 0 && l->strat != strat);

		for (int j = 0; j < i && !counted; j++)
			counted = b->lot[j].n > 0 &&
			    b->lot[j].strat == l->strat &&
			    b->lot[j].stock == l->stock;
		n += !counted;
	}
	for (int i = 0; i < b->norder; i++)
		if ((strat < 0 || b->order[i].strat == strat) &&
		    is_new_position(b, i))
			n++;
	return n;
}

static const char *
stock_refuses(
    const struct world *w, const struct book *b, const struct signal *g)
{
	const struct tape *t = &w->tape[g->stock];
	const char *why;

	if (!w->strat[g->strat].is_on || w->strat[g->strat].is_leaving)
		return "the strategy is off";
	if (w->halt.strat != NULL && w->halt.strat[g->strat])
		return "the strategy is halted";
	if (w->halt.stock != NULL && w->halt.stock[g->stock])
		return "entries in the stock are halted";
	if (t->is_halted)
		return "the stock is halted";
	if (t->no_entry)
		return "the stock is designated";
	if (t->is_stale)
		return "its price is stale";
	if (t->no_status)
		return "the broker has not told its status today (T21)";
	if (t->is_rebased)
		return "its base price is not our last close (T26)";
	if (tape_price(t) == 0)
		return "no price is known";
	if ((why = owner_refuses(w, b, g->strat, g->stock)) != NULL)
		return why;
	return orders_refuse(w, b, g->strat, g->stock);
}

static const char *
count_refuses(const struct world *w, const struct book *b, int strat)
{
	const struct limits *l = &w->limits;
	const struct strategy_conf *c = &w->strat[strat];

	if (l->max_entry_orders > 0 && b->day.entries >= l->max_entry_orders)
		return "max_entry_orders";
	if (c->max_positions > 0 && positions(b, strat) >= c->max_positions)
		return "max_positions of the strategy";
	if (l->max_positions > 0 && positions(b, -1) >= l->max_positions)
		return "max_positions";
	return NULL;
}

/* ---- Price and size -------------------------------------------------------- */

/* At which price it would be sent, and what a share can cost (T8, T10). */
static void
wish_price(const struct world *w, const struct moment *m,
    const struct signal *g, struct wish *x)
{
	const struct tape *t = &w->tape[g->stock];

	x->decision = x->act.price != 0 && x->act.when != WHEN_OPEN ?
	    x->act.price :
	    tape_price(t);
	x->price = g->target != 0 ? g->target : g->price;
	if (x->act.when == WHEN_OPEN)
		x->limit = x->act.price == 0 ?
		    0 :
		    price_legal(t, m->date, SIDE_BUY, x->act.price);
	else if (x->act.when == WHEN_CLOSE)
		x->limit = price_legal(t, m->date, SIDE_BUY, x->decision);
	else if (w->strat[g->strat].entry_order == KIND_LIMIT)
		x->limit = price_entry(&w->limits, t, m->date, x->decision);
	x->bind = x->limit != 0 ? x->limit : price_upper(t, m->date);
	if (x->act.when == WHEN_OPEN && x->limit != 0)
		x->price = x->limit;
	if (x->price == 0)
		x->price = x->decision;
}

static int
wish_order(const void *pa, const void *pb)
{
	const struct wish *a = pa, *b = pb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	if (a->strat != b->strat)
		return a->strat < b->strat ? -1 : 1;
	return (a->stock > b->stock) - (a->stock < b->stock);
}

static void
plan_entry(const struct world *w, const struct moment *m, struct book *b,
    const struct wish *x)
{
	struct signal *g = &b->sig[x->sig];
	const char *why = count_refuses(w, b, x->strat);
	won value = x->limit != 0 ? x->limit : x->decision;
	struct order o = { .strat = x->strat,
		.stock = x->stock,
		.side = SIDE_BUY,
		.why = WHY_SIGNAL,
		.is_market = x->limit == 0,
		.limit = x->limit,
		.decision = x->decision,
		.reserve_price = x->bind,
		.at_open = x->act.when == WHEN_OPEN,
		.at_close = x->act.when == WHEN_CLOSE };

	if (why == NULL) /* one of this minute's may be in the way */
		why = stock_refuses(w, b, g);
	if (value < x->price)
		value = x->price;
	if (why == NULL)
		o.n = size_cut(
		    w, b, x->strat, x->stock, x->n, value, x->bind, &why);
	if (o.n == 0) {
		signal_waits(g, why);
		return;
	}
	reason_set(
	    o.reason, x->act.reason != NULL ? x->act.reason : "buy signal");
	plan_order(w, m, b, &o);
	b->day.entries++;
	b->day.dirty = true;
	g->state = SIG_EXECUTED;
	signal_waits(g, "sent");
}

/* Is there anything to ask about this signal?  Fills in the wish. */
static int
wish_make(const struct world *w, const struct moment *m, struct book *b, int i,
    struct wish *x, const char **why, struct err *e)
{
	struct signal *g = &b->sig[i];

	*why = stock_refuses(w, b, g);
	if (*why != NULL)
		return 0;
	*x = (struct wish){ .sig = i,
		.score = g->score,
		.strat = g->strat,
		.stock = g->stock };
	if (signal_ask(w, m, b, g, &x->act, e) == -1) {
		*why = "its minute strategy failed";
		return -1;
	}
	g->is_waiting = x->act.when == WHEN_WAIT;
	if (g->is_waiting)
		return 0;
	*why = time_refuses(w, m, g, &x->act);
	if (*why != NULL)
		return 0;
	wish_price(w, m, g, x);
	x->n = size_wanted(w, b, g->strat, x->price);
	return 1;
}

/*
 * What closes all entries of a strategy in this pass.  Asked once for each of
 * its signals in a row: positions grow during a pass, so a full one stays so.
 */
static const char *
strategy_refuses(const struct world *w, const struct book *b, int s, int *asked,
    const char **answer)
{
	if (*asked != s) {
		*asked = s;
		*answer = count_refuses(w, b, s);
	}
	return *answer;
}

int
entries(const struct world *w, const struct moment *m, struct book *b,
    struct err *e)
{
	const char *closed = account_refuses(w, m, b), *why, *full = NULL;
	struct wish *wish = NULL;
	int n = 0, rc = 0, asked = -1;

	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];
		int got = 0;

		if (g->side != SIDE_BUY || g->state != SIG_PENDING ||
		    !g->is_said)
			continue;
		g->is_waiting = false;
		why = closed;
		if (why == NULL && g->stamp != m->at)
			why = "no signals were made for this minute";
		if (why == NULL)
			why = strategy_refuses(w, b, g->strat, &asked, &full);
		if (why == NULL) {
			if (wish == NULL)
				wish = xcalloc((size_t)b->nsig, sizeof(*wish));
			got = wish_make(w, m, b, i, &wish[n], &why, e);
		}
		if (why != NULL)
			signal_waits(g, why);
		if (got == -1)
			rc = -1;
		else
			n += got;
	}
	if (n > 1)
		qsort(wish, (size_t)n, sizeof(*wish), wish_order);
	for (int i = 0; i < n; i++)
		plan_entry(w, m, b, &wish[i]);
	free(wish);
	return rc;
}
