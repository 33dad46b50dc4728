# force-exit: out of a stock or a strategy.

load helper
load hand

setup()
{
	hand_setup
}

@test "a stock is sold, whoever holds it but MANUAL" {
	hold gold 005930 10
	hold box 005930 3
	hold gold 000660 7
	hold MANUAL 005930 100
	force-exit 005930 -t "$NOW" > out
	[ "$(cat out)" = 'strategy,code,quantity,result
box,005930,3,asked
gold,005930,10,asked' ]
	[ "$(signals)" = 'box|005930|sell|pending|1|1|force-exit
gold|005930|sell|pending|1|1|force-exit' ]
	[ "$(sql 'SELECT DISTINCT day, made, stamp FROM current_signals')" = \
	    '20250314|1030|1030' ]
	[ "$(sql "SELECT count(*) FROM trading_log WHERE event = 'signal' AND
	    program = 'force-exit'")" -eq 2 ]
	force-exit 005930 > out
	[ "$(cut -d, -f4 out | tr '\n' ' ')" = 'result asked before asked before ' ]
	[ -z "$(halts)" ]
}

@test "a strategy is sold out; several at once" {
	hold gold 005930 10
	hold gold 000660 7
	hold box 035420 1
	hold box 000270 1
	force-exit gold 035420 > out
	[ "$(signals | cut -d'|' -f1,2 | tr '\n' ' ')" = \
	    'box|035420 gold|000660 gold|005930 ' ]
}

@test "a signal that was there is made urgent, executed or gone though it was" {
	local state
	for state in pending executed gone; do
		sql "DELETE FROM lot; DELETE FROM current_signals;
		    INSERT INTO current_signals (day, strategy, code, side,
		    state, score, made, stamp, changed_at) VALUES (20250314,
		    'gold', '005930', 'sell', '$state', 3, 905, 905, $AT)"
		hold gold 005930 10
		force-exit 005930 -t "$NOW"
		[ "$(signals)" = 'gold|005930|sell|pending|1|1|force-exit' ]
		[ "$(sql 'SELECT score, made FROM current_signals')" = '3.0|1030' ]
	done
}

@test "said on another day, it is of the last session and carried from there" {
	hold gold 005930 10
	force-exit gold -t '2025-03-15 08:00'	# a Saturday
	[ "$(sql 'SELECT day, made FROM current_signals')" = '20250314|2359' ]
}

@test "nothing to sell is said and is no failure" {
	hold MANUAL 005930 100
	run --separate-stderr force-exit 005930
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *'005930: no strategy holds it'* ]]
	run --separate-stderr force-exit gold
	[ "$status" -eq 0 ]
	[[ $stderr == *'gold: holds nothing'* ]]
	[ -z "$(signals)" ]
}

@test "with all orders halted, one is told that it waits" {
	hold gold 005930 10
	halt-trading --all
	run --separate-stderr force-exit 005930
	[ "$status" -eq 0 ]
	[[ $stderr == *'until halt-trading --resume'* ]]
	[ -n "$(signals)" ]
}

@test "what cannot be sold is refused" {
	hold gold 005930 10
	refuses 64 'which stock or strategy' force-exit
	refuses 64 'MANUAL: shares' force-exit MANUAL
	refuses 64 "'silver' is neither" force-exit 005930 silver
	bad_options force-exit
	bad_databases force-exit 005930
	refuses 1 'cannot be written' locked force-exit 005930
	before=$(dump)
	force-exit -n 005930
	[ "$(dump)" = "$before" ]
}

@test "the examples of the page run" {
	hold gold 005930 10
	for i in 1 2 3; do
		order gold 00010$i buy sending open
	done
	page_examples force-exit > examples
	[ "$(wc -l < examples)" -ge 3 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}
