/*
 * kis_order.c - orders: sent, changed, listed.
 *
 * There is no order id of ours on this wire and no protection against two of
 * the same.  So a request whose fate is not certain is PLACE_UNKNOWN, and the
 * day's list settles it: time-outs, broken answers, an HTTP 5xx, success
 * without a number.  An HTTP 500 is certain only by its code, where that says
 * that nothing was taken: too many calls, a token that is void, a key or an id
 * that is not let in, a request that the gateway cannot read (kis_reply.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

/* ---- What became of a request -------------------------------------------------- */

static void
say(struct ack *a, const char *text, const char *code)
{
	char words[131];

	utf8_cut(words, sizeof(words),
	    text[0] != '\0' ? text : "no reason was given");
	snprintf(a->reason, sizeof(a->reason), "%s%s%s%s", words,
	    code[0] != '\0' ? " (" : "", code, code[0] != '\0' ? ")" : "");
}

/* The number of what was taken: without one nobody can ask for it. */
static enum place
read_number(const struct kis_reply *r, const char *exchange, struct ack *a)
{
	const struct json *v = kis_object(r->doc, "output");
	char branch[24], number[24];
	struct kis_no no;

	kis_text(v, "KRX_FWDG_ORD_ORGNO", branch, sizeof(branch));
	kis_text(v, "ODNO", number, sizeof(number));
	snprintf(no.exchange, sizeof(no.exchange), "%s", exchange);
	if (kis_no_trim(branch, no.branch, sizeof(no.branch)) &&
	    kis_no_trim(number, no.number, sizeof(no.number)) &&
	    kis_no_print(&no, a->broker_no, sizeof(a->broker_no)) == 0)
		return PLACE_ACCEPTED;
	a->broker_no[0] = '\0';
	say(a, "taken, without a number", r->code);
	return PLACE_UNKNOWN;
}

static enum place
judge(struct broker *br, const struct kis_reply *r, const char *exchange,
    struct ack *a)
{
	const struct broker_env *env = &br->env;
	const struct session *s = calendar_day(env->cal, clock_ymd(env->clock));

	switch (r->verdict) {
	case KIS_FINE:
		return read_number(r, exchange, a);
	case KIS_UNSURE:
	case KIS_NOTHING: /* no answer to an order */
		say(a, r->text, r->code);
		return PLACE_UNKNOWN;
	case KIS_CLOSED:
		a->is_market_closed = true;
		break;
	case KIS_REFUSED:
		/* Some codes mean "closed" on some days and do not say so. */
		a->is_market_closed = (strcmp(r->code, "APBK0918") == 0 ||
					  strcmp(r->code, "APBK0919") == 0) &&
		    (s == NULL || !s->is_open ||
			session_phase(s, clock_hhmm(env->clock)) ==
			    PHASE_CLOSED);
		break;
	case KIS_TOO_MANY: /* at the gate, before any order is looked at */
	case KIS_TOKEN:
		a->is_unsent = true;
		break;
	case KIS_GONE:
	case KIS_SETTING:
		break;
	}
	say(a, r->text, r->code);
	return PLACE_REJECTED;
}

static enum place
send(struct broker *br, enum kis_call call, const struct broker_request *q,
    const struct kis_param *p, int n, const char *exchange, struct ack *a)
{
	struct kis *k = br->self;
	struct kis_reply r = { 0 };
	char why[160] = "";
	enum place got = PLACE_REJECTED;

	*a = (struct ack){ 0 };
	k->order = q;
	switch (kis_post(k, call, p, n, &r, why, sizeof(why))) {
	case KIS_NOT_SENT:
		snprintf(a->reason, sizeof(a->reason), "not sent: %.140s", why);
		a->is_unsent = true;
		got = PLACE_REJECTED;
		break;
	case KIS_LOST:
		say(a, why, "");
		got = PLACE_UNKNOWN;
		break;
	case KIS_ANSWERED:
		got = judge(br, &r, exchange, a);
		break;
	}
	k->order = NULL;
	kis_reply_free(&r);
	return got;
}

static enum place
refuse(struct ack *a, const char *why)
{
	*a = (struct ack){ 0 };
	say(a, why, "");
	return PLACE_REJECTED;
}

/* ---- New, amend, cancel --------------------------------------------------------- */

/* The code of the order at this time; NULL where none is taken. */
static const char *
code_now(const struct broker *br, bool is_market)
{
	const struct clock *now = br->env.clock;
	ymd day = clock_ymd(now);

	return kis_order_code(
	    calendar_day(br->env.cal, day), day, clock_hhmm(now), is_market);
}

static void
number_text(int64_t v, char *buf, size_t size)
{
	snprintf(buf, size, "%lld", (long long)v);
}

enum place
kis_place(struct broker *br, const struct broker_request *q, struct ack *a)
{
	struct kis *k = br->self;
	const char *type = code_now(br, q->is_market);
	char code[CODE_SIZE], n[24], price[24];

	if (type == NULL)
		return refuse(a, "no market orders at this time");
	number_text(q->n, n, sizeof(n));
	number_text(q->is_market ? 0 : q->limit, price, sizeof(price));
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "PDNO", kis_code(k, q->code, code) },
		{ "ORD_DVSN", type },
		{ "ORD_QTY", n },
		{ "ORD_UNPR", price },
		{ "EXCG_ID_DVSN_CD", k->exchange },
		{ "SLL_TYPE", q->side == SIDE_SELL ? "01" : "" },
		{ "CNDT_PRIC", "" },
	};
	return send(br, q->side == SIDE_BUY ? KIS_BUY : KIS_SELL, q, p,
	    NELEM(p), k->exchange, a);
}

