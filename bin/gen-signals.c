/*
 * gen-signals - run the active strategies, save what they say, print it.
 *
 * The signals are stamped with the minute they were made for: place-orders
 * enters only on those of its own minute (T2).
 */
#include "account/live.h"
#include "account/universe.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/table.h"
#include "strategy/guard.h"

#include <string.h>

static const char *only;

static const struct opt_def options[] = {
	{ 's', "strategy", "NAME", "only this strategy", OPT_TEXT, &only, 0, 0,
	    NULL },
	{ 0 },
};
static const struct tool tool = {
	.name = "gen-signals",
	.synopsis = "[--strategy NAME]",
	.summary = "run the active strategies and save their signals",
	.options = options,
};

/* One strategy that fails does not stop the others; the first error is
 * kept, the rest are said. */
static int
run_strategies(struct live *v, struct err *e)
{
	struct err mine = { 0 };
	int rc = 0;

	for (int s = 0; s < v->w.nstrat; s++) {
		if (only != NULL && strcmp(only, v->w.strat[s].name) != 0)
			continue;
		if (trade_signals(&v->w, &v->m, &v->b, s, &v->work, &mine) == 0)
			continue;
		if (rc == -1)
			log_error("%s", mine.msg);
		else
			*e = mine;
		rc = -1;
	}
	return rc;
}

static bool
is_known(const struct live *v, const char *name)
{
	for (int s = 0; s < v->w.nstrat; s++)
		if (strcmp(name, v->w.strat[s].name) == 0)
			return true;
	return false;
}

static void
print_signals(const struct live *v, enum out_format format)
{
	static const struct column cols[] = {
		{ "strategy", COL_TEXT, 0 },
		{ "code", COL_TEXT, 0 },
		{ "name", COL_TEXT, 0 },
		{ "side", COL_TEXT, 0 },
		{ "state", COL_TEXT, 0 },
		{ "score", COL_REAL, 2 },
		{ "target", COL_WON, 0 },
		{ "price", COL_WON, 0 },
		{ "time", COL_HHMM, 0 },
		{ "reason", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, format, cols, NELEM(cols));

	table_silent_if_empty(t);
	for (int i = 0; i < v->b.nsig; i++) {
		const struct signal *g = &v->b.sig[i];
		const struct tape *tp = &v->w.tape[g->stock];

		if (g->state == SIG_GONE ||
		    (only != NULL &&
			strcmp(only, v->w.strat[g->strat].name) != 0))
			continue;
		table_text(t, v->w.strat[g->strat].name);
		table_text(t, tp->code);
		table_text(t, tp->name);
		table_text(t, g->side == SIDE_BUY ? "buy" : "sell");
		table_text(t, sig_state_name(g->state));
		table_real(t, g->score);
		table_int(t, g->target);
		table_int(t, g->price);
		table_int(t, g->stamp);
		table_text(t, g->reason);
		table_end_row(t);
	}
	table_finish(t);
}

static int
save(struct live *v, struct err *e)
{
	if (v->dry_run) {
		store_rollback(v->db);
		return 0;
	}
	if (live_save(v, NULL, e) == -1) {
		store_rollback(v->db);
		return -1;
	}
	return store_commit(v->db, e);
}

/* What the strategies say is saved even if one of them failed. */
static int
make_signals(struct live *v, const struct opt *opt, struct err *e)
{
	struct err mine = { 0 };
	int rc;

	if (store_begin(v->db, e) == -1)
		return -1;
	live_tick(v); /* it may have been long since the start */
	if (v->ses == NULL || session_phase(v->ses, v->at) == PHASE_CLOSED) {
		store_rollback(v->db);
		return 0;
	}
	if ((!v->dry_run && store_lease_check(v->db, &v->lease, e) == -1) ||
	    universe_choose(v, e) == -1 ||
	    live_load(v, LOAD_UNIVERSE, e) == -1 ||
	    live_day_open(v, LOAD_UNIVERSE, e) == -1)
		goto fail;
	if (only != NULL && !is_known(v, only)) {
		err_set(e, E_USAGE,
		    "%s: no such strategy (see set-strategy"
		    " --list)",
		    only);
		goto fail;
	}
	rc = run_strategies(v, e);
	print_signals(v, opt->format);
	if (save(v, &mine) == -1) {
		if (rc == 0) /* the first error is the one to tell */
			*e = mine;
		return -1;
	}
	if (rc == 0 && v->broken.kind != E_NONE) {
		*e = v->broken; /* the others have spoken */
		rc = -1;
	}
	return rc;
fail:
	store_rollback(v->db);
	return -1;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct live v;
	int rc = -1, status;

	guard_start(argv);
	opt_parse(&opt, argc, argv, &tool);
	if (live_open(&v, tool.name, &opt, 0, &e) == -1)
		goto out;
	if (session_phase(v.ses, v.at) == PHASE_CLOSED) {
		rc = 0; /* silence, not failure */
		goto out;
	}
	if (live_begin(&v, 120, &e) == 0)
		rc = make_signals(&v, &opt, &e);
out:
	status = rc == -1 ? log_exit(&e) : out_finish();
	live_close(&v, status, rc == -1 ? e.msg : "");
	return status;
}
