#!/usr/bin/env bats
# A strategy's module that crashes: stops and the other strategies go on in the
# same minute, and the person is told which one it was.

load helper
load live

setup_file()
{
	live_build
	build "$ROOT/tests/modules/crash.c" "$BATS_FILE_TMPDIR/crash.so"
}

# build SOURCE MODULE
build()
{
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -fPIC -shared -fvisibility=hidden \
	    -w -I"$ROOT/lib" -o "$2" "$1"
}

setup()
{
	ulimit -c 0
	live_begin
}

fall()
{
	sql "UPDATE minute_price SET open = 9000, high = 9000, low = 9000,
	    close = 9000 WHERE time >= 907 AND code = '005930'"
}

# gold holds 005930, whose price falls through its stop at 09:08; iron buys
# 035420 from then on.
falling()
{
	strategy gold buy=005930
	set-strategy gold stop_loss_ratio=-3 > out
	minute 09:05
	strategy gold until=0
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	fall
	strategy iron buy=035420
}

sent()
{
	sql "SELECT strategy, code, side, why, state FROM orders WHERE id > 1
	    ORDER BY strategy"
}

others_trade='gold|005930|sell|stop|open
iron|035420|buy|signal|open'

alerts()
{
	sql 'SELECT name, program, count, message FROM alert
	    WHERE cleared_at IS NULL'
}

# No lease is held, no run has not ended.
at_rest()
{
	[ "$(sql 'SELECT count(*) FROM lease WHERE pid <> 0')" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM program_run WHERE status IS NULL')" -eq 0 ]
}

@test "a daily module that crashes: the stop's sell and the others' buys go out" {
	falling
	set-strategy bad 'daily=crash:buy=035420,in=daily' > out
	run --separate-stderr minute 09:08
	[ "$status" -eq 78 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'gen-signals['*'strategy bad: its module crash crashed in daily() (SIGSEGV)' ]]
	[ "$(sent)" = "$others_trade" ]
	[ "$(alerts)" = 'crash daily bad|gen-signals|1|strategy bad: its module crash crashed in daily() (SIGSEGV); until it is mended it makes no entries, its stops go on' ]
	at_rest
	# the run that crashed has its own words
	[ "$(sql "SELECT status, message FROM program_run WHERE program =
	    'gen-signals' ORDER BY id DESC LIMIT 1 OFFSET 1")" = \
	    '139|strategy bad: its module crash crashed in daily() (SIGSEGV)' ]
	run -2 at 09:08 show-status
	[[ $output == *'crash daily bad'* ]]
	[[ $output == *'failed (78)'*'strategy bad: its module crash crashed'* ]]
	# the next minute counts it, and says it once
	run minute 09:09
	[ "$status" -eq 78 ]
	[[ $(alerts) == 'crash daily bad|gen-signals|2|'* ]]
	[ "$(sql 'SELECT count(*) FROM alert')" -eq 1 ]
}

@test "a minute module that crashes: the same, and its position keeps its stop" {
	strategy bad buy=005930
	set-strategy bad stop_loss_ratio=-3 > out
	minute 09:05
	strategy bad sell=005930
	set-strategy bad 'minute=crash:in=minute' > out
	fall
	run --separate-stderr minute 09:06
	[ "$status" -eq 78 ]
	[[ $stderr == *'place-orders['*'strategy bad: its module crash crashed in minute() (SIGSEGV)' ]]
	strategy iron buy=035420
	# it is not asked where the stop sells
	minute 09:08
	[ "$(sent)" = 'bad|005930|sell|stop|open
iron|035420|buy|signal|open' ]
	[[ $(alerts) == 'crash minute bad|place-orders|1|'* ]]
	at_rest
}

@test "it makes no entries while it crashes, and trades again once mended" {
	set-strategy bad 'daily=crash:buy=035420' 'minute=crash:in=minute' \
	    stock_capital=500000 > out
	run minute 09:05
	[ "$status" -eq 78 ]
	[ -z "$(orders)" ]
	[[ $(alerts) == 'crash minute bad|place-orders|1|'* ]]
	# the file is replaced
	mkdir mended
	sed 's/^\tdie(c->param, MINUTE);//' "$ROOT/tests/modules/crash.c" \
	    > mended/crash.c
	build mended/crash.c mended/crash.so
	MAEMAE_STRATEGIES=$PWD/mended:$MAEMAE_STRATEGIES minute 09:06
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ -z "$(alerts)" ]
	at_rest
}

