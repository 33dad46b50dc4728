/*
 * book.h - the account in memory: all that a decision may know, at minute T.
 *
 * Both shells own one: the backtest keeps it for the whole run; a live
 * program loads it from the database, lets the decisions change it, and saves
 * what changed in the same transaction.  Every change of money or shares is
 * made by the functions of this room (fill.h, pass.h), so that both arrive at
 * the same won.
 *
 * Stocks are numbered by their order of code, strategies by their order of
 * name; whatever is settled "by code" or "by name" is settled by these
 * numbers.
 */
#ifndef TRADE_BOOK_H
#define TRADE_BOOK_H

#include "base/types.h"
#include "market/calendar.h"
#include "market/kind.h"
#include "trade/order.h"
#include "trade/settings.h"

#define STRAT_MANUAL (-1) /* shares that no strategy bought (T24) */

/* ---- The market at minute T -------------------------------------------- */

/* What is known of one stock.  Prices are 0 where unknown. */
struct tape {
	char code[CODE_SIZE];
	char name[128];
	enum kind kind;
	int leverage;           /* of the price limits; 1 for shares */
	struct bars daily;      /* final days before today, halts left out */
	struct bars minute;     /* today's minutes labelled before T */
	struct bar today;       /* formed from them; volume 0: none yet (T5) */
	won last;               /* today's last price; 0: none yet today */
	won prev_close;         /* last close before today, 0: none */
	won bid, ask;           /* 0 where no book is known (paper, backtest) */
	won base, lower, upper; /* the broker's; 0: by our own table */
	bool is_halted;
	bool no_entry;   /* administrative, warned, ... (T21) */
	bool no_status;  /* nor is it known today whether it is either */
	bool is_stale;   /* its last good poll is too old (T3) */
	bool is_rebased; /* the broker's base price is not our last close:
				   stops and entries wait (T26) */
	bool by_day;     /* backtest: today is walked by the daily bar */
	/* daily, with today's forming bar behind it; see forming.h */
	struct bar_store forming;
	ymd forming_date;
};

/* ---- Holdings ----------------------------------------------------------- */

/* One purchase.  Its parts filled at different minutes are one lot. */
struct lot {
	int64_t id; /* row id; 0 until saved */
	int strat, stock;
	int64_t order_id; /* the entry order; 0 for MANUAL, adopted */
	qty n;
	won cost; /* paid for the n shares, without commission */
	won fees; /* commission paid for the n shares */
	ymd entry_date;
	hhmm entry_time; /* label of the bar of its first fill */
	won high;        /* highest close of the known bars since entry;
				   0 where none is known yet (T17) */
	bool dirty;
};

/* ---- Signals ------------------------------------------------------------ */

enum sig_state {
	SIG_PENDING,  /* wanted; not yet acted on */
	SIG_EXECUTED, /* an order was formed; final for the day (T4) */
	SIG_GONE,     /* no longer said by the strategy */
	SIG_EXPIRED,  /* its day is over */
};
const char *sig_state_name(enum sig_state);
int sig_state_parse(const char *, enum sig_state *);

#define REASON_SIZE 96
/* Why something was done or not, in a buffer of that size; cut to it. */
void reason_set(char *to, const char *why);

struct signal { /* unique by day, strategy, stock, side (T4) */
	int64_t id;
	int strat, stock;
	enum side side;
	enum sig_state state;
	double score;
	won target;       /* as the strategy said; 0: none */
	won price;        /* last known price when it was made */
	hhmm made, stamp; /* first said; the last minute it was said for */
	bool is_said;     /* the strategy still says so */
	bool is_urgent;   /* an exit that asks no minute strategy: the
				   rest of yesterday's, or the person's */
	bool is_waiting;  /* of the last pass alone: its minute strategy
				   was asked, and would wait */
	char reason[REASON_SIZE]; /* why it was not acted on, or how */
	bool dirty;
};

/* ---- Orders ------------------------------------------------------------- */

enum order_why {
	WHY_SIGNAL,    /* an entry or an ordinary exit */
	WHY_STOP,      /* plain, early, trailing, take profit */
	WHY_PORTFOLIO, /* the portfolio stop */
	WHY_LIQUIDATE, /* the person: --liquidate, force-exit */
};
const char *order_why_name(enum order_why);
int order_why_parse(const char *, enum order_why *);

