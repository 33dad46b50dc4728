-- What was so when a difference was found: by the clock that nobody sets, and by
-- the fills.  A step of the clock on the wall makes no two readings a minute
-- apart.  The table is made anew, so that it keeps its comments.
CREATE TABLE drift_before AS SELECT * FROM drift;

DROP TABLE drift;

CREATE TABLE drift (
	-- A difference between the broker and this database (P5, T25).
	id INTEGER PRIMARY KEY,		-- in order of finding
	day INTEGER NOT NULL,		-- the session
	kind TEXT NOT NULL CHECK (kind IN
	    ('cash', 'shares', 'order', 'fill', 'price')),	-- what differs
	strategy TEXT NOT NULL DEFAULT '',	-- who is touched; '': the account
	code TEXT NOT NULL DEFAULT '',	-- the stock; '': cash
	book INTEGER NOT NULL,		-- what the database said
	broker INTEGER NOT NULL,	-- what the broker said
	difference INTEGER NOT NULL,	-- broker - book
	name TEXT NOT NULL DEFAULT 'unexplained',	-- fee rounding, dividend, deposit, ...
	state TEXT NOT NULL DEFAULT 'seen' CHECK (state IN
	    ('seen', 'repaired', 'accepted', 'gone')),	-- seen: open, closes to entries
	seen INTEGER NOT NULL DEFAULT 1,	-- complete synchronisations in a row that found it
	note TEXT NOT NULL DEFAULT '',	-- what was done
	first_at TEXT NOT NULL,		-- when it was found
	first_ms INTEGER NOT NULL DEFAULT 0,	-- the same by the clock that nobody sets: milliseconds since the boot; 0: not known
	first_fill INTEGER NOT NULL DEFAULT 0,	-- the last fill booked before it was found
	last_at TEXT NOT NULL		-- when it was last seen or settled
) STRICT;

-- One of a place; of kind order, `book` is the order's id, and each order
-- that is looked for has its own.
CREATE UNIQUE INDEX drift_open ON drift (kind, strategy, code,
    iif(kind = 'order', book, 0)) WHERE state = 'seen';

INSERT INTO drift (id, day, kind, strategy, code, book, broker, difference,
    name, state, seen, note, first_at, last_at)
    SELECT id, day, kind, strategy, code, book, broker, difference, name, state,
    seen, note, first_at, last_at FROM drift_before;

DROP TABLE drift_before;
