/* refresh.c - see refresh.h. */
#include "account/refresh.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "broker/away.h"
#include "store/prices.h"
#include "store/quotes.h"
#include "store/settings.h"
#include "store/stocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
code_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

int
refresh_codes(struct live *v, struct codes *out, struct err *e)
{
	int n = 0;

	if (live_watched(v, out, e) == -1 ||
	    store_codes_in_use(v->db, out, e) == -1)
		return -1;
	if (out->n == 0)
		return 0;
	qsort(out->item, (size_t)out->n, sizeof(*out->item), code_order);
	for (int i = 1; i < out->n; i++)
		if (strcmp(out->item[i], out->item[n]) != 0)
			memcpy(
			    out->item[++n], out->item[i], sizeof(out->item[0]));
	out->n = n + 1;
	return 0;
}

/* ---- Quotes ------------------------------------------------------------------------ */

/* A status of the night before the day's entry phase may be yesterday's: it
 * does not count as told. */
static ymd
status_day(const struct live *v, const struct broker_quote *q)
{
	bool is_early = v->ses != NULL && v->ses->is_open &&
	    v->at < v->ses->entry;

	return q->has_status && !is_early ? v->date : 0;
}

static int
put_quote(struct live *v, const struct broker_quote *q, epoch at, struct err *e)
{
	struct quote_row r = { .last = q->last,
		.bid = q->bid,
		.ask = q->ask,
		.base = q->base,
		.lower = q->lower,
		.upper = q->upper,
		.volume = q->volume,
		.is_halted = q->is_halted,
		.no_entry = q->no_entry,
		.status_day = status_day(v, q),
		.polled_at = at };

	memcpy(r.code, q->code, sizeof(r.code));
	return store_put_quote(v->db, &r, e);
}

static bool
is_known(const struct broker_quote *q)
{
	return q->last != 0 || q->base != 0;
}

