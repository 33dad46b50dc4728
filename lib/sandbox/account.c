/*
 * account.c - cash, holdings, what can be bought and sold.
 *
 * A trade settles two sessions later.  The paper books know cash as it will
 * be then (D+2); what today and the session before have moved makes the cash
 * of tomorrow (D+1) and of now (D+0) out of it.
 */
#include "sandbox/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"

#define ROWS_REAL 50
#define ROWS_MOCK 20
#define DONE      "조회가 완료되었습니다"

/* What the fills of a session moved. */
struct flow {
	won bought, sold, costs;
};
#define FLOW_NET(f) ((f).sold - (f).bought - (f).costs)

/* A stock of the account, sold-out ones of these two sessions included. */
struct stock_row {
	struct broker_holding h;
	qty buy[2], sell[2]; /* 0 today, 1 the session before */
};
struct statement {
	struct broker_cash cash;
	int n, cap;
	struct stock_row *row; /* by code */
	struct flow flow[2];
};

/* ---- Gathering -------------------------------------------------------------- */

static struct stock_row *
row_of(struct statement *s, const char *code)
{
	for (int i = 0; i < s->n; i++)
		if (strcmp(s->row[i].h.code, code) == 0)
			return &s->row[i];
	s->row = xgrow(s->row, s->n, &s->cap, sizeof(*s->row));
	s->row[s->n] = (struct stock_row){ .h.cost = 0 };
	memcpy(s->row[s->n].h.code, code, CODE_SIZE);
	return &s->row[s->n++];
}

static int
add_fills(
    struct sandbox *sb, ymd day, int which, struct statement *s, struct err *e)
{
	struct broker_fills l = { 0 };
	int rc = sb->paper->ops->fills(sb->paper, day, &l, e);

	for (int i = 0; i < l.n; i++) {
		const struct broker_fill *f = &l.item[i];
		struct stock_row *r = row_of(s, f->code);
		bool is_buy = f->side == SIDE_BUY;

		*(is_buy ? &r->buy[which] : &r->sell[which]) += f->n;
		*(is_buy ? &s->flow[which].bought :
			   &s->flow[which].sold) += f->n * f->price;
		s->flow[which].costs += f->commission + f->tax;
	}
	free(l.item);
	return rc;
}

static int
row_order(const void *a, const void *b)
{
	const struct stock_row *x = a, *y = b;

	return strcmp(x->h.code, y->h.code);
}

static int
gather(struct sandbox *sb, struct statement *s, struct err *e)
{
	const struct broker_ops *ops = sb->paper->ops;
	const struct calendar *cal = sb->paper->env.cal;
	ymd today = clock_ymd(&sb->clock);
	const struct session *before = cal == NULL ? NULL :
						     calendar_prev(cal, today);
	struct broker_holdings l = { 0 };
	int rc = ops->cash(sb->paper, &s->cash, e) == -1 ||
		ops->holdings(sb->paper, &l, e) == -1 ?
	    -1 :
	    0;

	for (int i = 0; i < l.n; i++)
		row_of(s, l.item[i].code)->h = l.item[i];
	free(l.item);
	if (rc == 0)
		rc = add_fills(sb, today, 0, s, e);
	if (rc == 0 && before != NULL)
		rc = add_fills(sb, before->date, 1, s, e);
	if (s->n > 0)
		qsort(s->row, (size_t)s->n, sizeof(*s->row), row_order);
	return rc;
}

/* ---- Balance ---------------------------------------------------------------- */

struct totals {
	won cost, value;
};

static const char *
row_code(const void *rows, int i)
{
	const struct stock_row *r = rows;

	return r[i].h.code;
}

