#!/usr/bin/env bats
# paper-broker: the paper account by hand.  Friday, 2025-03-14.

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export MAEMAE_DB=$PWD/m.db
	trade-db init
	sqlite3 m.db "
	    INSERT INTO daily_price VALUES
	      ('005930', 20250313, 55000, 55000, 55000, 55000, 1000000);
	    INSERT INTO minute_price VALUES
	      ('005930', 20250314, 905, 55000, 55200, 54800, 55100, 100),
	      ('005930', 20250314, 906, 55100, 55300, 55100, 55300, 100);"
}

# pb 09:05 buy 005930 1
pb() {
	local at=$1
	shift
	paper-broker -f csv --now "2025-03-14 $at" "$@"
}

@test "an order by hand fills from the database's bars" {
	run pb 09:05 buy 005930 12 55100
	[ "$status" -eq 0 ]
	[ "$output" = $'no\n1' ]
	[ -e m-paper.db ]
	run pb 09:06 fills
	[ "${lines[0]}" = no,fill_no,date,time,code,side,quantity,price,commission,tax ]
	[ "${lines[1]}" = 1,1,20250314,0905,005930,buy,10,55000,0,0 ]
	[ "${#lines[@]}" -eq 2 ]
	run pb 09:07 fills
	[ "${lines[2]}" = 1,2,20250314,0906,005930,buy,2,55100,0,0 ]
	run pb 09:07 cash
	[ "${lines[1]}" = 9339800,9339800 ]
	run pb 09:07 holdings
	[ "${lines[1]}" = 005930,12,12,660200 ]
	run pb 09:07 orders
	[ "${lines[1]}" = 1,,0905,005930,buy,limit,55100,12,12,660200,filled,, ]
}

@test "[paper] feed: by hand too the prices are the other database's" {
	mv m.db feed.db
	trade-db init
	sqlite3 m.db "INSERT INTO daily_price VALUES
	    ('005930', 20250313, 5500, 5500, 5500, 5500, 1000000)"
	(umask 077; printf '[paper]\nfeed = feed.db\n' > maemae.conf)
	run pb 09:05 -c maemae.conf buy 005930 181
	[ "$status" -eq 1 ]
	[[ $output == *"not enough cash: needs 12941500"* ]]
	pb 09:05 -c maemae.conf buy 005930 10 55100
	run pb 09:06 -c maemae.conf fills
	[ "${lines[1]}" = 1,1,20250314,0905,005930,buy,10,55000,0,0 ]
	printf '[paper]\nfeed = none.db\n' > maemae.conf
	run pb 09:06 -c maemae.conf cash
	[ "$status" -eq 78 ]
	[[ $output == *"[paper] feed: none.db: "* ]]
}

@test "the account's costs are those of set-limit" {
	sqlite3 m.db "INSERT INTO setting VALUES
	    ('commission_buy', '0.001', '2025-03-14T08:00:00+09:00')"
	pb 09:05 buy 005930 10
	run pb 09:06 cash
	[ "${lines[1]}" = 9449230,9449230 ]
}

@test "a refused order says why" {
	run pb 09:05 sell 005930 1
	[ "$status" -eq 1 ]
	[[ $output == *"refused: not enough shares: to sell 1, there are 0"* ]]
	run pb 08:00 buy 005930 1
	[ "$status" -eq 1 ]
	[[ $output == *"no orders are taken yet"* ]]
	run pb 09:05 buy 005930 1 55050
	[[ $output == *"55050 is not on a tick (100 won here)"* ]]
	run pb 09:05 requests
	[ "${#lines[@]}" -eq 4 ]
}

@test "cancelling, and what is final" {
	pb 09:05 buy 005930 1 50000
	run pb 09:05 cash
	[ "${lines[1]}" = 10000000,9950000 ]
	run pb 09:05 cancel 1
	[ "$status" -eq 0 ]
	run pb 09:05 cancel 1
	[ "$status" -eq 1 ]
	[[ $output == *"order 1 is already cancelled"* ]]
	run pb 09:05 cash
	[ "${lines[1]}" = 10000000,10000000 ]
}

@test "money and shares come and go" {
	pb 09:05 deposit 5
	pb 09:05 hold 005930 3 150000
	run pb 09:05 cash
	[ "${lines[1]}" = 10000005,10000005 ]
	run pb 09:05 holdings
	[ "${lines[1]}" = 005930,3,3,150000 ]
	run pb 09:05 withdraw 10000006
	[ "$status" -eq 64 ]
	pb 09:05 withdraw 10000005
	run pb 09:05 cash
	[ "${lines[1]}" = 0,0 ]
}

@test "another file of books, which must exist" {
	run pb 09:05 --books other.db cash
	[ "$status" -eq 78 ]
	pb 09:05 deposit 1
	mv m-paper.db other.db
	run pb 09:05 --books other.db cash
	[ "${lines[1]}" = 10000001,10000001 ]
	[ ! -e m-paper.db ]
	run pb 09:05 --books m.db cash
	[ "$status" -eq 65 ]
	[[ $output == *"not the books of a paper broker"* ]]
}

@test "the configuration's books, cash and mistakes" {
	printf '[paper]\nbooks = %s/p.db\ncash = 77\n' "$PWD" > conf
	chmod 600 conf
	run pb 09:05 -c conf cash
	[ "${lines[1]}" = 77,77 ]
	[ -e p.db ]
	printf '[paper]\nfault = lose-anser:0.1\n' > conf
	run pb 09:05 -c conf cash
	[ "$status" -eq 78 ]
	[[ $output == *"no fault 'lose-anser' (there are: "* ]]
}

@test "it works on paper whatever broker is configured" {
	printf '[broker]\nkind = kis\n' > conf
	chmod 600 conf
	run pb 09:05 -c conf cash
	[ "$status" -eq 0 ]
}

@test "mistakes in the call" {
	for call in "" "sing" "buy" "buy 005930" "buy 5930 1" "buy 005930 0" \
	    "buy 005930 x" "buy 005930 1 2 3" "cancel" "cancel x" \
	    "buy 005930 9000000001" "hold 005930 9000000001" \
	    "deposit -5" "orders 3" "will" "will nonsense" \
	    "will cancel-loses:new" "--date 20250230 fills"; do
		# shellcheck disable=SC2086
		run pb 09:05 $call
		echo "$call: $output"
		[ "$status" -eq 64 ]
	done
}

@test "a dry run does nothing" {
	run pb 09:05 --dry-run buy 005930 1
	[ "$status" -eq 0 ]
	[ ! -e m-paper.db ]
	run pb 09:05 --dry-run buy 005930 x
	[ "$status" -eq 64 ]
}

@test "a killed program leaves whole books" {
	pb 09:05 deposit 1
	for i in 1 2 3 4 5 6 7 8; do
		timeout -s KILL "0.00$i" paper-broker --now '2025-03-14 09:05' \
		    buy 005930 1 50000 || true
	done
	[ "$(sqlite3 m-paper.db 'PRAGMA integrity_check')" = ok ]
	[ "$(sqlite3 m-paper.db 'SELECT count(*) FROM orders')" -eq \
	    "$(sqlite3 m-paper.db 'SELECT count(*) FROM request')" ]
	run pb 09:05 cash
	[ "$status" -eq 0 ]
}
