/*
 * lists.h - the broker's lists of a day, as they were read, beside the book.
 *
 * A follower reads first and writes afterwards: the lists are asked for
 * outside any transaction (S11), so they may be older than the rows that they
 * are compared with.  `read_at` is the moment before the first byte was asked
 * for; what has changed in the database since then is newer than the lists.
 *
 * Only the files of lib/account that follow orders include this; the world
 * has follow.h.
 */
#ifndef ACCOUNT_LISTS_H
#define ACCOUNT_LISTS_H

#include "account/follow.h"

#define ABSENT_AFTER 120 /* seconds after it can last have arrived (T28) */
#define ALERT_EVERY  600 /* seconds between two mails about one thing */

/* In place of an index in book.order: an item of the list that is of no order
 * of ours; of one of this database, but of no concern any more; an error. */
enum { NOBODY = -1, FAILED = -2, KNOWN = -3 };

/* One day's lists. */
struct lists {
	ymd day;
	bool is_gone; /* the broker does not list that day for certain */
	struct broker_orders orders;
	struct broker_fills fills; /* empty with CAP_TOTAL_FILLS */
	int *ours;    /* [orders.n] whose the item is; ours_match says */
	bool *is_old; /* [orders.n] it tells less than is booked */
};

/* One follower's pass. */
struct follow {
	struct live *v;
	struct lists *list;
	int nlist;
	epoch read_at;
	int64_t read_ms; /* the same moment by up_ms of struct clock */
	int shrunk;      /* totals that went back */
	struct follow_counts *n;
};

/* Read the lists of this day, too. */
void lists_add_day(struct follow *, ymd);
/* And of every day that has an order not yet final, or a request that has no
 * end though it was sent. */
int lists_find_days(struct follow *, struct err *);
/* Ask the broker; a list that fails is -1, and nothing counts (S3). */
int lists_read(struct follow *, struct err *);
void lists_free(struct follow *);

/* Once ours_match has said whose they are: */

/* Has the broker told of all orders of that day?  A list without one that it
 * took is short, or a failure that looks like an answer (S3). */
bool lists_tell_of(const struct follow *, ymd);
/* The item that is order i now (it may have had other numbers); NULL where
 * there is none. */
const struct broker_order *lists_item(const struct follow *, int i);
/* What is filled of order i by the list, under all its numbers. */
qty lists_filled(const struct lists *, int i);
/* Does an item replace item k, so that the end of k is not its order's? */
bool lists_replaced(const struct lists *, int k);

#endif
