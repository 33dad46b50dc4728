/*
 * object.c - see object.h.
 *
 * A request object keeps its inputs for ever, and the last answer until the
 * next; the two tables below are sections 2.3 and 2.4 of the facts.
 */
#include "creon/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/types.h"

/* ---- Members ------------------------------------------------------------- */

/* What a member does, where the object itself does it. */
enum act {
	ACT_CALL, /* it does not: ask what stands behind */
	ACT_HEADER,
	ACT_DATA,
	ACT_CONTINUE,
	ACT_GET_INPUT,
	ACT_SET_INPUT,
	ACT_STATUS,
	ACT_MESSAGE,
	ACT_NO_MESSAGE,
	ACT_REQUEST,
	ACT_SUBSCRIBE,
	ACT_UNSUBSCRIBE,
};

struct member {
	const char *name;
	int dispid, least, most; /* arguments */
	enum act act;
};

static const struct member dib[] = {
	{ "Subscribe", 2, 0, 0, ACT_SUBSCRIBE },
	{ "Unsubscribe", 3, 0, 0, ACT_UNSUBSCRIBE },
	{ "GetHeaderValue", 7, 1, 1, ACT_HEADER },
	{ "GetDataValue", 8, 2, 2, ACT_DATA },
	{ "Continue", 9, 0, 0, ACT_CONTINUE },
	{ "GetInputValue", 10, 1, 1, ACT_GET_INPUT },
	{ "SetInputValue", 11, 2, 2, ACT_SET_INPUT },
	{ "GetDibStatus", 12, 0, 0, ACT_STATUS },
	{ "GetDibMsg1", 13, 0, 0, ACT_MESSAGE },
	{ "GetDibMsg2", 14, 0, 0, ACT_NO_MESSAGE },
	{ "BlockRequest", 15, 0, 0, ACT_REQUEST },
	{ "SubscribeLatest", 16, 0, 0, ACT_SUBSCRIBE },
	{ "BlockRequest2", 17, 1, 1, ACT_REQUEST },
	{ 0 },
};

static const struct member td_dib[] = {
	{ "GetHeaderValue", 7, 1, 1, ACT_HEADER },
	{ "GetDataValue", 8, 2, 2, ACT_DATA },
	{ "Continue", 9, 0, 0, ACT_CONTINUE },
	{ "GetInputValue", 10, 1, 1, ACT_GET_INPUT },
	{ "SetInputValue", 11, 2, 2, ACT_SET_INPUT },
	{ "GetDibStatus", 12, 0, 0, ACT_STATUS },
	{ "GetDibMsg1", 13, 0, 0, ACT_MESSAGE },
	{ "GetDibMsg2", 14, 0, 0, ACT_NO_MESSAGE },
	{ "BlockRequest", 15, 0, 0, ACT_REQUEST },
	{ "BlockRequest2", 16, 1, 1, ACT_REQUEST },
	{ COM_FAKE_MARK, 1000, 0, 0, ACT_NO_MESSAGE }, /* never called */
	{ 0 },
};

static const struct member td_util[] = {
	{ "TradeInit", 1, 0, 1, ACT_CALL },
	{ "AccountNumber", 2, 0, 0, ACT_CALL },
	{ "GoodsList", 3, 2, 2, ACT_CALL },
	{ COM_FAKE_MARK, 1000, 0, 0, ACT_NO_MESSAGE }, /* never called */
	{ 0 },
};

static const struct member cybos[] = {
	{ "IsConnect", 1, 0, 0, ACT_CALL },
	{ "ServerType", 2, 0, 0, ACT_CALL },
	{ "LimitRequestRemainTime", 3, 0, 0, ACT_CALL },
	{ "GetLimitRemainCount", 4, 1, 1, ACT_CALL },
	{ "PlusDisconnect", 7, 0, 0, ACT_CALL },
	{ "GetLimitRemainTime", 8, 1, 1, ACT_CALL },
	{ COM_FAKE_MARK, 1000, 0, 0, ACT_NO_MESSAGE }, /* never called */
	{ 0 },
};

static const struct member code_mgr[] = {
	{ "CodeToName", 2, 1, 1, ACT_CALL },
	{ "GetMarketStartTime", 9, 0, 0, ACT_CALL },
	{ "GetMarketEndTime", 10, 0, 0, ACT_CALL },
	{ "GetStockMarketKind", 12, 1, 1, ACT_CALL },
	{ "GetStockControlKind", 13, 1, 1, ACT_CALL },
	{ "GetStockSupervisionKind", 14, 1, 1, ACT_CALL },
	{ "GetStockStatusKind", 28, 1, 1, ACT_CALL },
	{ "GetStockListByMarket", 29, 1, 1, ACT_CALL },
	{ "GetStockSectionKind", 30, 1, 1, ACT_CALL },
	{ "GetStockMaxPrice", 34, 1, 1, ACT_CALL },
	{ "GetStockMinPrice", 35, 1, 1, ACT_CALL },
	{ "GetStockStdPrice", 37, 1, 1, ACT_CALL },
	{ "GetStockYdClosePrice", 41, 1, 1, ACT_CALL },
	{ "IsSPAC", 48, 1, 1, ACT_CALL },
	{ 0 },
};

