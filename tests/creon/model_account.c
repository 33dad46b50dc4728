/*
 * model_account.c - what the account holds: 6033 positions, New5331A what can
 * be bought, New5331B what can be sold (3.7 to 3.9).
 */
#include "creon/model_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ROWS_6033 50
#define ROWS_SELL 20

/* The last price, else the base. */
static int
price_of(struct model *m, const char *code, won *price, struct err *e)
{
	struct broker_quote q = { 0 };

	snprintf(q.code, sizeof(q.code), "%s", code);
	if (m->paper->ops->quotes(m->paper, &q, 1, e) == -1)
		return -1;
	*price = q.last > 0 ? q.last : q.base;
	return 0;
}

static won
cut_to_thousand(won v)
{
	return v / 1000 * 1000;
}

/* ---- 6033 -------------------------------------------------------------------- */

static void
position_row(struct model *m, const struct broker_holding *h, won price,
    struct creon_answer *a)
{
	won worth = h->n * price;
	double average = h->n > 0 ? (double)h->cost / (double)h->n : 0;

	answer_row(a);
	answer_cell(a, 0, name_text(m, h->code));
	answer_cell(a, 1, creon_char(' '));
	answer_cell(a, 2, com_text(""));
	answer_cell(a, 3, com_long(h->n));
	answer_cell(a, 4, com_long((won)average));
	answer_cell(a, 7, com_long(h->n));
	answer_cell(a, 9, creon_longlong(cut_to_thousand(worth)));
	answer_cell(a, 10, creon_longlong(cut_to_thousand(worth - h->cost)));
	answer_cell(a, 11,
	    creon_double(h->cost > 0 ?
		    100.0 * (double)(worth - h->cost) / (double)h->cost :
		    0));
	answer_cell(a, 12, code_text(m, h->code));
	answer_cell(a, 13, creon_char('1'));
	answer_cell(a, 15, com_long(h->sellable));
	answer_cell(a, 17, creon_double(average));
	answer_cell(a, 18, creon_longlong((won)average));
}

static void
total_headers(struct model *m, const struct broker_cash *cash, won worth,
    won cost, struct creon_answer *a)
{
	(void)m;
	answer_header(a, 0, com_text("홍길동"));
	answer_header(a, 3, creon_longlong(cash->settled + worth));
	answer_header(a, 4, creon_longlong(worth - cost));
	answer_header(a, 6, creon_longlong(0));
	answer_header(a, 7, com_long(a->nrow));
	answer_header(a, 8,
	    creon_double(
		cost > 0 ? 100.0 * (double)(worth - cost) / (double)cost : 0));
	answer_header(a, 9, creon_longlong(cash->settled));
	answer_header(a, 11, creon_longlong(worth));
}

int
model_6033(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	const struct broker_ops *ops = m->paper->ops;
	struct broker_holdings held = { 0 };
	struct broker_cash cash;
	int64_t rows = in_long(r, 2, 14);
	won worth = 0, cost = 0, price;
	int rc = -1, from;

	if (!model_is_ours(m, r, 0, a))
		return 0;
	if (rows < 1 || rows > ROWS_6033)
		rows = ROWS_6033;
	from = r->page * (int)rows;
	answer_init(a, 20);
	if (ops->cash(m->paper, &cash, e) == -1 ||
	    ops->holdings(m->paper, &held, e) == -1)
		goto out;
	for (int i = 0; i < held.n; i++) {
		if (price_of(m, held.item[i].code, &price, e) == -1)
			goto out;
		worth += held.item[i].n * price;
		cost += held.item[i].cost;
		if (i >= from && i < from + rows)
			position_row(m, &held.item[i], price, a);
	}
	a->more = from + rows < held.n;
	total_headers(m, &cash, worth, cost, a);
	rc = 0;
out:
	free(held.item);
	return rc;
}

/* ---- New5331A ----------------------------------------------------------------- */

int
model_5331a(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	const struct broker_ops *ops = m->paper->ops;
	char code[CODE_SIZE] = "";
	struct broker_cash cash;
	won price = in_long(r, 4, 0), buyable;
	int what = in_char(r, 6, '1');

	if (!model_is_ours(m, r, 0, a))
		return 0;
	if (what != '1' && what != '2')
		return model_refuse(a, "조회구분을 확인하여 주십시오");
	in_code(m, r, 2, code);
	if (what == '2' && (code[0] == '\0' || price <= 0))
		return model_refuse(a, "종목코드와 단가를 확인하여 주십시오");
	if (ops->cash(m->paper, &cash, e) == -1 ||
	    ops->buyable(m->paper, code, price, &buyable, e) == -1)
		return -1;
	if (code[0] != '\0') {
		answer_header(a, 0, code_text(m, code));
		answer_header(a, 1, name_text(m, code));
	}
	answer_header(a, 2, creon_char('3'));
	for (int i = 3; i <= 10; i++)
		answer_header(a, i, creon_longlong(buyable));
	for (int i = 11; what == '2' && i <= 18; i++)
		answer_header(a, i, com_long(buyable / price));
	answer_header(a, 45, creon_longlong(cash.settled));
	answer_header(a, 47, creon_longlong(buyable));
	return 0;
}

/* ---- New5331B ----------------------------------------------------------------- */

int
model_5331b(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct broker_holdings held = { 0 };
	char code[CODE_SIZE] = "";
	int from = r->page * ROWS_SELL, k = 0;

	if (!model_is_ours(m, r, 0, a))
		return 0;
	in_code(m, r, 2, code);
	if (m->paper->ops->holdings(m->paper, &held, e) == -1) {
		free(held.item);
		return -1;
	}
	answer_init(a, 19);
	for (int i = 0; i < held.n; i++) {
		const struct broker_holding *h = &held.item[i];

		if (code[0] != '\0' && strcmp(code, h->code) != 0)
			continue;
		if (k >= from && k < from + ROWS_SELL) {
			answer_row(a);
			answer_cell(a, 0, code_text(m, h->code));
			answer_cell(a, 1, name_text(m, h->code));
			answer_cell(a, 6, com_long(h->n));
			answer_cell(a, 7, com_text("0"));
			answer_cell(a, 12, com_long(h->sellable));
		}
		k++;
	}
	a->more = k > from + ROWS_SELL;
	answer_header(a, 0, com_long(a->nrow));
	free(held.item);
	return 0;
}
