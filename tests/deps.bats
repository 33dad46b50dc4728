#!/usr/bin/env bats
# tests/deps: what is missing is installed, or named in one line.

load helper

# A machine of stand-ins: which packages it lacks, who we are, what it has.
setup()
{
	export TOLD=$BATS_TEST_TMPDIR/told MISSING='mandoc bats' WHO=1000
	machine=$BATS_TEST_TMPDIR/machine
	mkdir "$machine"
	for c in bash env grep; do
		ln -s "$(command -v $c)" "$machine/$c"
	done
	has id 'echo "$WHO"'
	has dpkg-query '[[ " $MISSING " != *" ${!#} "* ]] && echo -n installed'
	: > "$TOLD"
}

# has NAME SCRIPT: this machine has a program that does this.
has()
{
	printf '#!%s\n%s\n' "$(command -v bash)" "$2" > "$machine/$1"
	chmod +x "$machine/$1"
}

has_apt()
{
	has apt-get 'echo "$DEBIAN_FRONTEND apt-get $*" >> "$TOLD"
	[[ " $* " != *" ${BROKEN-none} "* ]] && exit
	[ "$BROKEN" != update ] ||
	    echo "E: Failed to fetch x  Mirror sync in progress?" >&2
	exit 100'
}

deps()
{
	run --separate-stderr env PATH="$machine" "$ROOT/tests/deps" "$@"
}

@test "where all is there, nothing is done and nothing said" {
	MISSING='' deps
	silently
	[ -z "$output" ]
}

@test "root installs what is missing, and that alone" {
	has_apt
	WHO=0 deps
	silently
	[ "$(cat "$TOLD")" = 'noninteractive apt-get -q update
noninteractive apt-get -q -y install --no-install-recommends bats mandoc' ]
}

@test "what is named is wanted, too" {
	has_apt
	MISSING=wine64 WHO=0 deps wine64
	silently
	[ "$(tail -n 1 "$TOLD")" = 'noninteractive apt-get -q -y install --no-install-recommends wine64' ]
	MISSING='' deps wine64
	silently
}

@test "others ask sudo" {
	has_apt
	has sudo 'echo sudo >> "$TOLD"; exec "$@"'
	has true :
	deps
	silently
	[ "$(grep -c sudo "$TOLD")" -eq 3 ]
	grep -q '^noninteractive .* install .* bats mandoc$' "$TOLD"
}

@test "what cannot be installed is named in one line" {
	deps
	fails_with 1 'no apt-get here; please install: bats mandoc$'
	has_apt
	deps
	fails_with 1 'not root, and there is no sudo here; please install: bats mandoc$'
	has sudo 'exit 1'
	deps
	fails_with 1 'not root, and sudo refuses; please install: bats mandoc$'
	[ ! -s "$TOLD" ]
	WHO=0 BROKEN=install deps
	fails_with 1 'apt-get failed; please install: bats mandoc$'
}

@test "a source out of reach does not keep the rest back" {
	has_apt
	WHO=0 BROKEN=update deps
	[ "$status" -eq 0 ]
	# A calm line of ours in place of apt's.
	[ "$stderr" = 'deps: some lists of packages could not be renewed; those that are here are used' ]
	grep -q install "$TOLD"
}

@test "what building and running for Windows lacks is named, too" {
	local tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/tests"
	cp "$ROOT"/tests/{deps,deps-windows,deps-creon,apt.bash} "$tree/tests"
	for c in dirname mktemp mkdir rm sed cat; do
		ln -s "$(command -v $c)" "$machine/$c"
	done
	has_apt
	has dpkg 'echo amd64'
	export MISSING='' BROKEN=source
	run --separate-stderr env PATH="$machine" "$tree/tests/deps-windows"
	fails_with 1 'deps-windows: no source of libmicrohttpd to be had'
	has dpkg 'echo arm64'
	run --separate-stderr env PATH="$machine" "$tree/tests/deps-creon"
	fails_with 1 'deps-creon: Wine is set up on amd64 alone'
	# Libraries that are there are not asked for again.
	mkdir -p "$tree/build/mingw/lib"
	touch "$tree"/build/mingw/lib/lib{microhttpd,jansson}.a
	run --separate-stderr env PATH="$machine" "$tree/tests/deps-windows"
	silently
	has dpkg 'echo amd64'
	has dpkg-query 'echo -n installed'
	BROKEN=download
	run --separate-stderr env PATH="$machine" "$tree/tests/deps-creon"
	fails_with 1 'deps-creon: no libwine installed for i386 to be had'
	BROKEN=update
	run -127 --separate-stderr env PATH="$machine" "$tree/tests/deps-creon"
	[ "${stderr_lines[0]}" = 'deps-creon: some lists of packages could not be fetched; the others are used' ]
	[[ ! $stderr =~ Mirror ]]
}
