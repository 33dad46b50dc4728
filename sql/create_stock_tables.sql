-- create_stock_tables.sql - the market: stocks, calendar, prices.
--
-- Shared by the live programs and the backtest.  Dates are INTEGER YYYYMMDD,
-- minutes of the market's day INTEGER HHMM (905 is 09:05, Korean time), prices
-- and amounts whole won, codes KRX's six characters without a broker's letter.
-- Event times are ISO-8601 text with offset.  SQLite keeps these comments:
-- `.schema daily_price` in sqlite3 shows them.

CREATE TABLE stock_info (
	-- What is known of a stock.  Prices may be of codes that are not here.
	-- The owner's stock_code (with its "A"), stock_name, market_type are
	-- code, name and market here; reg_date and upd_date are updated_at.
	code TEXT PRIMARY KEY CHECK (length(code) = 6),	-- "005930"
	name TEXT NOT NULL DEFAULT '',	-- as the exchange writes it, Korean too
	market TEXT NOT NULL DEFAULT 'KOSPI' CHECK (market IN
	    ('KOSPI', 'KOSDAQ', 'KONEX', 'ETF', 'ETN')),	-- ticks, limits and tax go by it
	leverage INTEGER NOT NULL DEFAULT 1 CHECK (leverage BETWEEN 1 AND 4),	-- of the daily price limit; 2 for a doubled fund
	sector TEXT,			-- the exchange's or the vendor's word; NULL: unknown
	per REAL,			-- price / earnings
	pbr REAL,			-- price / book value
	eps REAL,			-- earnings of a share, won
	roe REAL,			-- return on equity, percent
	debt_ratio REAL,		-- debt / equity, percent
	sales INTEGER,			-- million won a year
	operating_profit INTEGER,	-- million won a year
	net_profit INTEGER,		-- million won a year
	recent_financial_date TEXT,	-- the accounts these figures are of
	updated_at TEXT			-- when this row was last written
) STRICT, WITHOUT ROWID;

CREATE TABLE market_calendar (
	-- One row for every day, open or not.  A day without a row is unknown,
	-- and nothing is traded on it (T30).  The owner's is_holiday is
	-- `NOT is_open` here; times are 0 on closed days.
	date INTEGER PRIMARY KEY,	-- the day
	is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),	-- is there a session?
	entry INTEGER NOT NULL DEFAULT 0,	-- orders for the opening auction from here
	open INTEGER NOT NULL DEFAULT 0,	-- first minute of continuous trading
	break_start INTEGER NOT NULL DEFAULT 0,	-- lunch, until 2000-05-21; else 0
	break_end INTEGER NOT NULL DEFAULT 0,	-- trading goes on from here; else 0
	auction INTEGER NOT NULL DEFAULT 0,	-- the closing auction begins to collect
	close INTEGER NOT NULL DEFAULT 0,	-- the closing price; label of the last bar
	description TEXT NOT NULL DEFAULT '',	-- "Seollal", "CSAT day"; for people
	CHECK (is_open = 0 OR (entry <= open AND open < auction	-- hours in their order
	    AND auction < close AND break_start <= break_end))	-- (a closed day has none)
) STRICT;

CREATE TABLE session_phase (
	-- The phases of a regular day, from a date on, until a later row of the
	-- same phase (begins = ends: no longer held).  Days that differ, like the
	-- exam day, have their own hours in market_calendar.
	since INTEGER NOT NULL,		-- first day it holds for
	phase TEXT NOT NULL CHECK (phase IN ('entry', 'continuous', 'break',
	    'closing_auction', 'after_market')),	-- what may be done
	begins INTEGER NOT NULL,	-- first minute
	ends INTEGER NOT NULL CHECK (ends >= begins),	-- first minute after it
	PRIMARY KEY (since, phase)	-- one row for each change
) STRICT, WITHOUT ROWID;

INSERT INTO session_phase (since, phase, begins, ends) VALUES
	(19870301, 'entry',            910,  940),
	(19870301, 'continuous',       940, 1510),
	(19870301, 'break',           1140, 1320),
	(19870301, 'closing_auction', 1510, 1520),
	(19950101, 'entry',            900,  930),
	(19950101, 'continuous',       930, 1450),
	(19950101, 'break',           1130, 1300),
	(19950101, 'closing_auction', 1450, 1500),
	(19981207, 'entry',            830,  900),
	(19981207, 'continuous',       900, 1450),
	(19981207, 'break',           1200, 1300),
	(20000522, 'break',              0,    0),
	(20160801, 'continuous',       900, 1520),
	(20160801, 'closing_auction', 1520, 1530),
	(20260914, 'after_market',    1600, 2000);

