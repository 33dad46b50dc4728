/*
 * step.c - what reading daily bars costs at the least: one SELECT, stepped
 * row by row, every column taken, nothing done with it.
 *
 *	step FILE.db
 *
 * Prints the number of rows.  It stands outside of the library on purpose: it
 * is the yardstick, so it uses SQLite as one would by hand.
 */
#include <sqlite3.h>
#include <stdio.h>

int
main(int argc, char *argv[])
{
	sqlite3 *db;
	sqlite3_stmt *st;
	long long rows = 0, sum = 0;

	if (argc != 2)
		return 64;
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) !=
		SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA mmap_size = 1073741824", NULL, NULL,
		NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db,
		"SELECT code, date, open, high, low, close, volume"
		" FROM daily_price ORDER BY code, date",
		-1, &st, NULL) != SQLITE_OK) {
		fprintf(stderr, "step: %s: %s\n", argv[1], sqlite3_errmsg(db));
		return 1;
	}
	while (sqlite3_step(st) == SQLITE_ROW) {
		sum += sqlite3_column_text(st, 0)[5];
		for (int i = 1; i < 7; i++)
			sum += sqlite3_column_int64(st, i);
		rows++;
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	printf("%lld %lld\n", rows, sum);
	return rows == 0;
}
