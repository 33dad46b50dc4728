/*
 * splits.c - splits, and what they rescale.
 */
#include "store/splits.h"

#include <stdio.h>

#include "store/db.h"
#include "store/log.h"

enum {
	SPLIT_GET,
	SPLIT_PUT,
	SPLIT_DAILY,
	SPLIT_MINUTE,
	SPLIT_SIGNALS,
	SPLIT_QUOTE,
	SPLIT_SHARES,
	SPLIT_LOTS,
	SPLIT_GONE,
	SPLIT_CODES,
	SPLITS_SINCE,
};

/* x * :old / :new to the nearest won, at least one; keeps low <= high. */
#define PRICE(x) "max(1, (" x " * :old + :new / 2) / :new)"

static const char *const text[] = {
	[SPLIT_GET] = "SELECT new_shares, old_shares FROM split_log WHERE"
		      " code = :code AND date = :day",
	[SPLIT_PUT] =
	    "INSERT INTO split_log (code, date, new_shares,"
	    " old_shares, daily_rows, minute_rows, at) VALUES (:code, :day,"
	    " :new, :old, :daily, :minute, :at)",
	[SPLIT_DAILY] =
	    "UPDATE daily_price SET open = " PRICE("open") ", high = " PRICE("high") ", low = " PRICE(
		"low") ", close = " PRICE("close") ", volume = volume * :new / :old"
						   " WHERE code = :code AND date < :day",
	[SPLIT_MINUTE] =
	    "UPDATE minute_price SET open = " PRICE("open") ", high = " PRICE("high") ", low = " PRICE(
		"low") ", close = " PRICE("close") ", volume = volume * :new / :old"
						   " WHERE code = :code AND date < :day",
	/* Signals not yet acted on keep what they aim at. */
	[SPLIT_SIGNALS] =
	    "UPDATE current_signals SET"
	    " target = iif(target > 0, " PRICE(
		"target") ", 0),"
			  " price = iif(price > 0, " PRICE(
			      "price") ", 0)"
				       " WHERE code = :code AND day <= :day AND state = 'pending'",
	/* A quote of the old basis says nothing of the new one. */
	[SPLIT_QUOTE] =
	    "DELETE FROM current_quote WHERE code = :code AND"
	    " CAST(replace(substr(polled_at, 1, 10), '-', '') AS INTEGER)"
	    " < :day",
	[SPLIT_SHARES] =
	    "INSERT INTO share_ledger (day, strategy, code,"
	    " quantity, kind, note, at) SELECT :day, strategy, code,"
	    " sum(quantity * :new / :old - quantity), 'split', :note, :at"
	    " FROM lot WHERE code = :code AND entry_date < :day"
	    " GROUP BY strategy"
	    " HAVING sum(quantity * :new / :old - quantity) <> 0",
	[SPLIT_LOTS] = "UPDATE lot SET quantity = quantity * :new / :old,"
		       " high = iif(high > 0, " PRICE(
			   "high") ", 0)"
				   " WHERE code = :code AND entry_date < :day"
				   " AND quantity * :new / :old > 0",
	/* A lot too small to be a share of the new kind is paid out in cash
	 * by the company: the cash shows up as drift. */
	[SPLIT_GONE] = "DELETE FROM lot WHERE code = :code AND"
		       " entry_date < :day AND quantity * :new / :old = 0",
	[SPLIT_CODES] = "SELECT DISTINCT code FROM split_log ORDER BY code",
	[SPLITS_SINCE] = "SELECT date, new_shares, old_shares FROM split_log"
			 " WHERE code = :code AND date > :day ORDER BY date",
};

FAMILY(FAM_SPLITS, splits);
#define stmt(s, i, e) db_stmt(s, &splits_family, i, e)

static int
split_known(struct store *s, const char *code, ymd day, int64_t *new_shares,
    int64_t *old_shares, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SPLIT_GET, e);
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":day", day);
	if ((rc = db_row(s, st, "reading splits", e)) == 1) {
		*new_shares = sqlite3_column_int64(st, 0);
		*old_shares = sqlite3_column_int64(st, 1);
		db_done(st);
	}
	return rc;
}

