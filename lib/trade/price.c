/* price.c - see price.h. */
#include "trade/price.h"

#include "base/money.h"
#include "market/tick.h"

/* Nothing costs more; used where no limit of the day is known. */
#define PRICE_MAX INT64_C(1000000000)

/* The broker's limits of the day, or our own table's. */
static struct price_limits
limits_of(const struct tape *t, ymd date)
{
	won base = t->base != 0 ? t->base : t->prev_close;
	struct price_limits l = { .lower = 1, .upper = PRICE_MAX };

	if (base != 0 && (t->lower == 0 || t->upper == 0))
		l = daily_limits(date, t->kind, base, t->leverage);
	if (t->lower != 0)
		l.lower = t->lower;
	if (t->upper != 0)
		l.upper = t->upper;
	return l;
}

won
price_upper(const struct tape *t, ymd date)
{
	return limits_of(t, date).upper;
}

/* Our table's limits may be no tick where history is adjusted; a clipped
 * price stays a legal one. */
static won
clip(const struct tape *t, ymd date, won price)
{
	struct price_limits l = limits_of(t, date);
	won upper = tick_floor(date, t->kind, l.upper);
	won lower = tick_ceil(date, t->kind, l.lower);

	return price > upper ? upper : price < lower ? lower : price;
}

won
price_lower(const struct tape *t, ymd date)
{
	return clip(t, date, 1);
}

/* The highest legal price within reach of the decision. */
static won
reach_cap(const struct tape *t, ymd date, won decision, ppb reach)
{
	if (reach == PPB_UNSET)
		return PRICE_MAX;
	return tick_floor(
	    date, t->kind, won_rate_floor(decision, PPB_ONE + reach));
}

won
price_any(const struct tape *t, const struct moment *m)
{
	return session_phase(m->ses, m->at) == PHASE_AUCTION ?
	    price_lower(t, m->date) :
	    0;
}

won
price_entry(
    const struct limits *l, const struct tape *t, ymd date, won decision)
{
	won touch = t->ask != 0 ? t->ask : tape_price(t);
	won cap = reach_cap(t, date, decision, l->entry_reach);
	won p = tick_step(date, t->kind, tick_ceil(date, t->kind, touch),
	    (int)l->entry_ticks);

	return clip(t, date, p < cap ? p : cap);
}

won
price_exit(const struct limits *l, const struct tape *t, ymd date)
{
	won touch = t->bid != 0 ? t->bid : tape_price(t);

	return clip(t, date,
	    tick_step(date, t->kind, tick_floor(date, t->kind, touch),
		-(int)l->entry_ticks));
}

won
price_touch(const struct limits *l, const struct tape *t, ymd date,
    enum side side, won decision)
{
	won touch, cap;

	if (side == SIDE_SELL)
		return clip(t, date,
		    tick_floor(
			date, t->kind, t->bid != 0 ? t->bid : tape_price(t)));
	touch = tick_ceil(date, t->kind, t->ask != 0 ? t->ask : tape_price(t));
	cap = reach_cap(t, date, decision, l->chase_reach);
	return clip(t, date, touch < cap ? touch : cap);
}

won
price_legal(const struct tape *t, ymd date, enum side side, won limit)
{
	return clip(t, date,
	    side == SIDE_BUY ? tick_ceil(date, t->kind, limit) :
			       tick_floor(date, t->kind, limit));
}
