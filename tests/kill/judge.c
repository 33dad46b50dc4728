/* judge.c - see judge.h. */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>

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

/*
 * In the second half all orders are halted and taken back, for cash is
 * compared when none works (T25).
 */
void
judge_calm(ymd day, int minute, void (*say)(const char *breach))
{
	static const char *const line[] = { "update-prices", "watch-fills",
		"gen-signals", "place-orders", "sync-account" };
	char words[100];

	stage_broker("");
	for (int m = 0; m < 10; m++) {
		if (m == 4) /* at the end of the fourth */
			judge(check_stops, say);
		stage_set(day, minute + m);
		if (m == 0)
			stage_run("halt-trading --resume");
		if (m == 4)
			stage_run("halt-trading --all --cancel-open");
		for (size_t i = 0; i < NELEM(line); i++) {
			int rc = stage_run("%s", line[i]);

			if (rc == 0 || rc == 1)
				continue;
			snprintf(words, sizeof(words),
			    "%s: status %d without any fault", line[i], rc);
			say(words);
		}
	}
	judge_account(true, say);
	stage_run("halt-trading --resume");
	if (stage_run("trade-db check") != 0)
		say("trade-db check found something");
}
