/*
 * history.c - lists of orders: of days with their fills, and what works now.
 *
 * One row an order, with totals; a cancel or amend has a row of its own that
 * names the order it meant.  What is left of an order at the close has been
 * cancelled by the exchange.
 */
#include "sandbox/orders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"

#define ROWS_REAL 100
#define ROWS_MOCK 15
#define ROWS_OPEN 50

struct row {
	ymd date;
	int64_t no, orig_no; /* 0: none */
	bool is_cancel;      /* a request to cancel; o is the order meant */
	struct broker_order o;
	struct order_detail d;
	char key[32]; /* of the page */
};
struct rows {
	int n, cap;
	struct row *item;
};

/* ---- Gathering ------------------------------------------------------------------ */

static struct row *
add_row(struct rows *l, ymd date, const struct broker_order *o)
{
	struct row *r;

	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	r = &l->item[l->n++];
	*r = (struct row){ .date = date, .o = *o };
	orders_unpack(o, &r->d);
	return r;
}

static int64_t
number_of(const char *text)
{
	int64_t no;

	return int_parse(text, 1, INT64_MAX, &no) == 0 ? no : 0;
}

static epoch
moment(ymd date, int hhmmss)
{
	return clock_epoch_at(date, hhmmss / 100, hhmmss % 100);
}

/* Rows of the cancels that were taken on a day, of the orders in list. */
static int
add_cancels(struct sandbox *sb, ymd day, const struct broker_orders *list,
    struct rows *out, struct err *e)
{
	struct order_cancels l;

	if (orders_cancels(sb, day, &l, e) == -1)
		return -1;
	for (int i = 0; i < l.n; i++)
		for (int k = 0; k < list->n; k++) {
			const struct broker_order *o = &list->item[k];
			struct row *r;

			if (strcmp(o->broker_no, l.item[i].orig_no) != 0)
				continue;
			r = add_row(out, day, o);
			r->no = l.item[i].no;
			r->orig_no = number_of(o->broker_no);
			r->is_cancel = true;
			r->d.hhmmss = l.item[i].hhmmss;
		}
	free(l.item);
	return 0;
}

/* All rows of one day, but those that are not to be seen yet. */
static int
add_day(struct call *c, ymd day, struct rows *out, struct err *e)
{
	struct sandbox *sb = c->sb;
	struct broker_orders l = { 0 };
	int ms = 0, rc = sb->paper->ops->orders(sb->paper, day, &l, e), kept;

	for (int i = 0; i < l.n && rc == 0; i++) {
		struct row *r = add_row(out, day, &l.item[i]);

		r->no = number_of(r->o.broker_no);
		r->orig_no = number_of(r->o.orig_no);
	}
	if (rc == 0)
		rc = add_cancels(sb, day, &l, out, e);
	free(l.item);
	if (!trouble_strikes(
		&sb->troubles, TROUBLE_LATE_LIST, c->req->path, &ms))
		return rc;
	kept = 0;
	for (int i = 0; i < out->n; i++)
		if (moment(out->item[i].date, out->item[i].d.hhmmss) +
			ms / 1000 <=
		    sb->clock.now)
			out->item[kept++] = out->item[i];
	out->n = kept;
	return rc;
}

static int
oldest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	epoch s = moment(x->date, x->d.hhmmss),
	      t = moment(y->date, y->d.hhmmss);

	if (s != t)
		return s < t ? -1 : 1;
	return x->no < y->no ? -1 : x->no > y->no;
}

static int
newest_first(const void *a, const void *b)
{
	return oldest_first(b, a);
}

static const char *
row_key(const void *rows, int i)
{
	const struct row *r = rows;

	return r[i].key;
}

static void
sort_rows(struct rows *l, bool is_oldest_first)
{
	if (l->n > 0)
		qsort(l->item, (size_t)l->n, sizeof(*l->item),
		    is_oldest_first ? oldest_first : newest_first);
	for (int i = 0; i < l->n; i++)
		snprintf(l->item[i].key, sizeof(l->item[i].key),
		    "%d^%010" PRId64 "^", l->item[i].date, l->item[i].no);
}

