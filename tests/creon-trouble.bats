#!/usr/bin/env bats
# creon-gateway where things go wrong with an order or its paper: answers that
# are lost, windows that block, deaths, disks, clients that dawdle.  Where CREON
# refuses or is not there: creon-away.bats.

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

# ---- what is kept, and what is not

@test "that CREON tells of a lost connection is in the record" {
	gateway -v --record rec
	trap_set not-connected
	for _ in {1..50}; do
		! grep -q '"event":"OnDisconnect"' rec || break
		sleep 0.1
	done
	grep -q '"event":"OnDisconnect"' rec
}

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
	# And what no request would have shown.
	grep -q '"member":"GetLimitRemainTime","dispid":[0-9]' rec
	grep -q '"member":"GetMarketStartTime","out":\["I2",9\]' rec
	grep -q '"object":"CpUtil.CpCybos","member":"Advise"' rec
	grep -q '"in":.*"U001"' rec
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
