/*
 * export-csv - rows of the database, for other programs.
 *
 * Prices, minutes and stocks come out as import-prices takes them.  What
 * there is and in which order stands in store/export.c.
 */
#include <stdio.h>

#include "base/log.h"
#include "base/opt.h"
#include "store/export.h"

static char code[CODE_SIZE];
static ymd from, to;
static int64_t run;

static const struct opt_def options[] = { { 0, "code", "CODE",
					      "of this stock alone", OPT_CODE,
					      code, 0, 0, NULL },
	{ 0, "from", "DATE", "from this day on", OPT_YMD, &from, 0, 0, NULL },
	{ 0, "to", "DATE", "up to this day, which is included", OPT_YMD, &to, 0,
	    0, NULL },
	{ 0, "run", "N", "of backtest: the trades of run N, not the runs",
	    OPT_INT, &run, 1, INT64_MAX, NULL },
	{ 0 } };

static const struct tool tool = {
	.name = "export-csv",
	.synopsis = "ROWS",
	.summary = "print rows of the database",
	.options = options,
	.more =
	    "ROWS is one of prices, minutes and stocks, which import-prices "
	    "takes;\nsignals, orders, fills, log, trades (a sell and what "
	    "was paid),\npositions, portfolio, drift (differences from the "
	    "broker) and backtest.",
	.max_operands = 1,
};

static enum export_what
what_of(const char *word)
{
	enum export_what what;

	if (word == NULL)
		opt_fail("which rows? such as prices, orders or trades");
	if (export_parse(word, &what) == -1)
		opt_fail("unknown rows '%s'", word);
	if (run != 0 && what != EXPORT_BACKTEST)
		opt_fail("--run goes with backtest");
	if (run != 0)
		what = EXPORT_BACKTEST_TRADES;
	if (code[0] != '\0' && !export_has_code(what))
		opt_fail("%s are not of one stock: --code does not fit", word);
	if ((from != 0 || to != 0) && !export_has_day(what))
		opt_fail("%s have no days: --from and --to do not fit", word);
	if (from != 0 && to != 0 && from > to)
		opt_fail("--from %d is after --to %d", (int)from, (int)to);
	return what;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db;
	int i = opt_parse(&opt, argc, argv, &tool);
	enum export_what what = what_of(argv[i]);
	struct export_spec spec = {
		.code = code[0] != '\0' ? code : NULL,
		.from = from != 0 ? from : YMD_MIN,
		.to = to != 0 ? to : YMD_MAX,
		.run = run,
	};
	int64_t rows = -1;

	if ((db = store_open(opt.db, STORE_READ | STORE_MMAP, &e)) != NULL)
		rows = store_export(db, what, &spec, stdout, opt.format, &e);
	store_close(db);
	if (rows == -1)
		return log_exit(&e);
	log_info("%lld rows", (long long)rows);
	return out_finish();
}
