/*
 * Each strategy against cases worked out by hand, the example of its file's
 * opening comment first.
 */
#include "strategy_world.h"
#include "tap.h"

/* One stock "A", these closes, so many shares held. */
static struct world *
one(const char *closes, qty held)
{
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	st->held = held;
	st->entry_date = held > 0 ? 20250301 : 0;
	world_closes(w, 0, closes, false);
	return w;
}

/* The closes, the holding, what the module says. */
static void
says(const char *spec, const char *closes, qty held, const char *want)
{
	struct world *w = one(closes, held);

	is_str(world_daily(w, spec), want, "%s: %s%s", spec, closes,
	    held > 0 ? ", held" : "");
	world_free(w);
}

static void
sma(void)
{
	says("sma:short=2,long=3", "100 98 96 101", 0, "A buy 0.169 101");
	says("sma:short=2,long=3", "100 98 96 101", 7, "");
	says("sma:short=2,long=3", "98 96 101", 0, "");
	says("sma:short=2,long=3", "1 100 98 96 101", 0, "A buy 0.169 101");
	/* Two bars on there is no cross any more. */
	says("sma:short=2,long=3", "100 98 96 101 103", 0, "");
	/* Equal averages before, then above: a cross.  Equal now: none. */
	says("sma:short=1,long=2", "100 100 101", 0, "A buy 0.498 101");
	says("sma:short=1,long=2", "101 100 100", 0, "");
	/* Dead cross; of a holding alone. */
	says("sma:short=2,long=3", "100 102 104 99", 5, "A sell 100.000 0");
	says("sma:short=2,long=3", "100 102 104 99", 0, "");
	says("sma:short=1,long=2", "100 100 99", 5, "A sell 100.000 0");
	says("sma:short=3,long=3", "1 5 2 9 3 8", 0, "");
	/* A third does not come out even: exact, where doubles may not be. */
	says("sma:short=1,long=3", "10 10 10 10 11", 0, "A buy 6.452 11");
	says("sma:short=1,long=3", "7 7 7 7", 0, "");
	says("sma:short=0", "1", 0,
	    "strategy 'sma': short=0 is impossible: "
	    "1..1000");
}

static void
dual_momentum(void)
{
	/* Codes in order; S is the safe asset, I the inverse fund. */
	static const char spec[] = "dual_momentum:period=3,top=1,"
				   "safe_asset=SSSSSS,inverse_etf=IIIIII";
	static const struct {
		const char *safe, *name, *want;
		qty held_b, held_i;
	} cases[] = {
		{ "100 101 101 102", "rising: the best, the rest is sold",
		    "AAAAAA buy 10.000 110, BBBBBB sell 100.000 0", 5, 0 },
		{ "100 101 101 102", "rising: the inverse fund is sold",
		    "AAAAAA buy 10.000 110, IIIIII sell 100.000 0", 0, 5 },
		{ "100 101 101 100", "neither rising nor falling is no fall",
		    "AAAAAA buy 10.000 110", 0, 0 },
		{ "100 101 101 99", "falling: the inverse fund alone",
		    "IIIIII buy 100.000 90, BBBBBB sell 100.000 0", 5, 0 },
		{ "100 101 101 99", "falling: what is held stays", "", 0, 5 },
		{ "100 101 101", "the market unknown: nothing", "", 5, 0 },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct world *w = world_new();

		world_stock(w, "AAAAAA");
		world_stock(w, "BBBBBB")->held = cases[i].held_b;
		world_stock(w, "DDDDDD"); /* listed yesterday */
		world_stock(w, "IIIIII")->held = cases[i].held_i;
		world_stock(w, "SSSSSS");
		world_closes(w, 0, "100 90 95 110", false);
		world_closes(w, 1, "50 50 50 52", false);
		world_closes(w, 2, "10 90", false);
		world_closes(w, 3, "100 90 80 90", false);
		world_closes(w, 4, cases[i].safe, false);
		is_str(world_daily(w, spec), cases[i].want, "dual_momentum, %s",
		    cases[i].name);
		world_free(w);
	}
	says("dual_momentum:period=2,safe_asset=", "10 11 12", 0,
	    "A buy 20.000 12");
	says("dual_momentum:period=2,safe_asset=", "10 11 10", 3,
	    "A sell 100.000 0");
	says("dual_momentum:period=2,safe_asset=", "10 11", 3, "");
	says("dual_momentum", "10 11 12", 0,
	    "dual_momentum: safe_asset "
	    "122630 is not among the stocks; add it, name another, or give "
	    "safe_asset= for none");
}

