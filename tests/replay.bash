# replay.bash - made markets with short days, and a replay that must agree with
# the backtest; what its database kept is asked by `kept`.
# shellcheck shell=bash disable=SC2034,SC2154

# kept SQL: of the database that a replay kept
kept()
{
	sqlite3 -batch -noheader kept.db "$1"
}

# agrees OPTION...: both the same, with so many trades at least
agrees()
{
	local least=$1
	shift
	rm -f kept*
	run --separate-stderr replay --keep kept.db -f csv "$@"
	[ "$status" -eq 0 ] || { echo "status $status: $stderr" >&2; return 1; }
	[ "${lines[0]}" = date,sessions,trades,differences ] || return 1
	IFS=, read -r _ SESSIONS TRADES DIFFERENCES <<< "${lines[1]}"
	[ "$DIFFERENCES" -eq 0 ] && [ "$TRADES" -ge "$least" ] &&
	    [ "$(kept 'SELECT count(*) FROM fill')" -eq "$TRADES" ] &&
	    trade-db -d kept.db check && return 0
	echo "$output" >&2
	return 1
}

# The fills of that database, with what they cost, in an order of their own.
fills()
{
	kept "SELECT day, time, strategy, code, f.side, quantity, price,
	    commission, tax FROM fill f ORDER BY 1, 2, 3, 4, 5, 6, 7"
}

# three CONF LEAST OPTION...: the same fills, LEAST of them at least, on paper,
# which tells fills, and at the firm of CONF, which tells totals; both agree
# with the backtest
three()
{
	local conf=$1 least=$2
	shift 2
	agrees "$least" "$@"
	fills > paper.fills
	agrees "$least" "$@" -c "$conf"
	fills > firm.fills
	cmp paper.fills firm.fills
	[ ! -e kept-paper.db ]
}

# no_leak_finder: at the head of a test that replays whole days at a firm.  Of
# thousands of programs that load a library one is killed by the sanitizer's own
# tracer as it ends; tests/replay.bats has short days under sanitizers.
no_leak_finder()
{
	[ -z "${SAN-}" ] || skip 'short days are tried under sanitizers'
}

# short_days MINUTES: sessions of so many minutes of continuous trading, and
# five of the closing auction, for all days that have minutes
short_days()
{
	sql "CREATE TEMP TABLE h AS SELECT date, close AS was, open / 100 * 60 +
	    open % 100 + $1 AS m FROM market_calendar WHERE date IN
	    (SELECT DISTINCT date FROM minute_price);
	    UPDATE market_calendar SET auction = (SELECT m / 60 * 100 + m % 60
	    FROM h WHERE h.date = market_calendar.date), close = (SELECT
	    (m + 5) / 60 * 100 + (m + 5) % 60 FROM h
	    WHERE h.date = market_calendar.date)
	    WHERE date IN (SELECT date FROM h);
	    DELETE FROM minute_price WHERE time >= (SELECT auction FROM
	    market_calendar c WHERE c.date = minute_price.date) AND time <>
	    (SELECT was FROM h WHERE h.date = minute_price.date);
	    UPDATE minute_price SET time = (SELECT close FROM market_calendar c
	    WHERE c.date = minute_price.date) WHERE time >= (SELECT auction
	    FROM market_calendar c WHERE c.date = minute_price.date)"
}

# market SEED STOCKS DAYS FROM: made, with minutes of the last three days
market()
{
	make-market --seed "$1" --stocks "$2" --days "$3" --from "$4" \
	    --minute-days 3 --dir made
	import-prices --stocks made/stocks.csv
	import-prices --daily made/daily.csv
	import-prices --minute made/minute.csv
	FIRST=$(sql 'SELECT min(date) FROM minute_price')
}

# Four strategies of different kinds.
configure()
{
	set-strategy cross daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close max_positions=3 stop_loss_ratio=-1 > out
	set-strategy dip daily=rsi_reversion:period=2,buy_threshold=50,sell_threshold=60 \
	    minute=rsi_minute:period=3,oversold=45,overbought=55,max_deviation_ratio=0 \
	    weight=2 shared=yes trailing_stop_ratio=-1 > out
	set-strategy burst daily=vol_breakout:k_value=0.1,exit_next=yes \
	    minute=target_price_minute take_profit_ratio=0.5 > out
	set-strategy late daily=pullback:trend_period=3,pullback_period=2 \
	    signals=prev-close shared=yes early_stop_loss=-0.5 > out
}

ALL=(--strategy cross --strategy dip --strategy burst --strategy late)
