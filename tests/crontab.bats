# crontab.example: every line of it does its work, and is silent where there
# is none, at any time of any day.

load helper

setup()
{
	new_db
	export MAEMAE_CONF=$BATS_TEST_TMPDIR/maemae.conf
	export HOME=$BATS_TEST_TMPDIR/home
	mkdir -p "$HOME/maemae" "$BATS_TEST_TMPDIR/bin"
	cd "$BATS_TEST_TMPDIR" || return 1
	# The exchange is a database of its own; ours knows nothing yet.
	make-market --seed 3 --stocks 4 --from 20250303 --days 10 \
	    --minute-days 1 --dir made
	trade-db -d market.db init
	import-prices -q -d market.db --stocks made/stocks.csv
	import-prices -q -d market.db --daily made/daily.csv
	import-prices -q -d market.db --minute made/minute.csv
	(umask 077; printf '[paper]\nfeed = %s\n' "$PWD/market.db" \
	    > "$MAEMAE_CONF")
	set-universe --file <(cut -d, -f1 made/stocks.csv) > /dev/null
	set-strategy all daily=rsi_reversion:period=2,buy_threshold=100 \
	    signals=prev-close minute=open_minute > /dev/null
	set-limit max_order_weight=20 > /dev/null
	# The same programs at a time of ours.
	for p in "${BIN:-$ROOT/bin}"/*; do
		[ -x "$p" ] && [ ! -d "$p" ] || continue
		printf '#!/bin/sh\nexec %s "$@" --now "$NOW"\n' "$p" \
		    > "bin/${p##*/}"
		chmod +x "bin/${p##*/}"
	done
	lines=$BATS_TEST_TMPDIR/lines
	entries > "$lines"
}

# The commands of the file, as cron hands them to the shell.
entries()
{
	grep -E '^[0-9*]' "$ROOT/crontab.example" |
	    sed -E 's/^([^[:space:]]+[[:space:]]+){5}//; s/\\%/%/g'
}

# All lines at a time: none fails, none says a word.
all_at()
{
	local line out status
	export NOW=$1

	while IFS= read -r line <&9; do
		status=0
		out=$(PATH=$BATS_TEST_TMPDIR/bin:$PATH sh -c "$line" 2>&1 \
		    < /dev/null) || status=$?
		if [ "$status" -ne 0 ] && [ "$status" -ne 75 ] ||
		    [ -n "$out" ]; then
			echo "at $NOW, status $status: $line: $out" >&2
			return 1
		fi
	done 9< "$lines"
}

@test "it is a crontab: five fields, a command, programs that exist" {
	[ "$(wc -l < "$lines")" -ge 8 ]
	[ -z "$(grep -vE '^(#.*|[A-Z_]+=.*|([0-9*,/-]+[[:space:]]+){5}[a-z].*|)$' \
	    "$ROOT/crontab.example")" ]
	for p in sync-account update-prices gen-signals place-orders \
	    watch-fills eod-report trade-db; do
		grep -q "$p" "$lines"
		[ -x "bin/$p" ]
	done
	# The minute's line has the order of T1.
	grep -qE 'update-prices[^;]*; watch-fills --for 0[^;]*; gen-signals[^;]*; place-orders' "$lines"
}

@test "on a holiday, at night and on a weekend nothing happens, silently" {
	all_at '2025-03-03 10:00'
	all_at '2025-03-15 10:00'
	all_at '2025-03-14 03:00'
	[ "$(sql 'SELECT count(*) FROM orders')" -eq 0 ]
	[ "$(sql 'SELECT count(*) FROM daily_signals')" -eq 0 ]
	[ ! -s "$HOME/maemae/orders.log" ]
}

@test "the lines do a whole day's work" {
	all_at '2025-03-17 08:40'	# prices, account
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 36 ]
	all_at '2025-03-17 08:51'	# orders for the opening auction
	[ "$(sql 'SELECT count(*) FROM orders')" -ge 1 ]
	[ -s "$HOME/maemae/orders.log" ]
	all_at '2025-03-17 09:01'	# they fill
	[ "$(sql 'SELECT count(*) FROM fill')" -ge 1 ]
	all_at '2025-03-17 10:00'
	all_at '2025-03-17 15:25'
	all_at '2025-03-17 15:45'	# the day is closed
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 40 ]
	[ "$(sql 'SELECT count(*) FROM daily_portfolio')" -ge 1 ]
	grep -q 2025-03-17 "$HOME/maemae/day.txt"
	grep -q '<html' "$HOME/maemae/day.html"
	[ -s "$HOME/maemae/week.txt" ]
	[ -s "$HOME/maemae/month.txt" ]
	# The log is one CSV: a header, then orders and their minutes.
	[ "$(grep -c order,strategy "$HOME/maemae/orders.log")" -eq 1 ]
	[ "$(sed 1d "$HOME/maemae/orders.log" | cut -d, -f1-3)" = \
	    "$(export-csv orders | sed 1d | awk -F, '{ print $2 "," $3 "," $1 }')" ]
	all_at '2025-03-18 02:30'	# the copy replaces last week's
	trade-db -d "$HOME/maemae/backup-$(date +%u).db" check
	before=$(dump)
	all_at '2025-03-18 02:31'
	trade-db check
}

@test "a second minute's line beside the first does no harm" {
	all_at '2025-03-17 08:40'
	export NOW='2025-03-17 08:51'
	line=$(grep place-orders "$lines")
	for _ in 1 2 3 4; do
		PATH=$BATS_TEST_TMPDIR/bin:$PATH sh -c "$line" \
		    > /dev/null 2>> said || true &
	done
	wait
	[ ! -s said ] || { cat said >&2; return 1; }
	n=$(sql 'SELECT count(*) FROM orders')
	[ "$n" -ge 1 ]
	[ "$n" -eq "$(sql 'SELECT count(DISTINCT code) FROM orders')" ]
	[ "$n" -eq "$(sqlite3 maemae-paper.db 'SELECT count(*) FROM orders')" ]
}
