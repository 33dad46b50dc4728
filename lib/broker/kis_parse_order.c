/*
 * kis_parse_order.c - the list of a day's orders; see kis_parse.h.
 *
 * The firm keeps one row a number, and gives a number to each request to amend
 * or cancel too.  Until a request takes effect its original still rests; when
 * it has, the original rests no more, and an amend's row is the order that
 * goes on.  Names of kinds come in Korean or in English and are never looked
 * at: quantities alone tell.
 */
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "broker/kis_parse.h"

/* ---- One row ------------------------------------------------------------------ */

/* 0, or -1 (E_DATA). */
static int
read_number(const struct json *row, struct kis_order *k, struct err *e)
{
	char branch[24], number[24], orig[24];
	char shown[2][KIS_SHOWN_SIZE];

	kis_text(row, "ord_gno_brno", branch, sizeof(branch));
	kis_text(row, "odno", number, sizeof(number));
	kis_text(row, "orgn_odno", orig, sizeof(orig));
	kis_text(
	    row, "excg_id_dvsn_cd", k->no.exchange, sizeof(k->no.exchange));
	if (k->no.exchange[0] == '\0') /* as the mock host writes it */
		memcpy(k->no.exchange, "KRX", 4);
	if (!kis_no_trim(branch, k->no.branch, sizeof(k->no.branch)) ||
	    !kis_no_trim(number, k->no.number, sizeof(k->no.number)) ||
	    !kis_no_trim(orig, k->orig, sizeof(k->orig)) ||
	    !kis_exchange_valid(k->no.exchange) ||
	    kis_no_print(&k->no, k->o.broker_no, sizeof(k->o.broker_no)) == -1)
		return err_set(e, E_DATA,
		    "kis: '%s', '%s' at '%s' is no number of an order",
		    kis_shown(branch, shown[0]), kis_shown(number, shown[1]),
		    k->no.exchange);
	return 0;
}

static int
read_side(const struct json *row, struct kis_order *k, struct err *e)
{
	char side[8];

	kis_text(row, "sll_buy_dvsn_cd", side, sizeof(side));
	if (strcmp(side, "01") != 0 && strcmp(side, "02") != 0)
		return err_set(e, E_DATA,
		    "kis: order %s: sll_buy_dvsn_cd is '%s'", k->o.broker_no,
		    side);
	k->o.side = side[1] == '1' ? SIDE_SELL : SIDE_BUY;
	return 0;
}

/* What was cancelled, under either name that the firm's papers give. */
static int
read_gone(const struct json *row, struct kis_order *k, struct err *e)
{
	char flag[4];
	qty other;

	if (kis_int_or_0(row, "cncl_cfrm_qty", 0, KIS_QTY_MOST, &k->gone, e) ==
		-1 ||
	    kis_int_or_0(row, "cnc_cfrm_qty", 0, KIS_QTY_MOST, &other, e) == -1)
		return -1;
	if (other > k->gone)
		k->gone = other;
	kis_text(row, "cncl_yn", flag, sizeof(flag));
	if (k->gone == 0 && k->rest == 0 && strcmp(flag, "Y") == 0)
		k->gone = k->o.n - k->o.filled;
	return 0;
}

/* What it was filled for; by the average where no amount is told. */
static int
read_amount(const struct json *row, struct kis_order *k, struct err *e)
{
	won average;

	if (kis_int_or_0(row, "tot_ccld_amt", 0, KIS_WON_MOST, &k->o.filled_won,
		e) == -1)
		return -1;
	if (k->o.filled > 0 && k->o.filled_won == 0 &&
	    (kis_int(row, "avg_prvs", 1, KIS_PRICE_MOST, &average, e) == -1 ||
		won_total(average, k->o.filled, &k->o.filled_won) == -1))
		return err_wrap(e, "order %s", k->o.broker_no);
	if ((k->o.filled == 0) != (k->o.filled_won == 0) ||
	    k->o.filled_won / KIS_PRICE_MOST > k->o.filled)
		return err_set(e, E_DATA,
		    "kis: order %s: %lld shares filled for %lld won cannot be",
		    k->o.broker_no, (long long)k->o.filled,
		    (long long)k->o.filled_won);
	return 0;
}

