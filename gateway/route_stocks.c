/*
 * route_stocks.c - GET /v1/stocks: every stock of KOSPI and KOSDAQ.
 *
 * It costs CREON no request, but thousands of small calls: they are made in
 * slices, so that an order waits for one slice at most.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/codes.h"
#include "gateway/gateway.h"
#include "gateway/query.h"
#include "gateway/spell.h"

#define SLICE 50

static const char *const market_name[] = { "", "kospi", "kosdaq" };
#define MARKETS 2

struct stocks {
	int market; /* the one at work: 1, 2 */
	struct com_value codes;
	int at;
	struct json *list;
};

static void
stocks_fini(struct job *j)
{
	struct stocks *st = j->arg;

	com_value_fini(&st->codes);
	json_free(st->list);
	free(st);
}

/* GetStockSectionKind; notes are known by their letter. */
static const char *
section_name(const char *spelt, int64_t section)
{
	static const char *const names[] = { "other", "share", "fund", "reit",
		"ship_fund", "infra", "dr", "warrant", "warrant", "elw", "etf",
		"beneficiary", "foreign_etf", "foreign_share" };

	if (spelt[0] == 'Q')
		return "etn";
	return section >= 0 && section < (int64_t)NELEM(names) ?
	    names[section] :
	    "other";
}

static int
add_stock(struct session *s, struct stocks *st, const char *spelt,
    const char *code, struct err *e)
{
	struct stock_facts f;
	char name[128];
	struct json *v;

	if (codes_name(s, spelt, name, sizeof(name), e) == -1 ||
	    codes_facts(s, spelt, &f, e) == -1)
		return -1;
	v = json_new_map();
	json_put_text(v, "code", code);
	json_put_text(v, "name", name);
	json_put_text(v, "market", market_name[st->market]);
	json_put_text(v, "section", section_name(spelt, f.section));
	json_put_int(v, "section_code", f.section);
	json_put_bool(v, "halted", f.is_halted);
	json_put_int(v, "control", f.control);
	json_put_bool(v, "administrative", f.is_administrative);
	json_put_bool(v, "spac", f.is_spac);
	json_add(st->list, v);
	return 0;
}

static int
add_slice(struct session *s, struct stocks *st, struct err *e)
{
	char spelt[16], code[CODE_SIZE];

	for (int i = 0; i < SLICE && st->at < st->codes.n; i++, st->at++) {
		com_str(&st->codes.item[st->at], spelt, sizeof(spelt));
		if (spell_ours(spelt, code) &&
		    add_stock(s, st, spelt, code, e) == -1)
			return -1;
	}
	return 0;
}

static void
answer(struct job *j, struct stocks *st)
{
	struct json *v;

	if (json_count(st->list) == 0) { /* empty is not "none" */
		query_failed(j, "CREON lists no stock at all");
		return;
	}
	v = json_new_map();
	json_put(v, "stocks", st->list);
	st->list = NULL;
	reply_good(&j->reply, v);
}

static enum step
stocks_step(struct job *j, struct session *s)
{
	struct stocks *st = j->arg;
	struct err e = { 0 };

	if (!query_is_connected(j, s))
		return STEP_DONE;
	if (st->at == st->codes.n) {
		if (st->market == MARKETS) {
			answer(j, st);
			return STEP_DONE;
		}
		com_value_fini(&st->codes);
		st->at = 0;
		st->market++;
		if (codes_list(s, st->market, &st->codes, &e) == -1)
			goto failed;
	}
	if (add_slice(s, st, &e) == -1)
		goto failed;
	return STEP_MORE;
failed:
	query_failed(j, "%s", e.msg);
	return STEP_DONE;
}

void
route_stocks(struct gateway *g, const struct request *q, struct reply *r)
{
	struct stocks *st = xcalloc(1, sizeof(*st));

	st->list = json_new_list();
	run_query(g, q, r, "stocks", stocks_step, stocks_fini, st);
}
