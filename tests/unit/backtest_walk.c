/*
 * backtest_walk.c - days walked by hand: what trades, at which price, and
 * what is left, to the won (T5, T10-T13, T15, T16).
 *
 * Stock 000010 closed at 10,000 on Friday the 10th of March 2023, tick 10.
 * The daily module says what the script says for a date.
 */
#include "tap.h"

#include "backtest/engine.h"
#include "base/date.h"
#include "base/mem.h"

#include <stdlib.h>

static struct script {
	ymd date;
	int stock;
	enum side side;
	bool is_shy; /* only while nothing is held, as most buys are */
} script[32];
static int nscript;

static int
scripted(const struct ctx *c, struct candidates *out)
{
	for (int i = 0; i < nscript; i++)
		if (script[i].date == c->today &&
		    script[i].stock < c->n_stocks &&
		    !(script[i].is_shy && c->stock[script[i].stock].held > 0))
			candidate_add(
			    out, script[i].stock, script[i].side, 1, 0);
	return 0;
}

static const struct strategy module_scripted = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "scripted",
	.daily = scripted,
};

/* Act at a given minute from the open. */
static int act_at;
static struct act act_says;

static int
timed(const struct ctx *c, const struct signal_view *v, struct act *out)
{
	(void)v;
	if (c->since_open == act_at)
		*out = act_says;
	return 0;
}

static const struct strategy module_timed = {
	.abi = STRATEGY_ABI,
	.size = sizeof(struct strategy),
	.name = "timed",
	.minute = timed,
};

static struct {
	struct market_data data;
	struct session ses[10];
	struct strategy_conf c;
	struct backtest_conf conf;
	bool yes[4], *base;
	struct book start;
	struct backtest_result out;
	struct err e;
} t;

/* Sessions from the 13th on; two stocks; no costs; 100,000 won a stock. */
static void
begin(void)
{
	static bool used;

	if (used) {
		market_data_fini(&t.data);
		backtest_result_fini(&t.out);
		book_fini(&t.start);
	}
	used = true;
	memset(&t, 0, sizeof(t));
	nscript = 0;
	act_at = 0;
	act_says = (struct act){ .when = WHEN_NOW };
	for (int i = 0; i < 8; i++)
		t.ses[i] = (struct session){ .date = ymd_add(20230310, i),
			.is_open = i != 1 && i != 2,
			.entry = 830,
			.open = 900,
			.auction = 1520,
			.close = 1530 };
	market_data_init(&t.data);
	for (int k = 0; k < 2; k++) {
		struct stock_data *s = market_data_add(
		    &t.data, k == 0 ? "000010" : "000020");

		bar_store_add(&s->daily,
		    &(struct bar){ .date = 20230310,
			.open = 10000,
			.high = 10000,
			.low = 10000,
			.close = 10000,
			.volume = 100000 });
		t.yes[k] = true;
	}
	strategy_conf_default(&t.c, "s");
	t.c.daily.strategy = &module_scripted;
	t.c.signals = SIGNALS_PREV_CLOSE;
	t.c.stock_capital = 100000;
	t.base = t.yes;
	t.conf = (struct backtest_conf){ .from = 20230313,
		.cash = 1000000,
		.nstrat = 1,
		.strat = &t.c,
		.base = &t.base };
	limits_none(&t.conf.limits);
	limits_set(&t.conf.limits, "costs", "none", &t.e);
	book_init(&t.start);
}

static void
day(int k, ymd date, won open, won high, won low, won close, qty volume)
{
	bar_store_add(&t.data.stock[k].daily,
	    &(struct bar){ .date = date,
		.open = open,
		.high = high,
		.low = low,
		.close = close,
		.volume = volume });
}

static void
minute(int k, ymd date, hhmm at, won open, won high, won low, won close,
    qty volume)
{
	bar_store_add(&t.data.stock[k].minute,
	    &(struct bar){ .date = date,
		.time = at,
		.open = open,
		.high = high,
		.low = low,
		.close = close,
		.volume = volume });
}

/* A minute at one price. */
static void
flat(int k, ymd date, hhmm at, won price, qty volume)
{
	minute(k, date, at, price, price, price, price, volume);
}

static void
says(ymd date, int stock, enum side side)
{
	script[nscript++] = (struct script){ date, stock, side, false };
}

