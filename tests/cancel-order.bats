# cancel-order: take an order back.

load helper
load hand

setup()
{
	hand_setup
}

@test "orders are cancelled by number" {
	order gold 005930 buy sending open
	order gold 000660 sell sending open part
	order box 000660 buy sending unknown
	order box 035420 buy
	cancel-order 1 2 4 -t "$NOW" > out
	[ "$(cut -d, -f1,3,4,7 out | tr '\n' ' ')" = 'order_id,code,side,result 1,005930,buy,asked 2,000660,sell,asked 4,035420,buy,not sent ' ]
	[ "$(cancels)" = '1 2 ' ]
	[ "$(sql 'SELECT state FROM orders WHERE id = 4')" = expired ]
	[ "$(sql "SELECT at, event, next, message FROM trading_log
	    WHERE order_id = 4")" = \
	    '2025-03-14T10:30:00+09:00|order|expired|cancel-order' ]
	[ "$(sql 'SELECT DISTINCT reason FROM order_request')" = cancel-order ]
	[ "$(cancel-order 1 | sed 1d)" = '1,gold,005930,buy,10,0,asked before' ]
	cancel-order 3		# unknown: cancelled when it is found
	[ "$(cancels)" = '1 2 3 ' ]
}

@test "the cancel of an unknown order waits until it is found" {
	sync-account -t '2025-03-14 08:40' > out
	order gold 005930 buy sending unknown
	cancel-order 1 -t "$NOW" > out
	place-orders -t "$NOW" > out
	[ "$(cancels)" = '1 ' ]
	sql "UPDATE orders SET state = 'expired'"
	place-orders -t "$NOW" > out	# it never arrived: nothing to cancel
	[ "$(sql 'SELECT state FROM order_request')" = dropped ]
}

@test "a refused cancel may be asked again" {
	order gold 005930 buy sending open
	cancel-order 1
	sql "UPDATE order_request SET state = 'sending';
	    UPDATE order_request SET state = 'refused'"
	cancel-order 1
	[ "$(sql 'SELECT count(*) FROM order_request')" -eq 2 ]
}

@test "an order that is over, or is none, is refused" {
	order gold 005930 buy sending open cancelled
	order gold 000660 buy sending open
	refuses 64 'order 1 is cancelled' cancel-order 1
	refuses 64 'order 1 is cancelled' cancel-order 2 1	# neither
	refuses 64 'no order 9' cancel-order 9
	refuses 64 'which order' cancel-order
	refuses 64 "'0'" cancel-order 0
	refuses 64 "'x'" cancel-order x
	bad_options cancel-order
	bad_databases cancel-order 2
	refuses 1 'cannot be written' locked cancel-order 2
	before=$(dump)
	cancel-order -n 2
	[ "$(dump)" = "$before" ]
}

@test "the examples of the page run" {
	hold gold 005930 10
	for i in 1 2 3; do
		order gold 00010$i buy sending open
	done
	page_examples cancel-order > examples
	[ "$(wc -l < examples)" -ge 2 ]
	while read -r line; do
		eval "$line"
	done < examples > out
}
