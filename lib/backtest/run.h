/* run.h - what engine.c, minutes.c and reference.c share: one backtest in
 * progress. */
#ifndef BACKTEST_RUN_H
#define BACKTEST_RUN_H

#include "backtest/engine.h"
#include "market/match.h"
#include "trade/pass.h"

struct run {
	const struct market_data *data;
	const struct backtest_conf *conf;
	struct backtest_result *out;
	struct world w;
	struct book b;
	struct plan p;
	struct run_work work;
	int *pos;            /* [stock] daily bars before today */
	int *hint;           /* [stock] where its minutes' day was found */
	struct bars *minute; /* [stock] today's minutes, all of them */
	qty *capacity;       /* [stock] what a daily bar still gives */
	int *active;         /* stocks that may matter today */
	int nactive;
	int64_t last_id;
	const struct session *ses;
	hhmm at; /* the minute being decided */
};

/* Today's daily bar of a stock, or false. */
bool run_today(const struct run *, int k, struct bar *);
/* Send what was planned: the simulated broker takes everything. */
void run_send(struct run *);
/* Carry out requests: amends and cancels take effect at once.  What the pass
 * cancels is confirmed when the fills are read again (run_confirm). */
void run_requests(struct run *, bool confirm);
void run_confirm(struct run *);
/* Book n shares of an order at a price. */
void run_fill(struct run *, int order, qty n, won price, hhmm time);
/* A bar of today and the day's limits around it. */
struct match_bar run_match_bar(const struct run *, int k, const struct bar *);
/* Match the live orders of a stock against a bar with this label. */
void run_match(struct run *, int k, const struct match_bar *, hhmm label,
    bool open_only, qty *capacity);
/* One minute: wait (unless before the open), signals, pass, send. */
int run_minute_of(struct run *, hhmm at, struct err *);
/* The hours before the open: signals and orders for its auction. */
int run_before_open(struct run *, struct err *);
/* The session minute by minute. */
int run_minutes(struct run *, struct err *);
/* The reference mode's day. */
int run_reference(struct run *, struct err *);

#endif
