/*
 * route_orders.c - PUT and GET /v1/requests/KEY.
 *
 * A request goes: judged here, reserved in the journal, queued; then on the
 * COM thread connection and limit, the journal's line, CREON, the outcome's
 * line.  Everything that is refused before the journal's line frees the key
 * again; everything after it is an outcome, and answered with 200.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/order.h"
#include "gateway/query.h"

/* ---- an entry as an answer */

static struct json *
entry_json(const struct entry *en, bool is_replayed)
{
	const struct result *r = &en->result;
	struct json *v = json_new_map(), *creon;
	bool is_open = en->stage < STAGE_SETTLED;
	char iso[ISO_SIZE];

	json_put_text(v, "key", en->ask.key);
	json_put_text(v, "action", ask_action_name(en->ask.action));
	json_put_text(v, "outcome", outcome_name(r->outcome));
	json_put_int(v, "order", r->order);
	json_put_int(v, "original", en->ask.order);
	json_put_text(
	    v, "reason", is_open ? "CREON has not answered yet" : r->reason);
	json_put_bool(v, "in_flight", is_open);
	json_put_bool(v, "replayed", is_replayed);
	json_put_text(v, "at", epoch_iso(en->at, iso));
	if (r->is_unsent)
		json_put_bool(v, "unsent", true);
	if (r->is_limited) {
		json_put_bool(v, "limited", true);
		json_put_int(v, "retry_after_ms", r->retry_after_ms);
	}
	if (r->was_answered) {
		creon = json_new_map();
		json_put_int(creon, "ret", r->ret);
		json_put_int(creon, "status", r->status);
		json_put_text(creon, "message", r->message);
		json_put(v, "creon", creon);
	}
	return v;
}

/* What the journal says of a key now; false: nothing. */
static bool
reply_entry(
    struct gateway *g, const char *key, bool is_replayed, struct reply *r)
{
	struct entry en;

	if (!journal_find(g->journal, key, &en))
		return false;
	reply_good(r, entry_json(&en, is_replayed));
	return true;
}

/* ---- on the COM thread */

struct order_job {
	struct gateway *g;
	struct ask ask;
};

static void
order_fini(struct job *j)
{
	free(j->arg);
}

/* Whether it may be made at all; the reply says why not.  Orders wait for no
 * limit: by then the decision is old.  So it is after a look that took too
 * long, with a window that waited for a person. */
static bool
may_order(struct job *j, struct session *s)
{
	struct err e = { 0 };
	struct limit l;

	session_watch(s);
	if (!query_is_connected(j, s))
		return false;
	if (session_need_account(s, &e) == -1)
		reply_fail(&j->reply, REPLY_NOT_SIGNED_ON, "%s", e.msg);
	else if (session_limit(s, LIMIT_TRADE, &l, &e) == -1)
		reply_fail(&j->reply, REPLY_NOT_CONNECTED, "%s", e.msg);
	else if (l.left <= 0) {
		reply_fail(&j->reply, REPLY_LIMITED,
		    "CREON takes no more order requests for %lld ms",
		    (long long)limit_wait_ms(&l));
		j->reply.retry_after_ms = limit_wait_ms(&l);
	} else if (job_is_late(j))
		reply_fail(&j->reply, REPLY_BUSY,
		    "CREON took too long to say that it is there");
	else
		return true;
	return false;
}

static enum step
order_step(struct job *j, struct session *s)
{
	struct order_job *o = j->arg;
	struct journal *journal = o->g->journal;
	const char *key = o->ask.key;
	struct clock now = session_now();
	struct result result;
	struct err e = { 0 };

	if (!may_order(j, s)) {
		journal_forget(journal, key);
		return STEP_DONE;
	}
	if (journal_begin(journal, key, now.now, clock_ymd(&now),
		session_account(s), &e) == -1) {
		log_error("order %s: not made: %s", key, e.msg);
		reply_fail(&j->reply,
		    e.kind == E_BUSY ? REPLY_BUSY : REPLY_JOURNAL_FAILED, "%s",
		    e.msg);
		journal_forget(journal, key);
		return STEP_DONE;
	}
	session_calling(s, "an order");
	order_make(s, &o->ask, &result);
	if (journal_settle(journal, key, &result, &e) == -1)
		log_error("order %s: %s, number %lld: not written down: %s; "
			  "no more orders until the gateway is started again",
		    key, outcome_name(result.outcome), (long long)result.order,
		    e.msg);
	if (result.outcome == OUTCOME_UNKNOWN)
		log_warn("order %s: unknown: %s", key, result.reason);
	reply_entry(o->g, key, false, &j->reply);
	return STEP_DONE;
}

