/*
 * number.h - whole numbers from outside: one bounded parser for all of them.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

/* Optional minus, digits, nothing else.  0, or -1 (not a number, or out of
 * range). */
int int_parse(const char *s, int64_t min, int64_t max, int64_t *out);

#endif
