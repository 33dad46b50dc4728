/*
 * report.h - what there is to say about a day, a week or a month.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/close.h"
#include "report/doc.h"
#include "trade/settings.h"

enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH };

/* The first and the last date of the period around a day; ISO weeks begin on
 * Monday. */
void period_around(enum period, ymd day, ymd *from, ymd *to);

/*
 * The report of the closed days from index `first` to `last`; for PERIOD_DAY
 * they are one.  The comparison with a backtest is made for a day alone.
 * Reads alone; NULL on error.
 */
struct doc *report_make(struct store *, const struct calendar *,
    const struct closing *, enum period, int first, int last, struct err *);

#endif
