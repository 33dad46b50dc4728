/*
 * refresh.h - prices from the broker into the database (update-prices).
 *
 * A stock whose answer fails keeps what it has and its age; the others go on.
 */
#ifndef ACCOUNT_REFRESH_H
#define ACCOUNT_REFRESH_H

#include "account/live.h"

struct refresh_counts {
	int64_t rows;       /* bars added or changed */
	int quotes, failed; /* stocks */
};

/* What this minute needs: watched, held and ordered stocks, in order. */
int refresh_codes(struct live *, struct codes *, struct err *);
/* Quotes of the codes; 0 or -1 where the broker is away.  Where the
 * broker tells the status of a stock only when asked for it alone, it is asked:
 * always for what is held and ordered (for its price, too, if it got none), for
 * the rest once a day.  A status that does not come leaves its stock closed to
 * entries (live_load). */
int refresh_quotes(
    struct live *, const struct codes *, struct refresh_counts *, struct err *);
/* The minutes up to its close of a session that is over, where the last of
 * them are missing: the machine was off then. */
int refresh_rest(struct live *, const struct codes *, const struct session *,
    struct refresh_counts *, struct err *);
/* Today's minute bars that are over, from the last known one on (L5). */
int refresh_minutes(
    struct live *, const struct codes *, struct refresh_counts *, struct err *);
/* Minute bars of the last `days` sessions, where the last ones of a session
 * are missing, or all. */
int refresh_history_minutes(struct live *, const struct codes *, int days,
    struct refresh_counts *, struct err *);
/* Daily bars from the last known one on, at least `days` back where days > 0,
 * up to the last session that is over. */
int refresh_daily(struct live *, const struct codes *, int days,
    struct refresh_counts *, struct err *);
/* Has no stock the bar of the last session that is over, though they have
 * older ones?  The machine was off before the open.  1, 0, -1. */
int refresh_is_behind(struct live *, const struct codes *, struct err *);
/* Days of the exchange from today on, where the broker says otherwise than the
 * calendar: those are changed, and told as warnings. */
int refresh_calendar(struct live *, struct refresh_counts *, struct err *);
/* The stock list. */
int refresh_stocks(struct live *, struct refresh_counts *, struct err *);

#endif
