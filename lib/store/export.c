/*
 * export.c - one SELECT for each kind of rows; the column table says how a
 * value is written.
 */
#include "store/export.h"

#include <string.h>

#include "store/db.h"

enum {
	PRICES,
	MINUTES,
	SIGNALS,
	ORDERS,
	FILLS,
	TRADES,
	POSITIONS,
	PORTFOLIO,
	BACKTEST,
};

#define OF_CODE    "(:code IS NULL OR code = :code)"
#define IN_TIME(c) c " BETWEEN :from AND :to"

static const char *const text[] = {
	[PRICES] =
	    "SELECT code, date, open, high, low, close, volume"
	    " FROM daily_price WHERE code BETWEEN coalesce(:code, '') AND"
	    " coalesce(:code, '~') AND " IN_TIME("date") " ORDER BY code, date",
	[MINUTES] =
	    "SELECT code, date, time, open, high, low, close, volume"
	    " FROM minute_price WHERE code BETWEEN coalesce(:code, '') AND"
	    " coalesce(:code, '~') AND " IN_TIME(
		"date") " ORDER BY code, date, time",
	[SIGNALS] =
	    "SELECT day, strategy, code, side, state, score,"
	    " nullif(target, 0), price, made, stamp, reason FROM"
	    " (SELECT id, day, strategy, code, side, state, score, target,"
	    " price, made, stamp, reason FROM daily_signals UNION ALL"
	    " SELECT id, day, strategy, code, side, state, score, target,"
	    " price, made, stamp, reason FROM current_signals)"
	    " WHERE " OF_CODE
	    " AND " IN_TIME("day") " ORDER BY day, strategy, code, side",
	[ORDERS] = "SELECT id, day, sent, strategy, code, side, state, why,"
		   " quantity, iif(is_market, NULL, limit_price), filled,"
		   " filled_won, broker_no, reason FROM orders WHERE " OF_CODE
		   " AND " IN_TIME("day") " ORDER BY id",
	[FILLS] = "SELECT order_id, fill_no, day, time, strategy, code, side,"
		  " quantity, price, amount, commission, tax,"
		  " iif(side = 'sell', profit, NULL) FROM fill WHERE " OF_CODE
		  " AND " IN_TIME("day") " ORDER BY id",
	[TRADES] = "SELECT day, time, strategy, code, entry_date, quantity,"
		   " cost, fees, amount, commission, tax, profit, why, reason"
		   " FROM trading_trade WHERE " OF_CODE
		   " AND " IN_TIME("day") " ORDER BY id",
	[POSITIONS] = "SELECT strategy, code, name, quantity, cost, fees,"
		      " avg_price, entry_date, nullif(high, 0), price, value,"
		      " value - cost FROM current_positions WHERE " OF_CODE
		      " AND " IN_TIME("entry_date") " ORDER BY strategy, code",
	[PORTFOLIO] =
	    "SELECT day, revision, is_final, cash, holdings, total,"
	    " transfers, profit, realised, commission, tax, daily_return,"
	    " cumulative_return, drawdown FROM daily_portfolio d WHERE " IN_TIME(
		"day") " AND :code IS NULL AND revision ="
		       " (SELECT max(revision) FROM daily_portfolio x WHERE"
		       " x.day = d.day) ORDER BY day",
	[BACKTEST] =
	    "SELECT id, strategy, daily, minute, settings, codes,"
	    " start_date, end_date, initial_capital, final_capital, trades,"
	    " round_trips, wins, commission, tax, total_return,"
	    " annual_return, max_drawdown, volatility, sharpe, created_at"
	    " FROM backtest_run r WHERE start_date <= :to AND"
	    " end_date >= :from AND (:code IS NULL OR EXISTS (SELECT 1 FROM"
	    " backtest_trade WHERE run_id = r.id AND code = :code))"
	    " ORDER BY id",
};

FAMILY(FAM_EXPORT, export);

