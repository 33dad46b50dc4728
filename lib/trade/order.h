/*
 * order.h - the order's states and the one table that moves it.
 *
 *   planned -> sending -> open -> part -> filled | cancelled | rejected |
 *                                         expired
 *   unknown: we cannot tell whether the broker took it (P3).
 *
 * The same table is repeated by a trigger in the database.  Amends and
 * cancels are requests of their own, with the states of enum req_state.
 */
#ifndef TRADE_ORDER_H
#define TRADE_ORDER_H

#include "base/types.h"

enum order_state {
	ORDER_PLANNED,   /* intended and committed; nothing was sent */
	ORDER_SENDING,   /* claimed; from here on it may be out */
	ORDER_OPEN,      /* the broker has it, nothing is filled */
	ORDER_PART,      /* partly filled, the rest works */
	ORDER_UNKNOWN,   /* sent, and no answer came */
	ORDER_FILLED,    /* final from here on */
	ORDER_CANCELLED, /* what was not filled was cancelled */
	ORDER_REJECTED,  /* the broker refused it */
	ORDER_EXPIRED,   /* ended by the close, or never sent */
	ORDER_NSTATES
};

enum order_event {
	EV_CLAIM,    /* we commit to sending it */
	EV_DROP,     /* planned, not sent, and its minute is over */
	EV_ACCEPT,   /* the broker's answer, or found in its list */
	EV_REJECT,   /* the broker refused, at once or later */
	EV_LOST,     /* no answer, or we died while sending */
	EV_FILL,     /* a fill that leaves a rest */
	EV_FILL_ALL, /* the fill that completes it */
	EV_CANCEL,   /* the broker says that the rest is cancelled */
	EV_EXPIRE,   /* the broker says that the rest ended by the close */
	EV_ABSENT,   /* proved never to have arrived (T28), or a person
			   says so */
	ORDER_NEVENTS
};

#define ORDER_IMPOSSIBLE (-1) /* a bug, or a broker's broken promise */

/* The state after the event, or ORDER_IMPOSSIBLE. */
int order_next(enum order_state, enum order_event);
bool order_is_final(enum order_state);
/* Might it still be worked on, or be out?  sending, open, part, unknown. */
bool order_is_live(enum order_state);

const char *order_state_name(enum order_state); /* "planned" ... */
const char *order_event_name(enum order_event);
int order_state_parse(const char *, enum order_state *);

/* A request to the broker about an order. */
enum req_kind { REQ_NEW, REQ_AMEND, REQ_CANCEL };
enum req_state {
	REQ_PLANNED,
	REQ_SENDING,
	REQ_ACCEPTED,
	REQ_REFUSED,
	REQ_UNKNOWN,
	REQ_DROPPED,
};
const char *req_kind_name(enum req_kind);
const char *req_state_name(enum req_state);
int req_kind_parse(const char *, enum req_kind *);
int req_state_parse(const char *, enum req_state *);

#endif
