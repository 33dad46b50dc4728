/*
 * market_tick.c - kinds, ticks and daily limits against the rules of KRX.
 */
#include "tap.h"

#include "market/kind.h"
#include "market/tick.h"

/* The size of the tick on both sides of each border of each table. */
static const struct {
	ymd date;
	enum kind kind;
	won price, tick;
} size[] = {
	{ 20230125, KIND_KOSPI, 1, 1 },
	{ 20230125, KIND_KOSPI, 1999, 1 },
	{ 20230125, KIND_KOSPI, 2000, 5 },
	{ 20230125, KIND_KOSPI, 4995, 5 },
	{ 20230125, KIND_KOSPI, 5000, 10 },
	{ 20230125, KIND_KOSPI, 19990, 10 },
	{ 20230125, KIND_KOSPI, 20000, 50 },
	{ 20230125, KIND_KOSPI, 49950, 50 },
	{ 20230125, KIND_KOSPI, 50000, 100 },
	{ 20230125, KIND_KOSPI, 199900, 100 },
	{ 20230125, KIND_KOSPI, 200000, 500 },
	{ 20230125, KIND_KOSPI, 499500, 500 },
	{ 20230125, KIND_KOSPI, 500000, 1000 },
	{ 20230125, KIND_KOSPI, 1500000, 1000 },
	/* one table for all shares */
	{ 20230125, KIND_KOSDAQ, 1999, 1 },
	{ 20230125, KIND_KOSDAQ, 2000, 5 },
	{ 20230125, KIND_KOSDAQ, 5000, 10 },
	{ 20230125, KIND_KOSDAQ, 19990, 10 },
	{ 20230125, KIND_KOSDAQ, 20000, 50 },
	{ 20230125, KIND_KOSDAQ, 50000, 100 },
	{ 20230125, KIND_KOSDAQ, 199900, 100 },
	{ 20230125, KIND_KOSDAQ, 200000, 500 },
	{ 20230125, KIND_KOSDAQ, 500000, 1000 },
	{ 20230125, KIND_KONEX, 1999, 1 },
	{ 20230125, KIND_KONEX, 2000, 5 },
	{ 20230125, KIND_KONEX, 19990, 10 },
	{ 20230125, KIND_KONEX, 20000, 50 },
	{ 20230125, KIND_KONEX, 100000, 100 },
	{ 20230125, KIND_KONEX, 500000, 1000 },
	/* the day before: the old tables, KOSDAQ's ends at 100 won */
	{ 20230124, KIND_KOSPI, 999, 1 },
	{ 20230124, KIND_KOSPI, 1000, 5 },
	{ 20230124, KIND_KOSPI, 4995, 5 },
	{ 20230124, KIND_KOSPI, 5000, 10 },
	{ 20230124, KIND_KOSPI, 9990, 10 },
	{ 20230124, KIND_KOSPI, 10000, 50 },
	{ 20230124, KIND_KOSPI, 49950, 50 },
	{ 20230124, KIND_KOSPI, 50000, 100 },
	{ 20230124, KIND_KOSPI, 99900, 100 },
	{ 20230124, KIND_KOSPI, 100000, 500 },
	{ 20230124, KIND_KOSPI, 499500, 500 },
	{ 20230124, KIND_KOSPI, 500000, 1000 },
	{ 20230124, KIND_KOSDAQ, 999, 1 },
	{ 20230124, KIND_KOSDAQ, 1000, 5 },
	{ 20230124, KIND_KOSDAQ, 1999, 5 },
	{ 20230124, KIND_KOSDAQ, 9990, 10 },
	{ 20230124, KIND_KOSDAQ, 10000, 50 },
	{ 20230124, KIND_KOSDAQ, 50000, 100 },
	{ 20230124, KIND_KOSDAQ, 100000, 100 },
	{ 20230124, KIND_KOSDAQ, 900000, 100 },
	/* KONEX: as KOSPI, to its end */
	{ 20230124, KIND_KONEX, 999, 1 },
	{ 20230124, KIND_KONEX, 1999, 5 },
	{ 20230124, KIND_KONEX, 10000, 50 },
	{ 20230124, KIND_KONEX, 100000, 500 },
	{ 20230124, KIND_KONEX, 500000, 1000 },
	{ 19991231, KIND_KOSPI, 12345, 50 },
	/* funds: 5 won everywhere, since 2023-12-11 1 won under 2,000 */
	{ 20231210, KIND_ETF, 1500, 5 },
	{ 20231211, KIND_ETF, 1500, 1 },
	{ 20231211, KIND_ETF, 1999, 1 },
	{ 20231211, KIND_ETF, 2000, 5 },
	{ 20231211, KIND_ETF, 120000, 5 },
	{ 20231211, KIND_ETN, 1999, 1 },
	{ 20231208, KIND_ETN, 1999, 5 },
};

