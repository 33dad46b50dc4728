/* output.c - see output.h. */
#include "backtest/output.h"

#include "base/outfile.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* One measure: its column, and where it lies in struct metrics. */
struct measure {
	struct column col;
	enum { M_YMD, M_INT, M_WON, M_REAL } type;
	size_t offset;
};
#define M(f) offsetof(struct metrics, f)
static const struct measure measure[] = {
	{ { "from", COL_YMD, 0 }, M_YMD, M(from) },
	{ { "to", COL_YMD, 0 }, M_YMD, M(to) },
	{ { "sessions", COL_INT, 0 }, M_INT, M(sessions) },
	{ { "start", COL_WON, 0 }, M_WON, M(start) },
	{ { "final", COL_WON, 0 }, M_WON, M(final) },
	{ { "total_return", COL_RATIO, 0 }, M_REAL, M(total_return) },
	{ { "annual_return", COL_RATIO, 0 }, M_REAL, M(annual_return) },
	{ { "buy_and_hold", COL_RATIO, 0 }, M_REAL, M(buy_and_hold) },
	{ { "volatility", COL_RATIO, 0 }, M_REAL, M(volatility) },
	{ { "sharpe", COL_REAL, 2 }, M_REAL, M(sharpe) },
	{ { "sortino", COL_REAL, 2 }, M_REAL, M(sortino) },
	{ { "max_drawdown", COL_RATIO, 0 }, M_REAL, M(max_drawdown) },
	{ { "drawdown_days", COL_INT, 0 }, M_INT, M(drawdown_days) },
	{ { "calmar", COL_REAL, 2 }, M_REAL, M(calmar) },
	{ { "trades", COL_INT, 0 }, M_INT, M(trades) },
	{ { "fills", COL_INT, 0 }, M_INT, M(fills) },
	{ { "win_rate", COL_RATIO, 0 }, M_REAL, M(win_rate) },
	{ { "profit_factor", COL_REAL, 2 }, M_REAL, M(profit_factor) },
	{ { "expectancy", COL_REAL, 0 }, M_REAL, M(expectancy) },
	{ { "best", COL_WON, 0 }, M_WON, M(best) },
	{ { "worst", COL_WON, 0 }, M_WON, M(worst) },
	{ { "exposure", COL_RATIO, 0 }, M_REAL, M(exposure) },
	{ { "turnover", COL_REAL, 2 }, M_REAL, M(turnover) },
	{ { "commission", COL_WON, 0 }, M_WON, M(commission) },
	{ { "tax", COL_WON, 0 }, M_WON, M(tax) },
};

static void
put_measure(struct table *t, const struct measure *m, const struct metrics *v)
{
	const char *p = (const char *)v + m->offset;

	switch (m->type) {
	case M_YMD:
	case M_INT:
		table_int(t, *(const int *)(const void *)p);
		break;
	case M_WON:
		table_int(t, *(const won *)(const void *)p);
		break;
	case M_REAL:
		table_real(t, *(const double *)(const void *)p);
		break;
	}
}

static const char *
measure_text(
    const struct measure *m, const struct metrics *v, char *buf, size_t size)
{
	const char *p = (const char *)v + m->offset;
	double d;

	if (m->type == M_WON)
		return won_text(*(const won *)(const void *)p, buf, size);
	if (m->type != M_REAL) {
		snprintf(buf, size, "%d", *(const int *)(const void *)p);
		return buf;
	}
	d = *(const double *)(const void *)p;
	if (!isfinite(d))
		return "-";
	if (m->col.kind == COL_RATIO)
		snprintf(buf, size, "%.2f %%", 100 * d);
	else
		snprintf(buf, size, "%.*f", m->col.decimals, d);
	return buf;
}

