/*
 * make-market - a made Korean market, for tests, the demo and benchmarks.
 *
 * Stocks, daily bars and minutes out of a seed, as the files that
 * import-prices takes.  How it is made stands in market/generate.h; here it
 * is only written down, stock by stock, so that memory is one stock's days.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/table.h"
#include "market/generate.h"
#include "market/krx_calendar.h"
#include "schema.h"

static int64_t seed = 1, stocks = 10, days = 250, minute_days = -1;
static ymd from = 20240102;
static ppb halts = PPB_ONE / 2000;
static bool minutes, splits;
static const char *dir = ".", *print;

static const struct opt_def options[] = {
	{ 0, "seed", "N", "another market for each number (default 1)", OPT_INT,
	    &seed, 0, INT64_MAX, NULL },
	{ 0, "stocks", "N", "how many stocks (default 10)", OPT_INT, &stocks, 1,
	    GENERATE_STOCKS_MAX, NULL },
	{ 0, "from", "DATE",
	    "the first session is on this day or after it "
	    "(default 20240102)",
	    OPT_YMD, &from, 0, 0, NULL },
	{ 0, "days", "N", "how many sessions (default 250)", OPT_INT, &days, 1,
	    20000, NULL },
	{ 0, "minutes", NULL, "minute bars too, of all days", OPT_FLAG,
	    &minutes, 0, 0, NULL },
	{ 0, "minute-days", "N", "minute bars of the last N days", OPT_INT,
	    &minute_days, 0, 20000, NULL },
	{ 0, "halts", "P",
	    "the chance that a stock is halted from a day on, "
	    "0 to 1 (default 0.0005)",
	    OPT_PPB, &halts, 0, 0, NULL },
	{ 0, "splits", NULL, "split one share in eight", OPT_FLAG, &splits, 0,
	    0, NULL },
	{ 0, "dir", "DIR",
	    "the folder to write into, made if it is not there "
	    "(default: this one)",
	    OPT_TEXT, &dir, 0, 0, NULL },
	{ 0, "print", "WHAT",
	    "write stocks, daily, minute or splits to stdout "
	    "and no file",
	    OPT_TEXT, &print, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "make-market",
	.synopsis = "[--dir DIR | --print WHAT]",
	.summary = "make a plausible Korean market from a seed",
	.options = options,
};

enum file { STOCKS, DAILY, MINUTE, SPLITS, FILES };

static const struct column stock_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "name", COL_TEXT, 0 },
	{ "market", COL_TEXT, 0 },
};
static const struct column daily_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column minute_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "open", COL_WON, 0 },
	{ "high", COL_WON, 0 },
	{ "low", COL_WON, 0 },
	{ "close", COL_WON, 0 },
	{ "volume", COL_WON, 0 },
};
static const struct column split_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "factor", COL_INT, 0 },
};

static const struct {
	const char *name;
	const struct column *cols;
	size_t n;
} files[FILES] = {
	[STOCKS] = { "stocks", stock_cols, NELEM(stock_cols) },
	[DAILY] = { "daily", daily_cols, NELEM(daily_cols) },
	[MINUTE] = { "minute", minute_cols, NELEM(minute_cols) },
	[SPLITS] = { "splits", split_cols, NELEM(split_cols) },
};

/* Where the rows go; a table that is not wanted is NULL. */
struct sink {
	FILE *f[FILES];
	char *path[FILES];
	struct table *t[FILES];
};

static int
make_folders(const char *path, struct err *e)
{
	char *s = xstrdup(path);
	int rc = 0;

	for (char *p = s + 1; rc == 0 && p[-1] != '\0'; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(s, 0777) == -1 && errno != EEXIST)
			rc = err_set(e, E_FAIL, "%s: %s", s, strerror(errno));
		*p = c;
	}
	free(s);
	return rc;
}

static bool
is_wanted(enum file f)
{
	return f == STOCKS || f == DAILY || (f == MINUTE && minute_days > 0) ||
	    (f == SPLITS && splits);
}

static int
sink_open(struct sink *s, const struct opt *opt, int printed, struct err *e)
{
	if (printed != -1) {
		s->t[printed] = table_new(
		    stdout, opt->format, files[printed].cols, files[printed].n);
		return 0;
	}
	if (make_folders(dir, e) == -1)
		return -1;
	for (int f = 0; f < FILES; f++) {
		if (!is_wanted((enum file)f))
			continue;
		s->path[f] = xasprintf("%s/%s.csv", dir, files[f].name);
		if ((s->f[f] = fopen(s->path[f], "w")) == NULL)
			return err_set(
			    e, E_FAIL, "%s: %s", s->path[f], strerror(errno));
		s->t[f] = table_new(
		    s->f[f], OUT_CSV, files[f].cols, files[f].n);
	}
	return 0;
}

