/*
 * account_statements.c - each statement that lib/account needs fails once.
 *
 * Each flow runs again and again from the same database; each time another
 * statement cannot be prepared, fails as it runs, or finds the database
 * locked.  Then the flow says so, and the database is whole; once more without
 * a fault, it does its work.
 */
#include "sql_fail.h"

#include "account_world.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "account/alarm.h"
#include "account/config.h"
#include "account/feed.h"
#include "account/hand.h"
#include "account/reconcile.h"
#include "account/refresh.h"
#include "account/universe.h"
#include "store/quotes.h"
#include "store/requests.h"
#include "store/stocks.h"

/* ---- What the broker says beside its lists --------------------------------------- */

static const struct send_counts none_sent;
static void (*as_it_sends)(void); /* or NULL */
static won settled;               /* cash, of that broker */
static qty held;                  /* of 005930 */

static int
its_cash(struct broker *br, struct broker_cash *c, struct err *er)
{
	(void)br;
	(void)er;
	*c = (struct broker_cash){ .settled = settled, .buyable = settled };
	return 0;
}

static int
its_holdings(struct broker *br, struct broker_holdings *out, struct err *er)
{
	(void)br;
	(void)er;
	out->item = calloc(2, sizeof(*out->item));
	out->n = out->cap = 2;
	out->item[0] = (struct broker_holding){ "005930", held, held, 120000 };
	out->item[1] = (struct broker_holding){ "000660", 3, 3, 30000 };
	return 0;
}

static int
its_quotes(struct broker *br, struct broker_quote *q, int nq, struct err *er)
{
	(void)br;
	(void)er;
	for (int i = 0; i < nq; i++)
		q[i].last = q[i].base = 10000;
	return 0;
}

static int
its_bars(struct broker *br, const char *code, ymd day, hhmm from, hhmm to,
    struct bar_store *out, struct err *er)
{
	(void)br;
	(void)code;
	(void)er;
	bar_store_add(out,
	    &(struct bar){ .date = day,
		.time = from > 900 ? from : 900,
		.open = 10000,
		.high = 10000,
		.low = 10000,
		.close = 10000,
		.volume = to });
	return 0;
}

static int
its_days(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *er)
{
	(void)br;
	(void)code;
	(void)er;
	(void)from;
	bar_store_add(out,
	    &(struct bar){ .date = to,
		.open = 10000,
		.high = 10000,
		.low = 10000,
		.close = 10000,
		.volume = 1 });
	return 0;
}

static int
its_stocks(struct broker *br, struct broker_stocks *out, struct err *er)
{
	(void)br;
	(void)er;
	out->item = calloc(1, sizeof(*out->item));
	out->n = out->cap = 1;
	out->item[0] = (struct broker_stock){ "005930", "one", KIND_KOSPI, 1 };
	return 0;
}

/* ---- The database that each flow begins with -------------------------------------- */

static char start[120];
static sqlite3 *raw_db;

static void
copy_file(const char *from, const char *to)
{
	static char buf[1 << 16];
	int in = open(from, O_RDONLY);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t len;

	while ((len = read(in, buf, sizeof(buf))) > 0)
		must(write(out, buf, (size_t)len) == len, "copying");
	close(in);
	close(out);
}

static void
a_quote(const char *code)
{
	struct quote_row q = {
		.last = 10000, .base = 10000, .polled_at = v.now->now
	};

	snprintf(q.code, sizeof(q.code), "%s", code);
	must(store_put_quote(v.db, &q, &e) == 0, "a quote");
}

