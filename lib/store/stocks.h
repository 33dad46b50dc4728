/*
 * stocks.h - stock_info and market_calendar.
 */
#ifndef STORE_STOCKS_H
#define STORE_STOCKS_H

#include "market/calendar.h"
#include "market/kind.h"
#include "store/prices.h"

#define STOCK_NAME_SIZE 128

struct stock_row {
	char code[CODE_SIZE];
	char name[STOCK_NAME_SIZE];
	enum kind kind;
	int leverage;
	/* Figures of the company as text of a number; "" : unknown, and what
	 * is known stays. */
	char sector[64];
	char per[24], pbr[24], eps[24], roe[24], debt_ratio[24];
	char sales[24], operating_profit[24], net_profit[24];
	char recent_financial_date[16];
};

/* Insert, or change where something differs. */
int store_put_stock(struct store *, const struct stock_row *, epoch at,
    struct put_counts *, struct err *);
/* Code, name, kind, leverage.  1, 0 where there is no row (KIND_KOSPI, 1,
 * no name), -1. */
int store_stock(
    struct store *, const char *code, struct stock_row *, struct err *);
/* All of them, in order of code, appended; free() *out. */
int store_stocks(struct store *, struct stock_row **out, int *n, struct err *);

/* The calendar from a day on (0: the whole); the caller frees it with
 * calendar_free().  NULL and E_CONFIG where the table is empty.  A program
 * that is started every minute wants no day of the last century. */
struct calendar *store_calendar(struct store *, ymd from, struct err *);
/* The day's session: 1, 0 where the calendar has no such day, -1. */
int store_session(struct store *, ymd day, struct session *, struct err *);
/* Fill in the regular hours of a date: 1, 0 where none are known, -1. */
int store_regular_hours(struct store *, struct session *, struct err *);
/*
 * Put a day as a vendor's dump has it, open or not.  Hours of a day that is
 * open stay if they are known, else they are the regular ones of its date.
 */
int store_put_calendar_day(struct store *, ymd day, bool is_open,
    const char *description, struct put_counts *, struct err *);

#endif
