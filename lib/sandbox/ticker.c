/*
 * ticker.c - trades and order books for who listens.
 *
 * The feed has bars, not trades: a minute that is over is told as four trades,
 * at its open, high, low and close, in one frame; and then the book, which is
 * made up around the close.
 */
#include "sandbox/stream.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "market/tick.h"

#define FRAME_SIZE   8192
#define SINCE_MARKET 20260914 /* from then on a field more */
#define LEVELS       10
#define LEVEL_QTY    100

struct frame {
	char text[FRAME_SIZE];
	size_t n;
	bool is_begun; /* a record has a field already */
};

__attribute__((format(printf, 2, 3))) static void
field(struct frame *f, const char *fmt, ...)
{
	va_list ap;

	if (f->is_begun && f->n + 1 < sizeof(f->text))
		f->text[f->n++] = '^';
	f->is_begun = true;
	va_start(ap, fmt);
	f->n += (size_t)vsnprintf(
	    f->text + f->n, sizeof(f->text) - f->n, fmt, ap);
	va_end(ap);
	if (f->n >= sizeof(f->text))
		f->n = sizeof(f->text) - 1;
}

static void
fields(struct frame *f, int n, const char *what)
{
	for (int i = 0; i < n; i++)
		field(f, "%s", what);
}

static void
begin(struct frame *f, const char *tr_id, int records)
{
	*f = (struct frame){ .is_begun = false };
	f->n = (size_t)snprintf(
	    f->text, sizeof(f->text), "0|%s|%03d|", tr_id, records);
}

/* ---- Trades --------------------------------------------------------------------- */

/* When the day had its prices, as HHMMSS. */
struct moments {
	int open, high, low;
};

struct trade {
	ymd day;
	hhmm time;
	int second;
	won price;
	qty n, volume; /* of it, and of the day so far */
	won value;
	bool has_market;
};

/* "-0.25" */
static void
percent(struct frame *f, won part, won whole)
{
	int64_t v = whole > 0 ? 10000 * part / whole : 0, u = v < 0 ? -v : v;

	field(
	    f, "%s%" PRId64 ".%02" PRId64, v < 0 ? "-" : "", u / 100, u % 100);
}

/* One of the day's prices beside that of a trade: when, which way, how far. */
static void
beside(struct frame *f, int at, won price, won of_day)
{
	field(f, "%06d", at);
	field(f, "%d", price > of_day ? 2 : price < of_day ? 5 : 3);
	field(f, "%" PRId64, price - of_day);
}

/* Has a trade the market's phase, too? */
static bool
has_market(const struct sandbox *sb, ymd day)
{
	return sb->o.trade_fields != 0 ? sb->o.trade_fields == 47 :
					 day >= SINCE_MARKET;
}

static void
put_trade(struct frame *f, const struct view *v, const struct moments *m,
    const struct trade *t)
{
	field(f, "%s", v->stock.code);
	field(f, "%04d%02d", t->time, t->second);
	field(f, "%" PRId64, t->price);
	field(f, "%d", market_sign(v, t->price));
	field(f, "%" PRId64, t->price - v->q.base);
	percent(f, t->price - v->q.base, v->q.base);
	field(f, "%" PRId64 ".00", t->volume > 0 ? t->value / t->volume : 0);
	field(f, "%" PRId64, v->day.open);
	field(f, "%" PRId64, v->day.high);
	field(f, "%" PRId64, v->day.low);
	field(f, "%" PRId64, tick_step(t->day, v->stock.kind, t->price, 1));
	field(f, "%" PRId64, t->price);
	field(f, "%" PRId64, t->n);
	field(f, "%" PRId64, t->volume);
	field(f, "%" PRId64, t->value);
	fields(f, 6, "0"); /* counts of sells and buys */
	field(f, "1");     /* CCLD_DVSN: a buy */
	fields(f, 2, "0"); /* rates */
	beside(f, m->open, t->price, v->day.open);
	beside(f, m->high, t->price, v->day.high);
	beside(f, m->low, t->price, v->day.low);
	field(f, "%d", t->day);
	field(f, "20"); /* open, normal */
	field(f, "N");
	fields(f, 7, "0"); /* the book's quantities, turnover */
	field(f, "0");     /* HOUR_CLS_CODE: in the session */
	fields(f, 1, "");
	field(f, "0");
	if (t->has_market)
		field(f, "2"); /* the regular market */
}

