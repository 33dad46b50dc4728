/*
 * signals.h - S10: the strategies said again, from outside.
 *
 * The strategies of the simulator throw dice (tests/modules/dice.c); their rule
 * is written a second time here and asked over the bars that the database has
 * up to the minute before the one a signal is made for.  Each signal that is
 * stored must be what it says, to the score; after a whole run of gen-signals
 * each buy that it says must be stored.  And no bar is recorded before its
 * minute is over.
 *
 * Only of days on which no bar came late, empty or revised, nobody deleted
 * rows or restored a backup, and no clock was wrong: then the bars are those
 * that the strategy saw.
 */
#ifndef SIM_SIGNALS_H
#define SIM_SIGNALS_H

#include "base/types.h"
#include "day.h"
#include "program.h"

void signals_day(ymd day, hhmm open, day_found *);
/* After the end of a process; NULL: of none. */
void signals_judge(const struct proc *);

/* How many signals were said again, for the report. */
extern int64_t signals_judged;

#endif
