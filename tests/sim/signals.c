/*
 * signals.c - see signals.h.
 *
 * A step of the simulator lies between two looks, and in it gen-signals may
 * have committed before or after another program did.  So what it saw is
 * known as a range: from the newest bar at the last look to the newest now;
 * settings likewise.  Mostly both are the same, and the answer is one.
 */
#include "sim/signals.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "trouble.h"
#include "world.h"

#define ROWS  400
#define CODES 32
#define NAMES 8
#define WATCH 64
#define PAST  64
#define BARS  400 /* of a day, and the close of the one before */

enum { SIGNALS, STOCKS, STRATEGIES, WATCHED, CLOSES, RUN, NASKED };

static const char *const text[NASKED] = {
	[SIGNALS] = "SELECT strategy, code, side = 'buy', state = 'pending',"
		    " score, stamp, is_said FROM current_signals WHERE day ="
		    " :day AND NOT is_urgent",
	/* Newest bar of today, newest close of the days before. */
	[STOCKS] =
	    "SELECT code, coalesce((SELECT time FROM minute_price m WHERE"
	    " m.code = s.code AND date = :day AND volume > 0 ORDER BY time"
	    " DESC LIMIT 1), -1), coalesce((SELECT close FROM daily_price d"
	    " WHERE d.code = s.code AND date < :day ORDER BY date DESC LIMIT"
	    " 1), 0) FROM stock_info s ORDER BY code",
	[STRATEGIES] = "SELECT name, daily, is_on AND NOT is_leaving FROM"
		       " strategy ORDER BY name",
	[WATCHED] = "SELECT strategy, code FROM universe",
	/* What can have been the last close: of the bars from :from on, all
	 * before :stamp. */
	[CLOSES] =
	    "SELECT close FROM minute_price WHERE code = :code AND date ="
	    " :day AND volume > 0 AND time < :stamp AND time >= coalesce("
	    "(SELECT max(time) FROM minute_price WHERE code = :code AND date ="
	    " :day AND volume > 0 AND time < :stamp AND time <= :from), 0)",
	[RUN] = "SELECT time, unixepoch(started_at) FROM program_run"
		" WHERE program = 'gen-signals' AND pid = :pid AND status = 0"
		" ORDER BY id DESC LIMIT 1",
};

/* What was there at the last look, and is now. */
struct stock {
	char code[CODE_SIZE];
	int last;      /* newest bar; -1: none yet */
	int64_t close; /* of the day before */
};

struct strategy {
	char name[NAME_SIZE];
	bool is_dice, is_on;
	unsigned salt;
	int buys, sells; /* so many in a hundred */
};

/* A row of the person's list; whose: '*' for all. */
struct watch {
	char whose[NAME_SIZE], code[CODE_SIZE];
};

struct said {
	char strategy[NAME_SIZE], code[CODE_SIZE];
	bool is_buy, is_pending, is_said;
	double score;
	hhmm stamp;
};

struct look {
	struct stock stock[CODES];
	struct strategy strategy[NAMES];
	struct watch watch[WATCH];
	struct said said[ROWS];
	int nstock, nstrategy, nwatch, nsaid;
	int64_t at;
};

int64_t signals_judged;

static sqlite3 *db; /* that the statements are of */
static sqlite3_stmt *stmt[NASKED];
static day_found *found;
static ymd today;
static hhmm opens;
static int64_t day_over, faults_before, last_now;
static int boot;
static bool is_spoiled[3];
static bool has_before; /* there was a look today, and none was spoiled */
static struct look now;
static struct look past[PAST]; /* since there is one before: the last ones */
static int npast;
static const struct look *before = past; /* what now is compared with */

static void __attribute__((format(printf, 1, 2))) breach(const char *fmt, ...)
{
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	found("S10", what);
}

/* ---- Asking ---------------------------------------------------------------- */

static sqlite3_stmt *
ask(int i)
{
	if (db != world_db()) { /* the power went; the old one is lost */
		db = world_db();
		memset(stmt, 0, sizeof(stmt));
	}
	if (stmt[i] == NULL &&
	    sqlite3_prepare_v3(db, text[i], -1, SQLITE_PREPARE_PERSISTENT,
		&stmt[i], NULL) != SQLITE_OK) {
		fprintf(
		    stderr, "signals: %s: %s\n", text[i], sqlite3_errmsg(db));
		exit(70);
	}
	sqlite3_reset(stmt[i]);
	return stmt[i];
}

