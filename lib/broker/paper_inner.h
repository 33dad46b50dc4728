/*
 * paper_inner.h - what the paper broker's own files share.
 */
#ifndef BROKER_PAPER_INNER_H
#define BROKER_PAPER_INNER_H

#include "broker/paper_books.h"
#include "market/tick.h"

enum paper_kind { PAPER_NEW, PAPER_AMEND, PAPER_CANCEL, PAPER_NKINDS };
extern const char *const paper_kind_name[PAPER_NKINDS];

/* How the paper broker can misbehave; the words are in paper_fault.c. */
enum fault {
	FAULT_NONE,
	/* of a request; one of them at most, in this order */
	FAULT_LOSE_REQUEST,
	FAULT_LOSE_ANSWER,
	FAULT_DELAY,
	FAULT_REJECT,
	FAULT_LATE_REJECT,
	FAULT_LATE_LIST,
	FAULT_CANCEL_LOSES,
	/* of a fill */
	FAULT_PARTIAL,
	FAULT_SPLIT_FILLS,
	FAULT_LATE_FILLS,
	FAULT_LATE_BALANCE,
	/* of an answer */
	FAULT_REPEAT_FILLS,
	FAULT_REORDER_FILLS,
	FAULT_SHORT_FILLS,
	FAULT_EMPTY_BALANCE,
	FAULT_DOWN,
	NFAULTS
};

struct faults {
	ppb chance[NFAULTS];
	uint64_t seed;
	int64_t delay_seconds;
	hhmm down_from, down_until; /* [from, until); -1: never */
	const char *will;           /* borrowed from the configuration */
};

/* What keeps a stock from being traded, the worse the higher. */
enum paused {
	PAUSED_NOT,
	PAUSED_AUCTION, /* a volatility interruption: orders gather */
	PAUSED_HALT,    /* no orders are taken */
};

struct paper {
	struct books *books;
	struct faults faults;
	struct pauses *pauses; /* NULL: none; free() it */
	const struct clock *clock;
	bool renumbers;  /* an amend makes a new number */
	bool is_by_hand; /* no faults */
	int64_t changes; /* as wait_event last saw them */
};

/* paper.c */

/* Before a query: reached (it may be away), and the books at now. */
int paper_settle(struct broker *, struct err *);

/* paper_lists.c */
int paper_orders(struct broker *, ymd, struct broker_orders *, struct err *);
int paper_fills(struct broker *, ymd, struct broker_fills *, struct err *);

/* paper_fault.c */
int fault_init(struct faults *, const struct conf *, struct err *);
const char *fault_name(enum fault);
/* "lose-answer" or "lose-answer:cancel"; 0 or E_USAGE. */
int fault_parse_will(
    const char *, enum fault *, enum paper_kind *, struct err *);
/* Does this one strike now?  1, 0, -1. */
int fault_strikes(struct paper *, enum fault, struct err *);
/* A number below n, from the same sequence; -1 on error. */
int64_t fault_draw(struct paper *, int64_t n, struct err *);
/* What befalls this request; an enum fault, or -1. */
int fault_of_request(struct paper *, enum paper_kind, struct err *);

/* The next word of a list in the configuration, cut at blanks and commas: what
 * follows it, or NULL where there is none. */
const char *paper_word(const char *list, char *word, size_t size);

/* paper_pause.c */
int pause_init(struct paper *, const struct conf *, struct err *);
enum paused pause_at(const struct paper *, const char *code, hhmm);
bool pause_designated(const struct paper *, const char *code, hhmm);
/* The source's minutes, but for those in which the stock was paused. */
int paper_minutes(struct broker *, const char *code, ymd, hhmm from, hhmm to,
    struct bar_store *, struct err *);

/* paper_late.c */

/* Now, by the clock by which things are late. */
epoch paper_late_now(const struct broker *);

/* paper_match.c */

/* What is known of a stock on a day. */
struct paper_stock {
	enum kind kind;
	int leverage;
	won base;                   /* previous close, 0 unknown */
	struct price_limits limits; /* 0, 0 where base is */
};
int paper_stock(
    struct broker *, const char *code, ymd, struct paper_stock *, struct err *);

/* Inside a transaction: bring the books to now. */
int paper_advance(struct broker *, struct err *);
/* Book n shares of an order, with all that follows. */
int paper_book_fill(struct broker *, struct books_order *, qty n, won price,
    hhmm time, enum kind, struct err *);

/* paper_order.c; inside a transaction, the books being at now */

/* Carry out a request: 1 taken, 0 refused (both in ack), -1 error.  A taken
 * order is stored as `fault` wants it. */
int paper_carry_out(struct broker *, enum paper_kind,
    const struct broker_request *, enum fault, struct ack *, struct err *);
/* Cash that working buys bind / shares of a code that working sells bind. */
int paper_bound_cash(struct broker *, won *, struct err *);
int paper_bound_shares(struct broker *, const char *code, qty *, struct err *);

#endif
