/*
 * broker.h - the one broker interface (R3): a table of functions, and one
 * file per broker behind it.  The tools never ask which broker they have.
 *
 * Three kinds of answer:
 *  - a query returns 0 with a complete answer, or -1 with an error.  A short,
 *    empty or failed answer of the wire is -1, never "none" (S3);
 *  - an order request returns enum place.  PLACE_UNKNOWN means that we cannot
 *    tell whether the broker took it: it is resolved, never sent again (P3);
 *  - a broker that cannot do a thing says so in `caps`, before it is asked.
 *
 * Codes are KRX's six characters, dates and minutes market time, a minute bar
 * is labelled by its first minute; whatever a firm does differently ends in
 * its adapter.
 */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/types.h"
#include "market/calendar.h"
#include "market/cost.h"
#include "market/kind.h"
#include "price/bars.h"

#define BROKER_NO_SIZE 40

enum place { PLACE_ACCEPTED, PLACE_REJECTED, PLACE_UNKNOWN };

/* An order request.  `key` is ours and unique for ever: order id and request
 * id in one text; a broker that can carry it makes resolving certain. */
struct broker_request {
	char key[48];
	char code[CODE_SIZE];
	enum side side;
	bool is_market;
	won limit; /* 0 for market */
	qty n;
	char broker_no[BROKER_NO_SIZE]; /* amend, cancel: the order meant */
	struct clock claimed;           /* .now 0: it may leave at any time */
};

#define LEAVES_WITHIN 60 /* seconds of its claim, or not at all */

/*
 * Was it claimed so long ago, by either clock, that it is kept back?  Its minute
 * is over (S12), and whoever took us for dead counts on it that nothing leaves
 * any more (T28).  A broker that waits on the way to the wire, for a permit or
 * its turn, asks once more when the wait is over.
 */
bool broker_too_late(const struct broker_request *);

/* Why a request was rejected, as far as a program can tell. */
enum refusal {
	REFUSED_OTHER,
	REFUSED_CLOSED, /* it is not the time for it */
	REFUSED_TICK,   /* the price is on no tick */
	REFUSED_BAND,   /* the price is beyond the day's limits */
	REFUSED_CASH,
	REFUSED_SHARES,
	REFUSED_GONE,   /* nothing works that could be amended or cancelled */
	REFUSED_HALTED, /* the stock is not traded now */
	NREFUSALS
};

struct ack {
	char broker_no[BROKER_NO_SIZE]; /* the (new) number; "" where none */
	bool is_market_closed; /* rejected because it is not the time for it */
	bool is_unsent;   /* rejected on the way: surely no broker judged it */
	enum refusal why; /* paper says it; of others REFUSED_OTHER */
	char reason[160]; /* of a rejection or of not knowing */
};

enum broker_state {
	BO_WORKING,
	BO_FILLED,
	BO_CANCELLED,
	BO_REJECTED,
	BO_EXPIRED,
};

/* One order of today as the broker lists it. */
struct broker_order {
	char broker_no[BROKER_NO_SIZE];
	char orig_no[BROKER_NO_SIZE]; /* it replaces; "" for none */
	char key[48];                 /* ours, "" where it does not know it */
	bool is_by_api; /* a program sent it; false where nobody says so */
	char code[CODE_SIZE];
	enum side side;
	bool is_market;
	won limit;
	qty n, filled;
	won filled_won;
	enum broker_state state;
	hhmm at; /* when the broker took it; -1: it does not say */
	bool has_second;
	int second; /* of that minute, where it says so */
	char reason[160];
};

struct broker_fill {
	char broker_no[BROKER_NO_SIZE];
	int64_t fill_no; /* unique within the order and day */
	char code[CODE_SIZE];
	enum side side;
	qty n;
	won price;
	ymd date;
	hhmm time;           /* label of the bar or minute of the fill */
	won commission, tax; /* -1 where the broker does not say */
};

struct broker_holding {
	char code[CODE_SIZE];
	qty n, sellable;
	won cost; /* what they cost in all, -1 unknown */
};