/* Orders in all states, shares, a strategy, prices, a difference. */
static void
make_start(void)
{
	struct strategy_row s = { .name = "a", .is_on = true };
	struct request_row r = { .kind = "amend", .limit = 10100 };
	struct request_row c = { .kind = "cancel" };
	struct trail t;
	char sql[300];
	sqlite3 *raw;

	begin();
	must(store_put_strategy(v.db, &s, &e) == 0 &&
		store_watch(v.db, "*", "005930", 1, &e) == 1,
	    "a strategy");
	s = (struct strategy_row){ .name = "b", .is_leaving = true };
	must(store_put_strategy(v.db, &s, &e) == 0, "one that goes");
	a_share("a", "005930", 10);
	a_share("MANUAL", "000660", 5);
	lost("a", "000660", SIDE_BUY, 10, 10000, "09:05:00");
	answered(sent("a", "035420", SIDE_BUY, 10, 10000, "09:05:00"), "7");
	answered(sent("a", "005930", SIDE_SELL, 5, 10000, "09:05:00"), "8");
	sent("b", "051910", SIDE_BUY, 10, 10000, "09:05:00");
	planned("b", "035720", SIDE_BUY, 10, 10000, "09:05:00");
	t = live_trail(&v, NULL);
	r.order_id = 2;
	c.order_id = 3;
	must(store_add_request(v.db, &r, &t, &e) == 0 &&
		store_move_request(
		    v.db, r.id, "planned", "sending", "", NULL, &t, &e) == 1 &&
		store_move_request(
		    v.db, r.id, "sending", "unknown", "", NULL, &t, &e) == 1 &&
		store_add_request(v.db, &c, &t, &e) == 0,
	    "requests");
	a_quote("005930");
	a_quote("000660");
	end();
	snprintf(start, sizeof(start), "%s/start.db", dir);
	must(sqlite3_open(path, &raw) == SQLITE_OK, path);
	/* Of a calendar that begins in 1990, what is looked at: it is copied
	 * a thousand times. */
	snprintf(sql, sizeof(sql),
	    "DELETE FROM market_calendar WHERE date NOT BETWEEN 20240101 AND"
	    " 20260101; VACUUM INTO '%s'",
	    start);
	must(sqlite3_exec(raw, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
	sqlite3_close(raw);
}

/* Open it anew, at a moment.  Its lists show what became of the orders. */
static void
from_start(const char *hms)
{
	char file[130];

	sqlite3_close(raw_db);
	raw_db = NULL;
	snprintf(path, sizeof(path), "%s/x.db", dir);
	snprintf(file, sizeof(file), "%s-wal", path);
	unlink(file);
	snprintf(file, sizeof(file), "%s-shm", path);
	unlink(file);
	copy_file(start, path);
	e = (struct err){ 0 };
	must(sqlite3_open(path, &raw_db) == SQLITE_OK, path);
	must(live_open(&v, "watch-fills", &opt, STORE_ORDERS, &e) == 0, "open");
	v.broker = &broker;
	nlisted = nfilled = nasked = 0;
	its_answer = PLACE_ACCEPTED;
	broker.caps = 0;
	settled = 9000000;
	held = 12;
	as_it_sends = NULL;
	lists("7", "", "035420", SIDE_BUY, 10, 10000, 905);
	listed[0].state = BO_CANCELLED;
	lists("9", "7", "035420", SIDE_BUY, 10, 10100, 906);
	fills(4, 10000);
	lists("8", "", "005930", SIDE_SELL, 5, 10000, 905);
	fills(5, 10050);
	lists("10", "", "051910", SIDE_BUY, 10, 10000, 905);
	now_is(hms);
}

/* ---- Flows: each 0 or -1 ---------------------------------------------------------------- */

static int
flow_follow(void)
{
	return follow_today(&v, &n, &e);
}

static int
flow_needed(void)
{
	return follow_needed(&v, &e) == -1 ? -1 : 0;
}

static int
flow_settle(void)
{
	int rc = store_begin(v.db, &e);

	if (rc == 0)
		rc = settle_order(&v, 1, true, 0, 0, &e);
	if (rc == 0)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
flow_settle_filled(void)
{
	int rc = store_begin(v.db, &e);

	if (rc == 0)
		rc = settle_order(&v, 1, false, 6, 9900, &e);
	if (rc == 0)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
flow_send(void)
{
	struct send_counts sent_now;
	int rc = send_begin(&v, &e);

	if (rc == -1)
		return -1;
	rc = send_planned(&v, &sent_now, &e);
	send_end(&v);
	return rc;
}

/* What is planned as the sender holds its lease. */
static int
flow_send_new(void)
{
	struct send_counts sent_now;
	int rc = send_begin(&v, &e), left[NCALLS];
	static unsigned turn;
	bool noted = fail_note;
	char code[CODE_SIZE];

	if (rc == -1)
		return -1;
	memcpy(left, fail_left, sizeof(left));
	memset(fail_left, 0, sizeof(fail_left));
	fail_note = false;
	snprintf(code, sizeof(code), "1%05u", turn++ % 100000);
	planned("a", code, SIDE_BUY, 1, 10000, "09:11:00");
	if (as_it_sends != NULL)
		as_it_sends();
	memcpy(fail_left, left, sizeof(left));
	fail_note = noted;
	rc = send_planned(&v, &sent_now, &e);
	send_end(&v);
	return rc;
}

static int
reconciled(enum reconcile_how how)
{
	struct differences d = { 0 };
	int rc = store_lease_take(v.db, v.program, 60, &v.lease, &e);

	if (rc == 0)
		rc = reconcile(&v, how, &d, &e);
	free(d.item);
	return rc;
}

static int
flow_agree(void)
{
	return reconciled(RECONCILE_AGREE);
}

static int
flow_accept(void)
{
	return reconciled(RECONCILE_ACCEPT);
}

static int
flow_check(void)
{
	return reconciled(RECONCILE_CHECK);
}

static int
flow_adopt(void)
{
	return reconcile_adopt(&v, "000660", "a", 2, &e);
}

/* As place-orders: load, decide, save. */
static int
flow_decide(void)
{
	struct plan p;
	struct err mine = { 0 };
	int rc = store_begin(v.db, &e);

	plan_init(&p);
	if (rc == 0 &&
	    (live_load(&v, LOAD_TRADE, &e) == -1 ||
		live_day_open(&v, LOAD_TRADE, &e) == -1))
		rc = -1;
	if (rc == 0)
		trade_pass(&v.w, &v.m, &v.b, &p, &mine);
	if (rc == 0 && live_save(&v, &p, &e) == -1)
		rc = -1;
	plan_fini(&p);
	if (rc == 0)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
flow_watch(void)
{
	int rc = store_begin(v.db, &e);

	if (rc == 0)
		rc = live_load(&v, LOAD_UNIVERSE, &e);
	store_rollback(v.db);
	return rc;
}

static int
flow_alarms(void)
{
	if (flow_watch() == -1)
		return -1;
	v.m.no_prices = true;
	for (int k = 0; k < v.w.nstock; k++)
		v.w.tape[k].is_rebased = true;
	return raise_alarms(&v, &none_sent, &e);
}

static int
flow_hand(void)
{
	struct trail t = live_trail(&v, "by hand");
	struct hand_sale *s = NULL;
	struct order_row *o = NULL;
	int rc = store_begin(v.db, &e), no = 0, ns;

	if (rc == 0)
		rc = store_orders(v.db, DAY, &o, &no, &e);
	for (int i = 0; i < no && rc != -1; i++)
		rc = hand_cancel(v.db, &o[i], &t, &e);
	free(o);
	if (rc != -1)
		rc = hand_sell(v.db, NULL, NULL, &t, &s, &ns, &e);
	free(s);
	if (rc != -1)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
flow_remove(void)
{
	struct trail t = live_trail(&v, "removed");
	int rc = store_begin(v.db, &e);

	if (rc == 0)
		rc = strategy_to_manual(v.db, "c", &t, &e);
	if (rc != -1)
		rc = strategy_remove_left(v.db, &t, &e);
	if (rc != -1)
		rc = strategy_remove_if_empty(v.db, "a", &t, &e);
	if (rc != -1)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
flow_refresh(void)
{
	struct refresh_counts counted = { 0 };
	struct codes codes = { 0 };
	int rc = refresh_codes(&v, &codes, &e);

	if (rc == 0)
		rc = refresh_quotes(&v, &codes, &counted, &e);
	if (rc == 0)
		rc = refresh_stocks(&v, &counted, &e);
	if (rc == 0 && refresh_is_behind(&v, &codes, &e) == -1)
		rc = -1;
	codes_fini(&codes);
	return rc;
}

/* Of one stock, so that what fails fails for all. */
static int
flow_bars(void)
{
	struct refresh_counts counted = { 0 };
	struct codes codes = { 0 };
	int rc;

	codes_add(&codes, "005930");
	rc = refresh_minutes(&v, &codes, &counted, &e);
	if (rc == 0)
		rc = refresh_daily(&v, &codes, 10, &counted, &e);
	if (rc == 0)
		rc = refresh_history_minutes(&v, &codes, 2, &counted, &e);
	codes_fini(&codes);
	return rc;
}

/* ---- What else may be there as a flow begins ------------------------------------------------ */

/* By hand, past all that watches over it. */
static void
by_hand(const char *sql)
{
	must(sqlite3_exec(raw_db, sql, NULL, NULL, NULL) == SQLITE_OK,
	    sqlite3_errmsg(raw_db));
}

static void
a_day(void)
{
	struct day_row d = { .day = DAY,
		.start_equity = 10000000,
		.start_cash = 10000000,
		.peak_equity = 10000000,
		.rejects = 1,
		.opened_at = v.now->now };

	must(store_put_day(v.db, &d, &e) == 0, "a day");
}

static void
a_strategy(const char *name, const char *daily)
{
	struct strategy_row s = { .is_on = true };

	snprintf(s.name, sizeof(s.name), "%s", name);
	snprintf(s.daily, sizeof(s.daily), "%s", daily);
	must(store_put_strategy(v.db, &s, &e) == 0, name);
}

/* A request about order id, in that state. */
static void
asked(int64_t id, const char *kind, const char *state, won limit)
{
	struct trail t = live_trail(&v, NULL);
	struct request_row r = { .order_id = id, .limit = limit };

	snprintf(r.kind, sizeof(r.kind), "%s", kind);
	must(store_add_request(v.db, &r, &t, &e) == 0, kind);
	if (strcmp(state, "planned") == 0)
		return;
	must(store_move_request(
		 v.db, r.id, "planned", "sending", "", NULL, &t, &e) == 1 &&
		store_move_request(
		    v.db, r.id, "sending", state, "", NULL, &t, &e) == 1,
	    state);
}

static void
no_requests(void)
{
	by_hand("DELETE FROM order_request");
}

static void
lots_of_one(void)
{
	a_strategy("d", "");
	a_share("d", "051910", 3);
	a_share("d", "005930", 2);
}

static void
one_to_remove(void)
{
	struct signal_row g = { .day = DAY,
		.strategy = "e",
		.code = "005930",
		.state = "pending" };

	a_strategy("e", "");
	must(store_put_signal(v.db, &g, v.now->now, &e) == 0 &&
		store_halt(v.db,
		    &(struct halt_row){ .scope = HALT_STRATEGY, .what = "e" },
		    &e) == 1,
	    "a signal, a halt");
}

static void
fewer_shares(void)
{
	a_day();
	moves(4, "sending", "unknown");
	a_share("MANUAL", "005930", 2);
	held = 3;
}

static void
little_cash(void)
{
	nlisted = nfilled = 0;
	settled = 9999500;
}

static void
new_account(void)
{
	a_day();
	nlisted = nfilled = 0;
	by_hand("DELETE FROM cash_ledger; DELETE FROM lot;"
		" DELETE FROM share_ledger");
}

static void
amends(void)
{
	no_requests();
	asked(2, "amend", "planned", 10200);
}

static void
amends_halted(void)
{
	must(
	    store_halt(v.db, &(struct halt_row){ .scope = HALT_ALL }, &e) != -1,
	    "a halt");
	amends();
}

static void
all_halted(void)
{
	as_it_sends = amends_halted;
}

static void
its_amend_is_taken(void)
{
	as_it_sends = amends;
}

static void
it_refuses(void)
{
	a_day();
	no_requests();
	asked(3, "cancel", "planned", 0);
	its_answer = PLACE_REJECTED;
}

static void
it_does_not_answer(void)
{
	no_requests();
	asked(3, "cancel", "planned", 0);
	its_answer = PLACE_UNKNOWN;
}

static void
lost_cancel(void)
{
	no_requests();
	nfilled = 0;
	listed[2].filled = 0;
	listed[2].state = BO_WORKING;
	asked(3, "cancel", "unknown", 0);
}

static void
lost_amend(void)
{
	lost_cancel();
	asked(2, "amend", "unknown", 10500);
}

static void
lost_of_the_ended(void)
{
	no_requests();
	asked(2, "amend", "unknown", 10500);
	asked(3, "cancel", "unknown", 0);
	moves(2, "open", "cancelled");
	moves(3, "open", "cancelled");
}

/* The person's, of an order that was open and is in no list. */
static void
a_person_is_asked(void)
{
	no_requests();
	nlisted = nfilled = 0;
	look("09:20:00");
}

static void
sold_by_hand(void)
{
	by_hand("DELETE FROM lot WHERE code = '005930';"
		" DELETE FROM share_ledger WHERE code = '005930'");
}

/* Totals in place of fills: growth of which no whole price gives the amount. */
static void
totals(void)
{
	broker.caps = CAP_TOTAL_FILLS;
	listed[1].filled_won++;
}

/* And one that is less than is booked. */
static void
less_than_booked(void)
{
	totals();
	must(follow_today(&v, &n, &e) == 0, "what it had filled");
	listed[1].filled--;
	now_is("09:12:00");
}

static void
too_much(void)
{
	filled[1].n = 500;
}

static void
strangers(void)
{
	broker.caps = CAP_KEY;
	for (int i = 0; i < nlisted; i++)
		snprintf(
		    listed[i].key, sizeof(listed[i].key), "maemae-99%d-1", i);
}

static void
it_rejects(void)
{
	a_day();
	nfilled = 0;
	listed[2].filled = 0;
	listed[2].state = BO_REJECTED;
}

static void
a_chooser(void)
{
	a_strategy("d", "sma:min_trading_value=1000");
}

static void
a_broken_one(void)
{
	a_strategy("d", "no_such_module");
	must(store_put_strategy_setting(
		 v.db, "d", "stop_loss_ratio", "-4", &e) == 0,
	    "a stop");
}

/* ---- And what only goes with that -------------------------------------------------------- */

/* As a person's command: all or nothing. */
static int
at_once(int (*what)(struct trail *))
{
	struct trail t = live_trail(&v, "by hand");

	if (store_begin(v.db, &e) == 0 && what(&t) != -1)
		return store_commit(v.db, &e);
	store_rollback(v.db);
	return -1;
}

static int
to_manual(struct trail *t)
{
	return strategy_to_manual(v.db, "d", t, &e);
}

static int
flow_to_manual(void)
{
	return at_once(to_manual);
}

static int
remove_it(struct trail *t)
{
	return strategy_remove_if_empty(v.db, "e", t, &e);
}

static int
flow_remove_it(void)
{
	return at_once(remove_it);
}

static int
settle_open(struct trail *t)
{
	(void)t;
	return settle_order(&v, 2, false, 4, 9900, &e);
}

static int
flow_settle_open(void)
{
	return at_once(settle_open);
}

static int
choose(struct trail *t)
{
	(void)t;
	return universe_choose(&v, &e);
}

static int
flow_choose(void)
{
	return at_once(choose);
}

static int
configure(struct trail *t)
{
	struct strategy_conf c, *list = NULL;
	int count;

	if (config_put_limit(v.db, "max_positions", "7", t->at, &e) == -1 ||
	    config_strategies(v.db, &list, &count, &e) == -1)
		return -1;
	free(list);
	return config_strategy(v.db, "a", &c, &e) == -1 ?
	    -1 :
	    config_put_strategy(v.db, &c, t->at, &e);
}

static int
flow_configure(void)
{
	return at_once(configure);
}

/* The cancel of a pass; the next one asks for it in vain. */
static int
cancel_twice(struct trail *t)
{
	struct plan p;
	struct request r = { .kind = REQ_CANCEL, .reason = "too long" };
	int rc = live_load(&v, LOAD_TRADE, &e);

	(void)t;
	if (rc == -1)
		return -1;
	plan_init(&p);
	r.order = (int)(book_order(&v.b, 2) - v.b.order);
	plan_add(&p, &r);
	rc = live_save(&v, &p, &e);
	if (rc == 0)
		rc = live_save(&v, &p, &e);
	plan_fini(&p);
	return rc;
}

static int
flow_cancel_twice(void)
{
	return at_once(cancel_twice);
}

static int
flow_feed(void)
{
	struct price_source s = account_feed(v.db);
	struct broker_stocks list = { 0 };
	enum kind kind;
	int leverage, rc = s.stocks(s.arg, &list, &e);

	free(list.item);
	return rc == -1 ? -1 : s.kind(s.arg, "005930", &kind, &leverage, &e);
}

static const struct flow {
	const char *name;
	int (*run)(void);
	const char *at;
	void (*before)(void); /* or NULL */
} flows[] = {
	{ "follow", flow_follow, "09:06:00" },
	{ "follow, late", flow_follow, "09:11:00" },
	{ "is it needed", flow_needed, "09:06:00" },
	{ "settle: absent", flow_settle, "09:11:00" },
	{ "settle: filled", flow_settle_filled, "09:11:00" },
	{ "send", flow_send, "09:06:00" },
	{ "send a new one", flow_send_new, "09:11:00" },
	{ "reconcile", flow_agree, "09:11:00" },
	{ "reconcile: accept", flow_accept, "09:11:00" },
	{ "reconcile: check", flow_check, "09:11:00" },
	{ "adopt", flow_adopt, "09:11:00" },
	{ "decide", flow_decide, "09:11:00" },
	{ "load the universe", flow_watch, "09:11:00" },
	{ "alarms", flow_alarms, "09:11:00" },
	{ "by hand", flow_hand, "09:11:00" },
	{ "remove", flow_remove, "09:11:00" },
	{ "quotes and stocks", flow_refresh, "09:11:00" },
	{ "bars", flow_bars, "09:11:00" },
	{ "to MANUAL", flow_to_manual, "09:11:00", lots_of_one },
	{ "remove one", flow_remove_it, "09:11:00", one_to_remove },
	{ "fewer shares", flow_accept, "09:11:00", fewer_shares },
	{ "little cash", flow_accept, "09:11:00", little_cash },
	{ "the first time", flow_agree, "09:11:00", new_account },
	{ "all halted", flow_send_new, "09:11:00", all_halted },
	{ "an amend", flow_send_new, "09:11:00", its_amend_is_taken },
	{ "refused", flow_send_new, "09:11:00", it_refuses },
	{ "no answer", flow_send_new, "09:11:00", it_does_not_answer },
	{ "a lost cancel", flow_follow, "09:11:00", lost_cancel },
	{ "a lost amend", flow_follow, "09:16:00", lost_amend },
	{ "lost, of the ended", flow_follow, "09:11:00", lost_of_the_ended },
	{ "settle: open", flow_settle_open, "09:21:00", a_person_is_asked },
	{ "sold by hand", flow_follow, "09:11:00", sold_by_hand },
	{ "totals", flow_follow, "09:11:00", totals },
	{ "totals, less", flow_follow, "09:11:00", less_than_booked },
	{ "too much", flow_follow, "09:11:00", too_much },
	{ "strangers", flow_follow, "09:11:00", strangers },
	{ "a rejection", flow_follow, "09:11:00", it_rejects },
	{ "choose", flow_choose, "09:11:00", a_chooser },
	{ "configure", flow_configure, "09:11:00", NULL },
	{ "a broken strategy", flow_watch, "09:11:00", a_broken_one },
	{ "cancel twice", flow_cancel_twice, "09:11:00", no_requests },
	{ "the feed", flow_feed, "09:11:00", NULL },
};

static void
found(void *arg, const char *words)
{
	(void)arg;
	printf("# %s\n", words);
}

/* Is it whole, and can the flow be run after all?  By the next program: what
 * this one could not roll back or release died with it. */
static bool
recovers(const struct flow *f)
{
	struct err mine = { 0 };
	bool damaged, whole;

	store_rollback(v.db);
	whole = store_check(v.db, found, NULL, &damaged, &mine) == 0;
	must(sqlite3_exec(raw_db, "UPDATE lease SET pid = 0", NULL, NULL,
		 NULL) == SQLITE_OK,
	    "leases");
	e = (struct err){ 0 };
	return whole && (f->run() == 0 || e.kind == E_USAGE);
}

/* What flows do over and over need not fail each time: a statement fails once
 * for each way that leads to it, by so many calls as are noted. */
#define NPLACE 16384

static uint64_t places[NWAYS][NPLACE];

static bool
is_worth(int way, int k)
{
	uint64_t hash = fail_place[way][k - 1];
	size_t i = hash % NPLACE;

	while (places[way][i] != 0 && places[way][i] != hash)
		i = (i + 1) % NPLACE;
	if (places[way][i] == hash)
		return false;
	places[way][i] = hash;
	return true;
}

static void
set_out(const struct flow *f)
{
	from_start(f->at);
	if (f->before != NULL)
		f->before();
}

static void
each_statement(const struct flow *f, int way)
{
	static const char *const how[] = { "cannot be prepared", "fail",
		"find it locked" };
	int tried = 0, silent = 0, broken = 0, missed = 0, all;

	set_out(f);
	fail_note = true;
	fail_nplace[way] = 0;
	if (f->run() == -1)
		printf("# %s: %s\n", f->name, e.msg);
	fail_note = false;
	all = fail_nplace[way];
	end();
	for (int k = 1; k <= all; k++) {
		int rc;

		if (!is_worth(way, k))
			continue;
		set_out(f);
		fail_arm(way, k);
		rc = f->run();
		missed += !fail_disarm();
		if (rc == 0 && e.kind == E_NONE)
			silent++; /* what could be left out */
		if (tried++ % 4 == 0 && !recovers(f)) {
			printf("# %s, statement %d: %s\n", f->name, k, e.msg);
			broken++;
		}
		end();
	}
	ok(all > 0 && broken == 0 && missed == 0,
	    "%s: %d of %d statements %s (%d were made good)", f->name, tried,
	    all, how[way], silent);
}

int
main(void)
{
	world_open();
	ops.cash = its_cash;
	ops.holdings = its_holdings;
	ops.quotes = its_quotes;
	ops.minute_bars = its_bars;
	ops.daily_bars = its_days;
	ops.stocks = its_stocks;
	make_start();
	for (size_t i = 0; i < NELEM(flows); i++)
		for (int way = 0; way < NWAYS; way++)
			each_statement(&flows[i], way);
	sqlite3_close(raw_db);
	world_close();
	return done_testing();
}
