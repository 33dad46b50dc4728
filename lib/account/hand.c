/* hand.c - see hand.h. */
#include "account/hand.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/opt.h"
#include "store/books.h"
#include "store/log.h"
#include "store/settings.h"
#include "store/signals.h"

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
