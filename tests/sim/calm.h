/*
 * calm.h - what is done once the faults have stopped, before all must agree.
 *
 * Ten minutes of the crontab's line.  In the second half all orders are halted
 * and taken back, for cash is compared when none works (T25); what such a halt
 * excuses is judged before it (L2).  At the end all must agree, and only then
 * the halt is lifted and the database checked.
 *
 * Here are the words alone.  Each simulator has its own stage to play them on,
 * and lets no program end but with status 0; it does
 *
 *	minute	before it	then
 *	0 ..			its words
 *	5 ..	check_stops	its words
 *	10	check_healed	its words
 */
#ifndef SIM_CALM_H
#define SIM_CALM_H

#define CALM_MINUTES 10
#define CALM_HALT    5 /* the first minute under a halt */

/* The programs of a minute, in the crontab's order. */
#define MINUTE_LINE 5
extern const char *const minute_line[MINUTE_LINE];

/* What the i-th program of calm minute m is told, both from 0, in minute
 * CALM_MINUTES what comes after the judgement.  NULL: that was all. */
const char *calm_words(int m, int i);

#endif
