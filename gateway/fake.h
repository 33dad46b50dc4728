/*
 * fake.h - is this CREON the tests' own?
 *
 * At the fake orders are on without a word, and a replay may say what time it
 * is.  Both would be a disaster at the real one, so all that could reach the
 * firm must be the fake's: the objects of the connection, of signing on and of
 * orders are asked one by one.
 */
#ifndef GATEWAY_FAKE_H
#define GATEWAY_FAKE_H

#include "gateway/dib.h"

/* The fake's own object, for `SetNow`; NULL: CREON is not the fake. */
struct dib *fake_open(void);

#endif
