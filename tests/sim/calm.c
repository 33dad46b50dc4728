/* calm.c - see calm.h. */
#include "calm.h"

#include <stddef.h>

const char *const minute_line[MINUTE_LINE] = { "update-prices", "watch-fills",
	"gen-signals", "place-orders", "sync-account" };

/* What a person says first in a minute, or NULL. */
static const char *
said_first(int m)
{
	if (m == CALM_HALT)
		return "halt-trading --all --cancel-open";
	return m == 0 || m == CALM_MINUTES ? "halt-trading --resume" : NULL;
}

const char *
calm_words(int m, int i)
{
	const char *first = said_first(m);

	if (first != NULL && i-- == 0)
		return first;
	if (m == CALM_MINUTES)
		return i == 0 ? "trade-db check" : NULL;
	return i < MINUTE_LINE ? minute_line[i] : NULL;
}
