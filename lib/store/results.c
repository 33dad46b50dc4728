/*
 * results.c - results of days, strategies and backtests.
 */
#include "store/results.h"

#include <math.h>

#include "store/db.h"

enum {
	ADD_RUN,
	ADD_TRADE,
	ADD_RUN_DAY,
};

static const char *const text[] = {
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