static struct json *
stock_json(const struct stock_row *r, const struct view *v, struct totals *t)
{
	static const char *const empty[] = { "loan_dt", "expd_dt",
		"grta_rt_name" };
	static const char *const zero[] = { "loan_amt", "stln_slng_chgs",
		"sbst_pric" };
	struct json *m = json_new_map();
	won value = v->price * r->h.n, cost = r->h.cost;

	json_put_text(m, "pdno", r->h.code);
	json_put_text(m, "prdt_name", v->stock.name);
	json_put_text(m, "trad_dvsn_name", "현금");
	put_won(m, "bfdy_buy_qty", r->buy[1]);
	put_won(m, "bfdy_sll_qty", r->sell[1]);
	put_won(m, "thdt_buyqty", r->buy[0]);
	put_won(m, "thdt_sll_qty", r->sell[0]);
	put_won(m, "hldg_qty", r->h.n);
	put_won(m, "ord_psbl_qty", r->h.sellable);
	put_ratio(m, "pchs_avg_pric", cost, r->h.n, 4);
	put_won(m, "pchs_amt", cost);
	put_won(m, "prpr", v->price);
	put_won(m, "evlu_amt", value);
	put_won(m, "evlu_pfls_amt", value - cost);
	put_ratio(m, "evlu_pfls_rt", 100 * (value - cost), cost, 2);
	json_put_text(m, "evlu_erng_rt", "0.00000000");
	put_ratio(m, "fltt_rt", 100 * (v->price - v->q.base), v->q.base, 8);
	put_won(m, "bfdy_cprs_icdc", v->price - v->q.base);
	json_put_text(m, "item_mgna_rt_name", "20%");
	json_put_text(m, "stck_loan_unpr", "0.0000");
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	t->cost += cost;
	t->value += value;
	return m;
}

static struct json *
summary_json(const struct statement *s, const struct totals *t)
{
	static const char *const zero[] = { "cma_evlu_amt",
		"nxdy_auto_rdpt_amt", "d2_auto_rdpt_amt", "tot_loan_amt",
		"tot_stln_slng_chgs" };
	struct json *m = json_new_map(), *list = json_new_list();
	won tomorrow = s->cash.settled - FLOW_NET(s->flow[0]);
	won all = s->cash.settled + t->value;

	put_won(m, "dnca_tot_amt", tomorrow - FLOW_NET(s->flow[1]));
	put_won(m, "nxdy_excc_amt", tomorrow);
	put_won(m, "prvs_rcdl_excc_amt", s->cash.settled);
	put_won(m, "bfdy_buy_amt", s->flow[1].bought);
	put_won(m, "thdt_buy_amt", s->flow[0].bought);
	put_won(m, "bfdy_sll_amt", s->flow[1].sold);
	put_won(m, "thdt_sll_amt", s->flow[0].sold);
	put_won(m, "bfdy_tlex_amt", s->flow[1].costs);
	put_won(m, "thdt_tlex_amt", s->flow[0].costs);
	put_won(m, "scts_evlu_amt", t->value);
	put_won(m, "tot_evlu_amt", all);
	put_won(m, "nass_amt", all);
	json_put_text(m, "fncg_gld_auto_rdpt_yn", "");
	put_won(m, "pchs_amt_smtl_amt", t->cost);
	put_won(m, "evlu_amt_smtl_amt", t->value);
	put_won(m, "evlu_pfls_smtl_amt", t->value - t->cost);
	put_won(m, "bfdy_tot_asst_evlu_amt", all);
	json_put_text(m, "asst_icdc_amt", "0");
	json_put_text(m, "asst_icdc_erng_rt", "0.00000000");
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	json_add(list, m);
	return list;
}

/* Values are of all stocks, rows of this page alone. */
static int
put_stocks(struct call *c, const struct statement *s, int from, int n,
    struct totals *t, struct err *e)
{
	struct json *list = json_new_list();
	int rc = 0;

	for (int i = 0; i < s->n && rc == 0; i++) {
		struct json *row;
		struct view v;

		if ((rc = market_view(c->sb, s->row[i].h.code, &v, e)) == -1)
			break;
		row = stock_json(&s->row[i], &v, t);
		if (i >= from && i < from + n)
			json_add(list, row);
		else
			json_free(row);
	}
	json_put(c->doc, "output1", list);
	return rc;
}

