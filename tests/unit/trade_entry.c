/*
 * trade_entry.c - from buy signals to entry orders: what is sent, what is
 * refused and why, and who comes first (T2-T6, T8, T10, T13, T19-T22, T28).
 */
#include "trade_world.h"

/* An order in words: "a 000010 buy 10 at 10020". */
static const char *
words(const struct order *o)
{
	static char buf[128];
	int n = snprintf(buf, sizeof(buf), "%s %s %s %lld",
	    t.strat[o->strat].name, t.tape[o->stock].code,
	    o->side == SIDE_BUY ? "buy" : "sell", (long long)o->n);

	if (o->is_market)
		snprintf(buf + n, sizeof(buf) - (size_t)n, " market");
	else
		snprintf(buf + n, sizeof(buf) - (size_t)n, " at %lld",
		    (long long)o->limit);
	return buf;
}

static void
an_entry(void)
{
	struct order o;

	world();
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 1, "a buy signal is acted on");
	is_str(words(&o), "a 000010 buy 10 at 10020", "two ticks above (T8)");
	ok(o.state == ORDER_PLANNED && o.why == WHY_SIGNAL && o.attempt == 1 &&
		o.date == DAY && o.sent == 905 && !o.at_open && !o.at_close,
	    "planned for this minute");
	is_int(o.decision, 10000, "decided at the last price");
	is_int(o.reserve_price, 10020, "binds its limit");
	is_int(t.b.sig[0].state, SIG_EXECUTED, "the signal is executed");
	is_int(t.b.day.entries, 1, "counted");
	t.m.at = t.b.sig[0].stamp = 906;
	is_int(pass(&o), 0, "and is not acted on again (T4)");

	world();
	t.strat[0].entry_order = KIND_MARKET;
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	is_str(words(&o), "a 000010 buy 10 market", "entry_order=market");
	is_int(o.reserve_price, 13000, "binds the upper limit (T8)");

	world();
	t.strat[0].entry_order = KIND_MARKET;
	t.b.cash = 64000;
	t.w.limits.max_daily_loss = PPB_UNSET;
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	is_str(words(&o), "a 000010 buy 4 market", "cut to what is there");

	world();
	t.tape[0].bid = 9980;
	t.tape[0].ask = 10020;
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	is_str(words(&o), "a 000010 buy 10 at 10040", "above the ask");

	/* The signal's price sizes, the limit values. */
	world();
	t.strat[0].stock_capital = 1000000;
	sig(0, 0, SIDE_BUY, 1)->target = 5000;
	pass(&o);
	is_str(words(&o), "a 000010 buy 99 at 10020",
	    "200 wanted; a tenth of ten million at 10,020 (P6)");
	world();
	t.strat[0].stock_capital = 1000000;
	sig(0, 0, SIDE_BUY, 1)->price = 12500;
	pass(&o);
	is_str(words(&o), "a 000010 buy 80 at 10020",
	    "stock_capital at the signal's price");
}

/* ---- Refusals ---------------------------------------------------------------- */

/* The reason why stock 0 is not bought now; "sent" where it is. */
static const char *
refusal(void)
{
	struct signal *g = book_signal(&t.b, 0, 0, SIDE_BUY);

	if (g == NULL)
		g = sig(0, 0, SIDE_BUY, 1);
	pass(NULL);
	return g->reason;
}

static void
account_refuses(void)
{
	world();
	t.m.is_late = true;
	is_str(refusal(), "the pass began too late (max_delay)", "late (T2)");
	t.m.is_late = false;
	is_str(refusal(), "sent", "the next minute");
	world();
	t.m.no_prices = true;
	is_str(refusal(), "too many prices are stale", "stale (T3)");
	world();
	t.m.closed_to_entries = "not accepted yet";
	is_str(refusal(), "not accepted yet", "the shell's word");
	world();
	t.w.halt.entries = true;
	is_str(refusal(), "entries are halted", "halted (T22)");
	world();
	t.b.day.portfolio_stop = 1000;
	is_str(refusal(), "the portfolio stop has fired today", "T19");
	world();
	t.b.day.loss_stop = 1000;
	is_str(refusal(), "the day's loss limit is reached", "T20");
	world();
	t.b.day.rejects = 5;
	is_str(refusal(), "too many rejections in a row (max_rejects)", "T20");
	t.b.day.rejects = 4;
	is_str(refusal(), "sent", "four are not");
	world();
	t.b.day.entries = 30;
	is_str(refusal(), "max_entry_orders", "thirty a day");
	world();
	t.b.day.entries = 29;
	sig(1, 1, SIDE_BUY, 2);
	is_str(refusal(), "max_entry_orders", "the thirtieth goes to the best");
	world();
	sig(0, 0, SIDE_BUY, 1)->stamp = 904;
	is_str(refusal(), "no signals were made for this minute", "T2");
	world();
	sig(0, 0, SIDE_BUY, 1)->is_said = false;
	is_int(pass(NULL), 0, "what is not said is not bought");
}

