-- create_trading_tables.sql - what is wanted, ordered, held, and why.
--
-- Everything the programs know of each other is here.  What must never happen
-- is refused here too: a second live order for one intention, an order's state
-- going back, fills beyond their order, a rewritten log.

-- ---- What the person sets ---------------------------------------------------

CREATE TABLE setting (
	-- Risk limits and costs, by the names of set-limit.  A name without a
	-- row has its default.
	name TEXT PRIMARY KEY,		-- "max_daily_loss"
	value TEXT NOT NULL,		-- as the person wrote it: "3"
	changed_at TEXT NOT NULL	-- when
) STRICT, WITHOUT ROWID;

CREATE TABLE strategy (
	-- A configured strategy: a name, its modules, on or off.
	name TEXT PRIMARY KEY CHECK (name <> '' AND name <> 'MANUAL'),	-- the person's name for it
	daily TEXT NOT NULL DEFAULT '',	-- chooses what: "sma:short=5,long=20"; '': none
	minute TEXT NOT NULL DEFAULT '',	-- chooses when: "rsi_minute"; '': at once
	is_on INTEGER NOT NULL DEFAULT 0 CHECK (is_on IN (0, 1)),	-- 0: no entries; stops and exits go on (T27)
	is_leaving INTEGER NOT NULL DEFAULT 0 CHECK (is_leaving IN (0, 1)),	-- sells all, then goes
	changed_at TEXT NOT NULL	-- when it was last set
) STRICT, WITHOUT ROWID;

CREATE TABLE strategy_setting (
	-- What was set of a strategy, by the names of set-strategy: money,
	-- stops, kinds of order.  A name without a row has its default.
	strategy TEXT NOT NULL REFERENCES strategy ON DELETE CASCADE ON UPDATE CASCADE,	-- whose
	name TEXT NOT NULL,		-- "stop_loss_ratio"
	value TEXT NOT NULL,		-- "-5"
	PRIMARY KEY (strategy, name)	-- one value each
) STRICT, WITHOUT ROWID;

CREATE TABLE universe (
	-- The person's list of watched stocks.
	strategy TEXT NOT NULL,		-- for this one; '*': for all
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	added_at TEXT NOT NULL,		-- when
	PRIMARY KEY (strategy, code)	-- once each
) STRICT, WITHOUT ROWID;

CREATE TABLE universe_run (
	-- The days on which a module's own filter chose (R10): without a row
	-- it has not, and an empty choice is a choice too.
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose module
	offered INTEGER NOT NULL,	-- stocks it could choose from
	chosen INTEGER NOT NULL,	-- stocks it chose
	PRIMARY KEY (day, strategy)	-- once a day
) STRICT, WITHOUT ROWID;

CREATE TABLE strategy_universe (
	-- What it chose; only the newest days are kept.
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose module
	code TEXT NOT NULL CHECK (length(code) = 6),	-- a chosen stock
	PRIMARY KEY (day, strategy, code),	-- once each
	FOREIGN KEY (day, strategy) REFERENCES universe_run ON DELETE CASCADE	-- goes with its run
) STRICT, WITHOUT ROWID;

CREATE TABLE halt (
	-- Halts by the person (T22), and by programs that found what a person
	-- must look at.  They stay until --resume.
	scope TEXT NOT NULL CHECK (scope IN
	    ('all', 'entries', 'strategy', 'code')),	-- every order | entries | entries of one
	what TEXT NOT NULL DEFAULT '',	-- the strategy or the code; else ''
	reason TEXT NOT NULL DEFAULT '',	-- for show-status
	since TEXT NOT NULL,		-- when
	PRIMARY KEY (scope, what),	-- a halt is on or off
	CHECK ((what = '') = (scope IN ('all', 'entries')))	-- and names what it is of
) STRICT, WITHOUT ROWID;

-- ---- Signals ----------------------------------------------------------------

