/*
 * model_event.c - CpConclusion (section 4): what happens to orders, whoever
 * made them, and that the connection is lost.
 *
 * The paper broker tells lists, not events; so each look compares the day's
 * orders, fills and cancels with what was there at the look before, and says
 * the difference in CREON's sequences.  What has happened before this process
 * began is not told: events that nobody heard are never sent again.
 */
#include "creon/model_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What has been told of one order. */
struct told {
	int64_t no;
	int64_t fills; /* the highest number of a fill */
	bool is_rejected, is_cancelled;
};

/* An event on its way, until its moment. */
struct waiting {
	int64_t at_ms;
	struct creon_event event;
};

struct model_news {
	ymd day;
	bool is_first; /* nothing has been looked at yet */
	bool was_connected;
	struct told *told;
	int ntold;
	struct waiting *waiting;
	int nwaiting;
};

struct model_news *
news_new(void)
{
	struct model_news *n = xcalloc(1, sizeof(*n));

	n->is_first = n->was_connected = true;
	return n;
}

void
news_free(struct model_news *n)
{
	for (int i = 0; i < n->nwaiting; i++)
		answer_fini(&n->waiting[i].event.said);
	free(n->waiting);
	free(n->told);
	free(n);
}

/* ---- The queue ---------------------------------------------------------------- */

static void
append(struct model_news *n, struct creon_event event, int64_t at_ms)
{
	n->waiting = xrealloc(
	    n->waiting, (size_t)n->nwaiting + 1, sizeof(*n->waiting));
	n->waiting[n->nwaiting++] = (struct waiting){ at_ms, event };
}

int
model_event(struct model *m, struct creon_event *out)
{
	struct model_news *n = m->news;
	struct err e;

	clock_refresh(&m->clock);
	/* A broker that is out of reach has no news. */
	(void)news_look(m, &e);
	for (int i = 0; i < n->nwaiting; i++) {
		if (n->waiting[i].at_ms > monotonic_ms())
			continue;
		*out = n->waiting[i].event;
		memmove(&n->waiting[i], &n->waiting[i + 1],
		    (size_t)(n->nwaiting - i - 1) * sizeof(*n->waiting));
		n->nwaiting--;
		return 1;
	}
	return 0;
}

/* ---- One event ------------------------------------------------------------------ */

enum what { WHAT_FILL = '1', WHAT_CONFIRM, WHAT_REJECT, WHAT_ACCEPT };
enum class { CLASS_NEW = '1', CLASS_AMEND, CLASS_CANCEL };

struct happening {
	enum what what;
	enum class class;
	int64_t no, orig_no;
	const struct broker_order *o;
	qty n;
	won price;
};

static struct com_value
letter(int c)
{
	char text[2] = { (char)c, '\0' };

	return com_text(text);
}

/* 21 to 23: what the account holds of the stock now. */
static void
holding_headers(struct model *m, const char *code, struct creon_answer *a)
{
	struct broker_holdings all = { 0 };
	struct broker_holding held = { 0 };
	struct err e;

	if (m->paper->ops->holdings(m->paper, &all, &e) == 0)
		for (int i = 0; i < all.n; i++)
			if (strcmp(all.item[i].code, code) == 0)
				held = all.item[i];
	free(all.item);
	answer_header(a, 21, com_long(held.n > 0 ? held.cost / held.n : 0));
	answer_header(a, 22, com_long(held.sellable));
	answer_header(a, 23, com_long(held.n));
}

static struct creon_event
event_of(struct model *m, const struct happening *h)
{
	struct creon_event ev = { .source = CREON_CONCLUSION };
	struct creon_answer *a = &ev.said;

	answer_init(a, 0);
	answer_header(a, 1, com_text("홍길동"));
	answer_header(a, 2, name_text(m, h->o->code));
	answer_header(a, 3, com_long(h->n));
	answer_header(a, 4, com_long(h->price));
	answer_header(a, 5, com_long(h->no));
	answer_header(a, 6, com_long(h->orig_no));
	answer_header(a, 7, com_text(m->account));
	answer_header(a, 8, com_text(m->product));
	answer_header(a, 9, code_text(m, h->o->code));
	answer_header(a, 12, com_text(h->o->side == SIDE_SELL ? "1" : "2"));
	answer_header(a, 14, letter(h->what));
	answer_header(a, 15, com_text("00"));
	answer_header(a, 16, letter(h->class));
	answer_header(a, 17, com_text("1"));
	answer_header(a, 18, com_text(h->o->is_market ? "03" : "01"));
	answer_header(a, 19, com_text("0"));
	answer_header(a, 20, com_long(0));
	holding_headers(m, h->o->code, a);
	return ev;
}

static void
tell(struct model *m, struct happening h)
{
	struct model_news *n = m->news;
	int late_ms = 0;

	if (n->is_first || trap_strikes(m->traps, "event-lost", NULL, 0))
		return;
	trap_number(m->traps, "event-late", 1000, &late_ms);
	append(n, event_of(m, &h), monotonic_ms() + late_ms);
	if (trap_strikes(m->traps, "event-twice", NULL, 0))
		append(n, event_of(m, &h), monotonic_ms() + late_ms);
}

