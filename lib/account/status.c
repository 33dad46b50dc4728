/* status.c - see status.h. */
#include "account/status.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/books.h"
#include "store/orders.h"
#include "store/prices.h"
#include "store/quotes.h"
#include "store/runs.h"
#include "store/settings.h"
#include "store/signals.h"

#define CALENDAR_WARNING 30  /* days before it ends (T30) */
#define LATE_SECONDS     600 /* since the last pass: cron has stopped */

const char *const status_section_name[STATUS_SECTIONS] = {
	[STATUS_TRADING] = "trading",
	[STATUS_SESSION] = "session",
	[STATUS_ACCOUNT] = "account",
	[STATUS_STRATEGY] = "strategy",
	[STATUS_POSITION] = "position",
	[STATUS_ORDER] = "order",
	[STATUS_SIGNAL] = "signal",
	[STATUS_ALERT] = "alert",
	[STATUS_DRIFT] = "drift",
	[STATUS_PROGRAM] = "program",
};

/* What is read once and used by several sections. */
struct reading {
	struct store *db;
	const struct clock *now;
	ymd today;
	hhmm at;
	struct session ses;
	bool is_known; /* the calendar has today */
	struct day_row day;
	bool is_begun;     /* the day has been begun here */
	bool expects_pass; /* a strategy is on, or sells what it holds */
	struct status *out;
};

/* The row lives until the next one is added. */
static struct status_row *
add(struct reading *r, enum status_section section, const char *name)
{
	struct status *s = r->out;
	struct status_row *row;

	s->row = xrealloc(s->row, (size_t)s->n + 1, sizeof(*s->row));
	row = &s->row[s->n++];
	*row = (struct status_row){ .section = section,
		.quantity = STATUS_NONE,
		.filled = STATUS_NONE,
		.price = STATUS_NONE,
		.last = STATUS_NONE,
		.value = STATUS_NONE,
		.profit = NAN };
	snprintf(row->name, sizeof(row->name), "%s", name);
	return row;
}

static void say(char *out, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out, size, fmt, ap);
	va_end(ap);
}
#define SAY(field, ...) say(field, sizeof(field), __VA_ARGS__)

/* Whose and which, with the stock's name. */
static int
put_owner(struct reading *r, struct status_row *row, const char *strategy,
    const char *code, struct err *e)
{
	struct stock_row stock;

	SAY(row->strategy, "%s", strategy);
	SAY(row->code, "%s", code);
	if (code[0] == '\0')
		return 0;
	if (store_stock(r->db, code, &stock, e) == -1)
		return -1;
	SAY(row->stock, "%s", stock.name);
	return 0;
}

/* ---- Halts, latches, the session --------------------------------------------- */

static void
read_latch(struct reading *r, const char *name, hhmm since)
{
	struct status_row *row;

	if (since == 0)
		return;
	row = add(r, STATUS_TRADING, name);
	SAY(row->state, "fired");
	SAY(row->note, "%s", r->day.stop_reason);
	row->at = clock_epoch_at(r->day.day, since, 0);
}

static int
read_trading(struct reading *r, struct err *e)
{
	struct halt_row *halt;
	struct status_row *row;
	int n, rc = 0;

	if (store_halts(r->db, &halt, &n, e) == -1)
		return -1;
	row = add(r, STATUS_TRADING, "entries");
	SAY(row->state, "allowed");
	for (int i = 0; i < n; i++)
		if (halt[i].scope == HALT_ALL || halt[i].scope == HALT_ENTRIES)
			SAY(row->state, "halted");
	for (int i = 0; i < n && rc == 0; i++) {
		bool is_code = halt[i].scope == HALT_CODE;

		row = add(r, STATUS_TRADING, "halt");
		SAY(row->state, "%s", halt_scope_name(halt[i].scope));
		row->at = halt[i].since;
		SAY(row->note, "%s", halt[i].reason);
		if (halt[i].what[0] != '\0')
			rc = put_owner(r, row, is_code ? "" : halt[i].what,
			    is_code ? halt[i].what : "", e);
	}
	free(halt);
	if (r->is_begun) {
		read_latch(r, "portfolio stop", r->day.portfolio_stop);
		read_latch(r, "loss of the day", r->day.loss_stop);
	}
	return rc;
}

