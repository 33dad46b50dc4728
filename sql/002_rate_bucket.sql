CREATE TABLE rate_bucket (
	-- Requests to a firm that limits their number per second: one row for
	-- each key, shared by all programs of this machine.  Taking a permit
	-- moves free_at on, so permits are spaced evenly and nobody polls.
	name TEXT PRIMARY KEY,		-- the firm, and a digest of the key
	boot TEXT NOT NULL,		-- boot id: moments mean nothing after a reboot
	free_at INTEGER NOT NULL	-- the next permit's moment, milliseconds since the boot
) STRICT, WITHOUT ROWID;