CREATE TABLE current_signals (
	-- What the strategies want now: today's signals (T4).  When their day
	-- is over they move to daily_signals and keep their number.
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- never used again
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- who says so
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),	-- the owner's signal_type
	state TEXT NOT NULL CHECK (state IN
	    ('pending', 'executed', 'gone', 'expired')),	-- executed is the owner's is_executed
	score REAL NOT NULL,		-- higher is better
	target INTEGER NOT NULL DEFAULT 0,	-- price aimed at; 0: none
	price INTEGER NOT NULL DEFAULT 0,	-- last known price when it was made
	made INTEGER NOT NULL,		-- minute it was first said
	stamp INTEGER NOT NULL,		-- last minute it was said for; entries need this one (T2)
	is_said INTEGER NOT NULL DEFAULT 0 CHECK (is_said IN (0, 1)),	-- the strategy still says so
	is_urgent INTEGER NOT NULL DEFAULT 0 CHECK (is_urgent IN (0, 1)),	-- an exit that asks no minute strategy: the rest of an earlier day's, or the person's
	reason TEXT NOT NULL DEFAULT '',	-- why it was not acted on, or how
	changed_at TEXT NOT NULL,	-- when
	UNIQUE (day, strategy, code, side)	-- one signal for each (T4)
) STRICT;

CREATE TABLE daily_signals (
	-- The signals of days that are over, as they ended.
	id INTEGER PRIMARY KEY,		-- the number it had in current_signals
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- who said so
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),	-- which way
	state TEXT NOT NULL,		-- how it ended
	score REAL NOT NULL,		-- its last score
	target INTEGER NOT NULL,	-- price aimed at; 0: none
	price INTEGER NOT NULL,		-- last known price when it was made
	made INTEGER NOT NULL,		-- minute it was first said
	stamp INTEGER NOT NULL,		-- last minute it was said for
	is_urgent INTEGER NOT NULL,	-- an exit that asked no minute strategy
	reason TEXT NOT NULL,		-- why it was not acted on, or how
	changed_at TEXT NOT NULL,	-- when it last changed
	UNIQUE (day, strategy, code, side)	-- as in current_signals
) STRICT;

CREATE TABLE daily_run (
	-- Strategies whose daily function has run for a day: with
	-- signals=prev-close it does so once (T5).
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose
	at TEXT NOT NULL,		-- when
	PRIMARY KEY (day, strategy)	-- once
) STRICT, WITHOUT ROWID;

-- ---- Orders and fills -------------------------------------------------------

CREATE TABLE order_move (
	-- The order's state machine: the same table as in lib/trade/order.c.
	-- A fill that comes late may complete an order already cancelled or
	-- expired; nothing else leaves a final state.
	state TEXT NOT NULL,		-- from
	next TEXT NOT NULL,		-- to
	PRIMARY KEY (state, next)	-- what is not here is impossible
) STRICT, WITHOUT ROWID;

INSERT INTO order_move (state, next) VALUES
	('planned', 'sending'), ('planned', 'expired'),
	('sending', 'open'), ('sending', 'part'), ('sending', 'filled'),
	('sending', 'cancelled'), ('sending', 'rejected'),
	('sending', 'expired'), ('sending', 'unknown'),
	('unknown', 'open'), ('unknown', 'part'), ('unknown', 'filled'),
	('unknown', 'cancelled'), ('unknown', 'rejected'),
	('unknown', 'expired'),
	('open', 'part'), ('open', 'filled'), ('open', 'cancelled'),
	('open', 'rejected'), ('open', 'expired'),
	('part', 'filled'), ('part', 'cancelled'), ('part', 'expired'),
	('cancelled', 'filled'), ('expired', 'filled');

