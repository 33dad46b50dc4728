/*
 * kind.h - what sort of security a code is; ticks, limits and taxes go by it.
 */
#ifndef MARKET_KIND_H
#define MARKET_KIND_H

enum kind {
	KIND_KOSPI, /* also what an unknown code is taken for */
	KIND_KOSDAQ,
	KIND_KONEX,
	KIND_ETF,
	KIND_ETN,
};

/* "KOSPI", "KOSDAQ", "KONEX", "ETF", "ETN"; the words in stock_info.market */
const char *kind_name(enum kind k);
int kind_parse(const char *s, enum kind *out); /* 0 or -1; case ignored */

#endif
