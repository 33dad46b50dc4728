/*
 * halt-trading - stop entries, or every order, until --resume (T22).
 *
 * A halt is a row that each pass reads in the transaction in which it plans
 * its orders, so it holds from the moment of our commit.  Cancels and sales
 * are committed with it and carried out by the next watch-fills and
 * place-orders.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/hand.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/table.h"
#include "store/settings.h"

static bool all, cancel_open, liquidate, resume;
static const char *strategy, *reason = "by hand";
static char code[CODE_SIZE];

static const struct opt_def options[] = {
	{ 0, "all", NULL, "stop exits and stops too, not entries alone",
	    OPT_FLAG, &all, 0, 0, NULL },
	{ 's', "strategy", "NAME", "stop entries of this strategy alone",
	    OPT_TEXT, &strategy, 0, 0, NULL },
	{ 0, "code", "CODE", "stop entries in this stock alone", OPT_CODE, code,
	    0, 0, NULL },
	{ 0, "cancel-open", NULL,
	    "cancel the open buys of what is halted; with --all sells too",
	    OPT_FLAG, &cancel_open, 0, 0, NULL },
	{ 0, "liquidate", NULL, "sell what the strategies hold of it at once",
	    OPT_FLAG, &liquidate, 0, 0, NULL },
	{ 0, "resume", NULL,
	    "lift all halts, or that of --strategy or --code alone", OPT_FLAG,
	    &resume, 0, 0, NULL },
	{ 0, "reason", "WORDS", "what show-status says of it", OPT_TEXT,
	    &reason, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "halt-trading",
	.synopsis = "[--all | --strategy NAME | --code CODE] [--cancel-open]"
		    " [--liquidate]\n--resume [--strategy NAME | --code CODE]",
	.summary = "stop entries, or all orders, at once",
	.options = options,
	.more =
	    "Without --all exits and stops go on.  A halt stands, also over"
	    "\nrestarts, until it is lifted.  Shares that no strategy bought"
	    "\n(" MANUAL ") are never sold.",
};

/* ---- What was done, to be printed when it is committed ------------------------ */

struct deed {
	const char *action, *side; /* constants; side may be NULL */
	char strategy[NAME_SIZE], code[CODE_SIZE];
	qty n;            /* 0: none */
	int64_t order_id; /* 0: none */
};

struct deeds {
	struct deed *item;
	int n;
};

static void
did(struct deeds *d, const char *action, const char *whose, const char *which,
    const char *side, qty n, int64_t order_id)
{
	struct deed *x;

	d->item = xrealloc(d->item, (size_t)d->n + 1, sizeof(*d->item));
	x = &d->item[d->n++];
	*x = (struct deed){
		.action = action, .side = side, .n = n, .order_id = order_id
	};
	snprintf(x->strategy, sizeof(x->strategy), "%s", whose);
	snprintf(x->code, sizeof(x->code), "%s", which);
}

static void
print_deeds(const struct opt *o, const struct deeds *d)
{
	static const struct column cols[] = {
		{ "action", COL_TEXT, 0 },
		{ "strategy", COL_TEXT, 0 },
		{ "code", COL_TEXT, 0 },
		{ "side", COL_TEXT, 0 },
		{ "quantity", COL_WON, 0 },
		{ "order_id", COL_INT, 0 },
	};
	struct table *t = table_new(stdout, o->format, cols, NELEM(cols));

	table_silent_if_empty(t);
	for (const struct deed *x = d->item; x < d->item + d->n; x++) {
		table_text(t, x->action);
		table_text(t, x->strategy[0] != '\0' ? x->strategy : NULL);
		table_text(t, x->code[0] != '\0' ? x->code : NULL);
		table_text(t, x->side);
		x->n != 0 ? table_int(t, x->n) : table_null(t);
		x->order_id != 0 ? table_int(t, x->order_id) : table_null(t);
		table_end_row(t);
	}
	table_finish(t);
}

/* ---- Halting and resuming ---------------------------------------------------- */

static const char *const halt_word[] = {
	[HALT_ALL] = "halt all orders",
	[HALT_ENTRIES] = "halt entries",
	[HALT_STRATEGY] = "halt entries",
	[HALT_CODE] = "halt entries",
};
static const char *const resume_word[] = {
	[HALT_ALL] = "resume all orders",
	[HALT_ENTRIES] = "resume entries",
	[HALT_STRATEGY] = "resume entries",
	[HALT_CODE] = "resume entries",
};

/* Remember and log that a halt came or went. */
static int
note(struct store *db, const struct trail *t, const struct halt_row *h,
    bool comes, struct deeds *d, struct err *e)
{
	const char *word = comes ? halt_word[h->scope] : resume_word[h->scope];
	const char *whose = h->scope == HALT_STRATEGY ? h->what : "";
	const char *which = h->scope == HALT_CODE ? h->what : "";

	did(d, word, whose, which, NULL, 0, 0);
	return hand_log(db, t, comes ? "halt" : "resume",
	    whose[0] != '\0' ? whose : NULL, which[0] != '\0' ? which : NULL, e,
	    "%s: %s", word, t->message);
}

