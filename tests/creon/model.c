/*
 * model.c - see model.h: opening it, who is asked, limits, and the traps that
 * any request can meet.
 */
#include "creon/model_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"
#include "account/feed.h"
#include "base/mem.h"
#include "broker/kinds.h"
#include "store/stocks.h"

/* ---- Open ---------------------------------------------------------------- */

static const char *const model_keys[] = { "db", "now", "traps", "account",
	"product", "quotes", "orders", "window_ms", NULL };

/* Asked for whatever broker is opened; no money here is real. */
static const char *const live_keys[] = { "live", NULL };

static const struct conf_section sections[] = {
	{ "broker", live_keys },
	{ "creon", model_keys },
	{ "paper", paper_keys },
	{ NULL, NULL },
};

static int
read_conf(struct model *m, struct err *e)
{
	const char *now = conf_get(m->conf, "creon", "now", NULL);
	int64_t quotes, orders, window;

	m->traps = conf_get(m->conf, "creon", "traps", NULL);
	m->account = conf_get(m->conf, "creon", "account", "335123456");
	m->product = conf_get(m->conf, "creon", "product", "10");
	m->clock = clock_wall();
	if (now != NULL && clock_parse(now, &m->clock) == -1)
		return err_set(e, E_CONFIG, "[creon] now = %s: no time", now);
	if (conf_int(m->conf, "creon", "quotes", 1, 1000000, 60, &quotes, e) ==
		-1 ||
	    conf_int(m->conf, "creon", "orders", 1, 1000000, 20, &orders, e) ==
		-1 ||
	    conf_int(m->conf, "creon", "window_ms", 1, 3600000, 15000, &window,
		e) == -1)
		return -1;
	m->quotes.most = (int)quotes;
	m->orders.most = (int)orders;
	m->window_ms = (int)window;
	return 0;
}

static int
open_paper(struct model *m, struct err *e)
{
	struct broker_env env = {
		.clock = &m->clock,
		.cal = m->cal,
		.conf = m->conf,
		.db_path = store_path(m->db),
		.source = account_feed(m->db),
		.renumbers = true,
	};
	struct limits l;

	if (config_limits(m->db, &l, e) == -1)
		return -1;
	env.costs = l.costs;
	m->paper = broker_open_as(&paper_ops, &env, e);
	return m->paper == NULL ? -1 : 0;
}

struct model *
model_open(const char *config, struct err *e)
{
	struct model *m = xcalloc(1, sizeof(*m));
	const char *db;

	m->news = news_new();
	if ((m->conf = conf_open(config, true, e)) == NULL ||
	    conf_check(m->conf, sections, e) == -1 ||
	    (db = conf_need(m->conf, "creon", "db", e)) == NULL ||
	    read_conf(m, e) == -1 ||
	    (m->db = store_open(db, STORE_READ, e)) == NULL ||
	    (m->cal = store_calendar(m->db, 0, e)) == NULL ||
	    open_paper(m, e) == -1 || news_look(m, e) == -1) {
		model_close(m);
		return NULL;
	}
	return m;
}

void
model_close(struct model *m)
{
	if (m == NULL)
		return;
	broker_close(m->paper);
	calendar_free(m->cal);
	store_close(m->db);
	conf_close(m->conf);
	news_free(m->news);
	free(m);
}

/* ---- Inputs -------------------------------------------------------------- */

const struct com_value *
in_value(const struct creon_request *r, int index)
{
	for (int i = 0; i < r->n; i++)
		if (r->in[i].index == index && r->in[i].v.type != COM_EMPTY)
			return &r->in[i].v;
	return NULL;
}

const char *
in_text(const struct creon_request *r, int index, const char *dflt,
    char buf[TEXT_SIZE])
{
	const struct com_value *v = in_value(r, index);

	if (v == NULL) {
		snprintf(buf, TEXT_SIZE, "%s", dflt);
		return buf;
	}
	return com_str(v, buf, TEXT_SIZE);
}

