/*
 * A person, or another program, has written into the database: each line
 * "TABLE.COLUMN=VALUE" puts a value into all its rows, "TABLE" alone takes
 * them away, whatever checks and triggers say.  The types of the columns
 * hold, for the tables are STRICT.  A line that begins with '!' means the
 * paper broker's books.
 */
#include "world.h"

static void
change(sqlite3 *db, char *line)
{
	char *value = strchr(line, '='), *column, *sql;
	sqlite3_stmt *st;

	if (value != NULL)
		*value++ = '\0';
	if ((column = strchr(line, '.')) != NULL)
		*column++ = '\0';
	sql = value == NULL || column == NULL ?
	    sqlite3_mprintf("DELETE FROM \"%w\"", line) :
	    sqlite3_mprintf(
		"UPDATE OR IGNORE \"%w\" SET \"%w\" = ?1", line, column);
	must(sql != NULL);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK) {
		if (value != NULL && strcmp(value, "NULL") != 0)
			sqlite3_bind_text(st, 1, value, -1, SQLITE_STATIC);
		sqlite3_step(st);
		sqlite3_finalize(st);
	}
	sqlite3_free(sql);
}

static sqlite3 *
unguarded(const char *path)
{
	sqlite3 *db;

	must(sqlite3_open(path, &db) == SQLITE_OK);
	world_sql(db,
	    "PRAGMA ignore_check_constraints = ON;"
	    "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;"
	    "BEGIN");
	free(world_take_triggers(db));
	return db;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), *rest = s, *line;
	const char *path;
	sqlite3 *db, *paper;

	world_make();
	path = world_path("maemae.db");
	world_write(path, world.db, world.db_size);
	db = unguarded(path);
	world_write(
	    world_path("maemae-paper.db"), world.paper, world.paper_size);
	paper = unguarded(world_path("maemae-paper.db"));
	while ((line = fuzz_line(&rest)) != NULL)
		change(*line == '!' ? paper : db, line + (*line == '!'));
	world_sql(db, "COMMIT");
	world_sql(paper, "COMMIT");
	sqlite3_close(db);
	sqlite3_close(paper);
	world_look(path);
	world_trade(path);
	free(s);
	return 0;
}
