/*
 * pass.c - the trading pass of one minute.
 *
 * In this order: what the day's losses forbid; buys to take back; the
 * portfolio stop; stops of single lots; exits; entries.  Exits come before
 * entries so that what is being sold is never bought in the same minute, and
 * an entry is checked against all that was planned before it (P6).
 */
#include "trade/pass.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "trade/entry.h"
#include "trade/price.h"
#include "trade/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
trade_time(const struct world *w, const struct moment *m)
{
	enum phase ph;

	if (m->ses == NULL || !m->ses->is_open)
		return false;
	ph = session_phase(m->ses, m->at);
	if (ph == PHASE_ENTRY)
		return hhmm_diff(m->ses->open, m->at) <= w->limits.open_lead;
	return ph != PHASE_CLOSED;
}

/* ---- Latches of the day -------------------------------------------------- */

static void
latch_losses(const struct world *w, const struct moment *m, struct book *b)
{
	const struct limits *l = &w->limits;
	struct day *d = &b->day;
	won equity = book_equity(b, w);
	const char *why;

	if (equity > d->peak_equity) {
		d->peak_equity = equity;
		d->dirty = true;
	}
	if (d->loss_stop != 0)
		return;
	if (l->max_daily_loss != PPB_UNSET && d->start_equity > 0 &&
	    won_cmp_rate(equity, d->start_equity, -l->max_daily_loss) <= 0)
		why = "max_daily_loss";
	else if (l->max_intraday_drawdown != PPB_UNSET && d->peak_equity > 0 &&
	    won_cmp_rate(equity, d->peak_equity, -l->max_intraday_drawdown) <=
		0)
		why = "max_intraday_drawdown";
	else
		return;
	if (d->portfolio_stop == 0) /* whose sells go on for its reason */
		reason_set(d->stop_reason, why);
	d->loss_stop = m->at;
	d->dirty = true;
}

/* ---- Taking buys back ---------------------------------------------------- */

static void
cancel_buys(
    struct book *b, struct plan *p, int strat, int stock, const char *reason)
{
	for (int i = 0; i < b->norder; i++) {
		struct order *o = &b->order[i];

		if (o->side != SIDE_BUY || o->wants_cancel ||
		    (o->state != ORDER_OPEN && o->state != ORDER_PART) ||
		    (strat >= 0 && o->strat != strat) ||
		    (stock >= 0 && o->stock != stock))
			continue;
		plan_add(p,
		    &(struct request){
			.kind = REQ_CANCEL, .order = i, .reason = reason });
		o->wants_cancel = true;
		o->dirty = true;
	}
}

static void
cancel_unsaid(const struct world *w, struct book *b, struct plan *p)
{
	for (int i = 0; i < b->nsig; i++) {
		const struct signal *g = &b->sig[i];

		if (g->side == SIDE_BUY && g->state == SIG_EXECUTED &&
		    !g->is_said)
			cancel_buys(
			    b, p, g->strat, g->stock, "the signal disappeared");
	}
	for (int s = 0; s < w->nstrat; s++)
		if (!w->strat[s].is_on || w->strat[s].is_leaving)
			cancel_buys(b, p, s, -1, "the strategy is off");
}

/* ---- Sells --------------------------------------------------------------- */

/* May this stock be sold at all now?  Sets *why where not. */
static bool
may_sell(struct book *b, struct plan *p, int strat, int stock, const char **why)
{
	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->stock != stock || o->side != SIDE_SELL)
			continue;
		if (o->state == ORDER_UNKNOWN || o->state == ORDER_SENDING) {
			*why = "a sell of this stock is unknown";
			return false;
		}
		if (!order_is_final(o->state) && o->strat == strat) {
			*why = "its sell is working";
			return false;
		}
	}
	if (book_working(b, stock) & 1) { /* T12 */
		cancel_buys(b, p, -1, stock, "before a sell");
		*why = "a buy of this stock is not yet cancelled";
		for (int i = 0; i < b->norder; i++)
			if (b->order[i].stock == stock &&
			    b->order[i].side == SIDE_BUY &&
			    !order_is_final(b->order[i].state) &&
			    b->order[i].state != ORDER_UNKNOWN)
				return false;
	}
	return true; /* beside an unknown buy, protective sells go on (T28) */
}

