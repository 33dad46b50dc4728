# set-strategy: what can be set, what is refused, and that nothing is half
# done.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
}

# value NAME SETTING: what a strategy's setting is now
value()
{
	set-strategy "$1" -f csv | awk -F, -v s="$2" '$1 == s { print $2 }'
}

# A holding of a strategy, with its ledger.
hold()
{
	sql "INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('$1', '$2', $3, $3 * 1000, 20250313);
	    INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES (20250313, '$1', '$2', $3, 'adopt',
	    '2025-03-13T09:00:00+09:00')"
}

order()
{
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, '$1', '$2', '$3', 'signal', 0, 1000, 10, 905,
	    905, '2025-03-14T09:05:00+09:00', '2025-03-14T09:05:00+09:00')"
}

@test "a new strategy is on, with all parameters written down" {
	set-strategy gold daily=sma:short=3 minute=open_minute weight=2 \
	    stop_loss_ratio=-5 > out
	[ "$(head -n 1 out)" = strategy,setting,before,after ]
	grep -q '^gold,state,,on$' out
	grep -q '^gold,stop_loss_ratio,,-5$' out
	[ "$(sql "SELECT is_on, daily FROM strategy WHERE name = 'gold'")" = \
	    "1|sma:short=3,long=17,min_trading_value=0" ]
	[ "$(sql "SELECT value FROM strategy_setting
	    WHERE name = 'stop_loss_ratio'")" = -5 ]
	[ "$(value gold weight)" = 2 ]
	[ "$(value gold max_positions)" = 5 ]
	[ "$(value gold early_days)" = 3 ]
}

@test "a new strategy is off with --off, and off and on again later" {
	set-strategy gold daily=sma --off
	[ "$(value gold state)" = off ]
	set-strategy gold --on
	[ "$(value gold state)" = on ]
	set-strategy gold --off weight=3
	[ "$(value gold state)" = off ]
	[ "$(value gold weight)" = 3 ]
	set-strategy gold weight=4	# setting does not turn it on
	[ "$(value gold state)" = off ]
}

@test "each change has its line in trading_log; no change has none" {
	set-strategy gold daily=sma weight=2 -t '2025-03-14 10:30'
	set-strategy gold weight=3 -t '2025-03-14 10:31'
	[ "$(sql "SELECT at, day, program, event, strategy, message FROM
	    trading_log ORDER BY id DESC LIMIT 1")" = "2025-03-14T10:31:00+09:00|20250314|set-strategy|set|gold|weight: 2 -> 3" ]
	sum=$(dump)
	silent set-strategy gold weight=3
	silent set-strategy gold --on
	[ "$(dump)" = "$sum" ]
}

@test "an empty value is the default again" {
	set-strategy gold daily=sma minute=open_minute weight=2 \
	    stop_loss_ratio=-5
	set-strategy gold weight= stop_loss_ratio= minute=
	[ "$(value gold weight)" = 1 ]
	[ -z "$(value gold stop_loss_ratio)" ]
	[ -z "$(value gold minute)" ]
	[ "$(sql 'SELECT count(*) FROM strategy_setting')" -eq 0 ]
}

@test "every setting can be set" {
	set-strategy all daily=sma minute=rsi_minute weight=0.5 \
	    max_positions=7 stock_capital=1000000 signals=prev-close \
	    entry_order=market exit_order=market stop_order=limit \
	    min_position_period=2 closing_auction=yes shared=yes \
	    stop_loss_ratio=-5 trailing_stop_ratio=-10 early_stop_loss=-3 \
	    early_days=5 take_profit_ratio=20
	set-strategy all > out
	[ "$(awk -F, 'NR > 1 && $2 == $3' out | wc -l)" -eq 0 ]
	[ "$(wc -l < out)" -eq 19 ]
}

