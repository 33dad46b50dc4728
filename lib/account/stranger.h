/*
 * stranger.h - orders at the broker that this database does not know (T29).
 *
 * A program's, by their key or by what the broker says of them, but of a second
 * machine, or sent after the backup that was restored; or one that was proved
 * absent and came after all.  Whoever sent them may send more: entries halt, and
 * a person is asked to look.  Once he has, one more halts them again.
 */
#ifndef ACCOUNT_STRANGER_H
#define ACCOUNT_STRANGER_H

#include "account/lists.h"

/* Tell them and halt; or, where there are none, end the alert. */
int stranger_judge(struct follow *, struct err *);

#endif
