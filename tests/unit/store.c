/* The database: every statement, the schema's refusals, opening, leases. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
#include "store/splits.h"
#include "store/stocks.h"
#include "trade/order.h"
#include "tap.h"

#define diag(...) (printf("# " __VA_ARGS__), putchar('\n'))

static char dir[64];
static struct err e;

static const char *
in_dir(const char *name)
{
	static char path[4][128];
	static int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);
	return path[i];
}

static struct store *
fresh(const char *name)
{
	const char *path = in_dir(name);

	if (store_create(path, &e) == -1)
		return NULL;
	return store_open(path, STORE_ORDERS, &e);
}

static void
test_statements(void)
{
	struct store *s = fresh("statements.db");

	ok(s != NULL, "a new database opens");
	if (!ok(s != NULL && db_prepare_all(s, &e) == 0,
		"every statement fits the schema"))
		diag("%s", e.msg);
	store_close(s);
}

static void
test_fs(void)
{
	ok(store_foreign_fs(0x6969) != NULL, "NFS is refused");
	ok(store_foreign_fs(0x01021997) != NULL, "9p is refused");
	ok(store_foreign_fs(0x65735546) != NULL, "FUSE is refused");
	ok(store_foreign_fs((long)0xff534d42) != NULL, "CIFS is refused");
	ok(store_foreign_fs((int)0xfe534d42) != NULL,
	    "SMB2 is refused, also where f_type is a signed int");
	ok(store_foreign_fs(0xef53) == NULL, "ext4 is fine");
	ok(store_foreign_fs(0x01021994) == NULL, "tmpfs is fine");
	ok(store_foreign_fs(0x9123683e) == NULL, "btrfs is fine");
	ok(store_foreign_fs(0x58465342) == NULL, "XFS is fine");
}

/* The table of moves in the database is that of order_next(). */
static void
test_moves(void)
{
	struct store *s = fresh("moves.db");
	int wrong = 0;

	for (int from = 0; from < ORDER_NSTATES; from++)
		for (int to = 0; to < ORDER_NSTATES; to++) {
			bool in_c = false, in_db;
			sqlite3_stmt *st;

			if (from == to)
				continue;
			for (int ev = 0; ev < ORDER_NEVENTS; ev++)
				if (order_next((enum order_state)from,
					(enum order_event)ev) == to)
					in_c = true;
			sqlite3_prepare_v2(s->db,
			    "SELECT 1 FROM order_move"
			    " WHERE state = ? AND next = ?",
			    -1, &st, NULL);
			sqlite3_bind_text(st, 1,
			    order_state_name((enum order_state)from), -1,
			    SQLITE_STATIC);
			sqlite3_bind_text(st, 2,
			    order_state_name((enum order_state)to), -1,
			    SQLITE_STATIC);
			in_db = sqlite3_step(st) == SQLITE_ROW;
			sqlite3_finalize(st);
			if (in_c != in_db) {
				diag("%s -> %s: C %d, database %d",
				    order_state_name((enum order_state)from),
				    order_state_name((enum order_state)to),
				    in_c, in_db);
				wrong++;
			}
		}
	ok(wrong == 0, "order_move is order_next()");
	store_close(s);
}

static struct order_row
an_order(const char *code, enum side side, int attempt)
{
	struct order_row o = { .day = 20250314,
		.side = side,
		.attempt = attempt,
		.limit = 55000,
		.n = 10,
		.sent = 905,
		.worked = 905 };

	strcpy(o.strategy, "s");
	strcpy(o.code, code);
	strcpy(o.state, "planned");
	strcpy(o.why, "signal");
	return o;
}

static const struct trail trail = { "test", 1741910700, NULL };