static int
attempts(const struct book *b, int strat, int stock, enum side side)
{
	int n = 0;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->strat == strat && o->stock == stock && o->side == side &&
		    o->date == b->day.date && o->attempt > n)
			n = o->attempt;
	}
	return n;
}

struct order *
plan_order(const struct world *w, const struct moment *m, struct book *b,
    const struct order *like)
{
	int attempt = attempts(b, like->strat, like->stock, like->side) + 1;
	struct order *o = book_add_order(b);

	(void)w;
	*o = *like;
	o->id = --b->next_id; /* until the shell gives it its own */
	o->state = ORDER_PLANNED;
	o->attempt = attempt;
	o->date = m->date;
	o->sent = o->worked = m->at;
	o->dirty = true;
	return o;
}

/* A sell like the given one: at its own limit, else at any price or at a
 * marketable limit, as `kind` says. */
static void
plan_sell(const struct world *w, const struct moment *m, struct book *b,
    const struct order *like, int64_t kind, const char *reason)
{
	const struct tape *t = &w->tape[like->stock];
	struct order o = *like;

	o.side = SIDE_SELL;
	if (o.decision == 0)
		o.decision = tape_price(t);
	o.at_open = session_phase(m->ses, m->at) == PHASE_ENTRY;
	if (o.limit == 0)
		o.limit = kind == KIND_MARKET || o.at_open ?
		    price_any(t, m) :
		    price_exit(&w->limits, t, m->date);
	o.is_market = o.limit == 0;
	reason_set(o.reason, reason);
	plan_order(w, m, b, &o);
}

/* What of a position no sell has bound yet. */
static qty
left_to_sell(const struct book *b, int strat, int stock)
{
	return book_held(b, strat, stock, NULL) - book_selling(b, strat, stock);
}

/* A sell at a limit that something urgent overtakes goes out at any price, and
 * is from now on that thing's sell. */
static void
hurry_sell(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p, int strat, int stock, enum order_why why,
    const char *reason)
{
	won limit = price_any(&w->tape[stock], m);

	for (int i = 0; i < b->norder; i++) {
		struct order *o = &b->order[i];

		if (o->strat != strat || o->stock != stock ||
		    o->side != SIDE_SELL || o->is_market || o->limit <= limit ||
		    o->wants_cancel ||
		    (o->state != ORDER_OPEN && o->state != ORDER_PART) ||
		    w->strat[strat].stop_order != KIND_MARKET)
			continue;
		for (int j = 0; j < p->n; j++)
			if (p->item[j].order == i)
				return;
		plan_add(p,
		    &(struct request){ .kind = REQ_AMEND,
			.order = i,
			.is_market = limit == 0,
			.limit = limit,
			.reason = reason });
		o->why = why;
		o->dirty = true;
	}
}

/* ---- The portfolio stop (T19) -------------------------------------------- */

static bool
counts(const struct world *w, const struct lot *l)
{
	return l->n > 0 && !w->tape[l->stock].is_halted &&
	    (l->strat != STRAT_MANUAL || w->limits.portfolio_scope == 1);
}

/* So that a position of several lots counts once. */
static bool
is_first_lot(const struct book *b, int i)
{
	for (int j = 0; j < i; j++)
		if (b->lot[j].n > 0 && b->lot[j].strat == b->lot[i].strat &&
		    b->lot[j].stock == b->lot[i].stock)
			return false;
	return true;
}

static bool
is_losing(const struct world *w, const struct book *b, const struct lot *l)
{
	won cost;
	qty n;

	if (l->strat == STRAT_MANUAL)
		return false;
	n = book_held(b, l->strat, l->stock, &cost);
	return stop_is_losing(
	    &w->strat[l->strat].stops, cost, n, tape_price(&w->tape[l->stock]));
}

