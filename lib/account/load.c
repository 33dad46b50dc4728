/*
 * load.c - live_load: the database as lib/trade sees it.
 *
 * Tapes are loaded of the stocks that matter and no others; numbers of stocks
 * and strategies follow the order of code and name, as in the backtest.
 */
#include "account/live_inner.h"

#include "account/config.h"
#include "base/mem.h"
#include "store/books.h"
#include "store/prices.h"
#include "store/settings.h"
#include "store/signals.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Names and numbers ------------------------------------------------------ */

int
live_strat_find(const struct live *v, const char *name)
{
	if (strcmp(name, MANUAL) == 0)
		return STRAT_MANUAL;
	for (int s = 0; s < v->w.nstrat; s++)
		if (strcmp(v->w.strat[s].name, name) == 0)
			return s;
	return -2;
}

const char *
live_strat_name(const struct live *v, int s)
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

	if (live_strat_find(v, name) != -2)
		return;
	v->w.strat = xrealloc(
	    v->w.strat, (size_t)v->w.nstrat + 1, sizeof(*v->w.strat));
	c = &v->w.strat[v->w.nstrat++];
	strategy_conf_default(c, name);
	c->is_on = false;
	qsort(
	    v->w.strat, (size_t)v->w.nstrat, sizeof(*v->w.strat), strat_order);
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
		.strat = live_strat_find(v, r->strategy),
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
		.strat = live_strat_find(v, r->strategy),
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
		.strat = live_strat_find(v, r->strategy),
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
	int s = live_strat_find(v, r->strategy);

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
	    config_strategies_left(v->db, &v->w.strat, &v->w.nstrat, &v->broken,
		&v->idle, e) == -1)
		return -1;
	v->m = (struct moment){ .date = v->date,
		.at = v->at,
		.ses = v->ses,
		.is_late = clock_second(v->now) > v->w.limits.max_delay };
	v->closed[0] = '\0';
	if (rows_read(v, &rows, e) == -1 ||
	    ((what & LOAD_UNIVERSE) && live_watched(v, &v->codes, e) == -1))
		goto out;
	live_codes_sort(&v->codes);
	v->w.nstock = v->codes.n;
	v->w.tape = xcalloc((size_t)v->codes.n + 1, sizeof(*v->w.tape));
	v->bars = xcalloc(2 * (size_t)v->codes.n + 1, sizeof(*v->bars));
	bar_store_init(&v->bars[2 * v->codes.n], true);
	days = live_days_needed(v);
	for (int k = 0; k < v->codes.n; k++)
		if (live_load_tape(v, k, days, what, e) == -1)
			goto out;
	if (live_load_watch(v, e) == -1 || load_book(v, &rows, what, e) == -1 ||
	    live_load_gates(v, e) == -1 || live_load_freshness(v, e) == -1)
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
