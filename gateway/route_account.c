/* route_account.c - cash, positions, what can be bought and sold. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/query.h"
#include "gateway/spell.h"

#define POSITIONS_MOST 10000 /* KRX lists a third of that */

struct account_query {
	struct dib *dib;
	struct json *answer;
	struct json *list; /* part of it: positions */
	int rows;          /* of all pages */
	char first[200];   /* the last page's first row, as text */
	char code[CODE_SIZE];
	won price;
	bool has_settled; /* cash: the first of its two requests is done */
};

static void
account_fini(struct job *j)
{
	struct account_query *a = j->arg;

	dib_free(a->dib);
	json_free(a->answer);
	free(a);
}

static void
finish(struct job *j, struct account_query *a)
{
	reply_good(&j->reply, a->answer);
	a->answer = NULL;
}

/* A new object with the account in inputs 0 and 1. */
static bool
begin(struct job *j, struct session *s, struct account_query *a,
    const char *progid)
{
	dib_free(a->dib);
	return (a->dib = query_object(j, progid)) != NULL &&
	    query_put(j, a->dib, 0, com_text(session_account(s))) &&
	    query_put(j, a->dib, 1, com_text(session_product(s)));
}

/* Header i of those wanted, as a field; false: it is no number. */
static bool
put_header(struct job *j, struct json *to, const char *name,
    const struct dib_answer *a, int i)
{
	int64_t n;

	if (!com_has_int(&a->header[i], &n))
		return query_failed(j, "%s is no number", name);
	json_put_int(to, name, n);
	return true;
}

/* ---- cash and positions: CpTd6033 */

static const int balance_header[] = { 7, 9 };
static const int balance_column[] = { 0, 1, 7, 12, 15, 17 };
static const struct dib_want balance_want = { balance_header, 2, balance_column,
	6, 0 };
/* Only the headers; a row is asked for all the same. */
static const struct dib_want settled_want = { balance_header, 2, NULL, 0, -1 };

static bool
position_row(
    struct job *j, struct json *list, const struct dib_answer *a, int row)
{
	char buf[64], name[64], code[CODE_SIZE];
	double average = com_real(dib_cell(a, row, 5));
	int64_t n, sellable, credit;
	struct json *v;

	if (!com_has_int(dib_cell(a, row, 2), &n) ||
	    !com_has_int(dib_cell(a, row, 4), &sellable) || n < 0 ||
	    sellable < 0 || !(average >= 0 && average < 1e12) ||
	    n > INT64_C(1000000000000))
		return query_failed(j, "CpTd6033: a row that is no position");
	if (!spell_ours(com_str(dib_cell(a, row, 3), buf, sizeof(buf)), code))
		return true;
	v = json_new_map();
	json_put_text(v, "code", code);
	json_put_text(
	    v, "name", com_str(dib_cell(a, row, 0), name, sizeof(name)));
	json_put_int(v, "qty", n);
	json_put_int(v, "sellable", sellable);
	json_put_int(v, "cost", llround(average * (double)n));
	snprintf(buf, sizeof(buf), "%.4f", average);
	json_put_text(v, "average", buf);
	/* A char: a blank for shares held in cash. */
	credit = dib_cell(a, row, 1)->type == COM_INT ?
	    dib_cell(a, row, 1)->i :
	    com_str(dib_cell(a, row, 1), name, sizeof(name))[0];
	json_put_bool(v, "credit", credit != 0 && credit != ' ');
	json_add(list, v);
	return true;
}

/* A page that begins as the one before is the same one. */
static bool
is_same_page(struct account_query *q, const struct dib_answer *a)
{
	char row[sizeof(q->first)] = "", buf[64];
	bool is_same;

	for (int c = 0; c < a->n_columns; c++) {
		size_t used = strlen(row);

		snprintf(row + used, sizeof(row) - used, "%s|",
		    com_str(dib_cell(a, 0, c), buf, sizeof(buf)));
	}
	is_same = strcmp(row, q->first) == 0;
	memcpy(q->first, row, sizeof(row));
	return is_same;
}

/* The rows of a page; false: the reply says why they are no positions.  The
 * list ends where CREON says so, which may never be. */
static bool
take_positions(
    struct job *j, struct account_query *q, const struct dib_answer *a)
{
	for (int i = 0; i < a->n_rows; i++)
		if (!position_row(j, q->list, a, i))
			return false;
	if (a->more && (a->n_rows == 0 || is_same_page(q, a)))
		return query_stuck(j, q->dib);
	q->rows += a->n_rows;
	return q->rows <= POSITIONS_MOST ||
	    query_failed(
		j, "CpTd6033: %d positions, and more behind them", q->rows);
}

