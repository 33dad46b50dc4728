/*
 * settings.h - setting, strategy, strategy_setting, universe, halt.
 *
 * Names and values are text here; lib/trade/settings.c knows what they mean.
 * Nothing here writes trading_log: the program that changes a setting says why.
 */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "store/store.h"

struct name_value {
	char name[NAME_SIZE];
	char value[128];
};

/* Risk limits and costs.  Lists are in order of name; free() *out. */
int store_settings(
    struct store *, struct name_value **out, int *n, struct err *);
/* An empty value takes the row away: the default holds again. */
int store_put_setting(struct store *, const char *name, const char *value,
    epoch at, struct err *);

#define SPEC_SIZE 512

struct strategy_row {
	char name[NAME_SIZE];
	char daily[SPEC_SIZE], minute[SPEC_SIZE]; /* "sma:short=5"; "": none */
	bool is_on, is_leaving;
	epoch changed_at;
};

/* All strategies in order of name; free() *out. */
int store_strategies(
    struct store *, struct strategy_row **out, int *n, struct err *);
/* 1, 0 where there is none, -1. */
int store_strategy(
    struct store *, const char *name, struct strategy_row *, struct err *);
/* Insert or replace; changed_at is the caller's.  Where the daily module or
 * its parameters change, it runs, and chooses its universe, again today. */
int store_put_strategy(
    struct store *, const struct strategy_row *, struct err *);
/* With its settings and its own universe.  1, 0 where there was none, -1. */
int store_drop_strategy(struct store *, const char *name, struct err *);
/* Does it hold shares, or has it orders not yet final?  1, 0, -1. */
int store_strategy_in_use(struct store *, const char *name, struct err *);
int store_strategy_settings(struct store *, const char *strategy,
    struct name_value **out, int *n, struct err *);
int store_put_strategy_setting(struct store *, const char *strategy,
    const char *name, const char *value, struct err *);

/* ---- The watched stocks ---------------------------------------------------
 */

#define FOR_ALL "*"

/* The person's list for a strategy (or FOR_ALL) alone, in order; appended. */
int store_universe(
    struct store *, const char *strategy, struct codes *, struct err *);
/* What it may choose from: its own list and that for all; in order. */
int store_universe_of(
    struct store *, const char *strategy, struct codes *, struct err *);
/* 1 if it was added / taken away, 0 if nothing changed, -1. */
int store_watch(struct store *, const char *strategy, const char *code,
    epoch at, struct err *);
int store_unwatch(
    struct store *, const char *strategy, const char *code, struct err *);
/* All codes that anyone watches, that are held, or that have live orders. */
int store_codes_in_use(struct store *, struct codes *, struct err *);
/* Those that a strategy holds, or that have live orders; appended, in order. */
int store_codes_at_work(struct store *, struct codes *, struct err *);

/*
 * What a module's own filter chose for a day.  The first returns 1 if it has
 * chosen (codes appended in order; perhaps none), 0 if not, -1.  Saving
 * replaces the day's choice and drops those older than 30 days.
 */
int store_choice(struct store *, ymd day, const char *strategy, struct codes *,
    struct err *);
int store_put_choice(struct store *, ymd day, const char *strategy, int offered,
    const struct codes *, struct err *);

/* ---- Halts (T22) ----------------------------------------------------------
 */

enum halt_scope { HALT_ALL, HALT_ENTRIES, HALT_STRATEGY, HALT_CODE };

struct halt_row {
	enum halt_scope scope;
	char what[NAME_SIZE]; /* strategy or code; "" for the wide ones */
	char reason[160];
	epoch since;
};

int store_halts(struct store *, struct halt_row **out, int *n, struct err *);
/* 1 if it is new, 0 if it stood already, -1. */
int store_halt(struct store *, const struct halt_row *, struct err *);
/* Lift one, or all of them (scope -1).  The number lifted, or -1. */
int store_resume(struct store *, int scope, const char *what, struct err *);
const char *halt_scope_name(enum halt_scope);

#endif