static const struct member stock_code[] = {
	{ "CodeToName", 1, 1, 1, ACT_CALL },
	{ "GetPriceUnit", 9, 2, 3, ACT_CALL },
	{ 0 },
};

static const struct member fake[] = {
	{ "SetNow", 1, 1, 1, ACT_CALL },
	{ 0 },
};

/* ---- Classes --------------------------------------------------------------- */

struct class {
	const char *progid;
	const struct member *member;
	int source;
};

static const struct class classes[] = {
	{ "CpUtil.CpCybos", cybos, CREON_DISCONNECT },
	{ "CpUtil.CpCodeMgr", code_mgr, -1 },
	{ "CpUtil.CpStockCode", stock_code, -1 },
	{ "CpTrade.CpTdUtil", td_util, -1 },
	{ "CpTrade.CpTd0311", td_dib, -1 },
	{ "CpTrade.CpTd0313", td_dib, -1 },
	{ "CpTrade.CpTd0303", td_dib, -1 },
	{ "CpTrade.CpTd0314", td_dib, -1 },
	{ "CpTrade.CpTd5339", td_dib, -1 },
	{ "CpTrade.CpTd5341", td_dib, -1 },
	{ "CpTrade.CpTd5342", td_dib, -1 },
	{ "CpTrade.CpTd6033", td_dib, -1 },
	{ "CpTrade.CpTdNew5331A", td_dib, -1 },
	{ "CpTrade.CpTdNew5331B", td_dib, -1 },
	{ "DsCbo1.CpConclusion", dib, CREON_CONCLUSION },
	{ "DsCbo1.StockMst", dib, -1 },
	{ "CpSysDib.MarketEye", dib, -1 },
	{ "CpSysDib.StockChart", dib, -1 },
	{ COM_FAKE, fake, -1 },
	{ 0 },
};

const char *
object_progid(int i)
{
	return classes[i].progid;
}

struct object {
	const struct class *class;
	bool is_subscribed;
	int page; /* of the next request */
	int nin, cap;
	struct creon_field *in;
	struct creon_answer answer;
};

/* No CpTrade object works in a process before this has succeeded. */
static bool trade_is_ready;

struct object *
object_new(const char *progid)
{
	struct object *o;

	for (const struct class *c = classes; c->progid != NULL; c++) {
		size_t n = strlen(c->progid);

		if (strncasecmp(progid, c->progid, n) != 0 ||
		    (progid[n] != '\0' && strcmp(progid + n, ".1") != 0))
			continue;
		o = xcalloc(1, sizeof(*o));
		o->class = c;
		return o;
	}
	return NULL;
}

void
object_free(struct object *o)
{
	if (o == NULL)
		return;
	for (int i = 0; i < o->nin; i++)
		com_value_fini(&o->in[i].v);
	free(o->in);
	answer_fini(&o->answer);
	free(o);
}

int
object_source(const struct object *o)
{
	return o->class->source;
}

const char *
object_module(const struct object *o)
{
	static const char *const module[] = { "DsCbo1", "CpSysDib", "CpTrade",
		"CpUtil" };

	for (size_t i = 0; i < NELEM(module); i++)
		if (strncmp(o->class->progid, module[i], strlen(module[i])) ==
		    0)
			return module[i];
	return "";
}

bool
object_is_there(const char *progid)
{
	const char *real = getenv("CREON_REAL");

	return real == NULL || strcmp(real, "left") == 0 ||
	    strcmp(progid, COM_FAKE) != 0;
}

int
object_member(const struct object *o, const char *name)
{
	if (strcasecmp(name, COM_FAKE_MARK) == 0 &&
	    getenv("CREON_REAL") != NULL)
		return -1;
	for (const struct member *m = o->class->member; m->name != NULL; m++)
		if (strcasecmp(m->name, name) == 0)
			return m->dispid;
	return -1;
}

/* ---- Inputs, answers ------------------------------------------------------- */

static void
set_input(struct object *o, int index, const struct com_value *v)
{
	struct creon_field *f = NULL;

	for (int i = 0; i < o->nin; i++)
		if (o->in[i].index == index)
			f = &o->in[i];
	if (f == NULL) {
		if (o->nin == o->cap) {
			o->cap += 16;
			o->in = xrealloc(o->in, (size_t)o->cap, sizeof(*o->in));
		}
		f = &o->in[o->nin++];
		*f = (struct creon_field){ .index = index };
	}
	com_value_fini(&f->v);
	com_value_copy(&f->v, v);
}

static void
give(const struct com_value *from, struct com_value *out)
{
	if (out != NULL)
		com_value_copy(out, from);
}

