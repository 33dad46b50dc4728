/*
 * model_list.c - lists of orders: 5339 what is open, 5341 the day's orders
 * and fills (3.5, 3.6), 5342 fills by stock with their fees and taxes (3.12).
 *
 * All of a list is made at each request and one page of it is given, so a
 * list that changes between two pages shifts, as lists behind a wire do.
 */
#include "creon/model_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ROWS_MOST 20

/* ---- What there is to list ------------------------------------------------- */

struct day {
	struct broker_orders orders; /* by number */
	struct broker_fills fills;   /* by number of order and fill */
	struct cancels cancels;      /* by number */
};

static void
day_fini(struct day *d)
{
	free(d->orders.item);
	free(d->fills.item);
	free(d->cancels.item);
}

static int
by_order(const void *a, const void *b)
{
	const struct broker_order *x = a, *y = b;
	int64_t n = number_of(x->broker_no), k = number_of(y->broker_no);

	return (n > k) - (n < k);
}

static int
by_fill(const void *a, const void *b)
{
	const struct broker_fill *x = a, *y = b;
	int64_t n = number_of(x->broker_no), k = number_of(y->broker_no);

	if (n != k)
		return (n > k) - (n < k);
	return (x->fill_no > y->fill_no) - (x->fill_no < y->fill_no);
}

static int
day_read(struct model *m, struct day *d, struct err *e)
{
	const struct broker_ops *ops = m->paper->ops;
	ymd today = clock_ymd(&m->clock);

	*d = (struct day){ 0 };
	if (ops->orders(m->paper, today, &d->orders, e) == -1 ||
	    ops->fills(m->paper, today, &d->fills, e) == -1 ||
	    model_cancels(m, &d->cancels, e) == -1) {
		day_fini(d);
		return -1;
	}
	if (d->orders.n > 0)
		qsort(d->orders.item, (size_t)d->orders.n,
		    sizeof(*d->orders.item), by_order);
	if (d->fills.n > 0)
		qsort(d->fills.item, (size_t)d->fills.n, sizeof(*d->fills.item),
		    by_fill);
	return 0;
}

static const struct broker_order *
order_of(const struct day *d, int64_t no)
{
	for (int i = 0; i < d->orders.n; i++)
		if (number_of(d->orders.item[i].broker_no) == no)
			return &d->orders.item[i];
	return NULL;
}

/* ---- Pages ------------------------------------------------------------------- */

struct page {
	int from, to;
};

/* The rows of this page of so many; says whether more follow. */
static struct page
page_of(struct model *m, const struct creon_request *r, int rows, int total,
    struct creon_answer *a)
{
	struct page p = { r->page * rows, (r->page + 1) * rows };

	p.from = p.from < total ? p.from : total;
	p.to = p.to < total ? p.to : total;
	a->more = p.to < total;
	/* Cut off, and all seems to be well. */
	if (p.to > p.from && trap_strikes(m->traps, "short-page", NULL, 0)) {
		p.to--;
		a->more = false;
	}
	if (trap_strikes(m->traps, "empty-list", NULL, 0)) {
		p.to = p.from;
		a->more = false;
	}
	return p;
}

static int
rows_wanted(const struct creon_request *r, int index, int dflt)
{
	int64_t n = in_long(r, index, dflt);

	return n < 1 || n > ROWS_MOST ? ROWS_MOST : (int)n;
}

/* All orders are at KRX, or at NXT; a list that is asked for neither is of
 * KRX. */
static bool
is_their_venue(struct model *m, const struct creon_request *r, int index)
{
	const char *at = trap_strikes(m->traps, "at-nxt", NULL, 0) ? "2" : "1";
	char venue[TEXT_SIZE];

	in_text(r, index, "1", venue);
	return strcmp(venue, "0") == 0 || strcmp(venue, at) == 0;
}

static const char *
kind_code(const struct broker_order *o)
{
	return o->is_market ? "03" : "01";
}

