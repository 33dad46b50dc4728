/*
 * check_heal.c - what is asked seldom: at the end of a day, and after healing.
 */
#include "sim/check_inner.h"

#include "store/store.h"

#define FITS CHECK_FITS
#define SETTLED                                                       \
	"EXISTS (SELECT 1 FROM trading_log WHERE order_id = o.id AND" \
	" message LIKE 'settled by the person%')"
#define STRANGERS                                                  \
	"EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL AND" \
	" name = 'orders not of this database')"
/* TOLD "o.id)": a person was asked about that order. */
#define TOLD                                                       \
	"EXISTS (SELECT 1 FROM alert WHERE cleared_at IS NULL AND" \
	" name = 'unknown order ' || "

static const struct asked daily[] = {
	{ "S4",
	    "SELECT format('order %d: filled %d, %d won, its fills are %d,"
	    " %d won', o.id, o.filled, o.filled_won, coalesce(sum(f.quantity),"
	    " 0), coalesce(sum(f.amount), 0)) FROM orders o LEFT JOIN fill f"
	    " ON f.order_id = o.id GROUP BY o.id HAVING o.filled <>"
	    " coalesce(sum(f.quantity), 0) OR o.filled_won <>"
	    " coalesce(sum(f.amount), 0) OR o.filled > o.quantity" },
	{ "S4",
	    "SELECT format('order %d is %s with %d of %d filled', id, state,"
	    " filled, quantity) FROM orders WHERE (state = 'filled') <>"
	    " (filled = quantity) OR (state IN ('planned', 'sending', 'open',"
	    " 'rejected') AND filled > 0) OR (state = 'part' AND filled = 0)" },
	{ "S5",
	    "SELECT format('cash is %d, the ledger adds up to %d', balance,"
	    " (SELECT sum(amount) FROM cash_ledger)) FROM cash_ledger WHERE id"
	    " = (SELECT max(id) FROM cash_ledger) AND balance <> (SELECT"
	    " sum(amount) FROM cash_ledger)" },
	{ "S5",
	    "SELECT format('transfers of %d won, in the cash ledger %d',"
	    " (SELECT coalesce(sum(amount), 0) FROM transfer),"
	    " coalesce(sum(amount), 0)) FROM cash_ledger WHERE kind ="
	    " 'transfer' HAVING coalesce(sum(amount), 0) <> (SELECT"
	    " coalesce(sum(amount), 0) FROM transfer)" },
	{ "S5",
	    "SELECT format('fill %d is not in both ledgers', f.id) FROM fill f"
	    " LEFT JOIN cash_ledger c ON c.fill_id = f.id LEFT JOIN"
	    " share_ledger s ON s.fill_id = f.id WHERE c.amount IS NOT"
	    " iif(f.side = 'buy', -f.amount, f.amount) - f.commission - f.tax"
	    " OR s.quantity IS NOT iif(f.side = 'buy', f.quantity,"
	    " -f.quantity)" },
	{ "S5",
	    "SELECT format('%s %s: lots of %d, the share ledger says %d',"
	    " strategy, code, sum(a), sum(b)) FROM (SELECT strategy, code,"
	    " quantity AS a, 0 AS b FROM lot UNION ALL SELECT strategy, code,"
	    " 0, quantity FROM share_ledger) GROUP BY strategy, code HAVING"
	    " sum(a) <> sum(b)" },
	{ "S2",
	    "SELECT format('%s was sent %d times', min(key), count(*)) FROM"
	    " paper.request WHERE kind = 'new' AND key LIKE 'maemae-%' AND NOT"
	    " (fault = 'delay' AND outcome <> 'delayed') GROUP BY key HAVING"
	    " count(*) > 1" },
	/* T4: but for what a person settled. */
	{ "S2",
	    "SELECT format('%s bought %s by orders %s in one day', o.strategy,"
	    " o.code, group_concat(DISTINCT o.id)) FROM paper.orders b JOIN"
	    " orders o ON " FITS " WHERE b.date = :day AND b.filled > 0 AND"
	    " o.side = 'buy' AND NOT " SETTLED " GROUP BY o.day, o.strategy,"
	    " o.code HAVING count(DISTINCT o.id) > 1" },
	{ NULL, NULL },
};

