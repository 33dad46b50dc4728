# eod-report: days are closed to the won, once, and again where something
# changed; and what it says of them is true.  Books are written by hand here,
# so that every figure can be followed on paper.
# shellcheck disable=SC2154

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
}

# price CODE DAY CLOSE
price()
{
	sql "INSERT OR REPLACE INTO daily_price VALUES
	    ('$1', $2, $3, $3, $3, $3, 100000)"
}

# cash DAY AMOUNT KIND [FILL]
cash()
{
	sql "INSERT INTO cash_ledger (day, amount, balance, kind, fill_id, at)
	    VALUES ($1, $2, $2 + coalesce((SELECT balance FROM cash_ledger
	    ORDER BY id DESC LIMIT 1), 0), '$3', ${4:-NULL},
	    '2025-03-13T09:00:00+09:00')"
}

# filled SIDE DAY TIME STRATEGY CODE N PRICE DECISION COMMISSION TAX [COST]
filled()
{
	local side=$1 day=$2 time=$3 strategy=$4 code=$5 n=$6 price=$7
	local decision=$8 fee=$9 tax=${10} cost=${11:-0} amount=$((n * price))
	local at=2025-03-13T09:00:00+09:00 sign=-1 id
	[ "$side" = buy ] || sign=1

	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, decision, sent, worked, reason, planned_at,
	    changed_at, attempt) VALUES ($day, '$strategy', '$code', '$side',
	    'signal', 1, 0, $n, $decision, $time, $time, 'because', '$at',
	    '$at', (SELECT count(*) + 1 FROM orders WHERE day = $day AND
	    strategy = '$strategy' AND code = '$code' AND side = '$side'));
	    UPDATE orders SET state = 'sending' WHERE state = 'planned';
	    UPDATE orders SET state = 'filled', filled = quantity,
	    filled_won = $amount WHERE state = 'sending'"
	sql "INSERT INTO fill (order_id, broker_no, fill_no, day, time,
	    strategy, code, side, quantity, price, amount, commission, tax,
	    cost, entry_date, profit, booked_at) SELECT max(id), 'B' || max(id),
	    1, $day, $time, '$strategy', '$code', '$side', $n, $price, $amount,
	    $fee, $tax, $cost, iif('$side' = 'sell', 20250313, 0),
	    iif('$side' = 'sell', $amount - $fee - $tax - $cost, 0), '$at'
	    FROM orders"
	id=$(sql 'SELECT max(id) FROM fill')
	sql "INSERT INTO share_ledger (day, strategy, code, quantity, kind,
	    fill_id, at) VALUES ($day, '$strategy', '$code',
	    $((-sign * n)), 'fill', $id, '$at')"
	cash "$day" $((sign * amount - fee - tax)) "$side" "$id"
}

# Two days: bought on Thursday, sold in part on Friday.
two_days()
{
	sql "INSERT INTO stock_info (code, name) VALUES ('005930', '삼성전자'),
	    ('000660', 'SK하이닉스')"
	price 005930 20250312 54000
	price 005930 20250313 56000
	price 005930 20250314 54000
	cash 20250313 10000000 opening
	filled buy 20250313 905 sma 005930 100 55000 54900 0 0
	filled sell 20250314 1000 sma 005930 40 57000 57100 3648 0 2200000
}

# What is stored of the days, and nothing of who ran when.
results()
{
	sql "SELECT * FROM daily_portfolio; SELECT * FROM trading_performance"
}

figure()	# figure SECTION NAME [DAY]: its value in report.csv
{
	awk -F, -v s="$1" -v n="$2" -v d="${3:-}" '$1 == s && $5 == n &&
	    (d == "" || $2 == d) { print $6 }' report.csv
}

lacks()	# lacks GREP-ARGUMENT...: `! grep` alone would not fail a test
{
	! grep -q "$@"
}

at()	# at 'DATE TIME' ARG...: run it then
{
	local now=$1
	shift
	run --separate-stderr eod-report --now "$now" "$@"
}

@test "nothing is said before the first session is over" {
	at '2025-03-13 15:40'
	silently
	[ -z "$output" ]
	two_days
	at '2025-03-13 15:30:59'
	silently
	[ -z "$output" ]
	[ -z "$(results)" ]
}

