/*
 * generate.c - a made market.
 *
 * Days first: a share moves with the market, by a trend that lasts some
 * weeks, and by itself, more after a wild day than after a quiet one.  Trends
 * are strong enough for averages to cross and for stops to be hit, and the
 * price is drawn back towards where it began, so that ten years end neither
 * at 1 won nor in the sky.  Then, where wanted, a day's minutes: a walk from
 * the open to the close that is led past the high and the low at two moments
 * of its own, so that both resolutions tell one story.
 *
 * Each thing has its own stream of numbers, named by the seed, the stock and
 * the day, so that asking for less gives the same of what is asked for.
 *
 * The same bytes everywhere: only + - * / and comparison on doubles, which
 * IEEE 754 defines to the bit, no function of libm, no rand().  The build's
 * -std=c11 keeps the compiler from fusing them.  C leaves the order of
 * operands open, so no expression draws two numbers from one stream.
 */
#include "market/generate.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "market/tick.h"

struct generator {
	struct generate_spec spec;
	const struct session **day;
	double *market; /* the whole market's return on each day */
};

enum stream { STREAM_MARKET, STREAM_STOCK, STREAM_MINUTES };

/* A stream of its own for each (seed, purpose, a, b). */
static struct rng
stream(const struct generate_spec *spec, enum stream what, int a, int b)
{
	struct rng r = rng_seed(spec->seed);
	uint64_t key = rng_u64(&r);

	r = rng_seed(
	    key ^ (uint64_t)what << 60 ^ (uint64_t)a << 32 ^ (uint64_t)b);
	return r;
}

static double
between(struct rng *r, double lo, double hi)
{
	return lo + (hi - lo) * rng_real(r);
}

static bool
chance(struct rng *r, double p)
{
	return rng_real(r) < p;
}

static int
below(struct rng *r, int n)
{
	return (int)rng_below(r, (uint64_t)n);
}

static double
magnitude(double x)
{
	return x < 0 ? -x : x;
}

