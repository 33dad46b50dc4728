#!/usr/bin/env bats
# place-orders: one pass, and what keeps it from sending.

load helper
load live

setup_file() { live_build; }

setup()
{
	live_begin
	strategy gold buy=005930
}

# Signals and prices of a minute, without orders.
ready()
{
	at "$1" update-prices
	at "$1" watch-fills
	at "$1" gen-signals > out.signals
}

# Held since 09:06: fifty of 005930, and nothing more to say.
bought()
{
	minute 09:05
	strategy gold until=0
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
}

@test "an order is sent, printed and known to the broker by its key" {
	ready 09:05
	run --separate-stderr at 09:05 place-orders
	silently
	# two ticks above the last price; 500,000 won at the signal's price
	[ "$output" = "day,time,order,strategy,code,name,side,quantity,limit,state,reason
20250314,0905,1,gold,005930,,buy,50,10020,open,buy signal" ]
	[ "$(PAPER_AT=09:05 paper orders)" = \
	    '1,,0905,005930,buy,limit,10020,50,0,0,working,maemae-1-1741910700,' ]
	[ "$(sql 'SELECT event, state, next FROM trading_log WHERE
	    order_id = 1 ORDER BY id' | tr '\n' ' ')" = \
	    'order||planned order|planned|sending order|sending|open ' ]
	# the same minute again: nothing more
	silent at 09:05 place-orders
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(PAPER_AT=09:05 paper requests | wc -l)" -eq 1 ]
}

@test "nothing to do is silence" {
	set-strategy gold --off > out
	ready 09:05
	silent at 09:05 place-orders
	[ -z "$(orders)" ]
}

@test "a closed market is silence, at any hour, and writes nothing" {
	before=$(dump)
	for t in '2025-03-14 07:00' '2025-03-14 15:30' '2025-03-14 16:00' \
	    '2025-03-15 10:00' '2025-03-16 23:59' '2025-03-03 10:00'; do
		silent place-orders --now "$t"
	done
	[ "$(dump)" = "$before" ]
}

@test "a dry run shows the orders and leaves everything" {
	ready 09:05
	before=$(dump)
	run --separate-stderr at 09:05 place-orders --dry-run
	silently
	[[ ${lines[1]} =~ ^20250314,0905,-?[0-9]+,gold,005930,,buy,50,10020,planned,buy\ signal$ ]]
	[ "$(dump)" = "$before" ]
	[ -z "$(PAPER_AT=09:05 paper requests)" ]
}

@test "JSON and table" {
	ready 09:05
	at 09:05 place-orders -n -f json > out
	[ "$(sqlite3 :memory: "SELECT json_extract(value, '\$.side'),
	    json_extract(value, '\$.quantity'), json_extract(value, '\$.limit')
	    FROM json_each(CAST(readfile('out') AS TEXT))")" = 'buy|50|10020' ]
	at 09:05 place-orders -n -f table > out
	grep -q '10,020' out
}

# ---- an answer that is lost (P3) -------------------------------------------------

@test "an order whose answer was lost is never sent again, and is found" {
	paper-broker --now "$DAY 09:05" will lose-answer
	ready 09:05
	run --separate-stderr at 09:05 place-orders
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == 20250314,0905,1,gold,005930,,buy,50,10020,unknown,* ]]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} == *'order 1: no answer'*'unknown until'* ]]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	for s in 05 15 30 59; do
		silent at 09:05:$s place-orders
	done
	[ "$(PAPER_AT=09:05 paper requests | wc -l)" -eq 1 ]
	# the next minute finds it, by its key, and books its fills
	run --separate-stderr at 09:06 watch-fills
	silently
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT broker_no FROM orders')" = 1 ]
	minutes 09:06 09:10
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same_books
	[ -z "$(sql 'SELECT 1 FROM alert WHERE cleared_at IS NULL')" ]
}

@test "an order that arrives late is sent once" {
	paper-broker --now "$DAY 09:05" will delay
	minute 09:05 2> err || [ $? -eq 1 ]
	minutes 09:06 09:12
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same_books
}

