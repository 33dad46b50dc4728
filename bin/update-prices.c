/*
 * update-prices - prices from the broker into the database.
 *
 * Without options: what this minute needs, quotes and minute bars of the
 * watched, held and ordered stocks; before the open, or where the machine was
 * off then, also the daily bars of the sessions since the last run, and the
 * end of the last session.
 */
#include "account/refresh.h"
#include "base/date.h"
#include "base/log.h"
#include "base/code.h"
#include "base/opt.h"

#include <string.h>

static bool stocks, daily, minute, calendar;
static int64_t backfill;

static const struct opt_def options[] = {
	{ 0, "stocks", NULL, "the list of stocks", OPT_FLAG, &stocks, 0, 0,
	    NULL },
	{ 0, "calendar", NULL, "the days of the exchange", OPT_FLAG, &calendar,
	    0, 0, NULL },
	{ 0, "daily", NULL, "daily bars since the last one known", OPT_FLAG,
	    &daily, 0, 0, NULL },
	{ 0, "minute", NULL, "quotes and today's minute bars", OPT_FLAG,
	    &minute, 0, 0, NULL },
	{ 0, "backfill", "DAYS",
	    "history of so many days, with --daily or"
	    " --minute",
	    OPT_INT, &backfill, 1, 36500, NULL },
	{ 0 },
};
static const struct tool tool = {
	.name = "update-prices",
	.synopsis =
	    "[--stocks] [--calendar] [--daily] [--minute] [--backfill DAYS]"
	    " [CODE...]",
	.summary = "fetch quotes and bars from the broker",
	.options = options,
	.max_operands = -1,
};

static bool
is_before_open(const struct live *v)
{
	return v->ses->is_open && v->at < v->ses->open &&
	    v->at >= v->ses->entry;
}

/* In the session, and two minutes after it for the closing bar. */
static bool
is_trading(const struct live *v)
{
	return v->ses->is_open && v->at >= v->ses->entry &&
	    hhmm_diff(v->at, v->ses->close) <= 2;
}

/* After that, for half an hour: was it off when the closing bar was made? */
static bool
is_after(const struct live *v)
{
	int minutes = hhmm_diff(v->at, v->ses->close);

	return v->ses->is_open && minutes > 2 && minutes < 30;
}

static int
what_was_asked(struct live *v, const struct codes *codes,
    struct refresh_counts *n, struct err *e)
{
	if (stocks && refresh_stocks(v, n, e) == -1)
		return -1;
	if (calendar && refresh_calendar(v, n, e) == -1)
		return -1;
	if (daily && refresh_daily(v, codes, (int)backfill, n, e) == -1)
		return -1;
	if (!minute)
		return 0;
	if (backfill > 0 &&
	    refresh_history_minutes(v, codes, (int)backfill, n, e) == -1)
		return -1;
	if (refresh_quotes(v, codes, n, e) == -1)
		return -1;
	return refresh_minutes(v, codes, n, e);
}

/* Do the bars of the days before today belong to what this minute needs? */
static int
days_are_due(struct live *v, const struct codes *codes, struct err *e)
{
	if (is_before_open(v))
		return 1;
	return v->at < v->ses->close ? refresh_is_behind(v, codes, e) : 0;
}

/* The days, and the end of the last one, that were missed. */
static int
catch_up(struct live *v, const struct codes *codes, struct refresh_counts *n,
    struct err *e)
{
	const struct session *last = calendar_prev(v->cal, v->date);

	if (refresh_daily(v, codes, 0, n, e) == -1)
		return -1;
	return last == NULL ? 0 : refresh_rest(v, codes, last, n, e);
}

static int
what_is_needed(struct live *v, const struct codes *codes,
    struct refresh_counts *n, struct err *e)
{
	struct err days = { 0 };
	int due = days_are_due(v, codes, e), rc = 0;

	if (due == 1)
		rc = catch_up(v, codes, n, &days);
	if (due == -1 || refresh_quotes(v, codes, n, e) == -1 ||
	    refresh_minutes(v, codes, n, e) == -1)
		return -1;
	if (rc == -1)
		*e = days;
	return rc;
}

static int
codes_given(char *argv[], struct codes *codes, struct err *e)
{
	for (; *argv != NULL; argv++) {
		if (!code_valid(*argv))
			return err_set(e, E_USAGE,
			    "'%s' is no stock code, such"
			    " as 005930",
			    *argv);
		codes_add(codes, *argv);
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct live v;
	struct codes codes = { 0 };
	struct refresh_counts n = { 0 };
	int first = opt_parse(&opt, argc, argv, &tool), rc = -1, status;
	bool asked = stocks || calendar || daily || minute || first < argc;

	if (backfill > 0 && !daily && !minute)
		opt_fail("--backfill goes with --daily or --minute");
	if (!stocks && !calendar && !daily)
		minute = true;
	if (live_open(&v, tool.name, &opt, 0, &e) == -1)
		goto out;
	if (!asked && !is_trading(&v) &&
	    !is_after(&v)) { /* silence, not failure */
		rc = 0;
		goto out;
	}
	if (codes_given(argv + first, &codes, &e) == -1 ||
	    live_begin(&v, 300, &e) == -1 ||
	    (backfill > 0 && live_whole_calendar(&v, &e) == -1) ||
	    live_broker(&v, &e) == -1 ||
	    (codes.n == 0 && refresh_codes(&v, &codes, &e) == -1))
		goto out;
	rc = asked       ? what_was_asked(&v, &codes, &n, &e) :
	    is_after(&v) ? refresh_rest(&v, &codes, v.ses, &n, &e) :
			   what_is_needed(&v, &codes, &n, &e);
	log_info("%lld bars, %d quotes, %d stocks without an answer",
	    (long long)n.rows, n.quotes, n.failed);
out:
	codes_fini(&codes);
	status = rc == -1 ? log_exit(&e) : out_finish();
	live_close(&v, status, rc == -1 ? e.msg : "");
	return status;
}