CREATE TABLE daily_price (
	-- One final day of one stock, on the newest basis: a split rescales
	-- what came before it (split_log).  A row without volume is a halt.
	-- Today's forming bar is never here.  The owner's trading_value and
	-- change_rate follow from these columns and are not kept.
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 29991231),	-- the session
	open INTEGER NOT NULL,		-- first price, won
	high INTEGER NOT NULL CHECK (high >= open AND high >= close),	-- highest price
	low INTEGER NOT NULL CHECK (low > 0 AND low <= open AND low <= close),	-- lowest price
	close INTEGER NOT NULL,		-- the closing auction's price
	volume INTEGER NOT NULL CHECK (volume >= 0),	-- shares traded; 0: a halt
	PRIMARY KEY (code, date)	-- in this order the backtest reads them
) STRICT, WITHOUT ROWID;

CREATE TABLE minute_price (
	-- One minute of one stock, labelled by its first minute: 905 covers
	-- 09:05:00 to 09:05:59.  The closing auction's bar carries the close's
	-- label (1530).  A minute nobody traded in has no row.  The owner's
	-- `datetime` is date and time here.
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	date INTEGER NOT NULL CHECK (date BETWEEN 19000101 AND 29991231),	-- the session
	time INTEGER NOT NULL CHECK (time BETWEEN 0 AND 2359),	-- its first minute, HHMM
	open INTEGER NOT NULL,		-- first price, won
	high INTEGER NOT NULL CHECK (high >= open AND high >= close),	-- highest price
	low INTEGER NOT NULL CHECK (low > 0 AND low <= open AND low <= close),	-- lowest price
	close INTEGER NOT NULL,		-- last price
	volume INTEGER NOT NULL CHECK (volume >= 0),	-- shares traded in it
	PRIMARY KEY (code, date, time)	-- one bar for a minute
) STRICT, WITHOUT ROWID;

CREATE TABLE current_quote (
	-- The last good answer about a stock's price; how old it is decides
	-- whether it may be traded on (T3).
	code TEXT PRIMARY KEY CHECK (length(code) = 6),	-- the stock
	last INTEGER NOT NULL DEFAULT 0,	-- today's last price; 0: not traded yet
	bid INTEGER NOT NULL DEFAULT 0,	-- best bid; 0: no book known
	ask INTEGER NOT NULL DEFAULT 0,	-- best ask; 0: no book known
	base INTEGER NOT NULL DEFAULT 0,	-- the day's base price; 0: not said
	lower INTEGER NOT NULL DEFAULT 0,	-- the day's lower limit; 0: not said
	upper INTEGER NOT NULL DEFAULT 0,	-- the day's upper limit; 0: not said
	volume INTEGER NOT NULL DEFAULT 0,	-- shares traded today
	status TEXT NOT NULL DEFAULT 'trading' CHECK (status IN
	    ('trading', 'halted')),	-- the broker's word
	no_entry INTEGER NOT NULL DEFAULT 0 CHECK (no_entry IN (0, 1)),	-- administrative, warned, overheated ... (T21)
	polled_at TEXT NOT NULL		-- market time of the answer
) STRICT, WITHOUT ROWID;

CREATE TABLE split_log (
	-- Each rescaling of history (T26), so that none is done twice.
	id INTEGER PRIMARY KEY,		-- in order of doing
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	date INTEGER NOT NULL,		-- first day on the new basis
	new_shares INTEGER NOT NULL CHECK (new_shares > 0),	-- 50 for a split of 50 for 1
	old_shares INTEGER NOT NULL CHECK (old_shares > 0),	-- 1; prices before are * old / new
	daily_rows INTEGER NOT NULL,	-- rows of daily_price rescaled
	minute_rows INTEGER NOT NULL,	-- rows of minute_price rescaled
	at TEXT NOT NULL,		-- when it was done
	UNIQUE (code, date)		-- a stock splits once a day
) STRICT;
