/*
 * table.h - rows on stdout, the same in three formats.
 *
 *   table  for people: aligned (Hangul counts two), thousands separated,
 *          dates and times with their marks; held back until the widths are
 *          known
 *   csv    a header row and RFC 4180; goes back into the importer
 *   json   an array of objects
 *
 * csv and json stream: nothing is held back.  Values are added column by
 * column, then table_end_row().
 *
 *	static const struct column cols[] = {
 *		{ "code", COL_TEXT }, { "date", COL_YMD },
 *		{ "close", COL_WON }, { "score", COL_REAL, 2 },
 *	};
 *	struct table *t = table_new(stdout, opt.format, cols, NELEM(cols));
 *
 *	table_text(t, code), table_int(t, d), table_int(t, close);
 *	table_real(t, score), table_end_row(t);
 *	table_finish(t);
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdio.h>

#include "base/types.h"

enum out_format { OUT_TABLE, OUT_CSV, OUT_JSON };

enum col_kind {
	COL_TEXT,  /* table_text() */
	COL_INT,   /* table_int(): counts, ids; no thousands separators */
	COL_WON,   /* table_int(): won, also shares */
	COL_YMD,   /* table_int(): 20250314; 0 is null */
	COL_HHMM,  /* table_int(): 0905; negative is null */
	COL_PPB,   /* table_int(): an exact ratio; PPB_UNSET is null */
	COL_BOOL,  /* table_int(): 0 or 1; "yes" or "" in a table */
	COL_REAL,  /* table_real(): nan and infinities are null */
	COL_RATIO, /* table_real(): 0.0523, shown as 5.23% in a table */
};

struct column {
	const char *name; /* lower case, as in SQL */
	enum col_kind kind;
	/* COL_REAL, COL_RATIO: digits after the point in a table (0: two).
	 * csv and json have the shortest text that reads back the same. */
	int decimals;
};

struct table;

/* The columns are borrowed until table_finish(). */
struct table *table_new(
    FILE *f, enum out_format format, const struct column *cols, size_t n);
/* No rows, no output: not even csv's header; json's "[]" stays. */
void table_silent_if_empty(struct table *t);
/*
 * Rows of a log, which the person collects with ">>".  No rows, no output; and
 * csv leaves its header out where f is appended to a file that begins with
 * just that line, so that the file is one CSV.
 */
void table_log(struct table *t);
void table_text(struct table *t, const char *text); /* NULL is null */
void table_int(struct table *t, int64_t v);
void table_real(struct table *t, double v);
void table_null(struct table *t);
void table_end_row(struct table *t);
/* Write what is still held back, and free. */
void table_finish(struct table *t);

/* "table", "csv", "json"; 0 or -1. */
int out_format_parse(const char *s, enum out_format *out);

/*
 * The last line of a main(): flush stdout and look whether all of it could be
 * written.  A full disk is no success: returns 1 and says so, else 0.
 */
int out_finish(void);

/* "1,234,567"; returns buf (27 bytes do). */
const char *won_text(won v, char *buf, size_t size);
/* The shortest text that reads back as v, which is finite. */
const char *real_text(double v, char *buf, size_t size);

#endif