@test "an unknown buy binds its cash and freezes its stock" {
	strategy box buy=005930 stock_capital=500000 shared=yes
	paper-broker --now "$DAY 09:05" will lose-request
	minute 09:05 2> err || [ $? -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	[ "$(sql "SELECT reason FROM current_signals
	    WHERE strategy = 'gold' AND state = 'pending'")" = \
	    'an order of this stock is unknown' ] || [ "$(sql "SELECT reason
	    FROM current_signals WHERE state = 'pending'")" = \
	    'a buy of this stock is working' ]
	minute 09:06
	[ "$(sql "SELECT reason FROM current_signals
	    WHERE state = 'pending'")" = 'an order of this stock is unknown' ]
}

@test "an order that never arrived is proved absent, and its signal waits again" {
	paper-broker --now "$DAY 09:05" will lose-request
	minute 09:05 2> err || [ $? -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	minutes 09:06 09:07
	[ "$(orders)" = '1 buy 50 0 unknown' ]	# too early to say
	[ "$(waits)" = 'executed: sent' ]
	minutes 09:08 09:09
	[ "$(sql "SELECT state, reason FROM orders WHERE id = 1")" = \
	    'expired|never arrived at the broker' ]
	minutes 09:10 09:11
	[ "$(orders | tail -n 1)" = '2 buy 50 50 filled' ]
	[ "$(sql 'SELECT attempt FROM orders' | tr '\n' ' ')" = '1 2 ' ]
	same_books
}

@test "a broker out of reach: nothing is formed, and an exit goes when he is back" {
	bought
	mkdir -p config/maemae
	printf '[paper]\ndown_from = 0907\ndown_until = 0909\n' \
	    > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
	strategy gold sell=005930
	at 09:07 gen-signals > out
	run --separate-stderr at 09:07 place-orders
	fails_with 69 'out of reach'
	[ "$(orders | wc -l)" -eq 1 ]
	[ "$(waits sell)" = 'pending: ' ]
	minutes 09:09 09:11
	[ "$(orders | tail -n 1)" = '2 sell 50 50 filled' ]
	same_books
}

# ---- rejections --------------------------------------------------------------------

@test "a rejected order's signal waits; three in a row freeze the stock" {
	for i in 1 2 3; do
		paper-broker --now "$DAY 09:05" will reject
	done
	ready 09:05
	run --separate-stderr at 09:05 place-orders
	[ "$status" -eq 0 ]
	[[ $stderr == *'order 1: buy 005930 x 50 rejected: refused (fault)'* ]]
	[ "$(waits)" = 'pending: rejected: refused (fault)' ]
	minutes 09:06 09:09 2> err
	[ "$(orders | cut -d' ' -f1,5 | tr '\n' ' ')" = \
	    '1 rejected 2 rejected 3 rejected ' ]
	[ "$(waits)" = 'pending: rejected too often (max_rejects_stock)' ]
}

# ---- two at once (P8) --------------------------------------------------------------

@test "a second copy leaves at once and in silence" {
	ready 09:05
	hold_lease place-orders
	run --separate-stderr at 09:05 place-orders
	[ "$status" -eq 75 ]
	[ -z "$output$stderr" ]
	[ -z "$(orders)" ]
	[ "$(sql "SELECT fence FROM lease WHERE name = 'place-orders'")" -eq 7 ]
}

@test "many copies at once send one order" {
	ready 09:05
	for i in 1 2 3 4 5 6; do
		{
			rc=0
			at 09:05 place-orders >> out 2>> err || rc=$?
			echo $rc >> status
		} &
	done
	wait
	[ -z "$(grep -vE '^(0|75)$' status)" ]
	grep -qx 0 status
	[ ! -s err ]
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(PAPER_AT=09:05 paper requests | wc -l)" -eq 1 ]
}

@test "the lease of a dead process is taken over" {
	ready 09:05
	hold_lease place-orders
	sql "UPDATE lease SET started = '1' WHERE name = 'place-orders'"
	at 09:05 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
}

# ---- what keeps entries back, and lets exits go ---------------------------------------

# no_entry TIME PATTERN [STATUS]: a pass that sends nothing, and says why
no_entry()
{
	run --separate-stderr at "$1" place-orders
	[ "$status" -eq "${3-0}" ] && [ -z "$output" ] && [ -z "$(orders)" ] &&
	    [[ $(waits) == 'pending: '*$2* ]] && return 0
	echo "status $status: $output $stderr; $(orders); $(waits)" >&2
	return 1
}

@test "halted: entries wait, in silence and with status 0" {
	ready 09:05
	halt-trading > out
	no_entry 09:05 'entries are halted'
	[ -z "$stderr" ]
	halt-trading --resume > out
	halt-trading --strategy gold > out
	no_entry 09:05 'strategy is halted'
	halt-trading --resume --strategy gold > out
	halt-trading --code 005930 > out
	no_entry 09:05 'stock are halted'
	halt-trading --resume > out
	at 09:05 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "halted: exits go, but for --all" {
	bought
	strategy gold sell=005930
	ready 09:07
	halt-trading --all > out
	silent at 09:07 place-orders
	[ "$(orders)" = '1 buy 50 50 filled' ]
	halt-trading --resume > out
	halt-trading > out
	at 09:07 place-orders > out
	[ "$(orders | tail -n 1)" = '2 sell 50 0 open' ]
}

@test "a stop sells though entries are halted" {
	strategy gold buy=005930 stock_capital=500000 stop_loss_ratio=-3
	minute 09:05
	halt-trading > out
	bar 005930 906 10000 10000 9600 9650 1000
	minutes 09:06 09:08
	[ "$(sql "SELECT side, why, reason, state FROM orders
	    WHERE id = 2")" = 'sell|stop|stop-loss|filled' ]
	[ -z "$(sql 'SELECT 1 FROM lot')" ]
	same_books
}

@test "late: no entries, but exits" {
	ready 09:05
	no_entry 09:05:45 'began too late'
	no_entry 09:05:31 'began too late'
	at 09:05:30 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
	minute 09:06
	strategy gold sell=005930
	ready 09:07
	at 09:07:59 place-orders > out
	[ "$(orders | tail -n 1)" = '2 sell 50 0 open' ]
}

@test "signals of another minute: no entries" {
	ready 09:05
	at 09:06 update-prices
	no_entry 09:06 'no signals were made for this minute'
}

@test "stale prices: no entries" {
	ready 09:05
	for t in 09:06 09:07 09:08; do
		at $t gen-signals > out
	done
	no_entry 09:08 stale
	# another stock's price alone is not enough
	at 09:08 update-prices 035420
	no_entry 09:08 stale
	at 09:08 update-prices
	at 09:08 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "a stop does not judge a stale price" {
	strategy gold buy=005930 stock_capital=500000 stop_loss_ratio=-3
	minutes 09:05 09:06
	strategy gold until=0
	bar 005930 907 10000 10000 9600 9650 1000
	bar 005930 908 9650 9650 9600 9650 1000
	bar 005930 909 9650 9650 9600 9650 1000
	at 09:10 place-orders > out 2> err
	[ ! -s out ]
	[[ $(cat err) == *'prices do not come'* ]]
	[ "$(sql "SELECT name FROM alert WHERE cleared_at IS NULL")" = 'no prices' ]
	at 09:10 update-prices
	at 09:10 place-orders > out
	[ "$(sql 'SELECT why FROM orders WHERE id = 2')" = stop ]
	[ -z "$(sql "SELECT name FROM alert WHERE cleared_at IS NULL")" ]
}

@test "an account that was never read: no entries" {
	rm "$MAEMAE_DB"*
	live_market
	strategy gold buy=005930
	ready 09:05
	no_entry 09:05 'never read'
}

@test "near the close: no entries; in the closing auction none wait" {
	set-strategy gold --off > out
	minute 15:03
	set-strategy gold --on > out
	ready 15:05
	no_entry 15:05 'too near the close'
	ready 15:04
	at 15:04 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "the day's loss, reached, stops entries" {
	set-limit max_daily_loss=1 max_order_weight=50 max_stock_weight=50 > out
	strategy gold buy=005930 stock_capital=4000000
	minute 09:05
	bar 005930 905 10000 10000 10000 10000 100000
	minute 09:06
	[ "$(orders)" = '1 buy 400 400 filled' ]
	strategy gold buy=035420
	bar 005930 906 9700 9700 9700 9700 1000
	minute 09:07	# 3 % of 4,000,000 is 1.2 % of 10,000,000
	[ "$(orders | wc -l)" -eq 1 ]
	[ "$(sql 'SELECT loss_stop, stop_reason FROM session_state')" = \
	    '907|max_daily_loss' ]
	[[ $(waits) == *"the day's loss limit is reached"* ]]
}

# ---- a minute strategy that fails --------------------------------------------------

@test "a minute strategy that fails is an error, and stops no other" {
	strategy box buy=035420,act_fail=yes
	sql "UPDATE strategy SET minute = 'say:act_fail=yes'
	    WHERE name = 'box'"
	set-strategy gold minute=say > out
	ready 09:05
	run --separate-stderr at 09:05 place-orders
	[ "$status" -eq 1 ]
	[[ $stderr == *'strategy box: say: as it was told to'* ]]
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(sql "SELECT reason FROM current_signals
	    WHERE strategy = 'box'")" = 'its minute strategy failed' ]
}

@test "a module that is gone is a mistake in the configuration" {
	ready 09:05
	MAEMAE_STRATEGIES=/nowhere run --separate-stderr at 09:05 place-orders
	fails_with 78 "'say'"
	[ -z "$(orders)" ]
}

# ---- mistakes ---------------------------------------------------------------------------

@test "a day without a row in the calendar: no orders, 78" {
	refuses 78 'calendar' place-orders --now '2031-03-14 10:00'
	refuses 78 'calendar' place-orders --now '1985-03-14 10:00'
}

@test "databases and options that are none" {
	refuses 64 argument at 09:05 place-orders 005930
	bad_options place-orders
	bad_databases at 09:05 place-orders
}

@test "a folder that may not be written" {
	ready 09:05
	refuses 1 'cannot be written' locked place-orders --now "$DAY 09:05"
	[ -z "$(orders)" ]
}

@test "secrets that others can read are refused" {
	mkdir -p config/maemae
	echo '[broker]' > config/maemae/maemae.conf
	chmod 644 config/maemae/maemae.conf
	refuses 77 'chmod 600' at 09:05 place-orders
	refuses 78 'nothere.conf' at 09:05 place-orders -c nothere.conf
	chmod 600 config/maemae/maemae.conf
	printf '[broker]\nkind = nosuch\n' > config/maemae/maemae.conf
	run --separate-stderr at 09:05 place-orders
	fails_with 78 nosuch
}

@test "the examples of the page run" {
	ready 09:05
	page_examples place-orders > examples
	while read -r line; do
		eval "$line --now '$DAY 09:05'"
	done < examples > out
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "on the day of the exam orders go an hour later, at both ends" {
	sql "INSERT INTO daily_price SELECT code, 20251112, open, high, low,
	    close, volume FROM daily_price WHERE date = 20250313;
	    INSERT INTO minute_price SELECT code, 20251113, time + 100, open,
	    high, low, close, volume FROM minute_price WHERE date = 20250314"
	DAY=2025-11-13
	for t in 08:30 08:50 09:00 09:05 09:29; do
		silent at $t place-orders
	done
	at 09:20 sync-account > out
	minute 09:59
	[ -z "$(orders)" ]
	minute 10:05
	[ "$(orders)" = '1 buy 50 0 open' ]
	minute 10:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	# 15:30 is an ordinary minute; a sell is no entry and goes until 16:20.
	strategy silver buy=035420
	minute 15:30
	[ "$(orders | tail -n 1)" = '2 buy 50 0 open' ]
	minute 15:31
	[ "$(orders | tail -n 1)" = '2 buy 50 50 filled' ]
	# Entries end a quarter of an hour before the closing auction.
	strategy bronze buy=005930 stock_capital=200000 shared=yes
	minute 16:05
	[ "$(orders | wc -l)" -eq 2 ]
	[ "$(sql "SELECT state FROM current_signals WHERE strategy = 'bronze'")" = pending ]
	at 16:10 force-exit 035420 > out
	minute 16:10
	minute 16:11
	[ "$(orders | tail -n 1)" = '3 sell 50 50 filled' ]
	silent at 16:30 place-orders
	trade-db check
}