void
account_balance(struct call *c)
{
	int most = page_rows(c, c->sb->o.is_mock ? ROWS_MOCK : ROWS_REAL);
	int from, n;
	struct statement s = { .n = 0 };
	struct totals t = { 0 };
	struct err e;

	if (gather(c->sb, &s, &e) == -1)
		goto broken;
	if (call_strikes(c, TROUBLE_NO_ROWS))
		s.n = 0;
	from = page_from(c, s.n, row_code, s.row);
	n = s.n - from < most ? s.n - from : most;
	if (put_stocks(c, &s, from, n, &t, &e) == -1)
		goto broken;
	json_put(c->doc, "output2", summary_json(&s, &t));
	page_end(c, from + n<s.n, n> 0 ? s.row[from + n - 1].h.code : "");
	reply_done(c, from + n < s.n ? "KIOK0500" : "KIOK0510", DONE);
	free(s.row);
	return;
broken:
	free(s.row);
	reply_broken(c, &e);
}

/* ---- What can be bought and sold -------------------------------------------------- */

/* The price a quantity is reckoned with: the limit, or the day's highest. */
static won
reckon_price(struct call *c, const struct view *v)
{
	won price;

	if (strcmp(call_param(c, "ORD_DVSN"), "01") == 0 ||
	    int_parse(call_param(c, "ORD_UNPR"), 1, INT64_C(1000000000),
		&price) == -1)
		return v->q.upper > 0 ? v->q.upper : v->price;
	return price;
}

/* With credit an account could buy so much more; never used by us. */
#define CREDIT 2

void
account_buyable(struct call *c)
{
	static const char *const zero[] = { "ord_psbl_sbst", "ruse_psbl_amt",
		"fund_rpch_chgs", "cma_evlu_amt", "ovrs_re_use_amt_wcrc",
		"ord_psbl_frcr_amt_wcrc" };
	struct broker *br = c->sb->paper;
	ppb rate = br->env.costs.commission_buy;
	struct json *m = json_new_map();
	struct view v = { .price = 0 };
	char code[CODE_SIZE];
	won cash, price = 0;
	struct err e;

	if (br->ops->buyable(br, "", 0, &cash, &e) == -1 ||
	    (market_code(call_param(c, "PDNO"), code) &&
		market_view(c->sb, code, &v, &e) == -1)) {
		json_free(m);
		reply_broken(c, &e);
		return;
	}
	if (v.is_known)
		price = reckon_price(c, &v);
	put_won(m, "ord_psbl_cash", cash);
	put_won(m, "psbl_qty_calc_unpr", price);
	put_won(m, "nrcvb_buy_amt", cash);
	put_won(m, "nrcvb_buy_qty", qty_affordable(cash, price, rate));
	put_won(m, "max_buy_amt", CREDIT * cash);
	put_won(m, "max_buy_qty", qty_affordable(CREDIT * cash, price, rate));
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	json_put(c->doc, "output", m);
	reply_done(c, "KIOK0420", "정상적으로 조회되었습니다");
}

