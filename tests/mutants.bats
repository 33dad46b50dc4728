#!/usr/bin/env bats
# make mutants: changes of the code that break a promise, and who notices.
# The whole is run by hand (docs/reliability.md); here all must still apply and
# compile, and a few that are noticed quickly must be.

load helper
load simulator

mutants()
{
	"$ROOT/tests/mutants/run" "$@"
}

@test "a few are noticed by the rule that they break" {
	mutants -d 20 cash-without-costs call-in-transaction > out ||
	    { cat out; return 1; }
	grep -q '^killed .*\[S5\] *S5 after' out
	tail -n 1 out | grep -qx '2 killed, 0 survived'
}

@test "a survivor is told, by name and status" {
	dir=$BATS_TEST_TMPDIR/mutants
	mkdir "$dir"
	cp "$ROOT/tests/mutants/run" "$dir"
	sed 's/^notices: .*/notices: L5/' \
	    "$ROOT/tests/mutants/cash-without-costs.patch" > "$dir/other.patch"
	sed '/^notices:/d' \
	    "$ROOT/tests/mutants/cash-without-costs.patch" > "$dir/headless.patch"
	sed 's/^-.*amount.*/-		not there/' \
	    "$ROOT/tests/mutants/cash-without-costs.patch" > "$dir/stale.patch"
	run mutants_in "$dir" -d 2
	[ "$status" -eq 1 ]
	[[ $output == *'SURVIVED other '*'nobody in 2 days'* ]]
	[[ $output == *'SURVIVED headless '*'its head says not'* ]]
	[[ $output == *'SURVIVED stale '*'does not apply'* ]]
	[[ ${lines[-1]} == '0 killed, 3 survived' ]]
}

mutants_in()
{
	"$1/run" "${@:2}"
}

@test "every mutant still applies and compiles, and names rules there are" {
	mutants -c > out || { grep SURVIVED out; return 1; }
	n=$(tail -n 1 out | sed -n 's/^\([0-9]*\) compiles, 0 survived$/\1/p')
	[ "$n" -ge 24 ]
	for p in "$ROOT"/tests/mutants/*.patch; do
		# shellcheck disable=SC2013 # words are wanted
		for r in $(sed -n 's/^notices: *//p' "$p"); do
			grep -q "\"$r\"" "$ROOT/tests/sim/check.c" \
			    "$ROOT/tests/sim/signals.c" ||
			    { echo "$p: no rule $r"; return 1; }
		done
	done
}

# broken NAME: a copy of the tree in which this mutant is built
broken()
{
	local b=${BUILD#"$ROOT"/} part

	mkdir -p "tree/$b" && cd tree || return
	for part in Makefile lib bin gateway sql strategies tests docs; do
		cp -a "$ROOT/$part" .
	done
	for part in schema.h libmaemae.a libsim.a lib bin sim strategies; do
		cp -a "$ROOT/$b/$part" "$b"
	done
	patch -s -p1 --fuzz=0 < "tests/mutants/$1.patch" &&
	    make -s B="$b" "$b/sim/simulate"
}

@test "a failing seed is shrunk, and the line that is printed repeats it" {
	broken cash-without-costs
	run make -s B="${BUILD#"$ROOT"/}" simulate SEED=1 DAYS=4 JOBS=1
	[ "$status" -ne 0 ]
	echo "$output" > found
	grep -q ' violations$' found && ! grep -q ' 0 violations$' found
	sed -n 's/^  with less: //p' found | head -n 1 > less
	grep -q ': S5: ' less
	# shellcheck disable=SC2046 # words of a command
	set -- $(grep -m 1 '^  make simulate SEED=' found)
	[[ $* == 'make simulate SEED='*' WITHOUT='*,* ]]
	run "$@" -s B="${BUILD#"$ROOT"/}" JOBS=1
	[ "$status" -ne 0 ]
	[[ $output == *"$(cat less)"* ]]
}

@test "no mutant that is not there" {
	run mutants nonsense
	[ "$status" -eq 64 ]
}