static const struct asked healed[] = {
	{ "S6",
	    "SELECT format('cash is %d here, %d at the broker', balance,"
	    " cash_won) FROM paper.account, (SELECT balance FROM cash_ledger"
	    " ORDER BY id DESC LIMIT 1) WHERE cash_won <> balance AND (NOT"
	    " EXISTS (SELECT 1 FROM orders WHERE state IN " LIVE ") OR NOT"
	    " EXISTS (SELECT 1 FROM drift WHERE state = 'seen' AND kind ="
	    " 'cash'))" },
	{ "S6",
	    "SELECT format('%s: %d shares here, %d at the broker', code,"
	    " sum(a), sum(b)) FROM (SELECT code, quantity AS a, 0 AS b FROM"
	    " lot UNION ALL SELECT code, 0, n FROM paper.holding) AS x GROUP"
	    " BY code HAVING sum(a) <> sum(b) AND (NOT EXISTS (SELECT 1 FROM"
	    " orders o WHERE state IN " LIVE " AND o.code = x.code) OR NOT"
	    " EXISTS (SELECT 1 FROM drift d WHERE d.state = 'seen' AND d.kind"
	    " = 'shares' AND d.code = x.code))" },
	{ "S6",
	    "SELECT format('a difference stands, and nothing keeps it from"
	    " being settled: %s %s %d', kind, code, difference) FROM drift d"
	    " WHERE state = 'seen' AND NOT (kind = 'order' AND " TOLD
	    " d.book)) AND NOT EXISTS (SELECT 1 FROM orders o WHERE"
	    " o.state IN " LIVE " AND (d.code = '' OR o.code = d.code))" },
	{ "S6",
	    "SELECT format('order %d: %d filled here, %d at the broker', o.id,"
	    " o.filled, sum(b.filled)) FROM orders o JOIN paper.orders b ON"
	    " " FITS " WHERE NOT " SETTLED " AND NOT " STRANGERS
	    " AND NOT (o.state = 'unknown' AND " TOLD " o.id))"
	    " GROUP BY o.id HAVING o.filled <> sum(b.filled)" },
	{ "S6",
	    "SELECT format('order %d is %s here, %s at the broker', o.id,"
	    " o.state, b.state) FROM orders o JOIN paper.orders b ON " FITS
	    " WHERE (b.state = 'working') <> (o.state IN ('open', 'part')) AND"
	    " (b.state = 'working' OR NOT EXISTS (SELECT 1 FROM paper.orders c"
	    " WHERE c.date = b.date AND c.orig_no = b.no)) AND NOT " SETTLED
	    " AND NOT " STRANGERS " AND o.state <> 'unknown'" },
	{ "S6",
	    "SELECT 'strangers are told, and at the broker are none' WHERE"
	    " " STRANGERS " AND NOT EXISTS (SELECT 1 FROM orders WHERE day ="
	    " :day AND state = 'expired') AND NOT EXISTS (SELECT 1 FROM"
	    " paper.orders b WHERE b.date = :day AND (b.key = '' OR NOT EXISTS"
	    " (SELECT 1 FROM orders o WHERE " FITS ")))" },
	{ "L1",
	    "SELECT format('order %d is still %s', id, state) FROM orders o"
	    " WHERE state IN ('planned', 'sending') OR (state = 'unknown' AND"
	    " NOT " TOLD " o.id))" },
	{ "L1",
	    "SELECT format('order %d wants a cancel that nobody asks for', id)"
	    " FROM orders WHERE state IN ('open', 'part') AND wants_cancel AND"
	    " NOT EXISTS (SELECT 1 FROM order_request WHERE order_id ="
	    " orders.id AND kind = 'cancel' AND state IN ('planned',"
	    " 'unknown'))" },
	/* The cancel of an unknown order waits for it. */
	{ "L1",
	    "SELECT format('request %d (%s of order %d) is still %s', r.id,"
	    " kind, order_id, r.state) FROM order_request r JOIN orders o ON"
	    " o.id = order_id WHERE r.state IN ('planned', 'sending',"
	    " 'unknown') AND NOT (o.state = 'unknown' AND r.state = 'planned'"
	    " AND " TOLD " o.id))" },
	/* One of a time to come is of a clock that was ahead, before the calm. */
	{ "L3",
	    "SELECT format('%s of %04d has not ended', program, time) FROM"
	    " program_run r WHERE ended_at IS NULL AND day = :day AND time"
	    " BETWEEN :since AND :at AND id = (SELECT max(id) FROM program_run x WHERE"
	    " x.program = r.program) AND NOT EXISTS (SELECT 1 FROM lease WHERE"
	    " name = program AND lease.pid = r.pid)" },
	{ "L3",
	    "SELECT format('%s of %04d ended with status %d: %s', program,"
	    " time, status, message) FROM program_run r WHERE status IN (70,"
	    " 134, 139) AND day = :day AND time BETWEEN :since AND :at AND id = (SELECT"
	    " max(id) FROM program_run x WHERE x.program = r.program)" },
	{ "L4",
	    "SELECT integrity_check FROM pragma_integrity_check(10, 'main')"
	    " WHERE integrity_check <> 'ok'" },
	{ NULL, NULL },
};

