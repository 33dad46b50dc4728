/*
 * check.c - see check.h.
 *
 * What the two databases say is read anew each time as far as it can change:
 * rows that are only ever added are read from the last one seen on; orders
 * of today and live ones, and the orders that work at the broker, always.  So
 * a step costs what happened since the last, not what ever happened.  All of
 * it is in one read transaction.
 *
 * The trail (trading_log) is walked row by row, because its rows are numbered
 * in the order of their commits: what came before a halt, and what after it,
 * is there and nowhere else.
 */
#include "sim/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

const char *const check_rules[] = { "S1", "S2", "S3", "S4", "S5", "S6", "S7",
	"S8", "S9", "S11", "S12", "T12", "L1", "L2", "L3", "L4", "L5", NULL };

/* ---- What is asked ---------------------------------------------------------- */

enum {
	BEGIN,
	END,
	REQUESTS,
	ORDER_SENT,
	REQUEST_SENT,
	SESSION,
	THEIR_NEW,
	THEIR_WORKING,
	THEIR_ONE,
	ORDERS_NEW,
	ORDERS_NOW,
	ORDER_ONE,
	LOG,
	PLANNED,
	EARLIER,
	ABSENCE,
	FILLS,
	FILL_SUM,
	CASH,
	SHARES,
	LOTS,
	HALTS,
	DRIFTS,
	DAY,
	HOLDINGS,
	THEIR_CASH,
	RUNS,
	RUN_ONE,
	SYNC_CASH,
	SYNC_SHARES,
	HISTORY,
	RUN_LAST,
	LIES,
	THEIR_LAST,
	NSTEP /* the rest is asked seldom */
};

#define LIVE "('planned', 'sending', 'open', 'part', 'unknown')"

static const char *const text[NSTEP] = {
	[BEGIN] = "BEGIN",
	[END] = "COMMIT",
	[REQUESTS] = "SELECT id, at, date, time, kind, key, outcome, fault"
		     " FROM paper.request WHERE id > :id ORDER BY id",
	/* The moment of sending as the row says, which the key repeats. */
	[ORDER_SENT] = "SELECT CAST(strftime('%s', sending_at) AS INTEGER),"
		       " EXISTS (SELECT 1 FROM trading_log WHERE"
		       " order_id = :id AND event = 'order' AND"
		       " next = 'sending') FROM orders WHERE id = :id",
	[REQUEST_SENT] = "SELECT CAST(strftime('%s', sending_at) AS INTEGER),"
			 " kind, order_id FROM order_request WHERE id = :id",
	[SESSION] = "SELECT is_open, entry, close FROM market_calendar"
		    " WHERE date = :day",
	[THEIR_NEW] = "SELECT id, state, filled, n, orig_no, code, side, key"
		      " FROM paper.orders WHERE id > :id ORDER BY id",
	[THEIR_WORKING] = "SELECT id, filled FROM paper.orders INDEXED BY"
			  " orders_working WHERE state = 'working'",
	[THEIR_ONE] =
	    "SELECT id, filled, state FROM paper.orders WHERE id = :id",
	[ORDERS_NEW] = "SELECT id, day, strategy, code, side, quantity"
		       " FROM orders WHERE id > :id ORDER BY id",
	[ORDERS_NOW] =
	    "SELECT id, state, filled, filled_won, quantity,"
	    " reserve_price FROM orders WHERE day = :day UNION ALL"
	    " SELECT id, state, filled, filled_won, quantity, reserve_price"
	    " FROM orders INDEXED BY orders_live WHERE state IN " LIVE
	    " AND day <> :day",
	[ORDER_ONE] = "SELECT id, state, filled, filled_won, quantity,"
		      " reserve_price FROM orders WHERE id = :id",
	[LOG] = "SELECT id, event, order_id, request_id, state, next, program,"
		" strategy, code, message FROM trading_log WHERE id > :id"
		" ORDER BY id",
	/* Of an order just planned: minute and second of planning, and the
	 * signal that it acts on. */
	[PLANNED] =
	    "SELECT o.day, o.sent, o.why, o.attempt,"
	    " CAST(substr(planned_at, 1, 4) || substr(planned_at, 6, 2) ||"
	    " substr(planned_at, 9, 2) AS INTEGER),"
	    " CAST(substr(planned_at, 12, 2) || substr(planned_at, 15, 2) AS"
	    " INTEGER), CAST(substr(planned_at, 18, 2) AS INTEGER),"
	    " coalesce(s.day, d.day, 0), coalesce(s.stamp, d.stamp, 0),"
	    " coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE"
	    " name = 'max_delay'), 30) FROM orders o"
	    " LEFT JOIN current_signals s ON s.id = o.signal_id"
	    " LEFT JOIN daily_signals d ON d.id = o.signal_id"
	    " WHERE o.id = :id",
	/* The attempt before it. */
	[EARLIER] =
	    "SELECT p.id, p.state, p.filled < p.quantity FROM orders o"
	    " JOIN orders p ON p.day = o.day AND p.strategy = o.strategy AND"
	    " p.code = o.code AND p.side = o.side AND"
	    " p.attempt = o.attempt - 1 WHERE o.id = :id",
	/* In neither of two complete lists, both late enough after the last
	 * moment at which it can have left (T28): when it became unknown. */
	[ABSENCE] =
	    "SELECT count(*) FROM drift WHERE kind = 'order' AND book = :id"
	    " AND seen >= 2 AND last_at <> first_at AND strftime('%s',"
	    " min(first_at, last_at)) - (SELECT max(strftime('%s', at)) FROM trading_log"
	    " WHERE order_id = :id AND next = 'unknown') > 120",
	/* Each beside what the ledgers and the broker have of it. */
	[FILLS] =
	    "SELECT f.id, f.order_id, f.broker_no = 'settled',"
	    " f.side = 'buy', f.quantity, f.price, f.commission, f.tax,"
	    " f.amount, f.strategy, f.code, c.amount, s.quantity, s.strategy,"
	    " s.code, p.key, p.code, p.side = 'buy', b.n, b.price_won,"
	    " b.commission_won, b.tax_won FROM fill f"
	    " LEFT JOIN cash_ledger c ON c.fill_id = f.id"
	    " LEFT JOIN share_ledger s ON s.fill_id = f.id"
	    " LEFT JOIN paper.orders p ON p.date = f.day AND"
	    " p.no = CAST(f.broker_no AS INTEGER)"
	    " LEFT JOIN paper.fills b ON b.order_id = p.id AND"
	    " b.fill_no = f.fill_no WHERE f.id > :id ORDER BY f.id",
	[FILL_SUM] = "SELECT sum(quantity), sum(amount) FROM fill"
		     " WHERE order_id = :id",
	[CASH] = "SELECT id, amount, balance, kind FROM cash_ledger"
		 " WHERE id >= :id ORDER BY id",
	[SHARES] = "SELECT id, strategy, code, quantity FROM share_ledger"
		   " WHERE id > :id ORDER BY id",
	[LOTS] = "SELECT strategy, code, quantity FROM lot",
	[HALTS] = "SELECT scope, what, since FROM halt",
	[DRIFTS] = "SELECT id, kind, code, difference FROM drift INDEXED BY"
		   " drift_open WHERE state = 'seen'",
	[DAY] = "SELECT day, portfolio_stop, loss_stop, start_equity"
		" FROM session_state ORDER BY day DESC LIMIT 1",
	[HOLDINGS] = "SELECT code, n FROM paper.holding",
	[THEIR_CASH] = "SELECT cash_won FROM paper.account",
	[RUNS] = "SELECT id, program, started_at, ended_at, status,"
		 " CAST(strftime('%s', started_at) AS INTEGER),"
		 " CAST(strftime('%s', ended_at) AS INTEGER)"
		 " FROM program_run WHERE id > :id ORDER BY id",
	[RUN_ONE] = "SELECT ended_at FROM program_run WHERE id = :id",
	/* What the broker told of the cash between two moments. */
	[SYNC_CASH] =
	    "SELECT cash_won + u, cash_won + v, balance FROM (SELECT cash_won,"
	    " (SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1) AS"
	    " balance, coalesce(sum(w) FILTER (WHERE counted_at > :from), 0)"
	    " AS u, coalesce(sum(w) FILTER (WHERE counted_at > :to), 0) AS v"
	    " FROM paper.account LEFT JOIN (SELECT counted_at, iif(side ="
	    " 'buy', f.n * price_won + commission_won, commission_won +"
	    " tax_won - f.n * price_won) AS w FROM paper.fills f JOIN"
	    " paper.orders o ON o.id = f.order_id WHERE counted_at > 0))",
	[SYNC_SHARES] =
	    "SELECT code, sum(ours), sum(a), sum(b) FROM (SELECT code,"
	    " quantity AS ours, 0 AS a, 0 AS b FROM lot UNION ALL SELECT code,"
	    " 0, n, n FROM paper.holding UNION ALL SELECT code, 0,"
	    " iif(counted_at > :from, w, 0), iif(counted_at > :to, w, 0) FROM"
	    " (SELECT code, counted_at, iif(side = 'buy', -f.n, f.n) AS w FROM"
	    " paper.fills f JOIN paper.orders o ON o.id = f.order_id WHERE"
	    " counted_at > 0)) GROUP BY code HAVING sum(ours) <> sum(a) AND"
	    " sum(ours) <> sum(b)",
	[HISTORY] = "SELECT coalesce((SELECT max(id) FROM trading_log), 0),"
		    " coalesce((SELECT max(id) FROM fill), 0),"
		    " coalesce((SELECT max(id) FROM share_ledger), 0),"
		    " coalesce((SELECT max(id) FROM orders), 0)",
	/* Or money or shares came by hand while it compared. */
	[LIES] = "SELECT (SELECT count(*) FROM paper.struck WHERE fault ="
		 " 'empty-balance' AND last_at >= :from) + (SELECT count(*)"
		 " FROM paper.transfer WHERE at >= :from)",
	[RUN_LAST] = "SELECT coalesce(max(id), 0) FROM program_run",
	[THEIR_LAST] = "SELECT coalesce(max(id), 0) FROM paper.request",
};

