/*
 * import.h - files of prices, stocks and days into their tables (R26).
 *
 * A file is one transaction: a bad row is named by file and line, and then
 * nothing of the file is stored, unless bad rows are to be skipped.  Columns
 * are found by their names, those of the owner's tables among them
 * (stock_code, stock_name, market_type, datetime, is_holiday); columns that
 * nobody asked for are passed over.  Storing the same file again changes
 * nothing.
 *
 * What a price must be: whole won (a dump's "100.00" is), above zero, low and
 * high around open and close, of a day that the calendar knows as a session,
 * and a minute must be one of that session.  Ticks and daily limits are not
 * asked for: adjusted prices keep neither.  A halt, without volume, is a row
 * like others; vendors that leave zeros for its prices mean the close.
 */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "store/stocks.h"

enum import_kind {
	IMPORT_DAILY,
	IMPORT_MINUTE,
	IMPORT_STOCKS,
	IMPORT_CALENDAR,
};

struct import_spec {
	enum import_kind kind;
	bool label_end; /* a minute is named by its end: 0901 is the first */
	bool skip_bad;  /* pass over bad rows and count them */
	bool dry_run;   /* look at the rows, store none */
	epoch at;       /* market time, for updated_at */
	const struct calendar *cal; /* for prices */
};

struct import_result {
	int64_t rows; /* good ones */
	int64_t bad;  /* passed over; each is said at the level info */
	struct put_counts put;
	struct err first_bad;
};

/*
 * Read a file ("-": stdin) into its table, in a transaction of its own.
 * Returns 0, or -1 and nothing was stored: E_DATA and E_CONFIG (a day without
 * a calendar) name the file and the line.
 */
int import_file(struct store *, const struct import_spec *, const char *path,
    struct import_result *, struct err *);

#endif