/* ---- One row -------------------------------------------------------------------- */

/* Where the quantity of a row is: it adds up to `n`. */
struct parts {
	qty n, filled, rest, cancelled, refused;
	won amount;
};

static struct parts
parts_of(const struct row *r)
{
	const struct broker_order *o = &r->o;
	qty left = o->n - o->filled;

	if (r->is_cancel)
		return (struct parts){ .n = left, .cancelled = left };
	return (struct parts){
		.n = o->n,
		.filled = o->filled,
		.amount = o->filled_won,
		.rest = o->state == BO_WORKING ? left : 0,
		.cancelled = o->state == BO_CANCELLED ||
			o->state == BO_EXPIRED ?
		    left :
		    0,
		.refused = o->state == BO_REJECTED ? left : 0,
	};
}

static const char *
name_of(struct sandbox *sb, const char *code)
{
	for (int i = 0; i < sb->stocks.n; i++)
		if (strcmp(sb->stocks.item[i].code, code) == 0)
			return sb->stocks.item[i].name;
	return code;
}

static void
put_number(struct json *map, const char *name, int64_t no)
{
	if (no == 0)
		json_put_text(map, name, "");
	else
		put(map, name, "%010" PRId64, no);
}

static const char *
type_name(const struct order_detail *d)
{
	return strcmp(d->type, "01") == 0 ? "시장가" : "지정가";
}

static const char *
side_name(const struct row *r)
{
	bool is_buy = r->o.side == SIDE_BUY;

	if (r->is_cancel)
		return is_buy ? "매수취소*" : "매도취소*";
	if (r->o.state == BO_REJECTED)
		return is_buy ? "BUY REJECT" : "SELL REJECT";
	if (r->orig_no != 0)
		return is_buy ? "매수정정*" : "매도정정*";
	return is_buy ? "현금매수" : "현금매도";
}

/* What both lists have in common. */
static struct json *
begin_row(struct sandbox *sb, const struct row *r)
{
	struct parts p = parts_of(r);
	struct json *m = json_new_map();

	put(m, "ord_gno_brno", "%s", sandbox_branch(sb));
	put_number(m, "odno", r->no);
	put_number(m, "orgn_odno", r->orig_no);
	json_put_text(m, "ord_dvsn_name", type_name(&r->d));
	json_put_text(m, "ord_dvsn_cd", r->d.type);
	json_put_text(
	    m, "sll_buy_dvsn_cd", r->o.side == SIDE_BUY ? "02" : "01");
	json_put_text(m, "pdno", r->o.code);
	json_put_text(m, "prdt_name", name_of(sb, r->o.code));
	put_won(m, "ord_qty", p.n);
	put_won(m, "ord_unpr", r->is_cancel ? 0 : r->o.limit);
	put(m, "ord_tmd", "%06d", r->d.hhmmss);
	put_won(m, "tot_ccld_qty", p.filled);
	put_won(m, "tot_ccld_amt", p.amount);
	json_put_text(m, "excg_dvsn_cd", "02");
	json_put_text(m, "stpm_cndt_pric", "0");
	return m;
}

static void
put_average(struct json *m, const char *name, won amount, qty n)
{
	if (n > 0 && amount % n != 0)
		put_ratio(m, name, amount, n, 4);
	else
		put_won(m, name, n > 0 ? amount / n : 0);
}

/* The firm's table says cnc_cfrm_qty and excg_id_dvsn_Cd, its example
 * cncl_cfrm_qty; clients are written to either, and to excg_id_dvsn_cd. */
