/*
 * check_inner.h - what the judge's own files share.
 *
 *	check.c		a step, begin and end
 *	check_ask.c	statements, columns, lists, names
 *	check_sent.c	what arrived at the broker		S1 S2 S12
 *	check_orders.c	our orders, and what they bind		S4 S7 S8 T12
 *	check_trail.c	the trail, row by row	S3 S7 S8 S9 S11 S12 P5 P6
 *	check_halts.c	halts, latches, open differences	S6 S9
 *	check_money.c	fills and ledgers			S3 S4 S5
 *	check_runs.c	runs of programs, synchronisations	S6 S11
 *	check_heal.c	the end of a day, and after healing	S2 S4 S5 S6 L
 *	check_stops.c	positions beyond their stop		L2
 */
#ifndef SIM_CHECK_INNER_H
#define SIM_CHECK_INNER_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/check.h"

/* ---- What is asked ---------------------------------------------------------- */

/* The broker's order b is that of our row o: number and moment of sending.
 * The number alone finds the row quickly. */
#define CHECK_FITS                                                \
	"CAST(substr(b.key, 8) AS INTEGER) = o.id AND b.key LIKE" \
	" 'maemae-' || o.id || '-' || strftime('%s', o.sending_at) || '%'"

/* The statements of a step, each beside the function that runs it. */
enum {
	/* check_sent.c */
	REQUESTS,
	ORDER_SENT,
	REQUEST_SENT,
	SESSION,
	THEIR_NEW,
	THEIR_WORKING,
	THEIR_ONE,
	THEIR_LAST,
	THEIR_LAST_ORDER,
	THEIR_STRANGERS,
	/* check_orders.c */
	HISTORY,
	ORDERS_NEW,
	ORDERS_NOW,
	ORDER_ONE,
	HOLDINGS,
	THEIR_CASH,
	/* check_trail.c */
	LOG,
	PLANNED,
	EARLIER,
	ABSENCE,
	/* check_halts.c */
	HALTS,
	PAUSED,
	DRIFTS,
	DAY,
	/* check_money.c */
	FILLS,
	TOTALS,
	FILL_SUM,
	CASH,
	SHARES,
	LOST,
	THEIR_MONEY,
	LOTS,
	MOST,
	/* check_runs.c */
	RUNS,
	RUN_ONE,
	RUN_LAST,
	THEIR_FILL,
	SYNC_CASH,
	SYNC_SHARES,
	LIES,
	/* check.c */
	BEGIN,
	END,
	NSTEP
};
extern const char *const check_sent_text[NSTEP],
    *const check_orders_text[NSTEP], *const check_trail_text[NSTEP],
					 *const check_halts_text[NSTEP],
					     *const check_money_text[NSTEP],
						 *const check_runs_text[NSTEP];

/* What is asked seldom: each row is a breach, in words.  Bound where they
 * occur: :day and :at, :before (the minute before) and :since (nine). */
struct asked {
	const char *rule, *sql;
};
enum seldom {
	DAILY,  /* at the end of a day */
	HEALED, /* after healing */
	STOPS,  /* and while nothing is halted */
	FED,    /* and where a feed is attached */
	OWN,    /* what trade-db check asks */
	NSELDOM
};
extern const struct asked check_stops_asked[];

#define LIVE "('planned', 'sending', 'open', 'part', 'unknown')"

/* ---- What was seen ------------------------------------------------------------ */

/* In the order in which they may follow each other. */
enum state {
	PLANNED_,
	SENDING_,
	UNKNOWN_,
	OPEN_,
	PART_,
	CANCELLED_, /* final from here on */
	REJECTED_,
	EXPIRED_,
	FILLED_,
	NOTHING_
};
extern const char *const check_state_word[];

/* An order of this database. */
struct order {
	int place; /* strategy and stock: index of place */
	ymd day;
	bool is_there;   /* a row was seen */
	bool is_buy;     /* its side */
	bool is_settled; /* by the person */
	bool was_unknown;
	bool was_refused; /* the broker's log says so */
	bool is_visited;  /* by this step */
	enum state state;
	enum state logged; /* as the trail says */
	int64_t n, filled, won, reserve;
	int sent;  /* how often it left us */
	int first; /* of its orders at the broker; -1: none */
};