/* The first trades at the day's prices. */
static struct moments
moments_of(const struct view *v, const struct bar_store *m)
{
	struct moments out = { 0 };

	for (int i = m->n - 1; i >= 0; i--) {
		int at = m->time[i] * 100;

		out.open = at;
		if (m->high[i] == v->day.high)
			out.high = at +
			    (m->open[i] < m->high[i] ? TRADES_APART : 0);
		if (m->low[i] == v->day.low)
			out.low = at +
			    (m->open[i] > m->low[i] ? 2 * TRADES_APART : 0);
	}
	return out;
}

static void
tell_bar(struct sandbox_stream *s, const struct subscription *sub,
    const struct view *v, const struct moments *m, const struct bar *b,
    qty volume, won value)
{
	struct frame f;

	begin(&f, sub->tr_id, TRADES_OF_BAR);
	for (int i = 0; i < TRADES_OF_BAR; i++) {
		struct bar_trade one = trade_of(b, i);

		volume += one.n;
		value += one.n * one.price;
		put_trade(&f, v, m,
		    &(struct trade){ .day = b->date,
			.has_market = has_market(s->sb, b->date),
			.time = b->time,
			.second = one.second,
			.price = one.price,
			.n = one.n,
			.volume = volume,
			.value = value });
	}
	stream_say(s, f.text);
}

/* ---- The book ------------------------------------------------------------------- */

static void
tell_book(struct sandbox_stream *s, const struct subscription *sub,
    const struct view *v, const struct bar *b)
{
	struct frame f;

	begin(&f, sub->tr_id, 1);
	field(&f, "%s", v->stock.code);
	field(&f, "%04d59", b->time);
	field(&f, "0");
	for (int i = 1; i <= LEVELS; i++)
		field(&f, "%" PRId64,
		    tick_step(b->date, v->stock.kind, b->close, i));
	for (int i = 1; i <= LEVELS; i++)
		field(&f, "%" PRId64,
		    tick_step(b->date, v->stock.kind, b->close, 1 - i));
	for (int i = 0; i < 2 * LEVELS; i++)
		field(&f, "%d", LEVEL_QTY);
	field(&f, "%d", LEVELS * LEVEL_QTY);
	field(&f, "%d", LEVELS * LEVEL_QTY);
	fields(&f, 6, "0"); /* after hours; expected price, and its change */
	field(&f, "3");
	field(&f, "0.00");
	field(&f, "%" PRId64, v->q.volume);
	fields(&f, 4, "0");
	fields(&f, 1, "");
	stream_say(s, f.text);
}

/* ---- What has been traded since -------------------------------------------------- */

static int
tell_stock(struct sandbox *sb, struct sandbox_stream *s,
    struct subscription *sub, struct err *e)
{
	ymd today = clock_ymd(&sb->clock);
	char code[CODE_SIZE];
	struct moments when = { 0 };
	struct bar_store m;
	struct view v;
	qty volume = 0;
	won value = 0;
	int rc;

	if (sub->day != today) {
		sub->day = today;
		sub->last = 0;
	}
	if (!market_code(sub->key, code) || clock_hhmm(&sb->clock) <= sub->last)
		return 0;
	bar_store_init(&m, true);
	rc = sb->paper->ops->minute_bars(
	    sb->paper, code, today, 0, 2359, &m, e);
	if (rc == 0)
		rc = market_view(sb, code, &v, e);
	if (rc == 0)
		when = moments_of(&v, &m);
	for (int i = 0; i < m.n && rc == 0; i++) {
		struct bar b = { today, m.time[i], m.open[i], m.high[i],
			m.low[i], m.close[i], m.volume[i] };

		if (b.time >= sub->last && sub->channel == CHANNEL_TRADES)
			tell_bar(s, sub, &v, &when, &b, volume, value);
		else if (b.time >= sub->last)
			tell_book(s, sub, &v, &b);
		volume += b.volume;
		value += b.volume * b.close;
	}
	sub->last = clock_hhmm(&sb->clock);
	bar_store_fini(&m);
	return rc;
}

void
ticker_news(struct sandbox *sb, struct sandbox_stream *s)
{
	struct err e;

	for (int i = 0; i < s->nsub; i++) {
		struct subscription *sub = &s->sub[i];

		if (sub->channel != CHANNEL_TRADES &&
		    sub->channel != CHANNEL_BOOK)
			continue;
		if (tell_stock(sb, s, sub, &e) == -1)
			log_warn("%s: %s", sub->key, e.msg);
	}
}
