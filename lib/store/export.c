/*
 * export.c - see export.h.
 *
 * Every query has the same parameters (a code and a day, each as a range that
 * is wide open if it was not asked for), so that the keys serve both cases,
 * and columns in the order of its table below; what SQLite gives is passed on
 * by the kind of the column.
 */
#include "store/export.h"

#include <assert.h>
#include <string.h>

#include "store/db.h"

#define OF_CODE "code BETWEEN :code AND :code_to"
#define OF_DATE "date BETWEEN :from AND :to"
#define OF_DAY  "day BETWEEN :from AND :to"
#define BARS    "open, high, low, close, volume"
#define SIGNAL                                          \
	"id, day, strategy, code, side, state, score, " \
	"nullif(target, 0), price, made, stamp, is_urgent, reason"

enum { RUN_EXISTS = NEXPORTS };

static const char *const text[] = {
	[EXPORT_PRICES] = "SELECT code, date, " BARS " FROM daily_price"
			  " WHERE " OF_CODE " AND " OF_DATE
			  " ORDER BY code, date",
	[EXPORT_MINUTES] = "SELECT code, date, time, " BARS " FROM minute_price"
			   " WHERE " OF_CODE " AND " OF_DATE
			   " ORDER BY code, date, time",
	[EXPORT_STOCKS] =
	    "SELECT code, name, market, leverage, sector, per, pbr, eps, roe,"
	    " debt_ratio, sales, operating_profit, net_profit,"
	    " recent_financial_date FROM stock_info"
	    " WHERE " OF_CODE " ORDER BY code",
	[EXPORT_SIGNALS] = "SELECT " SIGNAL " FROM daily_signals"
			   " WHERE " OF_CODE " AND " OF_DAY
			   " UNION ALL SELECT " SIGNAL " FROM current_signals"
			   " WHERE " OF_CODE " AND " OF_DAY " ORDER BY id",
	[EXPORT_ORDERS] =
	    "SELECT id, day, sent, strategy, code, side, state, why, attempt,"
	    " iif(is_market, NULL, limit_price), quantity, filled,"
	    " filled_won, amends, broker_no, reason, planned_at, changed_at"
	    " FROM orders WHERE " OF_CODE " AND " OF_DAY " ORDER BY id",
	[EXPORT_FILLS] =
	    "SELECT id, order_id, broker_no, fill_no, day, time, strategy,"
	    " code, side, quantity, price, amount, commission, tax,"
	    " iif(side = 'sell', profit, NULL), booked_at FROM fill"
	    " WHERE " OF_CODE " AND " OF_DAY " ORDER BY id",
	[EXPORT_TRADES] =
	    "SELECT id, day, time, strategy, code, entry_date, quantity, cost,"
	    " fees, amount, commission, tax, profit, why, reason"
	    " FROM trading_trade WHERE " OF_CODE " AND " OF_DAY " ORDER BY id",
	[EXPORT_POSITIONS] =
	    "SELECT strategy, code, name, quantity, cost, fees, avg_price,"
	    " entry_date, nullif(high, 0), price, value, value - cost FROM"
	    " current_positions WHERE " OF_CODE " ORDER BY strategy, code",
	[EXPORT_PORTFOLIO] =
	    "SELECT day, revision, is_final, cash, holdings, total, transfers,"
	    " profit, realised, bought, sold, commission, tax, daily_return,"
	    " cumulative_return, drawdown FROM daily_portfolio p"
	    " WHERE " OF_DAY " AND revision = (SELECT max(revision)"
	    " FROM daily_portfolio WHERE day = p.day) ORDER BY day",
	[EXPORT_BACKTEST] =
	    "SELECT id, strategy, daily, minute, settings, codes, start_date,"
	    " end_date, initial_capital, final_capital, trades, round_trips,"
	    " wins, commission, tax, total_return, annual_return,"
	    " max_drawdown, volatility, sharpe, created_at FROM backtest_run"
	    " WHERE start_date <= :to AND end_date >= :from ORDER BY id",
	[EXPORT_BACKTEST_TRADES] =
	    "SELECT date, time, strategy, code, side, quantity, price,"
	    " commission, tax, profit, reason FROM backtest_trade"
	    " WHERE run_id = :run AND " OF_CODE " AND " OF_DATE " ORDER BY n",
	[EXPORT_DRIFT] =
	    "SELECT id, day, kind, strategy, code, book, broker, difference,"
	    " name, state, seen, note, first_at, last_at FROM drift"
	    " WHERE (:code = '' OR " OF_CODE ") AND " OF_DAY " ORDER BY id",
	[EXPORT_LOG] =
	    "SELECT id, at, day, program, event, order_id, request_id,"
	    " strategy, code, side, state, next, quantity, price, filled,"
	    " broker_no, message FROM trading_log WHERE (:code = '' OR"
	    " " OF_CODE ") AND " OF_DAY " ORDER BY id",
	[RUN_EXISTS] = "SELECT 1 FROM backtest_run WHERE id = :run",
};

