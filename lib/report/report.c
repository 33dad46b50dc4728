/*
 * report.c - see report.h.
 *
 * Profit by stock is what its shares are worth more than the evening before,
 * less what was paid for new ones, plus what was got for old ones, after
 * costs; so the stocks' profits and `other` add up to the period's.
 */
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"
#include "backtest/metrics.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "report/compare.h"
#include "store/report.h"
#include "store/stocks.h"

/* A strategy and a stock over the period. */
struct holding {
	const char *strategy, *code; /* of the walk */
	qty n;
	won cost, price, value;
	won before; /* its value the evening before */
	won profit;
};

struct maker {
	struct store *db;
	const struct calendar *cal;
	const struct closing *c;
	enum period period;
	int first, last;
	ymd from, to; /* dates that rows are asked for */
	struct doc *doc;
	struct walk walk; /* at the end of the period */
	int nholding;
	struct holding *holding;
	int nfill;
	struct report_fill *fill;
	struct limits limits;
	won profit, other; /* of the period */
};

void
period_around(enum period p, ymd day, ymd *from, ymd *to)
{
	*from = *to = day;
	if (p == PERIOD_WEEK) {
		*from = ymd_add(day, -ymd_weekday(day));
		*to = ymd_add(*from, 6);
	} else if (p == PERIOD_MONTH) {
		*from = day - day % 100 + 1;
		*to = ymd_add(*from, 31);
		*to = ymd_add(*to - *to % 100 + 1, -1);
	}
}

static const struct closed_day *
last_day(const struct maker *m)
{
	return &m->c->day[m->last];
}

/* The stock's name, for people. */
static int
put_stock(struct maker *m, const char *code, struct err *e)
{
	struct stock_row row;

	if (code[0] == '\0') {
		doc_none(m->doc);
		return 0;
	}
	if (store_stock(m->db, code, &row, e) == -1)
		return -1;
	doc_text(m->doc, row.name);
	return 0;
}

static void
put_side(struct maker *m, enum side side)
{
	doc_text(m->doc, side_name(side));
}

/* Text, or nothing at all. */
static void
put_words(struct maker *m, const char *text)
{
	doc_text(m->doc, text[0] == '\0' ? NULL : text);
}

/* ---- Profit by stock ---------------------------------------------------------- */

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

static int
walk_period(struct maker *m, struct err *e)
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
		if (value_of(m, p, last_day(m)->row.day, &h->price, &h->value,
			e) == -1)
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

static int
stocks(struct maker *m, struct err *e)
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

static void
strategies(struct maker *m)
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

/* ---- The day, the period --------------------------------------------------------- */

static const struct column day_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "state", COL_TEXT, 0 },
	{ "revision", COL_INT, 0 },
	{ "total", COL_WON, 0 },
	{ "cash", COL_WON, 0 },
	{ "holdings", COL_WON, 0 },
	{ "transfers", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "return", COL_RATIO, 0 },
	{ "realised", COL_WON, 0 },
	{ "cumulative_return", COL_RATIO, 0 },
	{ "drawdown", COL_RATIO, 0 },
};

static void
put_day(struct maker *m, const struct portfolio_row *r)
{
	doc_int(m->doc, r->day);
	doc_text(m->doc, r->is_final ? "final" : "provisional");
	doc_int(m->doc, r->revision);
	doc_int(m->doc, r->total);
	doc_int(m->doc, r->cash);
	doc_int(m->doc, r->holdings);
	doc_int(m->doc, r->transfers);
	doc_int(m->doc, r->profit);
	doc_real(m->doc, r->daily_return);
	doc_int(m->doc, r->realised);
	doc_real(m->doc, r->cumulative_return);
	doc_real(m->doc, r->drawdown);
	doc_end_row(m->doc);
}

