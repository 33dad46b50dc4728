/*
 * mem.h - allocation that does not fail.
 *
 * Out of memory ends the program where it stands, with one line and status 1
 * (a retry helps): a killed run must be harmless anyway, and a thousand error
 * paths that nobody takes are worse than none.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* What the functions below end with; for who must allocate by other means. */
_Noreturn void mem_none_left(void);
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);           /* zeroed; n * size checked */
void *xrealloc(void *p, size_t n, size_t size); /* n * size checked */
/* An array of n items with room for *cap, given room for one more: the array,
 * which may have moved.  It grows to twice as many, so that adding is cheap. */
void *xgrow(void *p, int n, int *cap, size_t size);
char *xstrdup(const char *s);
/* printf into memory that the caller frees. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
