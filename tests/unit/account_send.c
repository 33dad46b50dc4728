/*
 * account_send.c - what comes between the decision and the first byte: halts
 * are read again as an order is claimed (S9), and its minute must not be over
 * (S12).  The broker here counts, and lets a halt come while it is asked.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "account/send.h"
#include "store/books.h"
#include "store/requests.h"
#include "store/settings.h"
#include "store/signals.h"
#include "tap.h"

#define DAY    20250314
#define MINUTE 905

static char dir[64];
static struct err e;
static struct clock now;
static struct live v;
static int asked;                     /* requests that reached the broker */
static char asked_code[CODE_SIZE];    /* and what the last was about */
static const struct halt_row *coming; /* a halt that comes as it is asked */
static int closed;                    /* so many answers say "closed" */
static int unsent;                    /* so many do not get there */

static enum place
take(struct broker *b, const struct broker_request *q, struct ack *ack)
{
	(void)b;
	*ack = (struct ack){ 0 };
	if (unsent > 0) {
		unsent--;
		*ack = (struct ack){ .is_unsent = true,
			.reason = "no route to host" };
		return PLACE_REJECTED;
	}
	snprintf(ack->broker_no, sizeof(ack->broker_no), "%d", ++asked);
	memcpy(asked_code, q->code, sizeof(asked_code));
	if (coming != NULL)
		store_halt(v.db, coming, &e);
	coming = NULL;
	if (closed > 0) {
		closed--;
		*ack = (struct ack){ .is_market_closed = true,
			.reason = "no session today" };
		return PLACE_REJECTED;
	}
	return PLACE_ACCEPTED;
}

static const struct broker_ops ops = {
	.name = "counting", .place = take, .amend = take, .cancel = take
};
static struct broker broker = { .ops = &ops };

/* A new database in which we are about to send, at 09:05:00. */
static void
begin(void)
{
	static int n;
	char path[128];

	snprintf(path, sizeof(path), "%s/%d.db", dir, n++);
	clock_parse("2025-03-14 09:05:00", &now);
	v = (struct live){ .program = "test",
		.now = &now,
		.date = DAY,
		.at = MINUTE,
		.broker = &broker };
	asked = closed = 0;
	coming = NULL;
	if (store_create(path, &e) == -1 ||
	    (v.db = store_open(path, STORE_ORDERS, &e)) == NULL ||
	    send_begin(&v, &e) == -1) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
}

static void
end(void)
{
	send_end(&v);
	store_close(v.db);
}

/* What a pass decided: planned, and not sent yet. */
static int64_t
decided(const char *code, enum side side)
{
	struct order_row o = { .day = DAY,
		.side = side,
		.attempt = 1,
		.limit = 55000,
		.n = 10,
		.sent = MINUTE,
		.worked = MINUTE };
	struct trail t = live_trail(&v, NULL);

	strcpy(o.strategy, "gold");
	strcpy(o.code, code);
	strcpy(o.state, "planned");
	strcpy(o.why, "signal");
	if (store_put_order(v.db, &o, &t, &e) == -1)
		printf("# %s\n", e.msg);
	return o.id;
}

/* The signal that it acts on. */
static void
signalled(const char *code, enum side side)
{
	struct signal_row g = { .day = DAY,
		.side = side,
		.made = MINUTE,
		.stamp = MINUTE,
		.is_said = true };

	strcpy(g.strategy, "gold");
	strcpy(g.code, code);
	strcpy(g.state, "executed");
	if (store_put_signal(v.db, &g, now.now, &e) == -1)
		printf("# %s\n", e.msg);
}

static const char *
state_of(int64_t order)
{
	static struct order_row o;

	return store_order(v.db, order, &o, &e) == 1 ? o.state : "gone";
}

