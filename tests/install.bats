# make install: an installed tree works by itself, modules are built against
# it, and uninstall leaves what it did not bring.

load helper

setup_file()
{
	# One copy for all tests, of the programs under test.
	export TREE=$BATS_FILE_TMPDIR/tree
	make -s -C "${ROOT:-$BATS_TEST_DIRNAME/..}" SAN="${SAN-}" \
	    DESTDIR="$TREE" PREFIX=/opt/maemae install
}

setup()
{
	at=$TREE/opt/maemae
	new_db
	unset MAEMAE_STRATEGIES
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$BATS_TEST_TMPDIR/home
	unset XDG_DATA_HOME
	mkdir -p "$HOME"
}

@test "programs, modules, pages and papers are there" {
	for f in "$ROOT"/bin/*.c; do
		f=${f##*/}
		[ -x "$at/bin/${f%.c}" ]
	done
	for f in "$ROOT"/strategies/*.c; do
		f=${f##*/}
		[ -f "$at/lib/maemae/strategies/${f%.c}.so" ]
	done
	for f in "$ROOT"/docs/man/*.[1-8]; do
		cmp "$f" "$at/share/man/man${f##*.}/${f##*/}"
	done
	for f in README.md LICENSE crontab.example strategy-guide.md \
	    guide.ko.md brokers/paper.md examples/my_cross.c; do
		[ -s "$at/share/doc/maemae/$f" ]
	done
}

@test "an installed program finds the installed modules" {
	[ "$("$at/bin/set-strategy" --modules | grep -c "^sma,")" -eq 1 ]
	n=$("$at/bin/set-strategy" --modules | tail -n +2 | wc -l)
	[ "$n" -eq "$(find "$ROOT/strategies" -name '*.c' | wc -l)" ]
}

@test "a module is built against the installed headers, and trades" {
	mkdir -p "$HOME/.local/share/maemae/strategies"
	pc=$at/lib/pkgconfig
	run --separate-stderr "${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Werror \
	    -fPIC -fvisibility=hidden -shared \
	    $(PKG_CONFIG_PATH=$pc pkg-config --define-variable=prefix="$at" \
	    --cflags maemae) \
	    -o "$HOME/.local/share/maemae/strategies/my_cross.so" \
	    "$at/share/doc/maemae/examples/my_cross.c" \
	    $(PKG_CONFIG_PATH=$pc pkg-config --define-variable=prefix="$at" \
	    --libs maemae)
	silently
	"$at/bin/set-strategy" --describe my_cross | grep -q '^period,'
	"$at/bin/make-market" --seed 2 --stocks 5 --days 120 --dir made
	"$at/bin/import-prices" -q --daily made/daily.csv
	run --separate-stderr "$at/bin/backtest" --daily my_cross:period=20 \
	    --trades trades.csv
	silently
	[ "$(wc -l < trades.csv)" -gt 10 ]
}

@test "the guide says how to build outside of the source tree" {
	grep -q 'pkg-config --cflags maemae' "$ROOT/docs/strategy-guide.md"
	grep -q 'pkg-config --libs maemae' "$ROOT/docs/strategy-guide.md"
}

@test "uninstall takes all away but what is not ours" {
	cp -r "$TREE" copy
	touch copy/opt/maemae/lib/maemae/strategies/mine.so
	make -s -C "$ROOT" SAN="${SAN-}" DESTDIR="$PWD/copy" \
	    PREFIX=/opt/maemae uninstall
	[ "$(find copy -type f)" = \
	    copy/opt/maemae/lib/maemae/strategies/mine.so ]
}
