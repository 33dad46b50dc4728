# simulator.bash - what the tests of tests/sim share: it is built once for a
# file, and not where its fibers cannot be followed.
# shellcheck shell=bash

setup_file()
{
	[ -z "$SAN" ] && [ "${BUILD%-cov}" = "$BUILD" ] || return 0
	make -s -C "$ROOT" B="$BUILD" simulator > "$BATS_FILE_TMPDIR/made" 2>&1
}

setup()
{
	[ -z "$SAN" ] || skip 'fibers, which sanitizers do not follow'
	[ "${BUILD%-cov}" = "$BUILD" ] || skip 'fibers, which counters do not follow'
	cd "$BATS_TEST_TMPDIR" || return 1
}
