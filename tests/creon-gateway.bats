#!/usr/bin/env bats
# creon-gateway: its protocol.  What it does when things go wrong is in
# creon-trouble.bats and creon-away.bats.

load helper
load live
load creon
load gateway

setup()
{
	gateway_setup
}

teardown()
{
	gateway_end
}

# ---- starting, the token, the command line

@test "it says where it listens, makes a token, and stops when asked to" {
	gateway
	[ "$(wc -l < "$GW_OUT")" -eq 1 ]
	[ "$(wc -c < "$GW_DIR/token")" -ge 33 ]
	on_windows || [ "$(stat -c %a "$GW_DIR/token")" = 600 ]
	get status
	[ "$code" = 200 ]
	[ "$(field protocol)" = 1 ]
	[ "$(field connected)" = 1 ]
	[ "$(field signed_on)" = 1 ]
	[ "$(field fake)" = 1 ]
	[ "$(field orders)" = on ]
	[ "$(field journal.state)" = ok ]
	[ "$(field product)" = 10 ]
	gateway_stop
	[ ! -s "$GW_ERR" ]
}

@test "without the token nothing is told, on any path" {
	gateway
	for header in 'X: y' "Authorization: Bearer ${TOKEN}x" \
	    "Authorization: Bearer ${TOKEN%?}" 'Authorization: Bearer ' \
	    "Authorization: Basic $TOKEN" "Authorization: $TOKEN"; do
		for path in v1/status v1/nothing / v1/requests/a; do
			code=$(curl -s -m 5 -o "$BATS_TEST_TMPDIR/b" \
			    -w '%{http_code}' -H "$header" "$URL/$path")
			body=$(cat "$BATS_TEST_TMPDIR/b")
			is_error 401 unauthorized
		done
	done
	TOKEN=wrong
	put a "$(buy 1 10000)"
	is_error 401 unauthorized
	[ "$(orders_at_firm)" -eq 0 ]
	TOKEN=$(cat "$GW_DIR/token")
}

@test "a token that is none, absent or open to others is refused" {
	local rule='one word of 32 to 500 ASCII'
	umask 077
	printf '%031d\n' 7 > short
	printf '%0501d\n' 7 > long
	printf '%032d %032d\n' 7 7 > words
	printf '\357\273\277%064d\n' 7 > mark # of Notepad
	printf '\n%064d\n' 7 > below
	printf '%064d\n' 7 > open
	chmod 644 open
	printf '%064d\n' 7 > good
	for file in short long words mark below; do
		run --separate-stderr $GATEWAY -d g -l 127.0.0.1:0 -t $file
		fails_with 78 "$file: a token is $rule"
		run ! grep 0000 <<< "$stderr"
	done
	run --separate-stderr $GATEWAY -d g -l 127.0.0.1:0 -t nowhere
	fails_with 78 nowhere
	if ! on_windows; then
		run --separate-stderr $GATEWAY -d g -l 127.0.0.1:0 -t open
		fails_with 77 'chmod 600'
	fi
	# Beyond this machine it must be named.
	run --separate-stderr $GATEWAY -d g -l 0.0.0.0:0
	fails_with 64 'needs --token'
	run --separate-stderr $GATEWAY -d g -l '[::]:0'
	fails_with 64 'needs --token'
}

@test "wrong options are told, and help is help" {
	for bad in --no-such -Z '--orders yes' '--orders on' '--listen here' \
	    '--listen 127.0.0.1:99999' '--listen nowhere.example:1' \
	    '--linger x' '--wait 1,2' operand; do
		# shellcheck disable=SC2086
		run --separate-stderr $GATEWAY -d g $bad
		[ "$status" -eq 64 ] || [ "$status" -eq 78 ]
		[ -z "$output" ] && [ -n "$stderr" ]
	done
	run --separate-stderr $GATEWAY --help
	silently
	[[ $output == usage:* ]]
	run --separate-stderr $GATEWAY --version
	silently
}

@test "the account and its product can be named" {
	gateway --account 999 # the second one, which has no stocks
	[[ $(field sign_on.message) == *'no product for stocks'* ]]
	gateway_stop
	gateway --account 456 --product 10
	[[ $(field account) == '***'*456 ]] && [ "$(field product)" = 10 ]
	gateway_stop
	gateway --account 555
	[ "$(field signed_on)" = 0 ] && [ "$(field account)" = '' ]
	[[ $(field sign_on.message) == *'ends with 555'* ]]
	get cash
	is_error 503 not_signed_on
	gateway_stop
	gateway --product 99
	put a "$(buy 1 10000)"
	is_error 503 not_signed_on
}