struct broker_cash {
	won settled; /* book cash as it will be at settlement (T23) */
	won buyable; /* without credit */
};

struct broker_quote {
	char code[CODE_SIZE];
	won last;               /* today's last price, 0: not traded yet */
	won bid, ask;           /* 0: no book known */
	won base, lower, upper; /* 0: not said */
	/* Halted; or administrative, warned, overheated ...: no entries (T21).
	 * They mean nothing without has_status. */
	bool is_halted, no_entry;
	bool has_status; /* the broker has told these two */
	qty volume;
};

struct broker_stock {
	char code[CODE_SIZE];
	char name[128];
	enum kind kind;
	int leverage;
};

/* A day of the exchange: is there a session? */
struct broker_day {
	ymd date;
	bool is_open;
};

/* Lists grow by realloc; free() the items. */
struct broker_orders {
	int n, cap;
	struct broker_order *item;
	bool is_short; /* it may lack orders: what it has not proves nothing */
};
struct broker_fills {
	int n, cap;
	struct broker_fill *item;
};
struct broker_holdings {
	int n, cap;
	struct broker_holding *item;
};
struct broker_stocks {
	int n, cap;
	struct broker_stock *item;
};
struct broker_days {
	int n, cap;
	struct broker_day *item;
};

/* What a broker needs of the world, handed in. */
struct price_source {
	void *arg;
	/* Bars in [from, to] labels of that day, oldest first, appended. */
	int (*minutes)(void *arg, const char *code, ymd d, hhmm from, hhmm to,
	    struct bar_store *out, struct err *);
	/* Bars of days in [from, to]. */
	int (*days)(void *arg, const char *code, ymd from, ymd to,
	    struct bar_store *out, struct err *);
	int (*stocks)(void *arg, struct broker_stocks *out, struct err *);
	/* The kind and leverage of a code; KIND_KOSPI, 1 where unknown. */
	int (*kind)(void *arg, const char *code, enum kind *, int *leverage,
	    struct err *);
};

/*
 * A firm's limit of requests a second, shared by all programs: permits of a
 * named bucket, so spaced that no second sees more than the limit.
 */
struct permit_source {
	void *arg;
	/* Wait for a permit; the request follows at once.  0, or -1: E_CONFIG
	 * where none will ever come. */
	int (*take)(
	    void *arg, const char *bucket, int per_second, struct err *);
	/* The firm refused for the limit's sake: nobody asks for so long. */
	int (*hold)(void *arg, const char *bucket, int ms, struct err *);
};

struct broker_env {
	const struct clock *clock;
	const struct calendar *cal;
	const struct conf *conf;
	struct costs costs;         /* what paper charges */
	struct price_source source; /* what paper is fed from */
	struct permit_source permits;
	const char *db_path; /* paper keeps its books beside it */
	const char *books;   /* paper: in this file, whatever the
					   configuration says; or NULL */
	won opening_cash;    /* paper: of new books; 0: as configured */
	bool renumbers;      /* paper: amends make new numbers, whatever
					   the configuration says */
};

#define CAP_STREAM       1u  /* wait_event tells of fills at once */
#define CAP_KEY          2u  /* lists carry our key of all that is ours */
#define CAP_AT_OPEN      4u  /* takes orders before the open */
#define CAP_MARKET_AMEND 8u  /* a limit can be amended to market */
#define CAP_STATUS       16u /* quotes tell of halts and warnings */
#define CAP_REAL_MONEY   32u
/*
 * The broker tells of an order how many it has filled and for how much in all,
 * and not each fill: `filled` and `filled_won` in the list of orders are the
 * truth, `fills` is never asked.  Totals of one number only grow.
 */
#define CAP_TOTAL_FILLS  64u
#define CAP_PAST_MINUTES 128u /* minute_bars of days before today */

struct broker;