static const char *
side_code(enum side side)
{
	return side == SIDE_SELL ? "1" : "2";
}

static qty
left_of(const struct broker_order *o)
{
	return o->state == BO_WORKING ? o->n - o->filled : 0;
}

/* ---- 5339 ---------------------------------------------------------------------- */

static void
open_row(struct model *m, const struct broker_order *o, struct creon_answer *a)
{
	answer_row(a);
	answer_cell(a, 0, com_text(m->product));
	answer_cell(a, 1, com_long(number_of(o->broker_no)));
	answer_cell(a, 2, com_long(number_of(o->orig_no)));
	answer_cell(a, 3, code_text(m, o->code));
	answer_cell(a, 4, name_text(m, o->code));
	answer_cell(
	    a, 5, com_text(o->side == SIDE_SELL ? "현금매도" : "현금매수"));
	answer_cell(a, 6, com_long(o->n));
	answer_cell(a, 7, com_long(o->limit));
	answer_cell(a, 8, com_long(o->filled));
	answer_cell(a, 10, com_text(m->account));
	answer_cell(a, 11, com_long(left_of(o)));
	answer_cell(a, 13, com_text(side_code(o->side)));
	answer_cell(a, 19, com_text(o->is_market ? "시장가" : "보통"));
	answer_cell(a, 21, com_text(kind_code(o)));
	answer_cell(a, 24, com_text("1"));
	answer_cell(a, 27, com_long(0));
	answer_cell(a, 28, com_long(0));
}

int
model_5339(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	const struct broker_order **open;
	char order[TEXT_SIZE], code[CODE_SIZE] = "";
	struct day d;
	struct page p;
	bool shown = is_their_venue(m, r, 8);
	int n = 0;

	if (!model_is_ours(m, r, 0, a))
		return 0;
	in_code(m, r, 3, code);
	if (day_read(m, &d, e) == -1)
		return -1;
	open = xcalloc((size_t)d.orders.n + 1, sizeof(*open));
	for (int i = 0; shown && i < d.orders.n; i++)
		if (left_of(&d.orders.item[i]) > 0 &&
		    (code[0] == '\0' ||
			strcmp(code, d.orders.item[i].code) == 0))
			open[n++] = &d.orders.item[i];
	answer_init(a, 32);
	p = page_of(m, r, rows_wanted(r, 7, ROWS_MOST), n, a);
	in_text(r, 5, "0", order);
	for (int i = p.from; i < p.to; i++)
		open_row(m, open[order[0] == '1' ? n - 1 - i : i], a);
	answer_header(a, 0, com_text(m->account));
	answer_header(a, 1, com_text(m->product));
	answer_header(a, 4, com_text("홍길동"));
	answer_header(a, 5, com_long(a->nrow));
	free(open);
	day_fini(&d);
	return 0;
}

/* ---- 5341 ---------------------------------------------------------------------- */

/* A row is an order, its fill, or a cancel. */
struct line {
	int64_t no;
	const struct broker_order *o;
	const struct cancel *cancel;
	qty n;
	won price;
};

struct lines {
	struct line *item;
	int n;
};

/* The fills of an order, a line each; none yet: one line that says so. */
static void
lines_by_fill(
    struct lines *l, const struct day *d, const struct broker_order *o)
{
	int64_t no = number_of(o->broker_no);
	int before = l->n;

	for (int i = 0; i < d->fills.n; i++)
		if (number_of(d->fills.item[i].broker_no) == no)
			l->item[l->n++] = (struct line){ .no = no,
				.o = o,
				.n = d->fills.item[i].n,
				.price = d->fills.item[i].price };
	if (l->n == before)
		l->item[l->n++] = (struct line){ .no = no, .o = o };
}

