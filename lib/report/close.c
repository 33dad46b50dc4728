/* close.c - see close.h. */
#include "report/close.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/runs.h"

#define FROZEN_AFTER 30 /* days, of final results */

/* What is stored of the days, and when they are over. */
struct work {
	struct store *db;
	const struct calendar *cal;
	epoch now;
	ymd today, synced; /* newest day that sync-account ran on */
	int nrow, nperf;
	struct portfolio_row *row;
	struct performance_row *perf;
	double top; /* highest 1 + cumulative return */
};

static int
work_load(struct work *w, struct store *db, const struct calendar *cal,
    const struct clock *now, struct err *e)
{
	struct run_row run;
	int rc;

	*w = (struct work){ .db = db,
		.cal = cal,
		.now = now->now,
		.today = clock_ymd(now),
		.top = 1 };
	if ((rc = store_last_success(db, "sync-account", &run, e)) == -1)
		return -1;
	if (rc == 1 && run.day <= w->today)
		w->synced = run.day;
	if (store_portfolio(db, 0, w->today, &w->row, &w->nrow, e) == -1)
		return -1;
	return store_performance(db, 0, w->today, &w->perf, &w->nperf, e);
}

static void
work_fini(struct work *w)
{
	free(w->row);
	free(w->perf);
}