/* The value of that number; nothing where there is none. */
static void
give_field(
    const struct creon_field *f, int n, int64_t index, struct com_value *out)
{
	for (int i = 0; i < n; i++)
		if (f[i].index == index) {
			give(&f[i].v, out);
			return;
		}
}

static void
give_cell(const struct creon_answer *a, int64_t column, int64_t row,
    struct com_value *out)
{
	if (column >= 0 && column < a->width && row >= 0 && row < a->nrow)
		give(&a->cell[row * a->width + column], out);
}

static void
give_owned(struct com_value v, struct com_value *out)
{
	if (out != NULL)
		*out = v;
	else
		com_value_fini(&v);
}

/* ---- Requests -------------------------------------------------------------- */

static int
raise_not_ready(struct com_fault *fault)
{
	*fault = (struct com_fault){ .hresult = UINT32_C(0x80004005) };
	snprintf(fault->text, sizeof(fault->text), "%s",
	    "TradeInit을 먼저 호출하여 주십시오");
	return -1;
}

static int
block_request(struct object *o, struct com_value *out, struct com_fault *fault)
{
	struct creon_request r = {
		.progid = o->class->progid,
		.page = o->page,
		.n = o->nin,
		.in = o->in,
	};
	struct creon_answer a;

	if (strcmp(object_module(o), "CpTrade") == 0 && !trade_is_ready)
		return raise_not_ready(fault);
	for (;;) {
		answer_init(&a, 0);
		if (creon_request(&r, &a, fault) == -1) {
			answer_fini(&a);
			return -1;
		}
		if (a.block_ms > 0)
			creon_pause(a.block_ms);
		if (!a.again)
			break;
		answer_fini(&a);
	}
	if (a.dies)
		creon_die();
	o->page = a.more ? o->page + 1 : 0;
	answer_fini(&o->answer);
	o->answer = a;
	give_owned(com_short(a.ret), out);
	return 0;
}

static int
call(struct object *o, const struct member *m, const struct com_value *arg,
    int n, struct com_value *out, struct com_fault *fault)
{
	struct com_value got = { 0 };

	if (creon_call(o->class->progid, m->name, arg, n, &got, fault) == -1)
		return -1;
	if (strcmp(m->name, "TradeInit") == 0)
		trade_is_ready = com_int(&got) == 0;
	give_owned(got, out);
	return 0;
}

static int
fail(struct com_fault *fault, uint32_t hresult, const char *text)
{
	*fault = (struct com_fault){ .hresult = hresult };
	snprintf(fault->text, sizeof(fault->text), "%s", text);
	return -1;
}

int
object_call(struct object *o, int dispid, const struct com_value *arg, int n,
    struct com_value *out, struct com_fault *fault)
{
	const struct member *m = o->class->member;

	if (out != NULL)
		*out = (struct com_value){ 0 };
	while (m->name != NULL && m->dispid != dispid)
		m++;
	if (m->name == NULL)
		return fail(fault, COM_NO_MEMBER, "no such member");
	if (n < m->least || n > m->most)
		return fail(fault, COM_BAD_COUNT, "wrong number of arguments");
	switch (m->act) {
	case ACT_CALL:
		return call(o, m, arg, n, out, fault);
	case ACT_REQUEST:
		return block_request(o, out, fault);
	case ACT_HEADER:
		give_field(
		    o->answer.header, o->answer.nheader, com_int(&arg[0]), out);
		break;
	case ACT_DATA:
		give_cell(&o->answer, com_int(&arg[0]), com_int(&arg[1]), out);
		break;
	case ACT_CONTINUE:
		give_owned(com_long(o->answer.more), out);
		break;
	case ACT_GET_INPUT:
		give_field(o->in, o->nin, com_int(&arg[0]), out);
		break;
	case ACT_SET_INPUT:
		set_input(o, (int)com_int(&arg[0]), &arg[1]);
		break;
	case ACT_STATUS:
		give_owned(com_short(o->answer.status), out);
		break;
	case ACT_MESSAGE:
		give_owned(com_text(o->answer.msg), out);
		break;
	case ACT_NO_MESSAGE:
		give_owned(com_text(""), out);
		break;
	case ACT_SUBSCRIBE:
		o->is_subscribed = true;
		break;
	case ACT_UNSUBSCRIBE:
		o->is_subscribed = false;
		break;
	}
	return 0;
}

void
object_put_continue(struct object *o, int value)
{
	o->answer.more = value != 0;
	if (value == 0)
		o->page = 0;
}

/* ---- Events ---------------------------------------------------------------- */

bool
object_hears(const struct object *o)
{
	return o->is_subscribed || o->class->source == CREON_DISCONNECT;
}

void
object_take(struct object *o, const struct creon_event *event)
{
	const struct creon_answer *said = &event->said;

	answer_fini(&o->answer);
	for (int i = 0; i < said->nheader; i++) {
		struct com_value v;

		com_value_copy(&v, &said->header[i].v);
		answer_header(&o->answer, said->header[i].index, v);
	}
}