@test "a second gateway stays out of the folder" {
	gateway
	run --separate-stderr $GATEWAY -d "$GW_DIR" -l 127.0.0.1:0
	[ "$status" -eq 75 ]
}

# ---- what is not understood is refused, and never an order

@test "unknown routes, methods and parameters" {
	gateway
	get nothing
	is_error 404 no_such_route
	get status/more
	is_error 404 no_such_route
	get requests/a/b
	is_error 404 no_such_route
	ask DELETE requests/a
	is_error 405 bad_method
	ask POST orders
	is_error 405 bad_method
	get 'cash?when=now'
	is_error 400 bad_request
	get 'events?after=1&after=2'
	is_error 400 bad_request
	for bad in after=x after=-2 after=1x wait_ms=25001 most=0 after=%00; do
		get "events?$bad"
		is_error 400 bad_request
	done
	for bad in quotes 'quotes?codes=' 'quotes?codes=005930,' \
	    'quotes?codes=5930' 'quotes?codes=A005930' 'sellable?code=00593' \
	    sellable 'buyable?code=005930&price=0' \
	    "quotes?codes=$(printf '005930,%.0s' {1..200})005930" \
	    'bars/day?code=005930' 'bars/day?code=005930&from=20250314' \
	    'bars/day?code=005930&from=20250314&to=20250313' \
	    'bars/day?code=005930&from=20250230&to=20250313' \
	    'bars/minute?code=005930&count=5&from=20250301&to=20250314' \
	    'bars/minute?code=005930&count=0' \
	    'bars/day?code=005930&count=1&adjusted=2'; do
		get "$bad"
		is_error 400 bad_request
	done
	NOW=2025-03-14
	get status
	is_error 400 bad_request
}

