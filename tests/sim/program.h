/*
 * program.h - the real programs, run as fibers under a clock of ours.
 *
 * A process is one run of a program's own main(), with its process id, its
 * output and its death.  Processes take turns at the edges of transactions,
 * while they wait, and now and then between two writes; time passes as they
 * do.  The libc functions by which a program would see the real world are
 * replaced at link time (the Makefile's list; here: sim_...).
 */
#ifndef SIM_PROGRAM_H
#define SIM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "disk.h"

#define PROC_WORDS 24
#define PROC_LINES 400 /* kept of what it says */

/* What befalls one process; 0: nothing. */
struct fate {
	int64_t kill_at;   /* dies at its n-th point (see proc_point) */
	int64_t term_at;   /* SIGTERM there */
	int64_t fail_at;   /* its n-th operation of the disk fails */
	int fail_with;     /* with this error of SQLite's */
	int64_t read_at;   /* its n-th look at the disk fails */
	int64_t malloc_at; /* its n-th allocation gives nothing */
	int slow;          /* each turn takes up to so many milliseconds */
};

struct proc {
	int pid;
	const char *name;
	char text[400]; /* its command line */
	struct fate fate;
	int status; /* once ended; -1: killed */
	bool was_killed, was_struck;
	bool has_failed;       /* the operation that fate.fail_at is of */
	bool held_lock;        /* of our database, while it asked the broker */
	char said[PROC_LINES]; /* the last of what it wrote on stderr */
	struct proc *then;     /* starts when this one has ended */
	/* Inside. */
	struct fiber *fiber;
	char *word[PROC_WORDS];
	int nwords;
	int64_t points, reads, allocations, wakes;
	void (*on_term)(int);
	struct proc *next;
};

/* The virtual clock: milliseconds since 1970. */
extern int64_t sim_now;
/* Faults of the whole machine, until they are taken away. */
struct machine {
	int disk_error;    /* each write and sync fails with it; 0: none */
	int preempt;       /* one in so many points lets others run; 0: none */
	int64_t clock_off; /* what programs see is so much off, ms */
	int boot;          /* how often it has started */
	int64_t booted;    /* when it last has, of the virtual clock */
};
extern struct machine machine;

/* Everything is drawn from this. */
extern struct rng sim_rng;

void sim_init(void);
/* Words are split at blanks; '~' stands for a blank within one. */
struct proc *proc_new(const struct fate *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* It may run from now + ms on. */
void proc_start(struct proc *, int64_t ms);
/* Let all that is started run; until it is `until`, or, where that is 0, until
 * all have ended.  Told of each end, in order; the process is freed
 * afterwards. */
typedef void proc_ended(struct proc *);
void sim_run(int64_t until, proc_ended *);
/* Who is told when a process has committed and another's turn comes; NULL:
 * nobody. */
typedef void proc_committed(void);
void sim_tell_commits(proc_committed *);
int sim_running(void);
/* All die at once. */
void sim_kill_all(proc_ended *);
/* For what is set up: run to the end without faults; its status. */
int sim_call(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Counted by kind, for the report. */
extern int64_t sim_kills, sim_runs, sim_turns, sim_points;

#endif
