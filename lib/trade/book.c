/* book.c - the rows of the account and the sums over them. */
#include "trade/book.h"

#include "base/mem.h"
#include "base/money.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const sig_word[] = {
	"pending",
	"executed",
	"gone",
	"expired",
};
static const char *const why_word[] = {
	"signal",
	"stop",
	"portfolio-stop",
	"liquidate",
};

const char *
sig_state_name(enum sig_state s)
{
	return sig_word[s];
}

int
sig_state_parse(const char *s, enum sig_state *out)
{
	for (size_t i = 0; i < NELEM(sig_word); i++) {
		if (strcmp(sig_word[i], s) == 0) {
			*out = (enum sig_state)i;
			return 0;
		}
	}
	return -1;
}

const char *
order_why_name(enum order_why w)
{
	return why_word[w];
}

int
order_why_parse(const char *s, enum order_why *out)
{
	for (size_t i = 0; i < NELEM(why_word); i++) {
		if (strcmp(why_word[i], s) == 0) {
			*out = (enum order_why)i;
			return 0;
		}
	}
	return -1;
}

void
reason_set(char *to, const char *why)
{
	size_t n = strnlen(why, REASON_SIZE - 1);

	memcpy(to, why, n);
	to[n] = '\0';
}

void
book_init(struct book *b)
{
	*b = (struct book){ .buyable = INT64_MAX };
}

void
book_fini(struct book *b)
{
	free(b->lot);
	free(b->sig);
	free(b->order);
	free(b->ran);
	book_init(b);
}

/* Make room for one more of `size` bytes; the new row is zeroed. */
static void *
grow(void *rows, int *n, int *cap, size_t size)
{
	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 16;
		rows = xrealloc(rows, (size_t)*cap, size);
	}
	memset((char *)rows + (size_t)(*n)++ * size, 0, size);
	return rows;
}

struct lot *
book_add_lot(struct book *b)
{
	b->lot = grow(b->lot, &b->nlot, &b->lot_cap, sizeof(*b->lot));
	return &b->lot[b->nlot - 1];
}

struct signal *
book_add_signal(struct book *b)
{
	b->sig = grow(b->sig, &b->nsig, &b->sig_cap, sizeof(*b->sig));
	return &b->sig[b->nsig - 1];
}

struct order *
book_add_order(struct book *b)
{
	b->order = grow(b->order, &b->norder, &b->order_cap, sizeof(*b->order));
	return &b->order[b->norder - 1];
}

struct signal *
book_signal(struct book *b, int strat, int stock, enum side side)
{
	for (int i = 0; i < b->nsig; i++) {
		struct signal *g = &b->sig[i];

		if (g->strat == strat && g->stock == stock && g->side == side)
			return g;
	}
	return NULL;
}

struct order *
book_order(struct book *b, int64_t id)
{
	for (int i = 0; i < b->norder; i++)
		if (b->order[i].id == id)
			return &b->order[i];
	return NULL;
}

qty
book_held(const struct book *b, int strat, int stock, won *cost)
{
	qty n = 0;
	won sum = 0;

	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];

		if (l->strat == strat && l->stock == stock) {
			n += l->n;
			sum += l->cost;
		}
	}
	if (cost != NULL)
		*cost = sum;
	return n;
}

qty
book_held_all(const struct book *b, int stock)
{
	qty n = 0;

	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].stock == stock)
			n += b->lot[i].n;
	return n;
}

/* Planned or live: it binds cash or shares. */
static bool
binds(const struct order *o)
{
	return !order_is_final(o->state);
}

won
book_reserved(const struct book *b, const struct costs *c)
{
	won sum = 0;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->side == SIDE_BUY && binds(o) &&
		    __builtin_add_overflow(sum,
			cost_reserve(c, o->reserve_price, o->n - o->filled),
			&sum))
			return INT64_MAX;
	}
	return sum;
}

qty
book_selling(const struct book *b, int strat, int stock)
{
	qty n = 0;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->side == SIDE_SELL && o->strat == strat &&
		    o->stock == stock && binds(o))
			n += o->n - o->filled;
	}
	return n;
}

int
book_working(const struct book *b, int stock)
{
	int sides = 0;

	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->stock == stock && binds(o))
			sides |= o->side == SIDE_BUY ? 1 : 2;
	}
	return sides;
}

won
tape_price(const struct tape *t)
{
	return t->last != 0 ? t->last : t->prev_close;
}

won
book_equity(const struct book *b, const struct world *w)
{
	won sum = b->cash;

	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		won price = tape_price(&w->tape[l->stock]);

		sum += price != 0 ? price * l->n : l->cost;
	}
	return sum;
}