/* Of those marked; NULL: of all.  What the broker does not know is left out. */
static int
put_quotes(struct live *v, const struct broker_quote *q, const bool *marked,
    int n, struct err *e)
{
	if (store_begin(v->db, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		if (is_known(&q[i]) && (marked == NULL || marked[i]) &&
		    put_quote(v, &q[i], v->now->now, e) == -1) {
			store_rollback(v->db);
			return -1;
		}
	}
	return store_commit(v->db, e);
}

#define NAMED_MOST 5

/* One line, however many got none: what is held among them waits with its
 * stop, which place-orders tells (alarm.c). */
static void
tell_missing(const struct broker_quote *q, int n)
{
	char names[NAMED_MOST * (CODE_SIZE + 2)] = "";
	size_t used = 0;
	int missing = 0;

	for (int i = 0; i < n; i++) {
		if (is_known(&q[i]) || missing++ >= NAMED_MOST)
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", missing > 1 ? ", " : "", q[i].code);
	}
	if (missing > NAMED_MOST)
		log_warn("the broker has no quote of %s and %d more", names,
		    missing - NAMED_MOST);
	else if (missing > 0)
		log_warn("the broker has no quote of %s", names);
}

/* Ask for one stock alone, and take its status; its price too, if there is
 * none yet. */
static int
ask_alone(struct live *v, struct broker_quote *q, struct err *e)
{
	struct broker_quote one = { 0 };

	memcpy(one.code, q->code, sizeof(one.code));
	if (v->broker->ops->quotes(v->broker, &one, 1, e) == -1)
		return -1;
	if (!is_known(q))
		*q = one;
	q->has_status = one.has_status;
	q->is_halted = one.is_halted;
	q->no_entry = one.no_entry;
	return 0;
}

#define ALONE_MOST  60    /* stocks a run: some seconds, at the firm's limit */
#define FAILED_MOST 3     /* then it is the firm that fails */
#define LONGEST_MS  15000 /* then none is begun: cron's line has exits behind */

/* Those of the n stocks marked, from another one on each minute, lest some
 * that get no answer, or are many, keep the others from theirs for ever: by
 * primes, so that each is the first in its turn. */
static void
ask_marked(struct live *v, struct broker_quote *q, const bool *marked, int n,
    int64_t until_ms)
{
	int minute = v->at / 100 * 60 + v->at % 100;
	int first = n == 0 ? 0 : minute * (n % 59 != 0 ? 59 : 53) % n;
	int asked = 0, failed = 0;
	struct err e;

	for (int i = 0; i < n && asked < ALONE_MOST && failed < FAILED_MOST;
	     i++) {
		int k = (first + i) % n;

		if (!marked[k])
			continue;
		if (monotonic_ms() > until_ms)
			return;
		asked++;
		if (ask_alone(v, &q[k], &e) == -1 && failed++ == 0)
			log_warn("%s: its status is not known: %s", q[k].code,
			    e.msg);
	}
}

/*
 * What a quote among many left out is asked for: each run of what the
 * strategies hold and order, for their exits wait for the end of a halt
 * (T18), and for a price; of the others once a day, before they may be entered
 * (T21), and again while they are halted.
 */
static int
ask_untold(struct live *v, struct broker_quote *q, int n, struct err *e)
{
	struct codes at_work = { 0 };
	bool *first = xcalloc((size_t)n + 1, sizeof(*first));
	bool *then = xcalloc((size_t)n + 1, sizeof(*then));
	bool *told = xcalloc((size_t)n + 1, sizeof(*told));
	struct quote_row r;
	int count = 0;
	int64_t until_ms = monotonic_ms() + LONGEST_MS;
	int rc = store_codes_at_work(v->db, &at_work, e);

	for (int i = 0; i < n && rc != -1; i++) {
		if (q[i].has_status)
			continue;
		first[i] = codes_find(&at_work, q[i].code) >= 0;
		rc = store_quote(v->db, q[i].code, &r, e);
		then[i] = !first[i] && is_known(&q[i]) &&
		    (r.status_day != v->date || r.is_halted);
	}
	if (rc != -1) {
		ask_marked(v, q, first, n, until_ms);
		ask_marked(v, q, then, n, until_ms);
		for (int i = 0; i < n; i++) {
			told[i] = first[i] || (then[i] && q[i].has_status);
			count += told[i];
		}
		if (count > 0 && !v->dry_run)
			rc = put_quotes(v, q, told, n, e);
	}
	codes_fini(&at_work);
	free(first);
	free(then);
	free(told);
	return rc == -1 ? -1 : 0;
}

/* The prices are kept before a status is asked for: that may take long where
 * the firm is in trouble, and stops need the prices now. */
int
refresh_quotes(struct live *v, const struct codes *codes,
    struct refresh_counts *n, struct err *e)
{
	struct broker_quote *q = xcalloc((size_t)codes->n + 1, sizeof(*q));
	int rc = -1;

	for (int i = 0; i < codes->n; i++)
		memcpy(q[i].code, codes->item[i], sizeof(q[i].code));
	if (v->broker->ops->quotes(v->broker, q, codes->n, e) == -1)
		goto out;
	if ((!v->dry_run && put_quotes(v, q, NULL, codes->n, e) == -1) ||
	    ((v->broker->caps & CAP_STATUS) != 0 &&
		ask_untold(v, q, codes->n, e) == -1))
		goto out;
	tell_missing(q, codes->n);
	for (int i = 0; i < codes->n && !v->dry_run; i++)
		++*(is_known(&q[i]) ? &n->quotes : &n->failed);
	rc = 0;
out:
	free(q);
	return rc;
}

/* ---- Bars --------------------------------------------------------------------------- */

static int
put_bars(struct live *v, const char *code, const struct bar_store *s,
    struct refresh_counts *n, struct err *e)
{
	struct put_counts c = { 0 };

	for (int i = 0; i < s->n; i++) {
		struct bar b = bar_store_at(s, i);

		if ((s->has_time ?
			    store_put_minute(v->db, code, &b, &c, e) :
			    store_put_daily(v->db, code, &b, &c, e)) == -1)
			return -1;
	}
	n->rows += c.added + c.changed;
	return 0;
}

/* Into a stock's bars; 1: there was nothing to ask for. */
typedef int (*fetch)(struct live *, const char *code, void *arg,
    struct bar_store *, struct err *);

/*
 * Ask for each code, into its s[i]: how many got no answer, of which `why` is
 * the first's.  Where the broker is away the rest is not asked for, and has
 * none either.
 */
static int
ask_each(struct live *v, const struct codes *codes, fetch get, void *arg,
    struct bar_store *s, const char *what, struct err *why)
{
	struct progress p;
	struct away away = { 0 };
	int failed = 0, i;
	bool is_away = false;

	progress_start(&p, what, codes->n);
	for (i = 0; i < codes->n && !is_away; i++) {
		int64_t began = monotonic_ms();
		struct err e = { 0 };
		int rc = get(v, codes->item[i], arg, &s[i], &e);

		if (rc == -1) {
			bar_store_clear(&s[i]);
			err_wrap(&e, "%s", codes->item[i]);
			if (failed++ == 0)
				*why = e;
		}
		is_away = rc != 1 &&
		    away_after(&away, began, rc == -1 ? &e : NULL);
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	if (failed > 0 && failed < i && i < codes->n)
		log_warn("%s; the broker answers no more, and %d stocks are"
			 " left as they are",
		    why->msg, codes->n - i);
	else if (failed > 0 && failed < i)
		log_warn("%s", why->msg);
	return failed + codes->n - i;
}

/*
 * For each code: ask the broker outside any transaction, then store in
 * batches.  A code whose answer fails is counted and left as it is; if all
 * fail the broker is away.
 */
static int
each_code(struct live *v, const struct codes *codes, fetch get, void *arg,
    bool has_time, const char *what, struct refresh_counts *n, struct err *e)
{
	struct bar_store *s = xcalloc((size_t)codes->n + 1, sizeof(*s));
	struct err why = { 0 };
	int failed, rc = -1;

	for (int i = 0; i < codes->n; i++)
		bar_store_init(&s[i], has_time);
	failed = ask_each(v, codes, get, arg, s, what, &why);
	n->failed += failed;
	if (codes->n > 0 && failed == codes->n) {
		*e = why;
		goto out;
	}
	if (v->dry_run) {
		rc = 0;
		goto out;
	}
	if (store_begin(v->db, e) == -1)
		goto out;
	for (int i = 0; i < codes->n; i++) {
		if (put_bars(v, codes->item[i], &s[i], n, e) == -1) {
			store_rollback(v->db);
			goto out;
		}
	}
	rc = store_commit(v->db, e);
out:
	for (int i = 0; i < codes->n; i++)
		bar_store_fini(&s[i]);
	free(s);
	return rc;
}

#define LATE 10 /* minutes */

/* A bar can be revised, or come later than those after it: the last ten
 * minutes are asked for again, and on the half hour and after the close the
 * whole session (L5). */
static hhmm
ask_from(const struct live *v, hhmm last)
{
	if (last <= LATE || v->at % 100 % 30 == 0 || v->at > v->ses->close)
		return 0;
	return hhmm_add(last, -LATE);
}

static int
get_today(struct live *v, const char *code, void *arg, struct bar_store *out,
    struct err *e)
{
	hhmm last;

	(void)arg;
	if (store_minute_last(v->db, code, v->date, &last, e) == -1)
		return -1;
	return v->broker->ops->minute_bars(
	    v->broker, code, v->date, ask_from(v, last), v->at - 1, out, e);
}

int
refresh_minutes(struct live *v, const struct codes *codes,
    struct refresh_counts *n, struct err *e)
{
	if (v->ses == NULL || !v->ses->is_open || v->at <= v->ses->open)
		return 0;
	return each_code(v, codes, get_today, NULL, true, "minute bars", n, e);
}

/* What is missing at the end of a session that is over; nothing where its last
 * bar is there, or none at all.  On the day itself, every ten minutes, all of
 * it: a bar before the last one may have been late, and a stock that a person
 * bought by hand is known to be held since the account was compared. */
static int
get_rest(struct live *v, const char *code, void *arg, struct bar_store *out,
    struct err *e)
{
	const struct session *s = arg;
	bool all = s->date == v->date && v->at % 10 == 0;
	hhmm last;

	if (store_minute_last(v->db, code, s->date, &last, e) == -1)
		return -1;
	if ((last < 0 || last >= s->close) && !all)
		return 1;
	return v->broker->ops->minute_bars(v->broker, code, s->date,
	    all || last <= LATE ? 0 : hhmm_add(last, -LATE), s->close, out, e);
}

int
refresh_rest(struct live *v, const struct codes *codes, const struct session *s,
    struct refresh_counts *n, struct err *e)
{
	if (s->date != v->date && (v->broker->caps & CAP_PAST_MINUTES) == 0) {
		log_info("%s tells no minutes of past days; those of %d stay as"
			 " they are",
		    v->broker->ops->name, s->date);
		return 0;
	}
	return each_code(v, codes, get_rest, (void *)(uintptr_t)s, true,
	    "the end of a session", n, e);
}

/* Sessions of which the bar of the close is not there, whole: what is missing
 * in the midst of one cannot be told from minutes without trades. */
static int
get_days_of_minutes(struct live *v, const char *code, void *arg,
    struct bar_store *out, struct err *e)
{
	const struct session *s = v->ses;
	int left = *(int *)arg, rc = 1;

	if (s == NULL || !s->is_open)
		s = calendar_prev(v->cal, v->date);
	for (; s != NULL && left > 0;
	     s = calendar_prev(v->cal, s->date), left--) {
		hhmm last;

		if (store_minute_last(v->db, code, s->date, &last, e) == -1)
			return -1;
		if (s->date != v->date && last >= s->close)
			continue;
		if (v->broker->ops->minute_bars(v->broker, code, s->date, 0,
			s->date == v->date ? v->at - 1 : 2359, out, e) == -1)
			return -1;
		rc = 0;
	}
	return rc;
}

int
refresh_history_minutes(struct live *v, const struct codes *codes, int days,
    struct refresh_counts *n, struct err *e)
{
	return each_code(v, codes, get_days_of_minutes, &days, true,
	    "minutes of earlier days", n, e);
}

/* The last session whose daily bar is final. */
static ymd
last_final_day(const struct live *v)
{
	const struct session *s = v->ses;

	if (s == NULL || !s->is_open || v->at <= s->close)
		s = calendar_prev(v->cal, v->date);
	return s != NULL ? s->date : 0;
}

static int
get_days(struct live *v, const char *code, void *arg, struct bar_store *out,
    struct err *e)
{
	ymd to = last_final_day(v), first, last;
	int days = *(int *)arg;

	if (store_daily_span(v->db, code, &first, &last, e) == -1)
		return -1;
	if (days > 0 && (first == 0 || first > ymd_add(v->date, -days)))
		last = ymd_add(v->date, -days);
	else if (last >= to)
		return 1;
	return v->broker->ops->daily_bars(
	    v->broker, code, last != 0 ? last : YMD_MIN, to, out, e);
}

int
refresh_daily(struct live *v, const struct codes *codes, int days,
    struct refresh_counts *n, struct err *e)
{
	if (last_final_day(v) == 0)
		return 0;
	return each_code(v, codes, get_days, &days, false, "daily bars", n, e);
}

int
refresh_is_behind(struct live *v, const struct codes *codes, struct err *e)
{
	ymd to = last_final_day(v), first, last;
	bool any = false;

	for (int i = 0; i < codes->n; i++) {
		if (store_daily_span(v->db, codes->item[i], &first, &last, e) ==
		    -1)
			return -1;
		if (last >= to)
			return 0;
		any = any || last != 0;
	}
	return any;
}

/* ---- Stocks -------------------------------------------------------------------------- */

int
refresh_stocks(struct live *v, struct refresh_counts *n, struct err *e)
{
	struct broker_stocks list = { 0 };
	struct put_counts c = { 0 };
	int rc = -1;

	if (v->broker->ops->stocks(v->broker, &list, e) == -1)
		goto out;
	if (v->dry_run) {
		rc = 0;
		goto out;
	}
	if (store_begin(v->db, e) == -1)
		goto out;
	for (int i = 0; i < list.n; i++) {
		struct stock_row r = { .kind = list.item[i].kind,
			.leverage = list.item[i].leverage };

		memcpy(r.code, list.item[i].code, sizeof(r.code));
		memcpy(r.name, list.item[i].name, sizeof(r.name));
		if (store_put_stock(v->db, &r, v->now->now, &c, e) == -1) {
			store_rollback(v->db);
			goto out;
		}
	}
	n->rows += c.added + c.changed;
	rc = store_commit(v->db, e);
out:
	free(list.item);
	return rc;
}

/* ---- Days ---------------------------------------------------------------------------- */

static int
put_day(struct live *v, const struct broker_day *d, struct put_counts *c,
    struct err *e)
{
	const struct session *s = calendar_day(v->cal, d->date);

	if (s != NULL && s->is_open == d->is_open)
		return 0;
	log_warn("%d: the broker says that the exchange is %s; the calendar"
		 " said otherwise",
	    d->date, d->is_open ? "open" : "closed");
	return store_put_calendar_day(
	    v->db, d->date, d->is_open, "as the broker says", c, e);
}

int
refresh_calendar(struct live *v, struct refresh_counts *n, struct err *e)
{
	struct broker_days list = { 0 };
	struct put_counts c = { 0 };
	int rc = -1;

	if (v->broker->ops->days == NULL)
		return err_set(e, E_USAGE,
		    "--calendar: the broker %s tells no days",
		    v->broker->ops->name);
	if (v->broker->ops->days(v->broker, v->date, &list, e) == -1 ||
	    store_begin(v->db, e) == -1)
		goto out;
	rc = 0;
	for (int i = 0; i < list.n && rc == 0; i++)
		rc = put_day(v, &list.item[i], &c, e);
	if (rc == -1 || v->dry_run)
		store_rollback(v->db);
	else
		rc = store_commit(v->db, e);
	n->rows += c.added + c.changed;
out:
	free(list.item);
	return rc;
}