static int
read_quantities(const struct json *row, struct kis_order *k, struct err *e)
{
	struct broker_order *o = &k->o;

	if (kis_int(row, "ord_qty", k->orig[0] == '\0', KIS_QTY_MOST, &o->n,
		e) == -1 ||
	    kis_int(row, "tot_ccld_qty", 0, o->n, &o->filled, e) == -1 ||
	    kis_int(row, "rmn_qty", 0, o->n - o->filled, &k->rest, e) == -1 ||
	    kis_int_or_0(row, "rjct_qty", 0, KIS_QTY_MOST, &k->refused, e) ==
		-1 ||
	    read_gone(row, k, e) == -1)
		return err_wrap(e, "order %s", o->broker_no);
	return read_amount(row, k, e);
}

static void
read_time(const struct json *row, struct kis_order *k)
{
	char time[8];
	int64_t second;

	kis_text(row, "ord_tmd", time, sizeof(time));
	k->o.at = -1;
	if (strlen(time) != 6 || int_parse(time, 0, 235959, &second) == -1 ||
	    !hhmm_valid((hhmm)(second / 100)))
		return;
	k->o.at = (hhmm)(second / 100);
	k->o.has_second = second % 100 < 60;
	k->o.second = (int)(second % 100);
}

enum row { ROW_BAD = -1, ROW_NONE, ROW_ORDER, ROW_OTHER };

/* How it is limited, and who sent it. */
static int
read_kind(const struct json *row, struct kis_order *k, struct err *e)
{
	char code[8], teller[16];

	kis_text(row, "ordr_empno", teller, sizeof(teller));
	k->o.is_by_api = strcmp(teller, "OpnAPI") == 0;
	kis_text(row, "ord_dvsn_cd", code, sizeof(code));
	k->o.is_market = kis_code_is_market(code);
	/* What one without an answer is known by (T28) must be there. */
	if (code[0] == '\0')
		return err_set(e, E_DATA,
		    "kis: order %s: ord_dvsn_cd is missing", k->o.broker_no);
	if (kis_int(row, "ord_unpr", 0, KIS_PRICE_MOST, &k->o.limit, e) == -1)
		return err_wrap(e, "order %s", k->o.broker_no);
	if (k->o.is_market)
		k->o.limit = 0;
	return 0;
}

/* ROW_NONE: of no concern here; ROW_OTHER: of a security that is no stock,
 * and the error names it. */
static enum row
read_row(const struct json *row, ymd day, struct kis_order *k, struct err *e)
{
	char kind[8], pdno[24], shown[KIS_SHOWN_SIZE];
	int64_t date;

	*k = (struct kis_order){ 0 };
	kis_text(row, "prdt_type_cd", kind, sizeof(kind));
	if (kind[0] != '\0' && strcmp(kind, "300") != 0)
		return ROW_NONE;
	if (kis_int(row, "ord_dt", 19900101, 29991231, &date, e) == -1 ||
	    read_number(row, k, e) == -1)
		return ROW_BAD;
	if (date != day)
		return ROW_NONE;
	if (!kis_stock_code(row, "pdno", k->o.code)) {
		err_set(e, E_DATA, "kis: order %s: '%s' is no stock",
		    k->o.broker_no,
		    kis_shown(
			kis_text(row, "pdno", pdno, sizeof(pdno)), shown));
		return kis_other_code(row, "pdno") ? ROW_OTHER : ROW_BAD;
	}
	if (read_side(row, k, e) == -1 || read_quantities(row, k, e) == -1 ||
	    read_kind(row, k, e) == -1)
		return ROW_BAD;
	read_time(row, k);
	return ROW_ORDER;
}

/* ---- Pages -------------------------------------------------------------------- */

static struct kis_order *
by_number(const struct kis_orders *l, const char *broker_no)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->item[i].o.broker_no, broker_no) == 0)
			return &l->item[i];
	return NULL;
}

static void
put(struct kis_orders *l, const struct kis_order *k)
{
	struct kis_order *old = by_number(l, k->o.broker_no);

	if (old != NULL) {
		*old = *k;
		return;
	}
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = *k;
}

