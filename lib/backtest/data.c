/* data.c - see data.h. */
#include "backtest/data.h"

#include "base/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
market_data_init(struct market_data *m)
{
	*m = (struct market_data){ 0 };
}

void
market_data_fini(struct market_data *m)
{
	for (int i = 0; i < m->n; i++) {
		bar_store_fini(&m->stock[i].daily);
		bar_store_fini(&m->stock[i].minute);
		free(m->stock[i].day);
		free(m->stock[i].day_from);
	}
	free(m->stock);
	market_data_init(m);
}

struct stock_data *
market_data_add(struct market_data *m, const char *code)
{
	struct stock_data *s;

	assert(m->n == 0 || strcmp(m->stock[m->n - 1].code, code) < 0);
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->stock = xrealloc(
		    m->stock, (size_t)m->cap, sizeof(*m->stock));
	}
	s = &m->stock[m->n++];
	*s = (struct stock_data){ .kind = KIND_KOSPI, .leverage = 1 };
	snprintf(s->code, sizeof(s->code), "%s", code);
	bar_store_init(&s->daily, false);
	bar_store_init(&s->minute, true);
	return s;
}

static void
index_days(struct stock_data *s)
{
	const ymd *date = s->minute.date;

	s->nday = 0;
	for (int i = 0; i < s->minute.n; i++) {
		if (i > 0 && date[i] == date[i - 1])
			continue;
		if (s->nday + 1 >= s->day_cap) {
			s->day_cap = s->day_cap ? 2 * s->day_cap : 64;
			s->day = xrealloc(
			    s->day, (size_t)s->day_cap, sizeof(*s->day));
			s->day_from = xrealloc(s->day_from, (size_t)s->day_cap,
			    sizeof(*s->day_from));
		}
		s->day[s->nday] = date[i];
		s->day_from[s->nday++] = i;
	}
	if (s->nday > 0)
		s->day_from[s->nday] = s->minute.n;
}

void
market_data_index(struct market_data *m)
{
	for (int i = 0; i < m->n; i++)
		index_days(&m->stock[i]);
}

bool
stock_data_minutes(const struct stock_data *s, ymd d, int *hint, struct bars *w)
{
	int i = *hint;

	while (i < s->nday && s->day[i] < d)
		i++;
	*hint = i;
	if (i == s->nday || s->day[i] != d)
		return false;
	*w = bar_store_window(
	    &s->minute, s->day_from[i], s->day_from[i + 1] - s->day_from[i]);
	return true;
}

ymd
market_data_first(const struct market_data *m)
{
	ymd first = 0;

	for (int i = 0; i < m->n; i++) {
		const struct stock_data *s = &m->stock[i];

		if (s->daily.n > 0 && (first == 0 || s->daily.date[0] < first))
			first = s->daily.date[0];
		if (s->nday > 0 && (first == 0 || s->day[0] < first))
			first = s->day[0];
	}
	return first;
}

ymd
market_data_last(const struct market_data *m)
{
	ymd last = 0;

	for (int i = 0; i < m->n; i++) {
		const struct stock_data *s = &m->stock[i];

		if (s->daily.n > 0 && s->daily.date[s->daily.n - 1] > last)
			last = s->daily.date[s->daily.n - 1];
		if (s->nday > 0 && s->day[s->nday - 1] > last)
			last = s->day[s->nday - 1];
	}
	return last;
}
