/*
 * check.c - is the database whole, and do the books add up? (S4, S5, L4)
 *
 * Each invariant is one query that returns a line of words for each breach.
 */
#include <stdio.h>
#include <string.h>

#include "store/db.h"

enum {
	INTEGRITY,
	FOREIGN_KEYS,
	FILLS_OF_ORDER,
	FILLED_STATE,
	FILL_OWNER,
	FILL_MONEY,
	LOTS,
	LOT_COST,
	FILL_SHARES,
	FILL_CASH,
	CASH_SUM,
	CASH_BALANCE,
	NO_TRAIL,
	LAST_TRAIL,
	MOVES,
	SENT_UNSAID,
	HALF_DAY,
	DAY_TOTAL,
	DAY_CASH,
	SESSION_LOTS,
	OPEN_WITHOUT_HOURS,
	NCHECKS,
	SCHEMA = NCHECKS, /* rows of these are no findings */
	SCHEMA_HAS
};

static const char *const text[] = {
	[INTEGRITY] = "SELECT integrity_check FROM pragma_integrity_check"
		      " WHERE integrity_check <> 'ok'",
	[SCHEMA] = "SELECT type, name FROM sqlite_schema"
		   " WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
	[SCHEMA_HAS] = "SELECT count(*) FROM sqlite_schema"
		       " WHERE type = :type AND name = :name",
	[FOREIGN_KEYS] =
	    "SELECT printf('%s row %s: refers to no row of %s',"
	    " \"table\", rowid, parent) FROM pragma_foreign_key_check",
	[FILLS_OF_ORDER] =
	    "SELECT printf('order %d: filled %d, %d won, but"
	    " its fills add up to %d, %d won', o.id, o.filled, o.filled_won,"
	    " coalesce(sum(f.quantity), 0), coalesce(sum(f.amount), 0))"
	    " FROM orders o LEFT JOIN fill f ON f.order_id = o.id GROUP BY o.id"
	    " HAVING o.filled <> coalesce(sum(f.quantity), 0) OR"
	    " o.filled_won <> coalesce(sum(f.amount), 0)",
	[FILLED_STATE] =
	    "SELECT printf('order %d: is %s with %d of %d filled',"
	    " id, state, filled, quantity) FROM orders WHERE"
	    " (state = 'filled') <> (filled = quantity) OR"
	    " (state IN ('planned', 'sending', 'open', 'rejected') AND"
	    " filled > 0) OR (state = 'part' AND filled = 0)",
	[FILL_OWNER] =
	    "SELECT printf('fill %d: not of the strategy, stock and"
	    " side of order %d', f.id, o.id) FROM fill f JOIN orders o"
	    " ON o.id = f.order_id WHERE f.strategy <> o.strategy OR"
	    " f.code <> o.code OR f.side <> o.side",
	[FILL_MONEY] =
	    "SELECT printf('fill %d: profit %d does not follow from"
	    " its amounts', id, profit) FROM fill WHERE side = 'sell' AND"
	    " profit <> amount - commission - tax - cost - fees",
	[LOTS] =
	    "SELECT printf('%s %s: lots hold %d, the share ledger says"
	    " %d', strategy, code, sum(lots), sum(ledger)) FROM ("
	    " SELECT strategy, code, quantity AS lots, 0 AS ledger FROM lot"
	    " UNION ALL SELECT strategy, code, 0, quantity FROM share_ledger)"
	    " GROUP BY strategy, code HAVING sum(lots) <> sum(ledger)",
	/* Where all shares came and went by fills: what was paid is what is
	 * still in the lots and what the sells took out of them. */
	[LOT_COST] =
	    "SELECT printf('%s %s: lots cost %d and %d of fees, by"
	    " their fills %d and %d', strategy, code, sum(cost), sum(fees),"
	    " sum(paid), sum(paid_fees)) FROM ("
	    " SELECT strategy, code, cost, fees, 0 AS paid, 0 AS paid_fees"
	    " FROM lot UNION ALL SELECT strategy, code, 0, 0,"
	    " iif(side = 'buy', amount, -cost),"
	    " iif(side = 'buy', commission, -fees) FROM fill)"
	    " WHERE (strategy, code) IN (SELECT strategy, code"
	    " FROM share_ledger GROUP BY strategy, code"
	    " HAVING min(kind) = 'fill' AND max(kind) = 'fill')"
	    " GROUP BY strategy, code"
	    " HAVING sum(cost) <> sum(paid) OR sum(fees) <> sum(paid_fees)",
	[FILL_SHARES] =
	    "SELECT printf('fill %d: not in the share ledger as it"
	    " was booked', f.id) FROM fill f LEFT JOIN share_ledger l"
	    " ON l.fill_id = f.id WHERE l.id IS NULL OR"
	    " l.strategy <> f.strategy OR l.code <> f.code OR"
	    " l.quantity <> iif(f.side = 'buy', f.quantity, -f.quantity)",
	[FILL_CASH] =
	    "SELECT printf('fill %d: not in the cash ledger as it"
	    " was booked', f.id) FROM fill f LEFT JOIN cash_ledger l"
	    " ON l.fill_id = f.id WHERE l.id IS NULL OR l.amount <>"
	    " iif(f.side = 'buy', -f.amount, f.amount) - f.commission - f.tax",
	[CASH_SUM] = "SELECT printf('cash: %d in the newest row, but the"
		     " ledger adds up to %d', balance, (SELECT sum(amount)"
		     " FROM cash_ledger)) FROM cash_ledger WHERE"
		     " id = (SELECT max(id) FROM cash_ledger) AND"
		     " balance <> (SELECT sum(amount) FROM cash_ledger)",
	[CASH_BALANCE] =
	    "SELECT printf('cash ledger row %d: balance %d does"
	    " not follow from the row before', id, balance) FROM (SELECT id,"
	    " balance, amount, lag(balance, 1, 0) OVER (ORDER BY id) AS before"
	    " FROM cash_ledger) WHERE balance <> before + amount",
	[NO_TRAIL] =
	    "SELECT printf('order %d: no trail in trading_log', id)"
	    " FROM orders o WHERE NOT EXISTS (SELECT 1 FROM trading_log"
	    " WHERE order_id = o.id AND event = 'order')",
	[LAST_TRAIL] =
	    "SELECT printf('order %d: is %s, trading_log last says"
	    " %s', o.id, o.state, l.next) FROM orders o JOIN trading_log l"
	    " ON l.id = (SELECT max(id) FROM trading_log WHERE"
	    " order_id = o.id AND event = 'order') WHERE o.state IS NOT l.next",
	[MOVES] = "SELECT printf('order %d: trading_log row %d moves it from"
		  " %s to %s', order_id, id, state, next) FROM trading_log l"
		  " WHERE event = 'order' AND state <> next AND NOT EXISTS"
		  " (SELECT 1 FROM order_move m WHERE m.state = l.state AND"
		  " m.next = l.next)",
	/* P2: what may have left was said before; an order's row is its own
	 * request for a new order. */
	[SENT_UNSAID] =
	    "SELECT printf('order %d: is %s, but was never"
	    " recorded as sending', id, state) FROM orders o WHERE"
	    " (sending_at IS NOT NULL OR state IN ('open', 'part', 'filled',"
	    " 'cancelled', 'rejected')) AND NOT EXISTS (SELECT 1 FROM"
	    " trading_log l WHERE l.order_id = o.id AND l.event = 'order'"
	    " AND l.next = 'sending')",
	[HALF_DAY] = "SELECT printf('trading_performance %d: no such revision"
		     " in daily_portfolio', day) FROM trading_performance p"
		     " WHERE NOT EXISTS (SELECT 1 FROM daily_portfolio d WHERE"
		     " d.day = p.day AND d.revision = p.revision)",
	[DAY_TOTAL] = "SELECT printf('daily_portfolio %d: cash %d and holdings"
		      " %d are not %d', day, cash, holdings, total)"
		      " FROM daily_portfolio WHERE cash + holdings <> total",
	/* A day's result was computed from the cash ledger as it was then: from
	 * its first rows, in the order of booking.  Rows of that day that came
	 * later, like a late fill, are in a further revision. */
	[DAY_CASH] =
	    "WITH by_day AS MATERIALIZED (SELECT day,"
	    " sum(sum(amount)) OVER (ORDER BY day) AS upto"
	    " FROM cash_ledger GROUP BY day),"
	    " told AS (SELECT day, revision, cash, coalesce((SELECT upto"
	    " FROM by_day b WHERE b.day <= p.day ORDER BY b.day DESC LIMIT 1),"
	    " 0) AS upto FROM daily_portfolio p)"
	    " SELECT printf('daily_portfolio %d: cash %d, but the cash ledger"
	    " adds up to %d', day, cash, upto) FROM told t WHERE cash <> upto"
	    " AND NOT EXISTS (SELECT 1 FROM (SELECT sum(amount) OVER"
	    " (ORDER BY id) AS was FROM cash_ledger WHERE day <= t.day)"
	    " WHERE was = t.cash)",
	/* What session_lot says was held as a day began is what the share
	 * ledger says at some row between those of earlier days and those of
	 * later ones; a row that was not booked on its own day (a late fill, a
	 * split) may be on either side.  So it is for what it says was paid,
	 * where all came and went by fills. */
	[SESSION_LOTS] =
	    "WITH own_day AS MATERIALIZED (SELECT day, min(id) AS first,"
	    " max(id) AS last FROM share_ledger WHERE"
	    " replace(substr(at, 1, 10), '-', '') = CAST(day AS TEXT)"
	    " GROUP BY day),"
	    " span AS MATERIALIZED (SELECT day,"
	    " (SELECT coalesce(max(last), 0) FROM own_day o"
	    " WHERE o.day < d.day) AS low,"
	    " (SELECT coalesce(min(first), 0x7fffffffffffffff) FROM own_day o"
	    " WHERE o.day > d.day) AS high FROM session_state d),"
	    " ledger AS MATERIALIZED (SELECT l.strategy AS strategy,"
	    " l.code AS code, l.id AS id, sum(l.quantity) OVER w AS n,"
	    " sum(iif(l.quantity > 0, f.amount, -f.cost)) OVER w AS paid,"
	    " sum(l.kind <> 'fill') OVER w AS others,"
	    " lead(l.id, 1, 0x7fffffffffffffff) OVER w AS until"
	    " FROM share_ledger l LEFT JOIN fill f ON f.id = l.fill_id"
	    " WINDOW w AS (PARTITION BY l.strategy, l.code ORDER BY l.id))"
	    " SELECT printf('session_lot %d %s %s: %d shares for %d, which the"
	    " share ledger says at no time of that morning', s.day, s.strategy,"
	    " s.code, s.quantity, s.cost) FROM session_lot s"
	    " LEFT JOIN span d ON d.day = s.day WHERE NOT EXISTS"
	    " (SELECT 1 FROM ledger l WHERE l.strategy = s.strategy AND"
	    " l.code = s.code AND l.n = s.quantity AND"
	    " (l.others > 0 OR l.paid = s.cost) AND"
	    " l.id < coalesce(d.high, l.id + 1) AND"
	    " l.until > coalesce(d.low, 0))"
	    " UNION ALL SELECT printf('session_lot %d %s %s: has no row for %d"
	    " shares that the share ledger says were held', d.day, l.strategy,"
	    " l.code, l.n) FROM span d JOIN ledger l ON l.id <= d.low AND"
	    " l.until >= d.high AND l.n > 0 WHERE NOT EXISTS (SELECT 1"
	    " FROM session_lot s WHERE s.day = d.day AND"
	    " s.strategy = l.strategy AND s.code = l.code)",
	[OPEN_WITHOUT_HOURS] =
	    "SELECT printf('market_calendar: %d is open and has no"
	    " hours', date) FROM market_calendar WHERE is_open AND close = 0",
};

