/*
 * account_load.c - what a pass finds in a database that a person, a damaged
 * disk or another version has been at; and what a broker may say that no
 * broker should.
 */
#include "account_world.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "account/reconcile.h"
#include "account/words.h"
#include "store/quotes.h"
#include "store/stocks.h"

static void
load(const char *hms)
{
	now_is(hms);
	must(store_begin_read(v.db, &e) == 0 &&
		live_load(&v, LOAD_TRADE, &e) == 0,
	    "loading");
	store_rollback(v.db);
}

static int64_t
put_signal(const char *strategy, const char *code, enum side side, ymd day,
    const char *state, bool is_urgent)
{
	struct signal_row g = {
		.day = day, .side = side, .made = 900, .is_urgent = is_urgent
	};

	snprintf(g.strategy, sizeof(g.strategy), "%s", strategy);
	snprintf(g.code, sizeof(g.code), "%s", code);
	snprintf(g.state, sizeof(g.state), "%s", state);
	must(store_put_signal(v.db, &g, v.now->now, &e) == 0, "a signal");
	return g.id;
}

static void
a_day(ymd day)
{
	struct day_row d = { .day = day,
		.start_equity = 10000000,
		.start_cash = 10000000,
		.peak_equity = 10000000,
		.opened_at = v.now->now };

	must(store_put_day(v.db, &d, &e) == 0, "a day");
}

/* ---- Words that are none --------------------------------------------------------- */