/* "0313 0900 buy 9 x 10100, ..." */
static const char *
run(void)
{
	static char buf[2048];
	struct calendar *cal = calendar_new(t.ses, 8);
	int n = 0;

	market_data_index(&t.data);
	buf[0] = '\0';
	if (backtest_run(&t.data, cal, &t.conf, &t.out, &t.e) == -1)
		snprintf(buf, sizeof(buf), "error: %s", t.e.msg);
	else
		for (int i = 0; i < t.out.ntrade; i++) {
			const struct fill *f = &t.out.trade[i].fill;

			n += snprintf(buf + n, sizeof(buf) - (size_t)n,
			    "%s%04d %04d %s %lld x %lld", n > 0 ? ", " : "",
			    f->date % 10000, f->time,
			    f->side == SIDE_BUY ? "buy" : "sell",
			    (long long)f->n, (long long)f->price);
		}
	calendar_free(cal);
	return buf;
}

static won
total(int i)
{
	return i < t.out.nday ? t.out.day[i].total : -1;
}

static void
by_the_open(void)
{
	strategy_conf_set(&t.c, "minute", "open_minute", &t.e);
}

/* ---- Days by their daily bars ------------------------------------------------- */

static void
daily(void)
{
	begin();
	by_the_open();
	limits_set(&t.conf.limits, "costs", "owner", &t.e);
	says(20230313, 0, SIDE_BUY);
	says(20230314, 0, SIDE_SELL);
	day(0, 20230313, 10100, 10300, 10000, 10200, 100000);
	day(0, 20230314, 10500, 10600, 10400, 10450, 100000);
	/* 100,000 at the limit of 10,300: nine.  A limit does not slip.
	 * Sold at 10,500 - 4.2: 10,496; 94,464 less 151.14. */
	is_str(run(), "0313 0900 buy 9 x 10100, 0314 0900 sell 9 x 10496",
	    "bought at the open, sold at the next");
	is_int(total(0), 1000000 - 9 * 10100 + 9 * 10200, "the first day");
	is_int(total(1), 1000000 - 90900 + 94464 - 151, "the second");
	is_int(t.out.trade[1].fill.commission, 151, "commission");
	is_int(t.out.trade[1].fill.profit, 94464 - 151 - 90900, "profit");
	is_int(t.out.bars, 2, "two bars were stepped");
	ok(t.out.day[0].is_exposed && !t.out.day[1].is_exposed, "exposed");

	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10310, 10400, 10000, 10200, 100000);
	day(0, 20230314, 10000, 10000, 10000, 10000, 100000);
	is_str(run(), "", "a gap above 3 %% is not chased, nor bought lower");

	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	says(20230314, 0, SIDE_SELL);
	day(0, 20230313, 10000, 10000, 10000, 10000, 59);
	day(0, 20230314, 10000, 10000, 10000, 10000, 20);
	day(0, 20230315, 10100, 10100, 10100, 10100, 29);
	day(0, 20230316, 10200, 10200, 10200, 10200, 29);
	is_str(run(),
	    "0313 0900 buy 5 x 10000, 0314 0900 sell 2 x 10000, "
	    "0315 0900 sell 2 x 10100, 0316 0900 sell 1 x 10200",
	    "a tenth of the volume; an exit goes on, an entry does not");

	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	says(20230314, 0, SIDE_SELL);
	day(0, 20230313, 10000, 10000, 10000, 10000, 1000);
	day(0, 20230315, 9000, 9000, 9000, 9000, 1000);
	is_str(run(), "0313 0900 buy 9 x 10000, 0315 0900 sell 9 x 9000",
	    "a day without a bar is a halt: the exit waits");
	is_int(total(1), 1000000, "valued at its last close");

	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	says(20230313, 1, SIDE_BUY);
	day(0, 20230313, 13000, 13000, 13000, 13000, 100000);
	day(1, 20230313, 7000, 7000, 7000, 7000, 100000);
	t.conf.limits.costs.slippage = 1000000;
	is_str(run(), "0313 0900 buy 9 x 7000",
	    "locked at the upper limit nobody buys; at the lower one may");

	/* A bar on a day that the calendar calls closed: passed over. */
	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	day(0, 20230312, 9000, 9000, 9000, 9000, 100000);
	day(0, 20230313, 9010, 9010, 9010, 9010, 100000);
	is_str(run(), "0313 0900 buy 10 x 9010",
	    "a bar of a closed day is known, and does not stop the walk");
}

