/* jobs.c - see jobs.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/com.h"
#include "gateway/jobs.h"
#include "gateway/os.h"

#define QUEUE_MOST 64 /* of each kind; a client waits for each of its jobs */

struct queue {
	struct job *first;
	int n;
};

struct jobs {
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* a job's state */
	struct queue orders, queries;
	bool is_stopping;
};

struct jobs *
jobs_new(void)
{
	struct jobs *q = xcalloc(1, sizeof(*q));

	pthread_mutex_init(&q->mutex, NULL);
	pthread_cond_init(&q->changed, NULL);
	return q;
}

void
jobs_free(struct jobs *q)
{
	if (q == NULL)
		return;
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->mutex);
	free(q);
}

struct job *
job_new(const char *what, enum step (*step)(struct job *, struct session *),
    void (*fini)(struct job *), void *arg)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->what = what;
	j->step = step;
	j->fini = fini;
	j->arg = arg;
	j->holders = 1; /* the client */
	return j;
}

/* With the mutex held. */
static void
release(struct job *j)
{
	if (--j->holders > 0)
		return;
	if (j->fini != NULL)
		j->fini(j);
	reply_fini(&j->reply);
	free(j);
}

void
job_drop(struct jobs *q, struct job *j)
{
	pthread_mutex_lock(&q->mutex);
	release(j);
	pthread_mutex_unlock(&q->mutex);
}

/* ---- the queues */

static struct queue *
queue_of(struct jobs *q, const struct job *j)
{
	return j->is_order ? &q->orders : &q->queries;
}

static void
append(struct queue *q, struct job *j)
{
	struct job **p = &q->first;

	while (*p != NULL)
		p = &(*p)->next;
	j->next = NULL;
	*p = j;
	q->n++;
}

static void
take_out(struct queue *q, struct job *j)
{
	struct job **p = &q->first;

	while (*p != NULL && *p != j)
		p = &(*p)->next;
	if (*p == NULL)
		return;
	*p = j->next;
	q->n--;
}

bool
job_is_late(const struct job *j)
{
	return j->begin_by < monotonic_ms();
}

static const char too_late[] = "CREON did not get to it in time";

/* It has not begun, and never will; its client's hold keeps it alive. */
static void
refuse(struct jobs *q, struct job *j, enum reply_code code, const char *why)
{
	reply_fail(&j->reply, code, "%s", why);
	take_out(queue_of(q, j), j);
	j->state = JOB_REFUSED;
	pthread_cond_broadcast(&q->changed);
	release(j);
}

/* Its time is over, and nobody is at work on it just now. */
static void
give_up(struct jobs *q, struct job *j, int64_t ms)
{
	struct reply *r = &j->reply;

	if (j->state == JOB_REFUSED)
		return; /* out of the queue already, with its words */
	if (j->state == JOB_QUEUED) {
		refuse(q, j, REPLY_BUSY, too_late);
		return;
	}
	/* It has objects of COM: the COM thread takes it out. */
	j->is_given_up = true;
	if (r->code != REPLY_LIMITED)
		reply_fail(
		    r, REPLY_TIMEOUT, "not done in %lld ms", (long long)ms);
	else if (j->not_before > monotonic_ms())
		r->retry_after_ms = j->not_before - monotonic_ms();
	j->not_before = 0;
	com_wake();
}

enum job_end
jobs_run(struct jobs *q, struct job *j, int64_t begin_ms, int64_t end_ms)
{
	int64_t start = monotonic_ms(), left;
	enum job_end end = JOB_ENDED;
	struct queue *queue = queue_of(q, j);

	pthread_mutex_lock(&q->mutex);
	if (q->is_stopping || queue->n >= QUEUE_MOST) {
		reply_fail(&j->reply,
		    q->is_stopping ? REPLY_STOPPING : REPLY_BUSY,
		    q->is_stopping ? "the gateway is ending" :
				     "too many requests wait already");
		pthread_mutex_unlock(&q->mutex);
		return JOB_NOT_DONE;
	}
	j->state = JOB_QUEUED;
	j->begin_by = start + begin_ms;
	j->holders++; /* the queue */
	append(queue, j);
	com_wake();
	while (j->state == JOB_QUEUED || j->state == JOB_BEGUN) {
		left = start - monotonic_ms() +
		    (j->state == JOB_QUEUED ? begin_ms : end_ms);
		if (left <= 0)
			break;
		os_cond_wait(&q->changed, &q->mutex, left);
	}
	if (j->state == JOB_QUEUED || j->state == JOB_REFUSED)
		end = JOB_NOT_DONE;
	else if (j->is_stepping)
		end = JOB_LEFT;
	if (j->state != JOB_DONE && end != JOB_LEFT)
		give_up(q, j, monotonic_ms() - start);
	pthread_mutex_unlock(&q->mutex);
	return end;
}

