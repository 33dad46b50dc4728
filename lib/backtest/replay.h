/*
 * replay.h - the real programs over recorded days, and the backtest beside
 * them (P1).
 *
 * A scratch database and scratch paper books, fed from the prices of another
 * database, or the account of a sandbox; the programs are run minute by minute
 * with --now, in the order of the crontab (T1).  What they traded is then compared with a backtest over
 * the same days: to the share and the won.
 */
#ifndef BACKTEST_REPLAY_H
#define BACKTEST_REPLAY_H

#include "backtest/options.h"
#include "store/store.h"

struct replay {
	const char *source; /* the database with the prices */
	const char *keep;   /* keep the scratch database here; or NULL */
	const char *config; /* of the programs' broker; NULL: paper */
	const char
	    *manners; /* of a paper broker that tells as this one; or NULL */
	ymd date;     /* first day */
	int days;     /* sessions */
};

struct replay_result {
	int sessions, trades, differences;
};

/*
 * Run it.  Differences are listed on stderr.  -1 where a program failed or
 * something could not be had.
 */
int replay_run(const struct replay *, const struct backtest_setup *,
    const struct market_data *, const struct calendar *, struct replay_result *,
    struct err *);

/* Take away stocks that have daily bars but no minutes on some day of the
 * replay: they cannot be walked by minutes.  Number taken away. */
int replay_drop_stocks(const struct market_data *, const struct calendar *,
    const struct replay *, struct backtest_setup *);

#endif