@test "bodies that are no order make none" {
	gateway
	while read -r bad; do
		put k "$bad"
		is_error 400 bad_request
	done <<-'END'
		{
		[]
		null
		"buy"
		{}
		{"action":"new"}
		{"action":"buy","code":"005930","side":"buy","qty":1,"price":1}
		{"action":"new","code":"A005930","side":"buy","qty":1,"price":1}
		{"action":"new","code":5930,"side":"buy","qty":1,"price":1}
		{"action":"new","code":"005930","side":"long","qty":1,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":0,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":-1,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":"1","price":1}
		{"action":"new","code":"005930","side":"buy","qty":1.5,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":1e1,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":2147483648,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":99999999999999999999,"price":1}
		{"action":"new","code":"005930","side":"buy","qty":1}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":0}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":10,"kind":"market"}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":10,"kind":"best"}
		{"action":"new","code":"005930","side":"buy","qty":1,"qty":2,"price":10}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":10,"pirce":1}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":10,"order":1}
		{"action":"new","code":"005930","side":"buy","qty":1,"price":10} more
		{"action":"cancel","code":"005930"}
		{"action":"cancel","code":"005930","order":0}
		{"action":"cancel","code":"005930","order":1,"qty":1}
		{"action":"amend","code":"005930","order":1}
		{"action":"amend","code":"005930","order":1,"price":0}
	END
	printf '{"action":"\xff"}' > raw
	ask PUT requests/k --data-binary @raw
	is_error 400 bad_request
	ask PUT requests/k -d ''
	is_error 400 bad_request
	for bad in 'a b' 'a%2Fb' "$(printf 'k%.0s' {1..48})" 'k%00' '%EA%B0%80'; do
		put "${bad// /%20}" "$(buy 1 10000)"
		[ "$code" = 400 ] || [ "$code" = 404 ]
	done
	head -c 5000 /dev/zero | tr '\0' ' ' > big
	ask PUT requests/k --data-binary @big
	is_error 413 too_large
	ask PUT requests/k -H 'Transfer-Encoding: chunked' -d "$(buy 1 10000)"
	is_error 411 length_required
	ask GET orders -d '{}'
	is_error 400 bad_request
	get requests
	[ "$(field requests)" = '[]' ]
	[ "$(orders_at_firm)" -eq 0 ]
}

@test "addresses and headers without end are cut off" {
	gateway
	get "status?$(printf 'x%.0s' {1..40000})"
	[ "$code" = 400 ] || [ "$code" = 413 ] || [ "$code" = 414 ] ||
	    [ "$code" = 000 ]
	get status -H "X: $(printf 'x%.0s' {1..60000})"
	[ "$code" = 431 ] || [ "$code" = 000 ]
	get status
	[ "$code" = 200 ]
}

# ---- orders

@test "an order, the same again, and another under its key" {
	gateway
	put a-1 "$(buy 10 10000)"
	is_outcome accepted
	[ "$(field order)" -gt 0 ]
	[ "$(field replayed)" = 0 ]
	[ "$(field at)" = 2025-03-14T09:05:01+09:00 ]
	number=$(field order)
	put a-1 "$(buy 10 10000)"
	is_outcome accepted
	[ "$(field replayed)" = 1 ] && [ "$(field order)" = "$number" ]
	put a-1 "$(buy 11 10000)"
	is_error 409 key_reused
	get requests/a-1
	is_outcome accepted
	get requests/a-2
	is_error 404 not_seen
	[ "$(orders_at_firm)" -eq 1 ]
	get orders
	[ "$(field 'orders[0].order')" = "$number" ]
	[ "$(field 'orders[0].key')" = a-1 ]
	[ "$(field 'orders[0].filled_won')" = 0 ]
	[ "$(field 'orders[0].name')" = 삼성전자 ]
	gateway_stop
	gateway
	put a-1 "$(buy 10 10000)"
	is_outcome accepted
	[ "$(field replayed)" = 1 ] && [ "$(field order)" = "$number" ]
	[ "$(orders_at_firm)" -eq 1 ]
	get requests
	[ "$(field 'requests[0].key')" = a-1 ]
}

@test "amends and cancels get numbers of their own" {
	gateway
	put n "$(buy 10 9900)"
	first=$(field order)
	put m "{\"action\":\"amend\",\"code\":\"005930\",\"order\":$first,\"price\":9800}"
	is_outcome accepted
	second=$(field order)
	[ "$(field original)" = "$first" ] && [ "$second" != "$first" ]
	get orders/open
	[ "$(field 'orders[0].order')" = "$second" ]
	[ "$(field 'orders[0].price')" = 9800 ]
	[ "$(field 'orders[1]')" = null ]
	put c "{\"action\":\"cancel\",\"code\":\"005930\",\"order\":$second}"
	is_outcome accepted
	[ "$(field order)" != "$second" ]
	get orders/open
	[ "$(field orders)" = '[]' ]
	# What is gone cannot be cancelled.
	put c2 "{\"action\":\"cancel\",\"code\":\"005930\",\"order\":$second}"
	is_outcome rejected
	[ -n "$(field reason)" ]
}

@test "a market order, fills and what they cost to the won" {
	gateway
	put m '{"action":"new","code":"005930","side":"buy","qty":7,"price":0,"kind":"market"}'
	is_outcome accepted
	put l "$(buy 5 9900)"
	l=$(field order)
	NOW='2025-03-14 09:07:00'
	get orders
	[ "$(field 'orders[0].kind')" = market ]
	[ "$(field 'orders[0].filled')" = 7 ]
	won=$(firm 'SELECT sum(n * price_won) FROM fills')
	[ "$(field 'orders[0].filled_won')" = "$won" ]
	[ "$(field 'orders[0].fills[0].qty')" = 7 ]
	[ "$(field 'orders[0].remaining')" = 0 ]
	put k "{\"action\":\"amend\",\"code\":\"005930\",\"order\":$l,\"price\":0,\"kind\":\"market\"}"
	is_outcome accepted
	NOW='2025-03-14 09:09:00'
	get positions
	[ "$(field 'positions[0].code')" = 005930 ]
	[ "$(field 'positions[0].qty')" = 12 ]
	won=$(firm 'SELECT sum(n * price_won) FROM fills')
	[ "$(field 'positions[0].cost')" = "$won" ]
	get 'sellable?code=005930'
	[ "$(field sellable)" = 12 ]
	get cash
	[ "$(field settled)" -le 9880000 ]
	buyable=$(field buyable)
	get 'buyable?code=005930&price=10000'
	[ "$(field buyable)" = "$buyable" ]
	[ "$(field deposit)" -gt 0 ]
}

@test "a refusal has CREON's words" {
	gateway
	trap_set 'once refuse 주문가능금액이 부족합니다'
	put r "$(buy 1 10000)"
	is_outcome rejected
	[[ $(field reason) == *부족* ]]
	[ "$(field order)" = 0 ] && [ "$(field creon.status)" = -1 ]
	put r "$(buy 1 10000)"
	is_outcome rejected
	[ "$(field replayed)" = 1 ]
	put r2 "$(buy 1 10001)"
	is_outcome rejected
	[ "$(orders_at_firm)" -eq 0 ]
}

@test "a fake that stayed registered beside the real CREON is not believed" {
	export CREON_REAL=left
	creon_model 'now = 2025-03-14 09:05:01'
	NOW=
	gateway
	[ "$(field fake)" = 0 ] && [ "$(field orders)" = off ]
	put a "$(buy 1 10000)"
	is_error 403 orders_off
	NOW='2025-03-14 09:05:01'
	get cash
	is_error 400 not_fake
	[ "$(orders_at_firm)" -eq 0 ]
}

@test "real orders are off until they are switched on by name" {
	export CREON_REAL=1
	creon_model 'now = 2025-03-14 09:05:01'
	NOW=
	gateway
	[ "$(field fake)" = 0 ] && [ "$(field orders)" = off ]
	put a "$(buy 1 10000)"
	is_error 403 orders_off
	get cash
	[ "$code" = 200 ]
	NOW='2025-03-14 09:05:01'
	put a "$(buy 1 10000)"
	is_error 400 not_fake
	NOW=
	gateway_stop
	gateway --orders yes-trade-real-money
	NOW='2025-03-14 09:05:01'
	put a "$(buy 1 10000)"
	is_error 400 not_fake
	NOW=
	[ "$(orders_at_firm)" -eq 0 ]
	put a "$(buy 1 10000)"
	is_outcome accepted
	gateway_stop
	gateway
	# What was made is told, also with orders off.
	put a "$(buy 1 10000)"
	is_outcome accepted
	[ "$(orders_at_firm)" -eq 1 ]
}

# ---- events

@test "events are numbered, waited for, and survive" {
	gateway
	get 'events?after=-1'
	[ "$(field last)" = 0 ] && [ "$(field events)" = '[]' ]
	curl -s -m 10 -H "Authorization: Bearer $TOKEN" -o news \
	    "$URL/v1/events?after=0&wait_ms=8000" 3>&- &
	waiting=$!
	put a "$(buy 10 10000)"
	number=$(field order)
	before=$SECONDS
	wait $waiting
	[ $((SECONDS - before)) -le 1 ]
	body=$(cat news)
	[ "$(field 'events[0].n')" = 1 ]
	[ "$(field 'events[0].state')" = accept ]
	[ "$(field 'events[0].action')" = new ]
	[ "$(field 'events[0].order')" = "$number" ]
	[ "$(field 'events[0].code')" = 005930 ]
	[ "$(field 'events[0].side')" = buy ]
	[ "$(field 'events[0].ours')" = 1 ]
	NOW='2025-03-14 09:07:00'
	get orders
	get 'events?after=1&wait_ms=5000'
	[ "$(field 'events[0].n')" = 2 ]
	[ "$(field 'events[0].state')" = fill ]
	[ "$(field 'events[0].held')" = 10 ]
	get 'events?after=99'
	is_error 409 events_gone
	gateway_stop
	printf 'torn' >> "$GW_DIR/events-20250314.log"
	creon_model "now = $NOW" # the firm does not tell old news again
	gateway
	get 'events?after=0&most=1'
	[ "$(field last)" = 2 ] && [ "$(field 'events[1]')" = null ]
	put b "$(sell 10 10000)"
	get 'events?after=2&wait_ms=5000'
	[ "$(field 'events[0].n')" = 3 ]
	[ "$(field 'events[0].side')" = sell ]
}

@test "an event is there before the answer to its order" {
	gateway
	trap_set 'once accept-first'
	put a "$(buy 10 10000)"
	is_outcome accepted
	get 'events?after=0'
	[ "$(field 'events[0].state')" = accept ]
}

# ---- the market

@test "quotes, bars and stocks" {
	trap_set 'halted 035420' 'supervised 005930' 'warned 005930'
	gateway
	get 'quotes?codes=035420,999999,005930'
	[ "$(field 'quotes[0].code')" = 035420 ]
	[ "$(field 'quotes[0].halted')" = 1 ]
	[ "$(field 'quotes[1].known')" = 0 ]
	[ "$(field 'quotes[2].name')" = 삼성전자 ]
	[ "$(field 'quotes[2].last')" = 10000 ]
	[ "$(field 'quotes[2].base')" = 10000 ]
	[ "$(field 'quotes[2].upper')" = 13000 ]
	[ "$(field 'quotes[2].administrative')" = 1 ]
	[ "$(field 'quotes[2].control')" -gt 0 ]
	trap_set day-twice
	get 'bars/day?code=005930&from=20250301&to=20250314'
	[ "$(field 'bars[0][0]')" = 20250313 ]
	[ "$(field 'bars[1][0]')" = 20250314 ]
	[ "$(field 'bars[2]')" = null ]
	get 'bars/minute?code=005930&from=20250314&to=20250314'
	[ "$(field 'bars[0][1]')" = 901 ] # CREON's label: the end
	NOW='2025-03-14 15:40:00'
	get 'bars/minute?code=005930&from=20250314&to=20250314'
	[ "$(field 'bars[380][1]')" = 1530 ]
	[ "$(field 'bars[381]')" = null ]
	get 'bars/minute?code=005930&count=2'
	[ "$(field 'bars[1][1]')" = 1530 ] && [ "$(field 'bars[2]')" = null ]
	get stocks
	[ "$(field 'stocks[0].code')" = 005930 ]
	[ "$(field 'stocks[0].section')" = share ]
}

# CREON spells it with a Q.
@test "an exchange-traded note is quoted, ordered and listed by its six digits" {
	sql "INSERT INTO stock_info (code, name, market) VALUES
	    ('500001', '인버스 ETN', 'ETN');
	    INSERT INTO daily_price SELECT '500001', date, open, high, low,
	    close, volume FROM daily_price WHERE code = '005930';
	    INSERT INTO minute_price SELECT '500001', date, time, open, high,
	    low, close, volume FROM minute_price WHERE code = '005930'"
	gateway --record rec
	get 'quotes?codes=500001,005930'
	[ "$(field 'quotes[0].last')" = 10000 ]
	put n-1 '{"action":"new","code":"500001","side":"buy","qty":2,
	    "price":10000,"kind":"limit"}'
	is_outcome accepted
	NOW='2025-03-14 09:07:00'
	get orders
	[ "$(field 'orders[0].code') $(field 'orders[0].filled')" = '500001 2' ]
	get positions
	[ "$(field 'positions[0].code')" = 500001 ]
	grep -q '"in":\[\["I4",3\],\["BSTR","Q500001"\]\]' rec
	get stocks
	[ "$(field 'stocks[2].section')" = etn ]
}

