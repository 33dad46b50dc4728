/* again.c - see again.h. */
#include "account/again.h"

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
