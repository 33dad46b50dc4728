/*
 * paper_books.h - the paper broker's own books: one SQLite file.
 *
 * Everything here stores and finds; nothing decides.  Changes belong between
 * books_begin and books_commit, which is BEGIN IMMEDIATE, so that two
 * programs at once take turns.
 */
#ifndef BROKER_PAPER_BOOKS_H
#define BROKER_PAPER_BOOKS_H

#include "broker/broker.h"
#include "broker/paper.h"

struct books;

/* One order.  `no` begins at 1 each day, as the firms' numbers do; `id` never
 * repeats. */
struct books_order {
	int64_t id;    /* 0: not stored yet */
	int64_t place; /* in the queue; 0: behind all others */
	ymd date;
	int64_t no;      /* 0: the day's next */
	int64_t orig_no; /* 0: replaces none */
	char key[48];
	char code[CODE_SIZE];
	enum side side;
	bool is_market;
	won limit; /* 0 for market */
	won bind;  /* price at which a buy's rest binds cash */
	qty n, filled;
	won filled_won;
	enum broker_state state;
	hhmm at;         /* when it was taken */
	hhmm first_bar;  /* first bar that may fill it as it is */
	bool is_doomed;  /* fault: ends as rejected, when next looked at */
	epoch listed_at; /* fault: not in the list of orders before */
	char reason[160];
};
struct books_orders {
	int n, cap;
	struct books_order *item;
};

struct books_fill {
	int64_t order_id, fill_no;
	ymd date;
	hhmm time;
	qty n;
	won price, commission, tax;
	epoch seen_at;    /* fault: not in the list of fills before */
	epoch counted_at; /* fault: not in balance and holdings before */
};

/* A request that is still on its way (fault). */
struct books_delayed {
	int64_t id;
	epoch until; /* it arrives */
	int kind;    /* enum paper_kind */
	struct broker_request req;
};

/* Open, creating with this cash where there are none; NULL on error. */
struct books *books_open(const char *path, won opening_cash, epoch now,
    bool full_sync, struct err *);
void books_close(struct books *);
const char *books_path(const struct books *);

int books_begin(struct books *, struct err *);
int books_commit(struct books *, struct err *);
void books_rollback(struct books *); /* nothing where none is open */

/* Is anything working or on its way?  1, 0, -1. */
int books_busy(struct books *, struct err *);
/* Grows with every order, fill and change of state: -1 on error. */
int64_t books_changes(struct books *, struct err *);

int books_order_add(struct books *, struct books_order *, struct err *);
int books_order_save(struct books *, const struct books_order *, struct err *);
/* 1 found, 0 none, -1. */
int books_order_find(
    struct books *, ymd, int64_t no, struct books_order *, struct err *);
/* Of all days, by day, code and place. */
int books_working(struct books *, struct books_orders *, struct err *);
int books_orders(
    struct books *, ymd, epoch listed_by, struct broker_orders *, struct err *);

/* Stores the fill with the order's next number. */
int books_fill_add(struct books *, struct books_fill *, struct err *);
int books_fills(
    struct books *, ymd, epoch seen_by, struct broker_fills *, struct err *);
/* What fills that are not counted by then took from the cash. */
int books_uncounted(struct books *, epoch now, won *cash, struct err *);

int books_cash(struct books *, won *, struct err *);
int books_cash_add(struct books *, won delta, struct err *);
/* Money or shares from outside, with the change that they are. */
int books_transfer(struct books *, epoch at, won cash, const char *code, qty n,
    const char *note, struct err *);

/* n = 0 where the account holds none.  Setting n = 0 removes the row. */
int books_holding(
    struct books *, const char *code, qty *n, won *cost, struct err *);
int books_set_holding(
    struct books *, const char *code, qty n, won cost, struct err *);
/* As counted by then; sellable is left equal to n. */
int books_holdings(
    struct books *, epoch now, struct broker_holdings *, struct err *);

/* The last bar of a stock that was matched; 0, 0 for none. */
int books_matched(
    struct books *, const char *code, ymd *, hhmm *, struct err *);
int books_set_matched(
    struct books *, const char *code, ymd, hhmm, struct err *);

/* A fault has struck by chance. */
int books_struck(struct books *, const char *fault, epoch now, struct err *);
/* Count one draw / one new order; the number of this one, from 1; -1. */
int64_t books_draw(struct books *, struct err *);
int64_t books_count_order(struct books *, struct err *);
/* The oldest fault asked for this kind of request; removes it.  1, 0, -1. */
int books_take_will(
    struct books *, const char *kind, char *fault, size_t size, struct err *);
int books_add_will(
    struct books *, const char *kind, const char *fault, struct err *);

int books_delay(struct books *, int kind, const struct broker_request *,
    epoch until, struct err *);
/* The first that has arrived by now, which is removed.  1, 0, -1. */
int books_take_delayed(
    struct books *, epoch now, struct books_delayed *, struct err *);

int books_request_add(
    struct books *, epoch at, const struct paper_request *, struct err *);
int books_requests(struct books *, struct paper_requests *, struct err *);

#endif