static void
line_of_sum(struct lines *l, const struct broker_order *o)
{
	l->item[l->n++] = (struct line){ .no = number_of(o->broker_no),
		.o = o,
		.n = o->filled,
		.price = o->filled > 0 ? o->filled_won / o->filled : 0 };
}

static void
lines_make(struct model *m, struct lines *l, const struct day *d, int kind,
    const char *code, int64_t first)
{
	l->n = 0;
	l->item = xcalloc((size_t)(d->orders.n + d->fills.n + d->cancels.n) + 1,
	    sizeof(*l->item));
	for (int i = 0; i < d->orders.n; i++) {
		const struct broker_order *o = &d->orders.item[i];

		if (number_of(o->broker_no) < first ||
		    (code[0] != '\0' && strcmp(code, o->code) != 0))
			continue;
		if (kind == '3' && number_of(o->orig_no) > 0 &&
		    trap_strikes(m->traps, "sums-short", NULL, 0))
			continue;
		if (kind == '3')
			line_of_sum(l, o);
		else
			lines_by_fill(l, d, o);
	}
	for (int i = 0; i < d->cancels.n; i++) {
		const struct cancel *c = &d->cancels.item[i];
		const struct broker_order *o = order_of(d, c->orig_no);

		if (o != NULL && c->no >= first &&
		    (code[0] == '\0' || strcmp(code, o->code) == 0))
			l->item[l->n++] = (struct line){
				.no = c->no, .o = o, .cancel = c
			};
	}
}

static const char *
class_of(const struct line *l)
{
	return l->cancel != NULL         ? "3" :
	    number_of(l->o->orig_no) > 0 ? "2" :
					   "1";
}

static void
day_row(struct model *m, const struct line *l, struct creon_answer *a)
{
	static const char *const class_text[] = { "정상", "정정", "취소" };
	const struct broker_order *o = l->o;
	const char *class = class_of(l);
	bool is_cancel = l->cancel != NULL;
	qty n = is_cancel ? o->n - o->filled : o->n;
	bool waits = is_cancel &&
	    trap_strikes(m->traps, "late-confirm", NULL, 0);

	answer_row(a);
	answer_cell(a, 0, com_text(m->product));
	answer_cell(a, 1, com_long(l->no));
	answer_cell(a, 2,
	    com_long(is_cancel ? l->cancel->orig_no : number_of(o->orig_no)));
	answer_cell(a, 3, code_text(m, o->code));
	answer_cell(a, 4, name_text(m, o->code));
	answer_cell(
	    a, 5, com_text(o->side == SIDE_SELL ? "현금매도" : "현금매수"));
	answer_cell(a, 6, com_text(o->is_market ? "시장가" : "보통"));
	answer_cell(a, 7, com_long(n));
	answer_cell(a, 8, com_long(o->limit));
	answer_cell(a, 9, com_long(is_cancel ? 0 : o->filled));
	answer_cell(a, 10, com_long(l->n));
	answer_cell(a, 11, com_long(l->price));
	answer_cell(a, 12, com_long(class[0] == '1' || waits ? 0 : n));
	answer_cell(a, 13, com_text(class_text[class[0] - '1']));
	answer_cell(
	    a, 14, com_text(o->state == BO_REJECTED ? "호가접수 거부" : ""));
	answer_cell(a, 18, com_text("현금"));
	answer_cell(a, 21, com_text(m->account));
	answer_cell(a, 22, com_long(is_cancel ? 0 : left_of(o)));
	answer_cell(a, 24, com_text(o->side == SIDE_SELL ? "매도" : "매수"));
	answer_cell(a, 28, com_text(o->state == BO_REJECTED ? o->reason : ""));
	answer_cell(a, 31, com_text("1"));
	answer_cell(a, 34, com_text(kind_code(o)));
	answer_cell(a, 35, com_text(side_code(o->side)));
	answer_cell(a, 36, com_text(class));
}

