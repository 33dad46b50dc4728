/*
 * check_halts.c - what closes the market to us, and stays: halts and the day's
 * latches (S9), differences that stand (S6).
 */
#include "sim/check_inner.h"

#include <stdlib.h>

const char *const check_halts_text[NSTEP] = {
	[HALTS] = "SELECT scope, what, since FROM halt",
	[PAUSED] = "SELECT code FROM current_quote WHERE status = 'halted' OR"
		   " no_entry OR status_day <> :day",
	[DRIFTS] = "SELECT id, kind, code, difference FROM drift INDEXED BY"
		   " drift_open WHERE state = 'seen'",
	[DAY] = "SELECT day, portfolio_stop, loss_stop, start_equity"
		" FROM session_state ORDER BY day DESC LIMIT 1",
};

static bool
halt_stops(const struct halt *h, const struct check *c, const struct order *o)
{
	const struct place *p = &c->place.item[o->place];

	switch (h->scope) {
	case 'a':
		return true;
	case 'e':
		return o->is_buy;
	case 's':
		return o->is_buy && strcmp(h->what, p->strategy) == 0;
	case 'c':
		return o->is_buy && strcmp(h->what, p->code) == 0;
	}
	return false;
}

void
check_at_halt(struct check *c, int64_t id, const struct order *o, int64_t log,
    const char *what)
{
	/* A halt that no row of the trail tells of (T29) came when it was first
	 * seen: at a first look, of a backup, that is not known. */
	if (c->is_first)
		return;
	for (int i = 0; i < c->halt.n; i++) {
		const struct halt *h = &c->halt.item[i];

		if (h->is_seen && log > h->log && halt_stops(h, c, o)) {
			check_breach(c, "S9",
			    "order %" PRId64 ": %s after the halt of %s%s%s",
			    id, what, h->since, h->what[0] ? " of " : "",
			    h->what);
			return;
		}
	}
}

void
check_amend_at_halt(struct check *c, int64_t id, int64_t log)
{
	for (int i = 0; i < c->halt.n; i++) {
		const struct halt *h = &c->halt.item[i];

		if (h->scope == 'a' && h->is_seen && log > h->log)
			check_breach(c, "S9",
			    "order %" PRId64 " was amended after the halt"
			    " of all orders of %s",
			    id, h->since);
	}
}

/* Stocks that were paused before the step and are after it, were so when an
 * entry was planned in it.  One whose status nobody has told today may be
 * paused: it counts. */
void
check_paused(struct check *c, bool is_new)
{
	sqlite3_stmt *st = check_ask(c, PAUSED, c->today);

	if (is_new)
		c->paused.n = 0;
	while (check_row(c, st)) {
		struct paused *p;

		if (is_new) {
			p = ADD(c->paused);
			COPY(p->code, st, 0);
			continue;
		}
		for (int i = 0; i < c->paused.n; i++)
			if (is_word(st, 0, c->paused.item[i].code))
				c->paused.item[i].is_seen = true;
	}
}

/* While a difference stands, its stock (or all) is closed to entries; and
 * while a latch of the day, or the exchange, does. */
void
check_closed(struct check *c, int64_t id, const struct order *o)
{
	const char *code = c->place.item[o->place].code;

	if (!o->is_buy)
		return;
	if (c->latch_day == o->day &&
	    (c->portfolio_stop != 0 || c->loss_stop != 0))
		check_breach(
		    c, "S9", "entry %" PRId64 " after the day's stop", id);
	for (int i = 0; i < c->paused.n; i++)
		if (c->paused.item[i].is_seen &&
		    strcmp(c->paused.item[i].code, code) == 0)
			check_breach(c, "T21",
			    "entry %" PRId64 " in %s, which is halted,"
			    " designated, or may be",
			    id, code);
	for (int i = 0; i < c->drift.n; i++) {
		const struct drift *d = &c->drift.item[i];
		int64_t gap = d->difference < 0 ? -d->difference :
						  d->difference;

		if (d->kind == 'c' ? gap > c->start_equity / 100 :
				     strcmp(d->code, code) == 0)
			check_breach(c, "S6",
			    "entry %" PRId64 " while a difference of %" PRId64
			    " stands in %s",
			    id, d->difference,
			    d->kind == 'c' ? "the cash" : d->code);
	}
}