/* Only where a feed is attached.  What it has up to the minute before, of
 * stocks that minutes are kept of: held, watched by name, with a live order, or
 * asked for until now.  What the person took away is not asked for
 * any more; what was bought by hand and is known since after the close is asked
 * for at the next ten minutes. */
static const struct asked fed[] = {
	{ "L5",
	    "SELECT format('%s: %d minutes of %d are missing, the first is"
	    " %04d', code, count(*), :day, min(time)) FROM feed.minute_price f"
	    " WHERE date = :day AND time < :before AND volume > 0 AND code IN"
	    " (SELECT code FROM main.lot WHERE NOT (entry_date = :day AND"
	    " entry_time >= :before / 10 * 10 AND :before > (SELECT close FROM"
	    " main.market_calendar WHERE date = :day))"
	    " UNION SELECT code FROM main.universe"
	    " UNION SELECT code FROM main.orders WHERE state IN " LIVE
	    " UNION SELECT code FROM main.current_quote WHERE"
	    " substr(polled_at, 1, 10) = format('%04d-%02d-%02d', :day /"
	    " 10000, :day / 100 % 100, :day % 100) AND"
	    " CAST(substr(polled_at, 12, 2) || substr(polled_at, 15, 2) AS"
	    " INTEGER) >= :before)"
	    " AND NOT EXISTS (SELECT 1 FROM main.minute_price m WHERE m.code ="
	    " f.code AND m.date = f.date AND m.time = f.time) GROUP BY code" },
	{ NULL, NULL },
};

/* ---- Asking ------------------------------------------------------------------- */

/* What trade-db check asks has rules of its own; here all of it is L4. */
static const struct asked *const list[NSELDOM] = {
	[DAILY] = daily,
	[HEALED] = healed,
	[STOPS] = check_stops_asked,
	[FED] = fed,
};

static bool
prepare_one(struct check *c, enum seldom s, const char *sql)
{
	sqlite3_stmt **st = ADD(c->seldom[s]);

	return (*st = check_prepare(c, sql)) != NULL;
}

static bool
has_feed(struct check *c)
{
	sqlite3_stmt *st;
	bool has = sqlite3_prepare_v2(c->db, "SELECT 1 FROM feed.minute_price",
		       -1, &st, NULL) == SQLITE_OK;

	sqlite3_finalize(st);
	return has;
}

bool
check_prepare_seldom(struct check *c)
{
	const char *const *own;
	int n = store_check_texts(&own);

	for (int s = 0; s < OWN; s++) {
		if (s == FED && !has_feed(c))
			continue;
		for (const struct asked *q = list[s]; q->sql != NULL; q++)
			if (!prepare_one(c, (enum seldom)s, q->sql))
				return false;
	}
	for (int i = 0; i < n; i++) /* that one reads all databases */
		if (strstr(own[i], "pragma_integrity_check") == NULL &&
		    !prepare_one(c, OWN, own[i]))
			return false;
	return true;
}

static void
bind_name(sqlite3_stmt *st, const char *name, int64_t v)
{
	int i = sqlite3_bind_parameter_index(st, name);

	if (i > 0)
		sqlite3_bind_int64(st, i, v);
}

static hhmm
earlier(hhmm at, int minutes)
{
	int m = at / 100 * 60 + at % 100 - minutes;

	return m < 0 ? 0 : m / 60 * 100 + m % 60;
}

/* Each row of these is a breach. */
static void
ask_all(struct check *c, enum seldom s, ymd day, hhmm at)
{
	for (int i = 0; i < c->seldom[s].n; i++) {
		sqlite3_stmt *st = c->seldom[s].item[i];

		sqlite3_reset(st);
		bind_name(st, ":day", day);
		bind_name(st, ":at", at);
		bind_name(st, ":before", earlier(at, 1));
		bind_name(st, ":since", earlier(at, 9));
		while (check_row(c, st))
			check_breach(c, s == OWN ? "L4" : list[s][i].rule, "%s",
			    (const char *)sqlite3_column_text(st, 0));
	}
}

int
check_day(struct check *c, ymd day)
{
	check_begin(c);
	ask_all(c, DAILY, day, 0);
	return check_end(c);
}

int
check_healed(struct check *c, const char *now)
{
	int64_t seconds;
	ymd day = 0;
	hhmm at = 0;
	int n = check_step(c, now);

	check_begin(c);
	check_now(now, &day, &at, &seconds);
	for (int s = HEALED; s < NSELDOM; s++)
		ask_all(c, (enum seldom)s, day, at);
	return n + check_end(c);
}

int
check_stops(struct check *c, const char *now)
{
	int64_t seconds;
	ymd day = 0;
	hhmm at = 0;

	check_begin(c);
	check_now(now, &day, &at, &seconds);
	ask_all(c, STOPS, day, at);
	return check_end(c);
}
