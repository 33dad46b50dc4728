/* strategy_run.c - see strategy_run.h. */
#include "trade/strategy_run.h"

#include "base/date.h"
#include "base/mem.h"
#include "strategy/guard.h"
#include "trade/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_SIZE 256

void
run_work_fini(struct run_work *k)
{
	free(k->stock);
	free(k->tape);
	free(k->cand);
	free(k->keep);
	free(k->shown.set);
	free(k->seen);
	free(k->scratch);
	*k = (struct run_work){ 0 };
}

static void
work_reserve(struct run_work *k, int n, size_t scratch)
{
	size_t bytes = scratch * (size_t)n;

	if (n > k->cap) {
		k->cap = n;
		k->stock = xrealloc(k->stock, (size_t)n, sizeof(*k->stock));
		k->tape = xrealloc(k->tape, (size_t)n, sizeof(*k->tape));
		k->cand = xrealloc(k->cand, 2 * (size_t)n, sizeof(*k->cand));
		k->keep = xrealloc(k->keep, (size_t)n, sizeof(*k->keep));
		k->shown.set = xrealloc(
		    k->shown.set, (size_t)n, sizeof(*k->shown.set));
		k->seen = xrealloc(k->seen, (size_t)n, sizeof(*k->seen));
		k->shown.date = 0;
	}
	if (bytes > k->scratch_cap) {
		k->scratch_cap = bytes;
		k->scratch = xrealloc(k->scratch, bytes, 1);
	}
	if (bytes > 0)
		memset(k->scratch, 0, bytes);
}

int
run_lookback(const struct strategy_conf *conf, const struct module_use *use)
{
	int back;

	if (use->strategy->lookback == NULL)
		return 0;
	guard_enter(conf->name, use->strategy->name, "lookback");
	back = use->strategy->lookback(use->value);
	guard_leave();
	return back;
}

/* The newest `back` bars of a window; all for 0.  Field by field, as is all
 * that is done for each stock of each day. */
static inline void
window_tail(const struct bars *b, int back, struct bars *out)
{
	int skip = back > 0 && b->n > back ? b->n - back : 0;

	out->n = b->n - skip;
	out->date = b->date + skip;
	out->time = NULL;
	out->open = b->open + skip;
	out->high = b->high + skip;
	out->low = b->low + skip;
	out->close = b->close + skip;
	out->volume = b->volume + skip;
}

static struct bar
bar_at(const struct bars *b, int i)
{
	return (struct bar){ .date = b->date[i],
		.open = b->open[i],
		.high = b->high[i],
		.low = b->low[i],
		.close = b->close[i],
		.volume = b->volume[i] };
}

/*
 * History with today's forming bar behind it.  The forming bar is the last
 * row, written again each minute; on a new day the one of the day before
 * gives way to the final bars since, so that history is copied once.
 */
static struct bars
window_forming(struct tape *t, ymd today)
{
	struct bar_store *f = &t->forming;
	struct bar b = t->today;

	if (t->forming_date != today) {
		int n = f->n > 0 ? f->n - 1 : 0;

		if (n > t->daily.n ||
		    (n > 0 &&
			(f->date[0] != t->daily.date[0] ||
			    f->date[n - 1] != t->daily.date[n - 1])))
			n = 0; /* another window of history */
		f->n = n;
		for (; n < t->daily.n; n++) {
			struct bar d = bar_at(&t->daily, n);

			bar_store_add(f, &d);
		}
		t->forming_date = today;
	}
	b.date = today;
	b.time = 0;
	f->n = t->daily.n;
	bar_store_add(f, &b);
	return bar_store_window(f, 0, f->n);
}

/* Is this lot's entry still filling? */
static bool
is_filling(const struct book *b, const struct lot *l)
{
	for (int i = 0; i < b->norder && l->order_id != 0; i++)
		if (b->order[i].id == l->order_id)
			return b->order[i].state == ORDER_OPEN ||
			    b->order[i].state == ORDER_PART;
	return false;
}

/* One lot of the strategy's, as it sees it. */
static void
see_lot(const struct lot *l, struct stock *out)
{
	out->held += l->n;
	out->held_cost += l->cost;
	if (out->entry_date == 0 || l->entry_date < out->entry_date)
		out->entry_date = l->entry_date;
}

/*
 * Is this a lot that strategy s sees?  The shares of an entry that still fills
 * come into sight when it is done: a strategy says a buy for what it does not
 * hold, so it would fall silent at the first share and take back the rest.
 */
