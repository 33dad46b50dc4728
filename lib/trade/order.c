/*
 * order.c - the state table of order.h, and the names of its words.
 *
 * A fill may overtake the answer to our request (the broker's stream is
 * quicker than its reply), so fills are allowed wherever the order may be
 * out, and an answer that comes, or fails to come, after we know more moves
 * nothing.  A rejection may come after an acceptance.  Nothing leaves a
 * final state but a late fill after a cancel: the broker is right about
 * quantities (P5), and the fill had happened before the cancel did.
 */
#include "trade/order.h"

#include <string.h>

#define NO ORDER_IMPOSSIBLE

static const signed char next[ORDER_NSTATES][ORDER_NEVENTS] = {
	[ORDER_PLANNED] = {
		[EV_CLAIM] = ORDER_SENDING,	[EV_DROP] = ORDER_EXPIRED,
		[EV_ACCEPT] = NO,		[EV_REJECT] = NO,
		[EV_LOST] = NO,			[EV_FILL] = NO,
		[EV_FILL_ALL] = NO,		[EV_CANCEL] = NO,
		[EV_EXPIRE] = NO,		[EV_ABSENT] = NO,
	},
	[ORDER_SENDING] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_OPEN,	[EV_REJECT] = ORDER_REJECTED,
		[EV_LOST] = ORDER_UNKNOWN,	[EV_FILL] = ORDER_PART,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = ORDER_CANCELLED,
		[EV_EXPIRE] = ORDER_EXPIRED,	[EV_ABSENT] = NO,
	},
	[ORDER_OPEN] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_OPEN,	[EV_REJECT] = ORDER_REJECTED,
		[EV_LOST] = ORDER_OPEN,			[EV_FILL] = ORDER_PART,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = ORDER_CANCELLED,
		[EV_EXPIRE] = ORDER_EXPIRED,	[EV_ABSENT] = NO,
	},
	[ORDER_PART] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_PART,	[EV_REJECT] = ORDER_CANCELLED,
		[EV_LOST] = ORDER_PART,			[EV_FILL] = ORDER_PART,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = ORDER_CANCELLED,
		[EV_EXPIRE] = ORDER_EXPIRED,	[EV_ABSENT] = NO,
	},
	[ORDER_UNKNOWN] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_OPEN,	[EV_REJECT] = ORDER_REJECTED,
		[EV_LOST] = ORDER_UNKNOWN,	[EV_FILL] = ORDER_PART,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = ORDER_CANCELLED,
		[EV_EXPIRE] = ORDER_EXPIRED,	[EV_ABSENT] = ORDER_EXPIRED,
	},
	[ORDER_FILLED] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_FILLED,	[EV_REJECT] = NO,
		[EV_LOST] = ORDER_FILLED,	[EV_FILL] = NO,
		[EV_FILL_ALL] = NO,		[EV_CANCEL] = NO,
		[EV_EXPIRE] = NO,		[EV_ABSENT] = NO,
	},
	[ORDER_CANCELLED] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = ORDER_CANCELLED,		[EV_REJECT] = NO,
		[EV_LOST] = ORDER_CANCELLED,			[EV_FILL] = ORDER_CANCELLED,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = NO,
		[EV_EXPIRE] = NO,		[EV_ABSENT] = NO,
	},
	[ORDER_REJECTED] = {
		NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	},
	[ORDER_EXPIRED] = {
		[EV_CLAIM] = NO,		[EV_DROP] = NO,
		[EV_ACCEPT] = NO,		[EV_REJECT] = NO,
		[EV_LOST] = NO,			[EV_FILL] = ORDER_EXPIRED,
		[EV_FILL_ALL] = ORDER_FILLED,	[EV_CANCEL] = NO,
		[EV_EXPIRE] = NO,		[EV_ABSENT] = NO,
	},
};

static const char *const state_name[ORDER_NSTATES] = {
	"planned",
	"sending",
	"open",
	"part",
	"unknown",
	"filled",
	"cancelled",
	"rejected",
	"expired",
};
static const char *const event_name[ORDER_NEVENTS] = {
	"claim",
	"drop",
	"accept",
	"reject",
	"lost",
	"fill",
	"fill-all",
	"cancel",
	"expire",
	"absent",
};
static const char *const req_kind[] = { "new", "amend", "cancel" };
static const char *const req_state[] = {
	"planned",
	"sending",
	"accepted",
	"refused",
	"unknown",
	"dropped",
};

static int
word_index(const char *const *word, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word[i], s) == 0)
			return (int)i;
	return -1;
}

int
order_next(enum order_state s, enum order_event ev)
{
	return next[s][ev];
}

bool
order_is_final(enum order_state s)
{
	return s >= ORDER_FILLED;
}

bool
order_is_live(enum order_state s)
{
	return s > ORDER_PLANNED && s < ORDER_FILLED;
}

const char *
order_state_name(enum order_state s)
{
	return state_name[s];
}

const char *
order_event_name(enum order_event ev)
{
	return event_name[ev];
}

int
order_state_parse(const char *s, enum order_state *out)
{
	int i = word_index(state_name, ORDER_NSTATES, s);

	if (i < 0)
		return -1;
	*out = (enum order_state)i;
	return 0;
}

const char *
req_kind_name(enum req_kind k)
{
	return req_kind[k];
}

const char *
req_state_name(enum req_state s)
{
	return req_state[s];
}

int
req_kind_parse(const char *s, enum req_kind *out)
{
	int i = word_index(req_kind, NELEM(req_kind), s);

	if (i < 0)
		return -1;
	*out = (enum req_kind)i;
	return 0;
}

int
req_state_parse(const char *s, enum req_state *out)
{
	int i = word_index(req_state, NELEM(req_state), s);

	if (i < 0)
		return -1;
	*out = (enum req_state)i;
	return 0;
}
