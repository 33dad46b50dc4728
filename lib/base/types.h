/*
 * types.h - the units everything is counted in.
 *
 * Typedefs are for units alone; structures keep their `struct`.  Prices and
 * amounts are whole won, never floating point; `double` belongs to
 * indicators, ratios and scores.
 */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t won;   /* money and prices, whole won */
typedef int64_t qty;   /* shares */
typedef int64_t ppb;   /* an exact ratio: parts per billion; 0.0016 = 1600000,
			   -5 percent = -50000000 */
typedef int32_t ymd;   /* a market date, 20250314 */
typedef int32_t hhmm;  /* a market minute, 905 for 09:05 */
typedef int64_t epoch; /* seconds since 1970-01-01 UTC */

#define PPB_ONE   INT64_C(1000000000)
#define PPB_UNSET INT64_MIN /* a stop or limit that never fires */

/* A stock code is six characters as KRX prints it, "005930". */
#define CODE_SIZE 8
/* A strategy's, module's or program's name. */
#define NAME_SIZE 32

/* The name in the column `strategy` of shares that no strategy bought. */
#define MANUAL "MANUAL"

enum side { SIDE_BUY, SIDE_SELL };

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

#endif
