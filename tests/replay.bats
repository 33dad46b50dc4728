#!/usr/bin/env bats
# replay: the real programs do what the backtest does, to the share and the
# won (P1), on days in which something happens; and it notices where not.
#
# Most days here are made short in the calendar, so that many are walked in a
# few seconds: the programs take a session's hours from there.

load helper
load live
load replay

setup_file() { live_build; }

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export MAEMAE_STRATEGIES=$BATS_FILE_TMPDIR:${BUILD:-$ROOT/build}/strategies
	[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
	new_db
}

# ---- short days, all kinds of things ---------------------------------------------

@test "four strategies, three days, stops" {
	market 11 12 40 20250102
	short_days 35
	configure
	set-limit max_positions=0 > out
	agrees 20 --date "$FIRST" --days 3 "${ALL[@]}" --cash 50000000
	[ "$SESSIONS" -eq 3 ]
	[ "$(kept 'SELECT count(DISTINCT strategy) FROM fill')" -eq 4 ]
	[ "$(kept "SELECT count(*) FROM orders WHERE why = 'stop' AND
	    state = 'filled'")" -ge 2 ]
	[ "$(kept "SELECT count(DISTINCT reason) FROM orders
	    WHERE why = 'stop' AND filled > 0")" -ge 2 ]
	[ "$(kept "SELECT count(*) FROM fill WHERE side = 'sell'")" -ge 5 ]
	[ "$(kept "SELECT count(*) FROM order_request WHERE kind = 'amend'")" \
	    -ge 1 ]
}

@test "little volume and much money: parts, amends, cancels" {
	market 12 12 40 20250102
	short_days 35
	sql 'UPDATE minute_price SET volume = volume / 20 + 1'
	configure
	set-limit max_positions=0 > out
	agrees 50 --date "$FIRST" --days 3 "${ALL[@]}" --cash 2000000000
	[ "$(kept "SELECT count(*) FROM orders WHERE state = 'cancelled' AND
	    filled BETWEEN 1 AND quantity - 1")" -ge 3 ]
	[ "$(kept "SELECT count(*) FROM (SELECT 1 FROM fill GROUP BY order_id
	    HAVING count(*) > 2)")" -ge 3 ]
}

# Each minute's growth is the fill of one bar, and the minute is its bar's.
@test "a broker that tells totals and no fills, with new numbers" {
	market 12 12 40 20250102
	short_days 35
	sql 'UPDATE minute_price SET volume = volume / 20 + 1'
	configure
	set-limit max_positions=0 > out
	printf '[paper]\nfills = total\nrenumber = yes\n' > totals.conf
	chmod 600 totals.conf
	agrees 50 --date "$FIRST" --days 2 "${ALL[@]}" --cash 2000000000 \
	    --costs krx -c totals.conf
	[ "$(kept 'SELECT count(*) FROM fill WHERE fill_no < quantity')" -eq 0 ]
	[ "$(kept "SELECT count(*) FROM (SELECT 1 FROM fill GROUP BY order_id
	    HAVING count(DISTINCT broker_no) > 1)")" -ge 1 ]
}

@test "costs of the exchange, market orders, weights" {
	market 13 10 40 20250102
	short_days 35
	configure
	set-strategy dip entry_order=market exit_order=market weight=5 > out
	agrees 10 --date "$FIRST" --days 2 "${ALL[@]}" --costs krx \
	    --slippage 0.001
	[ "$(kept "SELECT count(*) FROM fill WHERE side = 'buy' AND
	    commission > 0")" -ge 3 ]
	[ "$(kept 'SELECT count(*) FROM fill WHERE tax > 0')" -ge 1 ]
	[ "$(kept "SELECT count(*) FROM orders WHERE is_market AND
	    side = 'buy' AND filled > 0")" -ge 1 ]
}

