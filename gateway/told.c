/* told.c - see told.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/spell.h"
#include "gateway/told.h"

/* CpConclusion's headers. */
#define PRODUCT 8
#define CODE    9
#define ACTION  16

#define REJECT "3" /* EVENT_STATE */
#define CANCEL "3" /* ACTION */

struct all {
	const char *product;
	struct told *item;
	int n, cap;
	int64_t *rejected;
	int n_rejected, rejected_cap;
};

static void
add(struct all *l, int64_t order, epoch at)
{
	for (int i = 0; i < l->n; i++)
		if (l->item[i].order == order)
			return;
	l->item = xgrow(l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct told){ order, at };
}

static void
hear(void *arg, const struct event *one)
{
	struct all *l = arg;
	int64_t order = strtoll(one->header[EVENT_ORDER], NULL, 10);
	char code[CODE_SIZE];

	if (!one->is_ours || order <= 0)
		return;
	if (strcmp(one->header[EVENT_STATE], REJECT) == 0) {
		l->rejected = xgrow(l->rejected, l->n_rejected,
		    &l->rejected_cap, sizeof(*l->rejected));
		l->rejected[l->n_rejected++] = order;
	} else if (strcmp(one->header[EVENT_STATE], EVENT_ACCEPT) == 0 &&
	    strcmp(one->header[ACTION], CANCEL) != 0 &&
	    (one->header[PRODUCT][0] == '\0' ||
		strcmp(one->header[PRODUCT], l->product) == 0) &&
	    spell_ours(one->header[CODE], code)) {
		add(l, order, one->at);
	}
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
			add(l, entry[i].result.order, entry[i].at);
	free(entry);
}

static bool
is_rejected(const struct all *l, int64_t order)
{
	for (int i = 0; i < l->n_rejected; i++)
		if (l->rejected[i] == order)
			return true;
	return false;
}

int
told_orders(struct journal *j, struct events *ev, ymd day, const char *account,
    const char *product, struct told **list)
{
	struct all l = { .product = product };
	int n = 0;

	read_journal(&l, j, day, account);
	events_of_day(ev, day, hear, &l);
	for (int i = 0; i < l.n; i++)
		if (!is_rejected(&l, l.item[i].order))
			l.item[n++] = l.item[i];
	free(l.rejected);
	*list = l.item;
	return n;
}
