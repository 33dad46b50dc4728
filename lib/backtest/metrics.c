/* metrics.c - see metrics.h. */
#include "backtest/metrics.h"

#include "base/date.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#define SESSIONS_A_YEAR 252.0

static double
ratio(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* Volatility, and the ratios that are made with deviations. */
static void
deviations(won start, const struct value_day *d, int n, struct metrics *m)
{
	double sum = 0, sq = 0, down = 0, mean, prev = (double)start;

	for (int i = 0; i < n; i++) {
		double r = prev != 0 ? (double)d[i].total / prev - 1 : 0;

		sum += r;
		sq += r * r;
		if (r < 0)
			down += r * r;
		prev = (double)d[i].total;
	}
	mean = sum / n;
	m->volatility = n > 1 ?
	    sqrt(fmax(0, (sq - n * mean * mean) / (n - 1)) * SESSIONS_A_YEAR) :
	    0;
	down = sqrt(down / n * SESSIONS_A_YEAR);
	m->sharpe = m->volatility > 0 ? m->annual_return / m->volatility : 0;
	m->sortino = down > 0 ? m->annual_return / down : 0;
}

static void
drawdowns(won start, const struct value_day *d, int n, struct metrics *m)
{
	won top = start;
	ymd top_date = d[0].date;
	bool is_under = false; /* the last total was below the top */

	for (int i = 0; i < n; i++) {
		int days = ymd_diff(d[i].date, top_date);

		/* The day of the return counts, whether to the top or past. */
		if ((is_under || d[i].total < top) && days > m->drawdown_days)
			m->drawdown_days = days;
		is_under = d[i].total < top;
		if (d[i].total >= top) {
			top = d[i].total;
			top_date = d[i].date;
		} else if (top > 0) {
			double dd = (double)d[i].total / (double)top - 1;

			if (dd < m->max_drawdown)
				m->max_drawdown = dd;
		}
	}
}

void
metrics_of_days(won start, const struct value_day *d, int n, struct metrics *m)
{
	int days;

	m->start = m->final = start;
	if (n == 0)
		return;
	m->sessions = n;
	m->from = d[0].date;
	m->to = d[n - 1].date;
	m->final = d[n - 1].total;
	m->total_return = ratio((double)m->final, (double)start) - 1;
	days = ymd_diff(m->to, m->from);
	m->annual_return = days < 1 ?
	    m->total_return :
	    pow(1 + m->total_return, 365.0 / days) - 1;
	deviations(start, d, n, m);
	drawdowns(start, d, n, m);
	m->calmar = m->max_drawdown < 0 ? m->annual_return / -m->max_drawdown :
					  0;
	for (int i = 0; i < n; i++)
		m->exposure += d[i].is_exposed;
	m->exposure /= n;
}

/* Round trips: the sells of one order together. */
static void
round_trips(const struct backtest_result *r, struct metrics *m)
{
	double gains = 0, losses = 0;

	for (int i = 0; i < r->ntrade; i++) {
		const struct fill *f = &r->trade[i].fill;
		won profit = f->profit;
		bool seen = false;

		if (f->side != SIDE_SELL)
			continue;
		for (int j = i - 1; j >= 0 && !seen; j--) {
			if (r->trade[j].fill.date != f->date)
				break;
			seen = r->trade[j].fill.order_id == f->order_id;
		}
		if (seen)
			continue;
		for (int j = i + 1;
		     j < r->ntrade && r->trade[j].fill.date == f->date; j++)
			if (r->trade[j].fill.order_id == f->order_id)
				profit += r->trade[j].fill.profit;
		if (m->trades == 0 || profit > m->best)
			m->best = profit;
		if (m->trades == 0 || profit < m->worst)
			m->worst = profit;
		m->trades++;
		m->wins += profit > 0;
		if (profit > 0)
			gains += (double)profit;
		else
			losses -= (double)profit;
	}
	m->win_rate = ratio(m->wins, m->trades);
	m->profit_factor = ratio(gains, losses);
	m->expectancy = ratio(gains - losses, m->trades);
}

static void
costs_and_turnover(const struct backtest_result *r, struct metrics *m)
{
	double traded = 0, mean = 0;
	int days;

	m->fills = r->ntrade;
	for (int i = 0; i < r->ntrade; i++) {
		const struct fill *f = &r->trade[i].fill;

		traded += (double)f->amount;
		m->commission += f->commission;
		m->tax += f->tax;
	}
	for (int i = 0; i < r->nday; i++)
		mean += (double)r->day[i].total;
	mean = ratio(mean, r->nday);
	days = ymd_diff(m->to, m->from);
	m->turnover = days < 1 ? NAN : ratio(traded / 2, mean) * 365.0 / days;
}

void
metrics_of(const struct backtest_result *r, struct metrics *m)
{
	struct value_day *d = xcalloc((size_t)r->nday + 1, sizeof(*d));

	*m = (struct metrics){ 0 };
	for (int i = 0; i < r->nday; i++)
		d[i] = (struct value_day){ r->day[i].date, r->day[i].total,
			r->day[i].is_exposed };
	metrics_of_days(r->start_cash, d, r->nday, m);
	free(d);
	if (r->nday == 0)
		return;
	round_trips(r, m);
	costs_and_turnover(r, m);
	m->buy_and_hold = r->buy_hold_first > 0 ?
	    (double)r->buy_hold_last / (double)r->buy_hold_first - 1 :
	    NAN;
}