/* An order at the broker. */
struct theirs {
	int64_t id;
	int64_t ours; /* 0: not ours */
	char code[CODE_SIZE];
	bool is_buy, is_working;
	enum state end; /* if it is not */
	int64_t n, filled;
	int next; /* the same order's, or -1 */
	int seen; /* step in which it was seen working */
};

/* A strategy and a stock. */
struct place {
	char strategy[NAME_SIZE], code[CODE_SIZE];
	int64_t shares;            /* by the ledger */
	int64_t lots, lots_before; /* by this step, and the last */
	int64_t selling;           /* bound by live sells */
	bool is_counted;
	int sell_planned; /* the last step with a new sell */
	int live[2];      /* orders not final, buys and sells */
	int working[2];   /* at the broker */
};

struct halt {
	char scope, what[NAME_SIZE], since[32];
	int64_t log; /* the row of the trail after which it holds */
	bool is_seen, lifted;
};

struct drift {
	int64_t id, difference;
	char kind, code[CODE_SIZE];
	bool stands; /* still, by this step */
};

/* A stock that the broker says not to buy, or has not said may be bought. */
struct paused {
	char code[CODE_SIZE];
	bool is_seen; /* still, by this step */
};

struct run {
	int64_t id;
	char program[NAME_SIZE], started[32];
};

#define LIST(type)          \
	struct {            \
		int n, cap; \
		type *item; \
	}

struct check {
	sqlite3 *db;
	check_found *found;
	void *arg;
	int breaches; /* of this call */
	bool began;   /* the transaction is ours */
	sqlite3_stmt *stmt[NSTEP];
	LIST(sqlite3_stmt *) seldom[NSELDOM];
	int step;
	bool is_first;
	bool tells_totals; /* the broker, in place of fills */
	bool has_gate;     /* it refuses without a word in its books */
	epoch put_back;    /* the latest that its clock said then; 0: never */
	/* When the last run began and ended, by its own clock. */
	int64_t sync_at, sync_end;
	/* The last fill at the broker and the minute, as of the last step. */
	int64_t their_fill;
	epoch minute;
	/* The last rows seen. */
	int64_t request, order, their, log, fill, cash, share, run;
	int64_t log_synced; /* of them, by a program that waits for the disk */
	int64_t excused;    /* requests up to this are of before a backup */
	int64_t unknown_to; /* orders there up to this may be unknown here, and
			       nobody has looked yet */
	int64_t bought_at;  /* a buy left in this step, then; 0: none */
	int64_t balance;    /* of the last row of the cash ledger */
	bool has_balance;
	LIST(struct order) ours;
	LIST(struct theirs) theirs;
	LIST(int) working; /* indexes of theirs that worked last */
	LIST(int) live;    /* numbers of ours that were not final */
	LIST(int) visited; /* those that this step looked at */
	LIST(struct place) place;
	LIST(struct halt) halt;
	LIST(struct paused) paused; /* that were before this step, and are */
	LIST(struct drift) drift;
	LIST(struct run) running; /* not ended when last seen */
	LIST(int64_t) asked;      /* requests that left us */
	ymd latch_day;
	hhmm portfolio_stop, loss_stop;
	int64_t start_equity;
	int most, most_before; /* positions, as set; 0: any number */
	/* Of this step. */
	ymd today;
	bool resumed;    /* a halt was lifted by someone who may */
	bool has_looked; /* a person has, and said --resume */
	bool accepted;   /* a person said that the account is as it is told */
	bool planned_buy, transferred;
	bool only_sync, is_settling;
	bool cash_moved;
	int64_t cash_gone; /* the row that left nothing; 0: none */
};

/* ---- check.c ------------------------------------------------------------------- */

/* One read transaction around what is asked; the number of breaches. */
void check_begin(struct check *);
int check_end(struct check *);

/* ---- check_ask.c --------------------------------------------------------------- */

