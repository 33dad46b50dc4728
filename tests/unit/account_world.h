/*
 * account_world.h - a program's view of an account (struct live) within a
 * test: a database of its own, a clock that the test sets, and a broker whose
 * lists are written by the test and whose answers are told in advance.
 */
#ifndef ACCOUNT_WORLD_H
#define ACCOUNT_WORLD_H

#include <sqlite3.h>

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "account/follow.h"
#include "account/send.h"
#include "account/settle.h"
#include "store/books.h"
#include "store/requests.h"
#include "store/settings.h"
#include "store/signals.h"
#include "trade/order.h"

#define DAY 20250314

static char dir[40], path[100];
static struct opt opt = OPT_INIT;
static struct live v;

/* ---- The broker --------------------------------------------------------------- */

static struct broker_order listed[16];
static struct broker_fill filled[16];
static int nlisted, nfilled;
static bool is_away;
static bool is_forgotten;       /* it does not list the day any more */
static bool is_short;           /* it says that its list is not all there is */
static void (*meanwhile)(void); /* between the two lists, once; or NULL */

__attribute__((unused)) static int
its_orders(struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	(void)br;
	if (is_away)
		return err_set(e, E_BROKER, "away");
	if (is_forgotten)
		return 1;
	if (day != DAY)
		return 0;
	out->item = malloc(sizeof(listed));
	memcpy(out->item, listed, sizeof(listed));
	out->n = nlisted;
	out->cap = NELEM(listed);
	out->is_short = is_short;
	return 0;
}

__attribute__((unused)) static int
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

/* Each request is answered so; what came is counted. */
static enum place its_answer;
static int nasked;

static enum place
its_place(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	(void)br;
	(void)q;
	memset(ack, 0, sizeof(*ack));
	nasked++;
	if (its_answer == PLACE_ACCEPTED)
		snprintf(
		    ack->broker_no, sizeof(ack->broker_no), "%d", 100 + nasked);
	if (its_answer == PLACE_REJECTED)
		snprintf(ack->reason, sizeof(ack->reason), "no");
	return its_answer;
}

static struct broker_ops ops = { .name = "scripted",
	.orders = its_orders,
	.fills = its_fills,
	.place = its_place,
	.amend = its_place,
	.cancel = its_place };
static struct broker broker = { .ops = &ops };

/* A row of its list; orig "" where it replaces none. */
__attribute__((unused)) static struct broker_order *
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
__attribute__((unused)) static void
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

#include "refused.h"

__attribute__((unused)) static void
must(bool passed, const char *what)
{
	if (passed)
		return;
	printf("Bail out! %s: %s\n", what, e.msg);
	exit(1);
}

__attribute__((unused)) static void
now_is(const char *hms)
{
	char text[40];

	snprintf(text, sizeof(text), "2025-03-14 %s", hms);
	must(clock_parse(text, v.now) == 0, text);
	v.now->is_fixed = true;
	live_tick(&v);
}

/* A new database and an empty broker, at 09:00. */
__attribute__((unused)) static void
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
	broker.caps = 0;
	nlisted = nfilled = nasked = 0;
	its_answer = PLACE_ACCEPTED;
	is_away = is_forgotten = is_short = false;
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

__attribute__((unused)) static void
end(void)
{
	v.broker = NULL;
	live_close(&v, 0, "");
	e = (struct err){ 0 };
}

/* An order on a signal, planned at this moment.  Limit 0: at market. */
__attribute__((unused)) static int64_t
planned(const char *strategy, const char *code, enum side side, qty n,
    won limit, const char *hms)
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
		store_commit(v.db, &e) == 0,
	    "an order");
	return o.id;
}

/* And claimed. */
__attribute__((unused)) static int64_t
sent(const char *strategy, const char *code, enum side side, qty shares,
    won limit, const char *hms)
{
	int64_t id = planned(strategy, code, side, shares, limit, hms);
	struct trail t = live_trail(&v, NULL);

	must(store_begin(v.db, &e) == 0 &&
		store_order_claim(v.db, id, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    "a claim");
	return id;
}

__attribute__((unused)) static void
moves(int64_t id, const char *from, const char *to)
{
	struct trail t = live_trail(&v, NULL);

	must(store_begin(v.db, &e) == 0 &&
		store_move_order(v.db, id, from, to, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    to);
}

/* Sent, and no answer came. */
__attribute__((unused)) static int64_t
lost(const char *strategy, const char *code, enum side side, qty n, won limit,
    const char *hms)
{
	int64_t id = sent(strategy, code, side, n, limit, hms);

	moves(id, "sending", "unknown");
	return id;
}

__attribute__((unused)) static void
answered(int64_t id, const char *no)
{
	must(store_order_no(v.db, id, no, &e) == 0, "a number");
	moves(id, "sending", "open");
}

static struct follow_counts n;

/* watch-fills at this moment. */
__attribute__((unused)) static void
look(const char *hms)
{
	now_is(hms);
	must(follow_today(&v, &n, &e) == 0, "follow_today");
}

/* "open 7 3": state, number, filled. */
__attribute__((unused)) static const char *
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

__attribute__((unused)) static const char *
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

__attribute__((unused)) static int
halts(void)
{
	struct halt_row *h;
	int nh;

	must(store_halts(v.db, &h, &nh, &e) == 0, "halts");
	free(h);
	return nh;
}

__attribute__((unused)) static const char *
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
__attribute__((unused)) static const char *
settle(const char *hms, int64_t id, qty shares, won price)
{
	static char words[512];
	struct err mine = { 0 };

	now_is(hms);
	must(store_begin(v.db, &e) == 0, "begin");
	words[0] = '\0';
	if (settle_order(&v, id, shares == 0, shares, price, &mine) == -1) {
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
__attribute__((unused)) static const char *
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

/* A request about an order that got as far as this state; its number. */
__attribute__((unused)) static int64_t
requested(int64_t order, const char *kind, won limit, const char *state)
{
	struct request_row r = { .order_id = order, .limit = limit };
	struct trail t = live_trail(&v, NULL);

	snprintf(r.kind, sizeof(r.kind), "%s", kind);
	must(store_add_request(v.db, &r, &t, &e) == 0, kind);
	if (strcmp(state, "planned") != 0)
		must(store_move_request(v.db, r.id, "planned", "sending", "",
			 NULL, &t, &e) == 1,
		    "sending");
	if (strcmp(state, "planned") != 0 && strcmp(state, "sending") != 0)
		must(store_move_request(
			 v.db, r.id, "sending", state, "", NULL, &t, &e) == 1,
		    state);
	return r.id;
}

/* In words of its own. */
__attribute__((unused)) static void
own(const char *sql)
{
	sqlite3 *db;

	must(sqlite3_open(path, &db) == SQLITE_OK, path);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		printf("Bail out! %s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_close(db);
}

/* Requests that are not answered yet, nor dropped. */
__attribute__((unused)) static int
open_requests(void)
{
	struct request_row *r;
	int k;

	must(store_requests_open(v.db, &r, &k, &e) == 0, "requests");
	free(r);
	return k;
}

#define says(what, words, ...) \
	ok(strstr(what, words) != NULL || !printf("# %s\n", what), __VA_ARGS__)

__attribute__((unused)) static void
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

/* The folder of the databases; once, and at the end. */
__attribute__((unused)) static void
world_open(void)
{
	snprintf(dir, sizeof(dir), "%s/maemae-account-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(dir) == NULL)
		must(false, dir);
	opt.config = "/nonexistent";
}

__attribute__((unused)) static void
world_close(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		printf("# %s is left\n", dir);
}

#endif
