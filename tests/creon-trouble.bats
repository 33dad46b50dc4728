#!/usr/bin/env bats
# creon-gateway where things go wrong: answers that are lost, windows that
# block, limits, deaths, a connection that goes, disks, clients that dawdle.

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

# ---- what is not known

@test "a lost answer is unknown, and never sent again" {
	gateway
	trap_set 'once lose-answer 1'
	put a "$(buy 1 10000)"
	is_outcome unknown
	[ "$(field in_flight)" = 0 ] && [ "$(field order)" = 0 ]
	trap_set 'once lose-request 3'
	put b "$(buy 2 10000)"
	is_outcome unknown
	put a "$(buy 1 10000)"
	is_outcome unknown
	put b "$(buy 2 10000)"
	is_outcome unknown
	[ "$(orders_at_firm)" -eq 1 ]
	get status
	[ "$(field journal.unknown)" = 2 ]
	get orders
	[ "$(field 'orders[0].key')" = '' ]
}

@test "killed in the call, before and after the order was taken" {
	for where in before after; do
		gateway
		trap_set "once crash-$where"
		put "k-$where" "$(buy 1 10000)"
		[ "$code" = 000 ]
		gateway_wait || true
		gateway
		get "requests/k-$where"
		is_outcome unknown
		put "k-$where" "$(buy 1 10000)"
		is_outcome unknown
		[ "$(field replayed)" = 1 ] && [ "$(field in_flight)" = 0 ]
		gateway_stop
	done
	[ "$(orders_at_firm)" -eq 1 ]
}

@test "killed at each call of COM on an order's way" {
	gateway
	gateway_stop
	before=0
	step=1
	! on_windows || step=17 # it starts in a third of a second
	for ((n = 8; n <= 150; n += step)); do
		CREON_DIE=$n gateway_start
		put "d-$n" "$(buy 1 10000)"
		first=$(field outcome 2> /dev/null || true)
		gateway_end
		firm=$(($(orders_at_firm) - before))
		before=$(orders_at_firm)
		[ "$firm" -le 1 ]
		gateway
		get "requests/d-$n"
		case $code:$(field outcome) in
		404:*) [ "$firm" -eq 0 ] ;;
		200:unknown) ;;
		200:accepted) [ "$firm" -eq 1 ] ;;
		*) false ;;
		esac
		seen=$code
		put "d-$n" "$(buy 1 10000)"
		if [ "$seen" = 404 ]; then
			is_outcome accepted
			before=$((before + 1))
		else
			[ "$(field replayed)" = 1 ]
		fi
		[ "$(orders_at_firm)" -eq "$before" ]
		gateway_stop
		[ "$first" != accepted ] || break
	done
	# The last one lived through its order.
	[ "$first" = accepted ]
}

@test "a client that goes away leaves its order to the journal" {
	gateway
	trap_set 'once order-blocks 2000'
	put v "$(buy 1 10000)" -m 0.5
	[ "$code" = 000 ]
	get requests/v
	is_outcome unknown
	[ "$(field in_flight)" = 1 ]
	put v "$(buy 1 10000)" # waits for the first
	is_outcome accepted
	[ "$(field replayed)" = 1 ]
	[ "$(orders_at_firm)" -eq 1 ]
}

@test "two toolkits with one key make one order" {
	gateway
	trap_set 'once order-blocks 300'
	for i in 1 2 3 4; do
		curl -s -m 10 -X PUT -H "Authorization: Bearer $TOKEN" \
		    -H "x-maemae-now: $NOW" -d "$(buy 1 10000)" \
		    -o "two.$i" "$URL/v1/requests/two" 3>&- &
		pids[i]=$!
	done
	wait "${pids[@]}"
	for i in 1 2 3 4; do
		code=200 body=$(cat "two.$i")
		is_outcome accepted
		echo "$(field order) $(field replayed)"
	done | sort | uniq -c > seen
	grep -q '^ *1 [1-9][0-9]* 0$' seen
	grep -q '^ *3 [1-9][0-9]* 1$' seen
	[ "$(orders_at_firm)" -eq 1 ]
}

