/*
 * jobs.h - the queue to the one thread that may speak to CREON.
 *
 * A thread that serves a client makes a job and waits for it; the COM thread
 * takes jobs and does one step of one at a time.  Between two steps it pumps
 * messages, looks at the connection, and above all takes orders: they stand in
 * a queue of their own and go before everything else.  So a query of many
 * pages, or one that waits for CREON's limit, never stands in the way of an
 * order for longer than one request of CREON takes.
 *
 * Each job has two deadlines.  One that has not begun by the first is taken
 * out of the queue, by its client's thread or by the COM thread, whichever
 * looks first (a PC may have slept): nothing was done, and the client is told
 * so.  One that is
 * not done by the second is left behind: its client gets an answer, and the
 * COM thread finishes it, or is stuck in it (a window waits for a person), for
 * no one may interrupt a call of COM.
 */
#ifndef GATEWAY_JOBS_H
#define GATEWAY_JOBS_H

#include "gateway/reply.h"
#include "gateway/session.h"

enum step {
	STEP_DONE, /* job->reply is the answer */
	STEP_MORE, /* call me again, after the orders that wait */
	STEP_WAIT, /* the same, but not before job->wait_ms have passed */
};

struct job {
	const char *what; /* for people: "quotes" */
	bool is_order;
	char now[20]; /* x-maemae-now, or "" */
	/* On the COM thread. */
	enum step (*step)(struct job *, struct session *);
	/* Free what `arg` holds: on the COM thread after the last step, or on
	 * the client's where there was none. */
	void (*fini)(struct job *);
	void *arg;
	int64_t
	    wait_ms; /* STEP_WAIT sets it, with the limit's words in reply */
	struct reply reply;

	/* The queue's own. */
	enum { JOB_QUEUED, JOB_BEGUN, JOB_DONE, JOB_REFUSED } state;
	bool is_stepping, is_given_up;
	int holders;
	int64_t begin_by; /* monotonic ms, as not_before */
	int64_t not_before;
	struct job *next;
};

struct jobs;

struct jobs *jobs_new(void);
void jobs_free(struct jobs *);

struct job *job_new(const char *what,
    enum step (*step)(struct job *, struct session *),
    void (*fini)(struct job *), void *arg);

enum job_end {
	JOB_ENDED,    /* done: job->reply is the answer */
	JOB_NOT_DONE, /* never begun, and never will be; reply says why */
	JOB_LEFT,     /* begun, and perhaps still going on */
};
/* Queue it and wait.  Then the caller reads job->reply (but not after
 * JOB_LEFT) and calls job_drop(). */
enum job_end jobs_run(
    struct jobs *, struct job *, int64_t begin_ms, int64_t end_ms);
void job_drop(struct jobs *, struct job *);
/* In its step: is it later than it had to begin? */
bool job_is_late(const struct job *);

/* ---- The COM thread's side. */

/* Do one step of the job whose turn it is; false: there is none for *idle_ms,
 * unless com_wake() is called. */
bool jobs_step(struct jobs *, struct session *, int64_t *idle_ms);

/* No more jobs are taken, and what has not begun is refused; then, whether
 * anything is left to be done. */
void jobs_stop(struct jobs *);
bool jobs_idle(struct jobs *);

void jobs_count(struct jobs *, int *orders, int *queries);

#endif
