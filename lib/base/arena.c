/* arena.c - see arena.h.  A list of chunks, each at least as big as the last. */
#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

#define FIRST_CHUNK   ((size_t)64 * 1024)
#define LARGEST_CHUNK ((size_t)4 * 1024 * 1024)

struct chunk {
	struct chunk *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct chunk *first, *current;
};

static struct chunk *
chunk_new(size_t size)
{
	struct chunk *c = xmalloc(sizeof(*c) + size);

	c->next = NULL;
	c->size = size;
	c->used = 0;
	return c;
}

struct arena *
arena_new(void)
{
	/* No chunk before the first use: many arenas stay empty. */
	return xcalloc(1, sizeof(struct arena));
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct chunk *c = a->current;
	size_t grow;
	void *p;

	assert(size <= SIZE_MAX / 2);
	size = (size + align - 1) / align * align;
	while (c != NULL && c->size - c->used < size) {
		if (c->next == NULL)
			break;
		c = c->next;
	}
	if (c == NULL || c->size - c->used < size) {
		struct chunk *n;

		grow = c == NULL ? FIRST_CHUNK : c->size * 2;
		if (grow > LARGEST_CHUNK)
			grow = LARGEST_CHUNK;
		n = chunk_new(grow > size ? grow : size);
		if (c == NULL)
			a->first = n;
		else
			c->next = n;
		c = n;
	}
	a->current = c;
	p = c->data + c->used;
	c->used += size;
	return memset(p, 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;
	bool too_big = __builtin_mul_overflow(n, size, &total);

	assert(!too_big);
	return arena_alloc(a, too_big ? 0 : total);
}

char *
arena_strdup(struct arena *a, const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(arena_alloc(a, n), s, n);
}

void
arena_reset(struct arena *a)
{
	struct chunk *c;

	for (c = a->first; c != NULL; c = c->next)
		c->used = 0;
	a->current = a->first;
}

void
arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (a == NULL)
		return;
	for (c = a->first; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}
