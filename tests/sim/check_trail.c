/*
 * check_trail.c - the trail (trading_log), row by row.
 *
 * Its rows are numbered in the order of their commits: what came before a
 * halt, and what after it, is there and nowhere else.  So an order is judged
 * at the row that planned it (S7, S8, S12), the row that sent it (S9) and the
 * row that ended it (S3), and each row must begin where the last one of that
 * order left off (S11).
 */
#include "base/clock.h"
#include "sim/check_inner.h"

const char *const check_trail_text[NSTEP] = {
	[LOG] = "SELECT id, event, order_id, request_id, state, next, program,"
		" strategy, code, message FROM trading_log WHERE id > :id"
		" ORDER BY id",
	/* Of an order just planned: minute and second of planning, and the
	 * signal that it acts on. */
	[PLANNED] =
	    "SELECT o.day, o.sent, o.why, o.attempt,"
	    " CAST(substr(planned_at, 1, 4) || substr(planned_at, 6, 2) ||"
	    " substr(planned_at, 9, 2) AS INTEGER),"
	    " CAST(substr(planned_at, 12, 2) || substr(planned_at, 15, 2) AS"
	    " INTEGER), CAST(substr(planned_at, 18, 2) AS INTEGER),"
	    " coalesce(s.day, d.day, 0), coalesce(s.stamp, d.stamp, 0),"
	    " coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE"
	    " name = 'max_delay'), 30) FROM orders o"
	    " LEFT JOIN current_signals s ON s.id = o.signal_id"
	    " LEFT JOIN daily_signals d ON d.id = o.signal_id"
	    " WHERE o.id = :id",
	/* The attempt before it. */
	[EARLIER] =
	    "SELECT p.id, p.state, p.filled < p.quantity FROM orders o"
	    " JOIN orders p ON p.day = o.day AND p.strategy = o.strategy AND"
	    " p.code = o.code AND p.side = o.side AND"
	    " p.attempt = o.attempt - 1 WHERE o.id = :id",
	/* In neither of two complete lists, both late enough after the last
	 * moment at which it can have left (T28): when it became unknown. */
	/* last_at is when it was settled, by a clock that may have been put
	 * back since the looks. */
	[ABSENCE] =
	    "SELECT CAST(strftime('%s', first_at) AS INTEGER), (SELECT"
	    " max(CAST(strftime('%s', at) AS INTEGER)) FROM trading_log WHERE"
	    " order_id = :id AND next = 'unknown') FROM drift WHERE"
	    " kind = 'order' AND book = :id AND seen >= 2",
};

/* A further attempt: has the one before it ended, with something left? */
static void
judge_attempt(struct check *c, int64_t id, const struct order *o, int attempt)
{
	sqlite3_stmt *st = check_ask(c, EARLIER, id);

	if (!check_row(c, st)) {
		check_breach(c, "S8",
		    "order %" PRId64 " is attempt %d, and there"
		    " is none before",
		    id, attempt);
		return;
	}
	if (!is_final(check_state(st, 1)) ||
	    (o->is_buy && !sqlite3_column_int(st, 2)))
		check_breach(c, "S8",
		    "order %" PRId64 " was formed though order %" PRId64
		    " is %s",
		    id, i64(st, 0), check_state_word[check_state(st, 1)]);
	sqlite3_reset(st);
}

/* An entry just planned: is its minute right, and did its strategy say so for
 * that minute (T2)? */
static void
judge_plan(struct check *c, int64_t id, const struct order *o)
{
	sqlite3_stmt *st = check_ask(c, PLANNED, id);
	int attempt = 1;

	while (check_row(c, st)) {
		ymd day = sqlite3_column_int(st, 0);
		hhmm sent = sqlite3_column_int(st, 1);

		attempt = sqlite3_column_int(st, 3);
		if (!o->is_buy)
			continue;
		if (day != sqlite3_column_int(st, 4) ||
		    sent != sqlite3_column_int(st, 5) ||
		    sqlite3_column_int(st, 6) > sqlite3_column_int(st, 9))
			check_breach(c, "S12",
			    "entry %" PRId64
			    " for %04d was planned at %04d:%02d",
			    id, sent, sqlite3_column_int(st, 5),
			    sqlite3_column_int(st, 6));
		/* Of what was there before us it may have been said since,
		 * by a clock that was put back. */
		if (c->is_first)
			continue;
		if (day != sqlite3_column_int(st, 7) ||
		    sent > sqlite3_column_int(st, 8))
			check_breach(c, "S12",
			    "entry %" PRId64 " at %d %04d acts on a signal of"
			    " %d %04d",
			    id, day, sent, sqlite3_column_int(st, 7),
			    sqlite3_column_int(st, 8));
	}
	if (attempt > 1)
		judge_attempt(c, id, o, attempt);
}

