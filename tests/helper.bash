# helper.bash - what the tests of the programs share.  Each test has a folder
# of its own, and nothing of the user's is seen or touched.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120

bats_require_minimum_version 1.5.0

ROOT=${ROOT:-$(cd "$BATS_TEST_DIRNAME/.." && pwd)}
PATH=${BIN:-$ROOT/bin}:$PATH
export LC_ALL=C.UTF-8

# A new, empty database; every program finds it.
new_db()
{
	export MAEMAE_DB=$BATS_TEST_TMPDIR/maemae.db
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
	unset MAEMAE_CONF
	trade-db init
}

# Ask the database.
sql()
{
	sqlite3 -batch -noheader -cmd '.timeout 5000' "$MAEMAE_DB" "$1"
}

# Everything in a database as text: equal before and after means untouched.
dump()
{
	sqlite3 -batch -cmd '.timeout 5000' "${1:-$MAEMAE_DB}" .dump
}

# Real market data lies beside the project in some places; else skip.
shared()
{
	local f=${MAEMAE_TEST_DATA:-$ROOT/../shared/data}/$1

	[ -e "$f" ] || skip "no $1 here"
	echo "$f"
}

# After `run --separate-stderr`: this exit status, nothing on stdout, and one
# line on stderr that matches.
fails_with()
{
	local want=$1 pattern=$2

	# shellcheck disable=SC2154
	[ "$status" -eq "$want" ] && [ -z "$output" ] &&
	    [ "${#stderr_lines[@]}" -eq 1 ] &&
	    [[ $stderr =~ $pattern ]] && return 0
	echo "status $status, want $want; stdout '$output';" \
	    "stderr '$stderr', want one line like '$pattern'" >&2
	return 1
}

# After `run --separate-stderr`: done, and not a word on stderr.
silently()
{
	[ "$status" -eq 0 ] && [ -z "$stderr" ] && return 0
	echo "status $status; stderr '$stderr'" >&2
	return 1
}

# A limit on the size of files, in KiB, that gives an error and no signal.
with_file_limit()
{
	local kib=$1
	shift
	(trap '' XFSZ; ulimit -f "$kib"; exec "$@")
}

# Run as one who may not write everywhere; skips where that cannot be.
as_nobody()
{
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	elif setpriv --reuid=65534 --clear-groups true 2> /dev/null; then
		setpriv --reuid=65534 --clear-groups "$@"
	else
		skip 'root may write anywhere'
	fi
}

# refuses STATUS PATTERN COMMAND...: it ends with this status, says why in one
# line on stderr and nothing on stdout, and leaves the database alone.
refuses()
{
	local want=$1 pattern=$2 before='' after=''

	shift 2
	[ ! -s "$MAEMAE_DB" ] || before=$(dump "$MAEMAE_DB" 2>&1 | cksum)
	run --separate-stderr "$@"
	[ ! -s "$MAEMAE_DB" ] || after=$(dump "$MAEMAE_DB" 2>&1 | cksum)
	fails_with "$want" "$pattern" || { echo "of: $*" >&2; return 1; }
	[ "$before" = "$after" ] && return 0
	echo "the database changed: $*" >&2
	return 1
}

# silent COMMAND...: status 0 and not a word.
silent()
{
	run --separate-stderr "$@"
	silently && [ -z "$output" ] && return 0
	echo "not silent: $*: $output" >&2
	return 1
}

# locked COMMAND...: as one who may read the database, but not write there.
locked()
{
	local dir rc=0
	dir=$(mktemp -d)
	trade-db backup "$dir/x.db"
	chmod 444 "$dir/x.db"
	chmod 555 "$dir"
	MAEMAE_DB=$dir/x.db as_nobody "$@" || rc=$?
	chmod 755 "$dir"
	rm -r "$dir"
	return $rc
}

# What every program says to a database that is missing, is none, is someone
# else's, or is newer than the program: bad_databases COMMAND...
bad_databases()
{
	local MAEMAE_DB=$BATS_TEST_TMPDIR/bad.db

	rm -f "$MAEMAE_DB"*
	refuses 78 'run trade-db init' "$@" || return 1
	[ ! -e "$MAEMAE_DB" ] || return 1
	printf '%0200d' 0 > "$MAEMAE_DB"
	refuses 65 'not a' "$@" || return 1
	rm -f "$MAEMAE_DB"
	sqlite3 "$MAEMAE_DB" 'CREATE TABLE t (x)'
	refuses 65 'not a maemae database' "$@" || return 1
	rm -f "$MAEMAE_DB"*
	trade-db init
	sqlite3 "$MAEMAE_DB" 'PRAGMA user_version = 999'
	refuses 78 'newer' "$@"
}

# What every program says to options that are none: bad_options PROGRAM
bad_options()
{
	refuses 64 no-such-option "$1" --no-such-option &&
	    refuses 64 "'-Z'" "$1" -Z &&
	    refuses 64 now "$1" --now '2025-02-30 09:00' &&
	    refuses 64 format "$1" --format yaml
}

# The commands in the EXAMPLES of a page, to be run: its .Dl lines.
page_examples()
{
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/s/^\.Dl //p' \
	    "$ROOT/docs/man/$1.1"
}
