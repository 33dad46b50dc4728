#!/usr/bin/env bats
# watch-fills: fills booked once, and what waits too long.

load helper
load live

setup_file() { live_build; }

setup()
{
	live_begin
	strategy gold buy=005930
}

# thin FROM TO VOLUME: minutes in which little is traded
thin()
{
	sql "UPDATE minute_price SET volume = $3
	    WHERE time BETWEEN $1 AND $2"
}

# What was asked of order 1 beside the order itself.
asked()
{
	sql "SELECT kind || ' ' || iif(is_market, 'market', limit_price) || ' '
	    || state || ': ' || reason FROM order_request
	    WHERE kind <> 'new' AND order_id = ${1-1} ORDER BY id"
}

@test "nothing to follow: silent, and the broker is not asked" {
	before=$(dump)
	conf 'fault = down'
	silent at 09:05 watch-fills
	silent at 09:05 watch-fills --for 5
	silent at 16:00 watch-fills --until-close
	silent watch-fills --now '2025-03-15 10:00' --until-close
	[ "$(dump)" = "$before" ]
}

@test "a fill is booked once, however often one looks" {
	minute 09:05
	for s in 00 10 20 59; do
		silent at 09:06:$s watch-fills
	done
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT count(*) FROM fill')" -eq 1 ]
	[ "$(sql 'SELECT strategy, code, quantity, cost, entry_date, entry_time
	    FROM lot')" = 'gold|005930|50|500000|20250314|905' ]
	PAPER_AT=09:06 same_books
}

@test "partial fills add up" {
	thin 905 919 100
	minutes 09:05 09:07
	[ "$(orders)" = '1 buy 50 20 part' ]
	PAPER_AT=09:07 same_books
	thin 907 907 10000
	minute 09:08
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT group_concat(quantity) FROM fill')" = 10,10,30 ]
	[ "$(sql 'SELECT quantity, cost FROM lot')" = '50|500000' ]
	PAPER_AT=09:08 same_books
}

@test "an entry is cancelled after three minutes, and keeps what it has" {
	thin 905 919 100
	minutes 09:05 09:07
	minute 09:08
	# Sent two ticks above 10000, it is not lowered to it.
	[ "$(asked)" = 'cancel 0 accepted: waited too long' ]
	[ "$(orders)" = '1 buy 50 30 cancelled' ]
	minutes 09:09 09:12	# and there is one entry in a day
	[ "$(orders)" = '1 buy 50 30 cancelled' ]
	same_books
}

@test "an entry follows the touch, twice, and not beyond its reach" {
	thin 905 919 0
	bar 005930 905 10030 10030 10030 10030 5
	bar 005930 906 10300 10300 10300 10300 5
	bar 005930 907 10200 10200 10200 10200 5
	minutes 09:05 09:09
	# at most 1 % above 10000
	[ "$(asked)" = 'amend 10030 accepted: to the touch
amend 10100 accepted: to the touch
cancel 0 accepted: waited too long' ]
	[ "$(sql 'SELECT state, filled, amends FROM orders')" = 'cancelled|0|2' ]
	[ "$(paper cash)" = 10000000,10000000 ]
	same_books
}

@test "an exit follows the touch after a minute, and goes to market after two" {
	minutes 09:05 09:06
	strategy gold sell=005930
	thin 907 919 0
	bar 005930 907 9950 9950 9950 9950 5
	bar 005930 909 9900 9900 9900 9900 5000
	minutes 09:07 09:10
	[ "$(asked 2)" = 'amend 9950 accepted: to the touch
amend market accepted: to market' ]
	# at the open of 9900, less 0.04 %
	[ "$(paper fills | tail -n 1)" = 2,1,20250314,0909,005930,sell,50,9896,791,0 ]
	same_books
}

@test "what joined the opening auction and was not filled is taken back" {
	set-strategy gold minute=open_minute > out
	sql 'DELETE FROM minute_price WHERE time = 900'
	minute 08:52
	[ "$(orders)" = '1 buy 48 0 open' ]	# 500,000 by 10300
	minutes 08:59 09:00
	[ "$(orders)" = '1 buy 48 0 open' ]
	minute 09:01
	[ "$(orders)" = '1 buy 48 0 cancelled' ]
	[ "$(sql 'SELECT reason FROM order_request WHERE kind = "cancel"')" = \
	    'not filled at the open' ]
}

@test "what joined the opening auction is filled at the open" {
	set-strategy gold minute=open_minute > out
	bar 005930 900 10200 10200 10200 10200 5000
	minute 08:52
	minute 09:01
	[ "$(paper fills)" = 1,1,20250314,0900,005930,buy,48,10200,0,0 ]
	same_books
}

@test "working entries are taken back as the closing auction begins" {
	set-strategy gold --off > out
	thin 1500 1530 0
	minute 15:03
	set-strategy gold --on > out
	set-limit entry_stop=0 entry_wait=60 > out
	minutes 15:17 15:20
	[ "$(orders)" = '1 buy 50 0 cancelled' ]
	[ "$(sql 'SELECT reason FROM order_request WHERE kind = "cancel"')" = \
	    'the closing auction begins' ]
}

@test "what the close leaves expires" {
	set-limit entry_wait=400 > out
	thin 905 1530 0
	minute 09:05
	minute 15:18
	at 15:31 watch-fills
	[ "$(orders)" = '1 buy 50 0 expired' ]
	silent at 15:32 watch-fills
}

# ---- lists that lie (P4) ------------------------------------------------------------

# lists FAULT...: a busy quarter of an hour with a broker who does this
lists()
{
	local tells=${TELLS-each}
	conf "fault = $*" 'fault_seed = 5' "fills = $tells"
	sql 'UPDATE minute_price SET volume = 130 + time % 7 * 10'
	set-limit entry_wait=10 > out
	strategy gold buy=005930 stock_capital=700000
	strategy box buy=035420 stock_capital=400000
	minutes 09:05 09:12
	strategy gold sell=005930 stock_capital=700000
	minutes 09:13 09:22
	conf 'fault =' "fills = $tells"
	minutes 09:23 09:25
	silent at 09:26 sync-account
	[ "$(sql "SELECT count(*) FROM fill")" -ge "${AT_LEAST-8}" ]
	[ "$(sql "SELECT sum(filled) FROM orders WHERE side = 'sell'")" -eq \
	    "$(sql "SELECT sum(filled) FROM orders WHERE side = 'buy' AND
	    strategy = 'gold'")" ]
	[ -z "$(sql 'SELECT 1 FROM drift')" ]
	[ -z "$(sql 'SELECT 1 FROM alert WHERE cleared_at IS NULL')" ]
	if [ "$tells" = each ]; then same_books; else same_totals; fi
}

@test "lists that repeat themselves" { lists repeat-fills; }
@test "lists in no order" { lists reorder-fills, repeat-fills:0.5; }
@test "fills in parts and halves" { lists split-fills, partial; }
@test "fills that come later than the balance" { lists late-fills:0.5, reorder-fills; }
@test "orders that come into the list late" { lists late-list; }
@test "everything at once" {
	lists repeat-fills:0.5, reorder-fills:0.5, split-fills:0.3, \
	    late-fills:0.3, late-balance:0.3, partial:0.3
}

# A broker that tells totals: whose fees are floored on each fill of its own,
# so that ours, on the growth, could differ by a won.
totals()
{
	set-limit costs=none > out
	TELLS=total lists "$@"
}

@test "totals in place of fills" { totals down:0; }
@test "totals that repeat themselves, in no order" { totals repeat-fills, reorder-fills; }
@test "totals of halves that come late" { totals split-fills, partial, late-fills:0.5; }
@test "totals that go back" { AT_LEAST=5 totals short-fills:0.5; }
@test "totals and new numbers" {
	conf 'fills = total' 'renumber = yes'
	thin 905 919 0
	bar 005930 905 10020 10030 10020 10030 150
	bar 005930 906 10030 10030 10030 10030 5000
	minutes 09:05 09:08
	[ "$(sql 'SELECT broker_no, fill_no, quantity, price FROM fill')" = \
	    '1|15|15|10020
2|35|35|10030' ]
	same_totals
}
@test "totals and everything at once" {
	totals repeat-fills:0.5, reorder-fills:0.5, split-fills:0.3, \
	    late-fills:0.3, late-balance:0.3, partial:0.3, short-fills:0.2
}

@test "an order's new number after an amend is followed" {
	conf 'renumber = yes'
	thin 905 919 0
	bar 005930 905 10030 10030 10030 10030 50
	bar 005930 906 10030 10030 10030 10030 5000
	minutes 09:05 09:08
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT amends, broker_no FROM orders')" = '1|2' ]
	same_books
}

@test "a cancel that loses to a fill" {
	thin 905 919 100
	minutes 09:05 09:07
	paper-broker --now "$DAY 09:07" will cancel-loses
	minute 09:08
	[ "$(orders)" = '1 buy 50 50 filled' ]
	same_books
}

@test "a cancel whose answer is lost" {
	thin 905 919 100
	minutes 09:05 09:07
	paper-broker --now "$DAY 09:07" will lose-answer:cancel
	minutes 09:08 09:09 2> err || true
	[ "$(orders)" = '1 buy 50 30 cancelled' ]
	[ "$(sql "SELECT state FROM order_request WHERE kind = 'cancel'")" = \
	    accepted ]
	same_books
}

@test "a cancel that never arrives is asked again" {
	thin 905 919 10
	minutes 09:05 09:07
	paper-broker --now "$DAY 09:07" will lose-request:cancel
	minutes 09:08 09:12 2> err || true
	[ "$(sql "SELECT state FROM orders")" = cancelled ]
	[ "$(sql "SELECT group_concat(state) FROM order_request
	    WHERE kind = 'cancel'")" = dropped,accepted ]
	same_books
}

@test "an amend whose answer is lost" {
	thin 905 919 0
	bar 005930 905 10030 10030 10030 10030 50
	bar 005930 906 10030 10030 10030 10030 100
	paper-broker --now "$DAY 09:05" will lose-answer:amend
	minutes 09:05 09:07 2> err || true
	[ "$(sql 'SELECT limit_price, filled FROM orders')" = '10030|10' ]
	[ "$(asked | head -n 1)" = 'amend 10030 accepted: to the touch' ]
	PAPER_AT=09:07 same_books
}

@test "an order taken away at the broker's" {
	thin 905 919 100
	minutes 09:05 09:06
	paper-broker --now "$DAY 09:06" cancel 1 > out
	minute 09:07
	[ "$(orders)" = '1 buy 50 10 cancelled' ]
	same_books
}

# ---- one at a time, dry, mistakes -----------------------------------------------------

@test "a second one leaves at once and in silence" {
	minute 09:05
	hold_lease watch-fills
	for how in '--for 0' '--until-close'; do
		# shellcheck disable=SC2086
		run --separate-stderr at 09:06 watch-fills $how
		[ "$status" -eq 75 ]
		[ -z "$output$stderr" ]
	done
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "many copies at once book a fill once" {
	minute 09:05
	for i in 1 2 3 4 5 6; do
		at 09:06 watch-fills 2>> err || [ $? -eq 75 ] &
	done
	wait
	[ ! -s err ]
	[ "$(orders)" = '1 buy 50 50 filled' ]
	PAPER_AT=09:06 same_books
}

@test "with a fixed clock --until-close is one pass" {
	minute 09:05
	silent at 09:06 watch-fills --until-close
	[ "$(orders)" = '1 buy 50 50 filled' ]
}

@test "dry, it books nothing and asks for nothing" {
	thin 905 919 100
	minutes 09:05 09:07
	before=$(dump)
	run --separate-stderr at 09:08 watch-fills --dry-run -v
	[ "$status" -eq 0 ]
	[[ $stderr == *'order 1: would be asked to cancel: waited too long'* ]]
	[ "$(dump)" = "$before" ]
	[ -z "$(PAPER_AT=09:08 paper requests | grep cancel)" ]
}

@test "a broker out of reach is said, and nothing is forgotten" {
	minute 09:05
	conf 'fault = down'
	run --separate-stderr at 09:06 watch-fills
	fails_with 69 'out of reach'
	[ "$(orders)" = '1 buy 50 0 open' ]
	conf 'fault ='
	silent at 09:07 watch-fills
	[ "$(orders)" = '1 buy 50 50 filled' ]
}

@test "mistakes in the call, the file, the database" {
	minute 09:05
	refuses 64 exclude at 09:06 watch-fills --for 5 --until-close
	refuses 64 for at 09:06 watch-fills --for -1
	refuses 64 argument at 09:06 watch-fills 1
	refuses 78 calendar watch-fills --now '2031-03-14 10:00'
	refuses 1 'cannot be written' locked watch-fills --now "$DAY 09:06"
	bad_options watch-fills
	bad_databases at 09:06 watch-fills
}

@test "the examples of the page run" {
	page_examples watch-fills > examples
	[ "$(wc -l < examples)" -eq 2 ]
	minute 09:05
	while read -r line; do
		eval "$line --now '$DAY 09:06'"
	done < examples
	[ "$(orders)" = '1 buy 50 50 filled' ]
}