int
model_5341(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	int order = in_char(r, 4, '1'), kind = in_char(r, 6, '2');
	char code[CODE_SIZE] = "";
	struct lines l;
	struct day d;
	struct page p;

	if (!model_is_ours(m, r, 0, a))
		return 0;
	if ((kind != '2' && kind != '3') || (order != '0' && order != '1'))
		return model_refuse(a, "조회구분을 확인하여 주십시오");
	in_code(m, r, 2, code);
	if (day_read(m, &d, e) == -1)
		return -1;
	lines_make(m, &l, &d, kind, code, in_long(r, 3, 0));
	answer_init(a, 43);
	p = page_of(
	    m, r, rows_wanted(r, 5, 7), is_their_venue(m, r, 7) ? l.n : 0, a);
	for (int i = p.from; i < p.to; i++)
		day_row(m, &l.item[order == '1' ? l.n - 1 - i : i], a);
	answer_header(a, 0, com_text(m->account));
	answer_header(a, 1, com_text(m->product));
	answer_header(a, 6, com_long(a->nrow));
	free(l.item);
	day_fini(&d);
	return 0;
}

/* ---- 5342 ---------------------------------------------------------------------- */

/* What was bought, or sold, of one stock today. */
struct sum {
	const char *code;
	enum side side;
	qty n;
	won amount, commission, tax;
};

static int
sum_up(const struct day *d, const char *code, struct sum *sum)
{
	int n = 0, k;

	for (int i = 0; i < d->fills.n; i++) {
		const struct broker_fill *f = &d->fills.item[i];

		if (code[0] != '\0' && strcmp(code, f->code) != 0)
			continue;
		for (k = 0; k < n; k++)
			if (sum[k].side == f->side &&
			    strcmp(sum[k].code, f->code) == 0)
				break;
		if (k == n)
			sum[n++] = (struct sum){ .code = f->code,
				.side = f->side };
		sum[k].n += f->n;
		sum[k].amount += f->n * f->price;
		sum[k].commission += f->commission;
		sum[k].tax += f->tax;
	}
	return n;
}

static void
sum_row(struct model *m, const struct sum *s, struct creon_answer *a)
{
	won costs = s->commission + s->tax;

	answer_row(a);
	answer_cell(a, 0, code_text(m, s->code));
	answer_cell(a, 1, name_text(m, s->code));
	answer_cell(a, 3, com_long(s->n));
	answer_cell(a, 4, com_long(s->commission));
	answer_cell(a, 5, creon_longlong(0));
	answer_cell(a, 10, com_text(s->side == SIDE_SELL ? "매도" : "매수"));
	answer_cell(a, 12, com_long(s->tax));
	answer_cell(a, 21, com_text(side_code(s->side)));
	answer_cell(a, 22, creon_ulonglong(s->amount));
	answer_cell(a, 24,
	    creon_ulonglong(
		s->side == SIDE_SELL ? s->amount - costs : s->amount + costs));
}

int
model_5342(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	char day[TEXT_SIZE], code[CODE_SIZE] = "";
	struct sum *sum;
	struct day d;
	struct page p;
	int n;

	if (!model_is_ours(m, r, 0, a))
		return 0;
	/* Yesterday's, which is the default, this broker does not keep. */
	if (strcmp(in_text(r, 3, "2", day), "1") != 0)
		return model_refuse(a, "조회된 자료가 없습니다");
	in_code(m, r, 4, code);
	if (day_read(m, &d, e) == -1)
		return -1;
	sum = xcalloc((size_t)d.fills.n + 1, sizeof(*sum));
	n = sum_up(&d, code, sum);
	answer_init(a, 30);
	p = page_of(m, r, rows_wanted(r, 2, 7), n, a);
	for (int i = p.from; i < p.to; i++)
		sum_row(m, &sum[i], a);
	answer_header(a, 3, com_long(clock_ymd(&m->clock)));
	answer_header(a, 8, com_long(a->nrow));
	free(sum);
	day_fini(&d);
	return 0;
}
