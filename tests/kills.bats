#!/usr/bin/env bats
# Slices of the campaigns of tests/kill; the whole is `make kills`.

load helper

setup()
{
	[ -z "${SAN-}" ] ||
	    skip 'programs under sanitizers are too slow to be killed by the hundred'
	export MAEMAE_STRATEGIES=$BUILD/kill
}

@test "programs killed at random instants leave an account that is sound" {
	KILLS=300 SEED=${SEED-$RANDOM} "$BUILD/kill/kills"
}
