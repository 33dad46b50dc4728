/*
 * market_match.c - orders against bars (T15).
 */
#include "tap.h"

#include "market/match.h"

#define MARKET 0 /* in the column `limit` */

enum bar {
	UP,
	DOWN,
	WIDE,
	THIN,
	HALT,
	LOCK_UP,
	LOCK_DOWN,
	LOW,
	LOCK_FREE,
	AT_LIMIT,
	BEYOND
};

static const struct match_bar bar[] = {
	/* open, high, low, close, volume, lower, upper, lowest */
	[UP] = { 1000, 1020, 990, 1010, 1000, 700, 1300, 700 },
	[DOWN] = { 1000, 1000, 950, 960, 1000, 700, 1300 },
	[WIDE] = { 1000, 1300, 700, 1000, 1000, 0, 0 },
	[THIN] = { 1000, 1020, 990, 1010, 9, 700, 1300 },
	[HALT] = { 1000, 1000, 1000, 1000, 0, 700, 1300 },
	[LOCK_UP] = { 1300, 1300, 1300, 1300, 1000, 700, 1300 },
	[LOCK_DOWN] = { 700, 700, 700, 700, 1000, 700, 1300, 700 },
	/* near a limit that is on no tick */
	[LOW] = { 705, 710, 700, 700, 1000, 699, 1300, 705 },
	/* one price all the minute, but no limit known */
	[LOCK_FREE] = { 1300, 1300, 1300, 1300, 1000, 0, 0 },
	/* at the limit for a while only */
	[AT_LIMIT] = { 1300, 1300, 1290, 1300, 1000, 700, 1300 },
	/* above a limit that was taken from an adjusted base */
	[BEYOND] = { 2000, 2000, 1900, 1900, 1000, 700, 1300 },
};

#define B SIDE_BUY
#define S SIDE_SELL

static const struct {
	const char *what;
	enum bar bar;
	enum side side;
	won limit;
	qty left;
	bool open_only;
	ppb slippage;
	qty want;
	won price;
} t[] = {
	{ "market buy at the open", UP, B, MARKET, 10, false, 0, 10, 1000 },
	{ "market sell at the open", UP, S, MARKET, 10, false, 0, 10, 1000 },
	{ "buy slips up", UP, B, MARKET, 10, false, 4000000, 10, 1004 },
	{ "sell slips down", UP, S, MARKET, 10, false, 4000000, 10, 996 },
	{ "nor does a sell's", UP, S, 701, 10, false, 4000000, 10, 1000 },
	{ "but the day's lowest is a market order (T14)", UP, S, 700, 10, false,
	    4000000, 10, 996 },
	{ "and no more crowded", LOCK_DOWN, S, 700, 10, false, 0, 0, 0 },
	{ "it never fills below itself", LOW, S, 705, 10, false, 4000000, 10,
	    705 },
	{ "limits do not slip", UP, B, 1010, 10, false, 4000000, 10, 1000 },
	{ "slippage ends at the upper limit", AT_LIMIT, B, MARKET, 10, false,
	    4000000, 10, 1300 },
	{ "an open beyond our limit stays", BEYOND, B, MARKET, 10, false,
	    4000000, 10, 2000 },
	{ "and slips on the other side", BEYOND, S, MARKET, 10, false, 4000000,
	    10, 1992 },
	{ "buy limit above the open: the open", UP, B, 1015, 10, false, 0, 10,
	    1000 },
	{ "buy limit at the open", UP, B, 1000, 10, false, 0, 10, 1000 },
	{ "buy limit inside the range", UP, B, 995, 10, false, 0, 10, 995 },
	{ "buy limit at the low", UP, B, 990, 10, false, 0, 10, 990 },
	{ "buy limit below the low", UP, B, 989, 10, false, 0, 0, 0 },
	{ "sell limit below the open: the open", UP, S, 990, 10, false, 0, 10,
	    1000 },
	{ "sell limit inside the range", UP, S, 1015, 10, false, 0, 10, 1015 },
	{ "sell limit at the high", UP, S, 1020, 10, false, 0, 10, 1020 },
	{ "sell limit above the high", UP, S, 1021, 10, false, 0, 0, 0 },
	{ "sell limit of a falling bar", DOWN, S, 1001, 10, false, 0, 0, 0 },
	{ "open only: limit reached later", UP, B, 995, 10, true, 0, 0, 0 },
	{ "open only: limit at the open", UP, B, 1000, 10, true, 0, 10, 1000 },
	{ "open only: sell reached later", UP, S, 1015, 10, true, 0, 0, 0 },
	{ "open only: sell at the open", UP, S, 1000, 10, true, 0, 10, 1000 },
	{ "open only: market", UP, S, MARKET, 10, true, 0, 10, 1000 },
	{ "a tenth of the volume", UP, B, MARKET, 101, false, 0, 100, 1000 },
	{ "exactly a tenth", UP, B, MARKET, 100, false, 0, 100, 1000 },
	{ "a tenth of nine shares", THIN, B, MARKET, 1, false, 0, 0, 0 },
	{ "no volume, no fill", HALT, S, MARKET, 10, false, 0, 0, 0 },
	{ "nothing left", UP, B, MARKET, 0, false, 0, 0, 0 },
	{ "no buy at limit-up", LOCK_UP, B, MARKET, 10, false, 0, 0, 0 },
	{ "nor by limit", LOCK_UP, B, 1300, 10, false, 0, 0, 0 },
	{ "a sell at limit-up", LOCK_UP, S, MARKET, 10, false, 0, 10, 1300 },
	{ "no sell at limit-down", LOCK_DOWN, S, MARKET, 10, false, 0, 0, 0 },
	{ "a buy at limit-down", LOCK_DOWN, B, 700, 10, false, 0, 10, 700 },
	{ "one price without limits", LOCK_FREE, B, MARKET, 10, false, 0, 10,
	    1300 },
	{ "limit-up that opened", AT_LIMIT, B, MARKET, 10, false, 0, 10, 1300 },
	{ "wide, limits unknown", WIDE, B, 700, 10, false, 0, 10, 700 },
};

int
main(void)
{
	struct costs c = { 0 };
	struct match_order o = { .side = SIDE_BUY, .is_market = true };
	qty capacity;
	won price;

	for (size_t i = 0; i < NELEM(t); i++) {
		struct match_order each = {
			.side = t[i].side,
			.is_market = t[i].limit == MARKET,
			.limit = t[i].limit,
			.left = t[i].left,
			.open_only = t[i].open_only,
		};

		c.slippage = t[i].slippage;
		capacity = match_capacity(&bar[t[i].bar]);
		price = 0;
		is_int(match_fill(&each, &bar[t[i].bar], &c, &capacity, &price),
		    t[i].want, "%s", t[i].what);
		is_int(price, t[i].price, "%s: price", t[i].what);
		is_int(capacity, match_capacity(&bar[t[i].bar]) - t[i].want,
		    "%s: capacity", t[i].what);
	}

	/* Several orders share one bar. */
	c.slippage = 0;
	capacity = match_capacity(&bar[UP]);
	is_int(capacity, 100, "capacity");
	o.left = 60;
	is_int(match_fill(&o, &bar[UP], &c, &capacity, &price), 60, "first");
	is_int(match_fill(&o, &bar[UP], &c, &capacity, &price), 40, "second");
	is_int(match_fill(&o, &bar[UP], &c, &capacity, &price), 0, "third");
	is_int(match_capacity(&bar[HALT]), 0, "no capacity in a halt");
	return done_testing();
}
