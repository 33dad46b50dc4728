/*
 * store.h - the database: open, migrate, transactions.
 *
 * lib/store/ is the only place with SQL.  One file per family of tables:
 *	prices.h	daily_price, minute_price, current_quote, split_log
 *	stocks.h	stock_info, market_calendar
 *	settings.h	setting, strategy, universe, halt
 *	signals.h	current_signals, daily_signals
 *	orders.h	orders, order_request, fill, trading_log
 *	books.h		lot, share_ledger, cash_ledger, session_state, drift
 *	runs.h		lease, program_run, alert
 *	rate.h		rate_bucket
 *	results.h	daily_portfolio, trading_performance, backtest_*
 *	ledger.h	all that happened to cash and shares, to close days by
 *	report.h	what a report tells beside that
 *	export.h	rows of any of them, streamed
 *
 * Transactions are the caller's: a function that writes says so by what it
 * does, never by a BEGIN of its own, unless its comment says otherwise.  A
 * writer that reads first begins with store_begin (BEGIN IMMEDIATE).  No
 * transaction stays open across the network.  A write outside of one is one of
 * its own, begun in the same way.
 *
 * A program may live while trade-db migrate runs.  So each transaction that
 * writes reads the version first; from the migration on all are refused, and
 * the program leaves the database as if it had been killed: leases, its run,
 * and an order that it has sent and whose answer it cannot record any more
 * (that one becomes unknown, and is looked for: T28).
 *
 * The rows exchanged here are plain: names and codes as text.  lib/account/
 * turns them into the structures of lib/trade/.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "base/types.h"

struct store;

#define STORE_READ 1u /* read only; also of a read-only folder */
#define STORE_ORDERS \
	2u            /* writes orders, or what a person has said:
			   synchronous=FULL */
#define STORE_MMAP 4u /* reads much: map the file */

#define STORE_VERSION 6 /* user_version of this program's schema */

/*
 * Open an existing database.  NULL: E_CONFIG for a missing file ("run
 * trade-db init"), one newer or older than the program, or on a network or
 * foreign file system; E_DATA for a file that is not ours; E_FAIL otherwise.
 */
struct store *store_open(const char *path, unsigned flags, struct err *);
void store_close(struct store *); /* rolls back what is open; NULL is fine */
const char *store_path(const struct store *);

/*
 * Make a database with all tables, the calendar and WAL; folders on the way
 * too.  1 if it was made, 0 if it was there already (nothing is changed,
 * E_CONFIG if it wants migrating), -1 on error.  Racing creators are safe.
 */
int store_create(const char *path, struct err *);
/* Bring an older database to STORE_VERSION, in one transaction; with dry_run
 * only look.  Returns the version it had, or -1. */
int store_migrate(const char *path, bool dry_run, struct err *);
/* Copy a database, also an older one, as of now, to a new file; E_USAGE if
 * that exists. */
int store_backup(const char *path, const char *to, struct err *);

/* BEGIN IMMEDIATE; waits at most the busy timeout (5 s), then E_FAIL.
 * E_CONFIG, as when it is opened, where the database has been migrated. */
int store_begin(struct store *, struct err *);
/* Was a transaction refused for that?  There is nothing left to do but end. */
bool store_was_migrated(const struct store *);
/* One snapshot for several reads; also ended by commit or rollback. */
int store_begin_read(struct store *, struct err *);
int store_commit(struct store *, struct err *); /* -1: it is rolled back */
void store_rollback(struct store *);            /* fine outside too */
bool store_in_transaction(const struct store *);

/*
 * What does the database look like inside?  Calls `found` for each finding of
 * integrity_check, foreign_key_check and the invariants (S4, S5).  Returns the
 * number of findings, or -1.  *is_damaged: they are of the file or its schema,
 * and the books were not looked at.
 */
int store_check(struct store *, void (*found)(void *arg, const char *words),
    void *arg, bool *is_damaged, struct err *);
/* Its queries, for who has a connection of his own; returns how many.  Each
 * row of each is a finding. */
int store_check_texts(const char *const **);

/* Is this f_type of statfs(2) a network or foreign file system, where locks
 * or WAL do not hold?  Its name, or NULL where it is fine. */
const char *store_foreign_fs(long f_type);

/* A list of codes, in order; free with codes_fini. */
struct codes {
	int n, cap;
	char (*item)[CODE_SIZE];
};
void codes_add(struct codes *, const char *code);
void codes_fini(struct codes *);
/* The index of a code in an ordered list, or -1. */
int codes_find(const struct codes *, const char *code);

const char *side_name(enum side); /* "buy", "sell" */

#endif
