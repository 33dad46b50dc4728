#!/usr/bin/env bats
# sync-account: the first run, trades by hand, money in and out, orders whose
# answer was lost.

load helper
load live

setup_file() { live_build; }
setup() { live_market; }

# What the book holds: strategy, code, shares.
held()
{
	sql 'SELECT strategy, code, sum(quantity) FROM lot GROUP BY 1, 2
	    ORDER BY 1, 2'
}

cash()
{
	sql 'SELECT balance FROM cash_ledger ORDER BY id DESC LIMIT 1'
}

# by_hand TIME COMMAND...: the person at the paper broker
by_hand()
{
	local t=$1
	shift
	paper-broker --now "$DAY $t" "$@" > out.hand
}

# Fifty of 005930 bought by gold at 09:05.
bought()
{
	at 08:20 sync-account
	strategy gold buy=005930
	minute 09:05
	strategy gold until=0
	minute 09:06
	[ "$(held)" = 'gold|005930|50' ]
}

# sync TIME: what it prints, without the header, the day and the time
sync()
{
	at "$1" sync-account 2> err | sed 1d | cut -d, -f3-
}

# ---- the first run (T24) ----------------------------------------------------------

@test "an empty account is read, and trading may begin" {
	silent at 08:20 sync-account
	[ "$(cash)" -eq 10000000 ]
	[ "$(sql 'SELECT kind FROM cash_ledger')" = opening ]
	[ -z "$(sql 'SELECT 1 FROM halt')" ]
	silent at 08:21 sync-account
	[ "$(sql 'SELECT count(*) FROM cash_ledger')" -eq 1 ]
}

