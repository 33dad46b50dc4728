/*
 * replay_broker.h - which broker the programs of a replay trade with.
 *
 * Paper, unless the person hands in a configuration that names another: a
 * sandbox or a fake, whose account must begin as the backtest's does.  One
 * that can spend real money is refused (--now).
 */
#ifndef BACKTEST_REPLAY_BROKER_H
#define BACKTEST_REPLAY_BROKER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/types.h"

#include <stdio.h>

/* Does this configuration name paper?  1, 0, -1: it cannot be read. */
int replay_is_paper(const char *config, struct err *e);

/* Write as lines of [paper] how that configuration's paper broker tells of
 * orders. */
int replay_write_manners(FILE *, const char *config, struct err *e);

/*
 * Ask the broker of the configuration at `at`, as a program with this
 * database would, whether its account holds this much cash and nothing else,
 * and has no orders.  E_REFUSED: real money; E_CONFIG: another account than
 * the backtest begins with.
 */
int replay_account_check(const char *db, const char *config,
    const struct clock *at, won cash, struct err *e);

#endif