@test "a confirmation window blocks one order, and no other is made" {
	gateway --wait 300,800,800,5000
	trap_set 'once confirm-window 5000'
	put w "$(buy 1 10000)"
	is_outcome unknown
	[ "$(field in_flight)" = 1 ]
	get status -m 1
	[ "$code" = 200 ] && [ "$(field queue.calling_ms)" -ge 700 ]
	put x "$(buy 2 10000)"
	is_error 503 busy
	get requests/x
	is_error 404 not_seen
	get cash
	[ "$code" = 503 ] || [ "$code" = 504 ]
	for _ in {1..90}; do
		get requests/w
		[ "$(field in_flight)" = 0 ] && break
		sleep 0.1
	done
	is_outcome rejected
	[[ $(field reason) == *window* ]]
	# The busy one's key is free.
	put x "$(buy 2 10000)"
	is_outcome accepted
	[ "$(orders_at_firm)" -eq 1 ]
}

@test "an answer that comes late settles what was unknown" {
	gateway --wait 300,500,800,5000
	trap_set 'once order-blocks 1200'
	put w "$(buy 1 10000)"
	is_outcome unknown
	for _ in {1..90}; do
		get requests/w
		[ "$(field in_flight)" = 0 ] && break
		sleep 0.1
	done
	is_outcome accepted
	[ "$(orders_at_firm)" -eq 1 ]
}

# What may happen to an order or its gateway; nothing at all among it.
TROUBLE=('' '' 'once lose-answer 1' 'once lose-request 3' 'once crash-before'
	'once crash-after' 'once order-limit' 'once refuse no' 'once slow 150'
	'once order-blocks 250' 'once status-waiting' 'once accept-first'
	'once confirm-window 200' 'once not-connected')

# hurry ID: up to three clients with one key, which wait as long as they like;
# its quantity tells the order at the firm
hurry()
{
	local id=$1
	for _ in $(seq $((RANDOM % 3 + 1))); do
		curl -s -m "0.$((RANDOM % 9 + 1))" -X PUT -o "hurry.$id" \
		    -H "Authorization: Bearer $TOKEN" \
		    -H "x-maemae-now: $NOW" -d "$(buy "$id" 9900)" \
		    "$URL/v1/requests/r-$id" 3>&- &
		clients+=($!)
	done
}

@test "at random: troubles, deaths, clients in a hurry; and never twice" {
	! on_windows || skip 'it takes minutes there'
	seed=$(date +%s)
	echo "# seed $seed"
	RANDOM=$seed
	rounds=6
	printf 'cash = 1000000000\n' >> "$CREON_MODEL"
	for round in $(seq $rounds); do
		die=$((RANDOM % 3 == 0 ? RANDOM % 200 + 10 : 0))
		CREON_DIE=$die gateway_start --wait 200,400,400,2000
		clients=()
		for i in {1..6}; do
			trap_set "${TROUBLE[RANDOM % ${#TROUBLE[@]}]}"
			hurry $((round * 10 + i))
			# An old one comes again.
			hurry $((RANDOM % round * 10 + 10 + RANDOM % 6 + 1))
			sleep "0.$((RANDOM % 3))"
		done
		wait "${clients[@]}" || true
		gateway_end
	done
	creon_model orders=1000
	gateway
	for id in $(seq 11 $((rounds * 10 + 6))); do
		[ $((id % 10)) -ge 1 ] && [ $((id % 10)) -le 6 ] || continue
		get "requests/r-$id"
		had=$code:$(field outcome)
		order=$(field order)
		firm=$(firm "SELECT count(*) FROM orders WHERE n = $id")
		echo "# $id: $had at the firm: $firm"
		case $had in
		200:accepted)
			[ "$firm" -eq 1 ] && [ "$(firm "SELECT no FROM orders
			    WHERE n = $id")" = "$order" ]
			;;
		200:rejected | 404:*) [ "$firm" -eq 0 ] ;;
		200:unknown) [ "$firm" -le 1 ] ;;
		*) false ;;
		esac
		[ "$(field in_flight)" != 1 ]
		put "r-$id" "$(buy "$id" 9900)"
		if [ "${had%:*}" = 404 ]; then
			is_outcome accepted
		else
			is_outcome "${had#*:}"
			[ "$(field replayed)" = 1 ]
			[ "$(firm "SELECT count(*) FROM orders
			    WHERE n = $id")" -eq "$firm" ]
		fi
	done
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
	# CREON's own refusal comes after the journal, and is an outcome.
	trap_set 'once order-limit'
	put l-5 "$(buy 1 10000)"
	is_outcome rejected
	[ "$(field limited)" = 1 ]
	[ "$(orders_at_firm)" -eq 4 ]
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
	gateway --wait 500,2000,600,5000
	sleep 3
	for _ in 1 2 3; do
		get 'sellable?code=005930'
		[ "$code" = 200 ]
	done
	get 'sellable?code=005930' # 5 are left, for orders
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

