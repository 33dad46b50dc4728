/*
 * trade_price.c - where our orders stand (T8, T9, T11), by the ticks of 2023:
 * 1 below 2,000, 5 below 5,000, 10 below 20,000, 50 below 50,000.
 */
#include "trade_world.h"

#include "trade/price.h"

/* A stock whose last price and last close are these; no book. */
static struct tape *
at(won last, won prev)
{
	static struct tape tp;

	tp = (struct tape){ .last = last,
		.prev_close = prev,
		.leverage = 1,
		.kind = KIND_KOSPI };
	return &tp;
}

static struct tape *
book(won bid, won ask)
{
	struct tape *tp = at(10000, 10000);

	tp->bid = bid;
	tp->ask = ask;
	return tp;
}

int
main(void)
{
	struct limits l;
	struct tape *tp;

	limits_default(&l);

	/* Entries: two ticks beyond, at most 0.5 % above the decision. */
	is_int(price_entry(&l, at(10000, 10000), DAY, 10000), 10020,
	    "two ticks above the last price");
	is_int(price_entry(&l, book(9990, 10010), DAY, 10000), 10030,
	    "two ticks above the ask");
	is_int(price_entry(&l, book(9990, 10050), DAY, 10000), 10050,
	    "0.5 %% above the decision at most");
	is_int(price_entry(&l, at(10200, 10000), DAY, 10000), 10050,
	    "also where the market has run away");
	is_int(price_entry(&l, at(1999, 2000), DAY, 1999), 2005,
	    "the ticks of each band");
	is_int(price_entry(&l, at(4995, 5000), DAY, 4995), 5010,
	    "5,000, then 5,010");
	is_int(price_entry(&l, at(3000, 3000), DAY, 3000), 3010,
	    "two ticks of five");
	is_int(price_entry(&l, at(1000, 1000), DAY, 1000), 1002,
	    "two ticks of one");
	is_int(price_entry(&l, at(110, 100), DAY, 100), 100,
	    "the reach of a cheap decision: 100.5");
	is_int(price_entry(&l, at(10003, 10000), DAY, 10003), 10030,
	    "an odd price (a mid-price trade): from the tick above");
	is_int(price_entry(&l, at(13000, 10000), DAY, 13000), 13000,
	    "clipped at the upper limit");
	is_int(price_entry(&l, at(12990, 10000), DAY, 12990), 13000,
	    "one tick below it");
	is_int(price_entry(&l, at(7000, 10000), DAY, 6900), 7000,
	    "never under the lower limit");
	is_int(price_entry(&l, at(0, 10000), DAY, 10000), 10020,
	    "before any trade: from the last close");
	is_int(price_entry(&l, at(10000, 0), DAY, 10000), 10020,
	    "no limits known");

	/* Exits: two ticks under the bid. */
	is_int(price_exit(&l, at(10000, 10000), DAY), 9980, "under the last");
	is_int(price_exit(&l, book(9990, 10010), DAY), 9970, "under the bid");
	is_int(price_exit(&l, at(5010, 5000), DAY), 4995, "5,000, then 4,995");
	is_int(price_exit(&l, at(2000, 2000), DAY), 1998, "1,999, 1,998");
	is_int(price_exit(&l, at(10007, 10000), DAY), 9980,
	    "an odd price: from the tick below");
	is_int(price_exit(&l, at(7000, 10000), DAY), 7000,
	    "clipped at the lower limit");
	is_int(price_exit(&l, at(7010, 10000), DAY), 7000, "a tick above it");
	is_int(price_exit(&l, at(1, 1), DAY), 1, "never below a won");

	/* To the touch. */
	is_int(price_touch(&l, at(10050, 10000), DAY, SIDE_BUY, 10000), 10050,
	    "the last price");
	is_int(price_touch(&l, book(9990, 10010), DAY, SIDE_BUY, 10000), 10010,
	    "the ask");
	is_int(price_touch(&l, at(10100, 10000), DAY, SIDE_BUY, 10000), 10100,
	    "one percent from the decision");
	is_int(price_touch(&l, at(10110, 10000), DAY, SIDE_BUY, 10000), 10100,
	    "and no farther");
	is_int(price_touch(&l, at(10190, 10000), DAY, SIDE_BUY, 10099), 10190,
	    "10,199.99 is not reached");
	is_int(price_touch(&l, at(10300, 10000), DAY, SIDE_BUY, 10099), 10190,
	    "but caps at its tick below");
	is_int(price_touch(&l, book(9940, 10010), DAY, SIDE_SELL, 10000), 9940,
	    "a sell to the bid, however far");

	/* Without a reach. */
	limits_set(&l, "entry_reach", "off", &(struct err){ 0 });
	limits_set(&l, "chase_reach", "off", &(struct err){ 0 });
	is_int(price_entry(&l, at(10200, 10000), DAY, 10000), 10220,
	    "entry_reach=off: wherever the market is");
	is_int(price_touch(&l, at(10300, 10000), DAY, SIDE_BUY, 10000), 10300,
	    "chase_reach=off");

	/* A given limit. */
	tp = at(55000, 55000);
	is_int(price_legal(tp, DAY, SIDE_BUY, 56650), 56700,
	    "a marketable buy rounds up (T9)");
	is_int(price_legal(tp, DAY, SIDE_SELL, 53350), 53300,
	    "a marketable sell down");
	is_int(price_legal(tp, DAY, SIDE_BUY, 56700), 56700, "legal already");
	is_int(price_legal(tp, DAY, SIDE_BUY, 99999), 71500,
	    "clipped at the upper limit");
	is_int(
	    price_legal(tp, DAY, SIDE_SELL, 1), 38500, "and at the lower one");

	/* The day's limits: the broker's win (T9). */
	tp = at(10000, 10000);
	is_int(price_upper(tp, DAY), 13000, "ours");
	is_int(price_lower(tp, DAY), 7000, "ours");
	tp->base = 8000;
	is_int(price_upper(tp, DAY), 10400, "around the broker's base");
	tp->upper = 10390;
	tp->lower = 5610;
	is_int(price_upper(tp, DAY), 10390, "the broker's own");
	is_int(price_lower(tp, DAY), 5610, "both");
	is_int(price_entry(&l, tp, DAY, 12000), 10020, "used");
	is_int(price_legal(tp, DAY, SIDE_BUY, 12000), 10390, "to clip");
	tp->lower = 5613;
	is_int(price_lower(tp, DAY), 5620, "on a tick");
	tp = at(10000, 0);
	is_int(price_lower(tp, DAY), 1, "nothing known: any price");
	ok(price_upper(tp, DAY) >= 1000000000, "nothing known: no bound");
	tp = at(10000, 10000);
	is_int(price_upper(tp, 20150612), 11500, "15 %% before June 2015");
	tp->kind = KIND_ETF;
	tp->leverage = 2;
	is_int(price_upper(tp, DAY), 16000, "a leveraged fund: 60 %%");
	return done_testing();
}
