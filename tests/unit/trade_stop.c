/*
 * trade_stop.c - stops and targets, with their ties (T16, T17).
 */
#include "trade_world.h"

#include "trade/stop.h"

#define PCT(n) (INT64_C(10000000) * (n))

static const struct stops none = { PPB_UNSET, PPB_UNSET, PPB_UNSET, PPB_UNSET,
	3 };

/* -5 %, trailing -2 %, early -3 % for three days, target +10 %. */
static const struct stops all = { PCT(-5), PCT(-2), PCT(-3), PCT(10), 3 };

static const char *
check(const struct stops *s, qty n, won cost, won high, ymd entry, won price,
    ymd today)
{
	struct lot l = {
		.n = n, .cost = cost, .high = high, .entry_date = entry
	};

	return stop_kind_name(stop_check(s, &l, price, today));
}

static void
ties(void)
{
	struct stops s = none;

	s.stop_loss = PCT(-5);
	/* 7 shares for 70,000: the stop is at 66,500 = 7 * 9,500 */
	is_str(check(&s, 7, 70000, 0, 20230301, 9500, 20230314), "stop-loss",
	    "exactly -5 %% fires");
	is_str(check(&s, 7, 70000, 0, 20230301, 9501, 20230314), "",
	    "a won above does not");
	/* 3 shares for 10,000: 9,500 is no multiple of 3 */
	is_str(check(&s, 3, 10000, 0, 20230301, 3166, 20230314), "stop-loss",
	    "9,498 is below 9,500");
	is_str(check(&s, 3, 10000, 0, 20230301, 3167, 20230314), "",
	    "9,501 is above, though the average rounds to 3,333");
	s = none;
	s.take_profit = PCT(10);
	is_str(check(&s, 7, 70000, 0, 20230301, 11000, 20230314), "take-profit",
	    "exactly +10 %%");
	is_str(check(&s, 7, 70000, 0, 20230301, 10999, 20230314), "",
	    "a won below");
	s = none;
	s.trailing = PCT(-2);
	is_str(check(&s, 7, 70000, 12000, 20230301, 11760, 20230314),
	    "trailing-stop", "exactly -2 %% from the highest");
	is_str(check(&s, 7, 70000, 12000, 20230301, 11761, 20230314), "",
	    "a won above it");
	is_str(check(&s, 7, 70000, 0, 20230301, 1, 20230314), "",
	    "no highest close known yet");
	s = none;
	s.stop_loss = -33333333; /* -3.3333333 % */
	/* 300,000,000 * 0.966666667 = 290,000,000.1 */
	is_str(check(&s, 1, 300000000, 0, 20230301, 290000001, 20230314), "",
	    "0.9 won above it");
	is_str(check(&s, 1, 300000000, 0, 20230301, 290000000, 20230314),
	    "stop-loss", "0.1 won below it");
}

static void
order_of_checks(void)
{
	struct stops s = all;

	is_str(check(&s, 1, 10000, 20000, 20230301, 11000, 20230314),
	    "take-profit", "the target before the trailing stop");
	is_str(check(&s, 1, 10000, 20000, 20230313, 9500, 20230314),
	    "early-stop", "early before plain");
	is_str(check(&s, 1, 10000, 20000, 20230301, 9500, 20230314),
	    "stop-loss", "plain before trailing");
	is_str(check(&s, 1, 10000, 9900, 20230301, 9700, 20230314),
	    "trailing-stop", "then trailing");
	is_str(check(&s, 1, 10000, 9900, 20230301, 9703, 20230314), "", "none");
	is_str(check(&none, 1, 10000, 90000, DAY, 1, DAY), "",
	    "unset never fires");
	is_str(check(&none, 1, 10000, 90000, DAY, 90000, DAY), "", "nor above");
}

static void
early_days(void)
{
	struct stops s = none;

	s.early = PCT(-3);
	/* Entered on Friday the 10th: the 13th is three calendar days on. */
	is_str(check(&s, 1, 10000, 0, 20230310, 9700, 20230310), "early-stop",
	    "the day of entry");
	is_str(check(&s, 1, 10000, 0, 20230310, 9700, 20230313), "early-stop",
	    "three calendar days later");
	is_str(check(&s, 1, 10000, 0, 20230310, 9700, 20230314), "",
	    "not the fourth");
	is_str(check(&s, 1, 10000, 0, 20221230, 9700, 20230102), "early-stop",
	    "over the new year");
	s.early_days = 0;
	is_str(check(&s, 1, 10000, 0, DAY, 9700, DAY), "early-stop",
	    "early_days=0: the day of entry alone");
	is_str(check(&s, 1, 10000, 0, 20230313, 9700, DAY), "", "not the next");
	ok(stop_is_losing(&all, 70000, 7, 9500), "losing at the plain stop");
	ok(!stop_is_losing(&all, 70000, 7, 9501), "not above it");
	ok(!stop_is_losing(&none, 70000, 7, 1), "never without one");
}

