/*
 * guard.c - lib/strategy/guard.c for programs that are fibers of one process:
 * they cannot start themselves again, and no module of theirs crashes.
 *
 * Linked into the programs in place of that file.
 */
#include "strategy/guard.h"

void
guard_start(char *argv[])
{
	(void)argv;
}

void
guard_enter(const char *strategy, const char *module, const char *what)
{
	(void)strategy;
	(void)module;
	(void)what;
}

void
guard_leave(void)
{
}

const struct guard_crash *
guard_crash(int i)
{
	(void)i;
	return NULL;
}

const struct guard_crash *
guard_left_out(const char *strategy)
{
	(void)strategy;
	return NULL;
}

void
guard_words(const struct guard_crash *c, char *buf, size_t size)
{
	(void)c;
	if (size > 0)
		buf[0] = '\0';
}

bool
guard_ran(const char *strategy, const char *what)
{
	(void)strategy;
	(void)what;
	return false;
}

bool
guard_has_run(void)
{
	return false;
}
