#!/usr/bin/env bats
# An hour at CREON in which something goes wrong every other minute, drawn from
# a seed: nothing is sent twice, and in the end all agrees with the firm.
# SEED= repeats one.

load helper
load live
load creon
load gateway

setup_file() { live_build; }

teardown()
{
	gateway_end
}

# Of a gateway that dies with the order the accept was heard: an order that was
# not is the person's (creon.bats).
FAULTS=('once lose-answer 1' 'once lose-request 1' 'once lose-answer:amend 1'
	'once lose-answer:cancel 1' 'once lose-request:cancel 3'
	'once crash-before' $'accept-first\nonce crash-after' 'once crash-after:cancel'
	event-twice 'event-late 300' accept-first 'once order-limit'
	'once refuse 주문가능금액이 부족합니다' 'once account-fails 1'
	'once quote-fails 3' not-connected 'slow 20' numbers-as-text kill)

# One minute, with a fault in it; the gateway is started again where it died.
bad_minute()
{
	local fault='' rc=0

	[ $((RANDOM % 2)) -eq 0 ] || fault=${FAULTS[RANDOM % ${#FAULTS[@]}]}
	echo "$1 $fault"
	trap_set "${fault/kill/}"
	if [ "$fault" = kill ]; then
		gateway_kill
		wait "$GW_PID" 2> out || :
		GW_PID=
	fi
	minute "$1" || rc=$?
	[ "$rc" -eq 0 ] || [ "$rc" -eq 1 ] || [ "$rc" -eq 69 ] || return 1
	trap_set ''
	if ! kill -0 "${GW_PID:-999999}" 2> out || [ "$fault" = not-connected ]
	then
		gateway_end
		creon_gateway
	fi
}

# Fifteen strategies: each buys three minutes after the one before, and sells
# seven minutes later.
strategies_change()
{
	local k code

	for k in {0..14}; do
		code=005930
		[ $((k % 3)) -ne 2 ] || code=035420
		case $(($1 - 3 * k)) in
		0) strategy "s$k" "buy=$code" ;;
		7) set-strategy "s$k" "daily=say:sell=$code" > out ;;
		esac
	done
}

@test "an hour of faults: nothing twice, and all agrees in the end" {
	[ -z "${SAN-}" ] || skip 'each fault by itself is tried under sanitizers'
	RANDOM=${SEED:=$(($(date +%s) % 32768))}
	echo "# seed $SEED" >&3
	creon_begin
	at 08:20 sync-account
	at 08:30 update-prices --daily --backfill 5 005930 035420 > out
	sqlite3 firm.db 'UPDATE minute_price SET volume = 150
	    WHERE time % 3 > 0'
	for i in {0..44}; do
		strategies_change "$i"
		bad_minute "09:$(printf %02d "$i")"
	done
	minutes 09:45 09:59
	at 10:00 sync-account || :
	at 10:01 sync-account || :
	orders
	paper orders
	[ "$(sql 'SELECT count(*) FROM fill')" -ge 10 ]
	[ "$(sql "SELECT count(*) FROM orders WHERE state IN
	    ('unknown', 'sending', 'open', 'part')")" -eq 0 ]
	# Each order of the firm is one of ours, and the other way round.
	[ "$(paper requests | grep -c ',new,.*,accepted')" -eq \
	    "$(sql "SELECT count(*) FROM orders WHERE broker_no <> ''")" ]
	PAPER_AT=10:02 same_totals
}
