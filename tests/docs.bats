# What the papers say of the tree is so.

load helper
load live

setup()
{
	cd "$ROOT" || return 1
}

@test "each requirement has one row, and what a row names exists" {
	for n in {1..27}; do
		[ "$(grep -c "^| R$n |" docs/requirements.md)" -eq 1 ] ||
		    { echo "R$n" >&2; return 1; }
	done
	# Words in backquotes with a slash or a suffix are files.
	grep '^| R' docs/requirements.md | grep -o '`[^` ]*`' | tr -d '`' |
	    grep -E '/|\.(bats|c|h|md|sql|example)$' | sort -u |
	    while read -r f; do
		[ -e "$f" ] || { echo "no $f" >&2; exit 1; }
	done
	# What is met has a test.
	! grep '| met |$' docs/requirements.md | grep -v 'tests/'
}

# The names under which a page's headings are found.
anchors()
{
	sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' |
	    sed 's/[.,:`()]//g'
}

@test "links in the papers lead somewhere" {
	for page in README.md docs/*.md docs/brokers/*.md; do
		grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//' |
		    grep -v '^http' | while read -r to; do
			[ -e "$(dirname "$page")/${to%%#*}" ] ||
			    { echo "$page: no $to" >&2; exit 1; }
			# Within the page, to a heading.
			[[ $to != '#'* ]] || anchors "$page" |
			    grep -qxF "${to#?}" ||
			    { echo "$page: no heading $to" >&2; exit 1; }
		done
	done
}

@test "the owner's names lead to what is there" {
	table=$(sed -n '/^## Names of the owner/,$p' docs/architecture.md)
	for name in Backtest Trading Brokerage 'run_daily_logic' \
	    reset_signal execute_order get_position_size \
	    get_portfolio_value set_stop_loss_params \
	    check_and_execute_stop_loss TradingManager; do
		grep -q "$name" <<< "$table"
	done
	grep -o '`lib/[^` ]*\.[ch]`' docs/architecture.md | tr -d '`' |
	    while read -r f; do
		[ -e "$f" ] || { echo "no $f" >&2; exit 1; }
	done
}

@test "every program is in both guides" {
	for p in sync-account update-prices watch-fills gen-signals \
	    place-orders eod-report show-status trade-db import-prices \
	    export-csv set-strategy set-universe set-limit halt-trading \
	    backtest replay; do
		grep -q "$p" README.md || { echo "README: $p" >&2; return 1; }
		grep -q "$p" docs/guide.ko.md ||
		    { echo "guide: $p" >&2; return 1; }
	done
	for s in strategies/*.c; do
		s=$(basename "$s" .c)
		grep -q "$s" README.md
		grep -q "$s" docs/guide.ko.md
	done
}

# The commands of a paper's sh blocks that are programs of ours, run in their
# order on a made market.  What needs an order that is not there is left out.
commands_of()
{
	sed -n '/^```sh$/,/^```$/p' "$1" | sed 's/  *# .*//' |
	    grep -E '^(trade-db|import-prices|export-csv|set-|backtest|replay|halt-trading|sync-account|show-status|eod-report|gen-signals)'
}

papers_run()
{
	local line status=0

	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD MAEMAE_DB=$PWD/guide.db XDG_CONFIG_HOME=$PWD
	unset MAEMAE_CONF
	make-market --seed 4 --stocks 6 --from 20250203 --days 35 \
	    --minute-days 4 --dir .
	# A vendor names minutes by their end; the closing auction keeps its.
	awk -F, -v OFS=, 'NR > 1 && $3 != 1530 { $3 = sprintf("%04d",
	    $3 % 100 == 59 ? $3 + 41 : $3 + 1) } 1' minute.csv > m.csv
	mv m.csv minute.csv
	sed -i "s/^$(sed -n 2s/,.*//p stocks.csv),/005930,/" ./*.csv
	commands_of "$1" > commands
	[ "$(wc -l < commands)" -ge 8 ]
	while IFS= read -r line <&9; do
		case $line in
		replay* | trade-db* | import-prices* | export-csv* | set-* | \
		    backtest*) ;;
		*) line="$line --now '2025-03-25 10:00'" ;;
		esac
		bash -c "$line" > out 2> err < /dev/null || status=$?
		# 2 is show-status' word for a fresh account that never ran
		if [ "$status" -ne 0 ] && [ "$status" -ne 2 ] ||
		    grep -q 'error:' err && [ "$status" -ne 2 ]; then
			echo "status $status: $line: $(cat err)" >&2
			return 1
		fi
		status=0
	done 9< commands
}

@test "the commands of the README run" {
	papers_run "$ROOT/README.md"
}

@test "the commands of the Korean guide run" {
	[ -z "$SAN" ] || skip 'they are those of the README, and slow there'
	papers_run "$ROOT/docs/guide.ko.md"
}

@test "keys of the configuration that papers show are those that are read" {
	local key n=0
	while read -r key; do
		grep -rqF "\"$key\"" "$ROOT"/lib/broker/*.c ||
		    { echo "no one reads $key" >&2; return 1; }
		n=$((n + 1))
	done < <(sed -n '/^```ini$/,/^```$/p' "$ROOT"/README.md \
	    "$ROOT"/docs/guide.ko.md "$ROOT"/docs/brokers/paper.md |
	    sed -n 's/^\([a-z_]*\) *=.*/\1/p' | sort -u)
	[ "$n" -ge 8 ]
}

