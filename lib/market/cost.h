/*
 * cost.h - what a fill costs: commission, tax on sales, slippage (R2, T15).
 *
 * Rates are exact decimals; commission and tax of each fill are floored to a
 * whole won.  Amounts and prices are never negative.  Set by the words of `set-limit` and `backtest`:
 *   costs=owner   0.0016 on sells, no commission on buys, slippage 0.0004
 *   costs=krx     0.00015 on both sides, the tax of that date and market
 *   costs=none
 * and commission=, tax=, slippage= override one rate each (commission on
 * both sides, tax for every date and kind).
 */
#ifndef MARKET_COST_H
#define MARKET_COST_H

#include "base/types.h"
#include "market/kind.h"

struct costs {
	ppb commission_buy, commission_sell;
	ppb tax;      /* COSTS_TAX_BY_DATE: the dated table */
	ppb slippage; /* moves market fills against the trader */
};
#define COSTS_TAX_BY_DATE INT64_C(-1)

/* "owner", "krx" or "none"; 0, or -1 for another word. */
int costs_named(const char *name, struct costs *out);

/* The rate of tax on a sale traded on that day: KRX's dated table, by trade
 * day (two business days before settlement); 0 for ETF and ETN. */
ppb tax_rate(const struct costs *c, ymd trade_day, enum kind k);

won cost_commission(const struct costs *c, enum side side, won amount);
won cost_tax(const struct costs *c, enum side side, ymd trade_day, enum kind k,
    won amount);
/* A market fill's price after slippage: rounded to the nearest won, half a won
 * against the trader; at least 1. */
won cost_slip(const struct costs *c, enum side side, won price);
/* What to set aside for a buy of n at no more than price: the amount and its
 * commission, rounded up, so never less than its fills will take together;
 * INT64_MAX if it would overflow.  A market buy is reserved at the day's upper
 * limit, past which slippage does not carry a fill. */
won cost_reserve(const struct costs *c, won price, qty n);

#endif
