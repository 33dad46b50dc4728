/* refused.h - a call that failed as it should; after the file's own `e`. */
#ifndef REFUSED_H
#define REFUSED_H

#include <string.h>

#include "tap.h"

/* The last call failed so, and said so. */
__attribute__((unused)) static void
refused(
    bool has_failed, enum err_kind kind, const char *words, const char *name)
{
	if (!ok(has_failed && e.kind == kind && strstr(e.msg, words) != NULL,
		"%s", name))
		printf("# kind %d: %s\n", (int)e.kind, e.msg);
	e = (struct err){ 0 };
}

#endif
