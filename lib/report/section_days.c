/*
 * section_days.c - what each day came to, and the week or the month of them.
 */
#include "report/section.h"

#include <math.h>
#include <stdlib.h>

#include "backtest/metrics.h"
#include "base/mem.h"

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

void
section_days(struct maker *m)
{
	if (m->period == PERIOD_DAY)
		doc_list(m->doc, "day", "The day", day_cols, NELEM(day_cols));
	else
		doc_table(m->doc, "day", "Days", day_cols, NELEM(day_cols));
	for (int i = m->first; i <= m->last; i++)
		put_day(m, &m->c->day[i].row);
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

void
section_period(struct maker *m)
{
	const struct portfolio_row *end = &maker_last_day(m)->row;
	won transfers = 0, realised = 0;
	struct metrics x;
	struct trip *trip;
	int n = maker_trips(m, &trip), wins = 0;

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