CREATE TABLE orders (
	-- One intention to buy or sell, and what became of it (P2, P3).  Its
	-- trail is in trading_log.
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- never used again: brokers' keys are made of it
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),	-- the owner's order_type
	state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN
	    ('planned', 'sending', 'open', 'part', 'unknown',
	    'filled', 'cancelled', 'rejected', 'expired')),	-- moved by order_move alone
	why TEXT NOT NULL CHECK (why IN
	    ('signal', 'stop', 'portfolio-stop', 'liquidate')),	-- who asked for it
	signal_id INTEGER NOT NULL DEFAULT 0,	-- the signal it acts on; 0: none
	attempt INTEGER NOT NULL DEFAULT 1,	-- 1 for the day's first of strategy, stock and side, and so on
	lot_id INTEGER NOT NULL DEFAULT 0,	-- a sell of this lot first; 0: the oldest first
	is_market INTEGER NOT NULL CHECK (is_market IN (0, 1)),	-- 0: a limit order
	limit_price INTEGER NOT NULL CHECK (limit_price > 0 OR is_market),	-- 0 for market orders
	quantity INTEGER NOT NULL CHECK (quantity > 0),	-- shares wanted
	filled INTEGER NOT NULL DEFAULT 0 CHECK (filled BETWEEN 0 AND quantity),	-- shares filled
	filled_won INTEGER NOT NULL DEFAULT 0,	-- sum of price * shares of its fills
	decision INTEGER NOT NULL DEFAULT 0,	-- the price it was decided at
	reserve_price INTEGER NOT NULL DEFAULT 0,	-- what a buy's cash is bound at
	sent INTEGER NOT NULL,		-- minute of the pass that formed it
	worked INTEGER NOT NULL,	-- minute of its last amend
	amends INTEGER NOT NULL DEFAULT 0,	-- how often
	at_open INTEGER NOT NULL DEFAULT 0 CHECK (at_open IN (0, 1)),	-- for the opening auction (T10)
	at_close INTEGER NOT NULL DEFAULT 0 CHECK (at_close IN (0, 1)),	-- for the closing auction (T13)
	wants_cancel INTEGER NOT NULL DEFAULT 0 CHECK (wants_cancel IN (0, 1)),	-- asked, not yet confirmed
	reason TEXT NOT NULL DEFAULT '',	-- why it was formed, or how it ended
	broker_no TEXT NOT NULL DEFAULT '',	-- the broker's number now; '' until known
	planned_at TEXT NOT NULL,	-- when the intention was committed
	sending_at TEXT,		-- when it was claimed for sending; NULL: never
	changed_at TEXT NOT NULL,	-- last change of any kind
	UNIQUE (day, strategy, code, side, attempt)	-- one order for one intention, whatever its signal (S8)
) STRICT;

-- At most one order not yet final for a strategy, stock and side (S8).
CREATE UNIQUE INDEX orders_live ON orders (strategy, code, side)
    WHERE state IN ('planned', 'sending', 'open', 'part', 'unknown');
CREATE INDEX orders_day ON orders (day);

CREATE TRIGGER orders_begin BEFORE INSERT ON orders
WHEN NEW.state <> 'planned' OR NEW.filled <> 0
BEGIN
	SELECT raise(ABORT, 'an order begins as planned');
END;

-- Attempt n + 1 needs the record that attempt n is final (orders_live sees
-- to that) and left something to buy.
CREATE TRIGGER orders_attempt BEFORE INSERT ON orders
WHEN EXISTS (SELECT 1 FROM orders WHERE day = NEW.day
    AND strategy = NEW.strategy AND code = NEW.code AND side = NEW.side
    AND (attempt >= NEW.attempt OR (side = 'buy' AND state = 'filled')))
BEGIN
	SELECT raise(ABORT, 'this intention already has an order');
END;

CREATE TRIGGER orders_state BEFORE UPDATE OF state ON orders
WHEN NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM order_move
    WHERE state = OLD.state AND next = NEW.state)
BEGIN
	SELECT raise(ABORT, 'impossible change of an order''s state');
END;

CREATE TRIGGER orders_filled BEFORE UPDATE ON orders
WHEN NEW.filled < OLD.filled OR NEW.filled_won < OLD.filled_won
    OR NEW.quantity < OLD.quantity
BEGIN
	SELECT raise(ABORT, 'an order''s quantities never go down');
END;

CREATE TRIGGER orders_same BEFORE UPDATE ON orders
WHEN NEW.id <> OLD.id OR NEW.day <> OLD.day OR NEW.strategy <> OLD.strategy
    OR NEW.code <> OLD.code OR NEW.side <> OLD.side
    OR NEW.attempt <> OLD.attempt
BEGIN
	SELECT raise(ABORT, 'an order''s intention never changes');
END;

CREATE TRIGGER orders_kept BEFORE DELETE ON orders
BEGIN
	SELECT raise(ABORT, 'orders are history and stay');
END;

CREATE TABLE order_request (
	-- One request to the broker about an order.  Its answer may be lost
	-- like the order's own.
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- never used again
	order_id INTEGER NOT NULL REFERENCES orders,	-- the order
	kind TEXT NOT NULL CHECK (kind IN ('new', 'amend', 'cancel')),	-- what is asked
	state TEXT NOT NULL DEFAULT 'planned' CHECK (state IN
	    ('planned', 'sending', 'accepted', 'refused', 'unknown',
	    'dropped')),			-- committed before each step
	is_market INTEGER NOT NULL DEFAULT 0 CHECK (is_market IN (0, 1)),	-- amend: to a market order
	limit_price INTEGER NOT NULL DEFAULT 0,	-- new, amend: the limit; 0: market
	reason TEXT NOT NULL DEFAULT '',	-- why it is asked
	broker_no TEXT NOT NULL DEFAULT '',	-- the number that the answer gave
	answer TEXT NOT NULL DEFAULT '',	-- the broker's words
	planned_at TEXT NOT NULL,	-- when it was committed
	sending_at TEXT,		-- from here on it may be out; NULL: never
	answered_at TEXT		-- when its end was known; NULL: not yet
) STRICT;

