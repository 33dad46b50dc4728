/*
 * store_statements.c - each statement of each function of lib/store fails
 * once: then the function says so, and nothing is half done in the caller's
 * hands.  The account's flows are in account_statements.c.
 */
#include "sql_fail.h"

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/books.h"
#include "store/db.h"
#include "store/export.h"
#include "store/fills.h"
#include "store/ledger.h"
#include "store/log.h"
#include "store/orders.h"
#include "store/prices.h"
#include "store/quotes.h"
#include "store/rate.h"
#include "store/report.h"
#include "store/requests.h"
#include "store/results.h"
#include "store/runs.h"
#include "store/settings.h"
#include "store/signals.h"
#include "store/splits.h"
#include "store/stocks.h"

#define DAY 20250314

static struct store *s;
static struct err e;
static const struct trail trail = {
	.program = "test", .at = 1741910700, .up_ms = 1
};

static void
own(const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(s->db));
	exit(1);
}

/* So that the next use prepares again. */
static void
forget_statements(void)
{
	static const struct family *const all[] = { &store_family,
		&prices_family, &quotes_family, &splits_family, &stocks_family,
		&settings_family, &signals_family, &orders_family,
		&requests_family, &fills_family, &books_family, &runs_family,
		&rate_family, &results_family, &ledger_family, &report_family,
		&log_family, &export_family, &check_family };

	for (size_t i = 0; i < NELEM(all); i++)
		for (int k = 0; s->cache[all[i]->no] != NULL && k < all[i]->n;
		     k++) {
			sqlite3_finalize(s->cache[all[i]->no][k]);
			s->cache[all[i]->no][k] = NULL;
		}
}

static int tried, silent;

/* Is another try to be made?  The n-th statement fails in each way. */
static bool
again(int *way, int *k, int64_t rc)
{
	bool hit = fail_disarm();

	if (*k > 0) {
		own("ROLLBACK TO x; RELEASE x");
		tried += hit;
		silent += hit && rc != -1;
	}
	if (*k > 0 && !hit) {
		++*way;
		*k = 0;
	}
	if (*way == NWAYS)
		return false;
	forget_statements();
	own("SAVEPOINT x");
	e = (struct err){ 0 };
	fail_arm(*way, ++*k);
	return true;
}

