# creon.bash - the fake CREON's account and market: two stocks on Friday,
# 2025-03-14, and a configuration for the model behind it.
# shellcheck shell=bash

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
