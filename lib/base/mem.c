/* mem.c - see mem.h. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

#define GROW_FIRST 32

void
mem_none_left(void)
{
	struct err e = { 0 };

	err_set(&e, E_FAIL, "out of memory");
	_exit(log_exit(&e));
}

static void *
check(void *p)
{
	if (p == NULL)
		mem_none_left();
	return p;
}

void *
xmalloc(size_t size)
{
	return check(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return check(n > 0 && size > 0 ? calloc(n, size) : calloc(1, 1));
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return check(NULL);
	return check(realloc(p, total > 0 ? total : 1));
}

void *
xgrow(void *p, int n, int *cap, size_t size)
{
	if (n < *cap)
		return p;
	if (*cap > (INT_MAX - GROW_FIRST) / 2)
		mem_none_left();
	*cap = *cap * 2 + GROW_FIRST;
	return xrealloc(p, (size_t)*cap, size);
}

char *
xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		s = NULL;
	va_end(ap);
	return check(s);
}