# A market that falls by the minute after a quiet start: ten stocks, all bought.
crash()
{
	local from=$1 step=$2
	sql "WITH s(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM s WHERE k < 6)
	    INSERT INTO daily_price SELECT printf('%06d', k * 10), 20250312 + d.value,
	    10000, 10000, 10000, 10000, 1000000 FROM s, json_each('[0,1]') d;
	    WITH m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < 34),
	    p(code, time, price) AS (SELECT d.code, 900 + i,
	    max(7000, 10000 - max(0, i - $from) * $step) FROM m,
	    (SELECT DISTINCT code FROM daily_price) d)
	    INSERT INTO minute_price SELECT code, 20250314, time, price, price,
	    price, price, 20000 FROM p;
	    INSERT INTO minute_price SELECT code, date, 1530, close, close, close,
	    close, 20000 FROM minute_price WHERE time = 934"
	short_days 35
	strategy a buy=000010 stock_capital=900000 shared=yes
	strategy b buy=000020 stock_capital=900000 stop_loss_ratio=-3
	strategy c buy=000030 stock_capital=900000 stop_loss_ratio=-3
	strategy late buy=000040,from=20 stock_capital=900000
	THEM=(--date 20250314 --strategy a --strategy b --strategy c
	    --strategy late)
}

@test "a portfolio stop sells all, and ends entries for the day" {
	crash 10 50
	set-limit portfolio_stop_loss=-2 max_daily_loss=off > out
	agrees 6 "${THEM[@]}"
	[ "$(kept 'SELECT portfolio_stop > 0, stop_reason FROM session_state')" = \
	    '1|portfolio_stop_loss' ]
	[ "$(kept "SELECT count(*) FROM orders WHERE why = 'portfolio-stop'
	    AND state = 'filled'")" -eq 3 ]
	[ -z "$(kept 'SELECT 1 FROM lot')" ]
	[[ $(kept "SELECT reason FROM current_signals
	    WHERE strategy = 'late' AND side = 'buy'") == *'portfolio stop'* ]]
}

@test "two losing positions sell all" {
	crash 10 50
	set-strategy late --off > out
	set-limit max_losing_positions=2 max_daily_loss=off > out
	agrees 6 "${THEM[@]}"
	[ "$(kept 'SELECT portfolio_stop > 0, stop_reason FROM session_state')" = \
	    '1|max_losing_positions' ]
	# a has no stop of its own, and goes with the others
	[ "$(kept "SELECT why, state FROM orders WHERE strategy = 'a' AND
	    side = 'sell'")" = 'portfolio-stop|filled' ]
}

@test "the day's loss ends entries, and stops go on" {
	crash 10 40
	set-limit max_daily_loss=0.6 > out
	agrees 5 "${THEM[@]}"
	[ "$(kept 'SELECT loss_stop > 0, stop_reason FROM session_state')" = \
	    '1|max_daily_loss' ]
	[ -z "$(kept "SELECT 1 FROM orders WHERE strategy = 'late'")" ]
	[ "$(kept "SELECT count(*) FROM orders WHERE why = 'stop' AND
	    state = 'filled'")" -eq 2 ]
	[ "$(kept "SELECT sum(quantity) > 0 FROM lot WHERE strategy = 'a'")" \
	    -eq 1 ]
}

@test "what a thin market leaves of a stop and of an exit is sold the next day" {
	crash 10 50
	sql "UPDATE minute_price SET volume = 20 WHERE time > 912"
	sql "INSERT INTO daily_price SELECT code, 20250314, 10000, 10000, 8800,
	    8800, 100000 FROM daily_price WHERE date = 20250313;
	    INSERT INTO minute_price SELECT code, 20250317, time, 8800, 8800,
	    8800, 8800, 300 FROM minute_price;
	    UPDATE market_calendar SET auction = 935, close = 940
	    WHERE date = 20250317"
	set-strategy late daily=say:buy=000040,sell=000040,from=12 > out
	set-limit max_daily_loss=off > out
	agrees 20 --days 2 "${THEM[@]}"
	[ "$(kept "SELECT strategy, group_concat(DISTINCT day) FROM fill WHERE
	    side = 'sell' AND strategy <> 'a' GROUP BY strategy")" = \
	    'b|20250314,20250317
c|20250314,20250317
late|20250314,20250317' ]
	[ "$(kept "SELECT why, state FROM orders WHERE strategy = 'late' AND
	    side = 'sell' ORDER BY id")" = 'signal|expired
liquidate|filled' ]
}

@test "the first day of a year opens an hour later" {
	market 14 10 33 20241118
	[ "$(sql 'SELECT max(date) FROM minute_price')" -ge 20250102 ]
	[ "$(sql 'SELECT min(time) FROM minute_price WHERE date = 20250102')" \
	    -ge 1000 ]
	short_days 35
	configure
	agrees 5 --date 20250102 "${ALL[@]}" --cash 50000000
	[ "$(kept 'SELECT min(time) >= 1000 FROM fill')" -eq 1 ]
}

# ---- whole days ----------------------------------------------------------------------

@test "an exam day, all of it" {
	[ -z "${SAN-}" ] || skip 'short days are tried under sanitizers'
	market 15 10 40 20250915
	[ "$(sql 'SELECT min(time) >= 1000, max(time) FROM minute_price
	    WHERE date = 20251113')" = '1|1630' ]
	configure
	agrees 10 --date 20251113 "${ALL[@]}" --cash 50000000
	[ "$(kept "SELECT min(time) >= 1000, max(time) > 1500 FROM
	    minute_price WHERE date = 20251113")" = '1|1' ]
}

# Two days of the real minutes; MAEMAE_TEST_LONG=1: five.
@test "real minutes of January 2018" {
	[ -z "${SAN-}" ] || skip 'short days are tried under sanitizers'
	daily=$(shared krx_daily_005930_raw2016_2018.csv) || skip "$daily"
	minute=$(shared krx_minute_005930_201801.csv) || skip "$minute"
	import-prices --daily "$daily"
	import-prices --minute --label end "$minute"
	days=2
	[ -z "${MAEMAE_TEST_LONG-}" ] || days=5
	set-strategy burst daily=vol_breakout:k_value=0.2,exit_next=yes \
	    minute=target_price_minute stock_capital=10000000 > out
	set-strategy cross daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close stock_capital=10000000 shared=yes > out
	set-strategy dip daily=rsi_reversion:period=2,buy_threshold=70,sell_threshold=80 \
	    minute=rsi_minute:force=yes stock_capital=10000000 shared=yes \
	    trailing_stop_ratio=-1 > out
	agrees 4 --date 20180118 --days $days --cash 100000000 \
	    --strategy burst --strategy cross --strategy dip
	[ "$SESSIONS" -eq $days ]
	[ "$(kept 'SELECT count(DISTINCT strategy) FROM fill')" -ge 2 ]
}

# ---- what differs is noticed ------------------------------------------------------------

@test "a strategy that remembers its calls is found out" {
	crash 30 10
	set-strategy a daily=say:buy=000010,twist=yes signals=intraday > out
	set-strategy b daily=say:buy=000020,from=5,twist=yes \
	    signals=intraday minute=say > out
	run --separate-stderr replay "${THEM[@]}" -f csv
	[ "$status" -eq 2 ]
	IFS=, read -r _ _ trades differences <<< "${lines[1]}"
	[ "$differences" -gt 0 ]
	[[ $stderr == *"only the programs': 20250314 "*' buy '* ]]
	[[ $stderr == *'cash '*' in the backtest, '*' in the programs'* ]]
}

# ---- what it leaves, what it refuses --------------------------------------------------------

@test "the database is only read, and nothing stays behind" {
	crash 30 10
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir tmp
	before=$(dump)
	agrees 3 "${THEM[@]}"
	[ "$(dump)" = "$before" ]
	[ -z "$(ls tmp)" ]
	[ -e kept-paper.db ]
	# the books that were kept agree with the database that was kept
	[ "$(sqlite3 kept-paper.db 'SELECT cash_won FROM account')" = \
	    "$(kept 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" ]
	# and neither is ever overwritten
	refuses 64 'there already' replay "${THEM[@]}" --keep kept.db
	mv kept.db other.db
	refuses 64 'there already' replay "${THEM[@]}" --keep kept.db
	[ ! -e kept.db ]
	[ -z "$(ls tmp)" ]
	TMPDIR=/tmp run --separate-stderr locked replay --date 20250314 \
	    --daily sma -f json
	silently
	[[ $output == *'"differences":0'* ]]
}

@test "stocks without minutes are left out, with a word" {
	crash 30 10
	sql "DELETE FROM minute_price WHERE code = '000060'"
	sql "INSERT INTO daily_price VALUES ('000060', 20250314, 1, 1, 1, 1, 1)"
	run --separate-stderr replay "${THEM[@]}"
	[ "$status" -eq 0 ]
	[[ $stderr == *'1 of 6 stocks'*'left out'* ]]
	sql 'DELETE FROM minute_price'
	refuses 78 'no stock has minute bars' replay "${THEM[@]}"
}

# Else the programs, whose list would be empty, would watch all.
@test "a list without a stock that has minutes is refused" {
	crash 30 10
	set-strategy gold daily=sma:short=2,long=3 minute=open_minute > out
	set-universe --strategy gold +999999 2> err > out
	refuses 78 'gold: none of the stocks on its list has minute bars' \
	    replay --date 20250314 --strategy gold
	run --separate-stderr backtest --strategy gold
	[ "$status" -eq 0 ]
	[[ $stderr == *'gold: no stock on its list has prices'* ]]
}

@test "mistakes in the call, the day, the database" {
	crash 30 10
	refuses 64 date replay --daily sma
	refuses 64 date replay --date 20250230 --daily sma
	refuses 64 'no session' replay --date 20250315 --daily sma
	refuses 78 calendar replay --date 20310315 --daily sma
	refuses 64 'what to test' replay --date 20250314
	refuses 64 days replay --date 20250314 --days 0 --daily sma
	refuses 64 'date and --days' replay --date 20250314 --daily sma \
	    --from 20250314
	refuses 64 'walks minutes' replay --date 20250314 --daily sma \
	    --bars daily
	refuses 64 'walks minutes' replay --date 20250314 --daily sma \
	    --sizing all
	refuses 64 'no such strategy' replay --date 20250314 --strategy nobody
	refuses 64 shrt replay --date 20250314 --daily sma:shrt=1
	refuses 78 nosuch replay --date 20250314 --daily nosuch
	refuses 64 argument replay --date 20250314 --daily sma 005930
	bad_options replay
	bad_databases replay --date 20250314 --daily sma
}

@test "a configuration chooses the broker, where it is named" {
	crash 30 10
	mkdir -p "$XDG_CONFIG_HOME/maemae"
	printf '[broker]\nkind = nosuch\n' > other.conf
	chmod 600 other.conf
	cp -p other.conf "$XDG_CONFIG_HOME/maemae/maemae.conf"
	MAEMAE_CONF=other.conf agrees 3 "${THEM[@]}"
	printf '[broker]\nkind = Paper\n[paper]\ncash = 5\n' > paper.conf
	chmod 600 paper.conf
	agrees 3 "${THEM[@]}" -c paper.conf
	refuses 78 'no such broker' replay "${THEM[@]}" -c other.conf
	chmod 644 paper.conf
	refuses 77 paper.conf replay "${THEM[@]}" -c paper.conf
	refuses 78 absent replay "${THEM[@]}" -c absent.conf
}

@test "the examples of the page run" {
	crash 30 10
	page_examples replay > examples
	[ "$(wc -l < examples)" -eq 2 ]
	while read -r line; do
		eval "$line" || return
	done < examples > out
	grep -q '^id,order_id' out || [ -s out ]
}
