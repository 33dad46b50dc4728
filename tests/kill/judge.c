/* judge.c - see judge.h. */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/calm.h"
#include "sim/check.h"
#include "stage.h"

sqlite3 *
judge_copy(void)
{
	sqlite3 *db = stage_connect("copy.db");

	stage_change(db,
	    "ATTACH 'copy-books.db' AS paper;"
	    "ATTACH 'market.db' AS feed");
	return db;
}

static void
found(void *arg, const char *rule, const char *what)
{
	void (**say)(const char *) = arg;
	char words[600];

	snprintf(words, sizeof(words), "%s: %s", rule, what);
	(*say)(words);
}

/* It remembers what it saw, and each time sees another copy. */
static struct check *check;

void
judge_forget(void)
{
	check_free(check);
	check = NULL;
}

/* With one of the judge's questions: check_step, ... */
static void
judge(int (*look)(struct check *, const char *now),
    void (*say)(const char *breach))
{
	static void (*to)(const char *);
	const char *now = stage_now();
	char minute[32];
	sqlite3 *db;

	/* 2024-03-21T09:05, and the judge wants a blank. */
	snprintf(minute, sizeof(minute), "%.10s %s", now, now + 11);
	to = say;
	stage_save("copy");
	db = judge_copy();
	if (check == NULL ? (check = check_new(db, found, &to)) == NULL :
			    !check_go_on(check, db)) {
		say("the judge cannot read the account");
	} else {
		look(check, minute);
		check_leave(check);
	}
	sqlite3_close(db);
}

void
judge_account(bool is_calm, void (*say)(const char *breach))
{
	judge(is_calm ? check_healed : check_step, say);
}

static void
calm_minute(int m, void (*say)(const char *breach))
{
	const char *words;
	char breach[100];

	for (int i = 0; (words = calm_words(m, i)) != NULL; i++) {
		int rc = stage_run("%s", words);

		if (rc == 0)
			continue;
		snprintf(breach, sizeof(breach),
		    "%s: status %d without any fault", words, rc);
		say(breach);
	}
}

void
judge_calm(ymd day, int minute, void (*say)(const char *breach))
{
	stage_broker("");
	for (int m = 0; m < CALM_MINUTES; m++) {
		if (m == CALM_HALT)
			judge(check_stops, say);
		stage_set(day, minute + m);
		calm_minute(m, say);
	}
	judge_account(true, say);
	calm_minute(CALM_MINUTES, say);
}