static const struct {
	ymd date;
	enum kind kind;
	won price, floor, ceil;
} legal[] = {
	{ 20250314, KIND_KOSPI, 55000, 55000, 55000 },
	{ 20250314, KIND_KOSPI, 55001, 55000, 55100 },
	{ 20250314, KIND_KOSPI, 55099, 55000, 55100 },
	{ 20250314, KIND_KOSPI, 49999, 49950, 50000 },
	{ 20250314, KIND_KOSPI, 199950, 199900, 200000 },
	{ 20250314, KIND_KOSPI, 1999, 1999, 1999 },
	{ 20250314, KIND_KOSPI, 2001, 2000, 2005 },
	{ 20250314, KIND_KOSPI, 0, 1, 1 },
	{ 20250314, KIND_KOSPI, -7, 1, 1 },
	{ 20230124, KIND_ETF, 3, 5, 5 },
	{ 20230124, KIND_ETF, 10003, 10000, 10005 },
	{ 20230124, KIND_KOSDAQ, 123456, 123400, 123500 },
	{ 20230124, KIND_KOSPI, 123456, 123000, 123500 },
};

static const struct {
	ymd date;
	enum kind kind;
	won price;
	int n;
	won want;
} step[] = {
	{ 20250314, KIND_KOSPI, 55000, 2, 55200 },
	{ 20250314, KIND_KOSPI, 55000, 0, 55000 },
	{ 20250314, KIND_KOSPI, 49950, 2, 50100 }, /* 50 and then 100 */
	{ 20250314, KIND_KOSPI, 50100, -2, 49950 },
	{ 20250314, KIND_KOSPI, 1999, 2, 2005 },
	{ 20250314, KIND_KOSPI, 2005, -2, 1999 },
	{ 20250314, KIND_KOSPI, 3, -5, 1 },
	{ 20250314, KIND_KOSPI, 55030, 1, 55100 }, /* not legal */
	{ 20250314, KIND_KOSPI, 55030, -1, 55000 },
	{ 20230124, KIND_ETF, 5, -1, 5 },
};

static const struct {
	ymd date;
	enum kind kind;
	won base;
	int factor;
	won lower, upper;
} limit[] = {
	/* closes seen at KRX, by the table until 2023-01-24 */
	{ 20220103, KIND_KOSPI, 1170, 1, 820, 1520 },
	{ 20220103, KIND_KOSPI, 10700, 1, 7500, 13900 },
	{ 20220103, KIND_KOSPI, 57600, 1, 40400, 74800 },
	/* the upper price is floored to the tick of its own level */
	{ 20220103, KIND_KOSPI, 40000, 1, 28000, 52000 },
	{ 20220103, KIND_KOSPI, 39950, 1, 28000, 51900 },
	{ 20250314, KIND_KOSPI, 55000, 1, 38500, 71500 },
	{ 20250314, KIND_KOSPI, 1999, 1, 1400, 2595 },
	{ 20250314, KIND_KOSPI, 180000, 1, 126000, 234000 },
	{ 20250314, KIND_KOSDAQ, 160300, 1, 112300, 208000 },
	/* 15 % until 2015-06-14 */
	{ 20150612, KIND_KOSPI, 10000, 1, 8500, 11500 },
	{ 20150615, KIND_KOSPI, 10000, 1, 7000, 13000 },
	{ 20150612, KIND_KOSDAQ, 10000, 1, 8500, 11500 },
	{ 20150615, KIND_KOSDAQ, 10000, 1, 7000, 13000 },
	{ 20150612, KIND_KONEX, 10000, 1, 8500, 11500 },
	{ 20150615, KIND_KONEX, 10000, 1, 8500, 11500 },
	{ 20250314, KIND_KONEX, 10000, 1, 8500, 11500 },
	/* leveraged funds: the factor times 30 % */
	{ 20250314, KIND_ETF, 10000, 1, 7000, 13000 },
	{ 20250314, KIND_ETF, 10000, 2, 4000, 16000 },
	{ 20250314, KIND_ETF, 10000, 0, 7000, 13000 },
	/* the cheapest */
	{ 20250314, KIND_KOSPI, 10, 1, 7, 13 },
	{ 20250314, KIND_KOSPI, 2, 1, 1, 3 },
	{ 20250314, KIND_KOSPI, 1, 1, 1, 2 },
	{ 20230124, KIND_ETF, 10, 1, 5, 15 },
	/* an adjusted base is not legal itself; its limits are */
	{ 20250314, KIND_KOSPI, 55030, 1, 38550, 71500 },
};

