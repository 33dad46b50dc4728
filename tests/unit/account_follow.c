/*
 * account_follow.c - orders without an answer (T28), against a broker whose
 * lists are written by the test: two that look alike, by hand or by another
 * strategy, lists that are late, numbers that change, an order that comes
 * after it was given up; and what a person may say of them.
 *
 * The paper broker carries our keys, so that it is never in doubt; most firms
 * do not.
 */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "account/follow.h"
#include "store/books.h"
#include "store/settings.h"
#include "store/signals.h"
#include "trade/order.h"

#define DAY 20250314

static char dir[] = "/tmp/maemae-follow-XXXXXX", path[100];
static struct opt opt = OPT_INIT;
static struct live v;

/* ---- The broker --------------------------------------------------------------- */

static struct broker_order listed[16];
static struct broker_fill filled[16];
static int nlisted, nfilled;
static bool is_away;
static void (*meanwhile)(void); /* between the two lists, once; or NULL */

static int
its_orders(struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	(void)br;
	if (is_away)
		return err_set(e, E_BROKER, "away");
	if (day != DAY)
		return 0;
	out->item = malloc(sizeof(listed));
	memcpy(out->item, listed, sizeof(listed));
	out->n = nlisted;
	out->cap = NELEM(listed);
	return 0;
}

static int
its_fills(struct broker *br, ymd day, struct broker_fills *out, struct err *e)
{
	void (*happens)(void) = meanwhile;

	(void)br;
	meanwhile = NULL;
	if (happens != NULL)
		happens();
	if (is_away)
		return err_set(e, E_BROKER, "away");
	if (day != DAY)
		return 0;
	out->item = malloc(sizeof(filled));
	memcpy(out->item, filled, sizeof(filled));
	out->n = nfilled;
	out->cap = NELEM(filled);
	return 0;
}

static struct broker_ops ops = {
	.name = "scripted", .orders = its_orders, .fills = its_fills
};
static struct broker broker = { .ops = &ops };

/* A row of its list; orig "" where it replaces none. */
static struct broker_order *
lists(const char *no, const char *orig, const char *code, enum side side, qty n,
    won limit, hhmm at)
{
	struct broker_order *o = &listed[nlisted++];

	*o = (struct broker_order){
		.side = side, .n = n, .limit = limit, .at = at
	};
	snprintf(o->broker_no, sizeof(o->broker_no), "%s", no);
	snprintf(o->orig_no, sizeof(o->orig_no), "%s", orig);
	snprintf(o->code, sizeof(o->code), "%s", code);
	return o;
}

/* A fill of the order last listed. */
static void
fills(qty n, won price)
{
	struct broker_order *o = &listed[nlisted - 1];
	struct broker_fill *f = &filled[nfilled];

	*f = (struct broker_fill){ .fill_no = ++nfilled,
		.side = o->side,
		.n = n,
		.price = price,
		.date = DAY,
		.time = o->at };
	memcpy(f->broker_no, o->broker_no, sizeof(f->broker_no));
	memcpy(f->code, o->code, sizeof(f->code));
	o->filled += n;
	o->filled_won += n * price;
	if (o->filled == o->n)
		o->state = BO_FILLED;
}

/* ---- The database ---------------------------------------------------------------- */

static struct err e;

static void
must(bool passed, const char *what)
{
	if (passed)
		return;
	printf("Bail out! %s: %s\n", what, e.msg);
	exit(1);
}

static void
now_is(const char *hms)
{
	char text[40];

	snprintf(text, sizeof(text), "2025-03-14 %s", hms);
	must(clock_parse(text, v.now) == 0, text);
	v.now->is_fixed = true;
	live_tick(&v);
}

