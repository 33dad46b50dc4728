/*
 * order.c - orders, amends and cancels.
 *
 * An order's number on the wire is the paper broker's number of the day, ten
 * digits wide.  What paper does not keep of an order (the second it was taken,
 * its type, its exchange) is packed into the key that paper carries for us.
 * A cancel has a number of its own too: 5,000,000,000 and its number among
 * the requests that paper has logged.
 */
#include "sandbox/inner.h"
#include "sandbox/orders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "broker/paper.h"
#include "market/tick.h"

/* ---- Keys and numbers ------------------------------------------------------- */

#define DETAIL_SIZE 13 /* "090511 00 KRX" */

void
orders_key(const struct call *c, const char *type, const char *exchange,
    char *buf, size_t size)
{
	const struct clock *now = &c->sb->clock;
	const char *theirs = wire_get(&c->req->header, "x-maemae-key");
	char key[34];

	snprintf(key, sizeof(key), "%s", theirs != NULL ? theirs : "");
	snprintf(buf, size, "%s%s%04d%02d %.2s %.3s", key,
	    key[0] != '\0' ? " " : "", clock_hhmm(now), clock_second(now), type,
	    exchange);
}

/* Where the detail begins in a key; NULL: an order by phone has none. */
static const char *
detail_of(const char *key)
{
	size_t n = strlen(key);
	const char *d = key + n - DETAIL_SIZE;

	return n >= DETAIL_SIZE && d[6] == ' ' && d[9] == ' ' &&
		strspn(d, "0123456789") == 6 ?
	    d :
	    NULL;
}

int
orders_second(const char *key, int dflt)
{
	const char *d = detail_of(key);
	int second;

	return d != NULL && sscanf(d, "%6d", &second) == 1 ? second : dflt;
}

void
orders_unpack(const struct broker_order *o, struct order_detail *out)
{
	const char *d = detail_of(o->key);

	*out = (struct order_detail){ .hhmmss = orders_second(
					  o->key, o->at * 100),
		.is_by_phone = d == NULL };
	snprintf(out->type, sizeof(out->type), "%.2s",
	    d != NULL        ? d + 7 :
		o->is_market ? "01" :
			       "00");
	snprintf(out->exchange, sizeof(out->exchange), "%.3s",
	    d != NULL ? d + 10 : "KRX");
}

/* "0000117057", " 117057" or "117057" to "117057". */
static void
plain_number(const char *text, char *buf, size_t size)
{
	text += strspn(text, " 0");
	snprintf(buf, size, "%.*s", (int)strcspn(text, " "), text);
}

/* ---- Refusals ----------------------------------------------------------------- */

struct refused {
	const char *rt_cd, *code, *message;
};

static const struct refused real_refusal[] = {
	/* No code of the firm's: it would take these. */
	[REFUSED_OTHER] = { "7", "SANDBOX1",
	    "샌드박스가 받지 않는 주문입니다" },
	[REFUSED_CLOSED] = { "7", "APBK0918",
	    "장운영시간이 아닙니다. 주문하실 수 없습니다" },
	[REFUSED_TICK] = { "7", "APBK0506", "호가단위를 확인하십시요" },
	[REFUSED_BAND] = { "7", "APBK0507", "상/하한가를 초과하였습니다" },
	[REFUSED_CASH] = { "7", "APBK0952", "주문가능금액을 초과 했습니다" },
	[REFUSED_SHARES] = { "7", "APBK0400",
	    "주문 가능한 수량을 초과했습니다" },
	[REFUSED_GONE] = { "7", "APBK0344", "원주문 정보가 존재하지 않습니다" },
	[REFUSED_HALTED] = { "7", "APBK0661", "거래정지 종목입니다" },
};
static const struct refused mock_refusal[] = {
	[REFUSED_OTHER] = { "1", "SANDBOX1",
	    "샌드박스가 받지 않는 주문입니다" },
	[REFUSED_CLOSED] = { "1", "40580000", "모의투자 장종료 입니다." },
	[REFUSED_TICK] = { "1", "40030000",
	    "모의투자 주문처리가 안되었습니다(호가단위 오류)" },
	[REFUSED_BAND] = { "1", "40040000", "모의투자 상/하한가 오류" },
	[REFUSED_CASH] = { "1", "40250000",
	    "모의투자 주문가능금액이 부족합니다." },
	[REFUSED_SHARES] = { "1", "40240000", "모의투자 잔고내역이 없습니다" },
	[REFUSED_GONE] = { "1", "40330000",
	    "모의투자 정정/취소할 수량이 없습니다." },
	[REFUSED_HALTED] = { "1", "40070000",
	    "모의투자 주문처리가 안되었습니다(매매불가 종목)" },
};
_Static_assert(
    NELEM(real_refusal) == NREFUSALS && NELEM(mock_refusal) == NREFUSALS,
    "each refusal of the paper broker has its code");
