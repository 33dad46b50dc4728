/*
 * load.c - live_load and live_save: the database as lib/trade sees it, and
 * back.
 *
 * Tapes are loaded of the stocks that matter and no others; numbers of stocks
 * and strategies follow the order of code and name, as in the backtest.
 */
#include "account/live.h"

#include "account/config.h"
#include "base/mem.h"
#include "store/books.h"
#include "store/prices.h"
#include "store/settings.h"
#include "store/signals.h"
#include "store/stocks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Names and numbers ------------------------------------------------------ */

static int
strat_find(const struct live *v, const char *name)
{
	if (strcmp(name, MANUAL) == 0)
		return STRAT_MANUAL;
	for (int s = 0; s < v->w.nstrat; s++)
		if (strcmp(v->w.strat[s].name, name) == 0)
			return s;
	return -2;
}

static const char *
strat_name(const struct live *v, int s)
{
	return s == STRAT_MANUAL ? MANUAL : v->w.strat[s].name;
}

static int
strat_order(const void *a, const void *b)
{
	return strcmp(((const struct strategy_conf *)a)->name,
	    ((const struct strategy_conf *)b)->name);
}

/* Rows may name a strategy that a person took out of the table by hand: it
 * stands in the world, switched off, so that what it holds is not lost. */
static void
add_orphan(struct live *v, const char *name)
{
	struct strategy_conf *c;

	if (strat_find(v, name) != -2)
		return;
	v->w.strat = xrealloc(
	    v->w.strat, (size_t)v->w.nstrat + 1, sizeof(*v->w.strat));
	c = &v->w.strat[v->w.nstrat++];
	strategy_conf_default(c, name);
	c->is_on = false;
	qsort(
	    v->w.strat, (size_t)v->w.nstrat, sizeof(*v->w.strat), strat_order);
}

static int
code_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
codes_sort(struct codes *c)
{
	int n = 0;

	if (c->n == 0)
		return;
	qsort(c->item, (size_t)c->n, sizeof(*c->item), code_order);
	for (int i = 1; i < c->n; i++)
		if (strcmp(c->item[i], c->item[n]) != 0)
			memcpy(c->item[++n], c->item[i], sizeof(c->item[0]));
	c->n = n + 1;
}

/* ---- What is watched ---------------------------------------------------------- */

int
live_universe_base(
    struct live *v, const char *strategy, struct codes *out, struct err *e)
{
	int n = out->n;

	if (store_universe_of(v->db, strategy, out, e) == -1)
		return -1;
	return out->n > n ? 0 : store_daily_codes(v->db, out, e);
}

static int
watched_by(
    struct live *v, const char *strategy, struct codes *out, struct err *e)
{
	int rc = store_choice(v->db, v->date, strategy, out, e);

	return rc != 0 ? rc : live_universe_base(v, strategy, out, e);
}

