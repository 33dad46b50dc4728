/*
 * universe.h - each strategy's own choice of stocks, once a day (R10).
 */
#ifndef ACCOUNT_UNIVERSE_H
#define ACCOUNT_UNIVERSE_H

#include "account/live.h"

/* Let the modules that choose their stocks do so, where they have not today.
 * In a transaction.  A module that fails is said and watches its whole
 * list. */
int universe_choose(struct live *, struct err *);

#endif