@test "what is impossible is refused, and nothing is half written" {
	set-strategy gold daily=sma weight=2
	refuses 64 "no parameter 'shrt'" set-strategy gold weight=3 daily=sma:shrt=5
	refuses 64 'short=0 is impossible: 1..1000' \
	    set-strategy gold daily=sma:short=0
	refuses 64 'short=x' set-strategy gold daily=sma:short=x
	refuses 64 "strategy 'sma': short is given twice" \
	    set-strategy gold daily=sma:short=5,long=20,short=6
	refuses 64 'PARAMETER=VALUE' set-strategy gold daily=sma:short
	refuses 64 'a fraction from 0 to 1000' set-strategy gold weight=-1
	refuses 64 'a whole number' set-strategy gold max_positions=few
	refuses 64 'percent from -100 to 0' set-strategy gold stop_loss_ratio=5
	refuses 64 'limit|market' set-strategy gold entry_order=stop
	refuses 64 'wait' set-strategy gold wait=3
	refuses 64 'needs daily=' set-strategy gold daily=
	refuses 64 'needs daily=' set-strategy other weight=1
	refuses 64 'not a daily strategy' set-strategy gold daily=open_minute
	refuses 64 'not a minute strategy' set-strategy gold minute=sma
	refuses 64 'SETTING=VALUE' set-strategy gold weight
	refuses 64 'given twice' set-strategy gold weight=1 weight=2
	refuses 64 'never a path' set-strategy gold daily=../sma
	refuses 78 "'gone' not found" set-strategy gold daily=gone
	refuses 64 "no strategy 'other'" set-strategy other
	refuses 64 "no strategy 'other'" set-strategy other --on
	refuses 64 "no strategy 'other'" set-strategy other --remove
}

@test "names that cannot be" {
	local name
	for name in MANUAL '*' '' a.b '한글' 005930 0123AB \
	    a234567890123456789012345678901x; do
		refuses 64 'name' set-strategy "$name" daily=sma
	done
	set-strategy a23456789012345678901234567890_ daily=sma
	set-strategy A-b_9 daily=sma
}

@test "options that do not go together" {
	refuses 64 'which strategy' set-strategy
	refuses 64 'not both' set-strategy gold daily=sma --on --off
	refuses 64 'not both' set-strategy gold --remove --to-manual --liquidate
	refuses 64 'with --remove' set-strategy gold --to-manual
	refuses 64 'name alone' set-strategy gold --remove weight=1
	refuses 64 'stand alone' set-strategy gold --list
	refuses 64 'stand alone' set-strategy --list --modules
	bad_options set-strategy
}

@test "a module that is gone does not lock its strategy up" {
	set-strategy gold daily=sma weight=2
	sql "UPDATE strategy SET daily = 'gone:x=1'"
	refuses 78 "'gone' not found" set-strategy gold weight=3
	set-strategy gold --off
	[ "$(value gold state)" = off ]
	[ "$(set-strategy --list | wc -l)" -eq 2 ]
	set-strategy gold daily=breakout weight=3
	[ "$(value gold weight)" = 3 ]
	sql "UPDATE strategy SET daily = 'gone:x=1'"
	set-strategy gold --remove
}

