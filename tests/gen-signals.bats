#!/usr/bin/env bats
# gen-signals: what the strategies say, when they are asked, what is kept.

load helper
load live

setup_file() { live_build; }
setup() { live_begin; }

# signals: strategy, code, side, state, stamp of each of today's
signals()
{
	sql "SELECT strategy, code, side, state, stamp FROM current_signals
	    ORDER BY strategy, code, side"
}

at_with_prices()
{
	at "$1" update-prices
	at "$@"
}

@test "signals are saved, stamped and printed" {
	strategy gold buy=005930
	at 09:05 update-prices
	run --separate-stderr at 09:05 gen-signals
	silently
	[ "$output" = "strategy,code,name,side,state,score,target,price,time,reason
gold,005930,,buy,pending,1,0,10000,0905," ]
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
	bar 005930 905 10000 10100 10000 10100 1000
	at_with_prices 09:06 gen-signals > out
	[ "$(sed 1d out)" = 'gold,005930,,buy,pending,1,0,10100,0906,' ]
	[ "$(sql 'SELECT count(*), made FROM current_signals')" = '1|905' ]
}

@test "nothing said is silence; so is a closed market" {
	silent at 09:05 gen-signals
	strategy gold from=60
	silent at 09:05 gen-signals
	strategy gold buy=005930
	before=$(dump)
	for t in '2025-03-14 07:00' '2025-03-14 16:00' '2025-03-15 10:00' \
	    '2025-03-03 10:00'; do
		silent gen-signals --now "$t"
	done
	[ "$(dump)" = "$before" ]
}

@test "intraday: what is no longer said is gone, and comes back" {
	strategy gold buy=005930,until=6
	at 09:05 gen-signals > out
	silent at 09:06 gen-signals
	[ "$(signals)" = 'gold|005930|buy|gone|905' ]
	[ "$(waits)" = 'gone: no longer said' ]
	strategy gold buy=005930
	at 09:07 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|pending|907' ]
	[ "$(sql 'SELECT count(*) FROM current_signals')" -eq 1 ]
}

@test "a signal that disappears takes its working buy back, and sells nothing" {
	strategy gold buy=005930,until=6
	sql 'UPDATE minute_price SET volume = 100'
	minutes 09:05 09:08
	[ "$(orders)" = '1 buy 50 10 cancelled' ]
	[ "$(sql 'SELECT reason FROM order_request WHERE kind = "cancel"')" = \
	    'the signal disappeared' ]
	same_books
}

@test "prev-close: once a day, and stamped each minute" {
	strategy gold buy=005930,until=6 signals=prev-close
	at 09:05 gen-signals > out
	[ "$(sql 'SELECT day, strategy FROM daily_run')" = '20250314|gold' ]
	at 09:06 gen-signals > out
	at 10:00 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|pending|1000' ]
	[ "$(sql 'SELECT price FROM current_signals')" -eq 10000 ]
}

@test "prev-close: a strategy changed in mid-session runs again" {
	strategy gold buy=005930 signals=prev-close
	at 09:05 gen-signals > out
	set-strategy gold daily=say:buy=035420 > out
	at 09:06 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|gone|905
gold|035420|buy|pending|906' ]
	# what is no change does not run it
	set-strategy gold daily=say:buy=035420 > out
	sql "UPDATE minute_price SET close = 10000"
	at 09:07 gen-signals > out
	[ "$(signals | tail -n 1)" = 'gold|035420|buy|pending|907' ]
}

@test "intraday: the next minute uses what was changed" {
	strategy gold buy=005930
	at 09:05 gen-signals > out
	set-strategy gold daily=say:buy=035420 > out
	at 09:06 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|gone|905
gold|035420|buy|pending|906' ]
}

@test "the forming bar is today's so far; by yesterday's closes it is not" {
	# 10000 yesterday and before; at 09:05 the last price is 10100
	sql "INSERT INTO daily_price SELECT code, date - 1, open, high, low,
	    close, volume FROM daily_price; INSERT INTO daily_price
	    SELECT code, date - 2, open, high, low, close, volume
	    FROM daily_price WHERE date = 20250312"
	set-strategy gold daily=sma:short=1,long=2 > out
	set-strategy old daily=sma:short=1,long=2 signals=prev-close > out
	bar 005930 904 10000 10100 10000 10100 1000
	at_with_prices 09:05 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
	# and one minute earlier nobody knew
	sql 'DELETE FROM current_signals; DELETE FROM daily_run'
	at 09:04 gen-signals > out
	[ -z "$(signals)" ]
}

@test "a module that fails does not stop the others" {
	strategy apple buy=005930,fail=yes
	strategy berry buy=005930
	strategy cherry buy=035420,fail=yes
	strategy date buy=035420
	at 09:05 update-prices
	run --separate-stderr at 09:05 gen-signals
	[ "$status" -eq 1 ]
	[ "$(printf '%s\n' "${lines[@]}" | cut -d, -f1,2 | sed 1d)" = \
	    'berry,005930
date,035420' ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ $stderr == *'strategy apple: say: as it was told to'* ]]
	[[ $stderr == *'strategy cherry: say: as it was told to'* ]]
	[ "$(signals | cut -d'|' -f1 | tr '\n' ' ')" = 'berry date ' ]
	[ "$(sql 'SELECT status FROM program_run WHERE program =
	    "gen-signals"')" = 1 ]
	# and those that work trade
	at 09:05 place-orders > out
	[ "$(orders | wc -l)" -eq 2 ]
}

@test "what a failing module said before stands, without a new stamp" {
	strategy gold buy=005930
	at 09:05 gen-signals > out
	strategy gold buy=005930,fail=yes
	at 09:06 gen-signals > out 2> err || [ $? -eq 1 ]
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
	at 09:06 update-prices
	silent at 09:06 place-orders
	[ "$(waits)" = 'pending: no signals were made for this minute' ]
}

@test "a strategy that is off says no buys, but exits" {
	strategy gold buy=005930
	minutes 09:05 09:06
	strategy gold buy=035420,sell=005930
	set-strategy gold --off > out
	at 09:07 gen-signals > out
	[ "$(signals)" = 'gold|005930|buy|executed|905
gold|005930|sell|pending|907' ]
}

@test "--strategy runs and prints one" {
	strategy gold buy=005930
	strategy box buy=035420
	at 09:05 gen-signals --strategy gold > out
	[ "$(sed 1d out | cut -d, -f1,2)" = gold,005930 ]
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
	run --separate-stderr at 09:05 gen-signals -s silver
	fails_with 64 'no such strategy'
}

@test "a module's choice of stocks is stored, once a day" {
	strategy gold buy=005930,watch=035420
	strategy box buy=005930
	silent at 08:30 gen-signals --strategy gold
	at 08:31 gen-signals > out
	[ "$(sql 'SELECT strategy, offered, chosen FROM universe_run
	    ORDER BY strategy')" = 'box|2|2
gold|2|1' ]
	[ "$(sql "SELECT code FROM strategy_universe
	    WHERE strategy = 'gold'")" = 035420 ]
	# gold watches another stock, so it does not say this one
	[ "$(signals)" = 'box|005930|buy|pending|831' ]
	# tomorrow it chooses again
	sql "INSERT INTO daily_price SELECT code, 20250314, open, high, low,
	    close, volume FROM daily_price"
	gen-signals --now '2025-03-17 08:31' > out
	[ "$(sql "SELECT count(*) FROM universe_run
	    WHERE strategy = 'gold'")" -ge 1 ]
	[ "$(sql "SELECT max(day) FROM universe_run")" -eq 20250317 ]
}

@test "a list of stocks limits what is watched" {
	strategy gold buy=005930
	set-universe --strategy gold +035420 > out
	silent at 09:05 gen-signals
	set-universe --strategy gold +005930 > out
	# a choice holds for the day; the next one sees the list
	gen-signals --now '2025-03-17 09:05' > out
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
}

@test "a new day begins with no signals, and keeps the old ones" {
	strategy gold buy=005930
	at 09:05 gen-signals > out
	strategy gold buy=035420
	gen-signals --now '2025-03-17 09:05' > out
	[ "$(signals)" = 'gold|035420|buy|pending|905' ]
	[ "$(sql 'SELECT day, code, state FROM daily_signals')" = \
	    '20250314|005930|expired' ]
}

@test "dry, it prints and leaves everything" {
	strategy gold buy=005930
	at 09:05 update-prices
	before=$(dump)
	at 09:05 gen-signals --dry-run > out
	[ "$(sed 1d out | cut -d, -f1-4)" = gold,005930,,buy ]
	[ "$(dump)" = "$before" ]
}

@test "a second copy leaves at once and in silence" {
	strategy gold buy=005930
	hold_lease gen-signals
	run --separate-stderr at 09:05 gen-signals
	[ "$status" -eq 75 ]
	[ -z "$output$stderr" ]
	[ -z "$(signals)" ]
}

@test "mistakes in the call, the module, the database" {
	strategy gold buy=005930
	refuses 64 argument at 09:05 gen-signals gold
	refuses 78 calendar gen-signals --now '2031-03-14 10:00'
	refuses 1 'cannot be written' locked gen-signals --now "$DAY 09:05"
	MAEMAE_STRATEGIES=/nowhere run --separate-stderr at 09:05 gen-signals
	fails_with 78 "'say'"
	bad_options gen-signals
	bad_databases at 09:05 gen-signals
}

@test "the examples of the page run" {
	strategy gold buy=005930
	page_examples gen-signals > examples
	[ "$(wc -l < examples)" -eq 2 ]
	while read -r line; do
		eval "$line --now '$DAY 09:05'"
	done < examples > out
	[ "$(signals)" = 'gold|005930|buy|pending|905' ]
}
