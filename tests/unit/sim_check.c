/*
 * sim_check.c - the judge of the simulators sees each breach, and nothing
 * else.
 *
 * A small healthy day is written by SQL, as the programs would have left it:
 * a filled buy, one that works, one that waits as unknown, a sell that works.
 * The judge finds nothing.  Then, case by case, a breach is planted and
 * exactly that rule must be told; all is rolled back before the next.  Cases
 * without a rule are what must not be taken for a breach.
 *
 * At the end it is said what a step costs.
 */
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "broker/paper_books.h"
#include "sim/check.h"
#include "store/store.h"

#define DAY   20250314
#define NOW   "2025-03-14 10:00"
#define LATER "2025-03-14 10:01"

static sqlite3 *db;
static char dir[] = "/tmp/maemae-check-XXXXXX";

static void
need(int rc, const char *what)
{
	if (rc == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", what, sqlite3_errmsg(db));
	exit(1);
}

static void
run(const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", sql, why);
	exit(1);
}

/* With %Q for text, as sqlite3_mprintf. */
static void
runf(const char *fmt, ...)
{
	va_list ap;
	char *sql;

	va_start(ap, fmt);
	sql = sqlite3_vmprintf(fmt, ap);
	va_end(ap);
	run(sql);
	sqlite3_free(sql);
}

/* ---- What the programs would have written ------------------------------------ */

#define AT(hhmmss) "2025-03-14T" hhmmss "+09:00"

static void
say(int id, const char *from, const char *to, const char *at,
    const char *program, const char *words)
{
	runf("UPDATE orders SET state = %Q, sending_at = iif(%Q = 'sending',"
	     " %Q, sending_at), changed_at = %Q WHERE id = %d",
	    to, to, at, at, id);
	runf("INSERT INTO trading_log (at, day, program, event, order_id,"
	     " strategy, code, side, state, next, message) SELECT %Q, day, %Q,"
	     " 'order', id, strategy, code, side, %Q, %Q, %Q FROM orders WHERE"
	     " id = %d",
	    at, program, from, to, words, id);
}

/* An order of "a" on a signal of its minute, planned and claimed. */
static void
plan(int id, const char *code, const char *side, int n, int limit, int minute)
{
	char at[48];

	snprintf(at, sizeof(at), "2025-03-14T%02d:%02d:02+09:00", minute / 100,
	    minute % 100);
	runf("INSERT INTO current_signals (id, day, strategy, code, side,"
	     " state, score, made, stamp, is_said, changed_at) VALUES (%d, %d,"
	     " 'a', %Q, %Q, 'executed', 1, %d, %d, 1, %Q)",
	    id, DAY, code, side, minute, minute, at);
	runf("INSERT INTO orders (id, day, strategy, code, side, why,"
	     " signal_id, is_market, limit_price, quantity, reserve_price,"
	     " sent, worked, planned_at, changed_at) VALUES (%d, %d, 'a', %Q,"
	     " %Q, 'signal', %d, 0, %d, %d, %d, %d, %d, %Q, %Q)",
	    id, DAY, code, side, id, limit, n, limit, minute, minute, at, at);
	runf("INSERT INTO trading_log (at, day, program, event, order_id,"
	     " next) VALUES (%Q, %d, 'place-orders', 'order', %d, 'planned')",
	    at, DAY, id);
	say(id, "planned", "sending", at, "place-orders", "");
}

/* It arrives at the broker. */
static void
arrive(int id, const char *fault)
{
	runf("INSERT INTO paper.request (at, date, time, kind, key, code,"
	     " broker_no, outcome, fault, reason) SELECT strftime('%%s',"
	     " sending_at), day, sent, 'new', format('maemae-%%d-%%d', id,"
	     " strftime('%%s', sending_at)), code, id, 'accepted', %Q, '' FROM"
	     " orders WHERE id = %d",
	    fault, id);
	runf("INSERT INTO paper.orders (id, place, date, no, key, code, side,"
	     " is_market, limit_won, bind_won, n, state, at, first_bar) SELECT"
	     " id, id, day, id, format('maemae-%%d-%%d', id, strftime('%%s',"
	     " sending_at)), code, side, 0, limit_price, limit_price,"
	     " quantity, 'working', sent, sent FROM orders WHERE id = %d",
	    id);
}

static void
answer(int id)
{
	runf("UPDATE orders SET broker_no = %d WHERE id = %d", id, id);
	say(id, "sending", "open", AT("09:06:00"), "place-orders", "");
}

/* The broker fills it. */
static void
fill_there(int id, int n, int price)
{
	runf("INSERT INTO paper.fills (order_id, fill_no, date, time, n,"
	     " price_won, commission_won, tax_won) SELECT %d, 1 + count(*),"
	     " %d, 906, %d, %d, 0, 0 FROM paper.fills WHERE order_id = %d",
	    id, DAY, n, price, id);
	runf("UPDATE paper.orders SET filled = filled + %d, state ="
	     " iif(filled + %d = n, 'filled', state) WHERE id = %d",
	    n, n, id);
	runf("UPDATE paper.account SET cash_won = cash_won - %d * (SELECT"
	     " iif(side = 'buy', 1, -1) FROM paper.orders WHERE id = %d)",
	    n * price, id);
	runf("INSERT INTO paper.holding SELECT code, iif(side = 'buy', %d,"
	     " -%d), 0 FROM paper.orders WHERE id = %d ON CONFLICT DO UPDATE"
	     " SET n = n + excluded.n",
	    n, n, id);
}

static void
cash(int amount, const char *kind, int fill)
{
	runf("INSERT INTO cash_ledger (day, amount, balance, kind, fill_id,"
	     " at) SELECT %d, %d, %d + coalesce((SELECT balance FROM"
	     " cash_ledger ORDER BY id DESC LIMIT 1), 0), %Q, nullif(%d, 0),"
	     " %Q",
	    DAY, amount, amount, kind, fill, AT("09:07:00"));
}

/* And we book it. */
static void
fill_here(int id, int n, int price, const char *from, const char *to)
{
	int fill;

	runf("INSERT INTO fill (order_id, broker_no, fill_no, day, time,"
	     " strategy, code, side, quantity, price, amount, commission, tax,"
	     " booked_at) SELECT id, broker_no, 1 + (SELECT count(*) FROM fill"
	     " WHERE order_id = o.id), day, 906, strategy, code, side, %d, %d,"
	     " %d, 0, 0, %Q FROM orders o WHERE id = %d",
	    n, price, n * price, AT("09:07:00"), id);
	fill = (int)sqlite3_last_insert_rowid(db);
	runf("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	     " fill_id, at) SELECT day, strategy, code, quantity, 'fill', id,"
	     " %Q FROM fill WHERE id = %d",
	    AT("09:07:00"), fill);
	cash(-n * price, "buy", fill);
	runf("UPDATE orders SET filled = filled + %d, filled_won = filled_won"
	     " + %d WHERE id = %d",
	    n, n * price, id);
	runf("INSERT INTO lot (strategy, code, order_id, quantity, cost,"
	     " entry_date, entry_time) SELECT strategy, code, id, %d, %d, day,"
	     " 906 FROM orders WHERE id = %d",
	    n, n * price, id);
	say(id, from, to, AT("09:07:00"), "watch-fills", "");
}