FAMILY(FAM_EXPORT, export);
#define stmt(s, i, e) db_stmt(s, &export_family, i, e)

/* Named as in SQL; what is not known, or not set, is null. */
static const struct column prices_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column minutes_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column stocks_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
	{ "market", COL_TEXT, 0 },
	{ "leverage", COL_INT, 0 },
	{ "sector", COL_TEXT, 0 },
	{ "per", COL_REAL, 0 },
	{ "pbr", COL_REAL, 0 },
	{ "eps", COL_REAL, 0 },
	{ "roe", COL_REAL, 0 },
	{ "debt_ratio", COL_REAL, 0 },
	{ "sales", COL_WON, 0 },
	{ "operating_profit", COL_WON, 0 },
	{ "net_profit", COL_WON, 0 },
	{ "recent_financial_date", COL_TEXT, 0 },
};
static const struct column signals_cols[] = {
	{ "id", COL_INT, 0 },
	{ "day", COL_YMD, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "score", COL_REAL, 4 },
	{ "target", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "made", COL_HHMM, 0 },
	{ "stamp", COL_HHMM, 0 },
	{ "is_urgent", COL_BOOL, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column orders_cols[] = {
	{ "id", COL_INT, 0 },
	{ "day", COL_YMD, 0 },
	{ "sent", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "why", COL_TEXT, 0 },
	{ "attempt", COL_INT, 0 },
	{ "limit_price", COL_WON, 0 },
	{ "quantity", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "filled_won", COL_WON, 0 },
	{ "amends", COL_INT, 0 },
	{ "broker_no", COL_TEXT, 0 },
	{ "reason", COL_TEXT, 0 },
	{ "planned_at", COL_TEXT, 0 },
	{ "changed_at", COL_TEXT, 0 },
};
static const struct column fills_cols[] = {
	{ "id", COL_INT, 0 },
	{ "order_id", COL_INT, 0 },
	{ "broker_no", COL_TEXT, 0 },
	{ "fill_no", COL_INT, 0 },
	{ "day", COL_YMD, 0 },
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
	{ "booked_at", COL_TEXT, 0 },
};
static const struct column trades_cols[] = {
	{ "id", COL_INT, 0 },
	{ "day", COL_YMD, 0 },
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
static const struct column positions_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "cost", COL_WON, 0 },
	{ "fees", COL_WON, 0 },
	{ "avg_price", COL_REAL, 0 },
	{ "entry_date", COL_YMD, 0 },
	{ "high", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "value", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
};
static const struct column portfolio_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "revision", COL_INT, 0 },
	{ "is_final", COL_BOOL, 0 },
	{ "cash", COL_WON, 0 },
	{ "holdings", COL_WON, 0 },
	{ "total", COL_WON, 0 },
	{ "transfers", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "realised", COL_WON, 0 },
	{ "bought", COL_WON, 0 },
	{ "sold", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "daily_return", COL_RATIO, 0 },
	{ "cumulative_return", COL_RATIO, 0 },
	{ "drawdown", COL_RATIO, 0 },
};
static const struct column backtest_cols[] = {
	{ "id", COL_INT, 0 },
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
	{ "sharpe", COL_REAL, 0 },
	{ "created_at", COL_TEXT, 0 },
};
static const struct column backtest_trades_cols[] = {
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "commission", COL_WON, 0 },
	{ "tax", COL_WON, 0 },
	{ "profit", COL_WON, 0 },
	{ "reason", COL_TEXT, 0 },
};
static const struct column drift_cols[] = {
	{ "id", COL_INT, 0 },
	{ "day", COL_YMD, 0 },
	{ "kind", COL_TEXT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "book", COL_WON, 0 },
	{ "broker", COL_WON, 0 },
	{ "difference", COL_WON, 0 },
	{ "name", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "seen", COL_INT, 0 },
	{ "note", COL_TEXT, 0 },
	{ "first_at", COL_TEXT, 0 },
	{ "last_at", COL_TEXT, 0 },
};
static const struct column log_cols[] = {
	{ "id", COL_INT, 0 },
	{ "at", COL_TEXT, 0 },
	{ "day", COL_YMD, 0 },
	{ "program", COL_TEXT, 0 },
	{ "event", COL_TEXT, 0 },
	{ "order_id", COL_INT, 0 },
	{ "request_id", COL_INT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "next", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "price", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "broker_no", COL_TEXT, 0 },
	{ "message", COL_TEXT, 0 },
};

