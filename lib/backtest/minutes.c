/*
 * minutes.c - a session minute by minute.
 *
 * At minute T: orders are matched against bar T-1, the tapes show it, then
 * come the decisions of T (DESIGN, "The minute, exactly").  The last pass is
 * one minute before the close; the closing auction's bar is matched after it.
 */
#include "backtest/run.h"

#include "base/date.h"
#include "market/match.h"

#include <string.h>

/* The stocks that can matter today: all with minutes where a strategy works
 * intraday, else those with a signal, a holding or an order. */
static void
find_active(struct run *r)
{
	bool all = false;

	for (int s = 0; s < r->w.nstrat; s++)
		all = all || r->w.strat[s].signals == SIGNALS_INTRADAY;
	r->nactive = 0;
	for (int k = 0; k < r->w.nstock; k++) {
		bool in = all;

		if (r->w.tape[k].by_day)
			continue;
		for (int i = 0; i < r->b.nsig && !in; i++)
			in = r->b.sig[i].stock == k;
		for (int i = 0; i < r->b.nlot && !in; i++)
			in = r->b.lot[i].stock == k && r->b.lot[i].n > 0;
		for (int i = 0; i < r->b.norder && !in; i++)
			in = r->b.order[i].stock == k;
		if (in)
			r->active[r->nactive++] = k;
	}
}

/* The tape shows one more bar. */
static void
show_minute(struct tape *t, const struct bar *b)
{
	struct bar *d = &t->today;

	t->minute.n++;
	t->last = b->close;
	if (d->volume == 0)
		*d = (struct bar){ .date = b->date,
			.open = b->open,
			.high = b->high,
			.low = b->low };
	if (b->high > d->high)
		d->high = b->high;
	if (b->low < d->low)
		d->low = b->low;
	d->close = b->close;
	d->volume += b->volume;
}

static struct bar
bar_of(const struct bars *b, int i)
{
	return (struct bar){ b->date[i], b->time[i], b->open[i], b->high[i],
		b->low[i], b->close[i], b->volume[i] };
}

/* The next bar, if it has this label.  Bars before it that the session has no
 * minute for are shown in passing, as they are in the database. */
static bool
bar_at(const struct run *r, int k, hhmm label, struct bar *b)
{
	const struct bars *all = &r->minute[k];
	struct tape *t = &r->w.tape[k];

	while (t->minute.n < all->n) {
		*b = bar_of(all, t->minute.n);
		if (b->time >= label)
			return b->time == label;
		show_minute(t, b);
	}
	return false;
}

static void
match_minute(struct run *r, int k, const struct bar *b)
{
	struct match_bar mb;
	qty capacity;

	if (!book_working(&r->b, k))
		return;
	mb = run_match_bar(r, k, b);
	capacity = match_capacity(&mb);
	run_match(r, k, &mb, b->time, false, &capacity);
}

static void
raise_highs(struct run *r, int k, const struct bar *b)
{
	for (int i = 0; i < r->b.nlot; i++) {
		struct lot *l = &r->b.lot[i];

		if (l->stock == k && l->n > 0 && b->close > l->high &&
		    (b->date > l->entry_date || b->time >= l->entry_time))
			l->high = b->close;
	}
}

/* The bar with this label: fills, then what it shows. */
static void
step_bars(struct run *r, hhmm label)
{
	for (int i = 0; i < r->nactive; i++) {
		int k = r->active[i];
		struct bar b;

		if (!bar_at(r, k, label, &b))
			continue;
		r->out->bars++;
		match_minute(r, k, &b);
		show_minute(&r->w.tape[k], &b);
		raise_highs(r, k, &b);
	}
}

/* Nothing is held, waits or works, and nothing new can come today. */
static bool
is_idle(const struct run *r)
{
	for (int s = 0; s < r->w.nstrat; s++)
		if (r->w.strat[s].signals == SIGNALS_INTRADAY)
			return false;
	for (int i = 0; i < r->b.nlot; i++)
		if (r->b.lot[i].n > 0)
			return false;
	for (int i = 0; i < r->b.nsig; i++)
		if (r->b.sig[i].state == SIG_PENDING)
			return false;
	for (int i = 0; i < r->b.norder; i++)
		if (!order_is_final(r->b.order[i].state))
			return false;
	return true;
}

int
run_minutes(struct run *r, struct err *e)
{
	const struct session *s = r->ses;

	find_active(r);
	for (hhmm at = s->open; at < s->close; at = hhmm_add(at, 1)) {
		if (is_idle(r))
			return 0;
		run_confirm(r);
		if (at != s->open)
			step_bars(r, hhmm_add(at, -1));
		if (run_minute_of(r, at, e) == -1)
			return -1;
	}
	run_confirm(r);
	step_bars(r, s->close);
	return 0;
}
