# apt.bash - an apt of one's own: packages of another architecture, and the
# sources of packages, without a word of either in the machine's settings.
# For tests/deps-windows and tests/deps-creon.
# shellcheck shell=bash

# What a person has to know where we cannot go on; one line.
cannot()
{
	echo "${0##*/}: $1" >&2
	exit 1
}

# The machine's sources, whatever they are, with their source packages.
copy_sources()
{
	local from=/etc/apt f

	mkdir -p "$1"
	for f in "$from"/sources.list "$from"/sources.list.d/*.list; do
		[ -e "$f" ] || continue
		sed -n 'p; s/^deb /deb-src /p' "$f" > "$1/${f##*/}"
	done
	for f in "$from"/sources.list.d/*.sources; do
		[ -e "$f" ] || continue
		sed 's/^Types:.*/Types: deb deb-src/' "$f" > "$1/${f##*/}"
	done
}

tmp=
# apt_open ARCHITECTURE: the state of it, in $tmp, which goes at the end.
apt_open()
{
	[ -z "$tmp" ] || return 0
	apt_arch=$1
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$tmp"/state/lists/partial "$tmp"/cache/archives/partial
	: > "$tmp/status"
	copy_sources "$tmp/sources"
	# One source out of reach need not matter: what then is not to be had
	# says so itself.
	fetch update 2> /dev/null ||
	    echo "${0##*/}: some lists of packages could not be fetched; the others are used" >&2
}

# fetch WORD...: what apt-get does of these words, in $tmp.
fetch()
{
	(cd "$tmp" && apt-get -q -o Dir::State="$tmp/state" \
	    -o Dir::State::status="$tmp/status" -o Dir::Cache="$tmp/cache" \
	    -o Dir::Etc::sourcelist=- -o Dir::Etc::sourceparts="$tmp/sources" \
	    -o APT::Architecture="$apt_arch" \
	    -o APT::Architectures::="$apt_arch" \
	    -o APT::Sandbox::User= "$@" > "$tmp/log" 2>&1) ||
	    { grep '^E:' "$tmp/log" >&2; return 1; }
}
