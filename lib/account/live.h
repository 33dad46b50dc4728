/*
 * live.h - a program's view of the account: the database as a world and a
 * book for lib/trade, and what changed back into the database.
 *
 * A program opens it once, and loads inside the transaction in which it means
 * to write, so that what it decided on is what it changes (S9).
 */
#ifndef ACCOUNT_LIVE_H
#define ACCOUNT_LIVE_H

#include "base/conf.h"
#include "base/opt.h"
#include "broker/broker.h"
#include "store/orders.h"
#include "store/runs.h"
#include "store/store.h"
#include "trade/pass.h"

struct live {
	const char *program;
	struct store *db;
	struct clock *now;
	struct calendar *cal;
	const struct session *ses; /* today's; NULL: the calendar has none */
	ymd date;
	hhmm at;
	struct conf *conf;
	struct broker *broker; /* NULL until live_broker */
	struct lease lease;    /* of the program */
	struct lease sender;   /* while requests are sent */
	int64_t run;           /* row of program_run */
	bool dry_run;
	/* After live_load: */
	struct world w;
	struct book b;
	struct moment m;
	struct codes codes;     /* of the tapes */
	struct bar_store *bars; /* two a tape: days, minutes */
	struct order_row *row;  /* of book.order, by index */
	int nrow;
	bool day_is_new;  /* no row of today in session_state */
	char closed[160]; /* why entries are closed, or "" */
	bool *halt_strat, *halt_stock;
	struct err broken;  /* why a strategy could not be loaded */
	struct err idle;    /* the same of one that is off and holds nothing */
	struct store *feed; /* another database's prices; or NULL */
	struct run_work work;
};

/*
 * Open database, calendar and configuration.  E_CONFIG where the calendar has
 * no row for today (T30).  `flags` as for store_open.
 */
int live_open(struct live *, const char *program, struct opt *, unsigned flags,
    struct err *);
/* The calendar of all days in place of that of the last year or so; before
 * live_broker. */
int live_whole_calendar(struct live *, struct err *);
/* Take the program's lease (E_BUSY where it runs) and note the run. */
int live_begin(struct live *, int seconds, struct err *);
/* Open the broker of the configuration. */
int live_broker(struct live *, struct err *);
/* The clock moved on (long-running followers). */
void live_tick(struct live *);
/* End the run with its exit status, release leases, close everything. */
void live_close(struct live *, int status, const char *message);

/* What to load tapes of. */
#define LOAD_TRADE    0u /* what is held, wanted or ordered */
#define LOAD_UNIVERSE 1u /* and all that the strategies watch */
#define LOAD_NO_BARS  2u /* and no bars: fills only need kinds */

/* Load world, book and moment.  Inside a transaction. */
int live_load(struct live *, unsigned what, struct err *);
/* Begin the session, if it is not (trade_day_open), save that, and load
 * again. */
int live_day_open(struct live *, unsigned what, struct err *);
/* Save what changed in the book, and the plan's requests as planned rows. */
int live_save(struct live *, const struct plan *, struct err *);
/* Free what live_load made. */
void live_unload(struct live *);

/* The stocks that the strategies watch today: each one's module's choice, else
 * its list, else all stocks that have prices.  Appended, in order, once. */
int live_watched(struct live *, struct codes *, struct err *);
/* The list that strategy s may choose from (before its module's choice). */
int live_universe_base(
    struct live *, const char *strategy, struct codes *, struct err *);

/* Who writes the log, when, why. */
struct trail live_trail(const struct live *, const char *message);

/*
 * Broker and database agree on names: our key of an order, once it is claimed.
 * The moment of its sending is part of it, so that an order formed after an
 * older backup was restored is not taken for the one that had its number.
 */
#define KEY_PREFIX "maemae-"
void live_key(const struct order_row *, char *buf, size_t size);

#endif