static void
bad_words(void)
{
	static const char *const damage[] = {
		"UPDATE orders SET state = 'lucky'",
		"UPDATE orders SET why = 'luck'",
		"UPDATE current_signals SET state = 'lucky'",
	};

	for (size_t i = 0; i < NELEM(damage); i++) {
		char sql[300];

		begin();
		a_day(DAY);
		planned("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
		snprintf(sql, sizeof(sql),
		    "PRAGMA ignore_check_constraints = ON;"
		    " DROP TRIGGER orders_state; %s",
		    damage[i]);
		own(sql);
		refused(live_load(&v, LOAD_TRADE, &e) == -1, E_DATA,
		    "is no state; see trade-db check", damage[i]);
		end();
	}
}

/* ---- Halts and what else closes ---------------------------------------------------- */

static void
halt(enum halt_scope scope, const char *what)
{
	struct halt_row h = { .scope = scope };

	snprintf(h.what, sizeof(h.what), "%s", what);
	must(store_halt(v.db, &h, &e) == 1, "a halt");
}

static void
halted(void)
{
	int k, s = 0;

	begin();
	must(store_put_strategy(v.db,
		 &(struct strategy_row){ .name = "a", .is_on = true }, &e) == 0,
	    "a strategy");
	a_day(DAY);
	a_share("a", "005930", 10);
	a_share("b", "000660", 10);
	load("09:05:00");
	ok(!v.w.halt.all && !v.w.halt.entries && !v.w.halt.strat[0] &&
		!v.w.halt.strat[1],
	    "nothing is halted");
	is_int(v.w.nstrat, 2, "a strategy that is in no table stands there");
	ok(!v.w.strat[1].is_on, "switched off");
	halt(HALT_STRATEGY, "a");
	halt(HALT_STRATEGY, "nobody");
	halt(HALT_CODE, "005930");
	halt(HALT_CODE, "123456");
	load("09:05:00");
	k = codes_find(&v.codes, "005930");
	ok(v.w.halt.strat[s] && !v.w.halt.strat[1], "a strategy is");
	ok(v.w.halt.stock[k] && !v.w.halt.stock[codes_find(&v.codes, "000660")],
	    "a stock is; what nobody knows does no harm");
	halt(HALT_ENTRIES, "");
	load("09:05:00");
	ok(v.w.halt.entries && !v.w.halt.all, "entries are");
	halt(HALT_ALL, "");
	load("09:05:00");
	ok(v.w.halt.all, "all is");
	end();
}

static void
closed(void)
{
	begin();
	load("09:05:00");
	ok(v.m.closed_to_entries == NULL, "entries are open");
	own("DELETE FROM cash_ledger");
	load("09:05:00");
	says(v.closed, "never read", "an account that was never read: %s",
	    v.closed);
	a_day(20250317);
	load("09:05:00");
	says(v.closed, "never read", "the first reason stands: %s", v.closed);
	refused(live_day_open(&v, LOAD_TRADE, &e) == -1, E_FAIL,
	    "20250317 has been traded already", "and the day does not begin");
	end();
	begin();
	a_day(20250317);
	load("09:05:00");
	says(v.closed, "is the clock right", "a later day was traded: %s",
	    v.closed);
	end();
}

/* ---- Status of a stock (T21) -------------------------------------------------------- */

static const struct tape *
with_quote(ymd status_day, bool is_bad, unsigned caps)
{
	struct quote_row q = { .code = "005930",
		.last = 10000,
		.is_halted = is_bad,
		.no_entry = is_bad,
		.status_day = status_day,
		.polled_at = v.now->now };

	own("DELETE FROM current_quote");
	if (status_day != -1)
		must(store_put_quote(v.db, &q, &e) == 0, "a quote");
	broker.caps = caps;
	load("09:00:00");
	return &v.w.tape[codes_find(&v.codes, "005930")];
}

static void
status(void)
{
	const struct tape *t;

	begin();
	a_day(DAY);
	a_share("a", "005930", 10);
	t = with_quote(DAY, true, CAP_STATUS);
	ok(t->is_halted && t->no_entry && !t->no_status, "told today: bad");
	t = with_quote(DAY, false, CAP_STATUS);
	ok(!t->is_halted && !t->no_entry && !t->no_status, "told today: good");
	t = with_quote(20250313, true, CAP_STATUS);
	ok(!t->is_halted && !t->no_entry && t->no_status,
	    "yesterday's status says nothing, and that it is not known");
	t = with_quote(0, false, CAP_STATUS);
	ok(t->no_status && t->is_stale == false, "a price without a status");
	t = with_quote(-1, false, CAP_STATUS);
	ok(t->no_status, "no quote at all");
	t = with_quote(0, false, CAP_KEY);
	ok(!t->no_status, "a broker that tells no status closes nothing");
	v.broker = NULL;
	t = with_quote(0, false, 0);
	ok(!t->no_status, "nor does a program without one");
	t = with_quote(DAY, true, 0);
	ok(t->is_halted && t->no_entry, "which knows what was told");
	v.broker = &broker;
	end();
}

/* A strategy that cannot be loaded: what is urgent acts, what is not waits. */
static void
broken(void)
{
	begin();
	must(store_put_strategy(v.db,
		 &(struct strategy_row){
		     .name = "a", .daily = "no_such_module", .is_on = true },
		 &e) == 0,
	    "a strategy");
	a_day(DAY);
	put_signal("a", "005930", SIDE_BUY, DAY, "pending", false);
	put_signal("a", "000660", SIDE_SELL, DAY, "pending", true);
	put_signal("a", "035420", SIDE_BUY, DAY, "executed", false);
	put_signal(MANUAL, "051910", SIDE_SELL, DAY, "pending", false);
	put_signal("a", "035720", SIDE_BUY, 20250313, "pending", true);
	load("09:05:00");
	is_int(v.b.nsig, 3, "one waits, and one is of another day");
	ok(book_signal(&v.b, 0, codes_find(&v.codes, "005930"), SIDE_BUY) ==
		NULL,
	    "that which nobody can ask about");
	end();
}

/* ---- The day begins ------------------------------------------------------------------ */

static void
one_exit(void)
{
	struct signal_row *g;
	int64_t mine;
	int count, today = 0;

	begin();
	own("INSERT INTO daily_price VALUES"
	    " ('005930', 20250313, 100, 100, 100, 100, 1),"
	    " ('000660', 20250313, 100, 100, 100, 100, 1)");
	must(store_put_strategy(v.db,
		 &(struct strategy_row){ .name = "a", .is_on = true },
		 &e) == 0 &&
		store_put_strategy(v.db,
		    &(struct strategy_row){ .name = "b", .is_on = true },
		    &e) == 0,
	    "strategies");
	a_share("a", "005930", 10);
	a_share("b", "005930", 10);
	a_share("a", "000660", 10);
	own("UPDATE lot SET entry_date = 20250312");
	a_day(20250313);
	put_signal("a", "005930", SIDE_SELL, 20250313, "executed", false);
	put_signal("b", "005930", SIDE_SELL, 20250313, "executed", false);
	put_signal("a", "000660", SIDE_SELL, 20250313, "executed", false);
	/* What a person said before the day began, and a buy. */
	mine = put_signal("a", "005930", SIDE_SELL, DAY, "pending", true);
	put_signal("b", "000660", SIDE_BUY, DAY, "pending", true);
	now_is("09:00:00");
	must(store_begin(v.db, &e) == 0 && live_load(&v, LOAD_TRADE, &e) == 0 &&
		live_day_open(&v, LOAD_TRADE, &e) == 0 &&
		store_commit(v.db, &e) == 0,
	    "the day begins");
	must(store_signals(v.db, &g, &count, &e) == 0, "signals");
	for (int i = 0; i < count; i++) {
		if (g[i].day != DAY || g[i].side != SIDE_SELL)
			continue;
		today++;
		if (strcmp(g[i].strategy, "a") == 0 &&
		    strcmp(g[i].code, "005930") == 0)
			is_int(g[i].id, mine, "what a person said stays");
	}
	is_int(today, 3, "the rest of each other exit is carried over");
	free(g);
	end();
}

/* ---- Opening -------------------------------------------------------------------------- */

static void
no_calendar(void)
{
	struct live other;

	begin();
	own("DELETE FROM market_calendar WHERE date = 20250314");
	refused(live_open(&other, "watch-fills", &opt, 0, &e) == -1, E_CONFIG,
	    "no row for 20250314; import one", "a day that nobody knows");
	live_close(&other, 1, "");
	e = (struct err){ 0 };
	own("DELETE FROM market_calendar");
	refused(live_whole_calendar(&v, &e) == -1, E_CONFIG,
	    "the calendar is empty", "no calendar at all");
	ok(v.ses != NULL && v.ses->date == DAY, "the one that was read stays");
	end();
}

static void
feeds(void)
{
	struct live other = { 0 };
	struct opt mine = opt;
	char conf[120];
	FILE *f;

	begin();
	mine.db = path;
	mine.now = opt.now;
	snprintf(conf, sizeof(conf), "%s/conf", dir);
	f = fopen(conf, "w");
	must(f != NULL, conf);
	fprintf(f, "[paper]\nfeed = %s/none.db\n", dir);
	fclose(f);
	must(chmod(conf, 0600) == 0, conf);
	mine.config = conf;
	must(live_open(&other, "watch-fills", &mine, 0, &e) == 0, "open");
	refused(live_broker(&other, &e) == -1, E_CONFIG, "[paper] feed",
	    "a feed that is not there");
	live_close(&other, 1, "");
	e = (struct err){ 0 };
	f = fopen(conf, "w");
	must(f != NULL, conf);
	fprintf(f, "[paper]\nfeed = %s\n", path);
	fclose(f);
	must(live_open(&other, "watch-fills", &mine, 0, &e) == 0 &&
		live_broker(&other, &e) == 0,
	    "a feed");
	ok(other.feed != NULL && other.broker != NULL, "and one that is");
	must(live_broker(&other, &e) == 0, "again");
	ok(strcmp(store_path(other.feed), path) == 0, "it is opened once");
	live_close(&other, 0, "");
	end();
}

/* ---- What the broker has ------------------------------------------------------------- */

static won its_won;
static struct broker_holding has[12];
static int nhas;
static bool fills_on; /* another share with each look */

static int
its_cash(struct broker *br, struct broker_cash *c, struct err *er)
{
	(void)br;
	(void)er;
	*c = (struct broker_cash){ .settled = its_won, .buyable = its_won };
	if (fills_on) {
		nlisted = 1;
		fills(1, 10000);
	}
	return 0;
}

static int
its_holdings(struct broker *br, struct broker_holdings *out, struct err *er)
{
	(void)br;
	(void)er;
	out->item = malloc(sizeof(has));
	memcpy(out->item, has, sizeof(has));
	out->n = nhas;
	out->cap = NELEM(has);
	return 0;
}

static void
it_has(const char *code, qty shares, won cost)
{
	struct broker_holding *h = &has[nhas++];

	*h = (struct broker_holding){ .n = shares, .cost = cost };
	snprintf(h->code, sizeof(h->code), "%s", code);
}

/* How many differences; *words of the last. */
static int
compared(const char *hms, enum reconcile_how how)
{
	struct differences d = { 0 };
	int count;

	now_is(hms);
	if (v.lease.fence == 0)
		must(store_lease_take(v.db, v.program, 60, &v.lease, &e) == 0,
		    "a lease");
	count = reconcile(&v, how, &d, &e) == -1 ? -1 : d.n;
	free(d.item);
	return count;
}

static won
equity(void)
{
	struct day_row d;

	must(store_day(v.db, DAY, &d, &e) == 1, "the day");
	return d.start_equity;
}

static void
by_hand(void)
{
	char code[CODE_SIZE];

	begin();
	nhas = 0;
	its_won = 10000000;
	a_day(DAY);
	for (int i = 0; i < 12; i++) {
		snprintf(code, sizeof(code), "%06d", i + 1);
		it_has(code, 1, 5000);
	}
	is_int(compared("09:05:00", RECONCILE_ACCEPT), 12,
	    "a dozen differences at once");
	is_str(holds(), "12 10000000", "shares come to MANUAL");
	is_int(equity(), 10000000 + 12 * 5000,
	    "at their cost where no price is known: no profit of the day");
	own("INSERT INTO current_quote (code, last, base, polled_at)"
	    " VALUES ('000001', 0, 7000, ''), ('000002', 8000, 7000, '')");
	has[0].n = has[1].n = 3;
	has[0].cost = has[1].cost = 15000;
	is_int(compared("09:06:00", RECONCILE_ACCEPT), 2, "more of two");
	is_int(equity(), 10000000 + 12 * 5000 + 2 * 7000 + 2 * 8000,
	    "at the last price, or the base");
	has[2].n = 0;
	is_int(compared("09:07:00", RECONCILE_ACCEPT), 1, "one goes");
	is_int(equity(), 10000000 + 12 * 5000 + 2 * 7000 + 2 * 8000,
	    "for nothing where no price is known");
	is_str(holds(), "15 10000000", "and is gone");
	end();
}

static void
empty(void)
{
	begin();
	nhas = 0;
	a_day(DAY);
	a_share("a", "005930", 10);
	it_has("005930", 10, 100000);
	its_won = 0;
	is_int(compared("09:05:00", RECONCILE_AGREE), 1, "no cash at all");
	is_str(alert(), "empty account", "is doubted");
	is_int(compared("09:07:00", RECONCILE_AGREE), 1,
	    "though it is said "
	    "again");
	is_str(holds(), "10 10000000", "nothing is taken over");
	its_won = 10000000;
	has[0].n = 0;
	is_int(compared("09:08:00", RECONCILE_AGREE), 1, "no shares");
	is_int(compared("09:10:00", RECONCILE_AGREE), 1, "neither");
	is_str(holds(), "10 10000000", "stays as it is");
	has[0].n = 10;
	is_int(compared("09:11:00", RECONCILE_AGREE), 0, "there they are");
	is_str(alert(), "", "it is over");
	end();
}

static void
first_time(void)
{
	begin();
	nhas = 0;
	own("DELETE FROM cash_ledger");
	it_has("005930", 0, 0);
	it_has("000660", 2, 5000);
	its_won = 777;
	halt(HALT_STRATEGY, "a");
	is_int(compared("09:05:00", RECONCILE_AGREE), 1,
	    "what was sold to the end is no holding");
	is_str(holds(), "2 777", "the account begins");
	is_int(halts(), 2, "entries wait for a person");
	is_int(compared("09:06:00", RECONCILE_ACCEPT), 0, "who accepts it");
	is_int(halts(), 1, "that lifts this halt alone");
	end();
}

static void
too_fast(void)
{
	int64_t id;

	begin();
	nhas = 0;
	its_won = 10000000;
	a_day(DAY);
	id = sent("a", "005930", SIDE_BUY, 16, 10000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 16, 10000, 905);
	fills_on = true;
	is_int(compared("09:06:00", RECONCILE_AGREE), -1,
	    "a fill between each two readings");
	refused(true, E_FAIL, "fills come faster", "is said");
	fills_on = false;
	is_str(is(id), "part 7 4", "they are booked nevertheless");
	end();
}

/* ---- Lists with our keys ----------------------------------------------------------------- */

static void
keys(void)
{
	struct order_row o;
	char key[40];
	int64_t id;

	begin();
	broker.caps = CAP_KEY;
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	must(store_order(v.db, id, &o, &e) == 1, "reading it");
	live_key(&o, key, sizeof(key));
	for (int i = 0; i < 6; i++) {
		char no[4] = { (char)('1' + i), '\0' };

		lists(no, "", "005930", SIDE_BUY, 10, 10000, 905);
		listed[i].state = BO_CANCELLED;
	}
	snprintf(listed[0].key, sizeof(listed[0].key), "another-1");
	snprintf(listed[1].key, sizeof(listed[1].key), "maemae-x");
	snprintf(listed[2].key, sizeof(listed[2].key), "maemae-99-1");
	snprintf(listed[3].key, sizeof(listed[3].key), "%s7", key);
	snprintf(listed[4].key, sizeof(listed[4].key), "%s-2", key);
	snprintf(listed[4].code, sizeof(listed[4].code), "000660");
	snprintf(listed[5].key, sizeof(listed[5].key), "%s", key);
	listed[5].side = SIDE_SELL;
	look("09:06:00");
	is_str(is(id), "unknown - 0", "no key but its own is its own");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	snprintf(listed[6].key, sizeof(listed[6].key), "%s", key);
	look("09:06:30");
	is_str(is(id), "open 7 0", "that is it");
	end();
}

/* A number is used again: for another stock, or to sell. */
static void
used_again(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	lists("7", "", "000660", SIDE_BUY, 10, 10000, 905);
	fills(5, 10000);
	look("09:06:00");
	is_str(is(id), "open 7 0", "the number of another stock");
	nlisted = nfilled = 0;
	lists("7", "", "005930", SIDE_SELL, 10, 10000, 905);
	fills(5, 10000);
	look("09:06:30");
	is_str(is(id), "open 7 0", "or of the other side");
	is_str(holds(), "0 10000000", "moves nothing");
	nlisted = nfilled = 0;
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	fills(2, 9900);
	filled[0].date = 20250317;
	fills(3, 10000);
	filled[1].time = 901;
	look("09:07:00");
	is_str(is(id), "part 7 5", "its own does, in any order of the list");
	end();
}

/* ---- Words of a person -------------------------------------------------------------------- */

static void
words(void)
{
	static const char *const adopts[] = { "", "005930", "005930=sma",
		"005930:sma=1", "0059300=sma:1", "00593!=sma:1", "005930=sma:0",
		"005930=sma:x",
		"005930=a_name_that_no_strategy_can_ever_have:1" };
	static const char *const settles[] = { "", "7", "x=absent", "0=absent",
		"7=gone", "7=filled:3", "7=filled:@5", "7=filled:3@0",
		"7=filled:x@5", "1234567890123456789012345=absent",
		"7=filled:1234567890123456789012345@1" };
	static const char *const factors[] = { "", "0", "-2", "1", "3:3", "3:0",
		"0:3", "x:2", "2:x", "1234567890123456789012345:1", "2000000",
		"1:2000000", "1.0000001" };
	struct adopt_words a;
	struct settle_words s;
	struct factor_words x;

	for (size_t i = 0; i < NELEM(adopts); i++)
		refused(adopt_parse(adopts[i], &a, &e) == -1, E_USAGE,
		    "--adopt", adopts[i]);
	for (size_t i = 0; i < NELEM(settles); i++)
		refused(settle_parse(settles[i], &s, &e) == -1, E_USAGE,
		    "--settle", settles[i]);
	for (size_t i = 0; i < NELEM(factors); i++)
		refused(factor_parse(factors[i], &x, &e) == -1, E_USAGE,
		    "factor", factors[i]);
	ok(adopt_parse("005930=sma:10", &a, &e) == 0 && a.n == 10 &&
		strcmp(a.strategy, "sma") == 0,
	    "shares for a strategy");
	ok(settle_parse("7=filled:3@5", &s, &e) == 0 && s.order == 7 &&
		s.n == 3 && s.price == 5 && !s.is_absent,
	    "an order that was filled");
	ok(settle_parse("7=absent", &s, &e) == 0 && s.is_absent,
	    "one that never came");
	ok(factor_parse("6:4", &x, &e) == 0 && x.new_shares == 3 &&
		x.old_shares == 2,
	    "a split, in lowest terms");
}

int
main(void)
{
	world_open();
	ops.cash = its_cash;
	ops.holdings = its_holdings;
	bad_words();
	halted();
	closed();
	status();
	broken();
	one_exit();
	no_calendar();
	feeds();
	by_hand();
	empty();
	first_time();
	too_fast();
	keys();
	used_again();
	words();
	world_close();
	return done_testing();
}
