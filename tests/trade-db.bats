# trade-db: make, migrate, check and copy the database.

load helper

setup()
{
	new_db
	cd "$BATS_TEST_TMPDIR" || return 1
}

# ---- init

@test "init makes the folders, all tables and the calendar, silently" {
	run --separate-stderr trade-db -d new/folder/x.db init
	silently
	[ -z "$output" ]
	MAEMAE_DB=new/folder/x.db
	[ "$(sql "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
	    AND name IN ('stock_info', 'market_calendar', 'daily_price',
	    'minute_price', 'daily_signals', 'trading_log', 'daily_portfolio',
	    'backtest_run', 'backtest_trade', 'backtest_performance',
	    'current_signals')")" -eq 11 ]
	[ "$(sql "SELECT type FROM sqlite_schema
	    WHERE name = 'current_positions'")" = view ]
	[ "$(sql "SELECT is_open, open, close FROM market_calendar
	    WHERE date = 20250314")" = '1|900|1530' ]
	[ "$(sql "SELECT is_open FROM market_calendar
	    WHERE date = 20250101")" = 0 ]
	[ "$(sql 'PRAGMA journal_mode')" = wal ]
	[ "$(sql 'PRAGMA user_version')" = \
	    "$(awk '$2 == "STORE_VERSION" { print $3 }' "$ROOT/lib/store/store.h")" ]
}

@test "init on an existing database changes nothing" {
	sql "INSERT INTO setting VALUES ('max_positions', '3', 'now')"
	before=$(dump)
	run --separate-stderr trade-db init
	silently
	[ "$(dump)" = "$before" ]
}

@test "many inits at once make one database" {
	for _ in 1 2 3 4 5 6 7 8; do
		trade-db -d race.db init 2>>race.err &
	done
	wait
	[ ! -s race.err ]
	trade-db -d race.db check
}

@test "init refuses a file that is not ours" {
	echo 'code,date,open,high,low,close,volume' > prices.csv
	for f in prices.csv; do
		run --separate-stderr trade-db -d "$f" init
		fails_with 65 'prices\.csv: .*not a database'
	done
	sqlite3 other.db 'CREATE TABLE t (a)'
	run --separate-stderr trade-db -d other.db init
	fails_with 65 'other\.db: not a maemae database'
	[ "$(sqlite3 other.db .schema)" = 'CREATE TABLE t (a);' ]
}

@test "init on a full disk says so, and works once there is room" {
	run --separate-stderr with_file_limit 200 trade-db -d full.db init
	fails_with 1 'full\.db: '
	run --separate-stderr trade-db -d full.db init
	silently
	trade-db -d full.db check
}

@test "init in a folder that cannot be made" {
	touch file
	run --separate-stderr trade-db -d file/x.db init
	fails_with 1 'file: (File exists|Not a directory)|file/x\.db'
}

@test "init with --dry-run makes nothing" {
	run --separate-stderr trade-db -n -d dry.db init
	[ "$status" -eq 0 ]
	[[ $stderr =~ 'dry.db: would be made' ]]
	[ ! -e dry.db ]
}

# ---- opening, by any command

@test "a missing database names trade-db init" {
	for what in check migrate 'backup x'; do
		# shellcheck disable=SC2086
		run --separate-stderr trade-db -d none.db $what
		fails_with 78 'none\.db: no database; run trade-db init'
	done
	[ ! -e none.db ]
	[ ! -e x ]
}

@test "an empty file is no database yet" {
	: > empty.db
	run --separate-stderr trade-db -d empty.db check
	fails_with 78 'empty\.db: an empty database; run trade-db init'
}

@test "a newer database is refused and left alone" {
	sql 'PRAGMA user_version = 99'
	before=$(dump)
	for what in init check migrate 'backup x'; do
		# shellcheck disable=SC2086
		run --separate-stderr trade-db $what
		fails_with 78 'made by a newer maemae .schema 99'
	done
	[ "$(dump)" = "$before" ]
	[ ! -e x ]
}

@test "a folder, a text file and a foreign database are bad data" {
	mkdir folder
	echo 'not a database, but it is long enough to be looked at' > text
	sqlite3 other.db 'CREATE TABLE t (a)'
	for f in folder text other.db; do
		run --separate-stderr trade-db -d "$f" check
		fails_with 65 "$f: "
	done
}

@test "a database in a folder that cannot be written is read" {
	locked=$(mktemp -d)
	trade-db backup "$locked/x.db"
	chmod 555 "$locked"
	chmod 444 "$locked/x.db"
	run --separate-stderr as_nobody trade-db -d "$locked/x.db" check
	read_only=$status$stderr
	# A log that cannot be read there is not passed over in silence.
	chmod 755 "$locked"
	echo log > "$locked/x.db-wal"
	chmod 555 "$locked"
	run --separate-stderr as_nobody trade-db -d "$locked/x.db" check
	chmod 755 "$locked"
	rm -r "$locked"
	[ "$read_only" = 0 ]
	fails_with 1 'its folder cannot be written; read a copy'
}

