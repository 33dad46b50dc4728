#!/usr/bin/env bats
# The programs trade at CREON through its gateway: the adapter in full, with
# the gateway's portable part and the fake CREON behind it.

load helper
load live
load creon

setup_file() { live_build; }

setup()
{
	creon_begin
}

teardown()
{
	gateway_stop
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

# The states of the requests and orders at the gateway, oldest first.
outcomes()
{
	sed -n 's/.*"outcome":"\([a-z]*\)".*/\1/p' gateway/orders-20250314.log
}

@test "an answer lost inside the PC: the order is found by its looks" {
	morning
	creon_trap 'once lose-answer 1'
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:07 same_totals
}

@test "a request lost inside the PC is absent, and its signal acts again" {
	morning
	creon_trap 'once lose-request 1'
	minute 09:05 || [ "$?" -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	minutes 09:06 09:10
	[ "$(orders)" = '1 buy 50 0 expired
2 buy 50 50 filled' ]
	[ "$(paper requests | wc -l)" -eq 1 ]
	PAPER_AT=09:11 same_totals
}

@test "who asks the gateway to end is answered before it does" {
	for _ in {1..8}; do
		curl -s -m 5 -X POST -H "Authorization: Bearer \
$(cat gateway/token)" "http://127.0.0.1:$(sed -n 's/.* port //p' \
		    gateway.out)/v1/stop" > answer
		grep -q '"stopping":true' answer
		wait "$GATEWAY_PID"
		GATEWAY_PID=
		rm gateway.out
		gateway_start
	done
}
