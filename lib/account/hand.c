/* hand.c - see hand.h. */
#include "account/hand.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/code.h"
#include "store/books.h"
#include "store/log.h"
#include "store/requests.h"
#include "store/settings.h"
#include "store/signals.h"
#include "trade/order.h"

ymd
trail_day(const struct trail *t)
{
	return clock_ymd(&(struct clock){ .now = t->at });
}

int
hand_log(struct store *db, const struct trail *t, const char *event,
    const char *strategy, const char *code, struct err *e, const char *fmt, ...)
{
	char words[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	return store_log(db,
	    &(struct log_row){ .at = t->at,
		.day = trail_day(t),
		.program = t->program,
		.event = event,
		.strategy = strategy,
		.code = code,
		.message = words },
	    e);
}

/* ---- Strategies that go ---------------------------------------------------- */

bool
strategy_name_valid(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < NAME_SIZE &&
	    strspn(s,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_-") == n &&
	    s[0] != '-' && strcmp(s, MANUAL) != 0 && !code_valid(s);
}

int
strategy_ties(
    struct store *db, const char *name, int *orders, qty *shares, struct err *e)
{
	struct order_row *order = NULL;
	struct lot_row *lot = NULL;
	int norder, nlot, rc = -1;

	*orders = 0;
	*shares = 0;
	/* Of day 0 there are none: only those not yet final are left. */
	if (store_orders(db, 0, &order, &norder, e) == -1 ||
	    store_lots(db, &lot, &nlot, e) == -1)
		goto out;
	for (int i = 0; i < norder; i++)
		*orders += strcmp(order[i].strategy, name) == 0;
	for (int i = 0; i < nlot; i++)
		if (strcmp(lot[i].strategy, name) == 0)
			*shares += lot[i].n;
	rc = 0;
out:
	free(order);
	free(lot);
	return rc;
}

/* One lot from a strategy to MANUAL. */
static int
move_lot(
    struct store *db, struct lot_row *lot, const struct trail *t, struct err *e)
{
	struct share_row move = { .day = trail_day(t),
		.strategy = lot->strategy,
		.code = lot->code,
		.n = -lot->n,
		.kind = "move",
		.note = t->message,
		.at = t->at };

	if (store_add_shares(db, &move, e) == -1)
		return -1;
	move.strategy = MANUAL;
	move.n = lot->n;
	if (store_add_shares(db, &move, e) == -1 ||
	    hand_log(db, t, "move", lot->strategy, lot->code, e,
		"%lld shares to " MANUAL ": %s", (long long)lot->n,
		t->message) == -1)
		return -1;
	snprintf(lot->strategy, sizeof(lot->strategy), MANUAL);
	lot->order_id = 0;
	return store_put_lot(db, lot, e);
}

int
strategy_to_manual(
    struct store *db, const char *name, const struct trail *t, struct err *e)
{
	struct lot_row *lot;
	int n, moved = 0, orders;
	qty shares;

	if (strategy_ties(db, name, &orders, &shares, e) == -1 ||
	    store_lots(db, &lot, &n, e) == -1)
		return -1;
	assert(orders == 0);
	for (int i = 0; i < n && moved != -1; i++) {
		if (strcmp(lot[i].strategy, name) != 0)
			continue;
		moved = move_lot(db, &lot[i], t, e) == -1 ? -1 : moved + 1;
	}
	free(lot);
	return moved;
}

/* What it still wanted is wanted no more. */
static int
drop_signals(
    struct store *db, const char *name, const struct trail *t, struct err *e)
{
	struct signal_row *sig;
	int n, rc = 0;

	if (store_signals(db, &sig, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		if (strcmp(sig[i].strategy, name) != 0 ||
		    strcmp(sig[i].state, "pending") != 0)
			continue;
		snprintf(sig[i].state, sizeof(sig[i].state), "gone");
		snprintf(sig[i].reason, sizeof(sig[i].reason),
		    "the strategy was removed");
		sig[i].is_said = false;
		rc = store_put_signal(db, &sig[i], t->at, e);
	}
	free(sig);
	return rc;
}

int
strategy_remove_if_empty(
    struct store *db, const char *name, const struct trail *t, struct err *e)
{
	int rc = store_strategy_in_use(db, name, e);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if ((rc = store_drop_strategy(db, name, e)) != 1)
		return rc;
	if (drop_signals(db, name, t, e) == -1 ||
	    store_resume(db, HALT_STRATEGY, name, e) == -1)
		return -1;
	if (hand_log(db, t, "set", name, NULL, e, "removed%s%s",
		t->message != NULL ? ": " : "",
		t->message != NULL ? t->message : "") == -1)
		return -1;
	return 1;
}

int
strategy_remove_left(struct store *db, const struct trail *t, struct err *e)
{
	struct strategy_row *s;
	int n, gone = 0, rc = 0;

	if (store_strategies(db, &s, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++) {
		if (!s[i].is_leaving)
			continue;
		rc = strategy_remove_if_empty(db, s[i].name, t, e);
		gone += rc == 1;
	}
	free(s);
	return rc == -1 ? -1 : gone;
}

/* ---- Orders and holdings ----------------------------------------------------- */

/* Does a cancel of this order wait for its sending or its answer? */
static int
cancel_is_asked(struct store *db, int64_t order_id, struct err *e)
{
	struct request_row *r;
	int n, found = 0;

	if (store_requests_of(db, order_id, &r, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (strcmp(r[i].kind, "cancel") == 0 &&
		    (strcmp(r[i].state, "planned") == 0 ||
			strcmp(r[i].state, "sending") == 0 ||
			strcmp(r[i].state, "unknown") == 0))
			found = 1;
	free(r);
	return found;
}

int
hand_cancel(
    struct store *db, struct order_row *o, const struct trail *t, struct err *e)
{
	struct request_row r = { .order_id = o->id, .kind = "cancel" };
	enum order_state state;
	int asked;

	if (order_state_parse(o->state, &state) == -1)
		return err_set(e, E_BUG, "order %lld: state '%s'",
		    (long long)o->id, o->state);
	if (order_is_final(state))
		return CANCEL_FINAL;
	if (state == ORDER_PLANNED)
		return store_move_order(
			   db, o->id, "planned", "expired", t, e) == -1 ?
		    -1 :
		    CANCEL_UNSENT;
	if ((asked = cancel_is_asked(db, o->id, e)) != 0)
		return asked == -1 ? -1 : CANCEL_ASKED;
	snprintf(r.reason, sizeof(r.reason), "%s", t->message);
	o->wants_cancel = true;
	if (store_add_request(db, &r, t, e) == -1 ||
	    store_put_order(db, o, t, e) == -1)
		return -1;
	return CANCEL_PLANNED;
}

static int
sale_order(const void *a, const void *b)
{
	const struct hand_sale *x = a, *y = b;
	int c = strcmp(x->strategy, y->strategy);

	return c != 0 ? c : strcmp(x->code, y->code);
}

/* What strategies hold, a row for each strategy and stock. */
static int
read_holdings(struct store *db, const char *strategy, const char *code,
    struct hand_sale **out, int *n, struct err *e)
{
	struct lot_row *lot;
	struct hand_sale *s;
	int nlot;

	*n = 0;
	if (store_lots(db, &lot, &nlot, e) == -1)
		return -1;
	*out = xcalloc((size_t)nlot + 1, sizeof(**out));
	for (int i = 0; i < nlot; i++) {
		const struct lot_row *l = &lot[i];

		if (strcmp(l->strategy, MANUAL) == 0 ||
		    (strategy != NULL && strcmp(l->strategy, strategy) != 0) ||
		    (code != NULL && strcmp(l->code, code) != 0))
			continue;
		for (s = *out; s < *out + *n; s++)
			if (strcmp(s->strategy, l->strategy) == 0 &&
			    strcmp(s->code, l->code) == 0)
				break;
		if (s == *out + *n) {
			memcpy(s->strategy, l->strategy, sizeof(s->strategy));
			memcpy(s->code, l->code, sizeof(s->code));
			++*n;
		}
		s->n += l->n;
	}
	qsort(*out, (size_t)*n, sizeof(**out), sale_order);
	free(lot);
	return 0;
}

/*
 * The day of a signal made now: that of the session last begun here.  Where a
 * new one begins, an urgent signal is carried into it (trade_day_open), so
 * that what is said in the evening is done in the morning.
 */
static int
signal_day(struct store *db, const struct trail *t, ymd *day, struct err *e)
{
	struct day_row last;

	if (store_last_day(db, &last, e) == -1)
		return -1;
	*day = trail_day(t);
	if (last.day != 0 && last.day < *day)
		*day = last.day;
	return 0;
}

/* The urgent signal of one position; sig are all that there are. */
static int
put_sale(struct store *db, struct hand_sale *s, ymd day,
    const struct signal_row *sig, int nsig, const struct trail *t,
    struct err *e)
{
	struct signal_row r = { .day = day, .side = SIDE_SELL };

	memcpy(r.strategy, s->strategy, sizeof(r.strategy));
	memcpy(r.code, s->code, sizeof(r.code));
	for (int i = 0; i < nsig; i++)
		if (sig[i].day == day && sig[i].side == SIDE_SELL &&
		    strcmp(sig[i].strategy, s->strategy) == 0 &&
		    strcmp(sig[i].code, s->code) == 0)
			r = sig[i];
	s->is_new = strcmp(r.state, "pending") != 0 || !r.is_urgent;
	if (!s->is_new)
		return 0;
	snprintf(r.state, sizeof(r.state), "pending");
	snprintf(r.reason, sizeof(r.reason), "%s", t->message);
	/* All of that day's shares, also where it is over (exit_is_left). */
	r.made = day < trail_day(t) ?
	    2359 :
	    clock_hhmm(&(struct clock){ .now = t->at });
	r.stamp = r.made;
	r.is_said = r.is_urgent = true;
	if (store_put_signal(db, &r, t->at, e) == -1)
		return -1;
	return hand_log(db, t, "signal", s->strategy, s->code, e,
	    "sell %lld at once: %s", (long long)s->n, t->message);
}

int
hand_sell(struct store *db, const char *strategy, const char *code,
    const struct trail *t, struct hand_sale **out, int *n, struct err *e)
{
	struct signal_row *sig = NULL;
	int nsig, rc = -1;
	ymd day;

	*out = NULL;
	if (read_holdings(db, strategy, code, out, n, e) == -1 ||
	    signal_day(db, t, &day, e) == -1 ||
	    store_signals(db, &sig, &nsig, e) == -1)
		goto out;
	rc = 0;
	for (int i = 0; i < *n && rc == 0; i++)
		rc = put_sale(db, &(*out)[i], day, sig, nsig, t, e);
out:
	free(sig);
	if (rc == -1) {
		free(*out);
		*out = NULL;
	}
	return rc;
}