/* Those that are asked at the end of a day and after healing: each row is a
 * breach, in words.  :day and :at, :before (the minute before) are bound
 * where they occur, :since (ten minutes). */
struct asked {
	const char *rule, *sql;
};

#define KEY_ID(key)   "CAST(substr(" key ", 8) AS INTEGER)"
#define KEY_OURS(key) key " LIKE 'maemae-%'"
/* The broker's order is that of the row: number and moment of sending. */
#define KEY_FITS(key, o)                                      \
	KEY_OURS(key)                                         \
	" AND " KEY_ID(key) " = " o ".id AND " key " LIKE"    \
			    " 'maemae-' || " o                \
			    ".id || '-' || strftime('%s', " o \
			    ".sending_at) || '%'"
#define SETTLED(id)                                              \
	"EXISTS (SELECT 1 FROM trading_log WHERE order_id = " id \
	" AND message LIKE 'settled by the person%')"
#define STRANGERS                                                  \
	"EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL AND" \
	" name = 'orders not of this database')"
#define TOLD(id)                                                   \
	"EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL AND" \
	" name = 'unknown order ' || " id ")"

static const struct asked daily[] = {
	{ "S4",
	    "SELECT format('order %d: filled %d, %d won, its fills are %d,"
	    " %d won', o.id, o.filled, o.filled_won, coalesce(sum(f.quantity),"
	    " 0), coalesce(sum(f.amount), 0)) FROM orders o LEFT JOIN fill f"
	    " ON f.order_id = o.id GROUP BY o.id HAVING o.filled <>"
	    " coalesce(sum(f.quantity), 0) OR o.filled_won <>"
	    " coalesce(sum(f.amount), 0) OR o.filled > o.quantity" },
	{ "S4",
	    "SELECT format('order %d is %s with %d of %d filled', id, state,"
	    " filled, quantity) FROM orders WHERE (state = 'filled') <>"
	    " (filled = quantity) OR (state IN ('planned', 'sending', 'open',"
	    " 'rejected') AND filled > 0) OR (state = 'part' AND filled = 0)" },
	{ "S5",
	    "SELECT format('cash is %d, the ledger adds up to %d', balance,"
	    " (SELECT sum(amount) FROM cash_ledger)) FROM cash_ledger WHERE id"
	    " = (SELECT max(id) FROM cash_ledger) AND balance <> (SELECT"
	    " sum(amount) FROM cash_ledger)" },
	{ "S5",
	    "SELECT format('transfers of %d won, in the cash ledger %d',"
	    " (SELECT coalesce(sum(amount), 0) FROM transfer),"
	    " coalesce(sum(amount), 0)) FROM cash_ledger WHERE kind ="
	    " 'transfer' HAVING coalesce(sum(amount), 0) <> (SELECT"
	    " coalesce(sum(amount), 0) FROM transfer)" },
	{ "S5",
	    "SELECT format('fill %d is not in both ledgers', f.id) FROM fill f"
	    " LEFT JOIN cash_ledger c ON c.fill_id = f.id LEFT JOIN"
	    " share_ledger s ON s.fill_id = f.id WHERE c.amount IS NOT"
	    " iif(f.side = 'buy', -f.amount, f.amount) - f.commission - f.tax"
	    " OR s.quantity IS NOT iif(f.side = 'buy', f.quantity,"
	    " -f.quantity)" },
	{ "S5",
	    "SELECT format('%s %s: lots of %d, the share ledger says %d',"
	    " strategy, code, sum(a), sum(b)) FROM (SELECT strategy, code,"
	    " quantity AS a, 0 AS b FROM lot UNION ALL SELECT strategy, code,"
	    " 0, quantity FROM share_ledger) GROUP BY strategy, code HAVING"
	    " sum(a) <> sum(b)" },
	{ "S2",
	    "SELECT format('%s was sent %d times', min(key), count(*)) FROM"
	    " paper.request WHERE kind = 'new' AND " KEY_OURS(
		"key") " AND NOT (fault = 'delay' AND outcome <> 'delayed')"
		       " GROUP BY key HAVING count(*) > 1" },
	/* T4: but for what a person settled. */
	{ "S2",
	    "SELECT format('%s bought %s by orders %s in one day', o.strategy,"
	    " o.code, group_concat(DISTINCT o.id)) FROM paper.orders p JOIN"
	    " orders o ON " KEY_FITS("p.key",
		"o") " WHERE p.date = :day AND"
		     " p.filled > 0 AND o.side = 'buy' AND NOT " SETTLED(
			 "o.id") " GROUP BY o.day, o.strategy, o.code HAVING count(DISTINCT o.id) >"
				 " 1" },
	{ NULL, NULL },
};

static const struct asked healed[] = {
	{ "S6",
	    "SELECT format('cash is %d here, %d at the broker', balance,"
	    " cash_won) FROM paper.account, (SELECT balance FROM cash_ledger"
	    " ORDER BY id DESC LIMIT 1) WHERE cash_won <> balance AND (NOT"
	    " EXISTS (SELECT 1 FROM orders WHERE state IN " LIVE ") OR NOT"
	    " EXISTS (SELECT 1 FROM drift WHERE state = 'seen' AND kind ="
	    " 'cash'))" },
	{ "S6",
	    "SELECT format('%s: %d shares here, %d at the broker', code,"
	    " sum(a), sum(b)) FROM (SELECT code, quantity AS a, 0 AS b FROM"
	    " lot UNION ALL SELECT code, 0, n FROM paper.holding) AS x GROUP"
	    " BY code HAVING sum(a) <> sum(b) AND (NOT EXISTS (SELECT 1 FROM"
	    " orders o WHERE state IN " LIVE " AND o.code = x.code) OR NOT"
	    " EXISTS (SELECT 1 FROM drift d WHERE d.state = 'seen' AND d.kind"
	    " = 'shares' AND d.code = x.code))" },
	{ "S6",
	    "SELECT format('a difference stands, and nothing keeps it from"
	    " being settled: %s %s %d', kind, code, difference) FROM drift d"
	    " WHERE state = 'seen' AND NOT (kind = 'order' AND " TOLD(
		"d.book") ") AND NOT EXISTS (SELECT 1 FROM orders o WHERE"
			  " o.state IN " LIVE " AND (d.code = '' OR o.code ="
			  " d.code))" },
	{ "S6",
	    "SELECT format('order %d: %d filled here, %d at the broker', o.id,"
	    " o.filled, sum(b.filled)) FROM orders o JOIN paper.orders b ON " KEY_FITS(
		"b.key",
		"o") " WHERE NOT " SETTLED("o.id") " AND NOT " STRANGERS
						   " GROUP BY o.id HAVING o.filled <> sum(b.filled)" },
	{ "S6",
	    "SELECT format('order %d is %s here, %s at the broker', o.id,"
	    " o.state, b.state) FROM orders o JOIN paper.orders b ON " KEY_FITS(
		"b.key",
		"o") " WHERE (b.state = 'working') <> (o.state IN"
		     " ('open', 'part')) AND (b.state = 'working' OR NOT EXISTS (SELECT"
		     " 1 FROM paper.orders c WHERE c.date = b.date AND c.orig_no ="
		     " b.no)) AND NOT " SETTLED(
			 "o.id") " AND NOT " STRANGERS " AND"
				 " o.state <> 'unknown'" },
	{ "L1",
	    "SELECT format('order %d is still %s', id, state) FROM orders"
	    " WHERE state IN ('planned', 'sending') OR (state = 'unknown' AND"
	    " NOT " TOLD("orders.id") ")" },
	{ "L1",
	    "SELECT format('order %d wants a cancel that nobody asks for', id)"
	    " FROM orders WHERE state IN ('open', 'part') AND wants_cancel AND"
	    " NOT EXISTS (SELECT 1 FROM order_request WHERE order_id ="
	    " orders.id AND kind = 'cancel' AND state IN ('planned',"
	    " 'unknown'))" },
	/* The cancel of an unknown order waits for it. */
	{ "L1",
	    "SELECT format('request %d (%s of order %d) is still %s', r.id,"
	    " kind, order_id, r.state) FROM order_request r JOIN orders o ON"
	    " o.id = order_id WHERE r.state IN ('planned', 'sending',"
	    " 'unknown') AND NOT (o.state = 'unknown' AND r.state = 'planned'"
	    " AND " TOLD("o.id") ")" },
	{ "L3",
	    "SELECT format('%s of %04d has not ended', program, time) FROM"
	    " program_run r WHERE ended_at IS NULL AND day = :day AND time >="
	    " :since AND id = (SELECT max(id) FROM program_run x WHERE"
	    " x.program = r.program) AND NOT EXISTS (SELECT 1 FROM lease WHERE"
	    " name = program AND lease.pid = r.pid)" },
	{ "L3",
	    "SELECT format('%s of %04d ended with status %d: %s', program,"
	    " time, status, message) FROM program_run r WHERE status IN (70,"
	    " 134, 139) AND day = :day AND time >= :since AND id = (SELECT"
	    " max(id) FROM program_run x WHERE x.program = r.program)" },
	{ "L4",
	    "SELECT integrity_check FROM pragma_integrity_check(10, 'main')"
	    " WHERE integrity_check <> 'ok'" },
	{ NULL, NULL },
};