static bool
is_seen(const struct book *b, const struct lot *l, int s)
{
	return l->strat == s && l->n > 0 && !is_filling(b, l);
}

static inline void
see_stock(const struct world *w, int k, ymd today, bool forming, int back,
    struct stock *out)
{
	struct tape *t = &w->tape[k];
	const struct bars *daily = &t->daily;
	struct bars formed;

	if (forming && t->today.volume > 0) {
		formed = window_forming(t, today);
		daily = &formed;
	}
	out->code = t->code;
	out->name = t->name;
	window_tail(daily, back, &out->daily);
	out->minute = (struct bars){ 0 }; /* for minute() alone */
	out->held = out->held_cost = 0;
	out->entry_date = 0;
}

/* Rows of the stocks of `set`, nothing held: how many. */
static int
see_stocks(const struct world *w, const bool *set, ymd today, bool forming,
    int back, struct run_work *k)
{
	int n = 0;

	for (int i = 0; i < w->nstock; i++) {
		if (!set[i])
			continue;
		see_stock(w, i, today, forming, back, &k->stock[n]);
		k->seen[i] = n;
		k->tape[n++] = i;
	}
	return n;
}

/* Do the rows that universe() was shown serve daily(), which wants `set`? */
static bool
is_shown(const struct world *w, const struct run_work *k, const bool *set,
    ymd today, bool forming, int back)
{
	return k->is_steady && !forming && k->shown.date == today &&
	    k->shown.back == back &&
	    memcmp(k->shown.set, set, (size_t)w->nstock * sizeof(*set)) == 0;
}

/* Minutes from the open and to the closing auction, and the phase. */
static void
see_time(const struct moment *m, struct ctx *c)
{
	enum phase ph = session_phase(m->ses, m->at);

	c->today = m->date;
	c->phase = ph == PHASE_ENTRY ? CTX_BEFORE_OPEN :
	    ph == PHASE_AUCTION      ? CTX_AUCTION :
				       CTX_CONTINUOUS;
	c->since_open = hhmm_diff(m->at, m->ses->open);
	c->until_auction = hhmm_diff(m->ses->auction, m->at);
}

static int
module_failed(const struct world *w, int s, const char *what,
    const struct ctx *c, struct err *e)
{
	return err_set(e, E_FAIL, "strategy %s: %s: %s", w->strat[s].name, what,
	    c->error[0] ? c->error : "failed without a word");
}

/* What a module says must make sense, or none of it is used. */
static int
candidates_check(const struct world *w, int s, const struct ctx *c,
    const struct candidates *out, struct err *e)
{
	if (out->n < 0 || out->n > out->cap)
		return err_set(e, E_FAIL,
		    "strategy %s: %s: %d candidates where"
		    " %d fit",
		    w->strat[s].name, w->strat[s].daily.strategy->name, out->n,
		    out->cap);
	for (int i = 0; i < out->n; i++) {
		const struct candidate *a = &out->item[i];

		if (a->stock < 0 || a->stock >= c->n_stocks ||
		    (a->side != SIDE_BUY && a->side != SIDE_SELL) ||
		    !isfinite(a->score) || a->target < 0)
			return err_set(e, E_FAIL,
			    "strategy %s: %s: candidate"
			    " %d is impossible (stock %d of %d, score %g)",
			    w->strat[s].name, w->strat[s].daily.strategy->name,
			    i, a->stock, c->n_stocks, a->score);
	}
	return 0;
}

