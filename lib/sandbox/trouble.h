/*
 * trouble.h - how the sandbox misbehaves on the wire.
 *
 * A rule is WHAT[:WHERE][,times=N][,chance=PERCENT][,ms=N]: what happens, to
 * requests whose path has WHERE in it ("": any), so many times (always), with
 * this chance (100), and how long where that matters.  "lose-answer:order-cash,
 * times=1": the next order is taken, and its answer lost.
 *
 * What the account itself does wrong (late fills, late rejects) is the paper
 * broker's, see its page.
 */
#ifndef SANDBOX_TROUBLE_H
#define SANDBOX_TROUBLE_H

#include "base/err.h"
#include "base/rng.h"
#include "base/types.h"

enum trouble {
	/* instead of carrying it out */
	TROUBLE_LOSE_REQUEST,
	TROUBLE_HTML,
	TROUBLE_BUSY,
	TROUBLE_TOO_MANY,
	TROUBLE_LEDGER,
	TROUBLE_EXPIRE,
	TROUBLE_TIMEOUT,
	/* when it has been carried out */
	TROUBLE_LOSE_ANSWER,
	TROUBLE_CUT,
	TROUBLE_SLOW,
	TROUBLE_HTML_AFTER,
	TROUBLE_TIMEOUT_AFTER,
	TROUBLE_UNBUILT,
	TROUBLE_UNBUILT_OK,
	TROUBLE_GARBAGE,
	TROUBLE_EMPTY,
	TROUBLE_MISTYPED,
	TROUBLE_HUGE,
	/* of what is listed */
	TROUBLE_LATE_LIST,
	TROUBLE_NO_ROWS,
	TROUBLE_EMPTY_REFUSED,
	TROUBLE_SAME_ROW,
	TROUBLE_STUCK,
	TROUBLE_EMPTY_ROWS,
	TROUBLE_ZERO_BAR,
	TROUBLE_NEGATIVE_BAR,
	TROUBLE_DOUBLE_BAR,
	TROUBLE_LOWER_KEYS,
	TROUBLE_OTHER_KEY,
	TROUBLE_ROUTED,
	/* of the socket */
	TROUBLE_HANG_UP,
	TROUBLE_SILENT,
	TROUBLE_NO_NOTICE,
	TROUBLE_TWICE,
	TROUBLE_LARGE,
	NTROUBLES
};

struct trouble_rule {
	enum trouble what;
	char where[40];
	int64_t times; /* left; -1: for ever */
	int chance;    /* percent */
	int ms;
};

struct troubles {
	int n, cap;
	struct trouble_rule *rule;
	struct rng rng;
};

/* "lose-request": what happens, in a few words; for --help. */
extern const struct trouble_word {
	const char *name, *help;
} trouble_words[NTROUBLES];

/* 0, or E_USAGE naming what is wrong. */
int trouble_add(struct troubles *, const char *spec, struct err *);
void trouble_clear(struct troubles *);
/* Does it strike a request to this path now?  Uses one of its times up.
 * ms: how long (may be NULL). */
bool trouble_strikes(
    struct troubles *, enum trouble, const char *path, int *ms);

#endif