int
kis_parse_orders(const struct json *doc, const struct kis_moment *m,
    struct kis_orders *out, struct err *e)
{
	int n = kis_rows(doc, "output1", e), nother = 0;

	for (int i = 0; i < n; i++) {
		const struct json *row = kis_row(doc, "output1", i);
		struct kis_order k;
		struct err mine = { 0 };

		switch (read_row(row, m->day, &k, &mine)) {
		case ROW_BAD:
			*e = mine;
			return -1;
		case ROW_NONE:
			break;
		case ROW_ORDER:
			put(out, &k);
			break;
		case ROW_OTHER:
			if (nother++ == 0)
				*e = mine;
			break;
		}
	}
	return n == -1 ? -1 : nother;
}

/* ---- All pages ---------------------------------------------------------------- */

static bool
is_request(const struct kis_order *k)
{
	return k->orig[0] != '\0';
}

static const struct kis_order *
original_of(const struct kis_orders *l, const struct kis_order *k)
{
	for (int i = 0; i < l->n; i++)
		if (&l->item[i] != k &&
		    strcmp(l->item[i].no.number, k->orig) == 0 &&
		    strcmp(l->item[i].no.exchange, k->no.exchange) == 0)
			return &l->item[i];
	return NULL;
}

/* Did the request change its original?  One that is not in the list may have
 * been of another day, and is not judged. */
static bool
took_effect(const struct kis_orders *l, const struct kis_order *k)
{
	const struct kis_order *was = original_of(l, k);

	if (k->refused > 0 && k->o.filled == 0)
		return false;
	return was == NULL || (was->rest == 0 && was->o.filled < was->o.n);
}

static bool
was_changed(const struct kis_orders *l, const struct kis_order *k)
{
	for (int i = 0; i < l->n; i++)
		if (is_request(&l->item[i]) &&
		    original_of(l, &l->item[i]) == k &&
		    took_effect(l, &l->item[i]))
			return true;
	return false;
}

/* An order of which nothing rests, and nobody says why, is not said to have
 * ended: the firm may still be writing it down. */
static enum broker_state
state_of(const struct kis_orders *l, const struct kis_order *k, bool has_closed,
    bool is_over)
{
	if (k->o.filled == k->o.n)
		return BO_FILLED;
	if (k->rest == 0) {
		if (k->refused > 0 && k->o.filled == 0)
			return BO_REJECTED;
		if (is_request(k) || was_changed(l, k))
			return BO_CANCELLED;
		/* At the close the exchange takes back what rests. */
		if (k->gone > 0)
			return has_closed ? BO_EXPIRED : BO_CANCELLED;
	}
	return is_over ? BO_EXPIRED : BO_WORKING;
}

static void
set_original(const struct kis_orders *l, const struct kis_order *k, char *out)
{
	const struct kis_order *was = original_of(l, k);
	struct kis_no no = k->no;

	memcpy(no.number, k->orig, sizeof(no.number));
	if (was != NULL)
		memcpy(out, was->o.broker_no, BROKER_NO_SIZE);
	else if (kis_no_print(&no, out, BROKER_NO_SIZE) == -1)
		out[0] = '\0';
}

static void
add(struct broker_orders *l, const struct broker_order *o)
{
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = *o;
}

void
kis_orders_settle(const struct kis_orders *l, const struct kis_moment *m,
    struct broker_orders *out)
{
	for (int i = 0; i < l->n; i++) {
		const struct kis_order *k = &l->item[i];
		struct broker_order o = k->o;
		bool is_over = m->at >= 2400 ||
		    (m->session != NULL &&
			kis_day_is_over(k->no.exchange, m->session, m->at));
		bool has_closed = is_over ||
		    (m->session != NULL && m->at > m->session->close);

		if (is_request(k)) {
			if (k->o.n == 0 || !took_effect(l, k))
				continue;
			set_original(l, k, o.orig_no);
		}
		o.state = state_of(l, k, has_closed, is_over);
		if (o.state == BO_REJECTED)
			memcpy(o.reason, "refused by the exchange", 24);
		add(out, &o);
	}
}
