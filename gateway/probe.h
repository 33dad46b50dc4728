/*
 * probe.h - questions for the record alone (--record).
 *
 * What is not known of CREON shows in the record of a day's work.  What the
 * work never touches is asked here, once after signing on, and its answers are
 * only written down: members whose numbers no document has, the hour at which
 * the market opens, the sign of a change, the price of an index, the yields of
 * holdings; and whether CREON tells by an event that the connection is lost.
 */
#ifndef GATEWAY_PROBE_H
#define GATEWAY_PROBE_H

struct probe;

/* Takes one quote and one account request, where the limits have many left.
 * NULL where CREON is not there.  COM thread alone. */
struct probe *probe_new(const char *account, const char *product);
void probe_free(struct probe *);

#endif