static const char *
phase_word(const struct session *s, hhmm at)
{
	switch (session_phase(s, at)) {
	case PHASE_ENTRY:
		return "entry";
	case PHASE_CONTINUOUS:
		return "continuous";
	case PHASE_AUCTION:
		return "closing auction";
	case PHASE_CLOSED:
		break;
	}
	return at < s->entry ? "before" : at < s->close ? "break" : "over";
}

static int
read_session(struct reading *r, struct err *e)
{
	const struct session *s = &r->ses;
	struct calendar *cal = store_calendar(r->db, r->today, e);
	struct status_row *row;
	ymd last;

	if (cal == NULL)
		return -1;
	last = calendar_last(cal);
	calendar_free(cal);
	row = add(r, STATUS_SESSION, "");
	SAY(row->name, "%d", r->today);
	if (!r->is_known) {
		SAY(row->state, "unknown");
		SAY(row->note,
		    "the calendar has no such day; nothing is traded");
		row->is_wrong = true;
		return 0;
	}
	SAY(row->state, "%s", s->is_open ? phase_word(s, r->at) : "no session");
	if (s->is_open)
		SAY(row->note,
		    "orders from %02d:%02d, open %02d:%02d,"
		    " closing auction %02d:%02d, close %02d:%02d",
		    s->entry / 100, s->entry % 100, s->open / 100,
		    s->open % 100, s->auction / 100, s->auction % 100,
		    s->close / 100, s->close % 100);
	if (ymd_diff(last, r->today) < CALENDAR_WARNING) {
		row = add(r, STATUS_SESSION, "calendar");
		SAY(row->state, "ends soon");
		SAY(row->note,
		    "its last day is %d, after which nothing is traded", last);
	}
	return 0;
}

/* ---- Money and holdings -------------------------------------------------------- */

/* What a share is worth: the last price, else the base, the last close, what
 * it cost. */
static int
price_of(struct reading *r, const char *code, won *price, struct err *e)
{
	struct quote_row q;

	if (store_quote(r->db, code, &q, e) == -1)
		return -1;
	*price = q.last != 0 ? q.last : q.base;
	return *price != 0 ?
	    0 :
	    store_prev_close(r->db, code, ymd_add(r->today, 1), price, e);
}

static int
lot_order(const void *a, const void *b)
{
	const struct lot_row *x = a, *y = b;
	int c = strcmp(x->strategy, y->strategy);

	return c != 0 ? c : strcmp(x->code, y->code);
}

/* The position that begins at lot[i]; *next is the first lot after it. */
static int
read_position(struct reading *r, const struct lot_row *lot, int i, int n,
    int *next, won *value, struct err *e)
{
	struct status_row *row = add(r, STATUS_POSITION, "");
	won cost = 0, price;
	qty shares = 0;
	int k = i;

	for (; k < n && lot_order(&lot[k], &lot[i]) == 0; k++) {
		shares += lot[k].n;
		cost += lot[k].cost;
	}
	*next = k;
	if (put_owner(r, row, lot[i].strategy, lot[i].code, e) == -1 ||
	    price_of(r, lot[i].code, &price, e) == -1)
		return -1;
	row->quantity = shares;
	row->price = cost / shares; /* for display: rounded down */
	*value = price != 0 ? price * shares : cost;
	row->value = *value;
	if (price != 0)
		row->last = price;
	if (price != 0 && cost > 0)
		row->profit = (double)(*value - cost) / (double)cost;
	return 0;
}

static int
read_positions(struct reading *r, won *holdings, struct err *e)
{
	struct lot_row *lot;
	won value;
	int n, rc = 0;

	*holdings = 0;
	if (store_lots(r->db, &lot, &n, e) == -1)
		return -1;
	if (n > 0)
		qsort(lot, (size_t)n, sizeof(*lot), lot_order);
	for (int i = 0; i < n && rc == 0;) {
		rc = read_position(r, lot, i, n, &i, &value, e);
		*holdings += rc == 0 ? value : 0;
	}
	free(lot);
	return rc;
}