@test "lists of many pages come whole" {
	creon_model orders=100
	gateway
	for i in {1..45}; do
		put "p-$i" "$(buy 1 9900)"
	done
	get orders
	[ "$(field 'orders[44].key')" = p-45 ]
	[ "$(field 'orders[45]')" = null ]
	get orders/open
	[ "$(field 'orders[44].order')" != null ]
}

# A day of more executions than three pages, at several prices; an amend and a
# cancel among its orders.
long_day()
{
	creon_model orders=1000
	printf 'cash = 10000000000\n' >> "$CREON_MODEL"
	sql 'UPDATE minute_price SET open = 9900 + time % 7 * 10,
	    low = 9900, close = 9900 + time % 7 * 10'
	gateway --record rec
	for i in {1..12}; do
		put "p-$i" "$(buy 2000 10000)"
		is_outcome accepted
	done
	put p-13 "$(buy 1 9000)"
	put p-14 '{"action":"cancel","code":"005930","order":13}'
	is_outcome accepted
	put p-15 "{\"action\":\"amend\",\"code\":\"005930\",\"order\":12,
	    \"price\":9990}"
	is_outcome accepted
	NOW='2025-03-14 11:05:00'
	get orders
	[ "$(firm 'SELECT count(*) FROM fills')" -gt 100 ]
}

