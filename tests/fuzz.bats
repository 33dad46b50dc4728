# The fuzz entries, shortly: what was found once is not found again, and a
# second of new inputs finds nothing.  `make fuzz` looks longer.
load helper

setup()
{
	cd "$ROOT" || return 1
}

need_fuzzers()
{
	tests/fuzz/run --probe 2> /dev/null || skip 'no clang with libFuzzer'
	# A minute of building is not for a test: .ci/run and make fuzz do it.
	env -u MAKEFLAGS -u MAKELEVEL -u SAN make -q FUZZ=1 fuzzers \
	    2> /dev/null || skip 'build-fuzz is not of now: make FUZZ=1 fuzzers'
	export BUILD=build-fuzz
	# What was found here before is not looked through again.
	export FOUND=$BATS_TEST_TMPDIR/found
	unset ASAN_OPTIONS UBSAN_OPTIONS
}

# A change of the schema asks for new rows: tests/fuzz/day.  Seen here without
# clang as well.
@test "the rows that are damaged fit the schema of now" {
	db=$BATS_TEST_TMPDIR/rows.db
	MAEMAE_DB=$db trade-db init
	{
		sqlite3 "$db" "SELECT 'DROP TRIGGER ' || name || ';'
		    FROM sqlite_schema WHERE type = 'trigger'"
		echo 'DELETE FROM market_calendar;'
		cat tests/fuzz/day.sql
	} > "$BATS_TEST_TMPDIR/rows.sql"
	sqlite3 -bail "$db" < "$BATS_TEST_TMPDIR/rows.sql"
	[ "$(sqlite3 "$db" 'SELECT count(*) > 1 FROM drift')" = 1 ]
}

@test "kept inputs: each entry takes or refuses all of them rightly" {
	need_fuzzers
	run tests/fuzz/run -R
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ! $output =~ FINDING ]]
	# Every entry has inputs and was run on them.
	for f in tests/fuzz/*.c; do
		[[ $output =~ $(basename "$f" .c)\ +[1-9][0-9]* ]]
	done
}

@test "a second of new inputs of each entry finds nothing" {
	need_fuzzers
	seed=$(($(date +%s) % 1000000 + 1))
	echo "# fuzz seed $seed" >&3
	run tests/fuzz/run -s 1 -r "$seed"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a finding is kept, said with the line that repeats it, and status 1" {
	need_fuzzers
	mkdir -p "$BATS_TEST_TMPDIR/fuzz"
	printf '#!/bin/sh\n%s\n%s\nexit 77\n' \
	    'echo "x.c:1: does not hold: a == b"' \
	    'echo "Test unit written to somewhere/values-crash-1"' \
	    > "$BATS_TEST_TMPDIR/fuzz/values"
	chmod +x "$BATS_TEST_TMPDIR/fuzz/values"
	BUILD=$BATS_TEST_TMPDIR run tests/fuzz/run -s 1 values
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output =~ 'FINDING in values' ]]
	[[ $output =~ 'does not hold: a == b' ]]
	[[ $output =~ "repeat: $BATS_TEST_TMPDIR/fuzz/values somewhere/values-crash-1" ]]
}
