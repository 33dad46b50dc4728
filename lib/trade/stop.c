/* stop.c - see stop.h. */
#include "trade/stop.h"

#include "base/date.h"
#include "base/money.h"

const char *
stop_kind_name(enum stop_kind k)
{
	static const char *const name[] = {
		"",
		"take-profit",
		"early-stop",
		"stop-loss",
		"trailing-stop",
	};

	return name[k];
}

static bool
is_early(const struct stops *s, const struct lot *l, ymd today)
{
	return s->early != PPB_UNSET &&
	    ymd_diff(today, l->entry_date) <= s->early_days;
}

enum stop_kind
stop_check(const struct stops *s, const struct lot *l, won price, ymd today)
{
	won value = price * l->n;

	if (s->take_profit != PPB_UNSET &&
	    won_cmp_rate(value, l->cost, s->take_profit) >= 0)
		return STOP_TAKE_PROFIT;
	if (is_early(s, l, today) &&
	    won_cmp_rate(value, l->cost, s->early) <= 0)
		return STOP_EARLY;
	if (stop_is_losing(s, l->cost, l->n, price))
		return STOP_PLAIN;
	if (s->trailing != PPB_UNSET && l->high != 0 &&
	    won_cmp_rate(price, l->high, s->trailing) <= 0)
		return STOP_TRAILING;
	return STOP_NONE;
}

bool
stop_is_losing(const struct stops *s, won cost, qty n, won price)
{
	return s->stop_loss != PPB_UNSET &&
	    won_cmp_rate(price * n, cost, s->stop_loss) <= 0;
}

/* The highest whole price at which cost * (1 + rate) is reached from above:
 * floor(cost * (1 + rate) / n). */
static won
level_floor(won cost, qty n, ppb rate)
{
	return muldiv_floor(won_rate_floor(cost, PPB_ONE + rate), 1, n);
}

/* The highest of the stops' prices is the first that a falling price meets. */
static enum stop_kind
highest_stop(const struct stops *s, const struct lot *l, ymd today, won *level)
{
	enum stop_kind kind = STOP_NONE;
	won p;

	*level = 0;
	if (is_early(s, l, today)) {
		kind = STOP_EARLY;
		*level = level_floor(l->cost, l->n, s->early);
	}
	if (s->stop_loss != PPB_UNSET &&
	    (p = level_floor(l->cost, l->n, s->stop_loss)) > *level) {
		kind = STOP_PLAIN;
		*level = p;
	}
	if (s->trailing != PPB_UNSET && l->high != 0 &&
	    (p = won_rate_floor(l->high, PPB_ONE + s->trailing)) > *level) {
		kind = STOP_TRAILING;
		*level = p;
	}
	return kind;
}

enum stop_kind
stop_in_day(const struct stops *s, const struct lot *l, const struct bar *day,
    won *price)
{
	won stop, target;
	enum stop_kind kind;

	if (l->entry_date == day->date || day->volume == 0)
		return STOP_NONE;
	kind = highest_stop(s, l, day->date, &stop);
	if (kind != STOP_NONE && day->low <= stop) {
		*price = day->open <= stop ? day->open : stop;
		return kind;
	}
	if (s->take_profit == PPB_UNSET)
		return STOP_NONE;
	target = muldiv_ceil(
	    won_rate_ceil(l->cost, PPB_ONE + s->take_profit), 1, l->n);
	if (day->high < target)
		return STOP_NONE;
	*price = day->open >= target ? day->open : target;
	return STOP_TAKE_PROFIT;
}
