/*
 * generate.h - markets made from a seed: plausible, legal, and the same
 * bytes on every machine.
 *
 * For tests, benchmarks, the demo and anyone without data.  Every price is a
 * legal tick inside the day's limits, sessions and minutes are those of the
 * calendar, and a day's minutes add up to its daily bar exactly.
 *
 * A stock depends on the seed and its number alone, so that ten stocks are
 * the first ten of a hundred; a longer run begins as a shorter one does
 * (except where splits are asked for: their days lie within the run).
 */
#ifndef MARKET_GENERATE_H
#define MARKET_GENERATE_H

#include "base/err.h"
#include "base/types.h"
#include "market/calendar.h"
#include "market/kind.h"

#define GENERATE_STOCKS_MAX 4000

struct generate_spec {
	uint64_t seed;
	int stocks;  /* 1..GENERATE_STOCKS_MAX */
	ymd from;    /* the first session is here or after it */
	int days;    /* sessions; at least 1 */
	ppb halts;   /* chance that a halt begins on a stock's day */
	bool splits; /* one in eight shares is split once */
};

struct made_stock {
	char code[CODE_SIZE]; /* ascending with the stock's number */
	char name[64];        /* UTF-8 */
	enum kind kind;       /* KOSPI, KOSDAQ or ETF */
	int split_day;        /* first day on the new basis; -1: no split */
	int split_factor;     /* a price before it / this = after it */
};

struct made_bar {
	ymd date;
	hhmm time; /* 0 for daily */
	won open, high, low, close;
	qty volume; /* 0: halted, and all prices the last close */
	won base;   /* daily: what the day's limits go by */
};

struct generator;

/* The calendar must outlive it.  NULL (E_USAGE) where the calendar has not so
 * many sessions. */
struct generator *generator_new(const struct generate_spec *spec,
    const struct calendar *cal, struct err *e);
void generator_free(struct generator *);

/* Day number `day` of the run, 0..days-1. */
const struct session *generator_session(const struct generator *, int day);

/* Stock number i, and its bars: one for every day of the run. */
void generator_daily(const struct generator *, int i, struct made_stock *s,
    struct made_bar *daily);

/* Minute bars of one day of stock i, out of its daily bar; out has room for
 * session_minutes().  Minutes in which nobody traded are left out.  Returns
 * the number of bars, 0 on a halted day. */
int generator_minutes(const struct generator *, int i, int day,
    const struct made_stock *s, const struct made_bar *daily,
    struct made_bar *out);

#endif
