/*
 * judge.h - is the account on the stage what it must be?  Asked from outside,
 * by the judge of tests/sim.
 *
 * It looks at a copy: the next program must find what the dead one left, and
 * no tidy reader in between.  It remembers what it saw in the copy before, so
 * that what goes back or goes away from death to death is seen.
 *
 * Each breach is one line, told to `say`.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/types.h"

/* Nothing may run.  After the calm all must agree, not only be safe. */
void judge_account(bool is_calm, void (*say)(const char *breach));

/* The account is another, or an earlier one, from now on. */
void judge_forget(void);

/* The copy that was judged last, with the books as `paper` and the prices as
 * `feed`; close it. */
sqlite3 *judge_copy(void);

/* The end of all faults (sim/calm.h), from that minute on. */
void judge_calm(ymd day, int minute, void (*say)(const char *breach));

#endif
