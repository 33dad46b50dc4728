/* kis_parse_account.c - money and shares; see kis_parse.h. */
#include <string.h>

#include "base/mem.h"
#include "broker/kis_parse.h"

static struct broker_holding *
room(struct broker_holdings *l)
{
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	return &l->item[l->n];
}

enum row { ROW_BAD = -1, ROW_NONE, ROW_SHARES, ROW_OTHER };

/* Of a security that is no stock nothing is read but whether it is held. */
static enum row
read_other(const struct json *row, struct err *e)
{
	char code[24], n[24], shown[KIS_SHOWN_SIZE];

	kis_text(row, "hldg_qty", n, sizeof(n));
	if (n[0] != '\0' && n[strspn(n, "0.")] == '\0')
		return ROW_NONE;
	err_set(e, E_DATA, "kis: '%s' is held, which is no stock",
	    kis_shown(kis_text(row, "pdno", code, sizeof(code)), shown));
	return kis_other_code(row, "pdno") ? ROW_OTHER : ROW_BAD;
}

static enum row
read_holding(const struct json *row, struct broker_holding *h, struct err *e)
{
	*h = (struct broker_holding){ 0 };
	if (!kis_stock_code(row, "pdno", h->code))
		return read_other(row, e);
	if (kis_int(row, "hldg_qty", 0, KIS_QTY_MOST, &h->n, e) == 0) {
		if (h->n == 0)
			return ROW_NONE;
		if (kis_int(row, "ord_psbl_qty", 0, h->n, &h->sellable, e) ==
			0 &&
		    kis_int(row, "pchs_amt", 0, KIS_WON_MOST, &h->cost, e) == 0)
			return ROW_SHARES;
	}
	err_wrap(e, "%s", h->code);
	return ROW_BAD;
}

/* Rows moved between two pages, or shares bought on credit, which have a row
 * of their own: neither may be added up.  0 or -1. */
static int
check_once(const struct broker_holdings *l, const char *code, struct err *e)
{
	for (int k = 0; k < l->n; k++)
		if (strcmp(l->item[k].code, code) == 0)
			return err_set(e, E_DATA,
			    "kis: %s is twice among the shares held", code);
	return 0;
}

int
kis_parse_holdings(
    const struct json *doc, struct broker_holdings *out, struct err *e)
{
	int n = kis_rows(doc, "output1", e), nother = 0;

	for (int i = 0; i < n; i++) {
		struct broker_holding *h = room(out);
		struct err mine = { 0 };
		enum row got = read_holding(
		    kis_row(doc, "output1", i), h, &mine);

		if (got == ROW_SHARES && check_once(out, h->code, &mine) == -1)
			got = ROW_BAD;
		if (got == ROW_BAD) {
			*e = mine;
			return -1;
		}
		if (got == ROW_OTHER && nother++ == 0)
			*e = mine;
		out->n += got == ROW_SHARES;
	}
	return n == -1 ? -1 : nother;
}

/* The object that a reply must have. */
static const struct json *
need(const struct json *doc, const char *name, struct err *e)
{
	const struct json *v = kis_object(doc, name);

	if (v == NULL)
		err_set(e, E_DATA, "kis: the answer has no \"%s\"", name);
	return v;
}

int
kis_parse_settled(const struct json *doc, won *out, struct err *e)
{
	const struct json *sum = kis_object(doc, "output2");

	if (sum == NULL)
		return 0;
	return kis_int(sum, "prvs_rcdl_excc_amt", -KIS_WON_MOST, KIS_WON_MOST,
		   out, e) == -1 ?
	    -1 :
	    1;
}

int
kis_parse_worth(const struct json *doc, won *out, struct err *e)
{
	const struct json *sum = kis_object(doc, "output2");
	char text[48];

	*out = -1;
	if (sum == NULL ||
	    kis_text(sum, "scts_evlu_amt", text, sizeof(text))[0] == '\0')
		return 0;
	return kis_int_or_0(sum, "scts_evlu_amt", 0, KIS_WON_MOST, out, e);
}

int
kis_parse_buyable(const struct json *doc, won *out, struct err *e)
{
	const struct json *v = need(doc, "output", e);

	if (v == NULL ||
	    kis_int(v, "nrcvb_buy_amt", -KIS_WON_MOST, KIS_WON_MOST, out, e) ==
		-1)
		return -1;
	if (*out < 0)
		*out = 0;
	return 0;
}

int
kis_parse_sellable(const struct json *doc, qty *out, struct err *e)
{
	const char *name = kis_object(doc, "output") != NULL ? "output" :
							       "output1";
	const struct json *v = need(doc, name, e);

	return v == NULL ? -1 :
			   kis_int(v, "ord_psbl_qty", 0, KIS_QTY_MOST, out, e);
}