/* One word of the database. */
static const char *
word(const char *sql)
{
	static char buf[200];
	sqlite3 *db;
	sqlite3_stmt *st;
	const unsigned char *s = NULL;
	char path[128];

	snprintf(path, sizeof(path), "%s", store_path(v.db));
	sqlite3_open(path, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		s = sqlite3_column_text(st, 0);
	snprintf(buf, sizeof(buf), "%s", s == NULL ? "-" : (const char *)s);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return buf;
}

static struct halt_row
a_halt(enum halt_scope scope, const char *what)
{
	struct halt_row h = { .scope = scope, .since = now.now };

	snprintf(h.what, sizeof(h.what), "%s", what);
	return h;
}

/* ---- A halt after the decision --------------------------------------------- */

static void
halted_after_it_was_planned(void)
{
	static const struct {
		enum halt_scope scope;
		const char *what;
		bool buy_goes, sell_goes;
	} cases[] = {
		{ HALT_ALL, "", false, false },
		{ HALT_ENTRIES, "", false, true },
		{ HALT_STRATEGY, "gold", false, true },
		{ HALT_STRATEGY, "silver", true, true },
		{ HALT_CODE, "005930", false, true },
		{ HALT_CODE, "000660", true, true },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		for (int k = 0; k < 2; k++) {
			enum side side = k == 0 ? SIDE_BUY : SIDE_SELL;
			bool goes = k == 0 ? cases[i].buy_goes :
					     cases[i].sell_goes;
			struct halt_row h;
			struct send_counts n;
			int64_t id;

			begin();
			signalled("005930", side);
			id = decided("005930", side);
			h = a_halt(cases[i].scope, cases[i].what);
			store_halt(v.db, &h, &e);
			is_int(send_planned(&v, &n, &e), 0,
			    "%s %s halted after a %s was planned",
			    halt_scope_name(h.scope), h.what,
			    k == 0 ? "buy" : "sell");
			is_int(asked, goes, "it %s", goes ? "goes" : "stays");
			is_int(n.sent, goes, "and is counted so");
			is_str(state_of(id), goes ? "open" : "expired",
			    "its state");
			is_str(word("SELECT state || ' ' || reason FROM"
				    " current_signals"),
			    goes ? "executed " :
				   "pending halted before it was sent",
			    "its signal");
			end();
		}
}

static void
halted_between_two_orders(void)
{
	struct send_counts n;
	struct halt_row h;
	int64_t first, second, sell;

	begin();
	first = decided("005930", SIDE_BUY);
	second = decided("000660", SIDE_BUY);
	sell = decided("035420", SIDE_SELL);
	h = a_halt(HALT_ENTRIES, "");
	coming = &h; /* while the broker answers the first */
	is_int(send_planned(&v, &n, &e), 0,
	    "entries are halted while the first of three orders is sent");
	is_str(state_of(first), "open", "the first was out already");
	is_str(state_of(second), "expired", "the second is not sent");
	is_str(state_of(sell), "open", "the sell goes");
	is_int(asked, 2, "two reached the broker");
	is_str(word("SELECT group_concat(state || '>' || next) FROM"
		    " trading_log WHERE order_id = 2 AND state IS NOT NULL"),
	    "planned>expired", "the second never was sending");
	is_int(send_planned(&v, &n, &e), 0, "sent again");
	is_int(asked, 2, "nothing more goes");
	end();
}

/* ---- Requests about orders ------------------------------------------------- */

static int64_t
request(int64_t order, const char *kind)
{
	struct request_row r = { .order_id = order, .limit = 55100 };
	struct trail t = live_trail(&v, NULL);

	snprintf(r.kind, sizeof(r.kind), "%s", kind);
	if (store_add_request(v.db, &r, &t, &e) == -1)
		printf("# %s\n", e.msg);
	return r.id;
}

static void
amends_and_cancels(void)
{
	struct send_counts n;
	struct halt_row h;
	int64_t order;

	begin();
	order = decided("005930", SIDE_BUY);
	send_planned(&v, &n, &e);
	is_str(state_of(order), "open", "an order works");
	request(order, "amend");
	request(order, "cancel");
	h = a_halt(HALT_ALL, "");
	store_halt(v.db, &h, &e);
	is_int(send_planned(&v, &n, &e), 0, "all is halted");
	is_int(asked, 2, "its cancel goes all the same");
	is_str(word("SELECT group_concat(kind || ' ' || state, ', ') FROM"
		    " (SELECT * FROM order_request WHERE kind <> 'new'"
		    " ORDER BY kind)"),
	    "amend dropped, cancel accepted", "its amend does not");
	end();
}

/* ---- A minute that is over ------------------------------------------------- */

static void
slept(void)
{
	static const struct {
		const char *now;
		bool buy_goes, sell_goes;
	} cases[] = {
		{ "2025-03-14 09:05:59", true, true },
		{ "2025-03-14 09:06:59", true, true }, /* a slow broker */
		{ "2025-03-14 09:07:00", false, true },
		{ "2025-03-14 15:00:00", false, true },
		{ "2025-03-17 09:05:00", false, false },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct send_counts n;
		int64_t buy, sell;

		begin();
		buy = decided("005930", SIDE_BUY);
		sell = decided("000660", SIDE_SELL);
		clock_parse(cases[i].now, &now);
		is_int(send_planned(&v, &n, &e), 0,
		    "planned at 09:05, sent at %s", cases[i].now);
		is_str(state_of(buy), cases[i].buy_goes ? "open" : "expired",
		    "the buy");
		is_str(state_of(sell), cases[i].sell_goes ? "open" : "expired",
		    "the sell");
		is_int(asked, cases[i].buy_goes + cases[i].sell_goes,
		    "what reached the broker");
		end();
	}
}

static const struct session hours = { .date = DAY,
	.is_open = true,
	.entry = 830,
	.open = 900,
	.auction = 1520,
	.close = 1530 };

/* The exchange takes nothing after the close, so nothing is sent (S12). */
static void
after_the_close(void)
{
	struct send_counts n;
	int64_t working, sell;

	for (int over = 0; over < 2; over++) {
		begin();
		v.ses = &hours;
		working = decided("005930", SIDE_BUY);
		send_planned(&v, &n, &e);
		is_str(state_of(working), "open", "an order works");
		request(working, "cancel");
		sell = decided("000660", SIDE_SELL);
		clock_parse(
		    over ? "2025-03-14 15:30:00" : "2025-03-14 15:29:59", &now);
		is_int(send_planned(&v, &n, &e), 0,
		    "planned before the close, sent %s",
		    over ? "at it" : "a second before");
		is_int(asked, over ? 1 : 3, "what reached the broker");
		is_str(state_of(sell), over ? "expired" : "open", "the sell");
		is_str(word("SELECT state FROM order_request WHERE kind ="
			    " 'cancel'"),
		    over ? "dropped" : "accepted", "the cancel");
		end();
	}
}

static void
before_the_session(void)
{
	struct send_counts n;
	int64_t working, sell;

	begin();
	v.ses = &hours;
	working = decided("005930", SIDE_SELL);
	send_planned(&v, &n, &e);
	is_str(state_of(working), "open", "an order works");
	request(working, "amend");
	sell = decided("000660", SIDE_SELL);
	clock_parse("2025-03-14 08:29:59", &now);
	is_int(send_planned(&v, &n, &e), 0, "the clock was put back since");
	is_int(asked, 1, "nothing more reaches the broker");
	is_str(state_of(sell), "expired", "the sell");
	is_str(word("SELECT state FROM order_request WHERE kind = 'amend'"),
	    "dropped", "the amend");
	end();
}

/* ---- A broker that says "closed" -------------------------------------------- */

/* Five orders; the first so many are refused as closed at this time.  Rows of
 * rejections do not grow, signals wait again, exits are tried. */
static void
told_closed(void)
{
	static const struct session ses = { .date = DAY,
		.is_open = true,
		.entry = 830,
		.open = 905,
		.auction = 1520,
		.close = 1530 };
	static const struct {
		const char *what, *now;
		int told;
		const char *states; /* three buys, two sells */
		int asked, counted;
		int entries; /* of the nine of the day */
	} cases[] = {
		{ "all", "2025-03-14 09:06:00", 9, "eeeee", 4, 4, 6 },
		{ "one stock's matter", "2025-03-14 09:06:00", 1, "eoooo", 5, 0,
		    8 },
		{ "a buy after two stays", "2025-03-14 09:06:00", 2, "eeeoo", 4,
		    0, 6 },
		{ "clocks differ at the open", "2025-03-14 09:05:59", 9,
		    "eeeee", 5, 0, 6 },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		static const char *const code[] = { "005930", "000660",
			"035420", "005380", "051910" };
		struct day_row day = { .day = DAY, .rejects = 2, .entries = 9 };
		struct send_counts n;
		char states[8] = "", left[12];
		int64_t id[5];

		begin();
		v.ses = &ses;
		is_int(store_put_day(v.db, &day, &e), 0, "a day of two");
		for (int k = 0; k < 5; k++) {
			signalled(code[k], k < 3 ? SIDE_BUY : SIDE_SELL);
			id[k] = decided(code[k], k < 3 ? SIDE_BUY : SIDE_SELL);
		}
		closed = cases[i].told;
		clock_parse(cases[i].now, &now);
		is_int(
		    send_planned(&v, &n, &e), 0, "closed: %s", cases[i].what);
		for (int k = 0; k < 5; k++)
			states[k] = state_of(id[k])[0];
		is_str(states, cases[i].states, "what became of the orders");
		is_int(asked, cases[i].asked, "how many were tried");
		is_int(n.closed, cases[i].counted, "is the calendar doubted");
		is_str(word("SELECT rejects FROM session_state"),
		    strchr(states, 'o') != NULL ? "0" : "2",
		    "the row of rejections is not longer");
		snprintf(left, sizeof(left), "%d", cases[i].entries);
		is_str(word("SELECT entries FROM session_state"), left,
		    "what the broker did not take is no entry of the day");
		is_str(word("SELECT state FROM current_signals WHERE code ="
			    " '005930'"),
		    "pending", "its signal waits again");
		is_str(word("SELECT message FROM trading_log WHERE order_id = 1"
			    " AND next = 'expired'"),
		    "no session today", "the log has the broker's words");
		end();
	}
}

/* A network that is away for a minute freezes nothing: no broker refused. */
static void
on_the_way(void)
{
	struct day_row day = { .day = DAY, .rejects = 2, .entries = 9 };
	struct send_counts n;
	int64_t buy, sell;

	begin();
	v.ses = &hours;
	is_int(store_put_day(v.db, &day, &e), 0, "a day of two");
	signalled("005930", SIDE_BUY);
	signalled("000660", SIDE_SELL);
	buy = decided("005930", SIDE_BUY);
	sell = decided("000660", SIDE_SELL);
	unsent = 2;
	is_int(send_planned(&v, &n, &e), 0, "the network is away");
	is_str(state_of(buy), "expired", "the buy");
	is_str(state_of(sell), "expired", "the sell");
	is_int(n.rejected, 2, "both are told");
	is_int(n.closed, 0, "the calendar is not doubted");
	is_str(word("SELECT rejects || ' ' || entries FROM session_state"),
	    "2 8", "no row of rejections, no entry of the day");
	is_str(word("SELECT group_concat(state) FROM current_signals"),
	    "pending,pending", "both signals wait again");
	end();
}

/* A cancel that did not get there is still wanted: its order works on, and
 * the list will say so. */
static void
cancel_on_the_way(void)
{
	struct send_counts n;
	struct order_row o;
	struct trail t;

	begin();
	decided("005930", SIDE_BUY);
	is_int(send_planned(&v, &n, &e), 0, "an order goes out");
	is_int(store_order(v.db, 1, &o, &e), 1, "and works");
	o.wants_cancel = true;
	t = live_trail(&v, NULL);
	store_put_order(v.db, &o, &t, &e);
	request(1, "cancel");
	unsent = 1;
	is_int(send_planned(&v, &n, &e), 0, "its cancel does not");
	is_str(word("SELECT state || ' ' || answer FROM order_request WHERE"
		    " kind = 'cancel'"),
	    "refused no route to host", "which is told");
	is_str(word("SELECT state || ' ' || wants_cancel FROM orders"),
	    "open 1", "and it is still wanted");
	request(1, "cancel");
	closed = 1;
	is_int(send_planned(&v, &n, &e), 0, "the broker refuses one");
	is_str(word("SELECT state || ' ' || wants_cancel FROM orders"),
	    "open 0", "and its word counts");
	end();
}

int
main(void)
{
	char clean[128];

	snprintf(dir, sizeof(dir), "%s/maemae-send-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 1;
	halted_after_it_was_planned();
	halted_between_two_orders();
	amends_and_cancels();
	slept();
	after_the_close();
	before_the_session();
	told_closed();
	on_the_way();
	cancel_on_the_way();
	snprintf(clean, sizeof(clean), "rm -r '%s'", dir);
	if (system(clean) != 0)
		return 1;
	return done_testing();
}