static bool
portfolio_stop_holds(const struct world *w, const struct book *b, char *reason)
{
	const struct limits *l = &w->limits;
	won value = 0, cost = 0;
	int64_t losing = 0;

	if (l->portfolio_stop_loss == PPB_UNSET && l->max_losing_positions == 0)
		return false;
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *lot = &b->lot[i];
		const struct tape *t = &w->tape[lot->stock];

		if (!counts(w, lot))
			continue;
		if (t->is_stale || t->is_rebased || tape_price(t) == 0)
			return false;
		value += tape_price(t) * lot->n;
		cost += lot->cost;
		losing += is_first_lot(b, i) && is_losing(w, b, lot);
	}
	if (cost > 0 && l->portfolio_stop_loss != PPB_UNSET &&
	    won_cmp_rate(value, cost, l->portfolio_stop_loss) <= 0)
		snprintf(reason, REASON_SIZE, "portfolio_stop_loss");
	else if (l->max_losing_positions > 0 &&
	    losing >= l->max_losing_positions)
		snprintf(reason, REASON_SIZE, "max_losing_positions");
	else
		return false;
	return true;
}

static void
portfolio_stop(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p)
{
	struct day *d = &b->day;
	char reason[REASON_SIZE];

	if (d->portfolio_stop == 0) {
		if (!portfolio_stop_holds(w, b, reason))
			return;
		d->portfolio_stop = m->at;
		memcpy(d->stop_reason, reason, sizeof(reason));
		d->dirty = true;
	}
	cancel_buys(b, p, -1, -1, "portfolio stop");
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		struct order o = { .strat = l->strat,
			.stock = l->stock,
			.why = WHY_PORTFOLIO };
		const char *why;

		if (l->strat == STRAT_MANUAL || l->n == 0 ||
		    w->tape[l->stock].is_halted)
			continue;
		o.n = left_to_sell(b, l->strat, l->stock);
		if (!may_sell(b, p, l->strat, l->stock, &why))
			hurry_sell(w, m, b, p, l->strat, l->stock,
			    WHY_PORTFOLIO, "the portfolio stop overtakes it");
		else if (o.n > 0)
			plan_sell(w, m, b, &o, w->strat[l->strat].stop_order,
			    d->stop_reason);
	}
}

/* ---- Stops of lots (T17, T18) -------------------------------------------- */

static void
stop_lots(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p)
{
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		const struct tape *t = &w->tape[l->stock];
		const struct strategy_conf *c;
		enum stop_kind kind;
		const char *why;

		if (l->strat == STRAT_MANUAL || l->n == 0 || t->is_halted ||
		    t->is_stale || t->is_rebased || tape_price(t) == 0)
			continue;
		c = &w->strat[l->strat];
		if (t->by_day && c->minute.strategy != NULL &&
		    (c->minute.strategy->flags & STRATEGY_STOPS_IN_DAY))
			continue; /* they resolve inside the day */
		kind = stop_check(&c->stops, l, tape_price(t), m->date);
		if (kind == STOP_NONE)
			continue;
		if (may_sell(b, p, l->strat, l->stock, &why))
			plan_sell(w, m, b,
			    &(struct order){ .strat = l->strat,
				.stock = l->stock,
				.n = l->n,
				.why = WHY_STOP,
				.lot_id = l->id },
			    c->stop_order, stop_kind_name(kind));
		else
			hurry_sell(w, m, b, p, l->strat, l->stock, WHY_STOP,
			    "a stop overtakes it");
	}
}

/* ---- Exits --------------------------------------------------------------- */

static void
wait_because(struct signal *g, const char *why)
{
	if (strcmp(g->reason, why) == 0)
		return;
	reason_set(g->reason, why);
	g->dirty = true;
}

void
signal_waits(struct signal *g, const char *why)
{
	wait_because(g, why);
}

/* Too young to be sold by a signal (min_position_period)? */
static bool
is_young(const struct world *w, const struct moment *m, const struct book *b,
    const struct signal *g)
{
	ymd entry = 0;

	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];

		if (l->strat == g->strat && l->stock == g->stock && l->n > 0 &&
		    (entry == 0 || l->entry_date < entry))
			entry = l->entry_date;
	}
	return entry != 0 &&
	    ymd_diff(m->date, entry) < w->strat[g->strat].min_position_period;
}

