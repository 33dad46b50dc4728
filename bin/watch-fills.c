/*
 * watch-fills - follow the open orders: book their fills, resolve what is
 * unknown, amend or cancel what has waited too long (T11).
 *
 * --for 0 (the default) is one pass; --until-close stays for the session,
 * under a lease, so that cron may start it every minute.
 */
#include "account/follow.h"
#include "account/send.h"
#include "base/hold.h"
#include "base/log.h"
#include "base/opt.h"
#include "strategy/guard.h"

#include <stdio.h>
#include <string.h>

#define POLL_MS       1000  /* between looks */
#define BURST_MS      700   /* where the broker tells of news, and */
#define QUIET_MS      10000 /* at most, while it tells of none */
#define LEASE_SECONDS 120

static int64_t for_seconds;
static bool until_close;

static const struct opt_def options[] = {
	{ 0, "for", "SECONDS", "follow so long; 0: one pass (default)", OPT_INT,
	    &for_seconds, 0, 86400, NULL },
	{ 0, "until-close", NULL, "follow until the session is over", OPT_FLAG,
	    &until_close, 0, 0, NULL },
	{ 0 },
};
static const struct tool tool = {
	.name = "watch-fills",
	.synopsis = "[--for SECONDS | --until-close]",
	.summary = "follow open orders and book their fills",
	.options = options,
};

/* What waits too long, decided and sent; 1 if anything was sent.  While another
 * program sends, the next look does it: news must not wait behind it.  A single
 * pass, or one who hears no news, waits a while.  While the broker takes no
 * orders from us, a person has to. */
static int
chase(struct live *v, struct err *e)
{
	bool hears = (until_close || for_seconds > 0) &&
	    (v->broker->caps & CAP_STREAM);
	struct send_counts sent = { 0 };
	struct plan p;
	int rc = -1;

	plan_init(&p);
	if ((hears ? send_try(v, e) : send_begin(v, e)) == -1) {
		rc = e->kind == E_BUSY ? 0 : -1;
		goto out;
	}
	if (v->broker->refuses != NULL && !v->dry_run) {
		rc = 0;
		goto end;
	}
	if (store_begin(v->db, e) == -1)
		goto end;
	if ((!v->dry_run && store_lease_check(v->db, &v->sender, e) == -1) ||
	    live_load(v, LOAD_TRADE, e) == -1) {
		store_rollback(v->db);
		goto end;
	}
	trade_wait(&v->w, &v->m, &v->b, &p);
	if (v->dry_run) {
		for (int i = 0; i < p.n; i++)
			log_info("order %lld: would be asked to %s: %s",
			    (long long)v->b.order[p.item[i].order].id,
			    req_kind_name(p.item[i].kind), p.item[i].reason);
		store_rollback(v->db);
		rc = 0;
		goto end;
	}
	if (live_save(v, &p, e) == -1) {
		store_rollback(v->db);
		goto end;
	}
	if (store_commit(v->db, e) == -1 || send_planned(v, &sent, e) == -1)
		goto end;
	rc = sent.sent > 0;
end:
	send_end(v);
out:
	plan_fini(&p);
	return rc;
}

/* One look: the broker's lists, what waits too long, and what became of it. */
static int
look(struct live *v, struct follow_counts *n, struct err *e)
{
	int needed = follow_needed(v, e), sent;

	*n = (struct follow_counts){ 0 };
	if (needed != 1)
		return needed;
	if (follow_orders(v, n, e) == -1)
		return -1;
	if ((n->working == 0 && n->unknown == 0 && n->sending == 0) ||
	    v->ses == NULL)
		return 0;
	if ((sent = chase(v, e)) == -1)
		return -1;
	return sent == 1 ? follow_orders(v, n, e) : 0;
}

static bool
is_over(const struct live *v)
{
	return v->ses == NULL || !v->ses->is_open || v->at > v->ses->close;
}

/*
 * Until the next look is due, after one that began at `last`.  A broker that
 * tells of news is looked at when there is some, so that a fill is booked
 * within a second of its event; at each new minute, for orders that wait too
 * long; and now and then all the same.  Looks cost requests, of which firms
 * allow few, so a burst of news makes one.  A broker that does not tell is
 * looked at each second.
 */
static void
await(struct live *v, int64_t last, int64_t until)
{
	bool told = v->broker->caps & CAP_STREAM;
	int64_t most = monotonic_ms() + (told ? QUIET_MS : POLL_MS);
	hhmm minute = v->at;
	struct err e;
	int got = 0;

	if (until < most)
		most = until;
	while (got != 1 && monotonic_ms() < most && v->at == minute &&
	    !hold_asked()) {
		got = v->broker->ops->wait_event(v->broker, POLL_MS, &e);
		if (got == -1)
			sleep_ms(POLL_MS);
		live_tick(v);
	}
	if (told && monotonic_ms() < last + BURST_MS) {
		sleep_ms((int)(last + BURST_MS - monotonic_ms()));
		live_tick(v);
	}
}

/* Look again and again, until the time is over or we are asked to end.  What
 * fails for an hour is said once: cron mails it all at the close. */
static int
follow(struct live *v, struct err *e)
{
	int64_t until = monotonic_ms() + 1000 * for_seconds;
	char said[sizeof(e->msg)] = "";
	struct follow_counts n;
	int rc;

	for (;;) {
		bool over = until_close ? is_over(v) : monotonic_ms() >= until;
		int64_t last = monotonic_ms();

		rc = look(v, &n, e);
		if (rc == -1 && (!until_close || store_was_migrated(v->db)))
			return -1;
		if (over || v->now->is_fixed || hold_asked())
			return rc;
		if (rc == -1 && strcmp(said, e->msg) != 0)
			log_warn("%s", e->msg); /* the next may find it back */
		snprintf(said, sizeof(said), "%s", rc == -1 ? e->msg : "");
		await(v, last, until_close ? INT64_MAX : until);
		/* Also where there is nothing to do, it sees a migration. */
		if (store_lease_renew(v->db, &v->lease, LEASE_SECONDS, e) == -1)
			return -1;
	}
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct live v;
	int rc = -1, status;

	guard_start(argv);
	opt_parse(&opt, argc, argv, &tool);
	if (until_close && for_seconds > 0)
		opt_fail("--for and --until-close exclude each other");
	hold_signals();
	if (live_open(&v, tool.name, &opt, STORE_ORDERS, &e) == -1)
		goto out;
	rc = until_close && !is_over(&v) &&
		session_phase(v.ses, v.at) != PHASE_CLOSED ?
	    1 :
	    follow_needed(&v, &e);
	if (rc != 1) /* nothing to follow: silence */
		goto out;
	rc = -1;
	if (live_begin(&v, LEASE_SECONDS, &e) == 0 && live_broker(&v, &e) == 0)
		rc = follow(&v, &e);
out:
	status = rc == -1 ? log_exit(&e) : out_finish();
	live_close(&v, status, rc == -1 ? e.msg : "");
	return status;
}
