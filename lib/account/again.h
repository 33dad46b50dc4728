/*
 * again.h - an order that came to nothing lets its signal act again: it was
 * rejected, proved absent, never sent, or a sell of which something is left.
 */
#ifndef ACCOUNT_AGAIN_H
#define ACCOUNT_AGAIN_H

#include "account/live.h"

/* The order's signal, if it is of today and executed, waits again. */
int signal_again(
    struct live *, const struct order_row *, const char *why, struct err *);

#endif
