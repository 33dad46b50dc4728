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

# creon_firm [KEY=VALUE]...: the model over the firm's own prices.
creon_firm()
{
	MAEMAE_DB=$BATS_TEST_TMPDIR/firm.db creon_model "$@"
}

# creon_gateway [OPTION]...: the gateway to it (gateway.bash), and programs that
# trade through it.
# shellcheck disable=SC2120
creon_gateway()
{
	gateway_start --orders yes-trade-real-money "$@"
	gateway_ready
	export MAEMAE_CONF=$BATS_TEST_TMPDIR/maemae.conf
	printf '[broker]\nkind = creon\n[creon]\nurl = %s\ntoken_file = %s\n' \
	    "$URL" "$GW_DIR/token" > "$MAEMAE_CONF"
	# Windows knows no modes; who copies the token here gives it one.
	chmod 600 "$MAEMAE_CONF" "$GW_DIR/token"
}

# creon_begin: the market at the firm, CREON's account, the gateway, and a
# database of our own that knows nothing yet.  Limits are as good as none, and
# its clock stands, also after a restart, until a program says the time.
creon_begin()
{
	creon_market
	mv maemae.db firm.db
	creon_firm orders=1000 quotes=1000 "now=$DAY 08:00"
	new_db
	creon_gateway
}

# paper COMMAND: what the firm has, without the header; with a person's phone
# as well (buy, sell, cancel).
paper()
{
	(umask 077 && : > none.conf)
	paper-broker -d firm.db --books creon.db -c none.conf \
	    --now "$DAY ${PAPER_AT-15:40}" -f csv "$@" | sed 1d
}
