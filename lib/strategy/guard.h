/*
 * guard.h - a strategy module that crashes takes nobody along.
 *
 * A module is its author's code inside of our process.  Where one dies of a
 * signal (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT), or does not come back,
 * the program starts itself again at once, in the same process, and leaves out
 * the strategy whose module it was.  Its memory is then new, whatever the
 * module wrote where; what it had not committed is gone, as after a kill -9,
 * which every program bears at any point.  An ordinary run pays for some
 * system calls at its start and two a call of a module.
 *
 * Only programs that called guard_start are guarded: in the others, as the
 * backtest, a crash is one.  One thread.
 */
#ifndef STRATEGY_GUARD_H
#define STRATEGY_GUARD_H

#include <stdbool.h>

#include "base/types.h"

/* First in main(), before anything is opened: learn what an earlier start of
 * this process left behind, and stand guard.  argv is borrowed for good.
 * $MAEMAE_MODULE_SECONDS: seconds of CPU that a call of a module may take
 * (20). */
void guard_start(char *argv[]);

/* Around each call of a module: which of its functions is run, for which
 * strategy.  `what` is a literal: "load", "lookback", "universe", "daily" or
 * "minute"; `module` may have its parameters behind it. */
void guard_enter(const char *strategy, const char *module, const char *what);
void guard_leave(void);

/* What crashed before this start. */
struct guard_crash {
	char strategy[NAME_SIZE]; /* "": outside of a module, after one ran */
	char module[NAME_SIZE];
	char what[16];
	int sig;
};
/* Crash i of this process, in order; NULL behind the last. */
const struct guard_crash *guard_crash(int i);
/* For which crash is this strategy left out?  NULL: it is not. */
const struct guard_crash *guard_left_out(const char *strategy);
/* "its module say crashed in daily() (SIGSEGV)" */
void guard_words(const struct guard_crash *, char *buf, size_t size);

/* Has this function of the strategy's come back since the start? */
bool guard_ran(const char *strategy, const char *what);
/* Has any function of any module? */
bool guard_has_run(void);

#endif
