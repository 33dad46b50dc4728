#!/usr/bin/env bats
# What broker, database, machine and person do to each other, through the real
# programs: lost and late answers, an older backup, books that are gone, a
# machine that was off, a clock that steps back, a hand in the same account.
# Days of such faults by chance are in tests/unit/account_faults.c.

load helper
load live

setup_file() { live_build; }

setup()
{
	live_begin
	strategy gold buy=005930
}

# What was asked of an order beside the order itself.
asked()
{
	sql "SELECT kind || ' ' || state FROM order_request
	    WHERE kind <> 'new' AND order_id = ${1-1} ORDER BY id"
}

alerts()
{
	sql 'SELECT name FROM alert WHERE cleared_at IS NULL ORDER BY name'
}

# How many new orders the broker took.
taken()
{
	paper requests | grep -c ',new,.*,accepted,' || :
}

# Fifty of 005930, held since 09:06, and nothing more to say.
bought()
{
	minute 09:05
	strategy gold until=0
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
}

# Only so many shares trade in these minutes.
thin()
{
	sql "UPDATE minute_price SET volume = $3
	    WHERE time BETWEEN $1 AND $2"
}

books()
{
	sqlite3 maemae-paper.db "$1"
}

# ---- T28 ------------------------------------------------------------------------------

@test "an order that never arrived is absent after two late looks, not before" {
	paper-broker will lose-request
	minute 09:05 || [ $? -eq 1 ]
	minute 09:06
	minute 09:07	# 120 seconds are not later than 120 seconds
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	at 09:07:01 watch-fills
	at 09:07:01 watch-fills	# the same second is no second look
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	at 09:07:02 watch-fills
	[ "$(orders)" = '1 buy 50 0 expired' ]
	[ "$(taken)" -eq 0 ]
	minute 09:08	# a new intention
	[ "$(orders)" = '1 buy 50 0 expired
2 buy 50 0 open' ]
	[ "$(sql 'SELECT attempt FROM orders WHERE id = 2')" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM drift WHERE state = 'seen'")" -eq 0 ]
	minute 09:09
	PAPER_AT=09:09 same_books
}

@test "what a dead sender left can have left only just before it was found" {
	# Claimed at 09:05; then the machine slept, with the order in hand.
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'gold', '005930', 'buy', 'signal', 0, 10000, 50,
	    905, 905, '2025-03-14T09:05:00+09:00',
	    '2025-03-14T09:05:00+09:00');
	    UPDATE orders SET state = 'sending',
	    sending_at = '2025-03-14T09:05:00+09:00'"
	at 09:08 watch-fills	# finds it: unknown from here on
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	at 09:08:01 watch-fills
	at 09:08:02 watch-fills
	at 09:10:00 watch-fills
	[ "$(orders)" = '1 buy 50 0 unknown' ]	# it may still be under way
	at 09:10:01 watch-fills
	at 09:10:02 watch-fills
	[ "$(orders)" = '1 buy 50 0 expired' ]
}

