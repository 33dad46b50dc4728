/*
 * pass.h - the decisions of one minute, in their order (DESIGN, "The minute,
 * exactly").  Pure: they read the world and the moment, and change the book
 * and the plan; nothing else.
 *
 * The shells call, at minute T, after the fills of bar T-1 were booked:
 *	trade_wait	what waits too long is amended or cancelled	(T11)
 *	trade_signals	the strategies' candidates become signals	(T4, T5)
 *	trade_pass	stops, portfolio stop, minute strategies, limits, orders
 * and, once a day before all others, trade_day_open.
 */
#ifndef TRADE_PASS_H
#define TRADE_PASS_H

#include "trade/plan.h"
#include "trade/strategy_run.h"

/*
 * Begin a session: yesterday's signals end, exits of yesterday that are not
 * complete are carried over as signals, the day's counters and latches are
 * new.  start_equity is the cash and the holdings at their last closes, which
 * the tapes must show.  Nothing is done where the book already is of `date`.
 */
void trade_day_open(const struct world *, struct book *, ymd date);

/* T11 for every live order. */
void trade_wait(
    const struct world *, const struct moment *, struct book *, struct plan *);

/*
 * Run the daily function of strategy s and turn what it says into signals
 * stamped for this minute.  In prev-close mode the function runs at the day's
 * first call only and signals are stamped again afterwards.  A strategy that
 * is off says exits alone.
 * -1 where the module fails: its signals stay unstamped.
 */
int trade_signals(const struct world *, const struct moment *, struct book *,
    int s, struct run_work *, struct err *);

/*
 * The trading pass.  New orders are planned in the book.  -1 where a minute
 * module failed: that signal waits, everything else was done; the first
 * failure is in the error.
 */
int trade_pass(const struct world *, const struct moment *, struct book *,
    struct plan *, struct err *);

/* Does a pass at this minute of this session do anything at all? */
bool trade_time(const struct world *, const struct moment *);

#endif
