/*
 * report.c - the sections of a report, in their order; see report.h.
 */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "account/config.h"
#include "base/date.h"
#include "report/section.h"

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

static void
begin(struct maker *m)
{
	static const char *const what[] = { [PERIOD_DAY] = "",
		[PERIOD_WEEK] = "week ",
		[PERIOD_MONTH] = "month " };
	ymd a = m->c->day[m->first].row.day, b = maker_last_day(m)->row.day;
	char title[96];
	int n = snprintf(title, sizeof(title), "maemae: %s%04d-%02d-%02d",
	    what[m->period], (int)(a / 10000), (int)(a / 100 % 100),
	    (int)(a % 100));

	if (m->period != PERIOD_DAY)
		n += snprintf(title + n, sizeof(title) - (size_t)n,
		    " to %04d-%02d-%02d", (int)(b / 10000),
		    (int)(b / 100 % 100), (int)(b % 100));
	if (!maker_last_day(m)->row.is_final)
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
	m->to = maker_last_day(m)->row.day;
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
		section_period(m);
	section_days(m);
	section_strategies(m);
	if (section_stocks(m, e) == -1)
		return -1;
	section_costs(m);
	if (section_trades(m, e) == -1 || section_fills(m, e) == -1 ||
	    section_undone(m, e) == -1 ||
	    (m->period == PERIOD_DAY ? section_limits(m, e) :
				       section_latches(m, e)) == -1 ||
	    section_transfers(m, e) == -1 || section_drift(m, e) == -1 ||
	    section_alerts(m, e) == -1)
		return -1;
	return m->period == PERIOD_DAY ? section_backtest(m, e) : 0;
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
	    maker_walk(&m, e) == 0)
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
