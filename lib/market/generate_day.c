/*
 * generate_day.c - the days of a made stock.
 *
 * A share moves with the market, by a trend that lasts some weeks, and by
 * itself, more after a wild day than after a quiet one.  Trends are strong
 * enough for averages to cross and for stops to be hit, and the price is drawn
 * back towards where it began, so that ten years end neither at 1 won nor in
 * the sky.
 */
#include "market/generate_inner.h"

#include <string.h>

/* What kind of share it is, and where it stands. */
struct share {
	enum kind kind;
	double start;      /* the price it is drawn back to */
	double volatility; /* of a day */
	double beta;
	double turnover; /* won a day */
	double heat;     /* 1: as wild as usual */
	struct trend trend;
	won close;
};

static const double kospi_price[] = { 3200, 8500, 21000, 48000, 82000, 155000,
	310000, 720000 };
static const double kosdaq_price[] = { 1600, 3100, 6200, 12500, 26000, 61000,
	125000 };
static const double etf_price[] = { 1850, 8400, 12300, 21000, 36000, 104000 };
static const double turnover[] = { 8e6, 2e8, 1e9, 5e9, 2e10, 1e11 };

static void
share_init(struct share *h, enum kind k, ymd first, struct rng *r)
{
	memset(h, 0, sizeof(*h));
	h->kind = k;
	switch (k) {
	case KIND_ETF:
		h->start = etf_price[below(r, NELEM(etf_price))];
		h->volatility = between(r, 0.003, 0.009);
		h->beta = between(r, 0.8, 1.2);
		break;
	case KIND_KOSDAQ:
		h->start = kosdaq_price[below(r, NELEM(kosdaq_price))];
		h->volatility = between(r, 0.018, 0.036);
		h->beta = between(r, 0.7, 1.5);
		break;
	default:
		h->start = kospi_price[below(r, NELEM(kospi_price))];
		h->volatility = between(r, 0.012, 0.025);
		h->beta = between(r, 0.6, 1.4);
		break;
	}
	h->start *= between(r, 0.75, 1.3);
	h->turnover = turnover[below(r, NELEM(turnover))];
	h->turnover *= between(r, 0.5, 2.0);
	h->heat = 1;
	h->trend.size = h->volatility * 0.14;
	h->close = legal(first, k, h->start);
}

/* A halt: no volume, and the last close in every column. */
static void
halted_bar(const struct share *h, struct made_bar *b)
{
	b->open = b->high = b->low = b->close = h->close;
	b->volume = 0;
}

static qty
day_volume(const struct share *h, double move, double price, struct rng *r)
{
	double v = h->turnover / price * between(r, 0.4, 1.4) *
	    (1 + 25 * magnitude(move));

	if (chance(r, 0.02))
		v *= 3;
	return v < 12 ? 12 : (qty)v; /* enough for a day's minutes */
}

enum lock { LOCK_NONE, LOCK_ALL_DAY, LOCK_AT_CLOSE };

static enum lock
draw_lock(const struct share *h, struct rng *r)
{
	double x = rng_real(r);

	if (h->kind == KIND_ETF)
		return LOCK_NONE;
	return x < 0.0008 ? LOCK_ALL_DAY :
	    x < 0.002     ? LOCK_AT_CLOSE :
			    LOCK_NONE;
}

