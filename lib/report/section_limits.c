/*
 * section_limits.c - how much of each limit was used, and which of them
 * stopped something.
 */
#include "report/section.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"

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

int
section_limits(struct maker *m, struct err *e)
{
	const struct portfolio_row *r = &maker_last_day(m)->row;
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

int
section_latches(struct maker *m, struct err *e)
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
