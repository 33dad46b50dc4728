-- A quote of many stocks may tell no status; the one that is known has a day of
-- its own.  The table is made anew, so that it keeps its comments.
CREATE TABLE quote_before AS SELECT * FROM current_quote;

DROP TABLE current_quote;

CREATE TABLE current_quote (
	-- The last good answer about a stock's price; how old it is decides
	-- whether it may be traded on (T3).  A broker asked for many stocks
	-- may leave their status out: then the last one told stands, with
	-- its day, and one of another day counts as not known (T21).
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
	status_day INTEGER NOT NULL DEFAULT 0 CHECK (status_day = 0 OR
	    status_day BETWEEN 19000101 AND 29991231),	-- the day on which these two were last told; 0: never
	polled_at TEXT NOT NULL		-- market time of the answer
) STRICT, WITHOUT ROWID;

INSERT INTO current_quote (code, last, bid, ask, base, lower, upper, volume,
    polled_at) SELECT code, last, bid, ask, base, lower, upper, volume,
    polled_at FROM quote_before;

DROP TABLE quote_before;