static void
bind(sqlite3_stmt *st, const char *name, int64_t v)
{
	sqlite3_bind_int64(st, sqlite3_bind_parameter_index(st, name), v);
}

static void
bind_code(sqlite3_stmt *st, const char *code)
{
	sqlite3_bind_text(st, sqlite3_bind_parameter_index(st, ":code"), code,
	    -1, SQLITE_STATIC);
}

#define COPY(to, st, i) \
	snprintf(to, sizeof(to), "%s", (const char *)sqlite3_column_text(st, i))

static void
look_at_stocks(struct look *l)
{
	sqlite3_stmt *st = ask(STOCKS);

	bind(st, ":day", today);
	for (l->nstock = 0;
	     l->nstock < CODES && sqlite3_step(st) == SQLITE_ROW;) {
		struct stock *s = &l->stock[l->nstock++];

		COPY(s->code, st, 0);
		s->last = sqlite3_column_int(st, 1);
		s->close = sqlite3_column_int64(st, 2);
	}
	sqlite3_reset(st);
}

static void
look_at_strategies(struct look *l)
{
	sqlite3_stmt *st = ask(STRATEGIES);

	for (l->nstrategy = 0;
	     l->nstrategy < NAMES && sqlite3_step(st) == SQLITE_ROW;) {
		struct strategy *s = &l->strategy[l->nstrategy++];
		const char *daily = (const char *)sqlite3_column_text(st, 1);

		COPY(s->name, st, 0);
		s->is_dice = sscanf(daily, "dice:salt=%u,buys=%d,sells=%d",
				 &s->salt, &s->buys, &s->sells) == 3;
		s->is_on = sqlite3_column_int(st, 2);
	}
	sqlite3_reset(st);
}

static void
look_at_lists(struct look *l)
{
	sqlite3_stmt *st = ask(WATCHED);

	for (l->nwatch = 0;
	     l->nwatch < WATCH && sqlite3_step(st) == SQLITE_ROW;) {
		struct watch *w = &l->watch[l->nwatch++];

		COPY(w->whose, st, 0);
		COPY(w->code, st, 1);
	}
	sqlite3_reset(st);
}

static void
look_at_signals(struct look *l)
{
	sqlite3_stmt *st = ask(SIGNALS);

	bind(st, ":day", today);
	for (l->nsaid = 0; l->nsaid < ROWS && sqlite3_step(st) == SQLITE_ROW;) {
		struct said *s = &l->said[l->nsaid++];

		COPY(s->strategy, st, 0);
		COPY(s->code, st, 1);
		s->is_buy = sqlite3_column_int(st, 2);
		s->is_pending = sqlite3_column_int(st, 3);
		s->score = sqlite3_column_double(st, 4);
		s->stamp = sqlite3_column_int(st, 5);
		s->is_said = sqlite3_column_int(st, 6);
	}
	sqlite3_reset(st);
}

/* ---- The rule --------------------------------------------------------------- */

/* What is thrown for a stock whose last close is this. */
static int throw(uint64_t salt, const char *code, hhmm at, int64_t close)
{
	uint64_t h = (uint64_t)today;

	h = h * 1000003 + (uint64_t)(hhmm_diff(at, opens) / 3);
	h = h * 1000003 + salt;
	h = h * 1000003 + (uint64_t)close;
	while (*code != '\0')
		h = (h ^ (uint64_t)*code++) * UINT64_C(1099511628211);
	return (int)((h >> 29) % 100);
}

static const struct stock *
stock_of(const struct look *l, const char *code)
{
	for (int i = 0; i < l->nstock; i++)
		if (strcmp(l->stock[i].code, code) == 0)
			return &l->stock[i];
	return NULL;
}

static const struct strategy *
strategy_of(const struct look *l, const char *name)
{
	for (int i = 0; i < l->nstrategy; i++)
		if (strcmp(l->strategy[i].name, name) == 0)
			return &l->strategy[i];
	return NULL;
}

