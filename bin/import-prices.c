/*
 * import-prices - prices, stocks and market days out of CSV files.
 *
 * What a file may look like and what is refused stands in store/import.h.
 * Each file is a transaction: of a bad one nothing is stored, those before it
 * stay.  --split is the person's word that a stock was split (T26).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/words.h"
#include "base/date.h"
#include "base/log.h"
#include "base/code.h"
#include "base/opt.h"
#include "store/import.h"
#include "store/splits.h"

static bool daily, minute, stocks, calendar, split, skip_bad;
static const char *label;

static const struct opt_def options[] = {
	{ 0, "daily", NULL,
	    "days: code, date, open, high, low, close, "
	    "volume",
	    OPT_FLAG, &daily, 0, 0, NULL },
	{ 0, "minute", NULL, "minutes: the same with time after date", OPT_FLAG,
	    &minute, 0, 0, NULL },
	{ 0, "stocks", NULL, "stocks: code, name, market and more", OPT_FLAG,
	    &stocks, 0, 0, NULL },
	{ 0, "calendar", NULL, "market days: date, is_open or is_holiday",
	    OPT_FLAG, &calendar, 0, 0, NULL },
	{ 0, "label", "start|end",
	    "a minute is named by its first moment (0900, the default) or "
	    "by its end (0901, as CREON does)",
	    OPT_TEXT, &label, 0, 0, NULL },
	{ 0, "skip-bad", NULL, "leave bad rows out and store the rest",
	    OPT_FLAG, &skip_bad, 0, 0, NULL },
	{ 0, "split", NULL,
	    "from DATE on, FACTOR new shares for an old one "
	    "(50, 3:2, 1:10, 1.05): rescale what came before",
	    OPT_FLAG, &split, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "import-prices",
	.synopsis = "--daily|--minute|--stocks|--calendar [FILE ...]\n"
		    "--split CODE DATE FACTOR",
	.summary = "store prices, stocks and market days from CSV files",
	.options = options,
	.more = "Columns are found by their names; those of the owner's "
		"tables are known too.  Without a FILE, stdin is read.",
	.max_operands = -1,
};

/* ---- Files ---------------------------------------------------------------------- */

/*
 * stdin may come slowly, over a network even, and no transaction waits for
 * that: it is copied to a file first, unless it is one.
 */
static int
spool_stdin(struct err *e)
{
	struct stat st;
	char block[65536];
	ssize_t got;
	FILE *f;
	bool is_good;

	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	if ((f = tmpfile()) == NULL)
		return err_set(
		    e, E_FAIL, "a file for stdin: %s", strerror(errno));
	while ((got = read(STDIN_FILENO, block, sizeof(block))) > 0 ||
	    (got == -1 && errno == EINTR))
		if (got > 0 && fwrite(block, 1, (size_t)got, f) != (size_t)got)
			break;
	is_good = got == 0 && fflush(f) == 0 &&
	    lseek(fileno(f), 0, SEEK_SET) == 0 &&
	    dup2(fileno(f), STDIN_FILENO) != -1;
	if (!is_good)
		err_set(e, E_FAIL, "reading stdin: %s", strerror(errno));
	fclose(f);
	return is_good ? 0 : -1;
}

static const struct column checked_cols[] = {
	{ "file", COL_TEXT, 0 },
	{ "rows", COL_INT, 0 },
	{ "bad", COL_INT, 0 },
};

static void
report(const char *path, const struct import_result *r, struct table *checked)
{
	if (checked != NULL) {
		table_text(checked, path);
		table_int(checked, r->rows);
		table_int(checked, r->bad);
		table_end_row(checked);
	} else
		log_info(
		    "%s: %lld rows: %lld new, %lld changed, %lld as before",
		    path, (long long)r->rows, (long long)r->put.added,
		    (long long)r->put.changed, (long long)r->put.same);
	if (r->bad > 0)
		log_warn("%lld bad row%s left out; the first: %s",
		    (long long)r->bad, r->bad == 1 ? "" : "s",
		    r->first_bad.msg);
}

static int
import_all(struct store *db, const struct import_spec *spec, char *const *path,
    int n, struct table *checked, struct err *e)
{
	struct import_result r;

	for (int i = 0; i < n; i++) {
		if (strcmp(path[i], "-") == 0 && spool_stdin(e) == -1)
			return -1;
		if (import_file(db, spec, path[i], &r, e) == -1) {
			size_t used = strlen(e->msg);

			if (!spec->dry_run && used < sizeof(e->msg))
				snprintf(e->msg + used, sizeof(e->msg) - used,
				    "; nothing of this file was stored");
			return -1;
		}
		report(
		    strcmp(path[i], "-") == 0 ? "stdin" : path[i], &r, checked);
	}
	return 0;
}

static int
import(struct store *db, const struct opt *opt, char *const *path, int n,
    struct err *e)
{
	static char *const from_stdin[] = { "-" };
	struct calendar *cal = NULL;
	struct table *checked = NULL;
	struct import_spec spec = {
		.kind = daily ? IMPORT_DAILY :
		    minute    ? IMPORT_MINUTE :
		    stocks    ? IMPORT_STOCKS :
				IMPORT_CALENDAR,
		.label_end = label != NULL && strcmp(label, "end") == 0,
		.skip_bad = skip_bad,
		.dry_run = opt->dry_run,
		.at = opt->now.now,
	};
	int rc;

