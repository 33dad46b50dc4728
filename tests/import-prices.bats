# import-prices: good files of many makes go in, bad ones leave no trace.

load helper

HEAD=code,date,open,high,low,close,volume
GOOD=005930,20180117,100,110,90,105,7
MHEAD=code,date,time,open,high,low,close,volume

setup()
{
	new_db
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A file of days: the header and these rows.
days()
{
	printf '%s\n' "$HEAD" "$@"
}

minutes()
{
	printf '%s\n' "$MHEAD" "$@"
}

# Refused with this status and words, and nothing was stored.
refused()
{
	local want=$1 words=$2 before
	shift 2
	before=$(dump)
	run --separate-stderr import-prices "$@"
	fails_with "$want" "$words"
	[ "$(dump)" = "$before" ]
}

# A bad row behind a good one, given as text; it is named by its line.
bad_day()
{
	days "$GOOD" "$1" > bad.csv
	refused 65 "bad\.csv:3: $2.*nothing of this file was stored" \
	    --daily bad.csv
}

bad_minute()
{
	minutes 005930,20180117,0900,100,110,90,105,7 "$1" > bad.csv
	refused 65 "bad\.csv:3: $2" --minute bad.csv
}

# ---- good files

@test "days go in, and a second time changes nothing" {
	days "$GOOD" 005930,20180118,105,105,101,103,0 > d.csv
	run --separate-stderr import-prices --daily d.csv
	silently
	[ -z "$output" ]
	[ "$(sql 'SELECT * FROM daily_price')" = \
	    '005930|20180117|100|110|90|105|7
005930|20180118|105|105|101|103|0' ]
	before=$(dump)
	run --separate-stderr import-prices -v --daily d.csv
	[[ $stderr =~ '2 rows: 0 new, 0 changed, 2 as before' ]]
	[ "$(dump)" = "$before" ]
}

@test "what differs is changed" {
	days "$GOOD" | import-prices --daily
	days "${GOOD%7}8" > d.csv
	run --separate-stderr import-prices -v --daily d.csv
	[[ $stderr =~ '0 new, 1 changed, 0 as before' ]]
	[ "$(sql 'SELECT volume FROM daily_price')" -eq 8 ]
}

@test "made stocks, days and minutes go in whole" {
	make-market --stocks 20 --days 60 --minute-days 3 --halts 0.01 --dir m
	run --separate-stderr import-prices --stocks m/stocks.csv
	silently
	run --separate-stderr import-prices --daily m/daily.csv
	silently
	run --separate-stderr import-prices --minute m/minute.csv
	silently
	[ "$(sql 'SELECT count(*) FROM stock_info')" -eq 20 ]
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 1200 ]
	[ "$(sql 'SELECT count(*) FROM minute_price')" -eq \
	    $(($(wc -l < m/minute.csv) - 1)) ]
	trade-db check
}

@test "BOM, CRLF, quotes, spaces, other columns and order, no last newline" {
	printf '\xef\xbb\xbf%s\r\n%s\r\n\r\n%s' \
	    'Volume,note,"CLOSE",Low,High,Open,Date,Code' \
	    '7,"한글, 쉼표
줄바꿈",105, 90 ,110,100,"2018-01-17",005930' \
	    '8,"""x""",105,90,110,100,20180118,A005930' > odd.csv
	run --separate-stderr import-prices --daily odd.csv
	silently
	[ "$(sql 'SELECT * FROM daily_price')" = \
	    '005930|20180117|100|110|90|105|7
005930|20180118|100|110|90|105|8' ]
}

@test "stdin, from a file, a pipe, or named -" {
	days "$GOOD" > d.csv
	import-prices --daily < d.csv
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 1 ]
	days 000660,20180117,1,1,1,1,1 | import-prices --daily
	days 000270,20180117,1,1,1,1,1 | import-prices --daily d.csv -
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 3 ]
	days "$GOOD" x > bad.csv
	run --separate-stderr import-prices --daily < bad.csv
	fails_with 65 'stdin:3: '
}

@test "no lock is held while a pipe is slow" {
	{ days "$GOOD"; sleep 2; } | import-prices --daily &
	sleep 0.5
	sqlite3 "$MAEMAE_DB" '.timeout 0' 'BEGIN IMMEDIATE; ROLLBACK'
	wait
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 1 ]
}

@test "a header alone is a file without rows" {
	days > d.csv
	run --separate-stderr import-prices --daily d.csv
	silently
}

@test "halts: a row without volume, and vendors' zeros" {
	days 005930,20180117,100,100,100,100,0 005930,20180118,0,0,0,99,0 |
	    import-prices --daily
	[ "$(sql "SELECT open, high, low, close, volume FROM daily_price
	    WHERE date = 20180118")" = '99|99|99|99|0' ]
	bad_day 005930,20180118,0,0,0,99,5 'open is 0'
	bad_day 005930,20180118,0,0,0,0,0 'open is 0'
}

@test "a dump of the owner's tables" {
	printf '%s\n' 'stock_code,stock_name,market_type,sector,per,pbr,eps,roe,debt_ratio,sales,operating_profit,net_profit,recent_financial_date,reg_date,upd_date' \
	    'A005930,삼성전자,KOSPI,"전기, 전자",12.5,1.20,6024,NULL,25.3,2795651,516339,398000,2025-03-31,2025-07-01 10:00:00,2025-07-01 10:00:00' \
	    > stock_info.csv
	printf '%s\n' date,is_holiday,description '2018-01-17,0,' \
	    '2018-01-20,1,Saturday' '2018-01-19,1,made up' \
	    > market_calendar.csv
	printf '%s\n' 'stock_code,date,open,high,low,close,volume,trading_value,change_rate,created_at,updated_at' \
	    'A005930,2018-01-17,2487000.00,2489000.00,2480000.00,2488000.00,376,0,0.0012,x,y' \
	    > daily_price.csv
	printf '%s\n' 'stock_code,datetime,open,high,low,close,volume' \
	    'A005930,2018-01-17 09:01:00,100.00,110,90,105.0,7' \
	    'A005930,2018-01-17 15:30:00,100,110,90,105,7' > minute_price.csv
	run --separate-stderr import-prices --stocks stock_info.csv
	silently
	run --separate-stderr import-prices --calendar market_calendar.csv
	silently
	run --separate-stderr import-prices --daily daily_price.csv
	silently
	run --separate-stderr import-prices --minute --label end \
	    minute_price.csv
	silently
	[ "$(sql "SELECT code, name, market, sector, per, pbr, roe IS NULL,
	    sales FROM stock_info")" = \
	    '005930|삼성전자|KOSPI|전기, 전자|12.5|1.2|1|2795651' ]
	[ "$(sql "SELECT group_concat(is_open) FROM market_calendar
	    WHERE date IN (20180117, 20180119, 20180120)")" = 1,0,0 ]
	[ "$(sql 'SELECT * FROM daily_price')" = \
	    '005930|20180117|2487000|2489000|2480000|2488000|376' ]
	[ "$(sql 'SELECT code, date, time, open FROM minute_price')" = \
	    '005930|20180117|900|100
005930|20180117|1530|100' ]
	before=$(dump)
	import-prices --stocks stock_info.csv
	import-prices --calendar market_calendar.csv
	[ "$(dump)" = "$before" ]
}

@test "stocks: what a file does not say stays" {
	printf 'code,name,market,leverage\n122630,레버리지,ETF,2\n' |
	    import-prices --stocks
	printf 'code,name\n122630,새 이름\n' | import-prices --stocks
	printf 'code,market,per\n122630,ETF,\n' | import-prices --stocks
	[ "$(sql 'SELECT name, market, leverage FROM stock_info')" = \
	    '새 이름|ETF|2' ]
	for row in '122630,x,NASDAQ,1:market .NASDAQ' '12263,x,ETF,1:code' \
	    '122630,x,ETF,9:leverage 9 is not in'; do
		printf 'code,name,market,leverage\n%s\n' "${row%%:*}" > bad.csv
		refused 65 "bad\.csv:2: ${row#*:}" --stocks bad.csv
	done
	printf 'code,name,per\n122630,x,much\n' > bad.csv
	refused 65 "bad\.csv:2: per 'much' is not a number" --stocks bad.csv
}

@test "a day that opens has hours" {
	printf 'date,is_open,description\n20180120,1,Saturday session\n' |
	    import-prices --calendar
	[ "$(sql "SELECT open, auction, close, description FROM
	    market_calendar WHERE date = 20180120")" = \
	    '900|1520|1530|Saturday session' ]
	minutes 005930,20180120,0900,1,1,1,1,1 | import-prices --minute
	printf 'date,is_open\n20180120,2\n' > bad.csv
	refused 65 "bad\.csv:2: is_open '2'" --calendar bad.csv
}

@test "a day that opens at no known hour is refused, dry or not" {
	printf 'date,is_open\n20180120,1\n19490104,1\n' > bad.csv
	refused 65 'bad\.csv:3: no hours are known for 19490104' \
	    --calendar bad.csv
	run --separate-stderr import-prices --calendar --dry-run bad.csv
	[ "$status" -eq 65 ]
	[[ $stderr == *'bad.csv:3: no hours are known for 19490104' ]]
	printf 'date,is_open\n19490104,0\n' | import-prices --calendar
}

# ---- minutes and their labels

@test "minutes named by their end" {
	minutes 005930,20180117,{0901,1520,1530},1,1,1,1,1 |
	    import-prices --minute --label end
	[ "$(sql 'SELECT group_concat(time) FROM minute_price')" = \
	    900,1519,1530 ]
	# The exam day is an hour later; until May 2000 there was lunch.
	minutes 005930,20171123,{1001,1620,1630},1,1,1,1,1 \
	    005930,20000516,{1200,1301,1450,1500},1,1,1,1,1 > m.csv
	run --separate-stderr import-prices --minute --label end m.csv
	silently
	[ "$(sql "SELECT group_concat(time) FROM minute_price
	    WHERE date = 20171123")" = 1000,1619,1630 ]
	[ "$(sql "SELECT group_concat(time) FROM minute_price
	    WHERE date = 20000516")" = 1159,1300,1449,1500 ]
}

@test "a minute outside its session is named" {
	for t in 0859 1520 1529 1531 0000 2359; do
		bad_minute "005930,20180117,$t,1,1,1,1,1" \
		    "$t is no minute of 20180117, which has 0900 to 1519 and 1530"
	done
	bad_minute 005930,20171123,0900,1,1,1,1,1 '0900 is no minute of 20171123'
	bad_minute 005930,20000516,1230,1,1,1,1,1 \
	    '1230 is no minute of 20000516, which has 0900 to 1159, 1300 to 1449 and 1500'
	# A wrong --label is guessed.
	bad_minute 005930,20180117,1520,1,1,1,1,1 '.*is it --label end'
	minutes 005930,20180117,0900,1,1,1,1,1 > bad.csv
	refused 65 'bad\.csv:2: 0900 is no minute.* 0901 to 1520 .*label start' \
	    --minute --label end bad.csv
	for t in 0000 1521 1531; do
		minutes "005930,20180117,$t,1,1,1,1,1" > bad.csv
		refused 65 "bad\.csv:2: $t is no minute" \
		    --minute --label end bad.csv
	done
}

@test "times that are none" {
	for t in 2400 0960 9 abc -901 09:1 09:01:30 '' 90100; do
		bad_minute "005930,20180117,$t,1,1,1,1,1" "time '$t' is not"
	done
	printf '%s\n' code,datetime,open,high,low,close,volume \
	    '005930,2018-01-17,1,1,1,1,1' > bad.csv
	refused 65 "bad\.csv:2: datetime '2018-01-17' is not" --minute bad.csv
	for t in 901 0901 09:01 09:01:00 090100; do
		minutes "005930,20180117,$t,1,1,1,1,1" | import-prices --minute
	done
	[ "$(sql 'SELECT time FROM minute_price')" = 901 ]
	for t in '20180117 0902' 201801170903 2018-01-17T09:04; do
		printf '%s\n' code,datetime,open,high,low,close,volume \
		    "005930,$t,1,1,1,1,1" | import-prices --minute
	done
	[ "$(sql 'SELECT group_concat(time) FROM minute_price')" = \
	    901,902,903,904 ]
}

# ---- bad rows

@test "prices that cannot be" {
	bad_day 005930,20180118,100,99,90,95,7 'open 100 is not between'
	bad_day 005930,20180118,100,110,90,111,7 'close 111 is not between'
	bad_day 005930,20180118,100,110,101,105,7 'open 100 is not between'
	bad_day 005930,20180118,100,90,110,100,7 'low 110 is above high 90'
	bad_day 005930,20180118,100,110,0,105,7 'low is 0'
	bad_day 005930,20180118,-5,110,90,105,7 'open -5 is not in'
	bad_day 005930,20180118,100,110,90,105,-7 'volume -7 is not in'
	bad_day 005930,20180118,100.5,110,90,105,7 "open '100\.5' has a fraction"
	bad_day 005930,20180118,100,110,90,105,7.5 \
	    "volume '7\.5' has a fraction; want whole shares"
	bad_day 005930,20180118,100,,90,105,7 'high is empty'
	for x in abc 1e3 0x10 1,000 100.x 1.0.0 + . ' ' NaN NULL ₩100 \
	    99999999999999999999; do
		bad_day "005930,20180118,100,\"$x\",90,105,7" 'high '
	done
	bad_day 005930,20180118,9223372036854775807,110,90,105,7 'open 9223'
}

@test "what a spreadsheet makes of a file is named" {
	bad_day 5930,20180118,100,110,90,105,7 \
	    "code '5930': want six characters.*\(spreadsheets drop zeros"
	bad_day 005930,20180118,100,110,90,105,'"13,000"' \
	    "volume '13,000' is not a number; leave the commas out"
	bad_day 005930,2018/01/18,100,110,90,105,7 '.*YYYYMMDD or YYYY-MM-DD'
	printf 'code;date;open\n005930;20180118;100\n' > bad.csv
	refused 65 "its one column is 'code;date;open' \(commas part columns\)" \
	    --daily bad.csv
}

@test "dates that cannot be" {
	for d in 20180230 20181301 2018011 201801180 abc '' 2018/01/18 \
	    18-01-18 2018-1-18 '20180118 10:00'; do
		bad_day "005930,$d,100,110,90,105,7" "date '$d' is not a date"
	done
	bad_day 005930,20180120,100,110,90,105,7 \
	    'the market was closed on 20180120'
	days 005930,20290103,1,1,1,1,1 > bad.csv
	refused 78 'bad\.csv:2: the calendar has no day 20290103.*--calendar' \
	    --daily bad.csv
	days 005930,19890103,1,1,1,1,1 > bad.csv
	refused 78 'bad\.csv:2: the calendar has no day 19890103' \
	    --daily bad.csv
}

@test "codes that cannot be" {
	for c in 5930 '' 00593 0059300 AA005930 00593x 'A 5930' 삼성전자; do
		bad_day "$c,20180118,100,110,90,105,7" "code '$c': want six"
	done
	days 00104K,20180118,1,1,1,1,1 | import-prices --daily
}

@test "the same key twice, near or far" {
	bad_day "$GOOD" '005930 20180117 is in this file twice'
	bad_day "A$GOOD" '005930 20180117 is in this file twice'
	make-market --stocks 30 --days 300 --print daily > d.csv
	# In any order all are different; the first one again is seen.
	{ head -n 1 d.csv; tail -n +2 d.csv | shuf --random-source=d.csv; } \
	    > mixed.csv
	import-prices --daily mixed.csv
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 9000 ]
	sed -n 2p mixed.csv >> mixed.csv
	refused 65 'mixed\.csv:9002: .* is in this file twice' \
	    --daily mixed.csv
	bad_minute 005930,20180117,09:00,1,1,1,1,1 \
	    '005930 20180117 0900 is in this file twice'
	printf '%s\n' date,is_open 20180117,1 2018-01-17,0 > bad.csv
	refused 65 'bad\.csv:3: 20180117 is in this file twice' --calendar bad.csv
	printf '%s\n' code,name 005930,a A005930,b > bad.csv
	refused 65 'bad\.csv:3: 005930 is in this file twice' --stocks bad.csv
}

# ---- bad files

@test "rows of another length" {
	bad_day 005930,20180118,100 '3 fields, but the header has 7'
	bad_day 005930,20180118,100,110,90,105,7,8 '8 fields, but'
	bad_day hello '1 field, but'
}

@test "headers that will not do" {
	: > bad.csv
	refused 65 'bad\.csv:1: empty' --daily bad.csv
	echo "$GOOD" > bad.csv
	refused 65 "bad\.csv:1: no column 'code'" --daily bad.csv
	days "$GOOD" | cut -d, -f1-5,7 > bad.csv
	refused 65 "bad\.csv:1: no column 'close'" --daily bad.csv
	days "$GOOD" > bad.csv
	refused 65 "bad\.csv:1: no column 'time'" --minute bad.csv
	minutes > bad.csv
	refused 65 'bad\.csv:1: it has minutes, not days' --daily bad.csv
	days "$GOOD" | sed 's/open/close/' > bad.csv
	refused 65 "bad\.csv:1: two columns 'close'" --daily bad.csv
	echo date > bad.csv
	refused 65 "no column 'is_open'" --calendar bad.csv
	echo code > bad.csv
	refused 65 "no column 'name'" --stocks bad.csv
}

@test "bytes that are no CSV" {
	days "$GOOD" '"005930,20180118,1,1,1,1,1' > bad.csv
	refused 65 'bad\.csv:3: a quote opened here is never closed' \
	    --daily bad.csv
	days "$GOOD" '005930,2018"0118,1,1,1,1,1' > bad.csv
	refused 65 'bad\.csv:3: a stray quote' --daily bad.csv
	{ days "$GOOD"; printf '005930,\0,1,1,1,1,1\n'; } > bad.csv
	refused 65 'bad\.csv:3: a NUL byte' --daily bad.csv
	{ days "$GOOD"; printf '\xbb\xef,20180118,1,1,1,1,1\n'; } > bad.csv
	refused 65 'bad\.csv:3: not UTF-8' --daily bad.csv
	head -c 100000 /dev/urandom > bad.csv
	refused 65 'bad\.csv:[0-9]*: ' --daily bad.csv
	cp "$MAEMAE_DB" copy.db
	refused 65 'copy\.db:1: ' --daily copy.db
}

@test "files that cannot be read" {
	refused 65 'none\.csv: No such file' --daily none.csv
	mkdir folder
	refused 65 'folder: Is a directory' --daily folder
	# Words from outside cannot play tricks on the terminal.
	printf 'code,date,open,high,low,close,volume\n\033[2J,1,1,1,1,1,1\n' \
	    > bad.csv
	refused 65 "bad\.csv:2: code '.x1b.2J'" --daily bad.csv
}

@test "of several files the good ones before the bad one stay" {
	days "$GOOD" > a.csv
	days 000660,20180117,1,1,1,1,1 x > b.csv
	days 000270,20180117,1,1,1,1,1 > c.csv
	run --separate-stderr import-prices --daily a.csv b.csv c.csv
	fails_with 65 'b\.csv:3: .*nothing of this file was stored'
	[ "$(sql 'SELECT code FROM daily_price')" = 005930 ]
}

@test "--skip-bad stores the rest and counts" {
	days "$GOOD" x 005930,20180118,1,0,1,1,1 '005930,2"0,' "$GOOD" \
	    005930,20290103,1,1,1,1,1 005930,20180119,1,1,1,1,1 > bad.csv
	run --separate-stderr import-prices --daily --skip-bad bad.csv
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr =~ '5 bad rows left out; the first: bad.csv:3: 1 field' ]]
	[ "$(sql 'SELECT group_concat(date) FROM daily_price')" = \
	    20180117,20180119 ]
	run --separate-stderr import-prices -v --daily --skip-bad bad.csv
	[ "${#stderr_lines[@]}" -eq 7 ]
	[[ $stderr =~ 'bad.csv:5: a stray quote; left out' ]]
	# A file that is no CSV at all is not skipped.
	: > empty.csv
	refused 65 'empty\.csv:1' --daily --skip-bad empty.csv
}

@test "--dry-run looks at all and stores nothing" {
	days "$GOOD" 005930,20180118,1,1,1,1,1 > d.csv
	days "$GOOD" x > bad.csv
	before=$(dump)
	run --separate-stderr import-prices -n -f csv --daily d.csv
	silently
	[ "$output" = 'file,rows,bad
d.csv,2,0' ]
	run --separate-stderr import-prices -n --daily bad.csv
	[ "$status" -eq 65 ]
	[[ $stderr =~ 'bad.csv:3: ' ]]
	[[ ! $stderr =~ stored ]]
	run --separate-stderr import-prices -n --skip-bad --daily d.csv bad.csv
	[ "${lines[2]}" = bad.csv,1,1 ]
	[ "$(dump)" = "$before" ]
}

# ---- splits

@test "a split rescales what came before, once" {
	days 005930,20180503,2650000,2650000,2648000,2650000,100 \
	    005930,20180504,53000,53900,51800,51900,39565391 \
	    000660,20180503,83000,83000,83000,83000,1 > raw.csv
	import-prices --daily raw.csv
	minutes 005930,20180427,1530,2650000,2650000,2650000,2650000,3 |
	    import-prices --minute
	before=$(dump)
	run --separate-stderr import-prices -n --split 005930 20180504 50
	silently
	[ "${lines[1]}" = 005930,20180504,50,1,1,1,0 ]
	[ "$(dump)" = "$before" ]
	run --separate-stderr import-prices --split 005930 20180504 50
	silently
	[ "$(sql 'SELECT * FROM daily_price')" = \
	    '000660|20180503|83000|83000|83000|83000|1
005930|20180503|53000|53000|52960|53000|5000
005930|20180504|53000|53900|51800|51900|39565391' ]
	[ "$(sql 'SELECT close, volume FROM minute_price')" = '53000|150' ]
	[ "$(sql "SELECT count(*) FROM trading_log WHERE event = 'split'")" \
	    -eq 1 ]
	before=$(dump)
	run --separate-stderr import-prices --split 005930 20180504 50:1
	silently
	[ "$(dump)" = "$before" ]
	refused 64 'a split of 50 for 1 on 20180504 was recorded before' \
	    --split 005930 20180504 5
	# The file of before the split would undo it.
	refused 65 'raw\.csv:2: close 2650000 is of before the split of 20180504' \
	    --daily raw.csv
	run --separate-stderr import-prices --skip-bad --daily raw.csv
	[ "$status" -eq 0 ]
	[ "$(dump)" = "$before" ]
	# Adjusted prices go in as ever, a vendor's own rounding too.
	days 005930,20180503,53001,53001,52960,53001,5000 |
	    import-prices --daily
	[ "$(sql "SELECT close FROM daily_price WHERE code = '005930'
	    AND date = 20180503")" -eq 53001 ]
	trade-db check
}

@test "factors" {
	days 005930,20180503,1000,1000,1000,1000,60 > d.csv
	import-prices --daily d.csv
	import-prices --split 005930 20180504 3:2
	import-prices --split 005930 2018-05-08 1/10
	import-prices --split 005930 20180509 1.05
	# 1000 -> 667 -> 6670 -> 6352
	[ "$(sql 'SELECT close FROM daily_price')" -eq 6352 ]
	for f in 0 -2 x 1: :2 0:1 2:0 1.00000001 1e3 '' 1800000 1:2:3; do
		refused 64 "factor '$f'" --split -- 005930 20180510 "$f"
	done
	refused 64 'a factor of 1' --split 005930 20180510 2:2
	refused 64 'code' --split 5930 20180510 2
	refused 64 'date' --split 005930 20180532 2
	refused 64 'is no session' --split 005930 20180505 2
	refused 64 'has not come yet' --now '2018-05-09 09:00' \
	    --split 005930 20180510 2
	refused 65 '000660: nothing is known of it before 20180510' \
	    --split 000660 20180510 2
	refused 64 'CODE DATE FACTOR' --split 005930 20180510
}

# ---- the call, the database, the disk

@test "wrong calls are told in one line" {
	refused 64 'want one of' d.csv
	refused 64 'want one of' --daily --minute d.csv
	refused 64 "label: 'middle'" --minute --label middle d.csv
	refused 64 'label goes with' --daily --label end d.csv
	refused 64 'skip-bad goes with' --split --skip-bad 005930 20180510 2
	refused 64 'weekly' --weekly d.csv
}

@test "a missing, foreign, damaged or newer database" {
	days "$GOOD" > d.csv
	run --separate-stderr import-prices -d none.db --daily d.csv
	fails_with 78 'none\.db: no database; run trade-db init'
	[ ! -e none.db ]
	sqlite3 other.db 'CREATE TABLE daily_price (a)'
	run --separate-stderr import-prices -d other.db --daily d.csv
	fails_with 65 'other\.db: not a maemae database'
	[ "$(sqlite3 other.db .schema)" = 'CREATE TABLE daily_price (a);' ]
	run --separate-stderr import-prices -d d.csv --daily d.csv
	fails_with 65 'd\.csv: '
	[ "$(head -n 1 d.csv)" = "$HEAD" ]
	sql 'PRAGMA user_version = 99'
	refused 78 'made by a newer maemae' --daily d.csv
}

@test "a database that cannot be written" {
	locked=$(mktemp -d)
	trade-db backup "$locked/x.db"
	days "$GOOD" > "$locked/d.csv"
	chmod 444 "$locked"/*
	chmod 555 "$locked"
	run --separate-stderr as_nobody import-prices -d "$locked/x.db" \
	    --daily "$locked/d.csv"
	chmod 755 "$locked"
	before=$(sqlite3 "$locked/x.db" 'SELECT count(*) FROM daily_price')
	rm -r "$locked"
	fails_with 1 'x\.db: '
	[ "$before" -eq 0 ]
}

@test "a full disk leaves the database as it was" {
	make-market --stocks 20 --days 500 --print daily > d.csv
	before=$(dump)
	run --separate-stderr with_file_limit 300 import-prices --daily d.csv
	fails_with 1 'maemae\.db: '
	[ "$(dump)" = "$before" ]
	trade-db check
	run --separate-stderr import-prices --daily d.csv
	silently
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 10000 ]
}

@test "killed in the middle, nothing is stored" {
	make-market --stocks 200 --days 900 --print daily > d.csv
	import-prices --daily d.csv &
	sleep 0.1
	kill -9 $!
	wait $! || true
	n=$(sql 'SELECT count(*) FROM daily_price')
	[ "$n" -eq 0 ] || [ "$n" -eq 180000 ]
	trade-db check
	import-prices --daily d.csv
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 180000 ]
}

@test "two imports at once both arrive" {
	make-market --seed 1 --stocks 20 --days 300 --print daily > a.csv
	sed 's/^0/1/' a.csv > b.csv
	import-prices --daily a.csv &
	import-prices --daily b.csv
	wait $!
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 12000 ]
}

@test "a dry run that cannot be printed is no success" {
	days "$GOOD" > d.csv
	run bash -c 'import-prices -n --daily d.csv > /dev/full'
	[ "$status" -eq 1 ]
}

# ---- real files

@test "real days of KRX" {
	for f in 000270 000660 003550 005380 005490 005930 009150 015760 \
	    017670 035420 035720 069500 114800 229200; do
		f=$(shared "krx_daily_$f.csv") || skip 'no real days here'
		run --separate-stderr import-prices --daily "$f"
		silently
		run --separate-stderr import-prices -v --daily "$f"
		[[ $stderr =~ ': 0 new, 0 changed, '$(($(wc -l < "$f") - 1))' ' ]]
	done
	[ "$(sql 'SELECT count(*) FROM daily_price WHERE volume = 0')" -gt 0 ]
}

@test "real minutes of CREON, named by their end" {
	f=$(shared krx_minute_005930_201801.csv) || skip 'no real minutes here'
	refused 65 ':94: 1520 is no minute of 20180117.*--label end' \
	    --minute "$f"
	run --separate-stderr import-prices --minute --label end "$f"
	silently
	[ "$(sql 'SELECT count(*) FROM minute_price')" -eq 5428 ]
	[ "$(sql "SELECT min(time), max(time), count(*) FROM minute_price
	    WHERE date = 20180118")" = '900|1530|381' ]
	# The minutes of a day make its bar.
	d=$(shared krx_daily_005930_raw2016_2018.csv) || skip 'no raw days'
	import-prices --daily "$d"
	[ "$(sql "SELECT count(*) FROM daily_price d JOIN (SELECT date,
	    max(high) AS high, min(low) AS low FROM minute_price
	    WHERE date >= 20180118 GROUP BY date) m ON m.date = d.date
	    AND m.high = d.high AND m.low = d.low")" -eq 14 ]
}

@test "a stock that no file names is taxed as a KOSPI share, a fund is not" {
	printf '%s\n' "$HEAD" 005930,2025-03-10,10000,10000,10000,10000,1000 \
	    005930,2025-03-11,10000,10000,10000,10000,1000 \
	    005930,2025-03-12,10000,10000,10000,10000,1000 \
	    005930,2025-03-13,10000,10100,10000,10100,1000 \
	    005930,2025-03-14,10100,10200,10000,10000,1000 \
	    005930,2025-03-17,10000,10000,9000,9000,1000 \
	    005930,2025-03-18,9000,9000,9000,9000,1000 > d.csv
	import-prices --daily d.csv
	[ "$(sql 'SELECT count(*) FROM stock_info')" -eq 0 ]
	tax()
	{
		backtest --daily sma:short=1,long=2 --minute open_minute \
		    --costs krx --trades t.csv > /dev/null
		awk -F, '$4 == "sell" { print ($8 > 0) }' t.csv
	}
	[ "$(tax)" = 1 ]
	printf 'code,market\n005930,KOSDAQ\n' | import-prices --stocks
	[ "$(tax)" = 1 ]
	printf 'code,market\n005930,ETF\n' | import-prices --stocks
	[ "$(tax)" = 0 ]
}

@test "dollars are refused" {
	f=$(shared us_daily_GOOG.csv) || skip 'no such days here'
	refused 65 ':2: ' --daily "$f"
}

# ---- the manual page

@test "its examples run" {
	make-market --stocks 1 --days 2 --from 20180502 --print daily |
	    sed 's/^[0-9A-Z]*/005930/; 1s/.*/'"$HEAD"'/' > daily_price.csv
	minutes 005930,20180117,0901,1,1,1,1,1 > creon.csv
	printf 'date,is_holiday\n20180117,0\n' > market_calendar.csv
	printf 'stock_code,stock_name\nA005930,x\n' > stock_info.csv
	man=$ROOT/docs/man/import-prices.1
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$man" |
	    sed 's/\\e/\\/g' > examples
	[ "$(wc -l < examples)" -eq 14 ]
	run --separate-stderr bash -eux -o pipefail examples
	echo "$stderr"
	[ "$status" -eq 0 ]
	[ "$(sql "SELECT group_concat(code || market) FROM stock_info
	    WHERE code IN ('035720', '247540', '069500')")" = \
	    035720KOSPI,069500ETF,247540KOSDAQ ]
}

@test "its manual page names every option, and mandoc is content" {
	man=$ROOT/docs/man/import-prices.1
	mandoc -T lint -W warning "$man"
	for o in $(import-prices --help | sed -n 's/.*  --\([a-z-]*\).*/\1/p'); do
		grep -q -- "-$o" "$man"
	done
}
