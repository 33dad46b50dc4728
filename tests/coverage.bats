#!/usr/bin/env bats
# make coverage: what it ends with.  The whole is run by hand, for it takes a
# quarter of an hour (docs/reliability.md); here are a gcovr and a tests/run
# that say what the test tells them to.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR"
	mkdir -p bin tests build-cov
	cp "$ROOT/tests/coverage" tests
	printf '#!/bin/sh\necho "3 passed"\nexit "${FAILED-0}"\n' > tests/run
	# the file that it is to write stands behind --csv
	cat > bin/gcovr <<-'END'
		#!/bin/bash
		for arg; do
			[ "$last" != --csv ] || cp rows "$arg"
			last=$arg
		done
	END
	chmod +x tests/run bin/gcovr
	PATH=$PWD/bin:$PATH
}

# rows TRADE ACCOUNT STORE: of 200 branches each, in two files
rows()
{
	echo 'filename,branch_total,branch_covered' > rows
	for room in trade account store; do
		echo "lib/$room/a.c,100,100"
		echo "lib/$room/b.c,100,$(($1 - 100))"
		shift
	done >> rows
	echo 'lib/report/a.c,10,1' >> rows
}

@test "as many branches as there must be" {
	rows 180 190 200
	run tests/coverage
	[ "$status" -eq 0 ]
	[[ $output == *'lib/trade                          180 of   200   90.0 %'* ]]
	[[ $output != *FAIL* ]]
}

@test "too few in any of the three rooms" {
	for few in '179 200 200' '200 179 200' '200 200 179'; do
		# shellcheck disable=SC2086
		rows $few
		run tests/coverage
		[ "$status" -eq 1 ]
		[ "$(grep -c FAIL <<< "$output")" -eq 1 ]
	done
	[[ $output == *'FAIL   lib/store: less than 90 %' ]]
}

@test "a room of which nothing is known" {
	rows 200 200 200
	sed -i '/trade/d' rows
	run tests/coverage
	[ "$status" -eq 1 ]
	[[ $output == *'FAIL   lib/trade: less than 90 %' ]]
}

@test "a test that failed, though the branches are there" {
	rows 200 200 200
	FAILED=1 run tests/coverage
	[ "$status" -eq 1 ]
}
