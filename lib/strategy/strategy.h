/*
 * strategy.h - the one header that a strategy author reads.
 *
 * A strategy module is one C file, built into NAME.so, that exports
 *
 *	STRATEGY_EXPORT const struct strategy strategy = {
 *		.abi = STRATEGY_ABI, .size = sizeof(struct strategy),
 *		.name = "NAME", ... };
 *
 * and gives one or more of three functions:
 *
 *	universe  from all stocks, which ones to watch	(once a day)
 *	daily     which of them to buy or sell		(chooses *what*)
 *	minute    whether to act on a signal now	(chooses *when*)
 *
 * Each is a pure function of the `struct ctx` it is given: bars up to the
 * last one known, the strategy's own holdings, cash, parameters.  There is
 * no clock, file, network or database, and no bar later than now: the
 * columns end there.  The same module, unmodified, runs in the backtest, on
 * paper and with a real broker.
 *
 * Units: prices and amounts in whole won, quantities in shares, dates
 * YYYYMMDD, times HHMM, ratios called percent in percent.
 */
#ifndef STRATEGY_STRATEGY_H
#define STRATEGY_STRATEGY_H

#include "base/types.h"
#include "price/bars.h"
#include "price/indicator.h"

#define STRATEGY_ABI 1

/* Modules are built with -fvisibility=hidden; this one symbol is seen. */
#define STRATEGY_EXPORT __attribute__((visibility("default")))

/* ---- Parameters ------------------------------------------------------- */

enum param_type {
	PARAM_INT,    /* value.i, within min..max */
	PARAM_REAL,   /* value.d, within min..max */
	PARAM_BOOL,   /* value.i, 0 or 1; written yes/no, on/off, 1/0 */
	PARAM_CHOICE, /* value.i, the index in `choices` */
	PARAM_CODE,   /* value.s, a stock code or "" */
};

struct param {
	const char *name; /* [a-z_]+ */
	enum param_type type;
	double min, max;     /* inclusive; for INT and REAL */
	const char *def;     /* default, as a person would write it */
	const char *help;    /* one line */
	const char *choices; /* for CHOICE: "plain|wilder" */
};

union param_value {
	int64_t i;
	double d;
	const char *s;
};

/* ---- What a strategy sees ---------------------------------------------- */

struct stock {
	const char *code; /* "005930" */
	const char *name; /* "" where unknown */
	/* Days known; the last is today's forming bar if ctx.is_forming and
	 * something was traded today. */
	struct bars daily;
	/* Today's minutes so far, for minute() alone; n == 0 without any. */
	struct bars minute;
	qty held;       /* shares of this strategy, 0 for none; those of
				   an entry that still fills are seen when it
				   is done */
	won held_cost;  /* what they cost in all, without commission */
	ymd entry_date; /* of the oldest lot; 0 without any */
};

enum ctx_phase {
	CTX_BEFORE_OPEN, /* the opening auction is collecting orders */
	CTX_CONTINUOUS,
	CTX_AUCTION, /* the closing auction is collecting orders */
};

struct ctx {
	ymd today;
	enum ctx_phase phase;
	int since_open;    /* minutes; negative before the open */
	int until_auction; /* minutes until the closing auction begins */
	bool is_forming;   /* daily[n - 1] may be of today, not final */
	int n_stocks;
	const struct stock *stock; /* in order of code */
	won capital;               /* this strategy's share of the account */
	won cash;                  /* of it, not yet spent */
	const union param_value *param; /* in the order of strategy.param */
	void *scratch;       /* scratch_size bytes, zeroed at each call */
	size_t scratch_size; /* per-stock scratch * n_stocks */
	char *error;         /* room for a message when returning -1 */
	size_t error_size;
};

/* ---- What a strategy says ---------------------------------------------- */

struct candidate {
	int stock; /* index in ctx.stock */
	enum side side;
	double score; /* higher is better; must be finite */
	won target;   /* price aimed at; 0 for none */
};

struct candidates {
	int n, cap; /* cap is at least 2 * ctx.n_stocks */
	struct candidate *item;
};

/* Say one candidate.  Never more than one per stock and side. */
static inline void
candidate_add(
    struct candidates *out, int stock, enum side side, double score, won target)
{
	if (out->n < out->cap)
		out->item[out->n++] = (struct candidate){ .stock = stock,
			.side = side,
			.score = score,
			.target = target };
}

/*
 * A ready universe(): watch what traded for at least min_value won a day, on
 * the mean of the last VALUE_DAYS days.  0 watches everything.  Together with
 * it, lookback() returns lookback_value(its own days, min_value), so that the
 * windows are long enough for both.
 */
#define VALUE_DAYS 30

static inline int
universe_value(const struct ctx *c, bool *keep, won min_value)
{
	for (int i = 0; i < c->n_stocks; i++)
		keep[i] = min_value <= 0 ||
		    ind_mean_value(&c->stock[i].daily, VALUE_DAYS) >= min_value;
	return 0;
}

static inline int
lookback_value(int days, won min_value)
{
	return min_value > 0 && days < VALUE_DAYS ? VALUE_DAYS : days;
}

/* The pending signal that a minute function is asked about. */
struct signal_view {
	int stock; /* index in ctx.stock; ctx has only this one */
	enum side side;
	double score;
	won target; /* as the daily function said; 0 for none */
};

enum when {
	WHEN_WAIT,  /* not now */
	WHEN_NOW,   /* in continuous trading: send an order at `price` */
	WHEN_OPEN,  /* before the open: join the opening auction */
	WHEN_CLOSE, /* in the closing auction: a limit at `price` */
};

struct act {
	enum when when;
	/* The decision price; 0: the last one.  For WHEN_OPEN the limit of a
	 * buy; 0: market. */
	won price;
	/* Forced near the close: sent although entries have stopped. */
	bool forced;
	const char *reason; /* a few words for the log, or NULL */
};

/* ---- The module -------------------------------------------------------- */

/* minute() decides before the open, and needs no minute bars. */
#define STRATEGY_AT_OPEN      1u
/* On days walked by daily bars, stops and targets resolve inside the day
 * (T16); else on the close. */
#define STRATEGY_STOPS_IN_DAY 2u
/* minute() may act in the closing auction. */
#define STRATEGY_AT_CLOSE     4u

struct strategy {
	unsigned abi, size; /* STRATEGY_ABI, sizeof(struct strategy) */
	const char *name;   /* as the file is called */
	const char *help;   /* one line */
	unsigned flags;
	const struct param *param; /* ends with a NULL name; may be NULL */
	/* How many daily bars universe(), daily() and minute() look at, at
	 * most, with these parameters; 0 or NULL: all.  Windows may be cut to
	 * it. */
	int (*lookback)(const union param_value *);
	/* Bytes of scratch for each stock; 0 for none. */
	size_t scratch;
	/* keep[i] says whether to watch ctx.stock[i]; all false at the start.
	 * 0, or -1 with ctx.error. */
	int (*universe)(const struct ctx *, bool *keep);
	int (*daily)(const struct ctx *, struct candidates *out);
	int (*minute)(
	    const struct ctx *, const struct signal_view *, struct act *out);
};

#endif
