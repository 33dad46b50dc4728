# halt-trading: stop and go on.

load helper
load hand

setup()
{
	hand_setup
}

@test "entries are halted, and resumed" {
	halt-trading -t "$NOW" --reason 'news' > out
	[ "$(sed -n 2p out)" = 'halt entries,,,,,' ]
	[ "$(halts)" = 'entries||news' ]
	[ "$(sql "SELECT at, program, event, message FROM trading_log
	    WHERE event = 'halt'")" = \
	    '2025-03-14T10:30:00+09:00|halt-trading|halt|halt entries: news' ]
	silent halt-trading
	halt-trading --resume > out
	[ "$(sed -n 2p out)" = 'resume entries,,,,,' ]
	[ -z "$(halts)" ]
	silent halt-trading --resume
	[ "$(sql "SELECT count(*) FROM trading_log
	    WHERE event = 'resume'")" -eq 1 ]
}

@test "all, one strategy, one stock" {
	halt-trading --all
	halt-trading --strategy gold
	halt-trading --code 005930
	[ "$(halts)" = 'all||by hand
code|005930|by hand
strategy|gold|by hand' ]
	halt-trading --resume --strategy gold
	[ "$(halts)" = 'all||by hand
code|005930|by hand' ]
	silent halt-trading --resume --code 000660
	halt-trading --resume > out
	[ "$(wc -l < out)" -eq 3 ]
	[ -z "$(halts)" ]
}

@test "--cancel-open asks for the cancel of buys, and drops what is not sent" {
	order gold 005930 buy sending open	# 1
	order gold 000660 sell sending open	# 2
	order box 000660 buy sending unknown	# 3
	order box 035420 buy			# 4, never sent
	order box 000270 buy sending open cancelled	# 5, final
	halt-trading --cancel-open > out
	[ "$(cut -d, -f1,6 out | tr '\n' ' ')" = 'action,order_id halt entries, cancel,1 cancel,3 cancel,4 ' ]
	[ "$(cancels)" = '1 3 ' ]
	[ "$(sql 'SELECT state FROM orders' | tr '\n' ' ')" = \
	    'open open unknown expired cancelled ' ]
	[ "$(sql 'SELECT wants_cancel FROM orders' | tr -d '\n')" = 10100 ]
	silent halt-trading --cancel-open	# once is enough
	[ "$(cancels)" = '1 3 ' ]
}

@test "--all --cancel-open cancels sells too" {
	order gold 005930 buy sending open
	order gold 000660 sell sending open
	halt-trading --all --cancel-open
	[ "$(cancels)" = '1 2 ' ]
}

@test "--cancel-open keeps to the strategy or stock that is halted" {
	order gold 005930 buy sending open
	order gold 000660 buy sending open
	order box 000660 buy sending open
	halt-trading --strategy box --cancel-open
	[ "$(cancels)" = '3 ' ]
	halt-trading --code 000660 --cancel-open
	[ "$(cancels)" = '2 3 ' ]
}

@test "--liquidate sells what the strategies hold, and never MANUAL" {
	hold gold 005930 10
	hold gold 005930 5
	hold box 000660 3
	hold MANUAL 005930 100
	halt-trading --liquidate -t "$NOW" > out
	[ "$(sed 1,2d out)" = 'sell,box,000660,sell,3,
sell,gold,005930,sell,15,' ]
	[ "$(signals)" = 'box|000660|sell|pending|1|1|halt-trading
gold|005930|sell|pending|1|1|halt-trading' ]
	trade-db check
	silent halt-trading --liquidate
}

@test "--liquidate of one strategy" {
	hold gold 005930 10
	hold box 000660 3
	halt-trading --strategy gold --liquidate
	[ "$(signals)" = 'gold|005930|sell|pending|1|1|halt-trading' ]
	[ "$(halts)" = 'strategy|gold|by hand' ]
}

@test "a halt that cannot be meant is refused" {
	refuses 64 'one of them' halt-trading --all --strategy gold
	refuses 64 'one of them' halt-trading --code 005930 --strategy gold
	refuses 64 'exits too' halt-trading --all --liquidate
	refuses 64 'cancels and sells nothing' halt-trading --resume --liquidate
	refuses 64 "no strategy 'silver'" halt-trading --strategy silver
	refuses 64 'stock code' halt-trading --code A005930
	refuses 64 argument halt-trading now
	bad_options halt-trading
	bad_databases halt-trading --all
	refuses 1 'cannot be written' locked halt-trading --all
}

@test "halting dry is no halt" {
	before=$(dump)
	hold gold 005930 10
	order gold 005930 buy sending open
	before=$(dump)
	halt-trading -n --cancel-open --liquidate > out
	[ "$(wc -l < out)" -eq 4 ]
	[ "$(dump)" = "$before" ]
}

@test "killed at any moment, a halt is there or is not" {
	hold gold 005930 10
	order gold 005930 buy sending open
	for i in 0 1 2 3 4 5 6 7 8 9; do
		timeout -s KILL "0.00$i" halt-trading --cancel-open \
		    --liquidate > out || true
		n=$(sql "SELECT (SELECT count(*) FROM halt) ||
		    (SELECT count(*) FROM order_request) ||
		    (SELECT count(*) FROM current_signals)")
		[ "$n" = 000 ] || [ "$n" = 111 ]
	done
	trade-db check
}

@test "the examples of the page run" {
	hold gold 005930 10
	for i in 1 2 3; do
		order gold 00010$i buy sending open
	done
	page_examples halt-trading > examples
	[ "$(wc -l < examples)" -ge 5 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}