int
run_daily(const struct world *w, const struct moment *m, const struct book *b,
    int s, struct run_work *k, struct candidates *out, struct err *e)
{
	const struct strategy_conf *conf = &w->strat[s];
	const struct strategy *st = conf->daily.strategy;
	bool forming = conf->signals == SIGNALS_INTRADAY;
	char error[ERROR_SIZE] = "";
	struct ctx c = { .is_forming = forming,
		.param = conf->daily.value,
		.error = error,
		.error_size = sizeof(error) };
	int back, n, rc;

	*out = (struct candidates){ 0 };
	if (w->nstock == 0) /* nothing watched, nothing held: nothing to ask */
		return 0;
	back = run_lookback(conf, &conf->daily);
	work_reserve(k, w->nstock, st->scratch);
	memcpy(k->keep, w->watch[s], (size_t)w->nstock * sizeof(*k->keep));
	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].strat == s && b->lot[i].n > 0)
			k->keep[b->lot[i].stock] = true;
	n = is_shown(w, k, k->keep, m->date, forming, back) ?
	    k->shown.n :
	    see_stocks(w, k->keep, m->date, forming, back, k);
	k->shown.date = 0; /* from here on they tell what is held */
	for (int i = 0; i < b->nlot; i++)
		if (is_seen(b, &b->lot[i], s))
			see_lot(
			    &b->lot[i], &k->stock[k->seen[b->lot[i].stock]]);
	see_time(m, &c);
	c.n_stocks = n;
	c.stock = k->stock;
	c.capital = strategy_capital(w, b, s);
	c.cash = strategy_cash(w, b, s);
	c.scratch = k->scratch;
	c.scratch_size = st->scratch * (size_t)n;
	*out = (struct candidates){ .cap = 2 * n, .item = k->cand };
	if (n == 0)
		return 0;
	guard_enter(conf->name, st->name, "daily");
	rc = st->daily(&c, out);
	guard_leave();
	if (rc == -1)
		return module_failed(w, s, st->name, &c, e);
	if (candidates_check(w, s, &c, out, e) == -1)
		return -1;
	for (int i = 0; i < out->n; i++)
		out->item[i].stock = k->tape[out->item[i].stock];
	return 0;
}

int
run_minute(const struct world *w, const struct moment *m, const struct book *b,
    const struct signal *g, struct act *act, struct err *e)
{
	const struct strategy_conf *conf = &w->strat[g->strat];
	const struct strategy *st = conf->minute.strategy;
	char error[ERROR_SIZE] = "";
	struct stock stock;
	struct signal_view v = {
		.side = g->side, .score = g->score, .target = g->target
	};
	struct ctx c = { .n_stocks = 1,
		.stock = &stock,
		.param = conf->minute.value,
		.error = error,
		.error_size = sizeof(error) };
	void *scratch = NULL;
	int rc;

	see_stock(w, g->stock, m->date, false,
	    run_lookback(conf, &conf->minute), &stock);
	stock.minute = w->tape[g->stock].minute;
	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].stock == g->stock &&
		    is_seen(b, &b->lot[i], g->strat))
			see_lot(&b->lot[i], &stock);
	see_time(m, &c);
	c.capital = strategy_capital(w, b, g->strat);
	c.cash = strategy_cash(w, b, g->strat);
	if (st->scratch > 0) {
		c.scratch = scratch = xcalloc(1, st->scratch);
		c.scratch_size = st->scratch;
	}
	*act = (struct act){ .when = WHEN_WAIT };
	guard_enter(conf->name, st->name, "minute");
	rc = st->minute(&c, &v, act);
	guard_leave();
	free(scratch);
	if (rc == -1)
		return module_failed(w, g->strat, st->name, &c, e);
	if (act->price < 0)
		return err_set(e, E_FAIL,
		    "strategy %s: %s: price %lld is"
		    " impossible",
		    conf->name, st->name, (long long)act->price);
	return 0;
}

int
run_universe(const struct world *w, ymd today, int s, const bool *base,
    bool *out, struct run_work *k, struct err *e)
{
	const struct strategy_conf *conf = &w->strat[s];
	const struct strategy *st = conf->daily.strategy;
	char error[ERROR_SIZE] = "";
	struct ctx c = { .today = today,
		.param = conf->daily.value,
		.phase = CTX_BEFORE_OPEN,
		.error = error,
		.error_size = sizeof(error) };
	int n, back, rc;

	if (st == NULL || st->universe == NULL) {
		memcpy(out, base, (size_t)w->nstock * sizeof(*out));
		return 0;
	}
	memset(out, 0, (size_t)w->nstock * sizeof(*out));
	back = run_lookback(conf, &conf->daily);
	work_reserve(k, w->nstock, st->scratch);
	n = see_stocks(w, base, today, false, back, k);
	if (n == 0)
		return 0;
	memcpy(k->shown.set, base, (size_t)w->nstock * sizeof(*base));
	k->shown.n = n;
	k->shown.back = back;
	k->shown.date = today;
	memset(k->keep, 0, (size_t)n * sizeof(*k->keep));
	c.n_stocks = n;
	c.stock = k->stock;
	c.scratch = k->scratch;
	c.scratch_size = st->scratch * (size_t)n;
	guard_enter(conf->name, st->name, "universe");
	rc = st->universe(&c, k->keep);
	guard_leave();
	if (rc == -1)
		return module_failed(w, s, st->name, &c, e);
	for (int i = 0; i < n; i++)
		out[k->tape[i]] = k->keep[i];
	return 0;
}
