/*
 * backtest_metrics.c - measures of small runs, computed by hand.
 */
#include "tap.h"

#include "backtest/metrics.h"

#include <math.h>

static bool
near(double got, double want)
{
	return isnan(want) ? isnan(got) :
			     fabs(got - want) <= 1e-12 * (1 + fabs(want));
}

static void
is_near(double got, double want, const char *what)
{
	if (!ok(near(got, want), "%s", what))
		printf("#   got %.12g, want %.12g\n", got, want);
}

/* Days of March 2023 and their totals. */
static struct metrics
days(won start, const int *day, const won *total, int n)
{
	struct value_day d[16] = { { 0 } };
	struct metrics m = { 0 };

	for (int i = 0; i < n; i++)
		d[i] = (struct value_day){ 20230300 + day[i], total[i],
			i % 2 == 0 };
	metrics_of_days(start, d, n, &m);
	return m;
}

static void
returns(void)
{
	struct metrics m = days(
	    1000, (int[]){ 6, 7, 8 }, (won[]){ 1100, 990, 1089 }, 3);

	/* +10 %, -10 %, +10 %; mean 1/30, deviation sqrt(0.04 / 3) */
	is_near(m.total_return, 0.089, "total return");
	is_near(m.annual_return, pow(1.089, 365.0 / 2) - 1, "a year of it");
	is_near(m.volatility, sqrt(0.04 / 3 * 252), "volatility");
	is_near(m.sharpe, m.annual_return / m.volatility, "Sharpe");
	is_near(m.sortino, m.annual_return / sqrt(0.01 / 3 * 252), "Sortino");
	is_near(m.max_drawdown, -0.1, "drawdown");
	is_near(m.calmar, m.annual_return / 0.1, "Calmar");
	is_near(m.exposure, 2.0 / 3, "exposure");
	ok(m.sessions == 3 && m.from == 20230306 && m.to == 20230308 &&
		m.start == 1000 && m.final == 1089,
	    "what it is of");

	m = days(1000, (int[]){ 6 }, (won[]){ 1050 }, 1);
	is_near(m.annual_return, 0.05, "of one day: its return");
	ok(m.volatility == 0 && m.sharpe == 0 && m.sortino == 0,
	    "no deviation: 0");
	ok(m.max_drawdown == 0 && m.calmar == 0, "nor a drawdown");
	m = days(1000, NULL, NULL, 0);
	ok(m.sessions == 0 && m.final == 1000, "no day at all");
	m = days(1000, (int[]){ 6, 7 }, (won[]){ 900, 0 }, 2);
	is_near(m.total_return, -1, "all is lost");
	is_near(m.max_drawdown, -1, "all of it");
	is_near(m.annual_return, -1, "and not more");
}

static void
drawdowns(void)
{
	struct metrics m = days(1000, (int[]){ 6, 7, 8, 9, 10, 13 },
	    (won[]){ 1000, 1200, 1080, 1140, 1200, 1300 }, 6);

	is_near(m.max_drawdown, -0.1, "from the running maximum");
	is_int(m.drawdown_days, 3, "from the top to the return to it");
	m = days(1000, (int[]){ 6, 7, 10, 13, 14 },
	    (won[]){ 1200, 1100, 1200, 1200, 1250 }, 5);
	is_int(m.drawdown_days, 4, "to the return");
	m = days(1000, (int[]){ 6, 7, 10 }, (won[]){ 1200, 1100, 1300 }, 3);
	is_int(m.drawdown_days, 4, "though it goes past the top");
	m = days(1000, (int[]){ 6, 7, 8, 13, 14 },
	    (won[]){ 1200, 1100, 1200, 1200, 1250 }, 5);
	is_int(m.drawdown_days, 2, "standing at the top is no drawdown");
	m = days(1000, (int[]){ 6, 7, 13 }, (won[]){ 1200, 1100, 1150 }, 3);
	is_int(m.drawdown_days, 7, "or to the end");
	m = days(1000, (int[]){ 6, 7 }, (won[]){ 900, 950 }, 2);
	is_near(m.max_drawdown, -0.1, "the start counts as a top");
	is_int(m.drawdown_days, 1, "from the first day on");
	m = days(1000, (int[]){ 6, 7, 13 }, (won[]){ 1000, 1000, 1000 }, 3);
	is_int(m.drawdown_days, 0, "flat is none");
}

static struct backtest_trade
sell(int64_t order, ymd date, won profit)
{
	return (struct backtest_trade){ .fill = { .order_id = order,
					    .side = SIDE_SELL,
					    .date = date,
					    .n = 1,
					    .price = 100,
					    .amount = 100,
					    .commission = 2,
					    .tax = 1,
					    .profit = profit } };
}

static void
trades(void)
{
	struct backtest_trade t[] = {
		{ .fill = { .order_id = 1,
		      .side = SIDE_BUY,
		      .date = 20230306,
		      .amount = 1000,
		      .commission = 5 } },
		sell(2, 20230307, 50), /* one order in three parts ... */
		sell(3, 20230307, -30),
		sell(2, 20230307, -10),
		sell(2, 20230307, 20), /* ... which made 60 */
		sell(4, 20230308, -10),
		sell(5, 20230308, 0),
	};
	struct backtest_day d[] = {
		{ .date = 20230306, .total = 1000 },
		{ .date = 20230308, .total = 1000 },
	};
	struct backtest_result r = { .ntrade = NELEM(t),
		.trade = t,
		.nday = NELEM(d),
		.day = d,
		.start_cash = 1000,
		.buy_hold_first = 1000,
		.buy_hold_last = 1100 };
	struct metrics m;

	metrics_of(&r, &m);
	is_int(m.fills, 7, "fills");
	is_int(m.trades, 4, "round trips");
	is_int(m.wins, 1, "nothing gained is not won");
	is_near(m.win_rate, 0.25, "win rate");
	is_near(m.profit_factor, 60.0 / 40, "profit factor");
	is_near(m.expectancy, 20.0 / 4, "expectancy");
	ok(m.best == 60 && m.worst == -30, "best and worst");
	ok(m.commission == 5 + 6 * 2 && m.tax == 6, "costs");
	is_near(m.turnover, 1600.0 / 2 / 1000 * 365 / 2, "turnover");
	is_near(m.buy_and_hold, 0.1, "buy and hold");
	r.ntrade = 1;
	metrics_of(&r, &m);
	ok(isnan(m.win_rate) && isnan(m.profit_factor) && isnan(m.expectancy),
	    "without round trips there is none");
	r.ntrade = 2;
	metrics_of(&r, &m);
	ok(isnan(m.profit_factor), "nor a factor without losses");
	r.nday = 0;
	metrics_of(&r, &m);
	is_int(m.sessions, 0, "no day");
}

int
main(void)
{
	returns();
	drawdowns();
	trades();
	return done_testing();
}
