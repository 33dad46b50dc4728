/* fills.c - see fills.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/fills.h"

struct known {
	int64_t order;
	qty filled;
	struct fill *fill;
	int n;
};

struct fills {
	ymd day;
	char account[64];
	struct known *order;
	int n, cap;
	int64_t *unlisted;
	int n_unlisted, unlisted_cap;
	int rows;
};

struct fills *
fills_new(void)
{
	return xcalloc(1, sizeof(struct fills));
}

static void
forget(struct fills *f)
{
	for (int i = 0; i < f->n; i++)
		free(f->order[i].fill);
	f->n = f->n_unlisted = f->rows = 0;
}

void
fills_free(struct fills *f)
{
	if (f == NULL)
		return;
	forget(f);
	free(f->order);
	free(f->unlisted);
	free(f);
}

void
fills_begin(struct fills *f, ymd day, const char *account)
{
	if (f->day == day && strcmp(f->account, account) == 0)
		return;
	forget(f);
	f->day = day;
	snprintf(f->account, sizeof(f->account), "%s", account);
}

ymd
fills_day(const struct fills *f)
{
	return f->day;
}

static struct known *
find(const struct fills *f, int64_t order)
{
	for (int i = 0; i < f->n; i++)
		if (f->order[i].order == order)
			return &f->order[i];
	return NULL;
}

const struct fill *
fills_of(const struct fills *f, int64_t order, qty filled, int *n)
{
	const struct known *k = find(f, order);

	if (k == NULL || k->filled != filled)
		return NULL;
	*n = k->n;
	return k->fill;
}

/* It, or a new one without fills. */
static struct known *
known_of(struct fills *f, int64_t order)
{
	struct known *k = find(f, order);

	if (k != NULL)
		return k;
	f->order = xgrow(f->order, f->n, &f->cap, sizeof(*f->order));
	f->order[f->n] = (struct known){ .order = order };
	return &f->order[f->n++];
}

void
fills_see(struct fills *f, int64_t order)
{
	known_of(f, order);
	for (int i = 0; i < f->n_unlisted; i++)
		if (f->unlisted[i] == order)
			f->unlisted[i] = f->unlisted[--f->n_unlisted];
}

int
fills_count(const struct fills *f)
{
	return f->n;
}

int64_t
fills_seen(const struct fills *f, int i)
{
	return f->order[i].order;
}

void
fills_put(
    struct fills *f, int64_t order, qty filled, const struct fill *fill, int n)
{
	struct known *k = known_of(f, order);

	if (k->filled == filled)
		return;
	k->fill = xrealloc(k->fill, (size_t)n + 1, sizeof(*k->fill));
	memcpy(k->fill, fill, (size_t)n * sizeof(*fill));
	k->filled = filled;
	k->n = n;
}

void
fills_unlist(struct fills *f, int64_t order)
{
	f->unlisted = xgrow(
	    f->unlisted, f->n_unlisted, &f->unlisted_cap, sizeof(*f->unlisted));
	f->unlisted[f->n_unlisted++] = order;
}

bool
fills_is_unlisted(const struct fills *f, int64_t order)
{
	for (int i = 0; i < f->n_unlisted; i++)
		if (f->unlisted[i] == order)
			return true;
	return false;
}

void
fills_put_rows(struct fills *f, int rows)
{
	if (rows > f->rows)
		f->rows = rows;
}

int
fills_rows(const struct fills *f)
{
	return f->rows;
}
