# gateway.bash - start creon-gateway with the fake CREON behind it, ask it
# things, and read its answers.
# shellcheck shell=bash disable=SC2034,SC2154

# The gateway that is tried: the native one, or the Windows program (see
# tests/creon/check), which is two words.
: "${GATEWAY:=${BUILD:-$ROOT/build}/gateway/creon-gateway-native}"

on_windows()
{
	[[ $GATEWAY == *windows* ]]
}

# Two stocks, the fake CREON behind, minute five of the session.
gateway_setup()
{
	creon_market
	creon_model
	NOW='2025-03-14 09:05:01'
}

# gateway [OPTION]...: started and ready
gateway()
{
	gateway_start "$@"
	gateway_ready
}

# gateway_start [OPTION]...: listen on any port; $URL, $TOKEN.
gateway_start()
{
	GW_DIR=$BATS_TEST_TMPDIR/gateway
	GW_OUT=$BATS_TEST_TMPDIR/gateway.out
	GW_ERR=$BATS_TEST_TMPDIR/gateway.err
	: > "$GW_OUT"
	# shellcheck disable=SC2086
	$GATEWAY --dir "$GW_DIR" --listen 127.0.0.1:0 "$@" \
	    > "$GW_OUT" 2>> "$GW_ERR" 3>&- &
	GW_PID=$!
	for _ in {1..300}; do
		grep -q 'listening on' "$GW_OUT" && break
		kill -0 "$GW_PID" 2> /dev/null || break
		sleep 0.02
	done
	TOKEN=$(head -n 1 "$GW_DIR/token" 2> /dev/null | tr -d '\r')
	URL=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$GW_OUT" |
	    tr -d '\r')
}

# It is connected and signed on, or has tried to be.
gateway_ready()
{
	for _ in {1..100}; do
		get status
		[ "$code" = 200 ] || break
		[ "$(field connected)" != 1 ] ||
		    [ "$(field sign_on.code)" = null ] || return 0
		sleep 0.02
	done
	echo "not ready: $body" >&2
	return 1
}

# Ask it to end; its status.  ($! may be a starter, so no signal.)
gateway_stop()
{
	[ -n "${GW_PID-}" ] || return 0
	NOW='' ask POST stop
	gateway_wait
}

# At once; a starter is asked, for it has the program to end.
gateway_kill()
{
	local signal=KILL
	! on_windows || signal=TERM
	kill "-$signal" "$GW_PID" 2> /dev/null || true
}

# Wait for its end, ten seconds at most; its status.
gateway_wait()
{
	local rc=0
	for _ in {1..200}; do
		kill -0 "$GW_PID" 2> /dev/null || break
		sleep 0.05
	done
	gateway_kill
	wait "$GW_PID" 2> /dev/null || rc=$?
	GW_PID=
	return $rc
}

# For teardown: whatever state it is in.
gateway_end()
{
	[ -n "${GW_PID-}" ] || return 0
	NOW='' ask POST stop -m 2 || true
	for _ in {1..50}; do
		kill -0 "$GW_PID" 2> /dev/null || break
		sleep 0.05
	done
	gateway_kill
	wait "$GW_PID" 2> /dev/null || true
	GW_PID=
}

# ask METHOD PATH [CURL OPTION]...: $code and $body; code 000: no answer.
ask()
{
	local method=$1 path=$2
	shift 2
	code=$(curl -s -m 20 -X "$method" -o "$BATS_TEST_TMPDIR/body" \
	    -w '%{http_code}' -H "Authorization: Bearer $TOKEN" \
	    ${NOW:+-H "x-maemae-now: $NOW"} "$@" "$URL/v1/$path") || true
	body=$(cat "$BATS_TEST_TMPDIR/body" 2> /dev/null || true)
	: > "$BATS_TEST_TMPDIR/body"
}

get()
{
	ask GET "$@"
}

# put KEY BODY [CURL OPTION]...
put()
{
	local key=$1 text=$2
	shift 2
	ask PUT "requests/$key" -d "$text" "$@"
}

# Orders, as bodies.
buy()
{
	printf '{"action":"new","code":"%s","side":"buy","qty":%d,"price":%d}' \
	    "${3:-005930}" "$1" "$2"
}
sell()
{
	printf '{"action":"new","code":"%s","side":"sell","qty":%d,"price":%d}' \
	    "${3:-005930}" "$1" "$2"
}

# field PATH: of $body, as SQLite's JSON says it ("null" where there is none).
field()
{
	sqlite3 -batch -noheader :memory: \
	    "SELECT coalesce(json_extract('${body//\'/\'\'}', '\$.$1'), 'null')"
}

# $body is an error with this status and code, and words.
is_error()
{
	[ "$code" = "$1" ] && [ "$(field error.code)" = "$2" ] &&
	    [ -n "$(field error.message)" ] && return 0
	echo "want $1 $2, got $code: $body" >&2
	return 1
}

# $body is an outcome.
is_outcome()
{
	[ "$code" = 200 ] && [ "$(field outcome)" = "$1" ] && return 0
	echo "want outcome $1, got $code: $body" >&2
	return 1
}

# Ask the firm's own books.
firm()
{
	sqlite3 -batch -noheader -cmd '.timeout 5000' \
	    "$BATS_TEST_TMPDIR/creon.db" "$1"
}
orders_at_firm()
{
	firm 'SELECT count(*) FROM orders'
}

trap_set()
{
	printf '%s\n' "$@" > "$CREON_TRAPS"
}
