/*
 * force-exit - sell what the strategies hold of a stock, or what one strategy
 * holds, at market and at once.
 *
 * An urgent signal for each position is committed here; the next place-orders
 * sells.  Entries of other stocks go on: see halt-trading for that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/hand.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/code.h"
#include "base/opt.h"
#include "base/table.h"
#include "store/settings.h"

static const struct tool tool = {
	.name = "force-exit",
	.synopsis = "CODE|STRATEGY ...",
	.summary = "sell a stock, or all that a strategy holds, at once",
	.more = "Shares that no strategy bought (" MANUAL ") are never sold.",
	.max_operands = -1,
};

static const struct column cols[] = {
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "result", COL_TEXT, 0 },
};

/* A name that is neither configured nor holds anything is a slip. */
static int
check_strategy(struct store *db, const char *name, struct err *e)
{
	struct strategy_row row;
	int got = store_strategy(db, name, &row, e);

	if (got == 0)
		got = store_strategy_in_use(db, name, e);
	if (got == 0)
		return err_set(e, E_USAGE,
		    "'%s' is neither a stock's code nor a strategy", name);
	return got == -1 ? -1 : 0;
}

/* What is sold for all operands together. */
struct sales {
	struct hand_sale *item;
	int n;
};

static int
sell(const struct opt *o, struct store *db, const char *what, struct sales *all,
    struct err *e)
{
	struct trail who = { tool.name, o->now.now, tool.name };
	const char *code = code_valid(what) ? what : NULL;
	const char *strategy = code == NULL ? what : NULL;
	struct hand_sale *sale;
	int n;

	if ((strategy != NULL && check_strategy(db, strategy, e) == -1) ||
	    hand_sell(db, strategy, code, &who, &sale, &n, e) == -1)
		return -1;
	if (n == 0)
		log_warn("%s: %s", what,
		    strategy != NULL ? "holds nothing" :
				       "no strategy holds it");
	all->item = xrealloc(
	    all->item, (size_t)(all->n + n) + 1, sizeof(*all->item));
	memcpy(all->item + all->n, sale, (size_t)n * sizeof(*sale));
	all->n += n;
	free(sale);
	return 0;
}

static void
print_sales(const struct opt *o, const struct sales *all)
{
	struct table *t = table_new(stdout, o->format, cols, NELEM(cols));

	table_silent_if_empty(t);
	for (int i = 0; i < all->n; i++) {
		table_text(t, all->item[i].strategy);
		table_text(t, all->item[i].code);
		table_int(t, all->item[i].n);
		table_text(t, all->item[i].is_new ? "asked" : "asked before");
		table_end_row(t);
	}
	table_finish(t);
}

/* Whoever is in a hurry should hear that nothing will be sent. */
static int
warn_if_halted(struct store *db, struct err *e)
{
	struct halt_row *h;
	int n;

	if (store_halts(db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (h[i].scope == HALT_ALL)
			log_warn("all orders are halted: nothing is sold until"
				 " halt-trading --resume");
	free(h);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db = NULL;
	struct sales all = { 0 };
	int first = opt_parse(&opt, argc, argv, &tool), rc = -1;

	if (first == argc)
		opt_fail("which stock or strategy?");
	for (int i = first; i < argc; i++)
		if (strcmp(argv[i], MANUAL) == 0)
			opt_fail(MANUAL ": shares that no strategy bought are"
					" not sold here");
	if ((db = store_open(opt.db, STORE_ORDERS, &e)) == NULL ||
	    store_begin(db, &e) == -1)
		goto out;
	for (int i = first; i < argc; i++)
		if (sell(&opt, db, argv[i], &all, &e) == -1)
			goto out;
	if (warn_if_halted(db, &e) == 0)
		rc = opt.dry_run ? 0 : store_commit(db, &e);
	if (rc == 0)
		print_sales(&opt, &all);
out:
	free(all.item);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
