/*
 * check_sent.c - what arrived at the broker: each request with a row that said
 * so before (S1), once (S2), within a session (S12); and the broker's orders,
 * as its own books have them.
 */
#include "base/clock.h"
#include "sim/check_inner.h"

const char *const check_sent_text[NSTEP] = {
	[REQUESTS] = "SELECT id, at, date, time, kind, key, outcome, fault"
		     " FROM paper.request WHERE id > :id ORDER BY id",
	/* The moment of sending as the row says, which the key repeats. */
	[ORDER_SENT] = "SELECT CAST(strftime('%s', sending_at) AS INTEGER),"
		       " EXISTS (SELECT 1 FROM trading_log WHERE"
		       " order_id = :id AND event = 'order' AND"
		       " next = 'sending') FROM orders WHERE id = :id",
	[REQUEST_SENT] = "SELECT CAST(strftime('%s', sending_at) AS INTEGER),"
			 " kind, order_id FROM order_request WHERE id = :id",
	[SESSION] = "SELECT is_open, entry, close FROM market_calendar"
		    " WHERE date = :day",
	[THEIR_NEW] = "SELECT id, state, filled, n, orig_no, code, side, key"
		      " FROM paper.orders WHERE id > :id ORDER BY id",
	[THEIR_WORKING] = "SELECT id, filled FROM paper.orders INDEXED BY"
			  " orders_working WHERE state = 'working'",
	[THEIR_LAST] = "SELECT coalesce(max(id), 0) FROM paper.request",
	[THEIR_LAST_ORDER] = "SELECT coalesce(max(id), 0) FROM paper.orders",
	/* Of the last two minutes the lists may lack some. */
	[THEIR_STRANGERS] = "SELECT b.no FROM paper.orders b"
			    " WHERE b.id <= ?1 AND b.date = ?2 AND"
			    " b.listed_at <= ?3 - 120 AND b.key LIKE 'maemae-%'"
			    " AND (b.state = 'working' OR b.filled > 0) AND NOT"
			    " EXISTS (SELECT 1 FROM orders o WHERE " CHECK_FITS
			    ") LIMIT 1",
	[THEIR_ONE] =
	    "SELECT id, filled, state FROM paper.orders WHERE id = :id",
};

/* ---- The broker's log: what was sent (S1, S2, S12) ------------------------------ */

static void
session_holds(struct check *c, int64_t order, ymd day, hhmm at)
{
	sqlite3_stmt *st = check_ask(c, SESSION, day);
	bool holds = false;

	while (check_row(c, st))
		holds = sqlite3_column_int(st, 0) &&
		    at >= sqlite3_column_int(st, 1) &&
		    at < sqlite3_column_int(st, 2);
	if (!holds)
		check_breach(c, "S12",
		    "order %" PRId64 ": sent at %d %04d, outside a session",
		    order, day, at);
}

/* When the row says that it was sent; -1: never, or nothing said so. */
static int64_t
sent_at(struct check *c, int64_t id)
{
	sqlite3_stmt *st = check_ask(c, ORDER_SENT, id);
	int64_t at = -1;

	while (check_row(c, st))
		if (sqlite3_column_int(st, 1) &&
		    sqlite3_column_type(st, 0) != SQLITE_NULL)
			at = i64(st, 0);
	return at;
}

void
check_gate(struct check *c, bool has_gate)
{
	c->has_gate = has_gate;
}

void
check_clock_set(struct check *c, epoch from, epoch to)
{
	if (to < from && from > c->put_back)
		c->put_back = from;
}

static void
new_was_sent(struct check *c, int64_t id, int64_t key_at, int64_t at)
{
	struct order *o = check_order(c, id);

	if (o != NULL && o->is_buy)
		c->bought_at = key_at;
	if (sent_at(c, id) != key_at || (at < key_at && key_at > c->put_back))
		check_breach(c, "S1",
		    "order %" PRId64
		    " was sent, and no row says that it would be",
		    id);
	if (o != NULL && ++o->sent > 1)
		check_breach(c, "S2", "order %" PRId64 " was sent %d times", id,
		    o->sent);
}

static void
request_was_sent(struct check *c, int64_t id, int64_t order, const char *kind)
{
	sqlite3_stmt *st = check_ask(c, REQUEST_SENT, id);
	bool said = false;

	while (check_row(c, st))
		said = sqlite3_column_type(st, 0) != SQLITE_NULL &&
		    is_word(st, 1, kind) && i64(st, 2) == order;
	if (!said)
		check_breach(c, "S1",
		    "a %s of order %" PRId64 " was sent, and no row says that"
		    " it would be",
		    kind, order);
	for (int i = c->asked.n - 1; i >= 0; i--)
		if (c->asked.item[i] == id) {
			check_breach(c, "S2",
			    "request %" PRId64 " (%s of order %" PRId64
			    ") was sent twice",
			    id, kind, order);
			return;
		}
	*(int64_t *)ADD(c->asked) = id;
}

#define KEPT_BACK 60 /* seconds; what was claimed earlier is not sent */

