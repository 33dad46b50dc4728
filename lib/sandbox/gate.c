/*
 * gate.c - which call this is, and whether it is let through.
 *
 * In the gateway's own order: keys, token, calls a second, transaction id;
 * then what the query server looks at: parameters and account.
 */
#include "sandbox/inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define T "/uapi/domestic-stock/v1/trading/"
#define Q "/uapi/domestic-stock/v1/quotations/"
#define O "/uapi/overseas-stock/v1/trading/"

#define ORDERS_NEED                                                       \
	"INQR_STRT_DT INQR_END_DT SLL_BUY_DVSN_CD ORD_GNO_BRNO CCLD_DVSN" \
	" INQR_DVSN INQR_DVSN_1 INQR_DVSN_3 CTX_AREA_FK100 CTX_AREA_NK100"
#define STOCK_NEED "FID_COND_MRKT_DIV_CODE FID_INPUT_ISCD"

const struct endpoint sandbox_endpoints[] = {
	{ "POST", T "order-cash", "TTTC0012U", "TTTC0802U", FOR_ACCOUNT,
	    "PDNO ORD_DVSN ORD_QTY ORD_UNPR", order_buy },
	{ "POST", T "order-cash", "TTTC0011U", "TTTC0801U", FOR_ACCOUNT,
	    "PDNO ORD_DVSN ORD_QTY ORD_UNPR", order_sell },
	{ "POST", T "order-rvsecncl", "TTTC0013U", "TTTC0803U", FOR_ACCOUNT,
	    "KRX_FWDG_ORD_ORGNO ORGN_ODNO ORD_DVSN RVSE_CNCL_DVSN_CD ORD_QTY"
	    " ORD_UNPR QTY_ALL_ORD_YN",
	    order_change },
	{ "GET", T "inquire-psbl-rvsecncl", "TTTC0084R", "TTTC8036R",
	    FOR_ACCOUNT | NOT_ON_MOCK | PADS_MESSAGE,
	    "CTX_AREA_FK100 CTX_AREA_NK100 INQR_DVSN_1 INQR_DVSN_2",
	    history_open },
	{ "GET", T "inquire-daily-ccld", "TTTC0081R", "TTTC8001R",
	    FOR_ACCOUNT | PADS_MESSAGE, ORDERS_NEED, history_orders },
	{ "GET", T "inquire-daily-ccld", "CTSC9215R", "CTSC9115R",
	    FOR_ACCOUNT | PADS_MESSAGE, ORDERS_NEED, history_orders },
	{ "GET", T "inquire-balance", "TTTC8434R", NULL,
	    FOR_ACCOUNT | PADS_MESSAGE,
	    "AFHR_FLPR_YN INQR_DVSN UNPR_DVSN FUND_STTL_ICLD_YN"
	    " FNCG_AMT_AUTO_RDPT_YN PRCS_DVSN",
	    account_balance },
	{ "GET", T "inquire-psbl-order", "TTTC8908R", NULL,
	    FOR_ACCOUNT | PADS_MESSAGE,
	    "PDNO ORD_UNPR ORD_DVSN CMA_EVLU_AMT_ICLD_YN OVRS_ICLD_YN",
	    account_buyable },
	{ "GET", T "inquire-psbl-sell", "TTTC8408R", NULL,
	    FOR_ACCOUNT | NOT_ON_MOCK | PADS_MESSAGE, "PDNO",
	    account_sellable },
	{ "GET", T "inquire-account-balance", "CTRP6548R", NULL,
	    FOR_ACCOUNT | NOT_ON_MOCK | PADS_MESSAGE,
	    "INQR_DVSN_1 BSPR_BF_DT_APLY_YN", account_assets },
	{ "GET", Q "inquire-price", "FHKST01010100", NULL, 0, STOCK_NEED,
	    quote_price },
	{ "GET", Q "intstock-multprice", "FHKST11300006", NULL, NOT_ON_MOCK,
	    "FID_COND_MRKT_DIV_CODE_1 FID_INPUT_ISCD_1", quote_many },
	{ "GET", Q "inquire-asking-price-exp-ccn", "FHKST01010200", NULL, 0,
	    STOCK_NEED, quote_book },
	{ "GET", Q "inquire-ccnl", "FHKST01010300", NULL, 0, STOCK_NEED,
	    trades_last },
	{ "GET", Q "inquire-daily-itemchartprice", "FHKST03010100", NULL, 0,
	    STOCK_NEED " FID_INPUT_DATE_1 FID_INPUT_DATE_2"
		       " FID_PERIOD_DIV_CODE FID_ORG_ADJ_PRC",
	    bars_daily },
	{ "GET", Q "inquire-daily-price", "FHKST01010400", NULL, 0,
	    STOCK_NEED " FID_PERIOD_DIV_CODE FID_ORG_ADJ_PRC", bars_recent },
	{ "GET", Q "inquire-time-itemchartprice", "FHKST03010200", NULL, 0,
	    STOCK_NEED " FID_INPUT_HOUR_1 FID_PW_DATA_INCU_YN FID_ETC_CLS_CODE",
	    bars_today },
	{ "GET", Q "inquire-time-dailychartprice", "FHKST03010230", NULL,
	    NOT_ON_MOCK,
	    STOCK_NEED " FID_INPUT_HOUR_1 FID_INPUT_DATE_1"
		       " FID_PW_DATA_INCU_YN FID_FAKE_TICK_INCU_YN",
	    bars_past },
	{ "GET", Q "chk-holiday", "CTCA0903R", NULL, NOT_ON_MOCK,
	    "BASS_DT CTX_AREA_NK CTX_AREA_FK", info_holidays },
	{ "GET", Q "search-stock-info", "CTPF1002R", NULL, NOT_ON_MOCK,
	    "PRDT_TYPE_CD PDNO", info_stock },
	{ "GET", Q "search-info", "CTPF1604R", NULL, NOT_ON_MOCK,
	    "PRDT_TYPE_CD PDNO", info_product },
	{ "GET", O "inquire-present-balance", "CTRP6504R", NULL,
	    FOR_ACCOUNT | PADS_MESSAGE,
	    "WCRC_FRCR_DVSN_CD NATN_CD TR_MKET_CD INQR_DVSN_CD",
	    overseas_present },
	{ "GET", O "inquire-balance", "TTTS3012R", NULL,
	    FOR_ACCOUNT | PADS_MESSAGE, "OVRS_EXCG_CD TR_CRCY_CD",
	    overseas_balance },
	{ "GET", O "inquire-nccs", "TTTS3018R", NULL,
	    FOR_ACCOUNT | NOT_ON_MOCK | PADS_MESSAGE, "OVRS_EXCG_CD",
	    overseas_list },
	{ "GET", O "inquire-ccnl", "TTTS3035R", NULL,
	    FOR_ACCOUNT | PADS_MESSAGE, "ORD_STRT_DT ORD_END_DT OVRS_EXCG_CD",
	    overseas_list },
	{ "GET", O "inquire-period-profit", "TTTS3039R", NULL,
	    FOR_ACCOUNT | NOT_ON_MOCK | PADS_MESSAGE,
	    "INQR_STRT_DT INQR_END_DT", overseas_profit },
};
const int sandbox_nendpoints = (int)NELEM(sandbox_endpoints);