/* Its own list and the one for all; where both are empty, all stocks. */
static bool
is_watched(const struct look *l, const char *strategy, const char *code)
{
	bool has_list = false;

	for (int i = 0; i < l->nwatch; i++) {
		const struct watch *w = &l->watch[i];

		if (strcmp(w->whose, "*") != 0 &&
		    strcmp(w->whose, strategy) != 0)
			continue;
		if (strcmp(w->code, code) == 0)
			return true;
		has_list = true;
	}
	return !has_list;
}

static bool
is_whole(const char *code)
{
	return !is_spoiled[atoi(code) % 3];
}

/* The closes that may have been the last when it was said for that minute;
 * how many.  After a pause of an hour all of its bars can come in one step. */
static int
closes_of(const char *code, hhmm stamp, int64_t *close, int cap)
{
	const struct stock *was = stock_of(before, code);
	const struct stock *is = stock_of(&now, code);
	sqlite3_stmt *st = ask(CLOSES);
	int n = 0, bars;

	if (was == NULL || is == NULL)
		return 0;
	bind(st, ":day", today);
	bind(st, ":stamp", stamp);
	bind(st, ":from", was->last);
	bind_code(st, code);
	while (n < cap - 2 && sqlite3_step(st) == SQLITE_ROW)
		close[n++] = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	bars = n;
	if (bars == 0 || was->last == -1) { /* none of today */
		close[n++] = was->close;
		if (is->close != was->close)
			close[n++] = is->close;
	}
	return n;
}

/* ---- Judging ------------------------------------------------------------------ */

/* Whether it was still said then or not. */
static const struct said *
said_before(const struct said *s)
{
	for (int i = 0; i < before->nsaid; i++) {
		const struct said *b = &before->said[i];

		if (b->is_buy == s->is_buy && strcmp(b->code, s->code) == 0 &&
		    strcmp(b->strategy, s->strategy) == 0)
			return b;
	}
	return NULL;
}

/* May the dice have said it, with one of these closes and salts? */
static bool
is_dices(const struct said *s, const int64_t *close, int n,
    const struct strategy *by, bool by_score)
{
	for (int i = 0; i < n; i++) {
		int h = throw(by->salt, s->code, s->stamp, close[i]);

		if ((s->is_buy ? h < by->buys : h >= 100 - by->sells) &&
		    (!by_score || (int)s->score == h))
			return true;
	}
	return false;
}

static void
judge_signal(const struct said *s)
{
	const struct strategy *was = strategy_of(before, s->strategy);
	const struct strategy *is = strategy_of(&now, s->strategy);
	const struct said *b = said_before(s);
	bool by_score = s->is_pending && (b == NULL || b->is_pending);
	int64_t close[BARS];
	int n;

	if (was == NULL || is == NULL || !was->is_dice || !is->is_dice ||
	    !is_whole(s->code) || !s->is_said ||
	    (b != NULL && b->is_said && b->stamp == s->stamp))
		return;
	signals_judged++;
	if (s->is_buy && !is_watched(before, s->strategy, s->code) &&
	    !is_watched(&now, s->strategy, s->code))
		breach("%s: the buy of %s for %04d is of a stock that it does"
		       " not watch",
		    s->strategy, s->code, s->stamp);
	n = closes_of(s->code, s->stamp, close, NELEM(close));
	if (n > 0 && !is_dices(s, close, n, was, by_score) &&
	    !is_dices(s, close, n, is, by_score))
		breach("%s: the %s of %s for %04d, score %g, is not what it"
		       " says over the bars before (last close %" PRId64 ")",
		    s->strategy, s->is_buy ? "buy" : "sell", s->code, s->stamp,
		    s->score, close[n - 1]);
}

static bool
is_stored(const char *strategy, const char *code, hhmm stamp)
{
	for (int i = 0; i < now.nsaid; i++) {
		const struct said *s = &now.said[i];

		if (s->is_said && s->is_buy && s->stamp == stamp &&
		    strcmp(s->code, code) == 0 &&
		    strcmp(s->strategy, strategy) == 0)
			return true;
	}
	return false;
}

