#!/usr/bin/env bats
# maemae.conf: what is misspelt in it is refused by whoever opens it, before
# anything is sent; what the papers say may stand there, may.

load helper
load live

setup_file() { live_build; }

# All that opens the configuration, at a minute in which there is much to do.
PROGRAMS=(sync-account 'update-prices --daily' 'watch-fills --for 0'
    gen-signals place-orders 'paper-broker buy 005930 1')

# file LINE...: the configuration
file()
{
	mkdir -p config/maemae
	printf '%s\n' "$@" > config/maemae/maemae.conf
	chmod 600 config/maemae/maemae.conf
}

# refused WHY LINE...: such a file by every program, in one line
refused()
{
	local why=$1 program
	shift
	file "$@"
	for program in "${PROGRAMS[@]}"; do
		# shellcheck disable=SC2086
		refuses 78 "maemae\\.conf:$why\$" at 09:05 $program || return 1
	done
	cp -p config/maemae/maemae.conf named.conf
	refuses 78 "named\\.conf:$why\$" replay --date 20250314 -c named.conf \
	    --daily say || return 1
	# a server that would not end; nobody waits for it
	refuses 78 "named\\.conf:$why\$" timeout 5 kis-sandbox --port 0 \
	    --ws-port 0 -c named.conf
}

# An order waits to be sent.
ready()
{
	live_begin
	strategy gold buy=005930
	at 09:05 update-prices
	at 09:05 gen-signals > out.signals
}

# Nothing was sent, and the order still goes to paper once the file is right.
sent_nothing()
{
	[ -z "$(orders)" ]
	[ -z "$(PAPER_AT=09:05 paper requests)" ]
}

@test "misspelt names are refused, and nothing is sent" {
	ready
	local real=('[broker]' 'kind = kis' 'live = yes-trade-real-money')
	local firm=('[kis]' 'mode = real' 'account = 12345678-01'
	    'app_key = a-key-of-thirty-six-characters-....'
	    "app_secret = $(printf 's%.0s' {1..180})"
	    'url = https://localhost:1')

	# paper was meant, and the firm would have had it
	refused '4: \[broker\] exection: no such key; did you mean execution\?' \
	    "${real[@]}" 'exection = paper' "${firm[@]}"
	refused '10: \[kis\] calls_per_secnd: no such key; did you mean calls_per_second\?' \
	    "${real[@]}" "${firm[@]}" 'calls_per_secnd = 1'
	# the firm was meant, and paper would have had it
	refused '1: \[brokr\]: no such section; did you mean \[broker\]\?' \
	    '[brokr]' 'kind = kis' "${firm[@]}"
	refused '1: kind: a key before any \[section\]; it belongs in \[broker\]' \
	    'kind = kis' "${firm[@]}"
	refused '1: what is behind the \] would be lost: it wants a line of its own' \
	    '[broker] kind = kis' "${firm[@]}"
	refused '2: \[paper\] cahs: no such key; did you mean cash\?' \
	    '[paper]' 'cahs = 5000000'
	refused '1: \[mail\]: no such section \(there are: \[broker\], \[paper\], \[creon\], \[kis\]\)' \
	    '[mail]' 'to = kim'
	# of two lines that contradict each other, neither counts
	refused '3: this key was given before' \
	    '[broker]' 'kind = paper' 'kind = kis' "${firm[@]}"
	# of a firm that is not used
	refused '4: \[kis\] mod: no such key; did you mean mode\?' \
	    '[broker]' 'kind = paper' '[kis]' 'mod = real'
	refused '2: \[creon\] tokenfile: no such key; did you mean token_file\?' \
	    '[creon]' 'tokenfile = gateway.token'
	file '[paper]'
	sent_nothing
	at 09:05 place-orders > out.orders
	[ "$(orders)" = '1 buy 50 0 open' ]
}

@test "a secret that was broken into two lines is not repeated" {
	live_begin
	file '[kis]' 'app_secret = abc' "$(printf 'Secret7%.0s' {1..20})=="
	run --separate-stderr at 09:05 place-orders
	fails_with 78 'maemae.conf:3: \[kis\] \.\.\.: no such key'
	[[ $stderr != *Secret7* ]]
}

# keys_of SECTION: all that the programs know, as they say it
keys_of()
{
	file "[$1]" 'nobodyknowsthis = 1'
	run --separate-stderr at 09:05 place-orders
	[ "$status" -eq 78 ]
	# shellcheck disable=SC2154
	echo "${stderr##*(there are: }" | tr -d ')' | sed 's/, /\n/g' | sort
}

# page_keys SECTION: those of maemae(7)
page_keys()
{
	sed -n '/^\.Sh CONFIGURATION/,/^\.Sh ENVIRONMENT/p' \
	    "$ROOT/docs/man/maemae.7" |
	    awk -v section="[$1]" '/^\.It Li / { found = $3 == section }
		/^\.It Cm / && found {
			for (i = 3; i <= NF; i++)
				if ($i != ",") print $i
		}' | sort
}

# table_keys FILE SECTION: those of the table in one of our papers
table_keys()
{
	awk -v head="^[|] .*\`\\\\[$2\\\\]\`" '$0 ~ head { found = 1; next }
	    !/^[|]/ { found = 0 }
	    found { print $0 }' "$ROOT/docs/brokers/$1" | cut -d'|' -f2 |
	    grep -o '`[a-z_]*`' | tr -d '`' | sort
}

@test "the page has every key that the programs know, and no other" {
	live_begin
	local section
	for section in broker paper kis creon; do
		diff <(keys_of $section) <(page_keys $section) >&2
		[ -n "$(page_keys $section)" ]
	done
	diff <(page_keys paper) <(table_keys paper.md paper) >&2
	diff <(page_keys kis) <(table_keys kis.md kis) >&2
	diff <(page_keys kis) <(table_keys kis.ko.md kis) >&2
}

# some_of_all CASE: every documented section and key, with a value
some_of_all()
{
	local section key value
	for section in broker paper kis creon; do
		echo "[$section]" | tr a-z "$1"
		for key in $(page_keys $section); do
			value=none
			[ "$key" != feed ] || value=$MAEMAE_DB
			echo "$(echo "$key" | tr a-z "$1") = $value"
		done
	done
}

@test "every documented key is taken, in whatever case" {
	live_begin
	local case
	for case in a-z A-Z; do
		file "$(some_of_all $case)"
		[ "$(wc -l < config/maemae/maemae.conf)" -ge 35 ]
		# what is wrong is a value
		run --separate-stderr at 09:05 place-orders
		fails_with 78 'quotes = none: no such broker'
	done
}
