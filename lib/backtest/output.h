/*
 * output.h - a backtest's results as tables and CSV files.
 */
#ifndef BACKTEST_OUTPUT_H
#define BACKTEST_OUTPUT_H

#include "backtest/sweep.h"
#include "base/table.h"

/* One run: a row in csv and json, a list of measures in a table. */
void output_metrics(
    enum out_format, const char *strategy, const struct metrics *);
/* A sweep, one row a combination, in the given order. */
void output_sweep(enum out_format, const char *strategy,
    const struct sweep_range *, int n, const struct sweep_result *const *,
    int count);
/* --trades FILE and --equity FILE ("-": stdout). */
int output_trades(const char *path, const struct market_data *,
    const struct backtest_result *, struct err *);
int output_equity(
    const char *path, const struct backtest_result *, struct err *);

#endif