static void
days(struct maker *m)
{
	if (m->period == PERIOD_DAY)
		doc_list(m->doc, "day", "The day", day_cols, NELEM(day_cols));
	else
		doc_table(m->doc, "day", "Days", day_cols, NELEM(day_cols));
	for (int i = m->first; i <= m->last; i++)
		put_day(m, &m->c->day[i].row);
}

/* Exit orders with all that they sold: one round trip each. */
struct trip {
	const struct report_fill *first;
	qty n;
	won cost, fees, amount, commission, tax, profit;
	ymd entry_date;
};

static int
trips_of(const struct maker *m, struct trip **out)
{
	int n = 0;

	*out = xcalloc((size_t)m->nfill + 1, sizeof(**out));
	for (int i = 0; i < m->nfill; i++) {
		const struct fill_row *f = &m->fill[i].fill;
		struct trip *t = NULL;

		if (f->side != SIDE_SELL)
			continue;
		for (int k = 0; k < n && t == NULL; k++)
			if ((*out)[k].first->fill.order_id == f->order_id)
				t = &(*out)[k];
		if (t == NULL) {
			t = &(*out)[n++];
			t->first = &m->fill[i];
			t->entry_date = f->entry_date;
		}
		t->n += f->n;
		t->cost += f->cost;
		t->fees += f->fees;
		t->amount += f->amount;
		t->commission += f->commission;
		t->tax += f->tax;
		t->profit += f->profit;
		if (f->entry_date < t->entry_date)
			t->entry_date = f->entry_date;
	}
	return n;
}

static const struct column period_cols[] = {
	{ "from", COL_YMD, 0 },
	{ "to", COL_YMD, 0 },
	{ "sessions", COL_INT, 0 },
	{ "start", COL_WON, 0 },
	{ "end", COL_WON, 0 },
	{ "transfers", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "realised", COL_WON, 0 },
	{ "return", COL_RATIO, 0 },
	{ "volatility", COL_RATIO, 0 },
	{ "max_drawdown", COL_RATIO, 0 },
	{ "trades", COL_INT, 0 },
	{ "wins", COL_INT, 0 },
	{ "win_rate", COL_RATIO, 0 },
	{ "other", COL_WON, 0 },
};

/* Totals that hold no transfers: the returns, chained. */
#define INDEX_BASE 1e12

static void
measure(const struct maker *m, struct metrics *x)
{
	int n = m->last - m->first + 1;
	struct value_day *v = xcalloc((size_t)n, sizeof(*v));
	double before = m->first > 0 ?
	    m->c->day[m->first - 1].row.cumulative_return :
	    0;

	*x = (struct metrics){ 0 };
	for (int i = 0; i < n; i++) {
		const struct portfolio_row *r = &m->c->day[m->first + i].row;

		v[i] = (struct value_day){ .date = r->day,
			.total = (won)llround(
			    INDEX_BASE * (1 + r->cumulative_return)),
			.is_exposed = r->holdings > 0 };
	}
	metrics_of_days((won)llround(INDEX_BASE * (1 + before)), v, n, x);
	free(v);
}

static void
period(struct maker *m)
{
	const struct portfolio_row *end = &last_day(m)->row;
	won transfers = 0, realised = 0;
	struct metrics x;
	struct trip *trip;
	int n = trips_of(m, &trip), wins = 0;

	for (int i = 0; i < n; i++)
		wins += trip[i].profit > 0;
	free(trip);
	for (int i = m->first; i <= m->last; i++) {
		transfers += m->c->day[i].row.transfers;
		realised += m->c->day[i].row.realised;
	}
	measure(m, &x);
	doc_list(m->doc, "period",
	    m->period == PERIOD_WEEK ? "The week" : "The month", period_cols,
	    NELEM(period_cols));
	doc_int(m->doc, m->c->day[m->first].row.day);
	doc_int(m->doc, end->day);
	doc_int(m->doc, m->last - m->first + 1);
	doc_int(m->doc, end->total - m->profit - transfers);
	doc_int(m->doc, end->total);
	doc_int(m->doc, transfers);
	doc_int(m->doc, m->profit);
	doc_int(m->doc, realised);
	doc_real(m->doc, x.total_return);
	doc_real(m->doc, x.volatility);
	doc_real(m->doc, x.max_drawdown);
	doc_int(m->doc, n);
	doc_int(m->doc, wins);
	doc_real(m->doc, n > 0 ? (double)wins / n : NAN);
	doc_int(m->doc, m->other);
	doc_end_row(m->doc);
}

