#!/usr/bin/env bats
# watch-fills: fills booked once, and what waits too long.

load helper
load live

setup_file()
{
	live_build
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -fPIC -shared -fvisibility=hidden \
	    -o "$BATS_FILE_TMPDIR/clock.so" "$ROOT/tests/kill/clock.c" -ldl
}

setup()
{
	live_begin
	strategy gold buy=005930
}

teardown()
{
	[ -z "${FOLLOW-}" ] || kill -KILL "$FOLLOW" 2> /dev/null || true
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

# ---- one that lives on ------------------------------------------------------------------

# wall HH:MM: what the clock on the wall says from now on, to those who look
wall()
{
	local t i bytes=
	t=$(TZ=Asia/Seoul date -d "$DAY $1" +%s)
	for ((i = 0; i < 64; i += 8)); do
		bytes+=$(printf '\\x%02x' $((t >> i & 255)))
	done
	# shellcheck disable=SC2059
	printf "$bytes" 1<> wall
}

# by_wall COMMAND...: its programs look at that clock
by_wall()
{
	LD_PRELOAD=$BATS_FILE_TMPDIR/clock.so WALL=wall \
	    ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 "$@"
}

# The crontab's line at that time.
by_wall_minute()
{
	wall "$1"
	by_wall minute "$1"
}

# follow: one that lives, with an order open
follow()
{
	by_wall exec watch-fills --until-close > follow.out 2> follow.err 3>&- &
	FOLLOW=$!
	within lease_is "$FOLLOW"
}

# followed STATUS: it ends with this status
followed()
{
	local rc=0
	wait "$FOLLOW" || rc=$?
	FOLLOW=
	[ "$rc" -eq "$1" ] && return 0
	echo "the follower ended with $rc; $(cat follow.err)" >&2
	return 1
}

# within COMMAND...: it comes true
within()
{
	local n
	for ((n = 0; n < 400; n++)); do
		! "$@" || return 0
		sleep 0.02
	done
	echo "not so: $*; $(orders); $(tail -n 5 follow.err)" >&2
	return 1
}

lease_is() { [ "$(sql "SELECT pid FROM lease WHERE name = 'watch-fills'")" = "$1" ]; }
orders_are() { [ "$(orders)" = "$1" ]; }
asked_is() { [ "$(asked)" = "$1" ]; }

# What is noted of the last one's run.
last_run()
{
	sql "SELECT pid || ' ' || (ended_at IS NOT NULL) || ' ' ||
	    coalesce(status, '-') || ' ' || message FROM program_run
	    WHERE program = 'watch-fills' ORDER BY id DESC LIMIT 1"
}

# An order of 50 of which a follower has booked 10, and looks on.
following()
{
	thin 905 919 100
	by_wall_minute 09:05
	follow
	wall 09:06
	within orders_are '1 buy 50 10 part'
}

# The next one books the next fill, takes back what waits too long, and ends
# with the session: each fill once, each request sent once.
next_follows()
{
	FOLLOW=
	follow
	wall 09:07
	within orders_are '1 buy 50 20 part'
	run --separate-stderr by_wall at 09:07 watch-fills --for 0
	[ "$status" -eq 75 ] && [ -z "$output$stderr" ]
	wall 09:08
	within orders_are '1 buy 50 30 cancelled'
	wall 15:31
	followed 0
	[ ! -s follow.out ] && [ ! -s follow.err ]
	lease_is 0
	[ "$(asked)" = 'cancel 0 accepted: waited too long' ]
	[ "$(PAPER_AT=15:31 paper requests | cut -d, -f4,8)" = \
	    'new,accepted
cancel,accepted' ] || { PAPER_AT=15:31 paper requests >&2; return 1; }
	[ "$(sql 'SELECT group_concat(quantity) FROM fill')" = 10,10,10 ]
	[ -z "$(sql 'SELECT name FROM alert WHERE cleared_at IS NULL')" ]
	PAPER_AT=15:31 same_books
}

# ends_well SIGNAL: asked so to end, it does, and the next one goes on
ends_well()
{
	local pid
	following
	pid=$FOLLOW
	kill "-$1" "$pid"
	followed 0
	[ ! -s follow.out ] && [ ! -s follow.err ]
	lease_is 0
	[ "$(last_run)" = "$pid 1 0 " ]
	next_follows
}

@test "a follower that is asked to end" { ends_well TERM; }
@test "a follower that its terminal asks to end" { ends_well INT; }

@test "a follower that is killed is in nobody's way" {
	following
	pid=$FOLLOW
	kill -KILL "$pid"
	followed 137
	lease_is "$pid"
	[ "$(last_run)" = "$pid 0 - " ]
	next_follows
}

@test "asked to end in the middle of a look, it ends the look" {
	following
	coproc sqlite3 maemae-paper.db 3>&-	# the broker lets it wait
	echo 'BEGIN IMMEDIATE; SELECT 1;' >&"${COPROC[1]}"
	read -r <&"${COPROC[0]}"
	wall 09:07
	sleep 0.2
	kill -TERM "$FOLLOW"
	sleep 0.2
	kill -0 "$FOLLOW"
	[ "$(orders)" = '1 buy 50 10 part' ]
	kill "$COPROC_PID"
	followed 0
	[ ! -s follow.err ]
	[ "$(orders)" = '1 buy 50 20 part' ]
	next_follows
}

# away: following, and the broker is out of reach from 09:07 to 09:08
away()
{
	conf 'down_from = 0907' 'down_until = 0908'
	following
	wall 09:07
	within grep -q 'warn: the paper broker is out of reach' follow.err
	sleep 0.5	# it looks on
	[ "$(wc -l < follow.err)" -eq 1 ]
	[ "$(orders)" = '1 buy 50 10 part' ]
}

@test "a broker out of reach is said once, and no reason to end" {
	away
	wall 09:08
	within orders_are '1 buy 50 30 cancelled'
	kill -TERM "$FOLLOW"
	followed 0
	[ "$(wc -l < follow.err)" -eq 1 ]
	PAPER_AT=09:08 same_books
}

@test "asked to end while the broker is out of reach, it says so" {
	away
	kill -TERM "$FOLLOW"
	followed 69
	[[ $(tail -n 1 follow.err) == *'error: the paper broker is out of reach'* ]]
	[ "$(wc -l < follow.err)" -eq 2 ]
	lease_is 0
	conf
	next_follows
}

# migrated SQL: a newer maemae brings the database up to date, and writes this.
# The follower ends, and leaves all as it is.
migrated()
{
	local before
	was=$(sql 'PRAGMA user_version')
	sql "BEGIN IMMEDIATE; $1; PRAGMA user_version = 99; COMMIT"
	before=$(dump)
	within has_ended
	followed 78
	[ ! -s follow.out ]
	[ "$(wc -l < follow.err)" -eq 1 ]
	grep -q "error: .*made by a newer maemae (schema 99, this program knows $was)" \
	    follow.err
	diff <(echo "$before") <(dump)
}

has_ended() { ! kill -0 "$FOLLOW" 2> /dev/null; }

@test "a follower without orders ends when the database is migrated" {
	wall 09:05
	follow
	migrated 'DELETE FROM universe'
}

@test "one that follows an order ends then, and sends no more" {
	following
	migrated "INSERT INTO order_request (order_id, kind, planned_at)
	    VALUES (1, 'cancel', '${DAY}T09:06:00+09:00')"
	sql "PRAGMA user_version = $was"
	[ "$(PAPER_AT=09:06 paper requests | cut -d, -f4,8)" = new,accepted ]
	silent by_wall watch-fills
	[ "$(PAPER_AT=09:06 paper requests | cut -d, -f4,8)" = \
	    'new,accepted
cancel,accepted' ]
	[ "$(orders)" = '1 buy 50 10 cancelled' ]
	PAPER_AT=09:06 same_books
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
