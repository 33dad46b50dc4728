/*
 * splits.h - split_log: what was rescaled, and by what.
 */
#ifndef STORE_SPLITS_H
#define STORE_SPLITS_H

#include "store/store.h"

/*
 * Rescale what came before `day` (T26): prices * old / new, volumes and
 * shares * new / old, in bars, quotes' bases, lots, today's signals' targets;
 * logged.  Within the caller's transaction.  1 done, 0 it was done before
 * with the same numbers, -1 (E_USAGE: done before with others).
 */
struct split {
	char code[CODE_SIZE];
	ymd day;                         /* first day on the new basis */
	int64_t new_shares, old_shares;  /* 50, 1 */
	int64_t daily_rows, minute_rows; /* out: rescaled */
	int64_t lots;
};
int store_split(struct store *, struct split *, const char *program, epoch at,
    struct err *);
/* Was a split of that code and day done?  1, 0, -1. */
int store_has_split(struct store *, const char *code, ymd day, struct err *);
/* Codes that a split is recorded of, in order; appended. */
int store_split_codes(struct store *, struct codes *, struct err *);
/*
 * What has become of a price of `day` by the splits recorded since then; the
 * first of them to *since, 0 where there is none.
 */
int store_rescaled(struct store *, const char *code, ymd day, won *price,
    ymd *since, struct err *);

#endif
