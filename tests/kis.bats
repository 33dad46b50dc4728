#!/usr/bin/env bats
# The programs at Korea Investment & Securities, which is kis-sandbox here:
# what the adapter does with a server that speaks as the firm does, well and
# badly.  Friday, 2025-03-14; two stocks at 10000 won.

load helper
load live
load sandbox

APP_KEY=PSabcdefghijklmnopqrstuvwxyz01234567
APP_SECRET=TheSecretOfTheSandboxThatNobodyMaySeeAnywhere0123456789+/=

setup_file() { live_build; }

setup()
{
	live_market
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	sql "INSERT INTO stock_info (code, name, market, updated_at) VALUES
	    ('005930', '삼성전자', 'KOSPI', 'now'),
	    ('035420', 'NAVER', 'KOSDAQ', 'now')"
	mv maemae.db market.db
	new_db
}

teardown()
{
	follow_end
	sandbox_end
}

# kis OPTION...: a sandbox of that market, and a configuration for it, by which
# no program waits; CALLS a second, and --limit CALLS, are the firm's
kis()
{
	local mode=real
	[[ " $* " != *' --mock '* ]] || mode=mock
	sandbox -d market.db --books kis.db --costs none "$@"
	printf '%s\n' '[broker]' 'kind = kis' '[kis]' "mode = $mode" \
	    'account = 12345678-01' "app_key = $APP_KEY" \
	    "app_secret = $APP_SECRET" "url = $REST" "stream_url = $SOCKET" \
	    "hts_id = ${HTS_ID-sandbox}" "calls_per_second = ${CALLS-1000}" > kis.conf
	chmod 600 kis.conf
	export MAEMAE_CONF=$BATS_TEST_TMPDIR/kis.conf
}

# What an account is opened with: known stocks, yesterday's prices.
kis_begin()
{
	kis "$@"
	set-limit costs=none > out
	at 08:20 sync-account > out
	at 08:20 update-prices --stocks
	at 08:25 update-prices --daily 005930
}

# The firm's books, as the holder of the account sees them.
paper()
{
	(umask 077 && : > none.conf)
	paper-broker -d market.db --books kis.db -c none.conf \
	    --now "$DAY ${PAPER_AT-15:40}" -f csv "$@" | sed 1d
}

# thin FROM TO VOLUME: minutes in which little is traded
thin()
{
	sqlite3 market.db "UPDATE minute_price SET volume = $3
	    WHERE time BETWEEN $1 AND $2"
}

# Ours and the firm's agree: cash, shares, and of each order how many shares
# for how much.
same()
{
	local sums="SELECT no, sum(n), sum(n * price)"
	[ "$(sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" = \
	    "$(paper cash | cut -d, -f1)" ] || { echo cash >&2; return 1; }
	[ "$(sql "SELECT code || ',' || sum(quantity) FROM lot GROUP BY code
	    ORDER BY code")" = "$(paper holdings | cut -d, -f1,2 | sort)" ] ||
	    { echo shares >&2; return 1; }
	diff <(sql "$sums FROM (SELECT substr(rest, 1, instr(rest, '-') - 1)
	    AS no, n, price FROM (SELECT substr(broker_no,
	    instr(broker_no, '-') + 1) AS rest, quantity AS n, price
	    FROM fill)) GROUP BY no ORDER BY no") \
	    <(paper fills | sqlite3 -batch -csv -noheader :memory: \
	    'CREATE TABLE f (no, fill, day, time, code, side, n INTEGER,
	    price INTEGER, fee, tax)' '.import /dev/stdin f' \
	    '.mode list' "$sums FROM f GROUP BY no ORDER BY no") >&2 || return 1
	trade-db check
}

# orders: id, side, quantity, filled, state of each order of ours
orders()
{
	sql "SELECT id || ' ' || side || ' ' || quantity || ' ' || filled
	    || ' ' || state FROM orders ORDER BY id"
}

# Orders that the firm has of us.
taken()
{
	paper orders | wc -l
}

# ---- what is asked ------------------------------------------------------------------

@test "the lists of stocks" {
	kis
	trouble html:kospi_code,times=2
	silent at 08:20 update-prices --stocks
	[ "$(sql 'SELECT code, name, market FROM stock_info ORDER BY code')" = \
	    $'005930|삼성전자|KOSPI\n035420|NAVER|KOSDAQ' ]
}

@test "days of the exchange that were announced since" {
	kis
	silent at 08:20 update-prices --calendar
	sqlite3 market.db 'UPDATE market_calendar SET is_open = 0, entry = 0,
	    open = 0, auction = 0, close = 0 WHERE date = 20250604;
	    UPDATE market_calendar SET is_open = 1, entry = 830, open = 900,
	    auction = 1520, close = 1530 WHERE date = 20250505'
	sandbox_end
	kis
	run --separate-stderr at 08:21 update-prices --calendar
	[ "$status" -eq 0 ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ $stderr =~ '20250604: the broker says that the exchange is closed' ]]
	[ "$(sql 'SELECT date, is_open, open, close FROM market_calendar
	    WHERE date IN (20250505, 20250604) ORDER BY date')" = \
	    $'20250505|1|900|1530\n20250604|0|0|0' ]
	sandbox_end
	kis --mock
	run --separate-stderr at 08:22 update-prices --calendar
	fails_with 69 'the mock host does not offer .*chk-holiday'
	unset MAEMAE_CONF
	run --separate-stderr at 08:23 update-prices --calendar
	fails_with 64 'the broker paper tells no days'
}

