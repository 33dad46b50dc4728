/*
 * section_backtest.c - would the backtest have traded the day so?
 */
#include "report/section.h"

#include "report/compare.h"

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

int
section_backtest(struct maker *m, struct err *e)
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
