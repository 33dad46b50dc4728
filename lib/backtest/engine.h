/*
 * engine.h - the clock that walks history through lib/trade.
 *
 * It decides nothing: it shows the decisions each minute what was known at
 * it, fills their orders by market/match.h, and keeps the account.  A day
 * whose stocks have minute bars is walked minute by minute, another by its
 * daily bars (T16).
 */
#ifndef BACKTEST_ENGINE_H
#define BACKTEST_ENGINE_H

#include "backtest/data.h"
#include "base/err.h"
#include "market/calendar.h"
#include "trade/book.h"
#include "trade/fill.h"

enum bars_mode { BARS_AUTO, BARS_DAILY, BARS_MINUTE };

struct backtest_conf {
	ymd from, to; /* trading days; clipped to the data */
	enum bars_mode bars;
	won cash;
	bool is_reference; /* --sizing all: see reference.c */
	int nstrat;
	const struct strategy_conf *strat; /* in order of name */
	/* [nstrat][n stocks]: the person's list; NULL: all stocks */
	bool *const *base;
	struct limits limits;
	const struct book *start; /* begin with these holdings, not with
					   cash alone; may be NULL */
};

struct arena;

struct backtest_trade {
	struct fill fill;
	won decision;
	const char *reason; /* lives as long as the result */
};

struct backtest_day {
	ymd date;
	won cash, holdings, total;
	bool is_exposed; /* held something at its end */
};

struct backtest_result {
	int ntrade, trade_cap;
	struct backtest_trade *trade;
	struct arena *words;  /* the trades' reasons, */
	const char *word[16]; /* the last few of them */
	int nword;
	int nday, day_cap;
	struct backtest_day *day;
	won start_cash;
	won buy_hold_first, buy_hold_last; /* equal parts of all stocks */
	int64_t bars;        /* stepped: stocks x days or minutes */
	int without_minutes; /* signals of a day that waited for a
					   minute strategy without minutes */
};

void backtest_result_fini(struct backtest_result *);

/* Run it; the result is the caller's to fini, also after -1. */
int backtest_run(const struct market_data *, const struct calendar *,
    const struct backtest_conf *, struct backtest_result *, struct err *);

#endif
