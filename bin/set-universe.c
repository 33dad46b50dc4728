/*
 * set-universe - the watched stocks: for all strategies, or for one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/hand.h"
#include "base/csv.h"
#include "base/log.h"
#include "base/code.h"
#include "base/opt.h"
#include "base/table.h"
#include "store/settings.h"
#include "store/stocks.h"

static bool list;
static const char *strategy, *file;

static const struct opt_def options[] = {
	{ 's', "strategy", "NAME",
	    "the list of this strategy (default: the one for all)", OPT_TEXT,
	    &strategy, 0, 0, NULL },
	{ 0, "file", "CSV",
	    "replace the list by the column `code' of a file, - for stdin",
	    OPT_TEXT, &file, 0, 0, NULL },
	{ 0, "list", NULL, "the list, or all lists (also: nothing to change)",
	    OPT_FLAG, &list, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "set-universe",
	.synopsis = "[--strategy NAME] [--file CSV] [+CODE ...] [-CODE ...]\n"
		    "[--strategy NAME] [--list]",
	.summary = "say which stocks are watched",
	.options = options,
	.more = "A strategy chooses from its own list and the one for all;\n"
		"where both are empty, from all stocks that have prices.",
	.max_operands = -1,
	.negative_operands = true,
};

/* ---- Showing ---------------------------------------------------------------- */

static const struct column list_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
};
static const struct column change_cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
	{ "change", COL_TEXT, 0 },
};

static int
put_row(struct table *t, struct store *db, const char *whose, const char *code,
    const char *change, struct err *e)
{
	struct stock_row stock;

	if (store_stock(db, code, &stock, e) == -1)
		return -1;
	table_text(t, whose);
	table_text(t, code);
	table_text(t, stock.name);
	if (change != NULL)
		table_text(t, change);
	table_end_row(t);
	return 0;
}

static int
print_of(struct table *t, struct store *db, const char *whose, struct err *e)
{
	struct codes c = { 0 };
	int rc = store_universe(db, whose, &c, e);

	for (int i = 0; i < c.n && rc == 0; i++)
		rc = put_row(t, db, whose, c.item[i], NULL, e);
	codes_fini(&c);
	return rc;
}

/* One list, or the one for all and then each strategy's. */
static int
print_lists(const struct opt *o, struct store *db, struct err *e)
{
	struct table *t = table_new(
	    stdout, o->format, list_cols, NELEM(list_cols));
	struct strategy_row *row = NULL;
	int n = 0, rc;

	rc = print_of(t, db, strategy != NULL ? strategy : FOR_ALL, e);
	if (rc == 0 && strategy == NULL)
		rc = store_strategies(db, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++)
		rc = print_of(t, db, row[i].name, e);
	table_finish(t);
	free(row);
	return rc;
}

/* ---- Changing --------------------------------------------------------------- */

/* The codes of a file; nothing of it is taken if one of them is no code. */
static int
read_codes(const char *path, struct codes *out, struct err *e)
{
	struct csv_reader *r = csv_open(path, e);
	struct csv_row row;
	int col, got = -1;

	if (r == NULL)
		return -1;
	if ((col = csv_need(r, "code", e)) != -1) {
		while ((got = csv_next(r, &row, e)) == 1) {
			const char *code = csv_get(&row, col);

			if (!code_valid(code)) {
				got = err_set(e, E_DATA,
				    "%s:%ld: '%s' is no stock code", row.file,
				    row.line, code);
				break;
			}
			codes_add(out, code);
		}
	}
	csv_close(r);
	if (got == 0 && out->n == 0)
		return err_set(
		    e, E_DATA, "%s: no codes; nothing is changed", path);
	return got;
}

static bool
has(const struct codes *c, const char *code)
{
	for (int i = 0; i < c->n; i++)
		if (strcmp(c->item[i], code) == 0)
			return true;
	return false;
}

/* A list before and after; both are in order. */
struct lists {
	const char *whose;
	struct codes before, after;
};