static void
stock_refuses(void)
{
	bool yes[NSTOCK] = { true };

	world();
	t.strat[0].is_on = false;
	is_str(refusal(), "the strategy is off",
	    "off, though said this morning (T27)");
	world();
	t.strat[0].is_leaving = true;
	is_str(refusal(), "the strategy is off", "or leaving");
	world();
	t.w.halt.strat = yes;
	is_str(refusal(), "the strategy is halted", "T22");
	world();
	t.w.halt.stock = yes;
	is_str(refusal(), "entries in the stock are halted", "T22");
	world();
	t.tape[0].is_halted = true;
	is_str(refusal(), "the stock is halted", "T3");
	world();
	t.tape[0].no_entry = true;
	is_str(refusal(), "the stock is designated", "T21");
	world();
	t.tape[0].no_status = true;
	is_str(refusal(), "the broker has not told its status today (T21)",
	    "nor where that is not known");
	world();
	t.tape[0].is_stale = true;
	is_str(refusal(), "its price is stale", "T3");
	world();
	t.tape[0].last = t.tape[0].prev_close = 0;
	is_str(refusal(), "no price is known", "no price");
	world();
	t.strat[0].stock_capital = 9999;
	is_str(refusal(), "the capital for a stock buys no share", "too dear");
	world();
	t.b.cash = 10019;
	t.w.limits.max_daily_loss = PPB_UNSET;
	is_str(refusal(), "no cash left", "no cash");
}

static void
owner_refuses(void)
{
	world();
	lot(0, 0, 1, 10000, 20230301);
	is_str(refusal(), "held already", "one position");
	world();
	lot(1, 0, 1, 10000, 20230301);
	is_str(refusal(), "another strategy holds it", "one owner (T6)");
	t.strat[0].shared = 1;
	is_str(refusal(), "sent", "shared=yes");
	world();
	lot(1, 0, 0, 0, 20230301);
	is_str(refusal(), "sent", "a lot that is sold owns nothing");
	world();
	lot(STRAT_MANUAL, 0, 1, 10000, 20230301);
	is_str(refusal(), "sent", "MANUAL is no strategy");
	world();
	t.strat[0].shared = 1;
	lot(0, 0, 1, 10000, 20230301);
	is_str(refusal(), "held already", "shared, but held by itself");
}

static void
orders_refuse(void)
{
	world();
	order(1, 0, SIDE_SELL, 1, 0, ORDER_OPEN);
	is_str(refusal(), "a sell of this stock is working", "T12");
	world();
	order(1, 0, SIDE_BUY, 1, 10000, ORDER_OPEN);
	is_str(refusal(), "a buy of this stock is working",
	    "another's buy will own it (T6)");
	world();
	order(1, 0, SIDE_BUY, 1, 10000, ORDER_UNKNOWN);
	is_str(refusal(), "an order of this stock is unknown", "T28");
	world();
	order(1, 0, SIDE_SELL, 1, 10000, ORDER_SENDING);
	is_str(refusal(), "an order of this stock is unknown", "on its way");
	world();
	order(0, 1, SIDE_BUY, 1, 10000, ORDER_UNKNOWN);
	is_str(refusal(), "sent", "another stock is not frozen");
	world();
	order(0, 0, SIDE_BUY, 1, 10000, ORDER_CANCELLED);
	is_str(refusal(), "one entry in a day", "T4");
	world();
	order(0, 0, SIDE_BUY, 1, 10000, ORDER_CANCELLED)->date = 20230313;
	is_str(refusal(), "sent", "yesterday's does not count");
	world();
	order(1, 0, SIDE_BUY, 1, 10000, ORDER_CANCELLED);
	is_str(refusal(), "sent", "nor another strategy's");
	world();
	order(0, 0, SIDE_SELL, 1, 0, ORDER_FILLED)->filled = 1;
	is_str(refusal(), "sent", "sold by a signal it may come back");
	world();
	order(0, 0, SIDE_SELL, 1, 0, ORDER_FILLED)->filled = 1;
	t.b.order[0].why = WHY_STOP;
	is_str(refusal(), "stopped out today", "not after a stop (T4)");
	world();
	order(0, 0, SIDE_SELL, 1, 0, ORDER_FILLED)->filled = 1;
	t.b.order[0].why = WHY_LIQUIDATE;
	is_str(refusal(), "stopped out today", "nor after the person's sell");
}

