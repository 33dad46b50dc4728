/*
 * paper_books_account.c - the account: its cash, what came and went without a
 * trade, and what it holds.
 */
#include "broker/paper_books_db.h"

#include "base/code.h"

enum stmt_id {
	CASH,
	CASH_ADD,
	TRANSFER_ADD,
	HOLDING,
	HOLDING_SET,
	HOLDING_DROP,
	HOLDINGS
};

static const char *const text[] = {
	[CASH] = "SELECT cash_won FROM account",
	[CASH_ADD] = "UPDATE account SET cash_won = cash_won + :delta",
	[TRANSFER_ADD] = "INSERT INTO transfer (at, cash_won, code, n, note)"
			 " VALUES (:at, :cash_won, :code, :n, :note)",

	[HOLDING] = "SELECT n, cost_won FROM holding WHERE code = :code",
	[HOLDING_SET] =
	    "INSERT INTO holding (code, n, cost_won)"
	    " VALUES (:code, :n, :cost_won) ON CONFLICT (code)"
	    " DO UPDATE SET n = excluded.n, cost_won = excluded.cost_won",
	[HOLDING_DROP] = "DELETE FROM holding WHERE code = :code",
	/* Without the fills that are not counted yet; what those sold had cost
	 * is forgotten by then. */
	[HOLDINGS] =
	    "SELECT code, sum(n), max(sum(cost), 0) FROM ("
	    " SELECT code, n, cost_won AS cost FROM holding UNION ALL"
	    " SELECT code, CASE side WHEN 'buy' THEN -f.n ELSE f.n END,"
	    "  CASE side WHEN 'buy' THEN -f.n * price_won ELSE 0 END"
	    "  FROM fills f JOIN orders o ON o.id = f.order_id"
	    "  WHERE counted_at > 0 AND counted_at > :now)"
	    " GROUP BY code HAVING sum(n) > 0 ORDER BY code",
};

BOOKS_FAMILY(BOOKS_ACCOUNT);

int
books_cash(struct books *b, won *cash, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CASH, e);

	if (st == NULL)
		return -1;
	return books_run_one(b, st, "reading the cash", cash, 1, e);
}

int
books_cash_add(struct books *b, won delta, struct err *e)
{
	sqlite3_stmt *st = stmt(b, CASH_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":delta", delta);
	return books_run(b, st, "changing the cash", NULL, 0, e);
}

int
books_transfer(struct books *b, epoch at, won cash, const char *code, qty n,
    const char *note, struct err *e)
{
	sqlite3_stmt *st = stmt(b, TRANSFER_ADD, e);

	if (st == NULL)
		return -1;
	bind_i64(st, ":at", at);
	bind_i64(st, ":cash_won", cash);
	bind_text(st, ":code", code);
	bind_i64(st, ":n", n);
	bind_text(st, ":note", note);
	if (books_run(b, st, "recording a transfer", NULL, 0, e) == -1)
		return -1;
	return cash == 0 ? 0 : books_cash_add(b, cash, e);
}

int
books_holding(
    struct books *b, const char *code, qty *n, won *cost, struct err *e)
{
	sqlite3_stmt *st = stmt(b, HOLDING, e);
	int64_t v[2] = { 0, 0 };

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (books_run(b, st, "reading a holding", v, 2, e) == -1)
		return -1;
	*n = v[0];
	*cost = v[1];
	return 0;
}

int
books_set_holding(
    struct books *b, const char *code, qty n, won cost, struct err *e)
{
	sqlite3_stmt *st = stmt(b, n > 0 ? HOLDING_SET : HOLDING_DROP, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	if (n > 0) {
		bind_i64(st, ":n", n);
		bind_i64(st, ":cost_won", cost);
	}
	return books_run(b, st, "changing a holding", NULL, 0, e);
}

int
books_holdings(
    struct books *b, epoch now, struct broker_holdings *out, struct err *e)
{
	sqlite3_stmt *st = stmt(b, HOLDINGS, e);
	struct broker_holding *h;
	int rc;

	if (st == NULL)
		return -1;
	bind_i64(st, ":now", now);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		h = LIST_ADD(out);
		col_text(st, 0, h->code, sizeof(h->code));
		h->n = h->sellable = sqlite3_column_int64(st, 1);
		h->cost = sqlite3_column_int64(st, 2);
		if (!code_valid(h->code)) {
			books_damaged(b, "holding", out->n, e);
			break;
		}
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		books_fail(b, "listing holdings", e);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}
