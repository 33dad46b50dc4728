/*
 * import_row.h - what a row of a file says, judged; for import.c alone.
 *
 * Fields are found by the names of their columns.  Nothing here is stored,
 * and nothing but the calendar is asked.
 */
#ifndef STORE_IMPORT_ROW_H
#define STORE_IMPORT_ROW_H

#include "base/csv.h"
#include "store/import.h"

#define IMPORT_COLS 32 /* room for all columns that are known */

struct import_reader {
	const struct import_spec *spec;
	struct csv_reader *csv;
	int col[IMPORT_COLS];      /* index in the file, -1: it has none */
	struct csv_row in;         /* the row, as csv_next() left it */
	const struct session *day; /* of the last row that had one */
};

/* A row; which parts count depends on the kind of the file. */
struct import_row {
	char code[CODE_SIZE];
	struct bar bar; /* of the calendar, the date alone */
	struct stock_row stock;
	bool is_open;
	const char *description; /* as long as the fields of the row */
};

/* Find the columns; E_DATA for a file that cannot be of its kind. */
int import_columns(struct import_reader *, struct err *);
/* The row in `in`, but of a stock its code alone.  -1: it is a bad one. */
int import_read(struct import_reader *, struct import_row *, struct err *);
/* What the row says of a stock, over what r->stock knows.  0, -1: bad. */
int import_read_stock(
    const struct import_reader *, struct import_row *, struct err *);

/* "file:line: what is wrong with the row"; -1. */
int import_bad(const struct csv_row *, enum err_kind, struct err *,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
