# set-limit: the account's limits and costs.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
}

value()
{
	set-limit -f csv | awk -F, -v s="$1" '$1 == s { print $2 }'
}

@test "every limit has a value, and its default until it is set" {
	set-limit --list > out
	[ "$(head -n 1 out)" = name,value,default,help ]
	[ "$(awk -F, 'NR > 1 && $2 != $3' out | wc -l)" -eq 0 ]
	[ "$(wc -l < out)" -gt 20 ]
	set-limit | cmp - out
	[ "$(value max_daily_loss)" = 3 ]
	[ "$(value max_stock_weight)" = 20 ]
	[ "$(value slippage)" = 0.0004 ]
}

@test "a limit is set, logged, and set back" {
	set-limit max_daily_loss=2.5 max_positions=4 -t '2025-03-14 10:30' > out
	[ "$(cat out)" = "name,before,after
max_daily_loss,3,2.5
max_positions,10,4" ]
	[ "$(value max_daily_loss)" = 2.5 ]
	[ "$(sql "SELECT at, program, event, message FROM trading_log
	    WHERE message LIKE 'max_pos%'")" = \
	    "2025-03-14T10:30:00+09:00|set-limit|set|max_positions: 10 -> 4" ]
	set-limit max_positions=
	[ "$(value max_positions)" = 10 ]
	set-limit max_daily_loss=off
	[ "$(value max_daily_loss)" = off ]
	set-limit portfolio_stop_loss=-7 max_losing_positions=3
	[ "$(value portfolio_stop_loss)" = -7 ]
	set-limit portfolio_stop_loss=
	[ -z "$(value portfolio_stop_loss)" ]
	sum=$(dump)
	silent set-limit max_daily_loss=off
	[ "$(dump)" = "$sum" ]
}

@test "costs by name and by rate" {
	set-limit costs=krx
	[ "$(value commission_buy)" = 0.00015 ]
	[ "$(value commission_sell)" = 0.00015 ]
	[ "$(value tax)" = krx ]
	set-limit commission=0.0003 tax=0.0018 slippage=0
	[ "$(value commission_buy)" = 0.0003 ]
	[ "$(value commission_sell)" = 0.0003 ]
	[ "$(value tax)" = 0.0018 ]
	[ "$(value slippage)" = 0 ]
	set-limit costs=owner
	[ "$(value commission_buy)" = 0 ]
	[ "$(value commission_sell)" = 0.0016 ]
	[ "$(value slippage)" = 0.0004 ]
}

@test "in one call the later word wins over the earlier" {
	set-limit costs=none slippage=0.001
	[ "$(value slippage)" = 0.001 ]
	[ "$(value commission_sell)" = 0 ]
}

@test "what is impossible is refused, and nothing is half written" {
	refuses 64 'max_loss: no such limit' set-limit max_positions=4 max_loss=3
	refuses 64 'percent from 0 to 100' set-limit max_daily_loss=-3
	refuses 64 'percent from 0 to 100' set-limit max_daily_loss=101
	refuses 64 'percent from -100 to 0' set-limit portfolio_stop_loss=5
	refuses 64 'a whole number' set-limit max_positions=4.5
	refuses 64 'owner|krx|none' set-limit costs=free
	refuses 64 'error: commission=0.2: should be a fraction' \
	    set-limit commission=0.2
	refuses 64 'max_positions= is given twice' \
	    set-limit max_positions=4 costs=krx max_positions=5
	refuses 64 'or krx' set-limit tax=lots
	refuses 64 'strategies|account' set-limit portfolio_stop_scope=all
	refuses 64 'LIMIT=VALUE' set-limit max_positions
	refuses 64 'stands alone' set-limit --list max_positions=3
	bad_options set-limit
}

@test "--dry-run says it and does not do it" {
	sum=$(dump)
	set-limit -n max_positions=4 > out
	grep -q '^max_positions,10,4$' out
	[ "$(dump)" = "$sum" ]
}

@test "three formats" {
	set-limit -f json | grep -q '"name":"max_positions","value":"10"'
	set-limit -f table | grep -q '^max_positions  *10  *10 '
}

@test "bad databases, and a folder that cannot be written" {
	bad_databases set-limit max_positions=4
	bad_databases set-limit
	refuses 1 "cannot be written" locked set-limit max_positions=4
	locked set-limit > out
	grep -q '^max_positions,10,' out
}

@test "the examples of the page run" {
	page_examples set-limit > examples
	[ "$(wc -l < examples)" -ge 4 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}

@test "the page names every limit" {
	set-limit | sed 1d | cut -d, -f1 | while read -r name; do
		grep -q "Cm $name " "$ROOT/docs/man/set-limit.1"
	done
}
