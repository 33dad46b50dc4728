/* send.c - see send.h. */
#include "account/send.h"

#include "account/again.h"
#include "base/date.h"
#include "base/log.h"
#include "store/books.h"
#include "store/requests.h"
#include "store/settings.h"
#include "trade/price.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENDER_SECONDS LEAVES_WITHIN /* a sender means to be done by then */
#define SENDER_WAIT_MS 10000
#define CLOSED_ENOUGH  2 /* refusals as closed; one may be a stock's matter */

/* ---- The lease, and what a dead sender left ------------------------------------ */

static int
take_sender(struct live *v, int wait_ms, struct err *e)
{
	int64_t until = monotonic_ms() + wait_ms;

	while (store_lease_take(
		   v->db, "sender", SENDER_SECONDS, &v->sender, e) == -1) {
		if (e->kind != E_BUSY)
			return -1;
		if (monotonic_ms() >= until)
			return err_set(e, E_BUSY,
			    "another program is still sending orders");
		sleep_ms(50);
	}
	return 0;
}

static int
drop_order(
    struct live *v, const struct order_row *o, const char *why, struct err *e)
{
	return expire_again(v, o, "planned", why, why, e) == -1 ? -1 : 0;
}

static int
recover_orders(struct live *v, struct err *e)
{
	struct trail lost = live_trail(v, "the program died while sending");
	struct order_row *row;
	int n, rc = 0;

	if (store_orders(v->db, v->date, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		if (strcmp(row[i].state, "sending") == 0)
			rc = store_move_order(
			    v->db, row[i].id, "sending", "unknown", &lost, e);
		else if (strcmp(row[i].state, "planned") == 0)
			rc = drop_order(
			    v, &row[i], "planned, but never sent", e);
	}
	free(row);
	return rc == -1 ? -1 : 0;
}

static int
recover_requests(struct live *v, struct err *e)
{
	struct trail t = live_trail(v, "the program died while sending");
	struct request_row *row;
	int n, rc = 0;

	if (store_requests_open(v->db, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		if (strcmp(row[i].state, "sending") == 0)
			rc = store_move_request(v->db, row[i].id, "sending",
			    "unknown", "", NULL, &t, e);
		else if (strcmp(row[i].state, "planned") == 0 &&
		    strcmp(row[i].kind, "amend") == 0)
			rc = store_move_request(v->db, row[i].id, "planned",
			    "dropped", "", NULL, &t, e);
	}
	free(row);
	return rc == -1 ? -1 : 0;
}

static int
begin(struct live *v, int wait_ms, struct err *e)
{
	if (v->dry_run)
		return 0;
	if (take_sender(v, wait_ms, e) == -1)
		return -1;
	if (store_begin(v->db, e) == -1)
		goto fail;
	/* We may have waited: a dead sender can have sent until now (T28). */
	clock_refresh(v->now);
	if (store_lease_check(v->db, &v->sender, e) == -1 ||
	    recover_orders(v, e) == -1 || recover_requests(v, e) == -1 ||
	    store_commit(v->db, e) == -1) {
		store_rollback(v->db);
		goto fail;
	}
	return 0;
fail:
	store_lease_release(v->db, &v->sender);
	return -1;
}

int
send_begin(struct live *v, struct err *e)
{
	return begin(v, SENDER_WAIT_MS, e);
}

int
send_try(struct live *v, struct err *e)
{
	return begin(v, 0, e);
}

void
send_end(struct live *v)
{
	store_lease_release(v->db, &v->sender);
}

/* ---- One transaction around a change --------------------------------------------- */

typedef int (*change)(struct live *, void *arg, struct err *);

/* Begin, check that we are still the sender, do it, commit.  The clock is
 * read again once that has begun: when a request left is counted from (T28),
 * a run may be long, and so may be the wait for another's transaction. */
static int
in_transaction(struct live *v, change f, void *arg, struct err *e)
{
	int rc;

	if (store_begin(v->db, e) == -1)
		return -1;
	clock_refresh(v->now);
	if (store_lease_check(v->db, &v->sender, e) == -1 ||
	    (rc = f(v, arg, e)) == -1) {
		store_rollback(v->db);
		return -1;
	}
	return store_commit(v->db, e) == -1 ? -1 : rc;
}

struct sending {
	struct order_row order;
	struct request_row request;
	struct clock claimed;
	enum place got;
	struct ack ack;
	struct send_counts *n;
};

/*
 * What is claimed leaves at once.  Where the process was stopped since, or the
 * machine slept, it is kept back, and stays unknown, for that it never left only
 * we could say.
 */
static bool
came_too_late(struct sending *s, struct broker_request *q)
{
	q->claimed = s->claimed;
	if (!broker_too_late(q))
		return false;
	s->got = PLACE_UNKNOWN;
	snprintf(s->ack.reason, sizeof(s->ack.reason),
	    "kept back: it was claimed more than %d s ago", LEAVES_WITHIN);
	return true;
}

/* ---- New orders --------------------------------------------------------------------- */

/* Does a halt of this kind keep the order back? */
static bool
is_halted(const struct halt_row *h, const struct order_row *o)
{
	switch (h->scope) {
	case HALT_ALL:
		return true;
	case HALT_ENTRIES:
		return o->side == SIDE_BUY;
	case HALT_STRATEGY:
		return o->side == SIDE_BUY && strcmp(h->what, o->strategy) == 0;
	case HALT_CODE:
		return o->side == SIDE_BUY && strcmp(h->what, o->code) == 0;
	}
	return true;
}

/* Nothing reaches the exchange after the close (S12). */
static bool
is_over(const struct live *v)
{
	return v->ses != NULL && clock_hhmm(v->now) >= v->ses->close;
}

/* Nor before it, by a clock that was put back since the order was planned. */
static bool
is_early(const struct live *v)
{
	return v->ses != NULL && clock_hhmm(v->now) < v->ses->entry;
}

/* What keeps it back that was not there when it was planned: a halt (P7), a
 * broker that says "closed" (T30), or a machine that slept over its minute
 * (S12).  NULL: nothing.  0 or -1. */
static int
kept_back(
    struct live *v, const struct sending *s, const char **why, struct err *e)
{
	const struct order_row *o = &s->order;
	struct halt_row *h;
	int n;

	*why = NULL;
	if (o->side == SIDE_BUY && s->n->closed >= CLOSED_ENOUGH)
		*why = "the broker says that the market is closed";
	if (store_halts(v->db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (is_halted(&h[i], o))
			*why = "halted before it was sent";
	free(h);
	if (o->day != clock_ymd(v->now) ||
	    (o->side == SIDE_BUY && hhmm_diff(clock_hhmm(v->now), o->sent) > 1))
		*why = "its minute was over before it was sent";
	else if (is_over(v))
		*why = "the session was over before it was sent";
	else if (is_early(v))
		*why = "the session has not begun, says the clock";
	return 0;
}

/* 1 ours to send, 0 not (any more), -1. */
static int
claim_order(struct live *v, void *arg, struct err *e)
{
	struct sending *s = arg;
	struct trail t = live_trail(v, NULL);
	const char *why;

	if (kept_back(v, s, &why, e) == -1)
		return -1;
	if (why != NULL)
		return drop_order(v, &s->order, why, e) == -1 ? -1 : 0;
	s->order.sending_at = t.at;
	s->claimed = *v->now;
	return store_order_claim(v->db, s->order.id, &t, e);
}

/* A rejected order's signal waits again, and the row of rejections grows. */
static int
count_reject(
    struct live *v, const struct order_row *o, const char *why, struct err *e)
{
	struct day_row day;
	char reason[REASON_TEXT];
	int rc = store_day(v->db, v->date, &day, e);

	if (rc == 1) {
		day.rejects++;
		rc = store_put_day(v->db, &day, e);
	}
	if (rc == -1)
		return -1;
	snprintf(reason, sizeof(reason), "rejected: %.80s", why);
	return signal_again(v, o, reason, e);
}

static int
count_accept(struct live *v, struct err *e)
{
	struct day_row day;
	int rc = store_day(v->db, v->date, &day, e);

	if (rc != 1 || day.rejects == 0)
		return rc == -1 ? -1 : 0;
	day.rejects = 0;
	return store_put_day(v->db, &day, e);
}

/* ---- "Closed", in hours that the calendar calls open ---- */

/* May the clocks be to blame, and not the calendar?  They differ by seconds,
 * which tell at the minute from which orders are taken. */
static bool
is_first_minute(const struct live *v)
{
	hhmm now = clock_hhmm(v->now);

	return v->ses != NULL && (now == v->ses->entry || now == v->ses->open);
}

/*
 * "Closed", or it did not get as far as the broker (a network that is away, a
 * gate that turns it away): no row of rejections, for neither this stock nor
 * the account did anything wrong, and both must trade when that is over.  So
 * it counts as an order that the close has ended, and its signal waits again.
 */
static int
record_unmade(struct live *v, struct sending *s, struct err *e)
{
	char reason[REASON_TEXT];
	int moved;

	snprintf(reason, sizeof(reason), "%s: %.70s",
	    s->ack.is_market_closed ? "closed, says the broker" : "not taken",
	    s->ack.reason);
	moved = expire_again(v, &s->order, "sending", s->ack.reason, reason, e);
	if (moved == 1 && s->ack.is_market_closed && !is_over(v) &&
	    !is_first_minute(v))
		s->n->closed++;
	return moved == -1 ? -1 : 0;
}

static int
record_order(struct live *v, void *arg, struct err *e)
{
	struct sending *s = arg;
	struct trail t = live_trail(v, s->ack.reason[0] ? s->ack.reason : NULL);
	int64_t id = s->order.id;
	int moved;

	/* A follower may have been quicker: then nothing moves here. */
	switch (s->got) {
	case PLACE_ACCEPTED:
		if (store_order_no(v->db, id, s->ack.broker_no, e) == -1 ||
		    store_move_order(v->db, id, "sending", "open", &t, e) == -1)
			return -1;
		s->n->closed = 0;
		return count_accept(v, e);
	case PLACE_REJECTED:
		if (s->ack.is_market_closed || s->ack.is_unsent)
			return record_unmade(v, s, e);
		moved = store_move_order(
		    v->db, id, "sending", "rejected", &t, e);
		if (moved != 1)
			return moved;
		return count_reject(v, &s->order, s->ack.reason, e);
	case PLACE_UNKNOWN:
		return store_move_order(
			   v->db, id, "sending", "unknown", &t, e) == -1 ?
		    -1 :
		    0;
	}
	return 0;
}

static int
send_order(struct live *v, const struct order_row *o, struct send_counts *n,
    struct err *e)
{
	struct sending s = { .order = *o, .n = n };
	struct broker_request q = { .side = o->side,
		.is_market = o->is_market,
		.limit = o->is_market ? 0 : o->limit,
		.n = o->n };
	int rc;

	if ((rc = in_transaction(v, claim_order, &s, e)) != 1)
		return rc; /* 0: another run has it */
	live_key(&s.order, q.key, sizeof(q.key));
	memcpy(q.code, o->code, sizeof(q.code));
	if (!came_too_late(&s, &q)) {
		s.got = v->broker->ops->place(v->broker, &q, &s.ack);
		n->sent++;
	}
	if (s.got == PLACE_REJECTED) {
		n->rejected++;
		log_warn("order %lld: %s %s x %lld rejected: %s",
		    (long long)o->id, o->side == SIDE_BUY ? "buy" : "sell",
		    o->code, (long long)o->n, s.ack.reason);
	} else if (s.got == PLACE_UNKNOWN) {
		n->unknown++;
		log_warn("order %lld: no answer (%s); unknown until it is found"
			 " in the broker's list",
		    (long long)o->id, s.ack.reason);
	}
	return in_transaction(v, record_order, &s, e);
}

/* ---- Amends and cancels ------------------------------------------------------------ */

/* Is every order halted?  1, 0, -1. */
static int
all_halted(struct live *v, struct err *e)
{
	struct halt_row *h;
	bool halted = false;
	int n;

	if (store_halts(v->db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		halted = halted || h[i].scope == HALT_ALL;
	free(h);
	return halted;
}

/* It is not sent (any more): 0, or -1. */
static int
drop_request(
    struct live *v, const struct sending *s, const char *why, struct err *e)
{
	struct trail t = live_trail(v, why);

	return store_move_request(v->db, s->request.id, "planned", "dropped",
		   "", NULL, &t, e) == -1 ?
	    -1 :
	    0;
}

static int
claim_request(struct live *v, void *arg, struct err *e)
{
	struct sending *s = arg;
	struct trail t = live_trail(v, NULL);
	bool is_amend = strcmp(s->request.kind, "amend") == 0;
	int rc = store_order(v->db, s->request.order_id, &s->order, e);

	if (rc != 1)
		return rc;
	if (is_amend && (rc = all_halted(v, e)) != 0)
		return rc == -1 ?
		    -1 :
		    drop_request(v, s, "all orders are halted", e);
	if (is_over(v))
		return drop_request(v, s, "the session is over", e);
	if (is_early(v))
		return drop_request(
		    v, s, "the session has not begun, says the clock", e);
	/* The cancel of an order that is still looked for waits for it. */
	if (!is_amend &&
	    (strcmp(s->order.state, "unknown") == 0 ||
		strcmp(s->order.state, "sending") == 0))
		return 0;
	if (s->order.broker_no[0] == '\0' ||
	    (strcmp(s->order.state, "open") != 0 &&
		strcmp(s->order.state, "part") != 0))
		return drop_request(v, s, "its order is not working", e);
	s->claimed = *v->now;
	return store_move_request(
	    v->db, s->request.id, "planned", "sending", "", NULL, &t, e);
}

/* The order's row after its amend was taken: what book_amended does. */
static int
amend_row(struct live *v, struct sending *s, struct err *e)
{
	struct trail t = live_trail(v, s->request.reason);
	struct order_row *o = &s->order;
	int rc = store_order(v->db, s->request.order_id, o, e);
	won upper = 0;

	if (rc != 1)
		return rc;
	for (int k = 0; k < v->w.nstock; k++)
		if (strcmp(v->w.tape[k].code, o->code) == 0)
			upper = price_upper(&v->w.tape[k], v->date);
	o->is_market = s->request.is_market;
	o->limit = s->request.is_market ? 0 : s->request.limit;
	if (o->side == SIDE_BUY)
		o->reserve_price = o->is_market ? upper : o->limit;
	o->amends++;
	o->worked = v->at;
	if (store_put_order(v->db, o, &t, e) == -1)
		return -1;
	return s->ack.broker_no[0] == '\0' ?
	    0 :
	    store_order_no(v->db, o->id, s->ack.broker_no, e);
}

/* A cancel that the broker refused: the order works on, or has just ended.
 * One that did not get there is wanted on (asked_again). */
static int
keep_order(struct live *v, struct sending *s, struct err *e)
{
	struct trail t = live_trail(v, "its cancel was refused");
	int rc = store_order(v->db, s->request.order_id, &s->order, e);

	if (rc != 1)
		return rc;
	s->order.wants_cancel = false;
	return store_put_order(v->db, &s->order, &t, e);
}

static int
record_request(struct live *v, void *arg, struct err *e)
{
	static const char *const to[] = {
		[PLACE_ACCEPTED] = "accepted",
		[PLACE_REJECTED] = "refused",
		[PLACE_UNKNOWN] = "unknown",
	};
	struct sending *s = arg;
	struct trail t = live_trail(v, s->ack.reason[0] ? s->ack.reason : NULL);
	bool is_amend = strcmp(s->request.kind, "amend") == 0;
	int rc = store_move_request(v->db, s->request.id, "sending", to[s->got],
	    s->ack.broker_no, s->ack.reason, &t, e);

	if (rc != 1)
		return rc;
	if (s->got == PLACE_ACCEPTED && is_amend)
		return amend_row(v, s, e);
	if (s->got == PLACE_REJECTED && !is_amend && !s->ack.is_unsent)
		return keep_order(v, s, e);
	return 0;
}

static int
send_request(struct live *v, const struct request_row *r, struct send_counts *n,
    struct err *e)
{
	struct sending s = { .request = *r };
	struct broker_request q = { .is_market = r->is_market,
		.limit = r->limit };
	bool is_amend = strcmp(r->kind, "amend") == 0;
	int rc = in_transaction(v, claim_request, &s, e);

	if (rc != 1)
		return rc;
	live_key(&s.order, q.key, sizeof(q.key));
	snprintf(q.key + strlen(q.key), sizeof(q.key) - strlen(q.key), "-%lld",
	    (long long)r->id);
	memcpy(q.code, s.order.code, sizeof(q.code));
	memcpy(q.broker_no, s.order.broker_no, sizeof(q.broker_no));
	q.side = s.order.side;
	q.n = s.order.n - s.order.filled;
	if (!came_too_late(&s, &q)) {
		s.got = is_amend ?
		    v->broker->ops->amend(v->broker, &q, &s.ack) :
		    v->broker->ops->cancel(v->broker, &q, &s.ack);
		n->sent++;
	}
	if (s.got == PLACE_UNKNOWN) {
		n->unknown++;
		log_warn("order %lld: no answer to its %s; its list will tell",
		    (long long)r->order_id, r->kind);
	} else if (s.got == PLACE_REJECTED && s.ack.is_unsent) {
		log_warn("order %lld: its %s did not reach the broker: %s",
		    (long long)r->order_id, r->kind, s.ack.reason);
	} else if (s.got == PLACE_REJECTED) {
		log_info("order %lld: its %s was refused: %s",
		    (long long)r->order_id, r->kind, s.ack.reason);
	}
	return in_transaction(v, record_request, &s, e);
}

/* ---- All of it ---------------------------------------------------------------------- */

int
send_planned(struct live *v, struct send_counts *n, struct err *e)
{
	struct request_row *req;
	struct order_row *order = NULL;
	int nreq, norder = 0, rc;

	*n = (struct send_counts){ 0 };
	if (store_requests_open(v->db, &req, &nreq, e) == -1)
		return -1;
	for (int i = rc = 0; i < nreq && rc != -1; i++)
		if (strcmp(req[i].state, "planned") == 0)
			rc = send_request(v, &req[i], n, e);
	free(req);
	if (rc == -1 || store_orders(v->db, v->date, &order, &norder, e) == -1)
		return -1;
	for (int i = rc = 0; i < norder && rc != -1; i++)
		if (strcmp(order[i].state, "planned") == 0)
			rc = send_order(v, &order[i], n, e);
	free(order);
	return rc == -1 ? -1 : 0;
}
