/* creon_row.h - bounds and fields that all of the gateway's rows share. */
#ifndef BROKER_CREON_ROW_H
#define BROKER_CREON_ROW_H

#include "base/json.h"
#include "base/types.h"

/* CREON counts shares and prices in 32 bits.  Beyond these something is wrong,
 * and no sum of a list overflows. */
#define PRICE_MOST  INT64_C(2147483647)
#define QTY_MOST    INT64_C(2147483647)
#define VOLUME_MOST INT64_C(1000000000000)
#define WON_MOST    INT64_C(1000000000000000)

/* "code", which must be a stock's. */
int creon_code(const struct json *row, char code[CODE_SIZE], struct err *);
/* Words for a person: cut, between characters, where they do not fit. */
int creon_words(const struct json *row, const char *name, char *buf,
    size_t size, struct err *);

#endif
