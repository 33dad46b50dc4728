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

/*
 * How many times the daily limits of a code are a share's: 2 for what moves
 * twice as much, said by the names of funds and notes alone ("KODEX 레버리지",
 * "KODEX 200선물인버스2X").
 */
int kind_leverage(enum kind k, const char *stock_name);

#endif