FAMILY(FAM_CHECK, check);

struct finder {
	void (*found)(void *arg, const char *words);
	void *arg;
	int n;
};

/* Each row of a statement is a finding. */
static int
rows(struct store *s, int i, struct finder *f, struct err *e)
{
	sqlite3_stmt *st = db_stmt(s, &check_family, i, e);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = db_row(s, st, "checking", e)) == 1) {
		const unsigned char *words = sqlite3_column_text(st, 0);

		f->found(f->arg, words == NULL ? "?" : (const char *)words);
		f->n++;
	}
	return rc;
}

/* Is all of the schema there?  A trigger that is gone refuses nothing. */
static int
schema(struct store *s, struct finder *f, struct err *e)
{
	struct store *fresh = db_fresh(e);
	sqlite3_stmt *want, *has;
	int rc = -1;

	if (fresh == NULL ||
	    (want = db_stmt(fresh, &check_family, SCHEMA, e)) == NULL)
		goto out;
	while ((rc = db_row(fresh, want, "checking", e)) == 1) {
		const char *type = (const char *)sqlite3_column_text(want, 0);
		const char *name = (const char *)sqlite3_column_text(want, 1);
		int64_t n;

		rc = -1;
		if ((has = db_stmt(s, &check_family, SCHEMA_HAS, e)) == NULL)
			goto out;
		bind_text(has, ":type", type);
		bind_text(has, ":name", name);
		if (db_int(s, has, "checking", &n, e) == -1)
			goto out;
		if (n == 0) {
			char words[128];

			snprintf(words, sizeof(words),
			    "the schema lacks its %s %s", type, name);
			f->found(f->arg, words);
			f->n++;
		}
	}
out:
	store_close(fresh);
	return rc;
}

int
store_check_texts(const char *const **out)
{
	*out = text;
	return NCHECKS;
}

int
store_check(struct store *s, void (*found)(void *arg, const char *words),
    void *arg, bool *is_damaged, struct err *e)
{
	struct finder f = { found, arg, 0 };

	*is_damaged = false;
	/* What a damaged file says means nothing. */
	if (rows(s, INTEGRITY, &f, e) == -1 ||
	    (f.n == 0 && schema(s, &f, e) == -1))
		return -1;
	if (f.n > 0) {
		*is_damaged = true;
		return f.n;
	}
	for (int i = FOREIGN_KEYS; i < NCHECKS; i++)
		if (rows(s, i, &f, e) == -1)
			return -1;
	return f.n;
}