# What a page's EXAMPLES tell to type, from all their displays.
examples_of()
{
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$ROOT/docs/man/$1" |
	    awk '/^\.Bd/ { shown = 1; next } /^\.Ed/ { shown = 0 }
		sub(/^\.Dl /, "") || shown' |
	    sed 's/^\$ //; s/\\e/\\/g'
}

# examples_run PAGE N: there are so many, and each ends well, in its order
examples_run()
{
	local line n=0

	while IFS= read -r line <&9; do
		case $line in
		sync-account* | show-status* | paper-broker* | gen-signals*)
			line="$line --now '${WHEN-2025-01-02 10:00}'" ;;
		esac
		n=$((n + 1))
		bash -e -o pipefail -c "$line" > out 2> err < /dev/null ||
		    { echo "$1: status $?: $line: $(cat err)" >&2; return 1; }
	done 9< <(examples_of "$1")
	[ "$n" -eq "$2" ] || { echo "$1: $n examples" >&2; return 1; }
}

@test "the examples of the overview, of strategies and of trade-db run" {
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD MAEMAE_DB=$PWD/new.db XDG_CONFIG_HOME=$PWD
	unset MAEMAE_CONF
	examples_run maemae.7 8
	examples_run maemae-strategy.7 2
	# the page on damage shows a database that is named so
	examples_run trade-db.1 3
	ls maemae-*.db
	# backtest's last example has its strategy from the overview
	last=$(examples_of backtest.1 | tail -n 1)
	[[ $last =~ '--strategy gold' ]]
	bash -c "$last"
}

@test "the examples of paper-broker run, and sync-account sees them" {
	live_begin
	# Twenty: an account that is suddenly empty would wait for a person.
	at 09:55 paper-broker buy 005930 20
	for t in 09:57 09:58 09:59; do
		at $t sync-account > out 2> err
	done
	[ "$(sql 'SELECT strategy, sum(quantity) FROM lot')" = 'MANUAL|20' ]
	WHEN='2025-03-14 10:00' examples_run paper-broker.1 3
	at 10:02 sync-account > out 2> err
	at 10:04 sync-account > out 2> err
	[ "$(sql 'SELECT strategy, sum(quantity) FROM lot')" = 'MANUAL|10' ]
}

@test "the commands of the strategy guide run in the source tree" {
	page=$ROOT/docs/strategy-guide.md
	cd "$BATS_TEST_TMPDIR" || return 1
	[ -z "$SAN" ] && [ "${BUILD%-cov}" = "$BUILD" ] || skip 'once is enough'
	mkdir tree
	# what is there to build from, and the library as it is built
	cp -r "$ROOT"/{Makefile,lib,bin,gateway,strategies,sql,docs} tree
	cp -r "$BUILD" "tree/$(basename "$BUILD")"
	cd tree
	export HOME=$PWD MAEMAE_DB=$PWD/x.db MAEMAE_STRATEGIES=
	cp docs/examples/my_cross.c strategies
	trade-db init
	make-market --seed 2 --stocks 5 --days 120 --dir made
	import-prices -q --daily made/daily.csv
	sed -n '/^```sh$/,/^```$/p' "$page" |
	    grep -E '^(export|make strategies|set-strategy|backtest)' > commands
	[ "$(wc -l < commands)" -eq 6 ]
	SAN= bash -eux commands > out 2> err || { cat err >&2; return 1; }
	[ "$(sql "SELECT is_on FROM strategy WHERE name = 'cross20'")" = 1 ]
	# and the module built by hand
	rm "$(basename "$BUILD")"/strategies/my_cross.so
	grep -q '`-Ilib` and `lib/price/indicator.c -lm`' "$page"
	"${CC:-cc}" -std=c11 -O2 -fPIC -fvisibility=hidden -shared -Ilib \
	    -o strategies/my_cross.so docs/examples/my_cross.c \
	    lib/price/indicator.c -lm
	bin/set-strategy --describe my_cross | grep '^period,'
}

@test "each fuzz entry and each mutant has its line in the reliability page" {
	page=$ROOT/docs/reliability.md
	for f in "$ROOT"/tests/fuzz/*.c; do
		# what it reads, and how the last run went
		[ "$(grep -c "^| \`$(basename "$f" .c)\` |" "$page")" -eq 2 ] ||
		    { echo "$f" >&2; return 1; }
	done
	for f in "$ROOT"/tests/mutants/*.patch; do
		grep -q "^| \`$(basename "$f" .patch)\` |" "$page" ||
		    { echo "$f" >&2; return 1; }
	done
	n=$(find "$ROOT/tests/mutants" -name '*.patch' | wc -l)
	grep -q "^$n mutants, $n killed" "$page"
}