/* Finish all tables; a file that could not be written is an error. */
static int
sink_close(struct sink *s, int rc, struct err *e)
{
	for (int f = 0; f < FILES; f++) {
		if (s->t[f] != NULL)
			table_finish(s->t[f]);
		if (s->f[f] != NULL) {
			bool is_bad = ferror(s->f[f]) != 0;

			if ((fclose(s->f[f]) != 0 || is_bad) && rc == 0)
				rc = err_set(e, E_FAIL,
				    "%s: could not be "
				    "written",
				    s->path[f]);
		}
		free(s->path[f]);
	}
	return rc;
}

static void
write_stock(struct table *t, const struct made_stock *s)
{
	table_text(t, s->code);
	table_text(t, s->name);
	table_text(t, kind_name(s->kind));
	table_end_row(t);
}

static void
write_split(struct table *t, const struct made_stock *s, ymd date)
{
	table_text(t, s->code);
	table_int(t, date);
	table_int(t, s->split_factor);
	table_end_row(t);
}

static void
write_bars(struct table *t, const char *code, bool has_time,
    const struct made_bar *b, int n)
{
	for (int i = 0; i < n; i++, b++) {
		table_text(t, code);
		table_int(t, b->date);
		if (has_time)
			table_int(t, b->time);
		table_int(t, b->open);
		table_int(t, b->high);
		table_int(t, b->low);
		table_int(t, b->close);
		table_int(t, b->volume);
		table_end_row(t);
	}
}

static void
make(const struct generator *g, const struct sink *s)
{
	struct made_bar *daily = xcalloc((size_t)days, sizeof(*daily));
	struct made_bar *minute = xcalloc(24 * 60, sizeof(*minute));
	struct made_stock stock;

	for (int i = 0; i < stocks; i++) {
		generator_daily(g, i, &stock, daily);
		if (s->t[STOCKS] != NULL)
			write_stock(s->t[STOCKS], &stock);
		if (s->t[DAILY] != NULL)
			write_bars(
			    s->t[DAILY], stock.code, false, daily, (int)days);
		if (s->t[SPLITS] != NULL && stock.split_day != -1)
			write_split(
			    s->t[SPLITS], &stock, daily[stock.split_day].date);
		if (s->t[MINUTE] == NULL)
			continue;
		for (int d = (int)(days - minute_days); d < days; d++)
			write_bars(s->t[MINUTE], stock.code, true, minute,
			    generator_minutes(
				g, i, d, &stock, &daily[d], minute));
	}
	free(daily);
	free(minute);
}

/* Which table is to be printed; -1: none, files are written. */
static int
printed_file(void)
{
	if (print == NULL)
		return -1;
	for (int f = 0; f < FILES; f++) {
		if (strcmp(print, files[f].name) == 0)
			return f;
	}
	opt_fail("--print: '%s': want stocks, daily, minute or splits", print);
}

static void
check_options(int printed)
{
	if (halts < 0 || halts > PPB_ONE)
		opt_fail("--halts: want a chance from 0 to 1");
	if (minute_days == -1)
		minute_days = minutes || printed == MINUTE ? days : 0;
	if (minute_days > days)
		minute_days = days;
	splits = splits || printed == SPLITS;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct generate_spec spec;
	struct calendar *cal;
	struct generator *g = NULL;
	struct sink sink = { 0 };
	int printed, rc = -1;

	opt_parse(&opt, argc, argv, &tool);
	printed = printed_file();
	check_options(printed);
	spec = (struct generate_spec){ .seed = (uint64_t)seed,
		.stocks = (int)stocks,
		.from = from,
		.days = (int)days,
		.halts = halts,
		.splits = splits };
	if ((cal = krx_calendar_new(krx_holidays_csv, krx_special_hours_csv,
		 krx_session_history_csv, &e)) == NULL)
		goto out;
	if ((g = generator_new(&spec, cal, &e)) == NULL)
		goto out;
	if (opt.dry_run && printed == -1) {
		for (int f = 0; f < FILES; f++)
			if (is_wanted((enum file)f))
				printf("%s/%s.csv\n", dir, files[f].name);
		rc = 0;
		goto out;
	}
	if ((rc = sink_open(&sink, &opt, printed, &e)) == 0)
		make(g, &sink);
	rc = sink_close(&sink, rc, &e);
out:
	generator_free(g);
	calendar_free(cal);
	return rc == -1 ? log_exit(&e) : out_finish();
}