static void
ran(const char *program, const char *began, const char *ended)
{
	runf("INSERT INTO program_run (program, pid, day, time, started_at,"
	     " ended_at, status) VALUES (%Q, 1, %d, 1000, %Q, %Q, 0)",
	    program, DAY, began, ended);
}

/*
 * 1	buy 10 of 005930, filled
 * 2	buy 5 of 000660, works at the broker
 * 3	sell 4 of 005930, works
 * 4	buy 2 of 035420, unknown: at the broker it works
 */
static void
healthy(void)
{
	run("INSERT INTO strategy (name, is_on, changed_at) VALUES ('a', 1,"
	    " '2025-03-01')");
	run("INSERT INTO session_state (day, start_equity, start_cash,"
	    " peak_equity, opened_at) VALUES (20250314, 10000000, 10000000,"
	    " 10000000, '')");
	cash(10000000, "opening", 0);
	plan(1, "005930", "buy", 10, 55000, 905);
	arrive(1, "");
	answer(1);
	fill_there(1, 10, 55000);
	fill_here(1, 10, 55000, "open", "filled");
	plan(2, "000660", "buy", 5, 100000, 906);
	arrive(2, "");
	answer(2);
	plan(3, "005930", "sell", 4, 56000, 958);
	arrive(3, "");
	answer(3);
	plan(4, "035420", "buy", 2, 200000, 959);
	arrive(4, "lose-answer");
	say(4, "sending", "unknown", AT("09:59:02"), "place-orders", "");
	run("INSERT INTO minute_price WITH RECURSIVE m(i) AS (SELECT 0 UNION"
	    " ALL SELECT i + 1 FROM m WHERE i < 59) SELECT code, 20250314,"
	    " 900 + i, 55000, 55000, 55000, 55000, 100 FROM m, (SELECT"
	    " '005930' AS code UNION ALL SELECT '000660')");
	run("INSERT INTO current_quote (code, last, status_day, polled_at)"
	    " VALUES"
	    " ('005930', 55000, 20250314, '2025-03-14T10:00:01+09:00'),"
	    " ('000660', 55000, 20250314, '2025-03-14T10:00:01+09:00')");
	ran("update-prices", AT("10:00:00"), AT("10:00:01"));
	ran("place-orders", AT("10:00:01"), AT("10:00:02"));
	run("INSERT INTO feed.minute_price SELECT * FROM main.minute_price");
}

/* ---- What is planted ------------------------------------------------------------ */

static void
p_none(void)
{
}

/* Shares and cash that the broker has, written off. */
static void
held_by_hand(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'MANUAL', '005380', 3, 'adopt', '');"
	    "INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
	    " VALUES ('MANUAL', '005380', 3, 1, 20250314);"
	    "INSERT INTO paper.holding VALUES ('005380', 3, 1)");
}

static void
s3_no_shares(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'MANUAL', '005380', -3, 'sync', '');"
	    "DELETE FROM lot WHERE code = '005380'");
}

static void
s3_fewer_shares(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'MANUAL', '005380', -1, 'sync', '');"
	    "UPDATE lot SET quantity = 2 WHERE code = '005380'");
}

static void
s3_accepted(void)
{
	s3_no_shares();
	run("INSERT INTO trading_log (at, day, program, event, message) VALUES"
	    " ('', 20250314, 'sync-account', 'accept', '')");
}

static void
s3_sold_by_hand(void)
{
	s3_no_shares();
	run("DELETE FROM paper.holding WHERE code = '005380'");
}

static void
s3_bought_since(void)
{
	s3_no_shares();
	plan(5, "005380", "buy", 3, 1000, 1000);
	arrive(5, "");
	run("DELETE FROM paper.holding WHERE code = '005380'");
	fill_there(5, 3, 1000);
}

static void
s3_no_cash(void)
{
	run("INSERT INTO cash_ledger (day, amount, balance, kind, at) SELECT"
	    " 20250314, -balance, 0, 'transfer', '' FROM cash_ledger ORDER BY"
	    " id DESC LIMIT 1");
}

static void
s3_no_cash_accepted(void)
{
	s3_no_cash();
	run("INSERT INTO trading_log (at, day, program, event, message) VALUES"
	    " ('', 20250314, 'sync-account', 'accept', '')");
}

static void
s1_no_row(void)
{
	run("INSERT INTO paper.request (at, date, time, kind, key, code,"
	    " broker_no, outcome, fault, reason) VALUES (1741914000, 20250314,"
	    " 1000, 'new', 'maemae-77-1741914000', '005930', '9', 'accepted',"
	    " '', '')");
}

static void
s1_not_claimed(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	arrive(5, "");
	run("DROP TRIGGER orders_state;"
	    "DROP TRIGGER trading_log_no_delete;"
	    "UPDATE orders SET state = 'planned', sending_at = NULL WHERE"
	    " id = 5;"
	    "DELETE FROM trading_log WHERE order_id = 5 AND next ="
	    " 'sending'");
}

static void
s1_other(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	arrive(5, "");
	run("UPDATE paper.orders SET n = 2 WHERE id = 5");
}

static void
s1_amend(void)
{
	run("INSERT INTO paper.request (at, date, time, kind, key, code,"
	    " broker_no, outcome, fault, reason) SELECT at, date, 1000,"
	    " 'amend', key || '-8', code, broker_no, 'accepted', '', '' FROM"
	    " paper.request WHERE id = 2");
}

static void
s2_twice(void)
{
	run("INSERT INTO paper.request (at, date, time, kind, key, code,"
	    " broker_no, outcome, fault, reason) SELECT at + 60, date, 1000,"
	    " kind, key, code, broker_no, outcome, fault, reason FROM"
	    " paper.request WHERE id = 4");
}

/* The same row again as it arrives late is no second sending. */
static void
s2_delayed(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	arrive(5, "delay");
	run("INSERT INTO paper.request (at, date, time, kind, key, code,"
	    " broker_no, outcome, fault, reason) SELECT at - 1, date, 1000,"
	    " kind, key, code, broker_no, 'delayed', fault, reason FROM"
	    " paper.request WHERE id = 5");
	run("UPDATE paper.request SET at = at + 1 WHERE id = 6");
}

static void
amend(int order, const char *at)
{
	runf("INSERT INTO order_request (id, order_id, kind, state,"
	     " limit_price, planned_at, sending_at) VALUES (8, %d, 'amend',"
	     " 'sending', 1, %Q, %Q)",
	    order, at, at);
	runf("INSERT INTO trading_log (at, day, program, event, order_id,"
	     " request_id, state, next, message) VALUES (%Q, 20250314,"
	     " 'watch-fills', 'request', %d, 8, 'planned', 'sending',"
	     " 'amend')",
	    at, order);
}

static void
s2_amend_twice(void)
{
	amend(2, AT("10:00:00"));
	s1_amend();
	s1_amend();
}

static void
s2_bought_twice(void)
{
	run("DROP TRIGGER orders_same; DROP TRIGGER orders_filled;"
	    "UPDATE orders SET side = 'buy', attempt = 2 WHERE id = 3;"
	    "UPDATE paper.orders SET side = 'buy', filled = 1 WHERE id = 3");
}

static void
s3_cancelled(void)
{
	say(2, "open", "cancelled", AT("10:00:00"), "watch-fills", "");
}

