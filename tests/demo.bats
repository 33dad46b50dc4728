# make demo: a whole day through the real programs, and what it leaves.

load helper

@test "the demo trades, reports, agrees with the backtest, and runs again" {
	[ -z "${SAN-}" ] || skip 'replay is tried under sanitizers'
	cd "$ROOT"
	mkdir -p "$BATS_TEST_TMPDIR/demo"
	touch "$BATS_TEST_TMPDIR/demo/of-an-earlier-run"
	run --separate-stderr tests/demo "$BATS_TEST_TMPDIR/demo"
	silently
	cd "$BATS_TEST_TMPDIR/demo"
	[ ! -e of-an-earlier-run ]
	[[ $output == *'the backtest has the same, to the won'* ]]
	[[ $output == *'Round trips'* ]]
	fills=$(sqlite3 maemae.db 'SELECT count(*) FROM fill')
	[ "$fills" -gt 10 ]
	# both strategies, both sides, stops too
	[ "$(sqlite3 maemae.db 'SELECT count(DISTINCT strategy) FROM fill')" -eq 2 ]
	[ "$(sqlite3 maemae.db "SELECT count(*) > 0 FROM orders
	    WHERE why = 'stop' AND state = 'filled'")" -eq 1 ]
	[ "$(stat -c %a maemae.conf)" = 600 ]
	grep -q '<html' report.html
	trade-db -d maemae.db check
}
