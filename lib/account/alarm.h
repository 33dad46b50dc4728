/*
 * alarm.h - what a person must be told of a pass, once and then every ten
 * minutes while it lasts (T3, T18, T26, T30).
 */
#ifndef ACCOUNT_ALARM_H
#define ACCOUNT_ALARM_H

#include "account/send.h"

/* After a pass: prices that do not come, stops that cannot be carried out,
 * base prices that are not our last close, sells that the broker refuses, and
 * a broker that says "closed" where the calendar says "open" (T30).  A
 * transaction of its own; what is over is cleared. */
int raise_alarms(struct live *, const struct send_counts *, struct err *);

#endif