static void
daily_stops(void)
{
	begin();
	by_the_open();
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 9000, 9501, 100000);
	day(0, 20230314, 9600, 9700, 9400, 9500, 100000);
	day(0, 20230315, 9450, 9900, 9400, 9900, 100000);
	is_str(run(), "0313 0900 buy 9 x 10000, 0315 0900 sell 9 x 9450",
	    "open_minute: judged on the close, sold at the next open");

	begin();
	strategy_conf_set(&t.c, "minute", "pass_minute", &t.e);
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 9000, 9700, 100000);
	day(0, 20230314, 9600, 9700, 9400, 9700, 100000);
	is_str(run(), "0313 0900 buy 9 x 10000, 0314 1530 sell 9 x 9500",
	    "pass_minute: inside the day, not on the day of entry");

	begin();
	strategy_conf_set(&t.c, "minute", "pass_minute", &t.e);
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	limits_set(&t.conf.limits, "slippage", "0.01", &t.e);
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 9900, 9900, 100000);
	day(0, 20230314, 9000, 9100, 8900, 9100, 100000);
	is_str(run(), "0313 0900 buy 9 x 10000, 0314 1530 sell 9 x 8910",
	    "a gap: the open, less the slippage");

	begin();
	strategy_conf_set(&t.c, "minute", "pass_minute", &t.e);
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	limits_set(&t.conf.limits, "slippage", "0.01", &t.e);
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(0, 20230314, 7000, 7500, 7000, 7100, 100000);
	is_str(run(), "0313 0900 buy 9 x 10000, 0314 1530 sell 9 x 7000",
	    "slippage ends at the day's limit");

	begin();
	strategy_conf_set(&t.c, "minute", "pass_minute", &t.e);
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	strategy_conf_set(&t.c, "take_profit_ratio", "10", &t.e);
	says(20230313, 0, SIDE_BUY);
	says(20230313, 1, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(0, 20230314, 7000, 7000, 7000, 7000, 100000);
	day(0, 20230315, 6900, 7000, 6800, 6900, 30);
	day(0, 20230316, 6900, 7000, 6800, 6900, 100000);
	day(1, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(1, 20230314, 10500, 11200, 9400, 11000, 100000);
	is_str(run(),
	    "0313 0900 buy 9 x 10000, 0313 0900 buy 9 x 10000, "
	    "0314 1530 sell 9 x 9500, 0315 1530 sell 3 x 6900, "
	    "0316 1530 sell 6 x 6900",
	    "locked at the limit none, then what the volume gives;"
	    " stop before target");

	begin();
	strategy_conf_set(&t.c, "minute", "pass_minute", &t.e);
	strategy_conf_set(&t.c, "trailing_stop_ratio", "-2", &t.e);
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(0, 20230314, 10000, 12000, 9900, 10500, 100000);
	day(0, 20230315, 10400, 10500, 10200, 10300, 100000);
	/* the highest close is 10,500, not the 12,000 of the day's range */
	is_str(run(), "0313 0900 buy 9 x 10000, 0315 1530 sell 9 x 10290",
	    "trailing from the highest close (T17)");
}

/* ---- Days by their minutes --------------------------------------------------------- */

static void
minutes(void)
{
	begin();
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10010, 1000);
	flat(0, 20230313, 901, 10500, 1000);
	is_str(run(), "0313 0900 buy 10 x 10010",
	    "without a minute strategy: sent at the open, from bar 0900 on");
	is_int(total(0), 1000000 - 100100 + 105000,
	    "no daily bar: valued at the last minute");

	/* Sent at 09:00 with a limit of 10,020: at +1 to the touch, at +2
	 * again, at +3 cancelled. */
	begin();
	says(20230313, 0, SIDE_BUY);
	minute(0, 20230313, 900, 10010, 10030, 10010, 10030, 30);
	minute(0, 20230313, 901, 10030, 10060, 10030, 10060, 20);
	minute(0, 20230313, 902, 10060, 10060, 10060, 10060, 10);
	flat(0, 20230313, 903, 10000, 1000);
	is_str(run(),
	    "0313 0900 buy 3 x 10010, 0313 0901 buy 2 x 10030, "
	    "0313 0902 buy 1 x 10060",
	    "amended twice, then cancelled (T11)");

	/* The same by a shy strategy that is asked each minute. */
	begin();
	t.c.signals = SIGNALS_INTRADAY;
	says(20230313, 0, SIDE_BUY);
	script[0].is_shy = true;
	minute(0, 20230313, 900, 10010, 10030, 10010, 10030, 30);
	minute(0, 20230313, 901, 10030, 10060, 10030, 10060, 20);
	minute(0, 20230313, 902, 10060, 10060, 10060, 10060, 10);
	flat(0, 20230313, 903, 10000, 1000);
	is_str(run(),
	    "0313 0900 buy 3 x 10010, 0313 0901 buy 2 x 10030, "
	    "0313 0902 buy 1 x 10060",
	    "its first share does not silence it");

	/* An exit: limit, touch, market. */
	begin();
	limits_set(&t.conf.limits, "slippage", "0.001", &t.e);
	says(20230313, 0, SIDE_BUY);
	says(20230314, 0, SIDE_SELL);
	flat(0, 20230313, 900, 10000, 1000);
	day(0, 20230313, 10000, 10000, 10000, 10000, 1000);
	minute(0, 20230314, 900, 10000, 10000, 9950, 9950, 30);
	minute(0, 20230314, 901, 9950, 9950, 9900, 9900, 20);
	flat(0, 20230314, 902, 9800, 1000);
	is_str(run(),
	    "0313 0900 buy 10 x 10000, 0314 0900 sell 3 x 10000, "
	    "0314 0901 sell 2 x 9950, 0314 0902 sell 5 x 9790",
	    "in the third minute at market, with its slippage");

	/* A minute without a bar. */
	begin();
	t.c.minute.strategy = &module_timed;
	act_at = 5;
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10000, 1000);
	flat(0, 20230313, 907, 10010, 1000);
	flat(0, 20230313, 908, 9000, 1000);
	is_str(run(), "0313 0907 buy 10 x 10010", "nobody traded: it waits");
	begin();
	t.c.minute.strategy = &module_timed;
	act_at = 5;
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10000, 1000);
	flat(0, 20230313, 908, 9000, 1000);
	is_str(run(), "", "not for longer than three minutes");

	/* A stop in the minutes, on the day of entry too. */
	begin();
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10000, 1000);
	minute(0, 20230313, 901, 10000, 10000, 9400, 9501, 1000);
	flat(0, 20230313, 902, 9500, 1000);
	flat(0, 20230313, 903, 9400, 1000);
	is_str(run(), "0313 0900 buy 10 x 10000, 0313 0903 sell 10 x 9400",
	    "judged on closes of minutes, sold in the next");

	/* In the closing auction it is a limit, and fills as at market: at the
	 * auction's price, with slippage (T14). */
	begin();
	strategy_conf_set(&t.c, "stop_loss_ratio", "-5", &t.e);
	limits_set(&t.conf.limits, "slippage", "0.001", &t.e);
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10000, 1000);
	flat(0, 20230313, 1519, 9400, 1000);
	flat(0, 20230313, 1530, 9300, 1000);
	is_str(run(), "0313 0900 buy 10 x 10000, 0313 1530 sell 10 x 9291",
	    "in the closing auction as at any time");
}