@test "days and minutes, page by page" {
	sqlite3 market.db "WITH d(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d
	    WHERE i < 249) INSERT OR IGNORE INTO daily_price SELECT '005930',
	    date, 9000, 9100 + i, 8900, 9000 + i, 7 + i FROM d JOIN (SELECT date,
	    row_number() OVER (ORDER BY date DESC) - 1 AS k FROM market_calendar
	    WHERE is_open AND date < 20250313) ON k = i"
	kis
	at 08:20 update-prices --daily --backfill 400 005930
	diff <(sql 'SELECT * FROM daily_price') <(sqlite3 market.db \
	    "SELECT * FROM daily_price WHERE code = '005930'")
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 251 ]
	at 15:40 update-prices --minute 005930
	[ "$(sql 'SELECT count(*), min(time), max(time) FROM minute_price')" = \
	    '381|900|1530' ]
	diff <(sql 'SELECT * FROM minute_price') <(sqlite3 market.db \
	    "SELECT * FROM minute_price WHERE code = '005930'")
	sqlite3 market.db "INSERT INTO minute_price SELECT code, 20250313,
	    time, 9, 9, 9, 9, volume FROM minute_price WHERE code = '005930'"
	at 15:41 update-prices --minute --backfill 2 005930
	[ "$(sql 'SELECT count(*), min(time), max(time) FROM minute_price
	    WHERE date = 20250313')" = '381|900|1530' ]
	# Days in which the machine was off, or in part of them.
	sqlite3 market.db 'INSERT INTO minute_price SELECT code, 20250310,
	    time, 9, 9, 9, 9, volume FROM minute_price WHERE date = 20250313'
	sql 'DELETE FROM minute_price WHERE date = 20250313 AND time > 1000'
	at 15:42 update-prices --minute --backfill 6 005930
	[ "$(sql 'SELECT date, count(*) FROM minute_price GROUP BY date')" = \
	    $'20250310|381\n20250313|381\n20250314|381' ]
}

@test "days that the firm has no bars of are told, once" {
	sqlite3 market.db "INSERT OR IGNORE INTO daily_price SELECT '005930',
	    date, 9000, 9100, 8900, 9000, 7 FROM market_calendar WHERE is_open
	    AND date BETWEEN 20240902 AND 20250312
	    AND date NOT BETWEEN 20241014 AND 20241018
	    AND date <> 20250110"
	kis
	run --separate-stderr at 08:20 update-prices --daily --backfill 400 005930
	[ "$status" -eq 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr =~ '005930: no daily bars from 20241012 to 20241020, in which the calendar has 5 sessions; nor in 1 other gap' ]]
	# Before the first day there are none, which is no news.
	sql 'DELETE FROM daily_price'
	run --separate-stderr at 08:21 update-prices -v --daily --backfill 400 \
	    005930
	[[ $stderr =~ 'info: kis: 005930: the daily bars begin at 20240902' ]]
	# Not even the days since the last one that is known.
	sqlite3 market.db 'DELETE FROM daily_price'
	sql 'DELETE FROM daily_price WHERE date > 20250312'
	run --separate-stderr at 08:22 update-prices --daily 005930
	[ "$status" -eq 0 ]
	[[ $stderr =~ '005930: no daily bars from 20250312 to 20250313, in which the calendar has 2 sessions' ]]
}

@test "empty rows among bars are stepped over" {
	kis --trouble empty-rows
	at 10:00 update-prices --minute 005930
	[ "$(sql 'SELECT count(*) FROM minute_price')" -gt 50 ]
	at 08:20 update-prices --daily 005930
	[ "$(sql 'SELECT close FROM daily_price')" = 10000 ]
}

@test "a bar that cannot be is none: that stock's wait, once" {
	kis
	trouble zero-bar,times=1
	run --separate-stderr at 10:00 update-prices --minute 005930 035420
	[[ $stderr =~ 'warn: 005930: kis: '.*'a bar of' ]] ||
	    [[ $stderr =~ 'warn: 005930: kis: stck_prpr' ]]
	[ "$(sql "SELECT count(*) FROM minute_price WHERE code = '005930'")" = 0 ]
	[ "$(sql "SELECT count(*) FROM minute_price WHERE code = '035420'")" -gt 50 ]
	trouble double-bar
	at 10:00 update-prices --minute 005930
	[ "$(sql "SELECT count(*) FROM minute_price WHERE code = '005930'")" -gt 50 ]
}

@test "the mock host: what it does not offer is gone round" {
	kis_begin --mock
	strategy gold buy=005930
	minutes 09:00 09:02
	[ "$(orders)" = '1 buy 50 50 filled' ]
	run --separate-stderr at 09:05 update-prices --minute --backfill 3 005930
	[ "$status" -eq 69 ]
	[[ $stderr =~ 'the mock host does not offer' ]]
	set-strategy gold daily=say:sell=005930 > out
	minutes 09:06 09:08
	[ "$(orders | tail -n 1)" = '2 sell 50 50 filled' ]
	same
}