int64_t
in_long(const struct creon_request *r, int index, int64_t dflt)
{
	const struct com_value *v = in_value(r, index);

	return v == NULL ? dflt : com_int(v);
}

int
in_char(const struct creon_request *r, int index, int dflt)
{
	const struct com_value *v = in_value(r, index);

	if (v == NULL)
		return dflt;
	return v->type == COM_INT ? (int)v->i : -1;
}

bool
in_code(struct model *m, const struct creon_request *r, int index,
    char code[CODE_SIZE])
{
	char buf[TEXT_SIZE];

	return code_parse(m, in_text(r, index, "", buf), code);
}

bool
model_is_ours(struct model *m, const struct creon_request *r, int index,
    struct creon_answer *a)
{
	char account[TEXT_SIZE], product[TEXT_SIZE];

	if (strcmp(in_text(r, index, "", account), m->account) == 0 &&
	    strcmp(in_text(r, index + 1, "", product), m->product) == 0)
		return true;
	model_refuse(a, "계좌번호 또는 상품구분을 확인하여 주십시오");
	return false;
}

int
model_refuse(struct creon_answer *a, const char *msg)
{
	a->status = -1;
	snprintf(a->msg, sizeof(a->msg), "%.*s", (int)sizeof(a->msg) - 1, msg);
	return 0;
}

/* ---- Limits -------------------------------------------------------------- */

static int
window_left_ms(const struct model *m, const struct window *w)
{
	int64_t left = w->begun_ms + m->window_ms - monotonic_ms();

	return w->used == 0 || left < 0 ? 0 : (int)left;
}

static int
window_free(const struct model *m, const struct window *w)
{
	return window_left_ms(m, w) == 0 ? w->most : w->most - w->used;
}

/* Count a request; false where the window is full. */
static bool
window_take(const struct model *m, struct window *w)
{
	if (window_left_ms(m, w) == 0) {
		w->begun_ms = monotonic_ms();
		w->used = 0;
	}
	if (w->used >= w->most)
		return false;
	w->used++;
	return true;
}

/* ---- Requests ------------------------------------------------------------ */

static const struct {
	const char *progid;
	enum model_kind kind;
	model_fn *answer;
} business[] = {
	{ "CpTrade.CpTd0311", MODEL_ORDER, model_0311 },
	{ "CpTrade.CpTd0313", MODEL_ORDER, model_0313 },
	{ "CpTrade.CpTd0303", MODEL_ORDER, model_0303 },
	{ "CpTrade.CpTd0314", MODEL_ORDER, model_0314 },
	{ "CpTrade.CpTd5339", MODEL_ACCOUNT, model_5339 },
	{ "CpTrade.CpTd5341", MODEL_ACCOUNT, model_5341 },
	{ "CpTrade.CpTd5342", MODEL_ACCOUNT, model_5342 },
	{ "CpTrade.CpTd6033", MODEL_ACCOUNT, model_6033 },
	{ "CpTrade.CpTdNew5331A", MODEL_ACCOUNT, model_5331a },
	{ "CpTrade.CpTdNew5331B", MODEL_ACCOUNT, model_5331b },
	{ "DsCbo1.StockMst", MODEL_QUOTE, model_stock_mst },
	{ "CpSysDib.MarketEye", MODEL_QUOTE, model_market_eye },
	{ "CpSysDib.StockChart", MODEL_QUOTE, model_chart },
};

static bool
is_connected(const struct model *m)
{
	return !trap_strikes(m->traps, "not-connected", NULL, 0);
}

static int
raise_not_connected(struct com_fault *fault)
{
	*fault = (struct com_fault){ .hresult = COM_NOT_CONNECTED };
	snprintf(fault->text, sizeof(fault->text), "%s",
	    "CREON PLUS가 서버에 접속되어 있지 않습니다");
	return -1;
}

