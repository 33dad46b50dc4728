/*
 * trade_signal.c - what strategies say becomes signals (T4, T5, T7, T27), and
 * one day becomes the next.
 */
#include "trade_world.h"

#include <math.h>

/* Strategy s says one thing and no more. */
static void
says(int s, int stock, enum side side, double score, won target)
{
	say[s][0] = (struct candidate){ stock, side, score, target };
	nsay[s] = 1;
}

static int
run(int s, hhmm at)
{
	t.m.at = at;
	memset(&t.e, 0, sizeof(t.e));
	return trade_signals(&t.w, &t.m, &t.b, s, &t.work, &t.e);
}

/* Signal i in words: "a 000010 buy pending 905-906 score 1". */
static const char *
words(int i)
{
	static char buf[128];
	const struct signal *g = &t.b.sig[i];

	snprintf(buf, sizeof(buf), "%s %s %s %s %d-%d %g%s",
	    t.strat[g->strat].name, t.tape[g->stock].code,
	    g->side == SIDE_BUY ? "buy" : "sell", sig_state_name(g->state),
	    g->made, g->stamp, g->score, g->is_said ? "" : " unsaid");
	return buf;
}

static void
one_row(void)
{
	world();
	says(0, 0, SIDE_BUY, 1, 10100);
	is_int(run(0, 905), 0, "a strategy runs");
	is_int(t.b.nsig, 1, "one signal");
	is_str(words(0), "a 000010 buy pending 905-905 1", "as said");
	is_int(t.b.sig[0].target, 10100, "its target");
	is_int(t.b.sig[0].price, 10000, "the last price");
	t.tape[0].last = 10050;
	says(0, 0, SIDE_BUY, 2, 0);
	run(0, 906);
	is_int(t.b.nsig, 1, "said again it is the same row");
	is_str(words(0), "a 000010 buy pending 905-906 2", "with a new score");
	is_int(t.b.sig[0].price, 10050, "and price");
	says(1, 0, SIDE_BUY, 1, 0);
	run(1, 906);
	is_int(t.b.nsig, 2, "another strategy has its own");
	lot(0, 0, 5, 50000, 20230301);
	says(0, 0, SIDE_SELL, 1, 0);
	run(0, 907);
	is_int(t.b.nsig, 3, "and so has the other side");
	ok(book_signal(&t.b, 0, 0, SIDE_SELL) == &t.b.sig[2] &&
		book_signal(&t.b, 2, 0, SIDE_SELL) == NULL,
	    "found by its key");
}

static void
gone_and_back(void)
{
	world();
	says(0, 0, SIDE_BUY, 1, 0);
	run(0, 905);
	nsay[0] = 0;
	run(0, 906);
	is_str(words(0), "a 000010 buy gone 905-905 1 unsaid", "gone");
	is_str(t.b.sig[0].reason, "no longer said", "and why");
	says(0, 0, SIDE_BUY, 3, 0);
	run(0, 907);
	is_str(words(0), "a 000010 buy pending 905-907 3", "back");
	is_str(t.b.sig[0].reason, "", "without the old reason");
	t.b.sig[0].state = SIG_EXECUTED;
	nsay[0] = 0;
	run(0, 908);
	is_str(words(0), "a 000010 buy executed 905-907 3 unsaid",
	    "executed stays executed (T4)");
	says(0, 0, SIDE_BUY, 9, 0);
	run(0, 909);
	is_str(words(0), "a 000010 buy executed 905-909 3",
	    "said again it is not made again");
	is_int(t.b.nsig, 1, "one row all day");
}

