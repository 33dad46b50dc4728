#!/usr/bin/env bats
# A whole day on a made market, by the real programs in the order of the
# crontab: what the database says of it and what the broker's own books say is
# the same to the won, and the same as the backtest of that day.

load helper

@test "a day from the first synchronisation to the last fill" {
	[ -z "${SAN-}" ] || skip 'replay is tried under sanitizers'
	cd "$BATS_TEST_TMPDIR"
	export MAEMAE_STRATEGIES=${MAEMAE_STRATEGIES:-${BUILD:-$ROOT/build}/strategies}
	new_db
	if [ -w /dev/shm ]; then
		MAEMAE_DB=$(mktemp -d /dev/shm/maemae-day.XXXXXX)/day.db
		trade-db init
	fi
	make-market --seed 21 --stocks 8 --days 40 --from 20250102 \
	    --minute-days 1 --dir made
	import-prices --stocks made/stocks.csv
	import-prices --daily made/daily.csv
	import-prices --minute made/minute.csv
	date=$(sql 'SELECT max(date) FROM minute_price')
	day=${date:0:4}-${date:4:2}-${date:6:2}
	# the day is not over, so nobody has its daily bar
	sql "CREATE TABLE today AS SELECT * FROM daily_price
	    WHERE date = $date; DELETE FROM daily_price WHERE date = $date"
	set-strategy cross daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close stop_loss_ratio=-1 > out
	set-strategy dip daily=rsi_reversion:period=2,buy_threshold=50,sell_threshold=60 \
	    minute=rsi_minute:period=3,oversold=45,overbought=55,max_deviation_ratio=0 \
	    shared=yes trailing_stop_ratio=-1 > out
	set-limit costs=krx slippage=0.0004 > out

	sync-account --now "$day 08:20"
	for ((m = 8 * 60 + 50; m <= 15 * 60 + 31; m++)); do
		now="$day $(printf %02d:%02d $((m / 60)) $((m % 60)))"
		update-prices --now "$now"
		watch-fills --for 0 --now "$now"
		gen-signals --now "$now" > out.signals
		place-orders --now "$now" >> out.orders
	done 2> err
	[ ! -s err ] || { cat err; false; }
	# in the evening nothing is open, and nothing differs
	[ "$(sql "SELECT count(*) FROM orders WHERE state IN ('planned',
	    'sending', 'open', 'part', 'unknown')")" -eq 0 ]
	silent sync-account --check --now "$day 15:40"
	trade-db check
	[ "$(sql "SELECT count(*) FROM drift")" -eq 0 ]

	# something happened, on both sides, in both strategies
	[ "$(sql 'SELECT count(*) FROM fill')" -ge 6 ]
	[ "$(sql 'SELECT count(DISTINCT strategy) FROM fill')" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM fill WHERE side = 'sell'")" -ge 2 ]

	# each order that was printed was sent once
	[ "$(grep -c '^[0-9]' out.orders)" -eq "$(sql 'SELECT count(*)
	    FROM orders')" ]
	books()
	{
		paper-broker --now "$day 15:40" -f csv "$@" | sed 1d
	}
	[ "$(books requests | awk -F, '$4 == "new"' | wc -l)" -eq \
	    "$(sql 'SELECT count(*) FROM orders')" ]
	[ -z "$(books orders | cut -d, -f12 | sort | uniq -d)" ]

	# fills, shares and cash are the broker's
	diff <(sql "SELECT broker_no || ',' || fill_no || ',' || day || ',' ||
	    printf('%04d', time) || ',' || code || ',' || side || ',' ||
	    quantity || ',' || price || ',' || commission || ',' || tax
	    FROM fill" | sort) <(books fills | sort)
	diff <(sql "SELECT code || ',' || sum(quantity) FROM lot
	    GROUP BY code" | sort) <(books holdings | cut -d, -f1,2 | sort)
	[ "$(sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1')" = \
	    "$(books cash | cut -d, -f1)" ]
	# and cash is what was there, less buys, plus sells, less costs
	[ "$(sql "SELECT 10000000 + sum(iif(side = 'buy', -amount, amount)
	    - commission - tax) FROM fill")" = "$(books cash | cut -d, -f1)" ]

	# the backtest of the day has the same trades and the same cash
	sql 'INSERT INTO daily_price SELECT * FROM today'
	backtest --strategy cross --strategy dip --from "$date" --bars minute \
	    --trades trades.csv --equity equity.csv > out
	diff <(sed 1d trades.csv | cut -d, -f1-8 | sort) \
	    <(sql "SELECT day || ',' || printf('%04d', time) || ',' || code
	    || ',' || side || ',' || quantity || ',' || price || ',' ||
	    commission || ',' || tax FROM fill" | sort)
	[ "$(tail -n 1 equity.csv | cut -d, -f2)" = \
	    "$(books cash | cut -d, -f1)" ]
}

teardown()
{
	case ${MAEMAE_DB-} in
	/dev/shm/maemae-day.*) rm -r "${MAEMAE_DB%/*}" ;;
	esac
}
