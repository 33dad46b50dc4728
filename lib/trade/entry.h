/*
 * entry.h - from buy signals to entry orders (T6, T8, T10, T13, T19-T22).
 * Used by the pass alone.
 */
#ifndef TRADE_ENTRY_H
#define TRADE_ENTRY_H

#include "trade/plan.h"
#include "trade/strategy_run.h"

/* Plan the entries of this minute; -1 where a minute module failed. */
int entries(
    const struct world *, const struct moment *, struct book *, struct err *);

/* Shared with the pass (pass.c): ask the minute strategy, say why a signal
 * waits, plan an order that is like the given one. */
int signal_ask(const struct world *, const struct moment *, const struct book *,
    const struct signal *, struct act *, struct err *);
void signal_waits(struct signal *, const char *why);
struct order *plan_order(const struct world *, const struct moment *,
    struct book *, const struct order *like);

#endif
