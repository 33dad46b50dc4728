/*
 * generate_minute.c - the minutes of a made day: a walk from the open to the
 * close that is led past the high and the low at two moments of its own, so
 * that both resolutions tell one story.
 */
#include "market/generate_inner.h"

#include <assert.h>
#include <string.h>

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
