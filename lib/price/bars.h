/*
 * bars.h - bars in memory, in columns.
 *
 * `struct bars` is a read-only window: n bars, oldest first; the newest is
 * [n - 1].  Nothing lies behind it, so what a strategy cannot see it cannot
 * use.  A bar without volume is a halt: it is in the database and never in a
 * window.
 */
#ifndef PRICE_BARS_H
#define PRICE_BARS_H

#include "base/types.h"

struct bars {
	int n;
	const ymd *date;
	const hhmm *time; /* first minute of the bar; NULL for daily */
	const won *open, *high, *low, *close;
	const qty *volume;
};

/* Growing storage behind a window: the owner appends, others see a window. */
struct bar_store {
	int n, cap;
	bool has_time;
	ymd *date;
	hhmm *time;
	won *open, *high, *low, *close;
	qty *volume;
};

struct bar {
	ymd date;
	hhmm time; /* 0 for daily */
	won open, high, low, close;
	qty volume;
};

void bar_store_init(struct bar_store *, bool has_time);
void bar_store_fini(struct bar_store *);
void bar_store_add(struct bar_store *, const struct bar *);
/* The bars of another store, in no more memory than they need. */
void bar_store_copy(struct bar_store *to, const struct bar_store *from);
void bar_store_clear(struct bar_store *); /* keeps the memory */
struct bar bar_store_at(const struct bar_store *, int i);
/* The bars [from, from + n).  Borrowed until the next add. */
struct bars bar_store_window(const struct bar_store *, int from, int n);

/* The day's forming bar: first open, highest, lowest, last close, sum of
 * volume of the minutes.  false where there is none yet (T5). */
bool bars_form_daily(const struct bars *minutes, struct bar *out);

/* Number of bars with date < d (binary search). */
int bars_before(const struct bars *, ymd d);

#endif