CREATE INDEX order_request_order ON order_request (order_id);
-- An order is sent once, and waits for one answer of a kind at a time.
CREATE UNIQUE INDEX order_request_new ON order_request (order_id)
    WHERE kind = 'new';
CREATE UNIQUE INDEX order_request_live ON order_request (order_id, kind)
    WHERE state IN ('planned', 'sending', 'unknown');

CREATE TRIGGER order_request_state BEFORE UPDATE OF state ON order_request
WHEN NEW.state <> OLD.state AND NOT (
    (OLD.state = 'planned' AND NEW.state IN ('sending', 'dropped'))
    OR (OLD.state = 'sending' AND NEW.state IN
	('accepted', 'refused', 'unknown'))
    OR (OLD.state = 'unknown' AND NEW.state IN
	('accepted', 'refused', 'dropped')))
BEGIN
	SELECT raise(ABORT, 'impossible change of a request''s state');
END;

CREATE TABLE fill (
	-- One fill of one order, booked once (P4): order, lots, shares and
	-- cash change in its transaction.
	id INTEGER PRIMARY KEY,		-- in order of booking
	order_id INTEGER NOT NULL REFERENCES orders,	-- the order
	broker_no TEXT NOT NULL,	-- the broker's number of the order then
	fill_no INTEGER NOT NULL,	-- the broker's number of the fill, in its order and day
	day INTEGER NOT NULL,		-- the session
	time INTEGER NOT NULL,		-- label of the bar, or minute of the fill
	strategy TEXT NOT NULL,		-- whose
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),	-- which way
	quantity INTEGER NOT NULL CHECK (quantity > 0),	-- shares
	price INTEGER NOT NULL CHECK (price > 0),	-- won a share
	amount INTEGER NOT NULL CHECK (amount = price * quantity),	-- won
	commission INTEGER NOT NULL,	-- won
	tax INTEGER NOT NULL,		-- won, on sells
	cost INTEGER NOT NULL DEFAULT 0,	-- sells: what the shares were bought for
	fees INTEGER NOT NULL DEFAULT 0,	-- sells: the commission of that
	entry_date INTEGER NOT NULL DEFAULT 0,	-- sells: of the oldest of them
	profit INTEGER NOT NULL DEFAULT 0,	-- sells: amount - commission - tax - cost - fees
	booked_at TEXT NOT NULL,	-- when
	UNIQUE (order_id, broker_no, day, fill_no)	-- repeated, late, doubled: booked once
) STRICT;

CREATE INDEX fill_day ON fill (day);

CREATE TRIGGER fill_fits BEFORE INSERT ON fill
WHEN NEW.quantity + (SELECT coalesce(sum(quantity), 0) FROM fill
    WHERE order_id = NEW.order_id) >
    (SELECT quantity FROM orders WHERE id = NEW.order_id)
BEGIN
	SELECT raise(ABORT, 'fills add up to more than their order');
END;

CREATE TRIGGER fill_kept BEFORE DELETE ON fill
BEGIN
	SELECT raise(ABORT, 'fills are history and stay');
END;

-- ---- What is held -----------------------------------------------------------

CREATE TABLE lot (
	-- One purchase that is still held, all or in part.  strategy MANUAL:
	-- shares that no strategy bought; no strategy sells them (P5).
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- oldest first
	strategy TEXT NOT NULL,		-- whose
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	order_id INTEGER NOT NULL DEFAULT 0,	-- the entry order; 0: MANUAL, adopted
	quantity INTEGER NOT NULL CHECK (quantity > 0),	-- shares still held
	cost INTEGER NOT NULL,		-- paid for them, without commission
	fees INTEGER NOT NULL DEFAULT 0,	-- commission paid for them
	entry_date INTEGER NOT NULL,	-- day of the first fill; stops go by it
	entry_time INTEGER NOT NULL DEFAULT 0,	-- label of the bar of the first fill
	high INTEGER NOT NULL DEFAULT 0	-- highest close since, as last computed from bars; 0: none known
) STRICT;

