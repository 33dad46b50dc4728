/*
 * route_quotes.c - GET /v1/quotes: up to 200 stocks in one request of
 * CpSysDib.MarketEye, and what CpCodeMgr says of each.
 *
 * MarketEye gives its columns in ascending order of the fields' numbers,
 * whatever order they were asked in, and need not give every stock: rows are
 * found by their code.
 */
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/codes.h"
#include "gateway/gateway.h"
#include "gateway/query.h"
#include "gateway/spell.h"

#define CODES_MOST 200

/* Fields, ascending; a column's place is the field's place here. */
static const int field[] = { 0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 23, 33,
	34 };
enum { CODE, TIME, FIRST_NUMBER = 2, SESSION = 10, NAME = 11 };
/* Names of the number columns in the answer; NULL: not a number. */
static const char *const name_of[NELEM(field)] = { NULL, "time", "last", "open",
	"high", "low", "ask", "bid", "volume", "value", NULL, NULL,
	"prev_close", "upper", "lower" };

static const int header[] = { 2 };
static const int column[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	14 };
static const struct dib_want want = { header, 1, column, NELEM(column), 0 };

struct quotes {
	int n;
	char code[CODES_MOST][CODE_SIZE];
	char spelt[CODES_MOST][16];
	bool is_known[CODES_MOST];
	struct dib *dib;
};

static void
quotes_fini(struct job *j)
{
	struct quotes *q = j->arg;

	dib_free(q->dib);
	free(q);
}

/* "005930,000660,..." */
static int
parse_codes(const char *s, struct quotes *q, struct reply *r)
{
	char code[CODE_SIZE];

	if (s == NULL)
		s = "";
	for (;; s++) {
		size_t n = strcspn(s, ",");

		if (n != 6)
			break;
		memcpy(code, s, 6);
		code[6] = '\0';
		if (!code_valid(code) || q->n == CODES_MOST)
			break;
		memcpy(q->code[q->n++], code, sizeof(code));
		s += n;
		if (*s == '\0')
			return 0;
	}
	reply_fail(r, REPLY_BAD_REQUEST,
	    "codes must be 1 to %d stock codes of six characters, with commas",
	    CODES_MOST);
	return -1;
}

static bool
begin(struct job *j, struct session *s, struct quotes *q)
{
	const char *known[CODES_MOST];
	int n = 0;

	for (int i = 0; i < q->n; i++) {
		int is = query_spell(j, s, q->code[i], q->spelt[i]);

		if (is == -1)
			return false;
		if ((q->is_known[i] = is == 1))
			known[n++] = q->spelt[i];
	}
	return (q->dib = query_object(j, "CpSysDib.MarketEye")) != NULL &&
	    query_put(j, q->dib, 0, com_longs(field, NELEM(field))) &&
	    query_put(j, q->dib, 1, com_texts(known, n));
}

static const char *
session_word(const struct com_value *v)
{
	char buf[8];
	/* A char comes as its code. */
	int c = v->type == COM_INT ? (int)v->i :
				     com_str(v, buf, sizeof(buf))[0];

	switch (c) {
	case '0':
		return "before";
	case '1':
		return "auction";
	case '2':
		return "open";
	default:
		return "";
	}
}

static int
row_of(const struct dib_answer *a, const char *spelt)
{
	char buf[16];

	for (int i = 0; i < a->n_rows; i++)
		if (strcmp(com_str(dib_cell(a, i, CODE), buf, sizeof(buf)),
			spelt) == 0)
			return i;
	return -1;
}

/* A number that is missing is not 0, which would be a price of a stock that has
 * not traded: such a row tells nothing. */
static bool
has_numbers(const struct dib_answer *a, int row, const char *spelt)
{
	char buf[8];

	for (size_t c = 0; c < NELEM(field); c++)
		if (name_of[c] != NULL &&
		    com_str(dib_cell(a, row, (int)c), buf, sizeof(buf))[0] ==
			'\0') {
			log_warn("MarketEye: %s of %s is missing; no quote",
			    name_of[c], spelt);
			return false;
		}
	return true;
}

/* A stock's row; false: what came is no quote. */
static bool
put_row(struct job *j, struct session *s, struct json *v,
    const struct dib_answer *a, int row, const char *spelt)
{
	struct stock_facts f;
	struct err e = { 0 };
	char name[64];
	int64_t n;

	json_put_text(
	    v, "name", com_str(dib_cell(a, row, NAME), name, sizeof(name)));
	for (size_t c = 0; c < NELEM(field); c++) {
		if (name_of[c] == NULL)
			continue;
		if (!com_is_int(dib_cell(a, row, (int)c), &n))
			return query_failed(j,
			    "MarketEye: %s of %s is no "
			    "number",
			    name_of[c], spelt);
		json_put_int(v, name_of[c], n);
	}
	json_put_text(v, "session", session_word(dib_cell(a, row, SESSION)));
	if (codes_facts(s, spelt, &f, &e) == -1)
		return query_failed(j, "%s", e.msg);
	json_put_int(v, "base", f.base);
	json_put_bool(v, "halted", f.is_halted);
	json_put_int(v, "control", f.control);
	json_put_bool(v, "administrative", f.is_administrative);
	return true;
}

static bool
answer(struct job *j, struct session *s, const struct quotes *q,
    const struct dib_answer *a)
{
	struct json *body = json_new_map(), *list = json_new_list();
	bool is_good = true;

	json_put(body, "quotes", list);
	for (int i = 0; i < q->n && is_good; i++) {
		struct json *v = json_new_map();
		int row = q->is_known[i] ? row_of(a, q->spelt[i]) : -1;

		if (row != -1 && !has_numbers(a, row, q->spelt[i]))
			row = -1;
		json_put_text(v, "code", q->code[i]);
		json_put_bool(v, "known", row != -1);
		json_add(list, v);
		if (row != -1)
			is_good = put_row(j, s, v, a, row, q->spelt[i]);
	}
	if (is_good)
		reply_good(&j->reply, body);
	else
		json_free(body);
	return is_good;
}

static bool
knows_any(const struct quotes *q)
{
	for (int i = 0; i < q->n; i++)
		if (q->is_known[i])
			return true;
	return false;
}

static enum step
quotes_step(struct job *j, struct session *s)
{
	struct quotes *q = j->arg;
	struct dib_answer a = { 0 };
	enum step step;

	if (q->dib == NULL && !query_may_ask(j, s, LIMIT_QUOTE, &step))
		return step;
	if (q->dib == NULL && !begin(j, s, q))
		return STEP_DONE;
	if (knows_any(q) &&
	    !query_request(j, s, LIMIT_QUOTE, q->dib, &want, &a, &step))
		return step;
	answer(j, s, q, &a);
	dib_answer_fini(&a);
	return STEP_DONE;
}

void
route_quotes(struct gateway *g, const struct request *q, struct reply *r)
{
	struct quotes *a = xcalloc(1, sizeof(*a));

	if (parse_codes(request_param(q, "codes"), a, r) == -1)
		free(a);
	else
		run_query(g, q, r, "quotes", quotes_step, quotes_fini, a);
}
