/*
 * sync-account - broker and database: cash, holdings, open orders, fills.
 *
 * Prints the differences it found and what it did about them.
 */
#include "account/follow.h"
#include "account/reconcile.h"
#include "account/settle.h"
#include "account/words.h"
#include "base/hold.h"
#include "base/log.h"
#include "base/opt.h"

#include <stdio.h>
#include <stdlib.h>

static bool check_only, accept_all;
static const char *adopt, *settle;

static const struct opt_def options[] = {
	{ 0, "check", NULL, "change nothing; exit 2 on a difference", OPT_FLAG,
	    &check_only, 0, 0, NULL },
	{ 0, "accept", NULL,
	    "accept the account as it is, and let entries go"
	    " on",
	    OPT_FLAG, &accept_all, 0, 0, NULL },
	{ 0, "adopt", "CODE=STRATEGY:QTY", "hand MANUAL shares to a strategy",
	    OPT_TEXT, &adopt, 0, 0, NULL },
	{ 0, "settle", "ORDER=filled:QTY@PRICE|ORDER=absent",
	    "say what became"
	    " of an unknown order",
	    OPT_TEXT, &settle, 0, 0, NULL },
	{ 0 },
};
static const struct tool tool = {
	.name = "sync-account",
	.synopsis = "[--check | --accept]\n"
		    "--adopt CODE=STRATEGY:QTY\n"
		    "--settle ORDER=filled:QTY@PRICE|ORDER=absent",
	.summary = "make the database agree with the broker's account",
	.options = options,
};

static int
do_adopt(struct live *v, struct err *e)
{
	struct adopt_words w;

	if (adopt_parse(adopt, &w, e) == -1)
		return -1;
	return reconcile_adopt(v, w.code, w.strategy, w.n, e);
}

/* The broker may know by now; then a person need not say, and could be wrong.
 * Where it does not answer, the person's word is all there is. */
static int
do_settle(struct live *v, struct err *e)
{
	struct settle_words w;
	struct follow_counts n;
	struct err away;
	int rc;

	if (settle_parse(settle, &w, e) == -1)
		return -1;
	if (live_broker(v, &away) == -1 || follow_today(v, &n, &away) == -1)
		log_warn("%s; settled without its list", away.msg);
	if (store_begin(v->db, e) == -1)
		return -1;
	rc = settle_order(v, w.order, w.is_absent, w.n, w.price, e);
	if (rc == -1 || v->dry_run) {
		store_rollback(v->db);
		return rc;
	}
	return store_commit(v->db, e);
}

static void
print_differences(
    const struct live *v, const struct differences *d, enum out_format format)
{
	static const struct column cols[] = {
		{ "day", COL_YMD, 0 },
		{ "time", COL_HHMM, 0 },
		{ "kind", COL_TEXT, 0 },
		{ "code", COL_TEXT, 0 },
		{ "book", COL_WON, 0 },
		{ "broker", COL_WON, 0 },
		{ "difference", COL_WON, 0 },
		{ "action", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, format, cols, NELEM(cols));

	table_log(t);
	for (int i = 0; i < d->n; i++) {
		const struct difference *x = &d->item[i];

		table_int(t, v->date);
		table_int(t, v->at);
		table_text(t, x->kind);
		table_text(t, x->code);
		table_int(t, x->book);
		table_int(t, x->broker);
		table_int(t, x->broker - x->book);
		table_text(t, x->action);
		table_end_row(t);
	}
	table_finish(t);
}

/* Orders and fills first, then what is held. */
static int
synchronise(struct live *v, enum out_format format, struct err *e)
{
	struct follow_counts n;
	struct differences d = { 0 };
	enum reconcile_how how = check_only || v->dry_run ? RECONCILE_CHECK :
	    accept_all                                    ? RECONCILE_ACCEPT :
							    RECONCILE_AGREE;
	int rc;

	if ((how != RECONCILE_CHECK && follow_today(v, &n, e) == -1) ||
	    reconcile(v, how, &d, e) == -1) {
		free(d.item);
		return -1;
	}
	print_differences(v, &d, format);
	rc = check_only && d.n > 0 ? 1 : 0;
	free(d.item);
	return rc;
}

static int
work(struct live *v, const struct opt *opt, struct err *e)
{
	if (adopt != NULL)
		return do_adopt(v, e);
	if (settle != NULL)
		return do_settle(v, e);
	if (live_broker(v, e) == -1)
		return -1;
	return synchronise(v, opt->format, e);
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct live v;
	int rc = -1, status;

	opt_parse(&opt, argc, argv, &tool);
	if (check_only + accept_all + (adopt != NULL) + (settle != NULL) > 1)
		opt_fail("--check, --accept, --adopt and --settle exclude each"
			 " other");
	hold_signals();
	if (live_open(&v, tool.name, &opt, STORE_ORDERS, &e) == -1 ||
	    (!check_only && live_begin(&v, 120, &e) == -1))
		goto out;
	rc = work(&v, &opt, &e);
out:
	status = rc == -1 ? log_exit(&e) : out_finish();
	if (rc == 1 && status == 0)
		status = 2; /* --check found a difference */
	live_close(&v, status, rc == -1 ? e.msg : "");
	return status;
}