static void
s3_renumbered(void)
{
	run("UPDATE paper.orders SET state = 'cancelled' WHERE id = 2;"
	    "INSERT INTO paper.orders (id, place, date, no, orig_no, key,"
	    " code, side, is_market, limit_won, bind_won, n, state, at,"
	    " first_bar) SELECT 9, 9, date, 9, 2, key || '-8', code, side,"
	    " 0, 1, 1, n, 'working', at, at FROM paper.orders WHERE id = 2");
	s3_cancelled();
}

static void
s3_rejected(void)
{
	say(2, "open", "rejected", AT("10:00:00"), "watch-fills", "");
}

static void
s3_expired(void)
{
	say(4, "unknown", "expired", AT("10:00:00"), "watch-fills", "");
}

static void
s3_settled(void)
{
	say(4, "unknown", "expired", AT("10:00:00"), "sync-account",
	    "settled by the person");
}

/* The screen was misread: the broker has no such fill. */
static void
s3_settled_wrongly(void)
{
	run("UPDATE orders SET filled = 1, filled_won = 100 WHERE id = 4");
	say(4, "unknown", "expired", AT("10:00:00"), "sync-account",
	    "settled by the person");
}

static void
absent(const char *first)
{
	runf("INSERT INTO drift (day, kind, code, book, broker, difference,"
	     " state, seen, first_at, last_at) VALUES (20250314, 'order',"
	     " '035420', 4, 0, -4, 'repaired', 2, %Q, %Q)",
	    first, AT("10:02:30"));
	run("DELETE FROM paper.orders WHERE id = 4");
	s3_expired();
}

static void
s3_absent_early(void)
{
	absent(AT("10:00:30"));
}

static void
s3_absent(void)
{
	absent(AT("10:01:30"));
}

static void
s4_no_such_fill(void)
{
	run("UPDATE paper.orders SET filled = 1 WHERE id = 2");
	fill_here(2, 1, 100000, "open", "part");
}

static void
s4_other_price(void)
{
	fill_there(2, 1, 100000);
	fill_here(2, 1, 99000, "open", "part");
}

static void
s4_other_order(void)
{
	fill_there(4, 1, 200000);
	run("UPDATE paper.orders SET filled = 1 WHERE id = 2;"
	    "UPDATE orders SET broker_no = 4 WHERE id = 2");
	fill_here(2, 1, 200000, "open", "part");
}

static void
s4_more_than_there(void)
{
	run("UPDATE orders SET filled = 1, filled_won = 100000 WHERE id = 2");
}

static void
s4_goes_back(void)
{
	run("DROP TRIGGER orders_filled; DROP TRIGGER orders_state;"
	    "UPDATE orders SET state = 'open' WHERE id = 1");
	say(1, "filled", "open", AT("10:00:00"), "watch-fills", "");
}

static void
s4_fewer(void)
{
	run("DROP TRIGGER orders_filled;"
	    "UPDATE orders SET filled = 9 WHERE id = 1");
}

static void
s4_gone(void)
{
	run("DROP TRIGGER trading_log_no_delete; DELETE FROM trading_log WHERE"
	    " id = (SELECT max(id) FROM trading_log)");
}

static void
s4_sum(void)
{
	run("DROP TRIGGER fill_kept; DROP TRIGGER fill_fits;"
	    "UPDATE fill SET quantity = 9, amount = 495000;"
	    "UPDATE cash_ledger SET amount = -495000 WHERE kind = 'buy';"
	    "UPDATE share_ledger SET quantity = 9; UPDATE lot SET quantity ="
	    " 9; UPDATE cash_ledger SET balance = 10000000 - 495000 WHERE"
	    " kind = 'buy'");
}

static void
s5_balance(void)
{
	run("INSERT INTO cash_ledger (day, amount, balance, kind, at) VALUES"
	    " (20250314, 5, 9450004, 'fee', '')");
}

static void
s5_rewritten(void)
{
	run("UPDATE cash_ledger SET balance = balance + 1 WHERE id = 2");
}

static void
s5_gone(void)
{
	run("DELETE FROM cash_ledger WHERE id = 2");
}

static void
s5_lots(void)
{
	run("UPDATE lot SET quantity = 9");
}

static void
s5_no_cash(void)
{
	fill_there(2, 1, 100000);
	fill_here(2, 1, 100000, "open", "part");
	run("UPDATE cash_ledger SET amount = amount + 1, balance = balance + 1"
	    " WHERE id = 3");
}

static void
s5_transfer(void)
{
	cash(1000, "transfer", 0);
}

static void
s5_sum(void)
{
	run("UPDATE cash_ledger SET amount = 9999999 WHERE id = 1");
}

static void
s6_sync(void)
{
	run("UPDATE paper.account SET cash_won = cash_won - 5");
	ran("sync-account", AT("10:00:05"), AT("10:00:06"));
}

static void
s6_sync_shares(void)
{
	run("UPDATE paper.holding SET n = n + 1");
	ran("sync-account", AT("10:00:05"), AT("10:00:06"));
}

static void
drift(const char *kind, const char *code, int n)
{
	runf("INSERT INTO drift (day, kind, code, book, broker, difference,"
	     " first_at, last_at) VALUES (20250314, %Q, %Q, 0, %d, %d, '', '')",
	    kind, code, n, n);
}

static void
s6_recorded(void)
{
	s6_sync();
	drift("cash", "", -5);
	run("UPDATE paper.holding SET n = n + 1");
	drift("shares", "005930", 1);
}

/* Not counted yet by the broker's own list. */
static void
s6_uncounted(void)
{
	fill_there(2, 1, 100000);
	run("DROP TRIGGER paper.fills_stay; UPDATE paper.fills SET counted_at"
	    " = 1941914000 WHERE order_id = 2");
	ran("sync-account", AT("10:00:05"), AT("10:00:06"));
}

static void
another_buy(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	arrive(5, "");
}

static void
drift_in_it(void)
{
	drift("shares", "005380", 1);
}

static void
cash_drift(void)
{
	drift("cash", "", -100001);
}

static void
small_cash_drift(void)
{
	drift("cash", "", -100000);
}

static void
s6_healed_cash(void)
{
	run("UPDATE paper.account SET cash_won = cash_won + 1");
}

static void
s6_healed_shares(void)
{
	run("INSERT INTO paper.holding VALUES ('005380', 1, 1)");
}

static void
s6_healed_filled(void)
{
	run("DROP TRIGGER paper.fills_stay;"
	    "UPDATE paper.orders SET filled = 1 WHERE id = 2");
}

/* Of one that a person is asked about. */
static void
s6_healed_unknown(void)
{
	run("DROP TRIGGER paper.fills_stay;"
	    "UPDATE paper.orders SET filled = 1 WHERE id = 4");
}

static void
s6_healed_state(void)
{
	run("UPDATE paper.orders SET state = 'cancelled' WHERE id = 2");
}

static void
s6_healed_drift(void)
{
	drift("shares", "005380", 1);
}

static void
s7_cash(void)
{
	plan(5, "005380", "buy", 10, 900000, 1000);
	arrive(5, "");
}

/* The broker refuses it, and it binds nothing any more: it was too much all
 * the same. */
static void
s7_refused(void)
{
	plan(5, "005380", "buy", 10, 900000, 1000);
	run("INSERT INTO paper.request (at, date, time, kind, key, code,"
	    " broker_no, outcome, fault, reason) SELECT strftime('%s',"
	    " sending_at), day, sent, 'new', format('maemae-%d-%d', id,"
	    " strftime('%s', sending_at)), code, '', 'rejected', '', '' FROM"
	    " orders WHERE id = 5");
	say(5, "sending", "rejected", AT("10:00:03"), "place-orders", "");
}