/* Before the server is asked: true, and the answer says why it was not. */
static bool
stopped(struct model *m, enum model_kind kind, struct creon_answer *a)
{
	int ret;

	if (trap_strikes(m->traps, "status-waiting", NULL, 0)) {
		a->ret = 3;
		a->status = 1;
	} else if (trap_strikes(m->traps, "wrong-server", NULL, 0)) {
		model_refuse(a, "[DibEnd : CPED_NOTALLOWSERVER]");
	} else if (kind == MODEL_QUOTE && !window_take(m, &m->quotes)) {
		a->block_ms = window_left_ms(m, &m->quotes);
		a->again = true;
	} else if (kind != MODEL_QUOTE && !window_take(m, &m->orders)) {
		a->ret = 4;
	} else if (trap_number(m->traps,
		       kind == MODEL_QUOTE       ? "quote-fails" :
			   kind == MODEL_ACCOUNT ? "account-fails" :
						   "order-fails",
		       1, &ret)) {
		a->ret = ret;
	} else {
		return false;
	}
	return true;
}

static void
as_text(struct com_value *v)
{
	char buf[32];

	if (v->type == COM_INT && v->vt == COM_VT_I4)
		*v = com_text(com_str(v, buf, sizeof(buf)));
}

static void
as_decimal(struct com_value *v)
{
	if (v->type == COM_INT &&
	    (v->vt == COM_VT_I4 || v->vt == COM_VT_I8 || v->vt == COM_VT_UI8))
		v->vt = COM_VT_DECIMAL;
}

static void
as_empty(struct com_value *v)
{
	if (v->type == COM_INT && v->vt == COM_VT_I4)
		*v = (struct com_value){ 0 };
}

static void
each_header(struct creon_answer *a, void (*change)(struct com_value *))
{
	for (int i = 0; i < a->nheader; i++)
		change(&a->header[i].v);
}

static void
each_cell(struct creon_answer *a, void (*change)(struct com_value *))
{
	for (int i = 0; i < a->nrow * a->width; i++)
		change(&a->cell[i]);
}

static void
each_value(struct creon_answer *a, void (*change)(struct com_value *))
{
	each_header(a, change);
	each_cell(a, change);
}

/* What a newer or older library may do to an answer that is in order. */
static void
bend(struct model *m, int page, struct creon_answer *a)
{
	if (trap_strikes(m->traps, "numbers-as-text", NULL, 0))
		each_value(a, as_text);
	if (trap_strikes(m->traps, "numbers-as-decimal", NULL, 0))
		each_value(a, as_decimal);
	if (trap_strikes(m->traps, "numbers-empty", NULL, 0))
		each_header(a, as_empty);
	if (trap_strikes(m->traps, "cells-empty", NULL, 0))
		each_cell(a, as_empty);
	/* A page of nothing, and yet there is more. */
	if (trap_strikes(m->traps, "endless", NULL, 0) ||
	    (page > 0 && trap_strikes(m->traps, "endless-later", NULL, 0))) {
		for (int i = 0; i < a->nheader; i++)
			a->header[i].v.i = 0;
		each_cell(a, com_value_fini);
		a->nrow = 0;
		a->more = true;
	}
	if (trap_strikes(m->traps, "same-page", NULL, 0))
		a->more = true;
	trap_number(m->traps, "slow", 1000, &a->block_ms);
}

/* The request that is answered: with the trap, that of the first page. */
static struct creon_request
turned_back(const struct model *m, const struct creon_request *r)
{
	struct creon_request first = *r;

	if (trap_strikes(m->traps, "same-page", NULL, 0))
		first.page = 0;
	return first;
}

int
model_request(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct com_fault *fault)
{
	struct creon_request asked = turned_back(m, r);
	struct err e = { 0 };
	size_t i = 0;

	answer_init(a, 0);
	clock_refresh(&m->clock);
	if (!is_connected(m))
		return raise_not_connected(fault);
	while (
	    i < NELEM(business) && strcmp(business[i].progid, r->progid) != 0)
		i++;
	if (i == NELEM(business)) {
		a->ret = 3;
		return model_refuse(a, "이 요청은 제공되지 않습니다");
	}
	if (stopped(m, business[i].kind, a))
		return 0;
	if (business[i].answer(m, &asked, a, &e) == -1) {
		answer_fini(a);
		a->ret = 1;
		model_refuse(a, e.msg);
	}
	if (a->ret == 0 && a->msg[0] == '\0')
		snprintf(a->msg, sizeof(a->msg), "%s", "조회가 완료되었습니다");
	bend(m, r->page, a);
	return 0;
}

