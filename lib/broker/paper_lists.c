/*
 * paper_lists.c - the day's orders and fills as the customer is told of them,
 * and all that can go wrong with a list: late, short, doubled, shuffled.
 *
 * A firm tells its fills in one of two ways ([paper] fills): `each` with a
 * number of its own, or `total`, as KIS and CREON do: how many each order has
 * filled and for how much, in the list of orders.  Then that list is what the
 * faults of lists of fills befall.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/paper_inner.h"

/* Items of a list, whatever they are. */
struct items {
	void *item;
	int n;
	size_t size; /* of one */
};

static void *
at(const struct items *l, int64_t i)
{
	return (char *)l->item + (size_t)i * l->size;
}

/* As a page that is fetched twice does. */
static int
repeat(struct paper *p, struct items *l, struct err *e)
{
	int64_t from;

	if (l->n == 0 || (from = fault_draw(p, l->n, e)) == -1)
		return l->n == 0 ? 0 : -1;
	l->item = xrealloc(l->item, 2 * (size_t)l->n, l->size);
	memcpy(at(l, l->n), at(l, from), (size_t)(l->n - from) * l->size);
	l->n = 2 * l->n - (int)from;
	return 0;
}

static int
shuffle(struct paper *p, struct items *l, struct err *e)
{
	char t[sizeof(struct broker_order) + sizeof(struct broker_fill)];
	int64_t k;

	for (int i = l->n; i > 1; i--) {
		if ((k = fault_draw(p, i, e)) == -1)
			return -1;
		memcpy(t, at(l, k), l->size);
		memmove(at(l, k), at(l, i - 1), l->size);
		memcpy(at(l, i - 1), t, l->size);
	}
	return 0;
}

static int
disturb(struct paper *p, struct items *l, struct err *e)
{
	int rc;

	if ((rc = fault_strikes(p, FAULT_REPEAT_FILLS, e)) == -1 ||
	    (rc == 1 && repeat(p, l, e) == -1))
		return -1;
	if ((rc = fault_strikes(p, FAULT_REORDER_FILLS, e)) == -1 ||
	    (rc == 1 && shuffle(p, l, e) == -1))
		return -1;
	return 0;
}

/* A page that is cut off and says that all is well: how many are left. */
static int
cut_short(struct paper *p, int *n, struct err *e)
{
	int rc = *n == 0 ? 0 : fault_strikes(p, FAULT_SHORT_FILLS, e);
	int64_t kept;

	if (rc != 1)
		return rc;
	if ((kept = fault_draw(p, *n, e)) == -1)
		return -1;
	*n = (int)kept;
	return 0;
}

/* What a customer sees by now, or the person on the phone. */
static epoch
seen_by(const struct broker *br)
{
	const struct paper *p = br->self;

	return p->is_by_hand ? INT64_MAX : paper_late_now(br);
}

/* ---- Each fill ---------------------------------------------------------- */

int
paper_fills(struct broker *br, ymd day, struct broker_fills *out, struct err *e)
{
	struct paper *p = br->self;
	struct items l;

	if (br->caps & CAP_TOTAL_FILLS && !p->is_by_hand)
		return err_set(e, E_BROKER,
		    "the paper broker tells totals ([paper] fills)");
	if (paper_settle(br, e) == -1 ||
	    books_fills(p->books, day, seen_by(br), out, e) == -1)
		return -1;
	l = (struct items){ out->item, out->n, sizeof(*out->item) };
	if (disturb(p, &l, e) == -1)
		return -1;
	out->item = l.item;
	out->n = out->cap = l.n;
	return cut_short(p, &out->n, e);
}

/* ---- Totals ------------------------------------------------------------- */

/* The row as it was before the fills that cannot be seen yet: it worked. */
static void
show_seen(struct broker_order *o, const struct broker_fills *seen)
{
	qty n = 0;
	won amount = 0;

	for (int i = 0; i < seen->n; i++) {
		if (strcmp(seen->item[i].broker_no, o->broker_no) != 0)
			continue;
		n += seen->item[i].n;
		amount += seen->item[i].n * seen->item[i].price;
	}
	if (n == o->filled)
		return;
	o->filled = n;
	o->filled_won = amount;
	o->state = BO_WORKING;
}

/* The rows at the end are of a moment long past; of orders that have ended the
 * firm knows better. */
static int
show_old(struct paper *p, struct broker_orders *l, struct err *e)
{
	int kept = l->n;

	if (cut_short(p, &kept, e) == -1)
		return -1;
	for (int i = kept; i < l->n; i++)
		if (l->item[i].state == BO_WORKING)
			l->item[i].filled = l->item[i].filled_won = 0;
	return 0;
}

static int
show_totals(
    struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	struct paper *p = br->self;
	struct broker_fills seen = { 0 };
	struct items l;
	int rc = books_fills(p->books, day, seen_by(br), &seen, e);

	for (int i = 0; i < out->n && rc == 0; i++)
		show_seen(&out->item[i], &seen);
	free(seen.item);
	if (rc == -1 || show_old(p, out, e) == -1)
		return -1;
	l = (struct items){ out->item, out->n, sizeof(*out->item) };
	if (disturb(p, &l, e) == -1)
		return -1;
	out->item = l.item;
	out->n = out->cap = l.n;
	return 0;
}

int
paper_orders(
    struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	struct paper *p = br->self;

	if (paper_settle(br, e) == -1 ||
	    books_orders(p->books, day, seen_by(br), out, e) == -1)
		return -1;
	return br->caps & CAP_TOTAL_FILLS ? show_totals(br, day, out, e) : 0;
}
