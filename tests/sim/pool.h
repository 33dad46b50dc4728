/*
 * pool.h - connections that outlive the programs that close them.
 *
 * Most of a short program's time goes into SQLite reading the schema and
 * preparing the same statements again.  So what a program closes in good order
 * is kept, and given to the next one that opens the same file in the same way;
 * SQLite finds by itself what has changed meanwhile.  A killed program's
 * connections are never used again.
 */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include <stdbool.h>

/* Whether anything is kept; as without it, only faster. */
extern bool pool_on;

/* All kept connections are lost at once, as when the power goes: nothing is
 * closed, nothing is written. */
void pool_lose(void);

#endif