/* ---- on the client's thread */

static void
make(struct gateway *g, const struct request *q, const struct ask *ask,
    struct reply *r)
{
	struct order_job *o = xcalloc(1, sizeof(*o));
	struct job *j = job_new("an order", order_step, order_fini, o);

	o->g = g;
	o->ask = *ask;
	j->is_order = true;
	if (q->now != NULL)
		memcpy(j->now, q->now, 20);
	switch (jobs_run(g->jobs, j, g->waits.begin_ms, g->waits.order_ms)) {
	case JOB_NOT_DONE:
		journal_forget(g->journal, ask->key);
		/* fallthrough */
	case JOB_ENDED:
		*r = j->reply;
		j->reply = (struct reply){ 0 };
		break;
	case JOB_LEFT:
		if (journal_give_up(g->journal, ask->key))
			reply_fail(r, REPLY_BUSY,
			    "CREON did not get to it in %lld ms",
			    (long long)g->waits.order_ms);
		else
			reply_entry(g, ask->key, false, r);
		break;
	}
	job_drop(g->jobs, j);
}

/* Make it, or wait for whoever has the same request in hand.  If that one was
 * refused in the meantime, the key is free, and it is our turn. */
static void
make_or_join(struct gateway *g, const struct request *q, const struct ask *ask,
    struct reply *r)
{
	int64_t until = monotonic_ms() + g->waits.order_ms, left;
	struct entry en;

	while ((left = until - monotonic_ms()) > 0)
		switch (journal_reserve(g->journal, ask, &en)) {
		case RESERVE_OURS:
			make(g, q, ask, r);
			return;
		case RESERVE_OTHER:
			reply_fail(r, REPLY_KEY_REUSED,
			    "the key %s stands for another request", ask->key);
			return;
		case RESERVE_KNOWN:
			journal_wait(g->journal, ask->key, left);
			if (reply_entry(g, ask->key, true, r))
				return;
			break;
		}
	reply_fail(r, REPLY_BUSY, "another client has this request in hand");
}

void
route_put(struct gateway *g, const struct request *q, struct reply *r)
{
	struct err e = { 0 };
	struct entry en;
	struct ask ask;

	if (ask_parse(&ask, request_tail(q), q->body, q->body_size, &e) == -1) {
		reply_fail(r, REPLY_BAD_REQUEST, "%s", e.msg);
		return;
	}
	/* What is in the journal is told, whatever is switched off now. */
	if (!g->orders_are_on && !journal_find(g->journal, ask.key, &en)) {
		reply_fail(r, REPLY_ORDERS_OFF,
		    "orders are off; see --orders of creon-gateway");
		return;
	}
	make_or_join(g, q, &ask, r);
}

void
route_find(struct gateway *g, const struct request *q, struct reply *r)
{
	const char *key = request_tail(q);
	struct entry en;

	if (!key_valid(key))
		reply_fail(r, REPLY_BAD_REQUEST, "not a key");
	else if (journal_find(g->journal, key, &en))
		reply_good(r, entry_json(&en, true));
	else
		reply_fail(r, REPLY_NOT_SEEN,
		    "no request under the key %s was "
		    "made",
		    key);
}

void
route_journal(struct gateway *g, const struct request *q, struct reply *r)
{
	struct clock now = request_now(q);
	struct json *v = json_new_map(), *list = json_new_list();
	struct entry *entries;
	int n = journal_day(g->journal, clock_ymd(&now), &entries);

	for (int i = 0; i < n; i++)
		json_add(list, entry_json(&entries[i], true));
	free(entries);
	json_put_int(v, "date", clock_ymd(&now));
	json_put(v, "requests", list);
	reply_good(r, v);
}