# A minute from the entry phase on: the end of the last session is asked for
# where the host has it.
@test "the mock host is not asked for what it never has, minute after minute" {
	for mode in --mock ''; do
		kis_begin $mode
		at 08:26 update-prices --daily
		sqlite3 market.db "INSERT INTO minute_price SELECT code, 20250313,
		    time, 9, 9, 9, 9, volume FROM minute_price
		    WHERE code = '005930'"
		set-universe +005930 > out
		sql "INSERT INTO minute_price VALUES
		    ('005930', 20250313, 1000, 9, 9, 9, 9, 9)"
		silent at 08:40 update-prices
		[ "$(sql 'SELECT max(time) FROM minute_price
		    WHERE date = 20250313')" = "$([ -n "$mode" ] && echo 1000 ||
		    echo 1530)" ]
		run --separate-stderr at 08:41 update-prices -v
		[ "$status" -eq 0 ]
		[ -z "$mode" ] || [[ $stderr =~ 'kis tells no minutes of past days; those of 20250313 stay as they are' ]]
		sandbox_end
		rm -rf maemae.db* kis.db* cache
		sqlite3 market.db 'DELETE FROM minute_price WHERE date = 20250313'
		new_db
	done
}

@test "the mock host takes nothing before the open, and is not asked to" {
	kis_begin --mock
	strategy gold buy=005930 minute=open_minute stock_capital=500000
	strategy late buy=005930
	minutes 08:50 08:59
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	minutes 09:00 09:01
	[ "$(sql 'SELECT strategy, state FROM orders')" = 'late|filled' ]
}

# ---- status (T21) -------------------------------------------------------------------

# Eight stocks are watched, so that they are asked for in lists, which tell no
# status.  eight LINE...: what the exchange does, as [paper] says it
eight()
{
	local more='"000010", "000020", "000030", "000040", "000050", "000660"'
	sqlite3 market.db "CREATE TEMP TABLE more AS SELECT value AS code
	    FROM json_each('[$more]');
	    INSERT INTO stock_info (code, name, market, updated_at) SELECT code,
	    code, 'KOSPI', 'now' FROM more;
	    INSERT INTO daily_price SELECT m.code, date, open, high, low, close,
	    volume FROM more m, daily_price d WHERE d.code = '005930';
	    INSERT INTO minute_price SELECT m.code, date, time, open, high, low,
	    close, volume FROM more m, minute_price d WHERE d.code = '005930'"
	(umask 077 && printf '%s\n' '[paper]' "$@" > exchange.conf)
	kis_begin -c exchange.conf
	set-universe +000010 +000020 +000030 +000040 +000050 +000660 +005930 \
	    +035420 > out
	at 08:26 update-prices --daily
}

# What is asked at a time, a line each: a list, or a stock alone.
asked()
{
	at "$1" update-prices -vvv 2>&1 | sed -n '/GET/{
	    s/.*intstock-multprice.*/list/p
	    s/.*inquire-price?.*FID_INPUT_ISCD=\([0-9]*\).*/\1/p
	}'
}

@test "of many stocks, none is bought that is designated or halted" {
	eight 'designated = 000660, 000010:0000-0840' 'halted = 000020:0000-0910'
	strategy bad buy=000660
	strategy shut buy=000020
	strategy good buy=005930
	strategy past buy=000010
	[ "$(asked 08:40 | grep -c -v list)" -eq 8 ]
	minutes 08:50 09:09
	[ "$(sql "SELECT strategy, state FROM orders ORDER BY strategy")" = \
	    $'good|filled\npast|filled' ]
	[ "$(waits | sort)" = $'executed: sent\nexecuted: sent\npending: the stock is designated\npending: the stock is halted' ]
	# What is held is asked for, and what waits for the end of its halt.
	[ "$(asked 09:09 | sort | tr '\n' ' ')" = '000010 000020 005930 list ' ]
	minutes 09:10 09:12
	[ "$(sql "SELECT state FROM orders WHERE strategy = 'shut'")" = filled ]
	minutes 09:13 09:15
	[ "$(sql "SELECT count(*) FROM orders WHERE code = '000660'")" -eq 0 ]
	PAPER_AT=09:15 same
}

@test "what is held of many waits while it is halted in the session" {
	eight 'halted = 005930:0905-0910'
	strategy good buy=005930,until=3
	minutes 09:00 09:04
	set-strategy good daily=say:sell=005930 > out
	minutes 09:05 09:09
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(waits sell)" = 'pending: the stock is halted' ]
	minutes 09:10 09:12
	[ "$(orders | tail -n 1)" = '2 sell 50 50 filled' ]
	PAPER_AT=09:12 same
}

