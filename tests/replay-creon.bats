#!/usr/bin/env bats
# replay through creon-gateway: the programs with CREON's adapter, by HTTP to
# the gateway and its COM objects, do what they do on paper and what the
# backtest does, to the share and the won (P1).

load helper
load live
load replay
load creon
load gateway

setup_file() { live_build; }

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export MAEMAE_STRATEGIES=$BATS_FILE_TMPDIR:${BUILD:-$ROOT/build}/strategies
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
	new_db
}

teardown()
{
	gateway_end
}

# creon WON [TRAP]...: the gateway over this market, the account with so much
creon()
{
	creon_model orders=100000 quotes=100000
	printf 'cash = %s\n' "$1" >> "$CREON_MODEL"
	shift
	[ $# -eq 0 ] || trap_set "$@"
	creon_gateway
	mv maemae.conf creon.conf
	unset MAEMAE_CONF
}

@test "four strategies, three days, stops" {
	no_leak_finder
	market 11 12 40 20250102
	short_days 35
	configure
	set-limit max_positions=0 > out
	creon 50000000
	three creon.conf 20 --date "$FIRST" --days 3 "${ALL[@]}" --cash 50000000
	[ "$(kept "SELECT count(*) FROM orders WHERE why = 'stop' AND
	    state = 'filled'")" -ge 2 ]
	[ "$(kept "SELECT count(*) FROM order_request WHERE kind = 'amend'")" \
	    -ge 1 ]
	[ -z "$(kept 'SELECT 1 FROM drift')" ]
}

@test "little volume and much money: parts, amends, cancels" {
	no_leak_finder
	market 12 8 40 20250102
	short_days 25
	sql 'UPDATE minute_price SET volume = volume / 20 + 1'
	configure
	set-limit max_positions=0 > out
	creon 2000000000
	three creon.conf 10 --date "$FIRST" --days 2 "${ALL[@]}" --cash 2000000000
	[ "$(kept "SELECT count(*) FROM orders WHERE state = 'cancelled' AND
	    filled BETWEEN 1 AND quantity - 1")" -ge 1 ]
	[ "$(kept "SELECT count(*) FROM (SELECT 1 FROM fill GROUP BY order_id
	    HAVING count(*) > 2)")" -ge 1 ]
}

@test "costs of the exchange, market orders, and events that go astray" {
	no_leak_finder
	market 13 8 40 20250102
	short_days 25
	configure
	set-strategy dip entry_order=market exit_order=market weight=5 > out
	set-limit costs=krx slippage=0.001 > out
	creon 10000000 event-twice arrays-of-variant numbers-as-text
	three creon.conf 4 --date "$FIRST" "${ALL[@]}"
	[ "$(kept "SELECT count(*) FROM orders WHERE is_market AND
	    filled > 0")" -ge 1 ]
	[ -z "$(kept 'SELECT 1 FROM drift')" ]
}
