/*
 * results.h - what came of it: daily_portfolio, trading_performance,
 * backtest_run, backtest_trade, backtest_performance.
 */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "store/store.h"

/* ---- Closed days ---------------------------------------------------------- */

struct portfolio_row {
	ymd day;
	int revision; /* 1, 2, ...: the highest counts */
	bool is_final;
	won cash, holdings, total, transfers, profit, realised, bought, sold;
	won commission, tax;
	double daily_return, cumulative_return, drawdown;
	epoch closed_at;
};

/* The counting revision of each day in [from, to], in order; free() *out. */
int store_portfolio(struct store *, ymd from, ymd to,
    struct portfolio_row **out, int *n, struct err *);
/*
 * Add a revision of a day, and what each strategy did in it.  Its number must
 * be a new one: nothing is overwritten (T31).
 */
int store_add_portfolio(
    struct store *, const struct portfolio_row *, struct err *);

struct performance_row {
	ymd day;
	char strategy[NAME_SIZE];
	int revision;
	won holdings, cost, realised, unrealised;
	int buys, sells, wins;
	won commission, tax;
};

int store_add_performance(
    struct store *, const struct performance_row *, struct err *);
/* Of the counting revisions of days in [from, to], by day and strategy. */
int store_performance(struct store *, ymd from, ymd to,
    struct performance_row **out, int *n, struct err *);

/* ---- Saved backtests ------------------------------------------------------- */

struct backtest_run_row {
	const char *strategy;       /* the configured one's name; "": none */
	const char *daily, *minute; /* modules with all their parameters */
	const char *settings;       /* "k=v,k=v" */
	int codes;                  /* number of stocks */
	ymd from, to;               /* first and last session traded */
	won start, final;           /* cash, then cash and holdings */
	int trades;                 /* fills */
	int round_trips, wins;      /* sells, and those with a profit */
	won commission, tax;
	/* Fractions; NAN: does not exist, stored as NULL. */
	double total_return, annual_return, max_drawdown, volatility, sharpe;
	epoch at;
};

struct backtest_trade_row {
	ymd day;
	hhmm time;
	const char *strategy, *code;
	enum side side;
	qty n;
	won price, commission, tax;
	won profit; /* sells */
	const char *reason;
};

/* Add a run; its number goes to *id.  The caller's transaction keeps it and
 * its trades and days together. */
int store_save_backtest_run(
    struct store *, const struct backtest_run_row *, int64_t *id, struct err *);
/* Trade n of the run, from 1 on. */
int store_save_backtest_trade(struct store *, int64_t run, int n,
    const struct backtest_trade_row *, struct err *);
int store_save_backtest_day(
    struct store *, int64_t run, ymd day, won cash, won holdings, struct err *);

#endif
