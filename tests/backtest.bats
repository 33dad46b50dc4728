#!/usr/bin/env bats
# backtest: trades on prices small enough to reckon by hand, and the reference
# runs of other backtesters on real prices.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	new_db
}

# days CODE VOLUME OPEN,HIGH,LOW,CLOSE...: sessions from 2025-03-10 on
days()
{
	local code=$1 volume=$2 d
	local -a date=(20250310 20250311 20250312 20250313 20250314 20250317
	    20250318 20250319 20250320 20250321)

	shift 2
	{
		echo code,date,open,high,low,close,volume
		for d in "${date[@]}"; do
			[ $# -gt 0 ] || break
			echo "$code,$d,$1,$volume"
			shift
		done
	} | import-prices --daily
}

# A fall, a rise and so a buy at 10100 on the 13th; what comes then is given.
bought()
{
	days 005930 100000 10000,10000,10000,10000 9900,9900,9900,9900 \
	    9900,10000,9900,10000 "$@"
}

UPS=(--daily sma:short=1,long=2 --codes 005930 --bars daily)
# ... and no sell but by a stop
HOLD=min_position_period=100

# trades OPTION...: what was traded, without the header
trades()
{
	backtest "${UPS[@]}" --trades trades.csv "$@" > out
	sed 1d trades.csv
}

# ---- by hand: days by daily bars (T10, T15, T16) -----------------------------

@test "a buy goes to the opening auction, sized at its limit" {
	bought 10100,10200,10000,10200
	# 1,000,000 / (10000 + 3 %) = 97 shares, at the open's price
	[ "$(trades)" = '20250313,0900,005930,buy,97,10100,0,0,buy at the open' ]
}

@test "an open above the limit buys nothing" {
	bought 10310,10400,10000,10200
	[ -z "$(trades)" ]
	[ "$(cat trades.csv)" = date,time,code,side,quantity,price,commission,tax,reason ]
}

@test "a tenth of the volume is filled, the rest is taken back" {
	days 005930 500 10000,10000,10000,10000 9900,9900,9900,9900 \
	    9900,10000,9900,10000 10100,10200,10000,10200 \
	    10200,10300,10200,10300
	[ "$(trades)" = '20250313,0900,005930,buy,50,10100,0,0,buy at the open' ]
}

@test "a day without volume fills nothing" {
	bought 10100,10200,10000,10200
	sql 'UPDATE daily_price SET volume = 0 WHERE date = 20250313'
	[ -z "$(trades)" ]
}

@test "open_minute: a stop is judged on the close and sold at the next open" {
	bought 10100,10200,9500,10200 10200,10200,9000,9500 9400,9450,9300,9450
	# 9400 less 0.04 % is 9396.24; 0.16 % of 97 * 9396 is 1458.25
	[ "$(trades --stops stop_loss_ratio=-5,$HOLD | sed 1d)" = \
	    '20250317,0900,005930,sell,97,9396,1458,0,stop-loss' ]
}

@test "open_minute: a day that only dips below the stop is no stop" {
	bought 10100,10200,9500,10200 10200,10200,9000,9700 9400,9700,9300,9700
	[ -z "$(trades --stops stop_loss_ratio=-5,$HOLD | sed 1d)" ]
}

in_day()
{
	trades --minute pass_minute \
	    --stops stop_loss_ratio=-5,take_profit_ratio=5,$HOLD | sed 1d
}

@test "pass_minute: a stop inside the day sells at the stop, not on entry's day" {
	bought 10100,10200,9500,10200 10200,10200,9000,9700
	# 10100 - 5 % is 9595, less 0.04 % is 9591.16
	[ "$(in_day)" = '20250314,1530,005930,sell,97,9591,1488,0,stop-loss' ]
}

@test "pass_minute: a gap through the stop sells at the open" {
	bought 10100,10200,9500,10200 9500,9700,9300,9700
	[ "$(in_day)" = '20250314,1530,005930,sell,97,9496,1473,0,stop-loss' ]
}

@test "pass_minute: the target sells at the target, without slippage" {
	bought 10100,10200,9500,10200 10200,10700,10000,10200
	[ "$(in_day)" = '20250314,1530,005930,sell,97,10605,1645,0,take-profit' ]
}

@test "pass_minute: a gap over the target sells at the open" {
	bought 10100,10200,9500,10200 10800,10900,10700,10700
	[ "$(in_day)" = '20250314,1530,005930,sell,97,10800,1676,0,take-profit' ]
}

@test "pass_minute: the stop comes before the target" {
	bought 10100,10200,9500,10200 10200,10700,9000,10200
	[ "$(in_day)" = '20250314,1530,005930,sell,97,9591,1488,0,stop-loss' ]
}

# ---- files ------------------------------------------------------------------

@test "--equity has a row for each session" {
	bought 10100,10200,10000,10200 10200,10300,10200,10300
	backtest "${UPS[@]}" --equity equity.csv > out
	[ "$(cat equity.csv)" = "date,cash,holdings,total
20250310,10000000,0,10000000
20250311,10000000,0,10000000
20250312,10000000,0,10000000
20250313,9020300,989400,10009700
20250314,9020300,999100,10019400" ]
	[ "$(cut -d, -f1-6 out)" = "strategy,from,to,sessions,start,final
sma,20250310,20250314,5,10000000,10019400" ]
	[ "$(cut -d, -f16,17,25,26 out)" = 'trades,fills,commission,tax
0,1,0,0' ]
}

@test "--trades - and --equity - write to stdout" {
	bought 10100,10200,10000,10200
	backtest "${UPS[@]}" --trades - --equity - > out
	[ "$(sed -n 1p out)" = date,time,code,side,quantity,price,commission,tax,reason ]
	[ "$(sed -n 3p out)" = date,cash,holdings,total ]
	[[ $(sed -n 8p out) == strategy,from,* ]]
}

@test "a file that cannot be written leaves the old one" {
	bought 10100,10200,10000,10200
	run --separate-stderr backtest "${UPS[@]}" --trades no/such/folder.csv
	fails_with 1 'no/such/folder.csv: No such file'
	mkdir d
	echo old > d/t.csv
	chmod 555 d
	as_nobody true
	run --separate-stderr as_nobody backtest "${UPS[@]}" --trades d/t.csv
	chmod 755 d
	[ "$status" -eq 1 ]
	[ "$(cat d/t.csv)" = old ]
}

@test "dry, it writes neither files nor rows" {
	bought 10100,10200,10000,10200
	before=$(dump)
	run --separate-stderr backtest "${UPS[@]}" --trades t.csv \
	    --equity e.csv --save --dry-run
	silently
	[ "${#lines[@]}" -eq 2 ]
	[ ! -e t.csv ]
	[ ! -e e.csv ]
	[ "$(dump)" = "$before" ]
}

@test "--save keeps the run, its trades and its measures" {
	bought 10100,10200,9500,10200 10200,10200,9000,9500 9400,9450,9300,9450
	trades --stops stop_loss_ratio=-5,$HOLD --save > saved
	export-csv backtest > runs
	[ "$(sed -E 's/"[^"]*"/x/g' runs | tail -n 1 | cut -d, -f1,2,7-13)" = \
	    '1,sma,20250310,20250317,10000000,9930254,2,1,0' ]
	[ "$(export-csv backtest --run 1 | sed 1d | cut -d, -f1,2,4-9,11)" = \
	    "$(cat saved)" ]
	trades --save > /dev/null
	[ "$(export-csv backtest | wc -l)" -eq 3 ]
}

# ---- costs -------------------------------------------------------------------

# costs OPTION...: quantity, price, commission, tax of the buy and the sell
costs()
{
	bought 10100,10200,9500,10200 10200,10200,9000,9500 9400,9450,9300,9450
	trades --stops stop_loss_ratio=-5,$HOLD "$@" | cut -d, -f5-8 |
	    tr '\n' ' '
}

@test "costs by name" {
	[ "$(costs)" = '97,10100,0,0 97,9396,1458,0 ' ]
	[ "$(costs --costs owner)" = '97,10100,0,0 97,9396,1458,0 ' ]
	[ "$(costs --costs none)" = '97,10100,0,0 97,9400,0,0 ' ]
	# 0.015 % of 979700 is 146.9, of 911800 136.8; 0.15 % of that 1367.7
	[ "$(costs --costs krx --slippage 0)" = \
	    '97,10100,146,0 97,9400,136,1367 ' ]
}

@test "rates override costs by name" {
	# 1,000,000 / (10300 + 0.1 %) is 96.99; 0.1 % of 96 * 10100 is 969.6
	[ "$(costs --commission 0.001)" = '96,10100,969,0 96,9396,902,0 ' ]
	[ "$(costs --costs none --tax 0.002)" = '97,10100,0,0 97,9400,0,1823 ' ]
	[ "$(costs --costs none --slippage 0.001)" = \
	    '97,10100,0,0 97,9391,0,0 ' ]
	[ "$(costs --costs none --tax krx)" = '97,10100,0,0 97,9400,0,1367 ' ]
}

# ---- stocks, strategies, money ------------------------------------------------

three()
{
	local c
	for c in 000270 005930 035420; do
		days $c 100000 10000,10000,10000,10000 9900,9900,9900,9900 \
		    9900,10000,9900,10000 10100,10200,10000,10200
	done
}

codes()
{
	backtest --daily sma:short=1,long=2 --bars daily --trades t.csv "$@" \
	    > out
	sed 1d t.csv | cut -d, -f3 | sort | tr '\n' ' '
}

@test "--codes and --universe choose the stocks" {
	three
	[ "$(codes)" = '000270 005930 035420 ' ]
	[ "$(codes --codes 035420,000270)" = '000270 035420 ' ]
	set-strategy gold daily=sma > out
	set-universe --strategy gold +035420 +005930 > out
	[ "$(codes --universe gold)" = '005930 035420 ' ]
	[ "$(codes --universe nobody)" = '000270 005930 035420 ' ]
}

@test "sizing by stock capital, by weight" {
	three
	sizes()
	{
		codes --codes 005930 "$@" > /dev/null
		sed 1d t.csv | cut -d, -f5
	}
	[ "$(sizes --stock-capital 103000)" = 10 ]
	[ "$(sizes --cash 2060000)" = 20 ]
	# a tenth of the cash for each of ten positions
	[ "$(sizes --cash 2060000 --sizing weight)" = 20 ]
	# all of it, at the open: 1000000 / 10100
	[ "$(sizes --cash 1000000 --sizing all --costs none)" = 99 ]
}

@test "several strategies share the cash by their weights" {
	three
	set-strategy gold daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close > out
	set-strategy silver daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close weight=3 > out
	set-universe --strategy gold +005930 > out
	set-universe --strategy silver +035420 > out
	set-limit max_order_weight=50 max_stock_weight=50 > out
	backtest --strategy silver --strategy gold --bars daily \
	    --trades t.csv > out
	# 9,500,000 * 1 / 4 / 5 = 475,000; * 3 / 4 / 5 = 1,425,000; by 10300
	[ "$(sed 1d t.csv | cut -d, -f3,5 | sort | tr '\n' ' ')" = \
	    '005930,46 035420,138 ' ]
	[[ $(sed 1d out) == gold+silver,* ]]
	# one alone has it all
	backtest --strategy gold --bars daily --trades t.csv > out
	[ "$(sed 1d t.csv | cut -d, -f3,5)" = 005930,184 ]
}

@test "a configured strategy keeps to its limits; a module has none" {
	three
	set-strategy gold daily=sma:short=1,long=2 minute=open_minute \
	    signals=prev-close max_positions=0 stock_capital=1000000 > out
	set-limit max_positions=1 > out
	backtest --strategy gold --bars daily --trades t.csv > out
	[ "$(wc -l < t.csv)" -eq 2 ]
	set-limit max_positions= max_order_weight=5 > out
	backtest --strategy gold --bars daily --trades t.csv > out
	# a twentieth of 10,000,000 by 10300
	[ "$(sed 1d t.csv | cut -d, -f5 | uniq)" = 48 ]
	codes > /dev/null
	[ "$(sed 1d t.csv | cut -d, -f5 | uniq)" = 97 ]
}

@test "--from limits trading, not history; dates are clipped to the data" {
	three
	[ "$(codes --from 20250313 --codes 005930)" = '005930 ' ]
	[ "$(cut -d, -f2-4 out | tail -n 1)" = 20250313,20250313,1 ]
	[ -z "$(codes --to 2025-03-12 --codes 005930)" ]
	[ "$(codes --from 19900101 --to 20301231 --codes 005930)" = '005930 ' ]
	[ "$(cut -d, -f2-4 out | tail -n 1)" = 20250310,20250313,4 ]
}

# ---- sweeps -------------------------------------------------------------------

@test "a sweep: best first, each row as a run of its own, whatever the jobs" {
	make-market --seed 3 --stocks 4 --days 120 --dir .
	import-prices --daily daily.csv
	backtest --daily sma --sweep short=2:6:2 --sweep long=10:20:5 \
	    --jobs 1 > one
	backtest --daily sma --sweep short=2:6:2 --sweep long=10:20:5 \
	    --jobs 2 > two
	cmp one two
	[ "$(wc -l < one)" -eq 10 ]
	[[ $(head -n 1 one) == strategy,short,long,from,to,sessions,* ]]
	sed 1d one | cut -d, -f9 > returns
	sort -gr returns | cmp - returns
	sed 1d one | while IFS=, read -r _ s l rest; do
		run backtest --daily "sma:short=$s,long=$l"
		[ "${lines[1]}" = "sma,$rest" ]
	done
}

@test "a sweep tries minute parameters and settings too" {
	bought 10100,10200,9500,10200 10200,10200,9000,9500 9400,9450,9300,9450
	backtest "${UPS[@]}" --stops $HOLD --sweep max_rise=0:3:1.5 \
	    --sweep stop_loss_ratio=-10:-5:5 > out
	[ "$(cut -d, -f2,3,7,8 out | tail -n +2 | sort -t, -k1,1n -k2,2n)" = \
	    "0,-10,10000000,10000000
0,-5,10000000,10000000
1.5,-10,10000000,$((10000000 + 98 * (9450 - 10100)))
1.5,-5,10000000,$((10000000 + 98 * (9396 - 10100) - 1473))
3,-10,10000000,$((10000000 + 97 * (9450 - 10100)))
3,-5,10000000,$((10000000 + 97 * (9396 - 10100) - 1458))" ]
}

@test "a table of a sweep shows whole parameters whole" {
	bought 10100,10200,10000,10200
	backtest "${UPS[@]}" -f table --sweep short=1:1:1 \
	    --sweep max_rise=1:1.5:0.5 > out
	sed 1d out | grep -q '^sma  *1  *1\.50 '
	! grep -q ' 1\.00  *1\.' out
}

@test "wrong sweeps" {
	bought 10100,10200,10000,10200
	for s in short short=1 short=1:2 short=1:2:0 short=2:1:1 short=a:b:c \
	    short=1:2:-1 =1:2:1; do
		refuses 64 "k=from:to:step" backtest "${UPS[@]}" --sweep "$s"
	done
	refuses 64 shrt backtest "${UPS[@]}" --sweep shrt=1:2:1
	refuses 64 short backtest "${UPS[@]}" --sweep short=0:2:1
	refuses 64 '--sweep: short is given twice' backtest "${UPS[@]}" \
	    --sweep short=1:2:1 --sweep short=3:4:1
	refuses 64 '10 million' backtest "${UPS[@]}" \
	    --sweep short=1:1000:1 --sweep long=1:1000:0.01
	refuses 64 'one run' backtest "${UPS[@]}" --sweep short=1:2:1 --save
	refuses 64 'one run' backtest "${UPS[@]}" --sweep short=1:2:1 --trades t
	refuses 64 jobs backtest "${UPS[@]}" --sweep short=1:2:1 --jobs 0
}

# ---- what is wrong --------------------------------------------------------------

@test "mistakes in the call" {
	three
	set-strategy gold daily=sma > out
	refuses 64 from backtest --daily sma --from 20250230
	refuses 64 from backtest --daily sma --from yesterday
	refuses 64 'before --from' backtest --daily sma --from 20250313 \
	    --to 20250312
	refuses 64 shrot backtest --daily sma:shrot=5
	refuses 64 short backtest --daily sma:short=0
	refuses 64 short backtest --daily sma:short=five
	refuses 64 'what to test' backtest
	refuses 64 'exclude' backtest --daily sma --strategy gold
	refuses 64 'no such strategy' backtest --strategy silver
	refuses 64 twice backtest --strategy gold --strategy gold
	refuses 64 configuration backtest --strategy gold --sizing weight
	refuses 64 configuration backtest --strategy gold --stock-capital 1
	refuses 64 configuration backtest --strategy gold --minute pass_minute
	refuses 64 bars backtest --daily sma --bars weekly
	refuses 64 'needs minute bars' backtest --daily sma \
	    --minute rsi_minute --bars daily
	refuses 64 sizing backtest --daily sma --sizing none
	refuses 64 sizing backtest --daily sma --sizing all --stock-capital 1
	refuses 64 cash backtest --daily sma --cash 0
	refuses 64 cash backtest --daily sma --cash 1.5
	refuses 64 costs backtest --daily sma --costs cheap
	refuses 64 'error: commission=2: should be a fraction' \
	    backtest --daily sma --commission 2
	refuses 64 "strategy 'sma': short is given twice" \
	    backtest --daily sma:short=5,short=5
	refuses 64 tax backtest --daily sma --tax -1
	refuses 64 slippage backtest --daily sma --slippage x
	refuses 64 signals backtest --daily sma --signals weekly
	refuses 64 stops backtest --daily sma --stops stop_los=-5
	refuses 64 stops backtest --daily sma --stops stop_loss_ratio=5x
	refuses 64 'stock code' backtest --daily sma --codes A005930
	refuses 64 'stock code' backtest --daily sma --codes 005930,
	refuses 64 twice backtest --daily sma --codes 005930,005930
	refuses 64 'exclude' backtest --daily sma --codes 005930 \
	    --universe gold
	refuses 64 argument backtest sma
	bad_options backtest
}

@test "modules that cannot be used" {
	three
	refuses 78 nosuch backtest --daily nosuch
	refuses 64 'never a path' backtest --daily ../sma
	refuses 78 nosuch backtest --daily sma --minute nosuch
	# a minute module is no daily one
	refuses 64 open_minute backtest --daily open_minute
	refuses 64 sma backtest --daily sma --minute sma
	echo 'not a module' > notso.so
	MAEMAE_STRATEGIES=$PWD refuses 78 notso backtest --daily notso
}

@test "no prices, none of these stocks, no database" {
	refuses 78 'import-prices' backtest --daily sma
	three
	refuses 78 '000660' backtest --daily sma --codes 000660,005930
	bad_databases backtest --daily sma
}

@test "a database that may not be written is enough" {
	three
	run --separate-stderr locked backtest --daily sma --bars daily
	silently
	[ "${#lines[@]}" -eq 2 ]
}

@test "table, CSV and JSON say the same" {
	bought 10100,10200,10000,10200
	[ "$(backtest "${UPS[@]}" -f json | sed 1d | head -n 1 | cut -c1-60)" = \
	    '{"strategy":"sma","from":"20250310","to":"20250313","session' ]
	backtest "${UPS[@]}" -f table > out
	grep -qE '^final +10,009,700$' out
	grep -qE '^total_return +0\.10 %$' out
}

# ---- real prices -----------------------------------------------------------------

@test "sma on 005930, 2001 to 2023" {
	f=$(shared krx_daily_005930.csv) || skip "$f"
	import-prices --daily "$f"
	run --separate-stderr backtest --daily sma:short=5,long=20 \
	    --bars daily --from 20010101 --to 20231231 --trades t.csv \
	    --equity e.csv
	silently
	[[ ${lines[1]} == sma,20010102,20231222,5679,10000000,* ]]
	IFS=, read -r _ _ _ _ _ final _ <<< "${lines[1]}"
	[ "$(tail -n 1 e.csv | cut -d, -f4)" -eq "$final" ]
	# cash is what was there, less buys, plus sells, less costs
	awk -F, 'NR == FNR { if (FNR > 1) {
		a = $5 * $6; cash += ($4 == "buy" ? -a : a) - $7 - $8 }; next }
	    { last = $2 } END { exit last != 10000000 + cash }' t.csv e.csv
	[ "$(sed 1d e.csv | wc -l)" -eq 5679 ]
	awk -F, 'NR > 1 && $4 != $2 + $3' e.csv | wc -l | grep -qx 0
}

# reference RUN CODE: the run of other backtesters, from the same prices
reference()
{
	local f t e
	f=$(shared "krx_daily_$2.csv") || skip "$f"
	t=$(shared "oracle_backtest_$1_trades.csv") || skip "$t"
	e=$(shared "oracle_backtest_$1_equity.csv") || skip "$e"
	awk -F, 'NR == 1 || $7 > 0' "$f" | import-prices --daily
	backtest --daily sma:short=5,long=20 --sizing all --costs none \
	    --commission 0.0015 --trades t.csv --equity e.csv > out
	sed 1d "$t" > want_t
	sed 1d "$e" > want_e
	sed 1d t.csv | awk -F, -v OFS=, '{ print $1,$3,$4,$6,$5,$7 }' > got_t
}

@test "reference run, costs floored: 005930 to the won" {
	reference sma5_20_005930_wonfloor 005930
	diff got_t want_t
	# its file has no rows for sessions without a price
	sed 1d e.csv | cut -d, -f1,2,4 > got_e
	cut -d, -f1,2,4 want_e | while IFS= read -r row; do
		grep -qxF "$row" got_e || { echo "$row"; exit 1; }
	done
}

# Where the others keep fractions of a won, ours may lose one a fill, and
# cannot buy a share more for it: trades agree in date, side and price.
fractions()
{
	local off

	reference "$@"
	cut -d, -f1-4 got_t | diff - <(cut -d, -f1-4 want_t)
	off=$(paste -d, got_t want_t | awk -F, '{ d = $5 - $11
	    if (d < 0) d = -d; if (d > m) m = d } END { print m + 0 }')
	[ "$off" -le 1 ]
	# within a thousandth at the end
	paste -d, <(tail -n 1 e.csv | cut -d, -f4) \
	    <(tail -n 1 want_e | cut -d, -f4) | awk -F, '{ d = $1 / $2 - 1
	    exit d > 0.001 || d < -0.001 }'
}

@test "reference run: 005930" { fractions sma5_20_005930 005930; }
@test "reference run: 005380" { fractions sma5_20_005380 005380; }
@test "reference run: 069500" { fractions sma5_20_069500 069500; }

# ---- the page --------------------------------------------------------------------

@test "the examples of the page run" {
	make-market --stocks 3 --days 60 --dir .
	import-prices --daily daily.csv
	page_examples backtest > examples
	[ "$(wc -l < examples)" -ge 3 ]
	while read -r line; do
		eval "$line"
	done < examples > out
	[ -s trades.csv ]
	[ -s equity.csv ]
}