/* ---- Costs and fills --------------------------------------------------------------- */

/* How much worse than decided; < 0: better.  false: no decision is known. */
static bool
slippage(const struct report_fill *f, won *lost, won *decided)
{
	if (f->decision <= 0)
		return false;
	*decided = f->decision * f->fill.n;
	*lost = f->fill.side == SIDE_BUY ? f->fill.amount - *decided :
					   *decided - f->fill.amount;
	return true;
}

static const struct column cost_cols[] = {
	{ "bought", COL_WON, 0 },
	{ "sold", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "slippage", COL_WON, 0 },
	{ "slippage_rate", COL_RATIO, 0 },
	{ "other", COL_WON, 0 },
};

static void
costs(struct maker *m)
{
	won bought = 0, sold = 0, commission = 0, tax = 0, lost = 0, of = 0;

	for (int i = 0; i < m->nfill; i++) {
		const struct fill_row *f = &m->fill[i].fill;
		won l, d;

		*(f->side == SIDE_BUY ? &bought : &sold) += f->amount;
		commission += f->commission;
		tax += f->tax;
		if (slippage(&m->fill[i], &l, &d)) {
			lost += l;
			of += d;
		}
	}
	doc_list(
	    m->doc, "cost", "Trades and costs", cost_cols, NELEM(cost_cols));
	doc_int(m->doc, bought);
	doc_int(m->doc, sold);
	doc_int(m->doc, commission);
	doc_int(m->doc, tax);
	doc_int(m->doc, lost);
	doc_real(m->doc, of > 0 ? (double)lost / (double)of : NAN);
	doc_int(m->doc, m->other);
	doc_end_row(m->doc);
}

static const struct column fill_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "decision", COL_WON, 0 },
	{ "slippage", COL_WON, 0 },
	{ "slippage_rate", COL_RATIO, 0 },
	{ "amount", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "why", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
};

static int
fills(struct maker *m, struct err *e)
{
	doc_table(m->doc, "fill", "Fills", fill_cols, NELEM(fill_cols));
	for (int i = 0; i < m->nfill; i++) {
		const struct report_fill *r = &m->fill[i];
		const struct fill_row *f = &r->fill;
		won lost, of;

		doc_int(m->doc, f->day);
		doc_int(m->doc, f->time);
		doc_text(m->doc, f->strategy);
		doc_text(m->doc, f->code);
		if (put_stock(m, f->code, e) == -1)
			return -1;
		put_side(m, f->side);
		doc_int(m->doc, f->n);
		doc_int(m->doc, f->price);
		if (slippage(r, &lost, &of)) {
			doc_int(m->doc, r->decision);
			doc_int(m->doc, lost);
			doc_real(m->doc, (double)lost / (double)of);
		} else {
			doc_none(m->doc);
			doc_none(m->doc);
			doc_none(m->doc);
		}
		doc_int(m->doc, f->amount);
		doc_int(m->doc, f->commission);
		doc_int(m->doc, f->tax);
		doc_text(m->doc, r->why);
		put_words(m, r->reason);
		doc_end_row(m->doc);
	}
	return 0;
}

static const struct column trade_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "entry_date", COL_YMD, 0 },
	{ "quantity", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "amount", COL_WON, 0 },
	{ "costs", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "profit_rate", COL_RATIO, 0 },
	{ "why", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
};

