#!/usr/bin/env bats
# docs/brokers/kis.md: what it prints to be typed without an account is typed
# here; and the Korean page says the same.

load helper

GUIDE=$ROOT/docs/brokers/kis.md
KOREAN=$ROOT/docs/brokers/kis.ko.md

setup()
{
	# They try the page; the programs have tests of their own.
	[ -z "${SAN-}" ] || skip 'a page is tried without sanitizers'
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD
	unset MAEMAE_CONF XDG_DATA_HOME XDG_CONFIG_HOME
	# Its ports may be taken here; any others do as well.
	PORT=$((20000 + RANDOM % 10000))
	SOCKET=$((PORT + 10000))
}

# blocks KIND HEADING PAGE: the blocks of a kind in a section
blocks()
{
	sed -n "/^## $2/,/^## /p" "$3" |
	    sed -n "/^\`\`\`$1\$/,/^\`\`\`/p" | grep -v '^```'
}

@test "tried without an account: the first section, to the last fill" {
	blocks sh '1\.' "$GUIDE" | grep -v '^make all\|^export PATH=' |
	    sed "s/9443/$PORT/; s/21000/$SOCKET/
	    s/^sleep 1\$/until grep -q $PORT sandbox.out; do sleep 0.1; done/" \
	    > typed
	[ "$(grep -c "$PORT" typed)" -ge 3 ]
	timeout 100 bash -eum typed > out 2> err || { cat out err >&2; return 1; }
	cd kis-try || return 1
	[ "$(sqlite3 maemae.db 'SELECT side, quantity, filled, state
	    FROM orders')" = 'buy|1|1|filled
sell|1|1|filled' ]
	[ "$(sqlite3 firm-books.db 'SELECT count(*) FROM orders')" -eq 2 ]
	[ "$(stat -c %a maemae/kis-*.token)" = 600 ]
}

@test "both pages print the same to be typed and written" {
	for kind in sh ini; do
		for section in 1 3 4 5 6; do
			[ "$(blocks $kind "$section\\." "$GUIDE" | sed 's/ *#.*//')" = \
			    "$(blocks $kind "$section\\." "$KOREAN" | sed 's/ *#.*//')" ] ||
			    { echo "$kind of $section" >&2; return 1; }
		done
	done
}

@test "each key of the configuration is in both pages and in maemae(7)" {
	grep -ho 'get(k, "[a-z_]*"' "$ROOT/lib/broker/kis_conf.c" |
	    cut -d'"' -f2 | sort -u > keys
	grep -ho 'read_secret(k, "[a-z_]*"\|"kis", "[a-z_]*"' \
	    "$ROOT/lib/broker/kis_conf.c" | sed 's/.*"\(.*\)"/\1/' >> keys
	[ "$(wc -l < keys)" -ge 8 ]
	while read -r key; do
		for page in "$GUIDE" "$KOREAN" "$ROOT/docs/man/maemae.7"; do
			grep -q "$key" "$page" ||
			    { echo "$key is not in $page" >&2; return 1; }
		done
	done < keys
}