/* With zeros before it, to at least so many characters. */
static void
pad(const char *text, char out[12], size_t width)
{
	size_t n = strnlen(text, 11), zeros = n < width ? width - n : 0;

	memset(out, '0', zeros);
	memcpy(out + zeros, text, n);
	out[zeros + n] = '\0';
}

/* All that is left of the order; the branch and the number as wide as the
 * firm writes them. */
static enum place
change(struct broker *br, const struct broker_request *q, const char *what,
    const char *type, const char *price, struct ack *a)
{
	struct kis *k = br->self;
	char branch[12], number[12];
	struct kis_no no;

	if (kis_no_parse(q->broker_no, &no) == -1)
		return refuse(a, "no number of an order of this firm");
	if (type == NULL)
		return refuse(a, "no market orders at this time");
	pad(no.branch, branch, 5);
	pad(no.number, number, 10);
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "KRX_FWDG_ORD_ORGNO", branch },
		{ "ORGN_ODNO", number },
		{ "ORD_DVSN", type },
		{ "RVSE_CNCL_DVSN_CD", what },
		{ "ORD_QTY", "0" },
		{ "ORD_UNPR", price },
		{ "QTY_ALL_ORD_YN", "Y" },
		{ "EXCG_ID_DVSN_CD", no.exchange },
	};
	return send(br, KIS_CHANGE, q, p, NELEM(p), no.exchange, a);
}

enum place
kis_amend(struct broker *br, const struct broker_request *q, struct ack *a)
{
	char price[24];

	number_text(q->is_market ? 0 : q->limit, price, sizeof(price));
	return change(br, q, "01", code_now(br, q->is_market), price, a);
}

enum place
kis_cancel(struct broker *br, const struct broker_request *q, struct ack *a)
{
	return change(br, q, "02", "00", "0", a);
}

/* What was ordered by SOR may be listed under the exchange that it went to:
 * the firm's papers do not say.  Branch and number are its own on either. */
bool
kis_told_no(
    struct broker *br, const char *listed, char buf[static BROKER_NO_SIZE])
{
	const struct kis *k = br->self;
	struct kis_no no;

	if (strcmp(k->exchange, "SOR") != 0 ||
	    kis_no_parse(listed, &no) == -1 || strcmp(no.exchange, "SOR") == 0)
		return false;
	snprintf(no.exchange, sizeof(no.exchange), "SOR");
	return kis_no_print(&no, buf, BROKER_NO_SIZE) == 0;
}

/* ---- The day's list -------------------------------------------------------------- */

struct reading {
	struct kis *k;
	struct kis_moment at;
	struct kis_orders list;
	bool is_short;
};

static int
read_page(void *arg, const struct kis_reply *r, struct err *e)
{
	struct reading *x = arg;
	int other;

	if (r->verdict == KIS_NOTHING)
		return 0;
	if ((other = kis_parse_orders(r->doc, &x->at, &x->list, e)) > 0) {
		x->is_short = true;
		kis_tell_other(x->k, &x->k->told_orders,
		    "its row is left out, and the list proves no order absent",
		    e);
	}
	return other == -1 ? -1 : 0;
}

/* The day's minute by now; a list may be of a later one than the program's
 * clock was last read in, and even of the next day. */
static hhmm
minute_now(const struct broker *br, ymd day)
{
	struct clock now = *br->env.clock;

	clock_refresh(&now);
	return clock_hhmm_on(&now, day);
}

int
kis_orders(struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	struct kis *k = br->self;
	ymd today = clock_ymd(br->env.clock);
	struct reading x = { .k = k,
		.at = { day, calendar_day(br->env.cal, day), 0 } };
	char date[16];
	int rc;

	number_text(day, date, sizeof(date));
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "INQR_STRT_DT", date },
		{ "INQR_END_DT", date },
		{ "SLL_BUY_DVSN_CD", "00" },
		{ "PDNO", "" },
		{ "ORD_GNO_BRNO", "" },
		{ "ODNO", "" },
		{ "CCLD_DVSN", "00" },
		{ "INQR_DVSN", "01" }, /* oldest first: pages hold still */
		{ "INQR_DVSN_1", "" },
		{ "INQR_DVSN_3", "00" },
		{ "EXCG_ID_DVSN_CD",
		    kis_hosts[k->mode].has_only_krx ? "KRX" : "ALL" },
	};
	rc = kis_pages(k,
	    ymd_diff(today, day) > 85 ? KIS_ORDERS_OLD : KIS_ORDERS, p,
	    NELEM(p), "100", read_page, &x, e);
	x.at.at = minute_now(br, day);
	if (rc == 0)
		kis_orders_settle(&x.list, &x.at, out);
	out->is_short = x.is_short;
	/* Orders that were taken have been seen missing from an empty list all
	 * day, so none is taken for absent because of one (S3). */
	if (rc == 0 && x.list.n == 0)
		rc = 1;
	free(x.list.item);
	return rc;
}
