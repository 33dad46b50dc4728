/*
 * load_gates.c - what closes the account, a strategy or a stock to entries, and
 * the halts, which may close them to exits too.
 */
#include "account/live_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/books.h"
#include "store/settings.h"

static void
close_entries(struct live *v, const char *why)
{
	if (v->closed[0] == '\0')
		snprintf(v->closed, sizeof(v->closed), "%s", why);
	v->m.closed_to_entries = v->closed;
}

static void
halt_in(struct live *v, const struct halt_row *h)
{
	int i;

	switch (h->scope) {
	case HALT_ALL:
		v->w.halt.all = true;
		break;
	case HALT_ENTRIES:
		v->w.halt.entries = true;
		break;
	case HALT_STRATEGY:
		if ((i = live_strat_find(v, h->what)) >= 0)
			v->halt_strat[i] = true;
		break;
	case HALT_CODE:
		if ((i = codes_find(&v->codes, h->what)) >= 0)
			v->halt_stock[i] = true;
		break;
	}
}

static int
load_halts(struct live *v, struct err *e)
{
	struct halt_row *h;
	int n;

	v->halt_strat = xcalloc((size_t)v->w.nstrat + 1, sizeof(bool));
	v->halt_stock = xcalloc((size_t)v->w.nstock + 1, sizeof(bool));
	v->w.halt.strat = v->halt_strat;
	v->w.halt.stock = v->halt_stock;
	if (store_halts(v->db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		halt_in(v, &h[i]);
	free(h);
	return 0;
}

/* An unsettled difference closes its stock, or the account (S6, T25). */
static int
load_drifts(struct live *v, struct err *e)
{
	struct drift_row *d;
	won equity = v->b.day.start_equity;
	int n, k;

	if (store_drifts(v->db, &d, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		won gap = d[i].difference < 0 ? -d[i].difference :
						d[i].difference;

		if (strcmp(d[i].kind, "cash") != 0) {
			k = codes_find(&v->codes, d[i].code);
			if (k >= 0)
				v->halt_stock[k] = true;
		} else if (gap > equity / 100) {
			close_entries(v,
			    "cash differs from the broker's by"
			    " more than 1 % (sync-account)");
		}
	}
	free(d);
	return 0;
}

int
live_load_gates(struct live *v, struct err *e)
{
	struct day_row last;
	won cash;
	int rc = store_cash(v->db, &cash, e);

	if (rc == -1 || store_last_day(v->db, &last, e) == -1 ||
	    load_halts(v, e) == -1 || load_drifts(v, e) == -1)
		return -1;
	if (rc == 0)
		close_entries(v,
		    "the account was never read; run"
		    " sync-account");
	if (last.day > v->date)
		close_entries(v,
		    "a later day has been traded already; is the"
		    " clock right?");
	for (int i = 0; i < v->b.norder; i++)
		if (v->b.order[i].date < v->date &&
		    !order_is_final(v->b.order[i].state))
			close_entries(v,
			    "an order of an earlier day is not"
			    " settled");
	return 0;
}