/* While nothing is halted. */
static const struct asked stops[] = {
	/* Beyond for two minutes: one to take back a buy, one to sell.  A sell
	 * refused just now for shares that the person sold is one: the next
	 * knows how many are left. */
	{ "L2",
	    "WITH stops AS (SELECT strategy,"
	    " max(value) FILTER (WHERE name = 'stop_loss_ratio') AS plain,"
	    " max(value) FILTER (WHERE name = 'early_stop_loss') AS early,"
	    " coalesce(max(value) FILTER (WHERE name = 'early_days'), 3) AS"
	    " days, max(value) FILTER (WHERE name = 'trailing_stop_ratio') AS"
	    " trail, max(value) FILTER (WHERE name = 'take_profit_ratio') AS"
	    " take FROM strategy_setting WHERE value <> 'off' GROUP BY"
	    " strategy), held AS (SELECT l.*, (SELECT close FROM minute_price"
	    " m WHERE m.code = l.code AND date = :day AND time < :at AND"
	    " volume > 0 ORDER BY time DESC LIMIT 1) AS p, (SELECT close FROM"
	    " minute_price m WHERE m.code = l.code AND date = :day AND time <"
	    " :before AND volume > 0 ORDER BY time DESC LIMIT 1) AS q,"
	    " max((SELECT coalesce(max(close), 0) FROM minute_price m WHERE"
	    " m.code = l.code AND volume > 0 AND (date, time) >= (entry_date,"
	    " entry_time) AND (date, time) < (:day, :before)), (SELECT"
	    " coalesce(max(close), 0) FROM daily_price d WHERE d.code ="
	    " l.code AND volume > 0 AND date >= entry_date AND date < :day AND"
	    " NOT EXISTS (SELECT 1 FROM minute_price m WHERE m.code = d.code"
	    " AND m.date = d.date))) AS top FROM lot l WHERE strategy <>"
	    " 'MANUAL' AND (entry_date < :day OR entry_time < :before)),"
	    " beyond AS (SELECT h.*, CASE"
	    " WHEN min(p, q) * quantity * 100 >= cost * (100 + take) + 1 THEN"
	    " 'take profit' WHEN julianday(format('%04d-%02d-%02d', :day /"
	    " 10000, :day / 100 % 100, :day % 100)) -"
	    " julianday(format('%04d-%02d-%02d', entry_date / 10000,"
	    " entry_date / 100 % 100, entry_date % 100)) <= days AND max(p, q)"
	    " * quantity * 100 + 1 <= cost * (100 + early) THEN 'early stop'"
	    " WHEN max(p, q) * quantity * 100 + 1 <= cost * (100 + plain) THEN"
	    " 'stop' WHEN max(p, q) * 100 + 1 <= top * (100 + trail) THEN"
	    " 'trailing stop' END AS why FROM held h JOIN stops USING"
	    " (strategy) WHERE p > 0 AND q > 0)"
	    " SELECT format('%s %s: beyond its %s at %d, and no sell works',"
	    " strategy, code, why, p) FROM beyond b WHERE why IS NOT NULL AND"
	    " EXISTS (SELECT 1 FROM strategy s WHERE s.name = b.strategy) AND"
	    " EXISTS (SELECT 1 FROM market_calendar WHERE date = :day AND"
	    " is_open AND open < :before AND close > :at) AND EXISTS (SELECT 1"
	    " FROM current_quote c WHERE c.code = b.code AND c.status ="
	    " 'trading' AND substr(polled_at, 1, 10) = format('%04d-%02d-%02d',"
	    " :day / 10000, :day / 100 % 100, :day % 100) AND"
	    " CAST(substr(polled_at, 12, 2) || substr(polled_at, 15, 2) AS"
	    " INTEGER) >= :before) AND NOT EXISTS (SELECT 1 FROM orders o"
	    " WHERE o.code = b.code AND o.side = 'sell' AND state IN " LIVE
	    ") AND NOT EXISTS (SELECT 1 FROM orders o JOIN drift d ON d.code ="
	    " o.code AND d.day = o.day AND d.kind = 'shares' WHERE o.code ="
	    " b.code AND o.day = :day AND o.side = 'sell' AND o.state ="
	    " 'rejected' AND o.sent >= :before) AND NOT EXISTS (SELECT 1 FROM"
	    " halt WHERE scope = 'all') AND NOT"
	    " EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL AND"
	    " (instr(message, b.code) OR name = 'no prices'))" },
	{ NULL, NULL },
};

/* Only where a feed is attached.  What it has up to the minute before, of
 * stocks that minutes are kept of. */
static const struct asked fed[] = {
	{ "L5",
	    "SELECT format('%s: %d minutes of %d are missing, the first is"
	    " %04d', code, count(*), :day, min(time)) FROM feed.minute_price f"
	    " WHERE date = :day AND time < :before AND volume > 0 AND code IN"
	    " (SELECT code"
	    " FROM main.lot UNION SELECT code FROM main.orders WHERE day ="
	    " :day UNION SELECT code FROM main.current_quote WHERE"
	    " substr(polled_at, 1, 10) = format('%04d-%02d-%02d', :day /"
	    " 10000, :day / 100 % 100, :day % 100))"
	    " AND NOT EXISTS (SELECT 1 FROM main.minute_price m WHERE m.code ="
	    " f.code AND m.date = f.date AND m.time = f.time) GROUP BY code" },
	{ NULL, NULL },
};

/* ---- What was seen ------------------------------------------------------------ */

enum state {
	PLANNED_,
	SENDING_,
	UNKNOWN_,
	OPEN_,
	PART_,
	CANCELLED_, /* final from here on */
	REJECTED_,
	EXPIRED_,
	FILLED_,
	NOTHING_
};

static const char *const state_word[] = { "planned", "sending", "unknown",
	"open", "part", "cancelled", "rejected", "expired", "filled", "new" };

/* An order of this database. */
struct order {
	int place; /* strategy and stock: index of place */
	ymd day;
	bool is_there;   /* a row was seen */
	bool is_buy;     /* its side */
	bool is_settled; /* by the person */
	bool was_unknown;
	bool was_refused; /* the broker's log says so */
	bool is_visited;  /* by this step */
	enum state state;
	enum state logged; /* as the trail says */
	int64_t n, filled, won, reserve;
	int sent;  /* how often it left us */
	int first; /* of its orders at the broker; -1: none */
};

/* An order at the broker. */
struct theirs {
	int64_t id;
	int64_t ours; /* 0: not ours */
	char code[CODE_SIZE];
	bool is_buy, is_working;
	enum state end; /* if it is not */
	int64_t n, filled;
	int next; /* the same order's, or -1 */
	int seen; /* step in which it was seen working */
};

/* A strategy and a stock. */
struct place {
	char strategy[NAME_SIZE], code[CODE_SIZE];
	int64_t shares; /* by the ledger */
	int64_t lots;
	int64_t selling; /* bound by live sells */
	int live[2];     /* orders not final, buys and sells */
	int working[2];  /* at the broker */
};

struct halt {
	char scope, what[NAME_SIZE], since[32];
	int64_t log; /* the row of the trail after which it holds */
	bool is_seen, lifted;
};

struct drift {
	int64_t id, difference;
	char kind, code[CODE_SIZE];
};

struct run {
	int64_t id;
	char program[NAME_SIZE], started[32];
};

#define LIST(type)          \
	struct {            \
		int n, cap; \
		type *item; \
	}

struct check {
	sqlite3 *db;
	check_found *found;
	void *arg;
	int breaches; /* of this call */
	bool has_feed;
	bool began; /* the transaction is ours */
	sqlite3_stmt *stmt[NSTEP];
	LIST(sqlite3_stmt *) day, heal, stop, feed, own;
	int step;
	bool is_first;
	/* When the last run began and ended, by its own clock. */
	int64_t sync_at, sync_end;
	/* The last rows seen. */
	int64_t request, order, their, log, fill, cash, share, run;
	int64_t log_synced; /* of them, by a program that waits for the disk */
	int64_t excused;    /* requests up to this are of before a backup */
	int64_t balance;    /* of the last row of the cash ledger */
	bool has_balance;
	LIST(struct order) ours;
	LIST(struct theirs) theirs;
	LIST(int) working; /* indexes of theirs that worked last */
	LIST(int) live;    /* numbers of ours that were not final */
	LIST(int) visited; /* those that this step looked at */
	LIST(struct place) place;
	LIST(struct halt) halt;
	LIST(struct drift) drift;
	LIST(struct run) running; /* not ended when last seen */
	LIST(int64_t) asked;      /* requests that left us */
	ymd latch_day;
	hhmm portfolio_stop, loss_stop;
	int64_t start_equity;
	/* Of this step. */
	ymd today;
	bool resumed; /* a halt was lifted by someone who may */
	bool planned_buy, planned_sell, transferred;
	bool only_sync, is_settling;
	bool cash_moved;
};

/* The next free item of a list, zeroed. */
static void *
list_add(void *items, int *n, int *cap, size_t size)
{
	void **item = items;
	char *p;

	if (*n == *cap) {
		*cap = *cap == 0 ? 32 : 2 * *cap;
		if ((*item = realloc(*item, (size_t)*cap * size)) == NULL)
			abort();
	}
	p = (char *)*item + (size_t)(*n)++ * size;
	return memset(p, 0, size);
}

#define ADD(l) list_add(&(l).item, &(l).n, &(l).cap, sizeof(*(l).item))

static void __attribute__((format(printf, 3, 4)))
breach(struct check *c, const char *rule, const char *fmt, ...)
{
	char words[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	c->breaches++;
	c->found(c->arg, rule, words);
}

static void
copy(char *to, size_t size, const unsigned char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : (const char *)from);
}

#define COPY(to, st, i) copy(to, sizeof(to), sqlite3_column_text(st, i))

static int64_t
i64(sqlite3_stmt *st, int i)
{
	return sqlite3_column_int64(st, i);
}

static bool
is_word(sqlite3_stmt *st, int i, const char *word)
{
	const unsigned char *s = sqlite3_column_text(st, i);

	return s != NULL && strcmp((const char *)s, word) == 0;
}

static enum state
state_of(sqlite3_stmt *st, int i)
{
	for (int s = 0; s < NOTHING_; s++)
		if (is_word(st, i, state_word[s]))
			return (enum state)s;
	return NOTHING_;
}

static bool
is_final(enum state s)
{
	return s >= CANCELLED_ && s != NOTHING_;
}

/* A statement that is at its beginning, with :id bound. */
static sqlite3_stmt *
ask(struct check *c, int i, int64_t id)
{
	sqlite3_stmt *st = c->stmt[i];

	sqlite3_reset(st);
	if (sqlite3_bind_parameter_count(st) > 0)
		sqlite3_bind_int64(st, 1, id);
	return st;
}