	if ((daily || minute) && (cal = store_calendar(db, 0, e)) == NULL)
		return -1;
	spec.cal = cal;
	if (opt->dry_run)
		checked = table_new(
		    stdout, opt->format, checked_cols, NELEM(checked_cols));
	rc = import_all(
	    db, &spec, n > 0 ? path : from_stdin, n > 0 ? n : 1, checked, e);
	if (checked != NULL)
		table_finish(checked);
	calendar_free(cal);
	return rc;
}

/* ---- Splits --------------------------------------------------------------------- */

static void
read_split(const struct opt *opt, char *const *arg, int n, struct split *p)
{
	struct factor_words factor;
	struct err e = { 0 };

	if (n != 3)
		opt_fail("--split wants CODE DATE FACTOR");
	if (!code_valid(arg[0]))
		opt_fail("--split: code '%s': want six characters, such as"
			 " 005930",
		    arg[0]);
	memcpy(p->code, arg[0], 7);
	if (ymd_parse(arg[1], &p->day) == -1)
		opt_fail("--split: date '%s': want YYYYMMDD", arg[1]);
	if (p->day > clock_ymd(&opt->now))
		opt_fail("--split: %d has not come yet", (int)p->day);
	if (factor_parse(arg[2], &factor, &e) == -1)
		opt_fail("--split: %s", e.msg);
	p->new_shares = factor.new_shares;
	p->old_shares = factor.old_shares;
}

/* Within the caller's transaction. */
static int
rescale(struct store *db, const struct opt *opt, struct split *p, struct err *e)
{
	struct session day;
	int got = store_session(db, p->day, &day, e);

	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(
		    e, E_CONFIG, "the calendar has no day %d", (int)p->day);
	if (!day.is_open)
		return err_set(e, E_USAGE,
		    "--split: %d is no session; want the first"
		    " day at the new price",
		    (int)p->day);
	got = store_split(db, p, tool.name, opt->now.now, e);
	if (got == 1 && p->daily_rows + p->minute_rows + p->lots == 0)
		return err_set(e, E_DATA,
		    "%s: nothing is known of it before %d, so"
		    " there is nothing to rescale",
		    p->code, (int)p->day);
	return got;
}

static const struct column split_cols[] = {
	{ "code", COL_TEXT, 0 },
	{ "date", COL_YMD, 0 },
	{ "new_shares", COL_INT, 0 },
	{ "old_shares", COL_INT, 0 },
	{ "daily_rows", COL_INT, 0 },
	{ "minute_rows", COL_INT, 0 },
	{ "lots", COL_INT, 0 },
};

static void
print_split(const struct split *p, enum out_format format)
{
	struct table *t = table_new(
	    stdout, format, split_cols, NELEM(split_cols));

	table_text(t, p->code);
	table_int(t, p->day);
	table_int(t, p->new_shares);
	table_int(t, p->old_shares);
	table_int(t, p->daily_rows);
	table_int(t, p->minute_rows);
	table_int(t, p->lots);
	table_end_row(t);
	table_finish(t);
}

static int
run_split(
    struct store *db, const struct opt *opt, struct split *p, struct err *e)
{
	int got;

	if (store_begin(db, e) == -1)
		return -1;
	got = rescale(db, opt, p, e);
	if (got != 1 || opt->dry_run)
		store_rollback(db);
	else if (store_commit(db, e) == -1)
		return -1;
	if (got == 1 && opt->dry_run)
		print_split(p, opt->format);
	else if (got == 1)
		log_info("%s: %lld days, %lld minutes, %lld lots before %d"
			 " rescaled by %lld:%lld",
		    p->code, (long long)p->daily_rows,
		    (long long)p->minute_rows, (long long)p->lots, (int)p->day,
		    (long long)p->new_shares, (long long)p->old_shares);
	else if (got == 0)
		log_info("%s: this split was done before", p->code);
	return got == -1 ? -1 : 0;
}

/* ---- The call ------------------------------------------------------------------- */

static void
check_options(void)
{
	if (daily + minute + stocks + calendar + split != 1)
		opt_fail("want one of --daily, --minute, --stocks, --calendar"
			 " and --split");
	if (label != NULL && strcmp(label, "start") != 0 &&
	    strcmp(label, "end") != 0)
		opt_fail("--label: '%s': want start or end", label);
	if (label != NULL && !minute)
		opt_fail("--label goes with --minute");
	if (skip_bad && split)
		opt_fail("--skip-bad goes with files");
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct split s = { 0 };
	struct store *db;
	int i = opt_parse(&opt, argc, argv, &tool), rc = -1;

	check_options();
	if (split)
		read_split(&opt, argv + i, argc - i, &s);
	if (isatty(STDERR_FILENO) && opt.verbosity == 0)
		log_level(+1);
	if ((db = store_open(opt.db,
		 split           ? STORE_ORDERS :
		     opt.dry_run ? STORE_READ :
				   0,
		 &e)) == NULL)
		goto out;
	rc = split ? run_split(db, &opt, &s, &e) :
		     import(db, &opt, argv + i, argc - i, &e);
out:
	store_close(db);
	return rc == -1 ? log_exit(&e) : out_finish();
}