static void
dual_momentum_ranks(void)
{
	static const char *const closes[] = { "100 105", "100 103", "100 109",
		"100 105", "100 100" };
	static const char *const code[] = { "A", "B", "C", "D", "E" };
	struct world *w = world_new();

	for (int i = 0; i < 5; i++) {
		world_stock(w, code[i]);
		world_closes(w, i, closes[i], false);
	}
	is_str(world_daily(w, "dual_momentum:period=1,safe_asset=,top=2"),
	    "C buy 9.000 109, A buy 5.000 105",
	    "dual_momentum: of equals the smaller code");
	is_str(world_daily(w, "dual_momentum:period=1,safe_asset=,top=9"),
	    "C buy 9.000 109, A buy 5.000 105, D buy 5.000 105, "
	    "B buy 3.000 103",
	    "dual_momentum: not what stands still");
	w->stock[0].held = w->stock[1].held = 1;
	is_str(world_daily(w, "dual_momentum:period=1,safe_asset=,top=2"),
	    "C buy 9.000 109, B sell 100.000 0",
	    "dual_momentum: one kept, one out");
	is_str(world_universe(w,
		   "dual_momentum:safe_asset=,"
		   "min_trading_value=200000"),
	    "", "dual_momentum: none trades that");
	world_free(w);
	w = world_new();
	world_stock(w, "114800");
	world_stock(w, "122630");
	world_stock(w, "999999");
	is_str(world_universe(w, "dual_momentum:min_trading_value=1"),
	    "114800 122630", "dual_momentum: its funds are always watched");
	world_free(w);
}

static void
breakout(void)
{
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");
	static const char spec[] = "breakout:box_period=3,exit_period=2,"
				   "volume_multiplier=2";

	world_day(w, 0, 100, 105, 90, 100, 10);
	world_day(w, 0, 100, 110, 95, 100, 20);
	world_day(w, 0, 100, 108, 96, 100, 30);
	is_str(world_daily(w, "breakout:box_period=3"), "",
	    "breakout: three days are no box and a day");
	world_day(w, 0, 100, 112, 99, 111, 41);
	is_str(world_daily(w, spec), "A buy 0.909 111", "breakout: the box");
	w->daily[0].volume[3] = 40;
	is_str(world_daily(w, spec), "", "breakout: exactly twice the volume");
	is_str(world_daily(w, "breakout:box_period=3"), "A buy 0.909 111",
	    "breakout: volume is off by default");
	w->daily[0].close[3] = 110;
	is_str(world_daily(w, "breakout:box_period=3"), "",
	    "breakout: at the top is not above it");
	st->held = 5;
	w->daily[0].close[3] = 95;
	is_str(world_daily(w, spec), "", "breakout: at the bottom");
	w->daily[0].close[3] = 94;
	is_str(world_daily(w, spec), "A sell 100.000 0",
	    "breakout: below the two days before");
	is_str(world_daily(w, "breakout:box_period=2,exit_period=3"), "",
	    "breakout: not below the three days before");
	world_free(w);
}

static void
pullback(void)
{
	static const char spec[] = "pullback:trend_period=4,pullback_period=2";
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	world_day(w, 0, 100, 101, 99, 100, 10);
	world_day(w, 0, 104, 105, 103, 104, 10);
	world_day(w, 0, 108, 109, 107, 108, 10);
	world_day(w, 0, 108, 113, 105, 112, 10);
	is_str(world_daily(w, spec), "", "pullback: too few bars");
	world_day(w, 0, 108, 108, 106, 106, 10);
	is_str(world_daily(w, spec), "A buy 1.415 106", "pullback: the dip");
	w->daily[0].low[4] = 105;
	is_str(world_daily(w, spec), "", "pullback: the low must rise");
	w->daily[0].low[4] = 106;
	w->daily[0].close[0] = 107;
	is_str(world_daily(w, spec), "", "pullback: the trend falls");
	w->daily[0].close[0] = 106;
	is_str(world_daily(w, spec), "A buy 1.415 106",
	    "pullback: a level trend does not fall");
	st->held = 3;
	is_str(world_daily(w, spec), "A sell 100.000 0",
	    "pullback: below the trend it is sold");
	w->daily[0].close[4] = 108;
	is_str(world_daily(w, spec), "", "pullback: at the trend it is kept");
	world_free(w);
}

