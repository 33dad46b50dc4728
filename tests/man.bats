#!/usr/bin/env bats
# The manual pages: mdoc without a fault, and the same as what the programs
# say of themselves.

load helper

# The pages' bold and underlined words lose their overstrikes here.
page_text()
{
	MANWIDTH=200 mandoc -T utf8 -O width=200 "$1" | sed 's/.\x08//g'
}

# Long options in a text, each once.
options_in()
{
	grep -oE -- '(^|[^-[:alnum:]])--?[a-z][a-z-]+' |
	    grep -oE -- '--[a-z][a-z-]+' | sort -u
}

section()
{
	sed -n "/^$1\$/,/^[A-Z]/p" | sed 1d
}

# What its --help lists above the options that all programs have.
own_options()
{
	"$1" --help | sed '/^Common options/,$d' | grep -E '^  .{4}--' |
	    options_in
}

common_options()
{
	trade-db --help | sed -n '/^Common options/,$p' |
	    grep -E '^  .{4}--' | options_in
}

# creon-gateway is a program for Windows; its native build speaks for it.
programs()
{
	local f
	for f in "$ROOT"/bin/*.c; do
		basename "$f" .c
	done
	echo creon-gateway
}

creon-gateway()
{
	"${BUILD:-$ROOT/build}/gateway/creon-gateway-native" "$@"
}

# differ WHAT A B: say what two lists do not share
same()
{
	[ "$2" = "$3" ] && return 0
	echo "$1 differ:" >&2
	diff <(echo "$2") <(echo "$3") >&2
	return 1
}

@test "mandoc finds no fault in any page" {
	for f in "$ROOT"/docs/man/*; do
		run mandoc -T lint -W warning "$f"
		[ -z "$output" ] || { echo "$output"; return 1; }
	done
}

@test "every program has a page, and every page of section 1 a program" {
	same 'programs and pages' "$(programs | sort)" \
	    "$(cd "$ROOT/docs/man" && printf '%s\n' *.1 | sed 's/\.1$//')"
}

@test "a page is named and dated as it should be" {
	for f in "$ROOT"/docs/man/*; do
		name=$(basename "$f")
		grep -qx "\.Dt $(echo "${name%.*}" | tr a-z A-Z) ${name##*.}" "$f"
		grep -qx "\.Nm ${name%.*}" "$f"
		grep -q '^\.Nd ' "$f"
		for s in 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			case $name in
			*.7) continue ;;
			esac
			grep -qx "\.Sh $s" "$f" || { echo "$name: no $s"; return 1; }
		done
	done
}

@test "what a program says in one line is what its page says" {
	for p in $(programs); do
		same "$p: the summaries" \
		    "$("$p" --help | sed -n '/^$/{n;p;q;}')" \
		    "$(sed -n 's/^\.Nd //p' "$ROOT/docs/man/$p.1")"
	done
}

@test "usage and SYNOPSIS name the same options" {
	for p in $(programs); do
		same "$p: options of usage and SYNOPSIS" \
		    "$("$p" --help | sed '/^$/,$d' | options_in)" \
		    "$(page_text "$ROOT/docs/man/$p.1" | section SYNOPSIS |
		    options_in)"
	done
}

@test "a page has all options of its program, and no others" {
	common=$(common_options)
	for p in $(programs); do
		page=$ROOT/docs/man/$p.1
		text=$(page_text "$page" |
		    sed -n '/^DESCRIPTION/,/^EXAMPLES/p' | options_in)
		for o in $(own_options "$p"); do
			grep -qx -e "$o" <<< "$text" ||
			    { echo "$p: its page lacks $o"; return 1; }
		done
		has=$common$'\n'$(own_options "$p")
		for o in $(sed -n 's/^\.It Fl //p' "$page" | tr ' ' '\n' |
		    sed -n 's/^-[a-z]/-&/p'); do
			grep -qx -e "$o" <<< "$has" ||
			    { echo "$p: its page has $o"; return 1; }
		done
	done
}

@test "letters of options are those of the page" {
	for p in $(programs); do
		text=$(page_text "$ROOT/docs/man/$p.1")
		while read -r letter long; do
			grep -q -e "$letter, $long" <<< "$text" || {
				echo "$p: no '$letter, $long' in its page"
				return 1
			}
		done < <("$p" --help | sed '/^Common options/,$d' |
		    sed -nE 's/^  (-.), (--[a-z-]+).*/\1 \2/p')
	done
}

@test "the overview has the common options, every program and every table" {
	page=$(page_text "$ROOT/docs/man/maemae.7")
	for o in $(common_options); do
		grep -q -e "$o" <<< "$page" || { echo "$o"; return 1; }
	done
	for p in $(programs); do
		grep -q "^ *$p(1)" <<< "$page" || { echo "$p"; return 1; }
	done
	new_db
	for t in $(sql "SELECT name FROM sqlite_schema WHERE type = 'table'
	    AND name NOT LIKE 'sqlite_%' AND name <> 'order_move'"); do
		grep -qw "$t" <<< "$(section TABLES <<< "$page")" ||
		    { echo "the overview lacks the table $t"; return 1; }
	done
}

@test "pages refer to pages that are there" {
	for f in "$ROOT"/docs/man/*; do
		while read -r name s; do
			case $name in
			cron | crontab | sqlite3 | sqlite) continue ;;
			esac
			[ -e "$ROOT/docs/man/$name.$s" ] ||
			    { echo "$f: no $name.$s"; return 1; }
		done < <(grep -oE '^\.(Xr|It Xr) [a-z0-9-]+ [1-8]' "$f" |
		    sed -E 's/^\.(It )?Xr //')
	done
}