CREATE INDEX lot_owner ON lot (strategy, code);

CREATE VIEW current_positions AS
	-- Holdings by strategy and stock.  The average is cost / quantity, for
	-- display; value and profit are at the last known price.
	SELECT l.strategy AS strategy, l.code AS code,
	    coalesce(s.name, '') AS name, sum(l.quantity) AS quantity,
	    sum(l.cost) AS cost, sum(l.fees) AS fees,
	    CAST(sum(l.cost) AS REAL) / sum(l.quantity) AS avg_price,
	    min(l.entry_date) AS entry_date, max(l.high) AS high,
	    coalesce(nullif(q.last, 0), nullif(q.base, 0), (SELECT close
		FROM daily_price d WHERE d.code = l.code
		ORDER BY date DESC LIMIT 1)) AS price,
	    sum(l.quantity) * coalesce(nullif(q.last, 0), nullif(q.base, 0),
		(SELECT close FROM daily_price d WHERE d.code = l.code
		ORDER BY date DESC LIMIT 1)) AS value
	FROM lot l LEFT JOIN stock_info s ON s.code = l.code
	    LEFT JOIN current_quote q ON q.code = l.code
	GROUP BY l.strategy, l.code;

CREATE TABLE share_ledger (
	-- Every change of shares.  The lots of a strategy and stock hold
	-- exactly the sum of its rows here (S5).
	id INTEGER PRIMARY KEY,		-- in order of booking
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose; MANUAL: nobody's
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	quantity INTEGER NOT NULL CHECK (quantity <> 0),	-- shares that came (+) or went (-)
	kind TEXT NOT NULL CHECK (kind IN
	    ('fill', 'sync', 'adopt', 'split', 'move')),	-- why
	fill_id INTEGER REFERENCES fill,	-- kind fill: which
	note TEXT NOT NULL DEFAULT '',	-- for people
	at TEXT NOT NULL,		-- when
	CHECK ((kind = 'fill') = (fill_id IS NOT NULL))	-- a fill is named
) STRICT;

CREATE INDEX share_ledger_owner ON share_ledger (strategy, code);
CREATE UNIQUE INDEX share_ledger_fill ON share_ledger (fill_id)
    WHERE fill_id IS NOT NULL;

CREATE TABLE cash_ledger (
	-- Every change of cash, as it will be at settlement (T23).  Cash is the
	-- newest row's balance, which is the sum of all rows (S5).
	id INTEGER PRIMARY KEY,		-- in order of booking
	day INTEGER NOT NULL,		-- the session
	amount INTEGER NOT NULL,	-- won that came (+) or went (-)
	balance INTEGER NOT NULL,	-- cash after it
	kind TEXT NOT NULL CHECK (kind IN ('opening', 'buy', 'sell',
	    'transfer', 'dividend', 'fee', 'sync', 'revision')),	-- why
	fill_id INTEGER REFERENCES fill,	-- kinds buy and sell: which
	note TEXT NOT NULL DEFAULT '',	-- for people
	at TEXT NOT NULL,		-- when
	CHECK ((kind IN ('buy', 'sell')) = (fill_id IS NOT NULL))	-- a fill is named
) STRICT;

CREATE UNIQUE INDEX cash_ledger_fill ON cash_ledger (fill_id)
    WHERE fill_id IS NOT NULL;

CREATE TABLE transfer (
	-- Deposits and withdrawals: they are no profit (T25).
	id INTEGER PRIMARY KEY,		-- in order of noticing
	day INTEGER NOT NULL,		-- the session it was noticed in
	amount INTEGER NOT NULL CHECK (amount <> 0),	-- deposit > 0, withdrawal < 0
	counts_from INTEGER NOT NULL,	-- first day it may be spent; a withdrawal's own day
	note TEXT NOT NULL DEFAULT '',	-- for people
	at TEXT NOT NULL		-- when
) STRICT;