/* It was taken from the universe while the strategy held it. */
static void
not_watched(void)
{
	world();
	says(0, 0, SIDE_BUY, 1, 0);
	run(0, 905);
	t.b.sig[0].state = SIG_EXECUTED;
	lot(0, 0, 5, 50000, 20230301);
	t.watch_row[0][0] = false;
	run(0, 906);
	is_str(words(0), "a 000010 buy executed 905-905 1 unsaid",
	    "what is watched no longer is not bought");
	trade_day_open(&t.w, &t.b, 20230315);
	run(0, 905);
	is_int(t.b.nsig, 0, "nor the next day, though it is held");
	says(0, 0, SIDE_SELL, 1, 0);
	run(0, 906);
	is_str(words(0), "a 000010 sell pending 906-906 1", "but sold");
}

static void
prev_close(void)
{
	world();
	t.strat[0].signals = SIGNALS_PREV_CLOSE;
	t.tape[0].today = (struct bar){
		.open = 1, .high = 1, .low = 1, .close = 1, .volume = 1
	};
	says(0, 0, SIDE_BUY, 1, 0);
	run(0, 855);
	is_int(seen_daily_n, 10, "sees final days alone");
	nsay[0] = 0;
	run(0, 900);
	run(0, 1100);
	is_int(daily_calls[0], 1, "runs once (T5)");
	is_str(words(0), "a 000010 buy pending 855-1100 1",
	    "and is stamped again");
	t.b.sig[0].state = SIG_EXECUTED;
	run(0, 1101);
	is_int(t.b.sig[0].stamp, 1101, "executed too");
	t.tape[0].prev_close = 10000;
	t.tape[0].last = 0;
	trade_day_open(&t.w, &t.b, 20230315);
	run(0, 855);
	is_int(daily_calls[0], 2, "again the next day");

	world();
	t.strat[0].signals = SIGNALS_PREV_CLOSE;
	daily_fails[0] = true;
	is_int(run(0, 855), -1, "a failure");
	daily_fails[0] = false;
	is_int(run(0, 856), 0, "is no run");
	is_int(daily_calls[0], 2, "so it is tried again");

	world();
	run(0, 855);
	is_int(seen_daily_n, 10, "intraday: no bar before the first trade");
	t.tape[0].today = (struct bar){ .open = 10000,
		.high = 10100,
		.low = 9900,
		.close = 10050,
		.volume = 10 };
	run(0, 905);
	is_int(seen_daily_n, 11, "then the forming one");
	run(0, 906);
	is_int(seen_daily_n, 11, "once");
	is_int(daily_calls[0], 3, "and runs each minute");
	is_int(t.tape[0].daily.n, 10, "history is as it was");
}

static void
failures(void)
{
	static const struct candidate bad[] = {
		{ -1, SIDE_BUY, 1, 0 },
		{ NSTOCK, SIDE_BUY, 1, 0 },
		{ 0, (enum side)2, 1, 0 },
		{ 0, SIDE_BUY, NAN, 0 },
		{ 0, SIDE_BUY, INFINITY, 0 },
		{ 0, SIDE_BUY, 1, -1 },
	};

	world();
	says(0, 0, SIDE_BUY, 1, 0);
	run(0, 905);
	daily_fails[0] = true;
	is_int(run(0, 906), -1, "a module fails");
	is_str(t.e.msg, "strategy a: da: no idea", "in its own words");
	is_str(words(0), "a 000010 buy pending 905-905 1",
	    "its signals are not stamped");
	daily_fails[0] = false;
	for (size_t i = 0; i < NELEM(bad); i++) {
		say[0][0] = (struct candidate){ 1, SIDE_BUY, 1, 0 };
		say[0][1] = bad[i];
		nsay[0] = 2;
		is_int(run(0, 907), -1, "impossible: %s", t.e.msg);
		is_int(t.e.kind, E_FAIL, "is a failure");
		is_int(t.b.nsig, 1, "and nothing of it is used");
	}
	nsay[0] = 0;
	t.strat[1].daily.strategy = NULL;
	is_int(run(1, 908), 0, "without a daily module nothing is said");
}

