/*
 * mem.h - allocation that does not fail.
 *
 * Out of memory aborts: a killed run must be harmless anyway, and an error
 * path that nobody can test is worse than none.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);           /* zeroed; n * size checked */
void *xrealloc(void *p, size_t n, size_t size); /* n * size checked */
char *xstrdup(const char *s);
/* printf into memory that the caller frees. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
