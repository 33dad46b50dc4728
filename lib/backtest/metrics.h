/*
 * metrics.h - what a run of days was worth.
 *
 * Over the daily totals: total return = last / start - 1; annual return =
 * (1 + total)^(365 / calendar days) - 1 (the total where that is under a
 * year's day); volatility = standard deviation (n - 1) of daily returns
 * * sqrt(252); Sharpe = annual return / volatility (risk-free rate 0), Sortino
 * the same over the downside deviation, 0 where the deviation is 0; drawdown
 * against the running maximum, the start included; its length in calendar
 * days from the top to the return to it, or to the end; Calmar = annual
 * return / |maximum drawdown|.
 * Over round trips (an exit order with what it sold): win rate, profit
 * factor = gains / |losses|, expectancy in won.
 * Ratios are fractions; a value that does not exist is NAN.
 */
#ifndef BACKTEST_METRICS_H
#define BACKTEST_METRICS_H

#include "backtest/engine.h"

struct metrics {
	ymd from, to;
	int sessions;
	won start, final;
	double total_return, annual_return, volatility;
	double sharpe, sortino;
	double max_drawdown; /* <= 0 */
	int drawdown_days;
	double calmar;
	int fills, trades, wins;
	double win_rate, profit_factor, expectancy;
	won best, worst; /* round trips */
	double exposure; /* share of the sessions that ended holding */
	double turnover; /* (buys + sells) / 2 / mean total, per year */
	won commission, tax;
	double buy_and_hold; /* total return of equal parts of all stocks */
};

void metrics_of(const struct backtest_result *, struct metrics *);

/* The same over rows from anywhere (live days, too). */
struct value_day {
	ymd date;
	won total;
	bool is_exposed;
};
void metrics_of_days(
    won start, const struct value_day *, int n, struct metrics *);

#endif