@test "each way to die, in each function" {
	local in of
	falling
	for in in lookback universe daily; do
		for of in segv abrt fpe ill stack; do
			set-strategy bad "daily=crash:in=$in,of=$of" > out
			run at 09:08 gen-signals -n
			[ "$status" -eq 78 ]
			[[ $output == *"crashed in $in()"* ]]
			[[ $output == *iron,035420* ]]
		done
	done
	set-strategy bad daily=crash:buy=035420 > out
	at 09:08 update-prices
	at 09:08 gen-signals > out
	for of in segv abrt fpe ill stack; do
		set-strategy bad "minute=crash:in=minute,of=$of" > out
		run at 09:08 place-orders -n
		[ "$status" -eq 78 ]
		[[ $output == *'crashed in minute()'* ]]
		[[ $output == *gold,005930,*planned,stop-loss* ]]
	done
}

@test "a module that does not come back is one that crashes" {
	falling
	export MAEMAE_MODULE_SECONDS=1
	set-strategy bad 'daily=crash:in=daily,of=loop' > out
	run --separate-stderr minute 09:08
	[ "$status" -eq 78 ]
	[[ $stderr == *'its module crash did not come back from daily() within 1 s of CPU (SIGVTALRM)' ]]
	[ "$(sent)" = "$others_trade" ]
	at_rest
}

@test "the day's report does without the backtest that crashes" {
	falling
	set-strategy bad 'daily=crash:buy=035420,in=daily' > out
	run minute 09:08
	silent eod-report --now "$DAY 16:00" --format csv -o report.csv
	grep -q 'strategy bad: its module crash crashed in daily() (SIGSEGV)' \
	    report.csv
	[ "$(sql "SELECT status FROM program_run WHERE program = 'eod-report'
	    ORDER BY id" | tr '\n' ' ')" = '139 0 ' ]
	at_rest
}

@test "several that crash, in one minute" {
	local s
	falling
	for s in a b c; do
		set-strategy $s 'daily=crash:in=daily' > out
	done
	run minute 09:08
	[ "$status" -eq 78 ]
	[ "$(sent)" = "$others_trade" ]
	[ "$(alerts | cut -d'|' -f1)" = 'crash daily a
crash daily b
crash daily c' ]
	at_rest
	# one is taken out, one off, one mended
	set-strategy a --remove > out
	set-strategy b --off > out
	set-strategy c daily=crash > out
	run minute 09:09
	[ "$status" -eq 0 ]
	[ -z "$(alerts)" ]
}

@test "memory that a module spoils: without any module the stops go on" {
	[ -z "${SAN-}" ] || skip 'the sanitizers end it where it happens'
	falling
	set-strategy iron 'minute=crash:in=minute,of=heap' > out
	run minute 09:08
	[ "$status" -ne 0 ]
	[[ $(sent) == *'gold|005930|sell|stop|open'* ]]
	[[ $output == *'place-orders['*'error: a crash (SIG'*') after modules had been run, none of which is asked now' ]]
	[[ $(alerts) == 'crash of modules|place-orders|1|'*'; there are no entries, stops go on' ]]
	at_rest
}

@test "what another process left in the environment counts for nothing" {
	strategy gold buy=005930
	export MAEMAE_CRASHED=$'1\n11\tgold\tsay\tdaily\n'
	silent minute 09:05
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "a crash before any module was run stays one" {
	local pid rc=0
	strategy gold buy=005930
	at 09:05 gen-signals > out
	coproc sqlite3 "$MAEMAE_DB" 3>&-
	echo 'BEGIN IMMEDIATE; SELECT 1;' >&"${COPROC[1]}"
	read -r <&"${COPROC[0]}"
	place-orders --now "$DAY 09:05" > out 2> err 3>&- &
	pid=$!
	# it stands guard, and waits for the database
	until grep -q maemae.db <(ls -l /proc/$pid/fd); do sleep 0.02; done
	kill -SEGV $pid
	wait $pid || rc=$?
	# the sanitizers have a handler of their own
	[ "$rc" -eq 139 ] || { [ -n "${SAN-}" ] && grep -q 'SEGV on' err; }
	kill "$COPROC_PID"
}

@test "off and holding nothing it needs no module" {
	set-strategy bad daily=crash > out
	set-strategy bad --off > out
	strategy gold buy=005930
	sql "UPDATE strategy SET daily = 'gone' WHERE name = 'bad'"
	run --separate-stderr minute 09:05
	[ "$status" -eq 0 ]
	# said once a day
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"strategy bad: strategy 'gone' not found"*'; it is off and holds nothing' ]]
	[ "$(orders)" = '1 buy 50 0 open' ]
	silent minute 09:06
	set-strategy bad --on > out 2> err || :
	sql "UPDATE strategy SET is_on = 1 WHERE name = 'bad'"
	run minute 09:07
	[ "$status" -eq 78 ]
}
