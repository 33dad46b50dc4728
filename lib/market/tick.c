/*
 * tick.c - tick sizes and daily limits, as dated tables.
 *
 * Shares: the table of 2023-01-25 (KRX's change of that day, one for KOSPI,
 * KOSDAQ and KONEX) and the ones before it.  The older ones are carried back
 * without end: what KRX used before about 2010 differs for cheap shares, but
 * prices in history are adjusted and nobody sends orders there.
 *
 * ETF and ETN: 5 won, and since December 2023 1 won below 2,000.  Sources
 * differ on the day (8, 11 and 18 December are all named); 2023-12-11 is
 * taken.  A finer tick taken a week early can only make an order illegal in
 * a week that is long past.
 *
 * In every table each tick divides the next larger one, and each band begins
 * at a multiple of its tick.  Rounding down or up inside one band therefore
 * always lands on a legal price, even on the border, and the tests hold the
 * tables to it.
 */
#include "market/tick.h"

struct band {
	won below; /* prices under this; 0: all the rest */
	won tick;
};

static const struct band shares_2023[] = {
	{ 2000, 1 },
	{ 5000, 5 },
	{ 20000, 10 },
	{ 50000, 50 },
	{ 200000, 100 },
	{ 500000, 500 },
	{ 0, 1000 },
};
static const struct band kospi_old[] = {
	{ 1000, 1 },
	{ 5000, 5 },
	{ 10000, 10 },
	{ 50000, 50 },
	{ 100000, 100 },
	{ 500000, 500 },
	{ 0, 1000 },
};
static const struct band kosdaq_old[] = {
	{ 1000, 1 },
	{ 5000, 5 },
	{ 10000, 10 },
	{ 50000, 50 },
	{ 0, 100 },
};
static const struct band funds_2023[] = { { 2000, 1 }, { 0, 5 } };
static const struct band funds_old[] = { { 0, 5 } };

#define SHARES_NEW 20230125
#define FUNDS_NEW  20231211

/* +-30 % since 2015-06-15, +-15 % before; KONEX stays at 15 %. */
#define LIMIT_NEW     20150615
#define LIMIT_PERCENT 30
#define LIMIT_OLD     15

static const struct band *
bands(ymd d, enum kind k)
{
	switch (k) {
	case KIND_ETF:
	case KIND_ETN:
		return d >= FUNDS_NEW ? funds_2023 : funds_old;
	case KIND_KOSDAQ:
		return d >= SHARES_NEW ? shares_2023 : kosdaq_old;
	case KIND_KOSPI:
	case KIND_KONEX: /* before 2023: taken as KOSPI's */
		break;
	}
	return d >= SHARES_NEW ? shares_2023 : kospi_old;
}

won
tick_size(ymd d, enum kind k, won price)
{
	const struct band *b = bands(d, k);

	while (b->below != 0 && price >= b->below)
		b++;
	return b->tick;
}

won
tick_floor(ymd d, enum kind k, won price)
{
	won tick = tick_size(d, k, price);

	return price < tick ? tick : price - price % tick;
}

won
tick_ceil(ymd d, enum kind k, won price)
{
	won tick = tick_size(d, k, price);

	if (price <= tick)
		return tick;
	return price + (tick - price % tick) % tick;
}

/*
 * The next legal price above p is the first at or above p + 1, the next one
 * below it the last at or below p - 1: right on the borders of the bands, and
 * it has a meaning where p itself is not legal.
 */
won
tick_step(ymd d, enum kind k, won price, int n)
{
	for (; n > 0; n--)
		price = tick_ceil(d, k, price + 1);
	for (; n < 0; n++)
		price = tick_floor(d, k, price - 1);
	return price;
}

/*
 * 15 % is right for KOSPI from 1998-12-07 and for KOSDAQ in its last years
 * before 2015-06-15; it was less in each before that (KOSDAQ's 12 % and the
 * single digits of KOSPI's nineties are not tabled: their dates are not
 * certain, and a limit that is too wide only fails to see a locked day).
 */
static int
limit_percent(ymd d, enum kind k)
{
	return k == KIND_KONEX || d < LIMIT_NEW ? LIMIT_OLD : LIMIT_PERCENT;
}

struct price_limits
daily_limits(ymd d, enum kind k, won base, int factor)
{
	won tick = tick_size(d, k, base);
	won w = base * limit_percent(d, k) * (factor > 1 ? factor : 1) / 100;
	struct price_limits l;

	w -= w % tick;
	if (w < tick) /* the cheapest shares can move one tick */
		w = tick;
	l.upper = tick_floor(d, k, base + w);
	/* From a legal base this is legal as it stands; an adjusted one
	 * need not be, and a limit has to be a price. */
	l.lower = tick_ceil(d, k, base - w);
	return l;
}