static double
clamp(double x, double lo, double hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

static won
clamp_won(won x, won lo, won hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

/* The legal price nearest to x (> 0). */
static won
legal(ymd d, enum kind k, double x)
{
	won p = (won)(x < 1 ? 1 : x);
	won lo = tick_floor(d, k, p), hi = tick_ceil(d, k, p + 1);

	return x - (double)lo < (double)hi - x ? lo : hi;
}

/*
 * Codes and names.  A code's last digit is 1, which KRX gives to no share
 * (common ones end in 0, preferred in 5, 7, 9 or a letter): an order for a
 * made stock that reached a real broker would find nothing to buy.
 */
static const char *const syllable[] = {
	"가",
	"나",
	"다",
	"라",
	"마",
	"바",
	"사",
	"아",
	"자",
	"차",
	"카",
	"타",
	"파",
	"하",
};
static const char *const trade[] = {
	"전자",
	"화학",
	"제약",
	"건설",
	"식품",
	"기계",
	"철강",
	"통신",
	"바이오",
	"소재",
	"에너지",
	"물산",
	"해운",
	"섬유",
	"게임즈",
	"소프트",
	"시스템",
	"로보틱스",
	"반도체",
	"디스플레이",
	"미디어",
	"유통",
	"정밀",
	"테크",
};
static const char *const theme[] = {
	"200",
	"코스닥150",
	"반도체",
	"2차전지",
	"고배당",
	"미국500",
	"국고채10년",
	"골드선물",
	"헬스케어",
	"자동차",
	"IT",
	"철강소재",
	"미국나스닥",
	"일본",
	"인도",
	"단기채권",
	"우량주",
	"중소형",
	"배당성장",
	"게임",
	"조선",
	"여행레저",
	"원유선물",
	"리츠",
};
_Static_assert(sizeof(trade) == sizeof(theme), "one list of names each");

#define NAMES     (int)(NELEM(syllable) * NELEM(syllable) * NELEM(trade))
#define NAME_STEP 2741 /* coprime to NAMES: walks through all of them */
_Static_assert(GENERATE_STOCKS_MAX <= 14 * 14 * 24, "enough names");

static const enum kind mixture[] = {
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_ETF,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
};

static void
name_stock(const struct generate_spec *spec, int i, struct rng *r,
    struct made_stock *s)
{
	int n = (int)(((uint64_t)i * NAME_STEP + spec->seed % NAMES) % NAMES);
	const char *a, *b;
	unsigned code = 10 * (2 + (unsigned)i * 24 + (unsigned)below(r, 24)) +
	    1;

	s->kind = mixture[(size_t)i % NELEM(mixture)];
	snprintf(s->code, sizeof(s->code), "%06u", code % 1000000);
	a = syllable[n % NELEM(syllable)];
	n /= (int)NELEM(syllable);
	b = syllable[n % NELEM(syllable)];
	n /= (int)NELEM(syllable);
	snprintf(s->name, sizeof(s->name), "%s%s%s%s", a, b,
	    s->kind == KIND_ETF ? " " : "",
	    s->kind == KIND_ETF ? theme[n] : trade[n]);
	s->split_day = -1;
	s->split_factor = 1;
}

/* A level that lasts some weeks and then changes. */
struct trend {
	double size, now;
	int left;
};

static double
trend_next(struct trend *t, struct rng *r)
{
	if (t->left-- <= 0) {
		t->now = t->size * rng_normal(r);
		t->left = 15 + below(r, 60);
	}
	return t->now;
}

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

	name_stock(spec, i, &r, s);
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

/* A day's walk, and the minutes at which it must be somewhere. */
struct walk {
	const struct session *day;
	const struct made_bar *daily;
	enum kind kind;
	int n;           /* minutes of the day, the auction last */
	int first, last; /* traded minutes */
	int high, low;   /* the minute of the day's high, of its low */
	bool stays;      /* locked from the high or low on */
};

#define MINUTES_MAX (24 * 60)

static int
draw_minute(struct rng *r, int from, int to)
{
	return from + below(r, to - from + 1);
}

/*
 * Which minutes trade: nearly all in a busy stock, one here and there in a
 * quiet one.  The closing auction is missed by quiet stocks alone.  Sets
 * first and last.
 */
static void
draw_traded(struct walk *w, struct rng *r, bool *traded)
{
	double p = clamp((double)w->daily->volume / (20.0 * w->n), 0.02, 0.998);
	int auction = w->n - 1;

	memset(traded, 0, (size_t)w->n * sizeof(*traded));
	for (int i = 0; i < auction; i++)
		traded[i] = chance(r, p);
	if (chance(r, 0.95))
		traded[0] = true;
	traded[auction] = p > 0.5 || chance(r, 0.85);
	for (w->first = 0; w->first < auction && !traded[w->first];)
		w->first++;
	if (w->first == auction) { /* prices differ: not in one auction */
		w->first = below(r, auction);
		traded[w->first] = true;
	}
	for (w->last = auction; !traded[w->last];)
		w->last--;
}

/*
 * When the high and the low are made: in a minute of continuous trading,
 * which then trades.  A day that closes at its high or low after a large
 * move is taken for one that ran into its limit and stays there.
 */
static void
draw_extremes(struct walk *w, struct rng *r, bool *traded)
{
	const struct made_bar *b = w->daily;
	int end = w->last < w->n - 1 ? w->last : w->n - 2;
	won move = b->close > b->base ? b->close - b->base : b->base - b->close;

	w->high = b->open == b->high && chance(r, 0.5) ?
	    w->first :
	    draw_minute(r, w->first, end);
	w->low = b->open == b->low && chance(r, 0.5) ?
	    w->first :
	    draw_minute(r, w->first, end);
	w->stays = move * 10 > b->base * 2 && b->high != b->low &&
	    (b->close == b->high || b->close == b->low);
	if (w->stays && b->close == b->high && w->low > w->high)
		w->low = draw_minute(r, w->first, w->high);
	if (w->stays && b->close == b->low && w->high > w->low)
		w->high = draw_minute(r, w->first, w->low);
	traded[w->high] = traded[w->low] = true;
}

/* There must be a share for each minute that trades. */
static void
thin_out(const struct walk *w, bool *traded)
{
	int n = 0;

	for (int i = 0; i < w->n; i++)
		n += traded[i];
	for (int i = w->n - 2; i >= 0 && n > w->daily->volume; i--) {
		if (!traded[i] || i == w->first || i == w->last ||
		    i == w->high || i == w->low)
			continue;
		traded[i] = false;
		n--;
	}
}

/* The next minute at or after i where the walk must be, and the price. */
static int
waypoint(const struct walk *w, int i, won *price)
{
	int end = w->last < w->n - 1 ? w->last : w->n - 2;
	int at = end;

	*price = w->daily->close;
	if (w->high >= i && w->high < at) {
		at = w->high;
		*price = w->daily->high;
	}
	if (w->low >= i && w->low < at) {
		at = w->low;
		*price = w->daily->low;
	}
	return at;
}

/* Where the walk stands at the end of minute i. */
static double
walk_on(const struct walk *w, int i, double at, double scale, struct rng *r)
{
	const struct made_bar *b = w->daily;
	won goal;
	int there = waypoint(w, i, &goal);
	double noise = scale * rng_normal(r);

	if (there <= i)
		return (double)goal;
	if (w->stays && i > (b->close == b->high ? w->high : w->low))
		return (double)b->close;
	at += ((double)goal - at) / (there - i + 1) +
	    noise * (there - i) / (there - i + 1);
	return clamp(at, (double)b->low, (double)b->high);
}

/* n ticks from p, within the day's range. */
static won
near(const struct walk *w, won p, int n)
{
	return clamp_won(tick_step(w->daily->date, w->kind, p, n),
	    w->daily->low, w->daily->high);
}

/* The bar of one minute: from near the last close to p, with wicks. */
static void
minute_bar(const struct walk *w, int i, won last, won p, struct rng *r,
    struct made_bar *out)
{
	static const int jumps[] = { 0, 1, -1, 0 };
	const struct made_bar *b = w->daily;
	int jump = jumps[below(r, NELEM(jumps))];
	int up = below(r, 3), down = below(r, 3);

	if (w->stays && last == b->close && p == b->close)
		jump = up = down = 0; /* locked */
	out->open = i == w->first ? b->open : near(w, last, jump);
	out->close = p;
	out->high = near(w, out->open > p ? out->open : p, up);
	out->low = near(w, out->open < p ? out->open : p, -down);
	if (i == w->high)
		out->high = b->high;
	if (i == w->low)
		out->low = b->low;
}

/* Share the day's volume out: much at the open, the close and the auction. */
static void
share_volume(const struct walk *w, struct rng *r, const int *index, int n,
    struct made_bar *out)
{
	double weight[MINUTES_MAX], sum = 0, so_far = 0;
	qty rest = w->daily->volume - n, given = 0;

	assert(rest >= 0);
	for (int j = 0; j < n; j++) {
		double t = 2.0 * index[j] / (w->n - 1) - 1;

		weight[j] = (0.5 + 1.8 * t * t) * between(r, 0.2, 1.8);
		if (index[j] == 0)
			weight[j] *= 6;
		if (index[j] == w->n - 1)
			weight[j] *= 10;
		sum += weight[j];
	}
	for (int j = 0; j < n; j++) {
		qty upto;

		so_far += weight[j];
		upto = j == n - 1 ? rest : (qty)((double)rest * (so_far / sum));
		if (upto > rest) /* the last digit of a double */
			upto = rest;
		out[j].volume = 1 + upto - given;
		given = upto;
	}
}

int
generator_minutes(const struct generator *g, int i, int day,
    const struct made_stock *s, const struct made_bar *daily,
    struct made_bar *out)
{
	struct rng r = stream(&g->spec, STREAM_MINUTES, i, (int)daily->date);
	struct walk w = { .day = g->day[day], .daily = daily, .kind = s->kind };
	bool traded[MINUTES_MAX];
	int index[MINUTES_MAX];
	double at = (double)daily->open, scale;
	won last = daily->open;
	int n = 0;

	if (daily->volume == 0)
		return 0;
	w.n = session_minutes(w.day);
	assert(w.n >= 2 && w.n <= MINUTES_MAX);
	draw_traded(&w, &r, traded);
	draw_extremes(&w, &r, traded);
	thin_out(&w, traded);
	scale = 0.09 * (double)(daily->high - daily->low);
	for (int m = 0; m < w.n; m++) {
		struct made_bar *b = &out[n];
		won p;

		if (m == w.n - 1)
			p = daily->close;
		else {
			at = walk_on(&w, m, at, scale, &r);
			p = clamp_won(legal(daily->date, w.kind, at),
			    daily->low, daily->high);
			/* Just short of the auction it may differ a bit. */
			if (m == w.n - 2 && w.last == w.n - 1 && !w.stays)
				p = near(&w, p, below(&r, 5) - 2);
		}
		if (!traded[m])
			continue;
		memset(b, 0, sizeof(*b));
		b->date = daily->date;
		b->time = session_minute(w.day, m);
		if (m == w.n - 1)
			b->open = b->high = b->low = b->close = p;
		else
			minute_bar(&w, m, last, p, &r, b);
		last = b->close;
		index[n++] = m;
	}
	share_volume(&w, &r, index, n, out);
	return n;
}

struct generator *
generator_new(
    const struct generate_spec *spec, const struct calendar *cal, struct err *e)
{
	struct rng r = stream(spec, STREAM_MARKET, 0, 0);
	struct trend trend = { .size = 0.0012 };
	struct generator *g = xcalloc(1, sizeof(*g));
	ymd after = spec->from - 1;

	assert(spec->stocks >= 1 && spec->stocks <= GENERATE_STOCKS_MAX);
	assert(spec->days >= 1);
	g->spec = *spec;
	g->day = xcalloc((size_t)spec->days, sizeof(*g->day));
	g->market = xcalloc((size_t)spec->days, sizeof(*g->market));
	for (int d = 0; d < spec->days; d++) {
		g->day[d] = calendar_next(cal, after);
		if (g->day[d] == NULL) {
			err_set(e, E_USAGE,
			    "the calendar has only %d sessions"
			    " from %d to %d",
			    d, (int)spec->from, (int)calendar_last(cal));
			generator_free(g);
			return NULL;
		}
		after = g->day[d]->date;
		g->market[d] = trend_next(&trend, &r) + 0.008 * rng_normal(&r);
	}
	return g;
}

void
generator_free(struct generator *g)
{
	if (g == NULL)
		return;
	free(g->day);
	free(g->market);
	free(g);
}

const struct session *
generator_session(const struct generator *g, int day)
{
	assert(day >= 0 && day < g->spec.days);
	return g->day[day];
}
