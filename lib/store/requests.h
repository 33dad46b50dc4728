/*
 * requests.h - order_request: what was asked of the broker, and its answer.
 *
 * Whatever changes the state of a request writes its row and its line in
 * trading_log; the caller's transaction keeps them together.
 */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "store/orders.h"

struct request_row {
	int64_t id; /* 0: not saved yet */
	int64_t order_id;
	char kind[STATE_SIZE];  /* new, amend, cancel */
	char state[STATE_SIZE]; /* planned, sending, accepted, refused, unknown,
				   dropped */
	bool is_market;
	won limit;
	char reason[REASON_TEXT];
	char broker_no[NO_SIZE];
	char answer[160];
	epoch planned_at, sending_at, answered_at; /* out only; 0: not yet */
};

/* Add one, planned; its id is set. */
int store_add_request(
    struct store *, struct request_row *, const struct trail *, struct err *);
/*
 * Move it from `from` to `to`, with the broker's number and words ("" and
 * NULL: none).  1 if it was in `from` and moved, 0 if not, -1.
 */
int store_move_request(struct store *, int64_t id, const char *from,
    const char *to, const char *broker_no, const char *answer,
    const struct trail *, struct err *);
/* Those planned, sending or unknown, by id; free() *out. */
int store_requests_open(
    struct store *, struct request_row **out, int *n, struct err *);
/* All of one order, by id; free() *out. */
int store_requests_of(struct store *, int64_t order_id,
    struct request_row **out, int *n, struct err *);

#endif
