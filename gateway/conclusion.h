/*
 * conclusion.h - listen to CpConclusion, which tells of every change of every
 * order, for the life of the process.
 *
 * Its handler copies all headers into the event log and returns: it may run
 * inside a call that waits, and the next event overwrites what it reads.
 */
#ifndef GATEWAY_CONCLUSION_H
#define GATEWAY_CONCLUSION_H

#include "gateway/dib.h"
#include "gateway/events.h"

struct conclusion;

/* Subscribe.  The log and the account, whose events are ours, are borrowed for
 * its life.  NULL: E_BROKER. */
struct conclusion *conclusion_new(
    struct events *, const char *account, struct err *e);
void conclusion_free(struct conclusion *);

#endif
