# hand.bash - an account for the tests of what a person does by hand: holdings
# and orders straight in the database.
# shellcheck shell=bash disable=SC2034

# An account in the middle of a day, with two strategies.
hand_setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
	NOW='2025-03-14 10:30'
	AT="'2025-03-14T10:00:00+09:00'"
	set-strategy gold daily=sma > /dev/null
	set-strategy box daily=breakout > /dev/null
	sql "INSERT INTO session_state (day, start_equity, start_cash,
	    peak_equity, opened_at) VALUES (20250314, 0, 0, 0, $AT)"
}

# hold STRATEGY CODE SHARES: a holding, with its ledger
hold()
{
	sql "INSERT INTO lot (strategy, code, quantity, cost, entry_date)
	    VALUES ('$1', '$2', $3, $3 * 1000, 20250313);
	    INSERT INTO share_ledger (day, strategy, code, quantity, kind, at)
	    VALUES (20250313, '$1', '$2', $3, 'adopt', $AT)"
}

# order STRATEGY CODE SIDE [STATE...]: an order of ten, moved along
order()
{
	local strategy=$1 code=$2 side=$3 state=planned next
	shift 3
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, '$strategy', '$code', '$side', 'signal', 0, 1000,
	    10, 1000, 1000, $AT, $AT)"
	for next; do
		sql "UPDATE orders SET state = '$next'
		    WHERE id = (SELECT max(id) FROM orders);
		    INSERT INTO trading_log (at, day, program, event, order_id,
		    state, next) SELECT $AT, 20250314, 'test', 'order',
		    max(id), '$state', '$next' FROM orders"
		state=$next
	done
}

halts()
{
	sql 'SELECT scope, what, reason FROM halt ORDER BY scope, what'
}

cancels()
{
	sql "SELECT order_id FROM order_request WHERE kind = 'cancel' AND
	    state = 'planned' ORDER BY order_id" | tr '\n' ' '
}

signals()
{
	sql "SELECT strategy, code, side, state, is_urgent, is_said, reason
	    FROM current_signals ORDER BY strategy, code"
}