/* ---- Differences --------------------------------------------------------------- */

static struct told *
told_of(struct model_news *n, int64_t no)
{
	for (int i = 0; i < n->ntold; i++)
		if (n->told[i].no == no)
			return &n->told[i];
	return NULL;
}

static struct told *
told_new(struct model_news *n, int64_t no)
{
	n->told = xrealloc(n->told, (size_t)n->ntold + 1, sizeof(*n->told));
	n->told[n->ntold] = (struct told){ .no = no };
	return &n->told[n->ntold++];
}

static void
look_at_new(struct model *m, const struct broker_order *o)
{
	int64_t no = number_of(o->broker_no), orig = number_of(o->orig_no);
	struct happening h = { WHAT_ACCEPT, CLASS_NEW, no, orig, o, o->n,
		o->limit };

	if (told_of(m->news, no) != NULL)
		return;
	told_new(m->news, no);
	if (orig > 0)
		h.class = CLASS_AMEND;
	tell(m, h);
	if (orig > 0) {
		h.what = WHAT_CONFIRM;
		tell(m, h);
	}
}

static void
look_at_reject(struct model *m, const struct broker_order *o)
{
	int64_t no = number_of(o->broker_no);
	struct told *t = told_of(m->news, no);
	struct happening h = { WHAT_REJECT, CLASS_NEW, no, 0, o, o->n,
		o->limit };

	if (o->state != BO_REJECTED || t->is_rejected)
		return;
	t->is_rejected = true;
	tell(m, h);
}

static const struct broker_order *
order_of(const struct broker_orders *all, int64_t no)
{
	for (int i = 0; i < all->n; i++)
		if (number_of(all->item[i].broker_no) == no)
			return &all->item[i];
	return NULL;
}

/* The next fill that was not told: that of the lowest order and number. */
static const struct broker_fill *
next_fill(const struct model_news *n, const struct broker_fills *all)
{
	const struct broker_fill *next = NULL;

	for (int i = 0; i < all->n; i++) {
		const struct broker_fill *f = &all->item[i];
		int64_t no = number_of(f->broker_no);
		const struct told *t = told_of((struct model_news *)n, no);

		if (t == NULL || f->fill_no <= t->fills)
			continue;
		if (next == NULL || no < number_of(next->broker_no) ||
		    (no == number_of(next->broker_no) &&
			f->fill_no < next->fill_no))
			next = f;
	}
	return next;
}

static void
look_at_fills(struct model *m, const struct broker_orders *orders,
    const struct broker_fills *fills)
{
	const struct broker_fill *f;

	while ((f = next_fill(m->news, fills)) != NULL) {
		int64_t no = number_of(f->broker_no);
		const struct broker_order *o = order_of(orders, no);

		told_of(m->news, no)->fills = f->fill_no;
		tell(m,
		    (struct happening){ WHAT_FILL, CLASS_NEW, no,
			number_of(o->orig_no), o, f->n, f->price });
	}
}

static void
look_at_cancels(struct model *m, const struct broker_orders *orders,
    const struct cancels *cancels)
{
	for (int i = 0; i < cancels->n; i++) {
		const struct cancel *c = &cancels->item[i];
		const struct broker_order *o = order_of(orders, c->orig_no);
		struct told *t = told_of(m->news, c->orig_no);
		struct happening h;

		if (o == NULL || t == NULL || t->is_cancelled)
			continue;
		t->is_cancelled = true;
		h = (struct happening){ WHAT_ACCEPT, CLASS_CANCEL, c->no,
			c->orig_no, o, o->n - o->filled, o->limit };
		tell(m, h);
		h.what = WHAT_CONFIRM;
		tell(m, h);
	}
}

static void
look_at_connection(struct model *m)
{
	bool is = !trap_strikes(m->traps, "not-connected", NULL, 0);
	struct creon_event ev = { .source = CREON_DISCONNECT };

	if (m->news->was_connected && !is)
		append(m->news, ev, 0);
	m->news->was_connected = is;
}

int
news_look(struct model *m, struct err *e)
{
	const struct broker_ops *ops = m->paper->ops;
	struct model_news *n = m->news;
	struct broker_orders orders = { 0 };
	struct broker_fills fills = { 0 };
	struct cancels cancels = { 0 };
	ymd today = clock_ymd(&m->clock);
	int rc = -1;

	look_at_connection(m);
	if (ops->orders(m->paper, today, &orders, e) == -1 ||
	    ops->fills(m->paper, today, &fills, e) == -1 ||
	    model_cancels(m, &cancels, e) == -1)
		goto out;
	if (n->day != today)
		n->ntold = 0;
	n->day = today;
	for (int i = 0; i < orders.n; i++)
		look_at_new(m, &orders.item[i]);
	look_at_fills(m, &orders, &fills);
	look_at_cancels(m, &orders, &cancels);
	for (int i = 0; i < orders.n; i++)
		look_at_reject(m, &orders.item[i]);
	n->is_first = false;
	rc = 0;
out:
	free(orders.item);
	free(fills.item);
	free(cancels.item);
	return rc;
}
