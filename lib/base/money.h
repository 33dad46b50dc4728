/*
 * money.h - exact arithmetic on won, shares and ratios.
 *
 * Every function that rounds says so in its name.  Products are taken in 128
 * bits, so amount times ratio cannot overflow; price times quantity can, and
 * is checked.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/number.h"
#include "base/types.h"

/* Price times quantity.  Returns 0, or -1 if it would overflow. */
int won_total(won price_won, qty n, won *total_won);

/* amount * rate / 10^9, towards minus infinity, plus infinity, nearest
 * (half away from zero).  rate may be negative. */
won won_rate_floor(won amount, ppb rate);
won won_rate_ceil(won amount, ppb rate);
won won_rate_round(won amount, ppb rate);

/* floor(a * b / c) and ceil(a * b / c) in 128 bits; c > 0. */
int64_t muldiv_floor(int64_t a, int64_t b, int64_t c);
int64_t muldiv_ceil(int64_t a, int64_t b, int64_t c);

/* How many shares at price cost at most `amount`, commission included:
 * floor(amount / (price * (1 + commission))).  0 where price <= 0 or
 * amount <= 0. */
qty qty_affordable(won amount, won price, ppb commission);

/* a compared with b * (1 + rate), exactly: <0, 0, >0.  b >= 0. */
int won_cmp_rate(won a, won b, ppb rate);

/* Decimal text to an exact ratio: "0.0016" -> 1600000.  More than nine
 * places, garbage or overflow: -1.  ppb_parse_percent reads "-5" as -5 %,
 * = -50000000 (at most seven places). */
int ppb_parse(const char *s, ppb *out);
int ppb_parse_percent(const char *s, ppb *out);
/* The shortest decimal text of a ratio; percent: times 100.  Returns buf. */
const char *ppb_text(ppb v, char *buf, size_t size);
const char *ppb_percent_text(ppb v, char *buf, size_t size);

/* A finite decimal number, "." as point whatever the locale. */
int real_parse(const char *s, double *out);

#endif
