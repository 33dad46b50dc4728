/*
 * place-orders - one trading pass: stops, minute strategies, limits, orders.
 *
 * Decided and committed in one transaction, then sent (P2); what was sent
 * without an answer stands as unknown, and is never sent again (P3).
 */
#include "account/alarm.h"
#include "account/follow.h"
#include "account/hand.h"
#include "account/send.h"
#include "base/hold.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/table.h"
#include "store/books.h"
#include "store/signals.h"
#include "strategy/guard.h"

#include <stdlib.h>
#include <string.h>

static const struct tool tool = {
	.name = "place-orders",
	.summary = "one trading pass: stops, minute strategies, limits, orders",
};

enum { WANTS_NOTHING, WANTS_SELLS, WANTS_BUYS };

/* What may this pass want to send, at most?  -1 on error. */
static int
wants(struct live *v, struct err *e)
{
	struct signal_row *g = NULL;
	struct lot_row *lot = NULL;
	int ng, nlot, rc = -1;

	if (store_signals(v->db, &g, &ng, e) == -1 ||
	    store_lots(v->db, &lot, &nlot, e) == -1)
		goto out;
	rc = WANTS_NOTHING;
	for (int i = 0; i < nlot; i++)
		if (strcmp(lot[i].strategy, MANUAL) != 0)
			rc = WANTS_SELLS;
	for (int i = 0; i < ng; i++)
		if (g[i].side == SIDE_BUY && g[i].day == v->date &&
		    strcmp(g[i].state, "pending") == 0)
			rc = WANTS_BUYS;
out:
	free(g);
	free(lot);
	return rc;
}

/*
 * Is the broker there, and what cash does it let us spend?  Asked before
 * anything is decided: what is sent to a broker that is away stands as
 * unknown, and its stock would be frozen when the broker is back.
 *
 * Who wants to buy looks at the day's orders first.  A backup that was put back
 * does not know what was bought since, and a second machine may have bought the
 * same: entries halt then (T29) before they are decided.  A broker that does
 * not tell one of the two gets the exits, and no entries.
 */
static int
ask_broker(struct live *v, int wanted, won *buyable, struct err *e)
{
	struct err cash = { 0 }, list = { 0 };
	struct follow_counts n;
	struct broker_cash c;
	bool tells_cash = v->broker->ops->cash(v->broker, &c, &cash) == 0;
	bool tells_orders;

	*buyable = tells_cash ? c.buyable : 0;
	if (tells_cash && wanted != WANTS_BUYS)
		return 0;
	tells_orders = follow_today(v, &n, &list) == 0;
	if (tells_cash && tells_orders)
		return 0;
	*buyable = 0;
	if (!tells_cash && !tells_orders) {
		*e = list;
		return -1;
	}
	log_warn(
	    "%s; no entries in this pass", tells_cash ? list.msg : cash.msg);
	return 0;
}

/* Decide, and commit what was decided. */
static int
decide(struct live *v, won buyable, struct plan *p, struct err *e)
{
	struct trail sold = live_trail(v, "all is sold");
	struct err module = { 0 };
	int rc;

	if (store_begin(v->db, e) == -1)
		return -1;
	live_tick(v); /* it may have been long since the start */
	if ((!v->dry_run &&
		(store_lease_check(v->db, &v->lease, e) == -1 ||
		    store_lease_check(v->db, &v->sender, e) == -1)) ||
	    strategy_remove_left(v->db, &sold, e) == -1 ||
	    live_load(v, LOAD_TRADE, e) == -1 ||
	    live_day_open(v, LOAD_TRADE, e) == -1)
		goto fail;
	if (buyable < v->b.buyable)
		v->b.buyable = buyable;
	rc = trade_pass(&v->w, &v->m, &v->b, p, &module);
	if (v->dry_run) {
		store_rollback(v->db);
	} else if (live_save(v, p, e) == -1) {
		goto fail;
	} else if (store_commit(v->db, e) == -1) {
		return -1;
	}
	if (rc == -1)
		log_error("%s", module.msg);
	return rc == -1 ? 1 : 0;
fail:
	store_rollback(v->db);
	return -1;
}

