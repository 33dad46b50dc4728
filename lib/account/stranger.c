/* stranger.c - see stranger.h. */
#include "account/stranger.h"

#include "account/ours.h"
#include "base/log.h"
#include "store/settings.h"

#include <stdio.h>
#include <string.h>

/* Does it look like one that was taken for absent, where no key can tell?  1, 0
 * or -1. */
static int
is_late(const struct follow *f, const struct lists *l, int k, struct err *e)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < f->v->nrow; i++) {
		const struct order_row *o = &f->v->row[i];

		if (strcmp(o->state, "expired") == 0 && o->filled == 0)
			rc = ours_may_have_come(f, l, k, i, e);
	}
	return rc;
}

/* Does it work, or has it filled, though it should not be there?  Ours by its
 * key, but of another database or of after the backup that was restored; or
 * one that was taken for absent and came after all.  1, 0 or -1. */
static int
is_stranger(const struct follow *f, const struct lists *l, int k, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	int i = l->ours[k];

	if (i >= 0)
		return bo->state == BO_WORKING && !l->is_old[k] &&
		    order_is_final(f->v->b.order[i].state) &&
		    f->v->row[i].changed_at < f->read_at &&
		    strcmp(bo->broker_no, f->v->row[i].broker_no) == 0;
	if (i != NOBODY || (bo->state != BO_WORKING && bo->filled == 0))
		return false;
	return f->v->broker->caps & CAP_KEY || bo->key[0] != '\0' ?
	    strncmp(bo->key, KEY_PREFIX, strlen(KEY_PREFIX)) == 0 :
	    is_late(f, l, k, e);
}

int
stranger_judge(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct halt_row h = { .scope = HALT_ENTRIES, .since = v->now->now };
	const struct broker_order *first = NULL;
	char msg[240];
	int n = 0, rc;

	for (int d = 0; d < f->nlist; d++) {
		for (int k = 0; k < f->list[d].orders.n; k++) {
			if ((rc = is_stranger(f, &f->list[d], k, e)) == -1)
				return -1;
			if (rc == 0)
				continue;
			first = n++ == 0 ? &f->list[d].orders.item[k] : first;
		}
	}
	if (n == 0)
		return f->nlist == 0 ? 0 :
		    store_alert_clear(v->db, STRANGERS, v->now->now, e) == -1 ?
				       -1 :
				       0;
	snprintf(msg, sizeof(msg),
	    "%d order%s at the broker (%s %s %s) came"
	    " from here, but not from this database as it is; look at the"
	    " broker's own screen, then: halt-trading --resume",
	    n, n == 1 ? "" : "s", first->broker_no,
	    first->side == SIDE_BUY ? "buy" : "sell", first->code);
	rc = store_alert(v->db, STRANGERS, v->program, msg, 0, v->now->now, e);
	if (rc != 1)
		return rc;
	log_warn("%s", msg);
	snprintf(h.reason, sizeof(h.reason),
	    "orders at the broker that this"
	    " database does not know (%s %s); look, then: halt-trading"
	    " --resume",
	    first->broker_no, first->code);
	return store_halt(v->db, &h, e) == -1 ? -1 : 0;
}
