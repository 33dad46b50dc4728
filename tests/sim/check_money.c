/*
 * check_money.c - fills and ledgers: each fill once and as the broker's (S4),
 * cash and shares the sum of what happened (S5).
 */
#include "sim/check_inner.h"

#include <stdlib.h>

/* A fill beside the ledgers, and the order at the broker that it names. */
#define FILL_ASKED                                                         \
	"SELECT f.id, f.order_id, f.broker_no = 'settled',"                \
	" f.side = 'buy', f.quantity, f.price, f.commission, f.tax,"       \
	" f.amount, f.strategy, f.code, c.amount, s.quantity, s.strategy," \
	" s.code, p.key, p.code, p.side = 'buy',"
#define FILL_FROM                                                  \
	" FROM fill f LEFT JOIN cash_ledger c ON c.fill_id = f.id" \
	" LEFT JOIN share_ledger s ON s.fill_id = f.id"            \
	" LEFT JOIN paper.orders p ON p.date = f.day AND"          \
	" p.no = CAST(substr(f.broker_no,"                         \
	" instr(f.broker_no, '-') + 1) AS INTEGER)"

const char *const check_money_text[NSTEP] = {
	/* Each beside what the ledgers and the broker have of it. */
	[FILLS] = FILL_ASKED
	" b.n, b.price_won, b.commission_won, b.tax_won" FILL_FROM
	" LEFT JOIN paper.fills b ON b.order_id = p.id AND"
	" b.fill_no = f.fill_no WHERE f.id > :id ORDER BY f.id",
	/* Of totals only this is known: with this fill no more is booked than
	 * the broker filled, nor for more, and all of it for as much. */
	[TOTALS] = FILL_ASKED
	" iif(EXISTS (SELECT 1 FROM (SELECT sum(n) AS n,"
	" sum(n * price_won) AS won FROM paper.fills WHERE order_id = p.id)"
	" AS t JOIN (SELECT sum(quantity) AS n, sum(amount) AS won FROM"
	" fill g WHERE g.order_id = f.order_id AND g.broker_no ="
	" f.broker_no AND g.fill_no <= f.fill_no) AS m ON m.n = f.fill_no"
	" AND m.won <= t.won AND (m.n < t.n OR (m.n = t.n AND m.won ="
	" t.won))), f.quantity, 0), f.price, f.commission, f.tax" FILL_FROM
	" WHERE f.id > :id ORDER BY f.id",
	[FILL_SUM] = "SELECT sum(quantity), sum(amount) FROM fill"
		     " WHERE order_id = :id",
	[CASH] = "SELECT id, amount, balance, kind FROM cash_ledger"
		 " WHERE id >= :id ORDER BY id",
	[SHARES] = "SELECT id, strategy, code, quantity, kind = 'sync' FROM"
		   " share_ledger WHERE id > :id ORDER BY id",
	/* Stocks written off since that row, of which the broker has some, and
	 * had before what it filled since (2) and what came by hand (3). */
	[LOST] =
	    "SELECT code, n FROM paper.holding h WHERE code IN (SELECT code"
	    " FROM share_ledger WHERE id > :id AND kind = 'sync' AND quantity"
	    " < 0) AND NOT EXISTS (SELECT 1 FROM lot WHERE code = h.code AND"
	    " quantity > 0) AND n > (SELECT coalesce(sum(f.n), 0) FROM"
	    " paper.fills f JOIN paper.orders o ON o.id = f.order_id WHERE"
	    " o.code = h.code AND o.side = 'buy' AND f.id > ?2) AND NOT"
	    " EXISTS (SELECT 1 FROM paper.transfer WHERE at >= ?3)",
	[THEIR_MONEY] = "SELECT cash_won FROM paper.account WHERE NOT EXISTS"
			" (SELECT 1 FROM paper.transfer WHERE at >= :id)",
	[LOTS] = "SELECT strategy, code, quantity FROM lot",
	[MOST] = "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM setting"
		 " WHERE name = 'max_positions'), 10)",
};

