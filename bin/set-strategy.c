/*
 * set-strategy - configure a strategy: its modules, money, stops; turn it on
 * and off; take it away.
 *
 * One call is one transaction.  What it changed is found by reading the rows
 * before and after, printed, and written to trading_log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/config.h"
#include "account/hand.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/table.h"

static bool list, modules, turn_on, turn_off, take_away, to_manual, liquidate;
static const char *module;

static const struct opt_def options[] = {
	{ 0, "on", NULL, "it may buy (a new one may, unless --off)", OPT_FLAG,
	    &turn_on, 0, 0, NULL },
	{ 0, "off", NULL, "it buys no more; its stops and exits go on",
	    OPT_FLAG, &turn_off, 0, 0, NULL },
	{ 0, "remove", NULL, "take it away; it must hold nothing", OPT_FLAG,
	    &take_away, 0, 0, NULL },
	{ 0, "to-manual", NULL,
	    "with --remove: what it holds is the person's (" MANUAL ")",
	    OPT_FLAG, &to_manual, 0, 0, NULL },
	{ 0, "liquidate", NULL,
	    "with --remove: what it holds is sold, then it goes", OPT_FLAG,
	    &liquidate, 0, 0, NULL },
	{ 0, "list", NULL, "the configured strategies", OPT_FLAG, &list, 0, 0,
	    NULL },
	{ 0, "describe", "MODULE", "the parameters of a module", OPT_TEXT,
	    &module, 0, 0, NULL },
	{ 0, "modules", NULL, "the modules that can be found", OPT_FLAG,
	    &modules, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "set-strategy",
	.synopsis = "NAME [--on | --off] [SETTING=VALUE ...]\n"
		    "NAME --remove [--to-manual | --liquidate]\n"
		    "--list | --modules | --describe MODULE",
	.summary = "configure a strategy",
	.options = options,
	.more = "daily=MODULE[:k=v,...] chooses what to buy and sell,\n"
		"minute=MODULE[:k=v,...] when; NAME alone shows all settings\n"
		"with their defaults.  An empty VALUE means the default.",
	.max_operands = -1,
};

/* ---- What can be had ------------------------------------------------------- */

static int
print_modules(const struct opt *o)
{
	static const struct column cols[] = {
		{ "name", COL_TEXT, 0 },
		{ "kind", COL_TEXT, 0 },
		{ "help", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, o->format, cols, NELEM(cols));
	struct module_name *m;
	int n = module_list(&m);

	for (int i = 0; i < n; i++) {
		struct err e = { 0 };
		const struct strategy *st = module_load(m[i].name, &e);

		if (st == NULL) {
			log_warn("%s", e.msg);
			continue;
		}
		table_text(t, st->name);
		table_text(t,
		    st->daily == NULL ?
			st->minute == NULL ? "universe" : "minute" :
			st->minute == NULL ? "daily" :
					     "daily, minute");
		table_text(t, st->help);
		table_end_row(t);
	}
	table_finish(t);
	module_list_free(m, n);
	return 0;
}

static int
print_module(const struct opt *o, struct err *e)
{
	static const struct column cols[] = {
		{ "name", COL_TEXT, 0 },
		{ "type", COL_TEXT, 0 },
		{ "range", COL_TEXT, 0 },
		{ "default", COL_TEXT, 0 },
		{ "help", COL_TEXT, 0 },
	};
	const struct strategy *st = module_load(module, e);
	struct param_row p;
	struct table *t;

	if (st == NULL)
		return -1;
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; module_describe(st, i, &p); i++) {
		table_text(t, p.name);
		table_text(t, p.type);
		table_text(t, p.range);
		table_text(t, p.def);
		table_text(t, p.help);
		table_end_row(t);
	}
	table_finish(t);
	return 0;
}

/* ---- What is set ------------------------------------------------------------- */

static const char *
state_of(const struct strategy_row *r)
{
	return r->is_leaving ? "leaving" : r->is_on ? "on" : "off";
}

