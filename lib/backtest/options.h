/*
 * options.h - the options that backtest and replay share, and the run that
 * they describe.
 */
#ifndef BACKTEST_OPTIONS_H
#define BACKTEST_OPTIONS_H

#include "backtest/engine.h"
#include "base/opt.h"
#include "store/store.h"

struct backtest_options {
	struct opt_list strategies; /* --strategy, configured */
	const char *daily, *minute; /* --daily, --minute */
	ymd from, to;
	const char *bars, *stops, *codes, *universe, *sizing, *signals;
	won cash, stock_capital;
	const char *costs, *commission, *tax, *slippage;
};

/* Fill `def` with the shared options, behind which the tool puts its own;
 * returns how many. */
#define BACKTEST_NOPTIONS 19
int backtest_option_defs(struct backtest_options *, struct opt_def *def);

/* What is run: borrowed by struct backtest_conf, freed by setup_fini. */
struct backtest_setup {
	struct backtest_conf conf;
	struct strategy_conf *strat;
	struct codes codes; /* n == 0: all that have prices */
	bool with_minutes;
	bool **base;    /* made by setup_universe */
	char name[256]; /* of the strategies, for the output */
};

/* From the options and, for --strategy, the database.  E_USAGE for options
 * that do not fit each other. */
int setup_make(const struct backtest_options *, struct store *,
    struct backtest_setup *, struct err *);
/* The person's lists over the loaded stocks. */
int setup_universe(const struct backtest_options *, struct store *,
    const struct market_data *, struct backtest_setup *, struct err *);
void setup_fini(struct backtest_setup *);

#endif
