/*
 * ours.h - which order of ours is it that the broker lists?
 *
 * By our key where the broker carries one, which is certain; else by its
 * number; or because it replaces one of ours.  And, if we have no number
 * because the answer was lost (T28), by its looks: one item of the same
 * stock, side, kind, price and quantity, taken by the broker when ours can
 * have arrived, that no other order of ours is or may be.
 *
 * Looks are a guess, so whatever leaves a doubt leaves the order unknown: two
 * items alike, two orders of ours alike, or an item that does not say when it
 * was taken, which may be a person's of this morning.  Such an item keeps the
 * order from being proved absent, too; a person settles it.
 * docs/reliability.md says the rule in full.
 */
#ifndef ACCOUNT_OURS_H
#define ACCOUNT_OURS_H

#include "account/lists.h"
#include "store/requests.h"

/* Fill in l->ours. */
int ours_match(struct follow *, struct lists *, struct err *);

/* Whose is this number?  An index, or NOBODY, KNOWN, FAILED. */
int ours_by_number(struct follow *, const struct lists *, const char *no,
    const char *code, enum side, struct err *);
/* Numbers are used again, on other days at least: is it this stock, bought or
 * sold as the order does? */
bool ours_fits(const struct order_row *, const char *code, enum side);

/* Can item k be order i, which has no number and is in doubt: is it like it in
 * all, and taken in time? */
bool ours_may_be(const struct follow *, const struct lists *, int k, int i);
/* The same of an unknown order, however the clock was set since it left: is it
 * a doubt about its absence?  1, 0, -1. */
int ours_may_have_been(
    const struct follow *, const struct lists *, int k, int i, struct err *);
/* Can item k be order i, which was taken for absent, come after all, however
 * late?  1, 0, -1. */
int ours_may_have_come(
    const struct follow *, const struct lists *, int k, int i, struct err *);

/* The last moment at which an order without an answer can have left us. */
epoch ours_last_leave(const struct order_row *);
/*
 * Until when such an order, or an amend of one, may be on its way (T28): later
 * than ABSENT_AFTER behind that moment it has arrived, or never will.  Counted
 * by the clock on the wall, which may be set, and by the one that nobody sets.
 */
struct under_way {
	epoch until;  /* by the wall's clock, as it goes now */
	epoch heeded; /* the same, by those of the clocks that can be right: by
			 one that says that it left in a time to come, it may
			 never have arrived.  For who knows otherwise, and
			 where no second order comes of it: of an amend */
};
/* The clocks say `at` and up_ms (struct clock).  0, -1. */
int ours_under_way(struct store *, const struct order_row *, epoch at,
    int64_t up_ms, struct under_way *, struct err *);
/* The same of an amend without an answer. */
int ours_amend_under_way(struct store *, const struct request_row *, epoch at,
    int64_t up_ms, struct under_way *, struct err *);

#endif
