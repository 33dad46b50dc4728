/* compare.c - see compare.h. */
#include "report/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"
#include "backtest/engine.h"
#include "backtest/load.h"
#include "base/date.h"
#include "base/mem.h"
#include "store/prices.h"

/* What the engine needs, and what must be freed after it. */
struct setting_up {
	struct store *db;
	ymd day;
	struct day_row state;
	int nstrat, nlots, nexits;
	struct strategy_conf *strat;
	struct session_lot *lots;
	struct undone_row *exits;
	struct walk walk; /* at the end of the day before */
	struct codes codes;
	bool **base;
	struct market_data data;
	struct book start;
	struct backtest_conf conf;
	struct backtest_result out;
};

static void
setting_up_fini(struct setting_up *s)
{
	backtest_result_fini(&s->out);
	book_fini(&s->start);
	for (int i = 0; s->base != NULL && i < s->nstrat; i++)
		free(s->base[i]);
	free(s->base);
	market_data_fini(&s->data);
	codes_fini(&s->codes);
	walk_fini(&s->walk);
	free(s->strat);
	free(s->lots);
	free(s->exits);
}

/* ---- Which stocks ------------------------------------------------------------- */

static int
code_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* In order, once each, and only those that have prices. */
static int
codes_tidy(struct store *db, struct codes *c, struct err *e)
{
	int n = 0;

	if (c->n > 0)
		qsort(c->item, (size_t)c->n, sizeof(*c->item), code_order);
	for (int i = 0; i < c->n; i++) {
		ymd first, last;

		if (n > 0 && strcmp(c->item[i], c->item[n - 1]) == 0)
			continue;
		if (store_daily_span(db, c->item[i], &first, &last, e) == -1)
			return -1;
		if (first == 0 &&
		    store_minute_span(db, c->item[i], &first, &last, e) == -1)
			return -1;
		if (first != 0)
			memmove(c->item[n++], c->item[i], sizeof(*c->item));
	}
	c->n = n;
	return 0;
}

static int
find_codes(
    struct setting_up *s, const struct report_fill *fill, int n, struct err *e)
{
	for (int i = 0; i < s->nstrat; i++) {
		int had = s->codes.n;

		if (store_universe_of(s->db, s->strat[i].name, &s->codes, e) ==
		    -1)
			return -1;
		if (s->codes.n == had &&
		    (store_daily_codes(s->db, &s->codes, e) == -1 ||
			store_minute_codes(s->db, &s->codes, e) == -1))
			return -1;
	}
	for (int i = 0; i < s->nlots; i++)
		codes_add(&s->codes, s->lots[i].code);
	for (int i = 0; i < n; i++)
		codes_add(&s->codes, fill[i].fill.code);
	return codes_tidy(s->db, &s->codes, e);
}

/* Each strategy's list; where there is none, all. */
static int
find_universes(struct setting_up *s, struct err *e)
{
	s->base = xcalloc((size_t)s->nstrat, sizeof(*s->base));
	for (int i = 0; i < s->nstrat; i++) {
		struct codes list = { 0 };

		s->base[i] = xcalloc((size_t)s->data.n + 1, sizeof(bool));
		if (store_universe_of(s->db, s->strat[i].name, &list, e) == -1)
			return -1;
		for (int k = 0; k < s->data.n; k++)
			s->base[i][k] = list.n == 0 ||
			    codes_find(&list, s->data.stock[k].code) >= 0;
		codes_fini(&list);
	}
	return 0;
}

/* ---- What the day began with ------------------------------------------------- */

static int
strat_find(const struct setting_up *s, const char *name)
{
	for (int i = 0; i < s->nstrat; i++)
		if (strcmp(s->strat[i].name, name) == 0)
			return i;
	return STRAT_MANUAL;
}

static const struct position *
position_find(const struct setting_up *s, const struct session_lot *l)
{
	for (int i = 0; i < s->walk.npos; i++)
		if (strcmp(s->walk.pos[i].strategy, l->strategy) == 0 &&
		    strcmp(s->walk.pos[i].code, l->code) == 0)
			return &s->walk.pos[i];
	return NULL;
}