static const struct column prices[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column minutes[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column signals[] = {
	{ "date", COL_YMD, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "score", COL_REAL, 4 },
	{ "target", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "made", COL_HHMM, 0 },
	{ "stamp", COL_HHMM, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column orders[] = {
	{ "order", COL_INT, 0 },
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "why", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "limit", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "filled_won", COL_WON, 0 },
	{ "broker_no", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column fills[] = {
	{ "order", COL_INT, 0 },
	{ "fill", COL_INT, 0 },
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "amount", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
};
static const struct column trades[] = {
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "entry_date", COL_YMD, 0 },
	{ "quantity", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "fees", COL_WON, 0 },
	{ "amount", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "why", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column positions[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "fees", COL_WON, 0 },
	{ "avg_price", COL_REAL, 2 },
	{ "entry_date", COL_YMD, 0 },
	{ "high", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "value", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
};
static const struct column portfolio[] = {
	{ "date", COL_YMD, 0 },
	{ "revision", COL_INT, 0 },
	{ "is_final", COL_BOOL, 0 },
	{ "cash", COL_WON, 0 },
	{ "holdings", COL_WON, 0 },
	{ "total", COL_WON, 0 },
	{ "transfers", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "realised", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "daily_return", COL_RATIO, 0 },
	{ "cumulative_return", COL_RATIO, 0 },
	{ "drawdown", COL_RATIO, 0 },
};
static const struct column backtest[] = {
	{ "run", COL_INT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "daily", COL_TEXT, 0 },
	{ "minute", COL_TEXT, 0 },
	{ "settings", COL_TEXT, 0 },
	{ "codes", COL_INT, 0 },
	{ "start_date", COL_YMD, 0 },
	{ "end_date", COL_YMD, 0 },
	{ "initial_capital", COL_WON, 0 },
	{ "final_capital", COL_WON, 0 },
	{ "trades", COL_INT, 0 },
	{ "round_trips", COL_INT, 0 },
	{ "wins", COL_INT, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "total_return", COL_RATIO, 0 },
	{ "annual_return", COL_RATIO, 0 },
	{ "max_drawdown", COL_RATIO, 0 },
	{ "volatility", COL_RATIO, 0 },
	{ "sharpe", COL_REAL, 2 },
	{ "created_at", COL_TEXT, 0 },
};

#define KIND(name)                            \
	{                                     \
#name, name, (int)NELEM(name) \
	}

/* In the order of the enum. */
const struct export_kind export_kinds[] = {
	KIND(prices),
	KIND(minutes),
	KIND(signals),
	KIND(orders),
	KIND(fills),
	KIND(trades),
	KIND(positions),
	KIND(portfolio),
	KIND(backtest),
	{ NULL, NULL, 0 },
};

static void
put_row(sqlite3_stmt *st, const struct export_kind *k, struct table *t)
{
	for (int i = 0; i < k->n_columns; i++) {
		if (sqlite3_column_type(st, i) == SQLITE_NULL) {
			table_null(t);
			continue;
		}
		switch (k->column[i].kind) {
		case COL_TEXT:
			table_text(t, (const char *)sqlite3_column_text(st, i));
			break;
		case COL_REAL:
		case COL_RATIO:
			table_real(t, sqlite3_column_double(st, i));
			break;
		default:
			table_int(t, sqlite3_column_int64(st, i));
			break;
		}
	}
	table_end_row(t);
}

int64_t
store_export(struct store *s, const struct export_kind *k, const char *code,
    ymd from, ymd to, struct table *t, struct err *e)
{
	sqlite3_stmt *st = db_stmt(
	    s, &export_family, (int)(k - export_kinds), e);
	int64_t rows = 0;
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":from", from);
	bind_i64(st, ":to", to);
	while ((rc = db_row(s, st, "reading", e)) == 1) {
		put_row(st, k, t);
		rows++;
	}
	return rc == -1 ? -1 : rows;
}
