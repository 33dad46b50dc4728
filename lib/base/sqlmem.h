/*
 * sqlmem.h - memory for SQLite, which does not fail either (see mem.h).
 *
 * SQLite itself lives with failing memory, but who uses it must then look at
 * every bind and every column: a text that could not be copied is NULL, and
 * NULL is an answer, too.
 */
#ifndef BASE_SQLMEM_H
#define BASE_SQLMEM_H

/* Before anything of SQLite's is opened; a second time does nothing. */
void sqlmem_init(void);

#endif
