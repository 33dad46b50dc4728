# helper.bash - what the tests of the programs share.  Each test has a folder
# of its own, and nothing of the user's is seen or touched.
# shellcheck shell=bash disable=SC2034

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
	sqlite3 -batch -noheader "$MAEMAE_DB" "$1"
}

# Everything in a database as text: equal before and after means untouched.
dump()
{
	sqlite3 -batch "${1:-$MAEMAE_DB}" .dump
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
