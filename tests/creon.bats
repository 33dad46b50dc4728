#!/usr/bin/env bats
# The programs trade at CREON through its gateway: the adapter in full, with
# the gateway's portable part and the fake CREON behind it.

load helper
load live
load creon
load gateway

setup_file() { live_build; }

setup()
{
	creon_begin
}

teardown()
{
	gateway_end
}

# The day begins as crontab begins it.
morning()
{
	at 08:10 update-prices --stocks > out.morning
	at 08:20 sync-account
	at 08:30 update-prices --daily --backfill 5 005930 035420 > out.morning
	strategy gold buy=005930
}

@test "prices come in our labels: the minute's start, the close at the close" {
	at 08:10 update-prices --stocks > out
	[ "$(sql 'SELECT code, name, market, leverage FROM stock_info
	    ORDER BY code')" = '005930|삼성전자|KOSPI|1
035420|네이버|KOSPI|1' ]
	at 15:40 update-prices --daily --backfill 5 005930 035420 > out
	at 15:40 update-prices --minute --backfill 1 005930 035420 > out
	sqlite3 firm.db 'SELECT * FROM minute_price' > want
	[ "$(wc -l < want)" -eq 762 ]
	sql 'SELECT * FROM minute_price' | diff want -
	# The day's own bar is of its minutes.
	sqlite3 firm.db "SELECT * FROM daily_price UNION ALL SELECT code,
	    20250314, 10000, 10000, 10000, 10000, sum(volume) FROM minute_price
	    GROUP BY code ORDER BY 1, 2" > want
	sql 'SELECT * FROM daily_price ORDER BY 1, 2' | diff want -
}

@test "a day: bought and sold, the account agrees to the won" {
	morning
	minutes 09:00 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	set-strategy gold 'daily=say:sell=005930'
	minutes 09:07 09:09
	[ "$(orders)" = '1 buy 50 50 filled
2 sell 50 50 filled' ]
	PAPER_AT=09:10 same_totals
	silent at 09:10 sync-account
}

@test "an answer lost inside the PC: the order is found by its looks" {
	morning
	trap_set 'once lose-answer 1'
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:07 same_totals
}

@test "a request lost inside the PC is absent, and its signal acts again" {
	morning
	trap_set 'once lose-request 1'
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	minutes 09:06 09:10
	[ "$(orders)" = '1 buy 50 0 expired
2 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:11 same_totals
}

# gateway_says PATH FIELD...: fields of its answer
gateway_says()
{
	local NOW="$DAY 09:15:00" path=$1 words='' word
	get "$path"
	shift
	for word; do
		words+=${words:+|}$(field "$word")
	done
	echo "$words"
}

# another gateway in the same folder
restart()
{
	gateway_end
	creon_gateway
}

@test "the gateway dies before the order left: absent, and asked anew" {
	morning
	trap_set 'once crash-before'
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	run --separate-stderr at 09:06 watch-fills
	fails_with 69 'CREON gateway'
	restart
	minutes 09:07 09:11
	[ "$(orders)" = '1 buy 50 0 expired
2 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:12 same_totals
}

@test "the gateway dies after the order left, and hears no more of it" {
	morning
	trap_set 'once crash-after' event-lost
	minute 09:05 || [ "$?" -eq 1 ]
	restart
	minutes 09:06 09:11
	# It may be ours and may be the phone's: a person has to say.
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	sql 'SELECT name FROM alert' | grep -q 'unknown order 1'
	silent at 09:12 sync-account --settle 1=filled:50@10000
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" = \
	    "$(PAPER_AT=09:12 paper cash | cut -d, -f1)" ]
}

# What is heard first, minutes later, is a fill; when it was taken, nobody knows.
@test "the gateway dies after the order left, and hears of its fill alone" {
	morning
	thin 905 909 0
	trap_set 'once crash-after'
	minute 09:05 || [ "$?" -eq 1 ]
	restart
	minutes 09:06 09:14
	[ "$(gateway_says orders 'orders[0].filled' 'orders[0].at')" = \
	    '50|null' ]
	[ "$(gateway_says 'events?after=0' 'events[0].state')" = fill ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
}

@test "the gateway is away for minutes: nothing is lost, nothing sent twice" {
	morning
	gateway_end
	minute 09:05 || [ "$?" -eq 69 ]
	[ "$(orders)" = '' ]
	creon_gateway
	minutes 09:06 09:08
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
}

# prices SQL: at the firm
prices()
{
	sqlite3 -cmd '.timeout 5000' firm.db "$1"
}

# thin FROM TO VOLUME: minutes in which little is traded
thin()
{
	prices "UPDATE minute_price SET volume = $3 WHERE time BETWEEN $1 AND $2"
}

@test "days on which a stock was halted are a close and zeros" {
	at 08:10 update-prices --stocks > out
	trap_set day-halted
	at 15:40 update-prices --daily --backfill 5 005930 > out
	[ "$(sql 'SELECT DISTINCT open, high, low, close, volume
	    FROM daily_price')" = '10000|10000|10000|10000|0' ]
}

# What was asked of order 1 beside the order itself.
asked()
{
	sql "SELECT kind || ' ' || iif(is_market, 'market', limit_price) || ' '
	    || state || ': ' || reason FROM order_request
	    WHERE kind <> 'new' AND order_id = ${1-1} ORDER BY id"
}

@test "an entry follows the touch under new numbers, and is taken back" {
	morning
	thin 905 919 0
	prices "UPDATE minute_price SET open = 10030, high = 10030, low = 10030,
	    close = 10030, volume = 50 WHERE time = 905;
	    UPDATE minute_price SET open = 10300, high = 10300, low = 10300,
	    close = 10300, volume = 5 WHERE time = 906"
	minutes 09:05 09:10
	[ "$(asked)" = 'amend 10030 accepted: to the touch
amend 10100 accepted: to the touch
cancel 0 accepted: waited too long' ]
	[ "$(sql 'SELECT state, amends FROM orders')" = 'cancelled|2' ]
	# the order, two amends, a cancel: each has a number of its own
	[ "$(sql 'SELECT count(DISTINCT broker_no) FROM order_request
	    WHERE broker_no IS NOT NULL')" -ge 3 ]
	PAPER_AT=09:11 same_totals
}

@test "a cancel that is taken, and confirmed later" {
	morning
	thin 905 919 100
	minutes 09:05 09:07
	[ "$(sql 'SELECT state FROM orders')" = part ]
	trap_set late-confirm
	cancel-order 1 > out
	minutes 09:08 09:09
	[ "$(sql 'SELECT state FROM orders')" = part ]
	trap_set ''
	minute 09:10
	[ "$(sql 'SELECT state FROM orders')" = cancelled ]
	PAPER_AT=09:11 same_totals
}

@test "an exit goes to the market, filled in parts" {
	morning
	minutes 09:05 09:06
	strategy gold sell=005930
	thin 907 908 100
	minutes 09:07 09:11
	[ "$(asked 2)" = 'amend market accepted: to market' ]
	[ "$(sql 'SELECT state, filled FROM orders WHERE id = 2')" = \
	    'filled|50' ]
	PAPER_AT=09:12 same_totals
}

@test "what the close leaves expires" {
	morning
	thin 1500 1530 0
	strategy gold "buy=005930,from=360"
	set-limit entry_stop=0 entry_wait=400 > out
	minutes 15:00 15:02
	[[ $(orders) =~ ^1\ buy\ [0-9]+\ 0\ open$ ]]
	at 15:41 watch-fills
	[[ $(orders) =~ ^1\ buy\ [0-9]+\ 0\ expired$ ]]
}

@test "a held stock that MarketEye leaves out waits with its stop, and is told" {
	morning
	strategy gold buy=005930 stock_capital=500000 stop_loss_ratio=-3
	set-universe +005930 +035420 > out.more
	set-limit stale_share=100 > out.more # one alone is all
	minutes 09:05 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	strategy gold until=0
	trap_set 'left-out 005930'
	sqlite3 firm.db "UPDATE minute_price SET open = 9600, high = 9600,
	    low = 9600, close = 9600 WHERE code = '005930' AND time >= 909"
	for t in 09:08 09:09 09:10; do
		at $t update-prices 2> err
		grep -q 'no quote of .*005930' err
		at $t place-orders > out.$t 2> err
		[ ! -s "out.$t" ]
	done
	# The old quote stands, with its age; the alarm says what waits.
	[ "$(sql "SELECT last, polled_at FROM current_quote
	    WHERE code = '005930'")" = '10000|2025-03-14T09:06:00+09:00' ]
	[ "$(sql 'SELECT name FROM alert WHERE cleared_at IS NULL')" = \
	    'price of 005930' ]
	trap_set ''
	at 09:11 update-prices
	at 09:11 place-orders > out
	[ "$(sql 'SELECT why FROM orders WHERE id = 2')" = stop ]
	[ -z "$(sql 'SELECT name FROM alert WHERE cleared_at IS NULL')" ]
}

@test "CREON's limit is waited for, and nothing is asked twice" {
	gateway_end
	creon_firm window_ms=1000 orders=8 quotes=4 "now=$DAY 08:00"
	creon_gateway
	morning
	minutes 09:05 09:07
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:08 same_totals
}

# Another program had the limit's last request: nobody judged the order, so it is
# no refusal (three of which would freeze the stock), and its signal acts again.
@test "an order that CREON's own limit turns away is formed anew" {
	morning
	trap_set order-limit
	minutes 09:05 09:08
	[ -z "$(paper requests)" ]
	trap_set ''
	minutes 09:09 09:10
	[ "$(sql "SELECT state, filled FROM orders ORDER BY id DESC LIMIT 1")" = \
	    'filled|50' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:11 same_totals
}

# The second order is lost; a list that lacks the first one as well, or is cut
# before it, proves nothing of the second.
@test "a list that is short proves no order absent" {
	morning
	minute 09:05
	strategy gold until=0
	strategy iron buy=035420
	trap_set 'once lose-request:new 1' empty-list
	minute 09:06 || [ "$?" -eq 1 ]
	minutes 09:07 09:10
	trap_set short-page
	minutes 09:11 09:13
	[ "$(orders)" = '1 buy 50 0 open
2 buy 50 0 unknown' ]
	trap_set ''
	minutes 09:14 09:16
	[ "$(orders | head -n 2)" = '1 buy 50 50 filled
2 buy 50 0 expired' ]
}

# CREON gave it no number, and lists nothing at all, but its accept was heard.
@test "an order that the gateway heard of is not absent where lists lack it" {
	morning
	trap_set 'once lose-answer:new 1' empty-list
	minute 09:05 || [ "$?" -eq 1 ]
	minutes 09:06 09:10
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	[ "$(gateway_says orders complete 'missing[0]')" = '0|1' ]
	trap_set ''
	minute 09:11
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
}

@test "orders of the phone are nobody's here" {
	morning
	PAPER_AT=09:04 paper buy 035420 3 10000
	minutes 09:05 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT count(*) FROM alert')" -eq 0 ]
	run at 09:07 sync-account
	[[ $output =~ shares,035420,0,3,3,seen ]]
	at 09:08 sync-account > out
	[ "$(sql "SELECT strategy, quantity FROM lot WHERE code = '035420'")" = \
	    'MANUAL|3' ]
}

@test "who asks the gateway to end is answered before it does" {
	for _ in {1..8}; do
		gateway_stop
		[ "$code" = 200 ]
		[[ $body =~ '"stopping":true' ]]
		creon_gateway
	done
}

# hangs TRAP: an order that CREON keeps for longer than the gateway waits, and
# until it has let it go
hangs()
{
	gateway_end
	creon_gateway --wait 500,1000,5000,5000
	morning
	trap_set "$1"
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	sleep 2
}

@test "an order that hangs in CREON is unknown, and known when it is" {
	hangs 'order-blocks 2500'
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:07 same_totals
}

@test "an order in a window that a person closes was none" {
	hangs 'once confirm-window 2500'
	minutes 09:06 09:10
	[ "$(orders)" = '1 buy 50 0 expired
2 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
}

@test "CREON's prices, orders on paper" {
	sed -i 's/^kind = creon/quotes = creon\nexecution = paper/' "$MAEMAE_CONF"
	morning
	minutes 09:00 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ -z "$(paper requests)" ]
	[ "$(paper-broker --now "$DAY 09:07" -f csv holdings | sed 1d)" = \
	    005930,50,50,500000 ]
	silent at 09:07 sync-account
}

# now_open DB: the market is open now, by the wall's clock; it closed at 10000
# on the day before and has traded so until two minutes ago.
now_open()
{
	local today hour
	read -r today hour <<< "$NOW_SEOUL"
	[ "$hour" -ge 2 ] && [ "$hour" -le 20 ] || skip 'night in Seoul'
	sqlite3 "$1" "INSERT OR REPLACE INTO market_calendar
	    (date, is_open, entry, open, auction, close)
	    VALUES ($today, 1, $((hour - 1))00, $((hour - 1))10, $((hour +
		2))00, $((hour + 2))10)"
	prices "INSERT OR REPLACE INTO daily_price SELECT '005930', max(date),
	    10000, 10000, 10000, 10000, 1000000 FROM market_calendar
	    WHERE is_open AND date < $today;
	    INSERT OR REPLACE INTO minute_price VALUES ('005930', $today,
	    $(TZ=Asia/Seoul date -d '2 minutes ago' +%-H%M), 10000, 10000,
	    10000, 10000, 1000)"
}

# An order of this minute, and one who follows it.
working_now()
{
	NOW_SEOUL=$(TZ=Asia/Seoul date '+%Y%m%d %-H')
	gateway_end
	creon_firm orders=1000 quotes=1000
	now_open firm.db # the firm reads its calendar when it begins
	creon_gateway
	now_open maemae.db
	set-limit max_delay=59 > out
	sync-account
	update-prices --daily --backfill 5 005930 > out
	strategy gold buy=005930
	update-prices > out
	gen-signals > out
	place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
	watch-fills --for 150 &
	sleep 2
}

# within_a_second ORDERS: the database says so; then nobody follows any more
within_a_second()
{
	for _ in {1..20}; do
		[ "$(orders)" != "$1" ] || break
		sleep 0.05
	done
	kill "$!"
	wait "$!"
	[ "$(orders)" = "$1" ]
}

# It looks at the lists every ten seconds, if nothing is told.
@test "what is done by phone is in the database within a second" {
	working_now
	paper-broker -d firm.db --books creon.db cancel 1
	within_a_second '1 buy 50 0 cancelled'
}

# Its minute is over, and then the exchange has traded in it: now it fills.
@test "a fill is in the database within a second of its event" {
	working_now
	minute=$(sql 'SELECT CAST(substr(sending_at, 12, 2) ||
	    substr(sending_at, 15, 2) AS INTEGER) FROM orders')
	until [ "$(TZ=Asia/Seoul date +%-H%M)" -gt "$minute" ]; do
		sleep 0.5
	done
	sleep 3 # and the follower's look at the new minute
	prices "INSERT OR REPLACE INTO minute_price VALUES ('005930',
	    ${NOW_SEOUL% *}, $minute, 10000, 10000, 10000, 10000, 1000)"
	within_a_second '1 buy 50 50 filled'
}
