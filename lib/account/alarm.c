/* alarm.c - see alarm.h. */
#include "account/alarm.h"

#include "base/log.h"
#include "trade/stop.h"

#include <stdio.h>

#define EVERY 600 /* seconds between two that say the same */

/* Say it if it stands and is due; clear it if it does not. */
static int
alarm_set(struct live *v, bool stands, const char *name, const char *words,
    struct err *e)
{
	int rc;

	if (!stands)
		return store_alert_clear(v->db, name, v->now->now, e);
	rc = store_alert(v->db, name, v->program, words, EVERY, v->now->now, e);
	if (rc == 1)
		log_warn("%s", words);
	return rc;
}

/* Is a lot of this stock beyond its stop, with no way to sell it? */
static bool
is_stuck(const struct live *v, int k)
{
	const struct tape *t = &v->w.tape[k];

	if (!t->is_halted || tape_price(t) == 0)
		return false;
	for (int i = 0; i < v->b.nlot; i++) {
		const struct lot *l = &v->b.lot[i];

		if (l->stock == k && l->n > 0 && l->strat != STRAT_MANUAL &&
		    stop_check(&v->w.strat[l->strat].stops, l, tape_price(t),
			v->date) != STOP_NONE)
			return true;
	}
	return false;
}

/* Do strategies hold this stock, whose price alone does not come?  Its stops
 * are not judged then.  Where many do not come, another alarm tells it. */
static bool
is_unpriced(const struct live *v, int k)
{
	if (!v->w.tape[k].is_stale || v->m.no_prices)
		return false;
	for (int i = 0; i < v->b.nlot; i++) {
		const struct lot *l = &v->b.lot[i];

		if (l->stock == k && l->n > 0 && l->strat != STRAT_MANUAL)
			return true;
	}
	return false;
}

/* Did the broker not take this one?  Rejected, or ended without a number after
 * it was sent: "closed", it said, or never got it.  Another alarm tells that
 * the whole market is; and at the minute from which orders are taken a second
 * between two clocks explains it. */
static bool
is_refused(const struct live *v, const struct send_counts *sent, int i)
{
	const struct order_row *row = &v->row[i];

	if (v->b.order[i].state == ORDER_REJECTED)
		return true;
	return v->b.order[i].state == ORDER_EXPIRED && row->sending_at != 0 &&
	    row->broker_no[0] == '\0' && sent->closed == 0 && v->ses != NULL &&
	    row->sent != v->ses->entry && row->sent != v->ses->open;
}

/* Was the last sell of this stock refused, and is another tried (L2)?  The
 * refused one, or NULL. */
static const struct order *
refused_sell(const struct live *v, const struct send_counts *sent, int k)
{
	int last = -1;
	bool tried = false;

	for (int i = 0; i < v->b.norder; i++) {
		const struct order *o = &v->b.order[i];

		if (o->stock != k || o->side != SIDE_SELL)
			continue;
		if (i < v->nrow) /* as this pass found it */
			last = i;
		else
			tried = true;
	}
	return tried && last >= 0 && is_refused(v, sent, last) ?
	    &v->b.order[last] :
	    NULL;
}

static int
stock_alarms(
    struct live *v, const struct send_counts *sent, int k, struct err *e)
{
	const struct tape *t = &v->w.tape[k];
	const struct order *refused = refused_sell(v, sent, k);
	char name[64], words[400];

	snprintf(name, sizeof(name), "sell refused %s", t->code);
	if (refused != NULL)
		snprintf(words, sizeof(words),
		    "%s %s: the broker did not take the last sell of it"
		    " (order %lld); look at its own screen, then:"
		    " sync-account",
		    t->code, t->name, (long long)refused->id);
	if (alarm_set(v, refused != NULL, name, words, e) == -1)
		return -1;

	snprintf(name, sizeof(name), "halted %s", t->code);
	snprintf(words, sizeof(words),
	    "%s %s is halted and beyond its stop; it"
	    " is sold when trading resumes",
	    t->code, t->name);
	if (alarm_set(v, is_stuck(v, k), name, words, e) == -1)
		return -1;
	snprintf(name, sizeof(name), "price of %s", t->code);
	snprintf(words, sizeof(words),
	    "%s %s is held and has had no quote for %lld s; its stops wait"
	    " until one comes. Look at the broker's own screen, then:"
	    " update-prices -v",
	    t->code, t->name, (long long)v->w.limits.stale_after);
	if (alarm_set(v, is_unpriced(v, k), name, words, e) == -1)
		return -1;
	snprintf(name, sizeof(name), "base price %s", t->code);
	snprintf(words, sizeof(words),
	    "%s %s: the broker's base price %lld is"
	    " not our last close %lld; its stops and entries wait. After a"
	    " split: import-prices --split %s %d FACTOR; else update-prices"
	    " --daily",
	    t->code, t->name, (long long)t->base, (long long)t->prev_close,
	    t->code, v->date);
	return alarm_set(v, t->is_rebased, name, words, e);
}

int
raise_alarms(struct live *v, const struct send_counts *sent, struct err *e)
{
	if (store_begin(v->db, e) == -1)
		return -1;
	if (alarm_set(v, v->m.no_prices, "no prices",
		"prices do not come, or"
		" too many are stale; until they do there are no entries, and"
		" stops of stale prices wait",
		e) == -1 ||
	    alarm_set(v, sent->closed > 0, "market closed",
		"the broker says that the market is closed, the calendar that"
		" it is open; entries wait. If the broker is right:"
		" update-prices --calendar, or import-prices --calendar",
		e) == -1)
		goto fail;
	for (int k = 0; k < v->w.nstock; k++)
		if (stock_alarms(v, sent, k, e) == -1)
			goto fail;
	return store_commit(v->db, e);
fail:
	store_rollback(v->db);
	return -1;
}