/* Is there another row?  Resets at the end. */
static bool
row(struct check *c, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return true;
	sqlite3_reset(st);
	if (rc != SQLITE_DONE)
		breach(c, "L4", "%.80s ...: %s", sqlite3_sql(st),
		    sqlite3_errmsg(c->db));
	return false;
}

static int
place_of(struct check *c, const char *strategy, const char *code)
{
	struct place *p;

	for (int i = 0; i < c->place.n; i++)
		if (strcmp(c->place.item[i].code, code) == 0 &&
		    strcmp(c->place.item[i].strategy, strategy) == 0)
			return i;
	p = ADD(c->place);
	snprintf(p->strategy, sizeof(p->strategy), "%s", strategy);
	snprintf(p->code, sizeof(p->code), "%s", code);
	return c->place.n - 1;
}

static int
place_at(struct check *c, sqlite3_stmt *st, int i)
{
	char strategy[NAME_SIZE], code[CODE_SIZE];

	COPY(strategy, st, i);
	COPY(code, st, i + 1);
	return place_of(c, strategy, code);
}

/* The order of that number, made where it is not known yet. */
static struct order *
order_of(struct check *c, int64_t id)
{
	struct order *o;

	if (id < 0 || id > 10000000)
		return NULL;
	while (id >= c->ours.n) {
		o = ADD(c->ours);
		o->state = o->logged = NOTHING_;
		o->first = -1;
		o->place = -1;
	}
	return &c->ours.item[id];
}

/* "maemae-ORDER-SECONDS[-REQUEST]"; false where it is not ours. */
static bool
key_parse(sqlite3_stmt *st, int i, int64_t *order, int64_t *at, int64_t *req)
{
	const char *s = (const char *)sqlite3_column_text(st, i);
	char *end;

	*order = *at = *req = 0;
	if (s == NULL || strncmp(s, "maemae-", 7) != 0)
		return false;
	*order = strtoll(s + 7, &end, 10);
	if (*end == '-')
		*at = strtoll(end + 1, &end, 10);
	if (*end == '-')
		*req = strtoll(end + 1, &end, 10);
	return true;
}

/* ---- The broker's log: what was sent (S1, S2, S12) ------------------------------ */

static void
session_holds(struct check *c, int64_t order, ymd day, hhmm at)
{
	sqlite3_stmt *st = ask(c, SESSION, day);
	bool holds = false;

	while (row(c, st))
		holds = sqlite3_column_int(st, 0) &&
		    at >= sqlite3_column_int(st, 1) &&
		    at < sqlite3_column_int(st, 2);
	if (!holds)
		breach(c, "S12",
		    "order %" PRId64 ": sent at %d %04d, outside a session",
		    order, day, at);
}

/* When the row says that it was sent; -1: never, or nothing said so. */
static int64_t
sent_at(struct check *c, int64_t id)
{
	sqlite3_stmt *st = ask(c, ORDER_SENT, id);
	int64_t at = -1;

	while (row(c, st))
		if (sqlite3_column_int(st, 1) &&
		    sqlite3_column_type(st, 0) != SQLITE_NULL)
			at = i64(st, 0);
	return at;
}

static void
new_was_sent(struct check *c, int64_t id, int64_t key_at, int64_t at)
{
	struct order *o = order_of(c, id);

	if (sent_at(c, id) != key_at || at < key_at)
		breach(c, "S1",
		    "order %" PRId64
		    " was sent, and no row says that it would be",
		    id);
	if (o != NULL && ++o->sent > 1)
		breach(c, "S2", "order %" PRId64 " was sent %d times", id,
		    o->sent);
}

static void
request_was_sent(struct check *c, int64_t id, int64_t order, const char *kind)
{
	sqlite3_stmt *st = ask(c, REQUEST_SENT, id);
	bool said = false;

	while (row(c, st))
		said = sqlite3_column_type(st, 0) != SQLITE_NULL &&
		    is_word(st, 1, kind) && i64(st, 2) == order;
	if (!said)
		breach(c, "S1",
		    "a %s of order %" PRId64 " was sent, and no row says that"
		    " it would be",
		    kind, order);
	for (int i = c->asked.n - 1; i >= 0; i--)
		if (c->asked.item[i] == id) {
			breach(c, "S2",
			    "request %" PRId64 " (%s of order %" PRId64
			    ") was sent twice",
			    id, kind, order);
			return;
		}
	*(int64_t *)ADD(c->asked) = id;
}

static void
read_requests(struct check *c)
{
	sqlite3_stmt *st = ask(c, REQUESTS, c->request);
	int64_t order, key_at, req;

	while (row(c, st)) {
		bool is_new = is_word(st, 4, "new");
		char kind[8];

		c->request = i64(st, 0);
		if (!key_parse(st, 5, &order, &key_at, &req) ||
		    (c->request <= c->excused && sent_at(c, order) != key_at))
			continue;
		if (is_new && is_word(st, 6, "rejected") &&
		    order_of(c, order) != NULL)
			order_of(c, order)->was_refused = true;
		/* Logged again as it arrives. */
		if (is_word(st, 7, "delay") && !is_word(st, 6, "delayed"))
			continue;
		COPY(kind, st, 4);
		if (is_new)
			new_was_sent(c, order, key_at, i64(st, 1));
		else
			request_was_sent(c, req, order, kind);
		if (strcmp(kind, "cancel") != 0)
			session_holds(c, order, sqlite3_column_int(st, 2),
			    sqlite3_column_int(st, 3));
	}
}

/* ---- Orders at the broker --------------------------------------------------------- */

static enum state
their_end(sqlite3_stmt *st, int i)
{
	return is_word(st, i, "working") ? NOTHING_ : state_of(st, i);
}

/* What all of an order's are together. */
static int64_t
filled_there(const struct check *c, const struct order *o)
{
	int64_t n = 0;

	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		n += c->theirs.item[i].filled;
	return n;
}

static bool
works_there(const struct check *c, const struct order *o)
{
	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		if (c->theirs.item[i].is_working)
			return true;
	return false;
}

static bool
ended_there(const struct check *c, const struct order *o, enum state end)
{
	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		if (!c->theirs.item[i].is_working &&
		    c->theirs.item[i].end == end)
			return true;
	return false;
}

static void
read_their_new(struct check *c)
{
	sqlite3_stmt *st = ask(c, THEIR_NEW, c->their);
	int64_t key_at, req;

	while (row(c, st)) {
		struct theirs *t = ADD(c->theirs);
		struct order *o = NULL;

		c->their = t->id = i64(st, 0);
		t->end = their_end(st, 1);
		t->is_working = t->end == NOTHING_;
		t->filled = i64(st, 2);
		t->n = i64(st, 3);
		COPY(t->code, st, 5);
		t->is_buy = is_word(st, 6, "buy");
		t->next = -1;
		if (t->is_working) {
			int *w = ADD(c->working);

			*w = c->theirs.n - 1;
		}
		if (!key_parse(st, 7, &t->ours, &key_at, &req) ||
		    (o = order_of(c, t->ours)) == NULL ||
		    sent_at(c, t->ours) != key_at) {
			t->ours = 0; /* its request is judged, not it */
			continue;
		}
		t->next = o->first;
		o->first = c->theirs.n - 1;
		if (!o->is_there || i64(st, 4) != 0)
			continue; /* said by its request; an amended one */
		if (o->n != t->n || o->is_buy != t->is_buy ||
		    strcmp(c->place.item[o->place].code, t->code) != 0)
			breach(c, "S1",
			    "order %" PRId64
			    " is at the broker as %s %s %" PRId64
			    ", and was meant as %s %s %" PRId64,
			    t->ours, t->is_buy ? "buy" : "sell", t->code, t->n,
			    o->is_buy ? "buy" : "sell",
			    c->place.item[o->place].code, o->n);
	}
}

/* Those that worked when last seen, as they are now. */
static void
read_their_working(struct check *c)
{
	sqlite3_stmt *st;
	int kept = 0, i = 0;

	st = ask(c, THEIR_WORKING, 0);
	while (row(c, st)) {
		int64_t id = i64(st, 0);

		for (int k = 0; k < c->working.n; k++) {
			struct theirs *t = &c->theirs.item[c->working.item[k]];

			if (t->id != id)
				continue;
			t->filled = i64(st, 1);
			t->seen = c->step;
			break;
		}
	}
	for (; i < c->working.n; i++) {
		struct theirs *t = &c->theirs.item[c->working.item[i]];

		if (t->seen == c->step) {
			c->working.item[kept++] = c->working.item[i];
			continue;
		}
		st = ask(c, THEIR_ONE, t->id);
		while (row(c, st)) {
			t->filled = i64(st, 1);
			t->end = their_end(st, 2);
			t->is_working = false;
		}
	}
	c->working.n = kept;
}

/* ---- Our orders (S4, S7, S8) ---------------------------------------------------------- */

/* What is only ever added to is all there. */
static void
read_history(struct check *c)
{
	sqlite3_stmt *st = ask(c, HISTORY, 0);

	while (row(c, st))
		if (i64(st, 0) < c->log || i64(st, 1) < c->fill ||
		    i64(st, 2) < c->share || i64(st, 3) < c->order)
			breach(c, "S4",
			    "rows of the trail, of fills, shares or orders"
			    " that were there are gone");
}

static void
read_new_orders(struct check *c)
{
	sqlite3_stmt *st = ask(c, ORDERS_NEW, c->order);

	while (row(c, st)) {
		int64_t id = i64(st, 0);
		struct order *o = order_of(c, id);

		c->order = id;
		if (o == NULL)
			continue;
		o->is_there = true;
		o->day = sqlite3_column_int(st, 1);
		o->place = place_at(c, st, 2);
		o->is_buy = is_word(st, 4, "buy");
		o->n = i64(st, 5);
		o->state = PLANNED_;
		*(int *)ADD(c->live) = (int)id;
	}
}

/* May the one become the other, in any number of steps? */
static bool
goes_on(enum state from, enum state to)
{
	if (from == to || from == NOTHING_)
		return true;
	if (!is_final(from))
		return to > from;
	return to == FILLED_ && from != REJECTED_;
}

