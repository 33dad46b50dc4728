# live.bash - a market of two stocks on Friday, 2025-03-14, an account on
# paper, and a strategy that says what the test tells it to.
# shellcheck shell=bash disable=SC2034

DAY=2025-03-14

# Once for a file: the strategy of tests/modules, built.
live_build()
{
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -fPIC -shared -fvisibility=hidden \
	    -I"$ROOT/lib" -o "$BATS_FILE_TMPDIR/say.so" \
	    "$ROOT/tests/modules/say.c"
}

# Each stock closed at 10000 yesterday and trades 1000 shares at 10000 in each
# minute.  live_begin: the account is read as well.
live_market()
{
	cd "$BATS_TEST_TMPDIR" || return
	export MAEMAE_STRATEGIES=$BATS_FILE_TMPDIR:${BUILD:-$ROOT/build}/strategies
	new_db
	sql "INSERT INTO daily_price SELECT value, 20250313, 10000, 10000,
	    10000, 10000, 1000000 FROM json_each('[\"005930\", \"035420\"]');
	    WITH m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m
	    WHERE i < 379) INSERT INTO minute_price SELECT d.code, 20250314,
	    900 + i / 60 * 100 + i % 60, 10000, 10000, 10000, 10000, 1000
	    FROM daily_price d, m;
	    INSERT INTO minute_price SELECT code, 20250314, 1530, 10000, 10000,
	    10000, 10000, 1000 FROM daily_price"
}

live_begin()
{
	live_market
	at 08:20 sync-account
}

# bar CODE HHMM OPEN HIGH LOW CLOSE VOLUME: another bar
bar()
{
	sql "INSERT OR REPLACE INTO minute_price
	    VALUES ('$1', 20250314, $2, $3, $4, $5, $6, $7)"
}

# at HH:MM[:SS] PROGRAM ARGUMENT...
at()
{
	local time=$1 program=$2
	shift 2
	"$program" --now "$DAY $time" "$@"
}

# The crontab's line at a time, silent on stdout; its worst status.
minute()
{
	local rc=0 worst=0 p
	for p in update-prices 'watch-fills --for 0' gen-signals place-orders; do
		# shellcheck disable=SC2086
		at "$1" $p > out.minute || rc=$?
		[ "$rc" -le "$worst" ] || worst=$rc
	done
	return "$worst"
}

# minutes HH:MM HH:MM: from the one to the other
minutes()
{
	local t=$((10#${1%:*} * 60 + 10#${1#*:}))
	local end=$((10#${2%:*} * 60 + 10#${2#*:}))

	for (( ; t <= end; t++)); do
		minute "$(printf %02d:%02d $((t / 60)) $((t % 60)))"
	done
}

# strategy NAME PARAMETERS SETTING...: one that acts at once on what it says
strategy()
{
	local name=$1 say=$2
	shift 2
	set-strategy "$name" "daily=say:$say" > out.strategy
	set-strategy "$name" "${@:-stock_capital=500000}" > out.strategy
}

# paper COMMAND: what the broker has, without the header
paper()
{
	paper-broker --now "$DAY ${PAPER_AT-15:40}" -f csv "$@" | sed 1d
}

# orders: id, side, quantity, filled, state of each order, one line
orders()
{
	sql "SELECT id || ' ' || side || ' ' || quantity || ' ' || filled
	    || ' ' || state FROM orders ORDER BY id"
}

waits()
{
	sql "SELECT state || ': ' || reason FROM current_signals
	    WHERE side = '${1-buy}' ORDER BY id"
}

# Somebody who lives holds the lease of a program.
hold_lease()
{
	local pid=$$
	sql "INSERT OR REPLACE INTO lease VALUES ('$1', $pid,
	    '$(sed 's/.*) //' /proc/$pid/stat | cut -d' ' -f20)',
	    '$(cat /proc/sys/kernel/random/boot_id)', 7,
	    '2025-03-14T09:00:00+09:00', '2099-01-01T00:00:00+09:00')"
}

# The database and the broker's own books say the same, to the won: cash,
# shares, and each fill.  Both are read at PAPER_AT.
same_books()
{
	[ "$(sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" = \
	    "$(paper cash | cut -d, -f1)" ] || { echo cash >&2; return 1; }
	[ "$(sql "SELECT code || ',' || sum(quantity) FROM lot GROUP BY code
	    ORDER BY code")" = "$(paper holdings | cut -d, -f1,2 | sort)" ] ||
	    { echo shares >&2; return 1; }
	diff <(sql "SELECT broker_no || ',' || fill_no || ',' || day || ',' ||
	    printf('%04d', time) || ',' || code || ',' || side || ',' ||
	    quantity || ',' || price || ',' || commission || ',' || tax
	    FROM fill WHERE day = ${DAY//-/}" | sort) <(paper fills | sort) >&2 ||
	    return 1
	trade-db check
}

# The same of a broker that tells totals: of each order how many, for how much.
same_totals()
{
	local sums="SELECT no || ',' || sum(n) || ',' || sum(n * price)"
	[ "$(sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" = \
	    "$(paper cash | cut -d, -f1)" ] || { echo cash >&2; return 1; }
	[ "$(sql "SELECT code || ',' || sum(quantity) FROM lot GROUP BY code
	    ORDER BY code")" = "$(paper holdings | cut -d, -f1,2 | sort)" ] ||
	    { echo shares >&2; return 1; }
	diff <(sql "$sums FROM (SELECT broker_no AS no, quantity AS n, price
	    FROM fill WHERE day = ${DAY//-/}) GROUP BY no ORDER BY no") \
	    <(paper fills | awk -F, '{ n[$1] += $7; won[$1] += $7 * $8 }
	    END { for (no in n) print no "," n[no] "," won[no] }' | sort) >&2 ||
	    return 1
	trade-db check
}

# conf LINE...: how the paper broker behaves from now on
conf()
{
	mkdir -p config/maemae
	{
		echo '[paper]'
		printf '%s\n' "$@"
	} > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
}
