#!/usr/bin/env bats
# creon-gateway where CREON gives no answer, or none to be taken as it stands:
# limits, a connection that is not there or goes, a sign-on that fails, pages
# and numbers that are missing.

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

# ---- limits

@test "orders beyond the limit are refused with a time, and their keys free" {
	creon_model orders=3 window_ms=3000
	gateway
	for i in 1 2 3; do
		put "l-$i" "$(buy 1 10000)"
		is_outcome accepted
	done
	put l-4 "$(buy 1 10000)"
	is_error 429 limited
	ms=$(field error.retry_after_ms)
	[ "$ms" -gt 0 ] && [ "$ms" -le 3000 ]
	get requests/l-4
	is_error 404 not_seen
	sleep "$(printf '%d.%03d' $(((ms + 50) / 1000)) $(((ms + 50) % 1000)))"
	put l-4 "$(buy 1 10000)"
	is_outcome accepted
}

# Another program has the limit's last request: CREON says so itself, after the
# journal's line.  The key is used up.
@test "an order that CREON's own limit turns away is an outcome" {
	creon_model orders=10 window_ms=3000
	gateway
	trap_set 'once order-limit'
	put l-1 "$(buy 1 10000)"
	is_outcome rejected
	[ "$(field limited) $(field unsent)" = '1 1' ]
	[ "$(field retry_after_ms)" -gt 0 ]
	put l-1 "$(buy 1 10000)"
	is_outcome rejected
	[ "$(field replayed)" = 1 ]
	[ "$(orders_at_firm)" -eq 0 ]
	put l-2 "$(buy 1 10000)"
	is_outcome accepted
}

@test "orders of another venue are listed, too" {
	gateway
	trap_set at-nxt
	put a "$(buy 1 9900)"
	is_outcome accepted
	get orders
	[ "$(field 'orders[0].key')" = a ]
	get orders/open
	[ "$(field 'orders[0].key')" = a ]
}

@test "of a small limit queries have a share, too" {
	creon_model orders=5 window_ms=60000
	gateway --wait 500,500,500,500
	get orders/open
	[ "$code" = 200 ]
	get positions
	[ "$code" = 200 ]
	put a "$(buy 1 10000)"
	is_outcome accepted
}

@test "queries wait for the limit; orders pass them and keep a share" {
	creon_model orders=8 quotes=2 window_ms=3000
	gateway --wait 500,2000,6000,5000
	get 'quotes?codes=005930'
	get 'bars/minute?code=005930&count=1'
	curl -s -m 10 -H "Authorization: Bearer $TOKEN" \
	    -H "x-maemae-now: $NOW" -o third "$URL/v1/quotes?codes=005930" 3>&- &
	third=$!
	sleep 0.2
	put a "$(buy 1 10000)" -m 2
	is_outcome accepted
	wait $third
	grep -q '"last":10000' third
	gateway_stop
	gateway --wait 500,2000,600,5000 # with a CREON of its own, and its limits
	for _ in 1 2 3 4 5 6; do
		get 'sellable?code=005930'
		[ "$code" = 200 ]
	done
	get 'sellable?code=005930' # a quarter is left, for orders
	is_error 429 limited
	[ "$(field error.retry_after_ms)" -gt 0 ]
	put b "$(buy 1 10000)"
	is_outcome accepted
}

@test "an order passes queries that stand before it" {
	gateway --wait 1200,3000,9000,5000
	trap_set 'slow 500'
	for i in 1 2 3 4 5; do
		curl -s -m 10 -H "Authorization: Bearer $TOKEN" \
		    -H "x-maemae-now: $NOW" -o "slow.$i" \
		    "$URL/v1/quotes?codes=005930" 3>&- &
		queries[i]=$!
	done
	sleep 0.2
	put a "$(buy 1 10000)" # begins in 1.2 s, or is refused
	is_outcome accepted
	wait "${queries[@]}"
	for i in 1 2 3 4 5; do
		grep -q '"last":10000' "slow.$i"
	done
}

# ---- the connection

@test "not logged in: a clear answer, and later all is well" {
	trap_set not-connected
	gateway_start
	get status
	[ "$code" = 200 ] && [ "$(field connected)" = 0 ]
	for path in cash orders 'quotes?codes=005930' stocks; do
		get "$path"
		is_error 503 not_connected
	done
	put a "$(buy 1 10000)"
	is_error 503 not_connected
	trap_set wrong-server # logged in, but to the ordinary HTS
	gateway_ready
	get status
	[ "$(field server)" = 2 ]
	grep -q 'log in to CREON Plus first' "$GW_ERR"
	trap_set ''
	put a "$(buy 1 10000)"
	is_outcome accepted
}

@test "a connection that is lost stays lost, and the gateway ends" {
	gateway --linger 3
	trap_set not-connected
	put a "$(buy 1 10000)"
	is_error 503 not_connected
	trap_set ''
	sleep 1.2 # it has looked again
	get status
	[ "$(field lost)" = 1 ] && [ "$(field connected)" = 0 ]
	get cash
	is_error 503 not_connected
	gateway_wait || rc=$?
	[ "$rc" -eq 69 ]
	[ "$(orders_at_firm)" -eq 0 ]
}

