-- create_backtest_tables.sql - saved results of backtests (R14).
-- Live results are summed up in the same columns, in trading_* tables.

CREATE TABLE backtest_run (
	-- One run: what was asked, and what came out.  The owner's
	-- strategy_daily and params_json_daily are together in daily, written
	-- "sma:long=20,short=5"; run_id is id.
	id INTEGER PRIMARY KEY,		-- the run
	strategy TEXT NOT NULL DEFAULT '',	-- name of the configured one; '': none
	daily TEXT NOT NULL DEFAULT '',	-- daily module with all its parameters
	minute TEXT NOT NULL DEFAULT '',	-- minute module with all its parameters
	settings TEXT NOT NULL DEFAULT '',	-- stops, costs, sizing: "k=v,k=v"
	codes INTEGER NOT NULL DEFAULT 0,	-- number of stocks
	start_date INTEGER NOT NULL,	-- first session traded
	end_date INTEGER NOT NULL,	-- last session traded
	initial_capital INTEGER NOT NULL,	-- cash at the start
	final_capital INTEGER NOT NULL,	-- cash and holdings at the end
	trades INTEGER NOT NULL DEFAULT 0,	-- fills, buys and sells
	round_trips INTEGER NOT NULL DEFAULT 0,	-- sells, each with its profit
	wins INTEGER NOT NULL DEFAULT 0,	-- of them with a profit above 0
	commission INTEGER NOT NULL DEFAULT 0,	-- paid in all
	tax INTEGER NOT NULL DEFAULT 0,	-- paid in all
	total_return REAL,		-- last / first - 1
	annual_return REAL,		-- of a year of 365 days
	max_drawdown REAL,		-- deepest fall from a peak, <= 0
	volatility REAL,		-- of daily returns, times root 252
	sharpe REAL,			-- annual return / volatility
	created_at TEXT NOT NULL	-- when it was run
) STRICT;

CREATE TABLE backtest_trade (
	-- One fill of a run, in order.
	run_id INTEGER NOT NULL REFERENCES backtest_run ON DELETE CASCADE,	-- the run
	n INTEGER NOT NULL,		-- 1, 2, ... in order of filling
	date INTEGER NOT NULL,		-- the session
	time INTEGER NOT NULL,		-- label of the bar that filled it
	strategy TEXT NOT NULL DEFAULT '',	-- whose
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),	-- the owner's trade_type
	quantity INTEGER NOT NULL CHECK (quantity > 0),	-- shares
	price INTEGER NOT NULL CHECK (price > 0),	-- after slippage
	commission INTEGER NOT NULL,	-- won
	tax INTEGER NOT NULL,		-- won, on sells
	profit INTEGER,			-- realised, after all costs; NULL for buys
	reason TEXT NOT NULL DEFAULT '',	-- signal, stop ...
	PRIMARY KEY (run_id, n)		-- a run's trades lie together
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_performance (
	-- One session of a run.
	run_id INTEGER NOT NULL REFERENCES backtest_run ON DELETE CASCADE,	-- the run
	date INTEGER NOT NULL,		-- the session
	cash INTEGER NOT NULL,		-- at its end
	holdings INTEGER NOT NULL,	-- valued at the close
	total INTEGER NOT NULL,		-- both; the owner's end_capital
	PRIMARY KEY (run_id, date)	-- returns and drawdown follow from it
) STRICT, WITHOUT ROWID;