@test "shares that are there are MANUAL, and entries wait for --accept" {
	by_hand 08:00 hold 005930 10 90000
	run --separate-stderr at 08:20 sync-account
	[ "$status" -eq 0 ]
	[ "$output" = "day,time,kind,code,book,broker,difference,action
20250314,0820,shares,005930,0,10,10,MANUAL" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'entries are off until sync-account --accept'* ]]
	[ "$(held)" = 'MANUAL|005930|10' ]
	[ "$(sql 'SELECT cost FROM lot')" -eq 90000 ]
	strategy gold buy=035420
	minute 09:05
	[ -z "$(orders)" ]
	[ "$(waits)" = 'pending: entries are halted' ]
	silent at 09:06 sync-account --accept
	[ -z "$(sql 'SELECT 1 FROM halt')" ]
	[ "$(held)" = 'MANUAL|005930|10' ]
	minute 09:06
	[ "$(orders)" = '1 buy 50 0 open' ]
	trade-db check
}

@test "--accept at the first run is enough" {
	by_hand 08:00 hold 005930 10 90000
	at 08:20 sync-account --accept > out
	[ "$(held)" = 'MANUAL|005930|10' ]
	[ -z "$(sql 'SELECT 1 FROM halt')" ]
	silent at 08:21 sync-account --check
}

@test "a person's own halt is not lifted by --accept" {
	at 08:20 sync-account
	halt-trading > out
	silent at 08:21 sync-account --accept
	[ "$(sql 'SELECT reason FROM halt')" = 'by hand' ]
}

@test "no strategy, stop or liquidation sells MANUAL shares" {
	by_hand 08:00 hold 005930 10 200000
	at 08:20 sync-account --accept > out
	strategy gold sell=005930 stock_capital=500000 stop_loss_ratio=-1
	set-limit portfolio_stop_loss=-1 > out
	minutes 09:05 09:06
	halt-trading --liquidate > out
	minutes 09:07 09:08
	[ -z "$(orders)" ]
	[ "$(held)" = 'MANUAL|005930|10' ]
}

# ---- --check ------------------------------------------------------------------------

@test "--check tells a difference by its status, and changes nothing" {
	run --separate-stderr at 08:20 sync-account --check
	[ "$status" -eq 2 ]
	[ "${lines[1]}" = 20250314,0820,cash,,0,10000000,10000000, ]
	[ -z "$stderr" ]
	[ -z "$(cash)" ]
	at 08:20 sync-account
	silent at 08:20 sync-account --check
	by_hand 08:30 hold 035420 7 70000
	by_hand 08:30 deposit 5000
	before=$(dump)
	run --separate-stderr at 08:31 sync-account --check
	[ "$status" -eq 2 ]
	[ "$output" = "day,time,kind,code,book,broker,difference,action
20250314,0831,shares,035420,0,7,7,
20250314,0831,cash,,10000000,10005000,5000," ]
	[ "$(dump)" = "$before" ]
	run --separate-stderr at 08:31 sync-account --check -f json
	[ "$status" -eq 2 ]
	[[ $output == *'"code":"035420"'* ]]
}

@test "differences gather in one file, each with its time" {
	at 08:20 sync-account
	by_hand 08:30 hold 035420 7 70000
	for t in 08:31 08:32; do
		at $t sync-account >> drift.log 2> err
	done
	[ "$(cut -d, -f1-5 drift.log)" = 'day,time,kind,code,book
20250314,0831,shares,035420,0
20250314,0832,shares,035420,0' ]
}

@test "dry, nothing is written" {
	at 08:20 sync-account
	by_hand 08:30 hold 035420 7 70000
	by_hand 08:30 deposit 5000
	before=$(dump)
	for how in '' --accept; do
		run --separate-stderr at 08:31 sync-account -n $how
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 3 ]
		[ "$(dump)" = "$before" ]
	done
}

# ---- shares traded by hand -----------------------------------------------------------

@test "shares sold by hand are found, stand a minute, and leave the oldest lots" {
	bought
	by_hand 09:07 sell 005930 5
	[ "$(sync 09:08 | cut -d, -f1-5 | head -n 1)" = shares,005930,50,45,-5 ]
	[[ $(cat err) == *'005930: the broker has 45, the book 50'* ]]
	[ "$(held)" = 'gold|005930|50' ]
	# half a minute later is too soon
	sync 09:08:30 > out
	[ "$(held)" = 'gold|005930|50' ]
	# entries in the stock are closed until it is settled
	strategy box buy=005930 stock_capital=500000 shared=yes
	minute 09:08 2> err
	[ "$(sql "SELECT reason FROM current_signals
	    WHERE strategy = 'box'")" = 'entries in the stock are halted' ]
	set-strategy box --off > out
	sync 09:09 > out
	[ "$(cut -d, -f1-6 out | head -n 1)" = \
	    shares,005930,50,45,-5,repaired ]
	[ "$(held)" = 'gold|005930|45' ]
	[ "$(sql 'SELECT cost FROM lot')" -eq 450000 ]
	[ "$(sql "SELECT state, name FROM drift WHERE kind = 'shares'")" = \
	    'repaired|traded by hand' ]
	[ "$(sql "SELECT quantity FROM trading_log WHERE event = 'drift'
	    AND code = '005930'" | tr '\n' ' ')" = '-5 -5 ' ]
	silent at 09:10 sync-account --check
	trade-db check
}

@test "sold by hand: MANUAL first, then the oldest lots" {
	by_hand 08:00 hold 005930 15 150000
	at 08:20 sync-account --accept > out
	strategy gold buy=005930
	minutes 09:05 09:06
	strategy gold until=0
	strategy box buy=005930 stock_capital=300000 shared=yes
	minutes 09:07 09:08
	strategy box until=0
	[ "$(held)" = 'MANUAL|005930|15
box|005930|30
gold|005930|50' ]
	by_hand 09:08 sell 005930 10
	sync 09:09 > out
	sync 09:10 > out
	[ "$(held)" = 'MANUAL|005930|5
box|005930|30
gold|005930|50' ]
	by_hand 09:10 sell 005930 60
	sync 09:11 > out
	sync 09:12 > out
	# gold's lot is older than box's
	[ "$(held)" = 'box|005930|25' ]
	silent at 09:13 sync-account --check
	trade-db check
}

@test "a balance that is behind its fills takes nothing from a strategy" {
	conf 'fault = late-balance:1' 'delay_seconds = 100'
	by_hand 08:00 hold 035420 1 1000
	at 08:20 sync-account --accept > out
	strategy gold buy=005930
	minute 09:05
	strategy gold until=0
	minute 09:06
	[ "$(held)" = 'MANUAL|035420|1
gold|005930|50' ]
	# filled at 09:06, and not in the balance before 09:07:40
	[[ $(sync 09:06:20) == *shares,005930,50,0,-50,* ]]
	[[ $(sync 09:07:30) == *shares,005930,50,0,-50,* ]]
	[ "$(held)" = 'MANUAL|035420|1
gold|005930|50' ]
	sync 09:08 > out
	[ "$(sql "SELECT state FROM drift WHERE code <> ''")" = gone ]
	[ "$(held)" = 'MANUAL|035420|1
gold|005930|50' ]
	trade-db check
}

@test "shares bought by hand are MANUAL" {
	bought
	by_hand 09:07 buy 035420 5
	sync 09:08 > out
	[ "$(held)" = 'gold|005930|50' ]
	sync 09:09 > out
	[ "$(held)" = 'MANUAL|035420|5
gold|005930|50' ]
	[ "$(sql "SELECT cost FROM lot WHERE code = '035420'")" -eq 50020 ]
	trade-db check
}

@test "a difference that is gone again is forgotten" {
	bought
	by_hand 09:07 hold 035420 5 50000
	sync 09:08 > out
	[ "$(sql 'SELECT state FROM drift')" = seen ]
	by_hand 09:08 hold 035420 0
	silent at 09:10 sync-account
	[ "$(sql 'SELECT state FROM drift')" = gone ]
	[ "$(held)" = 'gold|005930|50' ]
}

@test "a difference that changes begins its minute anew" {
	bought
	by_hand 09:07 hold 035420 5 50000
	sync 09:08 > out
	by_hand 09:08 hold 035420 6 60000
	sync 09:10 > out
	sync 09:10:20 > out
	[ "$(held)" = 'gold|005930|50' ]
	sync 09:11 > out
	[ "$(held)" = 'MANUAL|035420|6
gold|005930|50' ]
}

@test "--accept takes a difference at once" {
	bought
	by_hand 09:07 sell 005930 20
	run --separate-stderr at 09:08 sync-account --accept
	[ "$status" -eq 0 ]
	[ "$(held)" = 'gold|005930|30' ]
	silent at 09:09 sync-account --check
	trade-db check
}

@test "a sell that was planned of shares that went is not sent" {
	bought
	by_hand 09:07 sell 005930 20
	# A pass of 09:08 has planned it and not yet come to sending it.
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'gold', '005930', 'sell', 'stop', 1, 0, 50,
	    908, 908, '2025-03-14T09:08:00+09:00',
	    '2025-03-14T09:08:00+09:00')"
	at 09:08:10 sync-account --accept > out 2> err
	[ "$(held)" = 'gold|005930|30' ]
	[ "$(sql "SELECT state FROM orders WHERE side = 'sell'")" = expired ]
	grep 'order 2: .*its shares are not all there any more' err
	trade-db check
}

@test "an empty answer is no empty account, until a person says so" {
	bought
	by_hand 09:07 hold 005930 0
	for t in 09:08 09:09 09:12; do
		sync $t > out
		[ "$(held)" = 'gold|005930|50' ]
	done
	[ "$(sql 'SELECT name FROM alert WHERE cleared_at IS NULL')" = \
	    'empty account' ]
	at 09:13 sync-account --accept > out
	[ -z "$(held)" ]
	silent at 09:14 sync-account
	[ -z "$(sql 'SELECT 1 FROM alert WHERE cleared_at IS NULL')" ]
}

@test "an order that works is no difference" {
	at 08:20 sync-account
	strategy gold buy=005930
	sql 'UPDATE minute_price SET volume = 100'
	minutes 09:05 09:07
	silent at 09:07 sync-account
	silent at 09:08 sync-account
	[ "$(sql 'SELECT count(*) FROM drift')" -eq 0 ]
	# it books the fills itself
	[ "$(orders)" = '1 buy 50 30 part' ]
	PAPER_AT=09:08 same_books
}

# ---- money in and out (T25) -------------------------------------------------------------

@test "a deposit is seen twice, and may be spent from the next session on" {
	at 08:20 sync-account
	by_hand 08:25 deposit 3000000
	[[ $(sync 08:26) == cash,,10000000,13000000,3000000,* ]]
	[ "$(cash)" -eq 10000000 ]
	[ "$(sync 08:27)" = cash,,10000000,13000000,3000000,deposit ]
	[ "$(cash)" -eq 13000000 ]
	[ "$(sql 'SELECT amount, counts_from, note FROM transfer')" = \
	    '3000000|20250317|deposit' ]
	[ "$(sql 'SELECT state, name FROM drift')" = 'repaired|deposit' ]
	set-limit max_exposure=off max_order_weight=off max_stock_weight=off > out
	strategy gold buy=005930 stock_capital=100000000
	sql 'UPDATE minute_price SET volume = 1000000'
	minutes 09:05 09:06
	# 10,000,000 by 10020
	[ "$(orders)" = '1 buy 998 998 filled' ]
	trade-db check
}

@test "a withdrawal binds at once, and is no loss" {
	at 08:20 sync-account
	set-strategy gold daily=say:buy=005930 > out
	minute 09:00
	by_hand 09:01 withdraw 5000000
	sync 09:02 > out
	[[ $(sync 09:03) == *,withdrawal ]]
	[ "$(sql 'SELECT amount, counts_from FROM transfer')" = \
	    '-5000000|20250314' ]
	[ "$(cash)" -eq "$(PAPER_AT=09:03 paper cash | cut -d, -f1)" ]
	minute 09:04
	[ "$(sql 'SELECT loss_stop FROM session_state')" -eq 0 ]
	[ "$(sql 'SELECT start_equity FROM session_state')" -eq 5000000 ]
}

@test "less than a thousand won is a rounding of fees" {
	at 08:20 sync-account
	by_hand 08:25 withdraw 999
	sync 08:26 > out
	[ "$(sync 08:27)" = 'cash,,10000000,9999001,-999,fee rounding' ]
	[ "$(sql 'SELECT count(*) FROM transfer')" -eq 0 ]
	[ "$(sql 'SELECT kind FROM cash_ledger ORDER BY id DESC LIMIT 1')" = fee ]
}

@test "much money unexplained stops entries, little does not" {
	at 08:20 sync-account
	strategy gold buy=005930
	at 08:50 gen-signals > out
	by_hand 09:00 withdraw 200000
	sync 09:04 > out
	minute 09:05
	[ -z "$(orders)" ]
	[[ $(waits) == *'cash differs'* ]]
	sync 09:05 > out
	minute 09:06
	[ "$(orders)" = '1 buy 50 0 open' ]
}

# ---- --adopt ------------------------------------------------------------------------------

@test "--adopt hands MANUAL shares to a strategy, which may sell them" {
	by_hand 08:00 hold 005930 10 90001
	at 08:20 sync-account --accept > out
	strategy gold sell=005930
	silent at 08:21 sync-account --adopt 005930=gold:4
	[ "$(held)" = 'MANUAL|005930|6
gold|005930|4' ]
	[ "$(sql 'SELECT sum(cost) FROM lot')" -eq 90001 ]
	[ "$(sql "SELECT cost FROM lot WHERE strategy = 'gold'")" -eq 36000 ]
	minutes 09:05 09:06
	[ "$(orders)" = '1 sell 4 4 filled' ]
	[ "$(held)" = 'MANUAL|005930|6' ]
	same_books
}

@test "--adopt of what is not there" {
	by_hand 08:00 hold 005930 10 90000
	at 08:20 sync-account --accept > out
	strategy gold buy=035420
	before=$(sql 'SELECT * FROM lot; SELECT * FROM share_ledger')
	for a in 005930=silver:1 005930=gold:11 035420=gold:1; do
		run --separate-stderr at 08:21 sync-account --adopt $a
		fails_with 64 "${a%%[=]*}|silver"
	done
	for a in 005930 005930=gold 005930=gold: 005930=gold:0 005930=gold:x \
	    =gold:1 5930=gold:1 005930:gold=1 005930=gold:-1 ''; do
		run --separate-stderr at 08:21 sync-account --adopt "$a"
		fails_with 64 adopt
	done
	[ "$(sql 'SELECT * FROM lot; SELECT * FROM share_ledger')" = "$before" ]
	at 08:21 sync-account -n --adopt 005930=gold:1
	[ "$(sql 'SELECT * FROM lot; SELECT * FROM share_ledger')" = "$before" ]
}

# ---- --settle (T28) ----------------------------------------------------------------------------

# An order for fifty that stands as unknown, and never arrived.
unknown()
{
	at 08:20 sync-account
	strategy gold buy=005930
	by_hand 09:05 will lose-request
	minute 09:05 2> err || [ $? -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
}

# refuses_settle PATTERN COMMAND...: a person's word that cannot be.
refuses_settle()
{
	run --separate-stderr "${@:2}"
	fails_with 64 "$1"
}

@test "--settle absent: the signal waits again" {
	unknown
	refuses_settle 'may still arrive' at 09:07 sync-account \
	    --settle 1=absent
	silent at 09:07:01 sync-account --settle 1=absent
	[ "$(sql 'SELECT state, reason FROM orders')" = \
	    'expired|settled by the person' ]
	[[ $(waits) == pending:* ]]
	minutes 09:08 09:09
	[ "$(orders | tail -n 1)" = '2 buy 50 50 filled' ]
	same_books
}

@test "--settle filled: booked as the person says" {
	unknown
	silent at 09:06 sync-account --settle 1=filled:20@9990
	[ "$(sql 'SELECT state, filled, filled_won FROM orders')" = \
	    'expired|20|199800' ]
	[ "$(held)" = 'gold|005930|20' ]
	[ "$(cash)" -eq $((10000000 - 199800)) ]
	trade-db check
}

@test "--settle filled, all of it" {
	unknown
	silent at 09:06 sync-account --settle 1=filled:50@10000
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(cash)" -eq 9500000 ]
	trade-db check
}

@test "--settle of what is not so" {
	unknown
	before=$(sql 'SELECT * FROM orders; SELECT * FROM fill')
	for a in 2=absent 1=filled:51@10000 1=filled:50@10021; do
		run --separate-stderr at 09:06 sync-account --settle $a
		fails_with 64 settle
	done
	for a in 1 1= absent 1=gone 1=filled 1=filled:50 1=filled:50@ \
	    1=filled:@10000 1=filled:0@10000 1=filled:5@0 1=filled:-5@10000 \
	    0=absent x=absent =absent ''; do
		run --separate-stderr at 09:06 sync-account --settle "$a"
		fails_with 64 settle
	done
	at 09:08 sync-account -n --settle 1=absent
	[ "$(sql 'SELECT * FROM orders; SELECT * FROM fill')" = "$before" ]
	at 09:08 sync-account --settle 1=absent
	run --separate-stderr at 09:09 sync-account --settle 1=absent
	fails_with 64 'order 1'
}

@test "--settle: what the broker knows by now, no person need say" {
	at 08:20 sync-account
	strategy gold buy=005930
	sql 'UPDATE minute_price SET volume = 0 WHERE time >= 905'
	by_hand 09:05 will lose-answer
	minute 09:05 2> err || [ $? -eq 1 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	refuses_settle 'works at the broker' at 09:08 sync-account \
	    --settle 1=absent
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "--settle while the broker is away: the person's word is all there is" {
	unknown
	mkdir -p config/maemae
	printf '[paper]\nfault = down\n' > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
	run --separate-stderr at 09:08 sync-account --settle 1=absent
	[ "$status" -eq 0 ]
	[[ $stderr == *'out of reach'*'settled without its list'* ]]
	[ "$(orders)" = '1 buy 50 0 expired' ]
}

@test "--settle while another sync-account runs leaves at once" {
	unknown
	hold_lease sync-account
	run --separate-stderr at 09:08 sync-account --settle 1=absent
	[ "$status" -eq 75 ]
	[ "$(orders)" = '1 buy 50 0 unknown' ]
}

@test "an unknown order is asked of a person after five minutes, once in ten" {
	unknown
	mkdir -p config/maemae
	printf '[paper]\nfault = late-list\n' > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
	# another order of the same looks: absence would prove nothing
	sql "UPDATE orders SET sending_at = '2025-03-14T09:00:00+09:00'"
	run --separate-stderr at 09:06 sync-account
	[[ $stderr == *'sync-account --settle 1=absent or 1=filled:QTY@PRICE'* ]]
	[ "$(sql 'SELECT name FROM alert')" = 'unknown order 1' ]
}

# The clock was hours ahead as it was sent, and is right now.
@test "an unknown order of a time to come is asked of a person at once" {
	unknown
	sql "UPDATE orders SET sending_at = '2025-03-14T14:05:00+09:00',
	    changed_at = '2025-03-14T14:05:02+09:00'"
	run --separate-stderr at 09:06 sync-account
	[[ $stderr == *'sync-account --settle 1=absent or 1=filled:QTY@PRICE'* ]]
	at 09:20 sync-account 2> err || true
	[ "$(orders)" = '1 buy 50 0 unknown' ] # no clock proves it absent
	silent at 09:21 sync-account --settle 1=absent
	[ "$(orders)" = '1 buy 50 0 expired' ]
	[ -z "$(sql 'SELECT name FROM alert WHERE cleared_at IS NULL')" ]
}

@test "sync-account finds what was lost, too" {
	at 08:20 sync-account
	strategy gold buy=005930
	by_hand 09:05 will lose-answer
	minute 09:05 2> err || [ $? -eq 1 ]
	at 09:06 sync-account
	[ "$(orders)" = '1 buy 50 50 filled' ]
	PAPER_AT=09:06 same_books
}

# ---- mistakes ---------------------------------------------------------------------------------------

@test "a broker out of reach is no empty account" {
	bought
	mkdir -p config/maemae
	printf '[paper]\nfault = down\n' > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
	for i in 7 8 9; do
		run --separate-stderr at 09:0$i sync-account
		fails_with 69 'out of reach'
	done
	[ "$(held)" = 'gold|005930|50' ]
	[ "$(cash)" -eq 9500000 ]
}

@test "a second copy leaves at once and in silence" {
	hold_lease sync-account
	run --separate-stderr at 08:20 sync-account
	[ "$status" -eq 75 ]
	[ -z "$output$stderr" ]
	[ -z "$(cash)" ]
}

@test "mistakes in the call, the file, the database" {
	at 08:20 sync-account
	refuses 64 exclude at 08:21 sync-account --check --accept
	refuses 64 exclude at 08:21 sync-account --settle 1=absent --accept
	refuses 64 argument at 08:21 sync-account now
	refuses 78 calendar sync-account --now '2031-03-14 10:00'
	refuses 1 'cannot be written' locked sync-account --now "$DAY 08:21"
	bad_options sync-account
	bad_databases at 08:20 sync-account
}

@test "the examples of the page run" {
	by_hand 08:00 hold 005930 10 90000
	page_examples sync-account > examples
	[ "$(wc -l < examples)" -eq 3 ]
	while read -r line; do
		eval "$line --now '$DAY 08:20'"
	done < examples > out
	silent at 08:21 sync-account --check
}
