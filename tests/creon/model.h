/*
 * model.h - CREON as a firm: what it does with orders and what it tells.
 *
 * An account on the paper broker (lib/broker/paper: its books, its rules, its
 * bars from a database), spoken to in CREON's words: sections 3 to 8 of the
 * facts.  Beside the paper broker's own faults there are traps, which are
 * what goes wrong between CREON's library and its server; see trap.h.
 *
 * The configuration is one file:
 *
 *	[creon]
 *	db = maemae.db          prices, calendar, names
 *	now = 2025-03-14 09:00  where the clock stands; absent: the wall's
 *	traps = FILE            see trap.h
 *	account = 335123456     and of which product
 *	product = 10
 *	window_ms = 15000       in which so many are allowed:
 *	quotes = 60
 *	orders = 20
 *	[paper]
 *	books = FILE
 * *	cash = ...              and what else the paper broker knows
 */
#ifndef TESTS_CREON_MODEL_H
#define TESTS_CREON_MODEL_H

#include "base/err.h"
#include "creon/creon.h"

struct model;

struct model *model_open(const char *config, struct err *);
void model_close(struct model *);

/* As creon_request() and creon_call() of object.h. */
int model_request(struct model *, const struct creon_request *,
    struct creon_answer *, struct com_fault *);
int model_call(struct model *, const char *progid, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *);

/* Something to tell?  1 and an event, which the caller ends with
 * answer_fini(&event->said); 0: nothing now. */
int model_event(struct model *, struct creon_event *);

#endif
