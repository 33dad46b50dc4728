/*
 * Which orders of a day there are for certain, whatever a list says: by our
 * journal and by what was heard.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "gateway/record.h"
#include "gateway/told.h"
#include "tap.h"

#define DAY     20250314
#define AT      INT64_C(1741910701) /* 09:05:01 of that day */
#define ACCOUNT "335123489"
#define MASKED  "******489"
#define OTHER   "335999980"

static char dir[] = "/tmp/gateway_told.XXXXXX";
static struct journal *journal;
static struct events *events;

/* A request of ours, at that second, and what became of it. */
static void
ask(const char *key, enum action action, const char *account, epoch at, ymd day,
    enum outcome outcome, int64_t number)
{
	struct ask a = { .action = action,
		.code = "005930",
		.side = SIDE_BUY,
		.n = 10,
		.price = 10000 };
	struct result r = { .outcome = outcome, .order = number };
	struct entry en;
	struct err e = { 0 };

	snprintf(a.key, sizeof(a.key), "%s", key);
	is_int(journal_reserve(journal, &a, &en), RESERVE_OURS, "%s", key);
	is_int(journal_begin(journal, key, at, day, account, &e), 0, "begun");
	if (number != -1)
		is_int(journal_settle(journal, key, &r, &e), 0, "settled");
}

struct heard {
	const char *order, *state, *action, *product, *code;
	bool is_ours;
	int later;           /* seconds after AT */
	const char *account; /* masked; NULL: ours */
};

static void
hear(const struct heard *h)
{
	struct event one = { .at = AT + h->later, .is_ours = h->is_ours };
	struct clock c = { .now = one.at };
	struct err e = { 0 };

	snprintf(one.header[5], sizeof(one.header[0]), "%s", h->order);
	snprintf(one.header[7], sizeof(one.header[0]), "%s",
	    h->account != NULL ? h->account : MASKED);
	snprintf(one.header[8], sizeof(one.header[0]), "%s", h->product);
	snprintf(one.header[9], sizeof(one.header[0]), "%s", h->code);
	snprintf(one.header[14], sizeof(one.header[0]), "%s", h->state);
	snprintf(one.header[16], sizeof(one.header[0]), "%s", h->action);
	if (events_add(events, clock_ymd(&c), &one, &e) == -1)
		printf("# %s\n", e.msg);
}

static int
compare(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static void
are(const char *want, const char *what)
{
	struct told *list;
	char got[200] = "";
	size_t used = 0;
	int n = told_orders(journal, events, DAY, ACCOUNT, "10", &list);

	if (n > 0)
		qsort(list, (size_t)n, sizeof(*list), compare);
	for (int i = 0; i < n; i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used,
		    " %lld+%lld", (long long)list[i].order,
		    (long long)(list[i].at - AT));
	is_str(got, want, "%s", what);
	free(list);
}

static void
test_journal(void)
{
	ask("k-1", ACTION_NEW, ACCOUNT, AT, DAY, OUTCOME_ACCEPTED, 1);
	ask("k-2", ACTION_AMEND, ACCOUNT, AT + 1, DAY, OUTCOME_ACCEPTED, 2);
	ask("k-3", ACTION_CANCEL, ACCOUNT, AT, DAY, OUTCOME_ACCEPTED, 3);
	ask("k-4", ACTION_NEW, OTHER, AT, DAY, OUTCOME_ACCEPTED, 4);
	ask("k-5", ACTION_NEW, ACCOUNT, AT - 86400, DAY - 1, OUTCOME_ACCEPTED,
	    5);
	ask("k-6", ACTION_NEW, ACCOUNT, AT, DAY, OUTCOME_REJECTED, 0);
	ask("k-7", ACTION_NEW, ACCOUNT, AT, DAY, OUTCOME_UNKNOWN, 0);
	ask("k-8", ACTION_NEW, ACCOUNT, AT, DAY, OUTCOME_ACCEPTED, -1);
	are(" 1+0 2+1", "what CREON numbered today, of ours, cancels apart");
}

static void
test_events(void)
{
	static const struct heard heard[] = {
		{ "1", "4", "1", "10", "A005930", true, 2 },
		{ "11", "4", "1", "10", "A005930", true, 3 },
		{ "12", "4", "2", "10", "Q500001", true, 4 },
		{ "13", "4", "3", "10", "A005930", true, 5 },
		{ "14", "4", "1", "10", "A005930", false, 6 },
		{ "15", "4", "1", "01", "A005930", true, 7 },
		{ "16", "4", "1", "", "A005930", true, 8 },
		{ "17", "4", "1", "10", "J501234", true, 9 },
		{ "18", "1", "1", "10", "A005930", true, 10 },
		{ "20", "1", "3", "10", "A005930", true, 10 },
		{ "21", "2", "1", "10", "A005930", true, 10 },
		{ "22", "4", "1", "10", "A005930", true, 10, "******980" },
		{ "19", "4", "1", "10", "A005930", true, 86400 },
		{ "x", "4", "1", "10", "A005930", true, 11 },
		{ "11", "4", "1", "10", "A005930", true, 12 },
	};

	for (size_t i = 0; i < NELEM(heard); i++)
		hear(&heard[i]);
	are(" 1+0 2+1 11+3 12+4 16+8 18+10",
	    "and what it told us it accepted or filled: of ours, today, of this"
	    " product, of what is traded here, each once");
	hear(&(struct heard){ "11", "3", "2", "10", "A005930", true, 12 });
	hear(&(struct heard){ "11", "3", "3", "10", "A005930", true, 12 });
	hear(&(struct heard){ "18", "3", "1", "10", "A005930", true, 12 });
	are(" 1+0 2+1 11+3 12+4 16+8 18+10",
	    "a rejected amend or cancel may tell the original's number, and"
	    " what was filled was not rejected");
	hear(&(struct heard){ "12", "3", "2", "10", "Q500001", true, 13 });
	hear(&(struct heard){ "2", "3", "2", "10", "A005930", true, 14 });
	hear(&(struct heard){ "1", "3", "1", "10", "A005930", false, 15 });
	hear(&(struct heard){ "12", "4", "2", "10", "Q500001", true, 16 });
	hear(&(struct heard){ "23", "3", "1", "10", "A005930", true, 16 });
	hear(&(struct heard){ "23", "4", "1", "10", "A005930", true, 17 });
	are(" 1+0 11+3 16+8 18+10",
	    "but what was rejected need not be listed, told twice or late");
}

int
main(void)
{
	struct err e = { 0 };
	char cmd[96];

	record_hide(ACCOUNT);
	if (mkdtemp(dir) == NULL ||
	    (journal = journal_open(dir, 31, &e)) == NULL ||
	    (events = events_open(dir, 31, &e)) == NULL)
		return 99;
	are("", "nothing was asked, nothing heard");
	test_journal();
	test_events();
	events_close(events);
	journal_close(journal);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