/* A buy just planned: with what was bound at that row of the trail, is there
 * cash for it?  What the broker refused afterwards does not excuse it. */
static void
planned_within_cash(struct check *c, int64_t id, const struct order *o)
{
	int64_t bound = 0;

	if (!o->is_buy || c->is_first || c->cash_moved)
		return;
	for (int i = 0; i < c->ours.n; i++) {
		const struct order *x = &c->ours.item[i];

		if (x->is_there && x->is_buy && x->logged != NOTHING_ &&
		    !is_final(x->logged))
			bound += x->reserve * (x->n - x->filled);
	}
	if (bound > c->balance)
		check_breach(c, "S7",
		    "with entry %" PRId64 " buys bind %" PRId64
		    " won, the cash is %" PRId64,
		    id, bound, c->balance);
}

/* An entry just planned: are there at most so many positions, counting each
 * buy that is not final as one?  A position counts that was there before the
 * step and after it. */
static void
planned_within_count(struct check *c, int64_t id, const struct order *o)
{
	int most = c->most > c->most_before ? c->most : c->most_before, n = 0;

	if (!o->is_buy || c->is_first || c->most == 0 || c->most_before == 0)
		return;
	for (int i = 0; i < c->place.n; i++) {
		struct place *p = &c->place.item[i];

		p->is_counted = p->lots > 0 && p->lots_before > 0 &&
		    strcmp(p->strategy, "MANUAL") != 0;
		n += p->is_counted;
	}
	for (int i = 0; i < c->ours.n; i++) {
		const struct order *x = &c->ours.item[i];

		if (!x->is_there || !x->is_buy || x->logged == NOTHING_ ||
		    is_final(x->logged) || c->place.item[x->place].is_counted)
			continue;
		c->place.item[x->place].is_counted = true;
		n++;
	}
	if (n > most)
		check_breach(c, "P6",
		    "with entry %" PRId64 " there are %d positions, of %d", id,
		    n, most);
}

static bool
proved_absent(struct check *c, int64_t id)
{
	sqlite3_stmt *st = check_ask(c, ABSENCE, id);
	bool proved = false;

	while (check_row(c, st)) {
		epoch looked = i64(st, 0), left = i64(st, 1);

		/* Or it left by a clock that was put back since. */
		proved = proved || looked - left > 120 ||
		    (left > looked && left <= c->put_back);
	}
	return proved;
}

/* It was refused, by the books or by who stands before them. */
static bool
refused(struct check *c, struct order *o, enum state from)
{
	return (c->has_gate && from == SENDING_ && o->sent == 0) ||
	    (!check_works_there(c, o) &&
		(o->was_refused || check_ended_there(c, o, REJECTED_)));
}

/* A clock that was put forward, and back, has ended the session for the books;
 * a firm that does not tell the two apart has it taken back in the session. */
static bool
expired_by_clock(struct check *c, struct order *o)
{
	struct clock then = { .now = c->put_back };

	return c->has_gate && clock_ymd(&then) == o->day &&
	    check_ended_there(c, o, EXPIRED_);
}

/* It is final: who says so? */
static void
judge_end(struct check *c, int64_t id, struct order *o, enum state from,
    enum state to)
{
	bool known = o->is_settled || o->day == 0;

	switch (to) {
	case FILLED_:
		known = known || check_filled_there(c, o) >= o->n;
		break;
	case CANCELLED_:
		known = known ||
		    (!check_works_there(c, o) &&
			(check_ended_there(c, o, CANCELLED_) ||
			    check_ended_there(c, o, REJECTED_) ||
			    expired_by_clock(c, o)));
		break;
	case REJECTED_:
		known = known || refused(c, o, from);
		break;
	case EXPIRED_: /* so is what is refused as too early or too late */
		known = known || from == PLANNED_ ||
		    (from == SENDING_ && refused(c, o, from)) ||
		    (!check_works_there(c, o) &&
			check_ended_there(c, o, EXPIRED_)) ||
		    (from == UNKNOWN_ && proved_absent(c, id));
		break;
	default:
		return;
	}
	if (!known)
		check_breach(c, "S3",
		    "order %" PRId64 " went from %s to %s, and nobody says so",
		    id, check_state_word[from], check_state_word[to]);
}