const char *
call_param(const struct call *c, const char *name)
{
	const char *text = c->body != NULL ?
	    json_chars(json_get(c->body, name)) :
	    wire_get(&c->req->query, name);

	return text != NULL ? text : "";
}

static bool
has_param(const struct call *c, const char *name)
{
	return c->body != NULL ? json_chars(json_get(c->body, name)) != NULL :
				 wire_get(&c->req->query, name) != NULL;
}

static bool
stop(struct call *c, const char *code)
{
	reply_gateway(c, code);
	return false;
}

static bool
stop_server(
    struct call *c, const char *rt_cd, const char *code, const char *message)
{
	reply_refuse(c, rt_cd, code, message);
	return false;
}

/* ---- Who calls --------------------------------------------------------------- */

/* One header against what it must be; `missing` where there is none. */
static bool
check_key(struct call *c, const char *name, const char *want,
    const char *missing, const char *wrong)
{
	const char *got = wire_get(&c->req->header, name);

	if (got == NULL || got[0] == '\0')
		return stop(c, missing);
	if (want != NULL && strcmp(want, got) != 0)
		return stop(c, wrong);
	return true;
}

static bool
check_headers(struct call *c)
{
	const struct sandbox_options *o = &c->sb->o;
	const char *type = wire_get(&c->req->header, "content-type");
	const char *cust = wire_get(&c->req->header, "custtype");
	const char *code;

	if (type != NULL && strncasecmp(type, "application/json", 16) != 0)
		return stop(c, "EGW00132");
	if (!check_key(c, "appkey", o->app_key, "EGW00102", "EGW00103") ||
	    !check_key(c, "appsecret", o->app_secret, "EGW00104", "EGW00105"))
		return false;
	code = token_judge(c->sb, wire_get(&c->req->header, "authorization"));
	if (code != NULL)
		return stop(c, code);
	if (cust != NULL && strcmp(cust, "P") != 0 && strcmp(cust, "B") != 0)
		return stop(c, "EGW00208");
	return true;
}

/* ---- How often ------------------------------------------------------------------ */

/* The calls of the last real second that are left in it. */
static int
calls_in(struct window *w, int64_t now)
{
	while (w->n > 0 && now - w->at[w->first] >= 1000) {
		w->first = (w->first + 1) % WINDOW;
		w->n--;
	}
	return w->n;
}

static void
count_in(struct window *w, int64_t now)
{
	if (calls_in(w, now) < WINDOW)
		w->at[(w->first + w->n++) % WINDOW] = now;
	if (w->n > w->most)
		w->most = w->n;
}

static bool
check_limit(struct call *c)
{
	struct calls *calls = &c->sb->calls;
	int limit = c->sb->o.limit;
	int64_t now = monotonic_ms();

	calls->all++;
	count_in(&calls->came, now);
	if (limit > 0 && calls_in(&calls->let_in, now) >= limit) {
		calls->limited++;
		return stop(c, "EGW00201");
	}
	count_in(&calls->let_in, now);
	return true;
}

