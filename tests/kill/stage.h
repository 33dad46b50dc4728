/*
 * stage.h - where programs are killed and starved: a small made market, an
 * account at the paper broker, and the built programs that play on it.
 *
 * All lies in one folder of its own, in memory where there is such a place.
 * What the stage itself cannot do (a full disk, no compiler) ends the test.
 */
#ifndef STAGE_H
#define STAGE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/types.h"

/* Make the folder and live in it; the market, a blank account.  The programs
 * find them by their environment.  extra-0.csv to extra-4.csv are there to be
 * imported.  `name` is part of the folder's name. */
void stage_open(const char *name);
/* Remove the folder, or say where it stays. */
void stage_close(bool keep);
/* Where the words of programs go from now on: names inside ("log", "log"). */
void stage_words(const char *out, const char *err);

/* The account as it is before the first session, without a fault. */
void stage_account(void);
/* How the broker behaves from now on: "lose-answer:0.1, delay:0.05", "". */
void stage_broker(const char *faults);
/* The minute that programs are told, and that the clock on their wall shows
 * (clock.c); stage_now() says which, for people. */
void stage_set(ymd day, int minute);
const char *stage_now(void);
/* The i-th session that has prices by the minute, from 0 to 15. */
ymd stage_day(int i);

/* Copy database and books, with their logs, between maemae.db and NAME.db
 * (the books: NAME-books.db); nothing may run. */
void stage_save(const char *name);
void stage_restore(const char *name);

/* Start a program: "place-orders -v", words split at blanks.  The child runs
 * `before` (NULL: nothing) as the last thing before it is the program. */
pid_t stage_start(const char *words, void (*before)(void));
/* The same of one that lives on: it is told no minute, but looks at the wall,
 * and until it listens to SIGTERM that passes it by. */
pid_t stage_follow(const char *words, void (*before)(void));
/* In such a `before`: what fail.c is told ("FAIL", "write:17:EIO"). */
void stage_fail(const char *name, const char *value);
/* Run it to its end: the exit status, or -1 where a signal ended it. */
int stage_run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The first column of the first row; -1: none. */
int64_t stage_ask(sqlite3 *db, const char *sql);
sqlite3 *stage_connect(const char *file);
void stage_change(sqlite3 *db, const char *sql);

#endif