int
live_watched(struct live *v, struct codes *out, struct err *e)
{
	struct strategy_row *row;
	int n, rc = 0;

	if (store_strategies(v->db, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc >= 0; i++)
		if (row[i].is_on)
			rc = watched_by(v, row[i].name, out, e);
	free(row);
	codes_sort(out);
	return rc == -1 ? -1 : 0;
}

static int
load_watch(struct live *v, struct err *e)
{
	v->w.watch = xcalloc((size_t)v->w.nstrat + 1, sizeof(*v->w.watch));
	for (int s = 0; s < v->w.nstrat; s++) {
		struct codes list = { 0 };

		v->w.watch[s] = xcalloc((size_t)v->codes.n + 1, sizeof(bool));
		if (watched_by(v, v->w.strat[s].name, &list, e) == -1) {
			codes_fini(&list);
			return -1;
		}
		for (int i = 0; i < list.n; i++) {
			int k = codes_find(&v->codes, list.item[i]);

			if (k >= 0)
				v->w.watch[s][k] = true;
		}
		codes_fini(&list);
	}
	return 0;
}

/* ---- Tapes ---------------------------------------------------------------------- */

static int
lookback_of(const struct module_use *use)
{
	if (use->strategy == NULL)
		return 1;
	return use->strategy->lookback != NULL ?
	    use->strategy->lookback(use->value) :
	    0;
}

/* How many days any of the strategies may look at; 0: all there are. */
static int
days_needed(const struct live *v)
{
	int most = 1;

	for (int s = 0; s < v->w.nstrat; s++) {
		int d = lookback_of(&v->w.strat[s].daily);
		int m = lookback_of(&v->w.strat[s].minute);

		if (d <= 0 || m <= 0)
			return 0;
		most = d > most ? d : most;
		most = m > most ? m : most;
	}
	return most;
}

/*
 * What the broker has told of a stock's status holds for the day.  Where it
 * tells and has not, the stock is closed to entries and open to exits.  A
 * program that opens no broker sends nothing.
 */
static void
load_status(const struct live *v, const struct quote_row *q, struct tape *t)
{
	bool is_told = q->status_day == v->date;

	t->is_halted = is_told && q->is_halted;
	t->no_entry = is_told && q->no_entry;
	t->no_status = !is_told && v->broker != NULL &&
	    (v->broker->caps & CAP_STATUS) != 0;
}

static int
load_quote(struct live *v, struct tape *t, struct err *e)
{
	struct clock polled = { .is_fixed = true };
	struct quote_row q;

	if (store_quote(v->db, t->code, &q, e) == -1)
		return -1;
	polled.now = q.polled_at;
	if (clock_ymd(&polled) == v->date) { /* yesterday's base is another */
		t->bid = q.bid;
		t->ask = q.ask;
		t->base = q.base;
		t->lower = q.lower;
		t->upper = q.upper;
		t->is_rebased = q.base != 0 && t->prev_close != 0 &&
		    q.base != t->prev_close;
	}
	load_status(v, &q, t);
	t->is_stale = v->ses != NULL &&
	    session_phase(v->ses, v->at) != PHASE_ENTRY &&
	    v->now->now - q.polled_at > v->w.limits.stale_after;
	return 0;
}

static int
load_tape(struct live *v, int k, int days, unsigned what, struct err *e)
{
	struct tape *t = &v->w.tape[k];
	struct bar_store *daily = &v->bars[2 * k],
			 *minute = &v->bars[2 * k + 1];
	struct stock_row row;

	memcpy(t->code, v->codes.item[k], sizeof(t->code));
	bar_store_init(daily, false);
	bar_store_init(minute, true);
	bar_store_init(&t->forming, false);
	if (store_stock(v->db, t->code, &row, e) == -1)
		return -1;
	memcpy(t->name, row.name, sizeof(t->name));
	t->kind = row.kind;
	t->leverage = row.leverage;
	if (what & LOAD_NO_BARS)
		return 0;
	/* Of all that is watched, only today's bar is wanted: its minutes pass
	 * through one store that all tapes share. */
	if (what & LOAD_UNIVERSE)
		minute = &v->bars[2 * v->codes.n];
	bar_store_clear(minute);
	if (store_daily_last(v->db, t->code, v->date, days, 0, daily, e) ==
		-1 ||
	    store_minutes(
		v->db, t->code, v->date, 0, v->at - 1, 0, minute, e) == -1)
		return -1;
	t->daily = bar_store_window(daily, 0, daily->n);
	t->minute = bar_store_window(minute, 0, minute->n);
	t->prev_close = daily->n > 0 ? daily->close[daily->n - 1] : 0;
	t->last = minute->n > 0 ? minute->close[minute->n - 1] : 0;
	if (!bars_form_daily(&t->minute, &t->today))
		t->today.volume = 0;
	if (what & LOAD_UNIVERSE)
		t->minute = (struct bars){ 0 };
	return load_quote(v, t, e);
}

/* T3: too many stale prices, or none for too long? */
static int
load_freshness(struct live *v, struct err *e)
{
	epoch newest;
	int stale = 0;

	if (v->ses == NULL || v->w.nstock == 0 ||
	    session_phase(v->ses, v->at) == PHASE_ENTRY)
		return 0;
	if (store_quote_newest(v->db, &newest, e) == -1)
		return -1;
	for (int k = 0; k < v->w.nstock; k++)
		stale += v->w.tape[k].is_stale;
	v->m.no_prices = v->now->now - newest > v->w.limits.stale_all_after ||
	    (double)stale * (double)PPB_ONE >
		(double)v->w.nstock * (double)v->w.limits.stale_share;
	return 0;
}

/* ---- The book --------------------------------------------------------------------- */

/* A word that is none would be taken for the first there is: refused. */
static int
bad_word(struct live *v, const char *what, int64_t id, const char *word,
    struct err *e)
{
	return err_set(e, E_DATA,
	    "%s: %s %lld: '%s' is no state; see trade-db check",
	    store_path(v->db), what, (long long)id, word);
}

static int
signal_in(struct live *v, const struct signal_row *r, struct err *e)
{
	struct signal *g = book_add_signal(&v->b);

	*g = (struct signal){ .id = r->id,
		.strat = strat_find(v, r->strategy),
		.stock = codes_find(&v->codes, r->code),
		.side = r->side,
		.score = r->score,
		.target = r->target,
		.price = r->price,
		.made = r->made,
		.stamp = r->stamp,
		.is_said = r->is_said,
		.is_urgent = r->is_urgent };
	memcpy(g->reason, r->reason, sizeof(g->reason));
	if (sig_state_parse(r->state, &g->state) == -1)
		return bad_word(v, "signal", r->id, r->state, e);
	return 0;
}

static int
order_in(struct live *v, const struct order_row *r, struct err *e)
{
	struct order *o = book_add_order(&v->b);

	*o = (struct order){ .id = r->id,
		.strat = strat_find(v, r->strategy),
		.stock = codes_find(&v->codes, r->code),
		.side = r->side,
		.attempt = r->attempt,
		.lot_id = r->lot_id,
		.is_market = r->is_market,
		.limit = r->limit,
		.n = r->n,
		.filled = r->filled,
		.filled_won = r->filled_won,
		.decision = r->decision,
		.reserve_price = r->reserve_price,
		.date = r->day,
		.sent = r->sent,
		.worked = r->worked,
		.amends = r->amends,
		.at_open = r->at_open,
		.at_close = r->at_close,
		.wants_cancel = r->wants_cancel };
	memcpy(o->reason, r->reason, sizeof(o->reason));
	if (order_state_parse(r->state, &o->state) == -1)
		return bad_word(v, "order", r->id, r->state, e);
	if (order_why_parse(r->why, &o->why) == -1)
		return bad_word(v, "order", r->id, r->why, e);
	return 0;
}

static int
lot_in(struct live *v, const struct lot_row *r, unsigned what, struct err *e)
{
	struct lot *l = book_add_lot(&v->b);

	*l = (struct lot){ .id = r->id,
		.strat = strat_find(v, r->strategy),
		.stock = codes_find(&v->codes, r->code),
		.order_id = r->order_id,
		.n = r->n,
		.cost = r->cost,
		.fees = r->fees,
		.entry_date = r->entry_date,
		.entry_time = r->entry_time,
		.high = r->high };
	if (what & LOAD_NO_BARS)
		return 0;
	return store_high_since(v->db, r->code, r->entry_date, r->entry_time,
	    v->date, v->at, &l->high, e);
}

/* May it act?  A broken strategy's signals wait, for nobody can ask its
 * modules. */
static bool
may_act(const struct live *v, const struct signal_row *r)
{
	int s = strat_find(v, r->strategy);

	return s < 0 || !v->w.strat[s].is_broken || r->is_urgent ||
	    strcmp(r->state, "pending") != 0;
}

/* The rows that the book is made of, read first: they say which stocks. */
struct rows {
	struct signal_row *sig;
	struct order_row *order;
	struct lot_row *lot;
	int nsig, norder, nlot;
};

static void
rows_free(struct rows *r)
{
	free(r->sig);
	free(r->order);
	free(r->lot);
}

static int
rows_read(struct live *v, struct rows *r, struct err *e)
{
	*r = (struct rows){ 0 };
	if (store_signals(v->db, &r->sig, &r->nsig, e) == -1 ||
	    store_orders(v->db, v->date, &r->order, &r->norder, e) == -1 ||
	    store_lots(v->db, &r->lot, &r->nlot, e) == -1)
		return -1;
	for (int i = 0; i < r->nsig; i++) {
		add_orphan(v, r->sig[i].strategy);
		codes_add(&v->codes, r->sig[i].code);
	}
	for (int i = 0; i < r->norder; i++) {
		add_orphan(v, r->order[i].strategy);
		codes_add(&v->codes, r->order[i].code);
	}
	for (int i = 0; i < r->nlot; i++) {
		add_orphan(v, r->lot[i].strategy);
		codes_add(&v->codes, r->lot[i].code);
	}
	return 0;
}

static int
load_day(struct live *v, struct err *e)
{
	struct day_row d;
	int rc = store_day(v->db, v->date, &d, e);
	won waiting;

	if (rc == -1 || store_cash(v->db, &v->b.cash, e) == -1 ||
	    store_deposits_waiting(v->db, v->date, &waiting, e) == -1)
		return -1;
	v->b.buyable = v->b.cash - waiting;
	v->day_is_new = rc == 0;
	if (rc == 1) {
		v->b.day = (struct day){ .date = d.day,
			.start_equity = d.start_equity,
			.peak_equity = d.peak_equity,
			.entries = d.entries,
			.rejects = d.rejects,
			.portfolio_stop = d.portfolio_stop,
			.loss_stop = d.loss_stop };
		memcpy(v->b.day.stop_reason, d.stop_reason,
		    sizeof(v->b.day.stop_reason));
	}
	v->b.nran = v->w.nstrat;
	v->b.ran = xcalloc((size_t)v->w.nstrat + 1, sizeof(*v->b.ran));
	for (int s = 0; s < v->w.nstrat; s++) {
		rc = store_daily_ran(v->db, v->date, v->w.strat[s].name, e);
		if (rc == -1)
			return -1;
		v->b.ran[s] = rc == 1;
	}
	return 0;
}

static int
load_book(struct live *v, const struct rows *r, unsigned what, struct err *e)
{
	if (load_day(v, e) == -1)
		return -1;
	for (int i = 0; i < r->nsig; i++)
		if ((r->sig[i].day == v->date) != v->day_is_new &&
		    may_act(v, &r->sig[i]) && signal_in(v, &r->sig[i], e) == -1)
			return -1;
	for (int i = 0; i < r->norder; i++)
		if (order_in(v, &r->order[i], e) == -1)
			return -1;
	for (int i = 0; i < r->nlot; i++)
		if (lot_in(v, &r->lot[i], what, e) == -1)
			return -1;
	v->nrow = r->norder;
	v->row = xcalloc((size_t)r->norder + 1, sizeof(*v->row));
	if (r->norder > 0)
		memcpy(v->row, r->order, (size_t)r->norder * sizeof(*v->row));
	return 0;
}

/* ---- What closes the account, a strategy or a stock to entries ------------------ */

static void
close_entries(struct live *v, const char *why)
{
	if (v->closed[0] == '\0')
		snprintf(v->closed, sizeof(v->closed), "%s", why);
	v->m.closed_to_entries = v->closed;
}

static void
halt_in(struct live *v, const struct halt_row *h)
{
	int i;

	switch (h->scope) {
	case HALT_ALL:
		v->w.halt.all = true;
		break;
	case HALT_ENTRIES:
		v->w.halt.entries = true;
		break;
	case HALT_STRATEGY:
		if ((i = strat_find(v, h->what)) >= 0)
			v->halt_strat[i] = true;
		break;
	case HALT_CODE:
		if ((i = codes_find(&v->codes, h->what)) >= 0)
			v->halt_stock[i] = true;
		break;
	}
}

static int
load_halts(struct live *v, struct err *e)
{
	struct halt_row *h;
	int n;

	v->halt_strat = xcalloc((size_t)v->w.nstrat + 1, sizeof(bool));
	v->halt_stock = xcalloc((size_t)v->w.nstock + 1, sizeof(bool));
	v->w.halt.strat = v->halt_strat;
	v->w.halt.stock = v->halt_stock;
	if (store_halts(v->db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		halt_in(v, &h[i]);
	free(h);
	return 0;
}

/* An unsettled difference closes its stock, or the account (S6, T25). */
static int
load_drifts(struct live *v, struct err *e)
{
	struct drift_row *d;
	won equity = v->b.day.start_equity;
	int n, k;

	if (store_drifts(v->db, &d, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		won gap = d[i].difference < 0 ? -d[i].difference :
						d[i].difference;

		if (strcmp(d[i].kind, "cash") != 0) {
			k = codes_find(&v->codes, d[i].code);
			if (k >= 0)
				v->halt_stock[k] = true;
		} else if (gap > equity / 100) {
			close_entries(v,
			    "cash differs from the broker's by"
			    " more than 1 % (sync-account)");
		}
	}
	free(d);
	return 0;
}

static int
load_gates(struct live *v, struct err *e)
{
	struct day_row last;
	won cash;
	int rc = store_cash(v->db, &cash, e);

	if (rc == -1 || store_last_day(v->db, &last, e) == -1 ||
	    load_halts(v, e) == -1 || load_drifts(v, e) == -1)
		return -1;
	if (rc == 0)
		close_entries(v,
		    "the account was never read; run"
		    " sync-account");
	if (last.day > v->date)
		close_entries(v,
		    "a later day has been traded already; is the"
		    " clock right?");
	for (int i = 0; i < v->b.norder; i++)
		if (v->b.order[i].date < v->date &&
		    !order_is_final(v->b.order[i].state))
			close_entries(v,
			    "an order of an earlier day is not"
			    " settled");
	return 0;
}

/* ---- All of it --------------------------------------------------------------------- */

int
live_load(struct live *v, unsigned what, struct err *e)
{
	struct rows rows;
	int rc = -1, days;

	live_unload(v);
	book_init(&v->b);
	v->w = (struct world){ .cal = v->cal };
	if (config_limits(v->db, &v->w.limits, e) == -1 ||
	    config_strategies_left(
		v->db, &v->w.strat, &v->w.nstrat, &v->broken, e) == -1)
		return -1;
	v->m = (struct moment){ .date = v->date,
		.at = v->at,
		.ses = v->ses,
		.is_late = clock_second(v->now) > v->w.limits.max_delay };
	v->closed[0] = '\0';
	if (rows_read(v, &rows, e) == -1 ||
	    ((what & LOAD_UNIVERSE) && live_watched(v, &v->codes, e) == -1))
		goto out;
	codes_sort(&v->codes);
	v->w.nstock = v->codes.n;
	v->w.tape = xcalloc((size_t)v->codes.n + 1, sizeof(*v->w.tape));
	v->bars = xcalloc(2 * (size_t)v->codes.n + 1, sizeof(*v->bars));
	bar_store_init(&v->bars[2 * v->codes.n], true);
	days = days_needed(v);
	for (int k = 0; k < v->codes.n; k++)
		if (load_tape(v, k, days, what, e) == -1)
			goto out;
	if (load_watch(v, e) == -1 || load_book(v, &rows, what, e) == -1 ||
	    load_gates(v, e) == -1 || load_freshness(v, e) == -1)
		goto out;
	rc = 0;
out:
	rows_free(&rows);
	return rc;
}

void
live_unload(struct live *v)
{
	for (int k = 0; k < v->w.nstock && v->w.tape != NULL; k++) {
		bar_store_fini(&v->w.tape[k].forming);
		bar_store_fini(&v->bars[2 * k]);
		bar_store_fini(&v->bars[2 * k + 1]);
	}
	if (v->bars != NULL)
		bar_store_fini(&v->bars[2 * v->w.nstock]);
	for (int s = 0; s < v->w.nstrat && v->w.watch != NULL; s++)
		free(v->w.watch[s]);
	free(v->w.watch);
	free(v->w.tape);
	free(v->w.strat);
	free(v->bars);
	free(v->row);
	free(v->halt_strat);
	free(v->halt_stock);
	codes_fini(&v->codes);
	book_fini(&v->b);
	run_work_fini(&v->work);
	v->w = (struct world){ 0 };
	v->bars = NULL;
	v->row = NULL;
	v->nrow = 0;
	v->halt_strat = v->halt_stock = NULL;
}

/* ---- Saving -------------------------------------------------------------------------- */

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

	snprintf(r.strategy, sizeof(r.strategy), "%s", strat_name(v, g->strat));
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

	snprintf(r.strategy, sizeof(r.strategy), "%s", strat_name(v, o->strat));
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

	snprintf(r.strategy, sizeof(r.strategy), "%s", strat_name(v, l->strat));
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
			    strat_find(v, row[j].strategy) == g->strat &&
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
	trade_day_open(&v->w, &v->b, v->date);
	if (drop_doubles(v, e) == -1 || live_save(v, NULL, e) == -1)
		return -1;
	return live_load(v, what, e);
}