@test "of many stocks, none is bought whose status does not come" {
	eight
	strategy good buy=005930
	trouble html:inquire-price
	minutes 08:50 09:02 2> err || true
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	[ "$(waits)" = \
	    'pending: the broker has not told its status today (T21)' ]
	[ "$(sql 'SELECT count(*) FROM current_quote WHERE last = 10000 AND
	    status_day = 0')" -eq 8 ]
	curl -s -X POST "$REST/sandbox/trouble?clear=1" > out
	minutes 09:03 09:04
	[ "$(orders)" = '1 buy 50 50 filled' ]
}

# ---- orders -------------------------------------------------------------------------

@test "bought and sold, to the won" {
	kis_begin --costs krx
	set-limit costs=krx > out
	strategy gold buy=005930,until=3
	minutes 09:00 09:03
	set-strategy gold daily=say:sell=005930 > out
	minutes 09:04 09:07
	[ "$(orders)" = $'1 buy 49 49 filled\n2 sell 49 49 filled' ]
	at 15:40 sync-account > out
	same
}

@test "partial fills are told as totals and add up" {
	kis_begin
	thin 900 901 100
	strategy gold buy=005930
	minutes 09:00 09:02
	[ "$(orders)" = '1 buy 50 20 part' ]
	minute 09:03
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same
}

@test "an amend gets a new number, which is followed" {
	kis_begin
	sqlite3 market.db "UPDATE minute_price SET open = 10030, high = 10030,
	    low = 10030, close = 10030 WHERE time BETWEEN 900 AND 919;
	    UPDATE minute_price SET volume = 100 WHERE time = 902"
	strategy gold buy=005930
	minutes 09:00 09:02
	[ "$(sql "SELECT kind, state, broker_no FROM order_request
	    WHERE kind = 'amend'")" = 'amend|accepted|91252-2-KRX' ]
	[ "$(sql 'SELECT broker_no, limit_price, filled, filled_won, state
	    FROM orders')" = '91252-2-KRX|10030|50|501500|filled' ]
	same
}

@test "an order is taken back" {
	kis_begin
	thin 900 919 100
	strategy gold buy=005930
	minutes 09:00 09:01
	cancel-order 1 > out
	set-strategy --off gold > out
	minutes 09:02 09:04
	[ "$(sql 'SELECT state FROM orders')" = cancelled ]
	[ "$(paper orders | cut -d, -f11)" = cancelled ]
	same
}

@test "what is cancelled on the phone, and what is bought there" {
	kis_begin
	thin 900 919 100
	strategy gold buy=005930
	minutes 09:00 09:01
	PAPER_AT=09:01:30 paper cancel 1
	PAPER_AT=09:01:30 paper buy 035420 7 > out
	minutes 09:02 09:04
	[ "$(sql 'SELECT state FROM orders')" = cancelled ]
	at 15:40 sync-account > out 2> err
	at 15:50 sync-account > out 2> err
	[ "$(sql "SELECT strategy, quantity FROM lot WHERE code = '035420'")" = \
	    'MANUAL|7' ]
	[ -z "$(sql 'SELECT name FROM alert')" ] # no program did it
	trade-db check
}

@test "an older copy of the database: who wants to buy looks first" {
	kis_begin
	trade-db backup old.db
	strategy gold buy=005930
	minutes 09:00 09:01
	[ "$(orders)" = '1 buy 50 50 filled' ]
	rm maemae.db*
	mv old.db maemae.db
	strategy gold buy=005930
	minute 09:02 2> err
	grep 'not from this database' err
	[ "$(sql 'SELECT scope FROM halt')" = entries ]
	[ -z "$(orders)" ]
	[ "$(paper orders | wc -l)" -eq 1 ]
}

@test "who wants to buy and cannot look at the orders waits" {
	kis_begin
	strategy gold buy=005930
	trouble html:inquire-daily-ccld
	minute 09:00 2> err
	grep 'no entries in this pass' err
	[ -z "$(orders)" ]
	curl -s -X POST "$REST/sandbox/trouble?clear=1" > out
	minute 09:01
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "a refusal is told, with its reason and code" {
	kis_begin
	strategy gold buy=005930
	minutes 09:00 09:02
	PAPER_AT=09:02:30 paper sell 005930 50 > out
	set-strategy gold daily=say:sell=005930 > out
	minute 09:03 2> err || true
	[ "$(orders | tail -n 1)" = '2 sell 50 0 rejected' ]
	sql 'SELECT * FROM trading_log WHERE order_id = 2' | grep '(APBK0400)'
	grep 'order 2: sell 005930 x 50 rejected: .*(APBK0400)' err
}

@test "a stop fires in the closing auction, which takes no market orders" {
	kis_begin
	sqlite3 market.db 'UPDATE minute_price SET open = 9300, high = 9300,
	    low = 9300, close = 9300 WHERE time >= 1519'
	strategy gold buy=005930 stock_capital=500000 stop_loss_ratio=-5
	minutes 09:00 09:02
	minutes 15:18 15:21
	[ "$(orders)" = $'1 buy 50 50 filled\n2 sell 50 0 open' ]
	[ "$(sql 'SELECT why, is_market, limit_price FROM orders
	    WHERE id = 2')" = 'stop|0|7000' ]
	at 15:31 watch-fills --for 0 > out
	[ "$(orders)" = $'1 buy 50 50 filled\n2 sell 50 50 filled' ]
	[ "$(sql 'SELECT price, time FROM fill WHERE order_id = 2')" = \
	    '9300|1530' ]
	same
}

@test "a firm that says closed where the calendar says open" {
	kis_begin
	sandbox_end
	sqlite3 market.db "UPDATE market_calendar SET is_open = 0, entry = 0,
	    open = 0, auction = 0, close = 0 WHERE date = 20250314"
	kis
	strategy gold buy=005930
	for t in 09:01 09:02 09:03 09:04 09:05 09:06; do
		at $t update-prices
		at $t watch-fills --for 0
		at $t gen-signals > /dev/null
		run --separate-stderr at $t place-orders
		[ "$status" -eq 78 ]
		[[ $stderr =~ 'the broker says that the market is closed' ]]
	done
	# No stock is frozen, and no account: it is tried again each minute.
	[ "$(sql 'SELECT count(*), sum(state <> '"'expired'"') FROM orders')" = \
	    '6|0' ]
	[ "$(sql 'SELECT rejects FROM session_state')" -eq 0 ]
	[ "$(sql "SELECT count FROM alert WHERE name = 'market closed'")" -eq 6 ]
	at 09:07 update-prices --calendar 2> /dev/null
	silent at 09:08 place-orders
}

# ---- lost answers: never twice --------------------------------------------------------

# lost TROUBLE STATE: the first order meets it, and ends so; another of the
# account rests in the lists
lost()
{
	kis_begin
	PAPER_AT=09:00 paper buy 035420 1 7000 > out
	strategy gold buy=005930
	trouble "$1:order-cash,times=1"
	minute 09:00 2> err || true
	[ "$(sql 'SELECT state FROM orders')" = unknown ] ||
	    { echo "$1: $(orders)" >&2; return 1; }
	grep -q 'order 1: no answer (.*unknown until it is found' err
	minutes 09:01 09:04 2>> err || true
	[ "$(sql 'SELECT state FROM orders WHERE id = 1')" = "$2" ] ||
	    { echo "$1: $(orders)" >&2; return 1; }
	# What arrived is not sent again; what did not may be wanted anew.
	[ "$(PAPER_AT=09:04 paper orders | grep -c 005930)" = 1 ] ||
	    { paper orders >&2; return 1; }
	PAPER_AT=09:04 same || return 1
	sandbox_end
	rm -rf maemae.db* kis.db* cache
	new_db
}

@test "an order whose answer is lost is found, and sent once" {
	for t in lose-answer cut-answer html-after timeout-after; do
		lost "$t" filled
	done
}

@test "an order whose answer is nonsense is found, and sent once" {
	for t in unbuilt unbuilt-ok garbage empty; do
		lost "$t" filled
	done
}

@test "an order that never arrived is given up, and only then wanted anew" {
	for t in lose-request html timeout; do
		lost "$t" expired
	done
}

# The firm has been seen to list nothing all day though it took orders: an
# empty list proves nothing (S3).
# nothing_listed [OPTION]
nothing_listed()
{
	kis_begin "$@"
	strategy gold buy=005930
	trouble lose-answer:order-cash,times=1
	trouble no-rows:inquire-daily-ccld
	minutes 09:00 09:07 2> err || true
	[ "$(sql 'SELECT state FROM orders')" = unknown ] ||
	    { orders >&2; return 1; }
	[ "$(PAPER_AT=09:07 taken)" = 1 ]
	grep -q 'sync-account --settle 1=absent' err
	curl -s -X POST "$REST/sandbox/trouble?clear=1" > out
	minute 09:08 2>> err
	[ "$(orders)" = '1 buy 50 50 filled' ] || return 1
	PAPER_AT=09:08 same
}

@test "an empty list does not give up an order" {
	nothing_listed
}

@test "an empty list of the mock host neither" {
	nothing_listed --mock
}

@test "a cancel whose answer is lost, and one that never arrives" {
	for t in lose-answer lose-request; do
		kis_begin
		thin 900 919 100
		strategy gold buy=005930
		minutes 09:00 09:01
		trouble "$t:order-rvsecncl,times=1"
		cancel-order 1 > out
		set-strategy --off gold > out
		minutes 09:02 09:06 2> err || true
		[ "$(sql 'SELECT state FROM orders')" = cancelled ]
		same
		sandbox_end
		rm -rf maemae.db* kis.db* cache
		new_db
	done
}

@test "an order turned away at the gate is sent until it is taken, once" {
	kis_begin
	strategy gold buy=005930
	trouble busy:order-cash,times=2
	trouble expire-token:order-cash,times=1
	minute 09:00 2> err
	[ "$(sql 'SELECT state FROM orders')" = open ]
	[ "$(PAPER_AT=09:00 taken)" = 1 ]
}

# ---- reads ---------------------------------------------------------------------------

@test "odd lists are told and move nothing" {
	kis_begin
	thin 900 900 100
	strategy gold buy=005930
	minutes 09:00 09:01
	[ "$(orders)" = '1 buy 50 10 part' ]
	for t in mistyped cut-answer garbage empty huge html; do
		before=$(sql 'SELECT * FROM orders; SELECT * FROM fill;
		    SELECT * FROM lot; SELECT * FROM cash_ledger')
		trouble "$t:inquire-daily-ccld"
		run --separate-stderr at 09:01:30 watch-fills
		curl -s -X POST "$REST/sandbox/trouble?clear=1" > out
		case $t in
		mistyped) [ "$status" -eq 0 ] || [ "$status" -eq 65 ] ;;
		*) [[ $status =~ 65|69 && -n $stderr ]] ;;
		esac || { echo "$t: $status: $stderr" >&2; return 1; }
		[ "$(sql 'SELECT * FROM orders; SELECT * FROM fill;
		    SELECT * FROM lot; SELECT * FROM cash_ledger')" = \
		    "$before" ] || { echo "$t" >&2; return 1; }
	done
	minute 09:02
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same
}

@test "an empty list is not the end of an order" {
	kis_begin
	thin 900 900 100
	strategy gold buy=005930
	minutes 09:00 09:01
	trouble no-rows:inquire-daily-ccld
	minute 09:02 2> err || true
	[ "$(orders)" = '1 buy 50 10 part' ]
	curl -s -X POST "$REST/sandbox/trouble?clear=1" > out
	minute 09:03
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same
}

@test "spellings of the firm that differ" {
	for t in lower-keys other-key empty-refused; do
		kis_begin
		trouble "$t"
		thin 900 919 100
		strategy gold buy=005930
		minutes 09:00 09:01
		cancel-order 1 > out
		set-strategy --off gold > out
		minutes 09:02 09:03
		[ "$(sql 'SELECT filled, state FROM orders')" = '20|cancelled' ] ||
		    { echo "$t: $(orders)" >&2; return 1; }
		same
		sandbox_end
		rm -rf maemae.db* kis.db* cache
		new_db
	done
}

@test "orders by SOR, and a list that shows them where they went" {
	for t in '' routed; do
		kis_begin
		echo 'exchange = SOR' >> kis.conf
		[ -z "$t" ] || trouble "$t"
		thin 900 919 100
		strategy gold buy=005930
		minutes 09:00 09:01
		[ "$(sql 'SELECT broker_no, state FROM orders')" = \
		    '91252-1-SOR|part' ]
		cancel-order 1 > out
		set-strategy --off gold > out
		minutes 09:02 09:03
		[ "$(sql 'SELECT filled, state FROM orders')" = '20|cancelled' ] ||
		    { echo "$t: $(orders)" >&2; return 1; }
		# and one by hand, which is nobody's
		PAPER_AT=09:04 paper buy 005930 3 > out
		minutes 09:05 09:06 2> err
		[ "$(orders)" = '1 buy 50 20 cancelled' ]
		sandbox_end
		rm -rf maemae.db* kis.db* cache
		new_db
	done
}

@test "a list that shows orders late" {
	kis_begin --trouble late-list,ms=90000
	strategy gold buy=005930
	minutes 09:00 09:05 2> err
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same
}

# ---- the stream ---------------------------------------------------------------------

# Streams run by the clock on the wall, so the market's day is today, open since
# ten minutes and until 23:00; NOW is its minute.
today_is_a_session()
{
	local f open
	DAY=$(TZ=Asia/Seoul date +%F)
	NOW=$(TZ=Asia/Seoul date +%H:%M)
	[[ $NOW < 22:35 && $NOW > 01:15 ]] || skip 'a day ends'
	open=$((10#$(date -d "$NOW 10 minutes ago" +%H%M)))
	for f in market.db maemae.db; do
		sqlite3 $f "INSERT OR REPLACE INTO market_calendar (date, is_open,
		    entry, open, break_start, break_end, auction, close)
		    VALUES (${DAY//-/}, 1, 100, $open, 0, 0, 2258, 2300)"
	done
	sqlite3 market.db "WITH m(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m
	    WHERE i < 1437) INSERT INTO minute_price SELECT '005930',
	    ${DAY//-/}, i / 60 * 100 + i % 60, 10000, 10000, 10000, 10000,
	    iif(i = ${NOW%:*} * 60 + ${NOW#*:}, 100, 1000) FROM m"
}

# later MINUTES: the market's time moves on to so many after NOW
later()
{
	clock "$(date -d "$NOW $1 minutes" +%H:%M:00)"
}

# follow: watch-fills for the session, in the background; it is subscribed
follow()
{
	watch-fills --until-close -vvv > follow.out 2> follow.err &
	FOLLOW=$!
	within 10 grep -q 'notices of orders come' follow.err
}

follow_end()
{
	[ -z "${FOLLOW-}" ] || kill "$FOLLOW" 2> /dev/null || true
	wait "${FOLLOW-}" 2> /dev/null || true
	FOLLOW=
}

# within SECONDS COMMAND...: it comes true
within()
{
	local n=$(($1 * 20))
	shift
	for (( ; n > 0; n--)); do
		! "$@" || return 0
		sleep 0.05
	done
	echo "not so: $*" >&2
	tail -n 5 follow.err >&2
	return 1
}

filled_is()
{
	[ "$(sql 'SELECT sum(filled) FROM orders')" = "$1" ]
}

subscribed()
{
	[ "$(grep -c 'notices of orders come' follow.err)" -ge "$1" ]
}

# An order of 50 works at the firm; in this minute 10 of it can be filled.
working()
{
	today_is_a_session
	set-limit entry_wait=400 entry_amends=0 > out
	kis_begin "$@"
	strategy gold buy=005930
	minute "$NOW"
	[ "$(orders | cut -d' ' -f2,3,5)" = 'buy 50 open' ] ||
	    { orders >&2; return 1; }
}

# The firm was asked no more often than it allows.
within_limit()
{
	curl -s "$REST/sandbox/state" > body
	[ "$(said .limited)" = 0 ]
}

@test "a fill is in the database within a second of its notice" {
	CALLS=18 working --limit 18
	follow
	later 1
	within 1 filled_is 10
	later 2
	within 1 filled_is 50
	follow_end
	PAPER_AT=$(date -d "$NOW 2 minutes" +%H:%M) same
	[ "$(grep -c '/oauth2/Approval' follow.err)" -eq 1 ]
	within_limit
}

@test "a fill does not wait for a program that sends" {
	CALLS=18 working --limit 18
	follow
	sqlite3 market.db "INSERT INTO minute_price SELECT '035420', date, time,
	    open, high, low, close, volume FROM minute_price
	    WHERE date = ${DAY//-/}"
	trouble slow:order-cash,times=1,ms=5000
	set-strategy slow daily=say:buy=035420 > out
	set-strategy slow stock_capital=500000 > out
	at "$NOW" update-prices --daily 035420
	at "$NOW" update-prices
	at "$NOW" gen-signals > out
	at "$NOW" place-orders > out &
	within 5 slow_is_sent
	later 1
	within 1 filled_is 10
	sleep 0.3
	later 2
	within 1 filled_is 50
	slow_is_sent
	wait $!
	follow_end
}

slow_is_sent()
{
	[ "$(sql "SELECT state FROM orders WHERE strategy = 'slow'")" = sending ]
}

@test "with the mock host's one call a second it takes some seconds" {
	CALLS=1 working --mock --limit 1
	follow
	sleep 3
	later 1
	within 4 filled_is 10
	follow_end
	within_limit
}

@test "what happens while the socket is away is caught up with" {
	working
	follow
	trouble hang-up:,times=1
	within 3 grep -q 'the socket is lost' follow.err
	later 1
	within 5 filled_is 10
	within 5 subscribed 2
	later 2
	within 3 filled_is 50
	follow_end
	PAPER_AT=$(date -d "$NOW 2 minutes" +%H:%M) same
}

# Clients with a buffer of 8 KB have been closed by such.
@test "a notice behind a message that is larger than most" {
	working --trouble large
	follow
	later 1
	within 1 filled_is 10
	later 2
	within 1 filled_is 50
	follow_end
	[ "$(grep -c 'notices of orders come' follow.err)" -eq 1 ]
	! grep 'the socket is lost' follow.err
}

notices_are()
{
	[ "$(grep -c 'kis: a notice' follow.err)" -ge "$1" ]
}

# Another program of the same account buys three: notices of an order that nobody
# here knows, and of its fill.
@test "notices that come twice, and of orders that are not ours" {
	working --trouble twice
	follow
	TOKEN=$(cut -d' ' -f3 cache/maemae/kis-*.token)
	KEY=$APP_KEY SECRET=$APP_SECRET order buy 005930 3 10000
	[ "$(said .rt_cd)" = 0 ]
	within 2 notices_are 2
	later 1
	within 2 filled_is 10
	later 2
	within 2 filled_is 50
	within 2 notices_are 8 # of both: a fill of ours, the rest, and one of his
	sleep 1
	follow_end
	PAPER_AT=$(date -d "$NOW 2 minutes" +%H:%M) paper fills > fills
	[ "$(awk -F, '{ n += $7 } END { print n }' fills)" = 53 ]
	# Of ours nothing has become of it; but there is a second machine (T29).
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT count(*), sum(quantity) FROM fill')" = '2|50' ]
	[ "$(sql 'SELECT sum(quantity) FROM lot')" = 50 ]
	[ "$(sql 'SELECT name FROM alert')" = 'orders not of this database' ]
	[ "$(sql 'SELECT scope FROM halt')" = entries ]
	# It is a person's, as soon as the account is compared, twice.
	at "$(date -d "$NOW 5 minutes" +%H:%M)" sync-account > out 2>> err
	at "$(date -d "$NOW 15 minutes" +%H:%M)" sync-account > out 2>> err
	[ "$(sql "SELECT strategy, quantity FROM lot ORDER BY quantity")" = \
	    $'MANUAL|3\ngold|50' ]
	trade-db check
}

# ---- limits, secrets, money -------------------------------------------------------------

@test "programs at once stay within the firm's limit" {
	CALLS=18 kis --limit 18
	at 08:20 sync-account > out
	for _ in 1 2; do
		at 15:40 update-prices --minute --daily 005930 035420 &
		prices=$!
		for _ in 1 2 3; do
			at 15:40 sync-account --check > out
		done
		wait "$prices"
		sql 'DELETE FROM minute_price'
	done
	curl -s "$REST/sandbox/state" > body
	[ "$(said .limited)" = 0 ]
	[ "$(said .most_came_in_a_second)" -le 18 ]
	[ "$(said .requests)" -gt 30 ]
}

@test "no secret is written anywhere but the token's file" {
	HTS_ID=hts1Login7 kis_begin --trouble html:order-cash,times=1 -vvv \
	    --hts-id hts1Login7
	strategy gold buy=005930
	for t in 09:00 09:01 09:02 09:03 09:04; do
		for p in update-prices watch-fills gen-signals place-orders; do
			at $t $p -vvv >> all.out 2>> all.err || true
		done
	done
	at 15:40 sync-account -vvv >> all.out 2>> all.err
	at 15:41 show-status -vvv >> all.out 2>> all.err || true
	at 15:42 eod-report -vvv >> all.out 2>> all.err || true
	trade-db backup copy.db
	token=$(cut -d' ' -f3 cache/maemae/kis-*.token)
	[ "${#token}" -gt 20 ]
	[ "$(stat -c %a cache/maemae/kis-*.token)" = 600 ]
	[ "$(grep -c order-cash all.err)" -gt 0 ]
	at 15:43 watch-fills --for 1 -vvv >> all.out 2>> all.err || true
	for secret in "$APP_KEY" "$APP_SECRET" "${APP_SECRET//\//\\/}" \
	    "${APP_SECRET//\//%2F}" "$token" 12345678 hts1Login7; do
		! grep -rlF --exclude=kis.conf --exclude='kis-*.token' \
		    --exclude=where --exclude=sandbox.err --exclude='market.db*' \
		    --exclude='kis.db*' -- "$secret" . > leaks ||
		    { echo "in: $(cat leaks)" >&2; return 1; }
	done
}

# keys_since SECONDS: all that the sandbox can have given to open a socket with
keys_since()
{
	local t n hex
	for ((t = $1; t <= $(date +%s); t++)); do
		for n in 1 2 3 4 5 6; do
			hex=$(printf 'approval %d %d' $n "$t" | sha256sum)
			echo "${hex:0:8}-${hex:8:4}-${hex:12:4}-${hex:16:4}-${hex:20:12}"
		done
	done
}

@test "nor is the key of a live socket" {
	local began
	began=$(date +%s)
	working --trouble hang-up:,times=1
	follow
	within 5 subscribed 2 # with another key
	later 1
	within 2 filled_is 10
	follow_end
	[ "$(grep -c '/oauth2/Approval: 200' follow.err)" -eq 2 ]
	TR='' post /oauth2/Approval '{"grant_type":"client_credentials",
	    "appkey":"'"$APP_KEY"'","secretkey":"'"$APP_SECRET"'"}'
	{
		keys_since "$began"
		printf '%s\n' "$APP_KEY" "$APP_SECRET" 12345678
		cut -d' ' -f3 cache/maemae/kis-*.token
	} > "$BATS_FILE_TMPDIR/secrets"
	said .approval_key | grep -qxFf "$BATS_FILE_TMPDIR/secrets"
	rm body
	! grep -rlFf "$BATS_FILE_TMPDIR/secrets" --exclude=kis.conf \
	    --exclude='kis-*.token' --exclude=where --exclude=sandbox.err \
	    --exclude='market.db*' --exclude='kis.db*' . > leaks ||
	    { echo "in: $(cat leaks)" >&2; return 1; }
}

# The environment is for those who keep no secrets in files.
@test "the key and secret of the environment come before the file's" {
	kis --app-key "$APP_KEY" --app-secret "$APP_SECRET"
	sed -i 's/^app_key.*/app_key = ThatOfAnother/; /^app_secret/d' kis.conf
	export MAEMAE_KIS_APP_KEY=$APP_KEY
	run --separate-stderr at 08:20 sync-account
	fails_with 78 'app_secret: is missing'
	export MAEMAE_KIS_APP_SECRET=$APP_SECRET
	at 08:21 sync-account -vvv > all.out 2> all.err
	grep -q inquire-balance all.err
	for secret in "$APP_KEY" "$APP_SECRET"; do
		! grep -rlF --exclude='market.db*' --exclude='kis.db*' \
		    --exclude=sandbox.err -- "$secret" . || return 1
	done
	# and a file that others may read is refused with or without one
	chmod 644 kis.conf
	run --separate-stderr at 08:22 sync-account
	fails_with 77 'chmod 600'
}

@test "prices of the firm, orders on paper" {
	kis_begin
	sed -i 's/^kind = kis/quotes = kis\nexecution = paper/' kis.conf
	at 08:26 sync-account --accept > out
	strategy gold buy=005930
	minutes 09:00 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	# of the firm nothing but prices was wanted
	[ "$(PAPER_AT=09:06 taken)" = 0 ]
	[ "$(sql 'SELECT count(*) FROM minute_price WHERE date = 20250314')" -ge 6 ]
	[ "$(paper-broker -c none.conf --now "$DAY 09:07" -f csv holdings |
	    sed 1d)" = 005930,50,50,500000 ]
	silent at 09:07 sync-account
}

# real_host: as kis_begin left it, but for the host, which nobody answers at
real_host()
{
	sed -i -e '/^calls_per_second/d' -e '/^stream_url/d' \
	    -e "s/^app_secret = .*/app_secret = $(printf 's%.0s' {1..180})/" \
	    -e 's,^url = .*,url = https://localhost:1,' kis.conf
}

@test "real money is off until it is named" {
	today_is_a_session
	kis_begin
	strategy gold buy=005930
	at "$NOW" update-prices
	at "$NOW" gen-signals > out
	real_host
	run --separate-stderr place-orders
	fails_with 77 'real money is off: no .broker. live = yes-trade-real-money'
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	run --separate-stderr at "$NOW" place-orders
	fails_with 77 '.now with a real broker needs --dry-run'
	sed -i 's/^kind = kis/&\nlive = yes-trade-real-money/' kis.conf
	run --separate-stderr place-orders	# now it asks, and nobody is there
	[ "$status" -eq 69 ]
}