CREATE TABLE session_state (
	-- The day's counters and latches (T19, T20).
	day INTEGER PRIMARY KEY,	-- the session
	start_equity INTEGER NOT NULL,	-- the previous session's final equity, adjusted for transfers
	start_cash INTEGER NOT NULL,	-- cash at its start
	peak_equity INTEGER NOT NULL,	-- highest equity seen
	entries INTEGER NOT NULL DEFAULT 0,	-- entry orders formed
	rejects INTEGER NOT NULL DEFAULT 0,	-- rejections in a row
	portfolio_stop INTEGER NOT NULL DEFAULT 0,	-- minute it fired; 0: it has not
	loss_stop INTEGER NOT NULL DEFAULT 0,	-- minute the day's loss was reached; 0
	stop_reason TEXT NOT NULL DEFAULT '',	-- what fired, in words
	opened_at TEXT NOT NULL		-- when the day was begun here
) STRICT;

CREATE TABLE session_lot (
	-- Holdings as the day began: what the day's result is measured from.
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose
	code TEXT NOT NULL CHECK (length(code) = 6),	-- the stock
	quantity INTEGER NOT NULL,	-- shares
	cost INTEGER NOT NULL,		-- paid for them
	PRIMARY KEY (day, strategy, code)	-- one row each
) STRICT, WITHOUT ROWID;

-- ---- Agreement with the broker ------------------------------------------------

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
	last_at TEXT NOT NULL		-- when it was last seen or settled
) STRICT;

-- One of a place; of kind order, `book` is the order's id, and each order
-- that is looked for has its own.
CREATE UNIQUE INDEX drift_open ON drift (kind, strategy, code,
    iif(kind = 'order', book, 0)) WHERE state = 'seen';

-- ---- What happened -----------------------------------------------------------

CREATE TABLE trading_log (
	-- Every order, request, fill, repair and command, in order.  Only ever
	-- added to.  The owner's trading_date and trading_time are day and at,
	-- order_status is next, and sums (net_amount) are in fill.
	id INTEGER PRIMARY KEY,		-- in order of writing
	at TEXT NOT NULL,		-- market time
	day INTEGER NOT NULL,		-- the session
	program TEXT NOT NULL,		-- who wrote it
	event TEXT NOT NULL,		-- order, request, fill, drift, split, halt, set ...
	order_id INTEGER,		-- the order; NULL: none
	request_id INTEGER,		-- the request; NULL: none
	strategy TEXT,			-- whose; NULL: nobody's
	code TEXT,			-- the stock; NULL: none
	side TEXT,			-- buy or sell; NULL: neither
	state TEXT,			-- the state before; NULL: it is new
	next TEXT,			-- the state after; NULL: no change of state
	quantity INTEGER,		-- shares it is about
	price INTEGER,			-- won a share; 0: market
	filled INTEGER,			-- of an order: shares filled by now
	broker_no TEXT,			-- the broker's number; NULL: none
	message TEXT NOT NULL DEFAULT ''	-- why, in words
) STRICT;

CREATE INDEX trading_log_order ON trading_log (order_id)
    WHERE order_id IS NOT NULL;
CREATE INDEX trading_log_day ON trading_log (day);

CREATE TRIGGER trading_log_no_update BEFORE UPDATE ON trading_log
BEGIN
	SELECT raise(ABORT, 'trading_log is only ever added to');
END;

CREATE TRIGGER trading_log_no_delete BEFORE DELETE ON trading_log
BEGIN
	SELECT raise(ABORT, 'trading_log is only ever added to');
END;

-- ---- Programs ----------------------------------------------------------------

CREATE TABLE lease (
	-- Who runs (P8).  Taken over only from a process that is dead.
	name TEXT PRIMARY KEY,		-- the program, or the part of it that must be alone
	pid INTEGER NOT NULL,		-- process; 0: free
	started TEXT NOT NULL,		-- its start time, as the kernel counts
	boot TEXT NOT NULL,		-- boot id: numbers mean nothing after a reboot
	fence INTEGER NOT NULL,		-- one more with each owner; writes check it
	since TEXT NOT NULL,		-- wall clock, when taken
	until TEXT NOT NULL		-- wall clock, when an owner alive is an alarm
) STRICT, WITHOUT ROWID;

CREATE TABLE program_run (
	-- Each run of a program, for show-status; old ones are dropped.
	id INTEGER PRIMARY KEY AUTOINCREMENT,	-- in order of starting
	program TEXT NOT NULL,		-- its name
	pid INTEGER NOT NULL,		-- its process
	day INTEGER NOT NULL,		-- market date it worked for
	time INTEGER NOT NULL,		-- market minute it worked for
	started_at TEXT NOT NULL,	-- wall clock
	ended_at TEXT,			-- wall clock; NULL: runs, or was killed
	status INTEGER,			-- exit status; NULL: not ended
	message TEXT NOT NULL DEFAULT ''	-- its last words, if it failed
) STRICT;

