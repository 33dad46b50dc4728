/*
 * load_tape.c - the bars and the quotes of the stocks that matter, and whether
 * they are fresh.
 */
#include "account/live_inner.h"

#include <string.h>

#include "store/prices.h"
#include "store/quotes.h"
#include "store/stocks.h"

/* One that could not be loaded is asked nothing. */
static int
lookback_of(const struct strategy_conf *c, const struct module_use *use)
{
	return use->strategy == NULL ? 1 : run_lookback(c, use);
}

/* How many days any of the strategies may look at; 0: all there are. */
int
live_days_needed(const struct live *v)
{
	int most = 1;

	for (int s = 0; s < v->w.nstrat; s++) {
		const struct strategy_conf *c = &v->w.strat[s];
		int d = lookback_of(c, &c->daily);
		int m = lookback_of(c, &c->minute);

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

int
live_load_tape(struct live *v, int k, int days, unsigned what, struct err *e)
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
int
live_load_freshness(struct live *v, struct err *e)
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
