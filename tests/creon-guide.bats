#!/usr/bin/env bats
# docs/brokers/creon.md: what it prints to be typed is typed here, with the
# fake CREON behind the gateway; only what needs Windows is left out.

load helper

GUIDE=$ROOT/docs/brokers/creon.md
KOREAN=$ROOT/docs/brokers/creon.ko.md

setup()
{
	# They try the page; the programs have tests of their own.
	[ -z "${SAN-}" ] || skip 'a page is tried without sanitizers'
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD XDG_CONFIG_HOME=$PWD/.config
	export MAEMAE_DB=$PWD/maemae.db
	unset MAEMAE_CONF XDG_DATA_HOME
	PATH=$PATH:${BUILD:-$ROOT/build}/gateway
	# Its port may be taken here; any other does as well.
	PORT=$((20000 + RANDOM % 10000))
}

teardown()
{
	local header
	for header in creon-try/header .config/maemae/creon.header; do
		[ ! -e $header ] || "$(type -P -a curl | tail -n 1)" -s \
		    -o stopped -X POST -H @$header \
		    "http://127.0.0.1:$PORT/v1/stop" || :
	done
}

# blocks KIND HEADING: the blocks of a kind in a section of the guide
blocks()
{
	sed -n "/^## $2/,/^## /p" "$GUIDE" |
	    sed -n "/^\`\`\`$1\$/,/^\`\`\`/p" | grep -v '^```'
}