static void
ends_of_the_day(void)
{
	/* What open_minute leaves at 09:01 is cancelled. */
	begin();
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 900, 10100, 50);
	flat(0, 20230313, 901, 10000, 1000);
	is_str(run(), "0313 0900 buy 5 x 10100", "the opening auction alone");

	/* Into the closing auction. */
	begin();
	t.c.minute.strategy = &module_timed;
	t.c.closing_auction = 1;
	act_at = 380;
	act_says = (struct act){ .when = WHEN_CLOSE, .price = 10050 };
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 1519, 10050, 1000);
	flat(0, 20230313, 1530, 10040, 1000);
	is_str(run(), "0313 1530 buy 10 x 10040", "at the auction's price");
	begin();
	t.c.minute.strategy = &module_timed;
	t.c.closing_auction = 1;
	act_at = 380;
	act_says = (struct act){ .when = WHEN_CLOSE, .price = 10050 };
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 1519, 10050, 1000);
	flat(0, 20230313, 1530, 10060, 1000);
	is_str(run(), "", "which its limit has to reach");

	/* Bars of other hours are seen, and do not stop the walk. */
	begin();
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 830, 10000, 1000);
	flat(0, 20230313, 900, 10010, 1000);
	flat(0, 20230313, 1529, 10020, 1000);
	flat(0, 20230313, 1530, 10030, 1000);
	flat(0, 20230313, 1800, 99990, 1000);
	is_str(run(), "0313 0900 buy 10 x 10010", "before, between, behind");
	is_int(total(0), 1000000 - 100100 + 100300, "closes at 1530");

	/* An hour later. */
	begin();
	t.ses[3].open = 1000;
	t.ses[3].auction = 1620;
	t.ses[3].close = 1630;
	by_the_open();
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 1000, 10010, 1000);
	flat(0, 20230313, 1630, 10020, 1000);
	is_str(run(), "0313 1000 buy 9 x 10010", "the exam day");

	/* A lunch break. */
	begin();
	t.ses[3].break_start = 1200;
	t.ses[3].break_end = 1300;
	t.c.minute.strategy = &module_timed;
	act_at = 179;
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 1158, 10000, 1000);
	flat(0, 20230313, 1159, 10500, 1000);
	flat(0, 20230313, 1300, 10000, 1000);
	is_str(run(), "", "what waited through lunch is cancelled after it");
	begin();
	t.ses[3].break_start = 1200;
	t.ses[3].break_end = 1300;
	t.c.minute.strategy = &module_timed;
	act_at = 240;
	says(20230313, 0, SIDE_BUY);
	flat(0, 20230313, 1159, 10000, 1000);
	flat(0, 20230313, 1300, 10010, 1000);
	is_str(run(), "0313 1300 buy 10 x 10010", "the first minute after it");
}

