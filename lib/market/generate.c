/*
 * generate.c - a made market.
 *
 * Days first (generate_day.c); then, where wanted, a day's minutes
 * (generate_minute.c).  What all of it keeps to stands in
 * generate_inner.h.
 */
#include "market/generate_inner.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

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