static int
trades(struct maker *m, struct err *e)
{
	struct trip *trip;
	int n = trips_of(m, &trip), rc = 0;

	doc_table(
	    m->doc, "trade", "Round trips", trade_cols, NELEM(trade_cols));
	for (int i = 0; i < n && rc == 0; i++) {
		const struct trip *t = &trip[i];
		won paid = t->cost + t->fees;

		doc_int(m->doc, t->first->fill.day);
		doc_text(m->doc, t->first->fill.strategy);
		doc_text(m->doc, t->first->fill.code);
		if ((rc = put_stock(m, t->first->fill.code, e)) == -1)
			break;
		doc_int(m->doc, t->entry_date);
		doc_int(m->doc, t->n);
		doc_int(m->doc, t->cost);
		doc_int(m->doc, t->amount);
		doc_int(m->doc, t->fees + t->commission + t->tax);
		doc_int(m->doc, t->profit);
		doc_real(
		    m->doc, paid > 0 ? (double)t->profit / (double)paid : NAN);
		doc_text(m->doc, t->first->why);
		put_words(m, t->first->reason);
		doc_end_row(m->doc);
	}
	free(trip);
	return rc;
}

/* ---- What was not done ------------------------------------------------------------- */

static const struct column undone_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "what", COL_TEXT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "price", COL_WON, 0 },
	{ "quantity", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "reason", COL_TEXT, 0 },
};

static int
undone(struct maker *m, struct err *e)
{
	struct undone_row *row;
	int n, rc;

	doc_table(m->doc, "not_done", "What was not done, and why", undone_cols,
	    NELEM(undone_cols));
	rc = store_report_undone(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_int(m->doc, row[i].time);
		doc_text(m->doc, row[i].is_order ? "order" : "signal");
		doc_text(m->doc, row[i].strategy);
		doc_text(m->doc, row[i].code);
		if ((rc = put_stock(m, row[i].code, e)) == -1)
			break;
		put_side(m, row[i].side);
		doc_text(m->doc, row[i].state);
		doc_int(m->doc, row[i].price);
		if (row[i].is_order) {
			doc_int(m->doc, row[i].n);
			doc_int(m->doc, row[i].filled);
		} else {
			doc_none(m->doc);
			doc_none(m->doc);
		}
		put_words(m, row[i].reason);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

/* ---- Limits ------------------------------------------------------------------------- */

static const struct column limit_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "limit", COL_TEXT, 0 },
	{ "used", COL_RATIO, 0 },
	{ "allowed", COL_RATIO, 0 },
	{ "share", COL_RATIO, 0 },
	{ "latched", COL_HHMM, 0 },
	{ "reason", COL_TEXT, 0 },
};

/* A limit that counts; allowed 0: none. */
static void
limit_count(struct maker *m, const char *strategy, const char *name,
    int64_t used, int64_t allowed)
{
	doc_text(m->doc, strategy);
	doc_none(m->doc);
	doc_text(m->doc, name);
	doc_int_as(m->doc, COL_INT, used);
	if (allowed > 0) {
		doc_int_as(m->doc, COL_INT, allowed);
		doc_real(m->doc, (double)used / (double)allowed);
	} else {
		doc_none(m->doc);
		doc_none(m->doc);
	}
	doc_none(m->doc);
	doc_none(m->doc);
	doc_end_row(m->doc);
}

/* A limit in parts of the equity; PPB_UNSET: none. */
static void
limit_ratio(struct maker *m, const char *code, const char *name, double used,
    ppb allowed, hhmm latched, const char *reason)
{
	double a = (double)allowed / (double)PPB_ONE;

	doc_none(m->doc);
	doc_text(m->doc, code);
	doc_text(m->doc, name);
	doc_real(m->doc, used);
	doc_real(m->doc, allowed == PPB_UNSET ? NAN : a);
	doc_real(m->doc, allowed == PPB_UNSET || a == 0 ? NAN : used / a);
	doc_int(m->doc, latched > 0 ? latched : -1);
	doc_text(m->doc, reason);
	doc_end_row(m->doc);
}