/* A new database and an empty broker, at 09:00. */
static void
begin(void)
{
	e = (struct err){ 0 };
	snprintf(path, sizeof(path), "%s/%d.db", dir, tap_run);
	must(store_create(path, &e) == 1, "a database");
	opt.db = path;
	must(clock_parse("2025-03-14 09:00:00", &opt.now) == 0, "now");
	opt.now.is_fixed = true;
	must(live_open(&v, "watch-fills", &opt, STORE_ORDERS, &e) == 0, "open");
	v.broker = &broker;
	ops.caps = 0;
	nlisted = nfilled = 0;
	is_away = false;
	must(store_begin(v.db, &e) == 0, "begin");
	must(store_add_cash(v.db,
		 &(struct cash_row){ .day = DAY,
		     .amount = 10000000,
		     .kind = "opening",
		     .note = "",
		     .at = v.now->now },
		 &e) == 0,
	    "cash");
	must(store_commit(v.db, &e) == 0, "commit");
}

static void
end(void)
{
	v.broker = NULL;
	live_close(&v, 0, "");
	e = (struct err){ 0 };
}

/* An order on a signal, claimed at this moment.  Limit 0: at market. */
static int64_t
sent(const char *strategy, const char *code, enum side side, qty n, won limit,
    const char *hms)
{
	struct order_row o = { .day = DAY,
		.side = side,
		.attempt = 1,
		.is_market = limit == 0,
		.limit = limit,
		.n = n,
		.reserve_price = limit == 0 ? 13000 : limit };
	struct signal_row g = { .day = DAY, .side = side };
	struct trail t;

	now_is(hms);
	t = live_trail(&v, NULL);
	o.sent = o.worked = v.at;
	snprintf(o.strategy, sizeof(o.strategy), "%s", strategy);
	snprintf(o.code, sizeof(o.code), "%s", code);
	snprintf(o.state, sizeof(o.state), "planned");
	snprintf(o.why, sizeof(o.why), "signal");
	snprintf(g.strategy, sizeof(g.strategy), "%s", strategy);
	snprintf(g.code, sizeof(g.code), "%s", code);
	snprintf(g.state, sizeof(g.state), "executed");
	must(store_begin(v.db, &e) == 0 &&
		store_put_signal(v.db, &g, t.at, &e) != -1 &&
		store_put_order(v.db, &o, &t, &e) == 0 &&
		store_order_claim(v.db, o.id, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    "an order");
	return o.id;
}

static void
moves(int64_t id, const char *from, const char *to)
{
	struct trail t = live_trail(&v, NULL);

	must(store_begin(v.db, &e) == 0 &&
		store_move_order(v.db, id, from, to, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    to);
}

/* Sent, and no answer came. */
static int64_t
lost(const char *strategy, const char *code, enum side side, qty n, won limit,
    const char *hms)
{
	int64_t id = sent(strategy, code, side, n, limit, hms);

	moves(id, "sending", "unknown");
	return id;
}

static void
answered(int64_t id, const char *no)
{
	must(store_order_no(v.db, id, no, &e) == 0, "a number");
	moves(id, "sending", "open");
}

static struct follow_counts n;

/* watch-fills at this moment. */
static void
look(const char *hms)
{
	now_is(hms);
	must(follow_today(&v, &n, &e) == 0, "follow_today");
}

/* "open 7 3": state, number, filled. */
static const char *
is(int64_t id)
{
	static char text[4][80];
	static int turn;
	struct order_row o;

	turn = (turn + 1) % 4;
	must(store_order(v.db, id, &o, &e) == 1, "reading it");
	snprintf(text[turn], sizeof(text[turn]), "%s %s %lld", o.state,
	    o.broker_no[0] ? o.broker_no : "-", (long long)o.filled);
	return text[turn];
}

static const char *
alert(void)
{
	static char text[400];
	struct alert_row *a;
	int na;

	must(store_alerts(v.db, &a, &na, &e) == 0, "alerts");
	text[0] = '\0';
	for (int i = 0; i < na; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%s", i > 0 ? ", " : "", a[i].name);
	free(a);
	return text;
}

static int
halts(void)
{
	struct halt_row *h;
	int nh;

	must(store_halts(v.db, &h, &nh, &e) == 0, "halts");
	free(h);
	return nh;
}

static const char *
signal_is(const char *strategy, const char *code, enum side side)
{
	static char state[20];
	struct signal_row *g;
	int ng;

	must(store_signals(v.db, &g, &ng, &e) == 0, "signals");
	snprintf(state, sizeof(state), "none");
	for (int i = 0; i < ng; i++)
		if (strcmp(g[i].strategy, strategy) == 0 &&
		    strcmp(g[i].code, code) == 0 && g[i].side == side)
			snprintf(state, sizeof(state), "%s", g[i].state);
	free(g);
	return state;
}

/* What a person says; "" where it is taken, else the words of refusal. */
static const char *
settle(const char *hms, int64_t id, qty shares, won price)
{
	static char words[512];
	struct err mine = { 0 };

	now_is(hms);
	must(store_begin(v.db, &e) == 0, "begin");
	words[0] = '\0';
	if (follow_settle(&v, id, shares == 0, shares, price, &mine) == -1) {
		snprintf(words, sizeof(words), "%s", mine.msg);
		store_rollback(v.db);
		if (mine.kind != E_USAGE)
			printf("# error of kind %d\n", (int)mine.kind);
	} else {
		must(store_commit(v.db, &e) == 0, "commit");
	}
	return words;
}

/* The book's shares and cash. */
static const char *
holds(void)
{
	static char text[80];
	struct lot_row *l;
	won cash;
	qty sum = 0;
	int nl;

	must(store_lots(v.db, &l, &nl, &e) == 0 &&
		store_cash(v.db, &cash, &e) == 1,
	    "the book");
	for (int i = 0; i < nl; i++)
		sum += l[i].n;
	free(l);
	snprintf(
	    text, sizeof(text), "%lld %lld", (long long)sum, (long long)cash);
	return text;
}

#define says(what, words, ...) \
	ok(strstr(what, words) != NULL || !printf("# %s\n", what), __VA_ARGS__)

static void
a_share(const char *strategy, const char *code, qty shares)
{
	struct lot_row l = { .n = shares,
		.cost = shares * 10000,
		.entry_date = DAY,
		.entry_time = 900 };
	struct share_row s = { .day = DAY,
		.strategy = strategy,
		.code = code,
		.n = shares,
		.kind = "adopt",
		.note = "",
		.at = v.now->now };

	snprintf(l.strategy, sizeof(l.strategy), "%s", strategy);
	snprintf(l.code, sizeof(l.code), "%s", code);
	must(store_begin(v.db, &e) == 0 && store_put_lot(v.db, &l, &e) == 0 &&
		store_add_shares(v.db, &s, &e) == 0 &&
		store_commit(v.db, &e) == 0,
	    "shares");
}

/* ---- By its looks -------------------------------------------------------------------- */

static void
one_of_its_looks(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	lists("7", "", "005930", SIDE_BUY, 9, 55000, 905);
	lists("8", "", "005930", SIDE_BUY, 10, 54900, 905);
	lists("9", "", "005930", SIDE_SELL, 10, 55000, 905);
	lists("10", "", "000660", SIDE_BUY, 10, 55000, 905);
	lists("11", "", "005930", SIDE_BUY, 10, 55000, 903);
	listed[nlisted - 1].state = BO_CANCELLED;
	look("09:06:00");
	is_str(is(id), "unknown - 0", "others that differ in one thing");
	lists("12", "", "005930", SIDE_BUY, 10, 55000, 905);
	fills(4, 54900);
	look("09:06:30");
	is_str(is(id), "part 12 4", "the one that is like it");
	look("09:06:40");
	is_str(is(id), "part 12 4", "once");
	end();

	/* Its own clock may be a little behind, but not more. */
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:03");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 904);
	look("09:06:00");
	is_str(is(id), "open 7 0", "three seconds before by the broker");
	end();
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:33");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 904);
	look("09:06:00");
	is_str(is(id), "unknown - 0", "half a minute before is another");
	end();
}

static void
by_hand_and_later(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	is_away = true;
	now_is("09:30:00");
	is_int(follow_today(&v, &n, &e), -1, "silence is not an answer");
	is_away = false;
	lists("70", "", "005930", SIDE_BUY, 10, 55000, 920);
	fills(10, 55000);
	look("09:30:00");
	is_str(is(id), "unknown - 0",
	    "one that a person sent long after is not ours");
	look("09:30:01");
	is_str(is(id), "expired - 0", "and keeps ours from nothing");
	is_str(holds(), "0 10000000", "nothing is booked");
	end();
}

static void
twins(void)
{
	int64_t a, b;

	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	b = lost("b", "005930", SIDE_BUY, 10, 55000, "09:05:11");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	look("09:06:00");
	look("09:07:30");
	look("09:08:30");
	is_str(is(a), "unknown - 0", "one of two: nobody can tell");
	is_str(is(b), "unknown - 0", "whose it is");
	is_str(alert(), "", "for five minutes");
	look("09:10:12");
	is_str(alert(), "unknown order 1, unknown order 2",
	    "then a person is asked");
	is_str(settle("09:12:00", b, 0, 0), "", "who knows");
	look("09:12:10");
	is_str(is(a), "open 7 0", "so that the other is known, too");
	is_str(alert(), "", "and all is said");
	end();

	/* The other one is just being sent by another program. */
	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	b = sent("b", "005930", SIDE_BUY, 10, 55000, "09:06:00");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 906);
	look("09:06:00");
	is_str(is(a), "unknown - 0", "one that is being sent may be it");
	answered(b, "7");
	look("09:06:30");
	is_str(is(a), "unknown - 0", "and was");
	is_str(is(b), "open 7 0", "by its number");
	look("09:07:20");
	look("09:07:21");
	is_str(is(a), "expired - 0", "so the first never arrived");
	is_str(signal_is("a", "005930", SIDE_BUY), "pending",
	    "and its signal waits again");
	is_str(signal_is("b", "005930", SIDE_BUY), "executed",
	    "the other's does not");
	end();
}

/* ---- Late ---------------------------------------------------------------------------------- */

static void
late_lists(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	look("09:06:00");
	look("09:07:00");
	is_str(is(id), "unknown - 0", "120 seconds are not later than 120");
	look("09:07:01");
	is_str(is(id), "unknown - 0", "one look is not two");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 906);
	look("09:07:02");
	is_str(is(id), "open 7 0", "a list that is late by a minute");
	end();
}

static void
after_all(unsigned caps)
{
	const char *how = caps & CAP_KEY ? "by its key" : "by its looks";
	struct broker_order *o;
	struct order_row row;
	int64_t id;

	begin();
	ops.caps = caps;
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	look("09:07:01");
	look("09:08:00");
	is_str(is(id), "expired - 0", "given up");
	o = lists("7", "", "005930", SIDE_BUY, 10, 55000, 908);
	if (caps & CAP_KEY)
		live_key(&row, o->key, sizeof(o->key));
	look("09:09:00");
	is_str(alert(), "orders not of this database",
	    "and comes after all: a person is told (%s)", how);
	is_int(halts(), 1, "and entries halt");
	if (caps & CAP_KEY) {
		fills(10, 54000);
		look("09:10:00");
		is_str(is(id), "filled 7 10", "its fills are booked");
	}
	end();
}

/* A new intention that looks the same has its number: it is not the old. */
static void
new_intention(void)
{
	int64_t a, b;

	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	look("09:07:01");
	look("09:08:00");
	b = sent("b", "005930", SIDE_BUY, 10, 55000, "09:08:00");
	answered(b, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 908);
	look("09:09:00");
	is_str(is(a), "expired - 0", "the old one");
	is_str(is(b), "open 7 0", "the new one");
	is_str(alert(), "", "and no stranger");
	end();
}

/* ---- Numbers that change ----------------------------------------------------------------------- */

static void
renumbered(unsigned caps, bool newest_first)
{
	struct broker_order swap;
	struct order_row row;
	int64_t id;

	begin();
	ops.caps = caps;
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	lists("1", "", "005930", SIDE_BUY, 10, 55000, 905);
	if (caps & CAP_KEY)
		live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(2, 55000);
	listed[0].state = BO_CANCELLED;
	/* A person amends it twice at the broker's own screen. */
	lists("2", "1", "005930", SIDE_BUY, 8, 55100, 906);
	listed[1].state = BO_CANCELLED;
	lists("3", "2", "005930", SIDE_BUY, 8, 55200, 906);
	fills(1, 55200);
	if (newest_first) {
		swap = listed[0];
		listed[0] = listed[2];
		listed[2] = swap;
	}
	look("09:06:30");
	is_str(is(id) + 0, "part 3 3", "twice a new number, %s, %s",
	    caps & CAP_KEY ? "keys" : "no keys",
	    newest_first ? "newest first" : "oldest first");
	look("09:06:40");
	is_str(is(id), "part 3 3", "it goes on under the last");
	listed[newest_first ? 0 : 2].state = BO_CANCELLED;
	look("09:07:00");
	is_str(is(id), "cancelled 3 3", "and ends with it");
	end();
}

/* What no broker should say: an order that replaces itself, two that replace
 * each other. */
static void
rings(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	lists("1", "1", "005930", SIDE_BUY, 10, 55000, 905)->state =
	    BO_CANCELLED;
	look("09:06:00");
	is_str(is(id), "cancelled 1 0", "replaced by itself, it is at its end");
	end();
	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	lists("1", "2", "005930", SIDE_BUY, 10, 55000, 905);
	lists("2", "1", "005930", SIDE_BUY, 10, 55000, 905);
	look("09:06:00");
	says(is(id), "open", "a ring of two ends in time");
	end();
}

/* The same row on two pages, and a page whose token loops. */
static void
doubled(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	fills(10, 54900);
	listed[1] = listed[2] = listed[0];
	filled[1] = filled[2] = filled[0];
	nlisted = nfilled = 3;
	look("09:06:00");
	is_str(is(id), "filled 7 10", "a row that is listed three times");
	is_str(holds(), "10 9451000", "is booked once");
	end();
}

/* ---- Partly filled, then gone ---------------------------------------------------------------------- */

static int64_t
part_and_gone(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	fills(4, 9900);
	look("09:06:00");
	is_str(is(id), "part 7 4", "partly filled");
	return id;
}

static void
gone(void)
{
	int64_t id = part_and_gone();

	is_str(settle("09:06:10", id, 0, 0) + 0,
	    "--settle: order 1 works at the broker, by its last word; to take"
	    " it back: cancel-order 1",
	    "a person may not settle what the broker lists");
	nlisted = nfilled = 0;
	look("09:09:00");
	is_str(alert(), "", "gone from the list");
	look("09:10:01");
	is_str(alert(), "unknown order 1", "after five minutes it is told");
	is_str(is(id), "part 7 4", "and silence has ended nothing");
	is_str(settle("09:11:00", id, 3, 9900),
	    "--settle: 4 shares of order 1 are booked already; say how many it"
	    " filled in all",
	    "fewer than are booked");
	is_str(settle("09:11:00", id, 11, 9900),
	    "--settle: order 1 is for 10 shares", "more than there are");
	is_str(settle("09:11:00", id, 6, 9950), "",
	    "6 in all, at 9950 on average");
	is_str(is(id), "expired 7 6", "two more, and the rest was not");
	/* 6 * 9950 = 59700; 39600 were booked. */
	is_str(holds(), "6 9940300", "to the won");
	is_str(alert(), "", "no alert stands");
	says(settle("09:12:00", id, 6, 9950), "is expired",
	    "what is settled stays so");
	end();

	id = part_and_gone();
	nlisted = nfilled = 0;
	look("09:10:01");
	is_str(settle("09:11:00", id, 4, 9900), "", "no more than is booked");
	is_str(is(id), "expired 7 4", "only the rest ends");
	is_str(holds(), "4 9960400", "nothing is booked twice");
	end();

	id = part_and_gone();
	nlisted = nfilled = 0;
	look("09:10:01");
	is_str(settle("09:11:00", id, 0, 0), "", "nothing more");
	is_str(is(id), "expired 7 4", "what was filled stays");
	is_str(signal_is("a", "005930", SIDE_BUY), "executed",
	    "and the entry is done");
	end();
}

/* ---- What a person may say ---------------------------------------------------------------------------- */

static void
too_early(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	is_str(settle("09:06:00", id, 0, 0),
	    "--settle: order 1 may still arrive at the broker; look again and"
	    " say so after 09:07:00",
	    "absent, while it may be under way (S2)");
	is_str(settle("09:07:00", id, 0, 0) + 0,
	    "--settle: order 1 may still arrive at the broker; look again and"
	    " say so after 09:07:00",
	    "for 120 seconds");
	is_str(signal_is("a", "005930", SIDE_BUY), "executed",
	    "its signal does not act again");
	is_str(settle("09:07:01", id, 0, 0), "", "then it is taken");
	is_str(signal_is("a", "005930", SIDE_BUY), "pending", "and it does");
	is_str(is(id), "expired - 0", "absent");
	says(
	    settle("09:08:00", id, 5, 10000), "is expired", "twice is refused");
	says(settle("09:08:00", 99, 0, 0), "there is no order 99", "none such");
	end();
}

static void
wrong_prices(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	says(settle("09:06:00", id, 10, 10001),
	    "order 1 was to buy at 10000 at most", "above its limit");
	says(settle("09:06:00", id, 10, INT64_MAX), "10000 at most",
	    "far above it");
	is_str(settle("09:06:00", id, 10, 9000), "", "below it");
	is_str(is(id), "filled - 10", "is a better price");
	end();

	begin();
	a_share("a", "005930", 10);
	id = lost("a", "005930", SIDE_SELL, 10, 10000, "09:05:00");
	says(settle("09:06:00", id, 10, 9999),
	    "order 1 was to sell at 10000 at least", "below its limit");
	says(settle("09:06:00", id, 10, INT64_MAX), "cannot be",
	    "more than can be counted");
	is_str(settle("09:06:00", id, 6, 10500), "", "above it");
	is_str(is(id), "expired - 6", "is a better price");
	is_str(signal_is("a", "005930", SIDE_SELL), "pending",
	    "the rest of an exit waits again");
	end();

	/* At market anything may come, but a buy beyond the day's limit. */
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 0, "09:05:00");
	says(settle("09:06:00", id, 10, 13001), "at 13000 at most",
	    "more than the day allows");
	is_str(settle("09:06:00", id, 10, 12999), "", "at market");
	end();
	begin();
	a_share("a", "005930", 10);
	id = lost("a", "005930", SIDE_SELL, 10, 0, "09:05:00");
	is_str(settle("09:06:00", id, 10, 7000), "", "a sell at market");
	is_str(is(id), "filled - 10", "is done");
	end();
}