# ---- migrate

@test "migrate has nothing to do on a new database" {
	before=$(dump)
	run --separate-stderr trade-db migrate
	silently
	[ "$(dump)" = "$before" ]
}

@test "migrate keeps when an order left that is under way" {
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'sma', '005930', 'buy', 'signal', 0, 55000, 10,
	    905, 905, 'now', 'now');
	    DROP TABLE order_left; $(< "$ROOT/sql/004_order_left.sql")
	    INSERT INTO order_left VALUES (1, 'boot', 5);
	    PRAGMA user_version = 4"
	silent trade-db migrate
	[ "$(sql 'SELECT order_id, boot, claimed_ms, at_ms
	    FROM order_left')" = '1|boot|0|5' ]
}

# ---- check

@test "check of a good database is silent" {
	run --separate-stderr trade-db check
	silently
	[ -z "$output" ]
}

@test "check finds books that do not add up" {
	sql "INSERT INTO cash_ledger (day, amount, balance, kind, at)
	    VALUES (20250314, 1000, 900, 'opening', 'now');
	    INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('sma', '005930', 10, 550000, 20250314);
	    INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'sma', '005930', 'buy', 'signal', 0, 55000, 10,
	    905, 905, 'now', 'now')"
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = finding ]
	[[ $output =~ 'sma 005930: lots hold 10, the share ledger says 0' ]]
	[[ $output =~ 'cash: 900 in the newest row' ]]
	[[ $output =~ 'order 1: no trail in trading_log' ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr =~ '4 findings' ]]
}

@test "check finds a cost that the fills do not explain, and a wrong total" {
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'sma', '005930', 'buy', 'signal', 0, 55000, 10,
	    905, 905, 'now', 'now');
	    INSERT INTO fill (order_id, broker_no, fill_no, day, time, strategy,
	    code, side, quantity, price, amount, commission, tax, booked_at)
	    VALUES (1, '1', 1, 20250314, 905, 'sma', '005930', 'buy', 10, 55000,
	    550000, 82, 0, 'now');
	    INSERT INTO share_ledger (day, strategy, code, quantity, kind,
	    fill_id, at) VALUES (20250314, 'sma', '005930', 10, 'fill', 1,
	    'now');
	    INSERT INTO lot (strategy, code, order_id, quantity, cost, fees,
	    entry_date) VALUES ('sma', '005930', 1, 10, 550000, 82, 20250314)"
	run --separate-stderr trade-db -f csv check
	[[ ! $output =~ 'lots cost' ]]
	sql "UPDATE lot SET cost = cost + 1;
	    INSERT INTO daily_portfolio (day, cash, holdings, total, profit,
	    daily_return, cumulative_return, drawdown, closed_at)
	    VALUES (20250314, 1, 2, 4, 0, 0, 0, 0, 'now')"
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[[ $output =~ 'sma 005930: lots cost 550001 and 82 of fees, by their fills 550000 and 82' ]]
	[[ $output =~ 'daily_portfolio 20250314: cash 1 and holdings 2 are not 4' ]]
}

# portfolio DAY REVISION CASH
portfolio()
{
	sql "INSERT INTO daily_portfolio (day, revision, cash, holdings, total,
	    profit, daily_return, cumulative_return, drawdown, closed_at)
	    VALUES ($1, $2, $3, 0, $3, 0, 0, 0, 0, '${1}T')"
}

# cash DAY AMOUNT: a row of the cash ledger, booked now
cash()
{
	sql "INSERT INTO cash_ledger (day, amount, balance, kind, at) SELECT $1,
	    $2, coalesce((SELECT balance FROM cash_ledger ORDER BY id DESC
	    LIMIT 1), 0) + $2, 'sync', 'now'"
}

@test "check compares the days' cash with the cash ledger" {
	portfolio 20250312 1 0		# before all
	cash 20250313 1000
	cash 20250314 -300
	portfolio 20250313 1 1000
	portfolio 20250314 1 700
	silent trade-db check
	# A late fee of the 13th: the days were told before it came.
	cash 20250313 -1
	silent trade-db check
	portfolio 20250313 2 999
	portfolio 20250314 2 699
	silent trade-db check
	portfolio 20250317 1 698
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[1]}" = \
	    '"daily_portfolio 20250317: cash 698, but the cash ledger adds up to 699"' ]
	# A rewritten ledger is told from a late row, on each of its days.
	sql "DELETE FROM daily_portfolio WHERE day = 20250317;
	    UPDATE cash_ledger SET amount = -200, balance = 800 WHERE id = 2;
	    UPDATE cash_ledger SET balance = 799 WHERE id = 3"
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ $output =~ 'daily_portfolio 20250314: cash 700,' ]]
	[[ $output =~ 'daily_portfolio 20250314: cash 699,' ]]
}