/* The stop inside a day of these prices: "early-stop 9700". */
static const char *
in_day(const struct stops *s, won high, ymd entry, won open, won top, won low,
    won close)
{
	static char buf[64];
	struct lot l = {
		.n = 3, .cost = 30000, .high = high, .entry_date = entry
	};
	struct bar b = { .date = DAY,
		.open = open,
		.high = top,
		.low = low,
		.close = close,
		.volume = 100 };
	won price = 0;
	enum stop_kind k = stop_in_day(s, &l, &b, &price);

	snprintf(
	    buf, sizeof(buf), "%s %lld", stop_kind_name(k), (long long)price);
	return buf;
}

static void
inside_a_day(void)
{
	struct stops s = none;
	struct lot l = { .n = 3, .cost = 30000, .entry_date = 20230301 };
	struct bar halt = { .date = DAY,
		.open = 9000,
		.high = 9000,
		.low = 9000,
		.close = 9000 };
	won price;

	s.stop_loss = PCT(-5);
	s.take_profit = PCT(10);
	is_str(in_day(&s, 0, 20230301, 9800, 9900, 9400, 9600),
	    "stop-loss 9500", "at the stop's price");
	is_str(in_day(&s, 0, 20230301, 9800, 9900, 9500, 9600),
	    "stop-loss 9500", "the low just reaches it");
	is_str(in_day(&s, 0, 20230301, 9800, 9900, 9501, 9600), " 0",
	    "a won above it");
	is_str(in_day(&s, 0, 20230301, 9300, 9900, 9200, 9600),
	    "stop-loss 9300", "a gap through it: the open");
	is_str(in_day(&s, 0, 20230301, 9500, 9900, 9200, 9600),
	    "stop-loss 9500", "an open at it");
	is_str(in_day(&s, 0, 20230301, 10000, 11500, 9400, 11400),
	    "stop-loss 9500", "the stop before the target");
	is_str(in_day(&s, 0, 20230301, 10000, 11500, 9600, 9700),
	    "take-profit 11000", "the target");
	is_str(in_day(&s, 0, 20230301, 11200, 11500, 9600, 9700),
	    "take-profit 11200", "a gap above the target: the open");
	is_str(in_day(&s, 0, 20230301, 11200, 11500, 9400, 9700),
	    "stop-loss 9500", "even then the stop first, as the rule says");
	is_str(in_day(&s, 0, DAY, 9300, 11500, 9200, 9600), " 0",
	    "not on the day of entry");
	is_int(stop_in_day(&s, &l, &halt, &price), STOP_NONE, "nor in a halt");
	s.trailing = PCT(-2);
	is_str(in_day(&s, 10100, 20230301, 9950, 10050, 9400, 9600),
	    "trailing-stop 9898", "a falling price meets the higher first");
	is_str(in_day(&s, 9600, 20230301, 9550, 9600, 9400, 9600),
	    "stop-loss 9500", "or the plain one, where it is higher");
	is_str(in_day(&s, 9000, DAY - 1, 9550, 9600, 9400, 9600),
	    "stop-loss 9500", "over the trailing at 8,820");
	s.early = PCT(-3);
	is_str(in_day(&s, 9600, DAY - 1, 9800, 9900, 9400, 9600),
	    "early-stop 9700", "early within its days");
	is_str(in_day(&s, 9600, 20230301, 9800, 9900, 9600, 9600), " 0",
	    "not later");
	s = none;
	s.stop_loss = -33333333;
	/* 30,000 * 0.966666667 / 3 = 9,666.66667: reached from above by 9,666 */
	is_str(in_day(&s, 0, 20230301, 9800, 9900, 9667, 9700), " 0",
	    "9,667 is still above");
	is_str(in_day(&s, 0, 20230301, 9800, 9900, 9666, 9700),
	    "stop-loss 9666", "the first whole won below");
	s = none;
	s.take_profit = 33333333;
	is_str(in_day(&s, 0, 20230301, 9800, 10333, 9700, 9700), " 0",
	    "10,333 is below 10,333.33");
	is_str(in_day(&s, 0, 20230301, 9800, 10334, 9700, 9700),
	    "take-profit 10334", "the first whole won above");
	is_str(in_day(&none, 90000, 20230301, 1, 99999, 1, 1), " 0",
	    "unset never fires");
}

int
main(void)
{
	ties();
	order_of_checks();
	early_days();
	inside_a_day();
	return done_testing();
}
