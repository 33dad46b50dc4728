/*
 * copy.c - see copy.h.
 *
 * The other database is attached, so that millions of rows pass from file to
 * file without a stop in C.  Its statements cannot be prepared against a
 * schema of ours alone, so they do not stand in a family's table.
 */
#include "store/copy.h"

#include "store/db.h"

#include <stdlib.h>

static const char *const copies[] = {
	"INSERT OR REPLACE INTO main.stock_info SELECT * FROM source.stock_info",
	"INSERT OR REPLACE INTO main.market_calendar"
	" SELECT * FROM source.market_calendar",
	"INSERT OR REPLACE INTO main.session_phase"
	" SELECT * FROM source.session_phase",
	"INSERT OR REPLACE INTO main.daily_price"
	" SELECT * FROM source.daily_price WHERE date < :before",
	"INSERT OR REPLACE INTO main.minute_price"
	" SELECT * FROM source.minute_price WHERE date < :before",
};

/* One statement, which tells no rows, with whatever it binds. */
static int
run(struct store *s, const char *sql, const char *name, const char *text,
    ymd before, struct err *e)
{
	sqlite3_stmt *st;
	int rc, i;

	if ((rc = sqlite3_prepare_v3(s->db, sql, -1, 0, &st, NULL)) !=
	    SQLITE_OK)
		return db_fail_rc(s, rc, "copy history", e);
	if (name != NULL)
		bind_text(st, name, text);
	i = sqlite3_bind_parameter_index(st, ":before");
	if (i > 0)
		sqlite3_bind_int(st, i, before);
	rc = sqlite3_step(st);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : db_fail_rc(s, rc, "copy history", e);
}

int
store_copy_history(struct store *s, const char *path, ymd before, struct err *e)
{
	/* As a reader opens it: its folder need not be writable. */
	struct store *source = store_open(path, STORE_READ, e);
	char *uri;
	int rc = -1;

	if (source == NULL)
		return -1;
	uri = db_read_uri(source);
	rc = run(s, "ATTACH :path AS source", ":path", uri, 0, e);
	free(uri);
	store_close(source);
	if (rc == -1)
		return -1;
	rc = -1;
	if (store_begin(s, e) == -1)
		goto out;
	for (size_t i = 0; i < NELEM(copies); i++) {
		if (run(s, copies[i], NULL, NULL, before, e) == -1) {
			store_rollback(s);
			goto out;
		}
	}
	rc = store_commit(s, e);
out:
	run(s, "DETACH source", NULL, NULL, 0, &(struct err){ 0 });
	return rc;
}