/* From here to there every step must be up, legal, and undone by its
 * reverse; and floor and ceil must be the neighbours of all between. */
static bool
ladder_holds(ymd d, enum kind k, won from, won to)
{
	for (won p = from; p < to;) {
		won next = tick_step(d, k, p, 1);

		if (next <= p || tick_step(d, k, next, -1) != p ||
		    tick_floor(d, k, p) != p || tick_ceil(d, k, p) != p)
			return false;
		if (next - p > 1 &&
		    (tick_floor(d, k, p + 1) != p ||
			tick_ceil(d, k, p + 1) != next ||
			tick_floor(d, k, next - 1) != p))
			return false;
		p = next;
	}
	return true;
}

static void
kinds(void)
{
	enum kind k;

	for (int i = KIND_KOSPI; i <= KIND_ETN; i++)
		ok(kind_parse(kind_name((enum kind)i), &k) == 0 &&
			k == (enum kind)i,
		    "kind %s", kind_name((enum kind)i));
	ok(kind_parse("kosdaq", &k) == 0 && k == KIND_KOSDAQ, "case ignored");
	ok(kind_parse("NASDAQ", &k) == -1, "another word");
	ok(kind_parse("", &k) == -1, "no word");
}

int
main(void)
{
	for (size_t i = 0; i < NELEM(size); i++)
		is_int(tick_size(size[i].date, size[i].kind, size[i].price),
		    size[i].tick, "%d %s tick at %lld", (int)size[i].date,
		    kind_name(size[i].kind), (long long)size[i].price);
	for (size_t i = 0; i < NELEM(legal); i++) {
		is_int(tick_floor(legal[i].date, legal[i].kind, legal[i].price),
		    legal[i].floor, "floor of %lld", (long long)legal[i].price);
		is_int(tick_ceil(legal[i].date, legal[i].kind, legal[i].price),
		    legal[i].ceil, "ceil of %lld", (long long)legal[i].price);
	}
	for (size_t i = 0; i < NELEM(step); i++)
		is_int(tick_step(step[i].date, step[i].kind, step[i].price,
			   step[i].n),
		    step[i].want, "%lld %+d ticks", (long long)step[i].price,
		    step[i].n);
	for (int k = KIND_KOSPI; k <= KIND_ETN; k++) {
		enum kind kind = (enum kind)k;

		ok(ladder_holds(20230124, kind, 5, 600000), "old ladder, %s",
		    kind_name(kind));
		ok(ladder_holds(20250314, kind, 1, 600000) ||
			ladder_holds(20250314, kind, 5, 600000),
		    "ladder, %s", kind_name(kind));
	}
	for (size_t i = 0; i < NELEM(limit); i++) {
		struct price_limits l = daily_limits(limit[i].date,
		    limit[i].kind, limit[i].base, limit[i].factor);

		is_int(l.lower, limit[i].lower, "lower limit of %lld",
		    (long long)limit[i].base);
		is_int(l.upper, limit[i].upper, "upper limit of %lld",
		    (long long)limit[i].base);
	}
	kinds();
	return done_testing();
}