/* The largest part of the equity in one stock, all owners together. */
static won
largest_stock(const struct maker *m, const char **code)
{
	won most = 0;

	*code = NULL;
	for (int i = 0; i < m->nholding; i++) {
		won sum = 0;

		for (int k = 0; k < m->nholding; k++)
			if (strcmp(m->holding[k].code, m->holding[i].code) == 0)
				sum += m->holding[k].value;
		if (sum > most) {
			most = sum;
			*code = m->holding[i].code;
		}
	}
	return most;
}

static int
positions_of(const struct maker *m, const char *strategy)
{
	int n = 0;

	for (int i = 0; i < m->nholding; i++)
		n += m->holding[i].n > 0 &&
		    strcmp(m->holding[i].strategy, MANUAL) != 0 &&
		    (strategy == NULL ||
			strcmp(m->holding[i].strategy, strategy) == 0);
	return n;
}

static int
limits_of_strategies(struct maker *m, struct err *e)
{
	struct strategy_conf *conf;
	int n;

	if (config_strategies(m->db, &conf, &n, e) == -1) {
		/* A module that is gone is no reason not to report. */
		return e->kind == E_CONFIG || e->kind == E_USAGE ? 0 : -1;
	}
	for (int i = 0; i < n; i++)
		limit_count(m, conf[i].name, "max_positions",
		    positions_of(m, conf[i].name), conf[i].max_positions);
	free(conf);
	return 0;
}

static int
limits(struct maker *m, struct err *e)
{
	const struct portfolio_row *r = &last_day(m)->row;
	const struct limits *l = &m->limits;
	double total = (double)r->total;
	const char *code;
	won most = largest_stock(m, &code), base = r->total - r->profit;
	struct day_row day;

	if (store_day(m->db, r->day, &day, e) == -1)
		return -1;
	doc_table(m->doc, "limit", "Limits", limit_cols, NELEM(limit_cols));
	limit_count(
	    m, NULL, "max_positions", positions_of(m, NULL), l->max_positions);
	if (limits_of_strategies(m, e) == -1)
		return -1;
	limit_ratio(m, NULL, "max_exposure",
	    total > 0 ? (double)r->holdings / total : NAN, l->max_exposure, 0,
	    NULL);
	limit_ratio(m, code, "max_stock_weight",
	    total > 0 ? (double)most / total : NAN, l->max_stock_weight, 0,
	    NULL);
	limit_count(
	    m, NULL, "max_entry_orders", day.entries, l->max_entry_orders);
	limit_count(m, NULL, "max_rejects", day.rejects, l->max_rejects);
	limit_ratio(m, NULL, "max_daily_loss",
	    base > 0 && r->profit < 0 ? -(double)r->profit / (double)base : 0,
	    l->max_daily_loss, day.loss_stop,
	    day.loss_stop > 0 ? day.stop_reason : NULL);
	if (day.portfolio_stop > 0)
		limit_ratio(m, NULL, "portfolio_stop", NAN, PPB_UNSET,
		    day.portfolio_stop, day.stop_reason);
	return 0;
}

static const struct column latch_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "limit", COL_TEXT, 0 },
	{ "latched", COL_HHMM, 0 },
	{ "reason", COL_TEXT, 0 },
};

/* Of a week or a month: the days on which a limit stopped something. */
static int
latches(struct maker *m, struct err *e)
{
	doc_table(
	    m->doc, "limit", "Limits reached", latch_cols, NELEM(latch_cols));
	for (int i = m->first; i <= m->last; i++) {
		struct day_row d;

		if (store_day(m->db, m->c->day[i].row.day, &d, e) == -1)
			return -1;
		for (int k = 0; k < 2; k++) {
			hhmm at = k == 0 ? d.loss_stop : d.portfolio_stop;

			if (at == 0)
				continue;
			doc_int(m->doc, d.day);
			doc_text(m->doc,
			    k == 0 ? "max_daily_loss" : "portfolio_stop");
			doc_int(m->doc, at);
			put_words(m, d.stop_reason);
			doc_end_row(m->doc);
		}
	}
	return 0;
}

