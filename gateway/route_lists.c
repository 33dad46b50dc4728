/*
 * route_lists.c - today's orders (CpTd5341) and the open ones (CpTd5339).
 *
 * A day's orders are read by execution, all of it, as long as that takes few
 * pages.  Later a page is read of orders, and then the executions of those
 * alone whose fills are not known yet (fills.h).
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/fills.h"
#include "gateway/list.h"
#include "gateway/query.h"
#include "gateway/told.h"

#define ROWS_A_PAGE 20
#define PAGES_MOST  500
#define PAGES_WHOLE 3  /* of executions: more are not read at each look */
#define SHORT_MOST  3  /* lists by order: then no more are tried */
#define LATE_MOST   60 /* seconds until what we were told of is listed */

struct lists {
	struct gateway *g;
	struct list list;
	bool by_execution; /* the list; else by order, and then fills */
	bool has_orders;   /* the list is through */
	bool may_change;   /* to a list by order, where there are too many */
	struct dib *dib;
	ymd day; /* as it began; 0: it has not, or open orders are asked for */
	int pages;
	int seen;       /* orders that had been listed as this reading began */
	int64_t wanted; /* it is read by execution to find that one; 0: it is
			   not */
	int64_t last;   /* the order of the last row that was read */
	bool is_answered; /* the client; else it went, or its time is over */
	int at;           /* the order whose fills are asked for */
};

/* Reading all executions, to find an order that rows by order lack, was in
 * vain: that is no fault of theirs, and is tried once. */
static void
stop_wanting(struct lists *l)
{
	fills_unlist(l->g->fills, l->wanted);
	l->wanted = 0;
	l->g->short_lists--;
}

/* There are more than can be read in the time. */
static void
give_up_wanted(struct lists *l)
{
	if (l->wanted == 0 || l->has_orders ||
	    (l->is_answered && l->pages < PAGES_MOST) ||
	    fills_day(l->g->fills) != l->day)
		return;
	log_warn("CpTd5341: not all executions could be read, to find order "
		 "%lld",
	    (long long)l->wanted);
	stop_wanting(l);
}

static void
lists_fini(struct job *j)
{
	struct lists *l = j->arg;

	give_up_wanted(l);
	list_fini(&l->list);
	dib_free(l->dib);
	free(l);
}

/* ---- asking */

/* Orders of every venue: one that is not listed counts as not there.  A CREON
 * of before there were two knows no such input, and needs none. */
static void
put_venue(struct dib *d, int index)
{
	struct err e = { 0 };

	if (dib_put(d, index, com_text("0"), &e) == -1)
		log_info("%s: all venues cannot be asked for: %s", dib_name(d),
		    e.msg);
}

static bool
begin_open(struct job *j, struct lists *l, struct session *s)
{
	struct dib *d = l->dib = query_object(j, "CpTrade.CpTd5339");

	if (d == NULL || !query_put(j, d, 0, com_text(session_account(s))) ||
	    !query_put(j, d, 1, com_text(session_product(s))) ||
	    !query_put(j, d, 4, com_text("0")) ||
	    !query_put(j, d, 5, com_text("0")) || /* oldest first */
	    !query_put(j, d, 6, com_text("0")) ||
	    !query_put(j, d, 7, com_long(ROWS_A_PAGE)))
		return false;
	put_venue(d, 8);
	return true;
}

/* From that order on. */
static bool
begin_today(struct job *j, struct lists *l, struct session *s, int64_t first,
    bool by_execution)
{
	struct dib *d = l->dib = query_object(j, "CpTrade.CpTd5341");

	if (d == NULL || !query_put(j, d, 0, com_text(session_account(s))) ||
	    !query_put(j, d, 1, com_text(session_product(s))) ||
	    !query_put(j, d, 2, com_text("")) ||
	    !query_put(j, d, 3, com_long(first)) ||
	    !query_put(j, d, 4, com_char('0')) || /* oldest first */
	    !query_put(j, d, 5, com_long(ROWS_A_PAGE)) ||
	    !query_put(j, d, 6, com_char(by_execution ? '2' : '3')))
		return false;
	put_venue(d, 7);
	return true;
}

static void
end(struct lists *l)
{
	dib_free(l->dib);
	l->dib = NULL;
}

/* ---- the list */

/* How the day is read now. */
static void
choose(struct lists *l, struct session *s)
{
	struct clock now = session_now();
	struct fills *f = l->g->fills;

	l->day = clock_ymd(&now);
	fills_begin(f, l->day, session_account(s));
	l->seen = fills_count(f);
	l->may_change = l->g->short_lists < SHORT_MOST;
	l->by_execution = !l->may_change ||
	    fills_rows(f) <= PAGES_WHOLE * ROWS_A_PAGE;
}

/* The rows of a page; false: the reply says why they are no orders.  (A page
 * of a person's ELWs may come again and look as new; PAGES_MOST and the deadline
 * bound that.) */