static int
halt(struct store *db, const struct trail *t, struct deeds *d, struct err *e)
{
	struct halt_row h = { .since = t->at,
		.scope = all         ? HALT_ALL :
		    strategy != NULL ? HALT_STRATEGY :
		    code[0] != '\0'  ? HALT_CODE :
				       HALT_ENTRIES };
	int got;

	snprintf(
	    h.what, sizeof(h.what), "%s", strategy != NULL ? strategy : code);
	snprintf(h.reason, sizeof(h.reason), "%s", reason);
	if ((got = store_halt(db, &h, e)) == 1)
		got = note(db, t, &h, true, d, e);
	return got == -1 ? -1 : 0;
}

static int
lift(struct store *db, const struct trail *t, struct deeds *d, struct err *e)
{
	struct halt_row *h;
	int n, rc = 0;

	if (store_halts(db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		if ((strategy != NULL &&
			(h[i].scope != HALT_STRATEGY ||
			    strcmp(h[i].what, strategy) != 0)) ||
		    (code[0] != '\0' &&
			(h[i].scope != HALT_CODE ||
			    strcmp(h[i].what, code) != 0)))
			continue;
		if (store_resume(db, (int)h[i].scope, h[i].what, e) == -1 ||
		    note(db, t, &h[i], false, d, e) == -1)
			rc = -1;
	}
	free(h);
	return rc;
}

/* ---- Orders and holdings ------------------------------------------------------ */

static int
cancel_orders(
    struct store *db, const struct trail *t, struct deeds *d, struct err *e)
{
	struct order_row *o;
	int n, got = 0;

	if (store_orders(db, 0, &o, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && got != -1; i++) {
		if ((o[i].side == SIDE_SELL && !all) ||
		    (strategy != NULL &&
			strcmp(o[i].strategy, strategy) != 0) ||
		    (code[0] != '\0' && strcmp(o[i].code, code) != 0))
			continue;
		got = hand_cancel(db, &o[i], t, e);
		if (got == CANCEL_UNSENT || got == CANCEL_PLANNED)
			did(d, "cancel", o[i].strategy, o[i].code,
			    side_name(o[i].side), o[i].n - o[i].filled,
			    o[i].id);
	}
	free(o);
	return got == -1 ? -1 : 0;
}

static int
sell_all(
    struct store *db, const struct trail *t, struct deeds *d, struct err *e)
{
	struct hand_sale *s;
	int n;

	if (hand_sell(db, strategy, code[0] != '\0' ? code : NULL, t, &s, &n,
		e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (s[i].is_new)
			did(d, "sell", s[i].strategy, s[i].code,
			    side_name(SIDE_SELL), s[i].n, 0);
	free(s);
	return 0;
}

static int
check_strategy(struct store *db, struct err *e)
{
	struct strategy_row row;
	int got = strategy == NULL ? 1 : store_strategy(db, strategy, &row, e);

	if (got == 0)
		got = store_strategy_in_use(db, strategy, e);
	if (got == 0 && resume) /* it may have gone since */
		got = 1;
	if (got == 0)
		return err_set(e, E_USAGE,
		    "no strategy '%s' (see set-strategy --list)", strategy);
	return got == -1 ? -1 : 0;
}

/* One transaction: the halt, the cancels and the sales. */
static int
act(const struct opt *o, struct store *db, struct deeds *d, struct err *e)
{
	struct trail t = { tool.name, o->now.now, reason };
	struct trail sale = { tool.name, o->now.now, "halt-trading" };

	if (store_begin(db, e) == -1 || check_strategy(db, e) == -1 ||
	    (resume ? lift(db, &t, d, e) : halt(db, &t, d, e)) == -1 ||
	    (cancel_open && cancel_orders(db, &sale, d, e) == -1) ||
	    (liquidate && sell_all(db, &sale, d, e) == -1))
		return -1;
	return o->dry_run ? 0 : store_commit(db, e);
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db;
	struct deeds d = { 0 };
	int rc = -1;

	opt_parse(&opt, argc, argv, &tool);
	if (all + (strategy != NULL) + (code[0] != '\0') > 1)
		opt_fail("--all, --strategy or --code: one of them");
	if (resume && (cancel_open || liquidate))
		opt_fail("--resume cancels and sells nothing");
	if (all && liquidate)
		opt_fail("--all stops exits too, so that nothing can be sold;"
			 " --liquidate without it stops entries and sells");
	if ((db = store_open(opt.db, STORE_ORDERS, &e)) != NULL &&
	    (rc = act(&opt, db, &d, &e)) == 0)
		print_deeds(&opt, &d);
	free(d.item);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
