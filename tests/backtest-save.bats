# backtest --save: what is kept is what was printed and written to files.
# shellcheck disable=SC2154

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	new_db
	make-market --stocks 5 --days 60 --dir market
	import-prices --daily market/daily.csv > /dev/null
}

@test "a saved run is what was printed" {
	run --separate-stderr backtest --daily sma:short=2,long=5 --save \
	    --trades trades.csv --equity equity.csv --format csv
	silently
	[ "$(sql 'SELECT count(*), min(daily) FROM backtest_run')" = \
	    "1|sma:short=2,long=5,min_trading_value=0" ]
	[ "$(sql "SELECT date || ',' || format('%04d', time) || ',' || code ||
	    ',' || side || ',' || quantity || ',' || price || ',' ||
	    commission || ',' || tax FROM backtest_trade ORDER BY n")" = \
	    "$(sed 1d trades.csv | cut -d, -f1-8)" ]
	[ "$(sql "SELECT date || ',' || cash || ',' || holdings || ',' || total
	    FROM backtest_performance ORDER BY date")" = \
	    "$(sed 1d equity.csv)" ]
	[ "$(sql 'SELECT initial_capital, final_capital FROM backtest_run')" = \
	    "10000000|$(tail -n 1 equity.csv | cut -d, -f4)" ]
	[ "$(sql 'SELECT trades FROM backtest_run')" = \
	    "$(($(wc -l < trades.csv) - 1))" ]
	# Profits are of sells alone, and the run's money adds up.
	[ "$(sql "SELECT count(*) FROM backtest_trade
	    WHERE (side = 'sell') <> (profit IS NOT NULL)")" = 0 ]
	[ "$(sql 'SELECT r.commission = sum(t.commission) AND r.tax = sum(t.tax)
	    FROM backtest_run r JOIN backtest_trade t ON run_id = id')" = 1 ]
	[[ $(sql 'SELECT settings FROM backtest_run') == \
	    *commission_sell=0.0016*slippage=0.0004*stock_capital=1000000* ]]
	trade-db check
}

@test "every run is one more; a dry run is none" {
	backtest --daily sma --save > /dev/null
	backtest --daily sma --save > /dev/null
	backtest --daily sma --save --dry-run > /dev/null
	backtest --daily sma > /dev/null
	[ "$(sql 'SELECT count(*) FROM backtest_run')" = 2 ]
	[ "$(sql 'SELECT count(*) FROM backtest_performance')" = 120 ]
}
