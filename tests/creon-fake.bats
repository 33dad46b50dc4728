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

# A 32-bit program without its DLLs says nothing under Wine, and ends with 0.
all_facts()
{
	# shellcheck disable=SC2086
	${FACTS:-${BUILD:-$ROOT/build}/creon/facts} | tr -d '\r' > facts.out
	[ "${PIPESTATUS[0]}" -eq 0 ] || { cat facts.out; return 1; }
	plan=$(sed -n 's/^1\.\.//p' facts.out)
	echo "# $plan facts"
	[ "$plan" -ge 60 ] && [ "$(grep -c '^ok ' facts.out)" -eq "$plan" ]
}

@test "the objects answer as CREON's do" {
	all_facts
}

@test "events are heard under an interface with another number, too" {
	[[ ${FACTS-} == *windows* ]] || skip 'interfaces are COM alone'
	export CREON_EVENTS=moved
	all_facts
}
