/*
 * cost.c - commission, tax and slippage of a fill.
 *
 * Tax is due by the date of settlement, two business days after the trade,
 * so each new year's rate begins with the trades of the last days of
 * December.  The rows below are by trade day.  The day of 2025's change
 * (2024-12-27) is from brokers' notices, the others are computed the same
 * way from the date of settlement; the rates are those of the decrees:
 *
 *	settled from	trade day	KOSPI (tax + rural)	KOSDAQ
 *	1996		before all	0.15 + 0.15		0.30 %
 *	2019-06-03	2019-05-30	0.10 + 0.15		0.25 %
 *	2021-01-01	2020-12-29	0.08 + 0.15		0.23 %
 *	2023-01-01	2022-12-28	0.05 + 0.15		0.20 %
 *	2024-01-01	2023-12-27	0.03 + 0.15		0.18 %
 *	2025-01-01	2024-12-27	0.00 + 0.15		0.15 %
 *	2026-01-01	2025-12-29	0.05 + 0.15		0.20 %
 *
 * KOSPI's two parts add up to KOSDAQ's one in every row, so one column is
 * enough; the sum is floored once, although KRX floors the parts, which is
 * at most a won apart (T15).  Before 1996 the earliest row is used.  KONEX
 * pays 0.10 %; ETF and ETN pay none.
 */
#include "market/cost.h"

#include <string.h>

#include "base/money.h"

static const struct {
	ymd from; /* trade day */
	ppb rate;
} tax_row[] = {
	/* newest first */
	{ 20251229, 2000000 },
	{ 20241227, 1500000 },
	{ 20231227, 1800000 },
	{ 20221228, 2000000 },
	{ 20201229, 2300000 },
	{ 20190530, 2500000 },
	{ 0, 3000000 },
};

#define TAX_KONEX INT64_C(1000000)

static const struct {
	const char *name;
	struct costs costs;
} named[] = {
	{ "owner", { .commission_sell = 1600000, .slippage = 400000 } },
	{ "krx",
	    { .commission_buy = 150000,
		.commission_sell = 150000,
		.tax = COSTS_TAX_BY_DATE } },
	{ "none", { 0 } },
};

int
costs_named(const char *name, struct costs *out)
{
	for (size_t i = 0; i < NELEM(named); i++) {
		if (strcmp(name, named[i].name) == 0) {
			*out = named[i].costs;
			return 0;
		}
	}
	return -1;
}

ppb
tax_rate(const struct costs *c, ymd trade_day, enum kind k)
{
	size_t i = 0;

	if (c->tax != COSTS_TAX_BY_DATE)
		return c->tax;
	if (k == KIND_ETF || k == KIND_ETN)
		return 0;
	if (k == KIND_KONEX)
		return TAX_KONEX;
	while (trade_day < tax_row[i].from)
		i++;
	return tax_row[i].rate;
}

won
cost_commission(const struct costs *c, enum side side, won amount)
{
	return won_rate_floor(
	    amount, side == SIDE_BUY ? c->commission_buy : c->commission_sell);
}

won
cost_tax(const struct costs *c, enum side side, ymd trade_day, enum kind k,
    won amount)
{
	if (side == SIDE_BUY)
		return 0;
	return won_rate_floor(amount, tax_rate(c, trade_day, k));
}

won
cost_slip(const struct costs *c, enum side side, won price)
{
	/* Half a won rounds away from the price, so against the trader on
	 * both sides. */
	won by = won_rate_round(price, c->slippage);

	if (side == SIDE_BUY)
		return price + by;
	return by < price ? price - by : 1;
}

won
cost_reserve(const struct costs *c, won price, qty n)
{
	won amount, sum;

	if (won_total(price, n, &amount) == -1)
		return INT64_MAX;
	if (__builtin_add_overflow(
		amount, won_rate_ceil(amount, c->commission_buy), &sum))
		return INT64_MAX;
	return sum;
}
