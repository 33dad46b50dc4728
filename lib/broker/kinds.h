/*
 * kinds.h - the brokers that are built in.  A new one is its own file and
 * four lines: two here, and one in each of two tables of broker.c.
 */
#ifndef BROKER_KINDS_H
#define BROKER_KINDS_H

#include "broker/broker.h"

extern const struct broker_ops paper_ops;
extern const struct broker_ops creon_ops;
extern const struct broker_ops kis_ops;

/* The keys of each one's section of the configuration (base/conf.h). */
extern const char *const paper_keys[];
extern const char *const creon_keys[];
extern const char *const kis_keys[];

/* Open this one, whatever the configuration names. */
struct broker *broker_open_as(
    const struct broker_ops *, const struct broker_env *, struct err *);

#endif
