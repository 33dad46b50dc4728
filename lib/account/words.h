/*
 * words.h - what a person says in one word of the command line: who gets
 * shares, what became of an order, how a stock was split.
 *
 * Each returns 0, or -1 with E_USAGE that says what was wanted; then nothing
 * is stored in *out.
 */
#ifndef ACCOUNT_WORDS_H
#define ACCOUNT_WORDS_H

#include "base/err.h"
#include "base/types.h"

/* sync-account --adopt CODE=STRATEGY:QTY */
struct adopt_words {
	char code[CODE_SIZE];
	char strategy[NAME_SIZE]; /* as written; there may be none such */
	qty n;                    /* 1 and up */
};
int adopt_parse(const char *, struct adopt_words *out, struct err *);

/* sync-account --settle ORDER=filled:QTY@PRICE or ORDER=absent */
struct settle_words {
	int64_t order; /* 1 and up */
	bool is_absent;
	qty n;     /* 0 if absent, else 1 and up */
	won price; /* the same */
};
int settle_parse(const char *, struct settle_words *out, struct err *);

/* Far more than any split; keeps prices times shares in 64 bits. */
#define FACTOR_MAX INT64_C(1000000)

/* import-prices --split ... FACTOR: "50", "3:2", "3/2", "1.05", shares after
 * for shares before, in lowest terms, both 1..FACTOR_MAX and not the same. */
struct factor_words {
	int64_t new_shares, old_shares;
};
int factor_parse(const char *, struct factor_words *out, struct err *);

#endif
