/* told.c - see told.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/record.h"
#include "gateway/spell.h"
#include "gateway/told.h"

/* CpConclusion's headers. */
#define PRODUCT 8
#define CODE    9
#define ACTION  16

#define NEW    "1" /* ACTION */
#define AMEND  "2"
#define CANCEL "3"

struct proof {
	struct told told;
	char action;
	bool is_filled, is_rejected;
};

struct all {
	const char *product, *masked;
	struct proof *item;
	int n, cap;
};

/* What is known of the order, or a new one. */
static struct proof *
add(struct all *l, int64_t order, epoch at, const char *action)
{
	for (int i = 0; i < l->n; i++)
		if (l->item[i].told.order == order)
			return &l->item[i];
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n] = (struct proof){ { order, at }, action[0], false };
	return &l->item[l->n++];
}

/* Rejected by the exchange; what is told twice, or late, changes nothing.  Of an
 * amend or a cancel that was rejected the number may be the original's, which
 * works on. */
static void
reject(struct all *l, int64_t order, epoch at, const char *action)
{
	struct proof *p = add(l, order, at, action);

	p->is_rejected = p->is_rejected || p->action == action[0];
}

/* Is it about an order that may be filled, of what is traded here? */
static bool
is_about_ours(const struct all *l, const struct event *one)
{
	char code[CODE_SIZE];

	return events_is_of(one, l->masked) &&
	    strcmp(one->header[ACTION], CANCEL) != 0 &&
	    (one->header[PRODUCT][0] == '\0' ||
		strcmp(one->header[PRODUCT], l->product) == 0) &&
	    spell_ours(one->header[CODE], code);
}

/* A fill proves an order as well; it is all that is heard of one whose accept
 * came while no gateway ran. */
static void
hear(void *arg, const struct event *one)
{
	const char *state = one->header[EVENT_STATE];
	const char *action = one->header[ACTION];
	struct all *l = arg;
	int64_t order = strtoll(one->header[EVENT_ORDER], NULL, 10);

	if (order <= 0 || !is_about_ours(l, one))
		return;
	if (strcmp(state, EVENT_REJECT) == 0)
		reject(l, order, one->at, action);
	else if (strcmp(state, EVENT_ACCEPT) == 0)
		add(l, order, one->at, action);
	else if (strcmp(state, EVENT_FILL) == 0)
		add(l, order, one->at, action)->is_filled = true;
}

static void
read_journal(struct all *l, struct journal *j, ymd day, const char *account)
{
	char mark[MARK_SIZE];
	struct entry *entry;
	int n = journal_day(j, day, &entry);

	entry_mark(account, mark);
	for (int i = 0; i < n; i++)
		if (entry[i].stage == STAGE_SETTLED &&
		    entry[i].result.outcome == OUTCOME_ACCEPTED &&
		    entry[i].ask.action != ACTION_CANCEL &&
		    entry_marks_agree(entry[i].account, mark))
			add(l, entry[i].result.order, entry[i].at,
			    entry[i].ask.action == ACTION_AMEND ? AMEND : NEW);
	free(entry);
}

int
told_orders(struct journal *j, struct events *ev, ymd day, const char *account,
    const char *product, struct told **list)
{
	char *masked = record_mask(account);
	struct all l = { .product = product, .masked = masked };
	int n = 0;

	read_journal(&l, j, day, account);
	events_of_day(ev, day, hear, &l);
	*list = xcalloc((size_t)l.n + 1, sizeof(**list));
	for (int i = 0; i < l.n; i++)
		if (!l.item[i].is_rejected || l.item[i].is_filled)
			(*list)[n++] = l.item[i].told;
	free(l.item);
	free(masked);
	return n;
}
