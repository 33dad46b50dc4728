CREATE TABLE order_left (
	-- When an order can last have left us, by the clock that nobody sets:
	-- a step of the clock on the wall must not prove an order absent that
	-- is on its way (T28).  Once it was amended: when its last amend can
	-- have left us.  No row: never sent, or by a clock that was
	-- fixed (--now).
	order_id INTEGER PRIMARY KEY REFERENCES orders,	-- the order
	boot TEXT NOT NULL,		-- boot id: moments mean nothing after a reboot
	at_ms INTEGER NOT NULL		-- when it was claimed, or its sender gave up or was found dead; milliseconds since the boot
) STRICT;