static const struct portfolio_row *
stored(const struct work *w, ymd day)
{
	for (int lo = 0, hi = w->nrow; lo < hi;) {
		int mid = lo + (hi - lo) / 2;

		if (w->row[mid].day == day)
			return &w->row[mid];
		if (w->row[mid].day < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The first row of that day or a later one. */
static int
perf_from(const struct work *w, ymd day)
{
	int lo = 0, hi = w->nperf;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (w->perf[mid].day < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static const struct performance_row *
stored_perf(const struct work *w, ymd day, const char *strategy)
{
	for (int i = perf_from(w, day); i < w->nperf && w->perf[i].day == day;
	     i++)
		if (strcmp(w->perf[i].strategy, strategy) == 0)
			return &w->perf[i];
	return NULL;
}

static bool
is_over(const struct work *w, const struct session *s)
{
	return w->now >= clock_epoch_at(s->date, s->close, 0) + 60;
}

static bool
is_final(const struct work *w, ymd day)
{
	const struct session *next = calendar_next(w->cal, day);

	return next != NULL &&
	    (w->synced >= next->date ||
		w->now >= clock_epoch_at(next->date, next->entry, 0));
}

/* ---- One day ----------------------------------------------------------------- */

static struct performance_row *
perf_of(struct closed_day *d, const char *strategy)
{
	struct performance_row *p;

	if (d->nperf > 0 &&
	    strcmp(d->perf[d->nperf - 1].strategy, strategy) == 0)
		return &d->perf[d->nperf - 1];
	d->perf = xrealloc(d->perf, (size_t)d->nperf + 1, sizeof(*d->perf));
	p = &d->perf[d->nperf++];
	memset(p, 0, sizeof(*p));
	p->day = d->row.day;
	memcpy(p->strategy, strategy, strlen(strategy) + 1);
	return p;
}

/* Cash, costs and trades: all but what the shares are worth. */
static void
from_ledgers(struct closed_day *d, const struct walk *w)
{
	struct portfolio_row *r = &d->row;

	r->cash = w->balance;
	r->transfers = w->transfers;
	d->other = w->other;
	for (int i = 0; i < w->npos; i++) {
		const struct position *p = &w->pos[i];
		struct performance_row *f;

		if (p->n == 0 && p->buys == 0 && p->sells == 0)
			continue;
		f = perf_of(d, p->strategy);
		f->cost += p->n > 0 ? p->cost : 0;
		f->realised += p->realised;
		f->buys += p->buys;
		f->sells += p->sells;
		f->wins += p->wins;
		f->commission += p->commission;
		f->tax += p->tax;
		r->realised += p->realised;
		r->bought += p->bought;
		r->sold += p->sold;
		r->commission += p->commission;
		r->tax += p->tax;
	}
}

static bool
same_ledgers(const struct work *w, const struct closed_day *d,
    const struct portfolio_row *was)
{
	const struct portfolio_row *r = &d->row;

	if (r->cash != was->cash || r->transfers != was->transfers ||
	    r->realised != was->realised || r->bought != was->bought ||
	    r->sold != was->sold || r->commission != was->commission ||
	    r->tax != was->tax)
		return false;
	for (int i = 0; i < d->nperf; i++) {
		const struct performance_row *a = &d->perf[i];
		const struct performance_row *b = stored_perf(
		    w, r->day, a->strategy);

		if (b == NULL || a->cost != b->cost ||
		    a->realised != b->realised || a->buys != b->buys ||
		    a->sells != b->sells)
			return false;
	}
	return true;
}

static bool
any_rescaled(const struct walk *w, ymd day)
{
	for (int i = 0; i < w->npos; i++)
		if (w->pos[i].n > 0 &&
		    history_is_rescaled(w->h, w->pos[i].code, day))
			return true;
	return false;
}

static int
value(struct closed_day *d, const struct walk *w, struct err *e)
{
	for (int i = 0; i < d->nperf; i++)
		d->perf[i].holdings = 0;
	for (int i = 0, k = 0; i < w->npos; i++) {
		const struct position *p = &w->pos[i];
		won price, amount;

		if (p->n <= 0)
			continue;
		if (history_mark(w->h, p->code, d->row.day, &price, e) == -1)
			return -1;
		amount = price != 0 ? price * p->n : p->cost;
		while (strcmp(d->perf[k].strategy, p->strategy) != 0)
			k++;
		d->perf[k].holdings += amount;
		d->row.holdings += amount;
	}
	return 0;
}

static void
value_as_before(
    const struct work *w, struct closed_day *d, const struct portfolio_row *was)
{
	for (int i = 0; i < d->nperf; i++)
		d->perf[i].holdings =
		    stored_perf(w, d->row.day, d->perf[i].strategy)->holdings;
	d->row.holdings = was->holdings;
}

/* What the day began with: the day before it, or what first came. */
static void
returns(struct work *w, struct closed_day *d, const struct closed_day *before,
    const struct walk *walk)
{
	struct portfolio_row *r = &d->row;
	won base = walk->opening + r->transfers;
	double cumulative = before != NULL ? before->row.cumulative_return : 0;

	base += before != NULL ? before->row.total : 0;
	for (int i = 0; i < walk->npos && before == NULL; i++)
		base += walk->pos[i].moved;
	r->total = r->cash + r->holdings;
	r->profit = r->total - base;
	r->daily_return = base > 0 ? (double)r->profit / (double)base : 0;
	r->cumulative_return = (1 + cumulative) * (1 + r->daily_return) - 1;
	if (1 + r->cumulative_return > w->top)
		w->top = 1 + r->cumulative_return;
	r->drawdown = (1 + r->cumulative_return) / w->top - 1;
	for (int i = 0; i < d->nperf; i++)
		d->perf[i].unrealised = d->perf[i].holdings - d->perf[i].cost;
}

/* Doubles that were computed the same way, whatever the compiler. */
static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

static bool
says_same(const struct work *w, const struct closed_day *d,
    const struct portfolio_row *was)
{
	const struct portfolio_row *r = &d->row;

	if (was == NULL || r->is_final != was->is_final ||
	    !same_ledgers(w, d, was) || r->holdings != was->holdings ||
	    r->total != was->total || r->profit != was->profit ||
	    !near(r->daily_return, was->daily_return) ||
	    !near(r->cumulative_return, was->cumulative_return) ||
	    !near(r->drawdown, was->drawdown))
		return false;
	for (int i = 0; i < d->nperf; i++)
		if (stored_perf(w, r->day, d->perf[i].strategy)->holdings !=
		    d->perf[i].holdings)
			return false;
	return perf_from(w, r->day + 1) - perf_from(w, r->day) == d->nperf;
}

static int
close_day(struct work *w, struct closed_day *d, const struct closed_day *before,
    struct walk *walk, const struct session *s, struct err *e)
{
	const struct portfolio_row *was = stored(w, s->date);
	bool is_frozen;

	d->row.day = s->date;
	d->row.is_final = (was != NULL && was->is_final) ||
	    is_final(w, s->date);
	walk_clear(walk);
	if (walk_to(walk, s->date, e) == -1)
		return -1;
	from_ledgers(d, walk);
	is_frozen = was != NULL && was->is_final &&
	    (ymd_diff(w->today, s->date) > FROZEN_AFTER ||
		any_rescaled(walk, s->date)) &&
	    same_ledgers(w, d, was);
	if (is_frozen)
		value_as_before(w, d, was);
	else if (value(d, walk, e) == -1)
		return -1;
	returns(w, d, before, walk);
	d->is_new = !says_same(w, d, was);
	d->row.revision = was == NULL ? 1 : was->revision + d->is_new;
	d->row.closed_at = d->is_new ? w->now : was->closed_at;
	for (int i = 0; i < d->nperf; i++)
		d->perf[i].revision = d->row.revision;
	return 0;
}

/* ---- All of them ------------------------------------------------------------- */

static const struct session *
first_session(const struct calendar *cal, ymd first)
{
	const struct session *s = calendar_day(cal, first);

	return s != NULL && s->is_open ? s : calendar_next(cal, first);
}

int
closing_make(struct closing *c, struct store *db, const struct calendar *cal,
    const struct clock *now, struct err *e)
{
	struct work w = { 0 };
	struct walk walk;
	ymd first;
	int rc, cap = 0;

	*c = (struct closing){ 0 };
	if ((rc = store_cash_first(db, &first, e)) != 1)
		return rc;
	rc = -1;
	walk_init(&walk, &c->h);
	if (work_load(&w, db, cal, now, e) == -1 ||
	    history_load(&c->h, db, w.today, e) == -1)
		goto out;
	for (const struct session *s = first_session(cal, first);
	     s != NULL && is_over(&w, s); s = calendar_next(cal, s->date)) {
		struct closed_day *d;

		if (c->n == cap) {
			cap = cap == 0 ? 64 : 2 * cap;
			c->day = xrealloc(c->day, (size_t)cap, sizeof(*d));
		}
		d = &c->day[c->n];
		memset(d, 0, sizeof(*d));
		c->n++;
		if (close_day(&w, d, c->n > 1 ? d - 1 : NULL, &walk, s, e) ==
		    -1) {
			err_wrap(e, "closing %d", (int)s->date);
			goto out;
		}
	}
	rc = 0;
out:
	walk_fini(&walk);
	work_fini(&w);
	return rc;
}

int
closing_save(const struct closing *c, struct store *db, struct err *e)
{
	int n = 0;

	for (int i = 0; i < c->n; i++) {
		const struct closed_day *d = &c->day[i];

		if (!d->is_new)
			continue;
		if (store_add_portfolio(db, &d->row, e) == -1)
			return -1;
		for (int k = 0; k < d->nperf; k++)
			if (store_add_performance(db, &d->perf[k], e) == -1)
				return -1;
		n++;
	}
	return n;
}

void
closing_fini(struct closing *c)
{
	history_fini(&c->h);
	for (int i = 0; i < c->n; i++)
		free(c->day[i].perf);
	free(c->day);
	*c = (struct closing){ 0 };
}

int
closing_find(const struct closing *c, ymd day)
{
	for (int i = c->n - 1; i >= 0; i--)
		if (c->day[i].row.day == day)
			return i;
	return -1;
}