/* Rejected, never sent, never arrived: the signal may try again. */
static void
again(void)
{
	struct order o;

	world();
	sig(0, 0, SIDE_BUY, 1);
	for (int i = 1; i <= 3; i++) {
		is_int(pass(&o), 1, "attempt %d", i);
		is_int(o.attempt, i, "is numbered");
		book_event(&t.b.order[i - 1], EV_CLAIM);
		book_rejected(&t.b, &t.b.order[i - 1], "no");
		is_int(t.b.sig[0].state, SIG_PENDING, "it waits again");
		is_str(t.b.sig[0].reason, "rejected: no", "and why");
		is_int(t.b.day.rejects, i, "in a row");
	}
	is_str(refusal(), "rejected too often (max_rejects_stock)", "T20");
	sig(1, 1, SIDE_BUY, 1);
	is_int(pass(&o), 1, "another stock is not frozen");
	book_event(&t.b.order[3], EV_CLAIM);
	book_accepted(&t.b, &t.b.order[3]);
	is_int(t.b.day.rejects, 0, "an accepted order ends the row");
	is_str(refusal(), "rejected too often (max_rejects_stock)",
	    "but not the stock's");

	world();
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	book_never_arrived(&t.b, &t.b.order[0], EV_DROP);
	is_int(t.b.order[0].state, ORDER_EXPIRED, "dropped before sending");
	is_str(t.b.sig[0].reason, "planned, but never sent", "why");
	is_int(pass(&o), 1, "planned anew the next time");
	is_int(o.attempt, 2, "as the second");
	book_event(&t.b.order[1], EV_CLAIM);
	book_event(&t.b.order[1], EV_LOST);
	is_int(pass(&o), 0, "unknown: never sent again (P3)");
	book_never_arrived(&t.b, &t.b.order[1], EV_ABSENT);
	is_int(pass(&o), 1, "proved absent: a new intention (T28)");
	book_event(&t.b.order[2], EV_CLAIM);
	t.b.order[2].filled = 3;
	t.b.order[2].state = ORDER_UNKNOWN;
	book_never_arrived(&t.b, &t.b.order[2], EV_ABSENT);
	is_int(t.b.sig[0].state, SIG_EXECUTED, "what was filled was there");
	is_str(refusal(), "sent", "so the signal stays executed");
}

static void
counts(void)
{
	world();
	t.strat[0].max_positions = 2;
	lot(0, 1, 1, 10000, 20230301);
	lot(0, 1, 1, 10000, 20230302);
	is_str(refusal(), "sent", "two lots are one position");
	world();
	t.strat[0].max_positions = 2;
	lot(0, 1, 1, 10000, 20230301);
	order(0, 1, SIDE_BUY, 1, 10000, ORDER_PART);
	is_str(refusal(), "sent", "an entry in parts is one position");
	world();
	t.strat[0].max_positions = 2;
	lot(0, 1, 1, 10000, 20230301);
	order(0, 2, SIDE_BUY, 1, 10000, ORDER_UNKNOWN);
	is_str(refusal(), "max_positions of the strategy",
	    "an unknown buy is one (P6)");
	t.strat[0].max_positions = 0;
	is_str(refusal(), "sent", "0: any number");
	world();
	t.w.limits.max_positions = 2;
	lot(1, 1, 1, 10000, 20230301);
	lot(STRAT_MANUAL, 2, 1, 10000, 20230301);
	lot(STRAT_MANUAL, 3, 1, 10000, 20230301);
	is_str(refusal(), "sent", "MANUAL is no position of ours");
	world();
	t.w.limits.max_positions = 2;
	lot(1, 1, 1, 10000, 20230301);
	lot(2, 1, 1, 10000, 20230301);
	is_str(refusal(), "max_positions", "two owners are two positions");
	t.w.limits.max_positions = 0;
	is_str(refusal(), "sent", "0: any number");
	world();
	t.strat[0].max_positions = 1;
	sig(0, 1, SIDE_BUY, 5);
	is_str(refusal(), "max_positions of the strategy",
	    "one planned this minute counts");
}

