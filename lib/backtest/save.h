/*
 * save.h - keep a backtest in the database (backtest --save).
 */
#ifndef BACKTEST_SAVE_H
#define BACKTEST_SAVE_H

#include "backtest/metrics.h"
#include "backtest/options.h"
#include "store/store.h"

/*
 * The run, its fills and its days, in one transaction of its own.  Its
 * measures are those that the program prints; a round trip is an exit order
 * with all that it sold.
 */
int output_save(struct store *, const struct backtest_setup *,
    const struct market_data *, const struct backtest_result *,
    const struct metrics *, epoch at, struct err *);

#endif