/* Cash that went by hand is no order's fault. */
static void
s7_withdrawn(void)
{
	another_buy();
	cash(-9440000, "transfer", 0);
}

static void
s7_shares(void)
{
	run("INSERT INTO strategy (name, changed_at) VALUES ('b', '')");
	plan(5, "005380", "sell", 1, 1000, 1000);
}

static void
s7_there(void)
{
	run("UPDATE paper.holding SET n = 3");
}

static void
s7_their_cash(void)
{
	run("UPDATE paper.account SET cash_won = -1");
}

static void
s8_two(void)
{
	run("DROP INDEX orders_live; CREATE INDEX orders_live ON orders"
	    " (strategy, code, side) WHERE state IN ('planned', 'sending',"
	    " 'open', 'part', 'unknown')");
	run("INSERT INTO orders (id, day, strategy, code, side, why,"
	    " signal_id, attempt, is_market, limit_price, quantity, sent,"
	    " worked, planned_at, changed_at) SELECT 5, 20250313, strategy,"
	    " code, side, why, 2, 1, 0, 1, 1, 1000, 1000, planned_at, ''"
	    " FROM orders WHERE id = 3; INSERT INTO trading_log (at, day,"
	    " program, event, order_id, next) VALUES ('', 20250313, 'x',"
	    " 'order', 5, 'planned')");
}

static void
s8_attempt(void)
{
	run("DROP TRIGGER orders_attempt");
	run("INSERT INTO orders (id, day, strategy, code, side, why,"
	    " signal_id, attempt, is_market, limit_price, quantity, sent,"
	    " worked, planned_at, changed_at) SELECT 5, day, strategy, code,"
	    " side, why, 1, 2, 0, 1, 1, 905, 905, planned_at, '' FROM orders"
	    " WHERE id = 1");
	run("INSERT INTO trading_log (at, day, program, event, order_id,"
	    " next) VALUES ('', 20250314, 'x', 'order', 5, 'planned')");
}

static void
halt(const char *scope, const char *what)
{
	runf("INSERT INTO halt (scope, what, since) VALUES (%Q, %Q,"
	     " '2025-03-14T09:59:00+09:00')",
	    scope, what);
}

static void
say_halt(const char *words)
{
	runf("INSERT INTO trading_log (at, day, program, event, message)"
	     " VALUES ('', 20250314, 'halt-trading', 'halt', %Q)",
	    words);
}

static void
halt_entries(void)
{
	halt("entries", "");
}

static void
halt_all(void)
{
	halt("all", "");
}

static void
halt_strategy(void)
{
	halt("strategy", "a");
}

static void
halt_code(void)
{
	halt("code", "005380");
}

static void
halt_other(void)
{
	halt("strategy", "b");
	halt("code", "005930");
}

/* In one step: the halt, then the order. */
static void
s9_after(void)
{
	halt_entries();
	say_halt("halt entries: person");
	another_buy();
}

static void
s9_before(void)
{
	another_buy();
	halt_entries();
	say_halt("halt entries: person");
}

static void
sell_beside(void)
{
	run("UPDATE paper.orders SET state = 'filled', filled = n WHERE id"
	    " = 3");
	run("INSERT INTO orders (id, day, strategy, code, side, why,"
	    " signal_id, attempt, is_market, limit_price, quantity, sent,"
	    " worked, planned_at, changed_at) SELECT 5, day, 'b', code,"
	    " side, 'stop', 0, 1, 0, 1, 1, 1000, 1000, planned_at, '' FROM"
	    " orders WHERE id = 3; INSERT INTO share_ledger (day, strategy,"
	    " code, quantity, kind, at) VALUES (20250314, 'b', '005930', 1,"
	    " 'adopt', ''); INSERT INTO lot (strategy, code, quantity, cost,"
	    " entry_date) VALUES ('b', '005930', 1, 1, 20250314);"
	    "INSERT INTO trading_log (at, day, program, event, order_id,"
	    " next) VALUES ('', 20250314, 'x', 'order', 5, 'planned')");
	say(5, "planned", "sending", AT("10:00:03"), "place-orders", "");
}

/* Planned, and kept back at the last moment. */
static void
planned_only(void)
{
	run("INSERT INTO current_signals (id, day, strategy, code, side,"
	    " state, score, made, stamp, is_said, changed_at) VALUES (5,"
	    " 20250314, 'a', '005380', 'buy', 'executed', 1, 1000, 1000, 1,"
	    " '')");
	run("INSERT INTO orders (id, day, strategy, code, side, why,"
	    " signal_id, attempt, is_market, limit_price, quantity, sent,"
	    " worked, planned_at, changed_at) VALUES (5, 20250314, 'a',"
	    " '005380', 'buy', 'signal', 5, 1, 0, 1, 1, 1000, 1000,"
	    " '2025-03-14T10:00:02+09:00', ''); INSERT INTO trading_log (at,"
	    " day, program, event, order_id, next) VALUES ('', 20250314, 'x',"
	    " 'order', 5, 'planned')");
	say(5, "planned", "expired", AT("10:00:03"), "place-orders",
	    "halted before it was sent");
}

static void
amend_it(void)
{
	amend(2, AT("10:00:00"));
}

static void
s9_lifted(void)
{
	run("DELETE FROM halt");
}

static void
s9_resumed(void)
{
	run("DELETE FROM halt; INSERT INTO trading_log (at, day, program,"
	    " event) VALUES ('', 20250314, 'halt-trading', 'resume')");
	another_buy();
}

static void
paused(void)
{
	run("INSERT INTO current_quote (code, last, status, status_day,"
	    " polled_at) VALUES ('005380', 1000, 'halted', 20250314,"
	    " '2025-03-14T09:59:01+09:00')");
}

static void
designated(void)
{
	run("INSERT INTO current_quote (code, last, no_entry, status_day,"
	    " polled_at) VALUES ('005380', 1000, 1, 20250314,"
	    " '2025-03-14T09:59:01+09:00')");
}

static void
told_yesterday(void)
{
	run("INSERT INTO current_quote (code, last, status_day, polled_at)"
	    " VALUES ('005380', 1000, 20250313, '2025-03-14T09:59:01+09:00')");
}

/* In the step in which it is told, the entry may have come after that. */
static void
told_now(void)
{
	run("UPDATE current_quote SET status_day = 20250314 WHERE code ="
	    " '005380'");
	another_buy();
}

static void
manual_sold(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'MANUAL', '005380', 1, 'adopt', '');"
	    "INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
	    " VALUES ('MANUAL', '005380', 1, 1, 20250314);"
	    "INSERT INTO paper.holding VALUES ('005380', 1, 1)");
	plan(5, "005380", "sell", 1, 1000, 1000);
	run("DROP TRIGGER orders_same; UPDATE orders SET strategy = 'MANUAL'"
	    " WHERE id = 5");
}

/* One is held, two are being bought: with another there are four. */
static void
most(int n)
{
	runf("INSERT INTO setting VALUES ('max_positions', '%d', '')", n);
}

static void
three_at_most(void)
{
	most(3);
}

static void
four_at_most(void)
{
	most(4);
}

static void
any_number(void)
{
	most(0);
}

/* The exchange lifts it, and who has heard of that may buy. */
static void
resumed(void)
{
	run("UPDATE current_quote SET status = 'trading' WHERE code ="
	    " '005380'");
	another_buy();
}

