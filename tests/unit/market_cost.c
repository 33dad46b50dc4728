/*
 * market_cost.c - commission, tax by trade day, slippage, what a buy binds.
 */
#include "tap.h"

#include "market/cost.h"

/* KRX's tax by trade day: both sides of each change. */
static const struct {
	ymd day;
	enum kind kind;
	ppb rate;
} tax[] = {
	{ 19900103, KIND_KOSPI, 3000000 },
	{ 19960103, KIND_KOSPI, 3000000 },
	{ 20190529, KIND_KOSPI, 3000000 },
	{ 20190530, KIND_KOSPI, 2500000 },
	{ 20201228, KIND_KOSDAQ, 2500000 },
	{ 20201229, KIND_KOSDAQ, 2300000 },
	{ 20221227, KIND_KOSPI, 2300000 },
	{ 20221228, KIND_KOSPI, 2000000 },
	{ 20231226, KIND_KOSPI, 2000000 },
	{ 20231227, KIND_KOSPI, 1800000 },
	{ 20241226, KIND_KOSDAQ, 1800000 },
	{ 20241227, KIND_KOSDAQ, 1500000 },
	{ 20250314, KIND_KOSPI, 1500000 },
	{ 20251226, KIND_KOSPI, 1500000 },
	{ 20251229, KIND_KOSPI, 2000000 },
	{ 20270104, KIND_KOSDAQ, 2000000 },
	/* KOSPI's parts add up to KOSDAQ's rate on each day; KONEX has its
	 * own on all of them, and funds none. */
	{ 19960103, KIND_KOSDAQ, 3000000 },
	{ 20190529, KIND_KOSDAQ, 3000000 },
	{ 20190530, KIND_KOSDAQ, 2500000 },
	{ 20201228, KIND_KOSPI, 2500000 },
	{ 20201229, KIND_KOSPI, 2300000 },
	{ 20221227, KIND_KOSDAQ, 2300000 },
	{ 20221228, KIND_KOSDAQ, 2000000 },
	{ 20231226, KIND_KOSDAQ, 2000000 },
	{ 20231227, KIND_KOSDAQ, 1800000 },
	{ 20241226, KIND_KOSPI, 1800000 },
	{ 20241227, KIND_KOSPI, 1500000 },
	{ 20251226, KIND_KOSDAQ, 1500000 },
	{ 20251229, KIND_KOSDAQ, 2000000 },
	{ 20190529, KIND_KONEX, 1000000 },
	{ 20241227, KIND_KONEX, 1000000 },
	{ 20251229, KIND_KONEX, 1000000 },
	{ 20190529, KIND_ETF, 0 },
	{ 20251229, KIND_ETN, 0 },
	{ 20250314, KIND_KONEX, 1000000 },
	{ 20250314, KIND_ETF, 0 },
	{ 20250314, KIND_ETN, 0 },
};

/* Slippage in ppb; half a won goes against the trader. */
static const struct {
	ppb slippage;
	enum side side;
	won price, want;
} slip[] = {
	{ 400000, SIDE_BUY, 55000, 55022 },
	{ 400000, SIDE_SELL, 55000, 54978 },
	{ 400000, SIDE_BUY, 1249, 1249 }, /* 0.4996 */
	{ 400000, SIDE_BUY, 1250, 1251 }, /* 0.5 */
	{ 400000, SIDE_SELL, 1250, 1249 },
	{ 400000, SIDE_BUY, 1251, 1252 },
	{ 0, SIDE_SELL, 55000, 55000 },
	{ 900000000, SIDE_SELL, 1, 1 },
};

int
main(void)
{
	struct costs owner, krx, none, c;

	ok(costs_named("owner", &owner) == 0, "owner");
	ok(costs_named("krx", &krx) == 0, "krx");
	ok(costs_named("none", &none) == 0, "none");
	ok(costs_named("free", &c) == -1, "another word");

	for (size_t i = 0; i < NELEM(tax); i++)
		is_int(tax_rate(&krx, tax[i].day, tax[i].kind), tax[i].rate,
		    "tax of %s on %d", kind_name(tax[i].kind), (int)tax[i].day);

	/* one million won each way */
	is_int(cost_commission(&owner, SIDE_BUY, 1000000), 0, "owner buys");
	is_int(
	    cost_commission(&owner, SIDE_SELL, 1000000), 1600, "owner sells");
	is_int(cost_tax(&owner, SIDE_SELL, 20250314, KIND_KOSPI, 1000000), 0,
	    "owner's rate holds the tax");
	is_int(owner.slippage, 400000, "owner's slippage");
	is_int(cost_commission(&krx, SIDE_BUY, 1000000), 150, "krx buys");
	is_int(cost_commission(&krx, SIDE_SELL, 1000000), 150, "krx sells");
	is_int(cost_tax(&krx, SIDE_BUY, 20250314, KIND_KOSPI, 1000000), 0,
	    "no tax on buys");
	is_int(cost_tax(&krx, SIDE_SELL, 20250314, KIND_KOSPI, 1000000), 1500,
	    "tax on sells");
	is_int(krx.slippage, 0, "krx has no slippage");
	is_int(cost_commission(&none, SIDE_SELL, 1000000), 0, "none");
	is_int(cost_tax(&none, SIDE_SELL, 20250314, KIND_KOSPI, 1000000), 0,
	    "none has no tax");

	/* floors, also where doubles would be a won off */
	is_int(cost_commission(&krx, SIDE_BUY, 6666), 0, "0.9999 is 0");
	is_int(cost_commission(&krx, SIDE_BUY, 6667), 1, "1.00005 is 1");
	is_int(cost_commission(&krx, SIDE_BUY, 20000), 3, "exactly 3");
	is_int(cost_commission(&owner, SIDE_SELL, 625), 1, "exactly 1");
	is_int(cost_commission(&owner, SIDE_SELL, 624), 0, "a won less");
	is_int(cost_tax(&krx, SIDE_SELL, 20250314, KIND_KOSPI,
		   INT64_C(9000000000000000999)),
	    INT64_C(13500000000000001), "an amount beyond doubles");

	c = krx;
	c.tax = 2300000;
	is_int(tax_rate(&c, 20250314, KIND_ETF), 2300000,
	    "a rate that is given holds for every date and kind");

	for (size_t i = 0; i < NELEM(slip); i++) {
		c = none;
		c.slippage = slip[i].slippage;
		is_int(cost_slip(&c, slip[i].side, slip[i].price), slip[i].want,
		    "%s slips from %lld",
		    slip[i].side == SIDE_BUY ? "buy" : "sell",
		    (long long)slip[i].price);
	}

	is_int(cost_reserve(&krx, 55000, 10), 550083, "reserve is rounded up");
	is_int(cost_reserve(&none, 55000, 10), 550000, "reserve without costs");
	is_int(cost_reserve(&krx, INT64_MAX / 2, 3), INT64_MAX,
	    "reserve that overflows");
	is_int(cost_reserve(&krx, INT64_MAX, 1), INT64_MAX,
	    "reserve that overflows by its commission");
	return done_testing();
}