static int
print_list(const struct opt *o, struct store *db, struct err *e)
{
	static const struct column cols[] = {
		{ "name", COL_TEXT, 0 },
		{ "state", COL_TEXT, 0 },
		{ "daily", COL_TEXT, 0 },
		{ "minute", COL_TEXT, 0 },
		{ "settings", COL_TEXT, 0 },
	};
	struct strategy_row *row;
	struct name_value *set;
	struct table *t;
	int n, nset, rc = 0;

	if (store_strategies(db, &row, &n, e) == -1)
		return -1;
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < n; i++) {
		char text[1024] = "";
		size_t len = 0;

		if ((rc = store_strategy_settings(
			 db, row[i].name, &set, &nset, e)) == -1)
			break;
		for (int k = 0; k < nset && len < sizeof(text); k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s=%s", k > 0 ? "," : "", set[k].name,
			    set[k].value);
		free(set);
		table_text(t, row[i].name);
		table_text(t, state_of(&row[i]));
		table_text(t, row[i].daily);
		table_text(t, row[i].minute);
		table_text(t, text);
		table_end_row(t);
	}
	table_finish(t);
	free(row);
	return rc;
}

/* A strategy as text: all that can be set of it. */
#define STATE  0
#define DAILY  1
#define MINUTE 2
#define REST   3
#define TEXTS  64

struct face {
	bool is_there;
	struct strategy_row row;
	int n;
	const char *name[TEXTS];
	char value[TEXTS][SPEC_SIZE];
};

static int
read_face(struct store *db, const char *name, struct face *f, struct err *e)
{
	struct name_value *set = NULL;
	int nset = 0, rc;

	memset(f, 0, sizeof(*f));
	f->name[STATE] = "state";
	f->name[DAILY] = "daily";
	f->name[MINUTE] = "minute";
	if ((rc = store_strategy(db, name, &f->row, e)) == -1 ||
	    store_strategy_settings(db, name, &set, &nset, e) == -1)
		return -1;
	if ((f->is_there = rc == 1)) {
		snprintf(f->value[STATE], SPEC_SIZE, "%s", state_of(&f->row));
		snprintf(f->value[DAILY], SPEC_SIZE, "%s", f->row.daily);
		snprintf(f->value[MINUTE], SPEC_SIZE, "%s", f->row.minute);
	}
	f->n = REST;
	for (const struct setting *s = strategy_settings; s->name != NULL;
	     s++) {
		char *value = f->value[f->n];

		f->name[f->n++] = s->name;
		snprintf(value, SPEC_SIZE, "%s", s->def);
		for (int i = 0; i < nset; i++)
			if (strcmp(set[i].name, s->name) == 0)
				snprintf(value, SPEC_SIZE, "%s", set[i].value);
	}
	free(set);
	return 0;
}

static int
no_strategy(const char *name, struct err *e)
{
	return err_set(
	    e, E_USAGE, "no strategy '%s' (see set-strategy --list)", name);
}

static int
print_strategy(
    const struct opt *o, struct store *db, const char *name, struct err *e)
{
	static const struct column cols[] = {
		{ "setting", COL_TEXT, 0 },
		{ "value", COL_TEXT, 0 },
		{ "default", COL_TEXT, 0 },
		{ "help", COL_TEXT, 0 },
	};
	static const char *const help[REST] = {
		"on, off (exits alone) or leaving (sells, then goes)",
		"module that chooses what to buy and sell",
		"module that chooses when; none: as soon as it may",
	};
	struct face f;
	struct table *t;

	if (read_face(db, name, &f, e) == -1)
		return -1;
	if (!f.is_there)
		return no_strategy(name, e);
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < f.n; i++) {
		const struct setting *s = &strategy_settings[i - REST];

		table_text(t, f.name[i]);
		table_text(t, f.value[i]);
		table_text(t, i < REST ? "" : s->def);
		table_text(t, i < REST ? help[i] : s->help);
		table_end_row(t);
	}
	table_finish(t);
	return 0;
}