/* ---- Transfers, differences, alerts --------------------------------------------------- */

static const struct column transfer_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "amount", COL_WON, 0 },
	{ "counts_from", COL_YMD, 0 },
	{ "note", COL_TEXT, 0 },
};

static int
transfers(struct maker *m, struct err *e)
{
	struct transfer_row *row;
	int n, rc;

	doc_table(m->doc, "transfer", "Deposits and withdrawals", transfer_cols,
	    NELEM(transfer_cols));
	rc = store_report_transfers(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_int(m->doc, row[i].amount);
		doc_int(m->doc, row[i].counts_from);
		put_words(m, row[i].note);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

static const struct column drift_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "kind", COL_TEXT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "book", COL_WON, 0 },
	{ "broker", COL_WON, 0 },
	{ "difference", COL_WON, 0 },
	{ "called", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "note", COL_TEXT, 0 },
};

static int
drift(struct maker *m, struct err *e)
{
	struct drift_row *row;
	int n, rc;

	doc_table(m->doc, "drift", "Differences from the broker", drift_cols,
	    NELEM(drift_cols));
	rc = store_report_drift(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_text(m->doc, row[i].kind);
		put_words(m, row[i].strategy);
		put_words(m, row[i].code);
		if ((rc = put_stock(m, row[i].code, e)) == -1)
			break;
		doc_int(m->doc, row[i].book);
		doc_int(m->doc, row[i].broker);
		doc_int(m->doc, row[i].difference);
		put_words(m, row[i].name);
		doc_text(m->doc, row[i].state);
		put_words(m, row[i].note);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

static const struct column alert_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "alert", COL_TEXT, 0 },
	{ "program", COL_TEXT, 0 },
	{ "count", COL_INT, 0 },
	{ "stands", COL_BOOL, 0 },
	{ "message", COL_TEXT, 0 },
};