# asked: requests for the day's list so far
asked()
{
	grep -c '"object":"CpTrade.CpTd5341","member":"BlockRequest"' rec
}

# as_at_firm: each order of $body has the fills that the firm has
as_at_firm()
{
	printf '%s' "$body" > body.json
	sqlite3 -cmd "ATTACH '$BATS_TEST_TMPDIR/creon.db' AS firm" :memory: "
	    SELECT o.value ->> 'order', o.value ->> 'filled_won',
	    count(f.value), sum((f.value ->> 'qty') * (f.value ->> 'price'))
	    FROM json_each(readfile('body.json'), '\$.orders') AS o LEFT JOIN
	    json_each(o.value, '\$.fills') AS f WHERE o.value ->> 'action' <>
	    'cancel' GROUP BY o.key ORDER BY 1" > told
	firm 'SELECT o.no, coalesce(sum(f.n * price_won), 0), count(f.id),
	    sum(f.n * price_won) FROM orders o LEFT JOIN fills f
	    ON f.order_id = o.id GROUP BY o.id ORDER BY 1' > at_firm
	diff told at_firm
	[ "$(sqlite3 :memory: "SELECT group_concat(value ->> 'action')
	    FROM json_each(readfile('body.json'), '\$.orders')")" = \
	    "new,new,new,new,new,new,new,new,new,new,new,new,new,amend$1,cancel" ]
}

