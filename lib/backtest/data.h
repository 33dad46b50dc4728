/*
 * data.h - the history a backtest walks through: bars once, in columns.
 *
 * Read-only while backtests run over it, so a sweep shares one copy among
 * its threads.
 */
#ifndef BACKTEST_DATA_H
#define BACKTEST_DATA_H

#include "base/types.h"
#include "market/kind.h"
#include "price/bars.h"

struct stock_data {
	char code[CODE_SIZE];
	char name[128];
	enum kind kind;
	int leverage;
	struct bar_store daily;  /* halts left out */
	struct bar_store minute; /* all days, by date and time */
	int nday, day_cap;       /* days that have minutes, in order */
	ymd *day;
	int *day_from; /* first minute of the day; [nday] ends */
};

struct market_data {
	int n, cap;
	struct stock_data *stock; /* in order of code */
};

void market_data_init(struct market_data *);
void market_data_fini(struct market_data *);
/* Append a stock; codes must come in order.  Fill its bar stores, then call
 * market_data_index once. */
struct stock_data *market_data_add(struct market_data *, const char *code);
void market_data_index(struct market_data *);
/* Minutes of that day, in `*w`; false where there are none.  *hint is where
 * the last search ended (start with 0): days are walked forward. */
bool stock_data_minutes(
    const struct stock_data *, ymd d, int *hint, struct bars *w);
/* First and last date that has any bar; 0 without any. */
ymd market_data_first(const struct market_data *);
ymd market_data_last(const struct market_data *);

#endif