static struct json *
order_row(struct call *c, const struct row *r)
{
	static const char *const empty[] = { "loan_dt", "inqr_ip_addr",
		"cpbc_ordp_ord_rcit_dvsn_cd", "cpbc_ordp_infm_mthd_dvsn_cd",
		"ctac_tlno", "rsvn_ord_end_dt", "stpm_efct_occr_dtmd" };
	bool other = call_strikes(c, TROUBLE_OTHER_KEY);
	const char *exchange = call_strikes(c, TROUBLE_ROUTED) ? "KRX" :
								 r->d.exchange;
	struct json *m = begin_row(c->sb, r);
	struct parts p = parts_of(r);

	put(m, "ord_dt", "%d", r->date);
	json_put_text(m, "sll_buy_dvsn_cd_name", side_name(r));
	put_average(m, "avg_prvs", p.amount, p.filled);
	json_put_text(m, "cncl_yn",
	    !r->is_cancel && r->o.state == BO_CANCELLED ? "Y" : "");
	json_put_text(m, "ordr_empno", r->d.is_by_phone ? "" : "OpnAPI");
	put_won(m, "cnc_cfrm_qty", p.cancelled);
	if (!other)
		put_won(m, "cncl_cfrm_qty", p.cancelled);
	put_won(m, "rmn_qty", p.rest);
	put_won(m, "rjct_qty", p.refused);
	json_put_text(m, "ccld_cndt_name", "없음");
	put(m, "infm_tmd", "%06d", r->d.hhmmss);
	json_put_text(m, "prdt_type_cd", "300");
	json_put_text(m, "cpbc_ordp_mtrl_dvsn_cd", "11");
	json_put_text(m, "ord_orgno", "00000");
	json_put_text(m, "excg_id_dvsn_cd", exchange);
	if (!other)
		json_put_text(m, "excg_id_dvsn_Cd", exchange);
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
	return m;
}

/* ---- Orders and fills of days ------------------------------------------------------ */

/* Is the stock asked for, by its code as lists and orders write it, or any? */
static bool
is_of_code(const struct call *c, const struct row *r)
{
	const char *text = call_param(c, "PDNO");
	char code[CODE_SIZE];

	return text[0] == '\0' ||
	    (market_code(text, code) && strcmp(code, r->o.code) == 0);
}

/* Does the row answer what is asked for, the number apart? */
static bool
is_asked(const struct call *c, const struct row *r)
{
	const char *side = call_param(c, "SLL_BUY_DVSN_CD");
	const char *filled = call_param(c, "CCLD_DVSN");
	const char *exchange = call_param(c, "EXCG_ID_DVSN_CD");
	struct parts p = parts_of(r);

	if ((strcmp(side, "01") == 0 && r->o.side != SIDE_SELL) ||
	    (strcmp(side, "02") == 0 && r->o.side != SIDE_BUY) ||
	    !is_of_code(c, r) ||
	    !sandbox_is_branch(c->sb, call_param(c, "ORD_GNO_BRNO")))
		return false;
	if ((strcmp(filled, "01") == 0 && p.filled == 0) ||
	    (strcmp(filled, "02") == 0 && p.rest == 0))
		return false;
	return exchange[0] == '\0' || strcmp(exchange, "ALL") == 0 ||
	    strcmp(exchange, r->d.exchange) == 0;
}

static bool
has_number(const struct call *c, const struct row *r)
{
	const char *text = call_param(c, "ODNO");

	text += strspn(text, " 0");
	return text[0] == '\0' || number_of(text) == r->no;
}

/* Totals are of the whole range, whatever number is asked for. */
static void
put_totals(struct call *c, const struct rows *l)
{
	const struct costs *costs = &c->sb->paper->env.costs;
	struct json *m = json_new_map();
	qty n = 0, filled = 0;
	won amount = 0, cost = 0;

	for (int i = 0; i < l->n; i++) {
		const struct row *r = &l->item[i];
		struct parts p = parts_of(r);

		n += r->is_cancel ? 0 : p.n;
		filled += p.filled;
		amount += p.amount;
		cost += cost_commission(costs, r->o.side, p.amount) +
		    cost_tax(costs, r->o.side, r->date, KIND_KOSPI, p.amount);
	}
	put_won(m, "tot_ord_qty", n);
	put_won(m, "tot_ccld_qty", filled);
	put_won(m, "tot_ccld_amt", amount);
	put_won(m, "prsm_tlex_smtl", cost);
	put_ratio(m, "pchs_avg_pric", amount, filled, 4);
	json_put(c->doc, "output2", m);
}

static void
keep(struct call *c, struct rows *l,
    bool (*is_kept)(const struct call *, const struct row *))
{
	int kept = 0;

	for (int i = 0; i < l->n; i++)
		if (is_kept(c, &l->item[i]))
			l->item[kept++] = l->item[i];
	l->n = kept;
}