/* What a strategy may say, and what it is shown. */
static void
meant(void)
{
	world();
	says(0, 0, SIDE_SELL, 1, 0);
	run(0, 905);
	is_int(t.b.nsig, 0, "a sell of nothing is none");
	lot(1, 0, 5, 50000, 20230301);
	lot(STRAT_MANUAL, 0, 5, 50000, 20230301);
	run(0, 905);
	is_int(t.b.nsig, 0, "nor of what others hold");
	is_int(seen_held[0], 0, "which it is not shown");
	lot(0, 0, 5, 50000, 20230301);
	run(0, 905);
	is_int(t.b.nsig, 1, "but of its own");
	is_int(seen_held[0], 5, "which it is shown");

	t.strat[0].is_on = false;
	says(0, 1, SIDE_BUY, 1, 0);
	run(0, 906);
	is_int(t.b.nsig, 1, "off it buys nothing (T27)");
	says(0, 0, SIDE_SELL, 1, 0);
	run(0, 907);
	is_str(words(0), "a 000010 sell pending 905-907 1", "but still sells");
	t.strat[0].is_on = true;
	t.strat[0].is_leaving = true;
	says(0, 1, SIDE_BUY, 1, 0);
	run(0, 908);
	is_int(t.b.nsig, 1, "nor when it leaves");

	world();
	t.watch_row[0][0] = t.watch_row[0][1] = t.watch_row[0][3] = false;
	run(0, 905);
	is_int(seen_stocks, 1, "it sees its universe");
	lot(0, 3, 5, 50000, 20230301);
	says(0, 1, SIDE_SELL, 1, 0);
	run(0, 906);
	is_int(seen_stocks, 2, "and its holdings");
	is_str(words(0), "a 000040 sell pending 906-906 1",
	    "numbered among what it sees");
}

/* An entry that fills in parts must not cancel itself: a strategy says a buy
 * for what it does not hold, and would fall silent at the first share. */
static void
part_of_an_entry(void)
{
	world();
	lot(0, 0, 4, 40000, DAY);
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_PART)->filled = 4;
	t.b.lot[0].order_id = t.b.order[0].id;
	run(0, 906);
	is_int(seen_held[0], 0, "what a working entry bought is not shown yet");
	t.b.order[0].state = ORDER_CANCELLED;
	run(0, 907);
	is_int(seen_held[0], 4, "when it is done it is");
}

static int
one(const union param_value *v)
{
	(void)v;
	return 1;
}

static int seen_minute_n;

static int
minute_sees(const struct ctx *c, const struct signal_view *v, struct act *out)
{
	(void)v;
	(void)out;
	seen_minute_n = c->stock[0].daily.n;
	return 0;
}

static int
universe_sees(const struct ctx *c, bool *keep)
{
	seen_daily_n = c->stock[0].daily.n;
	keep[c->n_stocks - 1] = true;
	return 0;
}

/* Windows are cut to what a module declares (T7), for each function. */
static void
lookbacks(void)
{
	static const struct strategy daily = { .name = "d",
		.lookback = one,
		.daily = daily_a,
		.universe = universe_sees };
	static const struct strategy minute = {
		.name = "m", .lookback = one, .minute = minute_sees
	};
	struct act act;
	struct signal *g;
	bool base[NSTOCK] = { true, true, false, true }, keep[NSTOCK];

	world();
	t.strat[0].daily.strategy = &daily;
	t.strat[0].minute.strategy = &minute;
	run(0, 905);
	is_int(seen_daily_n, 1, "daily");
	t.tape[0].today = (struct bar){ .open = 10000,
		.high = 10100,
		.low = 9900,
		.close = 10050,
		.volume = 10 };
	run(0, 906);
	is_int(seen_daily_n, 1, "daily with a forming bar");
	g = sig(0, 0, SIDE_BUY, 1);
	is_int(run_minute(&t.w, &t.m, &t.b, g, &act, &t.e), 0, "minute runs");
	is_int(seen_minute_n, 1, "minute");
	is_int(run_universe(&t.w, DAY, 0, base, keep, &t.work, &t.e), 0,
	    "universe runs");
	is_int(seen_daily_n, 1, "universe");
	ok(!keep[0] && !keep[1] && !keep[2] && keep[3],
	    "what it keeps is told by the stocks it saw");
	is_int(run_universe(&t.w, DAY, 1, base, keep, &t.work, &t.e), 0,
	    "without a universe function");
	ok(keep[0] && keep[1] && !keep[2] && keep[3], "the list stays");
}