static void
print_order(struct table *t, const struct live *v, const struct order *o,
    const char *state)
{
	const struct tape *tp = &v->w.tape[o->stock];

	table_int(t, o->date);
	table_int(t, o->sent);
	table_int(t, o->id);
	table_text(t, v->w.strat[o->strat].name);
	table_text(t, tp->code);
	table_text(t, tp->name);
	table_text(t, o->side == SIDE_BUY ? "buy" : "sell");
	table_int(t, o->n);
	if (o->is_market)
		table_null(t);
	else
		table_int(t, o->limit);
	table_text(t, state);
	table_text(t, o->reason);
	table_end_row(t);
}

/* The orders of this pass; their states are read again, for the answers have
 * come since. */
static int
print_orders(struct live *v, enum out_format format, struct err *e)
{
	static const struct column cols[] = {
		{ "day", COL_YMD, 0 },
		{ "time", COL_HHMM, 0 },
		{ "order", COL_INT, 0 },
		{ "strategy", COL_TEXT, 0 },
		{ "code", COL_TEXT, 0 },
		{ "name", COL_TEXT, 0 },
		{ "side", COL_TEXT, 0 },
		{ "quantity", COL_WON, 0 },
		{ "limit", COL_WON, 0 },
		{ "state", COL_TEXT, 0 },
		{ "reason", COL_TEXT, 0 },
	};
	struct table *t = table_new(stdout, format, cols, NELEM(cols));
	int rc = 0;

	table_log(t);
	for (int i = v->nrow; i < v->b.norder && rc == 0; i++) {
		struct order_row row = { .state = "planned" };

		if (!v->dry_run &&
		    store_order(v->db, v->b.order[i].id, &row, e) == -1)
			rc = -1;
		else
			print_order(t, v, &v->b.order[i], row.state);
	}
	table_finish(t);
	return rc;
}

/* What a broker would refuse for being early is not sent: refusals in a row
 * freeze a stock (T20). */
static bool
takes_now(const struct live *v)
{
	return (v->broker->caps & CAP_AT_OPEN) != 0 ||
	    session_phase(v->ses, v->at) != PHASE_ENTRY;
}

static int
pass(struct live *v, enum out_format format, struct err *e)
{
	struct send_counts sent = { 0 };
	struct plan p;
	won buyable = INT64_MAX;
	int rc = -1, wanted, failed;

	plan_init(&p);
	if (live_broker(v, e) == -1)
		goto out;
	if (v->broker->refuses != NULL && !v->dry_run) {
		err_set(e, E_REFUSED, "%s", v->broker->refuses);
		goto out;
	}
	if (!takes_now(v)) {
		rc = 0;
		goto out;
	}
	if ((wanted = wants(v, e)) == -1 ||
	    (wanted != WANTS_NOTHING &&
		ask_broker(v, wanted, &buyable, e) == -1))
		goto out;
	if (send_begin(v, e) == -1) {
		if (e->kind == E_BUSY) /* not another run of this program */
			e->kind = E_FAIL;
		goto out;
	}
	failed = decide(v, buyable, &p, e);
	if (failed != -1 && (v->dry_run || send_planned(v, &sent, e) == 0))
		rc = print_orders(v, format, e);
	send_end(v);
	if (failed != -1 && !v->dry_run && raise_alarms(v, &sent, e) == -1)
		rc = -1;
	if (rc == 0 && failed == 1)
		rc = err_set(e, E_FAIL,
		    "a minute strategy failed; its signals"
		    " wait");
	if (rc == 0 && v->broken.kind != E_NONE) {
		*e = v->broken; /* the others have traded */
		rc = -1;
	}
	if (rc == 0 && sent.closed > 0)
		rc = err_set(e, E_CONFIG,
		    "the broker says that the market is closed; the calendar"
		    " says that it is open");
	if (rc == 0 && sent.unknown > 0)
		rc = err_set(e, E_FAIL,
		    "%d requests without an answer; they"
		    " stand as unknown",
		    sent.unknown);
out:
	plan_fini(&p);
	return rc;
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
	hold_signals();
	if (live_open(&v, tool.name, &opt, STORE_ORDERS, &e) == -1)
		goto out;
	if (session_phase(v.ses, v.at) == PHASE_CLOSED) {
		rc = 0; /* silence, not failure */
		goto out;
	}
	if (live_begin(&v, 120, &e) == 0)
		rc = pass(&v, opt.format, &e);
out:
	status = rc == -1 ? log_exit(&e) : out_finish();
	live_close(&v, status, rc == -1 ? e.msg : "");
	return status;
}