/* ---- The objects that make no requests ------------------------------------ */

static int
server_type(const struct model *m)
{
	if (!is_connected(m))
		return 0;
	return trap_strikes(m->traps, "wrong-server", NULL, 0) ? 2 : 1;
}

static int
call_cybos(struct model *m, const char *member, const struct com_value *arg,
    struct com_value *out)
{
	struct window *w = arg != NULL && com_int(arg) == 0 ? &m->orders :
							      &m->quotes;

	if (strcmp(member, "IsConnect") == 0)
		*out = com_long(is_connected(m));
	else if (strcmp(member, "ServerType") == 0)
		*out = com_short(server_type(m));
	else if (strcmp(member, "GetLimitRemainCount") == 0)
		*out = com_long(window_free(m, w));
	else if (strcmp(member, "GetLimitRemainTime") == 0)
		*out = com_long(window_left_ms(m, w));
	else if (strcmp(member, "LimitRequestRemainTime") == 0)
		*out = com_long(window_left_ms(m, &m->quotes));
	return 0;
}

/* An array of strings; with the trap, of VARIANTs that hold strings. */
static struct com_value
strings(const struct model *m, const char *const *item, int n)
{
	struct com_value v = com_texts(item, n);

	if (trap_strikes(m->traps, "arrays-of-variant", NULL, 0))
		v.vt = COM_VT_ARRAY | COM_VT_VARIANT;
	return v;
}

static int
call_td_util(struct model *m, const char *member, const struct com_value *arg,
    int n, struct com_value *out)
{
	const char *accounts[] = { m->account, "335999999" };
	char buf[TEXT_SIZE];
	int code = 0, ms;

	if (strcmp(member, "TradeInit") == 0) {
		/* A window asks for the password, and nobody answers. */
		if (trap_number(m->traps, "trade-init-blocks", 1000, &ms))
			sleep_ms(ms);
		trap_number(m->traps, "trade-init", -1, &code);
		*out = com_short(code);
	} else if (strcmp(member, "AccountNumber") == 0) {
		*out = strings(m, accounts, 2);
	} else if (n == 2 &&
	    strcmp(com_str(&arg[0], buf, sizeof(buf)), m->account) == 0 &&
	    (com_int(&arg[1]) == -1 || (com_int(&arg[1]) & 1) != 0)) {
		*out = strings(m, &m->product, 1);
	} else {
		*out = strings(m, NULL, 0);
	}
	return 0;
}

static int
set_now(struct model *m, const struct com_value *arg, struct com_fault *fault)
{
	char buf[TEXT_SIZE];

	if (clock_parse(com_str(arg, buf, sizeof(buf)), &m->clock) == 0)
		return 0;
	*fault = (struct com_fault){ .hresult = UINT32_C(0x80070057) };
	snprintf(
	    fault->text, sizeof(fault->text), "SetNow: no time: %.64s", buf);
	return -1;
}

int
model_call(struct model *m, const char *progid, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *fault)
{
	struct err e = { 0 };

	*out = (struct com_value){ 0 };
	clock_refresh(&m->clock);
	if (strcmp(progid, COM_FAKE) == 0)
		return set_now(m, arg, fault);
	if (strcmp(progid, "CpUtil.CpCybos") == 0)
		return call_cybos(m, member, n > 0 ? arg : NULL, out);
	if (!is_connected(m))
		return raise_not_connected(fault);
	if (strcmp(progid, "CpTrade.CpTdUtil") == 0)
		return call_td_util(m, member, arg, n, out);
	if (model_code_call(m, member, arg, n, out, &e) == 0)
		return 0;
	*fault = (struct com_fault){ .hresult = UINT32_C(0x80004005) };
	snprintf(fault->text, sizeof(fault->text), "%.200s", e.msg);
	return -1;
}
