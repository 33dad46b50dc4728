/* probe.c - see probe.h. */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/dib.h"
#include "gateway/probe.h"
#include "gateway/record.h"
#include "gateway/session.h"

struct probe {
	struct dib *cybos; /* kept, for its event */
};

static void
heard(void *arg)
{
	struct json *line = json_new_map();

	(void)arg;
	json_put_text(line, "object", "CpUtil.CpCybos");
	json_put_text(line, "event", "OnDisconnect");
	record_line(line);
	log_info("CREON says that the connection is lost");
}

/* Later than the type libraries that are known. */
static void
ask_members(struct dib *cybos)
{
	static const char *const name[] = { "CreonPlusConnect",
		"CybosPlusConnect", "PlusDisconnect", "GetLimitRemainTime" };

	for (size_t i = 0; i < NELEM(name); i++)
		dib_member(cybos, name[i]);
}

static void
ask_hours(void)
{
	struct err e = { 0 };
	struct dib *d = dib_new("CpUtil.CpCodeMgr", &e);
	int64_t hour;

	if (d != NULL) {
		dib_number(d, "GetMarketStartTime", &hour, &e);
		dib_number(d, "GetMarketEndTime", &hour, &e);
	}
	dib_free(d);
}

/* Sign, change, price and name of a share and of the index KOSPI. */
static void
ask_prices(void)
{
	static const int field[] = { 0, 2, 3, 4, 17 }, header[] = { 2 },
			 column[] = { 0, 1, 2, 3, 4 };
	static const char *const code[] = { "A005930", "U001" };
	static const struct dib_want want = { header, 1, column, NELEM(column),
		0 };
	struct dib_answer a;
	struct err e = { 0 };
	struct dib *d = dib_new("CpSysDib.MarketEye", &e);

	if (d != NULL &&
	    dib_put(d, 0, com_longs(field, NELEM(field)), &e) == 0 &&
	    dib_put(d, 1, com_texts(code, NELEM(code)), &e) == 0) {
		dib_request(d, &want, &a);
		dib_answer_fini(&a);
	}
	dib_free(d);
}

/* Whether 1 is 1 % or the whole. */
static void
ask_yields(const char *account, const char *product)
{
	static const int header[] = { 7, 3, 4, 8 },
			 column[] = { 12, 9, 10, 11 };
	static const struct dib_want want = { header, NELEM(header), column,
		NELEM(column), 0 };
	struct dib_answer a;
	struct err e = { 0 };
	struct dib *d = dib_new("CpTrade.CpTd6033", &e);

	if (d != NULL && dib_put(d, 0, com_text(account), &e) == 0 &&
	    dib_put(d, 1, com_text(product), &e) == 0 &&
	    dib_put(d, 2, com_long(50), &e) == 0) {
		dib_request(d, &want, &a);
		dib_answer_fini(&a);
	}
	dib_free(d);
}

/* Nobody waits for these answers: they are asked where the limit has so many
 * requests left. */
static bool
has_room(struct dib *cybos, int kind, int64_t left)
{
	struct err e = { 0 };
	int64_t n;

	return dib_number_of(
		   cybos, "GetLimitRemainCount", com_long(kind), &n, &e) == 0 &&
	    n >= left;
}

struct probe *
probe_new(const char *account, const char *product)
{
	struct probe *p;
	struct err e = { 0 };
	struct dib *cybos = dib_new("CpUtil.CpCybos", &e);

	if (cybos == NULL)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->cybos = cybos;
	if (dib_listen(cybos, heard, p, &e) == -1)
		log_info("%s", e.msg);
	ask_members(cybos);
	ask_hours();
	if (has_room(cybos, LIMIT_QUOTE, 30))
		ask_prices();
	if (has_room(cybos, LIMIT_TRADE, 15))
		ask_yields(account, product);
	return p;
}

void
probe_free(struct probe *p)
{
	if (p == NULL)
		return;
	dib_free(p->cybos);
	free(p);
}