static void
look_at_order(struct check *c, sqlite3_stmt *st)
{
	int64_t id = i64(st, 0);
	struct order *o = order_of(c, id);
	int64_t n = i64(st, 4);
	int64_t filled = i64(st, 2);
	int64_t paid = i64(st, 3);
	enum state s = state_of(st, 1);

	if (o == NULL || !o->is_there)
		return;
	if (!o->is_visited)
		*(int *)ADD(c->visited) = (int)id;
	o->is_visited = true;
	if (!goes_on(o->state, s))
		breach(c, "S4", "order %" PRId64 " was %s and is %s", id,
		    state_word[o->state], state_word[s]);
	if (filled < o->filled || paid < o->won || n < o->n || filled > n)
		breach(c, "S4",
		    "order %" PRId64 ": %" PRId64 " of %" PRId64
		    " filled, %" PRId64 " won; it was %" PRId64 " of %" PRId64
		    ", %" PRId64 " won",
		    id, filled, n, paid, o->filled, o->n, o->won);
	o->state = s;
	o->filled = filled;
	o->won = paid;
	o->n = n;
	o->reserve = i64(st, 5);
	if (!o->is_settled && filled > filled_there(c, o))
		breach(c, "S4",
		    "order %" PRId64 ": %" PRId64 " filled here, %" PRId64
		    " at the broker",
		    id, filled, filled_there(c, o));
}

static void
look_again(struct check *c, int64_t id)
{
	sqlite3_stmt *st = ask(c, ORDER_ONE, id);

	while (row(c, st))
		look_at_order(c, st);
}

static void
read_our_orders(struct check *c)
{
	sqlite3_stmt *st = ask(c, ORDERS_NOW, c->today);
	int kept = 0;

	while (row(c, st))
		look_at_order(c, st);
	for (int i = 0; i < c->live.n; i++) {
		int id = c->live.item[i];

		if (!c->ours.item[id].is_visited)
			look_again(c, id);
		if (!is_final(c->ours.item[id].state))
			c->live.item[kept++] = id;
	}
	c->live.n = kept;
}

/* ---- The trail (S3, S8, S9, S11, S12) --------------------------------------------------- */

static bool
halt_stops(const struct halt *h, const struct check *c, const struct order *o)
{
	const struct place *p = &c->place.item[o->place];

	switch (h->scope) {
	case 'a':
		return true;
	case 'e':
		return o->is_buy;
	case 's':
		return o->is_buy && strcmp(h->what, p->strategy) == 0;
	case 'c':
		return o->is_buy && strcmp(h->what, p->code) == 0;
	}
	return false;
}

static void
at_halt(struct check *c, int64_t id, const struct order *o, int64_t log,
    const char *what)
{
	/* A halt that no row of the trail tells of (T29) came when it was first
	 * seen: at a first look, of a backup, that is not known. */
	if (c->is_first)
		return;
	for (int i = 0; i < c->halt.n; i++) {
		const struct halt *h = &c->halt.item[i];

		if (h->is_seen && log > h->log && halt_stops(h, c, o)) {
			breach(c, "S9",
			    "order %" PRId64 ": %s after the halt of %s%s%s",
			    id, what, h->since, h->what[0] ? " of " : "",
			    h->what);
			return;
		}
	}
}

/* An entry just planned: is its minute right, and did its strategy say so for
 * that minute (T2)? */
static void
judge_plan(struct check *c, int64_t id, struct order *o)
{
	sqlite3_stmt *st = ask(c, PLANNED, id);
	int attempt = 1;

	while (row(c, st)) {
		ymd day = sqlite3_column_int(st, 0);
		hhmm sent = sqlite3_column_int(st, 1);

		attempt = sqlite3_column_int(st, 3);
		if (!o->is_buy)
			continue;
		if (day != sqlite3_column_int(st, 4) ||
		    sent != sqlite3_column_int(st, 5) ||
		    sqlite3_column_int(st, 6) > sqlite3_column_int(st, 9))
			breach(c, "S12",
			    "entry %" PRId64
			    " for %04d was planned at %04d:%02d",
			    id, sent, sqlite3_column_int(st, 5),
			    sqlite3_column_int(st, 6));
		/* Of what was there before us it may have been said since,
		 * by a clock that was put back. */
		if (c->is_first)
			continue;
		if (day != sqlite3_column_int(st, 7) ||
		    sent > sqlite3_column_int(st, 8))
			breach(c, "S12",
			    "entry %" PRId64 " at %d %04d acts on a signal of"
			    " %d %04d",
			    id, day, sent, sqlite3_column_int(st, 7),
			    sqlite3_column_int(st, 8));
	}
	if (attempt == 1)
		return;
	st = ask(c, EARLIER, id);
	if (!row(c, st)) {
		breach(c, "S8",
		    "order %" PRId64 " is attempt %d, and there"
		    " is none before",
		    id, attempt);
		return;
	}
	if (!is_final(state_of(st, 1)) ||
	    (o->is_buy && !sqlite3_column_int(st, 2)))
		breach(c, "S8",
		    "order %" PRId64 " was formed though order %" PRId64
		    " is %s",
		    id, i64(st, 0), state_word[state_of(st, 1)]);
	sqlite3_reset(st);
}

/* While a difference stands, its stock (or all) is closed to entries; and
 * while a latch of the day does. */
static void
planned_while_closed(struct check *c, int64_t id, const struct order *o)
{
	const char *code = c->place.item[o->place].code;

	if (!o->is_buy)
		return;
	if (c->latch_day == o->day &&
	    (c->portfolio_stop != 0 || c->loss_stop != 0))
		breach(c, "S9", "entry %" PRId64 " after the day's stop", id);
	for (int i = 0; i < c->drift.n; i++) {
		const struct drift *d = &c->drift.item[i];
		int64_t gap = d->difference < 0 ? -d->difference :
						  d->difference;

		if (d->kind == 'c' ? gap > c->start_equity / 100 :
				     strcmp(d->code, code) == 0)
			breach(c, "S6",
			    "entry %" PRId64 " while a difference of %" PRId64
			    " stands in %s",
			    id, d->difference,
			    d->kind == 'c' ? "the cash" : d->code);
	}
}

/* A buy just planned: with what was bound at that row of the trail, is there
 * cash for it?  What the broker refused afterwards does not excuse it. */
static void
planned_within_cash(struct check *c, int64_t id, const struct order *o)
{
	int64_t bound = 0;

	if (!o->is_buy || c->is_first || c->cash_moved)
		return;
	for (int i = 0; i < c->ours.n; i++) {
		const struct order *x = &c->ours.item[i];

		if (x->is_there && x->is_buy && x->logged != NOTHING_ &&
		    !is_final(x->logged))
			bound += x->reserve * (x->n - x->filled);
	}
	if (bound > c->balance)
		breach(c, "S7",
		    "with entry %" PRId64 " buys bind %" PRId64
		    " won, the cash is %" PRId64,
		    id, bound, c->balance);
}

static bool
proved_absent(struct check *c, int64_t id)
{
	sqlite3_stmt *st = ask(c, ABSENCE, id);
	bool proved = false;

	while (row(c, st))
		proved = sqlite3_column_int(st, 0) > 0;
	return proved;
}

/* It is final: who says so? */
static void
judge_end(struct check *c, int64_t id, struct order *o, enum state from,
    enum state to)
{
	bool known = o->is_settled || o->day == 0;

	switch (to) {
	case FILLED_:
		known = known || filled_there(c, o) >= o->n;
		break;
	case CANCELLED_:
		known = known ||
		    (!works_there(c, o) &&
			(ended_there(c, o, CANCELLED_) ||
			    ended_there(c, o, REJECTED_)));
		break;
	case REJECTED_:
		known = known ||
		    (!works_there(c, o) &&
			(o->was_refused || ended_there(c, o, REJECTED_)));
		break;
	case EXPIRED_:
		known = known || from == PLANNED_ ||
		    (!works_there(c, o) && ended_there(c, o, EXPIRED_)) ||
		    (from == UNKNOWN_ && proved_absent(c, id));
		break;
	default:
		return;
	}
	if (!known)
		breach(c, "S3",
		    "order %" PRId64 " went from %s to %s, and nobody says so",
		    id, state_word[from], state_word[to]);
}

static void
order_moved(struct check *c, sqlite3_stmt *st, int64_t log)
{
	int64_t id = i64(st, 2);
	struct order *o = order_of(c, id);
	enum state from = state_of(st, 4), to = state_of(st, 5);
	const char *words = (const char *)sqlite3_column_text(st, 9);

	if (o == NULL || !o->is_there)
		return;
	if (words != NULL && strncmp(words, "settled by the person", 21) == 0) {
		o->is_settled = c->is_settling = true;
	}
	if (from != o->logged)
		breach(c, "S11",
		    "order %" PRId64 " was moved from %s to %s, and was %s", id,
		    state_word[from], state_word[to], state_word[o->logged]);
	o->logged = to;
	o->was_unknown = o->was_unknown || to == UNKNOWN_;
	if (!o->is_visited)
		look_again(c, id);
	if (from == NOTHING_) {
		c->planned_buy = c->planned_buy || (o->is_buy && !c->is_first);
		c->planned_sell = c->planned_sell ||
		    (!o->is_buy && !c->is_first);
		judge_plan(c, id, o);
		planned_while_closed(c, id, o);
		planned_within_cash(c, id, o);
		at_halt(c, id, o, log, "planned");
	}
	if (to == SENDING_ && from != SENDING_)
		at_halt(c, id, o, log, "sent");
	if (from != to && is_final(to))
		judge_end(c, id, o, from, to);
}

static void
request_moved(struct check *c, sqlite3_stmt *st, int64_t log)
{
	int64_t id = i64(st, 2);
	const char *words = (const char *)sqlite3_column_text(st, 9);
	struct order *o = order_of(c, id);

	if (o == NULL || !o->is_there || words == NULL ||
	    strncmp(words, "amend", 5) != 0 || !is_word(st, 5, "sending"))
		return;
	for (int i = 0; i < c->halt.n; i++)
		if (c->halt.item[i].scope == 'a' && c->halt.item[i].is_seen &&
		    log > c->halt.item[i].log)
			breach(c, "S9",
			    "order %" PRId64 " was amended after the halt"
			    " of all orders of %s",
			    id, c->halt.item[i].since);
}

