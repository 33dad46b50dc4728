/*
 * runs.h - lease, program_run, alert: who runs, who ran, what is wrong.
 */
#ifndef STORE_RUNS_H
#define STORE_RUNS_H

#include "store/store.h"

/* ---- Leases (P8) ----------------------------------------------------------- */

struct lease {
	char name[NAME_SIZE];
	int64_t fence; /* 0: not ours */
};

/*
 * Take a lease, in a transaction of its own.  A free one and that of a dead
 * process are taken; never that of a live one.  `seconds` is how long the
 * owner means to live; after that, others that find it alive raise an alert.
 * 0, or -1: E_BUSY where a live process holds it.  Goes by the wall clock
 * and the system's processes, whatever --now says.
 */
int store_lease_take(struct store *, const char *name, int seconds,
    struct lease *, struct err *);
/* Is it still ours?  Called inside a transaction, before its writes, and
 * before sending.  0, or -1 (E_FAIL: it was taken over). */
int store_lease_check(struct store *, const struct lease *, struct err *);
/* The owner means to live `seconds` more. */
int store_lease_renew(
    struct store *, const struct lease *, int seconds, struct err *);
/* Give it back; silent if it is not ours. */
void store_lease_release(struct store *, struct lease *);

/* Is the process with this number, start time and boot still alive?  For the
 * unit test. */
bool lease_owner_lives(int64_t pid, const char *started, const char *boot);

/* ---- Runs -------------------------------------------------------------------- */

struct run_row {
	int64_t id;
	char program[NAME_SIZE];
	int64_t pid;
	ymd day;
	hhmm time;
	epoch started_at, ended_at; /* ended_at 0: not ended */
	int status;                 /* -1: not ended */
	char message[200];
};

/* A run begins, at this market minute.  Its id, or -1.  Now and then runs
 * older than 30 days are dropped. */
int64_t store_run_begin(
    struct store *, const char *program, ymd day, hhmm time, struct err *);
int store_run_end(
    struct store *, int64_t id, int status, const char *message, struct err *);
/* This process has crashed and started itself again: its leases are free, and
 * its run of before ended with this status.  A transaction of its own; before
 * the lease is taken. */
int store_run_again(struct store *, const char *program, int status,
    const char *message, struct err *);
/* Each program's newest run, in order of name; free() *out. */
int store_last_runs(struct store *, struct run_row **out, int *n, struct err *);
/* The newest run of a program that ended with status 0: 1, 0 none, -1. */
int store_last_success(
    struct store *, const char *program, struct run_row *, struct err *);

/* ---- Alerts ------------------------------------------------------------------- */

struct alert_row {
	int64_t id;
	char name[64]; /* what kind, and of what: "unknown order 41" */
	char message[200];
	char program[NAME_SIZE];
	int count;
	epoch first_at, last_at;
};

/*
 * Raise an alert, or count one that stands.  1 if it should be said now: it
 * is new, or was last said `every` seconds ago (0: never again); else 0; -1.
 */
int store_alert(struct store *, const char *name, const char *program,
    const char *message, int every, epoch at, struct err *);
/* It is over.  1 if it stood, 0, -1. */
int store_alert_clear(struct store *, const char *name, epoch at, struct err *);
/* Those standing, by id; free() *out. */
int store_alerts(struct store *, struct alert_row **out, int *n, struct err *);

#endif
