/*
 * backtest - trade strategies over history and say what came of it.
 *
 * The same decisions as live (lib/trade), over the prices in the database.
 */
#include "backtest/load.h"
#include "backtest/options.h"
#include "backtest/output.h"
#include "backtest/save.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "store/stocks.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct backtest_options options;
static const char *trades_file, *equity_file;
static bool save;
static struct opt_list sweeps;
static int64_t jobs;

static const struct opt_def own_options[] = {
	{ 0, "trades", "FILE", "write every fill as CSV (- for stdout)",
	    OPT_TEXT, &trades_file, 0, 0, NULL },
	{ 0, "equity", "FILE", "write each session's cash and holdings as CSV",
	    OPT_TEXT, &equity_file, 0, 0, NULL },
	{ 0, "save", NULL, "keep the result in the database", OPT_FLAG, &save,
	    0, 0, NULL },
	{ 0, "sweep", "k=FROM:TO:STEP",
	    "try each value of a parameter; again"
	    " for several",
	    OPT_LIST, &sweeps, 0, 0, NULL },
	{ 'j', "jobs", "N", "threads of a sweep (default: all cores)", OPT_INT,
	    &jobs, 1, 1024, NULL },
};
static struct opt_def all_options[BACKTEST_NOPTIONS + NELEM(own_options) + 1];
static struct tool tool = {
	.name = "backtest",
	.synopsis = "(--strategy NAME... | --daily MODULE [--minute MODULE])"
		    " [--from D] [--to D] [options]",
	.summary = "trade strategies over the prices in the database",
	.options = all_options,
	.more = "A module is a name with its parameters, sma:short=5,long=20;"
		" set-strategy --describe MODULE says which there are.",
};

/* Best first. */
static int
by_return(const void *pa, const void *pb)
{
	const struct sweep_result *a = *(const struct sweep_result *const *)pa;
	const struct sweep_result *b = *(const struct sweep_result *const *)pb;

	if (a->m.total_return != b->m.total_return)
		return a->m.total_return > b->m.total_return ? -1 : 1;
	return (a > b) - (a < b);
}

static int
sweep(const struct market_data *data, const struct calendar *cal,
    const struct backtest_setup *s, const struct opt *opt, struct err *e)
{
	struct sweep_range range[SWEEP_MAX];
	struct sweep_result *result;
	const struct sweep_result **best;
	int count;

	if (sweeps.n > SWEEP_MAX)
		return err_set(
		    e, E_USAGE, "--sweep: at most %d parameters", SWEEP_MAX);
	if (s->conf.nstrat != 1)
		return err_set(
		    e, E_USAGE, "--sweep works on one strategy at a time");
	for (int i = 0; i < sweeps.n; i++) {
		if (sweep_range_parse(sweeps.item[i], &range[i], e) == -1)
			return -1;
		for (int k = 0; k < i; k++)
			if (strcmp(range[k].name, range[i].name) == 0)
				return err_set(e, E_USAGE,
				    "--sweep: %s is given twice",
				    range[i].name);
	}
	count = sweep_count(range, sweeps.n);
	if (count == -1)
		return err_set(
		    e, E_USAGE, "--sweep: more than 10 million combinations");
	if (jobs == 0)
		jobs = sysconf(_SC_NPROCESSORS_ONLN);
	result = xcalloc((size_t)count, sizeof(*result));
	best = xcalloc((size_t)count, sizeof(*best));
	if (sweep_run(data, cal, &s->conf, range, sweeps.n, (int)jobs, result,
		e) == 0) {
		for (int i = 0; i < count; i++)
			best[i] = &result[i];
		qsort(best, (size_t)count, sizeof(*best), by_return);
		output_sweep(
		    opt->format, s->name, range, sweeps.n, best, count);
		count = 0;
	}
	free(best);
	free(result);
	return count == 0 ? 0 : -1;
}

static int
one_run(struct store *db, const struct market_data *data,
    const struct calendar *cal, const struct backtest_setup *s,
    const struct opt *opt, struct err *e)
{
	struct backtest_result out;
	struct metrics m;
	bool writes = !opt->dry_run;
	int rc = backtest_run(data, cal, &s->conf, &out, e);

	if (rc == 0 && writes && trades_file != NULL)
		rc = output_trades(trades_file, data, &out, e);
	if (rc == 0 && writes && equity_file != NULL)
		rc = output_equity(equity_file, &out, e);
	if (rc == 0) {
		metrics_of(&out, &m);
		if (save && writes)
			rc = output_save(
			    db, s, data, &out, &m, opt->now.now, e);
	}
	if (rc == 0)
		output_metrics(opt->format, s->name, &m);
	if (rc == 0 && out.without_minutes > 0)
		log_warn("%d signals waited in vain: their stock had no minute"
			 " bars that day",
		    out.without_minutes);
	backtest_result_fini(&out);
	return rc;
}

/* A list that fits no stock makes a run of nothing, and looks like a result. */
static void
warn_of_empty_lists(const struct backtest_setup *s, const struct market_data *d)
{
	for (int i = 0; i < s->conf.nstrat; i++) {
		int k = 0;

		while (k < d->n && !s->base[i][k])
			k++;
		if (k == d->n)
			log_warn("%s: no stock on its list has prices (see"
				 " set-universe --list)",
			    s->strat[i].name);
	}
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db = NULL;
	struct calendar *cal = NULL;
	struct market_data data;
	struct backtest_setup s = { 0 };
	int n = backtest_option_defs(&options, all_options), rc = -1;

	memcpy(all_options + n, own_options, sizeof(own_options));
	opt_parse(&opt, argc, argv, &tool);
	market_data_init(&data);
	if (sweeps.n > 0 && (save || trades_file || equity_file)) {
		err_set(&e, E_USAGE,
		    "--sweep prints its results; --trades, --equity and --save"
		    " are for one run");
		goto out;
	}
	if ((db = store_open(
		 opt.db, save && !opt.dry_run ? 0 : STORE_READ, &e)) == NULL ||
	    setup_make(&options, db, &s, &e) == -1 ||
	    (cal = store_calendar(db, 0, &e)) == NULL ||
	    market_data_load(db, s.codes.n > 0 ? &s.codes : NULL, s.conf.from,
		s.conf.to, s.with_minutes, &data, &e) == -1 ||
	    setup_universe(&options, db, &data, &s, &e) == -1)
		goto out;
	warn_of_empty_lists(&s, &data);
	rc = sweeps.n > 0 ? sweep(&data, cal, &s, &opt, &e) :
			    one_run(db, &data, cal, &s, &opt, &e);
out:
	setup_fini(&s);
	market_data_fini(&data);
	calendar_free(cal);
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