static bool
same(sqlite3_stmt *st, int i, int j)
{
	return !is_null(st, j) &&
	    strcmp((const char *)sqlite3_column_text(st, i),
		(const char *)sqlite3_column_text(st, j)) == 0;
}

static void
judge_fill(struct check *c, sqlite3_stmt *st)
{
	int64_t id = i64(st, 0);
	int64_t order = i64(st, 1), theirs, at, req;
	bool is_settled = sqlite3_column_int(st, 2);
	bool is_buy = sqlite3_column_int(st, 3);
	int64_t n = i64(st, 4);
	int64_t cost = i64(st, 6) + i64(st, 7);
	int64_t amount = i64(st, 8);
	struct order *o = check_order(c, order);

	if (o != NULL && is_settled)
		o->is_settled = true;
	if (is_null(st, 11) ||
	    i64(st, 11) != (is_buy ? -amount : amount) - cost ||
	    is_null(st, 12) || i64(st, 12) != (is_buy ? n : -n) ||
	    !same(st, 9, 13) || !same(st, 10, 14))
		check_breach(c, "S5",
		    "fill %" PRId64 " is not in both ledgers as it was booked",
		    id);
	if (is_settled)
		return;
	if (is_null(st, 15) || is_null(st, 18))
		check_breach(c, "S4",
		    "fill %" PRId64 " of order %" PRId64
		    ": the broker has no such fill",
		    id, order);
	else if (!check_key(st, 15, &theirs, &at, &req) || theirs != order)
		check_breach(c, "S4",
		    "fill %" PRId64 ": the broker's is not of order %" PRId64,
		    id, order);
	else if (!same(st, 10, 16) ||
	    is_buy != (sqlite3_column_int(st, 17) != 0) || n != i64(st, 18) ||
	    i64(st, 5) != i64(st, 19) || i64(st, 6) != i64(st, 20) ||
	    i64(st, 7) != i64(st, 21))
		check_breach(c, "S4",
		    "fill %" PRId64 " of order %" PRId64 ": %" PRId64
		    " at %" PRId64 ", the broker's was %" PRId64 " at %" PRId64,
		    id, order, n, i64(st, 5), i64(st, 18), i64(st, 19));
}

static void
fills_add_up(struct check *c, int64_t order)
{
	struct order *o = check_order(c, order);
	sqlite3_stmt *st = check_ask(c, FILL_SUM, order);

	while (check_row(c, st)) {
		int64_t n = i64(st, 0);
		int64_t paid = i64(st, 1);

		if (o != NULL && o->is_there &&
		    (n != o->filled || paid != o->won || n > o->n))
			check_breach(c, "S4",
			    "order %" PRId64 ": %" PRId64 " of %" PRId64
			    " filled, %" PRId64 " won; its fills are %" PRId64
			    ", %" PRId64 " won",
			    order, o->filled, o->n, o->won, n, paid);
	}
}

void
check_totals(struct check *c, bool tells)
{
	c->tells_totals = tells;
}

void
check_fills(struct check *c)
{
	int64_t before = c->fill, last = 0;
	sqlite3_stmt *st = check_ask(
	    c, c->tells_totals ? TOTALS : FILLS, before);
	LIST(int64_t) changed = { 0, 0, NULL };

	while (check_row(c, st)) {
		c->fill = i64(st, 0);
		judge_fill(c, st);
		if (i64(st, 1) != last)
			*(int64_t *)ADD(changed) = last = i64(st, 1);
	}
	for (int i = 0; i < changed.n; i++) {
		if (!check_order(c, changed.item[i])->is_visited)
			check_look_again(c, changed.item[i]);
		fills_add_up(c, changed.item[i]);
	}
	free(changed.item);
}

