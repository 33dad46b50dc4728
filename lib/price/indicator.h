/*
 * indicator.h - indicators as pure functions over arrays, oldest first.
 *
 * Two forms: `ind_*_last` gives the value at the newest bar of n, and
 * `ind_*_all` fills a column.  Values that do not exist yet are NAN; integer
 * sums are exact, so that ties can be decided exactly.  Definitions as TA-Lib
 * 0.4 with its default settings, which the reference values in tests follow.
 */
#ifndef PRICE_INDICATOR_H
#define PRICE_INDICATOR_H

#include "base/types.h"
#include "price/bars.h"

#endif