static void
latch(void)
{
	run("UPDATE session_state SET portfolio_stop = 959");
}

static void
unlatch(void)
{
	run("UPDATE session_state SET portfolio_stop = 0");
}

static void
losses(void)
{
	run("UPDATE session_state SET loss_stop = 959");
}

static void
s11_lost_update(void)
{
	say(2, "sending", "open", AT("10:00:00"), "watch-fills", "");
}

static void
s11_unlogged(void)
{
	run("UPDATE paper.orders SET state = 'cancelled' WHERE id = 2;"
	    "UPDATE orders SET state = 'cancelled' WHERE id = 2");
}

static void
still_running(void)
{
	ran("gen-signals", AT("10:00:03"), NULL);
	ran("gen-signals", AT("10:00:04"), NULL);
}

static void
first_ends(void)
{
	run("UPDATE program_run SET ended_at = '2025-03-14T10:00:09+09:00',"
	    " status = 0 WHERE id = 3");
}

static void
last_ends(void)
{
	run("UPDATE program_run SET ended_at = '2025-03-14T10:00:09+09:00',"
	    " status = 0 WHERE id = 4");
}

static void
s11_beside(void)
{
	ran("gen-signals", AT("10:00:03"), AT("10:00:09"));
	ran("gen-signals", AT("10:00:05"), AT("10:00:06"));
}

/* A share of "a", here and at the broker. */
static void
adopt(const char *code)
{
	runf("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	     " at) VALUES (20250314, 'a', %Q, 1, 'adopt', '')",
	    code);
	runf("INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
	     " VALUES ('a', %Q, 1, 1, 20250314)",
	    code);
	runf("INSERT INTO paper.holding VALUES (%Q, 1, 1)", code);
}

static void
s12_after_close(void)
{
	adopt("005380");
	plan(5, "005380", "sell", 1, 1000, 1531);
	arrive(5, "");
}

static void
s12_holiday(void)
{
	run("UPDATE market_calendar SET is_open = 0 WHERE date = 20250314");
	another_buy();
}

static void
s12_stale(void)
{
	another_buy();
	run("UPDATE current_signals SET stamp = 959 WHERE id = 5");
}

static void
s12_yesterday(void)
{
	another_buy();
	run("UPDATE current_signals SET day = 20250313 WHERE id = 5");
}

/* Order 3 sells four, of which two went by hand, and it with them; then another
 * sell is formed, of another stock. */
static void
went_by_hand(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'a', '005930', -8, 'sync', ''); UPDATE lot"
	    " SET quantity = 2 WHERE code = '005930'; UPDATE paper.holding SET"
	    " n = 2 WHERE code = '005930'; UPDATE paper.orders SET state ="
	    " 'cancelled' WHERE id = 3");
}

static void
s7_not_its_fault(void)
{
	went_by_hand();
	adopt("005380");
	plan(5, "005380", "sell", 1, 1000, 1000);
}

static void
s12_late(void)
{
	another_buy();
	run("UPDATE orders SET planned_at = '2025-03-14T10:00:31+09:00' WHERE"
	    " id = 5");
}

static void
s12_late_as_set(void)
{
	s12_late();
	run("INSERT INTO setting VALUES ('max_delay', '40', '')");
}

static void
s12_slept(void)
{
	another_buy();
	run("UPDATE orders SET planned_at = '2025-03-14T10:07:02+09:00' WHERE"
	    " id = 5");
}

static void
t12_both(void)
{
	adopt("000660");
	plan(5, "000660", "sell", 1, 1000, 1000);
	arrive(5, "");
}

static void
tell_unknown(void)
{
	run("INSERT INTO alert (name, message, program, first_at, last_at,"
	    " said_at) VALUES ('unknown order 4', '', 'watch-fills', '', '',"
	    " '')");
}

static void
l1_unknown(void)
{
	run("DELETE FROM alert");
}

static void
l1_sending(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
}

static void
l1_cancel(void)
{
	run("UPDATE orders SET wants_cancel = 1 WHERE id = 2");
}

static void
l1_request(void)
{
	run("INSERT INTO order_request (order_id, kind, state, planned_at)"
	    " VALUES (2, 'cancel', 'unknown', '')");
}

static void
beyond_stop(const char *end_of_sell)
{
	runf("UPDATE paper.orders SET state = %Q WHERE id = 3", end_of_sell);
	say(3, "open", end_of_sell, AT("10:00:00"), "watch-fills", "");
	run("UPDATE minute_price SET open = 54000, close = 54000, low = 54000"
	    " WHERE code = '005930' AND time > 950");
	run("INSERT INTO strategy_setting VALUES ('a', 'stop_loss_ratio',"
	    " '-1.5')");
}

static void
l2_stop(void)
{
	beyond_stop("cancelled");
}

static void
l2_trailing(void)
{
	l2_stop();
	run("UPDATE strategy_setting SET name = 'trailing_stop_ratio'");
}

static void
l2_early(void)
{
	l2_stop();
	run("UPDATE strategy_setting SET name = 'early_stop_loss'");
}

static void
l2_take(void)
{
	l2_stop();
	run("UPDATE minute_price SET open = 56000, close = 56000, high ="
	    " 56000, low = 56000 WHERE code = '005930' AND time > 950;"
	    "UPDATE strategy_setting SET name = 'take_profit_ratio', value ="
	    " '1'");
}

static void
l2_not_reached(void)
{
	l2_stop();
	run("UPDATE strategy_setting SET value = '-2'");
}

static void
l2_just_now(void)
{
	l2_stop();
	run("UPDATE minute_price SET open = 55000, close = 55000, low = 55000"
	    " WHERE code = '005930' AND time < 959");
}

static void
l2_alarm(void)
{
	l2_stop();
	run("INSERT INTO alert (name, message, program, first_at, last_at,"
	    " said_at) VALUES ('halted 005930', '005930 is halted', 'x', '',"
	    " '', '')");
}

/* For more shares than there are, as was found. */
static void
l2_refused(void)
{
	beyond_stop("rejected");
	run("UPDATE orders SET sent = 959 WHERE id = 3");
	drift("shares", "005930", -1);
	run("UPDATE drift SET state = 'repaired'");
}

static void
l2_refused_only(void)
{
	l2_refused();
	run("DELETE FROM drift");
}

static void
l2_refused_before(void)
{
	l2_refused();
	run("UPDATE orders SET sent = 958 WHERE id = 3");
}

static void
l3_hangs(void)
{
	ran("gen-signals", AT("10:00:03"), NULL);
}

/* Before the calm; no later one had anything to do. */
static void
l3_killed(void)
{
	l3_hangs();
	run("UPDATE program_run SET time = 950 WHERE id = 3");
}

/* Likewise, by a clock that was ahead. */
static void
l3_killed_ahead(void)
{
	l3_hangs();
	run("UPDATE program_run SET time = 1646 WHERE id = 3");
}

static void
l3_follower(void)
{
	ran("watch-fills", AT("09:00:03"), NULL);
	run("INSERT INTO lease VALUES ('watch-fills', 1, '', '', 1, '', '')");
}

static void
l3_bug(void)
{
	ran("gen-signals", AT("10:00:03"), AT("10:00:04"));
	run("UPDATE program_run SET status = 70 WHERE id = 3");
}