/* ---- When ----------------------------------------------------------------------- */

static void
minutes(void)
{
	struct order o;

	world();
	t.strat[0].minute.strategy = &module_minute;
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 0, "the minute strategy waits");
	is_int(t.b.sig[0].state, SIG_PENDING, "so does the signal");
	minute_says[0].when = WHEN_OPEN;
	is_int(pass(&o), 0, "it is too late for the open");
	minute_says[0].when = WHEN_CLOSE;
	is_int(pass(&o), 0, "too early for the close");
	minute_says[0] = (struct act){ WHEN_NOW, 9900, false, "cheap" };
	is_int(pass(&o), 1, "now");
	is_str(words(&o), "a 000010 buy 10 at 9940",
	    "0.5 %% above what it decided at: 9,949.5");
	is_int(o.decision, 9900, "decided at");
	is_str(o.reason, "cheap", "its reason");
	is_int(minute_calls, 4, "asked each time");

	world();
	t.strat[0].minute.strategy = &module_minute;
	t.tape[0].is_halted = true;
	sig(0, 0, SIDE_BUY, 1);
	pass(NULL);
	is_int(minute_calls, 0, "what is refused anyway is not asked");

	world();
	t.strat[0].minute.strategy = &module_minute;
	minute_fails = true;
	sig(0, 0, SIDE_BUY, 2);
	sig(1, 1, SIDE_BUY, 1);
	plan_clear(&t.p);
	is_int(trade_pass(&t.w, &t.m, &t.b, &t.p, &t.e), -1, "a failure");
	is_str(t.e.msg, "strategy a: m: minute trouble", "in its words");
	is_str(t.b.sig[0].reason, "its minute strategy failed", "that waits");
	is_int(t.b.sig[1].state, SIG_EXECUTED, "the others go on");
	minute_fails = false;
	minute_says[0] = (struct act){ .when = WHEN_NOW, .price = -1 };
	is_int(trade_pass(&t.w, &t.m, &t.b, &t.p, &t.e), -1,
	    "an impossible price fails too");

	/* The end of the day. */
	world();
	t.m.at = 1504;
	is_str(refusal(), "sent", "16 minutes before the closing auction");
	world();
	t.m.at = 1505;
	is_str(
	    refusal(), "too near the close (entry_stop)", "15 minutes (T13)");
	world();
	t.m.at = 1515;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_NOW, .forced = true };
	is_str(refusal(), "sent", "a forced one goes");
	world();
	t.m.at = 1515;
	t.strat[0].closing_auction = 1;
	is_str(refusal(), "too near the close (entry_stop)",
	    "closing_auction=yes waits for the auction");
	world();
	t.ses.open = 1000;
	t.ses.auction = 1620;
	t.ses.close = 1630;
	t.m.at = 1604;
	is_str(refusal(), "sent", "an hour later on the exam day");
}

