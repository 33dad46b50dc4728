/* ours.c - see ours.h. */
#include "account/ours.h"

#include <stdlib.h>
#include <string.h>

#define SKEW 10 /* seconds by which the broker's clock may differ */

/* ---- By its key, by its number ------------------------------------------ */

bool
ours_fits(const struct order_row *o, const char *code, enum side side)
{
	return strcmp(o->code, code) == 0 && o->side == side;
}

static int
row_of(const struct follow *f, int64_t id)
{
	for (int i = 0; i < f->v->nrow; i++)
		if (f->v->row[i].id == id)
			return i;
	return KNOWN;
}

int
ours_by_number(struct follow *f, const struct lists *l, const char *no,
    const char *code, enum side side, struct err *e)
{
	int64_t id = store_order_by_no(f->v->db, l->day, no, e);
	int i;

	if (id <= 0)
		return id == -1 ? FAILED : NOBODY;
	i = row_of(f, id);
	return i >= 0 && !ours_fits(&f->v->row[i], code, side) ? NOBODY : i;
}

/* Is it our key of this order, or that of a request about it? */
static bool
is_key_of(const struct order_row *o, const char *key)
{
	char ours[48];
	size_t n;

	live_key(o, ours, sizeof(ours));
	n = strlen(ours);
	return o->sending_at != 0 && strncmp(key, ours, n) == 0 &&
	    (key[n] == '\0' || key[n] == '-');
}

static int
by_key(struct follow *f, const struct broker_order *bo, struct err *e)
{
	size_t n = strlen(KEY_PREFIX);
	struct order_row o;
	int64_t id;
	int rc;

	if (strncmp(bo->key, KEY_PREFIX, n) != 0 ||
	    (id = strtoll(bo->key + n, NULL, 10)) <= 0)
		return NOBODY;
	if ((rc = store_order(f->v->db, id, &o, e)) == -1)
		return FAILED;
	return rc == 1 && is_key_of(&o, bo->key) &&
		ours_fits(&o, bo->code, bo->side) ?
	    row_of(f, id) :
	    NOBODY;
}

/* ---- By its looks ------------------------------------------------------- */

/* Its sender may have slept between the claim and the wire, so it is not when
 * it was claimed, but when its sender gave up, or was found dead: the row's
 * last change (an unknown order's stays, whatever is asked of it since). */
epoch
ours_last_leave(const struct order_row *row)
{
	return row->changed_at > row->sending_at ? row->changed_at :
						   row->sending_at;
}

/* It left at `left`, by the clock on the wall. */
static int
under_way(struct store *s, int64_t order, epoch left, epoch at, int64_t up_ms,
    struct under_way *u, struct err *e)
{
	struct order_left by_up;
	int64_t wait_ms;

	*u = (struct under_way){ .until = left + ABSENT_AFTER };
	if (left <= at + ABSENT_AFTER)
		u->heeded = u->until;
	if (up_ms == 0)
		return 0; /* time is what the person says */
	if (store_order_left(s, order, &by_up, e) == -1)
		return -1;
	/* What left before this boot had left when it began, at 0. */
	wait_ms = by_up.at_ms + 1000 * ABSENT_AFTER - up_ms;
	if (wait_ms >= 0 && u->until < at + wait_ms / 1000)
		u->until = at + wait_ms / 1000;
	if (wait_ms >= 0 && wait_ms <= 2 * 1000 * ABSENT_AFTER &&
	    u->heeded < at + wait_ms / 1000)
		u->heeded = at + wait_ms / 1000;
	return 0;
}

int
ours_under_way(struct store *s, const struct order_row *row, epoch at,
    int64_t up_ms, struct under_way *u, struct err *e)
{
	return under_way(s, row->id, ours_last_leave(row), at, up_ms, u, e);
}

int
ours_amend_under_way(struct store *s, const struct request_row *r, epoch at,
    int64_t up_ms, struct under_way *u, struct err *e)
{
	return under_way(s, r->order_id, r->sending_at, at, up_ms, u, e);
}

/* Can the broker have taken item k then?  Where it does not say when, it can;
 * where it says no second, at any of that minute. */
static bool
can_be_since(const struct lists *l, int k, epoch t)
{
	const struct broker_order *o = &l->orders.item[k];

	return o->at == -1 ||
	    clock_epoch_at(l->day, o->at, o->has_second ? o->second : 59) >= t;
}

static bool
can_be_until(const struct lists *l, int k, epoch t)
{
	const struct broker_order *o = &l->orders.item[k];

	return o->at == -1 ||
	    clock_epoch_at(l->day, o->at, o->has_second ? o->second : 0) <= t;
}