# a_day DAY: it has begun
a_day()
{
	sql "INSERT INTO session_state (day, start_equity, start_cash,
	    peak_equity, opened_at) VALUES ($1, 0, 0, 0, 'then')"
}

# shares DAY QUANTITY: of 005930, by hand, and the lot that goes with them
shares()
{
	sql "INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES ($1, 'sma', '005930', $2, 'sync',
	    printf('%s-%s-%sT09:10', substr($1, 1, 4), substr($1, 5, 2),
	    substr($1, 7, 2)));
	    DELETE FROM lot;
	    INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    SELECT 'sma', '005930', sum(quantity), 0, $1 FROM share_ledger
	    HAVING sum(quantity) > 0"
}

held()
{
	sql "INSERT INTO session_lot VALUES ($1, 'sma', '005930', $2, 0)"
}

@test "check compares what each day began with with the share ledger" {
	a_day 20250312
	shares 20250312 10
	a_day 20250313
	held 20250313 10
	shares 20250313 5
	shares 20250313 -15
	a_day 20250314
	shares 20250314 7
	a_day 20250317
	held 20250317 7
	silent trade-db check
	# Other shares than at any time of that morning ...
	sql "UPDATE session_lot SET quantity = 15 WHERE day = 20250317"
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} =~ 'session_lot 20250317 sma 005930: 15 shares for 0, ' ]]
	# ... none, of what was there all morning ...
	sql "DELETE FROM session_lot WHERE day = 20250317"
	run --separate-stderr trade-db -f csv check
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} =~ 'session_lot 20250317 sma 005930: has no row for 7' ]]
	# ... and some of what was not there.
	held 20250317 7
	held 20250314 7
	held 20250312 10
	silent trade-db check		# booked that day, perhaps before it began
	sql "UPDATE session_lot SET code = '000660' WHERE day = 20250312"
	run --separate-stderr trade-db -f csv check
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} =~ 'session_lot 20250312 sma 000660: 10' ]]
}

@test "check compares what was paid for them with their fills" {
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250313, 'sma', '005930', 'buy', 'signal', 0, 55000, 10,
	    905, 905, 'now', 'now');
	    INSERT INTO fill (order_id, broker_no, fill_no, day, time, strategy,
	    code, side, quantity, price, amount, commission, tax, booked_at)
	    VALUES (1, '1', 1, 20250313, 905, 'sma', '005930', 'buy', 10, 55000,
	    550000, 82, 0, 'now');
	    INSERT INTO share_ledger (day, strategy, code, quantity, kind,
	    fill_id, at) VALUES (20250313, 'sma', '005930', 10, 'fill', 1,
	    '2025-03-13T09:06:00+09:00')"
	a_day 20250314
	sql "INSERT INTO session_lot VALUES (20250314, 'sma', '005930', 10,
	    550000)"
	run trade-db -f csv check
	[[ ! $output =~ session_lot ]]
	sql 'UPDATE session_lot SET cost = 550001'
	run trade-db -f csv check
	[[ $output =~ 'session_lot 20250314 sma 005930: 10 shares for 550001, ' ]]
}

@test "check finds what the schema lacks" {
	sql 'DROP TRIGGER orders_state; DROP TABLE session_lot'
	run --separate-stderr trade-db -f csv check
	[ "$status" -eq 2 ]
	[ "${lines[1]}" = 'the schema lacks its table session_lot' ]
	[ "${lines[2]}" = 'the schema lacks its trigger orders_state' ]
	[[ $stderr =~ 'bring back a backup' ]]
}

@test "what is said of a damaged schema helps" {
	sql "PRAGMA writable_schema = 1; UPDATE sqlite_schema
	    SET sql = 'CREATE TABLE lot (' WHERE name = 'lot'"
	for p in 'trade-db check' show-status 'trade-db backup copy.db'; do
		# shellcheck disable=SC2086
		run --separate-stderr $p
		fails_with 65 'malformed database schema .*bring back a backup .*DAMAGE'
		[[ ! $stderr =~ 'trade-db check' ]]
	done
}