/* Ask the minute strategy; without one, act as soon as the market is open. */
int
signal_ask(const struct world *w, const struct moment *m, const struct book *b,
    const struct signal *g, struct act *act, struct err *e)
{
	enum phase ph = session_phase(m->ses, m->at);
	struct err mine;

	*act = (struct act){ .when = WHEN_WAIT };
	if (w->strat[g->strat].minute.strategy == NULL || g->is_urgent) {
		if (ph == PHASE_ENTRY && g->is_urgent)
			act->when = WHEN_OPEN;
		else if (ph == PHASE_CONTINUOUS || g->is_urgent)
			act->when = WHEN_NOW;
		return 0;
	}
	if (run_minute(w, m, b, g, act, &mine) == -1) {
		if (e->kind == E_NONE)
			*e = mine;
		return -1;
	}
	/* What does not fit the phase waits. */
	if ((act->when == WHEN_OPEN && ph != PHASE_ENTRY) ||
	    (act->when == WHEN_NOW && ph != PHASE_CONTINUOUS) ||
	    (act->when == WHEN_CLOSE && ph != PHASE_AUCTION))
		act->when = WHEN_WAIT;
	return 0;
}

static int
exit_signal(const struct world *w, const struct moment *m, struct book *b,
    struct signal *g, struct plan *p, struct err *e)
{
	const struct tape *t = &w->tape[g->stock];
	struct order o = { .strat = g->strat,
		.stock = g->stock,
		.why = g->is_urgent ? WHY_LIQUIDATE : WHY_SIGNAL };
	const char *why;
	struct act act;

	g->is_waiting = false;
	o.n = left_to_sell(b, g->strat, g->stock);
	if (o.n <= 0) {
		wait_because(g, "nothing held");
		return 0;
	}
	if (t->is_halted) {
		wait_because(g, "the stock is halted");
		return 0;
	}
	if (!g->is_urgent && is_young(w, m, b, g)) {
		wait_because(g, "min_position_period");
		return 0;
	}
	if (signal_ask(w, m, b, g, &act, e) == -1) {
		wait_because(g, "its minute strategy failed");
		return -1;
	}
	g->is_waiting = act.when == WHEN_WAIT;
	if (g->is_waiting)
		return 0;
	if (!may_sell(b, p, g->strat, g->stock, &why)) {
		wait_because(g, why);
		return 0;
	}
	o.decision = act.price;
	if (act.when == WHEN_CLOSE) {
		o.at_close = true;
		o.limit = price_legal(t, m->date, SIDE_SELL,
		    act.price != 0 ? act.price : tape_price(t));
	}
	plan_sell(w, m, b, &o,
	    g->is_urgent ? KIND_MARKET : w->strat[g->strat].exit_order,
	    act.reason != NULL               ? act.reason :
		g->is_urgent && g->reason[0] ? g->reason :
					       "sell signal");
	g->state = SIG_EXECUTED;
	wait_because(g, "sent");
	return 0;
}

static int
exits(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p, struct err *e)
{
	int rc = 0;

	for (int s = 0; s < w->nstrat; s++) {
		for (int i = 0; i < b->nsig; i++) {
			struct signal *g = &b->sig[i];

			if (g->strat == s && g->side == SIDE_SELL &&
			    g->state == SIG_PENDING &&
			    exit_signal(w, m, b, g, p, e) == -1)
				rc = -1;
		}
	}
	return rc;
}

/* Strategies that leave sell all they have (T27). */
static void
liquidate(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p)
{
	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		struct order o = { .strat = l->strat,
			.stock = l->stock,
			.why = WHY_LIQUIDATE };
		const char *why;

		if (l->strat == STRAT_MANUAL || l->n == 0 ||
		    !w->strat[l->strat].is_leaving ||
		    w->tape[l->stock].is_halted)
			continue;
		o.n = left_to_sell(b, l->strat, l->stock);
		if (o.n > 0 && may_sell(b, p, l->strat, l->stock, &why))
			plan_sell(w, m, b, &o, KIND_MARKET,
			    "the strategy is removed");
	}
}

int
trade_pass(const struct world *w, const struct moment *m, struct book *b,
    struct plan *p, struct err *e)
{
	int rc;

	if (!trade_time(w, m))
		return 0;
	latch_losses(w, m, b);
	if (w->halt.all)
		return 0;
	if (b->day.loss_stop != 0)
		cancel_buys(b, p, -1, -1, "losses of the day");
	cancel_unsaid(w, b, p);
	portfolio_stop(w, m, b, p);
	stop_lots(w, m, b, p);
	liquidate(w, m, b, p);
	rc = exits(w, m, b, p, e);
	if (entries(w, m, b, e) == -1)
		rc = -1;
	return rc;
}
