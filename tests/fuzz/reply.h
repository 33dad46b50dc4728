/*
 * reply.h - what must hold of a broker's answers, whatever came over the
 * wire: an adapter's fuzz entry feeds its readers and hands the results here.
 */
#ifndef FUZZ_REPLY_H
#define FUZZ_REPLY_H

#include "base/date.h"
#include "base/code.h"
#include "broker/broker.h"
#include "fuzz.h"

static FUZZ_UNUSED void
reply_orders(const struct broker_orders *l)
{
	must(l->n >= 0 && l->n <= l->cap);
	for (int i = 0; i < l->n; i++) {
		const struct broker_order *o = &l->item[i];

		must(memchr(o->broker_no, '\0', sizeof(o->broker_no)) != NULL);
		must(memchr(o->orig_no, '\0', sizeof(o->orig_no)) != NULL);
		must(memchr(o->key, '\0', sizeof(o->key)) != NULL);
		must(memchr(o->reason, '\0', sizeof(o->reason)) != NULL);
		must(o->broker_no[0] != '\0');
		must(code_valid(o->code));
		must(o->side == SIDE_BUY || o->side == SIDE_SELL);
		must(o->state >= BO_WORKING && o->state <= BO_EXPIRED);
		must(o->n > 0 && o->filled >= 0 && o->filled <= o->n);
		must(o->filled_won >= 0 && o->limit >= 0);
		must(o->at == -1 || hhmm_valid(o->at));
	}
}

static FUZZ_UNUSED void
reply_fills(const struct broker_fills *l)
{
	must(l->n >= 0 && l->n <= l->cap);
	for (int i = 0; i < l->n; i++) {
		const struct broker_fill *f = &l->item[i];

		must(memchr(f->broker_no, '\0', sizeof(f->broker_no)) != NULL);
		must(f->broker_no[0] != '\0' && code_valid(f->code));
		must(f->side == SIDE_BUY || f->side == SIDE_SELL);
		must(f->n > 0 && f->price > 0);
		must(ymd_valid(f->date) && hhmm_valid(f->time));
		must(f->commission >= -1 && f->tax >= -1);
	}
}

static FUZZ_UNUSED void
reply_holdings(const struct broker_holdings *l)
{
	must(l->n >= 0 && l->n <= l->cap);
	for (int i = 0; i < l->n; i++) {
		const struct broker_holding *h = &l->item[i];

		must(code_valid(h->code) && h->n > 0);
		must(h->sellable >= 0 && h->sellable <= h->n);
		must(h->cost >= -1);
	}
}

static FUZZ_UNUSED void
reply_cash(const struct broker_cash *c)
{
	must(c->buyable >= 0);
}

static FUZZ_UNUSED void
reply_ack(enum place p, const struct ack *a)
{
	must(p == PLACE_ACCEPTED || p == PLACE_REJECTED || p == PLACE_UNKNOWN);
	must(memchr(a->broker_no, '\0', sizeof(a->broker_no)) != NULL);
	must(memchr(a->reason, '\0', sizeof(a->reason)) != NULL);
	must(p == PLACE_ACCEPTED ? a->broker_no[0] != '\0' :
				   a->reason[0] != '\0');
}

/* A query's error: its message, and that there is one. */
static FUZZ_UNUSED void
reply_error(struct err *e)
{
	if (e->kind == E_BUG)
		e->kind = E_DATA;
	must_refuse(e);
	*e = (struct err){ 0 };
}

/* Ask an open broker everything that only asks, and judge the answers. */
static FUZZ_UNUSED void
reply_judge(struct broker *br, ymd day)
{
	struct broker_orders orders = { 0 };
	struct broker_fills fills = { 0 };
	struct broker_holdings held = { 0 };
	struct broker_cash cash = { 0 };
	struct err e = { 0 };

	if (br->ops->orders(br, day, &orders, &e) == -1)
		reply_error(&e);
	else
		reply_orders(&orders);
	if (br->ops->fills(br, day, &fills, &e) == -1)
		reply_error(&e);
	else
		reply_fills(&fills);
	if (br->ops->holdings(br, &held, &e) == -1)
		reply_error(&e);
	else
		reply_holdings(&held);
	if (br->ops->cash(br, &cash, &e) == -1)
		reply_error(&e);
	else
		reply_cash(&cash);
	free(orders.item);
	free(fills.item);
	free(held.item);
}

#endif
