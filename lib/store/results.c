/*
 * results.c - results of days, strategies and backtests.
 */
#include "store/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db.h"

enum {
	PORTFOLIO,
	ADD_PORTFOLIO,
	ADD_PERFORMANCE,
	PERFORMANCE,
	ADD_RUN,
	ADD_TRADE,
	ADD_RUN_DAY,
};

#define PORTFOLIO_COLUMNS                                                    \
	"day, revision, is_final, cash, holdings, total, transfers, profit," \
	" realised, bought, sold, commission, tax, daily_return,"            \
	" cumulative_return, drawdown, closed_at"
#define COUNTS(t)                                                          \
	t ".revision = (SELECT max(revision) FROM daily_portfolio x WHERE" \
	  " x.day = " t ".day)"

static const char *const text[] = {
	[PORTFOLIO] = "SELECT " PORTFOLIO_COLUMNS " FROM daily_portfolio p"
		      " WHERE day BETWEEN :from AND :to AND " COUNTS(
			  "p") " ORDER BY day",
	[ADD_PORTFOLIO] =
	    "INSERT INTO daily_portfolio (" PORTFOLIO_COLUMNS
	    ") VALUES (:day, :revision, :is_final, :cash, :holdings, :total,"
	    " :transfers, :profit, :realised, :bought, :sold, :commission,"
	    " :tax, :daily_return, :cumulative_return, :drawdown, :at)",
	[ADD_PERFORMANCE] =
	    "INSERT INTO trading_performance (day, strategy,"
	    " revision, holdings, cost, realised, unrealised, buys, sells,"
	    " wins, commission, tax) VALUES (:day, :strategy, :revision,"
	    " :holdings, :cost, :realised, :unrealised, :buys, :sells, :wins,"
	    " :commission, :tax)",
	[PERFORMANCE] =
	    "SELECT day, strategy, revision, holdings, cost,"
	    " realised, unrealised, buys, sells, wins, commission, tax"
	    " FROM trading_performance p WHERE day BETWEEN :from AND :to"
	    " AND " COUNTS("p") " ORDER BY day, strategy",
	[ADD_RUN] =
	    "INSERT INTO backtest_run (strategy, daily, minute, settings,"
	    " codes, start_date, end_date, initial_capital, final_capital,"
	    " trades, round_trips, wins, commission, tax, total_return,"
	    " annual_return, max_drawdown, volatility, sharpe, created_at)"
	    " VALUES (:strategy, :daily, :minute, :settings, :codes, :from,"
	    " :to, :start, :final, :trades, :round_trips, :wins, :commission,"
	    " :tax, :total_return, :annual_return, :max_drawdown, :volatility,"
	    " :sharpe, :at)",
	[ADD_TRADE] =
	    "INSERT INTO backtest_trade (run_id, n, date, time, strategy,"
	    " code, side, quantity, price, commission, tax, profit, reason)"
	    " VALUES (:run, :n, :date, :time, :strategy, :code, :side,"
	    " :quantity, :price, :commission, :tax, :profit, :reason)",
	[ADD_RUN_DAY] =
	    "INSERT INTO backtest_performance (run_id, date, cash, holdings,"
	    " total) VALUES (:run, :date, :cash, :holdings,"
	    " :cash + :holdings)",
};

FAMILY(FAM_RESULTS, results);
#define stmt(s, i, e) db_stmt(s, &results_family, i, e)

/* ---- Closed days --------------------------------------------------------- */

static void
read_portfolio(sqlite3_stmt *st, struct portfolio_row *r)
{
	*r = (struct portfolio_row){
		.day = sqlite3_column_int(st, 0),
		.revision = sqlite3_column_int(st, 1),
		.is_final = sqlite3_column_int(st, 2) != 0,
		.cash = sqlite3_column_int64(st, 3),
		.holdings = sqlite3_column_int64(st, 4),
		.total = sqlite3_column_int64(st, 5),
		.transfers = sqlite3_column_int64(st, 6),
		.profit = sqlite3_column_int64(st, 7),
		.realised = sqlite3_column_int64(st, 8),
		.bought = sqlite3_column_int64(st, 9),
		.sold = sqlite3_column_int64(st, 10),
		.commission = sqlite3_column_int64(st, 11),
		.tax = sqlite3_column_int64(st, 12),
		.daily_return = sqlite3_column_double(st, 13),
		.cumulative_return = sqlite3_column_double(st, 14),
		.drawdown = sqlite3_column_double(st, 15),
		.closed_at = col_epoch(st, 16),
	};
}

int
store_portfolio(struct store *s, ymd from, ymd to, struct portfolio_row **out,
    int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PORTFOLIO, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading results", e)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		read_portfolio(st, &(*out)[(*n)++]);
	}
	return db_list_end(rc, out, n);
}

int
store_add_portfolio(
    struct store *s, const struct portfolio_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_PORTFOLIO, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_i64(st, ":revision", r->revision);
	bind_i64(st, ":is_final", r->is_final);
	bind_i64(st, ":cash", r->cash);
	bind_i64(st, ":holdings", r->holdings);
	bind_i64(st, ":total", r->total);
	bind_i64(st, ":transfers", r->transfers);
	bind_i64(st, ":profit", r->profit);
	bind_i64(st, ":realised", r->realised);
	bind_i64(st, ":bought", r->bought);
	bind_i64(st, ":sold", r->sold);
	bind_i64(st, ":commission", r->commission);
	bind_i64(st, ":tax", r->tax);
	bind_real(st, ":daily_return", r->daily_return);
	bind_real(st, ":cumulative_return", r->cumulative_return);
	bind_real(st, ":drawdown", r->drawdown);
	bind_epoch(st, ":at", r->closed_at);
	return db_run(s, st, "saving the day's result", e) == -1 ? -1 : 0;
}

