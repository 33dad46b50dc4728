/* judge.c - see judge.h. */
#include "judge.h"

#include <stddef.h>

/* The order that a key at the broker belongs to: maemae-ORDER-SECONDS. */
#define ID_OF(key) "CAST(substr(" key ", 8) AS INTEGER)"
#define OURS(key)  key " LIKE 'maemae-%'"

/* clang-format off */
const char *const judge_always[] = {
	/* S1 */
	"SELECT format('%s was sent without an intention', key)"
	" FROM paper.request WHERE kind = 'new' AND " OURS("key")
	" AND NOT EXISTS (SELECT 1 FROM orders"
	" WHERE id = " ID_OF("key") " AND sending_at IS NOT NULL)",
	/* S2: a delayed request is logged again as it arrives */
	"SELECT format('%s was sent %d times', min(key), count(*))"
	" FROM paper.request WHERE kind = 'new' AND " OURS("key")
	" AND NOT (fault = 'delay' AND outcome <> 'delayed')"
	" GROUP BY " ID_OF("key") " HAVING count(*) > 1",
	/* S4 */
	"SELECT format('order %d: %d filled here, %d at the broker', o.id,"
	" o.filled, coalesce(b.n, 0)) FROM orders o LEFT JOIN"
	" (SELECT " ID_OF("key") " AS id, sum(filled) AS n FROM paper.orders"
	" WHERE " OURS("key") " GROUP BY 1) b ON b.id = o.id"
	" WHERE o.filled > coalesce(b.n, 0)",
	/* S5 */
	"SELECT format('cash is %d, its ledger adds up to %d', (SELECT balance"
	" FROM cash_ledger ORDER BY id DESC LIMIT 1), sum(amount))"
	" FROM cash_ledger HAVING sum(amount) <>"
	" (SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1)",
	/* S7 */
	"SELECT format('cash is %d', cash_won) FROM paper.account"
	" WHERE cash_won < 0",
	"SELECT format('sells of %s bind %d of %d shares', code,"
	" sum(n - filled), (SELECT coalesce(sum(n), 0) FROM paper.holding h"
	" WHERE h.code = o.code)) FROM paper.orders o"
	" WHERE state = 'working' AND side = 'sell' GROUP BY code"
	" HAVING sum(n - filled) > (SELECT coalesce(sum(n), 0)"
	" FROM paper.holding h WHERE h.code = o.code)",
	/* S8 */
	"SELECT format('%s %s %s: orders %s work at once', o.strategy, o.code,"
	" o.side, group_concat(o.id)) FROM paper.orders b"
	" JOIN orders o ON o.id = " ID_OF("b.key")
	" WHERE b.state = 'working' AND " OURS("b.key")
	" GROUP BY o.strategy, o.code, o.side HAVING count(*) > 1",
	/* T12, but for unknown buys, which sells may pass by (T28) */
	"SELECT format('%s: order %d buys while %d sells', x.code, x.id, y.id)"
	" FROM orders x JOIN orders y ON y.code = x.code"
	" JOIN paper.orders p ON p.state = 'working' AND " OURS("p.key")
	" AND " ID_OF("p.key") " = x.id"
	" JOIN paper.orders q ON q.state = 'working' AND " OURS("q.key")
	" AND " ID_OF("q.key") " = y.id"
	" WHERE x.side = 'buy' AND y.side = 'sell'"
	" AND x.state IN ('open', 'part') AND NOT EXISTS (SELECT 1"
	" FROM trading_log WHERE order_id = x.id AND next = 'unknown')",
	NULL,
};

const char *const judge_settled[] = {
	"SELECT format('cash is %d here, %d at the broker', (SELECT balance"
	" FROM cash_ledger ORDER BY id DESC LIMIT 1), cash_won)"
	" FROM paper.account WHERE cash_won <> (SELECT balance"
	" FROM cash_ledger ORDER BY id DESC LIMIT 1)",
	"SELECT format('%s: %d shares here, %d at the broker', code, sum(a),"
	" sum(b)) FROM (SELECT code, quantity AS a, 0 AS b FROM lot UNION ALL"
	" SELECT code, 0, n FROM paper.holding) GROUP BY code"
	" HAVING sum(a) <> sum(b)",
	"SELECT format('order %d: %d filled here, %d at the broker', o.id,"
	" o.filled, b.n) FROM orders o JOIN (SELECT " ID_OF("key") " AS id,"
	" sum(filled) AS n FROM paper.orders WHERE " OURS("key")
	" GROUP BY 1) b ON b.id = o.id WHERE o.filled <> b.n",
	"SELECT format('order %d is still %s', id, state) FROM orders"
	" WHERE state IN ('planned', 'sending') OR (state = 'unknown'"
	" AND NOT EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL"
	" AND name = 'unknown order ' || orders.id))",
	"SELECT format('order %d is %s here, %s at the broker', o.id, o.state,"
	" b.state) FROM orders o JOIN paper.orders b"
	" ON " OURS("b.key") " AND " ID_OF("b.key") " = o.id"
	" WHERE (b.state = 'working') <> (o.state IN ('open', 'part'))"
	" AND (b.state = 'working' OR NOT EXISTS (SELECT 1"
	" FROM paper.orders c WHERE c.date = b.date AND c.orig_no = b.no))",
	"SELECT format('order %d wants a cancel that nobody asks for', id)"
	" FROM orders WHERE state IN ('open', 'part') AND wants_cancel"
	" AND NOT EXISTS (SELECT 1 FROM order_request"
	" WHERE order_id = orders.id AND kind = 'cancel'"
	" AND state IN ('planned', 'unknown'))",
	"SELECT format('request %d (%s of order %d) is still %s', id, kind,"
	" order_id, state) FROM order_request"
	" WHERE state IN ('planned', 'sending', 'unknown')",
	"SELECT format('a difference stands: %s %s %d', kind, code, difference)"
	" FROM drift WHERE state = 'seen'",
	/* Those of a pass are cleared by the next one: tomorrow, after the
	 * close. */
	"SELECT format('an alert stands: %s: %s', name, message) FROM alert"
	" WHERE cleared_at IS NULL AND NOT (substr(last_at, 12, 5) > '14:49'"
	" AND program = 'place-orders')",
	NULL,
};
/* clang-format on */

void
judge(sqlite3 *db, const char *const *query, void (*say)(const char *breach))
{
	sqlite3_stmt *st;

	for (; *query != NULL; query++) {
		if (sqlite3_prepare_v2(db, *query, -1, &st, NULL) !=
		    SQLITE_OK) {
			say(sqlite3_errmsg(db));
			continue;
		}
		while (sqlite3_step(st) == SQLITE_ROW)
			say((const char *)sqlite3_column_text(st, 0));
		sqlite3_finalize(st);
	}
}
