/*
 * strategy_run.h - ask a strategy module: build its ctx from the world and
 * the book, call it, check what it says.
 *
 * The one place where what a strategy may see is put together, for the
 * backtest and live alike; so it sees the same in both.
 */
#ifndef TRADE_STRATEGY_RUN_H
#define TRADE_STRATEGY_RUN_H

#include "trade/book.h"

/* Memory kept between calls; one per thread.  Zero it before the first use. */
struct run_work {
	int cap;
	struct stock *stock;
	int *tape; /* [i]: which tape ctx.stock[i] is */
	struct candidate *cand;
	bool *keep;
	int *seen; /* [tape]: its place in `stock`, if there */
	/* Set where daily bars do not change within a day: what universe() was
	 * shown is then shown to daily() again, if it is the same stocks. */
	bool is_steady;
	struct {
		ymd date; /* 0: nothing to show again */
		int back, n;
		bool *set; /* [tape]: is it in `stock`? */
	} shown;
	void *scratch;
	size_t scratch_cap;
};
void run_work_fini(struct run_work *);

/* How many days the module of one of its uses may look at; 0: all. */
int run_lookback(const struct strategy_conf *, const struct module_use *);

/*
 * The daily function over the strategy's universe and holdings.  The
 * candidates' `stock` are tapes' numbers; they live until the next call.
 * E_FAIL with the module's own message where it fails or says nonsense.
 */
int run_daily(const struct world *, const struct moment *, const struct book *,
    int s, struct run_work *, struct candidates *out, struct err *);

/* The minute function about one signal. */
int run_minute(const struct world *, const struct moment *, const struct book *,
    const struct signal *, struct act *, struct err *);

/* The universe function over the stocks of `base`. */
int run_universe(const struct world *, ymd today, int s, const bool *base,
    bool *out, struct run_work *, struct err *);

#endif
