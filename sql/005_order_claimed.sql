-- Since when it can have left us as well: between the two moments the clock on
-- the wall can have been set, too.  The table is made anew, so that it keeps its
-- comments.
CREATE TABLE left_before AS SELECT * FROM order_left;

DROP TABLE order_left;

CREATE TABLE order_left (
	-- When an order can have left us, by the clock that nobody sets: a
	-- step of the clock on the wall must not prove an order absent that
	-- is on its way, or hide it among those of other times (T28).  Once it
	-- was amended: when its last amend can have left us.  No row: never
	-- sent, or by a clock that was fixed (--now).
	order_id INTEGER PRIMARY KEY REFERENCES orders,	-- the order
	boot TEXT NOT NULL,		-- boot id: moments mean nothing after a reboot
	claimed_ms INTEGER NOT NULL DEFAULT 0,	-- at the earliest: when it was claimed; milliseconds since the boot; 0: before it, or not known
	at_ms INTEGER NOT NULL		-- at the latest: when it was claimed, or its sender gave up or was found dead
) STRICT;

INSERT INTO order_left (order_id, boot, at_ms) SELECT order_id, boot, at_ms
    FROM left_before WHERE order_id IN (SELECT id FROM orders);

DROP TABLE left_before;
