/*
 * csv.h - rows of comma-separated values, in and out.
 *
 * The reader streams: memory is one row, however long the file.  It takes
 * CRLF, a byte order mark, quotes with commas and newlines inside, a missing
 * last newline; it skips blank lines and drops spaces around unquoted fields.
 * Text must be UTF-8.  Columns are found by the name in the header row.
 * libcsv (RFC 4180) does the parsing, in strict mode, and is included by
 * csv.c alone.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdio.h>

#include "base/err.h"

struct csv_reader;

struct csv_row {
	const char *const *field; /* alive until the next csv_next() */
	int n;
	const char *file; /* alive until csv_close(); "stdin" for "-" */
	long line;        /* where the row begins, from 1 */
};

/*
 * Open a path, or "-" for stdin, and read the header row.  NULL: E_DATA (no
 * such file, no header, bad bytes in it) or E_FAIL (reading failed).
 */
struct csv_reader *csv_open(const char *path, struct err *e);
/* The index of a column, or -1.  Case does not matter. */
int csv_column(const struct csv_reader *r, const char *name);
/* As csv_column(); E_DATA naming the file and the column if absent. */
int csv_need(const struct csv_reader *r, const char *name, struct err *e);
/* The header row itself, alive until csv_close(). */
const struct csv_row *csv_header(const struct csv_reader *r);
/*
 * The next row: 1, 0 at the end, -1 on error.  After E_DATA (file:line is in
 * the message) the reader stands behind the offending line and may be called
 * again; after E_FAIL it may not.
 */
int csv_next(struct csv_reader *r, struct csv_row *row, struct err *e);
/* Field i, or "" where the row is too short or i is -1. */
const char *csv_get(const struct csv_row *row, int i);
void csv_close(struct csv_reader *r); /* NULL is fine */

/* One field, quoted only where RFC 4180 asks for it. */
void csv_field(FILE *f, const char *text);

#endif