/* The trail's row of a halt, so that what was sent before it is no breach. */
static void
halt_was_said(struct check *c, sqlite3_stmt *st, int64_t log)
{
	const char *words = (const char *)sqlite3_column_text(st, 9);
	char strategy[NAME_SIZE], code[NAME_SIZE];

	COPY(strategy, st, 7);
	COPY(code, st, 8);
	for (int i = 0; i < c->halt.n; i++) {
		struct halt *h = &c->halt.item[i];
		bool is_all = words != NULL &&
		    strncmp(words, "halt all", 8) == 0;

		if ((h->scope == 'a') != is_all ||
		    (h->scope == 's') != (strategy[0] != '\0') ||
		    (h->scope == 'c') != (code[0] != '\0') ||
		    (h->scope == 's' && strcmp(h->what, strategy) != 0) ||
		    (h->scope == 'c' && strcmp(h->what, code) != 0))
			continue;
		if (h->log == INT64_MAX || h->lifted)
			h->log = log;
		h->lifted = false;
	}
}

/* A strategy's halt goes with it. */
static bool
strategy_went(sqlite3_stmt *st)
{
	const char *words = (const char *)sqlite3_column_text(st, 9);

	return is_word(st, 1, "set") && words != NULL &&
	    strncmp(words, "removed", 7) == 0;
}

/* First the halts, for what was sent is judged by them; then all else. */
static void
read_trail(struct check *c)
{
	int64_t from = c->log;
	sqlite3_stmt *st = ask(c, LOG, from);

	while (row(c, st)) {
		if (is_word(st, 1, "halt"))
			halt_was_said(c, st, i64(st, 0));
		else if (is_word(st, 1, "resume"))
			for (int i = 0; i < c->halt.n; i++)
				c->halt.item[i].lifted = true;
		c->resumed = c->resumed || is_word(st, 1, "resume") ||
		    is_word(st, 1, "accept") || strategy_went(st);
		c->only_sync = c->only_sync && is_word(st, 6, "sync-account");
		c->is_settling = c->is_settling || is_word(st, 1, "adopt");
	}
	st = ask(c, LOG, from);
	while (row(c, st)) {
		int64_t id = i64(st, 0);

		c->log = id;
		if (!is_word(st, 6, "gen-signals") &&
		    !is_word(st, 6, "update-prices") &&
		    !is_word(st, 6, "eod-report"))
			c->log_synced = id;
		if (is_word(st, 1, "order"))
			order_moved(c, st, id);
		else if (is_word(st, 1, "request"))
			request_moved(c, st, id);
	}
}

/* The row and its trail change together. */
static void
trail_agrees(struct check *c)
{
	for (int i = 0; i < c->visited.n; i++) {
		struct order *o = &c->ours.item[c->visited.item[i]];

		if (o->logged != o->state)
			breach(c, "S11",
			    "order %d is %s, and its trail says %s",
			    c->visited.item[i], state_word[o->state],
			    state_word[o->logged]);
		o->is_visited = false;
	}
	c->visited.n = 0;
}

/* ---- Halts, latches, differences that stand ------------------------------------------------ */

static void
read_halts(struct check *c)
{
	sqlite3_stmt *st = ask(c, HALTS, 0);

	for (int i = 0; i < c->halt.n; i++)
		c->halt.item[i].is_seen = c->halt.item[i].lifted = false;
	while (row(c, st)) {
		struct halt h = { .log = INT64_MAX, .is_seen = true };
		int i = 0;

		h.scope = (char)*sqlite3_column_text(st, 0);
		COPY(h.what, st, 1);
		COPY(h.since, st, 2);
		while (i < c->halt.n &&
		    (c->halt.item[i].scope != h.scope ||
			strcmp(c->halt.item[i].what, h.what) != 0))
			i++;
		if (i == c->halt.n)
			*(struct halt *)ADD(c->halt) = h;
		else if (strcmp(c->halt.item[i].since, h.since) == 0)
			c->halt.item[i].is_seen = true;
		else /* lifted, and said again since */
			c->halt.item[i] = h;
	}
}

static void
keep_halts(struct check *c)
{
	int kept = 0;

	for (int i = 0; i < c->halt.n; i++) {
		struct halt *h = &c->halt.item[i];

		if (!h->is_seen && !c->resumed)
			breach(c, "S9",
			    "the halt of %s%s%s is gone, and nobody lifted it",
			    h->since, h->what[0] ? " of " : "", h->what);
		if (!h->is_seen)
			continue;
		h->log = 0; /* whatever comes from now on is after it */
		c->halt.item[kept++] = *h;
	}
	c->halt.n = kept;
}

/* Of the differences that stood when this step began those that still do, and
 * have stood all along. */
static void
keep_old_drifts(struct check *c, int64_t *id, int n)
{
	int kept = 0;

	for (int i = 0; i < c->drift.n; i++)
		for (int k = 0; k < n; k++)
			if (c->drift.item[i].id == id[k]) {
				c->drift.item[kept++] = c->drift.item[i];
				break;
			}
	c->drift.n = kept;
}

static void
read_drifts(struct check *c, bool is_new)
{
	sqlite3_stmt *st = ask(c, DRIFTS, 0);
	int64_t id[256];
	int n = 0;

	if (is_new)
		c->drift.n = 0;
	while (row(c, st)) {
		struct drift *d;

		if (!is_new) {
			if (n < (int)(sizeof(id) / sizeof(id[0])))
				id[n++] = i64(st, 0);
			continue;
		}
		d = ADD(c->drift);
		d->id = i64(st, 0);
		d->kind = (char)*sqlite3_column_text(st, 1);
		COPY(d->code, st, 2);
		d->difference = i64(st, 3);
	}
	if (!is_new)
		keep_old_drifts(c, id, n);
}

static void
read_latches(struct check *c)
{
	sqlite3_stmt *st = ask(c, DAY, 0);

	while (row(c, st)) {
		ymd day = sqlite3_column_int(st, 0);
		hhmm portfolio = sqlite3_column_int(st, 1);
		hhmm loss = sqlite3_column_int(st, 2);

		if (day == c->latch_day &&
		    ((c->portfolio_stop != 0 && portfolio == 0) ||
			(c->loss_stop != 0 && loss == 0)))
			breach(c, "S9", "the stop of the day %d is gone", day);
		c->latch_day = day;
		c->portfolio_stop = portfolio;
		c->loss_stop = loss;
		c->start_equity = i64(st, 3);
	}
}

/* ---- Fills and ledgers (S4, S5) --------------------------------------------------------------- */

static bool
is_null(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL;
}

static bool
same(sqlite3_stmt *st, int i, int j)
{
	return !is_null(st, j) &&
	    strcmp((const char *)sqlite3_column_text(st, i),
		(const char *)sqlite3_column_text(st, j)) == 0;
}

static void
judge_fill(struct check *c, sqlite3_stmt *st)
{
	int64_t id = i64(st, 0);
	int64_t order = i64(st, 1), theirs, at, req;
	bool is_settled = sqlite3_column_int(st, 2);
	bool is_buy = sqlite3_column_int(st, 3);
	int64_t n = i64(st, 4);
	int64_t cost = i64(st, 6) + i64(st, 7);
	int64_t amount = i64(st, 8);
	struct order *o = order_of(c, order);

	if (o != NULL && is_settled)
		o->is_settled = true;
	if (is_null(st, 11) ||
	    i64(st, 11) != (is_buy ? -amount : amount) - cost ||
	    is_null(st, 12) || i64(st, 12) != (is_buy ? n : -n) ||
	    !same(st, 9, 13) || !same(st, 10, 14))
		breach(c, "S5",
		    "fill %" PRId64 " is not in both ledgers as it was booked",
		    id);
	if (is_settled)
		return;
	if (is_null(st, 15) || is_null(st, 18))
		breach(c, "S4",
		    "fill %" PRId64 " of order %" PRId64
		    ": the broker has no such fill",
		    id, order);
	else if (!key_parse(st, 15, &theirs, &at, &req) || theirs != order)
		breach(c, "S4",
		    "fill %" PRId64 ": the broker's is not of order %" PRId64,
		    id, order);
	else if (!same(st, 10, 16) ||
	    is_buy != (sqlite3_column_int(st, 17) != 0) || n != i64(st, 18) ||
	    i64(st, 5) != i64(st, 19) || i64(st, 6) != i64(st, 20) ||
	    i64(st, 7) != i64(st, 21))
		breach(c, "S4",
		    "fill %" PRId64 " of order %" PRId64 ": %" PRId64
		    " at %" PRId64 ", the broker's was %" PRId64 " at %" PRId64,
		    id, order, n, i64(st, 5), i64(st, 18), i64(st, 19));
}

static void
fills_add_up(struct check *c, int64_t order)
{
	struct order *o = order_of(c, order);
	sqlite3_stmt *st = ask(c, FILL_SUM, order);

	while (row(c, st)) {
		int64_t n = i64(st, 0);
		int64_t paid = i64(st, 1);

		if (o != NULL && o->is_there &&
		    (n != o->filled || paid != o->won || n > o->n))
			breach(c, "S4",
			    "order %" PRId64 ": %" PRId64 " of %" PRId64
			    " filled, %" PRId64 " won; its fills are %" PRId64
			    ", %" PRId64 " won",
			    order, o->filled, o->n, o->won, n, paid);
	}
}

static void
read_fills(struct check *c)
{
	int64_t before = c->fill, last = 0;
	sqlite3_stmt *st = ask(c, FILLS, before);
	LIST(int64_t) changed = { 0, 0, NULL };

	while (row(c, st)) {
		c->fill = i64(st, 0);
		judge_fill(c, st);
		if (i64(st, 1) != last)
			*(int64_t *)ADD(changed) = last = i64(st, 1);
	}
	for (int i = 0; i < changed.n; i++) {
		if (!order_of(c, changed.item[i])->is_visited)
			look_again(c, changed.item[i]);
		fills_add_up(c, changed.item[i]);
	}
	free(changed.item);
}