@test "TradeInit refused closes the account, not the quotes" {
	for n in -1 1 2 3; do
		trap_set "trade-init $n"
		gateway
		[ "$(field signed_on)" = 0 ] && [ "$(field sign_on.code)" = "$n" ]
		put a "$(buy 1 10000)"
		is_error 503 not_signed_on
		[[ $(field error.message) == *"($n)"* ]]
		get orders
		is_error 503 not_signed_on
		get 'quotes?codes=005930'
		[ "$code" = 200 ]
		gateway_stop
	done
	[ "$(orders_at_firm)" -eq 0 ]
}

@test "a window at the sign-on blocks, and status says so" {
	trap_set 'once trade-init-blocks 4000'
	gateway_start --wait 200,500,400,5000
	get status -m 1
	[ "$code" = 200 ] && [ "$(field sign_on.code)" = null ]
	put a "$(buy 1 10000)"
	is_error 503 busy
	get cash
	is_error 503 busy
	gateway_ready
	put a "$(buy 1 10000)"
	is_outcome accepted
}

@test "an order that meets the sign-on's window is refused for good" {
	trap_set not-connected
	gateway_start --wait 300,900,900,5000
	get status
	trap_set 'once trade-init-blocks 3000'
	# Most often it is the order's own look that finds CREON there.
	put a "$(buy 1 10000)"
	[ "$(field error.code)" = busy ] ||
	    [ "$(field error.code)" = not_connected ]
	gateway_ready
	get requests/a
	is_error 404 not_seen
	[ "$(orders_at_firm)" -eq 0 ]
}

# Longer than it may take to begin, and shorter than an order may take in all.
@test "an order that waited for a window is too old" {
	trap_set not-connected
	gateway_start --wait 400,5000,900,5000
	get status
	trap_set 'once trade-init-blocks 1500'
	put a "$(buy 1 10000)"
	[ "$(field error.code)" = busy ] ||
	    [ "$(field error.code)" = not_connected ]
	gateway_ready
	[ "$(orders_at_firm)" -eq 0 ]
	put a "$(buy 1 10000)"
	is_outcome accepted
}

@test "what CREON's answers may look like" {
	gateway
	trap_set numbers-as-text arrays-of-variant
	put a "$(buy 3 10000)"
	is_outcome accepted
	[ "$(field order)" -gt 0 ]
	NOW='2025-03-14 09:07:00'
	get orders
	[ "$(field 'orders[0].filled_won')" = 30000 ]
	trap_set 'quote-fails 1'
	get 'quotes?codes=005930'
	is_error 502 creon_failed
	[ "$(field creon.ret)" = 1 ]
	trap_set 'account-fails 3'
	get positions
	is_error 502 creon_failed
	trap_set 'status-waiting'
	get orders
	is_error 502 creon_failed
	put b "$(buy 1 10000)"
	is_outcome unknown
	trap_set 'wrong-server'
	put c "$(buy 1 10000)"
	is_outcome rejected
}

@test "what is missing in an answer is never taken for none" {
	local trap
	gateway
	put a "$(buy 3 10000)"
	is_outcome accepted
	NOW='2025-03-14 09:07:00'
	for trap in numbers-empty cells-empty endless; do
		trap_set "once $trap"
		get orders
		is_error 502 creon_failed
		trap_set "once $trap"
		get positions
		is_error 502 creon_failed
	done
	for trap in numbers-empty endless; do
		trap_set "once $trap"
		get orders/open
		is_error 502 creon_failed
	done
	trap_set 'once numbers-empty'
	get 'sellable?code=005930'
	is_error 502 creon_failed
	trap_set same-page # and more behind it
	get 'sellable?code=005930'
	is_error 502 creon_failed
	trap_set 'once cells-empty'
	get 'quotes?codes=005930'
	[ "$(field 'quotes[0].known')" = 0 ]
	get 'quotes?codes=005930'
	[ "$(field 'quotes[0].known') $(field 'quotes[0].last')" = '1 10000' ]
	get orders
	[ "$(field 'orders[0].filled')" = 3 ]
	trap_set 'once numbers-empty'
	put b "$(buy 1 10000)"
	is_outcome unknown
}

@test "a list that does not end is told at once" {
	gateway
	put a "$(buy 3 10000)"
	put b "$(buy 1 9900)"
	NOW='2025-03-14 09:07:00'
	trap_set same-page
	for path in positions orders/open; do
		started=$SECONDS
		get "$path"
		is_error 502 creon_failed
		[[ $(field error.message) == *'nothing new'*'more behind'* ]]
		[ $((SECONDS - started)) -le 5 ]
	done
	trap_set ''
	get positions
	[ "$(field 'positions[0].qty')" = 3 ]
	[ "$(field 'positions[1]')" = null ]
}

@test "half of the bars are never taken for all of them" {
	local day='bars/minute?code=005930&from=20250314&to=20250314'
	NOW='2025-03-14 15:40:00'
	gateway
	trap_set 'chart-values 800' # 99 rows
	get "$day"
	[ "$(field 'bars[380][1]')" = 1530 ] && [ "$(field complete)" = 1 ]
	for trap in endless endless-later; do
		trap_set 'chart-values 800' "$trap"
		get "$day"
		is_error 502 creon_failed
		[[ $(field error.message) == *'more behind'* ]]
	done
	get 'bars/minute?code=005930&count=99'
	[ "$(field 'bars[98][1]')" = 1530 ] && [ "$(field complete)" = 1 ]
	get 'bars/minute?code=005930&count=200'
	[ "$(field 'bars[98][1]')" = 1530 ] && [ "$(field 'bars[99]')" = null ]
	[ "$(field complete)" = 0 ]
}