/* The trail's row of a halt, so that what was sent before it is no breach. */
void
check_halt_said(struct check *c, sqlite3_stmt *st, int64_t log)
{
	const char *words = (const char *)sqlite3_column_text(st, 9);
	char strategy[NAME_SIZE], code[NAME_SIZE];

	COPY(strategy, st, 7);
	COPY(code, st, 8);
	for (int i = 0; i < c->halt.n; i++) {
		struct halt *h = &c->halt.item[i];
		bool is_all = words != NULL &&
		    strncmp(words, "halt all", 8) == 0;

		if ((h->scope == 'a') != is_all ||
		    (h->scope == 's') != (strategy[0] != '\0') ||
		    (h->scope == 'c') != (code[0] != '\0') ||
		    (h->scope == 's' && strcmp(h->what, strategy) != 0) ||
		    (h->scope == 'c' && strcmp(h->what, code) != 0))
			continue;
		if (h->log == INT64_MAX || h->lifted)
			h->log = log;
		h->lifted = false;
	}
}

/* ---- Halts, latches, differences that stand ------------------------------------------------ */

void
check_halts(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, HALTS, 0);

	for (int i = 0; i < c->halt.n; i++)
		c->halt.item[i].is_seen = c->halt.item[i].lifted = false;
	while (check_row(c, st)) {
		struct halt h = { .log = INT64_MAX, .is_seen = true };
		int i = 0;

		h.scope = (char)*sqlite3_column_text(st, 0);
		COPY(h.what, st, 1);
		COPY(h.since, st, 2);
		while (i < c->halt.n &&
		    (c->halt.item[i].scope != h.scope ||
			strcmp(c->halt.item[i].what, h.what) != 0))
			i++;
		if (i == c->halt.n)
			*(struct halt *)ADD(c->halt) = h;
		else if (strcmp(c->halt.item[i].since, h.since) == 0)
			c->halt.item[i].is_seen = true;
		else /* lifted, and said again since */
			c->halt.item[i] = h;
	}
}

void
check_keep_halts(struct check *c)
{
	int kept = 0;

	for (int i = 0; i < c->halt.n; i++) {
		struct halt *h = &c->halt.item[i];

		if (!h->is_seen && !c->resumed)
			check_breach(c, "S9",
			    "the halt of %s%s%s is gone, and nobody lifted it",
			    h->since, h->what[0] ? " of " : "", h->what);
		if (!h->is_seen)
			continue;
		h->log = 0; /* whatever comes from now on is after it */
		c->halt.item[kept++] = *h;
	}
	c->halt.n = kept;
}

static void
still_stands(struct check *c, int64_t id, int64_t difference)
{
	for (int i = 0; i < c->drift.n; i++) {
		struct drift *d = &c->drift.item[i];

		if (d->id != id)
			continue;
		d->stands = true;
		/* The least that it was. */
		if (llabs(difference) < llabs(d->difference))
			d->difference = difference;
	}
}

static void
keep_standing(struct check *c)
{
	int kept = 0;

	for (int i = 0; i < c->drift.n; i++)
		if (c->drift.item[i].stands)
			c->drift.item[kept++] = c->drift.item[i];
	c->drift.n = kept;
}

/* The differences that stand now, or is_new is false: of those that stood when
 * this step began those that still do, and have stood all along. */
void
check_drifts(struct check *c, bool is_new)
{
	sqlite3_stmt *st = check_ask(c, DRIFTS, 0);

	if (is_new)
		c->drift.n = 0;
	while (check_row(c, st)) {
		struct drift *d;

		if (!is_new) {
			still_stands(c, i64(st, 0), i64(st, 3));
			continue;
		}
		d = ADD(c->drift);
		d->id = i64(st, 0);
		d->kind = (char)*sqlite3_column_text(st, 1);
		COPY(d->code, st, 2);
		d->difference = i64(st, 3);
		d->stands = false;
	}
	if (!is_new)
		keep_standing(c);
}

void
check_latches(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, DAY, 0);

	while (check_row(c, st)) {
		ymd day = sqlite3_column_int(st, 0);
		hhmm portfolio = sqlite3_column_int(st, 1);
		hhmm loss = sqlite3_column_int(st, 2);

		if (day == c->latch_day &&
		    ((c->portfolio_stop != 0 && portfolio == 0) ||
			(c->loss_stop != 0 && loss == 0)))
			check_breach(
			    c, "S9", "the stop of the day %d is gone", day);
		c->latch_day = day;
		c->portfolio_stop = portfolio;
		c->loss_stop = loss;
		c->start_equity = i64(st, 3);
	}
}