void check_breach(struct check *, const char *rule, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* NULL, told on stderr, where it does not prepare. */
sqlite3_stmt *check_prepare(struct check *, const char *sql);
/* A statement that is at its beginning, with :id bound. */
sqlite3_stmt *check_ask(struct check *, int which, int64_t id);
/* Is there another row?  Resets at the end; one that fails is a breach. */
bool check_row(struct check *, sqlite3_stmt *);

/* The next free item of a list, zeroed: ADD(c->live). */
void *check_list_add(void *items, int *n, int *cap, size_t size);
#define ADD(l) check_list_add(&(l).item, &(l).n, &(l).cap, sizeof(*(l).item))

static inline int64_t
i64(sqlite3_stmt *st, int i)
{
	return sqlite3_column_int64(st, i);
}

static inline bool
is_null(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL;
}

static inline bool
is_word(sqlite3_stmt *st, int i, const char *word)
{
	const unsigned char *s = sqlite3_column_text(st, i);

	return s != NULL && strcmp((const char *)s, word) == 0;
}

/* A text column into an array; '' where it is NULL. */
#define COPY(to, st, i)                                 \
	snprintf(to, sizeof(to), "%s",                  \
	    sqlite3_column_type(st, i) == SQLITE_NULL ? \
		"" :                                    \
		(const char *)sqlite3_column_text(st, i))

enum state check_state(sqlite3_stmt *, int i);

static inline bool
is_final(enum state s)
{
	return s >= CANCELLED_ && s != NOTHING_;
}

/* A place's index; by the columns i (strategy) and i + 1 (stock). */
int check_place(struct check *, const char *strategy, const char *code);
int check_place_at(struct check *, sqlite3_stmt *, int i);
/* The order of that number, made where it is not known yet; NULL where it can
 * be none.  Valid until the next is made. */
struct order *check_order(struct check *, int64_t id);
/* "maemae-ORDER-SECONDS[-REQUEST]"; false where it is not ours. */
bool check_key(
    sqlite3_stmt *, int i, int64_t *order, int64_t *at, int64_t *req);
/* "YYYY-MM-DD HH:MM" into a day, a minute, and seconds since 1970. */
bool check_now(const char *now, ymd *, hhmm *, int64_t *seconds);

/* ---- check_sent.c -------------------------------------------------------------- */

void check_requests(struct check *);
/* After a backup, and once it is known whether a person has looked. */
void check_strangers(struct check *);
void check_their_new(struct check *);
void check_their_working(struct check *);
/* What all the broker's orders of one of ours are together. */
int64_t check_filled_there(const struct check *, const struct order *);
bool check_works_there(const struct check *, const struct order *);
bool check_ended_there(
    const struct check *, const struct order *, enum state end);

/* ---- check_orders.c ------------------------------------------------------------ */

void check_history(struct check *);
void check_new_orders(struct check *);
void check_our_orders(struct check *);
void check_look_again(struct check *, int64_t id); /* at one that has ended */
/* Once it is known what a person settled. */
void check_filled(struct check *);
/* Once all is read. */
void check_bound(struct check *);
void check_holdings(struct check *);
void check_working(struct check *);

/* ---- check_trail.c ------------------------------------------------------------- */

void check_trail(struct check *);
void check_trail_agrees(struct check *); /* with the rows that were visited */

/* ---- check_halts.c ------------------------------------------------------------- */

void check_halts(struct check *);      /* before the trail */
void check_keep_halts(struct check *); /* after it */
/* Likewise, of stocks that may not be bought. */
void check_paused(struct check *, bool is_new);
/* Before the trail those that stood all along are kept; after it all that
 * stand are. */
void check_drifts(struct check *, bool is_new);
void check_latches(struct check *);
/* The trail's row of a halt. */
void check_halt_said(struct check *, sqlite3_stmt *, int64_t log);
/* An order was planned or sent, an entry planned, an order amended, at that
 * row of the trail. */
void check_at_halt(struct check *, int64_t id, const struct order *,
    int64_t log, const char *what);
void check_closed(struct check *, int64_t id, const struct order *);
void check_amend_at_halt(struct check *, int64_t id, int64_t log);

/* ---- check_money.c ------------------------------------------------------------- */

void check_fills(struct check *);
void check_cash(struct check *);
/* After the trail: also what was written off, and by whom. */
void check_shares(struct check *);
/* What is held, and how many positions may be, beside what it was; before the
 * trail. */
void check_lots(struct check *);

/* ---- check_runs.c -------------------------------------------------------------- */

/* Did this step consist of one complete synchronisation? */
bool check_runs(struct check *);
/* What that found different is recorded: at that minute. */
void check_sync(struct check *, int64_t minute);
void check_their_fills(struct check *, int64_t minute);
/* The power went: ids that were lost are given again. */
void check_runs_lost(struct check *);

/* ---- check_heal.c -------------------------------------------------------------- */

bool check_prepare_seldom(struct check *);

#endif