int
store_has_split(struct store *s, const char *code, ymd day, struct err *e)
{
	int64_t n, o;

	return split_known(s, code, day, &n, &o, e);
}

int
store_split_codes(struct store *s, struct codes *out, struct err *e)
{
	return db_codes(s, stmt(s, SPLIT_CODES, e), "reading codes", out, e);
}

int
store_rescaled(struct store *s, const char *code, ymd day, won *price,
    ymd *since, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SPLITS_SINCE, e);
	int rc;

	*since = 0;
	if (st == NULL)
		return -1;
	bind_text(st, ":code", code);
	bind_i64(st, ":day", day);
	while ((rc = db_row(s, st, "reading splits", e)) == 1) {
		int64_t n = sqlite3_column_int64(st, 1);
		int64_t o = sqlite3_column_int64(st, 2);

		if (*since == 0)
			*since = sqlite3_column_int(st, 0);
		*price = (*price * o + n / 2) / n; /* as PRICE() */
		if (*price < 1)
			*price = 1;
	}
	return rc;
}

static int64_t
split_step(struct store *s, int i, const struct split *p, struct err *e)
{
	sqlite3_stmt *st = stmt(s, i, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", p->code);
	bind_i64(st, ":day", p->day);
	if (i != SPLIT_QUOTE) {
		bind_i64(st, ":new", p->new_shares);
		bind_i64(st, ":old", p->old_shares);
	}
	return db_run(s, st, "rescaling", e);
}

static int
split_shares(struct store *s, const struct split *p, const char *note, epoch at,
    struct err *e)
{
	sqlite3_stmt *st = stmt(s, SPLIT_SHARES, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", p->code);
	bind_i64(st, ":day", p->day);
	bind_i64(st, ":new", p->new_shares);
	bind_i64(st, ":old", p->old_shares);
	bind_text(st, ":note", note);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "rescaling", e);
}

static int
split_record(struct store *s, const struct split *p, epoch at, struct err *e)
{
	sqlite3_stmt *st = stmt(s, SPLIT_PUT, e);

	if (st == NULL)
		return -1;
	bind_text(st, ":code", p->code);
	bind_i64(st, ":day", p->day);
	bind_i64(st, ":new", p->new_shares);
	bind_i64(st, ":old", p->old_shares);
	bind_i64(st, ":daily", p->daily_rows);
	bind_i64(st, ":minute", p->minute_rows);
	bind_epoch(st, ":at", at);
	return db_run(s, st, "logging a split", e);
}

int
store_split(struct store *s, struct split *p, const char *program, epoch at,
    struct err *e)
{
	char note[160];
	int64_t n, o, lots, gone;
	int rc;

	p->daily_rows = p->minute_rows = p->lots = 0;
	if ((rc = split_known(s, p->code, p->day, &n, &o, e)) == -1)
		return -1;
	if (rc == 1 && n == p->new_shares && o == p->old_shares)
		return 0;
	if (rc == 1)
		return err_set(e, E_USAGE,
		    "%s: a split of %lld for %lld on %d"
		    " was recorded before",
		    p->code, (long long)n, (long long)o, (int)p->day);
	snprintf(note, sizeof(note), "split of %lld for %lld",
	    (long long)p->new_shares, (long long)p->old_shares);
	if ((p->daily_rows = split_step(s, SPLIT_DAILY, p, e)) == -1 ||
	    (p->minute_rows = split_step(s, SPLIT_MINUTE, p, e)) == -1 ||
	    split_step(s, SPLIT_SIGNALS, p, e) == -1 ||
	    split_step(s, SPLIT_QUOTE, p, e) == -1 ||
	    split_shares(s, p, note, at, e) == -1 ||
	    (gone = split_step(s, SPLIT_GONE, p, e)) == -1 ||
	    (lots = split_step(s, SPLIT_LOTS, p, e)) == -1 ||
	    split_record(s, p, at, e) == -1)
		return -1;
	p->lots = lots + gone;
	return store_log(s,
		   &(struct log_row){ .at = at,
		       .day = p->day,
		       .program = program,
		       .event = "split",
		       .code = p->code,
		       .message = note },
		   e) == -1 ?
	    -1 :
	    1;
}
