/* route_status.c - GET /v1/status, which never waits for CREON, and the end. */
#include "gateway/gateway.h"

static void
put_limits(struct json *v, const struct session_view *s)
{
	static const char *const left[] = { "order_left", "quote_left" };
	static const char *const reset[] = { "order_reset_ms",
		"quote_reset_ms" };
	struct json *l = json_new_map();

	for (int k = LIMIT_TRADE; k <= LIMIT_QUOTE; k++)
		if (s->limit[k].is_known) {
			json_put_int(l, left[k], s->limit[k].left);
			json_put_int(l, reset[k], s->limit[k].reset_ms);
		} else {
			json_put_nil(l, left[k]);
			json_put_nil(l, reset[k]);
		}
	json_put(v, "limits", l);
}

static void
put_sign_on(struct json *v, const struct session_view *s)
{
	struct json *on = json_new_map();

	json_put_bool(v, "signed_on", s->is_signed_on);
	if (s->was_sign_on_tried)
		json_put_int(on, "code", s->sign_on);
	else
		json_put_nil(on, "code");
	json_put_text(on, "message", s->message);
	json_put(v, "sign_on", on);
}

static void
put_journal(struct json *v, struct gateway *g)
{
	static const char *const states[] = { "ok", "failed", "damaged" };
	struct json *j = json_new_map();
	int unknown, in_flight;
	char why[320];

	json_put_text(j, "state",
	    states[journal_state(
		g->journal, &unknown, &in_flight, why, sizeof(why))]);
	json_put_text(j, "reason", why);
	json_put_int(j, "unknown", unknown);
	json_put_int(j, "in_flight", in_flight);
	json_put(v, "journal", j);
	json_put_int(v, "event", events_last(g->events));
	json_put_text(
	    v, "event_log", events_failed(g->events) ? "failed" : "ok");
}

static void
put_queue(struct json *v, struct gateway *g, const struct session_view *s)
{
	struct json *q = json_new_map();
	int orders, queries;

	jobs_count(g->jobs, &orders, &queries);
	json_put_int(q, "orders", orders);
	json_put_int(q, "queries", queries);
	json_put_text(q, "calling", s->calling);
	json_put_int(q, "calling_ms",
	    s->calling[0] != '\0' ? monotonic_ms() - s->calling_since : 0);
	json_put(v, "queue", q);
}

void
route_status(struct gateway *g, const struct request *q, struct reply *r)
{
	struct json *v = json_new_map();
	struct clock now = request_now(q);
	struct session_view s;
	char iso[ISO_SIZE];

	session_view(g->session, &s);
	json_put_int(v, "protocol", 1);
	json_put_text(v, "version", VERSION);
	json_put_text(v, "now", epoch_iso(now.now, iso));
	json_put_bool(v, "connected", s.is_connected);
	json_put_int(v, "server", s.server);
	json_put_bool(v, "lost", s.state == SESSION_LOST);
	put_sign_on(v, &s);
	json_put_text(v, "account", s.account);
	json_put_text(v, "product", s.product);
	json_put_bool(v, "fake", s.is_fake);
	json_put_text(v, "orders", g->orders_are_on ? "on" : "off");
	put_limits(v, &s);
	put_journal(v, g);
	put_queue(v, g, &s);
	reply_good(r, v);
}

void
route_stop(struct gateway *g, const struct request *q, struct reply *r)
{
	struct json *v = json_new_map();

	(void)q;
	json_put_bool(v, "stopping", true);
	reply_good(r, v);
	g->stop();
}