static int
read_account(struct reading *r, won holdings, struct err *e)
{
	struct status_row *row;
	won cash, start = r->day.start_equity;
	int got = store_cash(r->db, &cash, e);

	if (got == -1)
		return -1;
	row = add(r, STATUS_ACCOUNT, "cash");
	if (got == 0)
		SAY(row->note,
		    "the account was never read: no entries before"
		    " sync-account");
	else
		row->value = cash;
	row = add(r, STATUS_ACCOUNT, "holdings");
	row->value = holdings;
	row = add(r, STATUS_ACCOUNT, "equity");
	row->value = cash + holdings;
	if (!r->is_begun)
		return 0;
	row = add(r, STATUS_ACCOUNT, "profit of the day");
	row->value = cash + holdings - start;
	if (start > 0)
		row->profit = (double)row->value / (double)start;
	return 0;
}

static int
read_strategies(struct reading *r, struct err *e)
{
	struct strategy_row *s;
	int n;

	if (store_strategies(r->db, &s, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		struct status_row *row = add(r, STATUS_STRATEGY, "");

		r->expects_pass |= s[i].is_on || s[i].is_leaving;
		SAY(row->strategy, "%s", s[i].name);
		SAY(row->state, "%s",
		    s[i].is_leaving ? "leaving" :
			s[i].is_on  ? "on" :
				      "off");
		SAY(row->note, "%.120s%s%.120s", s[i].daily,
		    s[i].minute[0] != '\0' ? " " : "", s[i].minute);
	}
	free(s);
	return 0;
}

/* ---- Orders and signals --------------------------------------------------------- */

static int
read_orders(struct reading *r, struct err *e)
{
	struct order_row *o;
	int n, rc = 0;

	/* Of day 0 there are none: only those not yet final are left. */
	if (store_orders(r->db, 0, &o, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		struct status_row *row = add(r, STATUS_ORDER, "");

		SAY(row->name, "%lld", (long long)o[i].id);
		rc = put_owner(r, row, o[i].strategy, o[i].code, e);
		row->side = side_name(o[i].side);
		SAY(row->state, "%s", o[i].state);
		row->quantity = o[i].n;
		row->filled = o[i].filled;
		if (!o[i].is_market)
			row->price = o[i].limit;
		row->at = o[i].sending_at;
		SAY(row->note, "%s%s%s%s", o[i].is_market ? "market; " : "",
		    o[i].reason, o[i].wants_cancel ? "; cancel asked" : "",
		    o[i].day < r->today ? "; of an earlier day" : "");
		row->is_wrong = strcmp(o[i].state, "unknown") == 0 ||
		    o[i].day < r->today;
	}
	free(o);
	return rc;
}

static int
read_signals(struct reading *r, struct err *e)
{
	struct signal_row *g;
	int n, rc = 0;

	if (store_signals(r->db, &g, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		struct status_row *row;

		/* Of days that are over only what is carried is of interest. */
		if (strcmp(g[i].state, "pending") != 0 ||
		    (g[i].day < r->today && !g[i].is_urgent))
			continue;
		row = add(r, STATUS_SIGNAL, "");
		rc = put_owner(r, row, g[i].strategy, g[i].code, e);
		row->side = side_name(g[i].side);
		SAY(row->state, "%s", g[i].is_urgent ? "urgent" : "pending");
		if (g[i].target != 0)
			row->price = g[i].target;
		if (g[i].price != 0)
			row->last = g[i].price;
		row->at = clock_epoch_at(g[i].day, g[i].made, 0);
		SAY(row->note, "%s",
		    g[i].reason[0] != '\0' ? g[i].reason : "waits");
	}
	free(g);
	return rc;
}

/* ---- What is wrong ---------------------------------------------------------------- */

static int
read_alerts(struct reading *r, struct err *e)
{
	struct alert_row *a;
	int n;

	if (store_alerts(r->db, &a, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		struct status_row *row = add(r, STATUS_ALERT, a[i].name);

		SAY(row->state, "standing");
		row->quantity = a[i].count;
		row->at = a[i].first_at;
		SAY(row->note, "%s: %s", a[i].program, a[i].message);
		row->is_wrong = true;
	}
	free(a);
	return 0;
}

static int
read_drifts(struct reading *r, struct err *e)
{
	struct drift_row *d;
	int n, rc = 0;

	if (store_drifts(r->db, &d, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		struct status_row *row = add(r, STATUS_DRIFT, d[i].kind);

		rc = put_owner(r, row, d[i].strategy, d[i].code, e);
		SAY(row->state, "%s", d[i].name);
		row->value = d[i].difference;
		row->at = d[i].first_at;
		SAY(row->note, "database %lld, broker %lld%s%s",
		    (long long)d[i].book, (long long)d[i].broker,
		    d[i].note[0] != '\0' ? "; " : "", d[i].note);
		row->is_wrong = true;
	}
	free(d);
	return rc;
}

static bool
is_alive(int64_t pid)
{
	return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

/*
 * place-orders runs in each minute of a session.  A pass of an earlier day is
 * late too, once the market has been open long enough: a machine that was
 * switched off and on again, and whose cron was not.  Without a strategy that
 * is on nobody expects a pass.
 */
static bool
is_late(const struct reading *r, const struct run_row *run, epoch at)
{
	epoch open = clock_epoch_at(r->today, r->ses.open, 0);

	if (!r->is_known || session_phase(&r->ses, r->at) != PHASE_CONTINUOUS ||
	    strcmp(run->program, "place-orders") != 0)
		return false;
	if (run->day != r->today && !r->expects_pass)
		return false;
	return r->now->now - (at > open ? at : open) > LATE_SECONDS;
}

static int
read_programs(struct reading *r, struct err *e)
{
	struct run_row *run;
	int n;

	if (store_last_runs(r->db, &run, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		struct status_row *row = add(r, STATUS_PROGRAM, run[i].program);

		row->at = clock_epoch_at(run[i].day, run[i].time, 0);
		SAY(row->note, "%s", run[i].message);
		if (run[i].status == -1 && is_alive(run[i].pid)) {
			SAY(row->state, "running");
			continue;
		}
		row->is_wrong = run[i].status != 0;
		if (run[i].status == -1)
			SAY(row->state, "killed");
		else if (run[i].status == 0)
			SAY(row->state, "ok");
		else
			SAY(row->state, "failed (%d)", run[i].status);
		if (is_late(r, &run[i], row->at)) {
			if (!row->is_wrong)
				SAY(row->state, "late");
			SAY(row->note, "%s%sdoes cron run it?", run[i].message,
			    run[i].message[0] != '\0' ? "; " : "");
			row->is_wrong = true;
		}
	}
	free(run);
	return 0;
}

/* ---- All of it ----------------------------------------------------------------------- */

/* By section; within one, as they were read. */
static void
sort_rows(struct status *s)
{
	struct status_row *sorted;
	int n = 0;

	sorted = xcalloc((size_t)s->n + 1, sizeof(*sorted));
	for (int k = 0; k < STATUS_SECTIONS; k++)
		for (int i = 0; i < s->n; i++)
			if ((int)s->row[i].section == k)
				sorted[n++] = s->row[i];
	free(s->row);
	s->row = sorted;
}

static int
read_all(struct reading *r, struct err *e)
{
	int got = store_session(r->db, r->today, &r->ses, e), begun;
	won holdings;

	if (got == -1 || (begun = store_day(r->db, r->today, &r->day, e)) == -1)
		return -1;
	r->is_known = got == 1;
	r->is_begun = begun == 1;
	if (read_trading(r, e) == -1 || read_session(r, e) == -1 ||
	    read_positions(r, &holdings, e) == -1 ||
	    read_account(r, holdings, e) == -1 || read_strategies(r, e) == -1 ||
	    read_orders(r, e) == -1 || read_signals(r, e) == -1 ||
	    read_alerts(r, e) == -1 || read_drifts(r, e) == -1)
		return -1;
	return read_programs(r, e);
}

int
status_read(struct store *db, const struct clock *now, struct status *out,
    struct err *e)
{
	struct reading r = { .db = db,
		.now = now,
		.today = clock_ymd(now),
		.at = clock_hhmm(now),
		.out = out };
	int rc;

	*out = (struct status){ 0 };
	if (store_begin_read(db, e) == -1)
		return -1;
	rc = read_all(&r, e);
	store_rollback(db);
	if (rc == -1)
		status_fini(out);
	else
		sort_rows(out);
	return rc;
}

void
status_fini(struct status *s)
{
	free(s->row);
	*s = (struct status){ 0 };
}
