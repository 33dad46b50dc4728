/*
 * store_damage.c - rows as the constraints keep out and a damaged file may
 * have them: each column of each table that is decided by is damaged in turn,
 * and its reader says so, names the row and hands out nothing.  And rows in
 * great number, which are all read.
 */
#include "tap.h"

#include <stdlib.h>

#include "store/books.h"
#include "store/db.h"
#include "store/fills.h"
#include "store/orders.h"
#include "store/prices.h"
#include "store/quotes.h"
#include "store/requests.h"
#include "store/runs.h"
#include "store/settings.h"
#include "store/signals.h"
#include "store/stocks.h"

#define DAY  20250314
#define MOST "9223372036854775807"

static struct store *s;
static struct err e;

static void
own(const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(s->db));
	exit(1);
}

/* ---- Readers: how many rows they hand out, or -1 ------------------------------- */

#define LIST(name, type, call)                                        \
	static int name(void)                                         \
	{                                                             \
		type *list;                                           \
		int n, rc = call;                                     \
                                                                      \
		if (rc == -1 && (list != NULL || n != 0))             \
			return -2; /* it fails, and hands some out */ \
		free(list);                                           \
		return rc == -1 ? -1 : n;                             \
	}

LIST(lots, struct lot_row, store_lots(s, &list, &n, &e))
LIST(drifts, struct drift_row, store_drifts(s, &list, &n, &e))
LIST(orders, struct order_row, store_orders(s, DAY, &list, &n, &e))
LIST(requests, struct request_row, store_requests_open(s, &list, &n, &e))
LIST(fills, struct fill_row, store_fills(s, 0, DAY, &list, &n, &e))
LIST(signals, struct signal_row, store_signals(s, &list, &n, &e))
LIST(stocks, struct stock_row, store_stocks(s, &list, &n, &e))
LIST(settings, struct name_value, store_settings(s, &list, &n, &e))
LIST(strategies, struct strategy_row, store_strategies(s, &list, &n, &e))
LIST(halts, struct halt_row, store_halts(s, &list, &n, &e))
LIST(runs, struct run_row, store_last_runs(s, &list, &n, &e))
LIST(alerts, struct alert_row, store_alerts(s, &list, &n, &e))
LIST(held, struct session_lot, store_session_lots(s, DAY, &list, &n, &e))

static int
day(void)
{
	struct day_row d;

	return store_day(s, DAY, &d, &e);
}

static int
quote(void)
{
	struct quote_row q;

	return store_quote(s, "005930", &q, &e);
}

static int
bars(bool has_time)
{
	struct bar_store b;
	int rc, n;

	bar_store_init(&b, has_time);
	rc = has_time ?
	    store_minutes(s, "005930", DAY, 0, 2400, BARS_ALL, &b, &e) :
	    store_daily(s, "005930", 0, 99999999, BARS_ALL, &b, &e);
	n = b.n;
	bar_store_fini(&b);
	return rc == -1 ? -1 : n;
}

static int
days(void)
{
	return bars(false);
}

static int
minutes(void)
{
	return bars(true);
}

static int
session(void)
{
	struct session d;

	return store_session(s, DAY, &d, &e);
}

static int
price(void)
{
	won close;

	return store_prev_close(s, "005930", DAY + 1, &close, &e) == -1 ? -1 :
									  1;
}

static int
high(void)
{
	won highest = 0;

	return store_high_since(s, "005930", DAY - 4, 900, DAY + 3, 1000,
		   &highest, &e) == -1 ?
	    -1 :
	    1;
}

/* ---- One column at a time -------------------------------------------------------- */