static const struct {
	const char *word; /* NULL: not said by a word of its own */
	const struct column *cols;
	size_t n;
	bool has_code, has_day;
} exports[NEXPORTS] = {
#define COLS(x) x##_cols, NELEM(x##_cols)
	[EXPORT_PRICES] = { "prices", COLS(prices), true, true },
	[EXPORT_MINUTES] = { "minutes", COLS(minutes), true, true },
	[EXPORT_STOCKS] = { "stocks", COLS(stocks), true, false },
	[EXPORT_SIGNALS] = { "signals", COLS(signals), true, true },
	[EXPORT_ORDERS] = { "orders", COLS(orders), true, true },
	[EXPORT_FILLS] = { "fills", COLS(fills), true, true },
	[EXPORT_TRADES] = { "trades", COLS(trades), true, true },
	[EXPORT_POSITIONS] = { "positions", COLS(positions), true, false },
	[EXPORT_PORTFOLIO] = { "portfolio", COLS(portfolio), false, true },
	[EXPORT_BACKTEST] = { "backtest", COLS(backtest), false, true },
	[EXPORT_BACKTEST_TRADES] = { NULL, COLS(backtest_trades), true, true },
	[EXPORT_DRIFT] = { "drift", COLS(drift), true, true },
	[EXPORT_LOG] = { "log", COLS(log), true, true },
#undef COLS
};

int
export_parse(const char *word, enum export_what *out)
{
	for (int i = 0; i < NEXPORTS; i++) {
		if (exports[i].word != NULL &&
		    strcmp(exports[i].word, word) == 0) {
			*out = (enum export_what)i;
			return 0;
		}
	}
	return -1;
}

bool
export_has_code(enum export_what what)
{
	return exports[what].has_code;
}

bool
export_has_day(enum export_what what)
{
	return exports[what].has_day;
}

static int
check_run(struct store *s, int64_t run, struct err *e)
{
	sqlite3_stmt *st = stmt(s, RUN_EXISTS, e);
	int64_t found;

	if (st == NULL)
		return -1;
	bind_i64(st, ":run", run);
	if (db_int(s, st, "reading runs", &found, e) == -1)
		return -1;
	return found ? 0 :
		       err_set(e, E_USAGE, "there is no backtest run %lld",
			   (long long)run);
}

static sqlite3_stmt *
begin(struct store *s, enum export_what what, const struct export_spec *spec,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, (int)what, e);

	if (st == NULL)
		return NULL;
	if (exports[what].has_code) {
		bind_text(st, ":code", spec->code != NULL ? spec->code : "");
		bind_text(
		    st, ":code_to", spec->code != NULL ? spec->code : "~");
	}
	if (exports[what].has_day) {
		bind_i64(st, ":from", spec->from);
		bind_i64(st, ":to", spec->to);
	}
	if (what == EXPORT_BACKTEST_TRADES)
		bind_i64(st, ":run", spec->run);
	return st;
}

static void
put_row(struct table *t, const struct column *cols, size_t n, sqlite3_stmt *st)
{
	for (int i = 0; i < (int)n; i++) {
		if (sqlite3_column_type(st, i) == SQLITE_NULL)
			table_null(t);
		else if (cols[i].kind == COL_TEXT)
			table_text(t, (const char *)sqlite3_column_text(st, i));
		else if (cols[i].kind == COL_REAL || cols[i].kind == COL_RATIO)
			table_real(t, sqlite3_column_double(st, i));
		else
			table_int(t, sqlite3_column_int64(st, i));
	}
	table_end_row(t);
}

int64_t
store_export(struct store *s, enum export_what what,
    const struct export_spec *spec, FILE *f, enum out_format format,
    struct err *e)
{
	const struct column *cols = exports[what].cols;
	size_t n = exports[what].n;
	sqlite3_stmt *st;
	struct table *t;
	int64_t rows = 0;
	int rc;

	if (what == EXPORT_BACKTEST_TRADES && check_run(s, spec->run, e) == -1)
		return -1;
	if ((st = begin(s, what, spec, e)) == NULL)
		return -1;
	assert(sqlite3_column_count(st) == (int)n);
	t = table_new(f, format, cols, n);
	while ((rc = db_row(s, st, "exporting", e)) == 1) {
		put_row(t, cols, n, st);
		if (++rows % 1024 == 0 && ferror(f)) {
			db_done(st);
			rc = 0;
			break;
		}
	}
	table_finish(t);
	return rc == -1 ? -1 : rows;
}