/* The page that is asked for, with its envelope. */
static void
answer_rows(struct call *c, const struct rows *l, const char *name, int most,
    struct json *(*make)(struct call *, const struct row *))
{
	struct json *list = json_new_list();
	int from = page_from(c, l->n, row_key, l->item), n = l->n - from;

	if (n > most)
		n = most;
	for (int i = from; i < from + n; i++)
		json_add(list, make(c, &l->item[i]));
	json_put(c->doc, name, list);
	page_end(c, from + n<l->n, n> 0 ? l->item[from + n - 1].key : "");
	if (n > 0)
		reply_done(c, from + n < l->n ? "KIOK0500" : "KIOK0510",
		    from + n < l->n ?
			"조회가 계속됩니다..다음버튼을 Click 하십시오." :
			"조회가 완료되었습니다");
	else if (call_strikes(c, TROUBLE_EMPTY_REFUSED))
		reply_refuse(c, "7", "KIOK0560", "조회할 내용이 없습니다");
	else
		reply_done(c, "KIOK0560", "조회할 내용이 없습니다");
}

static int
gather(struct call *c, ymd from, ymd to, struct rows *out, struct err *e)
{
	ymd today = clock_ymd(&c->sb->clock);

	if (call_strikes(c, TROUBLE_NO_ROWS))
		return 0;
	for (ymd d = from; d <= to && d <= today; d = ymd_add(d, 1))
		if (add_day(c, d, out, e) == -1)
			return -1;
	return 0;
}

#define LONGEST 400 /* days of a range */

void
history_orders(struct call *c)
{
	struct rows l = { 0 };
	struct err e;
	ymd from, to;

	if (ymd_parse(call_param(c, "INQR_STRT_DT"), &from) == -1 ||
	    ymd_parse(call_param(c, "INQR_END_DT"), &to) == -1 ||
	    ymd_diff(to, from) > LONGEST) {
		reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID DATE");
		return;
	}
	if (gather(c, from, to, &l, &e) == -1) {
		free(l.item);
		reply_broken(c, &e);
		return;
	}
	keep(c, &l, is_asked);
	put_totals(c, &l);
	keep(c, &l, has_number);
	sort_rows(&l, strcmp(call_param(c, "INQR_DVSN"), "01") == 0);
	answer_rows(c, &l, "output1",
	    page_rows(c, c->sb->o.is_mock ? ROWS_MOCK : ROWS_REAL), order_row);
	free(l.item);
}

/* ---- What can be amended or cancelled ------------------------------------------------ */

static bool
is_working(const struct call *c, const struct row *r)
{
	const char *side = call_param(c, "INQR_DVSN_2");

	return !r->is_cancel && r->o.state == BO_WORKING &&
	    (strcmp(side, "1") != 0 || r->o.side == SIDE_SELL) &&
	    (strcmp(side, "2") != 0 || r->o.side == SIDE_BUY);
}

static struct json *
open_row(struct call *c, const struct row *r)
{
	struct json *m = begin_row(c->sb, r);

	json_put_text(
	    m, "rvse_cncl_dvsn_name", r->orig_no != 0 ? side_name(r) : "");
	put_won(m, "psbl_qty", parts_of(r).rest);
	json_put_text(m, "mgco_aptm_odno", "");
	json_put_text(m, "excg_id_dvsn_cd", r->d.exchange);
	json_put_text(m, "excg_id_dvsn_name", r->d.exchange);
	json_put_text(m, "stpm_efct_occr_yn", "");
	return m;
}

void
history_open(struct call *c)
{
	ymd today = clock_ymd(&c->sb->clock);
	struct rows l = { 0 };
	struct err e;

	if (gather(c, today, today, &l, &e) == -1) {
		free(l.item);
		reply_broken(c, &e);
		return;
	}
	keep(c, &l, is_working);
	sort_rows(&l, true);
	answer_rows(c, &l, "output", page_rows(c, ROWS_OPEN), open_row);
	free(l.item);
}