static void
read_cash(struct check *c)
{
	sqlite3_stmt *st = ask(c, CASH, c->cash);
	bool found = !c->has_balance;

	while (row(c, st)) {
		int64_t id = i64(st, 0);
		int64_t amount = i64(st, 1);
		int64_t balance = i64(st, 2);

		if (c->has_balance && id == c->cash) {
			found = true;
			if (balance != c->balance)
				breach(c, "S5",
				    "cash ledger row %" PRId64 ": was %" PRId64
				    ", is %" PRId64,
				    id, c->balance, balance);
			continue;
		}
		if (balance != c->balance + amount)
			breach(c, "S5",
			    "cash ledger row %" PRId64 ": %" PRId64
			    " and %" PRId64 " are not %" PRId64,
			    id, c->balance, amount, balance);
		c->transferred = c->transferred ||
		    (!is_word(st, 3, "buy") && !is_word(st, 3, "sell"));
		c->cash = id;
		c->cash_moved = true;
		c->balance = balance;
		c->has_balance = found = true;
	}
	if (!found)
		breach(c, "S5", "cash ledger row %" PRId64 " is gone", c->cash);
}

static void
read_shares(struct check *c)
{
	sqlite3_stmt *st = ask(c, SHARES, c->share);

	while (row(c, st)) {
		int i = place_at(c, st, 1);

		c->share = i64(st, 0);
		c->place.item[i].shares += i64(st, 3);
	}
	for (int i = 0; i < c->place.n; i++)
		c->place.item[i].lots = 0;
	st = ask(c, LOTS, 0);
	while (row(c, st)) {
		int i = place_at(c, st, 0);

		c->place.item[i].lots += i64(st, 2);
	}
	for (int i = 0; i < c->place.n; i++) {
		const struct place *p = &c->place.item[i];

		if (p->lots != p->shares)
			breach(c, "S5",
			    "%s %s: lots of %" PRId64
			    ", the share ledger says %" PRId64,
			    p->strategy, p->code, p->lots, p->shares);
	}
}

/* ---- What is bound (S7), and one of a kind (S8, T12) ------------------------------------------- */

static void
judge_bound(struct check *c)
{
	int64_t bound = 0;

	for (int i = 0; i < c->place.n; i++) {
		struct place *p = &c->place.item[i];

		p->selling = 0;
		memset(p->live, 0, sizeof(p->live));
		memset(p->working, 0, sizeof(p->working));
	}
	for (int i = 0; i < c->live.n; i++) {
		const struct order *o = &c->ours.item[c->live.item[i]];
		struct place *p = &c->place.item[o->place];

		if (++p->live[o->is_buy] > 1)
			breach(c, "S8",
			    "%s %s: two %ss at once, order %d is"
			    " one",
			    p->strategy, p->code, o->is_buy ? "buy" : "sell",
			    c->live.item[i]);
		if (o->is_buy)
			bound += o->reserve * (o->n - o->filled);
		else
			p->selling += o->n - o->filled;
	}
	/* Cash may go by hand while a buy waits; then no other is formed. */
	if (c->planned_buy && !c->transferred && bound > c->balance)
		breach(c, "S7",
		    "buys bind %" PRId64 " won, the cash is %" PRId64, bound,
		    c->balance);
	for (int i = 0; c->planned_sell && i < c->place.n; i++) {
		const struct place *p = &c->place.item[i];

		if (p->selling > p->lots)
			breach(c, "S7",
			    "%s %s: sells bind %" PRId64 " shares of %" PRId64,
			    p->strategy, p->code, p->selling, p->lots);
	}
}

static void
judge_holdings(struct check *c)
{
	struct {
		char code[CODE_SIZE];
		int64_t n;
	} sold[64];
	int n = 0;
	sqlite3_stmt *st;

	for (int i = 0; i < c->working.n; i++) {
		const struct theirs *t = &c->theirs.item[c->working.item[i]];
		int k = 0;

		if (t->is_buy)
			continue;
		while (k < n && strcmp(sold[k].code, t->code) != 0)
			k++;
		if (k == (int)(sizeof(sold) / sizeof(sold[0])))
			break;
		if (k == n) {
			memcpy(sold[n].code, t->code, sizeof(t->code));
			sold[n++].n = 0;
		}
		sold[k].n += t->n - t->filled;
	}
	if (n > 0) {
		st = ask(c, HOLDINGS, 0);
		while (row(c, st))
			for (int k = 0; k < n; k++)
				if (is_word(st, 0, sold[k].code))
					sold[k].n -= i64(st, 1);
	}
	for (int k = 0; k < n; k++)
		if (sold[k].n > 0)
			breach(c, "S7",
			    "%s: sells at the broker bind %" PRId64
			    " shares more than there are",
			    sold[k].code, sold[k].n);
	st = ask(c, THEIR_CASH, 0);
	while (row(c, st))
		if (i64(st, 0) < 0)
			breach(c, "S7", "the cash at the broker is %" PRId64,
			    i64(st, 0));
}

static void
judge_working(struct check *c)
{
	for (int i = 0; i < c->working.n; i++) {
		const struct theirs *t = &c->theirs.item[c->working.item[i]];
		const struct order *o = &c->ours.item[t->ours];
		struct place *p;

		if (t->ours == 0 || !o->is_there)
			continue;
		p = &c->place.item[o->place];
		if (++p->working[o->is_buy] > 1)
			breach(c, "S8",
			    "%s %s: two %ss work at the broker, order %" PRId64
			    " is one",
			    p->strategy, p->code, o->is_buy ? "buy" : "sell",
			    t->ours);
		/* But for unknown buys, which sells may pass by (T28). */
		if (!o->is_buy || o->was_unknown ||
		    (o->state != OPEN_ && o->state != PART_))
			continue;
		for (int k = 0; k < c->working.n; k++) {
			const struct theirs *s =
			    &c->theirs.item[c->working.item[k]];

			if (s->ours != 0 && !s->is_buy &&
			    strcmp(s->code, t->code) == 0)
				breach(c, "T12",
				    "%s: order %" PRId64
				    " buys while order %" PRId64 " sells",
				    t->code, t->ours, s->ours);
		}
	}
}

/* ---- Programs (S6, S11) --------------------------------------------------------------------------- */

/* A run that ends after a later one of its program began was not alone. */
static void
runs_ended(struct check *c, int *ended)
{
	int kept = 0;

	for (int i = 0; i < c->running.n; i++) {
		struct run *r = &c->running.item[i];
		sqlite3_stmt *st = ask(c, RUN_ONE, r->id);
		bool is_over = false;

		while (row(c, st))
			is_over = !is_null(st, 0);
		if (!is_over) {
			c->running.item[kept++] = *r;
			continue;
		}
		++*ended;
		for (int k = i + 1; k < c->running.n; k++)
			if (strcmp(c->running.item[k].program, r->program) == 0)
				breach(c, "S11",
				    "run %" PRId64 " of %s went on beside run"
				    " %" PRId64,
				    r->id, r->program, c->running.item[k].id);
	}
	c->running.n = kept;
}

/* Those that were killed stay in the list, but not for ever. */
static void
forget_runs(struct check *c)
{
	const int most = 64;

	if (c->running.n <= most)
		return;
	memmove(c->running.item, c->running.item + c->running.n - most / 2,
	    (size_t)(most / 2) * sizeof(*c->running.item));
	c->running.n = most / 2;
}

/* Did this step consist of one complete synchronisation? */
static bool
read_runs(struct check *c)
{
	sqlite3_stmt *st;
	int ended = 0, fresh = 0;
	bool synced = false;
	char until[32] = "", last[NAME_SIZE] = "";

	runs_ended(c, &ended);
	st = ask(c, RUNS, c->run);
	while (row(c, st)) {
		struct run r = { .id = i64(st, 0) };

		COPY(r.program, st, 1);
		COPY(r.started, st, 2);
		c->run = r.id;
		fresh++;
		if (!c->is_first && strcmp(last, r.program) == 0 &&
		    strcmp(until, r.started) > 0)
			breach(c, "S11",
			    "run %" PRId64 " of %s began at %s, before the one"
			    " before it ended",
			    r.id, r.program, r.started);
		COPY(until, st, 3);
		snprintf(last, sizeof(last), "%s", r.program);
		if (is_null(st, 3))
			*(struct run *)ADD(c->running) = r;
		synced = strcmp(r.program, "sync-account") == 0 &&
		    !is_null(st, 3) && sqlite3_column_int(st, 4) == 0;
		c->sync_at = i64(st, 5);
		c->sync_end = i64(st, 6);
	}
	forget_runs(c);
	return synced && fresh == 1 && ended == 0 && c->only_sync &&
	    !c->is_settling;
}

static bool
drift_stands(const struct check *c, char kind, const char *code)
{
	for (int i = 0; i < c->drift.n; i++)
		if (c->drift.item[i].kind == kind &&
		    (kind == 'c' || strcmp(c->drift.item[i].code, code) == 0))
			return true;
	return false;
}

/* An empty balance, told as if it were so: what was found different is not
 * what is. */
static bool
was_lied_to(struct check *c)
{
	sqlite3_stmt *st = ask(c, LIES, c->sync_at);
	bool lied = false;

	while (row(c, st))
		lied = sqlite3_column_int(st, 0) != 0;
	return lied;
}

/* What it found different is recorded.  The broker told what it counted at
 * some second between its beginning and this minute's end, or its own. */
static void
judge_sync(struct check *c, int64_t minute)
{
	int64_t from = c->sync_at < minute ? c->sync_at : minute;
	int64_t to = c->sync_end > minute + 59 ? c->sync_end : minute + 59;
	sqlite3_stmt *st = ask(c, SYNC_CASH, from);

	sqlite3_bind_int64(st, 2, to);
	while (row(c, st)) {
		int64_t book = i64(st, 2);

		if (book != i64(st, 0) && book != i64(st, 1) &&
		    !drift_stands(c, 'c', ""))
			breach(c, "S6",
			    "after sync-account: cash of %" PRId64
			    ", the broker has %" PRId64
			    ", and nothing is recorded",
			    book, i64(st, 1));
	}
	st = ask(c, SYNC_SHARES, from);
	sqlite3_bind_int64(st, 2, to);
	while (row(c, st)) {
		char code[CODE_SIZE];

		COPY(code, st, 0);
		if (!drift_stands(c, 's', code))
			breach(c, "S6",
			    "after sync-account: %" PRId64 " shares of %s, the"
			    " broker has %" PRId64 ", and nothing is recorded",
			    i64(st, 1), code, i64(st, 3));
	}
}

