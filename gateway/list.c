/* list.c - see list.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/list.h"
#include "gateway/query.h"
#include "gateway/record.h"
#include "gateway/spell.h"

#define NEEDED 4 /* columns that no order is without */

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
const struct dib_want list_today = { today_header, 1, today_column, COLUMNS,
	0 };

/* ---- rows into orders */

struct order *
list_find(const struct list *l, int64_t number)
{
	/* Its last row was most likely the last one. */
	for (int i = l->n - 1; i >= 0; i--)
		if (l->order[i].number == number)
			return &l->order[i];
	return NULL;
}

static struct order *
order_of(struct list *l, int64_t number)
{
	struct order *o = list_find(l, number);

	if (o != NULL)
		return o;
	l->order = xgrow(l->order, l->n, &l->cap, sizeof(*l->order));
	l->order[l->n] = (struct order){ .number = number };
	l->news++;
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

void
list_add_fill(struct list *l, struct order *o, qty n, won price)
{
	if (n <= 0)
		return;
	o->fill = xrealloc(o->fill, (size_t)o->n_fills + 1, sizeof(*o->fill));
	o->fill[o->n_fills++] = (struct fill){ n, price };
	o->filled_n += n;
	o->filled_won += n * price;
	l->news += o->filled_n <= o->filled;
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
today_row(struct job *j, struct list *l, const struct dib_answer *a, int row,
    bool by_execution)
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
		l->news++;
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
	if (by_execution)
		list_add_fill(l, o, v[6], v[7]);
	return true;
}

/* CpTd5339's columns, and what they are here. */
static const int open_header[] = { 5 };
static const int open_column[] = { 1, 2, 3, 4, 6, 7, 8, 11, 13, 21 };
const struct dib_want list_open = { open_header, 1, open_column,
	NELEM(open_column), 0 };

static bool
open_row(struct job *j, struct list *l, const struct dib_answer *a, int row)
{
	static const int wanted[] = { 0, 4, 6, 7, 1, 5 };
	int64_t v[NELEM(wanted)];
	char buf[64], code[CODE_SIZE];
	struct order *o;

	if (!numbers(a, row, wanted, NELEM(wanted), v) || v[0] <= 0)
		return query_failed(j, "CpTd5339: a row that is no order");
	if (!spell_ours(com_str(dib_cell(a, row, 2), buf, sizeof(buf)), code)) {
		l->news++;
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

bool
list_row(struct job *j, struct list *l, const struct dib_answer *a, int row,
    bool by_execution)
{
	return l->is_open ? open_row(j, l, a, row) :
			    today_row(j, l, a, row, by_execution);
}

/* ---- fills */

int64_t
list_number(const struct dib_answer *a, int row)
{
	int64_t number;

	return com_has_int(dib_cell(a, row, ORDER), &number) ? number : 0;
}

bool
list_fill(struct job *j, struct list *l, struct order *o,
    const struct dib_answer *a, int row)
{
	static const int wanted[] = { ORDER, QTY, FILLED, REMAINING, ROW_QTY,
		ROW_PRICE };
	int64_t v[NELEM(wanted)];

	if (!numbers(a, row, wanted, NELEM(wanted), v))
		return query_failed(j, "CpTd5341: a row that is no order");
	/* It may have been filled further since it was listed. */
	if (v[2] > o->filled)
		o->filled = v[2];
	if (o->n == 0) { /* an amend of all that remained; or it is still */
		o->n = v[1];
		o->remaining = v[3];
	}
	if (o->n > 0 && o->remaining > o->n - o->filled)
		o->remaining = o->n - o->filled;
	list_add_fill(l, o, v[4], v[5]);
	return true;
}

void
list_drop_fills(struct order *o)
{
	o->n_fills = 0;
	o->filled_n = o->filled_won = 0;
}

bool
list_is_whole(const struct order *o)
{
	return o->filled_n == o->filled;
}

/* ---- the answer */

static struct json *
order_json(struct gateway *g, const struct list *l, const struct order *o,
    ymd day, const char *masked)
{
	struct json *v = json_new_map(), *fills;
	char key[KEY_SIZE], iso[ISO_SIZE];
	bool is_accepted;
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
	    g->journal, day, session_account(g->session), o->number, key);
	json_put_text(v, "key", key);
	is_accepted = events_accept(g->events, day, masked, o->number, &at);
	json_put_bool(v, "accepted", is_accepted);
	if (is_accepted && at != -1)
		json_put_text(v, "at", epoch_iso(at, iso));
	else
		json_put_nil(v, "at");
	if (l->is_open)
		return v;
	json_put_text(v, "action", o->action);
	json_put_int(v, "confirmed", o->confirmed);
	json_put_text(v, "reason", o->reason);
	/* A fill came between two pages: better nothing than too little. */
	if (list_is_whole(o))
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

struct json *
list_json(struct gateway *g, const struct list *l, ymd day)
{
	struct json *v = json_new_map(), *orders = json_new_list(), *missing;
	char *masked = record_mask(session_account(g->session));

	for (int i = 0; i < l->n; i++)
		json_add(orders, order_json(g, l, &l->order[i], day, masked));
	free(masked);
	json_put_int(v, "date", day);
	json_put(v, "orders", orders);
	if (l->is_open)
		return v;
	json_put_bool(v, "complete", l->n_missing == 0);
	missing = json_new_list();
	for (int i = 0; i < l->n_missing; i++)
		json_add_int(missing, l->missing[i]);
	json_put(v, "missing", missing);
	return v;
}

void
list_fini(struct list *l)
{
	for (int i = 0; i < l->n; i++)
		free(l->order[i].fill);
	free(l->order);
	free(l->missing);
}
