# creon.bash - the fake CREON's account and market: two stocks on Friday,
# 2025-03-14, and a configuration for the model behind it.
# shellcheck shell=bash disable=SC2119,SC2120

# creon_model [KEY=VALUE]...: the model's configuration, and its variables;
# what is given stands in [creon].
creon_model()
{
	export CREON_MODEL=$BATS_TEST_TMPDIR/creon.ini
	export CREON_TRAPS=$BATS_TEST_TMPDIR/traps
	{
		printf '[creon]\ndb = %s\ntraps = %s\n' "$MAEMAE_DB" \
		    "$CREON_TRAPS"
		printf '%s\n' "$@"
		printf '[paper]\nbooks = %s\n' "$BATS_TEST_TMPDIR/creon.db"
	} > "$CREON_MODEL"
	chmod 600 "$CREON_MODEL"
	: > "$CREON_TRAPS"
}

# creon_market: live.bash's market, with names.
creon_market()
{
	live_market
	sql "INSERT INTO stock_info (code, name, market) VALUES
	    ('005930', '삼성전자', 'KOSPI'), ('035420', '네이버', 'KOSPI')"
}

# gateway_start [OPTION]...: the gateway to it, on a port of its own; the
# programs trade through it.
gateway_start()
{
	local i

	"${BUILD:-$ROOT/build}/gateway/creon-gateway-native" --dir gateway \
	    --listen 127.0.0.1:0 --orders yes-trade-real-money "$@" \
	    > gateway.out 2>> gateway.err 3>&- &
	GATEWAY_PID=$!
	for ((i = 0; i < 100; i++)); do
		if grep -qs port gateway.out; then
			gateway_conf
			return
		fi
		sleep 0.1
	done
	cat gateway.err >&2
	return 1
}

gateway_conf()
{
	export MAEMAE_CONF=$BATS_TEST_TMPDIR/maemae.conf

	printf '[broker]\nkind = creon\n[creon]\nurl = %s\ntoken_file = %s\n' \
	    "http://127.0.0.1:$(sed -n 's/.* port //p' gateway.out)" \
	    "$BATS_TEST_TMPDIR/gateway/token" > "$MAEMAE_CONF"
	chmod 600 "$MAEMAE_CONF"
}

gateway_stop()
{
	[ -z "${GATEWAY_PID-}" ] || kill "$GATEWAY_PID" 2> gateway.kill || :
	wait "${GATEWAY_PID-}" 2> gateway.kill || :
	GATEWAY_PID=
}

# creon_begin: the market at the firm, CREON's account, the gateway, and a
# database of our own that knows nothing yet.
creon_begin()
{
	creon_market
	mv maemae.db firm.db
	MAEMAE_DB=$BATS_TEST_TMPDIR/firm.db creon_model
	new_db
	gateway_start
}

# creon_trap LINE...: what goes wrong from now on; see tests/creon/README.md
creon_trap()
{
	printf '%s\n' "$@" > "$CREON_TRAPS"
}

# paper COMMAND: what the firm has, without the header; with a person's phone
# as well (buy, sell, cancel).
paper()
{
	MAEMAE_CONF=$CREON_MODEL paper-broker -d firm.db --books creon.db \
	    --now "$DAY ${PAPER_AT-15:40}" -f csv "$@" | sed 1d
}
