/* lists.c - see lists.h. */
#include "account/lists.h"

#include "base/mem.h"
#include "store/requests.h"

#include <stdlib.h>
#include <string.h>

/* ---- Which days --------------------------------------------------------- */

static bool
is_waiting(const struct order_row *o)
{
	return strcmp(o->state, "open") == 0 || strcmp(o->state, "part") == 0 ||
	    strcmp(o->state, "unknown") == 0 ||
	    strcmp(o->state, "sending") == 0;
}

void
lists_add_day(struct follow *f, ymd day)
{
	for (int i = 0; i < f->nlist; i++)
		if (f->list[i].day == day)
			return;
	f->list = xrealloc(f->list, (size_t)f->nlist + 1, sizeof(*f->list));
	f->list[f->nlist++] = (struct lists){ .day = day };
}

int
lists_find_days(struct follow *f, struct err *e)
{
	struct live *v = f->v;
	struct order_row *row, order;
	struct request_row *req;
	int n, rc = 0;

	if (store_orders(v->db, v->date, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (is_waiting(&row[i]))
			lists_add_day(f, row[i].day);
	free(row);
	if (store_requests_open(v->db, &req, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		if (strcmp(req[i].state, "planned") == 0)
			continue;
		rc = store_order(v->db, req[i].order_id, &order, e);
		if (rc == 1)
			lists_add_day(f, order.day);
	}
	free(req);
	return rc == -1 ? -1 : 0;
}

/* ---- Reading ------------------------------------------------------------ */

static int
fill_order(const void *pa, const void *pb)
{
	const struct broker_fill *a = pa, *b = pb;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->fill_no > b->fill_no) - (a->fill_no < b->fill_no);
}

int
lists_read(struct follow *f, struct err *e)
{
	struct broker *br = f->v->broker;

	f->read_at = f->v->now->now;
	f->read_ms = f->v->now->up_ms;
	for (int i = 0; i < f->nlist; i++) {
		struct lists *l = &f->list[i];
		int rc = br->ops->orders(br, l->day, &l->orders, e);

		l->is_gone = rc == 1;
		/* Fills after orders: a fill between the two is in the list of
		 * fills at least, and the next read completes it. */
		if (rc == -1 ||
		    (!l->is_gone && !(br->caps & CAP_TOTAL_FILLS) &&
			br->ops->fills(br, l->day, &l->fills, e) == -1))
			return -1;
		if (l->fills.n > 1) /* some lists come newest first */
			qsort(l->fills.item, (size_t)l->fills.n,
			    sizeof(*l->fills.item), fill_order);
		l->ours = xcalloc((size_t)l->orders.n + 1, sizeof(*l->ours));
		l->is_old = xcalloc(
		    (size_t)l->orders.n + 1, sizeof(*l->is_old));
		for (int k = 0; k < l->orders.n; k++)
			l->ours[k] = NOBODY;
	}
	return 0;
}

void
lists_free(struct follow *f)
{
	for (int i = 0; i < f->nlist; i++) {
		free(f->list[i].orders.item);
		free(f->list[i].fills.item);
		free(f->list[i].ours);
		free(f->list[i].is_old);
	}
	free(f->list);
}

/* Order i is one that the broker took, long ago, and the list lacks it.  One
 * that was sent later than the list was asked for is of before the clock was
 * put back, or is listed by the next. */
static bool
is_missing(const struct follow *f, const struct lists *l, int i)
{
	const struct order_row *row = &f->v->row[i];
	epoch age = f->read_at - row->sending_at;

	if (row->day != l->day || row->broker_no[0] == '\0' ||
	    (age >= 0 && age <= ABSENT_AFTER) ||
	    (strcmp(row->state, "open") != 0 &&
		strcmp(row->state, "part") != 0 &&
		strcmp(row->state, "filled") != 0))
		return false;
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] == i)
			return false;
	return true;
}

bool
lists_tell_of(const struct follow *f, ymd day)
{
	const struct lists *l = NULL;

	for (int d = 0; d < f->nlist; d++)
		if (f->list[d].day == day)
			l = &f->list[d];
	if (l == NULL || l->is_gone || l->orders.is_short)
		return false;
	for (int i = 0; i < f->v->nrow; i++)
		if (is_missing(f, l, i))
			return false;
	return true;
}

/* ---- What they say of one order ------------------------------------------ */

bool
lists_replaced(const struct lists *l, int k)
{
	for (int j = 0; j < l->orders.n; j++)
		if (j != k && l->ours[j] == l->ours[k] &&
		    strcmp(l->orders.item[j].orig_no,
			l->orders.item[k].broker_no) == 0)
			return true;
	return false;
}

const struct broker_order *
lists_item(const struct follow *f, int i)
{
	for (int d = 0; d < f->nlist; d++)
		for (int k = 0; k < f->list[d].orders.n; k++)
			if (f->list[d].ours[k] == i &&
			    strcmp(f->list[d].orders.item[k].broker_no,
				f->v->row[i].broker_no) == 0)
				return &f->list[d].orders.item[k];
	return NULL;
}

qty
lists_filled(const struct lists *l, int i)
{
	qty n = 0;

	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] == i)
			n += l->orders.item[k].filled;
	return n;
}
