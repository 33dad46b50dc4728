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
 * Only of days on which nobody deleted rows or restored a backup, and no clock
 * was wrong, and of stocks of which no bar has come late, empty or revised that
 * day: then the bars are those that the strategy saw.
 */
#ifndef SIM_SIGNALS_H
#define SIM_SIGNALS_H

#include "base/types.h"
#include "day.h"
#include "program.h"

void signals_day(ymd day, hhmm open, day_found *);
/* Bars of each stock whose number leaves `third` when divided by three are
 * trifled with: today they are judged no more. */
void signals_spoil(int third);
/* After the end of a process; NULL: of none. */
void signals_judge(const struct proc *);

/* How many signals were said again, for the report. */
extern int64_t signals_judged;

#endif
