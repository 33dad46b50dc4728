/*
 * section_stocks.c - profit by stock and by strategy.
 *
 * Profit by stock is what its shares are worth more than the evening before,
 * less what was paid for new ones, plus what was got for old ones, after
 * costs; so the stocks' profits and `other` add up to the period's.
 */
#include "report/section.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The value of a position at the end of a day. */
static int
value_of(const struct maker *m, const struct position *p, ymd day, won *price,
    won *value, struct err *e)
{
	*price = *value = 0;
	if (p->n <= 0)
		return 0;
	if (history_mark(&m->c->h, p->code, day, price, e) == -1)
		return -1;
	*value = *price != 0 ? *price * p->n : p->cost;
	return 0;
}

static won
value_before(const struct holding *h, int n, const struct position *p)
{
	for (int i = 0; i < n; i++)
		if (strcmp(h[i].strategy, p->strategy) == 0 &&
		    strcmp(h[i].code, p->code) == 0)
			return h[i].before;
	return 0;
}

int
maker_walk(struct maker *m, struct err *e)
{
	struct holding *old;
	struct walk start;
	int rc = -1, nold = 0;

	walk_init(&start, &m->c->h);
	walk_init(&m->walk, &m->c->h);
	for (int i = 0; i < m->first; i++)
		if (walk_to(&start, m->c->day[i].row.day, e) == -1)
			goto out;
	old = xcalloc((size_t)start.npos + 1, sizeof(*old));
	for (int i = 0; i < start.npos; i++) {
		const struct position *p = &start.pos[i];
		won price;

		old[nold].strategy = p->strategy;
		old[nold].code = p->code;
		if (value_of(m, p, m->c->day[m->first - 1].row.day, &price,
			&old[nold++].before, e) == -1)
			goto out_old;
	}
	for (int i = 0; i <= m->last; i++) {
		if (i == m->first)
			walk_clear(&m->walk);
		if (walk_to(&m->walk, m->c->day[i].row.day, e) == -1)
			goto out_old;
	}
	m->holding = xcalloc((size_t)m->walk.npos + 1, sizeof(*m->holding));
	for (int i = 0; i < m->walk.npos; i++) {
		const struct position *p = &m->walk.pos[i];
		struct holding *h = &m->holding[i];

		h->strategy = p->strategy;
		h->code = p->code;
		h->n = p->n;
		h->cost = p->n > 0 ? p->cost : 0;
		h->before = value_before(old, nold, p);
		if (value_of(m, p, maker_last_day(m)->row.day, &h->price,
			&h->value, e) == -1)
			goto out_old;
		h->profit = h->value - h->before - p->bought + p->sold -
		    p->commission - p->tax - p->moved;
	}
	m->nholding = m->walk.npos;
	rc = 0;
out_old:
	free(old);
out:
	walk_fini(&start);
	return rc;
}

static bool
is_quiet(const struct position *p, const struct holding *h)
{
	return p->n == 0 && p->buys == 0 && p->sells == 0 && h->profit == 0;
}

static const struct column stock_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "value", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "realised", COL_WON, 0 },
	{ "unrealised", COL_WON, 0 },
	{ "bought", COL_WON, 0 },
	{ "sold", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
};

int
section_stocks(struct maker *m, struct err *e)
{
	doc_table(m->doc, "stock", "Stocks", stock_cols, NELEM(stock_cols));
	for (int i = 0; i < m->nholding; i++) {
		const struct position *p = &m->walk.pos[i];
		const struct holding *h = &m->holding[i];

		if (is_quiet(p, h))
			continue;
		doc_text(m->doc, p->strategy);
		doc_text(m->doc, p->code);
		if (put_stock(m, p->code, e) == -1)
			return -1;
		doc_int(m->doc, h->n);
		doc_int(m->doc, h->cost);
		if (h->n > 0 && h->price != 0)
			doc_int(m->doc, h->price);
		else
			doc_none(m->doc);
		doc_int(m->doc, h->value);
		doc_int(m->doc, h->profit);
		doc_int(m->doc, p->realised);
		doc_int(m->doc, h->value - h->cost);
		doc_int(m->doc, p->bought);
		doc_int(m->doc, p->sold);
		doc_int(m->doc, p->commission);
		doc_int(m->doc, p->tax);
		doc_end_row(m->doc);
	}
	return 0;
}

static const struct column strategy_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "profit", COL_WON, 0 },
	{ "realised", COL_WON, 0 },
	{ "unrealised", COL_WON, 0 },
	{ "holdings", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "buys", COL_INT, 0 },
	{ "sells", COL_INT, 0 },
	{ "wins", COL_INT, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
};

void
section_strategies(struct maker *m)
{
	doc_table(m->doc, "strategy", "Strategies", strategy_cols,
	    NELEM(strategy_cols));
	for (int i = 0, next; i < m->nholding; i = next) {
		struct position sum = { 0 };
		struct holding h = { 0 };

		for (next = i; next < m->nholding &&
		     strcmp(m->holding[next].strategy,
			 m->holding[i].strategy) == 0;
		     next++) {
			const struct position *p = &m->walk.pos[next];

			sum.n += p->n;
			sum.realised += p->realised;
			sum.buys += p->buys;
			sum.sells += p->sells;
			sum.wins += p->wins;
			sum.commission += p->commission;
			sum.tax += p->tax;
			h.profit += m->holding[next].profit;
			h.value += m->holding[next].value;
			h.cost += m->holding[next].cost;
		}
		if (is_quiet(&sum, &h))
			continue;
		doc_text(m->doc, m->holding[i].strategy);
		doc_int(m->doc, h.profit);
		doc_int(m->doc, sum.realised);
		doc_int(m->doc, h.value - h.cost);
		doc_int(m->doc, h.value);
		doc_int(m->doc, h.cost);
		doc_int(m->doc, sum.buys);
		doc_int(m->doc, sum.sells);
		doc_int(m->doc, sum.wins);
		doc_int(m->doc, sum.commission);
		doc_int(m->doc, sum.tax);
		doc_end_row(m->doc);
	}
}
