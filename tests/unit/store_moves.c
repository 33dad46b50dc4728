/*
 * store_moves.c - what the database lets an order, and a request about one,
 * become: each state with each other, and each request's state with each
 * event, by its name.
 *
 * The tables are written by hand.  That order_move is what order_next says is
 * in store.c; here are the triggers, and that a move and its line in the log
 * come together or not at all.
 */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/orders.h"
#include "store/requests.h"
#include "store/store.h"
#include "trade/order.h"

static char dir[] = "/tmp/maemae-moves-XXXXXX";
static struct store *db;
static struct err e;
static const struct trail trail = { .program = "test", .at = 1741910700 };

static void
must(bool passed, const char *what)
{
	if (passed)
		return;
	printf("Bail out! %s: %s\n", what, e.msg);
	exit(1);
}

/* ---- Orders ----------------------------------------------------------------- */

/* A mark: it may become that. */
static const char *const moves[] = {
	/*            planned sending open part unknown filled cancelled
	   rejected expired */
	"planned      . x . . . . . . x",
	"sending      . . x x x x x x x",
	"open         . . . x . x x x x",
	"part         . . . . . x x . x",
	"unknown      . . x x . x x x x",
	"filled       . . . . . . . . .",
	"cancelled    . . . . . x . . .",
	"rejected     . . . . . . . . .",
	"expired      . . . . . x . . .",
};

static int64_t
order(void)
{
	static int attempt;
	struct order_row o = { .day = 20250314,
		.side = SIDE_BUY,
		.attempt = 1,
		.limit = 1000,
		.n = 10 };

	/* A strategy each, or the last would be in the way. */
	snprintf(o.strategy, sizeof(o.strategy), "s%d", ++attempt);
	snprintf(o.code, sizeof(o.code), "005930");
	snprintf(o.state, sizeof(o.state), "planned");
	snprintf(o.why, sizeof(o.why), "signal");
	must(store_put_order(db, &o, &trail, &e) == 0, "an order");
	return o.id;
}

/* The states that lead there, from planned on. */
static const char *const way[ORDER_NSTATES][4] = {
	[ORDER_SENDING] = { "sending" },
	[ORDER_OPEN] = { "sending", "open" },
	[ORDER_PART] = { "sending", "open", "part" },
	[ORDER_UNKNOWN] = { "sending", "unknown" },
	[ORDER_FILLED] = { "sending", "filled" },
	[ORDER_CANCELLED] = { "sending", "open", "cancelled" },
	[ORDER_REJECTED] = { "sending", "rejected" },
	[ORDER_EXPIRED] = { "sending", "unknown", "expired" },
};

static int64_t
order_that_is(int state)
{
	const char *at = "planned";
	int64_t id = order();

	for (int i = 0; i < 4 && way[state][i] != NULL; i++) {
		must(store_move_order(db, id, at, way[state][i], &trail, &e) ==
			1,
		    way[state][i]);
		at = way[state][i];
	}
	return id;
}

static char
mark(const char *row, int i)
{
	return row[13 + 2 * i];
}

static void
order_pair(int from, int to)
{
	const char *a = order_state_name((enum order_state)from);
	const char *b = order_state_name((enum order_state)to);
	bool may = mark(moves[from], to) == 'x' || from == to;
	int64_t id = order_that_is(from);
	struct order_row o;
	int rc;

	rc = store_move_order(db, id, a, b, &trail, &e);
	must(store_order(db, id, &o, &e) == 1, "reading it");
	ok(rc == (may ? 1 : -1) && strcmp(o.state, may ? b : a) == 0,
	    "an order: %s to %s %s", a, b, may ? "goes" : "is refused");
	/* By another's word of what it was, nothing moves. */
	rc = store_move_order(
	    db, id, may && from != to ? a : "none", b, &trail, &e);
	must(store_order(db, id, &o, &e) == 1, "reading it");
	ok(rc == 0 && strcmp(o.state, may ? b : a) == 0,
	    "an order: %s to %s, believed to be another", a, b);
}

/* ---- Requests ----------------------------------------------------------------- */

enum req_event { CLAIM, TAKEN, REFUSED, LOST, DROP };

static const struct {
	const char *name, *to;
} event[] = {
	[CLAIM] = { "claim", "sending" },
	[TAKEN] = { "taken", "accepted" },
	[REFUSED] = { "refused", "refused" },
	[LOST] = { "lost", "unknown" },
	[DROP] = { "drop", "dropped" },
};

static const char *const request_moves[] = {
	/*            claim taken refused lost drop */
	[REQ_PLANNED] = "planned      x . . . x",
	[REQ_SENDING] = "sending      . x x x .",
	[REQ_ACCEPTED] = "accepted     . . . . .",
	[REQ_REFUSED] = "refused      . . . . .",
	[REQ_UNKNOWN] = "unknown      . x x . x",
	[REQ_DROPPED] = "dropped      . . . . .",
};

static const char *const request_way[][3] = {
	[REQ_PLANNED] = { NULL },
	[REQ_SENDING] = { "sending" },
	[REQ_ACCEPTED] = { "sending", "accepted" },
	[REQ_REFUSED] = { "sending", "refused" },
	[REQ_UNKNOWN] = { "sending", "unknown" },
	[REQ_DROPPED] = { "dropped" },
};

static const char *
request_is(int64_t order_id)
{
	static char state[20];
	struct request_row *r;
	int n;

	must(store_requests_of(db, order_id, &r, &n, &e) == 0 && n == 1,
	    "its request");
	snprintf(state, sizeof(state), "%s", r[0].state);
	free(r);
	return state;
}

static void
request_pair(int kind, int from, int ev)
{
	const char *a = req_state_name((enum req_state)from), *at = "planned";
	bool may = mark(request_moves[from], ev) == 'x';
	/* Said again where it is already: nothing is impossible in that. */
	bool same = strcmp(event[ev].to, a) == 0;
	struct request_row r = { .limit = 900 };
	int rc;

	r.order_id = order_that_is(ORDER_OPEN);
	snprintf(
	    r.kind, sizeof(r.kind), "%s", req_kind_name((enum req_kind)kind));
	must(store_add_request(db, &r, &trail, &e) == 0, "a request");
	for (int i = 0; i < 3 && request_way[from][i] != NULL; i++) {
		must(store_move_request(db, r.id, at, request_way[from][i], "",
			 NULL, &trail, &e) == 1,
		    request_way[from][i]);
		at = request_way[from][i];
	}
	rc = store_move_request(
	    db, r.id, a, event[ev].to, "", NULL, &trail, &e);
	ok(rc == (may || same ? 1 : -1) &&
		strcmp(request_is(r.order_id), may ? event[ev].to : a) == 0,
	    "a request to %s: %s, %s: %s", req_kind_name((enum req_kind)kind),
	    a, event[ev].name,
	    may      ? event[ev].to :
		same ? "it is that" :
		       "refused");
}

int
main(void)
{
	char path[100], command[100];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/a.db", dir);
	must(store_create(path, &e) == 1 &&
		(db = store_open(path, 0, &e)) != NULL,
	    "a database");
	must(store_begin(db, &e) == 0, "begin");
	for (int a = 0; a < ORDER_NSTATES; a++)
		for (int b = 0; b < ORDER_NSTATES; b++)
			order_pair(a, b);
	for (int kind = REQ_NEW; kind <= REQ_CANCEL; kind++)
		for (int a = 0; a <= REQ_DROPPED; a++)
			for (int ev = 0; ev <= DROP; ev++)
				request_pair(kind, a, ev);
	store_rollback(db);
	store_close(db);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