/* ---- Which call ------------------------------------------------------------------- */

/* Ids that begin with T, J or C have a V there on the mock host. */
static bool
is_id(const struct sandbox *sb, const char *real, const char *given)
{
	if (sb->o.is_mock && strchr("TJC", real[0]) != NULL)
		return given[0] == 'V' && strcmp(real + 1, given + 1) == 0;
	return strcmp(real, given) == 0;
}

/* The call of this id, on this path or any. */
static const struct endpoint *
find_endpoint(const struct call *c, const char *tr, const char *path)
{
	for (int i = 0; i < sandbox_nendpoints; i++) {
		const struct endpoint *at = &sandbox_endpoints[i];

		if ((path == NULL || strcmp(at->path, path) == 0) &&
		    strcmp(at->method, c->req->method) == 0 &&
		    !(c->sb->o.is_mock && (at->flags & NOT_ON_MOCK)) &&
		    (is_id(c->sb, at->tr, tr) ||
			(at->old != NULL && is_id(c->sb, at->old, tr))))
			return at;
	}
	return NULL;
}

/* An inquiry goes by its id, whichever known path it is sent to: the firm's
 * first samples ask for what can be bought on the path of the list of orders.
 * An order goes by both. */
static bool
check_id(struct call *c)
{
	const char *tr = wire_get(&c->req->header, "tr_id");

	if (tr == NULL || tr[0] == '\0')
		return stop_server(
		    c, "1", "OPSQ9999", "INPUT TR_ID가 존재하지 않습니다.");
	if (c->sb->o.is_mock && strchr("TJC", tr[0]) != NULL)
		return stop(c, "EGW02006");
	c->to = find_endpoint(c, tr, c->req->path);
	if (c->to == NULL && strcmp(c->req->method, "GET") == 0)
		c->to = find_endpoint(c, tr, NULL);
	return c->to != NULL ||
	    stop_server(c, "1", "OPSQ0002", "없는 서비스 코드 입니다");
}

static bool
is_path(const char *path)
{
	for (int i = 0; i < sandbox_nendpoints; i++)
		if (strcmp(sandbox_endpoints[i].path, path) == 0)
			return true;
	return false;
}

/* ---- What it says ------------------------------------------------------------------ */

static bool
read_body(struct call *c)
{
	const char *hash = wire_get(&c->req->header, "hashkey");
	struct err e;

	if (strcmp(c->req->method, "POST") != 0)
		return true;
	if (c->req->body != NULL)
		c->body = json_parse(c->req->body, c->req->nbody, &e);
	if (json_kind(c->body) != JSON_MAP)
		return stop_server(c, "1", "OPSQ9995", "JSON PARSING ERROR");
	if (hash != NULL && hash[0] != '\0' && !hash_fits(c->body, hash))
		return stop(c, "EGW00131");
	return true;
}

/* KRX, NXT, both, or warrants; each of the last two shows KRX here. */
static bool
check_market(struct call *c)
{
	static const char *const known[] = { "J", "NX", "UN", "W" };
	const char *market = call_param(c, "FID_COND_MRKT_DIV_CODE");

	if (!has_param(c, "FID_COND_MRKT_DIV_CODE"))
		return true;
	for (size_t i = 0; i < NELEM(known); i++)
		if (strcmp(known[i], market) == 0)
			return true;
	return stop_server(
	    c, "2", "OPSQ2001", "ERROR : INPUT INVALID FID_COND_MRKT_DIV_CODE");
}

static bool
check_params(struct call *c)
{
	const char *p = c->to->need;
	char name[40], message[100];

	for (size_t n; p != NULL && (n = strcspn(p, " ")) > 0;
	     p += n + (p[n] == ' ')) {
		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		if (has_param(c, name))
			continue;
		snprintf(message, sizeof(message),
		    "ERROR : INPUT FIELD NOT FOUND [%s]", name);
		return stop_server(c, "2", "OPSQ2001", message);
	}
	return true;
}

static bool
check_account(struct call *c)
{
	const char *account = c->sb->o.account;

	if (!(c->to->flags & FOR_ACCOUNT) ||
	    (strncmp(call_param(c, "CANO"), account, 8) == 0 &&
		strlen(call_param(c, "CANO")) == 8 &&
		strcmp(call_param(c, "ACNT_PRDT_CD"), account + 8) == 0))
		return true;
	return stop_server(
	    c, "2", "OPSQ2000", "ERROR : INPUT INVALID_CHECK_ACNO");
}

bool
gate_passes(struct call *c)
{
	if (!is_path(c->req->path)) {
		if (strncmp(c->req->path, "/uapi/", 6) == 0)
			reply_unknown(c);
		else
			reply_page(c, 404);
		return false;
	}
	return check_headers(c) && check_limit(c) && check_id(c) &&
	    read_body(c) && check_params(c) && check_market(c) &&
	    check_account(c);
}