/* Since when money or shares that came by hand may not have been told of. */
static epoch
of_late(const struct check *c)
{
	const int told_late = 15 * 60;

	return c->minute - told_late;
}

/* An empty answer is no empty account: unless a person said so, no money is
 * written off, nor all of a stock's shares, that the broker has. */
static void
cash_is_gone(struct check *c, int64_t row)
{
	sqlite3_stmt *st = check_ask(c, THEIR_MONEY, of_late(c));

	while (check_row(c, st))
		if (i64(st, 0) > 0)
			check_breach(c, "S3",
			    "cash ledger row %" PRId64 " leaves nothing, the"
			    " broker has %" PRId64,
			    row, i64(st, 0));
}

static void
shares_are_gone(struct check *c, int64_t since)
{
	sqlite3_stmt *st = check_ask(c, LOST, since);

	sqlite3_bind_int64(st, 2, c->their_fill);
	sqlite3_bind_int64(st, 3, of_late(c));
	while (check_row(c, st))
		check_breach(c, "S3",
		    "all shares of %s are written off, the broker has %" PRId64,
		    (const char *)sqlite3_column_text(st, 0), i64(st, 1));
}

void
check_cash(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, CASH, c->cash);
	bool found = !c->has_balance;
	int64_t gone = 0;

	while (check_row(c, st)) {
		int64_t id = i64(st, 0);
		int64_t amount = i64(st, 1);
		int64_t balance = i64(st, 2);

		if (c->has_balance && id == c->cash) {
			found = true;
			if (balance != c->balance)
				check_breach(c, "S5",
				    "cash ledger row %" PRId64 ": was %" PRId64
				    ", is %" PRId64,
				    id, c->balance, balance);
			continue;
		}
		if (balance != c->balance + amount)
			check_breach(c, "S5",
			    "cash ledger row %" PRId64 ": %" PRId64
			    " and %" PRId64 " are not %" PRId64,
			    id, c->balance, amount, balance);
		c->transferred = c->transferred ||
		    (!is_word(st, 3, "buy") && !is_word(st, 3, "sell"));
		if (is_word(st, 3, "sync") || is_word(st, 3, "transfer"))
			gone = balance == 0 && amount < 0 ? id : 0;
		c->cash = id;
		c->cash_moved = true;
		c->balance = balance;
		c->has_balance = found = true;
	}
	if (!found)
		check_breach(
		    c, "S5", "cash ledger row %" PRId64 " is gone", c->cash);
	c->cash_gone = gone;
}

void
check_lots(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, LOTS, 0);

	for (int i = 0; i < c->place.n; i++) {
		c->place.item[i].lots_before = c->place.item[i].lots;
		c->place.item[i].lots = 0;
	}
	while (check_row(c, st)) {
		int i = check_place_at(c, st, 0);

		c->place.item[i].lots += i64(st, 2);
	}
	st = check_ask(c, MOST, 0);
	c->most_before = c->most;
	while (check_row(c, st))
		c->most = sqlite3_column_int(st, 0);
}

void
check_shares(struct check *c)
{
	int64_t before = c->share;
	sqlite3_stmt *st = check_ask(c, SHARES, before);
	bool is_less = false;

	while (check_row(c, st)) {
		int i = check_place_at(c, st, 1);

		is_less = is_less || (i64(st, 3) < 0 && i64(st, 4) != 0);
		c->share = i64(st, 0);
		c->place.item[i].shares += i64(st, 3);
	}
	for (int i = 0; i < c->place.n; i++) {
		const struct place *p = &c->place.item[i];

		if (p->lots != p->shares)
			check_breach(c, "S5",
			    "%s %s: lots of %" PRId64
			    ", the share ledger says %" PRId64,
			    p->strategy, p->code, p->lots, p->shares);
	}
	if (c->accepted || c->is_first)
		return;
	if (is_less)
		shares_are_gone(c, before);
	if (c->cash_gone > 0)
		cash_is_gone(c, c->cash_gone);
}