static void
closing_auction(void)
{
	struct order o;

	world();
	t.m.at = 1520;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_CLOSE, .price = 10500 };
	t.tape[0].last = 10500;
	is_str(refusal(), "closing_auction=no", "not by default");
	t.strat[0].closing_auction = 1;
	t.m.at = t.b.sig[0].stamp = 1524;
	is_int(pass(&o), 1, "in its first five minutes");
	is_str(words(&o), "a 000010 buy 10 at 10500", "limited at its price");
	ok(o.at_close && !o.at_open && o.reserve_price == 10500,
	    "for the auction");
	world();
	t.m.at = 1525;
	t.strat[0].minute.strategy = &module_minute;
	t.strat[0].closing_auction = 1;
	minute_says[0] = (struct act){ .when = WHEN_CLOSE };
	is_str(refusal(), "the closing auction is too far on", "not later");
	t.m.at = t.b.sig[0].stamp = 1521;
	pass(&o);
	is_str(words(&o), "a 000010 buy 10 at 10000", "without: the last one");
	world();
	t.m.at = 1521;
	t.strat[0].minute.strategy = &module_minute;
	t.strat[0].closing_auction = 1;
	minute_says[0] = (struct act){ .when = WHEN_NOW };
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 0, "`now' is for continuous trading");
}

static void
before_the_open(void)
{
	struct order o;

	world();
	t.m.at = 855;
	t.tape[0].last = 0;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_OPEN, .price = 10300 };
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 1, "before the open (T10)");
	is_str(words(&o), "a 000010 buy 9 at 10300", "sized at its limit");
	ok(o.at_open && o.decision == 10000, "decided at the last close");
	world();
	t.m.at = 849;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_OPEN, .price = 10300 };
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 0, "not before its last ten minutes");
	t.m.at = t.b.sig[0].stamp = 850;
	is_int(pass(&o), 1, "but from them on");
	world();
	t.m.at = 855;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_OPEN };
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	is_str(words(&o), "a 000010 buy 10 market", "no price: at market");
	is_int(o.reserve_price, 13000, "bound at the upper limit");
	world();
	t.m.at = 855;
	sig(0, 0, SIDE_BUY, 1);
	is_int(pass(&o), 0, "without a minute strategy it waits for the open");
	world();
	t.m.at = 855;
	t.strat[0].minute.strategy = &module_minute;
	minute_says[0] = (struct act){ .when = WHEN_OPEN, .price = 14000 };
	sig(0, 0, SIDE_BUY, 1);
	pass(&o);
	is_str(words(&o), "a 000010 buy 7 at 13000", "within the limits");
}

/* ---- Who comes first (T6) ---------------------------------------------------- */

/* Cash for one; who gets it? */
static const char *
first(void)
{
	struct order o = { 0 };

	t.b.cash = 101000;
	t.w.limits.max_daily_loss = PPB_UNSET;
	return pass(&o) == 1 ? words(&o) : "none or many";
}

static void
conflicts(void)
{
	world();
	sig(0, 0, SIDE_BUY, 1);
	sig(0, 1, SIDE_BUY, 3);
	sig(1, 2, SIDE_BUY, 2);
	is_str(first(), "a 000020 buy 10 at 10020", "the higher score");
	is_str(t.b.sig[2].reason, "no cash left", "the others are told");
	world();
	t.strat[1].stock_capital = 100500;
	t.tape[2].last = 8000;
	sig(0, 0, SIDE_BUY, 1);
	sig(1, 2, SIDE_BUY, 1)->price = 8000;
	is_str(first(), "b 000030 buy 12 at 8020", "then the larger quantity");
	world();
	sig(2, 0, SIDE_BUY, 1);
	sig(1, 1, SIDE_BUY, 1);
	sig(1, 3, SIDE_BUY, 1);
	is_str(first(), "b 000020 buy 10 at 10020",
	    "then the strategy's name, then the code");
	world();
	sig(1, 0, SIDE_BUY, 2);
	sig(0, 0, SIDE_BUY, 1);
	is_str(first(), "b 000010 buy 10 at 10020", "one stock, two buyers");
	is_str(t.b.sig[1].reason, "a buy of this stock is working",
	    "the other is refused");
	world();
	lot(0, 0, 5, 50000, 20230301);
	sig(0, 0, SIDE_BUY, 9);
	sig(0, 0, SIDE_SELL, 1);
	is_str(first(), "a 000010 sell 5 at 9980", "sell before buy");
}

int
main(void)
{
	an_entry();
	account_refuses();
	stock_refuses();
	owner_refuses();
	orders_refuse();
	again();
	counts();
	minutes();
	closing_auction();
	before_the_open();
	conflicts();
	return done_testing();
}
