/*
 * totals.h - fills at a broker that tells totals (CAP_TOTAL_FILLS): of each
 * order how many it has filled and for how much in all, and not each fill.
 *
 * What is booked under a number of the order is taken off the total; the rest
 * is growth, and is booked as a fill.  So a list may be repeated, be late or
 * come after a later one, and each share is booked once (P4).  The growth's
 * number as a fill is the total that it reaches:
 *
 *	listed		booked before	booked now
 *	4 for 40,000	nothing		no. 4: 4 at 10,000
 *	7 for 69,700	4 for 40,000	no. 7: 3 at 9,900
 *	9 for 89,501	7 for 69,700	no. 8: 1 at 9,900, no. 9: 1 at 9,901
 *
 * In the last line two shares came to 19,801 won, which no whole price gives:
 * two rows, one won apart, keep the amount exact (S5).  How the growth was made
 * up the broker does not say; commission and tax are ours to compute.
 *
 * Totals never go back.  A smaller one is a broker's error, or a list that is
 * older than what is booked: the former is told, and neither is booked.
 */
#ifndef ACCOUNT_TOTALS_H
#define ACCOUNT_TOTALS_H

#include "account/lists.h"

/* Book the growth of each order of ours. */
int totals_book(struct follow *, struct lists *, struct err *);
/* After all lists: where none has gone back any more, the alert ends. */
int totals_judge(struct follow *, struct err *);

#endif
