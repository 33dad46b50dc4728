/*
 * orders.h - orders, order_left.
 *
 * Whatever changes the state of an order writes its row and its line in
 * trading_log; the caller's transaction keeps them together.
 */
#ifndef STORE_ORDERS_H
#define STORE_ORDERS_H

#include "store/store.h"

#define NO_SIZE     40 /* a broker's order number */
#define REASON_TEXT 96
#define STATE_SIZE  16

/* Who writes, when (market time), and why. */
struct trail {
	const char *program;
	epoch at;
	const char *message; /* NULL: the row's own reason */
	int64_t up_ms;       /* of the same clock as `at`; 0: not known */
};

struct order_row {
	int64_t id; /* <= 0: not saved yet */
	ymd day;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	enum side side;
	char state[STATE_SIZE], why[STATE_SIZE];
	int64_t signal_id;
	int attempt;
	int64_t lot_id;
	bool is_market;
	won limit;
	qty n, filled;
	won filled_won, decision, reserve_price;
	hhmm sent, worked;
	int amends;
	bool at_open, at_close, wants_cancel;
	char reason[REASON_TEXT];
	char broker_no[NO_SIZE];
	epoch sending_at, changed_at; /* out only; 0: never */
};

/* Orders of that day and older ones not yet final, by id; free() *out. */
int store_orders(
    struct store *, ymd day, struct order_row **out, int *n, struct err *);
/* One order: 1, 0 where there is none, -1. */
int store_order(struct store *, int64_t id, struct order_row *, struct err *);
/* Those that may be out with no answer (sending, unknown); free() *out. */
int store_orders_unsure(
    struct store *, struct order_row **out, int *n, struct err *);
/* The order that the broker calls so on that day, by any number it has had:
 * its id, 0 where there is none, -1. */
int64_t store_order_by_no(
    struct store *, ymd day, const char *broker_no, struct err *);

/*
 * Insert (id <= 0, which is set; the state must be planned) or update.  The
 * line in trading_log has the state before and after; where neither state,
 * filled, kind nor limit changed, none is written.  A move that order_move
 * does not have fails (E_BUG).
 */
int store_put_order(
    struct store *, struct order_row *, const struct trail *, struct err *);
/* Move one order from a state to another, whatever else is in its row.
 * 1 if it was in `from` and moved, 0 if not, -1. */
int store_move_order(struct store *, int64_t id, const char *from,
    const char *to, const struct trail *, struct err *);
/* The write that makes two overlapping runs safe: planned -> sending.  1 if
 * it is ours to send, 0 if another run has it, -1. */
int store_order_claim(
    struct store *, int64_t id, const struct trail *, struct err *);
/* An amend of it may be leaving us at this moment, and may have until then; as
 * claim and answer of the order itself are noted. */
int store_order_leaves(
    struct store *, int64_t id, const struct trail *, struct err *);
/*
 * When it can have left us by the clock that nobody sets (monotonic_ms): not
 * before it was claimed, nor after its sender gave up, or was found dead; or
 * that of its last amend, once there was one.  0 each: before this boot, or not
 * known.
 */
struct order_left {
	int64_t claimed_ms, at_ms;
};
int store_order_left(
    struct store *, int64_t id, struct order_left *out, struct err *);
/* Remember the broker's number of an order. */
int store_order_no(
    struct store *, int64_t id, const char *broker_no, struct err *);

#endif