static void
order_moved(struct check *c, sqlite3_stmt *st, int64_t log)
{
	int64_t id = i64(st, 2);
	struct order *o = check_order(c, id);
	enum state from = check_state(st, 4), to = check_state(st, 5);
	const char *words = (const char *)sqlite3_column_text(st, 9);

	if (o == NULL || !o->is_there)
		return;
	if (words != NULL && strncmp(words, "settled by the person", 21) == 0) {
		o->is_settled = c->is_settling = true;
	}
	if (from != o->logged)
		check_breach(c, "S11",
		    "order %" PRId64 " was moved from %s to %s, and was %s", id,
		    check_state_word[from], check_state_word[to],
		    check_state_word[o->logged]);
	o->logged = to;
	o->was_unknown = o->was_unknown || to == UNKNOWN_;
	if (!o->is_visited)
		check_look_again(c, id);
	if (from == NOTHING_) {
		c->planned_buy = c->planned_buy || (o->is_buy && !c->is_first);
		if (!o->is_buy && !c->is_first)
			c->place.item[o->place].sell_planned = c->step;
		judge_plan(c, id, o);
		check_closed(c, id, o);
		planned_within_cash(c, id, o);
		planned_within_count(c, id, o);
		if (strcmp(c->place.item[o->place].strategy, "MANUAL") == 0)
			check_breach(c, "P5",
			    "order %" PRId64 " is for what no strategy bought",
			    id);
		check_at_halt(c, id, o, log, "planned");
	}
	if (to == SENDING_ && from != SENDING_)
		check_at_halt(c, id, o, log, "sent");
	if (from != to && is_final(to))
		judge_end(c, id, o, from, to);
}

/* A halt of all orders stops amends too; what is cancelled may go. */
static void
request_moved(struct check *c, sqlite3_stmt *st, int64_t log)
{
	const char *words = (const char *)sqlite3_column_text(st, 9);
	const struct order *o = check_order(c, i64(st, 2));

	if (o != NULL && o->is_there && words != NULL &&
	    strncmp(words, "amend", 5) == 0 && is_word(st, 5, "sending"))
		check_amend_at_halt(c, i64(st, 2), log);
}

/* A strategy's halt goes with it. */
static bool
strategy_went(sqlite3_stmt *st)
{
	const char *words = (const char *)sqlite3_column_text(st, 9);

	return is_word(st, 1, "set") && words != NULL &&
	    strncmp(words, "removed", 7) == 0;
}

/* First the halts, for what was sent is judged by them; then all else. */
void
check_trail(struct check *c)
{
	int64_t from = c->log;
	sqlite3_stmt *st = check_ask(c, LOG, from);

	while (check_row(c, st)) {
		if (is_word(st, 1, "halt"))
			check_halt_said(c, st, i64(st, 0));
		c->has_looked = c->has_looked || is_word(st, 1, "resume");
		if (is_word(st, 1, "resume"))
			for (int i = 0; i < c->halt.n; i++)
				c->halt.item[i].lifted = true;
		c->resumed = c->resumed || is_word(st, 1, "resume") ||
		    is_word(st, 1, "accept") || strategy_went(st);
		c->only_sync = c->only_sync && is_word(st, 6, "sync-account");
		c->accepted = c->accepted || is_word(st, 1, "accept");
		c->is_settling = c->is_settling || is_word(st, 1, "adopt");
	}
	st = check_ask(c, LOG, from);
	while (check_row(c, st)) {
		int64_t id = i64(st, 0);

		c->log = id;
		if (!is_word(st, 6, "gen-signals") &&
		    !is_word(st, 6, "update-prices") &&
		    !is_word(st, 6, "eod-report"))
			c->log_synced = id;
		if (is_word(st, 1, "order"))
			order_moved(c, st, id);
		else if (is_word(st, 1, "request"))
			request_moved(c, st, id);
	}
}

/* The row and its trail change together. */
void
check_trail_agrees(struct check *c)
{
	for (int i = 0; i < c->visited.n; i++) {
		struct order *o = &c->ours.item[c->visited.item[i]];

		if (o->logged != o->state)
			check_breach(c, "S11",
			    "order %d is %s, and its trail says %s",
			    c->visited.item[i], check_state_word[o->state],
			    check_state_word[o->logged]);
		o->is_visited = false;
	}
	c->visited.n = 0;
}
