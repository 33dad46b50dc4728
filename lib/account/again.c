/* again.c - see again.h. */
#include "account/again.h"

#include "store/books.h"
#include "store/signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
signal_again(
    struct live *v, const struct order_row *o, const char *why, struct err *e)
{
	struct signal_row *sig;
	int n, rc = 0;

	if (strcmp(o->why, "signal") != 0 && strcmp(o->why, "liquidate") != 0)
		return 0; /* stops judge again by themselves */
	if (store_signals(v->db, &sig, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		struct signal_row *g = &sig[i];

		if (g->day != o->day || g->side != o->side ||
		    strcmp(g->strategy, o->strategy) != 0 ||
		    strcmp(g->code, o->code) != 0 ||
		    strcmp(g->state, "executed") != 0)
			continue;
		snprintf(g->state, sizeof(g->state), "pending");
		snprintf(g->reason, sizeof(g->reason), "%.95s", why);
		rc = store_put_signal(v->db, g, v->now->now, e);
	}
	free(sig);
	return rc;
}

/* What never left, or came too early for the broker, is none of the day's
 * entries (T20): a market that opens late would find them used up. */
static int
uncount_entry(struct live *v, const struct order_row *o, struct err *e)
{
	struct day_row day;
	int rc;

	if (o->side != SIDE_BUY)
		return 0;
	rc = store_day(v->db, o->day, &day, e);
	if (rc != 1 || day.entries == 0)
		return rc == -1 ? -1 : 0;
	day.entries--;
	return store_put_day(v->db, &day, e);
}

int
expire_again(struct live *v, const struct order_row *o, const char *from,
    const char *why, const char *reason, struct err *e)
{
	struct trail t = live_trail(v, why);
	int moved = store_move_order(v->db, o->id, from, "expired", &t, e);

	if (moved != 1)
		return moved;
	return uncount_entry(v, o, e) == -1 ||
		signal_again(v, o, reason, e) == -1 ?
	    -1 :
	    1;
}