@test "a day is closed one minute after its close, to the won" {
	two_days
	at '2025-03-13 15:31'
	silently
	[ "$(sql 'SELECT day, revision, is_final, cash, holdings, total,
	    transfers, profit, realised, bought, sold, commission, tax,
	    daily_return, cumulative_return, drawdown, closed_at
	    FROM daily_portfolio')" = \
	    "20250313|1|0|4500000|5600000|10100000|0|100000|0|5500000|0|0|0|0.01|0.01|0.0|2025-03-13T15:31:00+09:00" ]
	[ "$(sql 'SELECT * FROM trading_performance')" = \
	    "20250313|sma|1|5600000|5500000|0|100000|1|0|0|0|0" ]
}

@test "the next day takes its profit from the one before" {
	two_days
	at '2025-03-14 15:31'
	silently
	[ "$(sql 'SELECT day, is_final, cash, holdings, total, profit,
	    realised, sold, commission FROM daily_portfolio')" = \
"20250313|1|4500000|5600000|10100000|100000|0|0|0
20250314|0|6776352|3240000|10016352|-83648|76352|2280000|3648" ]
	[ "$(sql 'SELECT strategy, holdings, cost, realised, unrealised, sells,
	    wins FROM trading_performance WHERE day = 20250314')" = \
	    "sma|3240000|3300000|76352|-60000|1|1" ]
	[ "$(sql 'SELECT round(drawdown, 8), round(cumulative_return, 8)
	    FROM daily_portfolio WHERE day = 20250314')" = \
	    "-0.00828198|0.0016352" ]
}

@test "an exam day is closed an hour later" {
	two_days
	sql "UPDATE market_calendar SET open = 1000, entry = 930,
	    auction = 1620, close = 1630 WHERE date = 20250313"
	at '2025-03-13 16:30:59'
	silently
	[ -z "$(results)" ]
	at '2025-03-13 16:31'
	silently
	[ -n "$(results)" ]
}

@test "without a daily close the last minute counts, else the close before" {
	two_days
	sql "DELETE FROM daily_price WHERE date = 20250313"
	at '2025-03-13 15:31'
	[ "$(sql 'SELECT holdings FROM daily_portfolio')" = 5400000 ]
	sql "INSERT INTO minute_price VALUES
	    ('005930', 20250313, 1519, 1, 99999, 1, 70000, 1),
	    ('005930', 20250313, 1530, 1, 99999, 1, 55500, 1)"
	at '2025-03-13 15:32'
	[ "$(sql 'SELECT revision, holdings FROM daily_portfolio
	    ORDER BY revision')" = $'1|5400000\n2|5550000' ]
	price 005930 20250313 56000
	at '2025-03-13 15:33'
	[ "$(sql 'SELECT max(revision) FROM daily_portfolio')" = 3 ]
}

@test "repeating it changes nothing and says the same" {
	two_days
	at '2025-03-14 15:31'
	first=$output before=$(dump | grep -v program_run)
	at '2025-03-14 17:00'
	silently
	[ "$output" = "$first" ]
	# The number of runs, and the lease's, are all that moved on.
	[ "$(dump | grep -v 'program_run\|INTO lease')" = \
	    "$(grep -v 'INTO lease' <<< "$before")" ]
}

@test "it is final in the next session's morning" {
	two_days
	at '2025-03-13 15:31'
	at '2025-03-14 08:29'
	[ "$(sql 'SELECT count(*) FROM daily_portfolio WHERE is_final')" = 0 ]
	at '2025-03-14 08:30'
	[ "$(sql 'SELECT revision, is_final, total FROM daily_portfolio')" = \
	    $'1|0|10100000\n2|1|10100000' ]
	results > before
	at '2025-03-14 08:31'
	results | diff before -
}

@test "it is final once the account was synchronised before the open" {
	two_days
	at '2025-03-13 15:31'
	sql "INSERT INTO program_run (program, pid, day, time, started_at,
	    ended_at, status) VALUES ('sync-account', 1, 20250314, 750,
	    '2025-03-14T07:50:00+09:00', '2025-03-14T07:50:01+09:00', 0)"
	at '2025-03-14 07:55'
	[ "$(sql 'SELECT max(is_final) FROM daily_portfolio')" = 1 ]
}

@test "days missed while the machine was off are closed together" {
	two_days
	price 005930 20250317 54500
	at '2025-03-17 20:00'
	silently
	[[ ${lines[0]} == 'maemae: 2025-03-17 (provisional)' ]]
	[ "$(sql 'SELECT day, revision, is_final FROM daily_portfolio')" = \
	    $'20250313|1|1\n20250314|1|1\n20250317|1|0' ]
	results > together
	# One by one comes to the same, revisions aside.
	new_db
	rm "$MAEMAE_DB"*
	new_db
	two_days
	price 005930 20250317 54500
	at '2025-03-13 16:00'
	at '2025-03-14 16:00'
	at '2025-03-17 20:00'
	[ "$(sql 'SELECT day, total, profit, drawdown FROM daily_portfolio
	    WHERE is_final OR day = 20250317')" = \
	    "$(awk -F'|' '/^2025....\|1\|[01]\|/ { print $1 "|" $6 "|" $8 "|" $16 }' together)" ]
}

@test "a weekend has no day, and what is booked on it belongs to Monday" {
	two_days
	price 005930 20250317 54000
	sql "INSERT INTO transfer (day, amount, counts_from, note, at) VALUES
	    (20250315, 1000000, 20250317, 'deposit',
	    '2025-03-15T12:00:00+09:00')"
	cash 20250315 1000000 transfer
	at '2025-03-17 16:00'
	[ "$(sql 'SELECT day, total, transfers, profit, daily_return
	    FROM daily_portfolio WHERE day > 20250314')" = \
	    "20250317|11016352|1000000|0|0.0" ]
	at '2025-03-17 16:00' --format csv -o report.csv
	[ "$(figure transfer amount)" = 1000000 ]
	[ "$(figure day transfers)" = 1000000 ]
}

@test "a late fill is a revision of its day and of those after it" {
	two_days
	at '2025-03-17 08:40'
	results > before
	filled buy 20250313 1530 sma 000660 10 200000 200000 0 0
	price 000660 20250313 201000
	price 000660 20250314 202000
	at '2025-03-17 08:45'
	silently
	# What was there stays.
	results | diff before - | lacks '^<'
	[ "$(sql 'SELECT day, revision, is_final, cash, holdings, total, profit
	    FROM daily_portfolio WHERE revision = 2')" = \
"20250313|2|1|2500000|7610000|10110000|110000
20250314|2|1|4776352|5260000|10036352|-73648" ]
	[ "$(sql 'SELECT day, holdings, cost FROM trading_performance
	    WHERE revision = 2')" = \
	    $'20250313|7610000|7500000\n20250314|5260000|5300000' ]
	results > before
	at '2025-03-17 08:46'
	results | diff before -
}

@test "a fee that comes later is a revision" {
	two_days
	at '2025-03-17 08:40'
	cash 20250314 -500 fee
	at '2025-03-17 08:45' --format csv -o report.csv
	[ "$(sql 'SELECT revision, total, profit FROM daily_portfolio
	    WHERE day = 20250314 AND revision = 2')" = '2|10015852|-84148' ]
	[ "$(figure cost other)" = -500 ]
}

@test "a split changes nothing of the days before it" {
	two_days
	at '2025-03-17 08:40'
	results > before
	sql "UPDATE daily_price SET open = open / 50, high = high / 50,
	    low = low / 50, close = close / 50;
	    INSERT INTO split_log (code, date, new_shares, old_shares,
	    daily_rows, minute_rows, at) VALUES ('005930', 20250317, 50, 1,
	    3, 0, '2025-03-17T08:41:00+09:00');
	    INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES (20250317, 'sma', '005930', 2940, 'split',
	    '2025-03-17T08:41:00+09:00')"
	price 005930 20250317 1100
	at '2025-03-17 08:45'
	results | diff before -
	at '2025-03-17 15:31'
	[ "$(sql 'SELECT holdings, profit FROM daily_portfolio
	    WHERE day = 20250317')" = "3300000|60000" ]
}

@test "shares of the first day are no profit of it" {
	two_days
	price 000660 20250312 200000
	price 000660 20250313 210000
	sql "INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES (20250313, 'MANUAL', '000660', 10, 'sync',
	    '2025-03-13T08:00:00+09:00');
	    INSERT INTO lot (strategy, code, quantity, cost, entry_date) VALUES
	    ('MANUAL', '000660', 10, 1500000, 20250313)"
	at '2025-03-13 15:31' --format csv -o report.csv
	# 100,000 as before, and 10 x 10,000 since the close before.
	[ "$(sql 'SELECT total, profit FROM daily_portfolio')" = \
	    '12200000|200000' ]
	[ "$(sql "SELECT holdings, cost FROM trading_performance
	    WHERE strategy = 'MANUAL'")" = '2100000|1500000' ]
	[ "$(figure cost other)" = 0 ]
}

@test "adopted shares take their cost along and make no profit" {
	two_days
	sql "INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES (20250314, 'sma', '005930', -60, 'adopt', 'x'),
	    (20250314, 'MANUAL', '005930', 60, 'adopt', 'x')"
	at '2025-03-14 15:31' --format csv -o report.csv
	[ "$(sql "SELECT strategy, holdings, cost FROM trading_performance
	    WHERE day = 20250314")" = \
	    $'MANUAL|3240000|3300000\nsma|0|0' ]
	[ "$(figure day profit)" = -83648 ]
	# 40 sold 1,000 above the evening before, less the commission; 60 fell
	# by 2,000 with their new owner.
	[ "$(figure strategy profit)" = $'-120000\n36352' ]
	[ "$(figure cost other)" = 0 ]
}

@test "the report's figures add up" {
	two_days
	at '2025-03-14 16:00' --format csv -o report.csv
	silently
	[ -z "$output" ]
	[ "$(head -n 1 report.csv)" = 'section,day,strategy,code,name,value,row' ]
	[ "$(figure day total)" = 10016352 ]
	[ "$(figure day profit)" = -83648 ]
	[ "$(figure stock profit)" = -83648 ]
	[ "$(figure stock realised)" = 76352 ]
	[ "$(figure stock unrealised)" = -60000 ]
	[ "$(figure stock stock)" = '삼성전자' ]
	[ "$(figure trade profit)" = 76352 ]
	# Sold 100 won a share below what it was decided at.
	[ "$(figure cost slippage)" = 4000 ]
	[ "$(figure fill slippage)" = 4000 ]
	[ "$(figure fill time)" = 1000 ]
	awk 'BEGIN { exit !(4000 / 2284000 == '"$(figure cost slippage_rate)"') }'
	# A figure's line names its day, strategy and code.
	grep -q '^stock,20250314,sma,005930,value,3240000,1$' report.csv
	# Money is whole won, without separators.
	lacks -E ',(profit|total|cash|value|amount|cost),-?[0-9]*[.][0-9]' report.csv
	awk -F, 'NF != 7 { exit 1 }' report.csv
}

@test "text is aligned with Korean names in it" {
	two_days
	filled buy 20250314 1100 breakout 000660 1 200000 200000 0 0
	price 000660 20250314 200000
	at '2025-03-14 16:00'
	silently
	table=$(sed -n '/^Stocks/,/^$/p' <<< "$output" | sed 1d | sed '/^$/d')
	[ "$(wc -l <<< "$table")" -eq 3 ]
	grep -q ' 삼성전자 ' <<< "$table"
	grep -q ' SK하이닉스 ' <<< "$table"
	# Hangul counts two columns: every line ends at the same one.
	[ "$(echo "$table" | LC_ALL=C sed 's/[\xea-\xed]../xx/g' |
	    awk '{ print length($0) }' | sort -u | wc -l)" -eq 1 ]
	grep -q '10,016,352' <<< "$output"
}

@test "html is one whole page, and escapes" {
	two_days
	sql "UPDATE stock_info SET name = 'A&B <C>'"
	at '2025-03-14 16:00' --format html
	silently
	[[ ${lines[0]} == '<!DOCTYPE html>' ]]
	[[ ${lines[-1]} == '</html>' ]]
	grep -q 'A&amp;B &lt;C&gt;' <<< "$output"
	lacks '<C>' <<< "$output"
	lacks 'http' <<< "$output"
	[ "$(grep -o '<t[dhr][ >]' <<< "$output" | wc -l)" -eq \
	    "$(grep -o '</t[dhr]>' <<< "$output" | wc -l)" ]
}

@test "an earlier day is reported with --date" {
	two_days
	at '2025-03-14 16:00' --date 2025-03-13 --format csv -o report.csv
	silently
	[ "$(figure day profit)" = 100000 ]
	[ "$(figure fill slippage)" = 10000 ]
	[ -z "$(figure trade profit)" ]
}

@test "a week: the sums, a row for each day, and its measures" {
	two_days
	price 005930 20250317 54000
	at '2025-03-17 16:00' --weekly --date 20250312 --format csv -o report.csv
	silently
	[ "$(figure period sessions)" = 2 ]
	[ "$(figure period start)" = 10000000 ]
	[ "$(figure period end)" = 10016352 ]
	[ "$(figure period profit)" = 16352 ]
	[ "$(figure stock profit)" = 16352 ]
	[ "$(figure day profit 20250313)" = 100000 ]
	[ "$(figure day profit 20250314)" = -83648 ]
	[ "$(figure period trades)" = 1 ]
	[ "$(figure period win_rate)" = 1 ]
	[ "$(figure cost slippage)" = 14000 ]
	awk -v r="$(figure period return)" -v d="$(figure period max_drawdown)" \
	    -v v="$(figure period volatility)" 'BEGIN {
		a = 0.01; b = -83648 / 10100000; mean = (a + b) / 2
		sd = sqrt(((a - mean)^2 + (b - mean)^2) * 252)
		exit !(abs(r - 0.0016352) < 1e-9 && abs(d - b) < 1e-9 &&
		    abs(v - sd) < 1e-9) }
		function abs(x) { return x < 0 ? -x : x }'
	# The week after has its own.
	at '2025-03-17 16:00' --weekly --format csv -o report.csv
	[ "$(figure period sessions)" = 1 ]
	[ "$(figure period start)" = 10016352 ]
}

@test "a month goes from its first to its last day" {
	two_days
	price 005930 20250331 54000
	price 005930 20250401 55000
	at '2025-04-01 16:00' --monthly --date 20250320 --format csv -o report.csv
	silently
	[ "$(figure period from)" = 20250313 ]
	[ "$(figure period to)" = 20250331 ]
	[ "$(figure period profit)" = 16352 ]
	[ "$(figure period sessions)" = 13 ]
	at '2025-04-01 16:00' --monthly --format csv -o report.csv
	[ "$(figure period profit)" = 60000 ]
}

@test "what was not done is said with its reason" {
	two_days
	sql "INSERT INTO current_signals (day, strategy, code, side, state,
	    score, price, made, stamp, reason, changed_at) VALUES
	    (20250314, 'sma', '000660', 'buy', 'pending', 1, 200000, 905, 1519,
	    'max_positions, \"full\"', 'x'),
	    (20250314, 'sma', '005930', 'sell', 'executed', 1, 57000, 905,
	    1000, 'sent', 'x'); INSERT INTO daily_signals VALUES
	    (99, 20250313, 'sma', '000660', 'buy', 'expired', 1, 0, 200000,
	    905, 1519, 0, 'no longer said', 'x')"
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, reason, planned_at,
	    changed_at) VALUES (20250314, 'sma', '000660', 'buy', 'signal', 0,
	    199000, 5, 910, 910, 'waited too long', 'x', 'x');
	    UPDATE orders SET state = 'sending' WHERE state = 'planned';
	    UPDATE orders SET state = 'open' WHERE state = 'sending';
	    UPDATE orders SET state = 'cancelled' WHERE state = 'open'"
	at '2025-03-14 16:00' --format csv -o report.csv
	[ "$(figure not_done what)" = $'signal\norder' ]
	[ "$(figure not_done state)" = $'pending\ncancelled' ]
	grep -q '^not_done,20250314,sma,000660,reason,"max_positions, ""full""",1$' \
	    report.csv
	at '2025-03-14 16:00'
	grep -q 'waited too long' <<< "$output"
	lacks 'no longer said' <<< "$output"
	at '2025-03-14 16:00' --weekly
	grep -q 'no longer said' <<< "$output"
}

@test "limits: what was used of what is allowed, and what latched" {
	two_days
	sql "INSERT INTO session_state (day, start_equity, start_cash,
	    peak_equity, entries, loss_stop, stop_reason, opened_at) VALUES
	    (20250314, 10100000, 4500000, 10100000, 3, 1432, 'max_daily_loss',
	    'x')"
	at '2025-03-14 16:00' --format csv -o report.csv
	limit() {
		awk -F, -v l="$1" -v n="$2" '$1 != "limit" { next }
		    $5 == "limit" { is = $6 == l } is && $5 == n { print $6 }' \
		    report.csv
	}
	[ "$(limit max_positions used)" = 1 ]
	[ "$(limit max_positions allowed)" = 10 ]
	[ "$(limit max_entry_orders used)" = 3 ]
	[ "$(limit max_daily_loss latched)" = 1432 ]
	[ "$(limit max_daily_loss allowed)" = 0.03 ]
	awk -v s="$(limit max_daily_loss share)" 'BEGIN {
	    d = s - 83648 / 10100000 / 0.03; exit !(d < 1e-9 && d > -1e-9) }'
	awk -v s="$(limit max_stock_weight used)" 'BEGIN {
	    d = s - 3240000 / 10016352; exit !(d < 1e-9 && d > -1e-9) }'
	at '2025-03-14 16:00' --weekly
	grep -q '14:32 *max_daily_loss' <<< "$output"
}

@test "differences from the broker and alerts are told" {
	two_days
	sql "INSERT INTO drift (day, kind, code, book, broker, difference,
	    name, note, first_at, last_at) VALUES (20250314, 'cash', '', 100,
	    90, -10, 'fee rounding', 'repaired', 'x', 'x');
	    INSERT INTO alert (name, message, program, first_at, last_at,
	    said_at) VALUES ('unknown order 41', 'waits for a person',
	    'watch-fills', '2025-03-14T10:00:00+09:00',
	    '2025-03-14T10:00:00+09:00', 'x')"
	at '2025-03-14 16:00' --format csv -o report.csv
	[ "$(figure drift difference)" = -10 ]
	[ "$(figure drift called)" = 'fee rounding' ]
	[ "$(figure alert alert)" = 'unknown order 41' ]
	at '2025-03-14 16:00' --date 20250313 --format csv -o report.csv
	[ -z "$(figure alert alert)" ]
}

@test "a day that no program began is not compared" {
	two_days
	at '2025-03-13 16:00'
	grep -q 'no program began this session' <<< "$output"
}

@test "the day is compared with a backtest of it" {
	make-market --stocks 8 --days 60 --minute-days 2 --dir market
	import-prices --stocks market/stocks.csv > /dev/null
	import-prices --daily market/daily.csv > /dev/null
	import-prices --minute market/minute.csv > /dev/null
	set-strategy demo daily=sma:short=2,long=5 minute=target_price_minute \
	    --on > /dev/null
	replay --strategy demo --date 20240327 --days 2 --keep kept.db \
	    > /dev/null
	export MAEMAE_DB=$PWD/kept.db
	# The first day begins with cash, the second with what that bought.
	for day in 20240327 20240328; do
		at '2024-03-28 16:00' --date $day --format csv -o report.csv
		silently
		[ "$(figure backtest trades)" = agree ]
		[ "$(figure backtest fills)" -gt 0 ]
		[ "$(figure backtest fills)" = "$(figure backtest backtest_fills)" ]
		[ "$(figure backtest total)" = "$(figure backtest backtest_total)" ]
		[ -z "$(figure difference side)" ]
	done
	[ "$(sql 'SELECT count(*) FROM session_lot')" -gt 0 ]
	# With other settings it would have traded otherwise, and says so.
	set-strategy demo --off > /dev/null
	at '2024-03-28 16:00' --format csv -o report.csv
	[ "$(figure backtest trades)" = differ ]
	[ "$(figure backtest backtest_fills)" = 0 ]
	[ "$(figure difference side | sort -u)" = buy ]
	# A module that is gone is a reason, not a failure.
	sql "UPDATE strategy SET daily = 'no_such_module'"
	at '2024-03-28 16:00' --format csv -o report.csv
	silently
	[[ $(figure backtest reason) == *no_such_module* ]]
}

@test "--dry-run reports and stores nothing" {
	two_days
	dump > before
	at '2025-03-14 16:00' -n
	silently
	grep -q '10,016,352' <<< "$output"
	dump | diff before -
}

@test "a mistake is one line and the right status" {
	two_days
	at '2025-03-14 16:00' --date 20250230
	fails_with 64 "--date: '20250230'"
	at '2025-03-14 16:00' --format json
	fails_with 64 'want text, csv or html'
	at '2025-03-14 16:00' --weekly --monthly
	fails_with 64 'exclude each other'
	at '2025-03-14 16:00' --date 20250315
	fails_with 64 'no session'
	at '2025-03-14 16:00' --date 20250312
	fails_with 64 'the first is 20250313'
	at '2025-03-14 16:00' --date 20250317
	fails_with 1 'not closed yet'
	at '2025-03-14 16:00' today
	fails_with 64 "unexpected argument 'today'"
}

@test "bad options and bad databases, as everywhere" {
	bad_options eod-report
	bad_databases eod-report --now '2025-03-14 16:00'
}

@test "a file is replaced whole or not at all" {
	two_days
	at '2025-03-14 16:00' -o report.txt
	silently
	[ "$(head -n 1 report.txt)" = 'maemae: 2025-03-14 (provisional)' ]
	cp report.txt before
	run --separate-stderr with_file_limit 0 eod-report -n \
	    --now '2025-03-14 16:00' --format html -o report.txt
	[ "$status" -eq 1 ]
	cmp before report.txt
	[ -z "$(ls ./*.tmp 2> /dev/null)" ]
	at '2025-03-14 16:00' -o nowhere/report.txt
	fails_with 1 'nowhere/report.txt: No such file'
	closed=$(mktemp -d)
	chmod 555 "$closed"
	run --separate-stderr locked eod-report -n --now '2025-03-14 16:00' \
	    -o "$closed/report.txt"
	rm -r "$closed"
	fails_with 1 'report.txt: Permission denied'
}

@test "a full device is an error, and stays a device" {
	two_days
	at '2025-03-14 16:00' -o /dev/full
	fails_with 1 '/dev/full: No space left'
	[ -c /dev/full ]
	run bash -c "eod-report --now '2025-03-14 16:00' > /dev/full"
	[ "$status" -eq 1 ]
	# The days are closed all the same.
	[ "$(sql 'SELECT count(*) FROM daily_portfolio')" = 2 ]
}

@test "another run at work is no error to speak of" {
	two_days
	sql "INSERT INTO lease SELECT 'eod-report', $$, '', '', 1,
	    '2025-03-14T16:00:00+09:00', '2099-01-01T00:00:00+09:00'"
	sql "UPDATE lease SET boot = '$(cat /proc/sys/kernel/random/boot_id)',
	    started = '$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)'"
	at '2025-03-14 16:00'
	[ "$status" -eq 75 ]
	[ -z "$output$stderr" ]
	[ -z "$(results)" ]
}

@test "its runs are on record" {
	two_days
	at '2025-03-14 16:00'
	at '2025-03-14 16:00' --date 20250315
	[ "$(sql "SELECT program, day, time, status FROM program_run")" = \
	    $'eod-report|20250314|1600|0\neod-report|20250314|1600|64' ]
}

@test "the examples of its page work" {
	local n=0
	two_days
	while read -r line; do
		run --separate-stderr bash -o pipefail -c "$line"
		silently
		n=$((n + 1))
	done < <(page_examples eod-report)
	[ "$n" -ge 4 ]
	[ -s month.csv ]
}