void
check_requests(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, REQUESTS, c->request);
	int64_t order, key_at, req;

	while (check_row(c, st)) {
		bool is_new = is_word(st, 4, "new");
		bool is_refused = is_word(st, 6, "rejected");
		struct clock at = { .now = i64(st, 1) };
		char kind[8];

		c->request = i64(st, 0);
		if (!check_key(st, 5, &order, &key_at, &req) ||
		    (c->request <= c->excused &&
			(!is_new || sent_at(c, order) != key_at)))
			continue;
		if (is_new && is_refused && check_order(c, order) != NULL)
			check_order(c, order)->was_refused = true;
		/* Logged again as it arrives. */
		if (is_word(st, 7, "delay") && !is_word(st, 6, "delayed"))
			continue;
		COPY(kind, st, 4);
		if (is_new)
			new_was_sent(c, order, key_at, i64(st, 1));
		else
			request_was_sent(c, req, order, kind);
		/* A wire takes its time, and so may the gate: what left in the
		 * last seconds may be refused for the hour, now or when it
		 * arrives. */
		if (strcmp(kind, "cancel") != 0 &&
		    !(c->has_gate &&
			(is_refused || is_word(st, 6, "lost") ||
			    is_word(st, 6, "delayed")))) {
			/* Refused, and the clock was set since it was claimed:
			 * that moment counts. */
			if (is_new && is_refused &&
			    (at.now < key_at || at.now > key_at + KEPT_BACK))
				at.now = key_at;
			session_holds(
			    c, order, clock_ymd(&at), clock_hhmm(&at));
		}
	}
}

/* The database has forgotten what it bought, and buys on: that may be the same
 * again (S2, T29). */
void
check_strangers(struct check *c)
{
	sqlite3_stmt *st;

	if (c->unknown_to == 0 || c->is_first)
		return;
	if (c->has_looked)
		c->unknown_to = 0;
	if (c->unknown_to == 0 || c->bought_at == 0)
		return;
	st = check_ask(c, THEIR_STRANGERS, c->unknown_to);
	sqlite3_bind_int(st, 2, c->today);
	sqlite3_bind_int64(st, 3, c->bought_at);
	while (check_row(c, st))
		check_breach(c, "S2",
		    "a buy was sent beside the broker's order %" PRId64
		    ", which a backup has forgotten",
		    i64(st, 0));
}

/* ---- Orders at the broker --------------------------------------------------------- */

static enum state
their_end(sqlite3_stmt *st, int i)
{
	return is_word(st, i, "working") ? NOTHING_ : check_state(st, i);
}

/* What all of an order's are together. */
int64_t
check_filled_there(const struct check *c, const struct order *o)
{
	int64_t n = 0;

	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		n += c->theirs.item[i].filled;
	return n;
}

bool
check_works_there(const struct check *c, const struct order *o)
{
	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		if (c->theirs.item[i].is_working)
			return true;
	return false;
}

bool
check_ended_there(const struct check *c, const struct order *o, enum state end)
{
	for (int i = o->first; i >= 0; i = c->theirs.item[i].next)
		if (!c->theirs.item[i].is_working &&
		    c->theirs.item[i].end == end)
			return true;
	return false;
}

void
check_their_new(struct check *c)
{
	sqlite3_stmt *st = check_ask(c, THEIR_NEW, c->their);
	int64_t key_at, req;

	while (check_row(c, st)) {
		struct theirs *t = ADD(c->theirs);
		struct order *o = NULL;

		c->their = t->id = i64(st, 0);
		t->end = their_end(st, 1);
		t->is_working = t->end == NOTHING_;
		t->filled = i64(st, 2);
		t->n = i64(st, 3);
		COPY(t->code, st, 5);
		t->is_buy = is_word(st, 6, "buy");
		t->next = -1;
		if (t->is_working) {
			int *w = ADD(c->working);

			*w = c->theirs.n - 1;
		}
		if (!check_key(st, 7, &t->ours, &key_at, &req) ||
		    (o = check_order(c, t->ours)) == NULL ||
		    sent_at(c, t->ours) != key_at) {
			t->ours = 0; /* its request is judged, not it */
			continue;
		}
		t->next = o->first;
		o->first = c->theirs.n - 1;
		if (!o->is_there || i64(st, 4) != 0)
			continue; /* said by its request; an amended one */
		if (o->n != t->n || o->is_buy != t->is_buy ||
		    strcmp(c->place.item[o->place].code, t->code) != 0)
			check_breach(c, "S1",
			    "order %" PRId64
			    " is at the broker as %s %s %" PRId64
			    ", and was meant as %s %s %" PRId64,
			    t->ours, t->is_buy ? "buy" : "sell", t->code, t->n,
			    o->is_buy ? "buy" : "sell",
			    c->place.item[o->place].code, o->n);
	}
}

/* Those that worked when last seen, as they are now. */
void
check_their_working(struct check *c)
{
	sqlite3_stmt *st;
	int kept = 0, i = 0;

	st = check_ask(c, THEIR_WORKING, 0);
	while (check_row(c, st)) {
		int64_t id = i64(st, 0);

		for (int k = 0; k < c->working.n; k++) {
			struct theirs *t = &c->theirs.item[c->working.item[k]];

			if (t->id != id)
				continue;
			t->filled = i64(st, 1);
			t->seen = c->step;
			break;
		}
	}
	for (; i < c->working.n; i++) {
		struct theirs *t = &c->theirs.item[c->working.item[i]];

		if (t->seen == c->step) {
			c->working.item[kept++] = c->working.item[i];
			continue;
		}
		st = check_ask(c, THEIR_ONE, t->id);
		while (check_row(c, st)) {
			t->filled = i64(st, 1);
			t->end = their_end(st, 2);
			t->is_working = false;
		}
	}
	c->working.n = kept;
}