/* One traded day around b->base, whose date and base are set. */
static void
traded_bar(struct share *h, double market, struct rng *r, struct made_bar *b)
{
	struct price_limits l = daily_limits(b->date, h->kind, b->base, 1);
	double vol = h->volatility * h->heat, base = (double)b->base;
	double pull = 0.004 * (h->start - base) / (h->start + base);
	double z = rng_normal(r), tail = chance(r, 0.02) ? 3 : 1;
	/* Half the square: ups and downs in percent do not cancel. */
	double move = h->beta * market + trend_next(&h->trend, r) + pull +
	    vol * z * tail + vol * vol / 2;
	double gap = 0.35 * move + 0.3 * vol * rng_normal(r);
	double up = magnitude(rng_normal(r)) * vol * 0.5;
	double down = magnitude(rng_normal(r)) * vol * 0.5;
	enum lock lock = draw_lock(h, r);
	bool is_up = chance(r, 0.65);
	won top, bottom;

	b->open = clamp_won(
	    legal(b->date, h->kind, base * (1 + gap)), l.lower, l.upper);
	b->close = clamp_won(
	    legal(b->date, h->kind, base * (1 + move)), l.lower, l.upper);
	if (lock != LOCK_NONE)
		b->close = is_up ? l.upper : l.lower;
	if (lock == LOCK_ALL_DAY)
		b->open = b->close;
	top = b->open > b->close ? b->open : b->close;
	bottom = b->open < b->close ? b->open : b->close;
	b->high = b->low = b->close;
	if (lock != LOCK_ALL_DAY) {
		b->high = clamp_won(
		    legal(b->date, h->kind, (double)top * (1 + up)), top,
		    l.upper);
		b->low = clamp_won(
		    legal(b->date, h->kind, (double)bottom * (1 - down)),
		    l.lower, bottom);
	}
	move = (double)b->close / base - 1;
	b->volume = day_volume(h, move, (double)b->close, r);
	if (lock == LOCK_ALL_DAY) /* few find a seller */
		b->volume = b->volume / 20 + 12;
	/* Wild days follow wild days; the mean stays near 1. */
	h->heat = clamp(0.9 * h->heat +
		0.1 *
		    (0.6 +
			0.4 * magnitude(move) /
			    (0.8 * (h->volatility + 0.003))),
	    0.7, 2.0);
	h->close = b->close;
}

/* Where a share is split: within the middle half of the run. */
static int
draw_split(const struct generate_spec *spec, int i, enum kind k, struct rng *r)
{
	int at = spec->days / 4 + below(r, spec->days / 2 + 1);

	if (!spec->splits || k == KIND_ETF || i % 8 != 0)
		return -1;
	return at >= 1 && at < spec->days ? at : -1;
}

#define SPLIT_HALT 3 /* days without trading before it */

static int
split_factor(won price)
{
	return price >= 500000 ? 50 :
	    price >= 100000    ? 10 :
	    price >= 20000     ? 5 :
				 2;
}

static int
draw_halt(struct rng *r)
{
	return chance(r, 0.1) ? 5 + below(r, 16) : 1 + below(r, 3);
}

void
generator_daily(const struct generator *g, int i, struct made_stock *s,
    struct made_bar *daily)
{
	const struct generate_spec *spec = &g->spec;
	double halts = (double)spec->halts / (double)PPB_ONE;
	struct rng r = stream(spec, STREAM_STOCK, i, 0);
	struct share h;
	int split, halt = 0;

	generate_name(spec, i, &r, s);
	split = draw_split(spec, i, s->kind, &r);
	share_init(&h, s->kind, g->day[0]->date, &r);
	for (int d = 0; d < spec->days; d++) {
		struct made_bar *b = &daily[d];
		bool is_halted = chance(&r, halts) || halt > 0 ||
		    (d < split && d >= split - SPLIT_HALT);

		memset(b, 0, sizeof(*b));
		b->date = g->day[d]->date;
		if (d == split) {
			s->split_day = d;
			s->split_factor = split_factor(h.close);
			h.close = tick_floor(
			    b->date, h.kind, h.close / s->split_factor);
			h.start /= s->split_factor;
			is_halted = false;
			halt = 0;
		}
		b->base = h.close;
		if (!is_halted) {
			traded_bar(&h, g->market[d], &r, b);
			continue;
		}
		halted_bar(&h, b);
		halt = halt > 0 ? halt - 1 : draw_halt(&r) - 1;
	}
}
