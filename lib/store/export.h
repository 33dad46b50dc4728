/*
 * export.h - rows of the tables, streamed into a base/table.h.
 *
 * One query each, in the order of its key, so that memory is one row however
 * long the table (csv and json; a table for people must know its widths).
 * Prices, minutes and stocks have the columns that store/import.h takes.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "base/table.h"
#include "store/prices.h"

enum export_what {
	EXPORT_PRICES,
	EXPORT_MINUTES,
	EXPORT_STOCKS,
	EXPORT_SIGNALS, /* of today and of days that are over */
	EXPORT_ORDERS,
	EXPORT_FILLS,
	EXPORT_TRADES,          /* round trips: sells and what was paid */
	EXPORT_POSITIONS,       /* held now */
	EXPORT_PORTFOLIO,       /* days, each in its newest revision */
	EXPORT_BACKTEST,        /* the saved runs */
	EXPORT_BACKTEST_TRADES, /* of one run */
	EXPORT_DRIFT,           /* differences between the broker and us */
	EXPORT_LOG,
	NEXPORTS,
};

struct export_spec {
	const char *code; /* NULL: all */
	ymd from, to;     /* both included; YMD_MIN, YMD_MAX: all */
	int64_t run;      /* EXPORT_BACKTEST_TRADES */
};

/* By the word that the person says ("backtest" is the runs); 0 or -1. */
int export_parse(const char *word, enum export_what *out);
/* Can it be narrowed by code / by date? */
bool export_has_code(enum export_what);
bool export_has_day(enum export_what);

/*
 * Write the rows to f.  Stops early where f has failed; its ferror() tells.
 * Rows written, or -1; E_USAGE for a run that does not exist.
 */
int64_t store_export(struct store *, enum export_what,
    const struct export_spec *, FILE *f, enum out_format, struct err *);

#endif