static void
metrics_list(const char *strategy, const struct metrics *m)
{
	static const struct column cols[] = {
		{ "measure", COL_TEXT, 0 },
		{ "value", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, OUT_TABLE, cols, NELEM(cols));
	char buf[64];

	table_text(t, "strategy");
	table_text(t, strategy);
	table_end_row(t);
	for (size_t i = 0; i < NELEM(measure); i++) {
		table_text(t, measure[i].col.name);
		table_text(t, measure_text(&measure[i], m, buf, sizeof(buf)));
		table_end_row(t);
	}
	table_finish(t);
}

void
output_metrics(
    enum out_format format, const char *strategy, const struct metrics *m)
{
	const struct sweep_result one = { .m = *m }, *p = &one;

	if (format == OUT_TABLE)
		metrics_list(strategy, m);
	else
		output_sweep(format, strategy, NULL, 0, &p, 1);
}

/* What a sweep shows on a terminal; files get everything. */
static bool
is_shown(enum out_format format, const struct measure *m)
{
	static const size_t shown[] = { M(total_return), M(annual_return),
		M(sharpe), M(max_drawdown), M(trades), M(win_rate),
		M(profit_factor) };

	for (size_t i = 0; i < NELEM(shown); i++)
		if (format != OUT_TABLE || shown[i] == m->offset)
			return true;
	return false;
}

/* Days are not shown as 5.00. */
static bool
is_whole(const struct sweep_range *r)
{
	return r->from == floor(r->from) && r->step == floor(r->step) &&
	    fabs(r->to) < 1e9;
}

void
output_sweep(enum out_format format, const char *strategy,
    const struct sweep_range *range, int n,
    const struct sweep_result *const *result, int count)
{
	struct column cols[1 + SWEEP_MAX + NELEM(measure)];
	size_t ncol = 0;
	struct table *t;

	cols[ncol++] = (struct column){ "strategy", COL_TEXT, 0 };
	for (int i = 0; i < n; i++)
		cols[ncol++] = (struct column){ range[i].name,
			is_whole(&range[i]) ? COL_INT : COL_REAL, 0 };
	for (size_t i = 0; i < NELEM(measure); i++)
		if (is_shown(format, &measure[i]))
			cols[ncol++] = measure[i].col;
	t = table_new(stdout, format, cols, ncol);
	for (int k = 0; k < count; k++) {
		char buf[32];
		double v;

		table_text(t, strategy);
		for (int i = 0; i < n; i++) {
			snprintf(buf, sizeof(buf), "%.9g", result[k]->value[i]);
			v = strtod(buf, NULL);
			if (is_whole(&range[i]))
				table_int(t, (int64_t)v);
			else
				table_real(t, v);
		}
		for (size_t i = 0; i < NELEM(measure); i++)
			if (is_shown(format, &measure[i]))
				put_measure(t, &measure[i], &result[k]->m);
		table_end_row(t);
	}
	table_finish(t);
}

struct trades_arg {
	const struct market_data *data;
	const struct backtest_result *r;
};

static void
fill_trades(FILE *f, const void *arg)
{
	static const struct column cols[] = {
		{ "date", COL_YMD, 0 },
		{ "time", COL_HHMM, 0 },
		{ "code", COL_TEXT, 0 },
		{ "side", COL_TEXT, 0 },
		{ "quantity", COL_WON, 0 },
		{ "price", COL_WON, 0 },
		{ "commission", COL_WON, 0 },
		{ "tax", COL_WON, 0 },
		{ "reason", COL_TEXT, 0 },
	};
	const struct trades_arg *a = arg;
	struct table *t = table_new(f, OUT_CSV, cols, NELEM(cols));

	for (int i = 0; i < a->r->ntrade; i++) {
		const struct backtest_trade *tr = &a->r->trade[i];

		table_int(t, tr->fill.date);
		table_int(t, tr->fill.time);
		table_text(t, a->data->stock[tr->fill.stock].code);
		table_text(t, tr->fill.side == SIDE_BUY ? "buy" : "sell");
		table_int(t, tr->fill.n);
		table_int(t, tr->fill.price);
		table_int(t, tr->fill.commission);
		table_int(t, tr->fill.tax);
		table_text(t, tr->reason);
		table_end_row(t);
	}
	table_finish(t);
}

int
output_trades(const char *path, const struct market_data *data,
    const struct backtest_result *r, struct err *e)
{
	struct trades_arg a = { data, r };

	return outfile_write(path, fill_trades, &a, e);
}

static void
fill_equity(FILE *f, const void *arg)
{
	static const struct column cols[] = {
		{ "date", COL_YMD, 0 },
		{ "cash", COL_WON, 0 },
		{ "holdings", COL_WON, 0 },
		{ "total", COL_WON, 0 },
	};
	const struct backtest_result *r = arg;
	struct table *t = table_new(f, OUT_CSV, cols, NELEM(cols));

	for (int i = 0; i < r->nday; i++) {
		table_int(t, r->day[i].date);
		table_int(t, r->day[i].cash);
		table_int(t, r->day[i].holdings);
		table_int(t, r->day[i].total);
		table_end_row(t);
	}
	table_finish(t);
}

int
output_equity(const char *path, const struct backtest_result *r, struct err *e)
{
	return outfile_write(path, fill_equity, r, e);
}