static void
l4_key(void)
{
	run("INSERT INTO strategy_setting VALUES ('nobody', 'weight', '1')");
}

static void
l4_own(void)
{
	run("INSERT INTO daily_portfolio (day, cash, holdings, total, profit,"
	    " daily_return, cumulative_return, drawdown, closed_at) VALUES"
	    " (20250313, 1, 1, 3, 0, 0, 0, 0, '')");
}

static void
l5_hole(void)
{
	run("DELETE FROM main.minute_price WHERE time = 930 AND code ="
	    " '000660'");
}

/* What the broker has of before a backup was restored. */
static void
restored(void)
{
	s1_no_row();
}

enum when { STEP, EVENING, BEFORE_HALT, HEALED };

static const struct {
	enum when when;
	const char *rule; /* "": none is broken */
	const char *name;
	void (*before)(void); /* then a step, that finds nothing */
	void (*plant)(void);
} cases[] = {
#define C(when, rule, before, plant)              \
	{                                         \
		when, rule, #plant, before, plant \
	}
	C(STEP, "", p_none, p_none),
	C(STEP, "", p_none, another_buy),
	C(STEP, "S1", p_none, s1_no_row),
	C(STEP, "S1", p_none, s1_not_claimed),
	C(STEP, "S1", p_none, s1_other),
	C(STEP, "S1", p_none, s1_amend),
	C(STEP, "S2", p_none, s2_twice),
	C(STEP, "", p_none, s2_delayed),
	C(STEP, "S2", p_none, s2_amend_twice),
	C(STEP, "S3", p_none, s3_cancelled),
	C(STEP, "S3", p_none, s3_renumbered),
	C(STEP, "S3", p_none, s3_rejected),
	C(STEP, "S3", p_none, s3_expired),
	C(STEP, "", p_none, s3_settled),
	C(STEP, "", p_none, s3_settled_wrongly),
	C(STEP, "S3", p_none, s3_absent_early),
	C(STEP, "", p_none, s3_absent),
	C(STEP, "S3", held_by_hand, s3_no_shares),
	C(STEP, "", held_by_hand, s3_fewer_shares),
	C(STEP, "", held_by_hand, s3_accepted),
	C(STEP, "", held_by_hand, s3_sold_by_hand),
	C(STEP, "", held_by_hand, s3_bought_since),
	C(STEP, "S3", p_none, s3_no_cash),
	C(STEP, "", p_none, s3_no_cash_accepted),
	C(STEP, "S4", p_none, s4_no_such_fill),
	C(STEP, "S4", p_none, s4_other_price),
	C(STEP, "S4", p_none, s4_other_order),
	C(STEP, "S4", p_none, s4_more_than_there),
	C(STEP, "S4", p_none, s4_goes_back),
	C(STEP, "S4", p_none, s4_fewer),
	C(STEP, "S4", p_none, s4_gone),
	C(STEP, "S5", p_none, s5_balance),
	C(STEP, "S5", p_none, s5_rewritten),
	C(STEP, "S5", p_none, s5_gone),
	C(STEP, "S5", p_none, s5_lots),
	C(STEP, "S5", p_none, s5_no_cash),
	C(STEP, "S6", p_none, s6_sync),
	C(STEP, "S6", p_none, s6_sync_shares),
	C(STEP, "", p_none, s6_recorded),
	C(STEP, "", p_none, s6_uncounted),
	C(STEP, "S6", drift_in_it, another_buy),
	C(STEP, "S6", cash_drift, another_buy),
	C(STEP, "", small_cash_drift, another_buy),
	C(STEP, "S7", p_none, s7_cash),
	C(STEP, "S7", p_none, s7_refused),
	C(STEP, "", p_none, s7_withdrawn),
	C(STEP, "S7", p_none, s7_shares),
	C(STEP, "", p_none, s7_not_its_fault),
	C(STEP, "S7", p_none, s7_there),
	C(STEP, "S7", p_none, s7_their_cash),
	C(STEP, "S8", p_none, s8_two),
	C(STEP, "S8", p_none, s8_attempt),
	C(STEP, "S9", halt_entries, another_buy),
	C(STEP, "S9", halt_all, another_buy),
	C(STEP, "S9", halt_strategy, another_buy),
	C(STEP, "S9", halt_code, another_buy),
	C(STEP, "", halt_other, another_buy),
	C(STEP, "S9", halt_entries, planned_only),
	C(STEP, "", p_none, planned_only),
	C(STEP, "S9", p_none, s9_after),
	C(STEP, "", p_none, s9_before),
	C(STEP, "", halt_entries, sell_beside),
	C(STEP, "S9", halt_all, sell_beside),
	C(STEP, "", halt_entries, amend_it),
	C(STEP, "S9", halt_all, amend_it),
	C(STEP, "S9", halt_entries, s9_lifted),
	C(STEP, "", halt_entries, s9_resumed),
	C(STEP, "P5", p_none, manual_sold),
	C(STEP, "P6", three_at_most, another_buy),
	C(STEP, "", four_at_most, another_buy),
	C(STEP, "", any_number, another_buy),
	C(STEP, "T21", paused, another_buy),
	C(STEP, "T21", designated, another_buy),
	C(STEP, "T21", told_yesterday, another_buy),
	C(STEP, "", told_yesterday, told_now),
	C(STEP, "", paused, resumed),
	C(STEP, "", p_none, paused),
	C(STEP, "S9", latch, another_buy),
	C(STEP, "S9", losses, another_buy),
	C(STEP, "S9", latch, unlatch),
	C(STEP, "S11", p_none, s11_lost_update),
	C(STEP, "S11", p_none, s11_unlogged),
	C(STEP, "S11", still_running, first_ends),
	C(STEP, "", still_running, last_ends),
	C(STEP, "S11", p_none, s11_beside),
	C(STEP, "S12", p_none, s12_after_close),
	C(STEP, "S12", p_none, s12_holiday),
	C(STEP, "S12", p_none, s12_stale),
	C(STEP, "S12", p_none, s12_yesterday),
	C(STEP, "S12", p_none, s12_late),
	C(STEP, "", p_none, s12_late_as_set),
	C(STEP, "S12", p_none, s12_slept),
	C(STEP, "T12", p_none, t12_both),
	C(EVENING, "", p_none, p_none),
	C(EVENING, "S2", p_none, s2_twice),
	C(EVENING, "S2", p_none, s2_bought_twice),
	C(EVENING, "S4", p_none, s4_more_than_there),
	C(EVENING, "S4", p_none, s4_sum),
	C(EVENING, "S5", p_none, s5_lots),
	C(EVENING, "S5", p_none, s5_sum),
	C(EVENING, "S5", p_none, s5_transfer),
	C(HEALED, "", tell_unknown, p_none),
	C(HEALED, "S6", tell_unknown, s6_healed_shares),
	C(HEALED, "S6", tell_unknown, s6_healed_cash),
	C(HEALED, "S6", tell_unknown, s6_healed_filled),
	C(HEALED, "", tell_unknown, s6_healed_unknown),
	C(HEALED, "S6", tell_unknown, s6_healed_state),
	C(HEALED, "S6", tell_unknown, s6_healed_drift),
	C(HEALED, "L1", tell_unknown, l1_unknown),
	C(HEALED, "L1", tell_unknown, l1_sending),
	C(HEALED, "L1", tell_unknown, l1_cancel),
	C(HEALED, "L1", tell_unknown, l1_request),
	C(BEFORE_HALT, "L2", tell_unknown, l2_stop),
	C(BEFORE_HALT, "", tell_unknown, l2_not_reached),
	C(BEFORE_HALT, "", tell_unknown, l2_alarm),
	C(BEFORE_HALT, "", tell_unknown, s6_healed_cash),
	C(HEALED, "L2", tell_unknown, l2_stop),
	C(HEALED, "L2", tell_unknown, l2_trailing),
	C(HEALED, "L2", tell_unknown, l2_early),
	C(HEALED, "L2", tell_unknown, l2_take),
	C(HEALED, "", tell_unknown, l2_not_reached),
	C(HEALED, "", tell_unknown, l2_just_now),
	C(HEALED, "", tell_unknown, l2_alarm),
	C(HEALED, "", tell_unknown, l2_refused),
	C(HEALED, "L2", tell_unknown, l2_refused_only),
	C(HEALED, "L2", tell_unknown, l2_refused_before),
	C(HEALED, "L3", tell_unknown, l3_hangs),
	C(HEALED, "", tell_unknown, l3_killed),
	C(HEALED, "", tell_unknown, l3_killed_ahead),
	C(HEALED, "", tell_unknown, l3_follower),
	C(HEALED, "L3", tell_unknown, l3_bug),
	C(HEALED, "L4", tell_unknown, l4_key),
	C(HEALED, "L4", tell_unknown, l4_own),
	C(HEALED, "L5", tell_unknown, l5_hole),
};

