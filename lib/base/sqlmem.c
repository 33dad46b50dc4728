/* sqlmem.c - see sqlmem.h. */
#include "base/sqlmem.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

#include "base/mem.h"

static sqlite3_mem_methods own; /* SQLite's, which do the work */

static void *
take(int size)
{
	void *p = own.xMalloc(size);

	if (p == NULL)
		mem_none_left();
	return p;
}

static void *
take_again(void *old, int size)
{
	void *p = own.xRealloc(old, size);

	if (p == NULL)
		mem_none_left();
	return p;
}

static void
init(void)
{
	sqlite3_mem_methods m;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own) != SQLITE_OK)
		return; /* it was used before: as it is */
	m = own;
	m.xMalloc = take;
	m.xRealloc = take_again;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &m);
}

void
sqlmem_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, init);
}