CREATE INDEX program_run_last ON program_run (program, id);

CREATE TABLE alert (
	-- What a person should look at.  The same alert again is counted, not
	-- repeated.
	id INTEGER PRIMARY KEY,		-- in order of raising
	name TEXT NOT NULL,		-- what kind, and of what: "unknown order 41"
	message TEXT NOT NULL,		-- in words
	program TEXT NOT NULL,		-- who raised it
	count INTEGER NOT NULL DEFAULT 1,	-- how often since first_at
	first_at TEXT NOT NULL,		-- when it was raised
	last_at TEXT NOT NULL,		-- when it was last raised
	said_at TEXT NOT NULL,		-- when it was last printed
	cleared_at TEXT			-- when it was over; NULL: it stands
) STRICT;

CREATE UNIQUE INDEX alert_standing ON alert (name) WHERE cleared_at IS NULL;

-- ---- Results -----------------------------------------------------------------

CREATE TABLE daily_portfolio (
	-- A day's result, provisional after the close, final the next morning;
	-- later corrections are further revisions, the highest counts (T31).
	-- The owner's record_date, cash_balance, total_asset_value are day,
	-- cash, total; the rates follow from total and transfers.
	day INTEGER NOT NULL,		-- the session
	revision INTEGER NOT NULL DEFAULT 1,	-- 1, 2, ...
	is_final INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1)),	-- no longer provisional
	cash INTEGER NOT NULL,		-- at the end
	holdings INTEGER NOT NULL,	-- at the close's prices
	total INTEGER NOT NULL,		-- both
	transfers INTEGER NOT NULL DEFAULT 0,	-- deposits - withdrawals of the day
	profit INTEGER NOT NULL,	-- total - previous total - transfers
	realised INTEGER NOT NULL DEFAULT 0,	-- of it by sells
	bought INTEGER NOT NULL DEFAULT 0,	-- amount of buys
	sold INTEGER NOT NULL DEFAULT 0,	-- amount of sells
	commission INTEGER NOT NULL DEFAULT 0,	-- paid
	tax INTEGER NOT NULL DEFAULT 0,	-- paid
	daily_return REAL NOT NULL,	-- profit / (previous total + transfers)
	cumulative_return REAL NOT NULL,	-- chained since the first day
	drawdown REAL NOT NULL,		-- from the highest cumulative return, <= 0
	closed_at TEXT NOT NULL,	-- when it was computed
	PRIMARY KEY (day, revision)	-- nothing is overwritten
) STRICT, WITHOUT ROWID;

CREATE TABLE trading_performance (
	-- A day's result of one strategy, from the same revision of the day.
	day INTEGER NOT NULL,		-- the session
	strategy TEXT NOT NULL,		-- whose; MANUAL too
	revision INTEGER NOT NULL DEFAULT 1,	-- of daily_portfolio
	holdings INTEGER NOT NULL,	-- its shares at the close's prices
	cost INTEGER NOT NULL,		-- paid for them
	realised INTEGER NOT NULL,	-- profit of the day's sells
	unrealised INTEGER NOT NULL,	-- holdings - cost
	buys INTEGER NOT NULL,		-- fills
	sells INTEGER NOT NULL,		-- fills
	wins INTEGER NOT NULL,		-- sells with a profit above 0
	commission INTEGER NOT NULL,	-- paid
	tax INTEGER NOT NULL,		-- paid
	PRIMARY KEY (day, strategy, revision)	-- one row each
) STRICT, WITHOUT ROWID;

CREATE VIEW trading_trade AS
	-- Round trips: each sell with what its shares were bought for.
	SELECT f.id AS id, f.day AS day, f.time AS time, f.strategy AS strategy,
	    f.code AS code, f.entry_date AS entry_date, f.quantity AS quantity,
	    f.cost AS cost, f.fees AS fees, f.amount AS amount,
	    f.commission AS commission, f.tax AS tax, f.profit AS profit,
	    o.why AS why, o.reason AS reason
	FROM fill f JOIN orders o ON o.id = f.order_id
	WHERE f.side = 'sell';