/* A call that must fail with each of its statements, and at last succeeds. */
#define EACH(call)                                                             \
	do {                                                                   \
		int64_t rc_ = 0;                                               \
		int way_ = 0, k_ = 0;                                          \
                                                                               \
		tried = silent = 0;                                            \
		while (again(&way_, &k_, rc_))                                 \
			rc_ = (int64_t)(call);                                 \
		e = (struct err){ 0 };                                         \
		rc_ = (int64_t)(call);                                         \
		ok(tried > 0 && silent == 0 && rc_ != -1, "%.*s: %d failures", \
		    (int)strcspn(#call, "("), #call, tried);                   \
		if (rc_ == -1)                                                 \
			printf("# %s\n", e.msg);                               \
	} while (0)

static int nout;
static void *out;

/* Frees what the last call read. */
static void *
fresh_list(void)
{
	free(out);
	out = NULL;
	nout = 0;
	return &out;
}
#define LIST_OUT fresh_list(), &nout

static void
orders_and_requests(void)
{
	struct order_row o = { .day = DAY,
		.attempt = 1,
		.limit = 1000,
		.n = 10,
		.strategy = "a",
		.code = "005930",
		.state = "planned",
		.why = "signal" };
	struct order_row copy, got;
	struct request_row r = { .kind = "amend", .limit = 900 }, rcopy;
	struct fill_row f = { .broker_no = "7",
		.fill_no = 1,
		.day = DAY,
		.strategy = "a",
		.code = "005930",
		.n = 4,
		.price = 1000,
		.amount = 4000 };
	qty sum;
	won amount;
	struct order_left left;
	int64_t last;

	EACH((copy = o, store_put_order(s, &copy, &trail, &e)));
	o = copy;
	r.order_id = f.order_id = o.id;
	EACH(store_order_claim(s, o.id, &trail, &e));
	EACH(store_move_order(s, o.id, "sending", "open", &trail, &e));
	EACH(store_order_left(s, o.id, &left, &e));
	EACH(store_order_no(s, o.id, "7", &e));
	EACH(store_order(s, o.id, &got, &e));
	got.limit = 1100;
	EACH((copy = got, copy.limit += 100,
	    store_put_order(s, &copy, &trail, &e)));
	EACH(store_orders(s, DAY, LIST_OUT, &e));
	EACH(store_orders_unsure(s, LIST_OUT, &e));
	EACH(store_order_by_no(s, DAY, "7", &e));
	EACH((rcopy = r, store_add_request(s, &rcopy, &trail, &e)));
	EACH(store_move_request(
	    s, rcopy.id, "planned", "sending", "", NULL, &trail, &e));
	EACH(store_move_request(
	    s, rcopy.id, "sending", "unknown", "8", "no", &trail, &e));
	EACH(store_requests_open(s, LIST_OUT, &e));
	EACH(store_requests_of(s, o.id, LIST_OUT, &e));
	EACH(store_fill_known(s, o.id, "7", DAY, 1, &e));
	EACH(store_add_fill(s, &f, &trail, &e));
	EACH(store_fills(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_fill_sum(s, o.id, "7", &sum, &amount, &last, &e));
	EACH(store_filled_after(s, "005930", SIDE_BUY, 1, 0, &sum, &e));
	EACH(store_last_fill(s, &last, &e));
}

static void
books(void)
{
	struct lot_row l = { .strategy = "a",
		.code = "005930",
		.n = 4,
		.cost = 4000,
		.entry_date = DAY };
	struct lot_row lcopy;
	struct day_row d = { .day = DAY };
	struct drift_row x = { .day = DAY, .kind = "shares", .code = "005930" };
	won sum;

	EACH((lcopy = l, store_put_lot(s, &lcopy, &e)));
	lcopy.n = 3;
	EACH(store_put_lot(s, &lcopy, &e));
	EACH(store_lots(s, LIST_OUT, &e));
	EACH(store_add_shares(s,
	    &(struct share_row){ .day = DAY,
		.strategy = "a",
		.code = "005930",
		.n = 1,
		.kind = "sync",
		.note = "" },
	    &e));
	EACH(store_add_cash(s,
	    &(struct cash_row){
		.day = DAY, .amount = 5, .kind = "fee", .note = "" },
	    &e));
	EACH(store_cash(s, &sum, &e));
	EACH(store_add_transfer(s, DAY, 5, DAY, "", 1, &e));
	EACH(store_transfers(s, DAY, DAY, &sum, &e));
	EACH(store_deposits_waiting(s, DAY, &sum, &e));
	EACH(store_put_day(s, &d, &e));
	EACH(store_day(s, DAY, &d, &e));
	EACH(store_last_day(s, &d, &e));
	EACH(store_snapshot_lots(s, DAY, &e));
	EACH(store_session_lots(s, DAY, LIST_OUT, &e));
	EACH((x.broker = 1, store_see_drift(s, &x, 5, &e)));
	EACH(store_drifts(s, LIST_OUT, &e));
	EACH(store_end_order_drift(s, 1, "gone", "", 5, &e));
	EACH(store_end_drift(s, x.id, "gone", "", "", 5, &e));
	EACH(store_drifts_gone(s, 5, &e));
}

static void
settings_and_signals(void)
{
	struct strategy_row r = { .name = "a" }, got;
	struct halt_row h = { .scope = HALT_ENTRIES };
	struct codes c = { 0 };
	struct signal_row g = { .day = DAY,
		.strategy = "a",
		.code = "005930",
		.state = "pending" };
	struct signal_row gcopy;

	EACH(store_put_setting(s, "x", "1", 1, &e));
	EACH(store_settings(s, LIST_OUT, &e));
	EACH(store_put_setting(s, "x", "", 1, &e));
	EACH(store_put_strategy(s, &r, &e));
	EACH(store_strategies(s, LIST_OUT, &e));
	EACH(store_strategy(s, "a", &got, &e));
	EACH(store_strategy_in_use(s, "a", &e));
	EACH(store_put_strategy_setting(s, "a", "weight", "2", &e));
	EACH(store_strategy_settings(s, "a", LIST_OUT, &e));
	EACH(store_put_strategy_setting(s, "a", "weight", "", &e));
	EACH(store_watch(s, "a", "005930", 1, &e));
	codes_add(&c, "005930");
	EACH(store_put_choice(s, DAY, "a", 1, &c, &e));
	codes_fini(&c);
	EACH(store_choice(s, DAY, "a", &c, &e));
	EACH(store_universe(s, "a", &c, &e));
	EACH(store_universe_of(s, "a", &c, &e));
	EACH(store_codes_in_use(s, &c, &e));
	EACH(store_codes_at_work(s, &c, &e));
	codes_fini(&c);
	EACH(store_unwatch(s, "a", "005930", &e));
	EACH(store_halt(s, &h, &e));
	EACH(store_halts(s, LIST_OUT, &e));
	EACH(store_resume(s, HALT_ENTRIES, "", &e));
	EACH(store_resume(s, -1, "", &e));
	EACH((gcopy = g, store_put_signal(s, &gcopy, 1, &e)));
	EACH(store_put_signal(s, &gcopy, 1, &e));
	EACH(store_signals(s, LIST_OUT, &e));
	EACH(store_daily_ran(s, DAY, "a", &e));
	EACH(store_put_daily_ran(s, DAY, "a", 1, &e));
	EACH(store_close_signals(s, DAY + 1, 1, &e));
	EACH(store_drop_strategy(s, "a", &e));
}

static void
prices(void)
{
	struct bar b = { .date = DAY,
		.time = 900,
		.open = 5,
		.high = 5,
		.low = 5,
		.close = 5,
		.volume = 5 };
	struct put_counts c = { 0 };
	struct quote_row q = { .code = "005930" };
	struct stock_row k = { .code = "005930", .name = "one", .leverage = 1 };
	struct bar_store bars;
	struct split split = { .code = "005930",
		.day = DAY + 1,
		.new_shares = 2,
		.old_shares = 1 };
	struct split split_row;
	struct codes codes = { 0 };
	ymd first, last;
	hhmm label;
	int64_t n;
	won w;
	epoch at;

	EACH(store_put_daily(s, "005930", &b, &c, &e));
	EACH(store_put_minute(s, "005930", &b, &c, &e));
	bar_store_init(&bars, false);
	EACH(store_daily(s, "005930", DAY, DAY, 0, &bars, &e));
	EACH(store_daily_last(s, "005930", DAY + 1, 3, 0, &bars, &e));
	bar_store_fini(&bars);
	bar_store_init(&bars, true);
	EACH(store_minutes(s, "005930", DAY, 0, 2359, 0, &bars, &e));
	EACH(store_minutes_range(s, "005930", DAY, DAY, 0, &bars, &e));
	bar_store_fini(&bars);
	EACH(store_daily_codes(s, &codes, &e));
	EACH(store_minute_codes(s, &codes, &e));
	EACH(store_daily_span(s, "005930", &first, &last, &e));
	EACH(store_minute_span(s, NULL, &first, &last, &e));
	EACH(store_minute_last(s, "005930", DAY, &label, &e));
	EACH(store_minute_count(s, "005930", DAY, &n, &e));
	EACH(store_prev_close(s, "005930", DAY + 1, &w, &e));
	EACH(store_high_since(s, "005930", DAY, 900, DAY, 901, &w, &e));
	EACH(store_put_quote(s, &q, &e));
	EACH(store_quote(s, "005930", &q, &e));
	EACH(store_quote_newest(s, &at, &e));
	EACH((split_row = split, store_split(s, &split_row, "x", 1, &e)));
	EACH(store_has_split(s, "005930", DAY, &e));
	EACH(store_split_codes(s, &codes, &e));
	EACH((w = 5, store_rescaled(s, "005930", DAY, &w, &first, &e)));
	EACH(store_put_stock(s, &k, 1, &c, &e));
	EACH(store_stock(s, "005930", &k, &e));
	EACH(store_stocks(s, LIST_OUT, &e));
	codes_fini(&codes);
}

static void
runs_and_results(void)
{
	struct run_row r;
	struct portfolio_row p = { .day = DAY, .revision = 1 };
	struct performance_row f = {
		.day = DAY, .strategy = "a", .revision = 1
	};
	int64_t id = 0;
	ymd day;
	won w;

	EACH(id = store_run_begin(s, "x", DAY, 900, &e));
	EACH(store_run_end(s, id, 0, "", &e));
	EACH(store_last_runs(s, LIST_OUT, &e));
	EACH(store_last_success(s, "x", &r, &e));
	EACH(store_alert(s, "x", "x", "x", 0, 1, &e));
	EACH(store_alerts(s, LIST_OUT, &e));
	EACH(store_report_alerts(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_alert_clear(s, "x", 1, &e));
	EACH(store_add_portfolio(s, &p, &e));
	EACH(store_add_performance(s, &f, &e));
	EACH(store_portfolio(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_performance(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_moves(s, DAY, LIST_OUT, &e));
	EACH(store_cash_days(s, DAY, LIST_OUT, &e));
	EACH(store_cash_first(s, &day, &e));
	EACH(store_transfer_days(s, DAY, LIST_OUT, &e));
	EACH(store_snapshots(s, LIST_OUT, &e));
	EACH(store_splits(s, LIST_OUT, &e));
	EACH(store_mark(s, "005930", DAY, &w, &e));
	EACH(store_report_fills(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_report_undone(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_exits_begun(s, DAY, LIST_OUT, &e));
	EACH(store_report_transfers(s, DAY, DAY, LIST_OUT, &e));
	EACH(store_report_drift(s, DAY, DAY, LIST_OUT, &e));
}

static void
found(void *arg, const char *words)
{
	(void)arg;
	(void)words;
}

/* A transaction of their own: they are tried outside of ours. */
static void
leases(void)
{
	static const char *const name[] = { "take", "check", "renew" };
	struct lease l = { 0 };

	for (int what = 0; what < 3; what++)
		for (int way = 0; way < NWAYS; way++) {
			int failures = 0, quiet = 0;

			for (int k = 1; k < 100; k++) {
				int rc;

				own("UPDATE lease SET pid = 0");
				if (what > 0)
					store_lease_take(s, "x", 60, &l, &e);
				forget_statements();
				fail_arm(way, k);
				rc = what == 0 ?
				    store_lease_take(s, "x", 60, &l, &e) :
				    what == 1 ?
				    store_lease_check(s, &l, &e) :
				    store_lease_renew(s, &l, 60, &e);
				if (!fail_disarm())
					break;
				store_rollback(s);
				failures++;
				quiet += rc != -1;
			}
			ok(failures > 0 && quiet == 0,
			    "a lease, %s: %d failures", name[what], failures);
		}
}

static void
permits(void)
{
	for (int what = 0; what < 2; what++)
		for (int way = 0; way < NWAYS; way++) {
			int failures = 0, quiet = 0;

			for (int k = 1; k < 100; k++) {
				int64_t at;
				int rc;

				forget_statements();
				fail_arm(way, k);
				rc = what == 0 ?
				    store_rate_take(s, "x", 5, 0, &at, &e) :
				    store_rate_hold(s, "x", 5, &e);
				if (!fail_disarm())
					break;
				failures++;
				quiet += rc != -1;
			}
			ok(failures > 0 && quiet == 0,
			    "a permit, %s: %d failures",
			    what == 0 ? "take" : "hold", failures);
		}
}

static void
backtests_and_days(void)
{
	struct backtest_run_row r = {
		.strategy = "a", .daily = "", .minute = "", .settings = ""
	};
	struct backtest_trade_row t = { .day = DAY,
		.strategy = "a",
		.code = "005930",
		.n = 1,
		.price = 1,
		.reason = "" };
	struct calendar *cal = NULL;
	int64_t run;

	EACH(store_save_backtest_run(s, &r, &run, &e));
	EACH(store_save_backtest_trade(s, run, 1, &t, &e));
	EACH(store_save_backtest_day(s, run, DAY, 1, 1, &e));
	own("INSERT INTO market_calendar (date, is_open) VALUES (20250101, 0)");
	EACH((calendar_free(cal),
	    (cal = store_calendar(s, 20250101, &e)) == NULL ? -1 : 0));
	calendar_free(cal);
}

static void
whole_database(void)
{
	bool damaged;

	EACH(store_check(s, found, NULL, &damaged, &e));
}

int
main(void)
{
	if ((s = db_fresh(&e)) == NULL) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	own("PRAGMA foreign_keys = OFF; BEGIN");
	orders_and_requests();
	books();
	settings_and_signals();
	prices();
	runs_and_results();
	backtests_and_days();
	own("COMMIT");
	leases();
	permits();
	whole_database();
	fresh_list();
	store_close(s);
	return done_testing();
}
