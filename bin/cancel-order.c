/*
 * cancel-order - ask for the cancel of orders, by number.
 *
 * The request is committed here and sent by the next watch-fills or
 * place-orders, whatever is halted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/hand.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/opt.h"
#include "base/table.h"

static const struct tool tool = {
	.name = "cancel-order",
	.synopsis = "ORDER ...",
	.summary = "ask for the cancel of orders, by their number",
	.more = "show-status and export-csv orders show the numbers.",
	.max_operands = -1,
};

static const struct column cols[] = {
	{ "order_id", COL_INT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "quantity", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "result", COL_TEXT, 0 },
};

static const char *const result[] = {
	[CANCEL_ASKED] = "asked before",
	[CANCEL_UNSENT] = "not sent",
	[CANCEL_PLANNED] = "asked",
};

/* Ask for one; its row goes to *o.  What became of it, or -1. */
static int
cancel(struct store *db, const struct trail *t, int64_t id, struct order_row *o,
    struct err *e)
{
	int got = store_order(db, id, o, e);

	if (got == 0)
		return err_set(e, E_USAGE, "no order %lld", (long long)id);
	if (got == -1 || (got = hand_cancel(db, o, t, e)) != CANCEL_FINAL)
		return got;
	return err_set(e, E_USAGE, "order %lld is %s; nothing is cancelled",
	    (long long)id, o->state);
}

/* One transaction: all of them, or none. */
static int
cancel_all(const struct opt *o, struct store *db, const int64_t *id, int n,
    struct err *e)
{
	struct trail t = { tool.name, o->now.now, "cancel-order" };
	struct order_row *row = xcalloc((size_t)n, sizeof(*row));
	int *got = xcalloc((size_t)n, sizeof(*got)), rc;
	struct table *out;

	rc = store_begin(db, e);
	for (int i = 0; i < n && rc == 0; i++)
		if ((got[i] = cancel(db, &t, id[i], &row[i], e)) == -1)
			rc = -1;
	if (rc == 0 && !o->dry_run)
		rc = store_commit(db, e);
	store_rollback(db);
	if (rc == -1)
		goto out;
	out = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < n; i++) {
		table_int(out, row[i].id);
		table_text(out, row[i].strategy);
		table_text(out, row[i].code);
		table_text(out, side_name(row[i].side));
		table_int(out, row[i].n);
		table_int(out, row[i].filled);
		table_text(out, result[got[i]]);
		table_end_row(out);
	}
	table_finish(out);
out:
	free(row);
	free(got);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db;
	int first = opt_parse(&opt, argc, argv, &tool), n = argc - first, rc;
	int64_t *id;

	if (n == 0)
		opt_fail("which order?");
	id = xcalloc((size_t)n, sizeof(*id));
	for (int i = 0; i < n; i++)
		if (int_parse(argv[first + i], 1, INT64_MAX, &id[i]) == -1)
			opt_fail("'%s' is no order's number", argv[first + i]);
	if ((db = store_open(opt.db, STORE_ORDERS, &e)) == NULL)
		rc = -1;
	else
		rc = cancel_all(&opt, db, id, n, &e);
	store_close(db);
	free(id);
	return rc == -1 ? log_exit(&e) : out_finish();
}
