/*
 * trade_size.c - how many shares: capital, and each limit in turn, with the
 * open orders counted (P6, T8, T20, T23).  Equity is ten million.
 */
#include "trade_world.h"

#include "trade/size.h"

static const char *why;

/* Cut a wish of strategy a for stock 0, at 10,000 won. */
static qty
cut(qty wanted, won bind)
{
	why = "";
	return size_cut(&t.w, &t.b, 0, 0, wanted, 10000, bind, &why);
}

/* Room for everything but what a test sets. */
static void
wide(void)
{
	world();
	t.w.limits.max_order_weight = PPB_ONE;
	t.w.limits.max_stock_weight = PPB_ONE;
	t.w.limits.max_exposure = PPB_ONE;
	t.strat[1].is_on = t.strat[2].is_on = false;
}

static void
capital(void)
{
	world();
	t.strat[2].weight = 2 * PPB_ONE;
	is_int(strategy_capital(&t.w, &t.b, 0), 2375000,
	    "a quarter of 95 %% of ten million");
	is_int(strategy_capital(&t.w, &t.b, 2), 4750000, "two quarters");
	t.strat[1].is_on = false;
	is_int(strategy_capital(&t.w, &t.b, 0), 3166666,
	    "one that is off does not share");
	t.strat[2].is_leaving = true;
	is_int(strategy_capital(&t.w, &t.b, 0), 9500000, "nor one that leaves");
	t.strat[0].weight = 0;
	is_int(strategy_capital(&t.w, &t.b, 0), 0, "no weight, no capital");
	world();
	t.b.day.start_equity = -5;
	is_int(strategy_capital(&t.w, &t.b, 0), 0, "nothing is left to share");
	t.b.day.start_equity = 0;
	is_int(strategy_capital(&t.w, &t.b, 0), 0, "nothing at all");
	world();
	t.w.limits.max_exposure = PPB_UNSET;
	is_int(strategy_capital(&t.w, &t.b, 0), 3333333, "no exposure limit");
	t.b.cash = 1;
	is_int(strategy_capital(&t.w, &t.b, 0), 3333333,
	    "it is of yesterday's equity, not of today's cash");
}

static void
cash(void)
{
	world();
	t.strat[1].is_on = t.strat[2].is_on = false;
	is_int(strategy_cash(&t.w, &t.b, 0), 9500000, "all its capital");
	lot(0, 1, 100, 1000000, DAY);
	is_int(strategy_cash(&t.w, &t.b, 0), 8500000, "less its holdings");
	order(0, 2, SIDE_BUY, 100, 10000, ORDER_OPEN)->filled = 40;
	is_int(strategy_cash(&t.w, &t.b, 0), 7900000,
	    "less the rest of its entries");
	order(1, 3, SIDE_BUY, 100, 0, ORDER_UNKNOWN);
	is_int(book_free_cash(&t.b, &t.w.limits), 10000000 - 600000 - 1300000,
	    "an unknown market buy binds at the upper limit (T28)");
	t.b.buyable = 1000000;
	is_int(
	    strategy_cash(&t.w, &t.b, 0), 1000000, "the broker's word (T23)");
	t.b.buyable = -1;
	is_int(book_free_cash(&t.b, &t.w.limits), 0, "never negative");
	t.b.buyable = INT64_MAX;
	t.b.cash = -1000;
	is_int(book_free_cash(&t.b, &t.w.limits), 0, "nor below nothing");
	is_int(strategy_cash(&t.w, &t.b, 0), 0, "for the strategy either");
}

static void
wanted(void)
{
	world();
	is_int(size_wanted(&t.w, &t.b, 0, 10000), 10, "100,000 / 10,000");
	is_int(size_wanted(&t.w, &t.b, 0, 10001), 9, "a won more: nine");
	is_int(size_wanted(&t.w, &t.b, 0, 100001), 0, "too dear");
	is_int(size_wanted(&t.w, &t.b, 0, 0), 0, "no price");
	limits_set(&t.w.limits, "commission", "0.00015", &t.e);
	is_int(size_wanted(&t.w, &t.b, 0, 10000), 9, "with its commission");
	limits_set(&t.w.limits, "commission", "0", &t.e);
	t.strat[0].stock_capital = 0;
	is_int(size_wanted(&t.w, &t.b, 0, 10000), 63,
	    "3,166,666 in five parts of 633,333");
	t.strat[0].max_positions = 0;
	is_int(size_wanted(&t.w, &t.b, 0, 10000), 316, "any number: in one");
}

static void
limits(void)
{
	world();
	t.strat[1].is_on = t.strat[2].is_on = false;
	is_int(cut(1000, 10000), 100, "max_order_weight: a million");
	is_int(cut(99, 10000), 99, "less is not cut");
	is_int(cut(0, 10000), 0, "nothing wanted");
	is_str(why, "the capital for a stock buys no share", "why");
	t.b.day.start_equity = 99999;
	is_int(cut(10, 10000), 0, "a tenth of 99,999 buys none");
	is_str(why, "max_order_weight", "why");

	wide();
	t.w.limits.max_stock_weight = PPB_ONE / 5;
	is_int(cut(1000, 10000), 200, "max_stock_weight: two million");
	lot(STRAT_MANUAL, 0, 50, 1, DAY);
	is_int(cut(1000, 10000), 150, "MANUAL counts, at its price (T24)");
	order(1, 0, SIDE_BUY, 60, 10500, ORDER_UNKNOWN)->filled = 10;
	is_int(cut(1000, 10000), 97,
	    "another's unknown buy counts as filled at its limit: 525,000");
	order(1, 0, SIDE_SELL, 50, 0, ORDER_OPEN);
	is_int(cut(1000, 10000), 97, "a working sell frees nothing yet");
	lot(0, 0, 98, 980000, DAY);
	is_int(cut(1000, 10000), 0, "full");
	is_str(why, "max_stock_weight", "why");

	wide();
	t.w.limits.max_exposure = PPB_ONE / 2;
	lot(1, 1, 200, 1, DAY);
	lot(STRAT_MANUAL, 2, 100, 1, DAY);
	order(1, 3, SIDE_BUY, 100, 10000, ORDER_PLANNED);
	is_int(cut(1000, 10000), 100, "max_exposure: five less four million");
	t.tape[1].last = 20000;
	is_int(cut(1000, 10000), 0, "at today's prices");
	is_str(why, "max_exposure", "why");

	wide();
	t.w.limits.max_exposure = PPB_ONE / 2;
	t.b.cash = 20000000;
	lot(0, 1, 450, 4500000, DAY);
	t.tape[1].last = t.tape[1].prev_close = 1000;
	is_int(cut(1000, 10000), 50,
	    "the strategy's capital counts what its holdings cost");

	wide();
	t.b.cash = 1000000;
	is_int(cut(1000, 10000), 100, "the cash");
	is_int(cut(1000, 13000), 76, "at what a share can cost at most (T8)");
	t.b.cash = 9999;
	is_int(cut(1000, 10000), 0, "too little");
	is_str(why, "no cash left", "why");
	limits_set(&t.w.limits, "commission", "0.0015", &t.e);
	t.b.cash = 1000000;
	is_int(cut(1000, 10000), 99, "with the commission");

	world();
	limits_none(&t.w.limits);
	limits_set(&t.w.limits, "costs", "none", &t.e);
	is_int(cut(100000, 10000), 1000, "no limit but the cash");
	t.b.day.start_equity = 0;
	is_int(cut(100000, 10000), 1000, "whatever the equity");
}

int
main(void)
{
	capital();
	cash();
	wanted();
	limits();
	return done_testing();
}
