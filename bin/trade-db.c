/*
 * trade-db.c - make, migrate, check and copy the database.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/opt.h"
#include "store/store.h"

static const struct tool tool = {
	.name = "trade-db",
	.synopsis = "init|migrate|check|backup FILE",
	.summary = "make, migrate, check or copy the database",
	.more = "init     make the database with all its tables and the\n"
		"         calendar; one that is there already stays as it is\n"
		"migrate  bring a database of an older maemae up to date\n"
		"check    look for damage and for books that do not add up;\n"
		"         exit status 2 if there is any\n"
		"backup   copy it to a new file, also while others write",
	.max_operands = 2,
};

static int
init(const struct opt *o, struct err *e)
{
	int made = store_create(o->db, e);

	if (made == 1)
		log_info("%s: made", o->db);
	else if (made == 0)
		log_info("%s: is there already", o->db);
	return made == -1 ? -1 : 0;
}

static int
migrate(const struct opt *o, struct err *e)
{
	int was = store_migrate(o->db, e);

	if (was != -1 && was < STORE_VERSION)
		log_info("%s: migrated from schema %d to %d", o->db, was,
		    STORE_VERSION);
	return was == -1 ? -1 : 0;
}

static void
print_finding(void *arg, const char *words)
{
	(void)arg;
	puts(words);
}

static int
check(const struct opt *o, struct err *e)
{
	struct store *db = store_open(o->db, STORE_READ, e);
	int n;

	if (db == NULL)
		return -1;
	n = store_check(db, print_finding, NULL, e);
	store_close(db);
	if (n > 0)
		return err_set(e, E_CHECK, "%s: %d finding%s", o->db, n,
		    n == 1 ? "" : "s");
	return n;
}

static int
backup(const struct opt *o, const char *to, struct err *e)
{
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
	bool is_backup = strcmp(what, "backup") == 0;
	int rc;

	if (argc - i != (is_backup ? 2 : 1))
		opt_fail(is_backup ? "backup to which file?" :
			argc > i   ? "%s takes no operand" :
				     "init, migrate, check or backup FILE?",
		    what);
	if (strcmp(what, "init") == 0)
		rc = init(&opt, &e);
	else if (strcmp(what, "migrate") == 0)
		rc = migrate(&opt, &e);
	else if (strcmp(what, "check") == 0)
		rc = check(&opt, &e);
	else if (is_backup)
		rc = backup(&opt, argv[i + 1], &e);
	else
		opt_fail("unknown command '%s'", what);
	return rc == -1 ? log_exit(&e) : out_finish();
}