@test "a buy and a sell of one stock, both lost, are settled apart" {
	bought
	paper-broker will lose-request
	strategy gold buy=035420
	minute 09:07 || [ $? -eq 1 ]
	paper-broker will lose-request
	strategy gold buy=035420,sell=005930
	minute 09:08 || [ $? -eq 1 ]
	[ "$(orders | tail -n 2)" = '2 buy 50 0 unknown
3 sell 50 0 unknown' ]
	at 09:11 watch-fills
	at 09:11:30 watch-fills
	at 09:12 watch-fills
	[ "$(orders | tail -n 2)" = '2 buy 50 0 expired
3 sell 50 0 expired' ]
}

@test "after five minutes a person is asked, and what is settled stays so" {
	paper-broker will lose-answer
	minute 09:05 || [ $? -eq 1 ]
	# the broker lists it without its key: nobody can tell
	books "UPDATE orders SET key = ''"
	conf 'fault = down'
	at 09:08 watch-fills && return 1
	conf
	at 09:07 watch-fills
	[ "$(orders)" = '1 buy 50 0 unknown' ]
	[ -z "$(alerts)" ]
	sql 'DELETE FROM drift'
	at 09:10:30 watch-fills 2> err
	[[ $(cat err) == *'--settle 1=absent'* ]]
	[ "$(alerts)" = 'unknown order 1' ]
	for fill in 51@10000 2@9223372036854775807; do
		run --separate-stderr at 09:11 sync-account \
		    --settle 1=filled:$fill
		fails_with 64 'is for 50 shares|was to buy at 10020 at most'
	done
	at 09:11 sync-account --settle 1=filled:30@10000
	[ "$(orders)" = '1 buy 50 30 expired' ]
	[ -z "$(alerts)" ]
	# found after all: its fills were settled, they are not booked again
	books "UPDATE orders SET key = 'maemae-1-1741910700'"
	at 09:12 sync-account > out
	[ "$(sql 'SELECT count(*), sum(quantity) FROM fill')" = '1|30' ]
	trade-db check
}

# ---- Two parties who forget ---------------------------------------------------------

@test "an older backup is restored: what it does not know closes it to entries" {
	trade-db backup old.db
	minute 09:05
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	rm maemae.db*
	mv old.db maemae.db
	at 09:07 sync-account > out 2> err
	[[ $(cat err) == *'not from this database'* ]]
	[ "$(alerts)" = 'orders not of this database' ]
	[ "$(sql 'SELECT scope FROM halt')" = entries ]
	minute 09:08
	[ -z "$(orders)" ]
	# a person has looked: the next order 1 is not taken for the old one
	at 09:17 sync-account > out
	halt-trading --resume > out
	strategy gold buy=035420
	minute 09:18
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(sql 'SELECT broker_no FROM orders')" -eq 2 ]
	minute 09:19
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT code, sum(quantity) FROM fill')" = '035420|50' ]
	[ "$(sql 'SELECT strategy, code FROM lot ORDER BY 2')" = \
	    'MANUAL|005930
gold|035420' ]
	[ -z "$(sql 'SELECT scope FROM halt')" ]
}

@test "an older backup is restored: the next pass looks before it buys again" {
	trade-db backup old.db
	minute 09:05
	minute 09:06
	[ "$(orders)" = '1 buy 50 50 filled' ]
	rm maemae.db*
	mv old.db maemae.db
	at 09:07 update-prices
	at 09:07 gen-signals > out
	at 09:07 place-orders > out 2> err
	[[ $(cat err) == *'not from this database'* ]]
	[ "$(sql 'SELECT scope FROM halt')" = entries ]
	[ -z "$(orders)" ]
	# Looked at; one more halts again, though that alert still stands.
	halt-trading --resume > out
	cp maemae.db older.db
	minute 09:08
	minute 09:09
	[ "$(orders)" = '1 buy 50 50 filled' ]
	rm maemae.db*
	mv older.db maemae.db
	minute 09:10 2> err
	[[ $(cat err) == *'2 orders at the broker'* ]]
	[ -z "$(orders)" ]
}

@test "the broker begins anew: nothing is wiped, and a person settles" {
	minute 09:05
	minute 09:06
	strategy gold buy=035420
	minute 09:07
	[ "$(orders)" = '1 buy 50 50 filled
2 buy 50 0 open' ]
	rm maemae-paper.db*
	at 09:08 watch-fills
	at 09:12:01 watch-fills 2> err
	[[ $(cat err) == *"is not in the broker's list any more"* ]]
	at 09:13 sync-account --settle 2=absent
	[ "$(orders)" = '1 buy 50 50 filled
2 buy 50 0 expired' ]
	at 09:14 sync-account > out 2> err
	[[ $(cat err) == *'the account is empty'* ]]
	at 09:24 sync-account > out
	at 09:34 sync-account > out
	[ "$(sql 'SELECT code, quantity FROM lot')" = '005930|50' ]
	[ "$(alerts)" = 'empty account' ]
	at 09:35 sync-account --accept > out
	[ -z "$(sql 'SELECT * FROM lot')" ]
	[ -z "$(alerts)" ]
	silent at 09:36 sync-account
	trade-db check
}

@test "what cannot be is told, and nobody falls over it" {
	minute 09:05
	at 09:06 paper-broker orders > out
	books "DROP TRIGGER fills_stay; UPDATE fills SET n = 5000"
	at 09:06 watch-fills 2> err
	[[ $(cat err) == *'does not fit'* ]]
	books "UPDATE fills SET n = 50, price_won = 9000000000000000000"
	# A price beyond all prices is refused where the books are read.
	run --separate-stderr at 09:07 watch-fills
	fails_with 65 'fill 1 is damaged'
	books "UPDATE fills SET price_won = 10000; UPDATE orders SET
	    code = '035420'"
	at 09:08 watch-fills	# by its key it is ours, by its stock it is not
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(alerts)" = 'fills that do not fit
orders not of this database' ]
	books "UPDATE orders SET code = '005930'"
	at 09:09 watch-fills
	[ "$(orders)" = '1 buy 50 50 filled' ]
	silent at 09:10 sync-account
	[ -z "$(alerts)" ]
}

# ---- Machine and clock -----------------------------------------------------------------

@test "the machine is off at the close and for two days" {
	thin 905 1530 100
	minute 09:05
	minute 09:06
	[ "$(orders)" = '1 buy 50 10 part' ]
	at2() { local t=$1; shift; "$1" --now "2025-03-18 $t" "${@:2}"; }
	for p in update-prices watch-fills gen-signals place-orders; do
		at2 09:10 $p > out
	done
	[ "$(sql 'SELECT id, filled, state, day FROM orders WHERE id = 1')" = \
	    '1|50|filled|20250314' ]
	[ "$(sql 'SELECT DISTINCT day FROM fill')" -eq 20250314 ]
	silent at2 09:11 sync-account
	trade-db check
}

@test "a dead sender's order is found though nothing else is at work" {
	thin 905 1530 0
	minute 09:05
	# as a program leaves it that was killed between answer and record
	sql "DROP TRIGGER orders_state; UPDATE orders SET state = 'sending',
	    broker_no = '' WHERE id = 1"
	at 09:05 watch-fills
	[ "$(orders)" = '1 buy 50 0 open' ]
	books 'UPDATE orders SET listed_at = 2000000000'
	sql "UPDATE orders SET state = 'sending', broker_no = ''"
	at 15:31 watch-fills 2> err
	[ "$(orders)" = '1 buy 50 0 unknown' ]
}

@test "the clock steps back: nothing happens twice" {
	minute 09:05
	minute 09:06
	minute 09:02
	at 09:02 sync-account > out
	minute 09:03
	[ "$(orders)" = '1 buy 50 50 filled' ]
	[ "$(sql 'SELECT count(*) FROM fill')" -eq 1 ]
	minute 09:10
	PAPER_AT=09:10 same_books
}

@test "the broker is away: nothing is sent; it is back: the exit goes" {
	bought
	strategy gold sell=005930
	conf 'fault = down'
	run minute 09:07
	[ "$status" -eq 69 ]
	[ "$(orders)" = '1 buy 50 50 filled' ]
	conf
	minute 09:08
	[ "$(orders)" = '1 buy 50 50 filled
2 sell 50 0 open' ]
}

@test "the broker does not tell the cash: exits go, entries wait" {
	bought
	strategy gold buy=035420,sell=005930
	books "ALTER TABLE account RENAME COLUMN cash_won TO c"
	run --separate-stderr minute 09:07
	books "ALTER TABLE account RENAME COLUMN c TO cash_won"
	[[ $stderr == *'no entries in this pass'* ]]
	[ "$(sql "SELECT count(*) FROM orders WHERE side = 'buy'")" -eq 1 ]
}

@test "a module that is gone stops neither stops nor the others" {
	set-strategy gold stop_loss_ratio=-3 > out
	bought
	sql "UPDATE strategy SET daily = 'gone:x=1' WHERE name = 'gold';
	    UPDATE minute_price SET open = 9000, high = 9000, low = 9000,
	    close = 9000 WHERE time >= 907"
	strategy iron buy=035420
	run --separate-stderr minute 09:08
	[ "$status" -eq 78 ]
	[ "$(grep -c "strategy gold: .*'gone'" <<< "$stderr")" -eq 2 ]
	[ "$(sql "SELECT strategy, code, side, why, state FROM orders
	    WHERE id > 1 ORDER BY strategy")" = \
	    'gold|005930|sell|stop|open
iron|035420|buy|signal|open' ]
	run minute 09:09
	[ "$(sql "SELECT DISTINCT state FROM orders")" = filled ]
}

@test "a clock that is a day back trades nothing and begins nothing" {
	bought
	at0() { "$1" --now "2025-03-13 $2" "${@:3}"; }
	at0 update-prices 10:00 2> err
	run --separate-stderr at0 gen-signals 10:00
	fails_with 1 '20250313 cannot begin: 20250314'
	run --separate-stderr at0 place-orders 10:00
	fails_with 1 '20250313 cannot begin: 20250314'
	[ "$(sql 'SELECT day FROM session_state')" -eq 20250314 ]
}

# ---- Requests -------------------------------------------------------------------------

@test "a new number after a part was filled: the rest still ends" {
	conf 'renumber = yes'
	thin 905 1530 100
	sql 'UPDATE minute_price SET open = 10100, high = 10100, low = 10000,
	    close = 10100 WHERE time >= 906'
	minutes 09:05 09:09
	[ "$(asked | head -n 1)" = 'amend accepted' ]
	[ "$(sql 'SELECT state, filled > 0 FROM orders')" = 'cancelled|1' ]
	PAPER_AT=09:09 same_books
}

@test "a person's cancel that is lost is asked until the order ends" {
	thin 905 1530 0
	minute 09:05
	cancel-order 1 > out
	paper-broker will lose-request:cancel
	at 09:05:10 watch-fills || [ $? -eq 1 ]
	[ "$(asked)" = 'cancel unknown' ]
	at 09:05:15 watch-fills
	at 09:05:21 watch-fills
	[ "$(asked)" = 'cancel dropped
cancel accepted' ]
	[ "$(orders)" = '1 buy 50 0 cancelled' ]
}

@test "an order is cancelled that nobody knows the fate of" {
	paper-broker will delay
	minute 09:05 || [ $? -eq 1 ]
	cancel-order 1 > out
	at 09:05:30 watch-fills
	[ "$(asked)" = 'cancel planned' ]
	thin 905 1530 0
	at 09:06 watch-fills
	[ "$(orders)" = '1 buy 50 0 cancelled' ]
}

# ---- The same account, by hand ------------------------------------------------------------

@test "while an order works, a difference is not repaired" {
	thin 905 1530 10
	minute 09:05
	at 09:05 paper-broker buy 005930 3 > out
	at 09:05 paper-broker buy 035420 3 > out
	thin 906 1530 0
	for t in 09:06 09:07 09:08; do
		at $t sync-account > out
	done
	[ -z "$(sql "SELECT * FROM lot WHERE strategy = 'MANUAL' AND
	    code = '005930'")" ]
	[ "$(sql "SELECT count(*) FROM transfer")" -eq 0 ]
}

@test "shares sold by hand are no loss of the day" {
	strategy gold buy=005930 stock_capital=5000000
	set-limit max_stock_weight=90 max_order_weight=90 > out
	minute 09:05
	strategy gold until=0
	minutes 09:06 09:09
	at 09:09 paper-broker sell 005930 "$(sql 'SELECT quantity FROM lot')" > out
	at 09:10 paper-broker deposit 1 > out
	sqlite3 maemae-paper.db "INSERT INTO holding VALUES ('035420', 1, 10000)"
	at 09:11 sync-account > out
	at 09:21 sync-account > out
	[ "$(sql "SELECT strategy, code, quantity FROM lot")" = \
	    'MANUAL|035420|1' ]
	strategy gold buy=035420
	minute 09:22
	[ "$(sql 'SELECT loss_stop, abs(start_equity - 10000000) < 100000
	    FROM session_state')" = '0|1' ]
}

@test "a dry --accept takes nothing over; a first one opens the account" {
	at 09:00 paper-broker deposit 5000000 > out
	at 09:01 sync-account > out
	before=$(dump | grep -v program_run)
	at 09:02 sync-account --accept -n > out
	[ "$(dump | grep -v program_run)" = "$before" ]
	trade-db init --db new.db
	at 09:02 paper-broker --books maemae-paper.db hold 035420 3 > out
	MAEMAE_DB=new.db conf "books = $PWD/maemae-paper.db"
	at 09:03 sync-account --db new.db --accept > out
	[ "$(sqlite3 new.db 'SELECT count(*) FROM halt')" -eq 0 ]
	[ "$(sqlite3 new.db 'SELECT strategy, quantity FROM lot')" = 'MANUAL|3' ]
}