struct broker_ops {
	const char *name;
	unsigned caps; /* what this kind can do at most; ask broker->caps */
	int (*open)(struct broker *, struct err *);
	void (*close)(struct broker *);

	enum place (*place)(
	    struct broker *, const struct broker_request *, struct ack *);
	enum place (*amend)(
	    struct broker *, const struct broker_request *, struct ack *);
	enum place (*cancel)(
	    struct broker *, const struct broker_request *, struct ack *);

	/* 1: it does not list that day, or not for certain; "none" would be a
	 * lie. */
	int (*orders)(
	    struct broker *, ymd, struct broker_orders *, struct err *);
	/* The number that place() may have told of the order which the list
	 * writes so, into buf; false: no other.  NULL: never another.
	 * With CAP_TOTAL_FILLS only. */
	bool (*told_no)(struct broker *, const char *listed,
	    char buf[static BROKER_NO_SIZE]);
	/* Not asked, and may be NULL, with CAP_TOTAL_FILLS. */
	int (*fills)(struct broker *, ymd, struct broker_fills *, struct err *);
	int (*cash)(struct broker *, struct broker_cash *, struct err *);
	int (*holdings)(
	    struct broker *, struct broker_holdings *, struct err *);
	/* Cash that a buy at this price may take (0: market) / shares that can
	 * be sold now. */
	int (*buyable)(
	    struct broker *, const char *code, won price, won *, struct err *);
	int (*sellable)(struct broker *, const char *code, qty *, struct err *);

	/* quote[i].code is given; the rest is filled in.  A code the broker
	 * does not know gets last = base = 0.  Of many stocks a broker may
	 * leave the status out (has_status is false); asked for one alone it
	 * tells it, with CAP_STATUS. */
	int (*quotes)(
	    struct broker *, struct broker_quote *quote, int n, struct err *);
	int (*minute_bars)(struct broker *, const char *code, ymd, hhmm from,
	    hhmm to, struct bar_store *, struct err *);
	int (*daily_bars)(struct broker *, const char *code, ymd from, ymd to,
	    struct bar_store *, struct err *);
	int (*stocks)(struct broker *, struct broker_stocks *, struct err *);
	/* Each day from `from` on, for some months.  NULL: it does not say. */
	int (*days)(
	    struct broker *, ymd from, struct broker_days *, struct err *);

	/* Wait for news of our orders: 1 news, 0 none in time, -1 error. */
	int (*wait_event)(struct broker *, int timeout_ms, struct err *);
	/* The broker's own idea of the time; 0 where it has none. */
	int (*time)(struct broker *, epoch *, struct err *);
};

struct broker {
	const struct broker_ops *ops;
	unsigned caps; /* the kind's, and what open() made of them */
	struct broker_env env;
	void *self; /* the adapter's own */
	/*
	 * Why no order may leave, in words, or NULL where they may.  Real
	 * money (CAP_REAL_MONEY, as open() left it) is off until a person
	 * writes `live = yes-trade-real-money`: place, amend and cancel then
	 * answer PLACE_REJECTED with these words, whatever the adapter is, and
	 * a program that means to send says so at its start (E_REFUSED, status
	 * 77).  Queries work.  open() may set it where the firm's side takes
	 * no orders.
	 */
	const char *refuses;
	struct broker_ops shut; /* ops, while it refuses */
};

/*
 * conf_open() for a program: the file of its accounts, in which nothing stands
 * that no reader knows, be it of a broker that is not used (E_CONFIG).
 */
struct conf *broker_conf_open(const char *path, bool must_exist, struct err *);

/*
 * Open what the configuration names:
 *
 *   [broker]
 *   kind = paper | ...        absent: paper
 *   quotes = ...              prices from this one, absent: kind
 *   execution = ...           orders to this one, absent: kind
 *   live = yes-trade-real-money
 *
 * E_CONFIG for an unknown name; E_BROKER, E_AWAY, E_REFUSED as the adapter says.
 */
struct broker *broker_open(const struct broker_env *, struct err *);
void broker_close(struct broker *);

#endif