@test "removed with its settings, its list, its halt and its wishes" {
	set-strategy gold daily=sma weight=2
	sql "INSERT INTO universe VALUES ('gold', '005930', '2025-03-14');
	    INSERT INTO halt VALUES ('strategy', 'gold', '', '2025-03-14');
	    INSERT INTO current_signals (day, strategy, code, side, state,
	    score, made, stamp, changed_at) VALUES (20250314, 'gold',
	    '005930', 'buy', 'pending', 1, 905, 905, '2025-03-14')"
	[ "$(set-strategy gold --remove | tail -n 1)" = gold,state,on,removed ]
	[ "$(sql 'SELECT (SELECT count(*) FROM strategy) +
	    (SELECT count(*) FROM strategy_setting) +
	    (SELECT count(*) FROM universe) + (SELECT count(*) FROM halt)')" \
	    -eq 0 ]
	[ "$(sql 'SELECT state FROM current_signals')" = gone ]
	[ "$(sql 'SELECT message FROM trading_log ORDER BY id DESC LIMIT 1')" \
	    = "removed: by hand" ]
}

@test "what holds is not removed" {
	set-strategy gold daily=sma
	hold gold 005930 10
	refuses 64 'has 10 shares and 0 live orders' set-strategy gold --remove
	order gold 005930 sell
	refuses 64 'has 10 shares and 1 live order' set-strategy gold --remove
	refuses 64 '1 live order; cancel-order' \
	    set-strategy gold --remove --to-manual
}

@test "--to-manual hands the shares over, and the books still add up" {
	set-strategy gold daily=sma
	set-strategy other daily=sma
	hold gold 005930 10
	hold gold 000660 3
	hold other 005930 5
	set-strategy gold --remove --to-manual
	[ "$(sql 'SELECT strategy, code, quantity, cost FROM lot ORDER BY id')" = \
"MANUAL|005930|10|10000
MANUAL|000660|3|3000
other|005930|5|5000" ]
	[ "$(sql "SELECT count(*) FROM trading_log WHERE event = 'move'")" -eq 2 ]
	[ "$(sql 'SELECT name FROM strategy')" = other ]
	trade-db check
}

@test "--liquidate lets it leave; --on calls it back" {
	set-strategy gold daily=sma
	hold gold 005930 10
	set-strategy gold --remove --liquidate
	[ "$(value gold state)" = leaving ]
	[ "$(sql 'SELECT is_on, is_leaving FROM strategy')" = '0|1' ]
	silent set-strategy gold --off
	set-strategy gold --on
	[ "$(sql 'SELECT is_on, is_leaving FROM strategy')" = '1|0' ]
	sql 'DELETE FROM lot'
	set-strategy gold --remove --liquidate	# nothing to sell: at once
	[ -z "$(sql 'SELECT name FROM strategy')" ]
}

@test "what left and has sold all is gone with the next pass" {
	sync-account -t '2025-03-14 08:40' > out
	set-strategy gold daily=sma > out
	hold gold 005930 10
	set-strategy gold --remove --liquidate > out
	# (the broker's other count of these shares is not of interest here)
	place-orders -t '2025-03-14 09:05' > out 2>&1 || true
	[ "$(value gold state)" = leaving ]
	sql "UPDATE orders SET state = 'expired' WHERE state IN
	    ('open', 'unknown');
	    DELETE FROM lot; DELETE FROM share_ledger"
	place-orders -t '2025-03-14 09:06' > out 2>&1
	[ -z "$(sql 'SELECT name FROM strategy')" ]
	[ "$(sql "SELECT program, message FROM trading_log WHERE
	    event = 'set' ORDER BY id DESC LIMIT 1")" = \
	    'place-orders|removed: all is sold' ]
}

@test "--dry-run says it and does not do it" {
	sum=$(dump)
	set-strategy -n gold daily=sma > out
	grep -q '^gold,state,,on$' out
	[ "$(dump)" = "$sum" ]
	set-strategy gold daily=sma > again
	cmp out again
	sum=$(dump)
	set-strategy -n gold --remove
	[ "$(dump)" = "$sum" ]
}

@test "--list, --describe and --modules" {
	[ "$(set-strategy --list)" = name,state,daily,minute,settings ]
	set-strategy b daily=sma weight=2 stop_loss_ratio=-5
	set-strategy a daily=breakout minute=rsi_minute --off
	[ "$(set-strategy --list | cut -d, -f1,2 | tr '\n' ' ')" = \
	    "name,state a,off b,on " ]
	set-strategy --list | grep -q '"stop_loss_ratio=-5,weight=2"'
	set-strategy --list -f json | grep -q '"settings":"stop_loss_ratio=-5,weight=2"'
	set-strategy --list -f table | grep -q '^a  *off  *breakout'
	export MAEMAE_DB=/nonexistent/maemae.db
	[ "$(set-strategy --describe sma | sed -n 2p)" = \
	    "short,int,1..1000,5,days of the short average" ]
	[ "$(set-strategy --describe sma | head -n 1)" = \
	    name,type,range,default,help ]
	set-strategy --modules | grep -q '^sma,daily,'
	set-strategy --modules | grep -q '^open_minute,minute,'
	refuses 78 not\ found set-strategy --describe nothing
	refuses 64 path set-strategy --describe ./sma
}

@test "a module that does not fit is named, and the others are listed" {
	mkdir mod
	cp "${MAEMAE_STRATEGIES:-$ROOT/build/strategies}/sma.so" mod/sma.so
	echo garbage > mod/broken.so
	MAEMAE_STRATEGIES=$PWD/mod set-strategy --modules > out 2> err
	grep -q '^sma,' out
	[ "$(grep -c broken err)" -eq 1 ]
	refuses 78 broken env MAEMAE_STRATEGIES="$PWD/mod" \
	    set-strategy gold daily=broken
}

@test "bad databases, and a folder that cannot be written" {
	bad_databases set-strategy gold daily=sma
	bad_databases set-strategy --list
	refuses 1 "cannot be written" locked set-strategy gold daily=sma
	locked set-strategy --list > out
	[ "$(cat out)" = name,state,daily,minute,settings ]
}

@test "two at once: both changes are there" {
	set-strategy gold daily=sma
	for i in 1 2 3 4; do
		set-strategy gold weight=$((i + 1)) > /dev/null &
		set-strategy gold max_positions=$((i + 10)) > /dev/null &
	done
	wait
	[ "$(value gold weight)" != 1 ]
	[ "$(value gold max_positions)" -gt 10 ]
	trade-db check
}

@test "the examples of the page run" {
	page_examples set-strategy > examples
	[ "$(wc -l < examples)" -ge 5 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}
