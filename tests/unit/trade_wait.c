/*
 * trade_wait.c - what waits too long (T10, T11, T13).  Orders are sent at
 * 09:05, decided at 10,000.
 */
#include "trade_world.h"

/* What trade_wait asks at a minute. */
static const char *
at(hhmm minute)
{
	t.m.at = minute;
	plan_clear(&t.p);
	trade_wait(&t.w, &t.m, &t.b, &t.p);
	return asked();
}

/* The same, carried out as the shells do. */
static const char *
then(hhmm minute)
{
	const char *s = at(minute);

	for (int i = 0; i < t.p.n; i++)
		if (t.p.item[i].kind == REQ_AMEND)
			book_amended(&t.w, &t.b.order[t.p.item[i].order], DAY,
			    t.p.item[i].is_market, t.p.item[i].limit, minute);
	return s;
}

static void
entry(void)
{
	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	t.tape[0].last = 10050;
	is_str(then(905), "", "not in its own minute");
	is_str(then(906), "amend 1 to 10050", "to the touch after one");
	t.tape[0].last = 10200;
	is_str(then(907), "amend 1 to 10100",
	    "again, at most 1 %% from the decision");
	is_str(then(908), "cancel 1", "cancelled after three");
	ok(t.b.order[0].wants_cancel, "marked");
	is_str(then(909), "", "asked once");

	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_PART)->filled = 3;
	t.tape[0].last = 10050;
	is_str(then(907), "amend 1 to 10050", "a minute missed");
	is_str(then(909), "cancel 1", "two missed: cancelled at once");

	world();
	order(0, 0, SIDE_BUY, 10, 10050, ORDER_OPEN);
	t.tape[0].last = 10050;
	is_str(then(906), "", "at the touch already");
	t.tape[0].last = 10060;
	is_str(then(907), "amend 1 to 10060", "a later amend is its first");
	is_int(t.b.order[0].amends, 1, "counted so");

	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	is_str(then(906), "", "never away from the market: 10,000 is lower");

	world();
	limits_set(&t.w.limits, "entry_amends", "1", &t.e);
	limits_set(&t.w.limits, "entry_wait", "5", &t.e);
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	t.tape[0].last = 10050;
	is_str(then(906), "amend 1 to 10050", "entry_amends=1");
	t.tape[0].last = 10060;
	is_str(then(907), "", "no second");
	is_str(then(909), "", "entry_wait=5");
	is_str(then(910), "cancel 1", "is over");

	world();
	order(0, 0, SIDE_BUY, 10, 0, ORDER_OPEN);
	is_str(then(907), "", "a market order is not amended");
	is_str(then(908), "cancel 1", "but cancelled");

	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	t.tape[0].last = 10050;
	t.b.cash = 100499; /* 10 * 10,050 = 100,500 */
	is_str(then(906), "", "a won short: it stays where it is");
	t.b.cash = 100500;
	is_str(then(906), "amend 1 to 10050", "just enough");

	/* The limits that cut the order hold for its amends (T20). */
	for (int i = 0; i < 3; i++) {
		static const char *const name[] = { "max_order_weight",
			"max_stock_weight", "max_exposure" };

		world();
		limits_set(&t.w.limits, name[i], "10", &t.e);
		order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
		t.tape[0].last = 10050;
		t.b.day.start_equity = 1004999;
		is_str(then(906), "", "%s: a won short", name[i]);
		t.b.day.start_equity = 1005000;
		is_str(then(906), "amend 1 to 10050", "just enough");
	}
}

static void
which_orders(void)
{
	static const enum order_state idle[] = { ORDER_PLANNED, ORDER_SENDING,
		ORDER_UNKNOWN, ORDER_FILLED, ORDER_CANCELLED, ORDER_REJECTED,
		ORDER_EXPIRED };

	world();
	for (size_t i = 0; i < NELEM(idle); i++)
		order(0, 0, SIDE_BUY, 10, 10020, idle[i]);
	is_str(at(910), "", "only what works is touched");

	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	order(0, 1, SIDE_SELL, 10, 9980, ORDER_OPEN);
	t.w.halt.all = true;
	is_str(at(910), "", "halt --all stops this too (T22)");
	t.w.halt.all = false;
	t.w.halt.entries = true;
	is_str(at(910), "cancel 1, amend 2 to market",
	    "a halt of entries does not");
	t.b.order[0].wants_cancel = false;
	t.tape[0].is_halted = t.tape[1].is_halted = true;
	is_str(at(906), "", "a halted stock: nothing is amended");
	is_str(at(910), "cancel 1", "but an entry does not rest there");
}

static void
exits(void)
{
	world();
	lot(0, 0, 10, 100000, 20230301);
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	t.tape[0].last = 9950;
	is_str(then(905), "", "not in its own minute");
	is_str(then(906), "amend 2 to 9950", "to the touch after one");
	is_str(then(907), "amend 2 to market", "to market after the second");
	is_str(then(908), "", "and stays there");

	world();
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	t.tape[0].last = 9980;
	is_str(then(906), "", "at the touch already");
	is_str(then(907), "amend 1 to market", "to market all the same");
	world();
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	is_str(then(906), "", "never away from the market: 10,000 is higher");
	world();
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	is_str(then(930), "amend 1 to market", "minutes missed: to market");
	world();
	t.tape[0].bid = 9940;
	t.tape[0].ask = 9960;
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	is_str(then(906), "amend 1 to 9940", "the touch of a sell is the bid");
}

static void
auctions(void)
{
	struct order *o;

	world();
	t.m.at = 855;
	o = order(0, 0, SIDE_BUY, 10, 10300, ORDER_OPEN);
	o->at_open = true;
	is_str(at(859), "", "before the open everything rests");
	is_str(at(900), "", "its bar is not over");
	is_str(at(901), "cancel 1", "cancelled at the first minute after");

	world();
	t.m.at = 855;
	o = order(0, 0, SIDE_SELL, 10, 0, ORDER_OPEN);
	o->at_open = true;
	is_str(at(901), "", "an exit at the open is at market and stays");

	world();
	t.m.at = 1519;
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	is_str(at(1519), "", "the last minute");
	is_str(at(1520), "cancel 1", "as the closing auction begins (T13)");

	world();
	t.m.at = 1520;
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN)->at_close = true;
	order(0, 1, SIDE_SELL, 10, 10000, ORDER_OPEN)->at_close = true;
	is_str(at(1521), "", "limits of the closing auction rest");
	is_str(at(1529), "", "until it is made");
	is_str(at(1530), "", "after the close nothing is done");

	world();
	t.m.at = 1519;
	order(0, 1, SIDE_SELL, 10, 10000, ORDER_OPEN);
	is_str(then(1521), "amend 1 to 7000",
	    "an ordinary exit goes on into it, at any price but not at market");
	is_str(then(1523), "", "and stays there (T14)");
	is_str(at(829), "", "and nothing at night");
}

/* The lunch break of the nineties counts as waiting, and is silent. */
static void
lunch(void)
{
	world();
	t.ses.break_start = 1200;
	t.ses.break_end = 1300;
	t.m.at = 1159;
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	order(0, 1, SIDE_SELL, 10, 9980, ORDER_OPEN);
	is_str(at(1200), "", "nothing in the break");
	is_str(at(1259), "", "to its end");
	is_str(at(1300), "cancel 1, amend 2 to market", "after it, by age");
}

int
main(void)
{
	entry();
	which_orders();
	exits();
	auctions();
	lunch();
	return done_testing();
}
