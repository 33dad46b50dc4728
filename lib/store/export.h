/*
 * export.h - rows of tables for people, spreadsheets and the importer,
 * streamed: nothing is held back here.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "base/table.h"
#include "store/store.h"

struct export_kind {
	const char *name; /* "prices", "minutes", "signals" ... */
	const struct column *column;
	int n_columns;
};

/* All of them; ends with a NULL name. */
extern const struct export_kind export_kinds[];

/*
 * Rows of one kind with from <= date <= to, of one code (NULL: all), in
 * their order, into a table made of its columns.  The number of rows, or -1.
 */
int64_t store_export(struct store *, const struct export_kind *,
    const char *code, ymd from, ymd to, struct table *, struct err *);

#endif
