#!/usr/bin/env bats
# Slices of the campaigns of tests/kill; the wholes are `make kills` and
# `make syscalls`.

load helper

setup()
{
	[ -z "${SAN-}" ] ||
	    skip 'programs under sanitizers are too slow to be killed by the hundred'
	export MAEMAE_STRATEGIES=$BUILD/kill
}

@test "system calls that fail leave a word, a status and a sound account" {
	STRIDE=250 SEED=${SEED-$RANDOM} "$BUILD/kill/syscalls"
}

@test "so do steps of statements, by the disk and by who holds the database" {
	KIND=step STRIDE=500 SEED=${SEED-$RANDOM} "$BUILD/kill/syscalls"
}

@test "programs killed at random instants leave an account that is sound" {
	KILLS=200 SEED=${SEED-$RANDOM} "$BUILD/kill/kills"
}
