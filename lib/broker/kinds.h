/*
 * kinds.h - the brokers that are built in.  A new one is its own file and
 * two lines: here, and in the table of broker.c.
 */
#ifndef BROKER_KINDS_H
#define BROKER_KINDS_H

#include "broker/broker.h"

extern const struct broker_ops paper_ops;
extern const struct broker_ops creon_ops;
extern const struct broker_ops kis_ops;

/* Open this one, whatever the configuration names. */
struct broker *broker_open_as(
    const struct broker_ops *, const struct broker_env *, struct err *);

#endif
