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
	OPEN_WITHOUT_HOURS,
	NCHECKS
};

static const char *const text[] = {
	[INTEGRITY] = "SELECT integrity_check FROM pragma_integrity_check"
		      " WHERE integrity_check <> 'ok'",
	[FOREIGN_KEYS] =
	    "SELECT format('%s row %s: refers to no row of %s',"
	    " \"table\", rowid, parent) FROM pragma_foreign_key_check",
	[FILLS_OF_ORDER] =
	    "SELECT format('order %d: filled %d, %d won, but"
	    " its fills add up to %d, %d won', o.id, o.filled, o.filled_won,"
	    " coalesce(sum(f.quantity), 0), coalesce(sum(f.amount), 0))"
	    " FROM orders o LEFT JOIN fill f ON f.order_id = o.id GROUP BY o.id"
	    " HAVING o.filled <> coalesce(sum(f.quantity), 0) OR"
	    " o.filled_won <> coalesce(sum(f.amount), 0)",
	[FILLED_STATE] =
	    "SELECT format('order %d: is %s with %d of %d filled',"
	    " id, state, filled, quantity) FROM orders WHERE"
	    " (state = 'filled') <> (filled = quantity) OR"
	    " (state IN ('planned', 'sending', 'open', 'rejected') AND"
	    " filled > 0) OR (state = 'part' AND filled = 0)",
	[FILL_OWNER] =
	    "SELECT format('fill %d: not of the strategy, stock and"
	    " side of order %d', f.id, o.id) FROM fill f JOIN orders o"
	    " ON o.id = f.order_id WHERE f.strategy <> o.strategy OR"
	    " f.code <> o.code OR f.side <> o.side",
	[FILL_MONEY] =
	    "SELECT format('fill %d: profit %d does not follow from"
	    " its amounts', id, profit) FROM fill WHERE side = 'sell' AND"
	    " profit <> amount - commission - tax - cost - fees",
	[LOTS] =
	    "SELECT format('%s %s: lots hold %d, the share ledger says"
	    " %d', strategy, code, sum(lots), sum(ledger)) FROM ("
	    " SELECT strategy, code, quantity AS lots, 0 AS ledger FROM lot"
	    " UNION ALL SELECT strategy, code, 0, quantity FROM share_ledger)"
	    " GROUP BY strategy, code HAVING sum(lots) <> sum(ledger)",
	/* Where all shares came and went by fills: what was paid is what is
	 * still in the lots and what the sells took out of them. */
	[LOT_COST] =
	    "SELECT format('%s %s: lots cost %d and %d of fees, by"
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
	    "SELECT format('fill %d: not in the share ledger as it"
	    " was booked', f.id) FROM fill f LEFT JOIN share_ledger l"
	    " ON l.fill_id = f.id WHERE l.id IS NULL OR"
	    " l.strategy <> f.strategy OR l.code <> f.code OR"
	    " l.quantity <> iif(f.side = 'buy', f.quantity, -f.quantity)",
	[FILL_CASH] =
	    "SELECT format('fill %d: not in the cash ledger as it"
	    " was booked', f.id) FROM fill f LEFT JOIN cash_ledger l"
	    " ON l.fill_id = f.id WHERE l.id IS NULL OR l.amount <>"
	    " iif(f.side = 'buy', -f.amount, f.amount) - f.commission - f.tax",
	[CASH_SUM] = "SELECT format('cash: %d in the newest row, but the"
		     " ledger adds up to %d', balance, (SELECT sum(amount)"
		     " FROM cash_ledger)) FROM cash_ledger WHERE"
		     " id = (SELECT max(id) FROM cash_ledger) AND"
		     " balance <> (SELECT sum(amount) FROM cash_ledger)",
	[CASH_BALANCE] =
	    "SELECT format('cash ledger row %d: balance %d does"
	    " not follow from the row before', id, balance) FROM (SELECT id,"
	    " balance, amount, lag(balance, 1, 0) OVER (ORDER BY id) AS before"
	    " FROM cash_ledger) WHERE balance <> before + amount",
	[NO_TRAIL] =
	    "SELECT format('order %d: no trail in trading_log', id)"
	    " FROM orders o WHERE NOT EXISTS (SELECT 1 FROM trading_log"
	    " WHERE order_id = o.id AND event = 'order')",
	[LAST_TRAIL] =
	    "SELECT format('order %d: is %s, trading_log last says"
	    " %s', o.id, o.state, l.next) FROM orders o JOIN trading_log l"
	    " ON l.id = (SELECT max(id) FROM trading_log WHERE"
	    " order_id = o.id AND event = 'order') WHERE o.state IS NOT l.next",
	[MOVES] = "SELECT format('order %d: trading_log row %d moves it from"
		  " %s to %s', order_id, id, state, next) FROM trading_log l"
		  " WHERE event = 'order' AND state <> next AND NOT EXISTS"
		  " (SELECT 1 FROM order_move m WHERE m.state = l.state AND"
		  " m.next = l.next)",
	/* P2: what may have left was said before; an order's row is its own
	 * request for a new order. */
	[SENT_UNSAID] =
	    "SELECT format('order %d: is %s, but was never"
	    " recorded as sending', id, state) FROM orders o WHERE"
	    " (sending_at IS NOT NULL OR state IN ('open', 'part', 'filled',"
	    " 'cancelled', 'rejected')) AND NOT EXISTS (SELECT 1 FROM"
	    " trading_log l WHERE l.order_id = o.id AND l.event = 'order'"
	    " AND l.next = 'sending')",
	[HALF_DAY] = "SELECT format('trading_performance %d: no such revision"
		     " in daily_portfolio', day) FROM trading_performance p"
		     " WHERE NOT EXISTS (SELECT 1 FROM daily_portfolio d WHERE"
		     " d.day = p.day AND d.revision = p.revision)",
	[DAY_TOTAL] = "SELECT format('daily_portfolio %d: cash %d and holdings"
		      " %d are not %d', day, cash, holdings, total)"
		      " FROM daily_portfolio WHERE cash + holdings <> total",
	[OPEN_WITHOUT_HOURS] =
	    "SELECT format('market_calendar: %d is open and has no"
	    " hours', date) FROM market_calendar WHERE is_open AND close = 0",
};

FAMILY(FAM_CHECK, check);

int
store_check_texts(const char *const **out)
{
	*out = text;
	return NCHECKS;
}

int
store_check(struct store *s, void (*found)(void *arg, const char *words),
    void *arg, struct err *e)
{
	int findings = 0;

	for (int i = 0; i < NCHECKS; i++) {
		sqlite3_stmt *st = db_stmt(s, &check_family, i, e);
		int rc;

		if (st == NULL)
			return -1;
		while ((rc = db_row(s, st, "checking", e)) == 1) {
			const unsigned char *words = sqlite3_column_text(st, 0);

			found(arg, words == NULL ? "?" : (const char *)words);
			findings++;
		}
		if (rc == -1)
			return -1;
		if (i == INTEGRITY && findings > 0)
			break; /* what a damaged file says means nothing */
	}
	return findings;
}
