/*
 * replay - run the real programs over recorded days, minute by minute, and
 * compare what they traded with the backtest (P1).
 */
#include "backtest/load.h"
#include "backtest/replay.h"
#include "backtest/replay_broker.h"
#include "base/log.h"
#include "base/table.h"
#include "store/stocks.h"

#include <string.h>

static struct backtest_options options;
static struct replay replay = { .days = 1 };
static int64_t days = 1;

static const struct opt_def own_options[] = {
	{ 0, "date", "DATE", "the first day", OPT_YMD, &replay.date, 0, 0,
	    NULL },
	{ 0, "days", "N", "so many sessions (default 1)", OPT_INT, &days, 1,
	    10000, NULL },
	{ 0, "keep", "FILE",
	    "keep the database of the run here, and the paper"
	    " books beside it",
	    OPT_TEXT, &replay.keep, 0, 0, NULL },
};
static struct opt_def all_options[BACKTEST_NOPTIONS + NELEM(own_options) + 1];
static const struct tool tool = {
	.name = "replay",
	.synopsis = "--date D [--days N] (--strategy NAME... | --daily MODULE"
		    " [--minute MODULE]) [options]",
	.summary = "run the programs over recorded days and compare with the"
		   " backtest",
	.options = all_options,
};

static int
check_options(
    const struct calendar *cal, const struct backtest_setup *s, struct err *e)
{
	const struct session *ses;

	if (replay.date == 0)
		return err_set(e, E_USAGE, "say which day: --date YYYYMMDD");
	if (options.from != 0 || options.to != 0)
		return err_set(e, E_USAGE,
		    "--from and --to are backtest's;"
		    " replay has --date and --days");
	if (s->conf.is_reference || s->conf.bars == BARS_DAILY)
		return err_set(e, E_USAGE,
		    "replay walks minutes; --bars daily"
		    " and --sizing all are backtest's");
	ses = calendar_day(cal, replay.date);
	if (ses == NULL || !ses->is_open)
		return err_set(e, ses == NULL ? E_CONFIG : E_USAGE,
		    "%d is no"
		    " session of the calendar",
		    replay.date);
	return 0;
}

/* A configuration counts where it is named on the command line, so that the
 * account one trades with every day is never replayed on by accident. */
static int
choose_broker(const struct opt *opt, struct err *e)
{
	int is_paper;

	if (!opt->config_given)
		return 0;
	if ((is_paper = replay_is_paper(opt->config, e)) == 0)
		replay.config = opt->config;
	if (is_paper == 1)
		replay.manners = opt->config;
	return is_paper == -1 ? -1 : 0;
}

static void
print_result(enum out_format format, const struct replay_result *r)
{
	static const struct column cols[] = {
		{ "date", COL_YMD, 0 },
		{ "sessions", COL_INT, 0 },
		{ "trades", COL_INT, 0 },
		{ "differences", COL_INT, 0 },
	};
	struct table *t = table_new(stdout, format, cols, NELEM(cols));

	table_int(t, replay.date);
	table_int(t, r->sessions);
	table_int(t, r->trades);
	table_int(t, r->differences);
	table_end_row(t);
	table_finish(t);
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
	struct replay_result r = { 0 };
	int n = backtest_option_defs(&options, all_options), rc = -1, dropped;

	memcpy(all_options + n, own_options, sizeof(own_options));
	opt_parse(&opt, argc, argv, &tool);
	replay.source = opt.db;
	replay.days = (int)days;
	market_data_init(&data);
	if ((db = store_open(opt.db, STORE_READ | STORE_MMAP, &e)) == NULL ||
	    (cal = store_calendar(db, 0, &e)) == NULL ||
	    setup_make(&options, db, &s, &e) == -1 ||
	    choose_broker(&opt, &e) == -1 || check_options(cal, &s, &e) == -1 ||
	    market_data_load(db, s.codes.n > 0 ? &s.codes : NULL, replay.date,
		0, true, &data, &e) == -1 ||
	    setup_universe(&options, db, &data, &s, &e) == -1)
		goto out;
	dropped = replay_drop_stocks(&data, cal, &replay, &s);
	if (dropped == data.n) {
		err_set(&e, E_CONFIG,
		    "no stock has minute bars on the days"
		    " from %d; import some with import-prices --minute",
		    replay.date);
		goto out;
	}
	if (dropped > 0)
		log_warn("%d of %d stocks have no minutes on some of the days"
			 " and are left out",
		    dropped, data.n);
	rc = replay_run(&replay, &s, &data, cal, &r, &e);
	if (rc == 0)
		print_result(opt.format, &r);
out:
	setup_fini(&s);
	market_data_fini(&data);
	calendar_free(cal);
	store_close(db);
	if (rc == -1)
		return log_exit(&e);
	n = out_finish();
	return n != 0 ? n : r.differences > 0 ? 2 : 0;
}