static void
closing_bet(void)
{
	static const char spec[] = "closing_bet:trend_period=2";
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	world_day(w, 0, 100, 100, 100, 100, 10);
	world_day(w, 0, 102, 102, 102, 102, 10);
	is_str(world_daily(w, spec), "", "closing_bet: too few bars");
	world_day(w, 0, 101, 106, 100, 105, 10);
	is_str(world_daily(w, spec), "A buy 3.960 105", "closing_bet: strong");
	w->daily[0].low[2] = 101;
	is_str(world_daily(w, spec), "",
	    "closing_bet: exactly 0.8 is not above it");
	is_str(world_daily(w,
		   "closing_bet:trend_period=2,"
		   "close_high_ratio=0.79"),
	    "A buy 3.960 105", "closing_bet: a lower ratio");
	w->daily[0].low[2] = 100;
	w->daily[0].close[0] = 105;
	is_str(world_daily(w, spec), "", "closing_bet: the mean stands still");
	w->daily[0].close[0] = 100;
	w->daily[0].open[2] = 105;
	is_str(world_daily(w, spec), "", "closing_bet: close not above open");
	st->held = 1;
	st->entry_date = 20250313;
	is_str(world_daily(w, spec), "", "closing_bet: leaves selling alone");
	is_str(world_daily(w, "closing_bet:exit_next=yes"), "A sell 100.000 0",
	    "closing_bet: sells the next day");
	st->entry_date = w->ctx.today;
	is_str(world_daily(w, "closing_bet:exit_next=yes"), "",
	    "closing_bet: not on the day of entry");
	world_free(w);
}

static void
rsi_reversion(void)
{
	says("rsi_reversion:period=4", "100 98 97 98 94", 0, "A buy 87.500 94");
	says("rsi_reversion:period=4", "98 97 98 94", 0, "");
	says("rsi_reversion:period=4,buy_threshold=12.5", "100 98 97 98 94", 0,
	    "");
	says(
	    "rsi_reversion:period=4", "94 98 97 98 100", 2, "A sell 100.000 0");
	says("rsi_reversion:period=4", "94 98 97 98 100", 0, "");
	/* Flat: 100 by plain, 0 by wilder. */
	says("rsi_reversion:period=2", "50 50 50", 2, "A sell 100.000 0");
	says("rsi_reversion:period=2", "50 50 50", 0, "");
	says("rsi_reversion:period=2,smoothing=wilder", "50 50 50", 0,
	    "A buy 100.000 50");
	/* Gains 1, 0 -> 0.5; losses 0, 2 -> 1; then 0.25 and (1 + 3) / 2. */
	says("rsi_reversion:period=2,smoothing=wilder", "100 101 99 96", 0,
	    "A buy 88.889 96");
}

static void
vol_breakout(void)
{
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	world_day(w, 0, 100, 103, 98, 100, 10);
	is_str(
	    world_daily(w, "vol_breakout"), "", "vol_breakout: nothing before");
	world_day(w, 0, 101, 105, 100, 103, 10);
	is_str(world_daily(w, "vol_breakout"), "A buy 0.962 104",
	    "vol_breakout: 101 + 2.5 is reached");
	w->daily[0].high[1] = 104;
	is_str(world_daily(w, "vol_breakout"), "A buy 0.000 104",
	    "vol_breakout: reached exactly");
	w->daily[0].high[1] = 103;
	is_str(world_daily(w, "vol_breakout"), "",
	    "vol_breakout: 103 is below 103.5");
	w->daily[0].high[0] = 128;
	w->daily[0].high[1] = 104;
	is_str(world_daily(w, "vol_breakout:k_value=0.1"), "A buy 0.000 104",
	    "vol_breakout: a tenth of 30 is 3");
	w->daily[0].low[0] = 128;
	is_str(world_daily(w, "vol_breakout:k_value=0.1"), "",
	    "vol_breakout: no range says nothing");
	st->held = 1;
	st->entry_date = 20250313;
	is_str(world_daily(w, "vol_breakout"), "",
	    "vol_breakout: leaves selling alone");
	is_str(world_daily(w, "vol_breakout:exit_next=yes"), "A sell 100.000 0",
	    "vol_breakout: sells the next day");
	world_free(w);
}

