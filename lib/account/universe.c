/* universe.c - see universe.h. */
#include "account/universe.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/settings.h"

#include <stdlib.h>

/* Has any module to choose today?  1, 0, -1. */
static int
is_due(struct live *v, struct err *e)
{
	bool due = false;

	for (int s = 0; s < v->w.nstrat; s++) {
		const struct strategy_conf *c = &v->w.strat[s];
		struct codes choice = { 0 };
		int rc;

		if (!c->is_on || c->daily.strategy == NULL ||
		    c->daily.strategy->universe == NULL)
			continue;
		rc = store_choice(v->db, v->date, c->name, &choice, e);
		codes_fini(&choice);
		if (rc == -1)
			return -1;
		due = due || rc == 0;
	}
	return due;
}

static int
choose(struct live *v, int s, struct err *e)
{
	struct codes list = { 0 }, choice = { 0 };
	bool *base = xcalloc((size_t)v->w.nstock + 1, sizeof(*base));
	bool *keep = xcalloc((size_t)v->w.nstock + 1, sizeof(*keep));
	struct err mine;
	int n = 0, rc = live_universe_base(v, v->w.strat[s].name, &list, e);

	if (rc == -1)
		goto out;
	for (int k = 0; k < v->w.nstock; k++)
		n += base[k] = codes_find(&list, v->w.tape[k].code) >= 0;
	if (run_universe(&v->w, v->date, s, base, keep, &v->work, &mine) ==
	    -1) {
		log_error("%s; its whole list is watched today", mine.msg);
		for (int k = 0; k < v->w.nstock; k++)
			keep[k] = base[k];
	}
	for (int k = 0; k < v->w.nstock; k++)
		if (keep[k])
			codes_add(&choice, v->w.tape[k].code);
	rc = store_put_choice(
	    v->db, v->date, v->w.strat[s].name, n, &choice, e);
out:
	codes_fini(&list);
	codes_fini(&choice);
	free(base);
	free(keep);
	return rc;
}

int
universe_choose(struct live *v, struct err *e)
{
	int due;

	if (live_load(v, LOAD_NO_BARS, e) == -1 || (due = is_due(v, e)) == -1)
		return -1;
	if (!due)
		return 0;
	if (live_load(v, LOAD_UNIVERSE, e) == -1)
		return -1;
	for (int s = 0; s < v->w.nstrat; s++) {
		const struct strategy_conf *c = &v->w.strat[s];
		struct codes choice = { 0 };
		int rc;

		if (!c->is_on || c->daily.strategy == NULL ||
		    c->daily.strategy->universe == NULL)
			continue;
		rc = store_choice(v->db, v->date, c->name, &choice, e);
		codes_fini(&choice);
		if (rc == -1 || (rc == 0 && choose(v, s, e) == -1))
			return -1;
	}
	return 0;
}
