# Prices in and out again: import-prices and export-csv on real files, on what
# vendors' files look like, and on files that are broken.
# shellcheck disable=SC2154

load helper

setup()
{
	new_db
	cd "$BATS_TEST_TMPDIR" || return 1
	head=code,date,open,high,low,close,volume
	mhead=code,date,time,open,high,low,close,volume
	good=005930,20250314,54000,55000,53500,54700,1000
}

# A refused file: the status, one line with file and line, nothing stored.
# refused DAILY|MINUTE FILE PATTERN [OPTION...]
refused()
{
	local kind=$1 file=$2 pattern=$3 before
	shift 3
	before=$(dump)
	run --separate-stderr import-prices "$kind" "$@" "$file"
	fails_with 65 "$pattern" || return 1
	[ "$(dump)" = "$before" ] && return 0
	echo 'something was stored' >&2
	return 1
}

# Import bytes from stdin, then print what is stored as CSV.
through()
{
	printf '%b' "$1" | import-prices --daily && export-csv prices
}

# ---- real files

@test "real days go in, come out the same, and go in again as nothing" {
	file=$(shared krx_daily_005930.csv)
	run --separate-stderr import-prices --daily "$file"
	silently
	[ -z "$output" ]
	export-csv prices > out.csv
	cmp out.csv "$file"
	before=$(sql 'SELECT * FROM daily_price' | sha256sum)
	run --separate-stderr import-prices -v --daily "$file"
	[[ $stderr =~ '5920 rows: 0 new, 0 changed, 5920 as before' ]]
	[ "$(sql 'SELECT * FROM daily_price' | sha256sum)" = "$before" ]
}

@test "all real daily files of KRX go in" {
	shared krx_daily_005930.csv
	rows=0
	for file in "${MAEMAE_TEST_DATA:-$ROOT/../shared/data}"/krx_daily_??????.csv; do
		import-prices --daily "$file"
		rows=$((rows + $(wc -l < "$file") - 1))
	done
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq "$rows" ]
	trade-db check
}

