# show-status: what it shows, and when it says that something is wrong.

load helper
load hand

setup()
{
	hand_setup
	sql "INSERT INTO stock_info (code, name) VALUES ('005930', '삼성전자');
	    INSERT INTO cash_ledger (day, amount, balance, kind, at)
	    VALUES (20250314, 1000000, 1000000, 'opening', $AT);
	    UPDATE session_state SET start_equity = 1000000;
	    UPDATE strategy SET minute = 'open_minute' WHERE name = 'gold'"
}

# rows SECTION COLUMN...: these columns of a section's rows
rows()
{
	local section=$1
	shift
	show-status -t "$NOW" -f json > status.json || [ $? -eq 2 ] || return 1
	local list
	list=$(printf ", json_extract(value, '$.%s')" "$@")
	sqlite3 :memory: "SELECT ${list#, } FROM
	    json_each(CAST(readfile('status.json') AS TEXT))
	    WHERE json_extract(value, '\$.section') = '$section'"
}

# wrong PATTERN: status 2, rows on stdout, one line that matches on stderr
wrong()
{
	run --separate-stderr show-status -t "$NOW"
	[ "$status" -eq 2 ] && [ "${#stderr_lines[@]}" -eq 1 ] &&
	    [[ $stderr =~ $1 ]] && [[ $output == section,* ]] && return 0
	echo "status $status: $stderr" >&2
	return 1
}

well()
{
	run --separate-stderr show-status -t "$NOW"
	silently
}

# ran PROGRAM STATUS [TIME [PID]]: a run of today; status NULL: it has not ended
ran()
{
	sql "INSERT INTO program_run (program, pid, day, time, started_at,
	    ended_at, status, message) VALUES ('$1', ${4-1}, 20250314,
	    ${3-1029}, $AT, iif($2 IS NULL, NULL, $AT), $2,
	    iif($2 > 0, 'no answer', ''))"
}

@test "a new database is well" {
	rm -f "$MAEMAE_DB"*
	trade-db init
	well
	[ "$(rows account name value note | head -n 1)" = \
	    'cash||the account was never read: no entries before sync-account' ]
	[ "$(rows session name state)" = '20250314|continuous' ]
	[ "$(rows trading name state)" = 'entries|allowed' ]
}