/* An amend whose answer was lost may have arrived: its limit counts, too. */
static void
wrong_prices_amended(void)
{
	struct request_row r = { .kind = "amend", .limit = 10100 };
	struct trail t;
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	t = live_trail(&v, NULL);
	r.order_id = id;
	must(store_begin(v.db, &e) == 0 &&
		store_add_request(v.db, &r, &t, &e) == 0 &&
		store_move_request(
		    v.db, r.id, "planned", "sending", "", NULL, &t, &e) == 1 &&
		store_move_request(
		    v.db, r.id, "sending", "unknown", "", NULL, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    "an amend");
	look("09:10:01");
	is_str(alert(), "unknown order 1", "gone from the list");
	says(settle("09:11:00", id, 10, 10101), "10100 at most",
	    "above the limit that it may have");
	is_str(settle("09:11:00", id, 10, 10100), "", "at that limit");
	is_str(is(id), "filled 7 10", "done");
	end();
}

static void
wrong_states(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	says(settle("09:09:00", id, 0, 0), "is sending",
	    "one that is being sent");
	answered(id, "7");
	says(settle("09:09:00", id, 0, 0), "cancel-order 1", "one that works");
	end();
}

/* What the broker says later counts beside what a person said. */
static void
against_the_broker(void)
{
	struct order_row row;
	int64_t id;

	begin(); /* absent, and it works after all */
	ops.caps = CAP_KEY;
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	is_str(settle("09:08:00", id, 0, 0), "", "absent, a person says");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(3, 10000);
	look("09:09:00");
	is_str(is(id), "expired 7 3", "what it filled is booked all the same");
	is_str(alert(), "orders not of this database", "and told");
	is_int(halts(), 1, "entries halt");
	fills(7, 10000);
	look("09:10:00");
	is_str(is(id), "filled 7 10", "to its end");
	is_str(holds(), "10 9900000", "once each");
	end();

	begin(); /* filled, and otherwise */
	ops.caps = CAP_KEY;
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	is_str(settle("09:08:00", id, 6, 9950), "", "six, a person says");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(6, 9950);
	look("09:09:00");
	is_str(is(id), "expired 7 6", "the same six are not booked again");
	is_str(holds(), "6 9940300", "to the won");
	is_str(alert(), "orders not of this database",
	    "but that the rest works is told");
	end();
}

/* ---- Two followers at once ------------------------------------------------------ */

/* sync-account, which began before watch-fills did, and takes its time. */
static struct live slow;
static struct opt slow_opt = OPT_INIT;

static void
slow_one_looks(void)
{
	struct follow_counts slow_n;

	must(follow_today(&slow, &slow_n, &e) == 0, "the other's look");
}

static void
its_cancel_is_done(void)
{
	listed[0].state = BO_CANCELLED;
	slow_one_looks();
}

static void
its_amend_arrives(void)
{
	listed[0].limit = 1010;
	slow_one_looks();
}

/* Both with the wall's clock: it began ten seconds ago, we five. */
static void
begin_two(void)
{
	slow_opt = opt;
	must(live_open(&slow, "sync-account", &slow_opt, STORE_ORDERS, &e) == 0,
	    "the other");
	slow.broker = &broker;
	*slow.now = (struct clock){ .now = wall_seconds() - 10 };
	*v.now = (struct clock){ .now = wall_seconds() - 5 };
}

static void
end_two(void)
{
	slow.broker = NULL;
	live_close(&slow, 0, "");
	end();
}

/* What the other writes is of the moment at which it writes it, or our lists
 * would pass for newer than that. */
static void
two_at_once(void)
{
	struct request_row r = { .kind = "amend", .limit = 1010 };
	struct order_row o;
	struct trail t;
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	begin_two();
	meanwhile = its_cancel_is_done;
	must(follow_today(&v, &n, &e) == 0, "follow_today");
	is_str(is(id), "cancelled 7 0", "the other saw it end");
	is_str(alert(), "", "our older list says it works: no stranger");
	is_int(halts(), 0, "and no halt");
	end_two();

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	r.order_id = id;
	t = live_trail(&v, NULL);
	must(store_add_request(v.db, &r, &t, &e) == 0 &&
		store_move_request(
		    v.db, r.id, "planned", "sending", "", NULL, &t, &e) == 1 &&
		store_move_request(
		    v.db, r.id, "sending", "unknown", "", NULL, &t, &e) == 1,
	    "an amend without an answer");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	begin_two();
	meanwhile = its_amend_arrives;
	must(follow_today(&v, &n, &e) == 0, "follow_today");
	must(store_order(v.db, id, &o, &e) == 1, "reading it");
	is_int(o.limit, 1010, "the limit does not go back to our older list's");
	end_two();
}

int
main(void)
{
	char command[100];

	if (mkdtemp(dir) == NULL)
		return 1;
	opt.config = "/nonexistent";
	one_of_its_looks();
	by_hand_and_later();
	twins();
	late_lists();
	after_all(0);
	after_all(CAP_KEY);
	new_intention();
	for (int i = 0; i < 4; i++)
		renumbered(i & 1 ? CAP_KEY : 0, i & 2);
	doubled();
	rings();
	gone();
	too_early();
	wrong_prices();
	wrong_prices_amended();
	wrong_states();
	against_the_broker();
	two_at_once();
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
