/*
 * sweep.h - one backtest for each combination of parameters, on all cores.
 */
#ifndef BACKTEST_SWEEP_H
#define BACKTEST_SWEEP_H

#include "backtest/metrics.h"

#define SWEEP_MAX 8 /* parameters swept at once */

/* One "k=from:to:step"; k is a parameter of the daily module, else of the
 * minute module, else a setting of the strategy (stop_loss_ratio, ...). */
struct sweep_range {
	char name[NAME_SIZE];
	double from, to, step;
};

/* Parse; E_USAGE for a range that is none. */
int sweep_range_parse(const char *text, struct sweep_range *, struct err *);
/* Number of combinations; -1 where there are more than 10 million. */
int sweep_count(const struct sweep_range *, int n);
/* Value i of a range, as text. */
const char *sweep_value(
    const struct sweep_range *, int i, char *buf, size_t size);

struct sweep_result {
	double value[SWEEP_MAX];
	struct metrics m;
};

/*
 * Run all combinations over the first strategy of `conf` with `jobs` threads;
 * result[i] is the i-th, the last range counting fastest.  Combinations that
 * are impossible (a value out of its range) are E_USAGE before any runs.
 */
int sweep_run(const struct market_data *, const struct calendar *,
    const struct backtest_conf *, const struct sweep_range *, int n, int jobs,
    struct sweep_result *result, struct err *);

#endif
