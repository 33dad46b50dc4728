/* plan.c - a growing list of requests. */
#include "trade/plan.h"

#include "base/mem.h"

#include <stdlib.h>

void
plan_init(struct plan *p)
{
	*p = (struct plan){ 0 };
}

void
plan_fini(struct plan *p)
{
	free(p->item);
	plan_init(p);
}

void
plan_clear(struct plan *p)
{
	p->n = 0;
}

void
plan_add(struct plan *p, const struct request *r)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->item = xrealloc(p->item, (size_t)p->cap, sizeof(*p->item));
	}
	p->item[p->n++] = *r;
}
