/*
 * paper.h - what a person can do to the paper account beside trading through
 * the programs: act by hand, move money and shares, ask for a fault.
 *
 * The broker given must be the paper broker (paper_is).
 */
#ifndef BROKER_PAPER_H
#define BROKER_PAPER_H

#include "broker/broker.h"

bool paper_is(const struct broker *);
/* "working", "filled" ... */
const char *paper_state_name(enum broker_state);
const char *paper_path(const struct broker *);

/* Is it designated now ([paper] designated)?  A quote says no_entry of that, of
 * halts and of interruptions alike. */
bool paper_is_designated(const struct broker *, const char *code);

/* From here on this handle is a person's phone: no fault touches it. */
void paper_by_hand(struct broker *);

/* Deposit (delta > 0) or withdraw; E_USAGE beyond what is not bound. */
int paper_transfer(struct broker *, won delta, const char *note, struct err *);
/* The account holds n shares that cost that much in all, from now on: shares
 * moved from another firm, a split, a rights issue.  E_USAGE where working
 * sells bind more than n. */
int paper_set_holding(
    struct broker *, const char *code, qty n, won cost, struct err *);

/*
 * The next request of a kind meets this fault: "lose-answer" for the next
 * new order, "lose-answer:cancel" for the next cancel.  E_USAGE, naming what
 * there is.
 */
int paper_will(struct broker *, const char *fault, struct err *);

/* What arrived at, or was lost before, the broker; oldest first. */
struct paper_request {
	int64_t id;
	ymd date;
	hhmm at;
	char kind[8]; /* new, amend, cancel */
	char key[48];
	char code[CODE_SIZE];
	char broker_no[BROKER_NO_SIZE];
	char outcome[12]; /* accepted, rejected, lost, delayed */
	char fault[20];   /* "" for none */
	char reason[160];
};
struct paper_requests {
	int n, cap;
	struct paper_request *item;
};
int paper_requests(struct broker *, struct paper_requests *, struct err *);

#endif
