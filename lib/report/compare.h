/*
 * compare.h - the same day by the backtest: would it have traded the same?
 *
 * The engine walks the day's minutes with what the day began with (cash and
 * lots of its morning's snapshot, exits begun the day before) and with the
 * strategies and limits as they are set now.  What persons did in the day,
 * and settings changed since, show as differences; so does a real broker,
 * whose fills come at other prices than a bar's.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "report/close.h"
#include "store/report.h"

/* What one strategy bought, or sold, of one stock, where it differs. */
struct difference {
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	enum side side;
	qty n, test_n; /* live, by the backtest */
	won amount, test_amount;
	hhmm time, test_time; /* of the first fill; -1: none */
};

struct comparison {
	char why_not[512]; /* not compared; "": it was */
	int fills, test_fills;
	won total, test_total; /* at the day's end */
	int n;
	struct difference *item; /* none: the trades agree */
};

/* Compare day i of `closing`, whose fills are given.  -1 where the database
 * fails; a module that is not there is a reason not to compare. */
int compare_day(struct store *, const struct calendar *, const struct closing *,
    int i, const struct report_fill *, int n, struct comparison *,
    struct err *);
void comparison_fini(struct comparison *);

#endif