/* Where bars are steady daily() is shown universe()'s rows again: never with
 * another moment's holdings, stocks, windows or day. */
static void
shown_again(void)
{
	static const struct strategy whole = {
		.name = "w", .daily = daily_a, .universe = universe_sees
	};
	static const struct strategy cut = { .name = "c",
		.lookback = one,
		.daily = daily_b,
		.universe = universe_sees };
	bool base[NSTOCK], keep[NSTOCK];

	memset(base, true, sizeof(base));
	world();
	t.work.is_steady = true;
	t.strat[0].daily.strategy = &whole;
	t.strat[0].signals = SIGNALS_PREV_CLOSE;
	t.strat[1].daily.strategy = &cut;
	lot(0, 1, 5, 50000, 20230301);
	run_universe(&t.w, DAY, 0, base, keep, &t.work, &t.e);
	run(0, 855);
	is_int(seen_stocks, NSTOCK, "all are shown again");
	is_int(seen_held[1], 5, "with what is held");
	t.b.lot[0].n = 0;
	t.b.ran[0] = false;
	run(0, 856);
	is_int(seen_held[1], 0, "and, sold, without it");

	run_universe(&t.w, DAY, 0, base, keep, &t.work, &t.e);
	t.watch_row[0][0] = false;
	t.b.ran[0] = false;
	run(0, 857);
	is_int(seen_stocks, NSTOCK - 1, "fewer stocks");
	t.watch_row[0][0] = true;

	run_universe(&t.w, DAY, 1, base, keep, &t.work, &t.e);
	t.b.ran[0] = false;
	run(0, 858);
	is_int(seen_daily_n, 10, "longer windows than another strategy's");

	for (int k = 0; k < NSTOCK; k++)
		t.tape[k].daily.n = 9;
	run_universe(&t.w, DAY - 1, 0, base, keep, &t.work, &t.e);
	for (int k = 0; k < NSTOCK; k++)
		t.tape[k].daily.n = 10;
	t.b.ran[0] = false;
	run(0, 859);
	is_int(seen_daily_n, 10, "a day more");

	run_universe(&t.w, DAY, 0, base, keep, &t.work, &t.e);
	t.strat[0].signals = SIGNALS_INTRADAY;
	t.tape[0].today = (struct bar){ .open = 10000,
		.high = 10000,
		.low = 10000,
		.close = 10000,
		.volume = 10 };
	run(0, 905);
	is_int(seen_daily_n, 11, "the day's forming bar");
}

/* ---- The next day ---------------------------------------------------------- */

/* Open the next day as its tapes would: no trade yet. */
static void
next_day(void)
{
	for (int k = 0; k < NSTOCK; k++) {
		t.tape[k].prev_close = t.tape[k].last;
		t.tape[k].last = 0;
	}
	trade_day_open(&t.w, &t.b, 20230315);
}

