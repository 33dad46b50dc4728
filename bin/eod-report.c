/*
 * eod-report - close the days that are over, and report on one, or on a week
 * or a month.
 *
 * Closing comes first and is committed; the report reads what is stored, so
 * that repeating it says the same.
 */
#include <string.h>

#include "account/crash.h"
#include "base/date.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/outfile.h"
#include "report/report.h"
#include "store/runs.h"
#include "store/stocks.h"
#include "strategy/guard.h"

#define LEASE_SECONDS 600

static bool daily, weekly, monthly;
static ymd date;
static enum doc_format format = DOC_TEXT;
static const char *output = "-";

static int
take_format(const char *arg, void *to, struct err *e)
{
	return doc_format_parse(arg, to) == -1 ?
	    err_set(e, E_USAGE, "'%s': want text, csv or html", arg) :
	    0;
}

static const struct opt_def options[] = {
	{ 0, "daily", NULL, "report on one session (the default)", OPT_FLAG,
	    &daily, 0, 0, NULL },
	{ 0, "weekly", NULL, "report on the week around the date, from Monday",
	    OPT_FLAG, &weekly, 0, 0, NULL },
	{ 0, "monthly", NULL, "report on the month of the date", OPT_FLAG,
	    &monthly, 0, 0, NULL },
	{ 0, "date", "DATE", "the day (default: the last session closed)",
	    OPT_YMD, &date, 0, 0, NULL },
	{ 'f', "format", "text|csv|html", "how it is written (default text)",
	    OPT_CALL, &format, 0, 0, take_format },
	{ 'o', "output", "FILE", "write to a file, whole or not at all",
	    OPT_TEXT, &output, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "eod-report",
	.synopsis = "[--daily | --weekly | --monthly] [--date DATE]",
	.summary = "close the days that are over and report on them",
	.options = options,
};

/* Store the days that are new.  They were computed in this transaction. */
static int
close_days(struct closing *c, struct store *db, const struct calendar *cal,
    const struct lease *lease, const struct opt *opt, struct err *e)
{
	int n;

	if (opt->dry_run)
		return closing_make(c, db, cal, &opt->now, e);
	if (store_begin(db, e) == -1)
		return -1;
	if (store_lease_check(db, lease, e) == -1 ||
	    closing_make(c, db, cal, &opt->now, e) == -1 ||
	    (n = closing_save(c, db, e)) == -1) {
		store_rollback(db);
		return -1;
	}
	if (n > 0)
		log_info("%d revision%s of days stored", n, n == 1 ? "" : "s");
	return store_commit(db, e);
}

/* Which closed days the report is about: [*first, *last]. */
static int
choose_days(const struct closing *c, const struct calendar *cal, enum period p,
    int *first, int *last, struct err *e)
{
	ymd newest = c->day[c->n - 1].row.day;
	ymd day = date != 0 ? date : newest, from, to;
	const struct session *s = calendar_day(cal, day);

	period_around(p, day, &from, &to);
	*first = *last = -1;
	for (int i = 0; i < c->n; i++) {
		if (c->day[i].row.day < from || c->day[i].row.day > to)
			continue;
		if (*first == -1)
			*first = i;
		*last = i;
	}
	if (*first != -1)
		return 0;
	if (from > newest && (p != PERIOD_DAY || s == NULL || s->is_open))
		return err_set(e, E_FAIL,
		    "%d: not closed yet; the last session closed is %d",
		    (int)day, (int)newest);
	return err_set(e, E_USAGE,
	    "--date %d: no session of this account (the first is %d, the last"
	    " %d)",
	    (int)day, (int)c->day[0].row.day, (int)newest);
}

static void
write_report(FILE *f, const void *doc)
{
	doc_write(doc, format, f);
}

static int
report(const struct closing *c, struct store *db, const struct calendar *cal,
    struct err *e)
{
	enum period p = weekly ? PERIOD_WEEK :
	    monthly            ? PERIOD_MONTH :
				 PERIOD_DAY;
	struct doc *doc = NULL;
	int first, last, rc = -1;

	if (c->n == 0) /* no session is over yet: nothing to say */
		return 0;
	if (choose_days(c, cal, p, &first, &last, e) == -1)
		return -1;
	if (store_begin_read(db, e) == -1)
		return -1;
	doc = report_make(db, cal, c, p, first, last, e);
	store_rollback(db);
	if (doc != NULL)
		rc = outfile_write(output, write_report, doc, e);
	doc_free(doc);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct store *db = NULL;
	struct calendar *cal = NULL;
	struct closing c = { 0 };
	struct lease lease = { 0 };
	int64_t run = -1;
	int rc = -1, status;

	guard_start(argv); /* it compares with a backtest */
	opt_parse(&opt, argc, argv, &tool);
	if (daily + weekly + monthly > 1)
		opt_fail("--daily, --weekly and --monthly exclude each other");
	if ((db = store_open(opt.db, opt.dry_run ? STORE_READ : 0, &e)) ==
		NULL ||
	    (cal = store_calendar(db, 0, &e)) == NULL)
		goto out;
	if (!opt.dry_run &&
	    (crash_again(db, tool.name, &e) == -1 ||
		store_lease_take(db, tool.name, LEASE_SECONDS, &lease, &e) ==
		    -1 ||
		(run = store_run_begin(db, tool.name, clock_ymd(&opt.now),
		     clock_hhmm(&opt.now), &e)) == -1))
		goto out;
	if (close_days(&c, db, cal, &lease, &opt, &e) == 0)
		rc = report(&c, db, cal, &e);
out:
	status = rc == -1 ? log_exit(&e) : out_finish();
	if (run != -1)
		store_run_end(
		    db, run, status, rc == -1 ? e.msg : "", &(struct err){ 0 });
	if (db != NULL)
		store_lease_release(db, &lease);
	closing_fini(&c);
	calendar_free(cal);
	store_close(db);
	return status;
}