static int64_t
count(struct store *s, const char *sql)
{
	sqlite3_stmt *st;
	int64_t n = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static int
refused(struct store *s, const char *sql)
{
	return (sqlite3_exec(s->db, sql, NULL, NULL, NULL) & 0xff) ==
	    SQLITE_CONSTRAINT;
}

static void
ignore(void *arg, const char *words)
{
	(void)arg;
	diag("%s", words);
}

/* What trade-db check would find; -1 where it fails. */
static int
findings(struct store *s)
{
	bool is_damaged;

	return store_check(s, ignore, NULL, &is_damaged, &e);
}

static void
test_orders(void)
{
	struct store *s = fresh("orders.db");
	struct order_row o = an_order("005930", SIDE_BUY, 1), twin, row;
	struct request_row r = { .limit = 55000 };
	struct fill_row f = { .broker_no = "77",
		.fill_no = 1,
		.day = 20250314,
		.time = 906,
		.side = SIDE_BUY,
		.n = 4,
		.price = 55000,
		.amount = 220000,
		.commission = 33 };
	struct lot_row lot = { .n = 4,
		.cost = 220000,
		.fees = 33,
		.entry_date = 20250314,
		.entry_time = 906 };
	won cash;

	ok(store_add_cash(s,
	       &(struct cash_row){ .day = 20250314,
		   .amount = 1000000,
		   .kind = "opening",
		   .at = trail.at },
	       &e) == 0,
	    "cash begins");
	ok(store_put_order(s, &o, &trail, &e) == 0 && o.id > 0,
	    "an order is planned");
	twin = an_order("005930", SIDE_BUY, 2);
	ok(store_put_order(s, &twin, &trail, &e) == -1 && e.kind == E_BUG,
	    "a second live order for it is refused");
	ok(refused(s, "UPDATE orders SET state = 'filled'"),
	    "planned does not become filled");
	ok(store_order_claim(s, o.id, &trail, &e) == 1, "it is claimed");
	ok(store_order_claim(s, o.id, &trail, &e) == 0,
	    "and not claimed twice");
	r.order_id = o.id;
	strcpy(r.kind, "new");
	ok(store_add_request(s, &r, &trail, &e) == 0, "a request is planned");
	ok(refused(s,
	       "INSERT INTO order_request (order_id, kind, planned_at)"
	       " VALUES (1, 'new', '')"),
	    "an order is asked for once");
	ok(store_move_request(
	       s, r.id, "planned", "sending", NULL, NULL, &trail, &e) == 1,
	    "the request is sent");
	ok(store_move_request(
	       s, r.id, "planned", "sending", NULL, NULL, &trail, &e) == 0,
	    "and not sent twice");
	ok(store_move_request(
	       s, r.id, "sending", "accepted", "77", "ok", &trail, &e) == 1,
	    "and accepted");
	ok(refused(s, "UPDATE order_request SET state = 'sending'"),
	    "an answered request does not go out again");
	ok(store_order_by_no(s, 20250314, "77", &e) == o.id,
	    "the order is found by the number its request was given");
	strcpy(f.strategy, "s");
	strcpy(f.code, "005930");
	f.order_id = o.id;
	store_order(s, o.id, &o, &e);
	o.filled = 4;
	o.filled_won = 220000;
	strcpy(o.state, "part");
	strcpy(o.broker_no, "77");
	lot.order_id = o.id;
	strcpy(lot.strategy, "s");
	strcpy(lot.code, "005930");
	if (!ok(store_begin(s, &e) == 0 &&
		    store_put_order(s, &o, &trail, &e) == 0 &&
		    store_put_lot(s, &lot, &e) == 0 &&
		    store_add_fill(s, &f, &trail, &e) == 1 &&
		    store_commit(s, &e) == 0,
		"a fill is booked"))
		diag("%s", e.msg);
	ok(store_add_fill(s, &f, &trail, &e) == 0, "and not booked twice");
	ok(store_cash(s, &cash, &e) == 1 && cash == 1000000 - 220033,
	    "the cash went");
	ok(findings(s) == 0, "the books add up");
	f.fill_no = 2;
	f.n = 7;
	f.amount = 7 * f.price;
	ok(store_add_fill(s, &f, &trail, &e) == -1,
	    "fills never add up to more than their order");
	ok(refused(s, "UPDATE orders SET filled = 3"), "filled never falls");
	ok(refused(s, "UPDATE orders SET quantity = 3"),
	    "a quantity never falls");
	ok(refused(s, "UPDATE orders SET state = 'open'"),
	    "a state never goes back");
	ok(refused(s, "UPDATE orders SET side = 'sell'"),
	    "an intention never changes");
	ok(refused(s, "DELETE FROM orders"), "orders stay");
	ok(refused(s, "DELETE FROM fill"), "fills stay");
	ok(refused(s, "DELETE FROM trading_log"), "the log stays");
	ok(refused(s, "UPDATE trading_log SET message = 'x'"),
	    "the log is not rewritten");
	ok(store_move_order(s, o.id, "part", "cancelled", &trail, &e) == 1,
	    "the rest is cancelled");
	ok(store_put_order(s, &twin, &trail, &e) == 0,
	    "now a second attempt may be made");
	ok(store_order(s, o.id, &row, &e) == 1 &&
		strcmp(row.state, "cancelled") == 0 && row.filled == 4 &&
		row.sending_at == trail.at,
	    "the order reads back");
	ok(count(s,
	       "SELECT count(*) FROM trading_log WHERE order_id = 1 AND"
	       " event = 'order'") == 4,
	    "each move left its line");
	ok(findings(s) == 0, "the books add up still");
	sqlite3_exec(s->db, "UPDATE lot SET quantity = 5", NULL, NULL, NULL);
	ok(findings(s) == 1, "a false lot is found");
	store_close(s);
}

/* By the clock that nobody sets; -1: an error. */
static int64_t
left_at(struct store *s, int64_t id)
{
	struct order_left l;

	return store_order_left(s, id, &l, &e) == 0 ? l.at_ms : -1;
}

static int64_t
claimed_at(struct store *s, int64_t id)
{
	struct order_left l;

	return store_order_left(s, id, &l, &e) == 0 ? l.claimed_ms : -1;
}

static void
test_left(void)
{
	struct store *s = fresh("left.db");
	struct order_row o = an_order("005930", SIDE_BUY, 1);
	struct trail t = { .program = "test", .at = trail.at, .up_ms = 5 };

	ok(store_put_order(s, &o, &t, &e) == 0, "an order is planned");
	is_int(left_at(s, o.id), 0, "it has not left");
	store_order_claim(s, o.id, &t, &e);
	is_int(left_at(s, o.id), 5, "it may have since it was claimed");
	t.up_ms = 9;
	store_move_order(s, o.id, "sending", "unknown", &t, &e);
	is_int(left_at(s, o.id), 9, "and until nobody waits for its answer");
	is_int(claimed_at(s, o.id), 5, "and not before it was claimed");
	t.up_ms = 20;
	store_move_order(s, o.id, "unknown", "open", &t, &e);
	is_int(left_at(s, o.id), 9, "and not when it was found");
	sqlite3_exec(
	    s->db, "UPDATE order_left SET boot = 'another'", NULL, NULL, NULL);
	is_int(left_at(s, o.id), 0, "of another boot: before this one");
	is_int(claimed_at(s, o.id), 0, "both of them");
	store_order_leaves(s, o.id, &t, &e);
	is_int(left_at(s, o.id), 20, "found dead after a reboot: until now");
	is_int(claimed_at(s, o.id), 0, "but claimed before it");
	o = an_order("000660", SIDE_BUY, 1);
	ok(store_put_order(s, &o, &trail, &e) == 0 &&
		store_order_claim(s, o.id, &trail, &e) == 1,
	    "one by a clock that is fixed");
	is_int(left_at(s, o.id), 0, "is not known of by the other");
	store_close(s);
}

static struct bar
a_bar(ymd date, hhmm time, won close, qty volume)
{
	return (struct bar){ date, time, close, close + 10, close - 10, close,
		volume };
}

/* What is asked of a broker again is there, mostly: the same, and then in each
 * column not; and what is new among it is added. */
static void
test_again(void)
{
	struct store *s = fresh("again.db");
	struct put_counts c = { 0 };
	struct bar_store out;
	struct bar want[8];

	store_begin(s, &e);
	for (int i = 0; i < 7; i++) {
		want[i] = a_bar(20250310, 900 + i, 2000, 10);
		store_put_minute(s, "005930", &want[i], &c, &e);
	}
	want[2].open++;
	want[3].high++;
	want[4].low--;
	want[5].close--;
	want[6].volume++;
	want[7] = a_bar(20250310, 907, 2000, 10);
	for (int day = 0; day < 2; day++) { /* the next asks once more */
		c = (struct put_counts){ 0 };
		for (int i = 0; i < 8; i++)
			store_put_minute(s, "005930", &want[i], &c, &e);
		is_int(c.same, day == 0 ? 2 : 8, "those that are the same");
		is_int(c.changed, day == 0 ? 5 : 0, "each column counts");
		is_int(c.added, day == 0, "a new one behind those there");
	}
	store_commit(s, &e);
	bar_store_init(&out, true);
	store_minutes(s, "005930", 20250310, 0, 2359, 0, &out, &e);
	for (int i = 0; i < 8 && i < out.n; i++)
		ok(out.open[i] == want[i].open && out.high[i] == want[i].high &&
			out.low[i] == want[i].low &&
			out.close[i] == want[i].close &&
			out.volume[i] == want[i].volume,
		    "the bar of %04d is the newest told", want[i].time);
	is_int(out.n, 8, "and no other");
	bar_store_fini(&out);
	store_close(s);
}

static void
test_prices(void)
{
	struct store *s = fresh("prices.db");
	struct put_counts c = { 0 };
	struct bar_store out;
	struct bar b;
	struct codes codes = { 0 };
	won high;
	ymd first, last;

	store_begin(s, &e);
	for (int d = 0; d < 9; d++) {
		b = a_bar(20250303 + d, 0, 1000 + d * 10, d == 3 ? 0 : 100);
		store_put_daily(s, "005930", &b, &c, &e);
		store_put_daily(s, "000660", &b, &c, &e);
	}
	ok(c.added == 18 && c.changed == 0, "new bars are added");
	store_put_daily(s, "000660", &b, &c, &e);
	b.close++;
	store_put_daily(s, "000660", &b, &c, &e);
	ok(c.same == 1 && c.changed == 1, "same and changed ones are counted");
	for (int m = 0; m < 5; m++) {
		b = a_bar(20250310, 900 + m, 2000 - m * 10, 10);
		store_put_minute(s, "005930", &b, &c, &e);
	}
	store_commit(s, &e);
	bar_store_init(&out, false);
	store_daily(s, "005930", 20250303, 20250308, 0, &out, &e);
	ok(out.n == 5, "halts are left out");
	bar_store_clear(&out);
	store_daily(s, "005930", 20250303, 20250308, BARS_ALL, &out, &e);
	ok(out.n == 6 && out.volume[3] == 0, "or not");
	bar_store_clear(&out);
	store_daily_last(s, "005930", 20250308, 3, 0, &out, &e);
	ok(out.n == 3 && out.date[0] == 20250304 && out.date[2] == 20250307,
	    "the last three before a day");
	bar_store_fini(&out);
	bar_store_init(&out, true);
	store_minutes(s, "005930", 20250310, 901, 903, 0, &out, &e);
	ok(out.n == 3 && out.time[0] == 901, "minutes by label");
	bar_store_fini(&out);
	store_daily_codes(s, &codes, &e);
	ok(codes.n == 2 && strcmp(codes.item[0], "000660") == 0 &&
		codes_find(&codes, "005930") == 1 &&
		codes_find(&codes, "1") == -1,
	    "codes with prices, in order");
	codes_fini(&codes);
	store_daily_span(s, NULL, &first, &last, &e);
	ok(first == 20250303 && last == 20250311, "first and last day");
	/* Of the 10th the minutes count, not the daily bar. */
	store_high_since(s, "005930", 20250310, 902, 20250310, 904, &high, &e);
	ok(high == 1980, "the high since an entry, of minutes before now");
	store_high_since(s, "005930", 20250305, 900, 20250310, 900, &high, &e);
	ok(high == 1060, "of days before today, never today's");
	store_high_since(s, "005930", 20250305, 900, 20250311, 900, &high, &e);
	ok(high == 2000, "of both");
	store_prev_close(s, "005930", 20250307, &high, &e);
	ok(high == 1020, "the last close before a day, halts left out");
	store_close(s);
}

static void
test_split(void)
{
	struct store *s = fresh("split.db");
	struct put_counts c = { 0 };
	struct bar b = { 20180427, 0, 2500000, 2600001, 2400000, 2530000, 10 };
	struct split p = { .code = "005930",
		.day = 20180504,
		.new_shares = 50,
		.old_shares = 1 };
	struct lot_row lot = { .strategy = MANUAL,
		.code = "005930",
		.n = 3,
		.cost = 7590000,
		.entry_date = 20180420,
		.high = 2530000 };
	struct lot_row *lots;
	struct bar_store out;
	int n;

	store_put_daily(s, "005930", &b, &c, &e);
	b.date = 20180504;
	b.open = b.high = b.low = b.close = 52000;
	store_put_daily(s, "005930", &b, &c, &e);
	store_put_lot(s, &lot, &e);
	store_add_shares(s,
	    &(struct share_row){ .day = 20180420,
		.strategy = MANUAL,
		.code = "005930",
		.n = 3,
		.kind = "sync",
		.at = trail.at },
	    &e);
	ok(store_split(s, &p, "test", trail.at, &e) == 1 && p.daily_rows == 1,
	    "history before the day is rescaled");
	bar_store_init(&out, false);
	store_daily(s, "005930", YMD_MIN, YMD_MAX, 0, &out, &e);
	ok(out.n == 2 && out.close[0] == 50600 && out.high[0] == 52000 &&
		out.volume[0] == 500 && out.close[1] == 52000,
	    "prices divided, volumes multiplied, the new basis left alone");
	store_lots(s, &lots, &n, &e);
	ok(n == 1 && lots[0].n == 150 && lots[0].cost == 7590000 &&
		lots[0].high == 50600,
	    "lots follow, their cost stays");
	free(lots);
	ok(store_split(s, &p, "test", trail.at, &e) == 0, "once");
	p.new_shares = 5;
	ok(store_split(s, &p, "test", trail.at, &e) == -1 && e.kind == E_USAGE,
	    "another one on that day is refused");
	ok(findings(s) == 0, "the books add up");
	bar_store_fini(&out);
	store_close(s);
}

static void
test_calendar(void)
{
	struct store *s = fresh("calendar.db");
	struct calendar *cal = store_calendar(s, 0, &e);
	struct put_counts c = { 0 };
	struct session d;
	int wrong = 0;

	ok(cal != NULL && calendar_day(cal, 20250314)->is_open &&
		!calendar_day(cal, 20250315)->is_open,
	    "the calendar is there");
	/* On days that are not special the dated phases say the same. */
	for (ymd day = 19950103; day < 20270101; day += 100) {
		const struct session *was = calendar_day(cal, day);
		struct session before;

		if (was == NULL || !was->is_open)
			continue;
		before = *was;
		/* Special days have neighbours with other hours. */
		was = calendar_next(cal, day);
		if (was->open != before.open || was->close != before.close)
			continue;
		store_put_calendar_day(s, day, false, "test", &c, &e);
		store_put_calendar_day(s, day, true, "test", &c, &e);
		store_session(s, day, &d, &e);
		if (day % 10000 > 110 &&
		    (d.entry != before.entry || d.open != before.open ||
			d.break_end != before.break_end ||
			d.auction != before.auction || d.close != before.close))
			wrong++, diag("%d", day);
	}
	ok(wrong == 0, "session_phase and the calendar agree");
	c = (struct put_counts){ 0 };
	ok(store_put_calendar_day(s, 20261119, true, "CSAT", &c, &e) == 0 &&
		store_session(s, 20261119, &d, &e) == 1 && d.open == 1000 &&
		c.changed == 1,
	    "a day's special hours survive a dump");
	calendar_free(cal);
	/* In their order, so the schema takes them; but no minutes. */
	sqlite3_exec(s->db,
	    "UPDATE market_calendar SET close = 1599 WHERE date = 20250314",
	    NULL, NULL, NULL);
	ok(store_session(s, 20250314, &d, &e) == -1 && e.kind == E_DATA,
	    "hours that are none: %s", e.msg);
	ok(store_calendar(s, 0, &e) == NULL && e.kind == E_DATA,
	    "nor is there a calendar with them");
	ok(store_session(s, 20250317, &d, &e) == 1, "other days are there");
	store_close(s);
}

static void
test_signals(void)
{
	struct store *s = fresh("signals.db");
	struct signal_row r = { .day = 20250314,
		.strategy = "s",
		.code = "005930",
		.state = "pending",
		.score = 1.5,
		.made = 905,
		.stamp = 905 };
	struct signal_row *row, again = r;
	int n;

	ok(store_put_signal(s, &r, trail.at, &e) == 0 && r.id > 0,
	    "a signal is saved");
	ok(store_put_signal(s, &again, trail.at, &e) == -1,
	    "one for a day, strategy, stock and side");
	ok(store_close_signals(s, 20250314, trail.at, &e) == 0,
	    "today's signals stay");
	ok(store_close_signals(s, 20250317, trail.at, &e) == 1,
	    "their day over, they move");
	ok(store_signals(s, &row, &n, &e) == 0 && n == 0 &&
		count(s,
		    "SELECT count(*) FROM daily_signals WHERE"
		    " state = 'expired'") == 1,
	    "to daily_signals, expired");
	free(row);
	ok(store_daily_ran(s, 20250317, "s", &e) == 0 &&
		store_put_daily_ran(s, 20250317, "s", trail.at, &e) == 0 &&
		store_daily_ran(s, 20250317, "s", &e) == 1,
	    "a run is remembered");
	store_close(s);
}

static void
test_leases(void)
{
	struct store *s = fresh("lease.db");
	struct store *other = store_open(in_dir("lease.db"), 0, &e);
	struct lease a, b;
	int status;
	pid_t child;

	ok(store_lease_take(s, "place-orders", 60, &a, &e) == 0,
	    "a lease is taken");
	e.kind = E_NONE;
	ok(store_lease_take(other, "place-orders", 60, &b, &e) == -1 &&
		e.kind == E_BUSY,
	    "not from a live process");
	ok(store_lease_take(other, "watch-fills", 60, &b, &e) == 0,
	    "different programs run side by side");
	ok(store_lease_check(s, &a, &e) == 0, "it is ours");
	store_lease_release(s, &a);
	child = fork();
	if (child == 0) {
		struct store *mine = store_open(in_dir("lease.db"), 0, &e);

		_exit(store_lease_take(mine, "place-orders", 60, &a, &e) == -1);
	}
	waitpid(child, &status, 0);
	ok(status == 0, "a child takes it, and dies with it");
	ok(store_lease_take(s, "place-orders", -5, &a, &e) == 0 && a.fence == 3,
	    "a dead owner's lease is taken over");
	ok(store_lease_take(other, "place-orders", 60, &b, &e) == -1 &&
		count(s, "SELECT count(*) FROM alert") == 1,
	    "an owner that outlives its time is an alert");
	sqlite3_exec(
	    s->db, "UPDATE lease SET fence = fence + 1", NULL, NULL, NULL);
	ok(store_lease_check(s, &a, &e) == -1, "a fenced owner notices");
	ok(!lease_owner_lives(getpid(), "1", "another boot"),
	    "a number of before the reboot is nobody");
	ok(lease_owner_lives(getpid(), "", "") &&
		!lease_owner_lives(getpid(), "1", ""),
	    "where the boot cannot be told, a number in use is somebody");
	store_close(other);
	store_close(s);
}

static void
test_runs(void)
{
	struct store *s = fresh("runs.db");
	struct run_row *row, last;
	struct alert_row *alert;
	int64_t id = 0;
	int n;

	sqlite3_exec(s->db,
	    "INSERT INTO program_run (program, pid, day, time, started_at)"
	    " VALUES ('old', 1, 20200102, 905, '2020-01-02T09:05:00+09:00')",
	    NULL, NULL, NULL);
	for (int i = 0; i < 120; i++) {
		id = store_run_begin(
		    s, i % 2 == 0 ? "a" : "b", 20250314, 905 + i % 50, &e);
		if (i != 119)
			store_run_end(s, id, i == 118, "words", &e);
	}
	ok(store_last_runs(s, &row, &n, &e) == 0 && n == 2 &&
		strcmp(row[0].program, "a") == 0 && row[0].status == 1 &&
		strcmp(row[0].message, "words") == 0 && row[1].id == id &&
		row[1].status == -1 && row[1].ended_at == 0,
	    "each program's last run; very old ones are dropped");
	free(row);
	ok(store_last_success(s, "a", &last, &e) == 1 && last.id == id - 3,
	    "the last that went well");
	ok(store_last_success(s, "none", &last, &e) == 0, "or none");
	ok(store_alert(s, "x", "a", "words", 600, trail.at, &e) == 1,
	    "a new alert is said");
	ok(store_alert(s, "x", "a", "words", 600, trail.at + 599, &e) == 0,
	    "the same one is counted");
	ok(store_alert(s, "x", "a", "words", 600, trail.at + 600, &e) == 1,
	    "and said again after its time");
	ok(store_alerts(s, &alert, &n, &e) == 0 && n == 1 &&
		alert[0].count == 3 && alert[0].first_at == trail.at,
	    "it stands");
	free(alert);
	ok(store_alert_clear(s, "x", trail.at, &e) == 1 &&
		store_alerts(s, &alert, &n, &e) == 0 && n == 0,
	    "and is cleared");
	free(alert);
	store_close(s);
}

static void
test_settings(void)
{
	struct store *s = fresh("settings.db");
	struct strategy_row r = { .name = "sma",
		.daily = "sma:short=5",
		.is_on = true,
		.changed_at = trail.at };
	struct name_value *v;
	struct codes codes = { 0 };
	struct halt_row *h;
	int n;

	store_put_setting(s, "max_daily_loss", "3", trail.at, &e);
	store_put_setting(s, "max_daily_loss", "4", trail.at, &e);
	ok(store_settings(s, &v, &n, &e) == 0 && n == 1 &&
		strcmp(v[0].value, "4") == 0,
	    "a setting is set");
	free(v);
	store_put_setting(s, "max_daily_loss", "", trail.at, &e);
	ok(store_settings(s, &v, &n, &e) == 0 && n == 0, "and unset");
	free(v);
	ok(store_put_strategy(s, &r, &e) == 0 &&
		store_put_strategy_setting(
		    s, "sma", "stop_loss_ratio", "-5", &e) == 0,
	    "a strategy is set");
	ok(store_put_strategy_setting(s, "none", "x", "1", &e) == -1,
	    "a setting needs its strategy");
	store_watch(s, FOR_ALL, "005930", trail.at, &e);
	store_watch(s, "sma", "000660", trail.at, &e);
	ok(store_watch(s, "sma", "000660", trail.at, &e) == 0,
	    "a stock is watched once");
	ok(store_universe_of(s, "sma", &codes, &e) == 0 && codes.n == 2,
	    "its own stocks and those for all");
	ok(store_choice(s, 20250314, "sma", &codes, &e) == 0,
	    "its filter has not chosen");
	codes.n = 0;
	store_put_choice(s, 20250314, "sma", 2, &codes, &e);
	ok(store_choice(s, 20250314, "sma", &codes, &e) == 1 && codes.n == 0,
	    "an empty choice is a choice");
	store_put_daily_ran(s, 20250314, "sma", trail.at, &e);
	store_put_strategy(s, &r, &e);
	ok(store_daily_ran(s, 20250314, "sma", &e) == 1,
	    "saved unchanged, it has run");
	strcpy(r.daily, "sma:short=7");
	store_put_strategy(s, &r, &e);
	ok(store_daily_ran(s, 20250314, "sma", &e) == 0 &&
		store_choice(s, 20250314, "sma", &codes, &e) == 0,
	    "changed, it runs and chooses again");
	codes_fini(&codes);
	ok(store_halt(s,
	       &(struct halt_row){ .scope = HALT_ENTRIES, .since = trail.at },
	       &e) == 1 &&
		store_halt(s,
		    &(struct halt_row){ .scope = HALT_CODE,
			.what = "005930",
			.since = trail.at },
		    &e) == 1,
	    "halted");
	ok(store_halts(s, &h, &n, &e) == 0 && n == 2, "two halts stand");
	free(h);
	ok(store_resume(s, -1, "", &e) == 2, "both are lifted");
	ok(store_drop_strategy(s, "sma", &e) == 1 &&
		count(s, "SELECT count(*) FROM strategy_setting") == 0 &&
		count(s, "SELECT count(*) FROM universe") == 1,
	    "a strategy goes with what is its own");
	store_close(s);
}

/* "1000 halted closed 20250314" */
static const char *
quote_of(struct store *s, const char *code)
{
	static char text[80];
	struct quote_row q;

	store_quote(s, code, &q, &e);
	snprintf(text, sizeof(text), "%lld %s%s%d", (long long)q.last,
	    q.is_halted ? "halted " : "", q.no_entry ? "closed " : "",
	    q.status_day);
	return text;
}

/* A quote without a status leaves what is known of it, and of which day. */
static void
test_quotes(void)
{
	struct store *s = fresh("quotes.db");
	struct quote_row q = { .code = "005930",
		.last = 1000,
		.is_halted = true, /* means nothing: of no day */
		.polled_at = trail.at };

	ok(store_put_quote(s, &q, &e) == 0, "a quote: %s", e.msg);
	is_int(count(s, "SELECT status_day FROM current_quote"), 0,
	    "its status was never told");
	q.no_entry = true;
	q.status_day = 20250313;
	store_put_quote(s, &q, &e);
	is_str(
	    quote_of(s, "005930"), "1000 halted closed 20250313", "it is told");
	q = (struct quote_row){
		.code = "005930", .last = 1100, .polled_at = trail.at + 60
	};
	store_put_quote(s, &q, &e);
	is_str(quote_of(s, "005930"), "1100 halted closed 20250313",
	    "a newer price leaves it, with its day");
	q.status_day = 20250314;
	store_put_quote(s, &q, &e);
	is_str(quote_of(s, "005930"), "1100 20250314", "it is told anew");
	memcpy(q.code, "000660", 7);
	q.no_entry = true;
	store_put_quote(s, &q, &e);
	is_str(quote_of(s, "000660"), "1100 closed 20250314",
	    "with the first quote");
	is_str(quote_of(s, "005930"), "1100 20250314", "of its own stock");
	store_close(s);
}

static void
test_drift(void)
{
	struct store *s = fresh("drift.db");
	struct drift_row d = {
		.day = 20250314, .kind = "cash", .book = 100, .broker = 90
	};
	struct drift_row *row;
	int n;

	store_see_drift(s, &d, trail.at, &e);
	ok(d.seen == 1 && d.difference == -10, "a difference is seen");
	store_see_drift(s, &d, trail.at + 60, &e);
	ok(d.seen == 2 && d.first_at == trail.at && d.last_at == trail.at + 60,
	    "and again, and since when is told");
	store_see_drift(s, &d, trail.at - 600, &e);
	ok(d.seen == 1 && d.first_at == trail.at - 600,
	    "where the clock has gone back, it is seen for the first time");
	store_see_drift(s, &d, trail.at - 540, &e);
	ok(d.seen == 2 && d.last_at - d.first_at == 60, "and counted anew");
	d.broker = 80;
	store_see_drift(s, &d, trail.at + 120, &e);
	ok(d.seen == 1 && d.first_at == trail.at + 120,
	    "another one begins anew, in its time too");
	ok(store_drifts(s, &row, &n, &e) == 0 && n == 1, "it stands");
	free(row);
	ok(store_end_drift(s, d.id, "repaired", "fee rounding", "booked",
	       trail.at, &e) == 0 &&
		store_drifts(s, &row, &n, &e) == 0 && n == 0,
	    "and ends");
	free(row);
	d = (struct drift_row){
		.day = 20250314, .kind = "order", .book = 7, .difference = -7
	};
	store_see_drift(s, &d, trail.at, &e);
	d.book = 8;
	store_see_drift(s, &d, trail.at, &e);
	d.book = 7;
	store_see_drift(s, &d, trail.at + 60, &e);
	ok(d.seen == 2, "two orders of one stock are looked for apart");
	ok(store_drifts_gone(s, trail.at + 90, &e) == 0,
	    "comparing the account does not end the search");
	ok(store_end_order_drift(s, 7, "repaired", "", trail.at + 90, &e) ==
		    0 &&
		store_drifts(s, &row, &n, &e) == 0 && n == 1 &&
		row[0].book == 8,
	    "finding one ends its own");
	free(row);
	d = (struct drift_row){ .day = 20250314, .kind = "cash", .broker = 5 };
	store_see_drift(s, &d, trail.at + 600, &e);
	ok(store_drifts_gone(s, trail.at, &e) == 1,
	    "what is not seen again is gone, though the clock went back");
	store_close(s);
}

static void
test_migrations(void)
{
	static const struct migration steps[] = {
		{ STORE_VERSION + 1, "CREATE TABLE two (a INTEGER) STRICT" },
		{ STORE_VERSION + 2, "CREATE TABLE three (a INTEGER) STRICT" },
	};
	static const struct migration broken[] = {
		{ STORE_VERSION + 3,
		    "CREATE TABLE four (a INTEGER) STRICT; nonsense" },
	};
	struct store *s = fresh("migrate.db"), *again;
	const char *path = in_dir("migrate.db");

	ok(db_migrate(s, steps, 2, STORE_VERSION + 2, &e) == STORE_VERSION &&
		count(s, "PRAGMA user_version") == STORE_VERSION + 2 &&
		count(s, "SELECT count(*) FROM three") == 0,
	    "two steps are done");
	ok(db_migrate(s, steps, 2, STORE_VERSION + 2, &e) == STORE_VERSION + 2,
	    "and not done again");
	ok(db_migrate(s, broken, 1, STORE_VERSION + 3, &e) == -1 &&
		count(s, "PRAGMA user_version") == STORE_VERSION + 2 &&
		count(s,
		    "SELECT count(*) FROM sqlite_schema WHERE name = 'four'") ==
		    0,
	    "one that fails leaves nothing behind");
	ok(db_migrate(s, steps, 1, STORE_VERSION + 1, &e) == -1 &&
		e.kind == E_CONFIG,
	    "a newer database is refused");
	again = store_open(path, 0, &e);
	ok(again == NULL && e.kind == E_CONFIG, "at opening too");
	store_close(s);
}

static void
test_open(void)
{
	struct store *s;
	FILE *f = fopen(in_dir("text"), "w");

	fputs("this is no database, but long enough to look at\n", f);
	fclose(f);
	ok(store_open(in_dir("none.db"), 0, &e) == NULL && e.kind == E_CONFIG &&
		strstr(e.msg, "trade-db init") != NULL,
	    "a missing database");
	ok(store_open(in_dir("text"), 0, &e) == NULL && e.kind == E_DATA,
	    "a text file");
	ok(store_open(dir, 0, &e) == NULL && e.kind == E_DATA, "a folder");
	ok(store_create(in_dir("a/b/c?d#e%f.db"), &e) == 1 &&
		store_create(in_dir("a/b/c?d#e%f.db"), &e) == 0,
	    "folders are made, odd names are names");
	s = store_open(in_dir("a/b/c?d#e%f.db"), STORE_READ, &e);
	ok(s != NULL &&
		sqlite3_exec(s->db, "DELETE FROM market_calendar", NULL, NULL,
		    NULL) != SQLITE_OK,
	    "a reader cannot write");
	ok(s != NULL && count(s, "PRAGMA foreign_keys") == 1,
	    "foreign keys are on");
	store_close(s);
	s = store_open(in_dir("a/b/c?d#e%f.db"), STORE_ORDERS, &e);
	ok(count(s, "PRAGMA synchronous") == 2,
	    "FULL where orders are written");
	store_close(s);
	ok(store_backup(in_dir("orders.db"), in_dir("copy.db"), &e) == 0 &&
		(s = store_open(in_dir("copy.db"), 0, &e)) != NULL &&
		count(s, "SELECT count(*) FROM orders") == 2,
	    "a backup opens");
	store_close(s);
	ok(store_backup(in_dir("orders.db"), in_dir("copy.db"), &e) == -1 &&
		e.kind == E_USAGE,
	    "a backup replaces nothing");
}

/* Rows that the constraints keep out, and a damaged file may have. */
static void
damage(struct store *s, const char *sql)
{
	ok(sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK, "%.60s",
	    sql);
}

static void
is_damaged(int rc, const void *list, int n, const char *words)
{
	ok(rc == -1 && e.kind == E_DATA && strstr(e.msg, words) != NULL &&
		list == NULL && n == 0,
	    "is refused: %s", e.msg);
	e = (struct err){ 0 };
}

static void
test_damage(void)
{
	struct store *s = fresh("damage.db");
	struct signal_row *sig;
	struct order_row *order, one;
	struct lot_row *lot;
	struct quote_row q;
	struct bar_store bars;
	won cash;
	int n, rc;

	damage(s, "PRAGMA ignore_check_constraints = ON");
	damage(s,
	    "INSERT INTO lot (strategy, code, quantity, cost, entry_date)"
	    " VALUES ('s', '005930', 0, 0, 20250314)");
	rc = store_lots(s, &lot, &n, &e);
	is_damaged(rc, lot, n, "lot: row 1");
	damage(s,
	    "INSERT INTO current_signals (day, strategy, code, side, state,"
	    " score, price, made, stamp, changed_at) VALUES (20250314, 's',"
	    " '005930', 'buy', 'pending', 1, 9223372036854775807, 905, 905,"
	    " '')");
	rc = store_signals(s, &sig, &n, &e);
	is_damaged(rc, sig, n, "current_signals: row 1");
	damage(s,
	    "INSERT INTO orders (day, strategy, code, side, why, is_market,"
	    " limit_price, quantity, sent, worked, planned_at, changed_at)"
	    " VALUES (20250314, 's', '005930', 'buy', 'signal', 0, 10000,"
	    " -1, 905, 905, '', '')");
	rc = store_orders(s, 20250314, &order, &n, &e);
	is_damaged(rc, order, n, "orders: row 1");
	is_damaged(store_order(s, 1, &one, &e), NULL, 0, "orders: row 1");
	damage(s,
	    "INSERT INTO current_quote (code, last, polled_at)"
	    " VALUES ('005930', -1, '')");
	is_damaged(
	    store_quote(s, "005930", &q, &e), NULL, 0, "current_quote: 005930");
	damage(s,
	    "INSERT INTO daily_price VALUES ('005930', 20250313, 1, 1,"
	    " 0, 1, 1)");
	bar_store_init(&bars, false);
	is_damaged(
	    store_daily(s, "005930", 20250301, 20250331, BARS_ALL, &bars, &e),
	    NULL, 0, "a price of 20250313");
	bar_store_fini(&bars);
	damage(s,
	    "INSERT INTO cash_ledger (day, amount, balance, kind, at) VALUES"
	    " (20250314, 1, 9223372036854775807, 'opening', '')");
	is_damaged(store_cash(s, &cash, &e), NULL, 0, "cash_ledger");
	store_close(s);
}

int
main(void)
{
	char cleanup[128];

	snprintf(dir, sizeof(dir), "/tmp/maemae-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	test_statements();
	test_fs();
	test_moves();
	test_orders();
	test_left();
	test_prices();
	test_again();
	test_split();
	test_quotes();
	test_calendar();
	test_signals();
	test_leases();
	test_runs();
	test_settings();
	test_drift();
	test_migrations();
	test_open();
	test_damage();
	snprintf(cleanup, sizeof(cleanup), "rm -rf '%s'", dir);
	if (system(cleanup) != 0)
		diag("could not remove %s", dir);
	return done_testing();
}
