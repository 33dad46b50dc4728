#!/usr/bin/env bats
# The fake CREON behaves as the facts say.

load helper
load live
load creon

setup()
{
	creon_market
	creon_model window_ms=1000 orders=40
}

@test "the objects answer as CREON's do" {
	# shellcheck disable=SC2086
	${FACTS:-${BUILD:-$ROOT/build}/creon/facts}
}

@test "events are heard under an interface with another number, too" {
	[[ ${FACTS-} == *windows* ]] || skip 'interfaces are COM alone'
	export CREON_EVENTS=moved
	# shellcheck disable=SC2086
	$FACTS
}
