/*
 * trade_fill.c - shares and cash, to the won (P4, T15, T24).
 */
#include "trade_world.h"

#include "trade/size.h"

static struct fill f;

/* Fill n shares of the i-th order at a price. */
static void
fill(int i, qty n, won price, hhmm at)
{
	f = (struct fill){ 0 };
	book_fill(&t.b, &t.w, &t.b.order[i], n, price, DAY, at,
	    &t.w.limits.costs, &f);
}

static void
buys_in_parts(void)
{
	world();
	limits_set(&t.w.limits, "commission", "0.00015", &t.e);
	order(0, 1, SIDE_BUY, 100, 10020, ORDER_OPEN);
	fill(0, 30, 10000, 905);
	/* 300,000; commission 45 */
	is_int(t.b.cash, 10000000 - 300000 - 45, "cash after the first part");
	is_int(t.b.order[0].state, ORDER_PART, "part");
	is_int(f.commission, 45, "commission");
	is_int(f.tax, 0, "no tax on a buy");
	fill(0, 33, 10010, 906);
	/* 330,330; commission 49.5495, floored */
	is_int(f.commission, 49, "each fill's commission is floored");
	fill(0, 37, 10020, 908);
	/* 370,740; commission 55.611 */
	is_int(t.b.cash, 10000000 - 300000 - 330330 - 370740 - 45 - 49 - 55,
	    "cash to the won");
	is_int(t.b.order[0].state, ORDER_FILLED, "filled");
	is_int(t.b.order[0].filled_won, 1001070, "filled for");
	is_int(t.b.nlot, 1, "one lot");
	is_int(t.b.lot[0].n, 100, "of all its shares");
	is_int(t.b.lot[0].cost, 1001070, "at what was paid, costs left out");
	is_int(t.b.lot[0].fees, 149, "its commission");
	is_int(t.b.lot[0].entry_time, 905, "entered with the first part");
	is_int(t.b.lot[0].high, 0, "no close known yet");
	is_int(book_held(&t.b, 0, 1, NULL), 100, "held");
	is_int(book_held(&t.b, 1, 1, NULL), 0, "by its strategy alone");
}

static void
sells_in_parts(void)
{
	struct lot *l;

	world();
	limits_set(&t.w.limits, "costs", "krx", &t.e);
	l = lot(0, 1, 7, 70005, 20230310);
	l->fees = 10;
	order(0, 1, SIDE_SELL, 7, 0, ORDER_OPEN);
	fill(0, 3, 11000, 905);
	/* cost 70,005 * 3 / 7 = 30,002.14; fees 4.28; amount 33,000;
	 * commission 4.95; tax of 2023 0.20 % = 66 */
	is_int(f.cost, 30002, "cost in proportion, floored");
	is_int(f.fees, 4, "fees too");
	is_int(f.commission, 4, "commission");
	is_int(f.tax, 66, "tax");
	is_int(f.profit, 33000 - 4 - 66 - 30002 - 4, "profit");
	is_int(t.b.cash, 10000000 + 33000 - 4 - 66, "cash");
	is_int(f.entry_date, 20230310, "since");
	is_int(t.b.lot[0].n, 4, "left");
	fill(0, 3, 11000, 906);
	/* 40,003 * 3 / 4 = 30,002.25 */
	is_int(f.cost, 30002, "of what is left");
	fill(0, 1, 11000, 907);
	is_int(f.cost, 10001, "the last share takes the rest");
	is_int(f.fees, 2, "and its fees: 4 + 4 + 2");
	is_int(t.b.lot[0].cost, 0, "nothing stays");
	is_int(t.b.lot[0].fees, 0, "nor fees");
	is_int(t.b.order[0].state, ORDER_FILLED, "sold");
	is_int(book_held(&t.b, 0, 1, NULL), 0, "none held");
}

static void
which_lots(void)
{
	world();
	lot(STRAT_MANUAL, 1, 50, 500000, 20200101);
	lot(0, 1, 10, 120000, 20230313);
	lot(0, 1, 10, 100000, 20230302);
	lot(1, 1, 10, 110000, 20230301);
	order(0, 1, SIDE_SELL, 15, 0, ORDER_OPEN);
	fill(0, 15, 10000, 905);
	is_int(t.b.lot[2].n, 0, "the oldest of the strategy's lots first");
	is_int(t.b.lot[1].n, 5, "then the next");
	is_int(f.cost, 100000 + 60000, "with their costs");
	is_int(f.entry_date, 20230302, "since the oldest");
	is_int(t.b.lot[0].n, 50, "MANUAL is untouched");
	is_int(t.b.lot[3].n, 10, "another strategy's too");

	world();
	lot(0, 1, 10, 100000, 20230301);
	lot(0, 1, 10, 120000, 20230302);
	lot(0, 1, 10, 140000, 20230303);
	order(0, 1, SIDE_SELL, 12, 0, ORDER_OPEN)->lot_id = t.b.lot[1].id;
	fill(0, 12, 10000, 905);
	is_int(t.b.lot[1].n, 0, "the named lot first");
	is_int(t.b.lot[0].n, 8, "then the oldest");
	is_int(t.b.lot[2].n, 10, "not the youngest");
	is_int(f.cost, 120000 + 20000, "their costs");

	world();
	lot(0, 1, 10, 100000, DAY)->entry_time = 930;
	lot(0, 1, 10, 110000, DAY)->entry_time = 910;
	order(0, 1, SIDE_SELL, 10, 0, ORDER_OPEN);
	fill(0, 10, 10000, 1000);
	is_int(t.b.lot[0].n, 10, "within a day the earlier one first");
}

