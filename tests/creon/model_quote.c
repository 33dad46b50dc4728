/*
 * model_quote.c - prices now: MarketEye (5.3) and StockMst (5.1).
 *
 * Columns of MarketEye are the fields in ascending order, however they were
 * asked for, and codes that nobody knows are left out: a client that counts
 * instead of reading the codes is found out.
 */
#include "creon/model_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CODES_MOST 200

/* ---- Fields --------------------------------------------------------------- */

static int
add_field(int field[FIELDS_MOST], int n, int64_t f)
{
	int i = n;

	for (int k = 0; k < n; k++)
		if (field[k] == f)
			return n;
	if (n == FIELDS_MOST || f < 0 || f > 1000)
		return n;
	for (; i > 0 && field[i - 1] > f; i--)
		field[i] = field[i - 1];
	field[i] = (int)f;
	return n + 1;
}

int
in_fields(const struct creon_request *r, int index, int field[FIELDS_MOST])
{
	const struct com_value *v = in_value(r, index);
	int n = 0;

	if (v == NULL)
		return 0;
	if (v->type != COM_ARRAY)
		return add_field(field, 0, com_int(v));
	for (int i = 0; i < v->n; i++)
		n = add_field(field, n, com_int(&v->item[i]));
	return n;
}

/* ---- One stock -------------------------------------------------------------- */

struct price {
	char code[CODE_SIZE];
	struct broker_quote q;
	bool has_traded;
	struct bar day; /* as far as it has come */
};

/* 1, 0: nobody knows this code, -1. */
static int
price_read(struct model *m, const char *code, struct price *p, struct err *e)
{
	struct bar_store minutes;
	struct bars w;
	int rc;

	*p = (struct price){ 0 };
	snprintf(p->code, sizeof(p->code), "%s", code);
	snprintf(p->q.code, sizeof(p->q.code), "%s", code);
	if (m->paper->ops->quotes(m->paper, &p->q, 1, e) == -1)
		return -1;
	bar_store_init(&minutes, true);
	rc = model_today(m, code, &minutes, e);
	w = bar_store_window(&minutes, 0, minutes.n);
	p->has_traded = rc == 0 && bars_form_daily(&w, &p->day);
	bar_store_fini(&minutes);
	if (rc == -1)
		return -1;
	return p->q.base > 0 || p->has_traded;
}

static won
price_now(const struct price *p)
{
	return p->has_traded ? p->day.close : p->q.base;
}

/* '1' at the upper limit, '2' up, '3' the same, '4' at the lower, '5' down. */
static int
sign_of(const struct price *p)
{
	won now = price_now(p);

	if (p->q.upper > 0 && now == p->q.upper)
		return '1';
	if (p->q.lower > 0 && now == p->q.lower)
		return '4';
	return now > p->q.base ? '2' : now < p->q.base ? '5' : '3';
}

static struct com_value
field_value(struct model *m, int field, const struct price *p)
{
	switch (field) {
	case 0:
		return code_text(m, p->code);
	case 1:
		return com_ulong(clock_hhmm(&m->clock));
	case 2:
		return creon_char(sign_of(p));
	case 3:
		return com_long(price_now(p) - p->q.base);
	case 4:
		return com_long(price_now(p));
	case 5:
		return com_long(p->day.open);
	case 6:
		return com_long(p->day.high);
	case 7:
		return com_long(p->day.low);
	case 8:
		return com_long(p->q.ask);
	case 9:
		return com_long(p->q.bid);
	case 10:
		return com_ulong(p->day.volume);
	case 11:
		return creon_ulonglong(p->day.volume * p->day.close);
	case 12:
		return creon_char('2');
	case 17:
		return name_text(m, p->code);
	case 20:
		return creon_ulonglong(100000000);
	case 23:
		return com_long(p->q.base);
	case 33:
		return com_long(p->q.upper);
	case 34:
		return com_long(p->q.lower);
	default:
		return com_long(0);
	}
}

/* ---- MarketEye ----------------------------------------------------------------- */

/* The i-th code that is asked for; false past the last. */
static bool
code_at(
    struct model *m, const struct creon_request *r, int i, char code[CODE_SIZE])
{
	const struct com_value *v = in_value(r, 1);
	char buf[TEXT_SIZE];

	code[0] = '\0';
	if (v == NULL || i >= (v->type == COM_ARRAY ? v->n : 1))
		return false;
	if (v->type == COM_ARRAY)
		v = &v->item[i];
	if (!code_parse(m, com_str(v, buf, sizeof(buf)), code))
		code[0] = '\0';
	return true;
}

int
model_market_eye(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	int field[FIELDS_MOST], n = in_fields(r, 0, field), rc;
	char code[CODE_SIZE];
	struct price p;

	if (n == 0 || (in_char(r, 2, '1') != '1' && in_char(r, 2, '1') != '2'))
		return model_refuse(a, "필드를 확인하여 주십시오");
	if (code_at(m, r, CODES_MOST, code))
		return model_refuse(a, "종목은 200개까지 조회할 수 있습니다");
	answer_init(a, n);
	for (int i = 0; code_at(m, r, i, code); i++) {
		if (code[0] == '\0' || trap_names(m->traps, "left-out", code))
			continue;
		if ((rc = price_read(m, code, &p, e)) == -1)
			return -1;
		if (rc == 0)
			continue;
		answer_row(a);
		for (int k = 0; k < n; k++)
			answer_cell(a, k, field_value(m, field[k], &p));
	}
	answer_header(a, 0, com_long(n));
	answer_header(a, 2, com_long(a->nrow));
	return 0;
}

/* ---- StockMst ------------------------------------------------------------------- */

/* Status of a stock as 44 and 66 to 68 have it. */
static void
status_headers(struct model *m, const char *code, struct creon_answer *a)
{
	bool is_halted = trap_names(m->traps, "halted", code);
	bool is_supervised = trap_names(m->traps, "supervised", code);
	bool is_warned = trap_names(m->traps, "warned", code);

	answer_header(a, 44,
	    creon_char(is_halted  ? '3' :
		    is_supervised ? '2' :
		    is_warned     ? 'E' :
				    '0'));
	answer_header(a, 66, creon_char(is_supervised ? 'Y' : ' '));
	answer_header(a, 67, creon_char(is_warned ? '3' : '1'));
	answer_header(a, 68, creon_char(is_halted ? 'Y' : ' '));
}

int
model_stock_mst(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	static const struct {
		int header, field; /* of MarketEye, which means the same */
	} same[] = { { 0, 0 }, { 1, 17 }, { 8, 33 }, { 9, 34 }, { 10, 23 },
		{ 11, 4 }, { 12, 3 }, { 13, 5 }, { 14, 6 }, { 15, 7 },
		{ 16, 8 }, { 17, 9 }, { 27, 23 } };
	char code[CODE_SIZE];
	struct price p;
	int rc;

	if (!in_code(m, r, 0, code))
		return model_refuse(a, "종목코드를 확인하여 주십시오");
	if ((rc = price_read(m, code, &p, e)) != 1)
		return rc == -1 ? -1 :
				  model_refuse(a, "존재하지 않는 종목입니다");
	for (size_t i = 0; i < NELEM(same); i++)
		answer_header(
		    a, same[i].header, field_value(m, same[i].field, &p));
	answer_header(a, 4, com_short(clock_hhmm(&m->clock)));
	answer_header(a, 18, com_long(p.day.volume));
	answer_header(a, 58, creon_char('2'));
	status_headers(m, code, a);
	return 0;
}
