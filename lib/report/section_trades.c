/*
 * section_trades.c - what was traded: its costs, the round trips, the fills.
 */
#include "report/section.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

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

void
section_costs(struct maker *m)
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

int
section_fills(struct maker *m, struct err *e)
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

int
maker_trips(const struct maker *m, struct trip **out)
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

int
section_trades(struct maker *m, struct err *e)
{
	struct trip *trip;
	int n = maker_trips(m, &trip), rc = 0;

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
