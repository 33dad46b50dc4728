/*
 * split.h - two brokers as one: prices from the first, orders and the account
 * at the second.
 *
 *   [broker]
 *   quotes = kis
 *   execution = paper
 *
 * So a strategy is tried on paper with the prices of today, and an account at
 * one firm is traded by the prices of another.
 */
#ifndef BROKER_SPLIT_H
#define BROKER_SPLIT_H

#include "broker/broker.h"

/* Both are the result's from here on, also where it is NULL.  It does not
 * fail but for want of one of them (NULL: passed on). */
struct broker *broker_split(struct broker *quotes, struct broker *execution);

#endif
