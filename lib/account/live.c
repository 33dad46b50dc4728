/* live.c - open, begin, close: what every trading program does first and
 * last. */
#include "account/live.h"

#include "account/config.h"
#include "account/crash.h"
#include "account/feed.h"
#include "account/permit.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/stocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Days of calendar before today.  Who asks for longer ago (a backfill of
 * minutes) reads the whole with live_whole_calendar. */
#define LOOK_BACK 400

static void
set_now(struct live *v)
{
	v->date = clock_ymd(v->now);
	v->at = clock_hhmm(v->now);
}

int
live_open(struct live *v, const char *program, struct opt *opt, unsigned flags,
    struct err *e)
{
	*v = (struct live){ .program = program,
		.now = &opt->now,
		.dry_run = opt->dry_run,
		.run = -1 };
	set_now(v);
	if ((v->db = store_open(opt->db, flags, e)) == NULL ||
	    (v->conf = broker_conf_open(opt->config, opt->config_given, e)) ==
		NULL ||
	    (v->cal = store_calendar(v->db, ymd_add(v->date, -LOOK_BACK), e)) ==
		NULL)
		return -1;
	v->ses = calendar_day(v->cal, v->date);
	if (v->ses == NULL)
		return err_set(e, E_CONFIG,
		    "the calendar has no row for %d;"
		    " import one with import-prices --calendar",
		    v->date);
	return 0;
}

int
live_whole_calendar(struct live *v, struct err *e)
{
	struct calendar *cal = store_calendar(v->db, 0, e);

	if (cal == NULL)
		return -1;
	calendar_free(v->cal);
	v->cal = cal;
	v->ses = calendar_day(cal, v->date);
	return 0;
}

int
live_begin(struct live *v, int seconds, struct err *e)
{
	if (v->dry_run)
		return 0;
	if (crash_again(v->db, v->program, e) == -1 ||
	    store_lease_take(v->db, v->program, seconds, &v->lease, e) == -1)
		return -1;
	v->run = store_run_begin(v->db, v->program, v->date, v->at, e);
	return v->run == -1 ? -1 :
			      crash_alerts(v->db, v->program, v->now->now, e);
}

int
live_broker(struct live *v, struct err *e)
{
	struct broker_env env = { .clock = v->now,
		.cal = v->cal,
		.conf = v->conf,
		.db_path = store_path(v->db) };
	struct limits l;

	if (v->broker != NULL)
		return 0;
	if (config_limits(v->db, &l, e) == -1)
		return -1;
	env.costs = l.costs;
	if (account_feed_open(v->conf, v->db, &v->feed, &env.source, e) == -1)
		return -1;
	env.permits = account_permits(v->db);
	v->broker = broker_open(&env, e);
	if (v->broker == NULL)
		return -1;
	if (v->now->is_fixed && !v->dry_run &&
	    (v->broker->caps & CAP_REAL_MONEY))
		return err_set(e, E_REFUSED,
		    "--now with a real broker needs"
		    " --dry-run");
	return 0;
}

void
live_tick(struct live *v)
{
	clock_refresh(v->now);
	set_now(v);
	v->ses = calendar_day(v->cal, v->date);
}

void
live_close(struct live *v, int status, const char *message)
{
	struct err e;

	live_unload(v);
	broker_close(v->broker);
	store_close(v->feed);
	/* A schema that is not ours is left as it is. */
	if (v->db != NULL && !store_was_migrated(v->db)) {
		store_rollback(v->db);
		store_lease_release(v->db, &v->sender);
		if (v->run != -1 &&
		    crash_alerts_clear(v->db, v->now->now, &e) == -1)
			log_warn("%s", e.msg);
		if (v->run != -1 &&
		    store_run_end(v->db, v->run, status, message, &e) == -1)
			log_warn("%s", e.msg);
		store_lease_release(v->db, &v->lease);
	}
	calendar_free(v->cal);
	conf_close(v->conf);
	store_close(v->db);
	v->db = NULL;
}

struct trail
live_trail(const struct live *v, const char *message)
{
	return (struct trail){ .program = v->program,
		.at = v->now->now,
		.message = message,
		.up_ms = v->now->up_ms };
}

void
live_key(const struct order_row *o, char *buf, size_t size)
{
	snprintf(buf, size, KEY_PREFIX "%lld-%lld", (long long)o->id,
	    (long long)o->sending_at);
}