static void
the_brokers_word(void)
{
	world();
	limits_set(&t.w.limits, "costs", "krx", &t.e);
	order(0, 1, SIDE_BUY, 10, 10000, ORDER_OPEN);
	f = (struct fill){ .commission = 77, .tax = 0 };
	book_fill(&t.b, &t.w, &t.b.order[0], 10, 10000, DAY, 905, NULL, &f);
	is_int(f.commission, 77, "the broker's commission");
	is_int(t.b.cash, 10000000 - 100000 - 77, "is what is paid");
	order(0, 1, SIDE_SELL, 10, 10000, ORDER_OPEN);
	f = (struct fill){ .commission = 8, .tax = 199 };
	book_fill(&t.b, &t.w, &t.b.order[1], 10, 10000, DAY, 905, NULL, &f);
	is_int(f.profit, 100000 - 8 - 199 - 100000 - 77, "and the tax");
}

/* A fill heard of after the cancel, or before the answer. */
static void
out_of_order(void)
{
	world();
	order(0, 1, SIDE_BUY, 10, 10000, ORDER_CANCELLED);
	fill(0, 4, 10000, 905);
	is_int(t.b.order[0].state, ORDER_CANCELLED, "stays cancelled");
	is_int(t.b.lot[0].n, 4, "and is booked");
	fill(0, 6, 10000, 905);
	is_int(t.b.order[0].state, ORDER_FILLED, "filled after all");
	order(0, 2, SIDE_BUY, 10, 10000, ORDER_SENDING);
	fill(1, 10, 10000, 905);
	book_accepted(&t.b, &t.b.order[1]);
	is_int(t.b.order[1].state, ORDER_FILLED, "the answer comes last");
	order(0, 3, SIDE_BUY, 10, 10000, ORDER_SENDING);
	fill(2, 5, 10000, 905);
	book_event(&t.b.order[2], EV_LOST);
	is_int(t.b.order[2].state, ORDER_PART, "the answer is not needed");
}

static void
amends(void)
{
	world();
	order(0, 1, SIDE_BUY, 10, 10000, ORDER_OPEN);
	is_int(book_reserved(&t.b, &t.w.limits.costs), 100000, "bound");
	book_amended(&t.w, &t.b.order[0], DAY, false, 10050, 906);
	is_int(book_reserved(&t.b, &t.w.limits.costs), 100500, "bound more");
	is_int(t.b.order[0].amends, 1, "amended once");
	is_int(t.b.order[0].worked, 906, "at 9:06");
	book_amended(&t.w, &t.b.order[0], DAY, true, 0, 907);
	is_int(book_reserved(&t.b, &t.w.limits.costs), 130000,
	    "at market: at the upper limit (T8)");
	is_int(t.b.order[0].limit, 0, "no limit");
	t.b.order[0].filled = 4;
	is_int(book_reserved(&t.b, &t.w.limits.costs), 78000, "the rest");
	limits_set(&t.w.limits, "commission", "0.00015", &t.e);
	is_int(book_reserved(&t.b, &t.w.limits.costs), 78012,
	    "with its commission, 11.7 rounded up");
	book_event(&t.b.order[0], EV_CANCEL);
	is_int(book_reserved(&t.b, &t.w.limits.costs), 0, "free again");
}

static void
sums(void)
{
	world();
	lot(0, 0, 10, 90000, DAY);
	lot(STRAT_MANUAL, 0, 5, 40000, DAY);
	lot(1, 1, 3, 33000, DAY);
	t.tape[0].last = 11000;
	is_int(book_held_all(&t.b, 0), 15, "of all owners");
	is_int(book_equity(&t.b, &t.w), 10000000 + 165000 + 30000,
	    "equity at the last prices");
	t.tape[1].last = 0;
	t.tape[1].prev_close = 12000;
	is_int(book_equity(&t.b, &t.w), 10000000 + 165000 + 36000,
	    "at the last close before any trade");
	t.tape[1].prev_close = 0;
	is_int(book_equity(&t.b, &t.w), 10000000 + 165000 + 33000,
	    "at cost where no price is known");
	order(0, 0, SIDE_SELL, 10, 0, ORDER_UNKNOWN);
	order(0, 1, SIDE_BUY, 10, 10000, ORDER_PLANNED);
	order(1, 1, SIDE_SELL, 3, 0, ORDER_FILLED);
	is_int(book_selling(&t.b, 0, 0), 10, "unknown sells bind (P6)");
	is_int(book_selling(&t.b, 1, 1), 0, "final ones do not");
	is_int(book_working(&t.b, 0), 2, "a sell works");
	is_int(book_working(&t.b, 1), 1, "a planned buy counts");
	is_int(book_working(&t.b, 2), 0, "nothing works");
	order(0, 2, SIDE_BUY, INT64_MAX / 13000, 13000, ORDER_UNKNOWN);
	order(0, 3, SIDE_BUY, INT64_MAX / 2, 13000, ORDER_UNKNOWN);
	is_int(book_reserved(&t.b, &t.w.limits.costs), INT64_MAX,
	    "an impossible sum binds everything");
	is_int(book_free_cash(&t.b, &t.w.limits), 0, "so nothing is free");
}

int
main(void)
{
	buys_in_parts();
	sells_in_parts();
	which_lots();
	the_brokers_word();
	out_of_order();
	amends();
	sums();
	return done_testing();
}
