#!/usr/bin/env bats
# replay over kis-sandbox: the programs with Korea Investment's adapter, by
# REST to a server that speaks as the firm does, do what they do on paper and
# what the backtest does, to the share and the won (P1).

load helper
load live
load replay
load sandbox

setup_file() { live_build; }

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export MAEMAE_STRATEGIES=$BATS_FILE_TMPDIR:${BUILD:-$ROOT/build}/strategies
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
	new_db
	CURL=()
}

teardown()
{
	sandbox_end
}

# kis OPTION...: a sandbox over this market, and its configuration
kis()
{
	sandbox --books kis.db "$@"
	printf '%s\n' '[broker]' 'kind = kis' '[kis]' 'mode = real' \
	    'account = 12345678-01' "app_key = $APP_KEY" \
	    "app_secret = $APP_SECRET" "url = $REST" \
	    'calls_per_second = 1000' > kis.conf
	chmod 600 kis.conf
}
APP_KEY=PSabcdefghijklmnopqrstuvwxyz01234567
APP_SECRET=$(printf '0123456789%.0s' {1..18})

@test "four strategies, three days, stops" {
	no_leak_finder
	market 11 12 40 20250102
	short_days 35
	configure
	set-limit max_positions=0 > out
	kis --cash 50000000
	three kis.conf 20 --date "$FIRST" --days 3 "${ALL[@]}" --cash 50000000
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
	kis --cash 2000000000
	three kis.conf 10 --date "$FIRST" --days 2 "${ALL[@]}" --cash 2000000000
	[ "$(kept "SELECT count(*) FROM orders WHERE state = 'cancelled' AND
	    filled BETWEEN 1 AND quantity - 1")" -ge 1 ]
	[ "$(kept "SELECT count(*) FROM (SELECT 1 FROM fill GROUP BY order_id
	    HAVING count(*) > 2)")" -ge 1 ]
}

@test "costs of the exchange, market orders" {
	no_leak_finder
	market 13 8 40 20250102
	short_days 25
	configure
	set-strategy dip entry_order=market exit_order=market weight=5 > out
	set-limit costs=krx slippage=0.001 > out
	kis
	three kis.conf 4 --date "$FIRST" "${ALL[@]}"
	[ "$(kept "SELECT count(*) FROM orders WHERE is_market AND
	    filled > 0")" -ge 1 ]
	[ -z "$(kept 'SELECT 1 FROM drift')" ]
}

@test "an account that is not as the backtest begins is refused" {
	market 14 3 20 20250102
	short_days 25
	kis
	refuses 78 'has 10000000 won, and the backtest begins with 5' replay \
	    --date "$FIRST" --daily sma --cash 5 -c kis.conf
	paper-broker --books kis.db hold 005930 5 1000
	refuses 78 'holds 1 stocks' replay --date "$FIRST" --daily sma \
	    --cash 10000000 -c kis.conf
	sandbox_end
	refuses 69 . replay --date "$FIRST" --daily sma --cash 10000000 \
	    -c kis.conf
	sed -i '/^url/d; /^calls/d' kis.conf
	refuses 77 'real broker' replay --date "$FIRST" --daily sma \
	    --cash 10000000 -c kis.conf
}