/* ---- Changes --------------------------------------------------------------- */

/* What the i-th text is now: NULL where it is as it was. */
static const char *
changed(const struct face *before, const struct face *after, int i)
{
	if (!after->is_there)
		return i == STATE ? "removed" : NULL;
	return strcmp(before->value[i], after->value[i]) == 0 ? NULL :
								after->value[i];
}

/* What differs goes into trading_log.  How many, or -1. */
static int
log_changes(const struct opt *o, struct store *db, const char *name,
    const struct face *before, const struct face *after, struct err *e)
{
	struct trail who = { tool.name, o->now.now, NULL };
	int n = 0;

	for (int i = 0; i < after->n; i++) {
		if (changed(before, after, i) == NULL)
			continue;
		n++;
		if (after->is_there && /* a removal has its line already */
		    hand_log(db, &who, "set", name, NULL, e, "%s: %s -> %s",
			after->name[i], before->value[i],
			after->value[i]) == -1)
			return -1;
	}
	return n;
}

static void
print_changes(const struct opt *o, const char *name, const struct face *before,
    const struct face *after)
{
	static const struct column cols[] = {
		{ "strategy", COL_TEXT, 0 },
		{ "setting", COL_TEXT, 0 },
		{ "before", COL_TEXT, 0 },
		{ "after", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, o->format, cols, NELEM(cols));

	table_silent_if_empty(t);
	for (int i = 0; i < after->n; i++) {
		const char *is = changed(before, after, i);

		if (is == NULL)
			continue;
		table_text(t, name);
		table_text(t, after->name[i]);
		table_text(t, before->value[i]);
		table_text(t, is);
		table_end_row(t);
	}
	table_finish(t);
}

/* "name=value" split in place; each name once. */
static char **
split_words(char *word[], int n)
{
	char **value = xcalloc((size_t)n + 1, sizeof(*value));

	for (int i = 0; i < n; i++) {
		if ((value[i] = strchr(word[i], '=')) == NULL)
			opt_fail("'%s' is not SETTING=VALUE", word[i]);
		*value[i]++ = '\0';
		for (int k = 0; k < i; k++)
			if (strcmp(word[k], word[i]) == 0)
				opt_fail("%s= is given twice", word[i]);
	}
	return value;
}

/* A strategy's settings and whether it is on; a new one where there is none. */
static int
set(const struct opt *o, struct store *db, const char *name,
    const struct face *f, char *word[], char *value[], int n, struct err *e)
{
	struct strategy_row row = f->row;
	struct strategy_conf c;

	if (!f->is_there && n == 0)
		return no_strategy(name, e);
	/* A module that is replaced need not be there any more. */
	for (int i = 0; i < n; i++) {
		if (strcmp(word[i], "daily") == 0)
			row.daily[0] = '\0';
		if (strcmp(word[i], "minute") == 0)
			row.minute[0] = '\0';
	}
	snprintf(row.name, sizeof(row.name), "%s", name);
	if (!f->is_there)
		strategy_conf_default(&c, name);
	else if (n == 0) { /* on or off needs no module */
		row.is_on = turn_on;
		row.is_leaving &= !turn_on;
		row.changed_at = o->now.now;
		return store_put_strategy(db, &row, e);
	} else if (config_strategy_of(db, &row, &c, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (strategy_conf_set(&c, word[i], value[i], e) == -1)
			return err_wrap(e, "strategy %s", name);
	if (c.daily.strategy == NULL)
		return err_set(e, E_USAGE,
		    "strategy %s: needs daily=MODULE (see set-strategy"
		    " --modules)",
		    name);
	if (turn_on)
		c.is_leaving = false;
	c.is_on = turn_on || (c.is_on && !turn_off);
	return config_put_strategy(db, &c, o->now.now, e);
}

static int
take_it_away(const struct opt *o, struct store *db, const char *name,
    const struct face *f, struct err *e)
{
	struct trail who = { tool.name, o->now.now, "by hand" };
	struct strategy_row row = f->row;
	int orders;
	qty shares;

	if (!f->is_there)
		return no_strategy(name, e);
	if (strategy_ties(db, name, &orders, &shares, e) == -1)
		return -1;
	if (to_manual && orders > 0)
		return err_set(e, E_USAGE,
		    "strategy %s: has %d live order%s;"
		    " cancel-order first, then --to-manual",
		    name, orders, orders == 1 ? "" : "s");
	if (to_manual && strategy_to_manual(db, name, &who, e) == -1)
		return -1;
	if (liquidate && (orders > 0 || shares > 0)) {
		row.is_on = false;
		row.is_leaving = true;
		row.changed_at = o->now.now;
		return store_put_strategy(db, &row, e);
	}
	if (!to_manual && (orders > 0 || shares > 0))
		return err_set(e, E_USAGE,
		    "strategy %s: has %lld share%s and %d live order%s;"
		    " give --to-manual or --liquidate too",
		    name, (long long)shares, shares == 1 ? "" : "s", orders,
		    orders == 1 ? "" : "s");
	return strategy_remove_if_empty(db, name, &who, e) == -1 ? -1 : 0;
}

/* One transaction: all of it, or nothing. */
static int
change(const struct opt *o, struct store *db, const char *name, char *word[],
    int n, struct err *e)
{
	char **value = split_words(word, n);
	struct face before, after;
	int changes, rc = -1;

	if (store_begin(db, e) == -1 || read_face(db, name, &before, e) == -1 ||
	    (take_away ? take_it_away(o, db, name, &before, e) :
			 set(o, db, name, &before, word, value, n, e)) == -1 ||
	    read_face(db, name, &after, e) == -1 ||
	    (changes = log_changes(o, db, name, &before, &after, e)) == -1)
		goto out;
	rc = 0;
	if (changes > 0 && !o->dry_run)
		rc = store_commit(db, e);
	if (rc == 0)
		print_changes(o, name, &before, &after);
out:
	store_rollback(db);
	free(value);
	return rc;
}

static void
check_call(int n, const char *name)
{
	int questions = list + modules + (module != NULL);

	if (turn_on && turn_off)
		opt_fail("--on or --off, not both");
	if (to_manual && liquidate)
		opt_fail("--to-manual or --liquidate, not both");
	if ((to_manual || liquidate) && !take_away)
		opt_fail("%s goes with --remove",
		    to_manual ? "--to-manual" : "--liquidate");
	if (questions > 1 ||
	    (questions == 1 && (turn_on || turn_off || take_away || n > 0)))
		opt_fail("--list, --modules and --describe stand alone");
	if (questions == 0 && n == 0)
		opt_fail("which strategy?");
	if (questions == 0 && !strategy_name_valid(name))
		opt_fail("'%s' cannot be a strategy's name: 1 to %d of"
			 " A-Z a-z 0-9 _ -, not " MANUAL ", not a stock code",
		    name, NAME_SIZE - 1);
	if (take_away && (n > 1 || turn_on || turn_off))
		opt_fail("--remove goes with a name alone");
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db = NULL;
	int i = opt_parse(&opt, argc, argv, &tool), n = argc - i, rc = -1;
	char **word = argv + i;
	bool asks;

	check_call(n, n > 0 ? word[0] : "");
	asks = list || (n == 1 && !turn_on && !turn_off && !take_away);
	if (modules)
		rc = print_modules(&opt);
	else if (module != NULL)
		rc = print_module(&opt, &e);
	else if ((db = store_open(
		      opt.db, asks ? STORE_READ : STORE_ORDERS, &e)) == NULL)
		rc = -1;
	else if (list)
		rc = print_list(&opt, db, &e);
	else if (asks)
		rc = print_strategy(&opt, db, word[0], &e);
	else
		rc = change(&opt, db, word[0], word + 1, n - 1, &e);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
