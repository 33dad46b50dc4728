#!/usr/bin/env bats
# update-prices: what this minute needs, gaps, history, and a broker who does
# not answer.  The broker's prices come from a database of their own here.

load helper
load live

setup_file() { live_build; }

setup()
{
	live_market
	FEED=$BATS_TEST_TMPDIR/feed.db
	mv "$MAEMAE_DB" "$FEED"
	trade-db init
	fed
	strategy gold buy=005930
	set-universe +005930 +035420 > out
}

# fed LINE...: conf, beside the feed
fed()
{
	conf "feed = $FEED" "$@"
}

feed()
{
	sqlite3 "$FEED" "$1"
}

# minutes_of CODE: how many, the first, the last
minutes_of()
{
	sql "SELECT count(*), min(time), max(time) FROM minute_price
	    WHERE code = '$1'"
}

@test "in the session: quotes and the minutes that are complete" {
	silent at 09:05 update-prices
	[ "$(minutes_of 005930)" = '5|900|904' ]
	[ "$(minutes_of 035420)" = '5|900|904' ]
	[ "$(sql 'SELECT code, last, base, lower, upper, polled_at FROM
	    current_quote ORDER BY code')" = \
	    '005930|10000|10000|7000|13000|2025-03-14T09:05:00+09:00
035420|10000|10000|7000|13000|2025-03-14T09:05:00+09:00' ]
	silent at 09:05:30 update-prices
	[ "$(minutes_of 005930)" = '5|900|904' ]
	silent at 09:06 update-prices
	[ "$(minutes_of 005930)" = '6|900|905' ]
}

@test "before the open: the days since the last one known, and no minutes" {
	feed "INSERT INTO daily_price SELECT code, 20250312, open, high, low,
	    close, volume FROM daily_price"
	silent at 08:40 update-prices
	[ "$(sql 'SELECT code, date FROM daily_price ORDER BY 1, 2')" = \
	    '005930|20250312
005930|20250313
035420|20250312
035420|20250313' ]
	[ "$(minutes_of 005930)" = '0||' ]
	# known now: a day is not asked for again
	feed 'DELETE FROM daily_price WHERE date = 20250312'
	silent at 08:41 update-prices
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 4 ]
}

@test "before the open: minutes of yesterday that nobody has are not fetched" {
	feed "INSERT INTO minute_price SELECT code, 20250313, time, open, high,
	    low, close, volume FROM minute_price WHERE time < 1000"
	silent at 08:40 update-prices
	[ "$(sql 'SELECT count(*) FROM minute_price')" -eq 0 ]
}

@test "missed minutes are filled in; a corrected last one is taken" {
	silent at 09:05 update-prices
	feed "UPDATE minute_price SET close = 10100, high = 10100
	    WHERE code = '005930' AND time = 904"
	silent at 10:00 update-prices
	[ "$(minutes_of 005930)" = '60|900|959' ]
	[ "$(sql "SELECT close FROM minute_price WHERE code = '005930'
	    AND time = 904")" -eq 10100 ]
}

@test "a bar that comes later than those after it is not forgotten" {
	held()
	{
		feed "CREATE TABLE held AS SELECT * FROM minute_price WHERE
		    code = '005930' AND time = $1;
		    DELETE FROM minute_price WHERE code = '005930' AND time = $1"
	}
	released()
	{
		feed 'INSERT INTO minute_price SELECT * FROM held;
		    DROP TABLE held'
	}
	# within ten minutes at once
	held 904
	silent at 09:06 update-prices
	[ "$(minutes_of 005930)" = '5|900|905' ]
	released
	silent at 09:07 update-prices
	[ "$(minutes_of 005930)" = '7|900|906' ]
	# else at the next half hour
	held 907
	silent at 09:21 update-prices
	released
	silent at 09:22 update-prices
	[ "$(minutes_of 005930)" = '21|900|921' ]
	silent at 09:30 update-prices
	[ "$(minutes_of 005930)" = '30|900|929' ]
	# or after the close
	held 1501
	silent at 15:30 update-prices
	released
	[ "$(minutes_of 005930)" = '379|900|1519' ]
	silent at 15:31 update-prices
	[ "$(minutes_of 005930)" = '381|900|1530' ]
}

@test "the closing auction's bar is fetched after the close" {
	silent at 15:30 update-prices
	[ "$(minutes_of 005930)" = '380|900|1519' ]
	silent at 15:31 update-prices
	[ "$(minutes_of 005930)" = '381|900|1530' ]
}

@test "what is found to be held after the close has its whole session" {
	silent at 15:31 update-prices
	sql "INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('MANUAL', '000660', 1, 1000, 20250314)"
	feed "INSERT INTO minute_price SELECT '000660', date, time, open, high,
	    low, close, volume FROM minute_price WHERE code = '005930'"
	silent at 15:39 update-prices
	[ "$(minutes_of 000660)" = '0||' ]
	silent at 15:40 update-prices
	[ "$(minutes_of 000660)" = '381|900|1530' ]
}

@test "off at the close: the end of the session comes in later" {
	silent at 15:10 update-prices
	[ "$(minutes_of 005930)" = '370|900|1509' ]
	cp "$MAEMAE_DB" noon.db
	silent at 15:45 update-prices
	[ "$(minutes_of 005930)" = '381|900|1530' ]
	before=$(sql 'SELECT count(*), sum(close) FROM minute_price')
	silent at 15:46 update-prices
	[ "$(sql 'SELECT count(*), sum(close) FROM minute_price')" = "$before" ]
	# or on the next morning
	rm "$MAEMAE_DB"*
	mv noon.db "$MAEMAE_DB"
	silent update-prices --now '2025-03-17 08:40'
	[ "$(sql "SELECT count(*), max(time) FROM minute_price
	    WHERE code = '005930' AND date = 20250314")" = '381|1530' ]
	# a stock that nobody watched on that day stays as it is
	[ "$(sql "SELECT count(*) FROM minute_price WHERE date = 20250314
	    AND code NOT IN ('005930', '035420')")" -eq 0 ]
}

@test "a closed market is silence, and writes nothing" {
	before=$(dump)
	for t in '2025-03-14 07:00' '2025-03-14 16:00' '2025-03-15 10:00' \
	    '2025-03-03 10:00'; do
		silent update-prices --now "$t"
	done
	[ "$(dump)" = "$before" ]
}

@test "what is held and ordered is followed though nobody watches it" {
	fed 'cash = 10000000'
	sql "INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('MANUAL', '035420', 1, 1000, 20250313)"
	set-universe -035420 -005930 > out
	set-strategy gold --off > out
	silent at 09:05 update-prices
	[ "$(minutes_of 035420)" = '5|900|904' ]
	[ "$(minutes_of 005930)" = '0||' ]
}

@test "codes that are named, whatever is watched" {
	set-universe -005930 > out
	silent at 09:05 update-prices 005930
	[ "$(minutes_of 005930)" = '5|900|904' ]
	[ "$(minutes_of 035420)" = '0||' ]
}

@test "a machine that was off before the open catches up on the days" {
	sql "INSERT INTO daily_price VALUES
	    ('005930', 20250312, 10000, 10000, 10000, 10000, 1)"
	silent at 10:05 update-prices
	[ "$(sql 'SELECT code, date FROM daily_price ORDER BY 1, 2')" = \
	    '005930|20250312
005930|20250313
035420|20250313' ]
	[ "$(minutes_of 005930)" = '65|900|1004' ]
}

@test "--daily fetches days; today's once it is over" {
	feed "INSERT INTO daily_price SELECT code, 20250314, open, high, low,
	    close, volume FROM daily_price"
	silent at 15:00 update-prices --daily
	[ "$(sql 'SELECT max(date) FROM daily_price')" -eq 20250313 ]
	silent at 15:40 update-prices --daily
	[ "$(sql 'SELECT max(date), count(*) FROM daily_price')" = '20250314|4' ]
	[ "$(minutes_of 005930)" = '0||' ]
}

@test "--backfill of days and of minutes" {
	feed "INSERT INTO daily_price SELECT code, 20250311 + value, open,
	    high, low, close, volume FROM daily_price,
	    json_each('[0, 1]');
	    INSERT INTO minute_price SELECT code, 20250313, time, open, high,
	    low, close, volume FROM minute_price;
	    INSERT INTO minute_price SELECT code, 20250312, time, open, high,
	    low, close, volume FROM minute_price WHERE date = 20250313"
	silent at 08:00 update-prices --daily --backfill 2
	[ "$(sql 'SELECT min(date), count(*) FROM daily_price')" = '20250312|4' ]
	silent at 08:00 update-prices --daily --backfill 30
	[ "$(sql 'SELECT min(date), count(*) FROM daily_price')" = '20250311|6' ]
	silent at 08:00 update-prices --minute --backfill 2 005930
	[ "$(sql 'SELECT date, count(*) FROM minute_price GROUP BY date')" = \
	    '20250313|381' ]
	silent at 09:05 update-prices --minute --backfill 3 005930
	[ "$(sql 'SELECT date, count(*) FROM minute_price GROUP BY date')" = \
	    '20250312|381
20250313|381
20250314|5' ]
}

@test "--stocks fetches the list" {
	feed "INSERT INTO stock_info (code, name, market) VALUES
	    ('005930', '삼성전자', 'KOSPI'), ('035420', 'NAVER', 'KOSPI')"
	silent at 08:00 update-prices --stocks
	[ "$(sql 'SELECT code, name, market FROM stock_info ORDER BY code')" = \
	    '005930|삼성전자|KOSPI
035420|NAVER|KOSPI' ]
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 0 ]
}

@test "a broker out of reach is an error, and the prices grow stale" {
	silent at 09:05 update-prices
	fed 'fault = down'
	run --separate-stderr at 09:06 update-prices
	fails_with 69 'out of reach'
	[ "$(minutes_of 005930)" = '5|900|904' ]
	[ "$(sql 'SELECT DISTINCT polled_at FROM current_quote')" = \
	    '2025-03-14T09:05:00+09:00' ]
}

@test "a stock that the broker does not know stops no other" {
	set-universe +999990 > out
	run at 09:05 update-prices
	[ "$status" -eq 0 ]
	[ "$(minutes_of 005930)" = '5|900|904' ]
	[ -z "$(sql "SELECT 1 FROM current_quote WHERE code = '999990'")" ]
}

@test "what got no quote is named, in one line" {
	set-universe +999990 > out
	run --separate-stderr at 09:05 update-prices
	[ "$(grep -c 'no quote of' <<< "$stderr")" -eq 1 ]
	[[ $stderr == *'no quote of 999990'* ]]
	set-universe +999991 +999992 +999993 +999994 +999995 +999996 > out
	run --separate-stderr at 09:06 update-prices
	[[ $stderr == *'no quote of 999990, 999991, 999992, 999993, 999994 and 2 more'* ]]
}

@test "dry, it stores nothing" {
	before=$(dump)
	silent at 09:05 update-prices --dry-run
	silent at 08:40 update-prices --dry-run --daily --stocks
	[ "$(dump)" = "$before" ]
}

@test "a second copy leaves at once and in silence" {
	hold_lease update-prices
	run --separate-stderr at 09:05 update-prices
	[ "$status" -eq 75 ]
	[ -z "$output$stderr" ]
}

@test "exam days and the first day of a year have hours of their own" {
	feed "INSERT INTO minute_price SELECT code, 20251113, time + 100, open,
	    high, low, close, volume FROM minute_price"
	silent update-prices --now '2025-11-13 09:59'
	[ "$(minutes_of 005930)" = '0||' ]
	silent update-prices --now '2025-11-13 10:05'
	[ "$(minutes_of 005930)" = '5|1000|1004' ]
	silent update-prices --now '2025-11-13 16:31'
	[ "$(minutes_of 005930)" = '381|1000|1630' ]
}

@test "mistakes in the call, the file, the database" {
	refuses 64 'stock code' at 09:05 update-prices samsung
	refuses 64 'stock code' at 09:05 update-prices A005930
	refuses 64 backfill at 09:05 update-prices --backfill 5
	refuses 64 backfill at 09:05 update-prices --daily --backfill 0
	refuses 64 backfill at 09:05 update-prices --daily --backfill x
	refuses 78 calendar update-prices --now '2031-03-14 10:00'
	FEED=$BATS_TEST_TMPDIR/none.db
	fed
	run --separate-stderr at 09:05 update-prices
	fails_with 78 'feed.*none.db'
	rm config/maemae/maemae.conf
	refuses 1 'cannot be written' locked update-prices --now "$DAY 09:05"
	bad_options update-prices
	bad_databases at 09:05 update-prices
}

@test "the examples of the page run" {
	page_examples update-prices > examples
	[ "$(wc -l < examples)" -eq 4 ]
	while read -r line; do
		eval "$line --now '$DAY 09:05'"
	done < examples
	[ "$(minutes_of 005930)" = '5|900|904' ]
}
