/*
 * signals.h - current_signals and daily_signals.
 */
#ifndef STORE_SIGNALS_H
#define STORE_SIGNALS_H

#include "store/store.h"

#define WORDS_SIZE 96 /* a reason */

struct signal_row {
	int64_t id; /* 0: not saved yet */
	ymd day;
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	enum side side;
	char state[12]; /* pending, executed, gone, expired */
	double score;
	won target, price;
	hhmm made, stamp;
	bool is_said, is_urgent;
	char reason[WORDS_SIZE];
};

/* The signals in current_signals, whatever their day, in order of day,
 * strategy, code, side; free() *out. */
int store_signals(
    struct store *, struct signal_row **out, int *n, struct err *);
/* Insert (id 0, which is set) or update. */
int store_put_signal(
    struct store *, struct signal_row *, epoch at, struct err *);
/*
 * Move the signals of days before `day` to daily_signals; what was pending
 * has expired.  The number moved, or -1.
 */
int store_close_signals(struct store *, ymd day, epoch at, struct err *);

/* Strategies whose daily function has run that day. */
int store_daily_ran(
    struct store *, ymd day, const char *strategy, struct err *);
int store_put_daily_ran(
    struct store *, ymd day, const char *strategy, epoch at, struct err *);

#endif