static void
beginnings(void)
{
	struct lot *l;

	/* Lots of an account that is already there; their orders' numbers are
	 * another history's. */
	begin();
	by_the_open();
	t.start.cash = 500000;
	t.start.day.date = 20230310;
	for (int i = 1; i <= 3; i++) {
		l = book_add_lot(&t.start);
		*l = (struct lot){ .id = i,
			.order_id = i,
			.strat = 0,
			.stock = 1,
			.n = 10,
			.cost = 100000,
			.entry_date = 20230301,
			.entry_time = 900 };
	}
	*book_add_signal(&t.start) = (struct signal){ .strat = 0,
		.stock = 1,
		.side = SIDE_SELL,
		.state = SIG_EXECUTED,
		.made = 905 };
	t.conf.start = &t.start;
	says(20230313, 0, SIDE_BUY);
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(1, 20230313, 11000, 11000, 11000, 11000, 100000);
	day(1, 20230314, 11000, 11000, 11000, 11000, 100000);
	day(0, 20230314, 9000, 9000, 9000, 9000, 100000);
	is_str(run(), "0313 0900 sell 30 x 11000, 0313 0900 buy 9 x 10000",
	    "the rest of an exit goes on; new lots are new");
	is_int(t.out.start_cash, 500000, "it begins with that cash");
	is_int(total(0), 500000 + 330000, "the first day");
	is_int(total(1), 500000 + 330000 - 9000, "nine shares fell");

	begin();
	by_the_open();
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	day(0, 20230318, 10000, 10000, 10000, 10000, 100000);
	ok(strstr(run(), "error: ") == run() && t.e.kind == E_CONFIG,
	    "a calendar that ends before the prices: %s", t.e.msg);

	begin();
	t.data.stock[0].daily.n = t.data.stock[1].daily.n = 0;
	ok(strstr(run(), "error: ") != NULL, "no prices: %s", t.e.msg);

	begin();
	by_the_open();
	t.conf.from = 20230301;
	day(0, 20230313, 10000, 10000, 10000, 10000, 100000);
	run();
	is_int(t.out.nday, 2, "clipped to the data");
	is_int(t.out.day[0].date, 20230310, "from its first day");
}

int
main(void)
{
	daily();
	daily_stops();
	minutes();
	ends_of_the_day();
	beginnings();
	begin();
	market_data_fini(&t.data);
	return done_testing();
}