static enum step
positions_step(struct job *j, struct session *s)
{
	struct account_query *q = j->arg;
	struct dib_answer a;
	enum step step;
	bool is_good = true, more;

	if (q->dib == NULL && !query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (q->dib == NULL &&
	    (!begin(j, s, q, "CpTrade.CpTd6033") ||
		!query_put(j, q->dib, 2, com_long(50))))
		return STEP_DONE;
	if (!query_request(j, s, LIMIT_TRADE, q->dib, &balance_want, &a, &step))
		return step;
	if (q->answer == NULL) {
		q->answer = json_new_map();
		is_good = put_header(j, q->answer, "settled", &a, 1);
		q->list = json_new_list();
		json_put(q->answer, "positions", q->list);
	}
	is_good = is_good && take_positions(j, q, &a);
	more = a.more;
	dib_answer_fini(&a);
	if (is_good && more)
		return STEP_MORE;
	if (is_good)
		finish(j, q);
	return STEP_DONE;
}

void
route_positions(struct gateway *g, const struct request *q, struct reply *r)
{
	run_query(g, q, r, "positions", positions_step, account_fini,
	    xcalloc(1, sizeof(struct account_query)));
}

/* ---- what can be bought: CpTdNew5331A */

static const int buyable_header[] = { 9, 10, 45 };
static const struct dib_want buyable_want = { buyable_header, 3, NULL, 0, -1 };

static bool
ask_buyable(
    struct job *j, struct session *s, struct account_query *q, enum step *step)
{
	bool is_market = q->code[0] != '\0' && q->price == 0, is_good;
	struct dib_answer a;
	char spelt[16] = "";

	*step = STEP_DONE;
	if (!begin(j, s, q, "CpTrade.CpTdNew5331A"))
		return false;
	if (q->code[0] != '\0' && query_spell(j, s, q->code, spelt) == -1)
		return false;
	if (!query_put(j, q->dib, 2, com_text(spelt)) ||
	    !query_put(j, q->dib, 3, com_text(is_market ? "03" : "01")) ||
	    !query_put(j, q->dib, 4, com_long(q->price)) ||
	    !query_put(j, q->dib, 5, com_text("N")) ||
	    !query_put(j, q->dib, 6, com_char('1'))) /* amounts */
		return false;
	if (!query_request(j, s, LIMIT_TRADE, q->dib, &buyable_want, &a, step))
		return false;
	if (q->answer == NULL)
		q->answer = json_new_map();
	is_good = put_header(j, q->answer, "buyable", &a, 0) &&
	    put_header(j, q->answer, "buyable_cash", &a, 1) &&
	    put_header(j, q->answer, "deposit", &a, 2);
	dib_answer_fini(&a);
	return is_good;
}

static enum step
buyable_step(struct job *j, struct session *s)
{
	struct account_query *q = j->arg;
	enum step step;

	if (!query_may_ask(j, s, LIMIT_TRADE, &step) ||
	    !ask_buyable(j, s, q, &step))
		return step;
	finish(j, q);
	return STEP_DONE;
}

void
route_buyable(struct gateway *g, const struct request *q, struct reply *r)
{
	struct account_query *a = xcalloc(1, sizeof(*a));

	if (request_code(q, a->code, r) == -1 ||
	    request_int(q, "price", 1, ASK_MOST, 0, &a->price, r) == -1)
		free(a);
	else
		run_query(g, q, r, "buyable", buyable_step, account_fini, a);
}

/* Two requests: what will be settled, what can be bought with. */
static enum step
cash_step(struct job *j, struct session *s)
{
	struct account_query *q = j->arg;
	struct dib_answer a;
	enum step step;

	if (!query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (q->has_settled) {
		if (ask_buyable(j, s, q, &step))
			finish(j, q);
		return step;
	}
	if (!begin(j, s, q, "CpTrade.CpTd6033") ||
	    !query_request(j, s, LIMIT_TRADE, q->dib, &settled_want, &a, &step))
		return step;
	q->answer = json_new_map();
	q->has_settled = put_header(j, q->answer, "settled", &a, 1);
	dib_answer_fini(&a);
	return q->has_settled ? STEP_MORE : STEP_DONE;
}

void
route_cash(struct gateway *g, const struct request *q, struct reply *r)
{
	run_query(g, q, r, "cash", cash_step, account_fini,
	    xcalloc(1, sizeof(struct account_query)));
}

/* ---- what can be sold: CpTdNew5331B */

static const int sellable_header[] = { 0 };
static const int sellable_column[] = { 0, 6, 12 };
static const struct dib_want sellable_want = { sellable_header, 1,
	sellable_column, 3, 0 };

static bool
sellable_answer(
    struct job *j, struct account_query *q, const struct dib_answer *a)
{
	char buf[16], code[CODE_SIZE];
	int64_t held = 0, sellable = 0, n, can;

	if (a->more)
		return query_failed(
		    j, "CpTdNew5331B: more rows of one stock than a page has");
	for (int i = 0; i < a->n_rows; i++) {
		spell_ours(com_str(dib_cell(a, i, 0), buf, sizeof(buf)), code);
		if (strcmp(code, q->code) != 0)
			continue;
		if (!com_has_int(dib_cell(a, i, 1), &n) ||
		    !com_has_int(dib_cell(a, i, 2), &can))
			return query_failed(
			    j, "CpTdNew5331B: a row without numbers");
		held += n;
		sellable += can;
	}
	q->answer = json_new_map();
	json_put_int(q->answer, "held", held);
	json_put_int(q->answer, "sellable", sellable);
	return true;
}

static enum step
sellable_step(struct job *j, struct session *s)
{
	struct account_query *q = j->arg;
	struct dib_answer a;
	char spelt[16];
	enum step step;

	if (!query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (!begin(j, s, q, "CpTrade.CpTdNew5331B"))
		return STEP_DONE;
	if (query_spell(j, s, q->code, spelt) == -1 ||
	    !query_put(j, q->dib, 2, com_text(spelt)) ||
	    !query_put(j, q->dib, 3, com_char('1')) ||
	    !query_put(j, q->dib, 4, com_char('1')) ||
	    !query_put(j, q->dib, 10, com_long(20)))
		return STEP_DONE;
	if (!query_request(
		j, s, LIMIT_TRADE, q->dib, &sellable_want, &a, &step))
		return step;
	if (sellable_answer(j, q, &a))
		finish(j, q);
	dib_answer_fini(&a);
	return STEP_DONE;
}

void
route_sellable(struct gateway *g, const struct request *q, struct reply *r)
{
	struct account_query *a = xcalloc(1, sizeof(*a));

	if (request_code(q, a->code, r) == -1)
		free(a);
	else
		run_query(g, q, r, "sellable", sellable_step, account_fini, a);
}