static int
alerts(struct maker *m, struct err *e)
{
	struct report_alert *row;
	int n, rc;

	doc_table(m->doc, "alert", "Alerts", alert_cols, NELEM(alert_cols));
	rc = store_report_alerts(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_text(m->doc, row[i].name);
		doc_text(m->doc, row[i].program);
		doc_int(m->doc, row[i].count);
		doc_int(m->doc, row[i].stands);
		doc_text(m->doc, row[i].message);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

/* ---- The backtest of the day ------------------------------------------------------------ */

static const struct column backtest_cols[] = {
	{ "trades", COL_TEXT, 0 },
	{ "fills", COL_INT, 0 },
	{ "backtest_fills", COL_INT, 0 },
	{ "total", COL_WON, 0 },
	{ "backtest_total", COL_WON, 0 },
};
static const struct column why_not_cols[] = {
	{ "trades", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column difference_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "backtest_quantity", COL_WON, 0 },
	{ "amount", COL_WON, 0 },
	{ "backtest_amount", COL_WON, 0 },
	{ "time", COL_HHMM, 0 },
	{ "backtest_time", COL_HHMM, 0 },
};

static int
put_differences(struct maker *m, const struct comparison *c, struct err *e)
{
	doc_table(m->doc, "difference", "Where the backtest traded otherwise",
	    difference_cols, NELEM(difference_cols));
	for (int i = 0; i < c->n; i++) {
		const struct difference *d = &c->item[i];

		doc_text(m->doc, d->strategy);
		doc_text(m->doc, d->code);
		if (put_stock(m, d->code, e) == -1)
			return -1;
		put_side(m, d->side);
		doc_int(m->doc, d->n);
		doc_int(m->doc, d->test_n);
		doc_int(m->doc, d->amount);
		doc_int(m->doc, d->test_amount);
		doc_int(m->doc, d->time);
		doc_int(m->doc, d->test_time);
		doc_end_row(m->doc);
	}
	return 0;
}

static int
backtest(struct maker *m, struct err *e)
{
	struct comparison c;
	int rc = compare_day(
	    m->db, m->cal, m->c, m->last, m->fill, m->nfill, &c, e);

	if (rc == 0 && c.why_not[0] != '\0') {
		doc_list(m->doc, "backtest", "The same day by backtest",
		    why_not_cols, NELEM(why_not_cols));
		doc_text(m->doc, "not compared");
		doc_text(m->doc, c.why_not);
		doc_end_row(m->doc);
	} else if (rc == 0) {
		doc_list(m->doc, "backtest", "The same day by backtest",
		    backtest_cols, NELEM(backtest_cols));
		doc_text(m->doc, c.n == 0 ? "agree" : "differ");
		doc_int(m->doc, c.fills);
		doc_int(m->doc, c.test_fills);
		doc_int(m->doc, c.total);
		doc_int(m->doc, c.test_total);
		doc_end_row(m->doc);
		rc = put_differences(m, &c, e);
	}
	comparison_fini(&c);
	return rc;
}

/* ---- All of it ---------------------------------------------------------------------------- */

static void
begin(struct maker *m)
{
	static const char *const what[] = { [PERIOD_DAY] = "",
		[PERIOD_WEEK] = "week ",
		[PERIOD_MONTH] = "month " };
	ymd a = m->c->day[m->first].row.day, b = last_day(m)->row.day;
	char title[96];
	int n = snprintf(title, sizeof(title), "maemae: %s%04d-%02d-%02d",
	    what[m->period], (int)(a / 10000), (int)(a / 100 % 100),
	    (int)(a % 100));

	if (m->period != PERIOD_DAY)
		n += snprintf(title + n, sizeof(title) - (size_t)n,
		    " to %04d-%02d-%02d", (int)(b / 10000),
		    (int)(b / 100 % 100), (int)(b % 100));
	if (!last_day(m)->row.is_final)
		snprintf(
		    title + n, sizeof(title) - (size_t)n, " (provisional)");
	m->doc = doc_new(title, b);
}

/* What happened on days without a session belongs to the session after. */
static void
find_dates(struct maker *m)
{
	m->from = m->first > 0 ? ymd_add(m->c->day[m->first - 1].row.day, 1) :
				 19000101;
	m->to = last_day(m)->row.day;
	for (int i = m->first; i <= m->last; i++)
		m->profit += m->c->day[i].row.profit;
}

static int
sections(struct maker *m, struct err *e)
{
	m->other = m->profit;
	for (int i = 0; i < m->nholding; i++)
		m->other -= m->holding[i].profit;
	if (m->period != PERIOD_DAY)
		period(m);
	days(m);
	strategies(m);
	if (stocks(m, e) == -1)
		return -1;
	costs(m);
	if (trades(m, e) == -1 || fills(m, e) == -1 || undone(m, e) == -1 ||
	    (m->period == PERIOD_DAY ? limits(m, e) : latches(m, e)) == -1 ||
	    transfers(m, e) == -1 || drift(m, e) == -1 || alerts(m, e) == -1)
		return -1;
	return m->period == PERIOD_DAY ? backtest(m, e) : 0;
}

struct doc *
report_make(struct store *db, const struct calendar *cal,
    const struct closing *c, enum period p, int first, int last, struct err *e)
{
	struct maker m = { .db = db,
		.cal = cal,
		.c = c,
		.period = p,
		.first = first,
		.last = last };
	int rc = -1;

	begin(&m);
	find_dates(&m);
	if (config_limits(db, &m.limits, e) == 0 &&
	    store_report_fills(db, m.from, m.to, &m.fill, &m.nfill, e) == 0 &&
	    walk_period(&m, e) == 0)
		rc = sections(&m, e);
	if (rc == -1) {
		doc_free(m.doc);
		m.doc = NULL;
	}
	walk_fini(&m.walk);
	free(m.holding);
	free(m.fill);
	return m.doc;
}
