/*
 * route_lists.c - today's orders (CpTd5341) and the open ones (CpTd5339).
 *
 * CpTd5341 asked by execution gives a row a fill, so the money of an order's
 * fills is a sum of whole won; asked by order it gives an average, which is
 * not.  Rows of one order are gathered here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/query.h"
#include "gateway/spell.h"

#define ROWS_A_PAGE 20
#define PAGES_MOST  500
#define NEEDED      4 /* columns that no order is without */

/* The columns of CpTd5341 that are wanted, and their places here. */
enum {
	ORDER,
	ORIGINAL,
	CODE,
	NAME,
	QTY,
	PRICE,
	FILLED,
	ROW_QTY,
	ROW_PRICE,
	CONFIRMED,
	REASON,
	REMAINING,
	EXCHANGE_REASON,
	KIND,
	SIDE,
	ACTION,
	COLUMNS
};
static const int today_header[] = { 6 };
static const int today_column[] = { 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 14, 22, 28,
	34, 35, 36 };
static const struct dib_want today_want = { today_header, 1, today_column,
	COLUMNS, 0 };

struct fill {
	qty n;
	won price;
};

struct order {
	int64_t number, original;
	char code[CODE_SIZE], name[64], reason[128], creon_kind[8];
	const char *side, *action;
	int64_t n, price, filled, confirmed, remaining;
	int64_t filled_n, filled_won; /* of the rows */
	struct fill *fill;
	int n_fills;
};

struct lists {
	struct gateway *g;
	bool is_open; /* CpTd5339 */
	struct dib *dib;
	int pages, fills, others; /* of all pages; rows of no share */
	struct order *order;
	int n, cap;
};

static void
lists_fini(struct job *j)
{
	struct lists *l = j->arg;

	for (int i = 0; i < l->n; i++)
		free(l->order[i].fill);
	free(l->order);
	dib_free(l->dib);
	free(l);
}

/* ---- rows into orders */

static struct order *
order_of(struct lists *l, int64_t number)
{
	/* Its last row was most likely the last one. */
	for (int i = l->n - 1; i >= 0; i--)
		if (l->order[i].number == number)
			return &l->order[i];
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		l->order = xrealloc(
		    l->order, (size_t)l->cap, sizeof(*l->order));
	}
	l->order[l->n] = (struct order){ .number = number };
	return &l->order[l->n++];
}

/* All these cells as numbers; false: one is none, or of the first, which are
 * an order's number and its quantities, one is missing. */
static bool
numbers(
    const struct dib_answer *a, int row, const int *column, int n, int64_t *out)
{
	for (int i = 0; i < n; i++) {
		const struct com_value *v = dib_cell(a, row, column[i]);

		if (!(i < NEEDED ? com_has_int : com_is_int)(v, &out[i]))
			return false;
	}
	return true;
}

static void
add_fill(struct lists *l, struct order *o, qty n, won price)
{
	if (n <= 0)
		return;
	o->fill = xrealloc(o->fill, (size_t)o->n_fills + 1, sizeof(*o->fill));
	o->fill[o->n_fills++] = (struct fill){ n, price };
	l->fills++;
	o->filled_n += n;
	o->filled_won += n * price;
}

static const char *
action_of(const struct dib_answer *a, int row)
{
	static const char *const actions[] = { "new", "amend", "cancel" };
	char buf[8];

	com_str(dib_cell(a, row, ACTION), buf, sizeof(buf));
	return buf[0] >= '1' && buf[0] <= '3' && buf[1] == '\0' ?
	    actions[buf[0] - '1'] :
	    NULL;
}