static bool
take_page(struct job *j, struct lists *l, const struct dib_answer *a)
{
	struct list *t = &l->list;
	int before = t->news;

	for (int i = 0; i < a->n_rows; i++)
		if (!list_row(j, t, a, i, l->by_execution))
			return false;
	if (a->more && t->news == before)
		return query_stuck(j, l->dib);
	if (a->n_rows > 0)
		l->last = list_number(a, a->n_rows - 1);
	return true;
}

/* Of an order whose rows were not all read (`half`; 0: none) one may have come
 * twice, and add up with the others to what it should: rows shift. */
static void
remember(const struct lists *l, int64_t half)
{
	struct fills *f = l->g->fills;
	int rows = 0;

	if (fills_day(f) != l->day) /* midnight has passed */
		return;
	for (int i = 0; i < l->list.n; i++) {
		const struct order *o = &l->list.order[i];

		rows += o->n_fills > 0 ? o->n_fills : 1;
		fills_see(f, o->number);
		if (o->n_fills > 0 && list_is_whole(o) && o->number != half)
			fills_put(f, o->number, o->filled, o->fill, o->n_fills);
	}
	fills_put_rows(f, rows);
}

/* What is known of the fills already. */
static void
recall(struct lists *l)
{
	for (int i = 0; i < l->list.n; i++) {
		struct order *o = &l->list.order[i];
		int n;
		const struct fill *f = fills_of(
		    l->g->fills, o->number, o->filled, &n);

		for (int k = 0; f != NULL && k < n; k++)
			list_add_fill(&l->list, o, f[k].n, f[k].price);
	}
}

/* Begin anew, in the other way. */
static void
read_by(struct lists *l, bool by_execution)
{
	l->may_change = l->has_orders = false;
	l->seen = fills_count(l->g->fills);
	l->at = 0;
	list_fini(&l->list);
	l->list = (struct list){ 0 };
	l->by_execution = by_execution;
	end(l);
}

/* By execution it is too long. */
static void
change(struct lists *l)
{
	remember(l, l->last);
	fills_put_rows(l->g->fills, PAGES_WHOLE * ROWS_A_PAGE + 1);
	read_by(l, false);
}

/* ---- is it all? */

static void
miss(struct lists *l, int64_t number)
{
	struct list *t = &l->list;

	for (int i = 0; i < t->n_missing; i++)
		if (t->missing[i] == number)
			return;
	t->missing = xrealloc(
	    t->missing, (size_t)t->n_missing + 1, sizeof(*t->missing));
	t->missing[t->n_missing++] = number;
}

static bool
is_late(const struct told *t)
{
	struct clock now = session_now();

	return now.now >= t->at && now.now < t->at + LATE_MOST;
}

/* The list lacks that order; true: one that is read anew, by execution, may have
 * it.  If this is such a one, nothing better is to be had today, and the answer
 * says so. */
static bool
lack(struct lists *l, int64_t number)
{
	struct fills *f = l->g->fills;

	if (fills_is_unlisted(f, number))
		return false;
	if (!l->by_execution)
		return true;
	log_warn("CpTd5341: no list has order %lld, which there is for certain",
	    (long long)number);
	if (number == l->wanted)
		stop_wanting(l);
	else
		fills_unlist(f, number);
	return false;
}

/* Does the list lack that order, so that it should be read anew?  One that is
 * new may be late: it is missing, and no more. */
static bool
look_for(struct lists *l, int64_t number, bool late)
{
	if (list_find(&l->list, number) != NULL)
		return false;
	miss(l, number);
	return !late && lack(l, number);
}

/* The orders that were listed today and are not now, and those that there are
 * and that never were (told.h).  The first of them for which to read all; 0:
 * none. */
static int64_t
find_missing(struct lists *l, struct session *s)
{
	const struct fills *f = l->g->fills;
	struct told *told;
	int64_t again = 0;
	int n;

	if (fills_day(f) != l->day) /* midnight has passed */
		return 0;
	n = told_orders(l->g->journal, l->g->events, l->day, session_account(s),
	    session_product(s), &told);
	/* Another list may be read meanwhile, and have newer ones. */
	for (int i = 0; i < l->seen; i++)
		if (look_for(l, fills_seen(f, i), false) && again == 0)
			again = fills_seen(f, i);
	for (int i = 0; i < n; i++)
		if (look_for(l, told[i].order, is_late(&told[i])) && again == 0)
			again = told[i].order;
	free(told);
	return again;
}

/* By order it is not what documents say of it. */
static void
read_all(struct lists *l, const char *why, int64_t order)
{
	if (l->g->short_lists++ == 0)
		log_warn("CpTd5341: %s order %lld; all executions are read,"
			 " however long that takes",
		    why, (long long)order);
	read_by(l, true);
}

/* The list is through; false: it must be read again.  That a list by order has
 * all rows but the executions is what documents say, and nobody has seen. */
