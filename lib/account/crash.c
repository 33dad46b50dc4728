/* crash.c - see crash.h. */
#include "account/crash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/runs.h"
#include "store/settings.h"
#include "strategy/guard.h"

/* "crash daily gold"; with nobody to blame "crash of modules". */
#define PREFIX_OF "crash "
#define NOBODY    PREFIX_OF "of modules"

static const struct guard_crash *
last_crash(void)
{
	const struct guard_crash *last = NULL, *c;

	for (int i = 0; (c = guard_crash(i)) != NULL; i++)
		last = c;
	return last;
}

static void
words_of(const struct guard_crash *c, char *buf, size_t size)
{
	char what[120];

	guard_words(c, what, sizeof(what));
	if (c->strategy[0] == '\0')
		snprintf(buf, size, "%s", what);
	else
		snprintf(buf, size, "strategy %s: %s", c->strategy, what);
}

int
crash_again(struct store *db, const char *program, struct err *e)
{
	const struct guard_crash *c = last_crash();
	char words[200];

	if (c == NULL)
		return 0;
	words_of(c, words, sizeof(words));
	return store_run_again(db, program, 128 + c->sig, words, e);
}

int
crash_alerts(struct store *db, const char *program, epoch at, struct err *e)
{
	const struct guard_crash *c;

	for (int i = 0; (c = guard_crash(i)) != NULL; i++) {
		char name[64], words[200];
		size_t len;

		snprintf(name, sizeof(name), PREFIX_OF "%s %s", c->what,
		    c->strategy);
		words_of(c, words, sizeof(words));
		len = strlen(words);
		snprintf(words + len, sizeof(words) - len,
		    "; %s no entries, %sstops go on",
		    c->strategy[0] == '\0' ? "there are" :
					     "until it is mended it makes",
		    c->strategy[0] == '\0' ? "" : "its ");
		if (store_alert(db, c->strategy[0] == '\0' ? NOBODY : name,
			program, words, 0, at, e) == -1)
			return -1;
	}
	return 0;
}

/* Has daily(), before which all else of a daily module is asked, come back, or
 * that very function? */
static bool
came_back(const char *strategy, const char *what)
{
	return guard_ran(strategy, what) ||
	    (strcmp(what, "minute") != 0 && guard_ran(strategy, "daily"));
}

/* Will anyone ask this function again?  1, 0, -1. */
static int
is_asked(
    struct store *db, const char *strategy, const char *what, struct err *e)
{
	struct strategy_row row;
	int rc = store_strategy(db, strategy, &row, e);

	if (rc != 1)
		return rc;
	if (strcmp(what, "minute") == 0 && row.minute[0] == '\0')
		return 0;
	return row.is_on || row.is_leaving ?
	    1 :
	    store_strategy_in_use(db, strategy, e);
}

/* Is what this alert tells over?  1, 0, -1. */
static int
is_over(struct store *db, const char *name, struct err *e)
{
	char what[16], strategy[NAME_SIZE];
	const char *space;
	int rc;

	if (strncmp(name, PREFIX_OF, strlen(PREFIX_OF)) != 0)
		return 0;
	if (strcmp(name, NOBODY) == 0)
		return guard_has_run();
	name += strlen(PREFIX_OF);
	if ((space = strchr(name, ' ')) == NULL)
		return 0;
	snprintf(what, sizeof(what), "%.*s", (int)(space - name), name);
	snprintf(strategy, sizeof(strategy), "%s", space + 1);
	if (came_back(strategy, what))
		return 1;
	rc = is_asked(db, strategy, what, e);
	return rc == -1 ? -1 : rc == 0;
}

int
crash_alerts_clear(struct store *db, epoch at, struct err *e)
{
	struct alert_row *a;
	int n, rc = 0;

	if (store_alerts(db, &a, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++)
		if ((rc = is_over(db, a[i].name, e)) == 1)
			rc = store_alert_clear(db, a[i].name, at, e);
	free(a);
	return rc == -1 ? -1 : 0;
}