struct order {
	int64_t id; /* row id; in the backtest a running number */
	int strat, stock;
	enum side side;
	enum order_state state;
	enum order_why why;
	int attempt;    /* 1 for the day's first of (strategy, stock,
				   side), and so on (S8) */
	int64_t lot_id; /* a sell of this lot first; 0: oldest first */
	bool is_market;
	won limit; /* 0 for market orders */
	qty n, filled;
	won filled_won;    /* sum of price * shares of its fills */
	won decision;      /* the price it was decided at (T8, T11) */
	won reserve_price; /* price the cash of a buy is bound at */
	ymd date;
	hhmm sent;   /* the pass that formed it */
	hhmm worked; /* the pass of its last amend */
	int amends;
	bool at_open;      /* for the opening auction (T10) */
	bool at_close;     /* for the closing auction (T13) */
	bool wants_cancel; /* a cancel was asked and is not confirmed */
	char reason[REASON_SIZE];
	bool dirty;
};

/* ---- The day ------------------------------------------------------------ */

struct day {
	ymd date;
	won start_equity;    /* the previous session's final equity, adjusted
				   for transfers */
	won peak_equity;     /* highest equity seen today */
	int entries;         /* entry orders formed today */
	int rejects;         /* rejections in a row, any stock */
	hhmm portfolio_stop; /* minute at which it fired; 0: it has not */
	hhmm loss_stop;      /* max_daily_loss or drawdown reached; 0 */
	char stop_reason[REASON_SIZE];
	bool dirty;
};

/* Halts by the person (T22). */
struct halt {
	bool entries;      /* all entries */
	bool all;          /* every order, exits too */
	const bool *strat; /* [nstrat] entries of that strategy; or NULL */
	const bool *stock; /* [nstock] entries of that stock; or NULL */
};

struct book {
	won cash;
	won buyable; /* the broker's word; INT64_MAX where none */
	int nlot, lot_cap;
	struct lot *lot;
	int nsig, sig_cap; /* today's */
	struct signal *sig;
	int norder, order_cap; /* today's, and older ones not yet final */
	struct order *order;
	struct day day;
	int nran;        /* strategies counted in ran */
	bool *ran;       /* [nran] its daily function has run today */
	int64_t next_id; /* running numbers in the backtest */
};

void book_init(struct book *);
void book_fini(struct book *);
/* Append a zeroed row; the pointer lives until the next append. */
struct lot *book_add_lot(struct book *);
struct signal *book_add_signal(struct book *);
struct order *book_add_order(struct book *);

struct signal *book_signal(struct book *, int strat, int stock, enum side);
struct order *book_order(struct book *, int64_t id);
/* Shares of a strategy (STRAT_MANUAL too) in a stock; the cost into *cost
 * unless NULL. */
qty book_held(const struct book *, int strat, int stock, won *cost);
/* Shares of all owners in a stock. */
qty book_held_all(const struct book *, int stock);
/* Cash bound by live and planned buys, at what they can cost at most. */
won book_reserved(const struct book *, const struct costs *);
/* Shares bound by live and planned sells of a strategy in a stock. */
qty book_selling(const struct book *, int strat, int stock);
/* The side of a live order in a stock: 1 buy, 2 sell, 3 both, 0 none. */
int book_working(const struct book *, int stock);

/* ---- The world around a decision ---------------------------------------- */

struct world {
	const struct calendar *cal;
	int nstrat;
	struct strategy_conf *strat; /* in order of name */
	int nstock;
	struct tape *tape; /* in order of code */
	bool **watch;      /* watch[strat][stock]: its universe */
	struct limits limits;
	struct halt halt;
};

/* The minute a decision is made for. */
struct moment {
	ymd date;
	hhmm at;
	const struct session *ses;
	bool is_late;   /* begun more than max_delay late: no entries */
	bool no_prices; /* too many stale quotes: no entries (T3) */
	const char *closed_to_entries; /* another reason, or NULL */
};

/* The price a holding is valued at: last today, else the last close, else
 * its average cost (0 shares: 0). */
won tape_price(const struct tape *);
/* Cash and holdings at those prices; MANUAL included. */
won book_equity(const struct book *, const struct world *);

#endif