/* Without its order: the engine numbers its own from 1. */
static int
add_lot(struct setting_up *s, int strat, int stock, const struct walk_lot *w,
    struct err *e)
{
	struct lot *l = book_add_lot(&s->start);

	*l = (struct lot){ .strat = strat,
		.stock = stock,
		.n = w->n,
		.cost = w->cost,
		.fees = w->fees,
		.entry_date = w->entry_date,
		.entry_time = w->entry_time };
	return store_high_since(s->db, s->data.stock[stock].code, w->entry_date,
	    w->entry_time, s->day, 0, &l->high, e);
}

/* The snapshot says how much, the walk when it was bought. */
static int
start_lots(struct setting_up *s, struct err *e)
{
	for (int i = 0; i < s->nlots; i++) {
		const struct session_lot *l = &s->lots[i];
		const struct position *p = position_find(s, l);
		int strat = strat_find(s, l->strategy);
		int k = codes_find(&s->codes, l->code);
		struct walk_lot one = { .n = l->n,
			.cost = l->cost,
			.entry_date = ymd_add(s->day, -1) };

		if (k < 0)
			continue;
		if (p == NULL || p->n != l->n || p->nlot == 0) {
			if (add_lot(s, strat, k, &one, e) == -1)
				return -1;
			continue;
		}
		for (int j = 0; j < p->nlot; j++)
			if (add_lot(s, strat, k, &p->lot[j], e) == -1)
				return -1;
	}
	return 0;
}

static void
start_exits(struct setting_up *s)
{
	for (int i = 0; i < s->nexits; i++) {
		int strat = strat_find(s, s->exits[i].strategy);
		int k = codes_find(&s->codes, s->exits[i].code);

		if (strat >= 0 && k >= 0)
			*book_add_signal(
			    &s->start) = (struct signal){ .strat = strat,
				.stock = k,
				.side = SIDE_SELL,
				.state = SIG_EXECUTED };
	}
}

static int
read_start(
    struct setting_up *s, const struct closing *c, int index, struct err *e)
{
	if (store_session_lots(s->db, s->day, &s->lots, &s->nlots, e) == -1 ||
	    store_exits_begun(s->db, s->day, &s->exits, &s->nexits, e) == -1)
		return -1;
	walk_init(&s->walk, &c->h);
	for (int i = 0; i < index; i++)
		if (walk_to(&s->walk, c->day[i].row.day, e) == -1)
			return -1;
	return 0;
}

/* ---- The run ------------------------------------------------------------------- */

/* Is this day one that can be walked?  1; 0 with the reason. */
static int
may_compare(struct setting_up *s, struct comparison *out, struct err *e)
{
	int rc = store_day(s->db, s->day, &s->state, e);

	if (rc == -1)
		return -1;
	if (rc == 0) {
		snprintf(out->why_not, sizeof(out->why_not),
		    "no program began this session");
		return 0;
	}
	if (config_limits(s->db, &s->conf.limits, e) == -1 ||
	    config_strategies(s->db, &s->strat, &s->nstrat, e) == -1) {
		if (e->kind != E_CONFIG && e->kind != E_USAGE)
			return -1;
		snprintf(out->why_not, sizeof(out->why_not), "%s", e->msg);
		return 0;
	}
	if (s->nstrat == 0) {
		snprintf(out->why_not, sizeof(out->why_not),
		    "no strategy is configured");
		return 0;
	}
	return 1;
}

