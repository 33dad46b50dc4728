/*
 * config.h - limits and configured strategies between their rows (text, in
 * store/settings.h) and their structures (trade/settings.h).
 */
#ifndef ACCOUNT_CONFIG_H
#define ACCOUNT_CONFIG_H

#include "store/settings.h"
#include "trade/settings.h"

/* The person's limits and costs over the defaults.  E_CONFIG for a row that
 * this program does not know. */
int config_limits(struct store *, struct limits *, struct err *);
/* One limit as set-limit says it; checked before it is stored.  "costs" and
 * "commission" store what they stand for. */
int config_put_limit(struct store *, const char *name, const char *value,
    epoch at, struct err *);
/* All limits that differ from the defaults. */
int config_put_limits(
    struct store *, const struct limits *, epoch at, struct err *);

/* One strategy with its modules loaded: 1, 0 where there is none, -1
 * (E_CONFIG for a module that is absent or does not fit). */
int config_strategy(
    struct store *, const char *name, struct strategy_conf *, struct err *);
/* The same from a row in hand, whose modules need not be the stored ones;
 * with its stored settings. */
int config_strategy_of(struct store *, const struct strategy_row *,
    struct strategy_conf *, struct err *);
/* All of them, in order of name; free() *out. */
int config_strategies(
    struct store *, struct strategy_conf **out, int *n, struct err *);
/* The same for who trades: a strategy whose module or settings cannot be had
 * is broken and has no modules, but the settings that can, its stops among
 * them; why the first is so, in *broken, or, where it is off and in nobody's
 * way (it holds nothing, and no order of it works), in *idle. */
int config_strategies_left(struct store *, struct strategy_conf **out, int *n,
    struct err *broken, struct err *idle, struct err *);
/* Insert or replace, with all that differs from the defaults. */
int config_put_strategy(
    struct store *, const struct strategy_conf *, epoch at, struct err *);

#endif