static bool
take_list(struct lists *l, struct session *s)
{
	int64_t number;

	if (l->list.is_open)
		return true;
	if ((number = find_missing(l, s)) != 0) {
		read_all(l, "rows by order lack", number);
		l->wanted = number;
		return false;
	}
	if (!l->by_execution)
		recall(l);
	return true;
}

static enum step
list_step(struct job *j, struct lists *l, struct session *s)
{
	struct dib_answer a;
	enum step step;
	bool is_good, more;

	if (l->dib == NULL && !query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (!l->list.is_open && l->day == 0)
		choose(l, s);
	if (l->dib == NULL &&
	    !(l->list.is_open ? begin_open(j, l, s) :
				begin_today(j, l, s, 0, l->by_execution)))
		return STEP_DONE;
	if (!query_request(j, s, LIMIT_TRADE, l->dib,
		l->list.is_open ? &list_open : &list_today, &a, &step))
		return step;
	is_good = take_page(j, l, &a);
	more = a.more;
	dib_answer_fini(&a);
	if (!is_good)
		return STEP_DONE;
	if (more && ++l->pages >= PAGES_MOST) {
		query_failed(j, "the list of orders does not end");
		return STEP_DONE;
	}
	if (more && l->by_execution && l->pages >= PAGES_WHOLE && l->may_change)
		change(l);
	if (!more) {
		end(l);
		l->has_orders = take_list(l, s);
	}
	return STEP_MORE;
}

/* ---- the fills of orders that are not known */

/* The next order whose fills do not add up; NULL: there is none. */
static struct order *
lacking(struct lists *l)
{
	while (l->at < l->list.n && list_is_whole(&l->list.order[l->at]))
		l->at++;
	return l->at < l->list.n ? &l->list.order[l->at] : NULL;
}

/* The rows of one order stand together, it is thought: those of a page are all
 * of an order, or the beginning of one that goes on.  What is not all, and is
 * not asked for, is dropped. */
static bool
take_fills(struct job *j, struct lists *l, const struct dib_answer *a,
    const struct order *wanted)
{
	struct list *t = &l->list;

	for (int i = 0; i < a->n_rows; i++) {
		struct order *o = list_find(t, list_number(a, i));

		if (o != NULL && !list_is_whole(o) && !list_fill(j, t, o, a, i))
			return false;
	}
	for (int i = 0; i < t->n; i++)
		if (&t->order[i] != wanted && !list_is_whole(&t->order[i]))
			list_drop_fills(&t->order[i]);
	return true;
}

/* Later than the order? */
static bool
is_behind(const struct dib_answer *a, const struct order *o)
{
	return a->n_rows == 0 || list_number(a, a->n_rows - 1) > o->number;
}

/* A page of executions, from the first order on that lacks some. */
static enum step
fills_step(struct job *j, struct lists *l, struct session *s)
{
	struct order *o = lacking(l);
	struct dib_answer a;
	enum step step;
	bool is_good, is_over;

	if (l->dib == NULL && !query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (l->dib == NULL) {
		list_drop_fills(o);
		if (!begin_today(j, l, s, o->number, true))
			return STEP_DONE;
	}
	if (!query_request(j, s, LIMIT_TRADE, l->dib, &list_today, &a, &step))
		return step;
	is_good = take_fills(j, l, &a, o);
	is_over = !a.more || is_behind(&a, o) || ++l->pages >= PAGES_MOST;
	dib_answer_fini(&a);
	if (!is_good)
		return STEP_DONE;
	if (o->filled_n < o->filled && !is_over)
		return STEP_MORE;
	end(l);
	/* A page twice, or its rows do not stand together. */
	if (!list_is_whole(o))
		read_all(l, "executions do not add up for", o->number);
	else
		l->at++;
	return STEP_MORE;
}

/* ---- the answer */

static enum step
step_on(struct job *j, struct lists *l, struct session *s)
{
	struct clock now = session_now();

	if (!l->has_orders)
		return list_step(j, l, s);
	if (!l->list.is_open)
		remember(l, 0); /* what is known is, if the time is over */
	if (!l->list.is_open && !l->by_execution && lacking(l) != NULL)
		return fills_step(j, l, s);
	if (!l->list.is_open && l->day != clock_ymd(&now))
		query_failed(j, "midnight has passed while the list was read");
	else
		reply_good(
		    &j->reply, list_json(l->g, &l->list, clock_ymd(&now)));
	return STEP_DONE;
}

static enum step
lists_step(struct job *j, struct session *s)
{
	struct lists *l = j->arg;
	enum step step = step_on(j, l, s);

	l->is_answered = step == STEP_DONE;
	return step;
}

static void
ask_list(
    struct gateway *g, const struct request *q, struct reply *r, bool is_open)
{
	struct lists *l = xcalloc(1, sizeof(*l));

	l->g = g;
	l->list.is_open = is_open;
	run_query(g, q, r, is_open ? "open orders" : "orders", lists_step,
	    lists_fini, l);
}

void
route_orders(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_list(g, q, r, false);
}

void
route_open_orders(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_list(g, q, r, true);
}