static int
run(struct setting_up *s, const struct calendar *cal, struct comparison *out,
    struct err *e)
{
	if (s->codes.n == 0) {
		snprintf(
		    out->why_not, sizeof(out->why_not), "there are no prices");
		return 0;
	}
	if (market_data_load(
		s->db, &s->codes, s->day, s->day, true, &s->data, e) == -1 ||
	    find_universes(s, e) == -1 || start_lots(s, e) == -1)
		return -1;
	start_exits(s);
	s->start.cash = s->state.start_cash;
	s->conf.from = s->conf.to = s->day;
	s->conf.bars = BARS_MINUTE;
	s->conf.cash = s->start.cash;
	s->conf.nstrat = s->nstrat;
	s->conf.strat = s->strat;
	s->conf.base = (bool *const *)s->base;
	s->conf.start = &s->start;
	if (backtest_run(&s->data, cal, &s->conf, &s->out, e) == -1) {
		snprintf(out->why_not, sizeof(out->why_not), "%s", e->msg);
		return 0;
	}
	if (s->out.nday == 0) {
		snprintf(out->why_not, sizeof(out->why_not),
		    "there are no prices of that day");
		return 0;
	}
	out->test_total = s->out.day[0].total;
	out->test_fills = s->out.ntrade;
	return 1;
}

/* ---- What differs ---------------------------------------------------------------- */

static struct difference *
line_of(struct comparison *c, const char *strategy, const char *code,
    enum side side)
{
	struct difference *d;

	for (int i = 0; i < c->n; i++) {
		d = &c->item[i];
		if (d->side == side && strcmp(d->strategy, strategy) == 0 &&
		    strcmp(d->code, code) == 0)
			return d;
	}
	c->item = xrealloc(c->item, (size_t)c->n + 1, sizeof(*c->item));
	d = &c->item[c->n++];
	*d = (struct difference){ .side = side, .time = -1, .test_time = -1 };
	snprintf(d->strategy, sizeof(d->strategy), "%s", strategy);
	snprintf(d->code, sizeof(d->code), "%s", code);
	return d;
}

static int
line_order(const void *pa, const void *pb)
{
	const struct difference *a = pa, *b = pb;
	int c = strcmp(a->strategy, b->strategy);

	if (c == 0)
		c = strcmp(a->code, b->code);
	return c != 0 ? c : (int)a->side - (int)b->side;
}

static void
add_up(struct setting_up *s, const struct report_fill *fill, int n,
    struct comparison *c)
{
	for (int i = 0; i < n; i++) {
		const struct fill_row *f = &fill[i].fill;
		struct difference *d = line_of(
		    c, f->strategy, f->code, f->side);

		d->n += f->n;
		d->amount += f->amount;
		if (d->time == -1 || f->time < d->time)
			d->time = f->time;
	}
	for (int i = 0; i < s->out.ntrade; i++) {
		const struct fill *f = &s->out.trade[i].fill;
		struct difference *d = line_of(c,
		    f->strat >= 0 ? s->strat[f->strat].name : MANUAL,
		    s->data.stock[f->stock].code, f->side);

		d->test_n += f->n;
		d->test_amount += f->amount;
		if (d->test_time == -1 || f->time < d->test_time)
			d->test_time = f->time;
	}
}

static void
keep_differences(struct comparison *c)
{
	int n = 0;

	for (int i = 0; i < c->n; i++) {
		const struct difference *d = &c->item[i];

		if (d->n != d->test_n || d->amount != d->test_amount ||
		    d->time != d->test_time)
			c->item[n++] = *d;
	}
	c->n = n;
	if (n > 1)
		qsort(c->item, (size_t)n, sizeof(*c->item), line_order);
}

int
compare_day(struct store *db, const struct calendar *cal,
    const struct closing *closing, int i, const struct report_fill *fill, int n,
    struct comparison *c, struct err *e)
{
	struct setting_up s = { .db = db, .day = closing->day[i].row.day };
	int rc;

	*c = (struct comparison){ .fills = n,
		.total = closing->day[i].row.total };
	market_data_init(&s.data);
	book_init(&s.start);
	if ((rc = may_compare(&s, c, e)) == 1 &&
	    (rc = read_start(&s, closing, i, e)) == 0 &&
	    (rc = find_codes(&s, fill, n, e)) == 0 &&
	    (rc = run(&s, cal, c, e)) == 1) {
		add_up(&s, fill, n, c);
		keep_differences(c);
	}
	setting_up_fini(&s);
	return rc == -1 ? err_wrap(e, "comparing with a backtest") : 0;
}

void
comparison_fini(struct comparison *c)
{
	free(c->item);
	*c = (struct comparison){ 0 };
}