/* ---- Judging ------------------------------------------------------------------------ */

static char told[400]; /* the rules told of, each once */
static char words[2000];

static void
found(void *arg, const char *rule, const char *what)
{
	size_t n = strlen(told), m = strlen(words);
	char mark[8];

	(void)arg;
	snprintf(mark, sizeof(mark), "%s%s", n > 0 ? " " : "", rule);
	if (strstr(told, rule) == NULL)
		snprintf(told + n, sizeof(told) - n, "%s", mark);
	snprintf(words + m, sizeof(words) - m, "#   %s: %s\n", rule, what);
}

static int
call(struct check *c, enum when when)
{
	return when == STEP     ? check_step(c, LATER) :
	    when == EVENING     ? check_day(c, DAY) :
	    when == BEFORE_HALT ? check_stops(c, NOW) :
				  check_healed(c, NOW);
}

/* What the judge bears with at a firm that refuses without a word in its
 * books, and after a clock was put back by a minute. */
enum wide { NARROW, AT_A_GATE, PUT_BACK };

static bool covered[32];

static void
cover(const char *rule)
{
	for (int i = 0; check_rules[i] != NULL; i++)
		covered[i] = covered[i] || strcmp(check_rules[i], rule) == 0;
}

static void
one_case(size_t i, enum wide wide)
{
	struct check *c;
	int n;

	run("BEGIN");
	told[0] = words[0] = '\0';
	cases[i].before();
	c = check_new(db, found, NULL);
	if (c == NULL)
		need(SQLITE_ERROR, "check_new");
	check_gate(c, wide == AT_A_GATE);
	if (wide == PUT_BACK)
		check_clock_set(c, clock_epoch_at(DAY, 1000, 30),
		    clock_epoch_at(DAY, 959, 30));
	n = check_step(c, NOW);
	if (n == 0) {
		cases[i].plant();
		n = call(c, cases[i].when);
	}
	if (!is_str(told, cases[i].rule, "%s %d: %s", cases[i].name, wide,
		cases[i].rule[0] != '\0' ? cases[i].rule : "no breach") ||
	    (n > 0) != (cases[i].rule[0] != '\0'))
		printf("%s", words);
	cover(cases[i].rule);
	check_free(c);
	run("ROLLBACK");
}

/* ---- What is borne with, and where ------------------------------------------- */

/* Refused at the gate: its books say nothing. */
static void
refused_unheard(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	say(5, "sending", "rejected", AT("10:00:05"), "place-orders", "");
}

static void
refused_that_works(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	arrive(5, "");
	say(5, "sending", "rejected", AT("10:00:05"), "place-orders", "");
}

/* On a wire that lost it, over the close. */
static void
lost_after_close(void)
{
	s12_after_close();
	run("UPDATE paper.request SET outcome = 'lost' WHERE id = 5; DELETE"
	    " FROM paper.orders WHERE id = 5");
}

/* Absent, as it left at 10:00:20 by a clock that then said 09:59. */
static void
absent_by_step(void)
{
	say(4, "unknown", "unknown", AT("10:00:20"), "watch-fills", "");
	absent(AT("09:59:10"));
}

/* By a key of 10:00:20, at 10:00:02. */
static void
sent_before_its_key(void)
{
	plan(5, "005380", "buy", 1, 1000, 1000);
	run("UPDATE orders SET sending_at = '2025-03-14T10:00:20+09:00' WHERE"
	    " id = 5");
	arrive(5, "");
	run("UPDATE paper.request SET at = at - 18 WHERE id = 5");
}

/* As its balance counted a fill of before that step late. */
static void
written_off_late(void)
{
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind,"
	    " at) VALUES (20250314, 'a', '005930', -10, 'sync', ''); DELETE"
	    " FROM lot WHERE code = '005930'; DROP TRIGGER paper.fills_stay;"
	    " UPDATE paper.fills SET counted_at = 1941914000;"
	    " DELETE FROM paper.orders WHERE id = 3; UPDATE orders SET state ="
	    " 'expired' WHERE id = 3");
	say(3, "open", "expired", AT("10:00:05"), "sync-account",
	    "settled by the person");
}

static const struct {
	void (*plant)(void);
	const char *name, *told[3]; /* by enum wide */
} borne[] = {
#define B(plant, narrow, gate, back)       \
	{                                  \
		plant, #plant,             \
		{                          \
			narrow, gate, back \
		}                          \
	}
	B(refused_unheard, "S3", "", "S3"),
	B(refused_that_works, "S3", "S3", "S3"),
	B(lost_after_close, "S12", "", "S12"),
	B(absent_by_step, "S3", "S3", ""),
	B(sent_before_its_key, "S1", "S1", ""),
	B(written_off_late, "S3", "S3", "S3"),
};

static void
bears(size_t i, enum wide wide)
{
	struct check *c = check_new(db, found, NULL);

	told[0] = words[0] = '\0';
	run("BEGIN");
	check_gate(c, wide == AT_A_GATE);
	if (wide == PUT_BACK)
		check_clock_set(c, clock_epoch_at(DAY, 1000, 30),
		    clock_epoch_at(DAY, 959, 30));
	is_int(check_step(c, NOW), 0, "before");
	borne[i].plant();
	check_step(c, LATER);
	if (!is_str(told, borne[i].told[wide], "%s %d", borne[i].name, wide))
		printf("%s", words);
	run("ROLLBACK");
	check_free(c);
}

/* Another connection is in the middle of a write. */
static void
locks(void)
{
	struct check *c = check_new(db, found, NULL);
	char path[300];
	sqlite3 *other;

	told[0] = words[0] = '\0';
	is_int(check_unlocked(c), 0, "no write transaction");
	snprintf(path, sizeof(path), "%s/a.db", dir);
	need(sqlite3_open(path, &other), "opening it again");
	need(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), "lock");
	is_int(check_unlocked(c), 1, "one is open");
	is_str(told, "S11", "and told");
	sqlite3_close(other);
	is_int(check_unlocked(c), 0, "it is over");
	check_free(c);
}