# 20 rows a request, and 15 requests in 15 s: not all of it at each look.
@test "a day of many executions is read in few requests" {
	long_day
	as_at_firm
	before=$(asked)
	get orders
	as_at_firm
	[ "$(asked)" -eq $((before + 1)) ]
	put p-16 "$(buy 1 9000)"
	NOW='2025-03-14 11:25:00'
	before=$(asked)
	get orders
	as_at_firm ,new
	[ "$(asked)" -le $((before + 3)) ]
}

@test "where rows by order are not all, a long day is read whole" {
	long_day
	for i in {1..4}; do
		trap_set sums-short
		get orders
		as_at_firm
	done
	[ "$(grep -c 'rows by order lack order 14' "$GW_ERR")" -eq 1 ]
}

# What it has not listed itself it knows from its journal and its events.
@test "a gateway that was restarted knows which rows by order lack" {
	long_day
	gateway_stop
	gateway --record rec
	trap_set sums-short
	for i in {1..4}; do
		get orders
		as_at_firm
		[ "$(field complete)" = 1 ]
	done
	[ "$(grep -c 'rows by order lack order 14' "$GW_ERR")" -eq 1 ]
}

# lacks TIME KEY REQUESTS NUMBERS: an order under that key that no list shows, or
# no new one; then a list that takes no more requests and lacks those numbers,
# p-16's first.
lacks()
{
	local before
	NOW="2025-03-14 $1"
	if [ -n "$2" ]; then
		put "$2" "$(buy 1 9000)"
		is_outcome accepted
		firm "UPDATE orders SET listed_at = 9999999999
		    WHERE no = $(field order)"
	fi
	before=$(asked)
	get orders
	[ "$code" = 200 ] && [ "$(field complete)" = 0 ]
	[ "$(field 'missing[0]') $(field 'missing[1]')" = "$4" ]
	[ "$(asked)" -le $((before + $3)) ]
}

# An order that no list ever has must not cost a whole day's reading each time.
@test "where all lists lack an order, they say so and are read by order" {
	long_day
	[ "$(field complete)" = 1 ]
	# Lists may be late by a moment; then all of it is read, once.
	lacks 11:05:00 p-16 2 '15 null'
	lacks 11:05:30 '' 2 '15 null'
	lacks 11:05:50 p-17 2 '15 16'
	lacks 11:06:20 '' 20 '15 16'
	grep -q 'no list has order 15' "$GW_ERR"
	[ "$(grep -c 'no list has order 16' "$GW_ERR")" -eq 0 ]
	lacks 11:06:30 '' 2 '15 16'
	lacks 11:07:00 '' 20 '15 16'
	lacks 11:07:10 '' 2 '15 16'
	[ "$(grep -c 'no list has order' "$GW_ERR")" -eq 2 ]
	firm 'UPDATE orders SET listed_at = 0'
	get orders
	[ "$(field complete)" = 1 ] && [ "$(field 'missing[0]')" = null ]
}

# ---- its paper

@test "the protocol's page has every route, error and parameter" {
	page=$ROOT/docs/brokers/creon-gateway.md
	for path in $(grep -o '"/v1/[^"]*"' "$ROOT/gateway/routes.c" |
	    tr -d '"'); do
		grep -qF "$path" "$page" || { echo "no $path"; return 1; }
	done
	sed -n 's/.*{ \([0-9]*\), "\([a-z_]*\)" },$/| \1 | `\2` |/p' \
	    "$ROOT/gateway/reply.c" | grep -v '| 200 |' > codes
	[ "$(wc -l < codes)" -ge 18 ]
	while read -r row; do
		grep -qF "$row" "$page" || { echo "no $row"; return 1; }
	done < codes
	for word in $(sed -n 's/^.*", route_[a-z]*, *"\(.*\)" },$/\1/p' \
	    "$ROOT/gateway/routes.c"); do
		grep -qE "[?&\`]$word\b" "$page" || { echo "no $word"; return 1; }
	done
}
