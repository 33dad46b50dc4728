/*
 * code.h - stock codes as KRX prints them: 005930, and 0001A0 since 2024.
 */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#include <stdbool.h>

/* Six characters, digits and capitals, the first a digit. */
bool code_valid(const char *s);

#endif
