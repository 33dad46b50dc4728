# export-csv: rows out, and prices in again as they came.

load helper

setup()
{
	new_db
	cd "$BATS_TEST_TMPDIR" || return 1
}

# One row of most things.
fill_books()
{
	sql "INSERT INTO stock_info (code, name, market) VALUES
	    ('005930', '삼성전자, \"우\"', 'KOSPI');
	INSERT INTO daily_signals VALUES (1, 20250313, 'sma', '005930', 'buy',
	    'executed', 1.5, 0, 55000, 905, 906, 0, 'done', 'now');
	INSERT INTO current_signals (id, day, strategy, code, side, state, score,
	    target, price, made, stamp, changed_at) VALUES (2, 20250314, 'sma',
	    '000660', 'buy', 'pending', 0.25, 180000, 181000, 905, 931, 'now');
	INSERT INTO orders (id, day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (1, 20250313, 'sma', '005930', 'buy', 'signal', 0, 55000,
	    10, 905, 905, 'then', 'now'), (2, 20250314, 'sma', '005930',
	    'sell', 'stop', 1, 0, 10, 931, 931, 'then', 'now');
	UPDATE orders SET state = 'sending';
	UPDATE orders SET state = 'filled', filled = 10;
	INSERT INTO fill (id, order_id, broker_no, fill_no, day, time,
	    strategy, code, side, quantity, price, amount, commission, tax,
	    cost, fees, entry_date, profit, booked_at) VALUES
	    (1, 1, 'b1', 1, 20250313, 905, 'sma', '005930', 'buy', 10, 55000,
	    550000, 80, 0, 0, 0, 0, 0, 'now'),
	    (2, 2, 'b2', 1, 20250314, 931, 'sma', '005930', 'sell', 10, 56000,
	    560000, 80, 840, 550000, 80, 20250313, 9000, 'now');
	INSERT INTO lot (strategy, code, quantity, cost, fees, entry_date)
	    VALUES ('sma', '000660', 3, 99999, 15, 20250314);
	INSERT INTO daily_portfolio (day, revision, is_final, cash, holdings,
	    total, profit, daily_return, cumulative_return, drawdown,
	    closed_at) VALUES
	    (20250313, 1, 0, 1, 2, 3, 0, 0.01, 0.01, 0, 'x'),
	    (20250313, 2, 1, 10, 20, 30, 5, 0.02, 0.02, -0.05, 'x'),
	    (20250314, 1, 0, 7, 8, 15, -15, -0.5, -0.49, -0.5, 'x');
	INSERT INTO backtest_run (id, strategy, daily, start_date, end_date,
	    initial_capital, final_capital, total_return, created_at)
	    VALUES (7, 'sma', 'sma:long=20,short=5', 20240102, 20241230,
	    10000000, 11000000, 0.1, 'now');
	INSERT INTO backtest_trade (run_id, n, date, time, code, side,
	    quantity, price, commission, tax, profit) VALUES
	    (7, 1, 20240103, 900, '005930', 'buy', 10, 78000, 0, 0, NULL),
	    (7, 2, 20240104, 1530, '000660', 'sell', 1, 100, 1, 2, -5);
	INSERT INTO trading_log (at, day, program, event, code, message) VALUES
	    ('2025-03-14T09:05:00+09:00', 20250314, 'sync-account', 'drift',
	    NULL, 'said \"no\"'),
	    ('2025-03-14T09:06:00+09:00', 20250314, 'halt-trading', 'halt',
	    '005930', 'x');
	INSERT INTO drift (id, day, kind, strategy, code, book, broker,
	    difference, name, state, seen, note, first_at, last_at) VALUES
	    (1, 20250313, 'cash', '', '', 1000, 900, -100, 'fee rounding',
	    'accepted', 2, 'booked', 'then', 'now'),
	    (2, 20250314, 'shares', 'MANUAL', '005930', 5, 8, 3,
	    'unexplained', 'seen', 1, '', 'then', 'now')"
}

@test "a made market comes out as it went in" {
	make-market --stocks 12 --days 80 --minute-days 5 --halts 0.01 --dir m
	import-prices --stocks m/stocks.csv
	import-prices --daily m/daily.csv
	import-prices --minute m/minute.csv
	run --separate-stderr export-csv prices
	silently
	export-csv prices | cmp - m/daily.csv
	export-csv minutes | cmp - m/minute.csv
	export-csv stocks | cut -d, -f1-3 | cmp - m/stocks.csv
	# And into another database, which is the same then.
	trade-db -d b.db init
	export-csv stocks | import-prices -d b.db --stocks
	export-csv prices | import-prices -d b.db --daily
	export-csv minutes | import-prices -d b.db --minute
	[ "$(dump b.db | grep -v updated_at | sed "s/'20..-[^']*+09:00'//")" = \
	    "$(dump | grep -v updated_at | sed "s/'20..-[^']*+09:00'//")" ]
}

@test "real days come out as they went in" {
	for f in 000270 000660 003550 005380 005490 005930 009150 015760 \
	    017670 035420 035720 069500 114800 229200; do
		c=$f
		f=$(shared "krx_daily_$c.csv") || skip 'no real days here'
		import-prices --daily "$f"
		export-csv prices --code "$c" | cmp - "$f"
	done
}

@test "real minutes come out one earlier than CREON names them" {
	f=$(shared krx_minute_005930_201801.csv) || skip 'no real minutes here'
	import-prices --minute --label end "$f"
	export-csv minutes | cut -d, -f1,2,4- | cmp - <(cut -d, -f1,2,4- "$f")
	[ "$(export-csv minutes --from 20180118 --to 20180118 |
	    sed -n '2p;381p;382p' | cut -d, -f3 | tr '\n' ' ')" = \
	    '0900 1519 1530 ' ]
}

@test "a code, a span of days" {
	make-market --stocks 3 --days 20 --from 20240102 --print daily > d.csv
	import-prices --daily d.csv
	code=$(sed -n 30p d.csv | cut -d, -f1)
	[ "$(export-csv prices --code "$code")" = \
	    "$(grep -e "^code" -e "^$code" d.csv)" ]
	[ "$(export-csv prices --from 20240108 --to 2024-01-10)" = \
	    "$(grep -e ^code -e ',202401\(08\|09\|10\),' d.csv)" ]
	[ "$(export-csv prices --code "$code" --to 20240102 | wc -l)" -eq 2 ]
	[ "$(export-csv prices --from 20300101 | wc -l)" -eq 1 ]
}

@test "every kind of rows has its columns when there are none" {
	for what in prices minutes stocks signals orders fills trades \
	    positions portfolio backtest drift log; do
		run --separate-stderr export-csv "$what"
		silently
		[ "${#lines[@]}" -eq 1 ]
		[ "$(export-csv -f json "$what")" = '[]' ]
	done
}

@test "signals, orders, fills, trades" {
	fill_books
	run --separate-stderr export-csv signals
	silently
	[ "$output" = 'id,day,strategy,code,side,state,score,target,price,made,stamp,is_urgent,reason
1,20250313,sma,005930,buy,executed,1.5,,55000,0905,0906,0,done
2,20250314,sma,000660,buy,pending,0.25,180000,181000,0905,0931,0,' ]
	[ "$(export-csv orders | cut -d, -f1-14)" = 'id,day,sent,strategy,code,side,state,why,attempt,limit_price,quantity,filled,filled_won,amends
1,20250313,0905,sma,005930,buy,filled,signal,1,55000,10,10,0,0
2,20250314,0931,sma,005930,sell,filled,stop,1,,10,10,0,0' ]
	[ "$(export-csv fills --from 20250314)" = 'id,order_id,broker_no,fill_no,day,time,strategy,code,side,quantity,price,amount,commission,tax,profit,booked_at
2,2,b2,1,20250314,0931,sma,005930,sell,10,56000,560000,80,840,9000,now' ]
	[ "$(export-csv trades --code 005930)" = 'id,day,time,strategy,code,entry_date,quantity,cost,fees,amount,commission,tax,profit,why,reason
2,20250314,0931,sma,005930,20250313,10,550000,80,560000,80,840,9000,stop,' ]
	[ "$(export-csv signals --code 000660 | wc -l)" -eq 2 ]
}

@test "positions, portfolio, backtests, log" {
	fill_books
	[ "$(export-csv positions)" = 'strategy,code,name,quantity,cost,fees,avg_price,entry_date,high,price,value,profit
sma,000660,,3,99999,15,33333,20250314,,,,' ]
	[ "$(export-csv portfolio | cut -d, -f1-8,14-)" = 'day,revision,is_final,cash,holdings,total,transfers,profit,daily_return,cumulative_return,drawdown
20250313,2,1,10,20,30,0,5,0.02,0.02,-0.05
20250314,1,0,7,8,15,0,-15,-0.5,-0.49,-0.5' ]
	[ "$(export-csv backtest | tail -n 1 | cut -d, -f1-11)" = \
	    '7,sma,"sma:long=20,short=5",,,0,20240102,20241230,10000000,11000000' ]
	[ "$(export-csv backtest --from 20250101 | wc -l)" -eq 1 ]
	[ "$(export-csv backtest --run 7)" = 'date,time,strategy,code,side,quantity,price,commission,tax,profit,reason
20240103,0900,,005930,buy,10,78000,0,0,,
20240104,1530,,000660,sell,1,100,1,2,-5,' ]
	[ "$(export-csv backtest --run 7 --code 000660 | wc -l)" -eq 2 ]
	[ "$(export-csv log | cut -d, -f2-5,17)" = 'at,day,program,event,message
2025-03-14T09:05:00+09:00,20250314,sync-account,drift,"said ""no"""
2025-03-14T09:06:00+09:00,20250314,halt-trading,halt,x' ]
	[ "$(export-csv log --code 005930 | wc -l)" -eq 2 ]
}

@test "differences from the broker" {
	fill_books
	run --separate-stderr export-csv drift
	silently
	[ "$output" = 'id,day,kind,strategy,code,book,broker,difference,name,state,seen,note,first_at,last_at
1,20250313,cash,,,1000,900,-100,fee rounding,accepted,2,booked,then,now
2,20250314,shares,MANUAL,005930,5,8,3,unexplained,seen,1,,then,now' ]
	[ "$(export-csv drift --code 005930 | sed 1d | cut -d, -f1)" = 2 ]
	[ "$(export-csv drift --to 20250313 | sed 1d | cut -d, -f1)" = 1 ]
}

@test "the same rows in every format" {
	fill_books
	[ "$(export-csv stocks | sed -n 2p)" = \
	    '005930,"삼성전자, ""우""",KOSPI,1,,,,,,,,,,' ]
	run --separate-stderr export-csv stocks -f json
	[[ $output =~ '"name":"삼성전자, \"우\""' ]]
	[[ $output =~ '"per":null' ]]
	run --separate-stderr export-csv fills -f table
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[1]} =~ '2025-03-13' ]]
	[[ ${lines[1]} =~ '550,000' ]]
}

@test "wrong calls are told in one line" {
	for call in ':which rows' 'weather:unknown rows .weather' \
	    'prices minutes:unexpected argument' 'prices --code 5930:5930' \
	    'prices --from 20250230:20250230' 'portfolio --code 005930:code' \
	    'stocks --from 20250101:from' 'prices --run 1:run goes with' \
	    'positions --to 20250101:from' 'backtest --code 005930:code' \
	    'prices --from 20250102 --to 20250101:after' \
	    'backtest --run 3:no backtest run 3' 'backtest --run 0:run'; do
		# shellcheck disable=SC2086
		run --separate-stderr export-csv ${call%%:*}
		fails_with 64 "${call#*:}"
	done
}

@test "a missing, foreign or newer database" {
	run --separate-stderr export-csv -d none.db prices
	fails_with 78 'none\.db: no database; run trade-db init'
	[ ! -e none.db ]
	sqlite3 other.db 'CREATE TABLE daily_price (a)'
	run --separate-stderr export-csv -d other.db prices
	fails_with 65 'other\.db: not a maemae database'
	sql 'PRAGMA user_version = 99'
	run --separate-stderr export-csv prices
	fails_with 78 'made by a newer maemae'
}

@test "it only reads, also where it cannot write" {
	make-market --stocks 2 --days 5 --print daily > d.csv
	import-prices --daily d.csv
	before=$(dump)
	export-csv prices > out.csv
	[ "$(dump)" = "$before" ]
	locked=$(mktemp -d)
	trade-db backup "$locked/x.db"
	chmod 444 "$locked/x.db"
	chmod 555 "$locked"
	run --separate-stderr as_nobody export-csv -d "$locked/x.db" prices
	chmod 755 "$locked"
	rm -r "$locked"
	silently
	[ "$output" = "$(cat d.csv)" ]
}

@test "it reads while another program writes" {
	make-market --stocks 2 --days 5 --print daily > d.csv
	import-prices --daily d.csv
	sqlite3 "$MAEMAE_DB" "BEGIN IMMEDIATE; DELETE FROM daily_price;" \
	    '.system export-csv prices > out.csv' ROLLBACK
	cmp out.csv d.csv
}

@test "a full disk is no success, and a closed pipe no noise" {
	make-market --stocks 20 --days 200 --print daily > d.csv
	import-prices --daily d.csv
	run --separate-stderr bash -c 'export-csv prices > /dev/full'
	fails_with 1 'stdout: No space left'
	run --separate-stderr bash -c 'export-csv -f json prices > /dev/full'
	fails_with 1 'stdout: No space left'
	run --separate-stderr bash -c \
	    'trap "" XFSZ; ulimit -f 64; export-csv prices > small.csv'
	fails_with 1 'stdout: File too large'
	run --separate-stderr bash -c 'export-csv prices | head -n 1'
	silently
}

@test "its examples run" {
	man=$ROOT/docs/man/export-csv.1
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$man" > examples
	[ "$(wc -l < examples)" -eq 4 ]
	run --separate-stderr bash -eu -o pipefail examples
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = 0 ]
	fill_books
	run --separate-stderr bash -eu -o pipefail examples
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = 9000 ]
}

@test "its manual page names every option and kind, and mandoc is content" {
	man=$ROOT/docs/man/export-csv.1
	mandoc -T lint -W warning "$man"
	for o in $(export-csv --help | sed -n 's/.*  --\([a-z-]*\).*/\1/p'); do
		grep -q -- "-$o" "$man"
	done
	for what in prices minutes stocks signals orders fills trades \
	    positions portfolio backtest drift log; do
		grep -q "^\.It Cm $what$" "$man"
	done
}