static const struct table {
	const char *name, *row; /* a sound one, as the reader wants it */
	int (*read)(void);
	const char *words; /* of the refusal */
	const char *bad;   /* "column = value|..." */
} tables[] = {
	{ "lot",
	    "INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
	    " VALUES ('s', '005930', 1, 1, 20250314)",
	    lots, "lot: row 1",
	    "code = '5930'|quantity = 0|quantity = " MOST "|cost = " MOST
	    "|cost = -" MOST "|fees = " MOST "|entry_date = 20250230"
	    "|high = -1|high = " MOST },
	{ "session_state",
	    "INSERT INTO session_state (day, start_equity, start_cash,"
	    " peak_equity, opened_at) VALUES (20250314, 1, 1, 1, '')",
	    day, "session_state: row 20250314",
	    "start_equity = " MOST "|start_cash = " MOST
	    "|peak_equity = " MOST },
	{ "drift",
	    "INSERT INTO drift (day, kind, book, broker, difference, first_at,"
	    " last_at) VALUES (20250314, 'cash', 1, 2, 1, '', '')",
	    drifts, "drift: row 1",
	    "book = " MOST "|broker = " MOST "|difference = " MOST },
	{ "orders",
	    "INSERT INTO orders (day, strategy, code, side, why, is_market,"
	    " limit_price, quantity, sent, worked, planned_at, changed_at)"
	    " VALUES (20250314, 's', '005930', 'buy', 'signal', 0, 10000, 5,"
	    " 905, 905, '', '')",
	    orders, "orders: row 1",
	    "code = '5930'|quantity = 0|quantity = " MOST
	    "|filled = -1|filled = 6|filled_won = -1|filled_won = " MOST
	    "|limit_price = -1|limit_price = " MOST "|decision = " MOST
	    "|reserve_price = -1" },
	{ "order_request",
	    "INSERT INTO order_request (order_id, kind, planned_at)"
	    " VALUES (1, 'amend', '')",
	    requests, "order_request: row 1",
	    "limit_price = -1|limit_price = " MOST },
	{ "fill",
	    "INSERT INTO fill (order_id, broker_no, fill_no, day, time,"
	    " strategy, code, side, quantity, price, amount, commission, tax,"
	    " booked_at) VALUES (1, '7', 1, 20250314, 905, 's', '005930',"
	    " 'buy', 1, 1, 1, 0, 0, '')",
	    fills, "fill: row 1",
	    "code = '5930'|day = 20250230|quantity = 0|quantity = " MOST
	    "|price = -1|price = " MOST "|amount = " MOST "|commission = " MOST
	    "|tax = " MOST "|cost = " MOST "|fees = " MOST "|profit = -" MOST },
	{ "current_signals",
	    "INSERT INTO current_signals (day, strategy, code, side, state,"
	    " score, price, made, stamp, changed_at) VALUES (20250314, 's',"
	    " '005930', 'buy', 'pending', 1, 1, 905, 905, '')",
	    signals, "current_signals: row 1",
	    "code = '5930'|score = 9e999|target = -1|target = " MOST
	    "|price = " MOST },
	{ "current_quote",
	    "INSERT INTO current_quote (code, last, polled_at)"
	    " VALUES ('005930', 1, '')",
	    quote, "current_quote: 005930",
	    "last = -1|bid = -1|ask = -1|base = -1|lower = -1|upper = " MOST
	    "|status_day = 20250230|status_day = -1" },
	{ "daily_price",
	    "INSERT INTO daily_price VALUES"
	    " ('005930', 20250314, 10, 11, 9, 10, 1)",
	    days, "a price of 20250314",
	    "low = 0|low = 11|open = 12|close = 12|close = 8|high = " MOST
	    "|volume = -1|volume = " MOST },
	{ "minute_price",
	    "INSERT INTO minute_price VALUES"
	    " ('005930', 20250314, 905, 10, 11, 9, 10, 1)",
	    minutes, "a price of 20250314", "low = 0|time = 1375" },
	{ "daily_price",
	    "INSERT INTO daily_price VALUES"
	    " ('005930', 20250314, 10, 11, 9, 10, 1)",
	    price, "005930", "close = " MOST },
	{ "daily_price",
	    "INSERT INTO daily_price VALUES"
	    " ('005930', 20250314, 10, 11, 9, 10, 1)",
	    high, "005930", "close = " MOST },
	{ "market_calendar",
	    "INSERT INTO market_calendar (date, is_open, entry, open, auction,"
	    " close) VALUES (20250314, 1, 830, 900, 1520, 1530)",
	    session, "the hours of 20250314",
	    "open = 975|auction = 1540|close = 0|entry = 2500" },
};

static void
damage(const struct table *t)
{
	char list[600], sql[120], *column, *rest = list;

	own("SAVEPOINT x");
	own(t->row);
	is_int(t->read(), 1, "%s: a sound row is read", t->name);
	snprintf(list, sizeof(list), "%s", t->bad);
	while ((column = strsep(&rest, "|")) != NULL) {
		int rc;

		own("SAVEPOINT y");
		snprintf(sql, sizeof(sql), "UPDATE %s SET %s", t->name, column);
		own(sql);
		e = (struct err){ 0 };
		rc = t->read();
		if (!ok(rc == -1 && e.kind == E_DATA &&
			    strstr(e.msg, t->words) != NULL,
			"%s: %s is refused", t->name, column))
			printf("# %d: %s\n", rc, e.msg);
		own("ROLLBACK TO y; RELEASE y");
	}
	own("ROLLBACK TO x; RELEASE x");
}

