/*
 * order.h - make one order request of CREON, and judge what came of it.
 *
 * The judgement is the heart of the gateway.  ACCEPTED needs a number.
 * REJECTED needs certainty: CREON said no and gave no number, or was never
 * asked.  Everything else, a call that raised, a communication error, a
 * status nobody knows, is UNKNOWN: the order may exist.
 */
#ifndef GATEWAY_ORDER_H
#define GATEWAY_ORDER_H

#include "gateway/ask.h"
#include "gateway/journal.h"
#include "gateway/session.h"

/* Calls CREON.  COM thread; signed on; the journal has been written. */
void order_make(struct session *, const struct ask *, struct result *);

/* The judgement alone.  `number` is the header with the new number. */
void order_judge(
    const struct dib_answer *, const struct com_value *number, struct result *);

#endif
