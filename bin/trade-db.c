/*
 * trade-db.c - make, migrate, check and copy the database.
 *
 * The one program that runs without a database of its own version, and the
 * only one that switches the write-ahead log on.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/opt.h"
#include "base/table.h"
#include "store/store.h"

static const struct tool tool = {
	.name = "trade-db",
	.synopsis = "init|migrate|check\nbackup FILE",
	.summary = "make, migrate, check or copy the database",
	.more = "init makes the database with all its tables and the calendar; "
		"one that is there already stays as it is. migrate brings a "
		"database of an older maemae up to date. check looks for "
		"damage and for books that do not add up; the exit status is "
		"2 if there is any. backup copies it to a new file, also "
		"while others write.",
	.max_operands = 2,
};

static int
init(const struct opt *o, struct err *e)
{
	int made;

	if (o->dry_run) {
		if (access(o->db, F_OK) == -1)
			log_warn("%s: would be made", o->db);
		return 0;
	}
	if ((made = store_create(o->db, e)) == -1)
		return -1;
	log_info("%s: %s", o->db, made ? "made" : "is there already");
	return 0;
}

static int
migrate(const struct opt *o, struct err *e)
{
	int was = store_migrate(o->db, o->dry_run, e);

	if (was == -1)
		return -1;
	if (was == STORE_VERSION)
		log_info("%s: is up to date", o->db);
	else if (o->dry_run)
		log_warn("%s: would be migrated from schema %d to %d", o->db,
		    was, STORE_VERSION);
	else
		log_info("%s: migrated from schema %d to %d", o->db, was,
		    STORE_VERSION);
	return 0;
}

static void
print_finding(void *arg, const char *words)
{
	table_text(arg, words);
	table_end_row(arg);
}

static int
check(const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "finding", COL_TEXT, 0 } };
	struct store *db = store_open(o->db, STORE_READ, e);
	struct table *t;
	bool is_damaged;
	int n;

	if (db == NULL)
		return -1;
	t = table_new(stdout, o->format, cols, NELEM(cols));
	table_silent_if_empty(t);
	n = store_check(db, print_finding, t, &is_damaged, e);
	table_finish(t);
	store_close(db);
	if (n > 0)
		return err_set(e, E_CHECK,
		    "%s: %d finding%s; stop the programs, keep a copy, then %s",
		    o->db, n, n == 1 ? "" : "s",
		    is_damaged ? "bring back a backup (trade-db(1), DAMAGE)" :
				 "see what broke it");
	return n;
}

static int
backup(const struct opt *o, const char *to, struct err *e)
{
	if (o->dry_run) {
		log_warn("%s: would be copied to %s", o->db, to);
		return 0;
	}
	if (store_backup(o->db, to, e) == -1)
		return -1;
	log_info("%s: copied to %s", o->db, to);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	int i = opt_parse(&opt, argc, argv, &tool);
	const char *what = argc > i ? argv[i] : "";
	int rc, given = argc - i;

	if (given == 0)
		opt_fail("what to do: init, migrate, check or backup FILE?");
	if (strcmp(what, "backup") == 0 && given != 2)
		opt_fail("backup to which file?");
	if (strcmp(what, "backup") != 0 && given != 1)
		opt_fail("unexpected argument '%s'", argv[i + 1]);

	if (strcmp(what, "init") == 0)
		rc = init(&opt, &e);
	else if (strcmp(what, "migrate") == 0)
		rc = migrate(&opt, &e);
	else if (strcmp(what, "check") == 0)
		rc = check(&opt, &e);
	else if (strcmp(what, "backup") == 0)
		rc = backup(&opt, argv[i + 1], &e);
	else
		opt_fail("unknown command '%s'", what);
	if (rc == -1) {
		out_finish();
		return log_exit(&e);
	}
	return out_finish();
}