/* ---- A step ------------------------------------------------------------------------------------------ */

/* "YYYY-MM-DD HH:MM" into a day, a minute, and seconds since 1970. */
static bool
now_parse(const char *now, ymd *day, hhmm *at, int64_t *seconds)
{
	int y, mo, d, h, mi;
	int64_t days;

	if (sscanf(now, "%d-%d-%d %d:%d", &y, &mo, &d, &h, &mi) != 5)
		return false;
	*day = y * 10000 + mo * 100 + d;
	*at = h * 100 + mi;
	/* Days since 1970-03-01 of a year that begins in March. */
	y -= mo <= 2;
	days = (int64_t)y * 365 + y / 4 - y / 100 + y / 400 +
	    (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1 - 719468;
	*seconds = days * 86400 + h * 3600 + mi * 60 - 9 * 3600;
	return true;
}

static void
begin(struct check *c)
{
	c->breaches = 0;
	c->began = sqlite3_get_autocommit(c->db) != 0;
	if (c->began)
		row(c, ask(c, BEGIN, 0));
}

static int
end(struct check *c)
{
	if (c->began)
		row(c, ask(c, END, 0));
	return c->breaches;
}

int
check_step(struct check *c, const char *now)
{
	int64_t seconds = 0;
	hhmm at;
	bool synced;

	begin(c);
	if (!now_parse(now, &c->today, &at, &seconds))
		breach(c, "L4", "'%s' is no market time", now);
	c->step++;
	c->resumed = c->planned_buy = c->planned_sell = false;
	c->transferred = c->is_settling = c->cash_moved = false;
	c->only_sync = true;
	read_history(c);
	read_new_orders(c);
	read_requests(c);
	read_their_new(c);
	read_their_working(c);
	read_our_orders(c);
	read_halts(c);
	read_drifts(c, false);
	read_cash(c);
	read_trail(c);
	read_fills(c);
	trail_agrees(c);
	read_shares(c);
	judge_bound(c);
	judge_holdings(c);
	judge_working(c);
	keep_halts(c);
	read_latches(c);
	read_drifts(c, true);
	synced = read_runs(c);
	if (synced && !c->is_first && !was_lied_to(c))
		judge_sync(c, seconds);
	c->is_first = false;
	return end(c);
}

/* ---- At the end of a day, and after healing ------------------------------------------------------------- */

static void
bind_name(sqlite3_stmt *st, const char *name, int64_t v)
{
	int i = sqlite3_bind_parameter_index(st, name);

	if (i > 0)
		sqlite3_bind_int64(st, i, v);
}

static hhmm
earlier(hhmm at, int minutes)
{
	int m = at / 100 * 60 + at % 100 - minutes;

	return m < 0 ? 0 : m / 60 * 100 + m % 60;
}

/* Each row of these is a breach. */
static void
run_all(struct check *c, const struct asked *q, sqlite3_stmt *const *st,
    ymd day, hhmm at)
{
	for (int i = 0; q[i].sql != NULL; i++) {
		sqlite3_reset(st[i]);
		bind_name(st[i], ":day", day);
		bind_name(st[i], ":at", at);
		bind_name(st[i], ":before", earlier(at, 1));
		bind_name(st[i], ":since", earlier(at, 9));
		while (row(c, st[i]))
			breach(c, q[i].rule, "%s",
			    (const char *)sqlite3_column_text(st[i], 0));
	}
}

int
check_day(struct check *c, ymd day)
{
	begin(c);
	run_all(c, daily, c->day.item, day, 0);
	return end(c);
}

int
check_healed(struct check *c, const char *now)
{
	int64_t seconds;
	ymd day = 0;
	hhmm at = 0;
	int n = check_step(c, now);

	begin(c);
	now_parse(now, &day, &at, &seconds);
	run_all(c, healed, c->heal.item, day, at);
	run_all(c, stops, c->stop.item, day, at);
	if (c->has_feed)
		run_all(c, fed, c->feed.item, day, at);
	for (int i = 0; i < c->own.n; i++) { /* trade-db check's own */
		sqlite3_reset(c->own.item[i]);
		while (row(c, c->own.item[i]))
			breach(c, "L4", "%s",
			    (const char *)sqlite3_column_text(
				c->own.item[i], 0));
	}
	return n + end(c);
}

int
check_stops(struct check *c, const char *now)
{
	int64_t seconds;
	ymd day = 0;
	hhmm at = 0;

	begin(c);
	now_parse(now, &day, &at, &seconds);
	run_all(c, stops, c->stop.item, day, at);
	return end(c);
}

int
check_unlocked(struct check *c)
{
	char *why = NULL;

	c->breaches = 0;
	/* It takes the lock, and changes nothing. */
	if (sqlite3_exec(c->db,
		"BEGIN; DELETE FROM main.setting WHERE name IS NULL;"
		" ROLLBACK",
		NULL, NULL, &why) != SQLITE_OK)
		breach(c, "S11", "a write transaction is open: %s",
		    why != NULL ? why : "?");
	sqlite3_free(why);
	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	return c->breaches;
}

/* ---- Begin and end ---------------------------------------------------------------------------------------- */

static sqlite3_stmt *
prepare(struct check *c, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
		NULL) == SQLITE_OK)
		return st;
	fprintf(stderr, "check: %s: %s\n", sql, sqlite3_errmsg(c->db));
	return NULL;
}

static bool
has_table(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	bool has = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK;

	sqlite3_finalize(st);
	return has;
}

static bool
prepare_all(struct check *c)
{
	const char *const *own;
	int n = store_check_texts(&own);

	for (int i = 0; i < NSTEP; i++)
		if ((c->stmt[i] = prepare(c, text[i])) == NULL)
			return false;
	for (int i = 0; daily[i].sql != NULL; i++)
		if ((*(sqlite3_stmt **)ADD(c->day) = prepare(
			 c, daily[i].sql)) == NULL)
			return false;
	for (int i = 0; healed[i].sql != NULL; i++)
		if ((*(sqlite3_stmt **)ADD(c->heal) = prepare(
			 c, healed[i].sql)) == NULL)
			return false;
	for (int i = 0; stops[i].sql != NULL; i++)
		if ((*(sqlite3_stmt **)ADD(c->stop) = prepare(
			 c, stops[i].sql)) == NULL)
			return false;
	c->has_feed = has_table(c->db, "SELECT 1 FROM feed.minute_price");
	for (int i = 0; c->has_feed && fed[i].sql != NULL; i++)
		if ((*(sqlite3_stmt **)ADD(c->feed) = prepare(c, fed[i].sql)) ==
		    NULL)
			return false;
	for (int i = 0; i < n; i++) /* that one reads all databases */
		if (strstr(own[i], "pragma_integrity_check") == NULL &&
		    (*(sqlite3_stmt **)ADD(c->own) = prepare(c, own[i])) ==
			NULL)
			return false;
	return true;
}

struct check *
check_new(sqlite3 *db, check_found *found, void *arg)
{
	struct check *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->db = db;
	c->found = found;
	c->arg = arg;
	c->is_first = true;
	if (!prepare_all(c)) {
		check_free(c);
		return NULL;
	}
	return c;
}

static void
finalize(sqlite3_stmt **st, int n)
{
	for (int i = 0; i < n; i++)
		sqlite3_finalize(st[i]);
	free(st);
}

void
check_free(struct check *c)
{
	if (c == NULL)
		return;
	for (int i = 0; i < NSTEP; i++)
		sqlite3_finalize(c->stmt[i]);
	finalize(c->day.item, c->day.n);
	finalize(c->heal.item, c->heal.n);
	finalize(c->stop.item, c->stop.n);
	finalize(c->feed.item, c->feed.n);
	finalize(c->own.item, c->own.n);
	free(c->ours.item);
	free(c->theirs.item);
	free(c->working.item);
	free(c->live.item);
	free(c->visited.item);
	free(c->place.item);
	free(c->halt.item);
	free(c->drift.item);
	free(c->running.item);
	free(c->asked.item);
	free(c);
}

/* What was remembered of the database. */
static void
forget(struct check *c)
{
	c->request = c->order = c->their = c->log = c->log_synced = 0;
	c->fill = c->cash = c->share = c->run = 0;
	c->balance = c->start_equity = 0;
	c->has_balance = false;
	c->latch_day = 0;
	c->portfolio_stop = c->loss_stop = 0;
	c->ours.n = c->theirs.n = c->working.n = c->live.n = c->visited.n = 0;
	c->place.n = c->halt.n = c->drift.n = c->running.n = c->asked.n = 0;
	c->is_first = true;
}

/* Ids that were lost are given again. */
static void
runs_lost(struct check *c)
{
	sqlite3_stmt *st = ask(c, RUN_LAST, 0);
	int kept = 0;

	while (row(c, st))
		if (c->run > i64(st, 0))
			c->run = i64(st, 0);
	for (int i = 0; i < c->running.n; i++)
		if (c->running.item[i].id <= c->run)
			c->running.item[kept++] = c->running.item[i];
	c->running.n = kept;
}

bool
check_reconnect(struct check *c, sqlite3 *db)
{
	c->db = db;
	c->began = false;
	c->day.n = c->heal.n = c->stop.n = c->feed.n = c->own.n = 0;
	if (!prepare_all(c))
		return false;
	c->log = c->log_synced; /* what is there after it is read again */
	runs_lost(c);
	return true;
}

void
check_restored(struct check *c)
{
	sqlite3_stmt *st = ask(c, THEIR_LAST, 0);

	while (row(c, st))
		c->excused = i64(st, 0);
	forget(c);
}