static bool
is_since(const struct lists *l, int k, epoch from)
{
	return can_be_since(l, k, from - SKEW);
}

/* Is item k, which nobody is known to be, like order i, which has no number, in
 * all but its moment? */
static bool
is_alike(const struct follow *f, const struct lists *l, int k, int i)
{
	const struct broker_order *bo = &l->orders.item[k];
	const struct order_row *o = &f->v->row[i];

	return l->ours[k] == NOBODY && bo->orig_no[0] == '\0' &&
	    bo->key[0] == '\0' && strcmp(bo->code, o->code) == 0 &&
	    bo->side == o->side && bo->is_market == o->is_market &&
	    (o->is_market || bo->limit == o->limit) && bo->n == o->n &&
	    o->day == l->day && o->sending_at != 0 && o->broker_no[0] == '\0';
}

static bool
looks_like(const struct follow *f, const struct lists *l, int k, int i)
{
	return is_alike(f, l, k, i) && is_since(l, k, f->v->row[i].sending_at);
}

/* One that the broker took long after ours can last have left us is
 * another's. */
bool
ours_may_be(const struct follow *f, const struct lists *l, int k, int i)
{
	const struct order_row *o = &f->v->row[i];

	if (strcmp(o->state, "sending") == 0)
		return looks_like(f, l, k, i);
	return strcmp(o->state, "unknown") == 0 && looks_like(f, l, k, i) &&
	    can_be_until(l, k, ours_last_leave(o) + ABSENT_AFTER + SKEW);
}

/* Orders without a number, at a broker that carries no keys. */
static void
match_by_looks(struct follow *f, struct lists *l)
{
	for (int i = 0; i < f->v->nrow; i++) {
		int found = -1, alike = 0, twins = 0;

		if (strcmp(f->v->row[i].state, "unknown") != 0)
			continue;
		for (int k = 0; k < l->orders.n; k++) {
			if (ours_may_be(f, l, k, i)) {
				found = k;
				alike++;
			}
		}
		/* One that is being sent now may be it as well. */
		for (int j = 0; found >= 0 && j < f->v->nrow; j++)
			twins += ours_may_be(f, l, found, j);
		if (alike == 1 && twins == 1 && l->orders.item[found].at != -1)
			l->ours[found] = i;
	}
}

/* ---- However the clock was set ------------------------------------------ */

/*
 * Between which moments an order without an answer can have left us, by the
 * clock on the wall as it went when it was claimed, when its sender gave up, and
 * now: the broker's was not set with it.
 */
struct leaving {
	epoch from, to;
	bool is_known; /* not after the machine was restarted: then at any */
};

static void
widen(struct leaving *l, epoch from, epoch to)
{
	if (from < l->from)
		l->from = from;
	if (to > l->to)
		l->to = to;
}

static int
leaving_of(const struct follow *f, const struct order_row *row,
    struct leaving *out, struct err *e)
{
	epoch noted = ours_last_leave(row), left, took;
	struct order_left by_up;

	*out = (struct leaving){ row->sending_at, noted, f->read_ms == 0 };
	if (f->read_ms == 0)
		return 0; /* time is what the person says */
	if (store_order_left(f->v->db, row->id, &by_up, e) == -1)
		return -1;
	if (by_up.claimed_ms == 0)
		return 0;
	/* Rounded so that it is wider than it was. */
	took = (by_up.at_ms - by_up.claimed_ms + 999) / 1000;
	left = f->read_at - (f->read_ms - by_up.at_ms) / 1000;
	widen(out, row->changed_at - took, row->sending_at + took);
	widen(out, left - took - 1, left);
	out->is_known = true;
	return 0;
}

/* Is item k like order i?  Then, between which moments can that have left?  1,
 * 0, -1. */
static int
is_alike_when(const struct follow *f, const struct lists *l, int k, int i,
    struct leaving *when, struct err *e)
{
	if (!is_alike(f, l, k, i))
		return 0;
	return leaving_of(f, &f->v->row[i], when, e) == -1 ? -1 : 1;
}

int
ours_may_have_been(
    const struct follow *f, const struct lists *l, int k, int i, struct err *e)
{
	struct leaving when;
	int rc = is_alike_when(f, l, k, i, &when, e);

	if (rc != 1)
		return rc;
	return !when.is_known ||
	    (is_since(l, k, when.from) &&
		can_be_until(l, k, when.to + ABSENT_AFTER + SKEW));
}