@test "holdings, cash, equity, the profit of the day" {
	hold gold 005930 10
	hold gold 005930 5
	hold MANUAL 000660 3
	sql "INSERT INTO current_quote (code, last, polled_at)
	    VALUES ('005930', 1100, $AT);
	    INSERT INTO daily_price VALUES ('000660', 20250313, 900, 900, 900,
	    900, 1)"
	[ "$(rows position strategy code stock quantity price last value profit)" \
	    = 'MANUAL|000660||3|1000|900|2700|-0.1
gold|005930|삼성전자|15|1000|1100|16500|0.1' ]
	[ "$(rows account name value)" = 'cash|1000000
holdings|19200
equity|1019200
profit of the day|19200' ]
	well
	show-status -t "$NOW" -f table | grep -q '^gold  *005930  삼성전자  *15  *1,000  1,100  16,500   10.00%'
}

@test "halts are shown, and are no failure" {
	halt-trading --reason 'election day' -t '2025-03-14 10:00'
	halt-trading --code 005930
	halt-trading --strategy gold
	[ "$(rows trading name state strategy code stock note)" = \
'entries|halted||||
halt|code||005930|삼성전자|by hand
halt|entries||||election day
halt|strategy|gold|||by hand' ]
	well
	sql "UPDATE session_state SET loss_stop = 1012,
	    stop_reason = 'lost 3.1 %'"
	[ "$(rows trading name state at note | tail -n 1)" = \
	    'loss of the day|fired|2025-03-14T10:12:00+09:00|lost 3.1 %' ]
	well
}

@test "strategies and what they wait for" {
	sql "INSERT INTO current_signals (day, strategy, code, side, state,
	    score, target, price, made, stamp, is_urgent, reason, changed_at)
	    VALUES
	    (20250314, 'gold', '005930', 'buy', 'pending', 1, 990, 1000, 905,
		1029, 0, 'max_positions', $AT),
	    (20250314, 'gold', '000660', 'buy', 'executed', 1, 0, 0, 905, 905,
		0, 'sent', $AT),
	    (20250313, 'box', '000660', 'sell', 'pending', 1, 0, 0, 905, 905,
		1, '', $AT),
	    (20250313, 'box', '035420', 'buy', 'pending', 1, 0, 0, 905, 905,
		0, '', $AT)"
	[ "$(rows strategy strategy state)" = 'box|on
gold|on' ]
	[ "$(rows signal strategy code side state price last note)" = \
'box|000660|sell|urgent|||waits
gold|005930|buy|pending|990|1000|max_positions' ]
	well
}

@test "open orders are shown; an unknown one is wrong" {
	order gold 005930 buy sending open
	order gold 000660 sell sending open part
	order box 000270 buy sending open cancelled
	sql "UPDATE orders SET filled = 4 WHERE id = 2"
	cancel-order 1
	[ "$(rows order name strategy stock side state quantity filled price note)" = \
'1|gold|삼성전자|buy|open|10|0|1000|; cancel asked
2|gold||sell|part|10|4|1000|' ]
	well
	order box 035420 buy sending unknown
	wrong 'order 4 035420: unknown'
}

@test "an order of an earlier day is wrong" {
	order gold 005930 buy sending open
	NOW='2025-03-17 10:30' wrong 'order 1 005930: open'
}

@test "alerts and differences are wrong while they stand" {
	sql "INSERT INTO alert (name, message, program, first_at, last_at,
	    said_at) VALUES ('stale prices', 'none for 200 s', 'place-orders',
	    $AT, $AT, $AT)"
	wrong 'alert stale prices: standing'
	[ "$(rows alert name quantity note)" = \
	    'stale prices|1|place-orders: none for 200 s' ]
	sql "UPDATE alert SET cleared_at = $AT"
	well
	sql "INSERT INTO drift (day, kind, strategy, code, book, broker,
	    difference, first_at, last_at) VALUES (20250314, 'shares', 'gold',
	    '005930', 10, 8, -2, $AT, $AT)"
	wrong 'drift shares 005930: unexplained'
	[ "$(rows drift name stock value note)" = \
	    'shares|삼성전자|-2|database 10, broker 8' ]
	sql "UPDATE drift SET state = 'accepted'"
	well
}

@test "programs: ok, failed, running, killed, late" {
	ran gen-signals 1 1028
	ran gen-signals 0
	ran watch-fills NULL 1000 $$
	ran place-orders 0
	[ "$(rows program name state age)" = 'gen-signals|ok|60
place-orders|ok|60
watch-fills|running|1800' ]
	well
	NOW='2025-03-14 10:41' wrong 'program place-orders: late'
	NOW='2025-03-14 15:41' well	# the session is over
	NOW='2025-03-17 09:05' well	# the next has just begun
	NOW='2025-03-17 09:11' wrong 'program place-orders: late'
	sql 'UPDATE strategy SET is_on = 0'
	NOW='2025-03-17 09:11' well	# nobody expects a pass
	sql 'UPDATE strategy SET is_on = 1'
	ran update-prices 69
	wrong 'program update-prices: failed .69.'
	ran update-prices NULL 1029 4194305
	wrong 'program update-prices: killed'
	ran update-prices 0
	well
}

@test "several wrongs are one line" {
	order box 035420 buy sending unknown
	for i in 1 2 3 4; do
		ran "p$i" 70
	done
	wrong 'order 1 035420: unknown; program p1.*p2: failed .70.; and more'
}

@test "the calendar" {
	NOW='2025-01-28 10:00'
	[ "$(rows session state note)" = 'no session|' ]
	NOW='2024-11-14 09:30'		# the exam day
	[ "$(rows session state note)" = 'entry|orders from 09:30, open 10:00, closing auction 16:20, close 16:30' ]
	NOW='2027-12-01 10:00'
	[ "$(rows session state | tail -n 1)" = 'continuous' ]
	NOW='2027-12-02 10:00' well
	NOW='2027-12-02 10:00'
	[ "$(rows session name state | tail -n 1)" = 'calendar|ends soon' ]
	NOW='2028-01-03 10:00' wrong 'session 20280103: unknown'
}

@test "csv has one header, and as many fields in each row" {
	hold gold 005930 10
	order gold 005930 buy sending open
	ran place-orders 0
	show-status -t "$NOW" -f csv > out
	[[ $(head -n 1 out) == section,*,wrong ]]
	sqlite3 :memory: '.import --csv out t' 'SELECT count(*) FROM t
	    WHERE wrong NOT IN (0, 1)' > imported 2>&1
	[ "$(cat imported)" = 0 ]	# and not a word of rows too short or long
}

@test "it writes nothing, and needs no right to" {
	hold gold 005930 10
	before=$(dump)
	well
	[ "$(dump)" = "$before" ]
	locked show-status -t "$NOW" > out
	grep -q '^position' out
}

@test "bad calls and databases" {
	bad_options show-status
	bad_databases show-status
	refuses 64 argument show-status now
}

@test "a full disk is no success" {
	run --separate-stderr bash -c 'show-status -t "$1" > /dev/full' - "$NOW"
	[ "$status" -eq 1 ]
}

@test "what the person asks for is done by the next pass" {
	rm -f "$MAEMAE_DB"*
	trade-db init
	make-market --stocks 4 --from 20250310 --days 30 --minute-days 1 \
	    --dir m
	import-prices --stocks m/stocks.csv
	import-prices --daily m/daily.csv
	import-prices --minute m/minute.csv
	D=$(tail -n 1 m/daily.csv | cut -d, -f2)
	D=${D:0:4}-${D:4:2}-${D:6:2}
	set-strategy gold daily=sma:short=1,long=2 entry_order=market
	sync-account -t "$D 08:40"
	minute()
	{
		update-prices -t "$D $1"
		watch-fills --for 0 -t "$D $1"
		gen-signals -t "$D $1"
		place-orders -t "$D $1"
	} > minute.out
	for t in 09:01 09:02 09:03 09:04 09:05 09:06 09:07 09:08 09:09 09:10; do
		minute "$t"
		set -- $(sql 'SELECT code FROM lot ORDER BY id LIMIT 1')
		[ $# -eq 0 ] || break
	done
	[ $# -eq 1 ] || skip 'this market bought nothing'
	NOW="$D $t:30"
	halt-trading -t "$NOW" --cancel-open
	force-exit "$1" -t "$NOW"
	run show-status -t "$NOW"
	[[ $output == *"signal,,gold,$1,"* ]]
	NOW="${t:0:3}$((10#${t:3} + 1))"
	[ ${#NOW} -eq 5 ] || NOW="${t:0:3}0${NOW:3}"
	minute "$NOW"
	[ "$(sql "SELECT why, side, is_market FROM orders WHERE code = '$1'
	    ORDER BY id DESC LIMIT 1")" = 'liquidate|sell|1' ]
	[ "$(sql "SELECT count(*) FROM order_request WHERE kind = 'cancel' AND
	    state IN ('planned', 'sending', 'unknown')")" -eq 0 ]
}

@test "the examples of the page run" {
	page_examples show-status > examples
	[ "$(wc -l < examples)" -ge 3 ]
	while read -r line; do
		eval "$line" || [ $? -eq 2 ]
	done < examples > out
}