@test "check finds a damaged file" {
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null
	# Overwrite pages in the middle: the header stays.
	dd if=/dev/zero of="$MAEMAE_DB" bs=4096 seek=40 count=20 \
	    conv=notrunc 2> /dev/null
	run --separate-stderr trade-db check
	[ "$status" -eq 2 ] || [ "$status" -eq 65 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr =~ 'bring back a backup' ]]
}

@test "check changes nothing" {
	before=$(dump)
	trade-db check
	[ "$(dump)" = "$before" ]
}

@test "findings that cannot be written are no success" {
	sql "INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('sma', '005930', 10, 550000, 20250314)"
	run bash -c 'trade-db check > /dev/full'
	[ "$status" -ne 0 ]
}

# ---- backup

@test "a backup is the same, while another program writes" {
	sqlite3 "$MAEMAE_DB" "BEGIN IMMEDIATE; INSERT INTO setting
	    VALUES ('a', '1', 'now');" '.system sleep 1' COMMIT &
	sleep 0.2
	run --separate-stderr trade-db backup copy.db
	silently
	wait
	trade-db -d copy.db check
	[ "$(dump copy.db)" = "$(sql 'DELETE FROM setting'; dump)" ]
	[ "$(sqlite3 copy.db 'PRAGMA journal_mode')" = wal ]
	[ "$(echo ./*.tmp*)" = './*.tmp*' ]
}

@test "of an older database too: it is made before migrating" {
	sql "DROP TABLE rate_bucket; DROP TABLE order_left;
	    ALTER TABLE current_quote DROP COLUMN status_day;
	    INSERT INTO setting VALUES ('max_positions', '3', 'now');
	    PRAGMA user_version = 1"
	before=$(dump)
	run --separate-stderr trade-db backup before.db
	silently
	[ "$(sqlite3 before.db 'PRAGMA user_version')" = 1 ]
	[ "$(dump)" = "$before" ]
	[ "$(dump before.db)" = "$before" ]
	# It is a whole one: it can be migrated as the first could.
	silent trade-db migrate
	silent trade-db -d before.db migrate
	silent trade-db -d before.db check
	[ "$(dump before.db)" = "$(dump)" ]
}

@test "a backup replaces nothing" {
	echo precious > there
	run --separate-stderr trade-db backup there
	fails_with 64 'there: exists; a backup goes to a new file'
	[ "$(cat there)" = precious ]
}

@test "a backup on a full disk leaves nothing behind" {
	run --separate-stderr with_file_limit 200 trade-db backup full.db
	fails_with 1 'full\.db'
	[ "$(echo full*)" = 'full*' ]
}

@test "a backup goes to no folder that is not there" {
	run --separate-stderr trade-db backup nowhere/x.db
	fails_with 1 'nowhere/x\.db'
}

# ---- the call

@test "wrong calls are told in one line" {
	run --separate-stderr trade-db
	fails_with 64 'what to do'
	run --separate-stderr trade-db destroy
	fails_with 64 "unknown command 'destroy'"
	run --separate-stderr trade-db backup
	fails_with 64 'backup to which file'
	run --separate-stderr trade-db init now
	fails_with 64 "unexpected argument 'now'"
}

@test "-v says what was done" {
	run --separate-stderr trade-db -v -d v.db init
	[ "$status" -eq 0 ]
	[[ $stderr =~ 'v.db: made' ]]
}

# ---- the schema

@test "every table and column has a comment, and the database keeps it" {
	for f in "$ROOT"/sql/*.sql; do
		# A column begins with its name and type; the comment is
		# behind it, or behind the last line of its constraint.
		run awk '
		/^CREATE TABLE/ { table = $3; said = 0; want = ""; next }
		/^\)/ { if (want) print want; want = ""; table = "" }
		table && /^\t-- / { said = 1; next }
		table && /^\t[a-z_]+ (INTEGER|TEXT|REAL)/ {
			if (!said) print table ": no comment"
			if (want) print want
			want = table "." $1 ": no comment"
		}
		table && /-- ./ { want = "" }
		' "$f"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
	[ "$(sql "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND
	    name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%--%'")" -eq 0 ]
	[[ $(sql "SELECT sql FROM sqlite_schema WHERE name = 'daily_price'") \
	    =~ 'A row without volume is a halt' ]]
}

@test "all tables are strict; money and dates are whole numbers" {
	[ -z "$(sql "SELECT name FROM pragma_table_list WHERE type = 'table'
	    AND name NOT LIKE 'sqlite_%' AND NOT strict")" ]
	[ -z "$(sql "SELECT m.name, c.name FROM sqlite_schema m
	    JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND
	    c.name IN ('date', 'day', 'time', 'price', 'cost', 'amount',
	    'cash', 'open', 'high', 'low', 'close', 'quantity', 'volume') AND
	    c.type <> 'INTEGER'")" ]
}
