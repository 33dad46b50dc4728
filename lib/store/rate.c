/* rate.c - see rate.h. */
#include "store/rate.h"

#include <assert.h>

#include "base/clock.h"
#include "store/db.h"

/* Further ahead than anybody waits or is held back: of a clock that was wound
 * back, as of a machine that was restored to what it was. */
#define MOST_MS INT64_C(600000)

enum {
	TAKE,
	HOLD,
};

static const char *const text[] = {
	[TAKE] = "INSERT INTO rate_bucket (name, boot, free_at)"
		 " VALUES (:name, :boot, :now + :interval)"
		 " ON CONFLICT (name) DO UPDATE SET boot = excluded.boot,"
		 " free_at = iif(boot = excluded.boot AND free_at <= :now +"
		 " :most, max(free_at, :now), :now) + :interval"
		 " RETURNING free_at - :interval",
	[HOLD] = "INSERT INTO rate_bucket (name, boot, free_at)"
		 " VALUES (:name, :boot, :until)"
		 " ON CONFLICT (name) DO UPDATE SET boot = excluded.boot,"
		 " free_at = iif(boot = excluded.boot, max(free_at, :until),"
		 " :until)",
};

FAMILY(FAM_RATE, rate);
#define stmt(s, i, e) db_stmt(s, &rate_family, i, e)

static void
bind_bucket(sqlite3_stmt *st, const char *bucket)
{
	char boot[BOOT_ID_SIZE];

	db_boot_id(boot);
	bind_text(st, ":name", bucket);
	bind_text(st, ":boot", boot);
}

int
store_rate_take(struct store *s, const char *bucket, int interval_ms,
    int lead_ms, int64_t *at, struct err *e)
{
	sqlite3_stmt *st;

	assert(!store_in_transaction(s));
	if (store_begin(s, e) == -1)
		return -1;
	if ((st = stmt(s, TAKE, e)) == NULL)
		goto fail;
	bind_bucket(st, bucket);
	bind_i64(st, ":now", monotonic_ms() + lead_ms);
	bind_i64(st, ":interval", interval_ms);
	bind_i64(st, ":most", MOST_MS);
	if (db_row(s, st, "taking a permit", e) == -1)
		goto fail;
	*at = sqlite3_column_int64(st, 0);
	db_done(st);
	return store_commit(s, e);
fail:
	store_rollback(s);
	return -1;
}

int
store_rate_hold(struct store *s, const char *bucket, int ms, struct err *e)
{
	sqlite3_stmt *st = stmt(s, HOLD, e);

	assert(!store_in_transaction(s));
	if (st == NULL)
		return -1;
	bind_bucket(st, bucket);
	bind_i64(st, ":until", monotonic_ms() + ms);
	return db_run(s, st, "holding back", e) == -1 ? -1 : 0;
}
