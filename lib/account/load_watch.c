/*
 * load_watch.c - which stocks the strategies watch.
 */
#include "account/live_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/prices.h"
#include "store/settings.h"
#include "store/signals.h"
#include "store/stocks.h"

static int
code_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

void
live_codes_sort(struct codes *c)
{
	int n = 0;

	if (c->n == 0)
		return;
	qsort(c->item, (size_t)c->n, sizeof(*c->item), code_order);
	for (int i = 1; i < c->n; i++)
		if (strcmp(c->item[i], c->item[n]) != 0)
			memcpy(c->item[++n], c->item[i], sizeof(c->item[0]));
	c->n = n + 1;
}

int
live_universe_base(
    struct live *v, const char *strategy, struct codes *out, struct err *e)
{
	int n = out->n;

	if (store_universe_of(v->db, strategy, out, e) == -1)
		return -1;
	return out->n > n ? 0 : store_daily_codes(v->db, out, e);
}

static int
watched_by(
    struct live *v, const char *strategy, struct codes *out, struct err *e)
{
	int rc = store_choice(v->db, v->date, strategy, out, e);

	return rc != 0 ? rc : live_universe_base(v, strategy, out, e);
}

int
live_watched(struct live *v, struct codes *out, struct err *e)
{
	struct strategy_row *row;
	int n, rc = 0;

	if (store_strategies(v->db, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc >= 0; i++)
		if (row[i].is_on)
			rc = watched_by(v, row[i].name, out, e);
	free(row);
	live_codes_sort(out);
	return rc == -1 ? -1 : 0;
}

int
live_load_watch(struct live *v, struct err *e)
{
	v->w.watch = xcalloc((size_t)v->w.nstrat + 1, sizeof(*v->w.watch));
	for (int s = 0; s < v->w.nstrat; s++) {
		struct codes list = { 0 };

		v->w.watch[s] = xcalloc((size_t)v->codes.n + 1, sizeof(bool));
		if (watched_by(v, v->w.strat[s].name, &list, e) == -1) {
			codes_fini(&list);
			return -1;
		}
		for (int i = 0; i < list.n; i++) {
			int k = codes_find(&v->codes, list.item[i]);

			if (k >= 0)
				v->w.watch[s][k] = true;
		}
		codes_fini(&list);
	}
	return 0;
}