/* What is not decided by is made do with. */
static void
odd_stock(void)
{
	struct stock_row r;
	size_t n;

	own("INSERT INTO stock_info (code, market, name) VALUES ('005930',"
	    " 'NASDAQ', replace(printf('%200s', ''), ' ', '가'))");
	ok(store_stock(s, "005930", &r, &e) == 1 && r.kind == KIND_KOSPI,
	    "of an unknown market it is a KOSPI share");
	n = strlen(r.name);
	ok(n > 0 && n < sizeof(r.name) && n % 3 == 0,
	    "a name that is too long ends after a whole character");
	own("DELETE FROM stock_info");
}

/* ---- Many rows --------------------------------------------------------------------- */

#define MANY                                                        \
	"WITH RECURSIVE i(i) AS (VALUES (1) UNION ALL SELECT i + 1" \
	" FROM i WHERE i < 700) "
#define CODE "printf('%06d', i)"

static const struct many {
	const char *name, *rows;
	int (*read)(void);
} many[] = {
	{ "lot",
	    MANY "INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
		 " SELECT 's', " CODE ", 1, 1, 20250314 FROM i",
	    lots },
	{ "drift",
	    MANY "INSERT INTO drift (day, kind, code, book, broker,"
		 " difference, first_at, last_at)"
		 " SELECT 20250314, 'shares', " CODE ", 1, 2, 1, '', '' FROM i",
	    drifts },
	{ "orders",
	    MANY "INSERT INTO orders (day, strategy, code, side, why,"
		 " is_market, limit_price, quantity, sent, worked, planned_at,"
		 " changed_at) SELECT 20250314, 's', " CODE ", 'buy',"
		 " 'signal', 0, 10000, 5, 905, 905, '', '' FROM i",
	    orders },
	{ "order_request",
	    MANY "INSERT INTO order_request (order_id, kind, planned_at)"
		 " SELECT i, 'cancel', '' FROM i",
	    requests },
	{ "fill",
	    MANY "INSERT INTO fill (order_id, broker_no, fill_no, day, time,"
		 " strategy, code, side, quantity, price, amount, commission,"
		 " tax, booked_at) SELECT i, '7', i, 20250314, 905, 's',"
		 " '005930', 'buy', 1, 1, 1, 0, 0, '' FROM i",
	    fills },
	{ "current_signals",
	    MANY "INSERT INTO current_signals (day, strategy, code, side,"
		 " state, score, price, made, stamp, changed_at)"
		 " SELECT 20250314, 's', " CODE
		 ", 'buy', 'pending', 1, 1, 905, 905, '' FROM i",
	    signals },
	{ "stock_info",
	    MANY "INSERT INTO stock_info (code) SELECT " CODE " FROM i",
	    stocks },
	{ "setting",
	    MANY "INSERT INTO setting (name, value, changed_at)"
		 " SELECT " CODE ", '1', '' FROM i",
	    settings },
	{ "strategy",
	    MANY "INSERT INTO strategy (name, daily, minute, is_on,"
		 " is_leaving, changed_at) SELECT " CODE
		 ", '', '', 1, 0, '' FROM i",
	    strategies },
	{ "halt",
	    MANY "INSERT INTO halt (scope, what, since) SELECT 'code', " CODE
		 ", '' FROM i",
	    halts },
	{ "program_run",
	    MANY "INSERT INTO program_run (program, pid, day, time, started_at)"
		 " SELECT " CODE ", 1, 20250314, 905, '' FROM i",
	    runs },
	{ "alert",
	    MANY "INSERT INTO alert (name, message, program, first_at, last_at,"
		 " said_at) SELECT " CODE ", '', '', '', '', '' FROM i",
	    alerts },
	{ "session_lot",
	    MANY "INSERT INTO session_lot (day, strategy, code, quantity,"
		 " cost) SELECT 20250314, 's', " CODE ", 1, 1 FROM i",
	    held },
};

int
main(void)
{
	if ((s = db_fresh(&e)) == NULL) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	own("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
	    " DROP TRIGGER orders_filled; DROP TRIGGER orders_same;"
	    " DROP TRIGGER fill_fits");
	for (size_t i = 0; i < NELEM(tables); i++)
		damage(&tables[i]);
	odd_stock();
	for (size_t i = 0; i < NELEM(many); i++) {
		own(many[i].rows);
		is_int(many[i].read(), 700, "%s: many rows are all read",
		    many[i].name);
	}
	store_close(s);
	return done_testing();
}
