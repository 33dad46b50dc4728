/*
 * reference.c - `--sizing all`, the mode for comparing with other backtesters.
 *
 * A signal on the last close fills at the next open, at exactly that price
 * (but for slippage): no volume, tick or limit check, no risk limits, no
 * partial fill.  A sell sells all; a buy spends all the cash at the fill
 * price, floor(cash / (price * (1 + commission))).  Sells come first, then
 * buys in order of score.
 */
#include "backtest/run.h"

#include "base/money.h"
#include "trade/stop.h"

static void
fill_at_open(
    struct run *r, struct signal *g, qty n, won price, const char *reason)
{
	struct order *o = book_add_order(&r->b);

	*o = (struct order){ .id = ++r->last_id,
		.strat = g->strat,
		.stock = g->stock,
		.side = g->side,
		.state = ORDER_OPEN,
		.n = n,
		.decision = g->price,
		.is_market = true,
		.date = r->ses->date,
		.sent = r->ses->open };
	reason_set(o->reason, reason);
	g->state = SIG_EXECUTED;
	run_fill(r, r->b.norder - 1, n, price, r->ses->open);
}

/* Stops are judged on the last close, as everything else is. */
static void
stop_signals(struct run *r)
{
	for (int i = 0; i < r->b.nlot; i++) {
		const struct lot *l = &r->b.lot[i];
		enum stop_kind kind;
		struct signal *g;

		if (l->n == 0)
			continue;
		kind = stop_check(&r->w.strat[l->strat].stops, l,
		    tape_price(&r->w.tape[l->stock]), r->ses->date);
		if (kind == STOP_NONE ||
		    book_signal(&r->b, l->strat, l->stock, SIDE_SELL) != NULL)
			continue;
		g = book_add_signal(&r->b);
		*g = (struct signal){ .strat = l->strat,
			.stock = l->stock,
			.side = SIDE_SELL,
			.is_said = true };
		reason_set(g->reason, stop_kind_name(kind));
	}
}

static void
sell_all(struct run *r)
{
	for (int i = 0; i < r->b.nsig; i++) {
		struct signal *g = &r->b.sig[i];
		struct bar bar;
		qty n;

		if (g->side != SIDE_SELL || g->state != SIG_PENDING ||
		    !run_today(r, g->stock, &bar))
			continue;
		n = book_held(&r->b, g->strat, g->stock, NULL);
		if (n > 0)
			fill_at_open(r, g, n,
			    cost_slip(&r->w.limits.costs, SIDE_SELL, bar.open),
			    g->reason[0] ? g->reason : "sell signal");
	}
}

/* The best buy signal that can fill today, or NULL. */
static struct signal *
best_buy(struct run *r, struct bar *bar)
{
	struct signal *best = NULL;
	struct bar b;

	for (int i = 0; i < r->b.nsig; i++) {
		struct signal *g = &r->b.sig[i];

		if (g->side == SIDE_BUY && g->state == SIG_PENDING &&
		    book_held(&r->b, g->strat, g->stock, NULL) == 0 &&
		    (best == NULL || g->score > best->score) &&
		    run_today(r, g->stock, &b)) {
			best = g;
			*bar = b;
		}
	}
	return best;
}

int
run_reference(struct run *r, struct err *e)
{
	struct moment m = {
		.date = r->ses->date, .at = r->ses->entry, .ses = r->ses
	};
	struct signal *g;
	struct bar bar;

	for (int s = 0; s < r->w.nstrat; s++)
		if (trade_signals(&r->w, &m, &r->b, s, &r->work, e) == -1)
			return -1;
	stop_signals(r);
	sell_all(r);
	while ((g = best_buy(r, &bar)) != NULL) {
		won price = cost_slip(&r->w.limits.costs, SIDE_BUY, bar.open);
		qty n = qty_affordable(
		    r->b.cash, price, r->w.limits.costs.commission_buy);

		if (n > 0)
			fill_at_open(r, g, n, price, "buy signal");
		g->state = SIG_EXECUTED;
	}
	return 0;
}
