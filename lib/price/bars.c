/*
 * bars.c - bars in columns: storage that grows, windows onto it.
 *
 * The columns of a store are separate arrays, since most readers want one or
 * two of the six.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "price/bars.h"

void
bar_store_init(struct bar_store *s, bool has_time)
{
	memset(s, 0, sizeof(*s));
	s->has_time = has_time;
}

void
bar_store_fini(struct bar_store *s)
{
	bool has_time = s->has_time;

	free(s->date);
	free(s->time);
	free(s->open);
	free(s->high);
	free(s->low);
	free(s->close);
	free(s->volume);
	bar_store_init(s, has_time);
}

void
bar_store_clear(struct bar_store *s)
{
	s->n = 0;
}

static void *
grow(void *p, int cap, size_t size)
{
	return xrealloc(p, (size_t)cap, size);
}

/* Room for `cap` bars in every column. */
static void
resize(struct bar_store *s, int cap)
{
	s->cap = cap;
	s->date = grow(s->date, cap, sizeof(*s->date));
	if (s->has_time)
		s->time = grow(s->time, cap, sizeof(*s->time));
	s->open = grow(s->open, cap, sizeof(*s->open));
	s->high = grow(s->high, cap, sizeof(*s->high));
	s->low = grow(s->low, cap, sizeof(*s->low));
	s->close = grow(s->close, cap, sizeof(*s->close));
	s->volume = grow(s->volume, cap, sizeof(*s->volume));
}

void
bar_store_copy(struct bar_store *to, const struct bar_store *from)
{
	size_t n = (size_t)from->n;

	bar_store_clear(to);
	if (n == 0)
		return;
	if (to->cap < from->n)
		resize(to, from->n);
	memcpy(to->date, from->date, n * sizeof(*to->date));
	if (to->has_time)
		memcpy(to->time, from->time, n * sizeof(*to->time));
	memcpy(to->open, from->open, n * sizeof(*to->open));
	memcpy(to->high, from->high, n * sizeof(*to->high));
	memcpy(to->low, from->low, n * sizeof(*to->low));
	memcpy(to->close, from->close, n * sizeof(*to->close));
	memcpy(to->volume, from->volume, n * sizeof(*to->volume));
	to->n = from->n;
}

void
bar_store_add(struct bar_store *s, const struct bar *b)
{
	if (s->n == s->cap) {
		assert(s->cap <= INT32_MAX / 2);
		resize(s, s->cap == 0 ? 16 : 2 * s->cap);
	}
	s->date[s->n] = b->date;
	if (s->has_time)
		s->time[s->n] = b->time;
	s->open[s->n] = b->open;
	s->high[s->n] = b->high;
	s->low[s->n] = b->low;
	s->close[s->n] = b->close;
	s->volume[s->n] = b->volume;
	s->n++;
}

struct bar
bar_store_at(const struct bar_store *s, int i)
{
	return (struct bar){
		.date = s->date[i],
		.time = s->has_time ? s->time[i] : 0,
		.open = s->open[i],
		.high = s->high[i],
		.low = s->low[i],
		.close = s->close[i],
		.volume = s->volume[i],
	};
}

struct bars
bar_store_window(const struct bar_store *s, int from, int n)
{
	assert(from >= 0 && n >= 0 && from <= s->n - n);
	if (n == 0) /* perhaps nothing was ever stored */
		return (struct bars){ 0 };
	return (struct bars){
		.n = n,
		.date = s->date + from,
		.time = s->has_time ? s->time + from : NULL,
		.open = s->open + from,
		.high = s->high + from,
		.low = s->low + from,
		.close = s->close + from,
		.volume = s->volume + from,
	};
}

bool
bars_form_daily(const struct bars *m, struct bar *out)
{
	if (m->n == 0)
		return false;
	*out = (struct bar){
		.date = m->date[m->n - 1],
		.open = m->open[0],
		.high = m->high[0],
		.low = m->low[0],
		.close = m->close[m->n - 1],
	};
	for (int i = 0; i < m->n; i++) {
		if (m->high[i] > out->high)
			out->high = m->high[i];
		if (m->low[i] < out->low)
			out->low = m->low[i];
		out->volume += m->volume[i];
	}
	return true;
}

int
bars_before(const struct bars *b, ymd d)
{
	int lo = 0, hi = b->n;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (b->date[mid] < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