static const struct refused mock_holiday = { "1", "40100000",
	"모의투자 영업일이 아닙니다." };
static const struct refused mock_early = { "1", "40570000",
	"모의투자 장시작전 입니다." };
static const struct refused real_unknown = { "7", "APBK0656",
	"해당종목정보가 없습니다" };
static const struct refused mock_unknown = { "1", "40070000",
	"모의투자 주문처리가 안되었습니다(매매불가 종목)" };

static const struct refused real_auction = { "7", "APBK3013",
	"단일가 매매 시간에는 지정가 주문만 가능합니다" };
static const struct refused mock_auction = { "1", "40020000",
	"모의투자 주문처리가 안되었습니다(단일가 매매 지정가만 가능)" };

static bool
refuse_as(
    struct call *c, const struct refused *real, const struct refused *mock)
{
	const struct refused *r = c->sb->o.is_mock ? mock : real;

	reply_refuse(c, r->rt_cd, r->code, r->message);
	return false;
}

static bool
refuse(struct call *c, enum refusal why)
{
	const struct session *ses = market_session(c->sb);
	const struct refused *r = c->sb->o.is_mock ? &mock_refusal[why] :
						     &real_refusal[why];

	if (c->sb->o.is_mock && why == REFUSED_CLOSED && ses == NULL)
		r = &mock_holiday;
	else if (c->sb->o.is_mock && why == REFUSED_CLOSED &&
	    clock_hhmm(&c->sb->clock) < ses->open)
		r = &mock_early;
	reply_refuse(c, r->rt_cd, r->code, r->message);
	return false;
}

static bool
refuse_unknown(struct call *c)
{
	return refuse_as(c, &real_unknown, &mock_unknown);
}

/* ---- Reading a request -------------------------------------------------------- */

static bool
number(struct call *c, const char *name, int64_t min, int64_t *out)
{
	if (int_parse(call_param(c, name), min, INT64_C(9999999999), out) == 0)
		return true;
	reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID FIELD LENGTH");
	return false;
}

/* KRX where nothing is said.  NXT is never open here, and the mock host does
 * not know it. */
static bool
exchange_of(struct call *c, char exchange[static 4])
{
	const char *text = call_param(c, "EXCG_ID_DVSN_CD");

	if (text[0] == '\0')
		text = "KRX";
	snprintf(exchange, 4, "%s", text);
	if (strcmp(text, "KRX") == 0 ||
	    (strcmp(text, "SOR") == 0 && !c->sb->o.is_mock))
		return true;
	return refuse(c, REFUSED_CLOSED);
}

/*
 * The type of an order into market or limit, with its price.  What has no
 * price of its own is given the best one: a tick beyond the last price (03),
 * or the last price (04).  IOC, FOK and the phases outside the regular hours
 * do not exist here.
 */
static bool
price_of(struct call *c, const struct view *v, enum side side,
    struct broker_request *r)
{
	const char *type = call_param(c, "ORD_DVSN");
	const struct session *ses = market_session(c->sb);
	ymd today = clock_ymd(&c->sb->clock);
	int up = side == SIDE_BUY ? 1 : -1;

	if (!number(c, "ORD_UNPR", 0, &r->limit))
		return false;
	r->is_market = strcmp(type, "01") == 0;
	if (r->is_market)
		r->limit = 0;
	else if (strcmp(type, "03") == 0)
		r->limit = tick_step(today, v->stock.kind, v->price, up);
	else if (strcmp(type, "04") == 0)
		r->limit = v->price;
	else if (strcmp(type, "00") != 0 && strcmp(type, "02") != 0)
		return refuse(c, REFUSED_OTHER);
	/* Limits alone in the closing auction. */
	if (strcmp(type, "00") != 0 && strcmp(type, "02") != 0 && ses != NULL &&
	    session_phase(ses, clock_hhmm(&c->sb->clock)) == PHASE_AUCTION)
		return refuse_as(c, &real_auction, &mock_auction);
	return true;
}

/* The mock takes orders from the open on. */
static bool
is_open(struct call *c)
{
	const struct session *ses = market_session(c->sb);

	if (c->sb->o.is_mock &&
	    (ses == NULL || clock_hhmm(&c->sb->clock) < ses->open))
		return refuse(c, REFUSED_CLOSED);
	return true;
}