@test "minutes named by their end are stored by their start" {
	file=$(shared krx_minute_005930_201801.csv)
	run --separate-stderr import-prices --minute --label end "$file"
	silently
	# A full day: 0900 .. 1519 and the closing auction.
	[ "$(sql 'SELECT count(*), min(time), max(time),
	    count(*) FILTER (WHERE time BETWEEN 1520 AND 1529)
	    FROM minute_price WHERE date = 20180118')" = '381|900|1530|0' ]
	# 0901 is the first minute; what 1348 ends began at 1347.
	[ "$(sql 'SELECT min(time) FROM minute_price
	    WHERE date = 20180117')" = 1347 ]
	[ "$(sql 'SELECT count(*) FROM minute_price')" -eq 5428 ]
	export-csv minutes > a.csv
	import-prices --minute a.csv
	export-csv minutes > b.csv
	cmp a.csv b.csv
}

@test "minutes of a day give the raw day's prices" {
	minutes=$(shared krx_minute_005930_201801.csv)
	days=$(shared krx_daily_005930_raw2016_2018.csv)
	import-prices --minute --label end "$minutes"
	import-prices --daily "$days"
	[ -z "$(sql "SELECT d.date FROM daily_price d WHERE d.date BETWEEN
	    20180118 AND 20180206 AND (high, low, close) <> (SELECT max(high),
	    min(low), (SELECT close FROM minute_price l WHERE l.code = d.code
	    AND l.date = d.date ORDER BY time DESC LIMIT 1) FROM minute_price m
	    WHERE m.code = d.code AND m.date = d.date)")" ]
}

@test "raw prices, split, are the adjusted ones" {
	raw=$(shared krx_daily_005930_raw2016_2018.csv)
	adjusted=$(shared krx_daily_005930.csv)
	import-prices --daily "$raw"
	import-prices --split 005930 20180504 50
	import-prices --split 005930 20180504 50	# once is enough
	export-csv prices > out.csv
	# The vendor's adjusted volumes are a raw share off on a few days.
	awk -F, 'FNR == NR { want[$2] = $3 $4 $5 $6; volume[$2] = $7; next }
	FNR > 1 && ($3 $4 $5 $6 != want[$2] ||
	    ($7 - volume[$2]) ^ 2 > 50 ^ 2)' "$adjusted" out.csv > differ
	[ ! -s differ ]
	[ "$(wc -l < out.csv)" -eq 522 ]
	[ "$(sql "SELECT count(*) FROM trading_log WHERE event = 'split'")" -eq 1 ]
}

# ---- what vendors write

@test "byte order mark, CRLF, quotes, spaces, no last newline" {
	want=$head$'\n'$good
	[ "$(through "$head\n$good\n")" = "$want" ]
	[ "$(through "\xef\xbb\xbf$head\r\n$good\r\n")" = "$want" ]
	[ "$(through "$head\n\"005930\",\"20250314\",54000, 55000 ,53500,54700,1000")" = "$want" ]
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 1 ]
}

@test "columns in another order, with others between, in capitals" {
	printf 'Volume,NOTE,Close,Low,High,Open,Date,Code\n1000,x,54700,53500,55000,54000,2025-03-14,A005930\n' |
	    import-prices --daily
	[ "$(export-csv prices)" = "$head"$'\n'"$good" ]
}

@test "whole won written with a point are taken, others refused" {
	[ "$(through "$head\n005930,20250314,54000.00,55000.0,53500,54700,1000\n")" \
	    = "$head"$'\n'"$good" ]
	printf '%s\n005930,20250314,54000.5,55000,53500,54700,1000\n' "$head" > f.csv
	refused --daily f.csv 'f\.csv:2: .*54000\.5'
}

@test "a halt with empty prices keeps its close" {
	printf '%s\n005930,20250314,0,0,0,54700,0\n' "$head" | import-prices --daily
	[ "$(export-csv prices)" = "$head"$'\n'005930,20250314,54700,54700,54700,54700,0 ]
}

@test "Korean names of stocks" {
	printf 'code,name,market\n005930,삼성전자,KOSPI\n069500,"KODEX, 200",ETF\n' |
	    import-prices --stocks
	[ "$(sql 'SELECT name FROM stock_info ORDER BY code')" = $'삼성전자\nKODEX, 200' ]
}

@test "the owner's tables go in as they are dumped" {
	printf 'stock_code,stock_name,market_type\nA005930,삼성전자,KOSPI\n' |
	    import-prices --stocks
	printf 'stock_code,date,open,high,low,close,volume,trading_value,change_rate\nA005930,2025-03-14,54000.00,55000.00,53500.00,54700.00,1000,54700000,0.0100\n' |
	    import-prices --daily
	printf 'stock_code,datetime,open,high,low,close,volume\nA005930,2025-03-14 09:01:00,54000,54100,53900,54000,10\n' |
	    import-prices --minute --label end
	printf 'date,is_holiday,description\n2025-03-14,0,\n2025-03-17,1,임시휴장\n' |
	    import-prices --calendar
	[ "$(export-csv prices)" = "$head"$'\n'"$good" ]
	[ "$(export-csv minutes)" = "$mhead"$'\n'005930,20250314,0900,54000,54100,53900,54000,10 ]
	[ "$(sql 'SELECT is_open, close, description FROM market_calendar
	    WHERE date = 20250317')" = '0|0|임시휴장' ]
}

# ---- broken files

@test "each fault of a row is named by file and line, and nothing stored" {
	while IFS='|' read -r row pattern; do
		printf '%s\n%s\n%s\n' "$head" "$good" "$row" > f.csv
		refused --daily f.csv "^.*f\.csv:3: .*$pattern" ||
		    { echo "row: $row" >&2; return 1; }
	done <<-'END'
	005930,20250313,54000,55000,53500,54700|
	005930,20250230,54000,55000,53500,54700,1000|20250230
	005930,yesterday,54000,55000,53500,54700,1000|yesterday
	005930,20250315,54000,55000,53500,54700,1000|20250315
	59300,20250313,54000,55000,53500,54700,1000|59300
	005930,20250313,54000,53000,53500,54700,1000|
	005930,20250313,54000,55000,54500,54700,1000|
	005930,20250313,-54000,55000,53500,54700,1000|-54000
	005930,20250313,0,55000,0,54700,1000|
	005930,20250313,54000,55000,53500,54700,-1|-1
	005930,20250313,54000,55000,53500,54700,many|many
	005930,20250313,54000,55000,53500,,1000|
	005930,20250313,54000,99999999999999999999,53500,54700,1000|
	005930,20250314,54000,55000,53500,54600,1000|
	END
}

@test "a minute outside its session is refused" {
	for t in 0859 1520 1531 2400 0960; do
		printf '%s\n005930,20250314,%s,1,1,1,1,1\n' "$mhead" $t > f.csv
		refused --minute f.csv 'f\.csv:2: '
	done
	printf '%s\n005930,20250314,0900,1,1,1,1,1\n' "$mhead" > f.csv
	refused --minute f.csv 'f\.csv:2: ' --label end
	# The exam day is an hour later.
	printf '%s\n005930,20241114,1630,1,1,1,1,1\n' "$mhead" | import-prices --minute
	printf '%s\n005930,20241114,0900,1,1,1,1,1\n' "$mhead" > f.csv
	refused --minute f.csv 'f\.csv:2: '
}

@test "--skip-bad stores the rest and counts" {
	printf '%s\n%s\n005930,20250230,1,1,1,1,1\n' "$head" "$good" > f.csv
	run --separate-stderr import-prices --daily --skip-bad f.csv
	[ "$status" -eq 0 ]
	[[ $stderr =~ '1 bad row' ]]
	[ "$(export-csv prices)" = "$head"$'\n'"$good" ]
}

@test "files that are no such table" {
	: > empty.csv
	echo "$head" > header.csv
	echo 'code,date,close' > short.csv
	head -c 3000 /dev/urandom > noise.csv
	printf '%s\n%s\n"005930,2025' "$head" "$good" > open-quote.csv
	for f in empty short noise open-quote; do
		refused --daily $f.csv "$f\.csv"
	done
	run --separate-stderr import-prices --daily header.csv
	[ "$status" -eq 0 ]
	run --separate-stderr import-prices --daily none.csv
	[ "$status" -ne 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr =~ none\.csv ]]
}

@test "a bad file among good ones: the good ones before it stay" {
	printf '%s\n%s\n' "$head" "$good" > a.csv
	printf '%s\n000660,20250314,1,1,1,1,x\n' "$head" > b.csv
	run --separate-stderr import-prices --daily a.csv b.csv
	fails_with 65 'b\.csv:2: '
	[ "$(export-csv prices)" = "$head"$'\n'"$good" ]
}

@test "a full disk stores nothing, and says so" {
	make-market --stocks 4 --days 400 --dir m
	before=$(dump | sha256sum)
	run --separate-stderr with_file_limit 700 import-prices --minute \
	    --daily m/daily.csv
	[ "$status" -eq 64 ]	# one kind at a time
	run --separate-stderr with_file_limit 8 import-prices --daily m/daily.csv
	fails_with 1 '.'
	[ "$(dump | sha256sum)" = "$before" ]
	import-prices --daily m/daily.csv
	trade-db check
}

@test "a reader's full disk is no success" {
	printf '%s\n%s\n' "$head" "$good" | import-prices --daily
	run bash -c 'export-csv prices > /dev/full'
	[ "$status" -eq 1 ]
	run bash -c 'export-csv prices | head -n 0'
	[ "$status" -eq 0 ]
}

# ---- the database is not what it should be

@test "missing, foreign and newer databases" {
	printf '%s\n%s\n' "$head" "$good" > f.csv
	for call in 'import-prices --daily f.csv' 'export-csv prices'; do
		# shellcheck disable=SC2086
		run --separate-stderr $call -d none.db
		fails_with 78 'none\.db: no database; run trade-db init'
		# shellcheck disable=SC2086
		run --separate-stderr $call -d f.csv
		fails_with 65 'f\.csv: '
	done
	sql 'PRAGMA user_version = 99'
	for call in 'import-prices --daily f.csv' 'export-csv prices'; do
		# shellcheck disable=SC2086
		run --separate-stderr $call
		fails_with 78 'newer maemae'
	done
}

@test "--dry-run stores nothing" {
	printf '%s\n%s\n' "$head" "$good" > f.csv
	before=$(dump)
	run --separate-stderr import-prices -n --daily f.csv
	[ "$status" -eq 0 ]
	[ "$(dump)" = "$before" ]
}

# ---- choosing what comes out

@test "--code, --from and --to choose rows" {
	make-market --stocks 3 --days 30 --dir m
	import-prices --daily m/daily.csv
	code=$(sed -n 2p m/daily.csv | cut -d, -f1)
	from=$(sed -n 5p m/daily.csv | cut -d, -f2)
	to=$(sed -n 9p m/daily.csv | cut -d, -f2)
	export-csv prices --code "$code" --from "$from" --to "$to" > out.csv
	{ echo "$head"; sed -n 5,9p m/daily.csv; } | cmp - out.csv
}

@test "each kind of rows comes with its header, also where there are none" {
	for kind in prices minutes signals orders fills trades positions \
	    portfolio backtest; do
		run --separate-stderr export-csv $kind
		silently
		[ "${#lines[@]}" -eq 1 ]
		[[ ${lines[0]} =~ ^[a-z_]+(,[a-z_]+)+$ ]]
	done
	run --separate-stderr export-csv
	[ "$status" -eq 64 ]
	run --separate-stderr export-csv everything
	fails_with 64 everything
	run --separate-stderr export-csv prices --from 20250230
	fails_with 64 20250230
}