static void
triple_screen(void)
{
	static const char spec[] = "triple_screen:trend_period=4,rsi_period=2,"
				   "oversold=50,min_trend_strength=0.005";
	struct world *w = one("100 100 130", 0);

	world_day(w, 0, 128, 131, 120, 124, 10);
	is_str(world_daily(w, spec), "", "triple_screen: momentum too high");
	world_day(w, 0, 120, 121, 118, 119, 10);
	is_str(world_daily(w, spec), "A buy 51.613 131",
	    "triple_screen: aimed at the previous high");
	is_str(world_daily(w,
		   "triple_screen:trend_period=4,rsi_period=2,"
		   "oversold=50"),
	    "", "triple_screen: 0.6 %% is no strong trend");
	is_str(world_daily(w,
		   "triple_screen:trend_period=4,rsi_period=2,"
		   "oversold=48,min_trend_strength=0"),
	    "", "triple_screen: not oversold enough");
	is_str(world_daily(w, "triple_screen:trend_period=6"), "",
	    "triple_screen: too few bars");
	w->stock[0].held = 1;
	is_str(world_daily(w, spec), "", "triple_screen: above its trend");
	w->daily[0].close[4] = 117;
	is_str(world_daily(w, spec), "A sell 100.000 0",
	    "triple_screen: below its trend");
	world_free(w);
}

static void
universe(void)
{
	struct world *w = world_new();

	/* A trades 30 days of 1,000 after one of 1,000,000; B trades two of
	 * 1,001; C never. */
	world_stock(w, "A");
	world_stock(w, "B");
	world_stock(w, "C");
	world_day(w, 0, 1000, 1000, 1000, 1000, 1000);
	for (int i = 0; i < 30; i++)
		world_day(w, 0, 10, 10, 10, 10, 100);
	world_day(w, 1, 7, 7, 7, 7, 143);
	world_day(w, 1, 7, 7, 7, 7, 143);
	is_str(world_universe(w, "sma"), "A B C", "universe: all by default");
	is_str(world_universe(w, "sma:min_trading_value=1000"), "A B",
	    "universe: what trades enough");
	is_str(world_universe(w, "sma:min_trading_value=1001"), "B",
	    "universe: over thirty days, or those there are");
	is_int(w->use.strategy->lookback(w->use.value), 30,
	    "lookback: long enough for the filter");
	world_use(w, "sma:short=40,min_trading_value=1");
	is_int(w->use.strategy->lookback(w->use.value), 41,
	    "lookback: and for the averages");
	world_use(w, "sma:short=3,long=9");
	is_int(w->use.strategy->lookback(w->use.value), 10,
	    "lookback: no longer than needed");
	world_free(w);
}

/* ---- Minute strategies ------------------------------------------------- */

static void
rsi_minute(void)
{
	static const char spec[] = "rsi_minute:period=4";
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	w->ctx.phase = CTX_CONTINUOUS;
	w->ctx.until_auction = 200;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "rsi_minute: no minute yet");
	world_closes(w, 0, "9990 9980 9970 9980", true);
	is_str(world_minute_says(w, spec, SIDE_BUY, 10000), "wait",
	    "rsi_minute: four closes are three differences");
	world_closes(w, 0, "9960", true);
	is_str(world_minute_says(w, spec, SIDE_BUY, 10000), "now 9960",
	    "rsi_minute: a dip near the target");
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "now 9960",
	    "rsi_minute: a dip without a target");
	is_str(world_minute_says(
		   w, "rsi_minute:period=4,oversold=19", SIDE_BUY, 10000),
	    "wait", "rsi_minute: not deep enough");
	is_str(world_minute_says(
		   w, "rsi_minute:period=4,oversold=20", SIDE_BUY, 10000),
	    "now 9960", "rsi_minute: at the threshold");
	is_str(world_minute_says(w, spec, SIDE_BUY, 10164), "wait",
	    "rsi_minute: more than 2 %% off");
	is_str(world_minute_says(w, spec, SIDE_BUY, 10163), "now 9960",
	    "rsi_minute: just within 2 %%");
	is_str(world_minute_says(w,
		   "rsi_minute:period=4,"
		   "max_deviation_ratio=0",
		   SIDE_BUY, 1),
	    "now 9960", "rsi_minute: the distance is off");
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "rsi_minute: nothing to sell");
	st->held = 5;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "rsi_minute: held already");
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "rsi_minute: a dip is no peak");
	is_str(world_minute_says(
		   w, "rsi_minute:period=4,overbought=20", SIDE_SELL, 0),
	    "now 9960", "rsi_minute: sells at the threshold");
	w->ctx.until_auction = 5;
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "rsi_minute: nothing is forced by default");
	is_str(world_minute_says(w, "rsi_minute:force=yes", SIDE_SELL, 0),
	    "now forced 9960", "rsi_minute: forced, without an RSI even");
	is_str(world_minute_says(
		   w, "rsi_minute:force=yes,force_minutes=4", SIDE_SELL, 0),
	    "wait", "rsi_minute: not forced yet");
	is_str(world_minute_says(w, "rsi_minute:force=yes", SIDE_SELL, 20000),
	    "wait", "rsi_minute: not forced far from the target");
	w->ctx.phase = CTX_AUCTION;
	w->ctx.until_auction = 0;
	is_str(world_minute_says(w, "rsi_minute:force=yes", SIDE_SELL, 0),
	    "wait", "rsi_minute: not in the auction");
	world_free(w);
	w = world_new();
	world_stock(w, "A");
	w->ctx.phase = CTX_CONTINUOUS;
	world_closes(w, 0, "50 50 50 50 50", true);
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "rsi_minute: a flat RSI is 100");
	world_free(w);
}

