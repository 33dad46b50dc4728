/*
 * doc.h - a report as sections of rows, and the three ways to write it.
 *
 *   text  for people: a heading and an aligned table for each section; a
 *         section of one row may be a list, one line a figure
 *   csv   one line a figure: section,day,strategy,code,name,value,row; a
 *         table's columns day, strategy and code stand in front of each of
 *         its figures, and `row` tells its rows apart
 *   html  one page without anything from elsewhere
 *
 * Numbers in csv are plain: whole won, dates YYYYMMDD, times HHMM, ratios as
 * fractions.  Sections without rows are left out.
 */
#ifndef REPORT_DOC_H
#define REPORT_DOC_H

#include <stdio.h>

#include "base/table.h"

struct doc;

enum doc_format { DOC_TEXT, DOC_CSV, DOC_HTML };
/* "text", "csv", "html"; 0 or -1. */
int doc_format_parse(const char *, enum doc_format *);

/* `day` stands in csv for sections without a column of that name. */
struct doc *doc_new(const char *title, ymd day);
void doc_free(struct doc *); /* NULL is fine */

/* A new section; the columns are borrowed.  `name` is csv's word for it. */
void doc_table(struct doc *, const char *name, const char *title,
    const struct column *cols, int n);
/* The same, shown to people as a list. */
void doc_list(struct doc *, const char *name, const char *title,
    const struct column *cols, int n);
/* Values column by column, then doc_end_row. */
void doc_text(struct doc *, const char *); /* NULL: none */
void doc_int(struct doc *, int64_t);
void doc_real(struct doc *, double); /* NAN: none */
/* A value of another kind than its column. */
void doc_int_as(struct doc *, enum col_kind, int64_t);
void doc_real_as(struct doc *, enum col_kind, double);
void doc_none(struct doc *);
void doc_end_row(struct doc *);

void doc_write(const struct doc *, enum doc_format, FILE *);

#endif
