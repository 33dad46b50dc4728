/*
 * section.h - what the sections of a report share.  Not for others.
 *
 *	section_days.c		the day; the days and the sum of a period
 *	section_stocks.c	who held what, profit by stock and by strategy
 *	section_trades.c	costs, round trips, fills
 *	section_limits.c	how much of each limit was used
 *	section_events.c	what was not done, deposits, differences, alerts
 *	section_backtest.c	the same day by the backtest
 *	section.c		words that stand in several of them
 *
 * report.c makes them in their order.  A section that reads the database can
 * fail: 0, or -1 as everywhere.
 */
#ifndef REPORT_SECTION_H
#define REPORT_SECTION_H

#include "report/report.h"
#include "store/report.h"

/* A strategy and a stock over the period. */
struct holding {
	const char *strategy, *code; /* of the walk */
	qty n;
	won cost, price, value;
	won before; /* its value the evening before */
	won profit;
};

/* A report that is being made. */
struct maker {
	struct store *db;
	const struct calendar *cal;
	const struct closing *c;
	enum period period;
	int first, last;
	ymd from, to; /* dates that rows are asked for */
	struct doc *doc;
	struct walk walk; /* at the end of the period */
	int nholding;
	struct holding *holding;
	int nfill;
	struct report_fill *fill;
	struct limits limits;
	won profit, other; /* of the period */
};

const struct closed_day *maker_last_day(const struct maker *);

/* section.c: values of the row that is being written */

/* The stock's name, for people. */
int put_stock(struct maker *, const char *code, struct err *);
void put_side(struct maker *, enum side);
/* Text, or nothing at all. */
void put_words(struct maker *, const char *text);

/* section_stocks.c */

/* Walk to the end of the period: fills in walk and holding, which are to be
 * freed whatever it returns. */
int maker_walk(struct maker *, struct err *);
int section_stocks(struct maker *, struct err *);
void section_strategies(struct maker *);

/* section_days.c */
void section_days(struct maker *);
void section_period(struct maker *); /* of a week, of a month */

/* section_trades.c */

/* Exit orders with all that they sold: one round trip each. */
struct trip {
	const struct report_fill *first;
	qty n;
	won cost, fees, amount, commission, tax, profit;
	ymd entry_date;
};
/* How many; free *out. */
int maker_trips(const struct maker *, struct trip **out);
void section_costs(struct maker *);
int section_trades(struct maker *, struct err *);
int section_fills(struct maker *, struct err *);

/* section_limits.c */
int section_limits(struct maker *, struct err *);
/* Of a week or a month: the days on which a limit stopped something. */
int section_latches(struct maker *, struct err *);

/* section_events.c */
int section_undone(struct maker *, struct err *);
int section_transfers(struct maker *, struct err *);
int section_drift(struct maker *, struct err *);
int section_alerts(struct maker *, struct err *);

/* section_backtest.c */
int section_backtest(struct maker *, struct err *);

#endif