# ---- what is kept, and what is not

@test "the record has every call with its types, and no account number" {
	gateway -v --record rec
	put a "$(buy 1 10000)"
	NOW='2025-03-14 09:07:00'
	get positions
	get 'events?after=0&wait_ms=3000'
	gateway_stop
	grep -q '"member":"TradeInit","in":\[\["I4",0\]\],"out":\["I2",0\]' rec
	grep -q '"object":"CpTrade.CpTd0311","member":"BlockRequest"' rec
	grep -q '\["BSTR","\*\*\*\*\*\*456"\]' rec
	run ! grep -r 335123456 rec "$GW_DIR" "$GW_ERR"
	sqlite3 :memory: "SELECT count(*) FROM (SELECT 1)" > /dev/null
	while read -r line; do
		body=$line
		[ "$(field object)" != null ]
	done < <(head -n 40 rec)
}

@test "a damaged journal takes no orders" {
	gateway
	put a "$(buy 1 10000)"
	put b "$(buy 1 10000)"
	gateway_stop
	printf '#' | dd of="$GW_DIR/orders-20250314.log" bs=1 seek=30 \
	    conv=notrunc status=none
	gateway
	[ "$(field journal.state)" = damaged ]
	put c "$(buy 1 10000)"
	is_error 500 journal_failed
	put b "$(buy 1 10000)" # what can be read is still answered
	is_outcome accepted
	get cash
	[ "$code" = 200 ]
	[ "$(orders_at_firm)" -eq 2 ]
}

@test "a journal that cannot be written makes no order" {
	gateway
	rm -r "$GW_DIR"
	put a "$(buy 1 10000)"
	is_error 500 journal_failed
	get requests/a
	is_error 404 not_seen
	get status
	[ "$(field journal.state)" = failed ]
	[ "$(orders_at_firm)" -eq 0 ]
}

# ---- clients that are slow

@test "a client that never comes to the point is cut off" {
	gateway --wait 500,2000,2000,1000
	port=${URL##*:}
	# A byte now and then, for three seconds; others are served meanwhile.
	{
		exec 9<> "/dev/tcp/127.0.0.1/$port"
		printf 'GET /v1/status HTTP/1.1\r\nHost: x\r\n' >&9
		for _ in {1..12}; do
			sleep 0.25
			printf 'X-A: b\r\n' >&9 2> /dev/null || exit 0
		done
		printf 'Authorization: Bearer %s\r\n\r\n' "$TOKEN" >&9 || exit 0
		cat <&9 > slow.out
	} 2> /dev/null &
	slow=$!
	get status
	[ "$code" = 200 ]
	wait $slow || true
	run ! grep -q 200 slow.out
	# Half a body, and then nothing.
	code=$(curl -s -m 5 -o /dev/null -w '%{http_code}' -X PUT \
	    -H "Authorization: Bearer $TOKEN" -H 'Content-Length: 200' \
	    -d "$(buy 1 10000)" "$URL/v1/requests/h") || true
	[ "$code" = 000 ] || [ "$code" = 408 ]
	get requests
	[ "$(field requests)" = '[]' ]
}

@test "seventy clients at once: all are answered, or turned away" {
	gateway
	for i in {1..70}; do
		curl -s -m 10 -H "Authorization: Bearer $TOKEN" \
		    -o /dev/null -w '%{http_code}\n' \
		    "$URL/v1/events?after=0&wait_ms=1000" 3>&- &
		clients+=($!)
	done > codes
	wait "${clients[@]}" || true
	[ "$(grep -c 200 codes)" -ge 50 ]
	get status
	[ "$code" = 200 ]
}