void
account_sellable(struct call *c)
{
	struct statement s = { .n = 0 };
	struct json *m = json_new_map();
	const struct stock_row *r;
	char code[CODE_SIZE];
	struct view v;
	struct err e;

	if (!market_code(call_param(c, "PDNO"), code)) {
		json_free(m);
		reply_refuse(c, "7", "APBK0656", "해당종목정보가 없습니다");
		return;
	}
	if (gather(c->sb, &s, &e) == -1 ||
	    market_view(c->sb, code, &v, &e) == -1) {
		json_free(m);
		free(s.row);
		reply_broken(c, &e);
		return;
	}
	r = row_of(&s, code);
	json_put_text(m, "pdno", code);
	json_put_text(m, "prdt_name", v.stock.name);
	put_won(m, "buy_qty", r->buy[0]);
	put_won(m, "sll_qty", r->sell[0]);
	put_won(m, "cblc_qty", r->h.n);
	json_put_text(m, "nsvg_qty", "0");
	put_won(m, "ord_psbl_qty", r->h.sellable);
	put_ratio(m, "pchs_avg_pric", r->h.cost, r->h.n, 4);
	put_won(m, "pchs_amt", r->h.cost);
	put_won(m, "now_pric", v.price);
	put_won(m, "evlu_amt", v.price * r->h.n);
	put_won(m, "evlu_pfls_amt", v.price * r->h.n - r->h.cost);
	put_ratio(m, "evlu_pfls_rt", 100 * (v.price * r->h.n - r->h.cost),
	    r->h.cost, 2);
	json_put(c->doc, "output", m);
	free(s.row);
	reply_done(c, "KIOK0460", DONE);
}

/* ---- The summary of all kinds of assets -------------------------------------------- */

#define ASSET_ROWS 20

static struct json *
asset_json(won cost, won value, won all)
{
	struct json *m = json_new_map();

	put_won(m, "pchs_amt", cost);
	put_won(m, "evlu_amt", value);
	put_won(m, "evlu_pfls_amt", value - cost);
	json_put_text(m, "crdt_lnd_amt", "0");
	put_won(m, "real_nass_amt", value);
	put_ratio(m, "whol_weit_rt", 100 * value, all, 2);
	return m;
}

void
account_assets(struct call *c)
{
	static const char *const zero[] = { "loan_amt_smtl", "cma_evlu_amt",
		"thdt_rcvb_amt", "tot_lnda_tot_ulst_lnda", "cma_auto_loan_amt",
		"tot_mgln_amt", "stln_evlu_amt", "crdt_fncg_amt",
		"ocl_apl_loan_amt", "pldg_stup_amt", "frcr_evlu_tota",
		"tot_sbst_amt", "ovrs_stck_evlu_amt1", "ovrs_bond_evlu_amt",
		"mmf_cma_mgge_loan_amt", "sbsc_dncl_amt",
		"pbst_sbsc_fnds_loan_use_amt", "etpr_crdt_grnt_loan_amt" };
	struct statement s = { .n = 0 };
	struct json *list = json_new_list(), *m = json_new_map();
	struct totals t = { 0 };
	struct view v;
	struct err e;
	won all;
	int rc = gather(c->sb, &s, &e);

	for (int i = 0; i < s.n && rc == 0; i++) {
		rc = market_view(c->sb, s.row[i].h.code, &v, &e);
		t.cost += s.row[i].h.cost;
		t.value += v.price * s.row[i].h.n;
	}
	free(s.row);
	if (rc == -1) {
		json_free(list);
		json_free(m);
		reply_broken(c, &e);
		return;
	}
	/* Row 1 is stocks, 18 the deposit, 20 the total. */
	all = s.cash.settled + t.value;
	for (int i = 1; i <= ASSET_ROWS; i++)
		json_add(list,
		    i == 1      ? asset_json(t.cost, t.value, all) :
			i == 18 ? asset_json(0, s.cash.settled, all) :
			i == 20 ? asset_json(t.cost, all, all) :
				  asset_json(0, 0, all));
	json_put(c->doc, "output1", list);
	put_won(m, "pchs_amt_smtl", t.cost);
	put_won(m, "nass_tot_amt", all);
	put_won(m, "evlu_pfls_amt_smtl", t.value - t.cost);
	put_won(m, "evlu_amt_smtl", t.value);
	put_won(m, "tot_asst_amt", all);
	put_won(m, "tot_dncl_amt", s.cash.settled);
	put_won(m, "dncl_amt", s.cash.settled);
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	json_put(c->doc, "output2", m);
	reply_done(c, "KIOK0510", DONE);
}