static bool
today_row(struct job *j, struct lists *l, const struct dib_answer *a, int row)
{
	static const int wanted[] = { ORDER, QTY, FILLED, REMAINING, ORIGINAL,
		PRICE, ROW_QTY, ROW_PRICE, CONFIRMED };
	int64_t v[NELEM(wanted)];
	char buf[64];
	struct order *o;

	if (!numbers(a, row, wanted, NELEM(wanted), v) || v[0] <= 0)
		return query_failed(j, "CpTd5341: a row that is no order");
	if (!spell_ours(com_str(dib_cell(a, row, CODE), buf, sizeof(buf)),
		(char[CODE_SIZE]){ 0 })) {
		l->others++;
		return true;
	}
	o = order_of(l, v[0]);
	spell_ours(buf, o->code);
	o->n = v[1];
	o->filled = v[2] > o->filled ? v[2] : o->filled;
	o->remaining = v[3];
	o->original = v[4];
	o->price = v[5];
	o->confirmed = v[8];
	o->side = spell_side(com_str(dib_cell(a, row, SIDE), buf, sizeof(buf)));
	o->action = action_of(a, row);
	if (o->side == NULL || o->action == NULL)
		return query_failed(j,
		    "CpTd5341: order %lld has no side or kind of request",
		    (long long)v[0]);
	com_str(dib_cell(a, row, NAME), o->name, sizeof(o->name));
	com_str(dib_cell(a, row, KIND), o->creon_kind, sizeof(o->creon_kind));
	com_str(dib_cell(a, row, REASON), o->reason, sizeof(o->reason));
	if (o->reason[0] == '\0')
		com_str(dib_cell(a, row, EXCHANGE_REASON), o->reason,
		    sizeof(o->reason));
	add_fill(l, o, v[6], v[7]);
	return true;
}

/* CpTd5339's columns, and what they are here. */
static const int open_header[] = { 5 };
static const int open_column[] = { 1, 2, 3, 4, 6, 7, 8, 11, 13, 21 };
static const struct dib_want open_want = { open_header, 1, open_column,
	NELEM(open_column), 0 };

static bool
open_row(struct job *j, struct lists *l, const struct dib_answer *a, int row)
{
	static const int wanted[] = { 0, 4, 6, 7, 1, 5 };
	int64_t v[NELEM(wanted)];
	char buf[64], code[CODE_SIZE];
	struct order *o;

	if (!numbers(a, row, wanted, NELEM(wanted), v) || v[0] <= 0)
		return query_failed(j, "CpTd5339: a row that is no order");
	if (!spell_ours(com_str(dib_cell(a, row, 2), buf, sizeof(buf)), code)) {
		l->others++;
		return true;
	}
	o = order_of(l, v[0]);
	memcpy(o->code, code, sizeof(code));
	o->n = v[1];
	o->filled = v[2];
	o->remaining = v[3];
	o->original = v[4];
	o->price = v[5];
	com_str(dib_cell(a, row, 3), o->name, sizeof(o->name));
	o->side = spell_side(com_str(dib_cell(a, row, 8), buf, sizeof(buf)));
	com_str(dib_cell(a, row, 9), o->creon_kind, sizeof(o->creon_kind));
	if (o->side == NULL)
		return query_failed(
		    j, "CpTd5339: order %lld has no side", (long long)v[0]);
	return true;
}

/* ---- the answer */

static struct json *
order_json(const struct lists *l, const struct order *o, ymd day)
{
	struct json *v = json_new_map(), *fills;
	char key[KEY_SIZE], iso[ISO_SIZE];
	epoch at;

	json_put_int(v, "order", o->number);
	json_put_int(v, "original", o->original);
	json_put_text(v, "code", o->code);
	json_put_text(v, "name", o->name);
	json_put_text(v, "side", o->side);
	json_put_text(v, "kind", spell_kind(o->creon_kind));
	json_put_text(v, "creon_kind", o->creon_kind);
	json_put_int(v, "qty", o->n);
	json_put_int(v, "price", o->price);
	json_put_int(v, "filled", o->filled);
	json_put_int(v, "remaining", o->remaining);
	journal_key_of(
	    l->g->journal, day, session_account(l->g->session), o->number, key);
	json_put_text(v, "key", key);
	if (events_first(l->g->events, day, o->number, &at))
		json_put_text(v, "at", epoch_iso(at, iso));
	else
		json_put_nil(v, "at");
	if (l->is_open)
		return v;
	json_put_text(v, "action", o->action);
	json_put_int(v, "confirmed", o->confirmed);
	json_put_text(v, "reason", o->reason);
	/* A fill came between two pages: better nothing than too little. */
	if (o->filled_n == o->filled)
		json_put_int(v, "filled_won", o->filled_won);
	else
		json_put_nil(v, "filled_won");
	fills = json_new_list();
	for (int i = 0; i < o->n_fills; i++) {
		struct json *f = json_new_map();

		json_put_int(f, "qty", o->fill[i].n);
		json_put_int(f, "price", o->fill[i].price);
		json_add(fills, f);
	}
	json_put(v, "fills", fills);
	return v;
}