@test "tried without Windows: the guide's first section, to the last fill" {
	blocks sh '1\.' | grep -v '^make \|^export PATH=' |
	    sed "s/127\.0\.0\.1:7990/127.0.0.1:$PORT/
	    s/creon-gateway-native/& --listen 127.0.0.1:$PORT/
	    s/^db = firm\.db$/&\nwindow_ms = 500/
	    s/^sleep 1\$/until curl -s -o up 127.0.0.1:$PORT; do kill -0 \$!; sleep 0.1; done/" \
	    > typed
	grep -q '^until' typed
	[ "$(wc -l < typed)" -ge 50 ]
	bash -eu typed > out 2> err || { cat out err >&2; return 1; }
	cd creon-try || return 1
	MAEMAE_DB=$PWD/maemae.db
	[ "$(sql "SELECT side, quantity, filled, state FROM orders")" = \
	    'buy|1|1|filled
sell|1|1|filled' ]
	[ "$(sql "SELECT strategy, code, quantity FROM lot")" = \
	    'MANUAL|000431|1' ]
	# What the text says will be seen.
	grep -q '"connected":true.*"signed_on":true.*"fake":true' ../out
	grep -q '"key":"try-1".*"replayed":true' ../out
	[ "$(sqlite3 firm-books.db 'SELECT count(*) FROM orders')" -eq 4 ]
	! grep 335123456 day.rec creon-gateway/*
}

# A clock that stands in a file, as seconds of the day, and what reads it: each
# program takes two seconds, sleep and watch-fills as long as they say.
first_day_clock()
{
	local p
	mkdir -p shim
	echo $((8 * 3600)) > now
	echo 2025-03-14 > today
	cat > shim/tick <<-'END'
		now=$(cat "$HOME/now")
		printf '%s %02d:%02d:%02d' "$(cat "$HOME/today")" \
		    $((now / 3600)) $((now / 60 % 60)) $((now % 60))
		echo $((now + $1)) > "$HOME/now"
	END
	for p in "${BIN:-$ROOT/bin}"/*; do
		[ -x "$p" ] && [ ! -d "$p" ] || continue
		printf '#!/bin/sh\nexec %s "$@" --now "$(sh ~/shim/tick 2)"\n' \
		    "$p" > "shim/${p##*/}"
	done
	printf '#!/bin/sh\nsh ~/shim/tick "$1" > /dev/null\n' > shim/sleep
	printf '#!/bin/sh\necho $(($(cat ~/now) %% 60))\n' > shim/date
	# It follows for a time: the look that counts is the one at its end.
	printf '#!/bin/sh\nsh ~/shim/tick "$2" > /dev/null\nexec %s %s' \
	    "${BIN:-$ROOT/bin}/watch-fills" '"$@" --now "$(sh ~/shim/tick 1)"' \
	    > shim/watch-fills
	printf '#!/bin/sh\nexec %s "$@" -H "x-maemae-now: %s"\n' \
	    "$(type -P curl)" '$(sh ~/shim/tick 2)' > shim/curl
	chmod +x shim/*
}

# The firm, with 005930 at 2,100 won, and its gateway in Windows' place.
first_day_firm()
{
	make-market --stocks 6 --from 20250203 --days 30 --minute-days 2 --dir .
	sed -i 's/^000431,/005930,/' ./*.csv
	trade-db init --db firm.db
	for kind in stocks daily minute; do
		import-prices --db firm.db -q --$kind $kind.csv
	done
	printf '[creon]\ndb = firm.db\nwindow_ms = 500\n[paper]\n%s\n' \
	    'books = books.db' > model.ini
	chmod 600 model.ini
	mkdir -p mnt/c/maemae
	CREON_MODEL=model.ini creon-gateway-native --record day.rec \
	    --dir mnt/c/maemae/creon-gateway --listen 127.0.0.1:$PORT \
	    > gateway.out 2> gateway.log 3>&- &
	for _ in {1..100}; do
		grep -q port gateway.out && return
		command sleep 0.1
	done
	return 1
}

@test "the first day, with the fake in mock trading's place" {
	first_day_firm
	first_day_clock
	{
		blocks sh '6\.'
		blocks sh '8\.'
		blocks sh '9\.'
	} | sed "s/127\.0\.0\.1:7990/127.0.0.1:$PORT/
	    s|/mnt/c|$PWD/mnt/c|; s/49500/1900/; s/55500/2200/
	    s/stock_capital=100000/stock_capital=3000/
	    s/^gw 'quotes/echo \$((9 * 3600 + 120)) > now; &/
	    s/^grep -c .*/& || :/" > typed
	# What goes into the file by hand: the second of the section's.
	blocks ini '8\.' > ini
	grep -q '^kind = creon$' ini && grep -q 'live = yes-trade' ini
	sed -i '/^set-strategy first --remove/i echo 2025-03-17 > today\
echo $((8 * 3600 + 49 * 60)) > now' typed
	sed -i "/^set-strategy first daily/i sed -i 's/^kind = creon\$/&\\\\nlive = yes-trade-real-money/' .config/maemae/maemae.conf" typed
	PATH=$PWD/shim:$PATH bash -eu typed > out 2> err ||
	    { cat out err >&2; return 1; }
	grep -q '^live = yes-trade-real-money$' .config/maemae/maemae.conf
	[ "$(sql "SELECT strategy, side, quantity, filled, state FROM orders")" = \
	    'first|buy|1|1|filled
first|sell|1|1|filled
early|buy|1|0|cancelled' ]
	[ "$(sql "SELECT strategy, code, quantity FROM lot")" = \
	    'MANUAL|005930|1' ]
	grep -q '"key":"first-1".*"outcome":"accepted"' out
	grep -q '"key":"first-2".*"outcome":"accepted"' out
	grep -q '"key":"first-3".*"outcome":"rejected"' out
	grep -q '"state":"confirm"' out
	grep -q '"state":"fill"' out
	[ -e day.rec.gz ] && ! grep 335123456 day.rec
	[ "$(tail -n 1 .config/maemae/creon.token | wc -c)" -ge 33 ]
	trade-db check
}

@test "with NAT the crontab's line writes down the address of Windows" {
	mkdir -p shim .config/maemae
	printf '#!/bin/sh\necho default via 172.20.48.1 dev eth0 proto kernel\n' \
	    > shim/ip
	printf '#!/bin/sh\n' > shim/sleep
	chmod +x shim/*
	printf '[creon]\nurl = http://127.0.0.1:7990\n' \
	    > .config/maemae/maemae.conf
	grep -P '^@reboot\t' "$GUIDE" | cut -f 2 > typed
	PATH=$PWD/shim:$PATH sh typed
	grep -qx 'url = http://172.20.48.1:7990' .config/maemae/maemae.conf
}

@test "the real account can be pinned, and another one is refused" {
	first_day_firm
	blocks ini '10\.' > ini
	grep -q '^account = 335123456$' ini
	{
		printf '[broker]\nkind = creon\n'
		cat ini
		printf 'url = http://127.0.0.1:%d\ntoken_file = %s\n' $PORT \
		    "$PWD/mnt/c/maemae/creon-gateway/token"
	} > maemae.conf
	chmod 600 maemae.conf
	cp mnt/c/maemae/creon-gateway/token token
	mkdir -p .config/maemae
	echo "Authorization: Bearer $(cat token)" > .config/maemae/creon.header
	trade-db init
	sync-account -c maemae.conf --now '2025-03-17 08:20'
	sed -i 's/^account = .*/account = 111111111/' maemae.conf
	run --separate-stderr sync-account -c maemae.conf --now '2025-03-17 08:21'
	fails_with 78 'which is not'
}

@test "what the guide names is there: options, files, tasks, targets" {
	creon-gateway-native --help > help
	for o in $(grep -E '^--|`--(account|product|listen|token|orders)|creon-gateway --' \
	    "$GUIDE" | grep -oE -- '--[a-z]+' | sort -u); do
		case $o in
		--cancel | --all | --settle) continue ;; # the toolkit's
		esac
		grep -q -- "$o" help || { echo "no $o" >&2; return 1; }
	done
	for t in creon-login creon-gateway wsl; do
		grep -q "'$t'" "$GUIDE"
		grep -q "maemae $t" "$GUIDE"
		[ -e "$ROOT/gateway/windows/$t.xml" ]
	done
	for f in login.ps1 gateway.cmd; do
		grep -q "$f" "$GUIDE"
		[ -e "$ROOT/gateway/windows/$f" ]
	done
	for target in deps-windows windows gateway; do
		make -C "$ROOT" -n $target > /dev/null
	done
	# The times that the guide gives are the tasks'.
	grep -q 'T07:40:00+09:00' "$ROOT/gateway/windows/creon-login.xml"
	grep -q 'T07:30:00+09:00' "$ROOT/gateway/windows/creon-gateway.xml"
	grep -q '| 07:40 on weekdays' "$GUIDE"
	# Where the gateway's words stand in a table, the gateway has them.
	for word in unauthorized not_signed_on busy not_connected limited \
	    orders_off; do
		grep -q "\`$word\`" "$GUIDE"
		grep -rq "\"$word\"" "$ROOT/gateway"
	done
}

# The blocks of a guide, without the comments in them.
all_blocks()
{
	sed -n '/^```[a-z]*$/,/^```$/p' "$1" | sed '/^#/d; s/  *# .*//'
}

@test "both languages give the same commands" {
	diff <(all_blocks "$GUIDE") <(all_blocks "$KOREAN")
	[ "$(grep -c '^## ' "$GUIDE")" -eq "$(grep -c '^## ' "$KOREAN")" ]
}
