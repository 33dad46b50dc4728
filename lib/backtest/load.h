/*
 * load.h - a backtest's history out of the database.
 */
#ifndef BACKTEST_LOAD_H
#define BACKTEST_LOAD_H

#include "backtest/data.h"
#include "base/err.h"
#include "store/store.h"

/*
 * Bars of `codes` (NULL: all that have prices) into `data`.  Daily bars are
 * all those up to `to` (0: the end), for all history is known to a strategy
 * (T7); minutes, where wanted, those of [from, to].  E_CONFIG for a code
 * without prices; E_CONFIG where there are none at all.
 */
int market_data_load(struct store *, const struct codes *codes, ymd from,
    ymd to, bool with_minutes, struct market_data *data, struct err *);

#endif