/* ---- Answering ------------------------------------------------------------------ */

static void
put_taken(struct call *c, int64_t no)
{
	static const char *const upper[] = { "KRX_FWDG_ORD_ORGNO", "ODNO",
		"ORD_TMD" };
	static const char *const lower[] = { "krx_fwdg_ord_orgno", "odno",
		"ord_tmd" };
	const char *const *key = call_strikes(c, TROUBLE_LOWER_KEYS) ? lower :
								       upper;
	struct json *out = json_new_map();

	put(out, key[0], "%s", sandbox_branch(c->sb));
	put(out, key[1], "%010" PRId64, no);
	put(out, key[2], "%06d",
	    clock_hhmm(&c->sb->clock) * 100 + clock_second(&c->sb->clock));
	json_put(c->doc, "output", out);
}

static void
done(struct call *c, const char *mock_code, const char *mock_message)
{
	if (c->sb->o.is_mock)
		reply_done(c, mock_code, mock_message);
	else
		reply_done(c, "APBK0013", "주문 전송 완료 되었습니다.");
}

/* What became of it.  false: the call is answered already. */
static bool
settle(struct call *c, enum place place, const struct ack *ack)
{
	if (place == PLACE_ACCEPTED)
		return true;
	if (place == PLACE_REJECTED) {
		log_info("refused: %s", ack->reason);
		return refuse(c, ack->why);
	}
	/* A fault of the paper broker: nobody answers. */
	c->out->fate = WIRE_DROPPED;
	return false;
}

/* The order of today with this number of paper's.  1, 0, -1. */
static int
find_order(
    struct sandbox *sb, const char *no, struct broker_order *out, struct err *e)
{
	struct broker_orders l = { 0 };
	int rc = sb->paper->ops->orders(
	    sb->paper, clock_ymd(&sb->clock), &l, e);

	for (int i = 0; i < l.n && rc == 0; i++)
		if (strcmp(l.item[i].broker_no, no) == 0) {
			*out = l.item[i];
			rc = 1;
		}
	free(l.item);
	return rc;
}

/* Those who listen hear of it before the answer is read. */
static void
tell(struct sandbox *sb, const char *no, const char *number, char what)
{
	struct broker_order o;
	struct err e;

	if (find_order(sb, no, &o, &e) != 1)
		return;
	if (number != NULL) {
		memcpy(o.orig_no, o.broker_no, sizeof(o.orig_no));
		snprintf(o.broker_no, sizeof(o.broker_no), "%s", number);
	}
	stream_order(sb, &o, what);
}

/* ---- New -------------------------------------------------------------------------- */

static void
order_new(struct call *c, enum side side)
{
	struct broker *br = c->sb->paper;
	struct broker_request r = { .side = side };
	char exchange[4];
	struct view v;
	struct ack ack;
	struct err e;
	int64_t no;

	if (!market_code(call_param(c, "PDNO"), r.code)) {
		refuse_unknown(c);
		return;
	}
	if (market_view(c->sb, r.code, &v, &e) == -1) {
		reply_broken(c, &e);
		return;
	}
	if (!v.is_known) {
		refuse_unknown(c);
		return;
	}
	if (!number(c, "ORD_QTY", 1, &r.n) || !exchange_of(c, exchange) ||
	    !price_of(c, &v, side, &r) || !is_open(c))
		return;
	orders_key(
	    c, call_param(c, "ORD_DVSN"), exchange, r.key, sizeof(r.key));
	if (!settle(c, br->ops->place(br, &r, &ack), &ack))
		return;
	if (int_parse(ack.broker_no, 1, INT64_MAX, &no) == -1)
		no = 0;
	tell(c->sb, ack.broker_no, NULL, 'n');
	put_taken(c, no);
	if (side == SIDE_BUY)
		done(c, "40600000", "모의투자 매수주문이 완료 되었습니다.");
	else
		done(c, "40590000", "모의투자 매도주문이 완료 되었습니다.");
}

void
order_buy(struct call *c)
{
	order_new(c, SIDE_BUY);
}

void
order_sell(struct call *c)
{
	order_new(c, SIDE_SELL);
}

/* ---- Amend and cancel --------------------------------------------------------------- */

int
orders_cancels(
    struct sandbox *sb, ymd day, struct order_cancels *out, struct err *e)
{
	struct paper_requests l = { 0 };
	int rc = paper_requests(sb->paper, &l, e);