/* Put the file and the operands into the database. */
static int
put(const struct opt *o, struct store *db, const struct lists *l,
    const struct codes *from_file, char *word[], int n, struct err *e)
{
	epoch at = o->now.now;

	for (int i = 0; file != NULL && i < l->before.n; i++)
		if (!has(from_file, l->before.item[i]) &&
		    store_unwatch(db, l->whose, l->before.item[i], e) == -1)
			return -1;
	for (int i = 0; i < from_file->n; i++)
		if (store_watch(db, l->whose, from_file->item[i], at, e) == -1)
			return -1;
	for (int i = 0; i < n; i++)
		if ((word[i][0] == '+' ?
			    store_watch(db, l->whose, word[i] + 1, at, e) :
			    store_unwatch(db, l->whose, word[i] + 1, e)) == -1)
			return -1;
	return 0;
}

/* Log what differs, or, with a table, print it.  How many, or -1. */
static int
say(const struct opt *o, struct store *db, const struct lists *l,
    struct table *t, struct err *e)
{
	struct trail who = { tool.name, o->now.now, NULL };
	int n = 0;

	for (int k = 0; k < 2; k++) {
		const struct codes *in = k == 0 ? &l->after : &l->before;
		const struct codes *out = k == 0 ? &l->before : &l->after;
		const char *word = k == 0 ? "added" : "removed";

		for (int i = 0; i < in->n; i++) {
			const char *code = in->item[i];

			if (codes_find(out, code) >= 0)
				continue;
			n++;
			if ((t != NULL ?
				    put_row(t, db, l->whose, code, word, e) :
				    hand_log(db, &who, "set", strategy, code, e,
					"universe of %s: %s",
					strategy != NULL ? strategy : "all",
					word)) == -1)
				return -1;
		}
	}
	return n;
}

/* One transaction: all of it, or nothing. */
static int
change(
    const struct opt *o, struct store *db, char *word[], int n, struct err *e)
{
	struct lists l = { .whose = strategy != NULL ? strategy : FOR_ALL };
	struct codes from_file = { 0 };
	struct table *t;
	int changes, rc = -1;

	if (file != NULL && read_codes(file, &from_file, e) == -1)
		goto out;
	if (store_begin(db, e) == -1 ||
	    store_universe(db, l.whose, &l.before, e) == -1 ||
	    put(o, db, &l, &from_file, word, n, e) == -1 ||
	    store_universe(db, l.whose, &l.after, e) == -1 ||
	    (changes = say(o, db, &l, NULL, e)) == -1)
		goto out;
	rc = 0;
	if (changes > 0 && !o->dry_run)
		rc = store_commit(db, e);
	if (rc == 0) {
		t = table_new(
		    stdout, o->format, change_cols, NELEM(change_cols));
		table_silent_if_empty(t);
		rc = say(o, db, &l, t, e) == -1 ? -1 : 0;
		table_finish(t);
	}
out:
	store_rollback(db);
	codes_fini(&from_file);
	codes_fini(&l.before);
	codes_fini(&l.after);
	return rc;
}

/* Is the strategy configured?  A list may be made before it, with a word. */
static int
check_strategy(struct store *db, struct err *e)
{
	struct strategy_row row;
	int got = strategy == NULL ? 1 : store_strategy(db, strategy, &row, e);

	if (got == 0)
		log_warn("no strategy '%s' yet", strategy);
	return got == -1 ? -1 : 0;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db;
	int i = opt_parse(&opt, argc, argv, &tool), n = argc - i, rc;
	bool asks = n == 0 && file == NULL;

	if (list && !asks)
		opt_fail("--list changes nothing; leave out the rest");
	if (strategy != NULL && !strategy_name_valid(strategy))
		opt_fail("--strategy: '%s' is no strategy's name", strategy);
	for (int k = i; k < argc; k++)
		if ((argv[k][0] != '+' && argv[k][0] != '-') ||
		    !code_valid(argv[k] + 1))
			opt_fail("'%s': want +CODE or -CODE, such as +005930",
			    argv[k]);
	if ((db = store_open(opt.db, asks ? STORE_READ : STORE_ORDERS, &e)) ==
	    NULL)
		return log_exit(&e);
	if ((rc = check_strategy(db, &e)) == 0)
		rc = asks ? print_lists(&opt, db, &e) :
			    change(&opt, db, argv + i, n, &e);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