static void
backups(void)
{
	struct check *c = check_new(db, found, NULL);

	told[0] = words[0] = '\0';
	run("BEGIN");
	is_int(check_step(c, NOW), 0, "before the backup is restored");
	restored();
	check_restored(c);
	if (!is_int(check_step(c, NOW), 0, "what it forgot is no breach"))
		printf("%s", words);
	s2_twice();
	check_step(c, NOW);
	is_str(told, "S2", "what comes later is");
	run("ROLLBACK");
	check_free(c);
}

/* The broker fills an order at a new minute, in the midst of a run that asked
 * for the balance before: that one knows nothing of it, the next one does. */
static void
matched_meanwhile(void)
{
	for (int crossed = 0; crossed < 2; crossed++) {
		struct check *c = check_new(db, found, NULL);

		told[0] = words[0] = '\0';
		run("BEGIN");
		is_int(check_step(c, NOW), 0, "before the fill");
		fill_there(2, 1, 100000);
		ran("sync-account", AT("10:00:58"), AT("10:00:59"));
		check_step(c, crossed ? LATER : NOW);
		is_str(told, crossed ? "" : "S6", "minute %s",
		    crossed ? "begins" : "goes on");
		ran("sync-account", AT("10:01:01"), AT("10:01:02"));
		check_step(c, LATER);
		is_str(told, "S6", "and the next run is asked for it");
		run("ROLLBACK");
		check_free(c);
	}
}

/* Through another connection, what went back between the two is seen. */
static void
goes_on(void)
{
	struct check *c = check_new(db, found, NULL);

	told[0] = words[0] = '\0';
	run("BEGIN");
	is_int(check_step(c, NOW), 0, "before it is left");
	check_leave(c);
	s4_gone();
	ok(check_go_on(c, db), "it goes on");
	check_step(c, LATER);
	is_str(told, "S4", "and remembers");
	run("ROLLBACK");
	check_free(c);
}

/* Of a broker that tells totals: two fills of its own, and what we made of
 * them. */
static void
totals(void)
{
	static const struct {
		int n, price, fill_no; /* booked */
		const char *rule, *what;
	} t[] = {
		{ 2, 100001, 2, "", "one growth of two fills" },
		{ 1, 100000, 1, "", "the first alone" },
		{ 2, 100000, 2, "S4", "all of them for less" },
		{ 1, 200003, 1, "S4", "one for more than both" },
		{ 3, 66667, 3, "S4", "more than there were" },
		{ 1, 100000, 5, "S4", "a number that is not the sum" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct check *c = check_new(db, found, NULL);

		told[0] = words[0] = '\0';
		run("BEGIN; UPDATE fill SET fill_no = quantity");
		check_totals(c, true);
		is_int(check_step(c, NOW), 0, "before");
		fill_there(2, 1, 100000);
		fill_there(2, 1, 100002);
		fill_here(2, t[i].n, t[i].price, "open", "part");
		runf("UPDATE fill SET fill_no = %d WHERE order_id = 2",
		    t[i].fill_no);
		check_step(c, LATER);
		if (!is_str(told, t[i].rule, "totals: %s", t[i].what))
			printf("%s", words);
		run("ROLLBACK");
		check_free(c);
	}
}

/* A failing query is told, too. */
static void
broken(void)
{
	struct check *c = check_new(db, found, NULL);

	told[0] = words[0] = '\0';
	is_int(check_step(c, "tomorrow"), 1, "no time");
	is_str(told, "L4", "is told");
	run("BEGIN; ALTER TABLE paper.account RENAME TO away");
	is_int(check_step(c, NOW), 1, "a query fails");
	run("ROLLBACK");
	check_free(c);
	told[0] = '\0';
}

/* Many orders, of which some are of today. */
static void
cost(void)
{
	struct check *c;
	int64_t t;
	const int steps = 2000;

	run("BEGIN");
	run("INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)"
	    " VALUES (20250313, 'a', '010000', 5000, 'adopt', ''); INSERT INTO"
	    " lot (strategy, code, quantity, cost, entry_date) VALUES ('a',"
	    " '010000', 5000, 1, 20250313)");
	run("WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m"
	    " WHERE i < 299) INSERT INTO orders (id, day, strategy, code,"
	    " side, why, attempt, is_market, limit_price, quantity, sent,"
	    " worked, planned_at, changed_at) SELECT 100 + i, 20250314 - i /"
	    " 50, 'a', format('%06d', 10000 + i), 'sell', 'stop', 1, 0, 1, 1,"
	    " 1000, 1000, '2025-03-14T10:00:00+09:00', '' FROM m");
	run("INSERT INTO trading_log (at, day, program, event, order_id, next)"
	    " SELECT '', day, 'x', 'order', id, 'planned' FROM orders WHERE id"
	    " >= 100; UPDATE orders SET state = 'expired' WHERE id >= 100;"
	    "INSERT INTO trading_log (at, day, program, event, order_id, state,"
	    " next) SELECT '', day, 'x', 'order', id, 'planned', 'expired'"
	    " FROM orders WHERE id >= 100");
	run("COMMIT");
	c = check_new(db, found, NULL);
	words[0] = '\0';
	if (!is_int(check_step(c, NOW), 0, "many orders"))
		printf("%s", words);
	t = monotonic_ms();
	for (int i = 0; i < steps; i++)
		check_step(c, NOW);
	printf("# a step costs %.1f us (300 orders, 54 of today)\n",
	    (double)(monotonic_ms() - t) * 1000 / steps);
	t = monotonic_ms();
	for (int i = 0; i < 20; i++)
		check_day(c, DAY);
	printf("# a day costs %.0f us\n",
	    (double)(monotonic_ms() - t) * 1000 / 20);
	t = monotonic_ms();
	for (int i = 0; i < 20; i++)
		check_healed(c, NOW);
	printf("# healing costs %.0f us\n",
	    (double)(monotonic_ms() - t) * 1000 / 20);
	check_free(c);
}

static void
open_all(void)
{
	char path[300];
	struct err e = { 0 };
	struct books *b;

	if (mkdtemp(dir) == NULL)
		need(SQLITE_ERROR, dir);
	snprintf(path, sizeof(path), "%s/b.db", dir);
	b = books_open(path, 10000000, 0, false, &e);
	books_close(b);
	snprintf(path, sizeof(path), "%s/f.db", dir);
	if (b == NULL || store_create(path, &e) == -1) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/a.db", dir);
	if (store_create(path, &e) == -1) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	need(sqlite3_open(path, &db), path);
	runf("ATTACH '%q/b.db' AS paper; ATTACH '%q/f.db' AS feed", dir, dir);
}

int
main(void)
{
	char command[100];

	open_all();
	healthy();
	for (size_t i = 0; i < NELEM(cases); i++)
		for (int w = NARROW; w <= PUT_BACK; w++)
			one_case(i, (enum wide)w);
	for (size_t i = 0; i < NELEM(borne); i++)
		for (int w = NARROW; w <= PUT_BACK; w++)
			bears(i, (enum wide)w);
	locks();
	backups();
	matched_meanwhile();
	goes_on();
	totals();
	broken();
	cover("S11");
	for (int i = 0; check_rules[i] != NULL; i++)
		ok(covered[i], "%s is seen to be told", check_rules[i]);
	cost();
	sqlite3_close(db);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