static void
answer(struct job *j, const struct lists *l)
{
	struct clock now = session_now();
	struct json *v = json_new_map(), *list = json_new_list();

	for (int i = 0; i < l->n; i++)
		json_add(list, order_json(l, &l->order[i], clock_ymd(&now)));
	json_put_int(v, "date", clock_ymd(&now));
	json_put(v, "orders", list);
	reply_good(&j->reply, v);
}

/* ---- asking */

/* Orders of every venue: one that is not listed counts as not there.  A CREON
 * of before there were two knows no such input, and needs none. */
static void
put_venue(struct dib *d, int index)
{
	struct err e = { 0 };

	if (dib_put(d, index, com_text("0"), &e) == -1)
		log_info("%s: all venues cannot be asked for: %s", dib_name(d),
		    e.msg);
}

static bool
begin(struct job *j, struct lists *l, struct session *s)
{
	struct dib *d = query_object(
	    j, l->is_open ? "CpTrade.CpTd5339" : "CpTrade.CpTd5341");

	if ((l->dib = d) == NULL ||
	    !query_put(j, d, 0, com_text(session_account(s))) ||
	    !query_put(j, d, 1, com_text(session_product(s))))
		return false;
	put_venue(d, l->is_open ? 8 : 7);
	if (l->is_open)
		return query_put(j, d, 4, com_text("0")) &&
		    query_put(j, d, 5, com_text("0")) && /* oldest first */
		    query_put(j, d, 6, com_text("0")) &&
		    query_put(j, d, 7, com_long(ROWS_A_PAGE));
	return query_put(j, d, 2, com_text("")) &&
	    query_put(j, d, 3, com_long(0)) &&
	    query_put(j, d, 4, com_char('0')) && /* oldest first */
	    query_put(j, d, 5, com_long(ROWS_A_PAGE)) &&
	    query_put(j, d, 6, com_char('2')); /* by execution */
}

/* The rows of a page; false: the reply says why they are no orders.  (A page
 * of fills, or of a person's ELWs, may come again and look as new; PAGES_MOST
 * and the deadline bound that.) */
static bool
take_page(struct job *j, struct lists *l, const struct dib_answer *a)
{
	int before = l->n + l->fills + l->others;

	for (int i = 0; i < a->n_rows; i++)
		if (!(l->is_open ? open_row : today_row)(j, l, a, i))
			return false;
	if (a->more && l->n + l->fills + l->others == before)
		return query_stuck(j, l->dib);
	return true;
}

static enum step
lists_step(struct job *j, struct session *s)
{
	struct lists *l = j->arg;
	struct dib_answer a;
	enum step step;
	bool is_good, more;

	if (l->dib == NULL && !query_may_ask(j, s, LIMIT_TRADE, &step))
		return step;
	if (l->dib == NULL && !begin(j, l, s))
		return STEP_DONE;
	if (!query_request(j, s, LIMIT_TRADE, l->dib,
		l->is_open ? &open_want : &today_want, &a, &step))
		return step;
	is_good = take_page(j, l, &a);
	more = a.more;
	dib_answer_fini(&a);
	if (!is_good)
		return STEP_DONE;
	if (more && ++l->pages < PAGES_MOST)
		return STEP_MORE;
	if (more)
		query_failed(j, "the list of orders does not end");
	else
		answer(j, l);
	return STEP_DONE;
}

static void
ask_list(
    struct gateway *g, const struct request *q, struct reply *r, bool is_open)
{
	struct lists *l = xcalloc(1, sizeof(*l));

	l->g = g;
	l->is_open = is_open;
	run_query(g, q, r, is_open ? "open orders" : "orders", lists_step,
	    lists_fini, l);
}

void
route_orders(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_list(g, q, r, false);
}

void
route_open_orders(struct gateway *g, const struct request *q, struct reply *r)
{
	ask_list(g, q, r, true);
}
