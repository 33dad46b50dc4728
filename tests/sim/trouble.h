/*
 * trouble.h - the adversary: everything that can go wrong, by name.
 *
 * A run draws which troubles it has and how often each strikes ("swarm"): most
 * runs have a third of them.  Whether one strikes is drawn whether or not it
 * is on, so that switching one off leaves the rest of a run as alike as can be.
 */
#ifndef SIM_TROUBLE_H
#define SIM_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "program.h"

/* X(identifier, name, most percent) */
#define TROUBLES(X)                                           \
	/* a program */                                       \
	X(KILL, "kill", 40)                                   \
	X(TERM, "term", 10)                                   \
	X(SKIP, "skip", 20)                                   \
	X(DOUBLE, "double", 20)                               \
	X(SLOW, "slow", 20)                                   \
	X(SHUFFLE, "shuffle", 60)                             \
	X(PREEMPT, "preempt", 50)                             \
	X(NO_MEMORY, "no-memory", 10)                         \
	X(FOLLOWER, "follower", 40)                           \
	X(LATE_JOB, "late-job", 20) /* of minutes */          \
	/* the machine; of minutes */                         \
	X(REBOOT, "reboot", 6)                                \
	X(POWER_LOSS, "power-loss", 6)                        \
	X(DISK_FULL, "disk-full", 8)                          \
	X(READ_ONLY, "read-only", 5)                          \
	X(NEW_SCHEMA, "new-schema", 4)                        \
	X(LONG_READER, "long-reader", 10)                     \
	X(CLOCK_BACK, "clock-back", 5)                        \
	X(CLOCK_FORWARD, "clock-forward", 5)                  \
	/* its disk; of programs */                           \
	X(BUSY, "busy", 15)                                   \
	X(READ_ERROR, "read-error", 10)                       \
	X(IO_ERROR, "io-error", 10)                           \
	X(NO_FILES, "no-files", 8)                            \
	/* the paper broker's own, of requests and answers */ \
	X(LOSE_REQUEST, "lose-request", 30)                   \
	X(LOSE_ANSWER, "lose-answer", 40)                     \
	X(DELAY, "delay", 30)                                 \
	X(REJECT, "reject", 20)                               \
	X(LATE_REJECT, "late-reject", 20)                     \
	X(LATE_LIST, "late-list", 40)                         \
	X(CANCEL_LOSES, "cancel-loses", 40)                   \
	X(PARTIAL, "partial", 40)                             \
	X(SPLIT_FILLS, "split-fills", 40)                     \
	X(LATE_FILLS, "late-fills", 40)                       \
	X(LATE_BALANCE, "late-balance", 40)                   \
	X(REPEAT_FILLS, "repeat-fills", 40)                   \
	X(REORDER_FILLS, "reorder-fills", 40)                 \
	X(SHORT_FILLS, "short-fills", 30)                     \
	X(EMPTY_BALANCE, "empty-balance", 20)                 \
	X(DOWN, "down", 10)                                   \
	X(RENUMBER, "renumber", 50)     /* of days */         \
	X(OUTAGE, "outage", 30)         /* of days */         \
	X(WRONG_ZONE, "wrong-zone", 50) /* of days */         \
	X(MIDNIGHT, "midnight", 50)     /* of days */         \
	/* prices; of minutes */                              \
	X(LATE_BARS, "late-bars", 15)                         \
	X(EMPTY_BARS, "empty-bars", 10)                       \
	X(REVISED_BARS, "revised-bars", 10)                   \
	/* the exchange; of days */                           \
	X(HALTED, "halted", 60)                               \
	X(INTERRUPTED, "interrupted", 60)                     \
	X(SPLIT, "split", 50)                                 \
	X(LISTED, "listed", 50)                               \
	X(DELISTED, "delisted", 40)                           \
	X(HOLIDAY, "holiday", 40)                             \
	/* the person; of minutes */                          \
	X(HAND_TRADES, "hand-trades", 10)                     \
	X(HAND_MONEY, "hand-money", 6)                        \
	X(HAND_CANCELS, "hand-cancels", 8)                    \
	X(HAND_HALTS, "hand-halts", 15)                       \
	X(HAND_SYNCS, "hand-syncs", 15)                       \
	X(HAND_SETTLES, "hand-settles", 10)                   \
	X(HAND_SETTINGS, "hand-settings", 8)                  \
	X(HAND_UNIVERSE, "hand-universe", 10)                 \
	X(HAND_DELETES, "hand-deletes", 4)                    \
	X(OLD_BACKUP, "old-backup", 1)

enum trouble {
#define X(id, name, most) T_##id,
	TROUBLES(X)
#undef X
	    NTROUBLES
};

struct troubles {
	int percent[NTROUBLES];   /* how often, of its kind of occasion */
	bool off[NTROUBLES];      /* switched off to find what matters */
	int64_t count[NTROUBLES]; /* it struck */
};
extern struct troubles troubles;

const char *trouble_name(enum trouble);
int trouble_parse(const char *name); /* or -1 */
/* What this run has. */
void troubles_draw(void);
/* Does this run have it? */
bool troubles_have(enum trouble);
/* Does it strike now?  Counted. */
bool strikes(enum trouble);
/* Is it drawn now?  Not counted: it may come to nothing. */
bool is_drawn(enum trouble);
/* It came to something, so often. */
void struck(enum trouble, int64_t n);
/* Is it a fault?  An order of the programs, and one that follows, are none. */
bool is_fault(enum trouble);
/* How many faults so far can have changed anything. */
int64_t troubles_felt(void);
/* Lines of the configuration with those of the paper broker. */
void troubles_paper(char *buf, size_t size);
/* What becomes of one run of a program; what of it came about is counted at
 * its end, for many end before. */
struct fate fate_draw(void);
/* The next one dies, unless kills are switched off: no day without a fault. */
void troubles_insist(void);
void fate_count(const struct proc *);

int below(int n);
bool chance(int percent);

#endif
