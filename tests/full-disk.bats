#!/usr/bin/env bats
# A disk that is really full: each program that writes says so in one line, and
# the database is as it was.  The disk is a small file system in memory, which
# root alone may make; elsewhere this is skipped.

load helper
load live

setup_file() { live_build; }

setup()
{
	disk=$BATS_TEST_TMPDIR/disk
	mkdir "$disk"
	mount -t tmpfs -o size=6m maemae-test "$disk" 2> /dev/null ||
	    skip 'no small disk can be mounted here; root may'
	# live_begin's new_db, on the disk
	new_db()
	{
		export MAEMAE_DB=$disk/maemae.db
		export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
		trade-db init
	}
	live_begin
	strategy gold buy=005930
}

teardown()
{
	cd /
	umount "$disk" 2> /dev/null || true
}

# fill BYTES: nothing is left but so much
fill()
{
	# Whatever stands in the log goes to the database first.
	sqlite3 "$MAEMAE_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' > checkpoint
	head -c "$1" /dev/zero > "$disk/spare"
	cat /dev/zero > "$disk/filler" 2> /dev/null || true
	rm "$disk/spare"
}

# All but who ran, and what was told a person.
facts()
{
	dump | grep -vE 'INTO (program_run|lease|alert|sqlite_sequence) '
}

# With room for nothing, for a page, for the index of the log, and for some of
# the log: status 1 (a retry helps), nothing on stdout, one line that says why,
# at most one more about the run's own record.  With room again the database is
# as before, and whole.
no_room_for()
{
	local room before failed=0

	for room in 0 4096 40000 80000; do
		before=$(facts)
		fill "$room"
		run --separate-stderr "$@"
		rm "$disk/filler"
		[ "$status" -ne 0 ] || break	# it needed no more than that
		failed=$((failed + 1))
		# shellcheck disable=SC2154
		if [ "$status" -ne 1 ] || [ -n "$output" ] ||
		    [ "${#stderr_lines[@]}" -gt 2 ] ||
		    grep -qvE 'full|No space left' <<< "$stderr"; then
			echo "with $room bytes, status $status: $*: $output" \
			    "$stderr" >&2
			return 1
		fi
		diff <(echo "$before") <(facts) >&2 || return 1
		silent trade-db check || return 1
	done
	[ "$failed" -gt 0 ]
}

@test "import-prices" {
	make-market --seed 4 --stocks 40 --days 30 --dir m > out
	no_room_for import-prices --daily m/daily.csv
	silent import-prices --daily m/daily.csv
	[ "$(sql 'SELECT count(*) FROM daily_price')" -eq 1202 ]
}

@test "update-prices" {
	no_room_for at 09:05 update-prices
	silent at 09:05 update-prices
}

@test "place-orders sends nothing, and once there is room, once" {
	at 09:05 update-prices
	at 09:05 gen-signals > out
	no_room_for at 09:05 place-orders
	[ -z "$(PAPER_AT=09:05 paper requests)" ] || [ "$status" -eq 0 ]
	at 09:05 place-orders > out
	at 09:05 place-orders > out
	[ "$(orders)" = '1 buy 50 0 open' ]
	[ "$(PAPER_AT=09:05 paper requests | wc -l)" -eq 1 ]
}

# The disk fills up at each step of a pass: before the decision is committed,
# before the claim, before the answer is.
@test "place-orders buys once, wherever the room ended" {
	at 09:05 update-prices
	at 09:05 gen-signals > out
	mkdir -p "$XDG_CONFIG_HOME/maemae" books
	printf '[paper]\nbooks = %s\n' "$PWD/books/paper.db" \
	    > "$XDG_CONFIG_HOME/maemae/maemae.conf"
	chmod 600 "$XDG_CONFIG_HOME/maemae/maemae.conf"
	sqlite3 "$MAEMAE_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' > out
	mv "$MAEMAE_DB" before.db
	mv "$disk/maemae-paper.db" paper.db
	for ((room = 0; room <= 140000; room += 4096)); do
		rm -f "$disk"/* books/*
		cp before.db "$MAEMAE_DB"
		cp paper.db books
		fill "$room"
		run --separate-stderr at 09:05 place-orders
		rm "$disk/filler"
		[ "$status" -eq 0 ] || [ "$status" -eq 1 ]
		# shellcheck disable=SC2154
		[ "${#stderr_lines[@]}" -le 2 ]
		[ -z "$(grep -v full <<< "$stderr")" ]
		seen+=" $status$(sql 'SELECT group_concat(state) FROM orders')"
		silent trade-db check
		at 09:05:30 place-orders > out 2> err || true
		minute 09:06
		[ "$(sql 'SELECT sum(filled) FROM orders')" -eq 50 ]
		[ "$(PAPER_AT=09:06 paper requests | wc -l)" -eq 1 ]
		silent trade-db check
	done
	# The room ended at each of them.
	for at in 1 1planned 1sending 0open; do
		[[ "$seen " = *" $at "* ]] || { echo "$at: $seen" >&2; return 1; }
	done
}

@test "eod-report" {
	minute 09:05
	minute 09:06
	no_room_for at 16:00 eod-report -o day.txt
	[ ! -e day.txt ] || [ "$status" -eq 0 ]
	at 16:00 eod-report > out
	[ "$(sql 'SELECT max(revision) FROM daily_portfolio')" -eq 1 ]
}

@test "eod-report whose file has no room" {
	minute 09:05
	minute 09:06
	at 16:00 eod-report > out	# the day is closed already
	echo before > "$disk/day.html"
	fill 40000
	run --separate-stderr at 16:00 eod-report --format html -o "$disk/day.html"
	rm "$disk/filler"
	if [ "$status" -ne 0 ]; then
		fails_with 1 'full|No space left'
		[ "$(cat "$disk/day.html")" = before ]
		[ "$(ls "$disk" | grep -c day)" -eq 1 ]
	fi
	silent trade-db check
}

@test "trade-db backup" {
	no_room_for trade-db backup copy.db
	rm -f copy.db
	for room in 0 40000 400000; do
		fill "$room"
		run --separate-stderr trade-db backup "$disk/copy.db"
		rm "$disk/filler"
		fails_with 1 'full|No space left'
		[ "$(ls "$disk" | grep -c copy)" -eq 0 ]
		silent trade-db check
	done
	silent trade-db backup "$disk/copy.db"
	silent trade-db -d "$disk/copy.db" check
}
