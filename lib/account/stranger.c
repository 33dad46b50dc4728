/* stranger.c - see stranger.h. */
#include "account/stranger.h"

#include "account/ours.h"
#include "base/log.h"
#include "store/settings.h"

#include <stdio.h>
#include <stdlib.h>
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

/* A program sent it.  Can it be one of ours whose answer is not there, though
 * nobody can say which?  1, 0 or -1. */
static int
is_in_doubt(const struct follow *f, const struct lists *l, int k, struct err *e)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < f->v->nrow; i++) {
		const char *state = f->v->row[i].state;

		if (strcmp(state, "sending") == 0 ||
		    strcmp(state, "unknown") == 0)
			rc = ours_may_have_been(f, l, k, i, e);
	}
	return rc;
}

/* It is nobody's here.  Did it come from a program all the same: by its key, by
 * what the broker says of it, or by its looks?  1, 0 or -1. */
static int
is_programs(const struct follow *f, const struct lists *l, int k, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	int doubt;

	if (f->v->broker->caps & CAP_KEY || bo->key[0] != '\0')
		return strncmp(bo->key, KEY_PREFIX, strlen(KEY_PREFIX)) == 0;
	if (!bo->is_by_api)
		return is_late(f, l, k, e);
	doubt = is_in_doubt(f, l, k, e);
	return doubt == -1 ? -1 : !doubt;
}

/* Does it work, or has it filled, though it should not be there?  A program's,
 * but of another machine, or of after the backup that was restored; or one that
 * was taken for absent and came after all.  1, 0 or -1. */
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
	return is_programs(f, l, k, e);
}

/* More of them than were told?  The alert's words begin with how many: it ends,
 * and a new one halts again.  0, -1. */
static int
end_if_more(struct live *v, int n, struct err *e)
{
	struct alert_row *a;
	int na, rc = store_alerts(v->db, &a, &na, e);

	for (int i = 0; i < na && rc == 0; i++)
		if (strcmp(a[i].name, STRANGERS) == 0 &&
		    n > strtol(a[i].message, NULL, 10) &&
		    store_alert_clear(v->db, STRANGERS, v->now->now, e) == -1)
			rc = -1;
	free(a);
	return rc;
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
	    " from a program, but not from this database as it is; look at the"
	    " broker's own screen, then: halt-trading --resume",
	    n, n == 1 ? "" : "s", first->broker_no,
	    first->side == SIDE_BUY ? "buy" : "sell", first->code);
	rc = end_if_more(v, n, e);
	if (rc == 0)
		rc = store_alert(
		    v->db, STRANGERS, v->program, msg, 0, v->now->now, e);
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