/* ---- the COM thread */

/* Who was not served in time, and has not seen that yet. */
static void
refuse_late(struct jobs *q, struct queue *queue)
{
	struct job *next;

	for (struct job *j = queue->first; j != NULL; j = next) {
		next = j->next;
		if (j->state == JOB_QUEUED && job_is_late(j))
			refuse(q, j, REPLY_BUSY, too_late);
	}
}

/* Orders first, in their order; then the first query whose time has come.
 * *idle_ms: until the next one's. */
static struct job *
next_job(struct jobs *q, int64_t *idle_ms)
{
	int64_t now = monotonic_ms();

	*idle_ms = INT32_MAX;
	if (q->orders.first != NULL)
		return q->orders.first;
	for (struct job *j = q->queries.first; j != NULL; j = j->next) {
		if (j->not_before <= now)
			return j;
		if (j->not_before - now < *idle_ms)
			*idle_ms = j->not_before - now;
	}
	return NULL;
}

static struct job *
begin_step(struct jobs *q, int64_t *idle_ms)
{
	struct job *j;

	pthread_mutex_lock(&q->mutex);
	refuse_late(q, &q->orders);
	refuse_late(q, &q->queries);
	if ((j = next_job(q, idle_ms)) != NULL) {
		j->state = JOB_BEGUN; /* another deadline counts now */
		j->is_stepping = true;
		pthread_cond_broadcast(&q->changed);
	}
	pthread_mutex_unlock(&q->mutex);
	return j;
}

/* Who is not done goes to the end of its queue.  True: it was the last step. */
static bool
end_step(struct jobs *q, struct job *j, enum step step)
{
	struct queue *queue = queue_of(q, j);
	bool is_done;

	pthread_mutex_lock(&q->mutex);
	j->is_stepping = false;
	take_out(queue, j);
	/* A query whose client has gone is of no use to anybody. */
	is_done = step == STEP_DONE || (j->holders == 1 && !j->is_order);
	if (is_done) {
		j->state = JOB_DONE;
		pthread_cond_broadcast(&q->changed);
	} else {
		j->not_before = step == STEP_WAIT ?
		    monotonic_ms() + j->wait_ms :
		    0;
		append(queue, j);
	}
	pthread_mutex_unlock(&q->mutex);
	return is_done;
}

static enum step
do_step(struct job *j, struct session *s)
{
	enum step step;

	session_set_now(s, j->now);
	session_calling(s, j->what);
	step = j->step(j, s);
	session_calling(s, "");
	return step;
}

bool
jobs_step(struct jobs *q, struct session *s, int64_t *idle_ms)
{
	struct job *j = begin_step(q, idle_ms);

	if (j == NULL)
		return false;
	if (!end_step(q, j, j->is_given_up ? STEP_DONE : do_step(j, s)))
		return true;
	/* Objects of COM are freed by the thread that made them. */
	if (j->fini != NULL)
		j->fini(j);
	j->fini = NULL;
	job_drop(q, j);
	return true;
}

/* Refuse what has not begun. */
static void
refuse_queued(struct jobs *q, struct queue *queue)
{
	struct job *next;

	for (struct job *j = queue->first; j != NULL; j = next) {
		next = j->next;
		if (j->state == JOB_QUEUED)
			refuse(q, j, REPLY_STOPPING, "the gateway is ending");
	}
}

void
jobs_stop(struct jobs *q)
{
	pthread_mutex_lock(&q->mutex);
	q->is_stopping = true;
	refuse_queued(q, &q->orders);
	refuse_queued(q, &q->queries);
	pthread_mutex_unlock(&q->mutex);
	com_wake();
}

bool
jobs_idle(struct jobs *q)
{
	bool is_idle;

	pthread_mutex_lock(&q->mutex);
	is_idle = q->orders.n == 0 && q->queries.n == 0;
	pthread_mutex_unlock(&q->mutex);
	return is_idle;
}

void
jobs_count(struct jobs *q, int *orders, int *queries)
{
	pthread_mutex_lock(&q->mutex);
	*orders = q->orders.n;
	*queries = q->queries.n;
	pthread_mutex_unlock(&q->mutex);
}