	*out = (struct order_cancels){ 0 };
	if (rc == 0 && l.n > 0)
		out->item = xcalloc((size_t)l.n, sizeof(*out->item));
	for (int i = 0; i < l.n && rc == 0; i++) {
		const struct paper_request *p = &l.item[i];
		struct order_cancel *x = &out->item[out->n];

		if (p->date != day || strcmp(p->kind, "cancel") != 0 ||
		    strcmp(p->outcome, "accepted") != 0)
			continue;
		x->no = ORDERS_CANCEL_BASE + p->id;
		memcpy(x->orig_no, p->broker_no, sizeof(x->orig_no));
		x->hhmmss = orders_second(p->key, p->at * 100);
		out->n++;
	}
	free(l.item);
	return rc;
}

/* The number of the cancel that was just taken. */
static int64_t
last_cancel(struct sandbox *sb)
{
	struct order_cancels l;
	struct err e;
	int64_t no = ORDERS_CANCEL_BASE;

	if (orders_cancels(sb, clock_ymd(&sb->clock), &l, &e) == 0 && l.n > 0)
		no = l.item[l.n - 1].no;
	free(l.item);
	return no;
}

static void
amend(struct call *c, const struct broker_order *old, struct broker_request *r)
{
	struct broker *br = c->sb->paper;
	struct view v;
	struct ack ack;
	struct err e;
	int64_t no;

	if (market_view(c->sb, old->code, &v, &e) == -1) {
		reply_broken(c, &e);
		return;
	}
	if (!price_of(c, &v, old->side, r) ||
	    !settle(c, br->ops->amend(br, r, &ack), &ack))
		return;
	if (int_parse(ack.broker_no, 1, INT64_MAX, &no) == -1)
		no = 0;
	tell(c->sb, ack.broker_no, NULL, 'a');
	put_taken(c, no);
	done(c, "40620000", "모의투자 정정주문이 완료 되었습니다.");
}

static void
cancel(struct call *c, struct broker_request *r)
{
	struct broker *br = c->sb->paper;
	struct ack ack;
	char number[24];
	int64_t no;

	if (!settle(c, br->ops->cancel(br, r, &ack), &ack))
		return;
	no = last_cancel(c->sb);
	snprintf(number, sizeof(number), "%" PRId64, no);
	tell(c->sb, r->broker_no, number, 'c');
	put_taken(c, no);
	done(c, "40630000", "모의투자 취소주문이 완료 되었습니다.");
}

/* Is it all that works of the order?  Of one that is over, or has filled by as
 * much, there is nothing; parts of one cannot be changed here. */
static bool
is_whole(struct call *c, const struct broker_order *o)
{
	int64_t n;

	if (strcmp(call_param(c, "QTY_ALL_ORD_YN"), "Y") == 0)
		return true;
	if (!number(c, "ORD_QTY", 1, &n))
		return false;
	if (o->state != BO_WORKING || n > o->n - o->filled)
		return refuse(c, REFUSED_GONE);
	return n == o->n - o->filled || refuse(c, REFUSED_OTHER);
}

/* Branch and exchange must be the order's own. */
static bool
is_meant(struct call *c, const struct order_detail *d)
{
	char exchange[4];

	if (!exchange_of(c, exchange))
		return false;
	if (sandbox_is_branch(c->sb, call_param(c, "KRX_FWDG_ORD_ORGNO")) &&
	    strcmp(exchange, d->exchange) == 0)
		return true;
	return refuse(c, REFUSED_GONE);
}

void
order_change(struct call *c)
{
	const char *what = call_param(c, "RVSE_CNCL_DVSN_CD");
	struct broker_request r = { .n = 0 };
	struct order_detail d;
	struct broker_order o;
	struct err e;
	int rc;

	plain_number(
	    call_param(c, "ORGN_ODNO"), r.broker_no, sizeof(r.broker_no));
	if ((rc = find_order(c->sb, r.broker_no, &o, &e)) == -1) {
		reply_broken(c, &e);
		return;
	}
	if (rc == 0) {
		refuse(c, REFUSED_GONE);
		return;
	}
	orders_unpack(&o, &d);
	if (!is_open(c) || !is_meant(c, &d) || !is_whole(c, &o))
		return;
	orders_key(
	    c, call_param(c, "ORD_DVSN"), d.exchange, r.key, sizeof(r.key));
	if (strcmp(what, "01") == 0)
		amend(c, &o, &r);
	else if (strcmp(what, "02") == 0)
		cancel(c, &r);
	else
		refuse(c, REFUSED_OTHER);
}
