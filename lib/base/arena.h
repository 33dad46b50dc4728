/*
 * arena.h - memory for one pass, given back all at once.
 *
 * A pass over the market makes many small things with one lifetime.  They
 * come from an arena, which is reset before the next pass; nothing in it is
 * freed singly.  What it hands out is zeroed, aligned for any type, and lives
 * until arena_reset() or arena_free().
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void *arena_alloc(struct arena *a, size_t size);
/* An array of n things; n * size is checked. */
void *arena_array(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
void arena_reset(struct arena *a); /* keeps the memory for the next pass */
void arena_free(struct arena *a);  /* NULL is fine */

#endif
