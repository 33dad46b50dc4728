/* away.c - see away.h. */
#include "broker/away.h"

#include <stddef.h>

#include "base/clock.h"

#define FAILED_MOST 3
#define LONGEST_MS  15000

bool
away_after(struct away *a, int64_t began_ms, const struct err *e)
{
	if (e == NULL || e->kind != E_AWAY) {
		a->failed = 0;
		return false;
	}
	if (a->failed++ == 0)
		a->since_ms = began_ms;
	return a->failed >= FAILED_MOST &&
	    monotonic_ms() - a->since_ms >= LONGEST_MS;
}
