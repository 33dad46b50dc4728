/* absent.c - see absent.h. */
#include "account/absent.h"

#include "account/again.h"
#include "account/ours.h"
#include "base/log.h"
#include "store/books.h"
#include "store/settings.h"
#include "trade/fill.h"

#include <stdio.h>
#include <string.h>

#define PERSON_AFTER 300 /* seconds until a person is asked */

static struct drift_row
absence_of(const struct live *v, const struct order_row *row)
{
	struct drift_row d = { .day = v->date,
		.book = row->id,
		.broker = 0,
		.difference = -row->id };

	snprintf(d.kind, sizeof(d.kind), "order");
	memcpy(d.strategy, row->strategy, sizeof(d.strategy));
	memcpy(d.code, row->code, sizeof(d.code));
	snprintf(d.name, sizeof(d.name), "unknown order");
	return d;
}

void
absent_alert(int64_t order, char *buf, size_t size)
{
	snprintf(buf, size, "unknown order %lld", (long long)order);
}

static int
alert_person(struct live *v, const struct order_row *row, const char *what,
    struct err *e)
{
	char name[64], msg[200];
	int rc;

	absent_alert(row->id, name, sizeof(name));
	snprintf(msg, sizeof(msg),
	    "order %lld (%s %s %lld) %s; look at"
	    " the broker's own screen, then: sync-account --settle"
	    " %lld=absent or %lld=filled:QTY@PRICE",
	    (long long)row->id, row->side == SIDE_BUY ? "buy" : "sell",
	    row->code, (long long)row->n, what, (long long)row->id,
	    (long long)row->id);
	rc = store_alert(
	    v->db, name, v->program, msg, ALERT_EVERY, v->now->now, e);
	if (rc == 1)
		log_warn("%s", msg);
	return rc == -1 ? -1 : 0;
}

int
absent_clear(struct live *v, int64_t order, const char *how, struct err *e)
{
	char name[64];

	absent_alert(order, name, sizeof(name));
	return store_alert_clear(v->db, name, v->now->now, e) == -1 ||
		store_end_order_drift(
		    v->db, order, "repaired", how, v->now->now, e) == -1 ?
	    -1 :
	    0;
}

/* Sent so long ago that a person should look; or in a time that is still to
 * come, by a clock that was put back since: how long ago, nobody knows. */
static bool
is_old(const struct live *v, const struct order_row *row)
{
	epoch age = v->now->now - row->sending_at;

	return age > PERSON_AFTER || age < -PERSON_AFTER;
}

/* Could two orders be meant, so that absence proves nothing?  1, 0, -1. */
static int
has_double(const struct follow *f, int i, struct err *e)
{
	int rc;

	for (int d = 0; d < f->nlist; d++)
		for (int k = 0; k < f->list[d].orders.n; k++)
			if ((rc = ours_may_have_been(
				 f, &f->list[d], k, i, e)) != 0)
				return rc;
	return 0;
}

static int
count_absence(struct follow *f, int i, struct err *e)
{
	struct live *v = f->v;
	struct order *o = &v->b.order[i];
	const struct order_row *row = &v->row[i];
	struct drift_row d = absence_of(v, row);
	struct under_way u;
	int rc;

	f->n->unknown++;
	if (is_old(v, row) && alert_person(v, row, "is unknown", e) == -1)
		return -1;
	/* Of the moment at which the lists were asked for. */
	if (ours_under_way(v->db, row, f->read_at, f->read_ms, &u, e) == -1)
		return -1;
	if (f->read_at <= u.until || !lists_tell_of(f, row->day))
		return 0;
	if ((rc = has_double(f, i, e)) != 0)
		return rc == -1 ? -1 : 0;
	if (store_see_drift(v->db, &d, f->read_at, e) == -1)
		return -1;
	if (d.seen < 2 || d.last_at == d.first_at)
		return 0;
	book_event(o, EV_ABSENT);
	snprintf(o->reason, sizeof(o->reason), "never arrived at the broker");
	f->n->moved++;
	f->n->unknown--;
	if (absent_clear(v, row->id, "in neither of two complete lists", e) ==
	    -1)
		return -1;
	return row->day == v->date ?
	    signal_again(v, row, "its order never arrived", e) :
	    0;
}

/* What each order that was not final is now. */
static int
resolve_order(struct follow *f, int i, struct err *e)
{
	struct live *v = f->v;
	const struct order_row *row = &v->row[i];
	bool was_unknown = strcmp(row->state, "unknown") == 0;
	bool old = is_old(v, row);

	switch (v->b.order[i].state) {
	case ORDER_PLANNED:
		return 0;
	case ORDER_SENDING:
		f->n->sending++;
		return 0;
	case ORDER_UNKNOWN:
		return count_absence(f, i, e);
	case ORDER_OPEN:
	case ORDER_PART:
		f->n->working++;
		if (old && lists_item(f, i) == NULL)
			return alert_person(v, row,
			    "is not in the broker's"
			    " list any more",
			    e);
		return was_unknown || old ?
		    absent_clear(v, row->id, "found", e) :
		    0;
	default:
		return absent_clear(v, row->id, "found", e);
	}
}

int
absent_resolve(struct follow *f, struct err *e)
{
	enum order_state was;

	for (int i = 0; i < f->v->nrow; i++)
		if (order_state_parse(f->v->row[i].state, &was) == 0 &&
		    !order_is_final(was) && resolve_order(f, i, e) == -1)
			return -1;
	return 0;
}
