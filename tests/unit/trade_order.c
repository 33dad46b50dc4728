/*
 * trade_order.c - every state with every event (DESIGN, "Orders").
 *
 * The table below is written by hand, from the meaning of the words alone;
 * order_next has to print the same.
 */
#include "tap.h"

#include "trade/order.h"

#include <string.h>

/* Rows: the state.  Columns: the event.  A dot: impossible. */
static const char *const want[] = {
	"          claim drop accept reject lost fill fill-all cancel expire absent",
	"planned   sending expired . . . . . . . .",
	"sending   . . open rejected unknown part filled cancelled expired .",
	"open      . . open rejected open part filled cancelled expired .",
	"part      . . part cancelled part part filled cancelled expired .",
	"unknown   . . open rejected unknown part filled cancelled expired expired",
	/* The answer may come after the fills, or never. */
	"filled    . . filled . filled . . . . .",
	/* A fill that happened before the cancel may be heard of after it. */
	"cancelled . . cancelled . cancelled cancelled filled . . .",
	"rejected  . . . . . . . . . .",
	"expired   . . . . . expired filled . . .",
};

/* The word at a place of a row. */
static const char *
word(const char *row, int i, char *buf, size_t size)
{
	for (row += strspn(row, " "); i > 0; i--) {
		row += strcspn(row, " ");
		row += strspn(row, " ");
	}
	snprintf(buf, size, "%.*s", (int)strcspn(row, " "), row);
	return buf;
}

/* Each pair by its name. */
static void
pair(enum order_state s, enum order_event ev)
{
	char expected[20];
	int to = order_next(s, ev);

	word(want[s + 1], (int)ev + 1, expected, sizeof(expected));
	is_str(to == ORDER_IMPOSSIBLE ? "." :
					order_state_name((enum order_state)to),
	    expected, "%s, %s: %s", order_state_name(s), order_event_name(ev),
	    strcmp(expected, ".") == 0 ? "refused" : expected);
}

/* Does any event lead from one state to the other? */
static bool
leads(enum order_state from, enum order_state to)
{
	for (int ev = 0; ev < ORDER_NEVENTS; ev++)
		if (order_next(from, (enum order_event)ev) == (int)to)
			return true;
	return false;
}

int
main(void)
{
	char got[20];
	enum order_state s;
	enum req_kind kind;
	enum req_state req;

	is_int(NELEM(want), ORDER_NSTATES + 1, "a row for each state");
	for (int ev = 0; ev < ORDER_NEVENTS; ev++)
		is_str(word(want[0], ev, got, sizeof(got)),
		    order_event_name((enum order_event)ev), "a column for %s",
		    order_event_name((enum order_event)ev));
	for (int i = 0; i < ORDER_NSTATES; i++) {
		is_str(word(want[i + 1], 0, got, sizeof(got)),
		    order_state_name((enum order_state)i), "a row for %s",
		    order_state_name((enum order_state)i));
		for (int ev = 0; ev < ORDER_NEVENTS; ev++)
			pair((enum order_state)i, (enum order_event)ev);
	}

	/* What must hold whatever the table says. */
	for (int i = 0; i < ORDER_NSTATES; i++) {
		enum order_state from = (enum order_state)i;

		ok(!leads(from, ORDER_PLANNED), "%s: never planned again",
		    order_state_name(from));
		ok(from == ORDER_PLANNED || !leads(from, ORDER_SENDING),
		    "%s: never sent twice (P2)", order_state_name(from));
		for (int j = 0; order_is_final(from) && j < ORDER_NSTATES; j++)
			ok(order_is_final((enum order_state)j) ||
				!leads(from, (enum order_state)j),
			    "%s is not worked on again as %s",
			    order_state_name(from),
			    order_state_name((enum order_state)j));
		ok(order_is_live(from) + order_is_final(from) +
			    (from == ORDER_PLANNED) ==
			1,
		    "%s is planned, live or final", order_state_name(from));
	}

	for (int i = 0; i < ORDER_NSTATES; i++)
		ok(order_state_parse(
		       order_state_name((enum order_state)i), &s) == 0 &&
			s == (enum order_state)i,
		    "state %d by name", i);
	for (int i = REQ_NEW; i <= REQ_CANCEL; i++)
		ok(req_kind_parse(req_kind_name((enum req_kind)i), &kind) ==
			    0 &&
			kind == (enum req_kind)i,
		    "request %d by name", i);
	for (int i = REQ_PLANNED; i <= REQ_DROPPED; i++)
		ok(req_state_parse(req_state_name((enum req_state)i), &req) ==
			    0 &&
			req == (enum req_state)i,
		    "its state %d by name", i);
	is_int(order_state_parse("", &s), -1, "no state");
	is_int(order_state_parse("Open", &s), -1, "words are lower case");
	is_int(req_kind_parse("newer", &kind), -1, "no request");
	is_int(req_state_parse("open", &req), -1, "no state of a request");
	return done_testing();
}