/* All that it says is there. */
static void
judge_all(const struct strategy *is, hhmm stamp)
{
	const struct strategy *was = strategy_of(before, is->name);
	int64_t close[BARS];

	if (was == NULL || !was->is_dice || !is->is_dice || !was->is_on ||
	    !is->is_on || was->salt != is->salt || was->buys != is->buys)
		return;
	for (int i = 0; i < now.nstock; i++) {
		const char *code = now.stock[i].code;

		if (is_whole(code) && is_watched(before, is->name, code) &&
		    is_watched(&now, is->name, code) &&
		    closes_of(code, stamp, close, NELEM(close)) == 1 &&
		    close[0] != 0 &&
		    throw(is->salt, code, stamp, close[0]) < is->buys &&
		    !is_stored(is->name, code, stamp))
			breach("%s says at %04d to buy %s, and nothing is"
			       " stored",
			    is->name, stamp, code);
	}
}

/* The minute that this run was for, and its beginning; false: it has no row. */
static bool
run_of(const struct proc *p, hhmm *at, int64_t *began)
{
	sqlite3_stmt *st = ask(RUN);
	bool has_row;

	bind(st, ":pid", p->pid);
	if ((has_row = sqlite3_step(st) == SQLITE_ROW)) {
		*at = sqlite3_column_int(st, 0);
		*began = sqlite3_column_int64(st, 1) * 1000;
	}
	sqlite3_reset(st);
	return has_row;
}

/* The last look before that; NULL: it was too long ago, or before something
 * that spoiled it. */
static const struct look *
look_before(int64_t began)
{
	for (int i = 0; i < PAST && i < npast; i++) {
		const struct look *l = &past[(npast - 1 - i) % PAST];

		if (l->at < began)
			return l;
	}
	return NULL;
}

/* A run of gen-signals for this minute has said all that it should.  What came
 * after its beginning it need not have seen. */
static void
judge_run(const struct proc *p, hhmm at)
{
	const struct look *was;
	int64_t began;
	hhmm run;

	if (!has_before || !run_of(p, &run, &began) || run != at ||
	    (was = look_before(began)) == NULL)
		return;
	before = was;
	for (int i = 0; i < now.nstrategy; i++)
		judge_all(&now.strategy[i], run);
}

/* A bar is known when its minute is over. */
static void
judge_bars(hhmm at)
{
	for (int i = 0; i < now.nstock; i++)
		if (now.stock[i].last >= at)
			breach("%s: the bar of %04d is recorded at %04d",
			    now.stock[i].code, now.stock[i].last, at);
}

static int64_t
faults(void)
{
	static const enum trouble which[] = { T_CLOCK_BACK, T_CLOCK_FORWARD,
		T_HAND_DELETES, T_OLD_BACKUP };
	int64_t n = machine.clock_off != 0 ? -1 : 0;

	for (size_t i = 0; i < NELEM(which); i++)
		n += troubles.count[which[i]];
	return n;
}

void
signals_day(ymd day, hhmm open, day_found *f)
{
	today = day;
	day_over = clock_epoch_at(day, 2359, 59) * 1000;
	opens = open;
	found = f;
	has_before = false;
	memset(is_spoiled, 0, sizeof(is_spoiled));
	faults_before = faults();
	last_now = sim_now;
}

void
signals_spoil(int third)
{
	is_spoiled[third] = true;
}

void
signals_judge(const struct proc *p)
{
	const char *text_now = world_now() + 11;
	hhmm at = (hhmm)(atoi(text_now) * 100 + atoi(text_now + 3));

	/* Waiting for a slow program can take the next minutes, too, which are
	 * played all the same. */
	if (machine.clock_off != 0 || faults() != faults_before ||
	    sim_now < last_now)
		has_before = false, faults_before = -1; /* for the day */
	last_now = sim_now;
	if (faults_before == -1 || sim_now >= day_over)
		return;
	/* With the power went what gen-signals does not wait for: an older
	 * signal may stand again, beside newer bars. */
	if (machine.boot != boot)
		has_before = false;
	boot = machine.boot;
	look_at_stocks(&now);
	look_at_strategies(&now);
	look_at_lists(&now);
	look_at_signals(&now);
	now.at = sim_now;
	if (has_before) {
		judge_bars(at);
		for (int i = 0; i < now.nsaid; i++)
			judge_signal(&now.said[i]);
	}
	if (p != NULL && p->status == 0 && strcmp(p->text, "gen-signals") == 0)
		judge_run(p, at);
	if (!has_before)
		npast = 0;
	past[npast % PAST] = now;
	before = &past[npast++ % PAST];
	has_before = true;
}
