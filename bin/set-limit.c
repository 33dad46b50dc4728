/*
 * set-limit - the account's limits and the costs that live and backtest share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"
#include "account/hand.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/table.h"

static bool list;

static const struct opt_def options[] = {
	{ 0, "list", NULL, "all limits with their defaults (also: no operand)",
	    OPT_FLAG, &list, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "set-limit",
	.synopsis = "[LIMIT=VALUE ...]\n[--list]",
	.summary = "set the account's risk limits and costs",
	.options = options,
	.more =
	    "costs=owner|krx|none sets all four costs, commission=RATE both\n"
	    "commissions.  An empty VALUE means the default; off is a limit\n"
	    "that never fires.",
	.max_operands = -1,
};

static int
print_limits(const struct opt *o, struct store *db, struct err *e)
{
	static const struct column cols[] = {
		{ "name", COL_TEXT, 0 },
		{ "value", COL_TEXT, 0 },
		{ "default", COL_TEXT, 0 },
		{ "help", COL_TEXT, 0 },
	};
	struct limits l;
	struct table *t;

	if (config_limits(db, &l, e) == -1)
		return -1;
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (const struct setting *s = limit_settings; s->name != NULL; s++) {
		char buf[64];

		table_text(t, s->name);
		table_text(t, setting_text(s, &l, buf, sizeof(buf)));
		table_text(t, s->def);
		table_text(t, s->help);
		table_end_row(t);
	}
	table_finish(t);
	return 0;
}

/* Set all that was given; each "name=value" is split in place. */
static int
put_all(
    const struct opt *o, struct store *db, char *word[], int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		char *value = strchr(word[i], '=');

		*value++ = '\0';
		if (config_put_limit(db, word[i], value, o->now.now, e) == -1)
			return -1;
	}
	return 0;
}

/* What differs goes into trading_log and, unless t is NULL, into a table.
 * How many, or -1. */
static int
say_changes(const struct opt *o, struct store *db, const struct limits *before,
    const struct limits *after, struct table *t, struct err *e)
{
	struct trail who = { tool.name, o->now.now, NULL };
	int n = 0;

	for (const struct setting *s = limit_settings; s->name != NULL; s++) {
		char b1[64], b2[64];
		const char *was = setting_text(s, before, b1, sizeof(b1));
		const char *is = setting_text(s, after, b2, sizeof(b2));

		if (strcmp(was, is) == 0)
			continue;
		n++;
		if (t == NULL) {
			if (hand_log(db, &who, "set", NULL, NULL, e,
				"%s: %s -> %s", s->name, was, is) == -1)
				return -1;
			continue;
		}
		table_text(t, s->name);
		table_text(t, was);
		table_text(t, is);
		table_end_row(t);
	}
	return n;
}

/* One transaction: all of it, or nothing. */
static int
change(
    const struct opt *o, struct store *db, char *word[], int n, struct err *e)
{
	static const struct column cols[] = {
		{ "name", COL_TEXT, 0 },
		{ "before", COL_TEXT, 0 },
		{ "after", COL_TEXT, 0 },
	};
	struct limits before, after;
	struct table *t;
	int changes, rc = -1;

	if (store_begin(db, e) == -1 || config_limits(db, &before, e) == -1 ||
	    put_all(o, db, word, n, e) == -1 ||
	    config_limits(db, &after, e) == -1 ||
	    (changes = say_changes(o, db, &before, &after, NULL, e)) == -1)
		goto out;
	rc = 0;
	if (changes > 0 && !o->dry_run)
		rc = store_commit(db, e);
	if (rc == 0) {
		t = table_new(stdout, o->format, cols, NELEM(cols));
		table_silent_if_empty(t);
		say_changes(o, db, &before, &after, t, e);
		table_finish(t);
	}
out:
	store_rollback(db);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db;
	int i = opt_parse(&opt, argc, argv, &tool), n = argc - i, rc;

	for (int k = i; k < argc; k++) {
		int len = (int)strcspn(argv[k], "=");

		if (argv[k][len] == '\0')
			opt_fail("'%s' is not LIMIT=VALUE", argv[k]);
		for (int j = i; j < k; j++)
			if (strncmp(argv[j], argv[k], (size_t)len + 1) == 0)
				opt_fail("%.*s= is given twice", len, argv[k]);
	}
	if (list && n > 0)
		opt_fail("--list stands alone");
	if ((db = store_open(opt.db, n == 0 ? STORE_READ : STORE_ORDERS, &e)) ==
	    NULL)
		return log_exit(&e);
	rc = n == 0 ? print_limits(&opt, db, &e) :
		      change(&opt, db, argv + i, n, &e);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