int
ours_may_have_come(
    const struct follow *f, const struct lists *l, int k, int i, struct err *e)
{
	struct leaving when;
	int rc = is_alike_when(f, l, k, i, &when, e);

	return rc != 1 ? rc : is_since(l, k, when.from);
}

/* ---- By what it replaces ------------------------------------------------ */

static int
item_by_no(const struct lists *l, const char *no)
{
	for (int k = 0; no[0] != '\0' && k < l->orders.n; k++)
		if (strcmp(l->orders.item[k].broker_no, no) == 0)
			return k;
	return -1;
}

/* What replaces one of ours is ours, whoever amended it, and however often;
 * the list may be in any order. */
static void
match_by_replacing(const struct follow *f, struct lists *l)
{
	bool again = true;

	while (again) {
		again = false;
		for (int k = 0; k < l->orders.n; k++) {
			const struct broker_order *bo = &l->orders.item[k];
			int was = item_by_no(l, bo->orig_no);

			if (l->ours[k] != NOBODY || bo->key[0] != '\0' ||
			    was < 0 || l->ours[was] == NOBODY ||
			    (l->ours[was] >= 0 &&
				!ours_fits(&f->v->row[l->ours[was]], bo->code,
				    bo->side)))
				continue;
			l->ours[k] = l->ours[was];
			again = true;
		}
	}
}

/* ---- By a number that the list writes otherwise -------------------------- */

/* Is this the only item that may be the one which was told as `no`? */
static bool
is_only(struct broker *br, const struct lists *l, int k, const char *no)
{
	char other[BROKER_NO_SIZE];

	for (int j = 0; j < l->orders.n; j++) {
		const char *listed = l->orders.item[j].broker_no;

		if (strcmp(listed, no) == 0 ||
		    (j != k && br->ops->told_no(br, listed, other) &&
			strcmp(other, no) == 0))
			return false;
	}
	return true;
}

/* A number of item k, as we know it where we know it otherwise.  0, -1. */
static int
use_told(
    struct follow *f, const struct lists *l, int k, char *no, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	struct broker *br = f->v->broker;
	char told[BROKER_NO_SIZE];
	int i;

	if (no[0] == '\0' || !br->ops->told_no(br, no, told))
		return 0;
	if ((i = ours_by_number(f, l, no, bo->code, bo->side, e)) == NOBODY)
		i = ours_by_number(f, l, told, bo->code, bo->side, e);
	else if (i != FAILED)
		return 0;
	if (i == FAILED)
		return -1;
	if (i != NOBODY)
		memcpy(no, told, BROKER_NO_SIZE);
	return 0;
}

static int
use_told_numbers(struct follow *f, struct lists *l, struct err *e)
{
	struct broker *br = f->v->broker;
	char told[BROKER_NO_SIZE];

	for (int k = 0; br->ops->told_no != NULL && k < l->orders.n; k++) {
		struct broker_order *bo = &l->orders.item[k];

		if (use_told(f, l, k, bo->orig_no, e) == -1)
			return -1;
		if (br->ops->told_no(br, bo->broker_no, told) &&
		    is_only(br, l, k, told) &&
		    use_told(f, l, k, bo->broker_no, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- All of them -------------------------------------------------------- */

/* The same row on two pages? */
static bool
is_double(const struct lists *l, int k)
{
	for (int j = 0; j < k; j++)
		if (strcmp(l->orders.item[j].broker_no,
			l->orders.item[k].broker_no) == 0)
			return true;
	return false;
}

static int
match_one(struct follow *f, const struct lists *l, int k, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	int i;

	if (is_double(l, k))
		return KNOWN;
	/* A key is certain; numbers begin again each day, or when the broker
	 * begins anew.  A broker may know the key of some orders only. */
	if (f->v->broker->caps & CAP_KEY || bo->key[0] != '\0')
		return by_key(f, bo, e);
	i = ours_by_number(f, l, bo->broker_no, bo->code, bo->side, e);
	return i != NOBODY || bo->orig_no[0] == '\0' ?
	    i :
	    ours_by_number(f, l, bo->orig_no, bo->code, bo->side, e);
}

int
ours_match(struct follow *f, struct lists *l, struct err *e)
{
	if (use_told_numbers(f, l, e) == -1)
		return -1;
	for (int k = 0; k < l->orders.n; k++)
		if ((l->ours[k] = match_one(f, l, k, e)) == FAILED)
			return -1;
	match_by_replacing(f, l);
	if (!(f->v->broker->caps & CAP_KEY))
		match_by_looks(f, l);
	return 0;
}