static void
new_day(void)
{
	world();
	is_int(t.b.day.start_equity, 10000000, "equity of the first day");
	lot(0, 0, 100, 900000, 20230310);
	lot(0, 1, 0, 0, 20230310);
	sig(0, 1, SIDE_BUY, 1);
	order(0, 1, SIDE_BUY, 1, 10000, ORDER_FILLED);
	order(0, 2, SIDE_BUY, 1, 10000, ORDER_UNKNOWN);
	t.b.day.entries = 7;
	t.b.day.rejects = 4;
	t.b.day.portfolio_stop = 1000;
	t.b.day.loss_stop = 1001;
	t.b.ran[0] = true;
	t.tape[0].last = 11000;
	next_day();
	is_int(t.b.nsig, 0, "signals end with their day");
	is_int(t.b.nlot, 1, "sold lots are forgotten");
	is_int(t.b.norder, 1, "final orders too");
	is_int(t.b.order[0].state, ORDER_UNKNOWN, "an unknown one is kept");
	is_int(t.b.day.date, 20230315, "the day");
	is_int(t.b.day.start_equity, 10000000 + 1100000, "its equity");
	is_int(t.b.day.peak_equity, 11100000, "and peak");
	ok(t.b.day.entries == 0 && t.b.day.rejects == 0 &&
		t.b.day.portfolio_stop == 0 && t.b.day.loss_stop == 0 &&
		!t.b.ran[0],
	    "counters and latches are new");
	t.b.day.entries = 3;
	trade_day_open(&t.w, &t.b, 20230315);
	is_int(t.b.day.entries, 3, "opened once");

	world();

	lot(0, 0, 0, 0, DAY)->dirty = true;
	order(0, 0, SIDE_BUY, 1, 10000, ORDER_FILLED)->dirty = true;
	next_day();
	ok(t.b.nlot == 1 && t.b.norder == 1, "what is not saved is kept");
}

/* Which exits go on the next day: "0", "1". */
static int
carried(enum side side, enum sig_state state, bool urgent, hhmm made, qty held,
    ymd entry_date, hhmm entry_time)
{
	struct signal *g;

	world();
	g = sig(0, 0, side, 5);
	g->state = state;
	g->is_urgent = urgent;
	g->made = made;
	lot(0, 0, held, 10000 * held, entry_date)->entry_time = entry_time;
	lot(1, 0, 5, 50000, entry_date);
	next_day();
	return t.b.nsig;
}

static void
rest_of_an_exit(void)
{
	const ymd old = 20230310;

	is_int(carried(SIDE_SELL, SIG_EXECUTED, false, 905, 3, old, 900), 1,
	    "the rest of an exit goes on");
	ok(t.b.sig[0].is_urgent && t.b.sig[0].is_said &&
		t.b.sig[0].state == SIG_PENDING && t.b.sig[0].side == SIDE_SELL,
	    "as an urgent signal");
	is_int(t.b.sig[0].price, 10000, "at the new day's price");
	is_int(carried(SIDE_SELL, SIG_EXECUTED, false, 905, 0, old, 900), 0,
	    "a complete one does not");
	is_int(carried(SIDE_SELL, SIG_PENDING, false, 905, 3, old, 900), 0,
	    "nor one that was never begun");
	is_int(carried(SIDE_SELL, SIG_GONE, false, 905, 3, old, 900), 0,
	    "nor one that is gone");
	is_int(carried(SIDE_BUY, SIG_EXECUTED, false, 905, 3, old, 900), 0,
	    "nor an entry");
	is_int(carried(SIDE_SELL, SIG_PENDING, true, 0, 3, old, 900), 1,
	    "an urgent one that waited all day (a halt) does");
	is_int(carried(SIDE_SELL, SIG_EXECUTED, true, 0, 3, old, 900), 1,
	    "also if it was begun again");
	is_int(carried(SIDE_SELL, SIG_EXECUTED, false, 1000, 3, DAY, 910), 1,
	    "bought today and sold in part");
	is_int(carried(SIDE_SELL, SIG_EXECUTED, false, 905, 3, DAY, 1000), 0,
	    "sold out, then bought again: that is no rest");

	/* It survives what the strategy says. */
	carried(SIDE_SELL, SIG_EXECUTED, false, 905, 3, old, 900);
	nsay[0] = 0;
	run(0, 855);
	is_str(words(0), "a 000010 sell pending 0-0 5", "an urgent exit stays");
}

int
main(void)
{
	one_row();
	gone_and_back();
	not_watched();
	prev_close();
	failures();
	meant();
	part_of_an_entry();
	lookbacks();
	shown_again();
	new_day();
	rest_of_an_exit();
	return done_testing();
}
