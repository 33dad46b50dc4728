/*
 * check_stops.c - L2: a position beyond its stop has a sell, or an alarm.
 *
 * Prices are asked for twice, up to this minute and up to the one before: a
 * position is beyond only if it is by both, for one minute may be needed to
 * take a buy back, and one to sell.
 */
#include "sim/check_inner.h"

/* What each strategy has set, in percent. */
#define WITH_STOPS                                                          \
	"WITH stops AS (SELECT strategy,"                                   \
	" max(value) FILTER (WHERE name = 'stop_loss_ratio') AS plain,"     \
	" max(value) FILTER (WHERE name = 'early_stop_loss') AS early,"     \
	" coalesce(max(value) FILTER (WHERE name = 'early_days'), 3) AS"    \
	" days,"                                                            \
	" max(value) FILTER (WHERE name = 'trailing_stop_ratio') AS trail," \
	" max(value) FILTER (WHERE name = 'take_profit_ratio') AS take"     \
	" FROM strategy_setting WHERE value <> 'off' GROUP BY strategy)"

/* Each lot with the last price of this minute, p, and of the one before, q,
 * and the highest close since it was bought. */
#define LAST_BEFORE                                                   \
	"(SELECT close FROM minute_price m WHERE m.code = l.code AND" \
	" volume > 0 AND date = :day AND time < "
#define NEWEST " ORDER BY time DESC LIMIT 1)"
#define TOP_OF_MINUTES                                              \
	"(SELECT coalesce(max(close), 0) FROM minute_price m WHERE" \
	" m.code = l.code AND volume > 0 AND (date, time) >="       \
	" (entry_date, entry_time) AND (date, time) < (:day, :before))"
#define TOP_OF_DAYS                                                  \
	"(SELECT coalesce(max(close), 0) FROM daily_price d WHERE"   \
	" d.code = l.code AND volume > 0 AND date >= entry_date AND" \
	" date < :day AND NOT EXISTS (SELECT 1 FROM minute_price m"  \
	" WHERE m.code = d.code AND m.date = d.date))"
#define WITH_HELD                                                     \
	", held AS (SELECT l.*,"                                      \
	" " LAST_BEFORE ":at" NEWEST " AS p,"                         \
	" " LAST_BEFORE ":before" NEWEST " AS q,"                     \
	" max(" TOP_OF_MINUTES ", " TOP_OF_DAYS ") AS top FROM lot l" \
	" WHERE strategy <> 'MANUAL' AND (entry_date < :day OR"       \
	" entry_time < :before))"

/* And which of its stops it is beyond: T17's order. */
#define DAYS_HELD                                                 \
	"julianday(format('%04d-%02d-%02d', :day / 10000,"        \
	" :day / 100 % 100, :day % 100)) -"                       \
	" julianday(format('%04d-%02d-%02d', entry_date / 10000," \
	" entry_date / 100 % 100, entry_date % 100))"
#define WITH_BEYOND                                                      \
	", beyond AS (SELECT h.*, CASE"                                  \
	" WHEN min(p, q) * quantity * 100 >= cost * (100 + take) + 1"    \
	" THEN 'take profit'"                                            \
	" WHEN " DAYS_HELD " <= days AND max(p, q) * quantity * 100 + 1" \
	" <= cost * (100 + early) THEN 'early stop'"                     \
	" WHEN max(p, q) * quantity * 100 + 1 <= cost * (100 + plain)"   \
	" THEN 'stop'"                                                   \
	" WHEN max(p, q) * 100 + 1 <= top * (100 + trail)"               \
	" THEN 'trailing stop' END AS why"                               \
	" FROM held h JOIN stops USING (strategy) WHERE p > 0 AND q > 0)"

/* A session, and a fresh price of a stock that trades. */
#define IN_SESSION                                                    \
	"EXISTS (SELECT 1 FROM market_calendar WHERE date = :day AND" \
	" is_open AND open < :before AND close > :at)"
#define IS_FRESH                                                          \
	"EXISTS (SELECT 1 FROM current_quote c WHERE c.code = b.code AND" \
	" c.status = 'trading' AND CAST(substr(polled_at, 1, 4) ||"       \
	" substr(polled_at, 6, 2) || substr(polled_at, 9, 2) AS INTEGER)" \
	" = :day AND CAST(substr(polled_at, 12, 2) ||"                    \
	" substr(polled_at, 15, 2) AS INTEGER) >= :before)"

/* What is done, or keeps it from being done.  A sell refused just now for
 * shares that the person sold is one: the next knows how many are left.  So is
 * an unknown sell found just now to have never arrived: the next is sent by
 * the run of place-orders that comes after that. */
#define HAS_SELL                                                   \
	"EXISTS (SELECT 1 FROM orders o WHERE o.code = b.code AND" \
	" o.side = 'sell' AND state IN " LIVE ")"
#define WAS_REFUSED                                                      \
	"EXISTS (SELECT 1 FROM orders o JOIN drift d ON d.code = o.code" \
	" AND d.day = o.day AND d.kind = 'shares' WHERE o.code = b.code" \
	" AND o.day = :day AND o.side = 'sell' AND o.state = 'rejected'" \
	" AND o.sent >= :before)"
#define WAS_ABSENT                                                      \
	"EXISTS (SELECT 1 FROM orders o WHERE o.code = b.code AND"      \
	" o.day = :day AND o.side = 'sell' AND o.state = 'expired' AND" \
	" o.broker_no = '' AND CAST(substr(o.changed_at, 12, 2) ||"     \
	" substr(o.changed_at, 15, 2) AS INTEGER) >= :at)"
#define IS_TOLD                                                     \
	"EXISTS (SELECT 1 FROM halt WHERE scope = 'all') OR EXISTS" \
	" (SELECT 1 FROM alert WHERE cleared_at IS NULL AND"        \
	" (instr(message, b.code) OR name = 'no prices'))"

const struct asked check_stops_asked[] = {
	{ "L2",
	    WITH_STOPS WITH_HELD WITH_BEYOND
	    " SELECT format('%s %s: beyond its %s at %d, and no sell works',"
	    " strategy, code, why, p) FROM beyond b WHERE why IS NOT NULL AND"
	    " EXISTS (SELECT 1 FROM strategy s WHERE s.name = b.strategy)"
	    " AND " IN_SESSION " AND " IS_FRESH " AND NOT (" HAS_SELL
	    " OR " WAS_REFUSED " OR " WAS_ABSENT " OR " IS_TOLD ")" },
	{ NULL, NULL },
};
