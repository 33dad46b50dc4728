/*
 * main.c - creon-gateway: CREON for the toolkit.
 *
 * The main thread owns COM and does nothing but pump messages, look at the
 * connection and take jobs; libmicrohttpd's threads serve the clients.  It
 * ends when it is asked to (status 0), or some time after the connection is
 * lost (69), for CREON's objects are dead then: whoever started it begins
 * anew, with a login.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/fills.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/options.h"
#include "gateway/os.h"
#include "gateway/record.h"

#define DAYS_KEPT 31   /* files of journal and events that are read */
#define WATCH_MS  1000 /* between two looks at the connection */

static atomic_int is_asked_to_end; /* by a signal, or another thread */

static void
ask_to_end(void)
{
	is_asked_to_end = 1;
	com_wake();
}

static void
on_signal(int number)
{
	(void)number;
	is_asked_to_end = 1; /* seen at the next look */
}

/* ---- its folder: one gateway at a time */

static int
open_folder(const struct options *o, struct gateway *g, struct err *e)
{
	char *lock = xasprintf("%s/lock", o->dir);
	int rc = -1;

	if (os_mkdir(o->dir) == -1)
		err_set(e, E_CONFIG, "%s: cannot be made", o->dir);
	else if (os_lock(lock) == -1)
		err_set(e, E_BUSY, "%s: another gateway works there", o->dir);
	else if ((g->journal = journal_open(o->dir, DAYS_KEPT, e)) != NULL &&
	    (g->events = events_open(o->dir, DAYS_KEPT, e)) != NULL)
		rc = 0;
	free(lock);
	return rc;
}

static void
tell_journal(struct gateway *g)
{
	int unknown, in_flight;
	char why[320];

	if (journal_state(g->journal, &unknown, &in_flight, why, sizeof(why)) ==
	    JOURNAL_DAMAGED)
		log_error("the journal is damaged: %s; no orders until a "
			  "person has looked",
		    why);
	if (unknown > 0)
		log_warn("%d order requests have no known outcome", unknown);
}

/* ---- the COM thread's life */

/* Messages, connection, jobs; until it is time to end.  0, or 69. */
static int
serve(struct gateway *g, const struct options *o)
{
	int64_t looked = 0, lost = 0, idle, left;
	enum session_state state = SESSION_WAITING;

	while (!is_asked_to_end) {
		if (monotonic_ms() - looked >= WATCH_MS || looked == 0) {
			state = session_watch(g->session);
			looked = monotonic_ms();
			if (state == SESSION_LOST && lost == 0)
				lost = looked;
		}
		if (lost != 0 &&
		    monotonic_ms() - lost >= (int64_t)o->linger_s * 1000)
			return 69;
		if (jobs_step(g->jobs, g->session, &idle))
			com_wait(0);
		else {
			left = looked + WATCH_MS - monotonic_ms();
			com_wait((int)(idle < left ? idle :
				left > 0           ? left :
						     0));
		}
	}
	return 0;
}

/* What has begun is finished, as long as it can be. */
static void
wind_up(struct gateway *g)
{
	int64_t idle, until = monotonic_ms() + g->waits.query_ms;

	jobs_stop(g->jobs);
	events_stop(g->events);
	while (!jobs_idle(g->jobs) && monotonic_ms() < until)
		if (!jobs_step(g->jobs, g->session, &idle))
			com_wait(20);
}

static int
run(struct gateway *g, const struct options *o, const char *token,
    struct err *e)
{
	struct com_fault fault = { 0 };
	struct http *http;
	int rc;

	if (com_begin(&fault) == -1)
		return err_set(e, E_CONFIG, "COM: %08x %s",
		    (unsigned)fault.hresult, fault.text);
	g->jobs = jobs_new();
	g->session = session_new(&o->session, g->events);
	g->fills = fills_new();
	/* Nothing can be lost at the fake. */
	g->orders_are_on = o->orders_are_on || session_is_fake(g->session);
	if ((http = http_start(g, o->host, o->port, token, o->client_ms, e)) ==
	    NULL)
		rc = -1;
	else {
		/* For whoever started us: we are there, and where. */
		printf("listening on %s port %d\n", o->host, http_port(http));
		fflush(stdout);
		rc = serve(g, o);
		wind_up(g);
		http_stop(http);
	}
	fills_free(g->fills);
	session_free(g->session);
	jobs_free(g->jobs);
	com_end();
	return rc;
}

int
main(int argc, char *argv[])
{
	struct options o;
	struct gateway g = { .stop = ask_to_end };
	struct err e = { 0 };
	char *token = NULL;
	int rc = -1;

	os_begin();
	options_parse(&o, argc, argv);
	g.waits = (struct waits){ o.begin_ms, o.order_ms, o.query_ms };
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
#ifdef SIGPIPE
	signal(SIGPIPE, SIG_IGN);
#endif
	if (open_folder(&o, &g, &e) == -1 ||
	    (token = options_token(&o, &e)) == NULL ||
	    (o.record != NULL && record_open(o.record, &e) == -1))
		goto out;
	tell_journal(&g);
	rc = run(&g, &o, token, &e);
out:
	if (rc == -1)
		log_error("%s", e.msg);
	record_close();
	events_close(g.events);
	journal_close(g.journal);
	free(token);
	return rc == -1 ? err_exit(&e) : rc;
}