static void
at_open(const char *spec, const char *rise)
{
	struct world *w = one("54000 55000", 0);

	w->ctx.phase = CTX_BEFORE_OPEN;
	w->ctx.since_open = -11;
	is_str(world_minute_says(w, spec, SIDE_BUY, 1), "wait", "%s: too early",
	    spec);
	w->ctx.since_open = -10;
	is_str(world_minute_says(w, spec, SIDE_BUY, 1), "open 56650",
	    "%s: limited at the close + 3 %%", spec);
	is_str(world_minute_says(w, rise, SIDE_BUY, 1), "open 55000",
	    "%s: no rise at all", spec);
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "%s: nothing to sell", spec);
	w->stock[0].held = 1;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "%s: held already", spec);
	is_str(world_minute_says(w, spec, SIDE_SELL, 60000), "open 0",
	    "%s: sells at market", spec);
	w->ctx.phase = CTX_CONTINUOUS;
	w->ctx.since_open = 0;
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "%s: not after the open", spec);
	w->stock[0].held = 0;
	w->ctx.phase = CTX_BEFORE_OPEN;
	w->ctx.since_open = -1;
	w->ctx.today = 20250102; /* the last bar is of today */
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "open 55620",
	    "%s: today's bar is not yesterday's close", spec);
	w->ctx.today = 20250314;
	w->stock[0].daily.n = 0;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "%s: no close to go by", spec);
	world_free(w);
}

static void
target_price_minute(void)
{
	static const char spec[] = "target_price_minute";
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	w->ctx.phase = CTX_CONTINUOUS;
	is_str(world_minute_says(w, spec, SIDE_BUY, 10000), "wait",
	    "target_price_minute: no minute yet");
	world_closes(w, 0, "10050", true);
	is_str(world_minute_says(w, spec, SIDE_BUY, 10000), "wait",
	    "target_price_minute: above it");
	is_str(world_minute_says(w, spec, SIDE_BUY, 10050), "now 10050",
	    "target_price_minute: at it");
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "target_price_minute: a buy needs a target");
	st->held = 1;
	is_str(world_minute_says(w, spec, SIDE_BUY, 10050), "wait",
	    "target_price_minute: held already");
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "now 10050",
	    "target_price_minute: a sell needs none");
	is_str(world_minute_says(w, spec, SIDE_SELL, 10051), "wait",
	    "target_price_minute: below it");
	is_str(world_minute_says(w, spec, SIDE_SELL, 10050), "now 10050",
	    "target_price_minute: sells at it");
	w->ctx.phase = CTX_BEFORE_OPEN;
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "target_price_minute: not before the open");
	world_free(w);
}

static void
close_minute(void)
{
	static const char spec[] = "close_minute";
	struct world *w = world_new();
	struct stock *st = world_stock(w, "A");

	w->ctx.phase = CTX_AUCTION;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "close_minute: no price to go by");
	world_closes(w, 0, "10400 10500", true);
	is_str(world_minute_says(w, spec, SIDE_BUY, 9000), "close 10500",
	    "close_minute: a limit at the last price");
	w->ctx.until_auction = -4;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "close 10500",
	    "close_minute: in the fifth minute");
	w->ctx.until_auction = -5;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "close_minute: not in the sixth");
	w->ctx.until_auction = 0;
	st->held = 1;
	is_str(world_minute_says(w, spec, SIDE_BUY, 0), "wait",
	    "close_minute: held already");
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "close 10500",
	    "close_minute: sells too");
	w->ctx.phase = CTX_CONTINUOUS;
	is_str(world_minute_says(w, spec, SIDE_SELL, 0), "wait",
	    "close_minute: not before the auction");
	world_free(w);
}

int
main(void)
{
	sma();
	dual_momentum();
	dual_momentum_ranks();
	breakout();
	pullback();
	closing_bet();
	rsi_reversion();
	vol_breakout();
	triple_screen();
	universe();
	rsi_minute();
	at_open("open_minute", "open_minute:max_rise=0");
	at_open("pass_minute", "pass_minute:max_rise=0");
	target_price_minute();
	close_minute();
	return done_testing();
}
