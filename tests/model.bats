#!/usr/bin/env bats
# The order protocol as a model (tests/model): what holds, holds; what is
# planted, is found; and the model moves as the database does.  The table of
# transitions is compared by tests/unit/model_table.c; all configurations are
# searched by `make model`.

load helper

# Needs spin, which tests/deps installs.
model()
{
	TMPDIR=$BATS_TEST_TMPDIR run "$ROOT/tests/model/run" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

# Names of the short configurations whose outcome is like this.
short()
{
	"$ROOT/tests/model/run" list | awk -v want="$1" \
	    '$2 == "short" && ($3 == "ok") == (want == "ok") { print $1 }'
}

@test "the protocol holds in the small configurations" {
	# shellcheck disable=SC2046
	model $(short ok)
	[ "$(grep -c '^ok .* 0  ok$' <<< "$output")" -ge 5 ]
}

@test "each planted defect is found, and breaks the promise it should" {
	# shellcheck disable=SC2046
	model $(short bad)
	# every promise has been broken by one
	for promise in S1 S2 S3 S4 S8 P8 T29 L1; do
		grep -q "^ok .* $promise broken, as planted$" <<< "$output"
	done
	# and every defect that can be planted has been
	# shellcheck disable=SC2013
	for defect in $(grep -o 'BAD_[A-Z_]*[A-Z]' "$ROOT/tests/model/order.pml" |
	    sort -u | grep -v BAD_LISTS); do
		"$ROOT/tests/model/run" list | grep -q -e "-D$defect\>" ||
		    { echo "$defect" >&2; return 1; }
	done
}

@test "the runner says so when a promise is broken, or nothing is" {
	cd "$BATS_TEST_TMPDIR" && cp -r "$ROOT/tests/model" copy
	sed -i 's/^bad-fills.*/bad-fills short S4 -DA=1 -DNO_SYNCER/
	    s/^settled	.*/settled short ok -DA=1 -DNO_SYNCER -DBAD_FILLS/' \
	    copy/run
	TMPDIR=$BATS_TEST_TMPDIR run copy/run bad-fills settled
	[ "$status" -eq 1 ]
	[[ $output == *'not ok settled'*'expected ok'* ]]
	[[ $output == *'not ok bad-fills'*'expected S4'* ]]
	[[ $output == *'2 configurations, 2 not as they should be' ]]
	TMPDIR=$BATS_TEST_TMPDIR run copy/run nonsense
	[ "$status" -eq 1 ]
}

@test "a request moves in the model as the database lets it" {
	local from to may
	new_db
	sql "INSERT INTO orders (day, strategy, code, side, why, is_market,
	    limit_price, quantity, sent, worked, planned_at, changed_at)
	    VALUES (20250314, 'gold', '005930', 'buy', 'signal', 0, 1000, 10,
	    1000, 1000, '2025-03-14T10:00:00+09:00',
	    '2025-03-14T10:00:00+09:00')"
	for from in planned sending accepted refused unknown dropped; do
		for to in planned sending accepted refused unknown dropped; do
			[ "$from" = "$to" ] && continue
			may=no
			sql "INSERT INTO order_request (id, order_id, kind,
			    state, planned_at) VALUES (1, 1, 'cancel',
			    '$from', '2025-03-14T10:00:00+09:00')"
			sql "UPDATE order_request SET state = '$to'" \
			    2> /dev/null && may=yes
			sql 'DELETE FROM order_request'
			grep -qE "^R\(RQ_${from^^},\s*RQ_${to^^}\)" \
			    "$ROOT/tests/model/requests.pml" &&
			    may=$may-yes || may=$may-no
			echo "$from $to $may"
			[ "$may" = yes-yes ] || [ "$may" = no-no ]
		done
	done
	[ "$(grep -c '^R(' "$ROOT/tests/model/requests.pml")" -eq 8 ]
}
