/*
 * world.h - the market, the broker's and our files, and the person.
 *
 *   /sim/market.db   all prices there will ever be: what the broker is fed
 *   /sim/maemae.db   the account's
 *   /sim/paper.db    the broker's books
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/types.h"
#include "program.h"

#define DB    "/sim/maemae.db"
#define BOOKS "/sim/paper.db"
#define FEED  "/sim/market.db"

/* A folder for the few real files: CSV, configuration. */
void world_init(const char *dir, const char *strategies);
void world_end(void);
/* Make the prices and the blank database of one market, which are kept. */
void world_market(int which);
int world_markets(void);
/* The accounts from now on are at Korea Investment's sandbox, which takes so
 * many requests a second, or on paper. */
void world_firm(bool is_kis, int per_second);
int world_requests(void);  /* a second */
bool world_has_keys(void); /* do its orders carry ours? */
/* A new account in that market, with less cash than its strategies would
 * spend, or more; its broker may tell totals.  Once in a process. */
void world_account(int which, bool is_poor, bool totals);
/* The d-th day that has minutes; 0: no such day. */
ymd world_day(int d);
/* The first and last minute of a session (HHMM). */
void world_session(ymd day, hhmm *open, hhmm *close);

/* The paper broker's configuration: its faults, and more lines. */
void world_conf(const char *faults, const char *more, int64_t seed);
/* What breaks on the wire to Korea Investment's sandbox: troubles in words of
 * kis-sandbox --trouble, behind blanks. */
const char *world_wire(void);

/* It is that late, or later: time does not go back. */
void world_clock(ymd day, hhmm at, int second);
/* The day and the minute it is. */
ymd world_date(void);
hhmm world_minute(void);
/* "YYYY-MM-DD HH:MM" now. */
const char *world_now(void);

/* The simulator's own connection: the database as main, books and feed
 * attached.  It stays open until the power goes. */
sqlite3 *world_db(void);
void world_forget_db(void);
/* A reader that does not end, until it is told to. */
void world_read_long(bool);
/* Who is told of programs that end while world_do waits for their lock. */
void world_tell(proc_ended *);
int64_t world_ask(const char *sql);
/* A number that stands for all that was sent, filled, booked and said. */
uint64_t world_digest(void);
void world_text(char *buf, size_t size, const char *sql);
void world_do(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The code of a stock that the account holds, or of any; at least CODE_SIZE. */
void world_some_stock(char *code, size_t size);

/* Prices that come late, without volume, or change: of each stock whose number
 * leaves `third` when divided by three. */
void world_hold_bars(ymd day, hhmm from, hhmm to, int third);
void world_release_bars(void);
void world_empty_bars(ymd day, hhmm from, hhmm to, int third);
void world_revise_bar(ymd day, hhmm before, int third);

#endif