int
store_add_performance(
    struct store *s, const struct performance_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_PERFORMANCE, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":day", r->day);
	bind_text(st, ":strategy", r->strategy);
	bind_i64(st, ":revision", r->revision);
	bind_i64(st, ":holdings", r->holdings);
	bind_i64(st, ":cost", r->cost);
	bind_i64(st, ":realised", r->realised);
	bind_i64(st, ":unrealised", r->unrealised);
	bind_i64(st, ":buys", r->buys);
	bind_i64(st, ":sells", r->sells);
	bind_i64(st, ":wins", r->wins);
	bind_i64(st, ":commission", r->commission);
	bind_i64(st, ":tax", r->tax);
	return db_run(s, st, "saving the day's result", e) == -1 ? -1 : 0;
}

int
store_performance(struct store *s, ymd from, ymd to,
    struct performance_row **out, int *n, struct err *e)
{
	sqlite3_stmt *st = stmt(s, PERFORMANCE, e);
	int rc, cap = 0;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading results", e)) == 1) {
		struct performance_row *r;

		if (*n == cap) {
			cap = cap == 0 ? 32 : cap * 2;
			*out = xrealloc(*out, (size_t)cap, sizeof(**out));
		}
		r = &(*out)[(*n)++];
		memset(r, 0, sizeof(*r));
		r->day = sqlite3_column_int(st, 0);
		col_text(st, 1, r->strategy, sizeof(r->strategy));
		r->revision = sqlite3_column_int(st, 2);
		r->holdings = sqlite3_column_int64(st, 3);
		r->cost = sqlite3_column_int64(st, 4);
		r->realised = sqlite3_column_int64(st, 5);
		r->unrealised = sqlite3_column_int64(st, 6);
		r->buys = sqlite3_column_int(st, 7);
		r->sells = sqlite3_column_int(st, 8);
		r->wins = sqlite3_column_int(st, 9);
		r->commission = sqlite3_column_int64(st, 10);
		r->tax = sqlite3_column_int64(st, 11);
	}
	return db_list_end(rc, out, n);
}

/* ---- Saved backtests ------------------------------------------------------- */

static void
bind_ratio(sqlite3_stmt *st, const char *name, double v)
{
	if (isfinite(v))
		bind_real(st, name, v);
	else
		bind_null(st, name);
}

int
store_save_backtest_run(struct store *s, const struct backtest_run_row *r,
    int64_t *id, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_RUN, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":daily", r->daily);
	bind_text(st, ":minute", r->minute);
	bind_text(st, ":settings", r->settings);
	bind_i64(st, ":codes", r->codes);
	bind_i64(st, ":from", r->from);
	bind_i64(st, ":to", r->to);
	bind_i64(st, ":start", r->start);
	bind_i64(st, ":final", r->final);
	bind_i64(st, ":trades", r->trades);
	bind_i64(st, ":round_trips", r->round_trips);
	bind_i64(st, ":wins", r->wins);
	bind_i64(st, ":commission", r->commission);
	bind_i64(st, ":tax", r->tax);
	bind_ratio(st, ":total_return", r->total_return);
	bind_ratio(st, ":annual_return", r->annual_return);
	bind_ratio(st, ":max_drawdown", r->max_drawdown);
	bind_ratio(st, ":volatility", r->volatility);
	bind_ratio(st, ":sharpe", r->sharpe);
	bind_epoch(st, ":at", r->at);
	if (db_run(s, st, "backtest_run", e) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(s->db);
	return 0;
}

int
store_save_backtest_trade(struct store *s, int64_t run, int n,
    const struct backtest_trade_row *r, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_TRADE, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":run", run);
	bind_i64(st, ":n", n);
	bind_i64(st, ":date", r->day);
	bind_i64(st, ":time", r->time);
	bind_text(st, ":strategy", r->strategy);
	bind_text(st, ":code", r->code);
	bind_side(st, ":side", r->side);
	bind_i64(st, ":quantity", r->n);
	bind_i64(st, ":price", r->price);
	bind_i64(st, ":commission", r->commission);
	bind_i64(st, ":tax", r->tax);
	if (r->side == SIDE_SELL)
		bind_i64(st, ":profit", r->profit);
	else
		bind_null(st, ":profit");
	bind_text(st, ":reason", r->reason);
	return db_run(s, st, "backtest_trade", e) == -1 ? -1 : 0;
}

int
store_save_backtest_day(struct store *s, int64_t run, ymd day, won cash,
    won holdings, struct err *e)
{
	sqlite3_stmt *st = stmt(s, ADD_RUN_DAY, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":run", run);
	bind_i64(st, ":date", day);
	bind_i64(st, ":cash", cash);
	bind_i64(st, ":holdings", holdings);
	return db_run(s, st, "backtest_performance", e) == -1 ? -1 : 0;
}
